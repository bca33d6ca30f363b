#!/bin/bash
# failover.sh - How long packets are lost when the active tunnel dies, with few routes and with many.
#
#	tests/bench/failover.sh [-g GATEWAYS] [-e EVENTS] [PREFIXES...]      (100 ... 1000000)
#
# The far side announces PREFIXES on both tunnels.  Packets go to ten of them, from the first to the
# last, 1000 a second to each.  Events:
#
#	link_down       the active tunnel's interface goes down
#	device_deleted  it is deleted
#	session_closed  the far side says Cease, and drops what still comes by that tunnel
#	sa_down         the far side drops it, and the gateway is told, as by a hook of the IKE daemon
#	silence         the far side drops all in both directions, and nobody is told
#
# What counts is the longest time for which packets to one of the ten were lost: the limit of
# resolution is 2 ms, and where a tool makes the event its time is in it, for all alike; that is
# what the row of the kernel shows, which has no daemon (tests/bench/gateways.sh).
. "$(dirname "$0")/../netns/lab.sh"
. "$(dirname "$0")/gateways.sh"

gateways="kernel bgpd bird frr" events="link_down device_deleted session_closed sa_down silence"
while getopts g:e: option; do
	case $option in
	g) gateways=$OPTARG ;;
	e) events=$OPTARG ;;
	*) exit 2 ;;
	esac
done
sizes=${*:$OPTIND}
lab_enter "$@"

BASE=10.128.0.0
PROVIDER=generic
ACCEPT="$BASE/9 le 29"
HOLD_TIME=30
TARGETS=10

# N prefixes of length 29, one after the other.
bulk() { # N
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++)
		printf "route 10.%d.%d.%d/29 unreachable;\n", 128 + i / 8192, i / 32 % 256, i % 32 * 8 }'
}

last_address() { # N
	local i=$(($1 - 1))
	echo "10.$((128 + i / 8192)).$((i / 32 % 256)).$((i % 32 * 8))"
}

# By the kernel's own count, which is quick with a million too.
has_routes() { # N
	[ "$(on gw awk '/Prefixes:/ { n += $2 } END { print n }' /proc/net/fib_triestat)" -ge "$1" ]
}

first_is_used() { # N
	[ "$(gw_device $BASE)" = ipsec1 ] && [ "$(gw_device "$(last_address "$1")")" = ipsec1 ]
}

prepare() { # GATEWAY N
	rm -f "$lab_dir/bulk.conf"
	bulk "$2" >"$lab_dir/bulk.conf"
	lab_new bird
	is_with_bfd "$1" && far_speaks_bfd
	on hostb ip route add local $BASE/9 dev lo
	on far ip route add $BASE/9 via $HOSTB
	bench_gateway_start "$1" "$2"
	tunnels_up
	wait_for 90 has_received "$1" "$2" && wait_for 60 has_routes "$2" &&
		wait_for 60 first_is_used "$2" || return 1
	spawn probe_out hostb "$PROBE" -r 0 $HOSTA
	spawn probe_in hosta "$PROBE" -r $((TARGETS * 1000)) -n $TARGETS \
		-s $((($2 - 1) / (TARGETS - 1) * 8)) $BASE
	stream_ready && wait_for 5 out_flows
}

far_speaks_bfd() {
	{
		bird_far 1 2 | sed 's/as 65010;/as 65010; bfd on;/'
		bird_bfd
	} >"$run_dir/far1.conf"
	birdc_on far1 configure >/dev/null
}

out_flows() {
	stream_look && [ "$(stream out .received)" -gt 1000 ]
}

drop_file() { # WHAT
	cat >"$run_dir/drop.nft" <<-X
	table inet cut {
		chain in { type filter hook prerouting priority -300; iifname "tun1" $1 drop; }
		chain out { type filter hook postrouting priority 300; oifname "tun1" $1 drop; }
	}
	X
}

# Each in one go, so that little of the time between its parts is counted.
event_link_down() {
	ip -n "$lab_prefix-gw" link set ipsec1 down
}

event_device_deleted() {
	ip -n "$lab_prefix-gw" link del ipsec1
}

event_session_closed() { # GATEWAY
	drop_file "ip daddr != 169.254.0.0/16"
	on far nft -f "$run_dir/drop.nft"
	[ "$1" != kernel ] || tell_sa_down kernel
	birdc_on far1 disable tun1 >/dev/null
}

event_sa_down() { # GATEWAY
	drop_file ""
	on far nft -f "$run_dir/drop.nft"
	tell_sa_down "$1"
}

event_silence() {
	drop_file ""
	on far nft -f "$run_dir/drop.nft"
}

measure() { # GATEWAY N EVENT
	if ! prepare "$1" "$2"; then
		echo "$1 $2 $3 failed"
		lab_diagnose | grep -v 10.1.*/29 | tail -n 40 >&2
		return
	fi
	stream_mark
	"event_$3" "$1"
	wait_for 90 moved "$2"
	stream_look
	printf '%-15s %8d  %-9s %10.1f ms\n' "$3" "$2" "$1" "$(stream out .outage_ms)"
}

# The last of the prefixes is on the other tunnel, and nothing is missing any more.
moved() { # N
	[ "$(gw_device "$(last_address "$1")")" = ipsec2 ] &&
		stream_look && [ "$(stream out '.silent_ms < 20')" = true ]
}

# Nobody tells the kernel that nothing comes, and only silence takes BFD to be seen.
is_asked() { # GATEWAY EVENT
	case $2 in
	silence) [ "$1" != kernel ] ;;
	*) ! is_with_bfd "$1" ;;
	esac
}

printf '%-15s %8s  %-9s %10s\n' event prefixes gateway "lost for"
for event in $events; do
	for size in ${sizes:-100 1000 10000 100000 1000000}; do
		for gateway in $gateways; do
			! is_asked "$gateway" "$event" || measure "$gateway" "$size" "$event"
		done
	done
done
