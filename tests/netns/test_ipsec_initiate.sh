#!/bin/bash
# Neither strongSwan begins by itself: what is missing, bgpd asks its own one for; and a far end that
# leaves IKE unanswered is told of before anything is lost.
. "$(dirname "$0")/lab.sh"
. "$LAB_ROOT/tests/netns/ike.sh"
HOLD_TIME=30 REVERT_DELAY=1 IKE_START=none
ike_enter "$@"

initiating() {
	ike_gw_config | jq '.initiate = true'
}

asked() { # TUNNEL TIMES
	[ "$(grep "kind=ipsec subject=tun$1 " "$run_dir/bgpd.log" | grep -c "is asked to initiate")" = "$2" ]
}

asks_counted() {
	grep "kind=ipsec subject=tun1 " "$run_dir/bgpd.log" | grep -c "is asked to initiate"
}

ike_new || { not_ok "strongSwan starts"; ike_diagnose; lab_done; }
initiating >"$run_dir/gw.json"
start_bgpd
expect "both SAs are made, which nobody else asks for" 10 both_sas_are_up
expect "both sessions come up" 15 both_established
expect "both directions use the first tunnel" 5 both_use 1
check "one attempt was enough for each" eval 'asked 1 1 && asked 2 1'
check "and is in the history" ike_event 1 "is asked to initiate the CHILD_SA"
expect "as is that it came to something" 2 ike_event 1 "there again"
stream_start

stream_mark
ike far 1 --terminate --ike tun1
expect "SA deleted by the far end: both directions are on the other tunnel" 2 both_use 2
expect "it comes back by itself" 10 ipsec_is 1 up
expect "so does the traffic" 20 both_use 1
stream_look
echo "# SA deleted, initiated by bgpd: $(stream_lost)"
check "one more attempt was enough" asked 1 2

check "the tunnel is drained" ctl tunnel drain tun1
expect "its traffic leaves it" 5 both_use 2
stream_mark
ike far 1 --terminate --ike tun1
expect "the SA of a drained tunnel is deleted" 2 ipsec_is 1 down
sleep 3
check "it is not asked for" asked 1 2
check "resumed" ctl tunnel resume tun1
expect "now it is" 5 ipsec_is 1 up
expect "and the traffic is back" 20 both_use 1
stream_look
check "on the other tunnel it all went on ($(stream_lost))" stream_is_below outage_ms 1000

stream_mark
kill -STOP "${lab_pids[charon_far1]}"
expect "far end silent: IKE's early warning" 10 ike_event 1 "retransmit 1 of request"
expect "far end silent: both directions are on the other tunnel" 10 both_use 2
check "the warning itself took no role" blamed "acknowledged\|CHILD_SA\|negotiated"
stream_look
echo "# far end silent: $(stream_lost); $(grep "kind=role.* subject=tun1 .*to=unusable" \
	"$run_dir/bgpd.log" | tail -n 1 | sed 's/.*reason=//')"
before=$(asks_counted)
expect "while it is silent, attempts go on" 30 eval '[ "$(asks_counted)" -gt '"$before"' ]'
kill -CONT "${lab_pids[charon_far1]}"
expect "it is back: so is the SA" 40 ipsec_is 1 up
expect "and the traffic" 20 both_use 1

initiating | jq '.groups[0].tunnels[0].ipsec = "nosuch"' >"$run_dir/gw.json"
check "a name that strongSwan does not know" ctl reload
expect "is refused, and it is said why" 5 ike_event 1 "CHILD_SA config 'nosuch' not found"
stream_end
lab_done
