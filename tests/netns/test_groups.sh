#!/bin/bash
# Kernels without resilient groups, forced: multipath groups, which bgpd moves itself.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/failover.sh"
. "$(dirname "$0")/faults.sh"
lab_enter "$@"

with_groups() { # KIND
	gw_config | sed "2i \"fib\": { \"groups\": \"$1\" }," >"$run_dir/gw.json"
}

# The groups of our routes are of this kind.
groups_are() { # mpath|resilient
	on gw ip -j nexthop show | jq -e --arg kind "$1" '[.[] | select(.group)] |
		length > 0 and all((.type // "mpath") == $kind)'
}

lab_new bird
with_groups multipath
start_bgpd
tunnels_up
failover_prepare multipath
check "multipath: bgpd says so" ctl_is '.version.fib | test("multipath")' show version
check "multipath: the kernel, too" groups_are mpath
for method in link_down cease; do
	failover_cut multipath $method 1
	failover_heal multipath $method
	expect "multipath: after $method nothing differs" 5 kernel_is_right
done
stream_end
ip -n "$lab_prefix-gw" link set ipsec1 down
ip -n "$lab_prefix-gw" link set ipsec2 down
expect "multipath: both links down: packets are refused" 3 eval 'on hosta ping -c 1 -W 1 $HOSTB | grep -qi unreachable'
tunnels_up
expect "multipath: links up: packets arrive again" 15 on hosta ping -c 1 -W 1 $HOSTB

for kind in resilient multipath; do
	reap bgpd
	with_groups $kind
	start_bgpd
	wait_for 10 both_established
	expect "started again with $kind groups, all is as it should be" 10 kernel_is_right
	check "the groups are $kind ones" groups_are "${kind/multipath/mpath}"
	expect "and packets arrive" 5 on hosta ping -c 1 -W 1 $HOSTB
done

with_groups automatic
check "a reload says that the kind is for the next start" \
	ctl_is '.text | test("restart.*fib.groups")' reload
check "and changes nothing" groups_are mpath
lab_done
