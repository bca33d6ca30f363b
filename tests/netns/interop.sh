# tests/netns/interop.sh - Another speaker beside bgpd, each told of by a stub of its own.  Sourced
# after lab.sh.
#
#	stub A --- bgpd (gw) === the other (far) --- stub B      all on one link, 10.77.0.0/24 and
#	AS 65100   AS 65010      AS 4200000100   |   AS 65200    2001:db8:77::/64
#	                                         `-- stub I
#	                                             of the other's own AS
#
# Two sessions lie between the two, of IPv4 with a password and TTL security, and of IPv6.  What stub
# A says goes through both and is heard by stub B, and the other way round: so the attributes can be
# compared as they were said and as they are heard, with no command of the other speaker between.
# Stub I hears what the other would not tell another AS: the MED, and what has no-export.

FAR_ASN=4200000100 PASSWORD=kept-secret
GW4=10.77.0.1 OTHER4=10.77.0.2 A4=10.77.0.3 B4=10.77.0.4 I4=10.77.0.5
GW6=2001:db8:77::1 OTHER6=2001:db8:77::2 A6=2001:db8:77::3 B6=2001:db8:77::4

STUB=${STUB:-$BUILD/tests/stub}

# interop_needs PROGRAM...: ends the script as skipped where one is not there.
interop_needs() {
	local program
	for program; do
		command -v "$program" >/dev/null && continue
		echo "# SKIP $(basename "$0"): no $program"
		exit 77
	done
}

# ---- the link ---------------------------------------------------------------------------------

interop_new() {
	lab_clear
	far_kind=none
	lab_number=$((lab_number + 1))
	run_dir=$lab_dir/$lab_number
	mkdir "$run_dir"
	chmod 755 "$run_dir"
	lab_namespace net
	ip -n "$lab_prefix-net" link add br0 type bridge
	ip -n "$lab_prefix-net" link set br0 up
	interop_join gw $GW4 $GW6
	interop_join far $OTHER4 $OTHER6
	interop_join hosta $A4 $A6
	interop_join hostb $B4 $B6
	ip -n "$lab_prefix-hostb" addr add $I4/24 dev eth0
}

interop_join() { # NAMESPACE IPV4 IPV6
	lab_namespace "$1"
	ip link add eth0 netns "$lab_prefix-$1" type veth peer name "$1" netns "$lab_prefix-net"
	ip -n "$lab_prefix-net" link set "$1" master br0 up
	ip -n "$lab_prefix-$1" addr add "$2/24" dev eth0
	ip -n "$lab_prefix-$1" addr add "$3/64" dev eth0 nodad
	ip -n "$lab_prefix-$1" link set eth0 up
}

# ---- what the two are told of each other ------------------------------------------------------
#
# `as`: external  two ASes, each family over itself
#       crossed   IPv6 routes over the IPv4 session and the reverse
#       internal  one AS, the other reflects the routes of stub B (RFC 4456)

# The other's neighbors, a line each: ADDRESS ASN FAMILY [signed|client|crossed]
other_neighbors() {
	case $as in
	external) printf '%s\n' "$GW4 65010 ipv4 signed" "$GW6 65010 ipv6" ;;
	crossed) printf '%s\n' "$GW4 65010 ipv6 crossed" "$GW6 65010 ipv4 crossed" ;;
	internal)
		printf '%s\n' "$GW4 65010 ipv4" "$B4 65010 ipv4 client"
		return ;;
	esac
	printf '%s\n' "$B4 65200 ipv4" "$B6 65200 ipv6" "$I4 $FAR_ASN ipv4"
}

other_asn() {
	[ "$as" = internal ] && echo 65010 || echo $FAR_ASN
}

# for_each_neighbor FUNCTION: called with the words of each line
for_each_neighbor() {
	local neighbor
	while read -r -a neighbor; do
		"$1" "${neighbor[@]}"
	done < <(other_neighbors)
}

