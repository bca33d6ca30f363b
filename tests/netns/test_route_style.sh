#!/bin/bash
# How a group's routes stand in the kernel: table (found by a rule, as in a VRF), metric, preferred
# source, MTU and advertised MSS.  IPv4 and IPv6.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/faults.sh"
. "$(dirname "$0")/ipv6.sh"
ACCEPT="$FAR_PREFIX le 24"
lab_enter "$@"

shows() { # FAMILY WORDS
	local prefix=$FAR_PREFIX
	[ "$1" = 4 ] || prefix=$FAR_PREFIX6
	on gw ip "-$1" route show table 100 $prefix proto 186 | tr -s ' \n' ' ' | grep -q -- "$2"
}

both_show() { # WORDS
	shows 4 "$1" && shows 6 "$1"
}

style_config() { # KEYS
	gw_config_ipv6 | sed "s/\"mode\"/$1 &/" >"$run_dir/gw.json"
}

main_has_nothing() {
	[ -z "$(on gw ip -4 route show proto 186)$(on gw ip -6 route show proto 186)" ]
}

# A leftover goes when both far ends have told all that they have: from then on a restart is over.
has_swept() {
	! on gw ip route show 100.127.0.0/28 | grep -q .
}

ipv6_new bird ipv4
style_config '"table": 100, "metric": 77, "preferred_source": ["10.60.0.1", "2001:db8:60::1"], "mtu": 1400, "advmss": 1360,'
ip -n "$lab_prefix-gw" rule add from 10.60.0.0/16 lookup 100
ip -n "$lab_prefix-gw" -6 rule add from 2001:db8:60::/48 lookup 100
start_bgpd
expect "fail closed stands in the table from the start" 2 both_show "unreachable.* metric 10077"
tunnels_up
wait_for 10 both_established
expect "the routes stand in their table, with their metric" 5 both_show "nhid .* metric 77"
for words in "src 10.60.0.1" "mtu 1400" "advmss 1360"; do
	check "IPv4 has $words" shows 4 "$words"
	check "IPv6 has ${words/10.60.0.1/2001:db8:60::1}" shows 6 "${words/10.60.0.1/2001:db8:60::1}"
done
check "the main table has nothing of ours" main_has_nothing
expect "packets of the rule take it" 5 both_use 1
stream_start
check "bgpctl shows table and metric" ctl_is \
	'[.fib[] | select(.kind == "chain") | .table == 100 and .metric == 77] == [true, true]' show fib
on gw ip route del $FAR_PREFIX table 100 metric 77
expect "deleted by hand it is back" 1 shows 4 "nhid .* metric 77"
on gw ip -6 route del $FAR_PREFIX6 table 100 metric 77
expect "so is that of IPv6" 1 shows 6 "nhid .* metric 77"
cut_tunnel link_down 1
expect "the link goes down: packets take the other tunnel" 2 both_use 2
heal_tunnel link_down 1
expect "and return" 20 both_use 1
stream_mark
style_config '"table": 100, "metric": 78, "mtu": 1300,'
check "another metric and MTU by reload" ctl reload
expect "stand there" 2 both_show "nhid .* metric 78 mtu 1300"
for family in 4 6; do
	expect "IPv$family: in place of the old ones" 2 eval '! shows $family "metric 77"'
	check "IPv$family: preferred source and MSS are gone" eval '! shows $family "src" && ! shows $family "advmss"'
done
expect "all is as it should be" 2 kernel_is_right
stream_look
check "the change cost no packet ($(stream_lost))" stream_is_below lost 1
reap bgpd
watch_kernel monitor
on gw ip route add unreachable 100.127.0.0/28 proto 186
start_bgpd
expect "a restart ends" 20 has_swept
expect "all is as it should be" 10 kernel_is_right
check "and no route was written again" test -z "$(grep "\($FAR_PREFIX\|$FAR_PREFIX6\).*nhid" "$run_dir/monitor.log")"
stream_look
check "nor a packet lost ($(stream_lost))" stream_is_below lost 1
stream_end
lab_done
