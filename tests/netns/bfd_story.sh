# tests/netns/bfd_story.sh - BFD with BIRD or FRR: it comes up; silence is found by either side long
# before any other timer; a peer that turns BFD off loses no traffic; restarts; and what we send, as
# tshark reads it.  Over IPv6 only what differs there.  Sourced after lab.sh, failover.sh, ipv6.sh and
# bfd.sh.

HOLD_TIME=30
BFD_KEYS="\"bfd\": { \"interval_ms\": $BFD_MS, \"multiplier\": 3 },"

# The lab's own gateway, with BFD.
eval "$(declare -f gw_config | sed '1s/gw_config/config_without_bfd/')"
gw_config() {
	config_without_bfd "$BFD_KEYS ${1:-}"
}

bfd_new() { # bird|frr ipv4|ipv6
	session_family=ipv4
	if [ "$2" = ipv6 ]; then
		ipv6_new "$1" ipv6
	else
		HOSTA=$HOSTA4 HOSTB=$HOSTB4
		lab_new "$1"
	fi
	start_bgpd
	tunnels_up
}

detection_is() {
	bfd_says "detection time $((3 * BFD_MS)) ms" 1
}

session_ended_by_bfd() {
	ctl_is '.neighbors[] | select(.name == "tun1").last_error.text | test("BFD Down")' show neighbors
}

# The last failover began with BFD, and the chain moved in the same instant.
was_seen_by_bfd() {
	ctl show events | jq -e '[.events[] | select(.kind == "failover")] | last |
		(.reason | test("bfd")) and .duration_ms < 50'
}

comes_up() { # NAME
	expect "$1: both tunnels are up with BFD" 15 both_bfd_are up
	expect "$1: with the interval of both sides" 5 detection_is
	expect "$1: the far side agrees" 5 far_bfd_is up 1
}

# A tunnel that came back is held, after each flap for twice as long, and here it flaps again and again:
# the operator ends that.
comes_back() { # NAME
	expect "$1: and both directions are back" 30 both_return
}

both_return() {
	both_use 1 && return
	if is_held; then
		ctl tunnel resume tun1
	fi
	return 1
}

is_held() {
	ctl_is '.tunnels[0].standing == "held"' show tunnels
}

# ack would take 2.5 s and the hold timer 30: the bound leaves room for a machine with other work.
finds_silence() { # NAME
	stream_mark
	cut_tunnel silence 1
	expect "$1: our direction is on the other tunnel after silence" 2 gw_uses 2
	expect "$1: so is the far side's" 2 far_uses 2
	expect "$1: packets flow in both directions" 2 stream_flows
	check "$1: lost for about the detection time ($(stream_lost))" \
		stream_is_below outage_ms $((3 * BFD_MS + 1200))
	check "$1: it was BFD that said so" bfd_says "nothing heard for $((3 * BFD_MS)) ms" 1
	check "$1: the session was ended by it" session_ended_by_bfd
	expect "$1: and the history tells it" 10 was_seen_by_bfd
	heal_tunnel silence 1
	expect "$1: healed, BFD is up again" 15 bfd_is up 1
	comes_back "$1"
}

# Only what we send is lost: the far side misses us, and says so.
hears_of_one_way_loss() { # NAME
	nft_on far <<-X
	table inet cut {
		chain input {
			type filter hook prerouting priority -300;
			iifname "tun1" drop
		}
	}
	X
	expect "$1: one direction lost: our direction moves" 2 gw_uses 2
	expect "$1: so does the far side's" 2 far_uses 2
	check "$1: the far side told why" bfd_says "the peer is down: control detection time expired" 1
	heal_tunnel silence 1
	expect "$1: healed, BFD is up again" 15 both_bfd_are up
	comes_back "$1"
}

established_once_more() { # COUNT
	ctl_is ".neighbors[] | select(.name == \"tun1\") | .state == \"established\" and .times_established == $1" \
		show neighbors
}

times_established() {
	ctl show neighbors | jq '.neighbors[] | select(.name == "tun1").times_established'
}

# FRR says AdminDown (RFC 5882 3.2).  BIRD just falls silent, which nobody can tell from a failure: but
# then the session comes up without it.
turns_it_off() { # NAME
	local before
	before=$(times_established)
	if [ "$far_kind" = frr ]; then
		bfdd_on "configure terminal" bfd "profile lab" shutdown
		expect "$1: BFD turned off there is not known any more" 5 both_bfd_are unknown
		check "$1: and was no failure" established_once_more "$before"
		check "$1: traffic stays" gw_uses 1
		bfdd_on "configure terminal" bfd "profile lab" "no shutdown"
	else
		birdc_on far1 disable bfd1 >/dev/null
		expect "$1: BFD turned off there without a word is not known any more" 10 both_bfd_are unknown
		comes_back "$1"
		birdc_on far1 enable bfd1 >/dev/null
	fi
	expect "$1: turned on, it is up again" 15 both_bfd_are up
	expect "$1: and traffic is where it was" 5 both_use 1
}

