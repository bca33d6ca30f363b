#!/bin/bash
# failover.sh - How long packets are lost when the active tunnel dies, with few routes and with many.
#
#	tests/bench/failover.sh [-g "bgpd bird"] [PREFIXES...]      (10 1000 100000)
#
# The far side announces PREFIXES on both tunnels.  Packets go to ten of them, from the first to the
# last, 1000 a second to each.  Two events: the interface of the active tunnel goes down; and the far
# side says Cease while it drops what still comes by that tunnel, as when a security association has
# gone.  What counts is the longest time for which packets to one of the ten were lost: the limit of
# resolution is 2 ms, and after "cease" the time of the tools that make it happen is in it.
#
# bgpd beside BIRD in its place, in one run: machines differ, the ratio does not.
. "$(dirname "$0")/../netns/lab.sh"

gateways="bgpd bird"
while getopts g: option; do
	case $option in
	g) gateways=$OPTARG ;;
	*) exit 2 ;;
	esac
done
sizes=${*:$OPTIND}
lab_enter "$@"

BASE=10.128.0.0
PROVIDER=generic
ACCEPT="$BASE/9 le 28"
HOLD_TIME=30
TARGETS=10

# N prefixes of length 28, one after the other.
bulk() { # N
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++)
		printf "route 10.%d.%d.%d/28 unreachable;\n", 128 + i / 4096, i / 16 % 256, i % 16 * 16 }'
}

learned() { # N
	[ "$(on gw ip route show root $BASE/9 | grep -c /28)" -ge "$1" ]
}

first_is_used() {
	[ "$(gw_device $BASE)" = ipsec1 ] && far_uses 1
}

prepare() { # GATEWAY N
	rm -f "$lab_dir/bulk.conf"
	bulk "$2" >"$lab_dir/bulk.conf"
	lab_new bird
	on hostb ip route add local $BASE/9 dev lo
	on far ip route add $BASE/9 via $HOSTB
	start_gateway "$1"
	tunnels_up
	wait_for 30 both_established && wait_for 60 learned "$2" && wait_for 10 first_is_used || return 1
	spawn probe_out hostb "$PROBE" -r 0 $HOSTA
	spawn probe_in hosta "$PROBE" -r $((TARGETS * 1000)) -n $TARGETS \
		-s $((($2 - 1) / (TARGETS - 1) * 16)) $BASE
	stream_ready && wait_for 5 out_flows
}

out_flows() {
	stream_look && [ "$(stream out .received)" -gt 1000 ]
}

# In one go, so that little of the time between the two is counted.
cut_sa_gone() {
	cat >"$run_dir/drop.nft" <<-X
	table inet cut {
		chain forward {
			type filter hook forward priority 0;
			iifname "tun1" drop
		}
	}
	X
	on far sh -c "nft -f $run_dir/drop.nft; /usr/sbin/birdc -s $run_dir/far1.ctl disable tun1" >/dev/null
}

measure() { # GATEWAY N EVENT
	if ! prepare "$1" "$2"; then
		echo "$1 $2 $3 failed"
		lab_diagnose >&2
		return
	fi
	stream_mark
	[ "$3" = link_down ] && cut_link_down 1 || cut_sa_gone
	wait_for 60 moved "$2"
	stream_look
	printf '%-10s %8d  %-10s %10.1f ms\n' "$1" "$2" "$3" "$(stream out .outage_ms)"
}

# The last of the prefixes is on the other tunnel, and nothing is missing any more.
moved() { # N
	local i=$(($1 - 1))

	[ "$(gw_device 10.$((128 + i / 4096)).$((i / 16 % 256)).$((i % 16 * 16)))" = ipsec2 ] &&
		stream_look && [ "$(stream out '.silent_ms < 20')" = true ]
}

printf '%-10s %8s  %-10s %10s\n' gateway prefixes event "lost for"
for event in link_down sa_gone; do
	for size in ${sizes:-10 1000 100000}; do
		for gateway in $gateways; do
			measure "$gateway" "$size" $event
		done
	done
done
