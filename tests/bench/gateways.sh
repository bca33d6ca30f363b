# tests/bench/gateways.sh - Who may stand in the gateway's place, and how each is told that a tunnel's
# security association is gone.  Sourced after lab.sh.
#
#	bgpd, bird, frr         set up by the book; "+bfd": with BFD, 3 x 50 ms
#	kernel                  no daemon: its routes are written beforehand, on a resilient group, and
#	                        the tool that makes the event also says the one message that is needed.
#	                        Nothing can be quicker

BFD_INTERVAL_MS=50

is_with_bfd() { # GATEWAY
	[[ $1 = *+bfd ]]
}

bench_gateway_start() { # GATEWAY N
	case $1 in
	bgpd*) bgpd_gateway "$1" ;;
	bird*) start_bird gw gw "$(bird_gateway "$1")" ;;
	frr*) frr_gateway "$1" ;;
	kernel) kernel_gateway "$2" ;;
	esac
}

bgpd_gateway() { # GATEWAY
	if is_with_bfd "$1"; then
		gw_config "\"bfd\": { \"interval_ms\": $BFD_INTERVAL_MS, \"multiplier\": 3 },"
	else
		gw_config
	fi >"$run_dir/gw.json"
	LOG_LEVEL=warning start_bgpd
}

bird_gateway() { # GATEWAY
	if is_with_bfd "$1"; then
		bird_gw | sed 's/graceful restart off;/&\n\t\t\tbfd on;/'
		bird_bfd
	else
		bird_gw
	fi
}

bird_bfd() {
	echo "protocol bfd { interface \"*\" { interval $BFD_INTERVAL_MS ms; multiplier 3; }; }"
}

frr_gateway() { # GATEWAY
	start_frr gw gw "$(frr_gw "$1")"
	is_with_bfd "$1" || return 0
	spawn gw.bfdd gw /usr/lib/frr/bfdd --vty_socket "$run_dir/gw.frr" -z "$run_dir/gw.frr/zserv.api" \
		-i "$run_dir/gw.frr/bfdd.pid" -A 127.0.0.1 --bfdctl "$run_dir/gw.frr/bfdd.sock"
}

frr_gw() { # GATEWAY
	local i
	cat <<-X
	frr defaults datacenter
	router bgp 65010
	 bgp router-id 203.0.113.10
	 no bgp ebgp-requires-policy
	 no bgp network import-check
	X
	for i in 1 2; do
		frr_neighbor 169.254.$((9 + i)).1 64512
		if is_with_bfd "$1"; then
			echo " neighbor 169.254.$((9 + i)).1 bfd 3 $BFD_INTERVAL_MS $BFD_INTERVAL_MS"
		fi
	done
	echo " address-family ipv4 unicast"
	echo "  network $NEAR_PREFIX"
	for i in 1 2; do
		echo "  neighbor 169.254.$((9 + i)).1 route-map in$i in"
		echo "  neighbor 169.254.$((9 + i)).1 route-map out$i out"
		echo "  neighbor 169.254.$((9 + i)).1 soft-reconfiguration inbound"
	done
	echo " exit-address-family"
	for i in 1 2; do
		printf 'route-map in%s permit 10\n set local-preference %s\n' $i $((300 - 100 * i))
		printf 'route-map out%s permit 10\n match ip address prefix-list near\n set metric %s\n' \
			$i $((100 * (i - 1)))
		[ $i = 1 ] || echo " set as-path prepend 65010 65010"
	done
	echo "ip prefix-list near permit $NEAR_PREFIX"
}

kernel_gateway() { # N
	tunnels_up
	ip -n "$lab_prefix-far" route add $NEAR_PREFIX via 169.254.11.2
	on gw sysctl -qw net.ipv4.nexthop_compat_mode=0
	on gw ip -batch - <<-X
	nexthop add id 1 via 169.254.10.1 dev ipsec1
	nexthop add id 2 via 169.254.11.1 dev ipsec2
	nexthop add id 10 group 1,255/2,1 type resilient buckets 1 idle_timer 0
	X
	bulk "$1" | sed 's/^route \([^ ]*\) .*/route add \1 nhid 10/' | on gw ip -batch -
}

# How many of the far side's prefixes have come by tunnel N.
received() { # GATEWAY TUNNEL
	case $1 in
	bgpd*) ctl show neighbors "tun$2" | jq '.neighbors[0].prefixes_received' ;;
	bird*) birdc_on gw show route protocol "tun$2" count | awk '/ of / { print $1; exit }' ;;
	frr*) vtysh_on gw "show bgp ipv4 unicast summary json" |
		jq ".peers.\"169.254.$((9 + $2)).1\".pfxRcd" ;;
	esac
}

has_received() { # GATEWAY N
	[ "$1" = kernel ] || { [ "$(received "$1" 1)" -ge "$2" ] && [ "$(received "$1" 2)" -ge "$2" ]; }
}

# Tells the gateway that the SA of tunnel 1 is gone, as a hook of the IKE daemon would.
tell_sa_down() { # GATEWAY
	case $1 in
	bgpd*) ctl tunnel signal tun1 ipsec down >/dev/null ;;
	bird*) birdc_on gw disable tun1 >/dev/null ;;
	frr*) vtysh_on gw "configure terminal" "router bgp 65010" "neighbor 169.254.10.1 shutdown" ;;
	kernel) on gw ip nexthop replace id 10 group 2,255/1,1 type resilient buckets 1 idle_timer 0 ;;
	esac
}