# Another interval by a reload: a Poll Sequence tells it, and nothing else changes.
changes_pace() { # NAME
	local before
	before=$(times_established)
	sed -i "s/\"interval_ms\": $BFD_MS/\"interval_ms\": $((2 * BFD_MS))/" "$run_dir/gw.json"
	check "$1: a configuration with another interval" ctl reload
	expect "$1: it is in force" 5 bfd_says "detection time $((6 * BFD_MS)) ms" 1
	sed -i "s/\"interval_ms\": $((2 * BFD_MS))/\"interval_ms\": $BFD_MS/" "$run_dir/gw.json"
	check "$1: and the first one again" ctl reload
	expect "$1: it is in force, too" 5 detection_is
	check "$1: without a failure" established_once_more "$before"
}

# RFC 5881 5: what has passed a router is not from the link.
hears_the_link_alone() { # NAME
	nft_on far <<-X
	table inet cut {
		chain output {
			type filter hook postrouting priority 300;
			oifname "tun1" udp dport 3784 ip ttl set 254
			oifname "tun1" udp dport 3784 ip6 hoplimit set 254
		}
	}
	X
	expect "$1: packets with a TTL of 254 are none" 5 bfd_is down 1
	expect "$1: so both directions are on the other tunnel" 5 both_use 2
	heal_tunnel silence 1
	expect "$1: with 255 they are: BFD is up again" 15 both_bfd_are up
	comes_back "$1"
}

far_dies() {
	reap far1 KILL
	reap far1.bfdd KILL
	reap far1.zebra KILL
}

survives_restarts() { # NAME
	far_dies
	expect "$1: the far side's daemons die: BFD is down" 5 bfd_is down 2
	far_start
	expect "$1: they are back: BFD is up" 20 both_bfd_are up
	expect "$1: and traffic flows" 30 stream_flows
	reap bgpd KILL
	start_bgpd
	expect "$1: our own death: BFD is up again" 20 both_bfd_are up
	comes_back "$1"
}

# We go without a word.  Once it has missed us, FRR still sends to us; BIRD would, with "bfd graceful".
stops_and_starts() { # NAME
	wait_for 20 both_established
	wait_for 10 gw_has_heard
	stream_mark
	reap bgpd
	expect "$1: we stop, and are missed" 5 misses_us
	start_bgpd
	expect "$1: after our restart BFD is up" 20 both_bfd_are up
	comes_back "$1"
	stream_look
	[ "$far_kind" = bird ] || check "$1: no packet was lost ($(stream_lost))" stream_is_below lost 1
	check "$1: AdminDown was not said" captured_not "$(ours) && bfd.sta == 0"
}

misses_us() {
	! far_bfd_is up 1 && ! far_bfd_is up 2
}

# Each neighbor has told all it has: there is nothing left to restart from.
gw_has_heard() {
	ctl_is '[.tunnels[].role] == ["active", "standby"]' show tunnels
}

is_taken_away() { # NAME
	sed -i 's/"bfd": {[^}]*},//' "$run_dir/gw.json"
	check "$1: a configuration without BFD" ctl reload
	expect "$1: BFD is not known any more" 5 both_bfd_are unknown
	expect "$1: AdminDown was the last word" 10 last_word_is_admin_down
	comes_back "$1"
}

# ---- what is on the wire ----------------------------------------------------------------------

capture_start() {
	rm -f "$run_dir/bfd.pcap"
	spawn tshark far tshark -q -i tun1 -f "udp port 3784" -w "$run_dir/bfd.pcap"
	wait_for 10 captured "bfd"
}

captured() { # FILTER
	tshark -r "$run_dir/bfd.pcap" -Y "$1" 2>/dev/null | grep -q .
}

captured_not() {
	! captured "$1"
}

ours() {
	[ "$session_family" = ipv6 ] && echo "ipv6.src == $(near_address 1)" || echo "ip.src == $(near_address 1)"
}

hop_limit() {
	[ "$session_family" = ipv6 ] && echo ipv6.hlim || echo ip.ttl
}

last_word_is_admin_down() {
	tshark -r "$run_dir/bfd.pcap" -Y "$(ours)" -T fields -e bfd.sta 2>/dev/null | tail -n 1 | grep -qx 0x00
}

is_well_formed() { # NAME
	check "$1: nothing malformed" captured_not "_ws.malformed || _ws.expert.severity == error"
	check "$1: ours with a TTL of 255" captured_not "$(ours) && $(hop_limit) != 255"
	check "$1: from a port of RFC 5881" captured_not "$(ours) && udp.srcport < 49152"
	check "$1: we came up" captured "$(ours) && bfd.sta == 3"
	check "$1: with a Poll Sequence" captured "$(ours) && bfd.flags.p == 1"
	check "$1: and answered theirs" captured "$(ours) && bfd.flags.f == 1"
}

bfd_story() { # bird|frr ipv4|ipv6
	local name="$1 over $2"
	bfd_new "$1" "$2"
	capture_start
	comes_up "$name"
	expect "$name: traffic takes the first tunnel" 30 both_use 1
	failover_prepare "$name" || return
	finds_silence "$name"
	hears_the_link_alone "$name"
	[ "$2" = ipv6 ] || goes_on "$name"
	is_taken_away "$name"
	reap tshark INT
	is_well_formed "$name"
	stream_end
}

# What is the same over either family.
goes_on() { # NAME
	hears_of_one_way_loss "$1"
	changes_pace "$1"
	turns_it_off "$1"
	survives_restarts "$1"
	stops_and_starts "$1"
}