gw_far_neighbors() { # [PASSWORD]
	local timers='"hold_time": 9, "connect_retry": 1, "import": "any"'
	case $as in
	external) cat <<-X ;;
		{ "name": "far4", "address": "$OTHER4", "asn": $FAR_ASN, $timers, "export": "to-far",
		  ${1:+"\"password\": \"$1\","} "gtsm": true },
		{ "name": "far6", "address": "$OTHER6", "asn": $FAR_ASN, $timers, "export": "any",
		  "families": ["ipv6"] },
		X
	crossed) cat <<-X ;;
		{ "name": "far4", "address": "$OTHER4", "asn": $FAR_ASN, $timers, "export": "any",
		  "families": ["ipv6"] },
		{ "name": "far6", "address": "$OTHER6", "asn": $FAR_ASN, $timers, "export": "any" },
		X
	internal) cat <<-X ;;
		{ "name": "far4", "address": "$OTHER4", "asn": 65010, $timers, "export": "any" },
		X
	esac
}

# The policies change 198.51.103.0/24 to .106.0/24, a way each.
gw_write_config() { # [PASSWORD]
	cat >"$run_dir/gw.json" <<-X
	{
	  "asn": 65010, "router_id": "$GW4", "announce": ["10.77.100.0/24"],
	  "neighbors": [
	    $(gw_far_neighbors "$@")
	    { "name": "a4", "address": "$A4", "asn": 65100, "import": "from-a", "export": "any", "passive": true },
	    { "name": "a6", "address": "$A6", "asn": 65100, "import": "any", "export": "any", "passive": true,
	      "families": ["ipv6"] }
	  ],
	  "policies": {
	    "from-a": [
	      { "match": { "prefix": ["198.51.103.0/24"] }, "set": { "local_pref": 250 }, "action": "accept" },
	      { "action": "accept" }
	    ],
	    "to-far": [
	      { "match": { "prefix": ["198.51.103.0/24"] }, "action": "accept",
	        "set": { "prepend": 2, "med": 77, "add_community": ["65010:7"],
	                 "add_large_community": ["65010:1:2"], "add_ext_community": ["rt:65010:9"] } },
	      { "match": { "prefix": ["198.51.104.0/24"] }, "action": "accept",
	        "set": { "add_community": ["no-export"] } },
	      { "match": { "prefix": ["198.51.105.0/24"] }, "action": "accept",
	        "set": { "add_community": ["graceful-shutdown"] } },
	      { "match": { "prefix": ["198.51.106.0/24"] }, "action": "reject" },
	      { "action": "accept" }
	    ]
	  }
	}
	X
}

# Both begin anew, in another constellation.
interop_begin() { # KIND external|crossed|internal
	as=$2
	reap bgpd
	reap far1
	gw_write_config $PASSWORD
	"$1_start"
	start_bgpd
}

# ---- the stubs --------------------------------------------------------------------------------

# Capabilities: both families, route refresh, extended messages, 4-octet AS.
stub_open() { # AS ID
	local short=$1
	[ "$1" -le 65535 ] || short=23456
	echo "!01 04 $(printf %04x "$short") 005a $2
		<02 <01 <0001 00 01> 01 <0002 00 01> 02 <> 06 <> 41 <$(printf %08x "$1")>>>;" | tr -d '\n\t'
}

route4() { # PREFIX-IN-HEX NEXT-HOP-IN-HEX AS ATTRIBUTES
	echo "!02 () (40 01 <01> 40 02 <02 03 $(printf %08x "$3") 0000fdee fa56ea07> 40 03 <$2> $4) $1;"
}

route6() { # PREFIX-IN-HEX NEXT-HOP-IN-HEX AS
	echo "!02 () (40 01 <00> 40 02 <02 01 $(printf %08x "$3")> 80 0e <0002 01 <$2> 00 $1>);"
}

# Everything that a router should hand on unread, and communities that it may read.
BAGGAGE="40 06 <> c0 07 <fa56ea07 0a090909> c0 08 <fdee 0001 fdee 0002> c0 10 <0002fdee00000001>
	c0 20 <0000fdee 00000001 00000002> c0 63 <0102>"
