#!/bin/bash
# A story of the field: four tunnels over two far gateways, as two connections of a cloud have them.
# They are lost one after the other, a gateway of two at once, and come back.
. "$(dirname "$0")/lab.sh"
lab_enter "$@"

# tun1 and tun3 end at the first far gateway, tun2 and tun4 at the second one.
far_end() {
	echo "end$((2 - $1 % 2))"
}

far_daemon() {
	echo "far$((2 - $1 % 2))"
}

far_start() {
	local i
	for i in 3 4; do
		lab_link gw ipsec$i 169.254.$((9 + i)).2/30 "$(far_end $i)" tun$i 169.254.$((9 + i)).1/30
		ip -n "$lab_prefix-gw" link set ipsec$i down
	done
	start_bird far core "$(bird_core)"
	far_start_endpoint 1 3
	far_start_endpoint 2 4
}

all_up() {
	local i
	for i in 1 2 3 4; do
		ip -n "$lab_prefix-gw" link set ipsec$i up
	done
}

all_established() {
	local i
	for i in 1 2 3 4; do
		far_is_established $i || return 1
	done
}

# The core sends to one of the gateways, that one into a tunnel.
both_directions_use() { # TUNNEL
	gw_uses "$1" && far_uses $((2 - $1 % 2)) && [ "$(ip -n "$lab_prefix-$(far_end "$1")" -j route get $HOSTA |
		jq -r '.[0].dev')" = "tun$1" ]
}

packets_pass() {
	on hosta ping -q -c 3 -i 0.05 -W 2 $HOSTB
}

moves_to() { # SECONDS TUNNEL WHAT
	expect "$far_kind: $3: both directions use tunnel $2" "$1" both_directions_use "$2"
	check "$far_kind: $3: packets pass" packets_pass
}

four_tunnels() {
	gw_config | jq '.groups[0].tunnels += [range(3; 5) | { name: "tun\(.)", interface: "ipsec\(.)",
		inside: "169.254.\(9 + .).2/30", peer: "169.254.\(9 + .).1", peer_asn: 64512 }]'
}

for peer in bird frr; do
	lab_new $peer two
	four_tunnels >"$run_dir/gw.json"
	start_bgpd
	all_up
	expect "$peer: four sessions come up" 10 all_established
	moves_to 10 1 "at first"
	cut_killed 1
	moves_to 5 2 "the first far gateway is lost, and two tunnels with it"
	cut_silence 2
	moves_to 8 4 "the tunnel goes silent"
	far_start_endpoint 1 3
	expect "$peer: the first far gateway returns" 20 eval 'far_is_established 1 && far_is_established 3'
	moves_to 20 1 "held for a while"
	cut_link_down 1
	moves_to 5 3 "the link goes, and the second tunnel is silent still"
	heal_silence 2
	expect "$peer: the silent one is heard again" 20 far_is_established 2
	moves_to 20 2 "all but the first"
	heal_link_down 1
	moves_to 40 1 "all are back"
done
lab_done
