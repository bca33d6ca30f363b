#!/bin/bash
# What the far side announces covers the outer addresses of the tunnels themselves.  The tunnels are
# real ones (VXLAN over the underlay), so that a captured endpoint would cut them off.
#
#	gw --wan--- net --isp--- far       198.51.100.1, .2: the tunnels' far ends
#	gw --wan2-- net
. "$(dirname "$0")/lab.sh"
lab_enter "$@"

OUTSIDE=198.51.100 OUTSIDE6=2001:db8:100:

# The underlay: two uplinks of the gateway, and the far end behind their provider.
underlay() {
	local family
	lab_link gw wan2 192.0.2.10/24 net eth2 192.0.2.1/24
	lab_link net isp 198.18.0.1/30 far isp 198.18.0.2/30
	for family in 1 2; do
		ip -n $lab_prefix-far addr add $OUTSIDE.$family/32 dev lo
		ip -n $lab_prefix-far addr add $OUTSIDE6:$family/128 dev lo
	done
	on net sysctl -qw net.ipv6.conf.all.forwarding=1
	on far sysctl -qw net.ipv6.conf.all.forwarding=1
	on gw sysctl -qw net.ipv6.conf.all.forwarding=1
	address6 gw wan 2001:db8:1::10/64
	address6 gw wan2 2001:db8:2::10/64
	address6 net eth0 2001:db8:1::1/64
	address6 net eth2 2001:db8:2::1/64
	address6 net isp 2001:db8:3::1/64
	address6 far isp 2001:db8:3::2/64
	ip -n $lab_prefix-gw route del default
	ip -n $lab_prefix-net route add $OUTSIDE.0/24 via 198.18.0.2
	ip -n $lab_prefix-net route add $OUTSIDE6:/64 via 2001:db8:3::2
	ip -n $lab_prefix-far route add default via 198.18.0.1
	ip -n $lab_prefix-far route add default via 2001:db8:3::1
}

address6() { # NAMESPACE INTERFACE ADDRESS
	ip -n "$lab_prefix-$1" addr add "$3" dev "$2" nodad
}

# uplink wan|wan2: the default route leads there
uplink() {
	local gateway=203.0.113.1 gateway6=2001:db8:1::1
	[ "$1" = wan ] || gateway=192.0.2.1 gateway6=2001:db8:2::1
	ip -n $lab_prefix-gw route replace default via $gateway metric 1000
	ip -n $lab_prefix-gw -6 route replace default via $gateway6 metric 2000
}

# In place of the veth pairs: a packet of the tunnel is one of the underlay.
tunnels_over_underlay() { # 4|6
	local i far=$OUTSIDE near=203.0.113.10 separator=.
	[ "$1" = 4 ] || far=$OUTSIDE6 near=2001:db8:1::10 separator=:
	for i in 1 2; do
		ip -n $lab_prefix-gw link del ipsec$i
		ip -n $lab_prefix-gw link add ipsec$i type vxlan id $i dstport 4789 local $near remote "$far$separator$i"
		ip -n $lab_prefix-far link add tun$i type vxlan id $i dstport 4789 local "$far$separator$i" remote $near
		ip -n $lab_prefix-gw addr add 169.254.$((9 + i)).2/30 dev ipsec$i
		ip -n $lab_prefix-far addr add 169.254.$((9 + i)).1/30 dev tun$i
		ip -n $lab_prefix-gw addr add fd00:$((9 + i))::2/126 dev ipsec$i nodad
		ip -n $lab_prefix-far addr add fd00:$((9 + i))::1/126 dev tun$i nodad
		ip -n $lab_prefix-far link set tun$i up
	done
}

# The far side announces what covers its own outer addresses.
announce_endpoints() {
	cat >"$lab_dir/bulk.conf" <<-X
	route 0.0.0.0/0 unreachable;
	route 198.51.100.0/24 unreachable;
	route 198.51.100.1/32 unreachable;
	X
}

announce_endpoints6() {
	sed -i '/^protocol bgp/i protocol static { ipv6 { preference 250; }; route ::/0 unreachable; route 2001:db8:100::/64 unreachable; route 2001:db8:100::1/128 unreachable; }' \
		"$run_dir/far1.conf"
	sed -i 's/ipv4 { import all; export all; next hop self; };/& ipv6 { import all; export all; next hop self; };/' \
		"$run_dir/far1.conf"
	birdc_on far1 configure >/dev/null
}

