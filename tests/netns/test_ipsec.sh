#!/bin/bash
# Two real strongSwan tunnels, BGP inside: what becomes of the SAs is seen at once, long before the
# hold timer, and what replaces one SA by another moves nothing.
. "$(dirname "$0")/lab.sh"
. "$LAB_ROOT/tests/netns/ike.sh"
HOLD_TIME=30 REVERT_DELAY=1
ike_enter "$@"

# story NAME SECONDS REASON COMMAND...: tunnel 1 fails that way
fails() {
	local name=$1 seconds=$2 reason=$3
	shift 3
	stream_mark
	"$@"
	expect "$name: both directions are on the other tunnel" "$seconds" both_use 2
	expect "$name: it is known why" 1 blamed "$reason"
	expect "$name: packets flow" 5 stream_flows
	stream_look
	echo "# $name: $(stream_lost)"
}

returns() { # NAME
	expect "$1: the SA is back" 10 ipsec_is 1 up
	expect "$1: so is the session" 10 far_is_established 1
	expect "$1: and both directions" 20 both_use 1
}

ike_new || { not_ok "strongSwan starts"; ike_diagnose; lab_done; }
ike_gw_config >"$run_dir/gw.json"
start_bgpd
expect "both sessions come up" 15 both_established
expect "both SAs are seen" 5 both_sas_are_up
expect "both directions use the first tunnel" 5 both_use 1
stream_start

before=$(roles_changed)
for i in 1 2 3 4 5 6 7 8 9 10; do
	ike gw 1 --rekey --child child1 || not_ok "rekey $i"
done
for i in 1 2 3; do
	ike far 1 --rekey --child child1
	ike gw 1 --rekey --ike tun1
done
check "ten rekeys and more move nothing" test "$(roles_changed)" = "$before"
check "nor does any of them look like a lost SA" \
	eval '! grep -q "kind=signal.* subject=tun1 .*to=down.*text=ipsec" "$run_dir/bgpd.log"'

fails "SA deleted by the far end" 2 "no CHILD_SA" ike far 1 --terminate --ike tun1
ike gw 1 --initiate --child child1
returns "SA made again"

before=$(roles_changed)
ike gw 1 --rekey --ike tun1 --reauth
expect "after a reauthentication the SA is back" 2 ike_is_up 1
sleep 0.5
if [ "$(ike_reauth_took 1)" -lt 400 ]; then
	check "a reauthentication that breaks before it makes moves nothing ($(ike_reauth_took 1) ms)" \
		test "$(roles_changed)" = "$before"
else
	echo "ok - a reauthentication moves nothing # SKIP it took $(ike_reauth_took 1) ms here"
	expect "both directions are back" 20 both_use 1
fi

fails "our charon killed" 3 "link down" ike_kill gw 1
index=$(on gw cat /sys/class/net/ipsec2/ifindex)
ike_start gw 1
check "our charon again: its device has another index" \
	test "$(on gw cat /sys/class/net/ipsec1/ifindex)" -gt "$index"
returns "our charon again"

fails "far charon killed" 6 "." ike_kill far 1
ike_start far 1
ike gw 1 --initiate --child child1
returns "far charon again"

ike_gw_config | jq '.vici = "" | .groups[0].tunnels |= map(del(.vici))' >"$run_dir/gw.json"
check "charon is asked no more" ctl reload
check "what the updown hook has said of the first tunnel holds" ipsec_is 1 up
check "nothing is known of the second one" ipsec_is 2 unknown
fails "SA deleted, and only the hook says so" 3 "updown: down-client" \
	ike far 1 --terminate --ike tun1
ike gw 1 --initiate --child child1
expect "made again, and only the hook says so" 2 ipsec_is 1 up
stream_end
lab_done
