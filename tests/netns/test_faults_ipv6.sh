#!/bin/bash
# What others do to IPv6 routes behind our back is put right, and a restart touches none: the faults of
# test_faults, test_faults_device and test_faults_restart for IPv6.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/faults.sh"
. "$(dirname "$0")/ipv6.sh"
lab_enter "$@"

COUNT=5000

# COUNT prefixes besides FAR_PREFIX6, by both tunnels.
bulk6() {
	sed -i '/^protocol bgp/,$d' "$run_dir/far1.conf"
	awk -v n=$COUNT 'BEGIN {
		print "protocol static { ipv6 { preference 250; };"
		for (i = 0; i < n; i++) printf "route 2001:db8:1000:%x::/64 unreachable;\n", i
		print "}" }' >>"$run_dir/far1.conf"
	bird_far_ipv6 | sed -n '/^protocol bgp/,$p' >>"$run_dir/far1.conf"
	birdc_on far1 configure >/dev/null
	sed -i 's|"accept": \[|&"2001:db8:1000::/48 le 64", |' "$run_dir/gw.json"
}

learned6() { # N
	[ "$(on gw ip -6 route show proto 186 root 2001:db8:1000::/48 | grep -c nhid)" -ge "$1" ]
}

# The id of the first prefix's group, and of the nexthop of a tunnel.
chain_id6() {
	on gw ip -6 -j route show $FAR_PREFIX6 proto 186 metric 20 | jq -e '.[0].nhid'
}

egress_id6() { # TUNNEL
	on gw ip -6 -j nexthop show dev "ipsec$1" | jq -e '[.[] | select(.gateway | test(":"))][0].id'
}

is_right6() { # all, and both tunnels in the chain
	learned6 $COUNT && kernel_is_right &&
		[ "$(on gw ip -j nexthop show id "$(chain_id6)" | jq '.[0].group | length')" = 2 ]
}

# The session comes up as soon as the link does, and BIRD announces no IPv6 route without an address
# of its own: so the addresses are there first.
make_device6() { # TUNNEL
	ip link add "ipsec$1" netns "$lab_prefix-gw" type veth peer name "tun$1" netns "$lab_prefix-far"
	ip -n "$lab_prefix-gw" addr add "169.254.$((9 + $1)).2/30" dev "ipsec$1"
	ip -n "$lab_prefix-far" addr add "169.254.$((9 + $1)).1/30" dev "tun$1"
	ip -n "$lab_prefix-gw" addr add "fd00:$((9 + $1))::2/126" dev "ipsec$1" nodad
	ip -n "$lab_prefix-far" addr add "fd00:$((9 + $1))::1/126" dev "tun$1" nodad
	ip -n "$lab_prefix-far" link set "tun$1" up
	ip -n "$lab_prefix-gw" link set "ipsec$1" up
}

# fault NAME COMMAND...: all is right afterwards
fault() {
	local name=$1
	shift
	stream_mark
	"$@" >/dev/null
	expect "$name: all is put right" 10 is_right6
}

lost_nothing() { # NAME
	stream_look
	check "$1: no packet was lost ($(stream_lost))" stream_is_below lost 1
}

HOLD_TIME=30 REVERT_DELAY=1
ipv6_new bird ipv4
bulk6
start_bgpd
tunnels_up
wait_for 10 both_established
expect "$COUNT prefixes are learned" 20 is_right6
wait_for 5 both_use 1
stream_start -r 1000

fault "a route deleted" on gw ip -6 route del 2001:db8:1000:7::/64 proto 186
lost_nothing "a route deleted"
fault "all routes flushed" on gw ip -6 route flush proto 186
fault "a nexthop deleted" on gw ip nexthop del id "$(egress_id6 1)"
lost_nothing "a nexthop deleted"
fault "the chain deleted" on gw ip nexthop del id "$(chain_id6)"
on gw ip -6 route replace 2001:db8:1000:8::/64 via 2001:db8:ff::1 metric 20
expect "a route in the place of ours is told" 2 grep -q "2001:db8:1000:8::/64.*somebody else's" "$run_dir/bgpd.log"
check "and stays" eval 'on gw ip -6 route show 2001:db8:1000:8::/64 | grep -q "dev wan"'
fault "and goes" on gw ip -6 route del 2001:db8:1000:8::/64 via 2001:db8:ff::1
lost_nothing "a route of somebody else's"

stream_mark
on gw ip -6 addr del fd00:10::2/126 dev ipsec1
check "an inside address that no session uses goes: nothing moves" both_use 1
on gw ip -6 addr add fd00:10::2/126 dev ipsec1 nodad
lost_nothing "the inside address"

on gw ip link del ipsec1
expect "the device deleted: the other one carries" 1 gw_uses 2
make_device6 1
expect "made anew: both tunnels are in the chain" 30 is_right6
expect "and traffic returns" 30 both_use 1

for way in TERM KILL; do
	stream_mark
	watch_kernel monitor_$way
	reap bgpd $way
	on gw ip -6 route add unreachable 2001:db8:2000::/64 proto 186
	start_bgpd
	expect "SIG$way and a restart: the leftover is removed" 30 eval '! on gw ip -6 route show 2001:db8:2000::/64 | grep -q .'
	expect "SIG$way and a restart: all is right" 10 is_right6
	reap monitor_$way
	check "SIG$way and a restart: no other route was touched" eval \
		'! grep -v "2001:db8:2000:" "$run_dir/monitor_$way.log" | grep -q "2001:db8:\(50\|1000\):"'
	lost_nothing "SIG$way and a restart"
done
lab_done
