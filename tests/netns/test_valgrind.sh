#!/bin/bash
# bgpd under valgrind, from its start through sessions, routes, requests, a failover and a reload to its
# end: nothing is read that is not ours or has no value, and nothing is lost.
. "$(dirname "$0")/lab.sh"
lab_enter "$@"

if ! command -v valgrind >/dev/null; then
	echo "# SKIP $(basename "$0"): needs valgrind"
	exit 77
fi

report=$lab_dir/valgrind.log
cat >"$lab_dir/bgpd" <<X
#!/bin/sh
exec valgrind --log-file=$report --leak-check=full --show-leak-kinds=definite,indirect,possible \\
	--track-origins=yes $BGPD "\$@"
X
chmod +x "$lab_dir/bgpd"
BGPD=$lab_dir/bgpd HOLD_TIME=30

answers() { # valgrind takes its time
	wait_for 60 ctl show version
}

is_mentioned() {
	grep -q "$1" "$report"
}

is_clean() {
	is_mentioned 'ERROR SUMMARY: 0 errors'
}

has_lost_nothing() {
	! is_mentioned 'definitely lost: [1-9]' && ! is_mentioned 'possibly lost: [1-9]'
}

lab_new bird
start_bgpd
check "bgpd answers under valgrind" answers
tunnels_up
expect "both sessions come up" 60 both_established
expect "packets take the first tunnel" 30 both_use 1
far_announce 10.50.7.0/24
expect "a route is learned" 30 ctl_is '.routes | length > 1' show routes
for request in "show neighbors" "show tunnels" "show groups" "show symmetry" "show fib" "show events" \
	"show config" "show memory" "show routes to tun1" "show routes from tun2 received" \
	"show routes 10.50.7.0/24" "neighbor refresh tun1" "tunnel pin tun2"; do
	# shellcheck disable=SC2086 # words
	check "bgpctl $request" ctl $request
done
expect "packets take the second tunnel" 30 both_use 2
check "bgpctl tunnel unpin" ctl tunnel unpin tun2
far_withdraw 10.50.7.0/24
ip -n "$lab_prefix-gw" link set ipsec1 down
expect "without the first one, too" 30 both_use 2
sed -i 's/"accept": \[/&"10.51.0.0\/16", /' "$run_dir/gw.json"
check "bgpctl reload" ctl reload
reap bgpd
check "valgrind finds no error" is_clean
check "valgrind finds no leak" has_lost_nothing
is_clean && has_lost_nothing || sed 's/^/# /' "$report"
lab_done