guard_config() { # pin|refuse 4|6
	local outside=$OUTSIDE. default='"0.0.0.0/0", "::/0", '
	[ "$2" = 4 ] || outside=$OUTSIDE6:
	[ "$1" = pin ] || default=
	gw_config "\"guard\": \"$1\", \"families\": [\"ipv4\", \"ipv6\"]," |
		sed -e 's|"accept": \[|&'"$default"'"198.51.0.0/16 le 32", "2001:db8:100::/48 le 128", |' \
			-e "s|\"name\": \"tun\([12]\)\",|& \"outside\": \"$outside\1\",|" >"$run_dir/gw.json"
}

guard_new() { # pin|refuse 4|6
	rm -f "$lab_dir/bulk.conf"
	[ "$2" = 6 ] || announce_endpoints
	lab_new bird
	underlay
	tunnels_over_underlay "$2"
	[ "$2" = 4 ] || announce_endpoints6
	uplink wan
	guard_config "$1" "$2"
	start_bgpd
	tunnels_up
}

# way ADDRESS: the device that it is reached by
way() {
	on gw ip -j route get "$1" | jq -r '.[0].dev'
}

leads() { # ADDRESS DEVICE
	[ "$(way "$1")" = "$2" ]
}

both_lead() { # FAMILY DEVICE
	local i
	for i in 1 2; do
		leads "$([ "$1" = 4 ] && echo "$OUTSIDE.$i" || echo "$OUTSIDE6:$i")" "$2" || return 1
	done
}

# Both sessions are the first ones, and older than what happened by more than the hold time.
moved_at=0
outlives() {
	[ $((SECONDS - moved_at)) -gt "$HOLD_TIME" ] && ctl_is '[.neighbors[].times_established] == [1, 1] and
		([.neighbors[].state] == ["established", "established"])' show neighbors
}

refuses_endpoints() {
	ctl_is '[.routes[] | select(.filtered_by | test("endpoint|outer|outside"))] | length >= 2' \
		show routes filtered
}

for family in 4 6; do
	address=$([ $family = 4 ] && echo 198.51.100.77 || echo 2001:db8:100::77)
	any=$([ $family = 4 ] && echo 192.88.99.1 || echo 2001:db8:abcd::1)
	guard_new pin $family
	expect "IPv$family, pin: both sessions come up" 10 both_established
	expect "IPv$family, pin: what covers the endpoints is installed" 5 leads $address ipsec1
	expect "IPv$family, pin: so is the default route" 5 leads $any ipsec1
	expect "IPv$family, pin: the endpoints are reached by the uplink" 5 both_lead $family wan
	stream_start
	uplink wan2
	expect "IPv$family, pin: the default route moves, so does the way to the endpoints" 2 both_lead $family wan2
	uplink wan
	expect "IPv$family, pin: and back" 2 both_lead $family wan
	ip -n $lab_prefix-gw -$family route del default metric $([ $family = 4 ] && echo 1000 || echo 2000)
	check "IPv$family, pin: gone, the way to the endpoints stays" both_lead $family wan
	uplink wan2
	expect "IPv$family, pin: gone and added elsewhere" 2 both_lead $family wan2
	moved_at=$SECONDS
	expect "IPv$family, pin: no session noticed, for longer than it would live" $((HOLD_TIME + 5)) outlives
	stream_end
	uplink wan
	ip -n $lab_prefix-gw -$family route add default via \
		$([ $family = 4 ] && echo 192.0.2.1 || echo 2001:db8:2::1) metric 4000
	expect "IPv$family, pin: a spare route of the underlay waits" 2 both_lead $family wan
	ip -n $lab_prefix-gw link set wan down
	expect "IPv$family, pin: the uplink goes down, the spare one leads there" 2 both_lead $family wan2

	guard_new refuse $family
	expect "IPv$family, refuse: both sessions come up" 10 both_established
	expect "IPv$family, refuse: what covers the endpoints is refused, and why" 5 refuses_endpoints
	check "IPv$family, refuse: it is not installed" eval '! leads $address ipsec1'
	check "IPv$family, refuse: the endpoints are reached by the uplink" both_lead $family wan
	uplink wan2
	expect "IPv$family, refuse: also by the other one" 2 both_lead $family wan2
	moved_at=$SECONDS
	expect "IPv$family, refuse: no session noticed, for longer than it would live" $((HOLD_TIME + 5)) outlives
done
lab_done
