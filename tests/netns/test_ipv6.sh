#!/bin/bash
# IPv6 routes over sessions of either family: routes both ways, one chain of the kernel for all of
# them, failover of an IPv6 stream, and fail closed.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/failover.sh"
. "$(dirname "$0")/ipv6.sh"
lab_enter "$@"

# The IPv6 route names a nexthop group, whose members are the tunnels' devices.
stands_in_a_chain() {
	local group
	group=$(on gw ip -6 -j route show $FAR_PREFIX6 proto 186 | jq -e '.[0].nhid') &&
		[ "$(on gw ip -j nexthop show id "$group" | jq '.[0].group | length')" = 2 ]
}

is_refused() {
	on hosta ping -c 1 -W 1 $HOSTB | grep -qi unreachable
}

leaks_nothing() {
	on hosta ping -c 5 -i 0.01 -W 1 $HOSTB
	on net nft list table ip6 leak | grep -q 'packets 0 '
}

fails_closed() { # NAME
	nft_on net <<-X
	table ip6 leak {
		chain input {
			type filter hook prerouting priority -300;
			ip6 daddr $FAR_PREFIX6 counter
		}
	}
	X
	ip -n "$lab_prefix-gw" link set ipsec1 down
	ip -n "$lab_prefix-gw" link set ipsec2 down
	expect "$1: both links down: packets are refused" 3 is_refused
	check "$1: and none leaves by the default route" leaks_nothing
	tunnels_up
	expect "$1: links up: they arrive again" 10 on hosta ping -c 1 -W 1 $HOSTB
}

is_put_right() { # NAME
	on gw ip -6 route del $FAR_PREFIX6 proto 186 metric 20
	expect "$1: the route deleted by hand is back" 1 stands_in_a_chain
	on gw ip nexthop del id "$(on gw ip -6 -j route show $FAR_PREFIX6 proto 186 metric 20 | jq '.[0].nhid')"
	expect "$1: the chain deleted by hand is back, and the route" 1 stands_in_a_chain
	on gw ip nexthop del id "$(on gw ip -6 -j nexthop show dev ipsec1 | jq '[.[] | select(.gateway | test(":"))][0].id')"
	expect "$1: so is a nexthop in its chain" 1 stands_in_a_chain
}

story() { # bird|frr ipv4|ipv6
	local name="$1 over $2" method
	ipv6_new "$1" "$2"
	start_bgpd
	tunnels_up
	failover_prepare "$name" || return
	expect "$name: the route stands in a chain of both tunnels" 2 stands_in_a_chain
	for method in link_down cease; do
		failover_cut "$name" $method 1
		failover_heal "$name" $method
	done
	stream_end
	check "$name: no packet came twice" stream_is_below duplicates 1
	is_put_right "$name"
	fails_closed "$name"
}

for peer in bird frr; do
	for family in ipv4 ipv6; do
		story $peer $family
	done
done
lab_done
