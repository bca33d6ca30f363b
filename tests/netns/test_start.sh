#!/bin/bash
# What bgpd says when it cannot start, and what it waits for when it can.
. "$(dirname "$0")/lab.sh"
lab_enter "$@"

# refuses NAME PATTERN COMMAND...: ends by itself with an error, and says why
refuses() {
	local name=$1 pattern=$2 said status
	shift 2
	said=$(on gw timeout 5 "$@" 2>&1)
	status=$?
	if [ $status != 0 ] && [ $status != 124 ] && grep -Eqi "$pattern" <<<"$said"; then
		ok "$name"
	else
		not_ok "$name"
		sed "s/^/#   exit status $status, said: /" <<<"$said"
	fi
}

lab_new bird
gw_config >"$run_dir/gw.json"
run=("$BGPD" -f "$run_dir/gw.json" -s "$run_dir/other.sock")

refuses "without CAP_NET_ADMIN: says so" NET_ADMIN setpriv --bounding-set -net_admin "${run[@]}"
refuses "without the right to port 179: says so" '179.*NET_BIND_SERVICE' \
	setpriv --bounding-set -net_bind_service "${run[@]}"
refuses "a file that is not there: says which" "nothing.json" "$BGPD" -f "$run_dir/nothing.json"
sed 's/"asn": 65010/"asn": "many"/' "$run_dir/gw.json" >"$run_dir/bad.json"
refuses "a bad file: says file, line and column" 'bad.json:2:[0-9]+:' "$BGPD" -f "$run_dir/bad.json"
refuses "a bad file is refused by bgpd -n, too" 'bad.json:2:[0-9]+:' "$BGPD" -n -f "$run_dir/bad.json"
check "a good file passes bgpd -n" "$BGPD" -n -f "$run_dir/gw.json"

ip -n "$lab_prefix-gw" link del ipsec1
start_bgpd
check "an interface that is missing does not keep it from starting" is_running bgpd
check "it is shown as missing" \
	ctl_is '.tunnels[0].signals.link | .state == "down" and (.reason | test("interface"))' show tunnels
refuses "a second bgpd on the same port: says so" '179|in use' "${run[@]}"
ip -n "$lab_prefix-gw" link set ipsec2 up
expect "the other tunnel works meanwhile" 5 both_use 2
lab_link gw ipsec1 169.254.10.2/30 far tun1 169.254.10.1/30
expect "once the interface is there its session comes up" 5 far_is_established 1
expect "and after the revert delay traffic moves there" 15 both_use 1
lab_done
