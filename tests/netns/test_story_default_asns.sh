#!/bin/bash
# A story of the field: one gateway, an AWS and an Alibaba connection and a second AWS one, each with the
# ASN that its provider gives to everybody.  Nothing is passed on from one to the other, where the two
# that share an ASN would take it for a loop, and each fails over by itself.
. "$(dirname "$0")/lab.sh"
lab_enter "$@"

# Tunnels 1 and 2: AWS, 64512.  3 and 4: Alibaba, 45104.  5: another AWS, 64512 again.
SITES=(- aws aws alibaba alibaba aws2)
declare -A PREFIX=([aws]=10.50.0.0/16 [alibaba]=172.16.0.0/16 [aws2]=10.51.0.0/16)
declare -A HOST=([aws]=10.50.0.1 [alibaba]=172.16.0.1 [aws2]=10.51.0.1)
declare -A ASN=([aws]=64512 [alibaba]=45104 [aws2]=64512)
declare -A PLACE=([aws]=far [alibaba]=end1 [aws2]=end2)

far_end() {
	echo "${PLACE[${SITES[$1]}]}"
}

far_daemon() {
	echo "${SITES[$1]}"
}

far_start() {
	local i
	for i in 3 4 5; do
		lab_link gw ipsec$i 169.254.$((9 + i)).2/30 "$(far_end $i)" tun$i 169.254.$((9 + i)).1/30
		ip -n "$lab_prefix-gw" link set ipsec$i down
	done
	site aws 1 2
	site alibaba 3 4
	site aws2 5
}

site() { # NAME TUNNEL...
	local name=$1 i
	shift
	ip -n "$lab_prefix-${PLACE[$name]}" addr add "${HOST[$name]}/32" dev lo
	start_bird "${PLACE[$name]}" "$name" "$(
		bird_common "${HOST[$name]}" | sed "s/local as 64512/local as ${ASN[$name]}/"
		echo "protocol static { ipv4; route ${PREFIX[$name]} unreachable; }"
		for i; do
			echo "protocol bgp tun$i from session { neighbor 169.254.$((9 + i)).2 as 65010;
				ipv4 { import all; export where source = RTS_STATIC; next hop self; }; }"
		done
	)"
}

config() {
	jq -n --argjson hold $HOLD_TIME --arg near $NEAR_PREFIX '
		def tunnel: { name: "tun\(.)", interface: "ipsec\(.)", inside: "169.254.\(9 + .).2/30",
			peer: "169.254.\(9 + .).1" };
		{ asn: 65010, router_id: "203.0.113.10", announce: [$near], groups: [
		{ name: "aws", provider: "aws-vgw", hold_time: $hold, revert_delay: 1, settle: 1,
			accept: ["10.50.0.0/16 le 24"], tunnels: [1, 2 | tunnel] },
		{ name: "alibaba", provider: "alibaba", mode: "follow-provider", hold_time: $hold,
			revert_delay: 1, settle: 1, accept: ["172.16.0.0/16 le 24"], tunnels: [3, 4 | tunnel] },
		{ name: "aws2", provider: "aws-vgw", hold_time: $hold, revert_delay: 1, settle: 1,
			accept: ["10.51.0.0/16 le 24"], tunnels: [5 | tunnel] } ] }'
}

all_established() {
	local i
	for i in 1 2 3 4 5; do
		far_is_established $i || return 1
	done
}

knows() { # SITE PREFIX
	birdc_on "$1" show route "$2" | grep -q "^$2"
}

knows_only_ours() { # SITE
	local other
	knows "$1" $NEAR_PREFIX || return 1
	for other in "${!PREFIX[@]}"; do
		[ "$other" = "$1" ] || ! knows "$1" "${PREFIX[$other]}" || return 1
	done
}

reaches() { # SITE
	on hosta ping -q -c 2 -i 0.1 -W 1 "${HOST[$1]}"
}

lab_new bird two
config >"$run_dir/gw.json"
check "the file needs no AS of theirs" "$BGPCTL" check "$run_dir/gw.json"
start_bgpd
for i in 1 2 3 4 5; do
	ip -n "$lab_prefix-gw" link set ipsec$i up
done
expect "five sessions come up, with three providers' own ASNs" 15 all_established
for name in aws alibaba aws2; do
	expect "$name: is reached" 10 reaches $name
	check "$name: knows our prefix, and of the others nothing" knows_only_ours $name
done

cut_silence 1
expect "aws: its second tunnel takes over" 5 eval '[ "$(gw_device 10.50.0.1)" = ipsec2 ]'
expect "aws: is reached" 5 reaches aws
check "alibaba: is where it was" eval '[ "$(gw_device 172.16.0.1)" = ipsec3 ]'
check "alibaba: is reached" reaches alibaba
cut_link_down 3
expect "alibaba: its second tunnel takes over" 5 eval '[ "$(gw_device 172.16.0.1)" = ipsec4 ]'
expect "alibaba: is reached" 10 reaches alibaba

jq '.asn = 64512' "$run_dir/gw.json" >"$run_dir/same.json"
check "our own AS cannot be the provider's" eval '"$BGPCTL" check "$run_dir/same.json" 2>&1 | grep -q "64512 is our own AS"'
lab_done