# 600 large communities: more than 4096 octets
BULK="d0 20 ({0000fdee 00000001 00000002}*600)"

plain4() { # PREFIX-IN-HEX
	echo "!02 () (40 01 <00> 40 02 <02 01 $(printf %08x 65100)> 40 03 <0a4d0003>) $1;"
}

stubs_start() {
	stubs_a_start
	stubs_b_start
}

stubs_a_start() {
	local many="d0 08 ({fdee 0003}*60)" long
	long="50 02 (02 ff $(printf %08x 65100) {0000fdee}*254 02 64 {0000fdef}*100)"
	spawn a4 hosta "$STUB" $A4 $GW4 4 "$(stub_open 65100 0a4d0003)" \
		"$(route4 "18 c63364" 0a4d0003 65100 "$(tr -d '\n\t' <<<"$BAGGAGE")")" \
		"!02 () (40 01 <00> $long 40 03 <0a4d0003> $many) 18 c63365;" \
		"$(route4 "18 c63366" 0a4d0003 65100 "$BULK")" \
		"$(plain4 "18 c6336a")" "$(plain4 "18 c63367")" "$(plain4 "18 c63368")" \
		"$(plain4 "18 c63369")"
	spawn a6 hosta "$STUB" $A6 $GW6 4 "$(stub_open 65100 0a4d0003)" \
		"$(route6 "30 20010db80100" "20010db8007700000000000000000003" 65100)"
}

stubs_b_start() {
	spawn b4 hostb "$STUB" $B4 $OTHER4 4 "$(stub_open 65200 0a4d0004)" \
		"$(route4 "18 c00002" 0a4d0004 65200 "$(tr -d '\n\t' <<<"$BAGGAGE")")"
	spawn b6 hostb "$STUB" $B6 $OTHER6 4 "$(stub_open 65200 0a4d0004)" \
		"$(route6 "30 20010db80200" "20010db8007700000000000000000004" 65200)"
	spawn i4 hostb "$STUB" $I4 $OTHER4 4 "$(stub_open $FAR_ASN 0a4d0005)"
}

# In the place of B: inside the AS, a client of the other.
stub_client_start() {
	reap b4
	reap b6
	reap i4
	spawn client hostb "$STUB" $B4 $OTHER4 4 "$(stub_open 65010 0a4d0004)" \
		"!02 () (40 01 <00> 40 02 <> 40 03 <0a4d0004> 40 05 <0000004d>) 18 c00003;"
}

# The last word that a stub has of a prefix in its present session.
heard() { # STUB PREFIX
	awk -v prefix="$2" '/^down/ { line = "" } $1 == prefix { line = $0 } END { print line }' \
		"$run_dir/$1.log"
}

# heard_with STUB PREFIX WORD...: with all of these words
heard_with() {
	local line word
	line="$(heard "$1" "$2") "
	shift 2
	for word; do
		grep -qF " $word " <<<"$line" || return 1
	done
	! grep -q withdrawn <<<"$line"
}

heard_withdrawn() { # STUB PREFIX
	heard "$1" "$2" | grep -q withdrawn
}

never_withdrawn() { # STUB PREFIX
	! grep -q "^$2 withdrawn" "$run_dir/$1.log"
}

# ---- bgpd's side ------------------------------------------------------------------------------

is_established() { # NAME
	ctl_is '.neighbors[0].state == "established"' show neighbors "$1"
}

has_capability() { # NAME CAPABILITY
	ctl_is ".neighbors[0].capabilities | index(\"$2\")" show neighbors "$1"
}

updates() { # sent|received NAME
	ctl show neighbors "$2" | jq ".neighbors[0].updates_$1"
}

more_updates() { # sent|received NAME COUNT
	[ "$(updates "$1" "$2")" -gt "$3" ]
}

is_not_established() {
	ctl_is '.neighbors[0].state != "established"' show neighbors "$1"
}

# What the kernel of a namespace has counted (/proc/net/netstat).
kernel_count() { # NAMESPACE COUNTER
	on "$1" nstat -asz "$2" | awk -v name="$2" '$1 == name { print $2 }'
}

