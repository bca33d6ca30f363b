#!/bin/bash
# What is left when bgpd ends: all, so that packets flow on, or nothing at all, as on_exit says; and
# nothing else is touched.  IPv4 and IPv6, with a protocol number of the user's.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/ipv6.sh"
lab_enter "$@"

exit_config() { # keep|remove
	gw_config_ipv6 | sed "2i \"fib\": { \"on_exit\": \"$1\", \"protocol\": 99 }," >"$run_dir/gw.json"
}

# All of ours, a line each.
ours() {
	on gw ip -4 route show table all proto 99
	on gw ip -6 route show table all proto 99
	on gw ip nexthop show proto 99
}

# What is not ours.
others() {
	{
		on gw ip -4 route show table all
		on gw ip -6 route show table all
		on gw ip nexthop show
	} | grep -v "proto 99"
}

stands() { # FAMILY PREFIX
	on gw ip "-$1" route show "$2" proto 99 metric 20 | grep -q nhid
}

both_stand() {
	stands 4 $FAR_PREFIX && stands 6 $FAR_PREFIX6
}

ends_well() {
	reap bgpd TERM
	! grep -q "level=error" "$run_dir/bgpd.log"
}

ipv6_new bird ipv4
on gw ip route add 192.0.2.0/24 via 203.0.113.1 proto 186
on gw ip nexthop add id 7 via 203.0.113.1 dev wan
tunnels_up
before=$(others)

exit_config keep
start_bgpd
expect "keep: routes of both families stand, with the protocol of the configuration" 10 both_stand
expect "keep: packets flow" 5 stream_start
left=$(ours)
check "keep: bgpd ends" ends_well
check "keep: all is left as it was" test "$(ours)" = "$left"
stream_look
check "keep: no packet was lost ($(stream_lost))" stream_is_below lost 1
stream_end

exit_config remove
start_bgpd
expect "remove: routes stand" 10 both_stand
watch_kernel monitor
check "remove: bgpd ends" ends_well
check "remove: nothing of ours is left" test -z "$(ours)"
check "remove: what fails closed went last" eval \
	'[ "$(grep "^Deleted.*$FAR_PREFIX" "$run_dir/monitor.log" | tail -n 1 | grep -c unreachable)" = 1 ]'
check "nothing of others was touched" test "$(others)" = "$before"
lab_done
