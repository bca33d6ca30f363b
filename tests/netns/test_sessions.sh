#!/bin/bash
# The tunnels' links come up: sessions, the way of the packets in both directions, and what bgpctl
# and the kernel say about it.
. "$(dirname "$0")/lab.sh"
lab_enter "$@"

far_path_of_second_is_longer() {
	if [ "$far_kind" = bird ]; then
		birdc_on far1 show route protocol tun2 all | grep -Eq 'as_path: 65010 65010'
	else
		vtysh_on far1 "show bgp ipv4 unicast json" | jq -e "[.routes.\"$NEAR_PREFIX\"[] |
			select(.nexthops[0].ip == \"169.254.11.2\") | .path] == [\"65010 65010 65010\"] or
			([.routes.\"$NEAR_PREFIX\"[] | select(.nexthops[0].ip == \"169.254.11.2\") |
			.path | split(\" \") | length] | .[0] > 1)"
	fi
}

has_captured() { # FILE
	[ "$(tshark -r "$1" -Y bgp 2>/dev/null | wc -l)" -gt 10 ]
}

no_packet_is_malformed() { # FILE
	[ -z "$(tshark -r "$1" -Y 'bgp && (_ws.malformed || _ws.expert.severity == error)' 2>/dev/null)" ]
}

for peer in bird frr; do
	lab_new $peer
	start_bgpd
	check "$peer: bgpd runs and answers" ctl show version
	spawn capture gw tshark -q -i any -w "$run_dir/bgp.pcap" -f "tcp port 179"
	wait_for 10 grep -q "Capture started" "$run_dir/capture.log"
	tunnels_up
	expect "$peer: both sessions are up within 2 s of the link" 2 both_established
	expect "$peer: packets take the first tunnel in both directions" 2 both_use 1
	expect "$peer: the far side sees a longer path on the standby" 2 far_path_of_second_is_longer
	expect "$peer: bgpctl shows both sessions" 2 \
		ctl_is '[.neighbors[].state] == ["established", "established"]' show neighbors
	check "$peer: and their roles" ctl_is '[.tunnels[].role] == ["active", "standby"]' show tunnels
	check "$peer: and the group's active tunnel" ctl_is '.groups[0].active == ["tun1"]' show groups
	check "$peer: the best route has a reason" \
		ctl_is "[.routes[] | select(.prefix == \"$FAR_PREFIX\" and .best)] |
			length == 1 and .[0].reason != null" show routes
	check "$peer: the route stands in the kernel under our protocol number" \
		grep -q . <<<"$(on gw ip route show $FAR_PREFIX proto 186)"
	wait_for 10 has_captured "$run_dir/bgp.pcap"
	reap capture INT
	check "$peer: tshark has seen the messages" has_captured "$run_dir/bgp.pcap"
	check "$peer: tshark finds no fault in what was said" no_packet_is_malformed "$run_dir/bgp.pcap"
	reap bgpd
	check "$peer: after an orderly end the routes stay" gw_uses 1
done

HOLD_TIME=9 FAR_KEEPALIVE=5
lab_new bird
start_bgpd
tunnels_up
wait_for 10 both_established
expect "keepalives slower than a third of our hold time are told" 30 \
	ctl_is '[.events[] | select(.subject == "tun1" and (.text | test("slower than a third")))] |
		length == 1' show events
check "and shown with the session" \
	ctl_is '.neighbors[0] | .peer_keepalive_slow and .peer_silence_ms > 4000' show neighbors tun1
lab_done