kernel_has_counted() { # NAMESPACE COUNTER AT-LEAST
	[ "$(kernel_count "$1" "$2")" -ge "$3" ]
}

has_no_connection() { # NAMESPACE ADDRESS
	[ -z "$(on "$1" ss -Htn state established dst "$2")" ]
}

# ---- the story --------------------------------------------------------------------------------
#
# A test has KIND_start, which starts the other speaker as far1.

baggage_words() {
	echo "origin=egp atomic aggregator=4200000007,10.9.9.9 communities=65006:1,65006:2" \
		"ext=0002fdee00000001 large=65006:1:2 attr99=e0:0102"
}

interop_sessions() { # KIND CAPABILITY...
	local kind=$1 capability
	shift
	expect "$kind: a session with password and TTL security" 15 is_established far4
	expect "$kind: a session over IPv6" 15 is_established far6
	for capability; do
		check "$kind: both have $capability" has_capability far4 "$capability"
	done
}

interop_attributes() { # KIND
	# shellcheck disable=SC2046
	expect "$1: a route goes there with all it had" 10 heard_with b4 198.51.100.0/24 \
		path=$FAR_ASN,65010,65100,65006,4200000007 $(baggage_words)
	# shellcheck disable=SC2046
	expect "$1: and one comes back with all it had" 10 heard_with a4 192.0.2.0/24 \
		path=65010,$FAR_ASN,65200,65006,4200000007 $(baggage_words)
	expect "$1: a path of 357 ASes goes there" 10 heard_with b4 198.51.101.0/24 origin=igp
	expect "$1: a route of IPv6 goes there" 10 heard_with b6 2001:db8:100::/48 \
		path=$FAR_ASN,65010,65100
	expect "$1: and one comes back" 10 heard_with a6 2001:db8:200::/48 path=65010,$FAR_ASN,65200
	expect "$1: our own prefix is heard" 10 heard_with b4 10.77.100.0/24 path=$FAR_ASN,65010
	check "$1: nothing we said was out of form" not_said "bad:" a4 a6
}

not_said() { # TEXT STUB...
	local text=$1 stub
	shift
	for stub; do
		! grep -q "$text" "$run_dir/$stub.log" || return 1
	done
}

interop_bulk() { # KIND
	expect "$1: a message of 7 kB goes there" 10 heard_with b4 198.51.102.0/24 origin=egp
}

# As the other's own AS sees them: stub I.
interop_policies() { # KIND
	expect "$1: it sees our prepends, MED and communities" 10 heard_with i4 198.51.103.0/24 \
		path=65010,65010,65010,65100 med=77 communities=65010:7 large=65010:1:2 \
		ext=0002fdf200000009
	expect "$1: it sees a graceful shutdown" 10 heard_with i4 198.51.105.0/24 communities=65535:0
	expect "$1: it sees no-export" 10 heard_with i4 198.51.104.0/24 communities=65535:65281
	expect "$1: the route after it leaves the AS" 10 heard_with b4 198.51.105.0/24
	check "$1: nowhere is one that our policy rejects" not_said 198.51.106.0/24 b4 i4
}

# After interop_policies; GoBGP does not.
interop_obeys_no_export() { # KIND
	check "$1: the route with no-export does not leave the AS" not_said 198.51.104.0/24 b4
}

interop_asks() { # KIND
	local before
	before=$(updates received far4)
	ctl neighbor refresh far4 >/dev/null
	expect "$1: asked by us it says all again" 5 more_updates received far4 "$before"
	interop_lasts "$1"
}

interop_is_asked() { # KIND COMMAND...
	local kind=$1 before
	shift
	before=$(updates sent far4)
	"$@" >/dev/null
	expect "$kind: asked by it we say all again" 5 more_updates sent far4 "$before"
	interop_lasts "$kind"
}

interop_lasts() { # KIND
	check "$1: and nothing is lost by it" heard_with a4 192.0.2.0/24 origin=egp
	check "$1: the session has lasted" ctl_is '.neighbors[0].times_established == 1' \
		show neighbors far4
}

