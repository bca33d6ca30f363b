#!/bin/bash
# Kernels without resilient groups, forced: multipath groups, which bgpd moves itself; and without any
# nexthop objects: routes that name their tunnel, with another one beside them that stands by.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/failover.sh"
. "$(dirname "$0")/faults.sh"
lab_enter "$@"

with_groups() { # KIND
	gw_config | sed "2i \"fib\": { \"groups\": \"$1\" }," >"$run_dir/gw.json"
}

# The groups of our routes are of this kind.
groups_are() { # multipath|resilient|none
	on gw ip -j nexthop show | jq -e --arg kind "${1/multipath/mpath}" '[.[] | select(.group) | .type // "mpath"] |
		unique == if $kind == "none" then [] else [$kind] end'
}

is_refused() {
	on hosta ping -c 1 -W 1 $HOSTB | grep -qi unreachable
}

for kind in multipath none; do
	lab_new bird
	with_groups $kind
	start_bgpd
	tunnels_up
	failover_prepare $kind
	check "$kind: bgpd says so" ctl_is '.version.fib | test("'${kind/none/no}' groups")' show version
	check "$kind: the kernel, too" groups_are $kind
	for method in link_down cease; do
		failover_cut $kind $method 1
		failover_heal $kind $method
		expect "$kind: after $method nothing differs" 5 kernel_is_right
	done
	reap bgpd KILL
	watch_kernel monitor
	start_bgpd
	expect "$kind: killed and started again, all is as it should be" 20 eval 'both_established && kernel_is_right'
	check "$kind: no route was deleted" test -z "$(grep "^Deleted $FAR_PREFIX" "$run_dir/monitor.log")"
	stream_look
	check "$kind: and no packet lost ($(stream_lost))" stream_is_below lost 1
	stream_end
	reap bgpd KILL
	ip -n "$lab_prefix-gw" link set ipsec1 down
	ip -n "$lab_prefix-gw" link set ipsec2 down
	expect "$kind: bgpd dead, both links down: packets are refused" 3 is_refused
	start_bgpd
	tunnels_up
	expect "$kind: started again, links up: packets arrive" 15 on hosta ping -c 1 -W 1 $HOSTB
	expect "$kind: and nothing differs" 5 kernel_is_right
done

# The tunnels by which the route is shared, without groups.
shared_by() { # DEVICES
	[ "$(on gw ip -j route show $FAR_PREFIX proto 186 |
		jq -r '[.[] | .nexthops[]?.dev, (select(.nexthops | not) | .dev)] | sort | join(" ")')" = "$1" ]
}

reap bgpd
with_groups none
sed -i 's/active-standby/ecmp/' "$run_dir/gw.json"
start_bgpd
expect "none, ecmp: both tunnels share one route" 10 shared_by "ipsec1 ipsec2"
for method in link_down cease; do
	cut_tunnel $method 1
	expect "none, ecmp: after $method the other has it alone" 2 shared_by ipsec2
	heal_tunnel $method 1
	expect "none, ecmp: healed, both share it again" 20 shared_by "ipsec1 ipsec2"
	expect "none, ecmp: and nothing differs" 5 kernel_is_right
done

for kind in resilient none multipath resilient multipath; do
	reap bgpd
	with_groups $kind
	start_bgpd
	wait_for 10 both_established
	expect "started again with $kind groups, all is as it should be" 10 kernel_is_right
	check "the groups are $kind ones" groups_are $kind
	expect "and packets arrive" 5 on hosta ping -c 1 -W 1 $HOSTB
done

with_groups automatic
check "a reload says that the kind is for the next start" \
	ctl_is '.text | test("restart.*fib.groups")' reload
check "and changes nothing" groups_are multipath
lab_done
