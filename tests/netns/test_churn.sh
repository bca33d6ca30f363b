#!/bin/bash
# A million prefixes are announced, announced with other attributes, and withdrawn: the memory of bgpd ends
# where it began, and so does the kernel's table.
. "$(dirname "$0")/lab.sh"
lab_enter "$@"

PREFIXES=10000 WARM=20 ROUNDS=100
LOADER=${LOADER:-$BUILD/tests/loader}

# One veth pair, one tunnel; what is announced goes into the kernel.
lab_clear
lab_number=$((lab_number + 1))
run_dir=$lab_dir/$lab_number
mkdir "$run_dir"
lab_namespace gw
lab_namespace far
lab_link gw in1 10.99.1.2/24 far out1 10.99.1.1/24
cat >"$run_dir/gw.json" <<X
{ "asn": 65010, "router_id": "203.0.113.10", "groups": [
  { "name": "churn", "accept": ["0.0.0.0/0 ge 8 le 32"], "hold_time": 180, "graceful_restart": false,
    "tunnels": [ { "name": "t1", "interface": "in1", "inside": "10.99.1.2/30", "peer": "10.99.1.1",
                   "peer_asn": 64512 } ] } ] }
X

churn() { # ROUNDS
	rm -f "$run_dir/loader.log"
	spawn loader far "$LOADER" -4 10.99.1.1 -t 10.99.1.2 -a 64512 -n $PREFIXES -r "$1"
}

has_said_all() {
	grep -q ^last "$run_dir/loader.log"
}

memory() { # FIELD
	ctl show memory | jq ".memory.$1"
}

is_empty() {
	[ "$(memory paths)" = 0 ] && [ "$(memory fib_pending)" = 0 ]
}

kernel_routes() {
	on gw ip -4 route show proto 186 | grep -vc '^unreachable'
}

# within_2_percent BEFORE AFTER
within_2_percent() {
	[ $(($2 * 100)) -le $(($1 * 102)) ]
}

LOG_LEVEL=warning start_bgpd
churn $WARM
expect "$((PREFIXES * WARM)) prefixes came and went" 100 has_said_all
expect "nothing is left of them" 20 is_empty
reap loader KILL
before=$(memory rss_bytes)

churn $ROUNDS
expect "$((PREFIXES * ROUNDS)) prefixes came and went" 200 has_said_all
expect "nothing is left of them" 20 is_empty
after=$(memory rss_bytes)
echo "# resident: $before bytes before, $after after; $(memory attribute_bytes) of attributes," \
	"$(memory prefix_bytes) of prefixes, $(memory path_bytes) of paths"
expect "the memory of bgpd is what it was, within 2 %" 1 within_2_percent "$before" "$after"
expect "the kernel has no route of ours" 1 [ "$(kernel_routes)" = 0 ]
lab_done
