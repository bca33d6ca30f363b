#!/bin/bash
# What Prometheus and a load balancer ask over HTTP.
. "$(dirname "$0")/lab.sh"
lab_enter "$@"

lab_new bird
ip -n "$lab_prefix-gw" link set lo up
gw_config | sed 's/"asn": 65010,/& "metrics": { "listen": "127.0.0.1:9179" },/' >"$run_dir/gw.json"

# get PATH: prints the body; fails unless the status is 200
get() {
	on gw curl -sS --fail-with-body --noproxy '*' --max-time 5 "http://127.0.0.1:9179$1"
}

has() { # PATH LINE
	get "$1" | grep -Fqx -- "$2"
}

start_bgpd
check "healthz" has /healthz ok
check "readyz before a tunnel is up: 503" eval '! get /readyz >"$run_dir/ready"'
check "and it names the group" grep -q "cloud" "$run_dir/ready"
tunnels_up
wait_for 10 both_established
expect "readyz: a tunnel carries traffic" 5 get /readyz
check "metrics: a session" has /metrics 'bgpd_neighbor_up{neighbor="tun1"} 1'
expect "metrics: the active tunnel" 5 \
	has /metrics 'bgpd_tunnel_role{tunnel="tun1",group="cloud",role="active"} 1'
check "bgpctl metrics tells the same families" cmp \
	<(get /metrics | grep '^#') <("$BGPCTL" -s "$run_dir/gw.sock" metrics | grep '^#')
check "another path is not found" eval '! get /'
check "another method is refused" eval '! on gw curl -sS --fail --noproxy "*" -X POST http://127.0.0.1:9179/metrics'
if type promtool >/dev/null 2>&1; then
	check "promtool finds nothing to say" eval 'get /metrics | promtool check metrics'
else
	echo "# SKIP promtool: not installed"
fi
ip -n "$lab_prefix-gw" link set ipsec1 down
expect "metrics: a failover is counted" 5 has /metrics 'bgpd_group_failovers_total{group="cloud"} 1'
sed -i 's/9179/9180/' "$run_dir/gw.json"
check "another port is for the next start" eval 'ctl reload | grep -q metrics'
check "a second bgpd on the same port says so" eval \
	'! on gw timeout 5 "$BGPD" -f <(sed "s/9180/9179/; 1s/{/{ \"listen_port\": 0,/" "$run_dir/gw.json") \
	 -s "$run_dir/other.sock" 2>"$run_dir/said" && grep -q 9179 "$run_dir/said"'
lab_done
