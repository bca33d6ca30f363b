# tests/netns/far.sh - The far side of the lab: BIRD or FRR, as one gateway or as two endpoints, and
# the ways to cut a tunnel there.  Sourced by lab.sh.

# ---- the far side -----------------------------------------------------------------------------

far_start() {
	local i
	if [ "$far_kind" = none ]; then
		return
	elif [ $far_shape = two ]; then
		start_bird far core "$(bird_core)"
		for i in 1 2; do
			far_start_endpoint $i
		done
	else
		far_start_endpoint 1 2
	fi
}

# far_start_endpoint TUNNEL...: the daemon at the end of these tunnels
far_start_endpoint() {
	if [ "$far_kind" = bird ]; then
		start_bird "$(far_end "$1")" "far$1" "$(bird_far "$@")"
	else
		start_frr "$(far_end "$1")" "far$1" "$(frr_far "$@")"
	fi
}

# The name under which the daemon at the end of tunnel N was started.
far_daemon() {
	[ $far_shape = one ] && echo far1 || echo "far$1"
}

start_bird() { # NAMESPACE NAME CONFIG
	printf '%s\n' "$3" >"$run_dir/$2.conf"
	spawn "$2" "$1" /usr/sbin/bird -f -c "$run_dir/$2.conf" -s "$run_dir/$2.ctl" -P "$run_dir/$2.pid"
	wait_for 5 birdc_on "$2" show status
}

birdc_on() { # NAME COMMAND...
	local name=$1
	shift
	/usr/sbin/birdc -s "$run_dir/$name.ctl" "$@"
}

