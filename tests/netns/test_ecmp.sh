#!/bin/bash
# All tunnels of a group share the traffic by their weights.  A tunnel that goes or returns changes the
# members of the kernel's group, never a route.
. "$(dirname "$0")/lab.sh"
lab_enter "$@"

TARGETS=64

# Buckets of the route's group: how many of its 128 lead to TUNNEL.
buckets() { # TUNNEL
	local group
	group=$(on gw ip -j route show $FAR_PREFIX proto 186 | jq '.[0].nhid') || return
	on gw ip -j nexthop bucket show id "$group" |
		jq --argjson via "$(on gw ip -j nexthop show dev "ipsec$1" | jq '[.[].id]')" \
			'[.[] | select(.bucket.nhid as $id | $via | index($id))] | length'
}

has_buckets() { # OF_TUN1 OF_TUN2
	[ "$(buckets 1)" = "$1" ] && [ "$(buckets 2)" = "$2" ]
}

# Both carry some of the packets that are sent meanwhile.
both_carry() {
	local first second
	first=$(packets gw ipsec1 tx) second=$(packets gw ipsec2 tx)
	sleep 0.2
	[ $(($(packets gw ipsec1 tx) - first)) -gt 20 ] && [ $(($(packets gw ipsec2 tx) - second)) -gt 20 ]
}

# One stream out to many addresses, which are many flows; and nothing but keepalives back.
stream_to_many() {
	ip -n "$lab_prefix-hostb" route add local 10.50.1.0/24 dev lo
	spawn probe_in hosta "$PROBE" -n $TARGETS -b $HOSTA 10.50.1.1
	spawn probe_out hostb "$PROBE" $HOSTA
	stream_ready && wait_for 5 stream_flows && stream_mark
}

for provider in aws-tgw generic; do
	PROVIDER=$provider
	lab_new bird
	gw_config | sed -e 's/active-standby/ecmp/' -e 's/"name": "tun1",/& "weight": 3,/' >"$run_dir/gw.json"
	ip -n "$lab_prefix-far" route add 10.50.1.0/24 via $HOSTB
	sed -i 's/protocol kernel { ipv4 {/protocol kernel { merge paths on; ipv4 {/' "$run_dir/far1.conf"
	birdc_on far1 configure >/dev/null
	start_bgpd
	tunnels_up
	expect "$provider: both sessions are up" 10 both_established
	expect "$provider: the group's buckets are shared by weight" 5 has_buckets 96 32
	check "$provider: both tunnels are active" ctl_is '[.tunnels[].role] == ["active", "active"]' show tunnels
	stream_to_many
	expect "$provider: packets leave by both" 2 both_carry
	watch_kernel monitor
	for method in link_down cease; do
		stream_mark
		cut_tunnel $method 1
		expect "$provider: $method: all buckets are the other tunnel's" 1 has_buckets 0 128
		stream_look
		check "$provider: $method costs none of ours but while the device goes down ($(stream_lost))" \
			test "$(stream out .lost)" -le $([ $method = link_down ] && echo 200 || echo 0)
		stream_mark
		heal_tunnel $method 1
		expect "$provider: after $method and its end both share again" 20 has_buckets 96 32
		expect "$provider: and packets leave by both" 2 both_carry
		stream_look
		check "$provider: which costs no packet of ours ($(stream_lost))" test "$(stream out .lost)" = 0
	done
	stream_mark
	on gw ip link del ipsec1
	expect "$provider: its device deleted, all buckets are the other tunnel's" 2 eval '[ "$(buckets 2)" = 128 ]'
	lab_link gw ipsec1 169.254.10.2/30 far tun1 169.254.10.1/30
	expect "$provider: made anew with another index, the weights are as before" 30 has_buckets 96 32
	expect "$provider: and packets leave by both" 2 both_carry
	check "$provider: no route was touched" test -z "$(grep "^\(Deleted \)\?$FAR_PREFIX" "$run_dir/monitor.log")"
	stream_end
done
lab_done
