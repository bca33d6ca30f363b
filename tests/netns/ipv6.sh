# tests/netns/ipv6.sh - The lab with IPv6 between the hosts.  Sourced after lab.sh.
#
# The sessions run over the IPv4 addresses of the inside links and carry both families, or over
# IPv6 addresses (fd00:10::/126 and fd00:11::/126, :1 is the far end) and carry IPv6 alone.

HOSTA6=2001:db8:60::10 HOSTB6=2001:db8:50::10
NEAR_PREFIX6=2001:db8:60::/48 FAR_PREFIX6=2001:db8:50::/48
HOSTA4=$HOSTA HOSTB4=$HOSTB

# ipv6_new bird|frr ipv4|ipv6: a new lab with sessions over addresses of this family; packets between
# the hosts are IPv6.
ipv6_new() {
	local i
	session_family=$2
	HOSTA=$HOSTA4 HOSTB=$HOSTB4
	lab_new "$1"
	HOSTA=$HOSTA6 HOSTB=$HOSTB6
	for i in gw far; do
		on $i sysctl -qw net.ipv6.conf.all.forwarding=1 net.ipv6.conf.all.keep_addr_on_down=1 \
			net.ipv6.icmp.ratelimit=0
	done
	ipv6_link gw lan 2001:db8:60::1/48 hosta eth0 $HOSTA6/48
	ipv6_link far lan 2001:db8:50::1/48 hostb eth0 $HOSTB6/48
	ipv6_link gw wan 2001:db8:ff::10/64 net eth0 2001:db8:ff::1/64
	ip -n $lab_prefix-gw route add default via 2001:db8:ff::1
	ip -n $lab_prefix-hosta route add default via 2001:db8:60::1
	ip -n $lab_prefix-hostb route add default via 2001:db8:50::1
	for i in 1 2; do
		ipv6_link gw ipsec$i fd00:$((9 + i))::2/126 far tun$i fd00:$((9 + i))::1/126
	done
	gw_config_ipv6 >"$run_dir/gw.json"
	reap far1
	reap far1.zebra
	if [ "$far_kind" = bird ]; then
		start_bird far far1 "$(bird_far_ipv6)"
	else
		rm -rf "$run_dir/far1.frr"
		start_frr far far1 "$(frr_far_ipv6)"
	fi
}

ipv6_link() { # NAMESPACE INTERFACE ADDRESS NAMESPACE INTERFACE ADDRESS
	ip -n "$lab_prefix-$1" addr add "$3" dev "$2" nodad
	ip -n "$lab_prefix-$4" addr add "$6" dev "$5" nodad
}

# near_address / far_address TUNNEL: the ends of the session
near_address() {
	[ "${session_family:-ipv4}" = ipv4 ] && echo "169.254.$((9 + $1)).2" || echo "fd00:$((9 + $1))::2"
}

far_address() {
	[ $session_family = ipv4 ] && echo "169.254.$((9 + $1)).1" || echo "fd00:$((9 + $1))::1"
}

gw_config_ipv6() {
	local length=126 families='"ipv6"'
	[ $session_family = ipv6 ] || length=30 families='"ipv4", "ipv6"'
	gw_config "\"families\": [$families]," |
		sed -e "s|\"announce\": \[|&\"$NEAR_PREFIX6\", |" -e "s|\"accept\": \[|&\"$FAR_PREFIX6 le 64\", |" \
			-e "s|169.254.10.2/30|$(near_address 1)/$length|; s|169.254.10.1|$(far_address 1)|" \
			-e "s|169.254.11.2/30|$(near_address 2)/$length|; s|169.254.11.1|$(far_address 2)|"
}

bird_far_ipv6() {
	local i
	bird_common 198.51.100.1
	echo "protocol kernel { ipv6 { import none; export where source = RTS_BGP; }; }"
	bird_prefixes
	echo "protocol static { ipv6 { preference 250; }; route $FAR_PREFIX6 unreachable; }"
	for i in 1 2; do
		echo "protocol bgp tun$i from session { neighbor $(near_address $i) as 65010;"
		[ $session_family = ipv6 ] || echo "ipv4 { import all; export all; next hop self; };"
		echo "ipv6 { import all; export all; next hop self; }; }"
	done
}

frr_far_ipv6() {
	local i family
	cat <<-X
	frr defaults datacenter
	router bgp 64512
	 bgp router-id 198.51.100.1
	 no bgp ebgp-requires-policy
	 no bgp network import-check
	X
	for i in 1 2; do
		frr_neighbor "$(near_address $i)" 65010
	done
	for family in ipv4 ipv6; do
		echo " address-family $family unicast"
		echo "  maximum-paths 1"
		[ $family = ipv4 ] && echo "  network $FAR_PREFIX" || echo "  network $FAR_PREFIX6"
		for i in 1 2; do
			[ $family = ipv4 ] && [ $session_family = ipv6 ] && continue
			echo "  neighbor $(near_address $i) activate"
			echo "  neighbor $(near_address $i) next-hop-self"
		done
		echo " exit-address-family"
	done
}
