#!/bin/bash
# Every change of a route is a replace, or the new one comes first: somebody who watches the kernel's
# tables never sees a prefix without a route of ours, whatever happens.  IPv4 and IPv6; with nexthop
# groups, and without.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/faults.sh"
. "$(dirname "$0")/ipv6.sh"
ACCEPT="$FAR_PREFIX le 24"
lab_enter "$@"

no_gap_config() { # GROUPS KEYS
	gw_config_ipv6 | sed -e "s/\"mode\"/$2 &/" -e "2i \"fib\": { \"groups\": \"$1\" }," >"$run_dir/gw.json"
}

# The routes of a prefix that the log leaves, beginning with the metrics that there were; a line for
# each time when there is none.  Those that fail closed do not count.
gaps() { # PREFIX METRIC...
	local prefix=$1
	shift
	awk -v prefix="$prefix" -v first="$*" '
		BEGIN { n = split(first, metrics); for (i = 1; i <= n; i++) there[metrics[i]] = 1 }
		$1 == prefix || ($1 == "Deleted" && $2 == prefix) {
			for (i = 1; i < NF; i++) if ($i == "metric") metric = $(i + 1)
			if ($1 != "Deleted") there[metric] = 1
			else delete there[metric]
			n = 0; for (metric in there) n++
			if (!n) print "gap after: " $0
		}' "$run_dir/monitor.log"
}

metrics_of() { # FAMILY PREFIX
	on gw ip "-$1" -j route show "$2" proto 186 | jq '[.[] | select(.type // "unicast" == "unicast") | .metric] | join(" ")' -r
}

stands() { # FAMILY PREFIX WORDS
	on gw ip "-$1" route show "$2" proto 186 | tr -s ' \n' ' ' | grep -q -- "$3"
}

both_stand() { # WORDS
	stands 4 $FAR_PREFIX "$1" && stands 6 $FAR_PREFIX6 "$1"
}

all_is_right() {
	both_established && kernel_is_right
}

story() { # GROUPS
	local name=$1 method before4 before6
	ipv6_new bird ipv4
	no_gap_config "$1" ""
	start_bgpd
	tunnels_up
	expect "$name: routes stand" 10 both_stand "metric 20"
	expect "$name: all is as it should be" 10 all_is_right
	stream_start
	before4=$(metrics_of 4 $FAR_PREFIX) before6=$(metrics_of 6 $FAR_PREFIX6)
	watch_kernel monitor
	for method in link_down cease; do
		cut_tunnel $method 1
		expect "$name: $method: the other tunnel carries" 2 both_use 2
		heal_tunnel $method 1
		expect "$name: $method: and the first one again" 30 both_use 1
	done
	no_gap_config "$1" '"metric": 30, "mtu": 1400,'
	check "$name: another metric and MTU by reload" ctl reload
	expect "$name: stand" 3 both_stand "metric 30 [a-z ]*mtu 1400"
	no_gap_config "$1" '"metric": 30, "mtu": 1300, "advmss": 1200, "preferred_source": ["10.60.0.1", "2001:db8:60::1"],'
	check "$name: another MTU, a segment size and a source by reload" ctl reload
	expect "$name: stand" 3 both_stand "src .*metric 30 [a-z ]*mtu 1300 advmss 1200"
	for method in TERM KILL; do
		reap bgpd $method
		start_bgpd
		expect "$name: SIG$method and a restart: all is as it should be" 20 all_is_right
	done
	no_gap_config "$1" ""
	check "$name: back to the first configuration" ctl reload
	expect "$name: stands" 3 both_stand "metric 20"
	expect "$name: and nothing else" 5 kernel_is_right
	reap monitor
	check "$name: the monitor saw it all" grep -q "^$FAR_PREFIX.*metric 30" "$run_dir/monitor.log"
	check "$name: and never IPv4 without a route" test -z "$(gaps $FAR_PREFIX $before4)"
	check "$name: nor IPv6" test -z "$(gaps $FAR_PREFIX6 $before6)"
	stream_look
	check "$name: nothing was lost but while the device closed ($(stream_lost))" stream_is_below lost 200
	stream_end
}

story resilient
story none
lab_done
