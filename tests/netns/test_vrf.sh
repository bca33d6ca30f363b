#!/bin/bash
# The private side in a VRF: the tunnels and the LAN belong to it, the uplink does not, and the group's
# table is the VRF's.  Sessions, routes of both families, failover, a restart, and fail closed.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/failover.sh"
. "$(dirname "$0")/faults.sh"
. "$(dirname "$0")/ipv6.sh"
ACCEPT="$FAR_PREFIX le 24"
lab_enter "$@"

lab_namespace net
if ! ip -n "$lab_prefix-net" link add blue type vrf table 100 2>/dev/null; then
	echo "# SKIP test_vrf.sh: this kernel has no VRF devices"
	exit 77
fi

vrf_new() {
	local device
	ipv6_new bird ipv4
	ip -n "$lab_prefix-gw" link add blue type vrf table 100
	ip -n "$lab_prefix-gw" link set blue up
	on gw sysctl -qw net.ipv4.tcp_l3mdev_accept=1
	for device in lan ipsec1 ipsec2; do
		ip -n "$lab_prefix-gw" link set $device master blue
	done
	gw_config_ipv6 | sed 's/"mode"/"table": 100, &/' >"$run_dir/gw.json"
}

stands_in_vrf() { # FAMILY PREFIX
	on gw ip "-$1" route show vrf blue "$2" proto 186 metric 20 | grep -q nhid
}

main_has_nothing() {
	[ -z "$(on gw ip -4 route show proto 186)$(on gw ip -6 route show proto 186)" ]
}

leaves_by() { # HOST DEVICE
	local from=$HOSTA4
	[ "$1" = "$HOSTB4" ] || from=$HOSTA6
	[ "$(on gw ip -j route get "$1" from $from iif lan | jq -r '.[0].dev')" = "$2" ]
}

is_refused() { # HOST
	on hosta ping -c 1 -W 2 "$1" | grep -qi unreachable
}

arrives() { # HOST
	on hosta ping -c 1 -W 2 "$1"
}

all_is_right() {
	both_established && kernel_is_right
}

HOLD_TIME=30
vrf_new
start_bgpd
tunnels_up
expect "both sessions come up" 30 both_established
expect "IPv4: the route stands in the VRF's table" 10 stands_in_vrf 4 $FAR_PREFIX
expect "IPv6: so does this one" 10 stands_in_vrf 6 $FAR_PREFIX6
check "the main table has nothing of ours" main_has_nothing
expect "nothing differs" 20 kernel_is_right
for host in $HOSTB4 $HOSTB6; do
	expect "packets to $host arrive" 10 arrives $host
	check "by the first tunnel" leaves_by $host ipsec1
done
for method in link_down cease; do
	cut_tunnel $method 1
	expect "$method: IPv4 is on the other tunnel" 10 leaves_by $HOSTB4 ipsec2
	expect "$method: so is IPv6" 10 leaves_by $HOSTB6 ipsec2
	expect "$method: packets arrive" 10 arrives $HOSTB4
	heal_tunnel $method 1
	expect "$method: healed, IPv4 is back" 60 leaves_by $HOSTB4 ipsec1
	expect "$method: and IPv6" 20 leaves_by $HOSTB6 ipsec1
	expect "$method: nothing differs" 20 kernel_is_right
done

ip -n "$lab_prefix-gw" link set ipsec1 nomaster
ip -n "$lab_prefix-gw" link set ipsec1 master blue
expect "a tunnel that leaves the VRF and joins it again carries again" 60 arrives $HOSTB4
check "it does" leaves_by $HOSTB4 ipsec1
expect "nothing differs" 20 kernel_is_right

reap bgpd KILL
watch_kernel monitor
start_bgpd
expect "killed and started again, all is as it should be" 60 all_is_right
check "no route was deleted" test -z "$(grep "^Deleted.*proto bgp" "$run_dir/monitor.log")"
reap bgpd KILL
ip -n "$lab_prefix-gw" link set ipsec1 down
ip -n "$lab_prefix-gw" link set ipsec2 down
for host in $HOSTB4 $HOSTB6; do
	expect "bgpd killed, both links down: packets to $host are refused" 10 is_refused $host
done
lab_done
