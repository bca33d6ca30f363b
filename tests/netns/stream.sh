# tests/netns/stream.sh - Packets between the hosts, counted.  Sourced by lab.sh.

# Two streams, one for each direction: "out" from hosta to hostb, "in" the other way.  Each is
# judged where it arrives.
stream_start() { # [OPTION OF PROBE...]
	spawn probe_in hosta "$PROBE" "$@" -b $HOSTA $HOSTB
	spawn probe_out hostb "$PROBE" "$@" -b $HOSTB $HOSTA
	stream_ready && wait_for 5 stream_flows && stream_mark
}

# Both have said their first line: from there on they take signals.
stream_ready() {
	wait_for 2 stream_said in 0 && wait_for 2 stream_said out 0
}

# What follows is counted from here.
stream_mark() {
	kill -USR2 "${lab_pids[probe_out]}" "${lab_pids[probe_in]}"
	stream_look
}

# Brings what stream reads up to date.
stream_look() {
	local way lines
	for way in out in; do
		lines=$(stream_lines $way)
		kill -USR1 "${lab_pids[probe_$way]}" || return 1
		wait_for 2 stream_said $way "$lines"
	done
}

stream_lines() {
	cat "$run_dir/probe_$1.log" 2>/dev/null | wc -l
}

stream_said() {
	[ "$(stream_lines "$1")" -gt "$2" ]
}

# Packets arrive in both directions at this moment.
stream_flows() {
	stream_look || return 1
	[ "$(stream out .received)" != 0 ] && [ "$(stream in .received)" != 0 ] &&
		stream_is_below silent_ms 50
}

# stream out|in FILTER: since stream_mark, or after stream_end of the whole
stream() {
	tail -n 1 "$run_dir/probe_$1.log" | jq -r "$2"
}

stream_end() {
	kill -TERM "${lab_pids[probe_out]}" "${lab_pids[probe_in]}"
	wait "${lab_pids[probe_out]}" "${lab_pids[probe_in]}"
	unset "lab_pids[probe_out]" "lab_pids[probe_in]"
}

# stream_is_below FIELD LIMIT: in both directions
stream_is_below() {
	local way
	for way in out in; do
		stream "$way" ".$1 < $2" | grep -q true || return 1
	done
}

stream_lost() {
	local way
	for way in out in; do
		stream $way '"\(.lost) of \(.lost + .received) lost, \(.outage_ms) ms"' | sed "s/^/$way: /"
	done | paste -sd ';' | sed 's/;/; /'
}
