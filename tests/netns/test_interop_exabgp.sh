#!/bin/bash
# ExaBGP and bgpd.  ExaBGP passes nothing on: it says what its configuration has, and writes down what
# it hears.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/interop.sh"
lab_enter "$@"
interop_needs exabgp

ROUTE="origin egp; as-path [ $FAR_ASN 65006 4200000007 ]; atomic-aggregate;
	aggregator ( 65006:10.9.9.9 ); community [ 65006:1 65006:2 ]; large-community [ 65006:1:2 ];
	extended-community [ target:65006:1 ]; attribute [ 0x63 0xc0 0x0102 ];"

exabgp_static() {
	if [ "$as" = internal ]; then
		echo "route 192.0.2.0/24 { next-hop $OTHER4; local-preference 77; }"
	else
		echo "route 192.0.2.0/24 { next-hop $OTHER4; $ROUTE }"
		echo "route 2001:db8:200::/48 { next-hop $OTHER6; }"
	fi
}

# To GW4 both families over IPv4, with password and TTL security; to GW6 IPv4 with next hops of IPv6.
exabgp_config() {
	cat <<-X
	process diary { run $run_dir/diary; encoder json; }
	template { neighbor any {
		router-id $OTHER4; local-as $(other_asn); peer-as 65010; hold-time 9;
		capability { asn4 enable; extended-message disable; route-refresh enable; graceful-restart 20; nexthop enable; }
		api { processes [ diary ]; receive { parsed; update; } }
	} }
	neighbor $GW4 {
		inherit any; local-address $OTHER4; md5-password $PASSWORD;
		outgoing-ttl 255; incoming-ttl 255;
		family { ipv4 unicast; ipv6 unicast; }
		static { $(exabgp_static) }
	}
	X
	[ "$as" = internal ] || cat <<-X
	neighbor $GW6 {
		inherit any; local-address $OTHER6;
		family { ipv4 unicast; ipv6 unicast; }
		nexthop { ipv4 unicast ipv6; }
		static { route 192.0.4.0/24 { next-hop $OTHER6; } }
	}
	X
}

# Writes what ExaBGP tells it into heard.json, and tells ExaBGP what is written into commands.
exabgp_diary() {
	cat >"$run_dir/diary" <<-X
	#!/bin/sh
	exec 3<&0
	cat <&3 >>$run_dir/heard.json &
	exec tail -n +1 -f $run_dir/commands
	X
	chmod 755 "$run_dir/diary"
	: >"$run_dir/heard.json"
	: >"$run_dir/commands"
}

exabgp_start() {
	exabgp_diary
	exabgp_config >"$run_dir/far1.conf"
	spawn far1 far env exabgp.daemon.user=root exabgp.log.level=INFO exabgp "$run_dir/far1.conf"
}

# Its processes live on when it is killed.
exabgp_dies() {
	local children
	children=$(pgrep -P "${lab_pids[far1]}")
	reap far1 KILL
	# shellcheck disable=SC2086
	[ -z "$children" ] || kill -KILL $children 2>/dev/null
}

gw_far_neighbors() { # [PASSWORD]
	local asn
	asn=$(other_asn)
	cat <<-X
	{ "name": "far4", "address": "$OTHER4", "asn": $asn, "import": "any",
	  "export": "to-far", "families": ["ipv4", "ipv6"], "passive": true, "gtsm": true,
	  ${1:+"\"password\": \"$1\","} "hold_time": 9 },
	{ "name": "far6", "address": "$OTHER6", "asn": $FAR_ASN, "hold_time": 9, "import": "any",
	  "export": "to-far", "passive": true },
	X
}

# The attributes of the last UPDATE that named the prefix are so.
exabgp_heard() { # PREFIX FILTER
	jq -es --arg prefix "$1" '[.[] | select(.type == "update") | .neighbor.message.update |
		select([.announce[]?[]?[]?.nlri] | index($prefix))] | last | .attribute | '"$2" \
		"$run_dir/heard.json"
}

# Though it may have been told that there is none.
exabgp_heard_not() { # PREFIX
	! exabgp_heard "$1" .origin
}

