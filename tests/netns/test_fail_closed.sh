#!/bin/bash
# No tunnel is left: what is meant for the far network is refused, and does not follow the default
# route into the clear; not when bgpd is dead either.  IPv4 and IPv6.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/ipv6.sh"
lab_enter "$@"

is_refused() {
	on hosta ping -c 1 -W 1 $HOSTB4 | grep -qi unreachable && on hosta ping -c 1 -W 1 $HOSTB6 | grep -qi unreachable
}

# Counts on the other side of the default route what is meant for the far network.
count_leaks() {
	nft_on net <<-X
	table inet leak {
		chain input {
			type filter hook prerouting priority -300;
			ip daddr $FAR_PREFIX counter
			ip6 daddr $FAR_PREFIX6 counter
		}
	}
	X
}

nothing_leaked() {
	[ "$(on net nft list table inet leak | grep -c 'packets 0 ')" = 2 ]
}

send_some() {
	on hosta ping -c 5 -i 0.01 -W 1 $HOSTB4
	on hosta ping -c 5 -i 0.01 -W 1 $HOSTB6
}

leaks_nothing() {
	send_some
	nothing_leaked
}

arrives() {
	on hosta ping -c 1 -W 1 $HOSTB4 && on hosta ping -c 1 -W 1 $HOSTB6
}

links_down() {
	ip -n "$lab_prefix-gw" link set ipsec1 down
	ip -n "$lab_prefix-gw" link set ipsec2 down
}

# The counters count: without the routes that fail closed the packets are there.
leaks_without() {
	on gw ip route del $FAR_PREFIX metric 10020
	on gw ip -6 route del $FAR_PREFIX6 metric 10020
	send_some
	[ "$(on net nft list table inet leak | grep -c 'packets 0 ')" = 0 ]
}

ipv6_new bird ipv4
count_leaks
start_bgpd
expect "before any session is up packets are refused" 3 is_refused
tunnels_up
expect "with the tunnels they arrive" 10 arrives
stream_start -r 1000
links_down
expect "both links down: packets are refused" 3 is_refused
tunnels_up
expect "with the tunnels they arrive again" 10 arrives
cut_tunnel cease 1
cut_tunnel cease 2
expect "both sessions shut down: packets are refused" 3 is_refused
check "bgpd lives: of a steady stream and all others none left by the default route" leaks_nothing
heal_tunnel cease 1
heal_tunnel cease 2
expect "with the sessions they arrive again" 10 arrives
reap bgpd KILL
links_down
expect "bgpd killed and both links down: packets are refused" 3 is_refused
check "none left by the default route" leaks_nothing
start_bgpd
tunnels_up
expect "started again they arrive" 10 arrives
links_down
reap bgpd KILL
expect "both links down and then bgpd killed: packets are refused" 3 is_refused
check "none left by the default route" leaks_nothing
start_bgpd
tunnels_up
expect "started again they arrive" 10 arrives
reap bgpd KILL
on gw ip link del ipsec1
on gw ip link del ipsec2
expect "bgpd killed and both devices deleted: packets are refused" 3 is_refused
check "none left by the default route" leaks_nothing
stream_end
check "the test would have seen them" leaks_without
lab_done
