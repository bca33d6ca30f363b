#!/bin/bash
# A path that loses some of what is sent: one direction, large packets, some by chance.  What is dead is
# left within seconds, what is only bad is not.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/loss.sh"
lab_enter "$@"

roles_are() { # ROLE OF tun1, ROLE OF tun2
	ctl_is "[.tunnels[].role] == [\"$1\", \"$2\"]" show tunnels
}

# one_direction NAME DIRECTION: nothing passes one way, everything the other way
one_direction() {
	stream_mark
	lose "$2" ""
	expect "$1: both directions leave the tunnel" 4 both_use 2
	check "$1: it is ack that has seen it" \
		ctl_is '.tunnels[0].signals.ack.state == "down"' show tunnels
	expect "$1: packets flow" 2 stream_flows
	check "$1: none was missing for longer than 4 s ($(stream_lost))" stream_is_below outage_ms 4000
	lose_nothing
	expect "$1: healed, both return" 20 both_use 1
}

# Announces so many prefixes that the UPDATE fills a segment.
announce_many() {
	jq '.announce += [range(250) | "10.61.\(.).0/24"]' "$run_dir/gw.json" >"$run_dir/new.json" &&
		mv "$run_dir/new.json" "$run_dir/gw.json" && ctl reload
}

# Only what is large is lost.  KEEPALIVEs are small, so nobody sees it until BGP has something large
# to say: that is all that is promised.
large_packets() {
	lose in "meta length > 1000"
	lose out "meta length > 1000"
	sleep 4
	check "large packets: as long as BGP sends none, nothing is seen" roles_are active standby
	check "large packets: an UPDATE of many prefixes" announce_many
	expect "large packets: once there is one, both directions leave the tunnel" 5 both_use 2
	check "large packets: it is ack that has seen it" \
		ctl_is '.tunnels[0].signals.ack.state == "down"' show tunnels
	lose_nothing
	expect "large packets: healed, both return" 30 both_use 1
}

HOLD_TIME=30
lab_new bird
PROVIDER=generic gw_config >"$run_dir/gw.json"
start_bgpd
tunnels_up
expect "both tunnels come up" 10 both_established
expect "traffic on the first one" 5 both_use 1
stream_start -r 500
one_direction "nothing comes in" in
one_direction "nothing goes out" out
by_chance 1 5
by_chance 5 5
stream_end
large_packets
lab_done
