# tests/netns/failover.sh - What must hold of every way to lose a tunnel.  Sourced after lab.sh.

# failover_story METHOD SECONDS [one|two]: the active tunnel is cut, both directions must be on the
# other one within SECONDS; healed, both must be back.  For each kind of far side.
failover_story() {
	local method=$1 seconds=$2 shape=${3:-one} peer
	for peer in bird frr; do
		lab_new $peer "$shape"
		start_gateway
		tunnels_up
		failover_prepare "$peer" || continue
		failover_cut "$peer" "$method" "$seconds"
		failover_heal "$peer" "$method"
		stream_end
		check "$peer: no packet came twice" stream_is_below duplicates 1
	done
}

failover_prepare() { # PEER
	if ! wait_for 10 both_established || ! wait_for 5 both_use 1 || ! stream_start -r 1000; then
		not_ok "$1: both tunnels up and traffic on the first"
		return 1
	fi
}

failover_cut() { # PEER METHOD SECONDS
	local before
	before=$(packets gw ipsec2 tx)
	stream_mark
	cut_tunnel "$2" 1
	expect "$1: our direction is on the other tunnel after $2" "$3" gw_uses 2
	expect "$1: so is the far side's" "$3" far_uses 2
	expect "$1: packets flow in both directions" 2 stream_flows
	check "$1: they leave by the other tunnel" test "$(packets gw ipsec2 tx)" -gt "$before"
	check "$1: none was missing for longer than $3 s ($(stream_lost))" \
		stream_is_below outage_ms $(($3 * 1000))
	[ "${GATEWAY:-bgpd}" != bgpd ] ||
		expect "$1: its record has what was seen and when both directions had moved" 3 \
			ctl_is '[.events[] | select(.kind == "failover")] | last |
				.from == "tun1" and .to == "tun2" and .duration_ms == 0 and .reason != "" and
				(.first_signal | IN("link", "ipsec", "ack", "bgp")) and
				.far_side_ms < '"$(($3 * 1000))" show events
}

failover_heal() { # PEER METHOD
	stream_mark
	heal_tunnel "$2" 1
	expect "$1: the session returns" 30 far_is_established 1
	expect "$1: after the revert delay both directions are back" 15 both_use 1
	stream_look
	check "$1: the return cost no packet ($(stream_lost))" return_is_free "$1"
}

# Our direction loses nothing.  Nor does the far side's, but that FRR takes an IPv6 route out before it
# puts the new one in: a packet or two may come between.
return_is_free() { # NAME
	local theirs=1
	[[ $1 = frr\ over* ]] && theirs=4
	stream out ".lost == 0" | grep -q true && stream in ".lost < $theirs" | grep -q true
}
