# tests/netns/ipsec.sh - What becomes of a tunnel's security association is seen at once, long before the
# hold timer, and the history tells it as it was.  Sourced after ike.sh.

HOLD_TIME=30 REVERT_DELAY=1

# ipsec_begin [JQ FILTER FOR bgpd.json]: both tunnels up, traffic on the first
ipsec_begin() {
	ike_new || { not_ok "strongSwan starts"; ike_diagnose; lab_done; }
	ike_gw_config | jq "${1:-.}" >"$run_dir/gw.json"
	start_bgpd
	expect "both sessions come up" 15 both_established
	expect "both SAs are seen" 5 both_sas_are_up
	expect "both directions use the first tunnel" 10 both_use 1
	stream_start
}

events_count() {
	ctl show events | jq '.events | length'
}

# Changes of roles in the history since the mark: "tun1 active unusable", a line each.
role_events() {
	ctl show events | jq -r --argjson mark "$events_mark" \
		'.events[$mark:][] | select(.kind == "role") | "\(.subject) \(.from) \(.to)"'
}

# They begin with the loss of the first tunnel, for this reason, and its traffic's move.
history_tells_failover() { # REASON
	[ "$(role_events | head -n 2 | paste -sd ,)" = "tun1 active unusable,tun2 standby active" ] &&
		blamed "$1"
}

# They end with the way back.
history_tells_return() {
	[ "$(role_events | tail -n 2 | sort | paste -sd ,)" = "tun1 standby active,tun2 active standby" ]
}

# ipsec_fails NAME SECONDS REASON COMMAND...: tunnel 1 fails that way
ipsec_fails() {
	local name=$1 seconds=$2 reason=$3
	shift 3
	events_mark=$(events_count)
	stream_mark
	"$@"
	expect "$name: both directions are on the other tunnel" "$seconds" both_use 2
	expect "$name: the history tells why" 1 history_tells_failover "$reason"
	expect "$name: packets flow" 5 stream_flows
	echo "# $name: $(stream_lost)"
}

# However often it has failed before, and is therefore held.
ipsec_end_hold() {
	wait_for 10 ctl_is '.tunnels[0].role != "unusable"' show tunnels && ctl tunnel resume tun1
} >/dev/null

ipsec_returns() { # NAME
	expect "$1: the SA is back" 15 ipsec_is 1 up
	expect "$1: so is the session" 15 far_is_established 1
	ipsec_end_hold
	expect "$1: and both directions" 20 both_use 1
	expect "$1: the history tells that, too" 2 history_tells_return
	expect "$1: packets flow" 5 stream_flows
}

# ---- stories -----------------------------------------------------------------------------------

# An SA that takes the place of another is no loss.
story_rekey() {
	local i before
	before=$(roles_changed)
	stream_mark
	for i in 1 2 3 4 5 6 7 8 9 10; do
		ike gw 1 --rekey --child child1 || not_ok "rekey $i"
	done
	for i in 1 2 3; do
		ike far 1 --rekey --child child1
		ike gw 1 --rekey --ike tun1
	done
	ike_settles 1
	stream_look
	check "rekeys: ten and more move nothing" test "$(roles_changed)" = "$before"
	check "rekeys: nor does any of them look like a lost SA" \
		eval '! grep -q "kind=signal.* subject=tun1 .*to=down.*text=ipsec" "$run_dir/bgpd.log"'
	check "rekeys: none interrupts the traffic ($(stream_lost))" stream_is_below outage_ms 1000
}

story_sa_deleted() {
	ipsec_fails "SA deleted by the far end" 2 "no CHILD_SA" ike far 1 --terminate --ike tun1
	ike gw 1 --initiate --child child1
	ipsec_returns "SA made again"
}

# The acknowledgements are missed first; dead peer detection comes to the same.
story_far_silent() {
	ipsec_fails "far end silent" 10 "acknowledged\|CHILD_SA\|negotiated" \
		kill -STOP "${lab_pids[charon_far1]}"
	expect "far end silent: dead peer detection sees it, too" 15 ipsec_is 1 down
	kill -CONT "${lab_pids[charon_far1]}"
	ipsec_returns "far end speaks again"
}

story_far_charon_killed() {
	ipsec_fails "far charon killed" 10 "." ike_kill far 1
	ike_start far 1
	ike gw 1 --initiate --child child1
	ipsec_returns "far charon again"
}

# A TUN lives as long as its charon, and is another device afterwards.
story_our_charon_killed() {
	local index
	ipsec_fails "our charon killed, its device gone" 3 "link down" ike_kill gw 1
	index=$(on gw cat /sys/class/net/ipsec2/ifindex)
	ike_start gw 1
	check "our charon again: its device has another index" \
		test "$(on gw cat /sys/class/net/ipsec1/ifindex)" -gt "$index"
	ipsec_returns "our charon again"
}

# With all that an orderly end says to the far end.
story_our_charon_restarted() {
	ipsec_fails "our charon stopped" 3 "link down\|no CHILD_SA\|ipsec" reap charon_gw1
	ike_start gw 1
	ipsec_returns "our charon started again"
}
