# tests/netns/bfd.sh - The lab with BFD at the far side: BIRD's own, or FRR's bfdd.  Sourced after
# lab.sh and ipv6.sh, whose functions it extends.

BFD_MS=${BFD_MS:-300}

eval "$(declare -f bird_common | sed '1s/bird_common/common_without_bfd/')"
eval "$(declare -f frr_neighbor | sed '1s/frr_neighbor/neighbor_without_bfd/')"
eval "$(declare -f start_frr | sed '1s/start_frr/start_without_bfd/')"

bird_common() { # ROUTER_ID
	echo "protocol bfd bfd1 { interface \"tun*\" { interval $BFD_MS ms; multiplier 3; }; }"
	common_without_bfd "$1" | sed 's/default bgp_med 0;/& bfd on;/'
}

frr_neighbor() { # ADDRESS ASN
	neighbor_without_bfd "$@"
	echo " neighbor $1 bfd"
	echo " neighbor $1 bfd profile lab"
}

start_frr() { # NAMESPACE NAME CONFIG
	local dir=$run_dir/$2.frr
	reap "$2.bfdd"
	rm -f "$dir/zserv.api" "$dir/bfdd.sock"         # of daemons that were killed
	install -d -o frr -g frr "$dir"
	printf 'bfd\n profile lab\n  detect-multiplier 3\n  receive-interval %s\n  transmit-interval %s\n' \
		"$BFD_MS" "$BFD_MS" >"$dir/bfdd.conf"
	: >"$dir/zebra.conf"
	chown frr:frr "$dir"/*.conf
	spawn "$2.zebra" "$1" /usr/lib/frr/zebra --vty_socket "$dir" -z "$dir/zserv.api" \
		-i "$dir/zebra.pid" -f "$dir/zebra.conf" -A 127.0.0.1
	wait_for 5 test -S "$dir/zserv.api"
	spawn "$2.bfdd" "$1" /usr/lib/frr/bfdd --vty_socket "$dir" -z "$dir/zserv.api" \
		--bfdctl "$dir/bfdd.sock" -i "$dir/bfdd.pid" -f "$dir/bfdd.conf" -A 127.0.0.1
	wait_for 5 test -S "$dir/bfdd.sock"
	start_without_bfd "$@"
}

bfdd_on() { # COMMAND...
	local command options=()
	for command; do
		options+=(-c "$command")
	done
	vtysh --vty_socket "$run_dir/far1.frr" --config_dir "$run_dir/far1.frr" -d bfdd "${options[@]}"
}

# bfd_is STATE TUNNEL: the signal; bfd_says TEXT TUNNEL: its reason
bfd_is() {
	ctl_is ".tunnels[] | select(.name == \"tun$2\").signals.bfd.state == \"$1\"" show tunnels
}

bfd_says() {
	ctl_is ".tunnels[] | select(.name == \"tun$2\").signals.bfd.reason | test(\"$1\")" show tunnels
}

both_bfd_are() {
	bfd_is "$1" 1 && bfd_is "$1" 2
}

# far_bfd_is STATE TUNNEL: as the far side sees it; up or down
far_bfd_is() {
	if [ "$far_kind" = bird ]; then
		birdc_on far1 show bfd sessions | grep -F "$(near_address "$2") " | grep -qiw "$1"
	else
		bfdd_on "show bfd peers json" |
			jq -e "any(.[]; .peer == \"$(near_address "$2")\" and .status == \"$1\")"
	fi
}
