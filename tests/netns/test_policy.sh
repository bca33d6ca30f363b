#!/bin/bash
# Policies: what the others see of them, which way the packets go, and what a reload changes.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/core.sh"
lab_enter "$@"

PREFERRED=10.50.7.0/24 SECRET=10.50.66.0/24

# The far network has three prefixes; on tunnel 1 it may add a community to all.
bird_prefixes() {
	cat <<-X
	protocol static { ipv4 { preference 250; };
		route $FAR_PREFIX unreachable;
		route $PREFERRED unreachable { bgp_community.add((64512, 7)); };
		route $SECRET unreachable { bgp_community.add((64512, 666)); };
	}
	X
}

policies() { # MED
	cat <<-X
	"neighbors": [ { "name": "core1", "address": "$HOSTA", "asn": $CORE_ASN, "hold_time": $HOLD_TIME,
		"import": "from-core", "export": "to-core" } ],
	"policies": {
		"not-secret": [
			{ "match": { "community": ["64512:666"] }, "action": "reject" },
			{ "action": "accept" }
		],
		"prefer-here": [
			{ "match": { "prefix": ["$PREFERRED"] }, "set": { "local_pref": 300 }, "action": "accept" },
			{ "action": "accept" }
		],
		"from-core": [
			{ "match": { "as_path": ["^65020 65099$"] }, "set": { "local_pref": 150, "metric": 77 },
			  "action": "next" },
			{ "match": { "prefix": ["10.0.0.0/8 le 24"] }, "action": "accept" }
		],
		"to-core": [
			{ "match": { "neighbor": ["cloud"] }, "set": { "add_community": ["65010:1"] }, "action": "next" },
			{ "match": { "prefix": ["$PREFERRED"] }, "action": "accept",
			  "set": { "med": $1, "prepend": 2, "remove_community": ["64512:*"],
				"add_large_community": ["65010:1:2"], "add_ext_community": ["rt:65010:9"] } },
			{ "match": { "community": ["64512:*"] }, "action": "reject" },
			{ "action": "accept" }
		],
		"steer": [
			{ "match": { "neighbor": ["local"] }, "set": { "med": 42, "add_community": ["65010:2"] },
			  "action": "accept" },
			{ "action": "accept" }
		]
	},
	X
}

# The gateway's own configuration, with the policies put in.
config() { # MED
	ACCEPT="$FAR_PREFIX le 24" gw_config '"import": "not-secret",
		"announce": ["10.60.0.0/16", "10.61.0.0/16", "10.62.0.0/16"],' |
		sed -e "s|\"groups\": \[|$(policies "$1" | tr -d '\n\t') &|" \
			-e '/"tun1"/s/"peer_asn"/"export": "steer", &/' \
			-e '/"tun2"/s/"peer_asn"/"import": "prefer-here", &/' >"$run_dir/gw.json"
}

leaves_by() { # ADDRESS DEVICE
	[ "$(gw_device "$1")" = "$2" ]
}

route_is() { # PREFIX NEIGHBOR FILTER [WORDS OF THE COMMAND]
	local prefix=$1 neighbor=$2 filter=$3
	shift 3
	ctl_is "[.routes[] | select(.prefix == \"$prefix\")] | length == 1 and (.[0] | $filter)" \
		show routes from "$neighbor" "$@"
}

refuses_secret_by_rule() {
	route_is $SECRET tun1 '.accepted == false and .filtered_by == "policy not-secret[0]"' filtered
}

uptime_of() {
	ctl show neighbors "$1" | jq '.neighbors[0].times_established'
}

lab_new bird
config 7
check "bgpctl check finds no fault in the policies" "$BGPCTL" check "$run_dir/gw.json"
core_start "route 10.61.0.0/16 unreachable { bgp_community.add((65535, 65281)); };
	route 10.62.0.0/16 unreachable { bgp_path.prepend(65099); };
	route 192.168.0.0/16 unreachable;"
start_bgpd
tunnels_up
expect "the tunnels come up" 5 both_established
expect "a policy moves its prefix to the second tunnel" 5 leaves_by 10.50.7.1 ipsec2
expect "and no other" 5 leaves_by $HOSTB ipsec1
check "the route tells which rule preferred it" \
	route_is $PREFERRED tun2 '.local_pref == 300 and .policy == "prefer-here[0]" and .best'
check "and what it was like before" \
	route_is $PREFERRED tun2 '.communities == ["64512:7"]' received
expect "a prefix is refused by its community, on the tunnel with that policy" 5 refuses_secret_by_rule
check "and taken on the other one" route_is $SECRET tun2 '.accepted and .best'

expect "the core sees prepends, MED and communities as they were set" 5 \
	hears core site $PREFERRED "BGP.as_path: 65010 65010 65010 64512"
check "MED" hears core site $PREFERRED "BGP.med: 7"
check "communities" hears core site $PREFERRED "BGP.community: (65010,1)"
check "large communities" hears core site $PREFERRED "BGP.large_community: (65010, 1, 2)"
check "extended communities" hears core site $PREFERRED "BGP.ext_community: (rt, 65010, 9)"
check "other prefixes have only what all have" hears core site $FAR_PREFIX "BGP.community: (65010,1)"
check "and no MED" hears_not core site $FAR_PREFIX "BGP.med"
check "what the policy rejects is not told" hears_not core site $SECRET
check "and says why" ctl_is "[.routes[] | select(.prefix == \"$SECRET\")][0].filtered_by == \"policy to-core[2]\"" \
	show routes to core1 filtered

expect "the far side sees what was learned from the core" 5 \
	hears far1 tun1 10.62.0.0/16 "BGP.as_path: 65010 65020 65099"
check "but not what has no-export" hears_not far1 tun1 10.61.0.0/16
check "nor what the import policy did not take" hears_not far1 tun1 192.168.0.0/16
check "a tunnel's policy goes before the steering of its group" hears far1 tun1 $NEAR_PREFIX "BGP.med: 42"
check "where it is set" hears far1 tun2 $NEAR_PREFIX "BGP.med: 200"
check "the metric of a policy is the kernel's" \
	grep -q "metric 77" <<<"$(on gw ip route show 10.62.0.0/16 proto 186)"

cut_link_down 2
expect "the preferred prefix falls back to the first tunnel" 2 leaves_by 10.50.7.1 ipsec1
heal_link_down 2
expect "and returns" 10 leaves_by 10.50.7.1 ipsec2

before=$(uptime_of core1)
config 8
check "a reload changes a policy" ctl reload
expect "the core sees the new MED" 2 hears core site $PREFERRED "BGP.med: 8"
sed -i 's/"local_pref": 300/"local_pref": 50/' "$run_dir/gw.json"
check "another one changes an import" ctl reload
expect "packets follow it" 2 leaves_by 10.50.7.1 ipsec1
check "no session was reset" test "$(uptime_of core1)" = "$before"

# RFC 8326: the far side is about to shut the first tunnel down.
sed -i 's/\(protocol bgp tun1 .*\)/\1/; /protocol bgp tun1/,/}/s/export all/export filter { bgp_community.add((65535, 0)); accept; }/' \
	"$run_dir/far1.conf"
birdc_on far1 configure >/dev/null
expect "graceful shutdown moves everything to the other tunnel" 5 leaves_by $HOSTB ipsec2
check "by a local preference of 0" route_is $FAR_PREFIX tun1 '.local_pref == 0'
lab_done
