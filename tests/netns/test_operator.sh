#!/bin/bash
# What an operator asks for: drain, resume, pin, shutdown, reload.  None of it costs a packet.
. "$(dirname "$0")/lab.sh"
lab_enter "$@"

lost_nothing() { # NAME
	stream_look
	check "$1 costs no packet ($(stream_lost))" stream_is_below lost 1
	stream_mark
}

for peer in bird frr; do
	lab_new $peer
	start_bgpd
	tunnels_up
	wait_for 10 both_established
	expect "$peer: traffic on the first tunnel" 5 both_use 1
	stream_start

	check "$peer: tunnel drain" ctl tunnel drain tun1
	expect "$peer: drained, both directions move" 10 both_use 2
	lost_nothing "$peer: drain"
	check "$peer: tunnel resume" ctl tunnel resume tun1
	expect "$peer: resumed, both directions return" 15 both_use 1
	lost_nothing "$peer: resume"

	check "$peer: tunnel pin" ctl tunnel pin tun2
	expect "$peer: pinned, both directions move" 10 both_use 2
	lost_nothing "$peer: pin"
	check "$peer: tunnel unpin" ctl tunnel unpin tun2
	expect "$peer: unpinned, both directions return" 15 both_use 1
	lost_nothing "$peer: unpin"

	check "$peer: tunnel drill" \
		eval 'ctl --json tunnel drill tun1 --for 3 >"$run_dir/drill.json"'
	check "$peer: it has left, and is back" \
		jq -e '.events[0] | .kind == "drill" and .reason == "drained" and .lost_ms == 0 and
		       .away_out_ms < 3000 and .away_in_ms < 3000 and .duration_ms < 4000' \
		"$run_dir/drill.json"
	expect "$peer: both directions are back" 5 both_use 1
	lost_nothing "$peer: drill"
	check "$peer: tunnel drill, cut" \
		eval 'ctl tunnel drill tun1 for 3 cut >"$run_dir/drill.txt"'
	check "$peer: its report is for people" grep -q "drill is over" "$run_dir/drill.txt"
	expect "$peer: both directions are back after it" 5 both_use 1
	lost_nothing "$peer: drill, cut"

	sed 's/"settle": 1/"settle": 2/' "$run_dir/gw.json" >"$run_dir/new.json"
	mv "$run_dir/new.json" "$run_dir/gw.json"
	check "$peer: reload" ctl reload
	lost_nothing "$peer: reload"
	check "$peer: no session was reset by it" \
		ctl_is '[.neighbors[].times_established] == [1, 1]' show neighbors
	echo '{' >"$run_dir/gw.json"
	check "$peer: a bad file is refused" eval '! ctl reload'
	check "$peer: and changes nothing" ctl_is '[.tunnels[].role] == ["active", "standby"]' show tunnels
	lost_nothing "$peer: a bad reload"
	stream_end
done
lab_done
