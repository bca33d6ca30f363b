#!/bin/bash
# What others do to the kernel's table behind our back is put right: nothing diverges afterwards, and
# no packet is lost where there was a way for it.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/faults.sh"
lab_enter "$@"

member_count() {
	on gw ip -j nexthop show id "$(chain_id)" | jq '.[0].group | length'
}

chain_id() {
	on gw ip -j route show $BULK/28 proto 186 | jq -e '.[0].nhid'
}

pair_is_whole() {
	[ "$(member_count)" = 2 ]
}

has_foreign() {
	on gw ip route show 10.128.0.16/28 | grep -q "via 203.0.113.1"
}

is_alone() {
	! has_foreign && on gw ip route show 10.128.0.16/28 | grep -q nhid
}

# tells TEXT: the log has said so since the last fault
tells() {
	tail -n +"$log_from" "$run_dir/bgpd.log" | grep -q "$1"
}

fault() {
	log_from=$(($(wc -l <"$run_dir/bgpd.log") + 1))
	stream_mark
	"$@"
}

HOLD_TIME=30
faults_new 20000
check "20,000 prefixes on both tunnels" faults_up
faults_stream

fault on gw ip route del $BULK/28 proto 186
expect "a route deleted by hand is back" 1 chain_id
expect "and nothing else differs" 1 kernel_is_right
check "it is told" tells "put right"
check "and counted" ctl_is '.memory.fib_restored == 1' show memory
faults_lost "few packets were lost" 100

fault on gw ip route flush proto 186
expect "all routes flushed by hand are back" 5 kernel_is_right
faults_lost "few packets were lost" 1000

fault on gw ip nexthop del id "$(on gw ip -j nexthop show dev ipsec1 | jq '.[0].id')"
expect "a nexthop deleted by hand is back in its chain" 1 pair_is_whole
expect "and nothing differs" 1 kernel_is_right
faults_lost "no packet was lost" 0

fault on gw ip nexthop del id "$(chain_id)"
expect "a chain deleted by hand is back with its routes" 5 kernel_is_right
faults_lost "few packets were lost" 1000

fault on gw ip route replace 10.128.0.16/28 via 203.0.113.1 metric 20
expect "a route that somebody puts in the place of ours is told" 2 tells "somebody else's"
on gw ip route del $BULK/28 proto 186
expect "while another one that he deletes is put back" 1 chain_id
check "that one is left alone" has_foreign
check "and counted" ctl_is '.memory.fib_divergence == 1' show memory
fault on gw ip route del 10.128.0.16/28 via 203.0.113.1
expect "once it is gone ours is there again" 1 is_alone
expect "and nothing differs" 1 kernel_is_right
faults_lost "no packet was lost" 0

fault ip -n "$lab_prefix-gw" addr del 169.254.10.2/30 dev ipsec1
expect "without the inside address the other tunnel carries" 2 gw_uses 2
ip -n "$lab_prefix-gw" addr add 169.254.10.2/30 dev ipsec1
expect "with it the tunnel returns" 20 both_use 1
expect "and nothing differs" 2 kernel_is_right
faults_lost "no packet was lost" 0

# More changes than its buffer takes, while it does not read.
overrun() {
	kill -STOP "${lab_pids[bgpd]}"
	on gw ip route flush proto 186
	awk 'BEGIN { for (i = 0; i < 100000; i++)
		printf "route add 100.%d.%d.%d/32 dev wan\n", 64 + i / 65536, i / 256 % 256, i % 256 }' \
		>"$run_dir/batch"
	on gw ip -batch "$run_dir/batch"
	kill -CONT "${lab_pids[bgpd]}"
}
fault overrun
messages_were_lost() {
	on gw cat /proc/net/netlink | awk 'NR > 1 && $9 > 0 { lost = 1 } END { exit !lost }'
}
check "messages were lost" messages_were_lost
expect "all is as it should be all the same" 10 kernel_is_right
check "the sessions outlived it" ctl_is '[.neighbors[].state] == ["established", "established"]' show neighbors
lab_done
