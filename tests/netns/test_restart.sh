#!/bin/bash
# bgpd dies under traffic and starts again: no packet is lost, no route that is still right is ever
# deleted, and what was withdrawn meanwhile goes.
. "$(dirname "$0")/lab.sh"
lab_enter "$@"

has_route() {
	on gw ip route show "$1" proto 186 | grep -q .
}

has_no_route() {
	! has_route "$1"
}

sent_for_a_second() {
	stream_look && [ "$(stream in .sent)" -gt 1000 ] && [ "$(stream out .sent)" -gt 1000 ]
}

for peer in bird frr; do
	lab_new $peer
	start_bgpd
	tunnels_up
	wait_for 10 both_established
	far_announce 10.50.7.0/24
	expect "$peer: two prefixes are learned" 5 has_route 10.50.7.0/24
	expect "$peer: packets take the first tunnel" 5 both_use 1
	stream_start
	watch_kernel monitor
	reap bgpd KILL
	wait_for 5 sent_for_a_second
	check "$peer: kill -9 costs no packet ($(stream_lost))" stream_is_below lost 1
	far_withdraw 10.50.7.0/24
	start_bgpd
	expect "$peer: started again, both sessions come up" 5 both_established
	expect "$peer: what was withdrawn meanwhile is removed" 10 has_no_route 10.50.7.0/24
	expect "$peer: packets still take the first tunnel" 5 both_use 1
	stream_look
	check "$peer: the restart cost no packet ($(stream_lost))" stream_is_below lost 1
	check "$peer: no route that was right was deleted" \
		test -z "$(grep "^Deleted.*$FAR_PREFIX" "$run_dir/monitor.log")"
	check "$peer: bgpctl shows no stale route" ctl_is '[.routes[] | select(.stale)] == []' show routes
	stream_end
done
lab_done
