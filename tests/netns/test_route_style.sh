#!/bin/bash
# How a group's routes stand in the kernel: table (found by a rule, as in a VRF), metric, preferred
# source, MTU and advertised MSS.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/faults.sh"
ACCEPT="$FAR_PREFIX le 24"
lab_enter "$@"

shows() { # TABLE WORDS
	on gw ip route show table "$1" $FAR_PREFIX proto 186 | tr -s ' \n' ' ' | grep -q -- "$2"
}

lab_new bird
gw_config '"table": 100, "metric": 77, "preferred_source": "10.60.0.1", "mtu": 1400, "advmss": 1360,' \
	>"$run_dir/gw.json"
ip -n "$lab_prefix-gw" rule add from 10.60.0.0/16 lookup 100
start_bgpd
expect "fail closed stands in the table from the start" 2 shows 100 "unreachable.* metric 10077"
tunnels_up
wait_for 10 both_established
expect "the route stands in its table, with its metric" 5 shows 100 "nhid .* metric 77"
for words in "src 10.60.0.1" "mtu 1400" "advmss 1360"; do
	check "it has $words" shows 100 "$words"
done
check "the main table has nothing of ours" test -z "$(on gw ip route show proto 186)"
expect "packets of the rule take it" 5 both_use 1
stream_start
check "bgpctl shows table and metric" ctl_is \
	".fib[] | select(.prefix == \"$FAR_PREFIX\" and .kind == \"chain\") | .table == 100 and .metric == 77" show fib
on gw ip route del $FAR_PREFIX table 100 metric 77
expect "deleted by hand it is back" 1 shows 100 "nhid .* metric 77"
cut_tunnel link_down 1
expect "the link goes down: packets take the other tunnel" 2 both_use 2
heal_tunnel link_down 1
expect "and return" 20 both_use 1
stream_mark
gw_config '"table": 100, "metric": 78, "mtu": 1300,' >"$run_dir/gw.json"
check "another metric and MTU by reload" ctl reload
expect "stand there" 2 shows 100 "nhid .* metric 78 mtu 1300"
expect "in place of the old ones" 2 eval '! shows 100 "metric 77"'
check "preferred source and MSS are gone" eval '! shows 100 "src" && ! shows 100 "advmss"'
expect "all is as it should be" 2 kernel_is_right
stream_look
check "the change cost no packet ($(stream_lost))" stream_is_below lost 1
reap bgpd
gw_config '"table": 100, "metric": 78, "mtu": 1300,' >"$run_dir/gw.json"
watch_kernel monitor
start_bgpd
wait_for 10 both_established
expect "after a restart all is as it should be" 10 kernel_is_right
sleep 1
check "and no route was written again" test -z "$(grep "$FAR_PREFIX.*nhid" "$run_dir/monitor.log")"
stream_look
check "nor a packet lost ($(stream_lost))" stream_is_below lost 1
stream_end
lab_done
