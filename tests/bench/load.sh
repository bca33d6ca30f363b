# tests/bench/load.sh - A daemon under test and the peers that load it.  Sourced after lab.sh.

LOADER=${LOADER:-$BUILD/tests/loader}

# One veth pair for each peer: 10.99.N.1 is the peer, 10.99.N.2 the daemon under test.
bench_new() { # PEERS
	local i
	lab_clear
	lab_number=$((lab_number + 1))
	run_dir=$lab_dir/$lab_number
	mkdir "$run_dir"
	lab_namespace gw
	lab_namespace far
	for i in $(seq "$1"); do
		lab_link gw "in$i" "10.99.$i.2/24" far "out$i" "10.99.$i.1/24"
	done
}

# Tunnels in pairs, as a cloud gives them.
bgpd_config() { # PEERS KERNEL
	local i accept='"0.0.0.0/0 ge 8 le 32"'
	[ "$2" = 1 ] || accept='"192.0.2.0/24"'
	echo '{ "asn": 65010, "router_id": "203.0.113.10", "announce": [], "groups": ['
	for i in $(seq 1 2 "$1"); do
		[ "$i" = 1 ] || echo ,
		printf '{ "name": "g%s", "provider": "generic", "mode": "active-standby", ' "$i"
		printf '"accept": [%s], "hold_time": 180, "tunnels": [\n%s' "$accept" "$(bgpd_tunnel "$i")"
		[ "$i" = "$1" ] || printf ',\n%s' "$(bgpd_tunnel $((i + 1)))"
		echo '] }'
	done
	echo '] }'
}

bgpd_tunnel() { # NUMBER
	printf '{ "name": "t%s", "interface": "in%s", "inside": "10.99.%s.2/30", ' "$1" "$1" "$1"
	printf '"peer": "10.99.%s.1", "peer_asn": 64512 }' "$1"
}

bird_config() { # PEERS KERNEL
	local i
	cat <<-X
	router id 203.0.113.10;
	protocol device { scan time 60; }
	protocol kernel { ipv4 { import none; export $([ "$2" = 1 ] && echo all || echo none); }; }
	X
	for i in $(seq "$1"); do
		echo "protocol bgp t$i { local as 65010; passive on; neighbor 10.99.$i.1 as 64512;"
		echo "  ipv4 { import all; export none; }; }"
	done
}

frr_config() { # PEERS KERNEL
	local i
	cat <<-X
	router bgp 65010
	 bgp router-id 203.0.113.10
	 no bgp ebgp-requires-policy
	 no bgp network import-check
	X
	for i in $(seq "$1"); do
		echo " neighbor 10.99.$i.1 remote-as 64512"
		echo " neighbor 10.99.$i.1 passive"
	done
}

start_daemon() { # DAEMON PEERS KERNEL
	case $1 in
	bgpd)
		bgpd_config "$2" "$3" >"$run_dir/gw.json"
		LOG_LEVEL=warning start_bgpd ;;
	bird) start_bird gw gw "$(bird_config "$2" "$3")" ;;
	frr) start_frr gw gw "$(frr_config "$2" "$3")" ;;
	esac
}

# The processes whose work counts: zebra is a part of FRR that writes routes.
processes() { # DAEMON
	case $1 in
	bgpd) echo "${lab_pids[bgpd]}" ;;
	bird) echo "${lab_pids[gw]}" ;;
	frr) echo "${lab_pids[gw]} ${lab_pids[gw.zebra]}" ;;
	esac
}

ticks() { # PID...
	local pid sum=0
	for pid in "$@"; do
		sum=$((sum + $(sed 's/.*) //' "/proc/$pid/stat" | awk '{print $12 + $13}')))
	done
	echo $sum
}

peak_kb() { # PID...
	local pid sum=0
	for pid in "$@"; do
		sum=$((sum + $(awk '/VmHWM/ {print $2}' "/proc/$pid/status")))
	done
	echo $sum
}

start_loader() { # NUMBER SHAPE PREFIXES
	on far "$LOADER" -4 "10.99.$1.1" -t "10.99.$1.2" -a 64512 -n "$3" -s "$2" \
		>"$run_dir/loader.$1.out" 2>&1 &
	lab_pids[loader$1]=$!
}

has_sent_all() { # PEERS
	[ "$(cat "$run_dir"/loader.*.out 2>/dev/null | grep -c ^last)" = "$1" ]
}
