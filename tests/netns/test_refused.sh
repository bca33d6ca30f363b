#!/bin/bash
# The kernel refuses routes, or (IPv4) takes them back without a word, because their preferred source is
# nobody's address: the log has the prefix and the kernel's own words, and they stand once it is there.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/faults.sh"
. "$(dirname "$0")/ipv6.sh"
ACCEPT="$FAR_PREFIX le 24"
lab_enter "$@"

SOURCE=10.60.255.1 SOURCE6=2001:db8:60::ffff

# refusals PREFIX WORDS: so often the log says that the kernel refused it, and why
refusals() {
	grep "refused routes" "$run_dir/bgpd.log" | grep "subject=$1 " | grep -c "$2"
}

is_told() { # PREFIX WORDS TIMES
	[ "$(refusals "$1" "$2")" -ge "$3" ]
}

stands() { # FAMILY PREFIX SOURCE
	on gw ip "-$1" route show "$2" proto 186 metric 20 | grep -q "src $3"
}

ipv6_new bird ipv4
sed -i "s|\"mode\"|\"preferred_source\": [\"$SOURCE\", \"$SOURCE6\"], &|" "$run_dir/gw.json"
start_bgpd
tunnels_up
wait_for 10 both_established
expect "IPv4: the log has the prefix and the kernel's words" 5 is_told $FAR_PREFIX "Invalid prefsrc address" 1
expect "IPv6: so it has" 5 is_told $FAR_PREFIX6 "[Ss]ource address" 1
check "the sessions live" both_established
check "what the kernel did not take is not shown as installed" \
	ctl_is '[.fib[] | select(.kind == "chain" and .installed)] == []' show fib
for host in $HOSTB4 $HOSTB6; do
	check "packets to $host are refused, and do not leak" eval 'on hosta ping -c 1 -W 1 $host | grep -qi unreachable'
done

ip -n "$lab_prefix-gw" addr add $SOURCE/32 dev lo
ip -n "$lab_prefix-gw" addr add $SOURCE6/128 dev lo nodad
expect "IPv4: the address comes: the route stands" 2 stands 4 $FAR_PREFIX $SOURCE
expect "IPv6: so does this one" 2 stands 6 $FAR_PREFIX6 $SOURCE6
expect "nothing differs" 5 kernel_is_right

ip -n "$lab_prefix-gw" addr del $SOURCE/32 dev lo
expect "IPv4: the address goes, and with it the route: that is told again" 2 is_told $FAR_PREFIX "Invalid prefsrc address" 2
ip -n "$lab_prefix-gw" addr add $SOURCE/32 dev lo
expect "IPv4: back again" 2 stands 4 $FAR_PREFIX $SOURCE
expect "nothing differs" 5 kernel_is_right
lab_done
