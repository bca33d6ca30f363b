# tests/netns/faults.sh - A load of prefixes, and whether the kernel has what it should.  Sourced after
# lab.sh.

BULK=10.128.0.0
ACCEPT="10.0.0.0/8 le 28"
PROVIDER=generic

# N prefixes of length 28 from BULK on, besides FAR_PREFIX; packets to all of them arrive at hostb.
faults_new() { # N
	rm -f "$lab_dir/bulk.conf"
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++)
		printf "route 10.%d.%d.%d/28 unreachable;\n", 128 + i / 4096, i / 16 % 256, i % 16 * 16 }' \
		>"$lab_dir/bulk.conf"
	lab_new bird
	on hostb ip route add local $BULK/9 dev lo
	on far ip route add $BULK/9 via $HOSTB
	bulk_count=$1
}

# What of ours the kernel has, a line each: prefix, table, metric, kind.  Without groups a route has
# another beside it that stands by.
kernel_has() {
	local family
	for family in -4 -6; do
		on gw ip $family -j route show table all proto 186
	done | jq -r '.[] | "\(if .dst == "default" then "0.0.0.0/0" else .dst end) \(.table // "main") " +
		"\(.metric // 0) \(.type // "unicast")"' |
		awk '$1 !~ /\// { $1 = $1 ($1 ~ /:/ ? "/128" : "/32") }
			!(($1, $2, $3 - 5001) in seen) { seen[$1, $2, $3] = 1; print }' | sort
}

# The same as bgpd says that it should be.
kernel_should_have() {
	ctl show fib | jq -r '.fib[] | "\(.prefix) \(if .table == 254 then "main" else .table end) \(.metric) " +
		(if .kind == "chain" or .kind == "pin" then "unicast" else .kind end)' | sort
}

kernel_is_right() {
	ctl_is '.memory.fib_divergence == 0 and .memory.fib_pending == 0' show memory &&
		[ "$(kernel_has)" = "$(kernel_should_have)" ]
}

learned() { # N
	[ "$(on gw ip -4 route show proto 186 root $BULK/9 | grep -c nhid)" -ge "$1" ]
}

# Traffic to hostb and to ten of the prefixes.
faults_stream() {
	spawn probe_out hostb "$PROBE" -r 0 $HOSTA
	spawn probe_in hosta "$PROBE" -r 1000 -n 10 -s $(((bulk_count - 1) / 9 * 16)) $BULK
	stream_ready && wait_for 5 faults_flow && stream_mark
}

faults_flow() {
	stream_look && [ "$(stream out .received)" != 0 ]
}

# faults_lost NAME LIMIT: of the packets since stream_mark
faults_lost() {
	stream_look
	check "$1 ($(stream out '"\(.lost) of \(.lost + .received) lost, \(.outage_ms) ms"'))" \
		test "$(stream out .lost)" -le "$2"
}

faults_up() {
	start_bgpd
	tunnels_up
	wait_for 10 both_established && wait_for 30 learned "$bulk_count" && wait_for 10 kernel_is_right &&
		wait_for 5 first_is_used
}

first_is_used() {
	[ "$(gw_device $BULK)" = ipsec1 ]
}