is_stale() {
	ctl_is '[.routes[] | select(.prefix == "192.0.2.0/24" and .stale)] | length == 1' show routes
}

is_fresh() {
	ctl_is '[.routes[] | select(.prefix == "192.0.2.0/24" and (.stale | not))] | length == 1' show routes
}

# Each dies without a word and comes back.
interop_we_restart() { # KIND
	reap bgpd KILL
	expect "$1: we die, and it has noticed" 5 has_no_connection far $GW4
	start_bgpd
	expect "$1: after a restart of ours the session is back" 15 is_established far4
	expect "$1: and a route from it" 10 heard_with a4 192.0.2.0/24 origin=egp
	check "$1: it has kept our prefix meanwhile" never_withdrawn b4 10.77.100.0/24
}

interop_it_restarts() { # KIND
	reap far1 KILL
	expect "$1: while it restarts its routes are kept, and marked as stale" 5 is_stale
	"${1}_start"
	expect "$1: after its restart they are fresh" 30 is_fresh
}

# The kernel of the side that is called counts what it drops: so we know that it was tried, and why it
# came to nothing.
interop_password() { # KIND [SIDE COUNTER-WHERE-WE-HAVE-NO-PASSWORD]
	local side=${2:-far} lacking=${3:-TcpExtTCPMD5NotFound} before
	before=$(kernel_count "$side" TcpExtTCPMD5Failure)
	interop_restart_with wrong
	expect "$1: segments with another password are dropped" 15 \
		kernel_has_counted "$side" TcpExtTCPMD5Failure $((before + 3))
	check "$1: there is no session" is_not_established far4
	expect "$1: the one without a password is up" 20 is_established far6
	before=$(kernel_count "$side" "$lacking")
	interop_restart_with
	expect "$1: where one side has none they are dropped, too" 15 \
		kernel_has_counted "$side" "$lacking" $((before + 3))
	check "$1: there is no session" is_not_established far4
	interop_restart_with $PASSWORD
	expect "$1: with the right password it is back" 20 is_established far4
}

interop_restart_with() { # [PASSWORD]
	reap bgpd
	gw_write_config "$@"
	start_bgpd
}

interop_crossed() { # KIND
	interop_crossed_there "$1"
	expect "$1: a route of IPv6 comes back" 10 heard_with a6 2001:db8:200::/48 \
		path=65010,$FAR_ASN,65200
	expect "$1: a route of IPv4 comes back" 10 heard_with a4 192.0.2.0/24 \
		path=65010,$FAR_ASN,65200,65006,4200000007
}

interop_crossed_there() { # KIND
	interop_begin "$1" crossed
	expect "$1: a session over IPv4 for routes of IPv6" 20 is_established far4
	expect "$1: a session over IPv6 for routes of IPv4" 20 is_established far6
	expect "$1: a route of IPv6 goes there" 10 heard_with b6 2001:db8:100::/48 \
		path=$FAR_ASN,65010,65100
	expect "$1: a route of IPv4 goes there" 10 heard_with b4 198.51.103.0/24 \
		path=$FAR_ASN,65010,65100
}

route_of_client() { # FILTER
	ctl_is "[.routes[] | select(.prefix == \"192.0.3.0/24\")][0] | $1" show routes
}

interop_internal() { # KIND
	stub_client_start
	interop_begin "$1" internal
	expect "$1: an internal session" 20 is_established far4
	expect "$1: our local preference is its own" 10 heard_with client 198.51.103.0/24 \
		path=65100 lp=250
	expect "$1: what is not said has the usual one" 10 heard_with client 198.51.105.0/24 lp=100
	expect "$1: a route that it reflects has the local preference of its client" 10 \
		route_of_client '.local_pref == 77 and .best'
	expect "$1: and leaves our AS as ours" 10 heard_with a4 192.0.3.0/24 path=65010
	check "$1: without what is internal" not_said "lp=\|originator=\|clusters=" a4
}
