#!/bin/bash
# Next hops of the other family: IPv4 over IPv6 (RFC 8950), IPv6 over a session of IPv4 addresses, also
# when an address of either end comes, goes or changes.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/ipv6.sh"
lab_enter "$@"

nexthop_is() { # PATTERN: an IPv6 gateway on ipsec1
	on gw ip -6 -j nexthop show dev ipsec1 protocol 186 |
		jq -e --arg gateway "$1" '[.[].gateway // ""] | any(test($gateway))'
}

leaves_by_ipv6() { # ADDRESS
	[[ $(on gw ip route get "$1") == *"via inet6 fd00:10::1 dev ipsec1"* ]]
}

# ---- IPv4 over IPv6 ----

ipv6_new bird ipv6
sed -i 's/"families": \["ipv6"\]/"families": ["ipv4", "ipv6"]/' "$run_dir/gw.json"
sed -i 's/ipv6 { import all; export all; next hop self; }; }/ipv4 { import all; export all; next hop self; extended next hop on; }; &/' \
	"$run_dir/far1.conf"
birdc_on far1 configure >/dev/null
start_bgpd
tunnels_up
expect "both have extended next hops" 10 ctl_is \
	'.neighbors[0].capabilities | index("extended-next-hop")' show neighbors tun1
expect "an IPv4 route leaves by an IPv6 next hop" 5 leaves_by_ipv6 $HOSTB4
expect "and our prefix is told with one" 5 on far sh -c "ip route show $NEAR_PREFIX | grep -q 'via inet6 fd00:10::2'"
expect "packets of IPv4 go there and back" 5 on hosta ping -c 1 -W 1 -I $HOSTA4 $HOSTB4
expect "and of IPv6 by the same session" 5 on hosta ping -c 1 -W 1 $HOSTB6
ip -n "$lab_prefix-gw" link set ipsec1 down
expect "a failover takes IPv4 along" 5 on hosta ping -c 1 -W 1 -I $HOSTA4 $HOSTB4

# ---- IPv6 over IPv4 ----

ipv6_new bird ipv4
start_bgpd
tunnels_up
expect "of two next hops the link-local one is used" 10 nexthop_is '^fe80:'
expect "packets get through" 5 on hosta ping -c 1 -W 1 $HOSTB6
ip -n "$lab_prefix-far" -6 addr flush dev tun1 scope link
ip -n "$lab_prefix-far" addr add fe80::77/64 dev tun1 nodad
birdc_on far1 restart tun1 >/dev/null
expect "a far end that names another address is followed" 10 nexthop_is '^fe80::77$'
expect "packets get through by it" 5 on hosta ping -c 1 -W 1 $HOSTB6
sessions=$(ctl show neighbors tun1 | jq '.neighbors[0].times_established')

on_far_is_told() {
	birdc_on far1 show route protocol tun1 | grep -q "$NEAR_PREFIX6"
}

on_far_is_not_told() {
	! on_far_is_told
}

expect "our IPv6 prefix is announced" 5 on_far_is_told
ip -n "$lab_prefix-gw" -6 addr flush dev ipsec1
expect "without an IPv6 address it is withdrawn" 5 on_far_is_not_told
check "and the session lives on" ctl_is ".neighbors[0].times_established == $sessions" show neighbors tun1
ip -n "$lab_prefix-gw" addr add fd00:10::2/126 dev ipsec1 nodad
expect "an address that comes later announces it" 5 on_far_is_told
lab_done
