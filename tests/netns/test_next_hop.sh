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

# ---- a neighbor that has a link-local address alone ----

core_config() {
	cat <<-X
	router id $HOSTA4;
	protocol device { }
	protocol static { ipv6; route 2001:db8:77::/48 unreachable; }
	protocol static { ipv4; route 10.77.0.0/16 unreachable; }
	protocol bgp site {
		local fe80::10 as 65020;
		neighbor fe80::1%eth0 as 65010;
		connect delay time 1; connect retry time 1; error wait time 1, 2;
		ipv6 { import all; export all; };
		ipv4 { import all; export all; extended next hop on; };
	}
	X
}

kernel_sends_by() { # PREFIX WORDS
	[[ $(on gw ip route get "$1") == *" $2 "* ]]
}

ipv6_new bird ipv4
ip -n "$lab_prefix-gw" addr add fe80::1/64 dev lan nodad
ip -n "$lab_prefix-hosta" addr add fe80::10/64 dev eth0 nodad
sed -i '/"asn": 65010,/a "neighbors": [ { "name": "core", "address": "fe80::10", "interface": "lan", "asn": 65020,\
	"families": ["ipv4", "ipv6"], "import": "any", "export": "any" } ],' "$run_dir/gw.json"
start_bird hosta core "$(core_config)"
start_bgpd
tunnels_up
expect "a session over link-local addresses" 10 ctl_is '.neighbors[-1].state == "established"' show neighbors
expect "its IPv6 next hop lies on its interface" 5 kernel_sends_by 2001:db8:77::1 "via fe80::10 dev lan"
expect "the one of IPv4, too" 5 kernel_sends_by 10.77.0.1 "via inet6 fe80::10 dev lan"
lab_done
