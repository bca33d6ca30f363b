#!/bin/bash
# A path that is far away: 100 and 250 ms each way, now more, now less.  That is no failure, and a
# failure is found in the time that README.md says: 3 s and ten round trips.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/loss.sh"
lab_enter "$@"

lab_namespace net
if ! on net tc qdisc add dev lo root netem delay 1ms 2>/dev/null; then
	echo "# SKIP test_delay.sh: this kernel has no netem"
	exit 77
fi

delay_both() { # DELAY JITTER, in ms
	local i
	for i in 1 2; do
		on gw tc qdisc replace dev ipsec$i root netem delay "$1ms" "$2ms"
		on far tc qdisc replace dev tun$i root netem delay "$1ms" "$2ms"
	done
}

# What the kernel says of the sessions' round trips.
round_trip_is() { # AT LEAST, in ms
	on gw ss -Htin dport = :179 or sport = :179 | grep -o ' rtt:[0-9]*' |
		awk -F: -v least="$1" '$2 < least { short = 1 } END { exit short || NR != 2 }'
}

ack_has_seen_it() {
	ctl show events | jq -e '[.events[] | select(.kind == "failover")] | last |
		.first_signal == "ack" and .from == "tun1" and .to == "tun2"'
}

# far_away DELAY JITTER
far_away() {
	local name="$1 ms each way, give or take $2" limit_ms=$((3000 + 10 * 2 * ($1 + $2))) before
	lab_new bird
	delay_both "$1" "$2"
	PROVIDER=generic gw_config >"$run_dir/gw.json"
	start_bgpd
	tunnels_up
	expect "$name: both tunnels come up" 20 both_established
	expect "$name: traffic on the first one" 10 both_use 1
	stream_start -r 100
	before=$(flaps)
	sleep 20
	check "$name: the sessions' round trips are so long" round_trip_is $((2 * ($1 - $2)))
	stream_look
	check "$name: 20 s of it move nothing" both_use 1
	check "$name: no tunnel has flapped" test "$(flaps)" = "$before"
	check "$name: packets have flowed all the time ($(stream_lost))" stream_is_below outage_ms 1000
	stream_mark
	cut_tunnel silence 1
	expect "$name: our direction is on the other tunnel after silence" 20 gw_uses 2
	expect "$name: so is the far side's" 5 far_uses 2
	expect "$name: it is ack that has seen it" 5 ack_has_seen_it
	expect "$name: packets flow" 20 stream_flows
	check "$name: it took less than $limit_ms ms, and a second to turn the far side ($(stream_lost))" \
		stream_is_below outage_ms $((limit_ms + 1000))
	heal_tunnel silence 1
	expect "$name: healed, both return" 30 both_use 1
	stream_end
}

HOLD_TIME=30
far_away 100 20
far_away 250 50
lab_done