exabgp_says() { # COMMAND
	echo "$1" >>"$run_dir/commands"
}

exabgp_heard_next_hop() { # ADDRESS-OF-BGPD PREFIX NEXT-HOP
	jq -es --arg from "$1" --arg prefix "$2" --arg next_hop "$3" '[.[] | select(.type == "update") |
		.neighbor | select(.address.peer == $from) | .message.update.announce[]? |
		.[$next_hop]? // [] | .[].nlri] | index($prefix)' "$run_dir/heard.json"
}

route_from() { # NEIGHBOR PREFIX FILTER
	ctl_is "[.routes[] | select(.prefix == \"$2\")][0] | $3" show routes from "$1"
}

interop_new
interop_begin exabgp external
stubs_a_start
interop_sessions exabgp as4 route-refresh graceful-restart ipv6
check "exabgp: both have extended-next-hop" has_capability far6 extended-next-hop

expect "exabgp: a route comes with all it had" 10 heard_with a4 192.0.2.0/24 \
	path=65010,$FAR_ASN,65006,4200000007 origin=egp atomic aggregator=65006,10.9.9.9 \
	communities=65006:1,65006:2 ext=0002fdee00000001 large=65006:1:2 attr99=e0:0102
expect "exabgp: one of IPv6 comes over IPv4" 10 heard_with a6 2001:db8:200::/48 path=65010,$FAR_ASN
expect "exabgp: one of IPv4 comes over IPv6, with a next hop of IPv6" 10 \
	route_from far6 192.0.4.0/24 ".next_hop == \"$OTHER6\""
expect "exabgp: a route goes there with all it had" 10 exabgp_heard 198.51.100.0/24 '
	.origin == "egp" and ."as-path" == [65010, 65100, 65006, 4200000007] and
	."atomic-aggregate" and .aggregator == "4200000007:10.9.9.9" and
	.community == [[65006, 1], [65006, 2]] and ."large-community" == [[65006, 1, 2]] and
	(."extended-community" | map(.string)) == ["target:65006:1"]'
expect "exabgp: one of IPv6 goes there over IPv4" 10 \
	exabgp_heard_next_hop $GW4 2001:db8:100::/48 $GW6
expect "exabgp: one of IPv4 goes there over IPv6, with a next hop of IPv6" 10 \
	exabgp_heard_next_hop $GW6 198.51.100.0/24 $GW6
check "exabgp: nothing we said was out of form" not_said "bad:" a4 a6

expect "exabgp: it sees our prepends, MED and communities" 10 exabgp_heard 198.51.103.0/24 '
	."as-path" == [65010, 65010, 65010, 65100] and .med == 77 and .community == [[65010, 7]] and
	."large-community" == [[65010, 1, 2]]'
expect "exabgp: it sees no-export" 10 exabgp_heard 198.51.104.0/24 '.community == [[65535, 65281]]'
expect "exabgp: it sees a graceful shutdown" 10 exabgp_heard 198.51.105.0/24 \
	'.community == [[65535, 0]]'
check "exabgp: nowhere is one that our policy rejects" exabgp_heard_not 198.51.106.0/24
check "exabgp: nor is one that is longer than a message" exabgp_heard_not 198.51.102.0/24
# Asked by us version 4.2.21 stumbles (a TypeError) and resets the connection.
interop_is_asked exabgp exabgp_says "neighbor $GW4 announce route-refresh ipv4 unicast"

exabgp_dies
expect "exabgp: while it restarts its routes are kept, and marked as stale" 5 is_stale
exabgp_start
expect "exabgp: after its restart they are fresh" 30 is_fresh
interop_password exabgp gw TcpExtTCPMD5Unexpected

interop_begin exabgp internal
expect "exabgp: an internal session" 20 is_established far4
expect "exabgp: our local preference is told" 10 exabgp_heard 198.51.103.0/24 \
	'."local-preference" == 250'
expect "exabgp: and its own is taken" 10 route_from far4 192.0.2.0/24 '.local_pref == 77'
lab_done
