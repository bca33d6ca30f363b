#!/bin/bash
# Announcements on a condition, and aggregates: with a real kernel's routes and interfaces.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/core.sh"
lab_enter "$@"

# The gateway's own configuration, with these in place of its announcements.
announcements() {
	cat <<-X
	"announce": [ "$NEAR_PREFIX", { "prefix": "10.61.0.0/16", "when": "route" },
		{ "prefix": "10.62.0.0/16", "when": "interface:lan2" } ],
	"aggregate": [ { "prefix": "172.16.0.0/12", "summary_only": true } ],
	"neighbors": [ { "name": "core1", "address": "$HOSTA", "asn": $CORE_ASN, "hold_time": $HOLD_TIME,
		"import": "any", "export": "any" } ],
	X
}

config() {
	gw_config '"announce": ["10.0.0.0/8 le 16", "172.16.0.0/12 le 24"],' |
		sed "s|\"announce\": \[\"$NEAR_PREFIX\"\],|$(announcements | tr -d '\n\t')|" >"$run_dir/gw.json"
}

unreachable_is_there() {
	grep -q "172.16.0.0/12" <<<"$(on gw ip route show type unreachable proto 186)"
}

unreachable_is_gone() {
	! unreachable_is_there
}

lab_new bird
config
core_start ""
start_bgpd
tunnels_up
expect "the tunnels come up" 5 both_established
expect "what has no condition is announced" 5 hears far1 tun1 10.60.0.0/16
check "what has one is not" hears_not far1 tun1 10.61.0.0/16
check "nor is the other" hears_not far1 tun1 10.62.0.0/16

on gw ip route add blackhole 10.61.0.0/16
expect "with a route it is announced" 1 hears far1 tun1 10.61.0.0/16
on gw ip route del blackhole 10.61.0.0/16
expect "without the route it is withdrawn" 1 hears_not far1 tun1 10.61.0.0/16
on gw ip link add lan3 type veth peer name far3
on gw ip addr add 10.61.7.1/24 dev lan3
on gw ip link set far3 up
on gw ip link set lan3 up
expect "a connected network in it is a way, too" 1 hears far1 tun1 10.61.0.0/16
on gw ip link set lan3 down
expect "its device goes, and the kernel says nothing of the route" 1 hears_not far1 tun1 10.61.0.0/16

on gw ip link add lan2 type veth peer name far2
on gw ip link set far2 up
on gw ip link set lan2 up
expect "an interface that comes up announces its prefix" 1 hears far1 tun1 10.62.0.0/16
check "a reload changes nothing of it" ctl reload
check "it is still announced" hears far1 tun1 10.62.0.0/16
on gw ip link set far2 down
expect "without carrier it is withdrawn" 1 hears_not far1 tun1 10.62.0.0/16

check "an aggregate of nothing is not announced" hears_not far1 tun1 172.16.0.0/12
core_change "route 172.16.1.0/24 unreachable; route 172.16.2.0/24 unreachable;"
expect "with something in it it is" 5 hears far1 tun1 172.16.0.0/12 "BGP.as_path: 65010"
check "its path begins here" hears_not far1 tun1 172.16.0.0/12 "65020"
check "who left paths out says so" hears far1 tun1 172.16.0.0/12 "BGP.atomic_aggr"
check "and who it is" hears far1 tun1 172.16.0.0/12 "BGP.aggregator: 203.0.113.10 AS65010"
check "what lies in it is not announced" hears_not far1 tun1 172.16.1.0/24
expect "what nobody offers of it is unreachable" 1 unreachable_is_there
core_change ""
expect "it goes with the last of them" 5 hears_not far1 tun1 172.16.0.0/12
expect "and leaves nothing in the kernel" 1 unreachable_is_gone
lab_done
