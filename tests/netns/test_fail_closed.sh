#!/bin/bash
# No tunnel is left: what is meant for the far network is refused, and does not follow the default
# route into the clear; not when bgpd is dead either.
. "$(dirname "$0")/lab.sh"
lab_enter "$@"

is_refused() {
	on hosta ping -c 1 -W 1 $HOSTB | grep -qi unreachable
}

# Counts on the other side of the default route what is meant for the far network.
count_leaks() {
	nft_on net <<-X
	table ip leak {
		chain input {
			type filter hook prerouting priority -300;
			ip daddr $FAR_PREFIX counter
		}
	}
	X
}

leaks_nothing() {
	on hosta ping -c 5 -i 0.01 -W 1 $HOSTB
	on net nft list table ip leak | grep -q 'packets 0 '
}

reaches_hostb() {
	on hosta ping -c 1 -W 1 $HOSTB
}

lab_new bird
count_leaks
start_bgpd
expect "before any session is up packets are refused" 3 is_refused
tunnels_up
expect "with the tunnels they arrive" 10 reaches_hostb
ip -n "$lab_prefix-gw" link set ipsec1 down
ip -n "$lab_prefix-gw" link set ipsec2 down
expect "both links down: packets are refused" 3 is_refused
check "both links down: none leaves by the default route" leaks_nothing
tunnels_up
expect "with the tunnels they arrive again" 10 reaches_hostb
cut_tunnel cease 1
cut_tunnel cease 2
expect "both sessions shut down: packets are refused" 3 is_refused
heal_tunnel cease 1
heal_tunnel cease 2
expect "with the sessions they arrive again" 10 reaches_hostb
reap bgpd KILL
ip -n "$lab_prefix-gw" link set ipsec1 down
ip -n "$lab_prefix-gw" link set ipsec2 down
expect "bgpd killed and both links down: packets are refused" 3 is_refused
check "bgpd killed and both links down: none leaves by the default route" leaks_nothing
lab_done
