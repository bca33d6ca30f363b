#!/bin/bash
# Two gateways of one site with tunnels of their own and iBGP between them: each stands in for the
# other, and nothing goes in circles.
. "$(dirname "$0")/lab.sh"
lab_enter "$@"

# The far side has a third tunnel, to the second gateway, which runs on hosta.
far_start() {
	lab_link hosta ipsec3 169.254.12.2/30 far tun3 169.254.12.1/30
	ip -n "$lab_prefix-hosta" link set ipsec3 down
	far_start_endpoint 1 2 3
}

# config OUR_ADDRESS ADDRESS_OF_THE_OTHER TUNNELS
config() {
	cat <<-X
	{ "asn": 65010, "router_id": "$1",
	  "announce": [ { "prefix": "$NEAR_PREFIX", "when": "route" } ],
	  "neighbors": [ { "name": "twin", "address": "$2", "local_address": "$1", "asn": 65010,
		"hold_time": $HOLD_TIME, "import": "any", "export": "any" } ],
	  "groups": [ { "name": "cloud", "provider": "aws-vgw", "accept": ["$FAR_PREFIX le 24"],
		"hold_time": $HOLD_TIME, "revert_delay": 1, "settle": 0, "tunnels": [ $3 ] } ] }
	X
}

tunnel() { # NUMBER
	echo "{ \"name\": \"tun$1\", \"interface\": \"ipsec$1\", \"inside\": \"169.254.$((9 + $1)).2/30\",
		\"peer\": \"169.254.$((9 + $1)).1\", \"peer_asn\": 64512 }"
}

twin() {
	"$BGPCTL" -s "$run_dir/twin.sock" --json "$@"
}

start_twin() {
	config $HOSTA 10.60.0.1 "$(tunnel 3)" >"$run_dir/twin.json"
	spawn twin hosta "$BGPD" -f "$run_dir/twin.json" -s "$run_dir/twin.sock" -l debug
	wait_for 5 twin show version
}

leaves_by() { # NAMESPACE DEVICE [GATEWAY]
	ip -n "$lab_prefix-$1" -j route get $HOSTB | jq -e --arg dev "$2" --arg via "${3:-}" \
		'.[0].dev == $dev and ($via == "" or .[0].gateway == $via)'
}

does_not_leave() { # NAMESPACE
	! ip -n "$lab_prefix-$1" route get $HOSTB
}

hears_from_twin() { # FILTER
	ctl_is "[.routes[] | select(.prefix == \"$FAR_PREFIX\")] | length == 1 and (.[0] | $1)" \
		show routes from twin received
}

knows_nothing_of_twin() {
	ctl_is '[.routes[] | select(.prefix == "'$FAR_PREFIX'")] == []' show routes from twin received
}

lab_new bird
config 10.60.0.1 $HOSTA "$(tunnel 1), $(tunnel 2)" >"$run_dir/gw.json"
start_bgpd
start_twin
tunnels_up
ip -n "$lab_prefix-hosta" link set ipsec3 up
expect "the tunnels of the first gateway come up" 5 both_established
expect "the tunnel of the second one does, too" 5 far_is_established 3
expect "and the session between them" 5 ctl_is '.neighbors[0].state == "established"' show neighbors twin
expect "each uses tunnels of its own" 5 leaves_by gw ipsec1
expect "the second one as well" 5 leaves_by hosta ipsec3
expect "they tell each other, with preference and without a path of ours" 5 \
	hears_from_twin '.as_path == "64512" and .next_hop == "'$HOSTA'" and .local_pref == 200'
check "what comes from outside goes before what comes from inside" hears_from_twin '.best == false'

ip -n "$lab_prefix-hosta" link set ipsec3 down
expect "without its tunnel the second gateway goes by the first one" 2 leaves_by hosta eth0 10.60.0.1
check "packets get through" on hosta ping -c 1 -W 2 -I $HOSTA $HOSTB
expect "and takes back what it told" 2 knows_nothing_of_twin

cut_link_down 1
expect "a failover of the first gateway is its own business" 2 leaves_by gw ipsec2
check "the second one notices nothing" leaves_by hosta eth0 10.60.0.1
cut_link_down 2
expect "without any tunnel nobody goes in circles" 2 does_not_leave hosta
expect "nor does the first one" 2 does_not_leave gw

ip -n "$lab_prefix-hosta" link set ipsec3 up
expect "the tunnel of the second gateway serves itself" 5 leaves_by hosta ipsec3
expect "and the first one" 5 leaves_by gw lan $HOSTA
heal_link_down 1
expect "which returns to its own" 5 leaves_by gw ipsec1
lab_done