start_frr() { # NAMESPACE NAME CONFIG
	local dir=$run_dir/$2.frr
	[ -d "$dir" ] || install -d -o frr -g frr "$dir"
	printf '%s\n' "$3" >"$dir/bgpd.conf"
	: >"$dir/zebra.conf"
	: >"$dir/vtysh.conf"
	chown frr:frr "$dir"/*.conf
	is_running "$2.zebra" || spawn "$2.zebra" "$1" /usr/lib/frr/zebra --vty_socket "$dir" \
		-z "$dir/zserv.api" -i "$dir/zebra.pid" -f "$dir/zebra.conf" -A 127.0.0.1
	wait_for 5 test -S "$dir/zserv.api"
	spawn "$2" "$1" /usr/lib/frr/bgpd --vty_socket "$dir" -z "$dir/zserv.api" \
		-i "$dir/bgpd.pid" -f "$dir/bgpd.conf" -A 127.0.0.1
	wait_for 5 vtysh_on "$2" "show bgp summary"
}

vtysh_on() { # NAME COMMAND...
	local name=$1 command options=()
	shift
	for command; do
		options+=(-c "$command")
	done
	vtysh --vty_socket "$run_dir/$name.frr" --config_dir "$run_dir/$name.frr" -d bgpd "${options[@]}"
}

bird_common() { # ROUTER_ID
	cat <<-X
	router id $1;
	protocol device { scan time 5; }
	protocol kernel { ipv4 { import none; export where source = RTS_BGP; }; }
	template bgp session {
		local as 64512;
		hold time $HOLD_TIME;
		${FAR_KEEPALIVE:+keepalive time $FAR_KEEPALIVE;}
		connect delay time 1;
		connect retry time 1;
		error wait time 1, 2;
		error forget time 2;
		default bgp_med 0;
	}
	X
}

bird_far() { # TUNNEL...
	local i
	bird_common "198.51.100.$1"
	if [ $far_shape = two ]; then
		echo "protocol bgp core from session { neighbor 10.99.$1.2 as 64512; direct;
			ipv4 { import all; export where source = RTS_BGP; next hop self; }; }"
	else
		bird_prefixes
	fi
	for i; do
		echo "protocol bgp tun$i from session { neighbor 169.254.$((9 + i)).2 as 65010;
			ipv4 { import all; export all; next hop self; }; }"
	done
}

# near_address TUNNEL: our end of the session.  A test of other sessions has its own.
near_address() {
	echo "169.254.$((9 + $1)).2"
}

# What the far network announces: FAR_PREFIX, and in benchmarks the file bulk.conf besides.
bird_prefixes() {
	echo "protocol static { ipv4 { preference 250; }; route $FAR_PREFIX unreachable;"
	[ ! -f "$lab_dir/bulk.conf" ] || echo "include \"$lab_dir/bulk.conf\";"
	echo "}"
}

# What it hears from one endpoint is not said to the other; and when the daemon of one dies, its
# routes go at once.
bird_core() {
	local i
	bird_common 198.51.100.9
	bird_prefixes
	for i in 1 2; do
		echo "protocol bgp end$i from session { neighbor 10.99.$i.1 as 64512; direct; graceful restart off;
			ipv4 { import all; export where source = RTS_STATIC; next hop self; }; }"
	done
}

frr_far() { # TUNNEL...
	local i address
	cat <<-X
	frr defaults datacenter
	router bgp 64512
	 bgp router-id 198.51.100.$1
	 no bgp ebgp-requires-policy
	 no bgp network import-check
	X
	for i; do
		frr_neighbor 169.254.$((9 + i)).2 65010
	done
	[ $far_shape = one ] || frr_neighbor "10.99.$1.2" 64512
	echo " address-family ipv4 unicast"
	echo "  maximum-paths 1"
	[ $far_shape = two ] || echo "  network $FAR_PREFIX"
	[ $far_shape = one ] || echo "  neighbor 10.99.$1.2 next-hop-self"
	for i; do
		address=169.254.$((9 + i)).2
		echo "  neighbor $address activate"
		echo "  neighbor $address next-hop-self"
	done
	echo " exit-address-family"
}

frr_neighbor() { # ADDRESS ASN
	cat <<-X
	 neighbor $1 remote-as $2
	 neighbor $1 timers $(((HOLD_TIME + 2) / 3)) $HOLD_TIME
	 neighbor $1 timers connect 1
	X
}

# far_announce PREFIX / far_withdraw PREFIX: on all tunnels
far_announce() {
	far_change_prefix "$1" yes
}

far_withdraw() {
	far_change_prefix "$1" no
}

far_change_prefix() { # PREFIX yes|no
	if [ "$far_kind" = bird ]; then
		[ "$2" = yes ] && echo "route $1 unreachable;" >"$lab_dir/bulk.conf" || rm -f "$lab_dir/bulk.conf"
		bird_far 1 2 >"$run_dir/far1.conf"
		birdc_on far1 configure >/dev/null
	else
		[ "$2" = yes ] && set -- "$1" "" || set -- "$1" "no "
		vtysh_on far1 "configure terminal" "router bgp 64512" "address-family ipv4 unicast" \
			"${2}network $1"
	fi
}

# Established as the far side sees it, so that it can be asked whatever the gateway runs.
far_is_established() { # TUNNEL
	local daemon
	daemon=$(far_daemon "$1")
	if [ "$far_kind" = bird ]; then
		birdc_on "$daemon" show protocols "tun$1" | grep -q Established
	else
		vtysh_on "$daemon" "show bgp summary json" |
			jq -e "[.[].peers.\"$(near_address "$1")\".state? == \"Established\"] | any"
	fi
}

far_is_not_established() {
	! far_is_established "$1" >/dev/null
}

# ---- ways to cut a tunnel, and to heal it -----------------------------------------------------

cut_tunnel() { # METHOD TUNNEL
	cut_"$1" "$2"
}

heal_tunnel() {
	heal_"$1" "$2"
}

cut_link_down() {
	ip -n "$lab_prefix-gw" link set "ipsec$1" down
}

heal_link_down() {
	ip -n "$lab_prefix-gw" link set "ipsec$1" up
}

# The far side says Cease: an operator there has shut the session down.
cut_cease() {
	if [ "$far_kind" = bird ]; then
		birdc_on "$(far_daemon "$1")" disable "tun$1" >/dev/null
	else
		vtysh_on "$(far_daemon "$1")" "configure terminal" "router bgp 64512" \
			"neighbor $(near_address "$1") shutdown"
	fi
}

heal_cease() {
	if [ "$far_kind" = bird ]; then
		birdc_on "$(far_daemon "$1")" enable "tun$1" >/dev/null
	else
		vtysh_on "$(far_daemon "$1")" "configure terminal" "router bgp 64512" \
			"no neighbor $(near_address "$1") shutdown"
	fi
}

# TCP connections are reset, and new ones refused; packets between the hosts still pass.
cut_tcp_reset() {
	nft_on "$(far_end "$1")" <<-X
	table inet cut {
		chain input {
			type filter hook input priority 0;
			iifname "tun$1" tcp dport 179 reject with tcp reset
			iifname "tun$1" tcp sport 179 reject with tcp reset
		}
	}
	X
	on "$(far_end "$1")" ss -tK dst "169.254.$((9 + $1)).2" >/dev/null
}

heal_tcp_reset() {
	echo "delete table inet cut" | nft_on "$(far_end "$1")"
}

# Nothing passes, and nothing says so: only timers can tell.
cut_silence() {
	nft_on "$(far_end "$1")" <<-X
	table inet cut {
		chain input {
			type filter hook prerouting priority -300;
			iifname "tun$1" drop
		}
		chain output {
			type filter hook postrouting priority 300;
			oifname "tun$1" drop
		}
	}
	X
}

heal_silence() {
	echo "delete table inet cut" | nft_on "$(far_end "$1")"
}

# The daemon at the far end dies without a word; needs two endpoints.
cut_killed() {
	reap "$(far_daemon "$1")" KILL
}

heal_killed() {
	far_start_endpoint "$1"
}

nft_on() {
	on "$1" nft -f -
}
