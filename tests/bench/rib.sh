#!/bin/bash
# rib.sh - A full table from one peer, and as many paths from ten: time, CPU and peak memory, beside BIRD
# and FRR.
#
#	tests/bench/rib.sh [-d "bgpd bird frr"] [-s "realistic packed"] [-p "1 10"] [-k "0 1"] [PATHS]
#
# PATHS (1000000) come in all; ten peers offer the same tenth of as many prefixes each.
#
# The peers are tests/bench/loader.c, which has all its messages ready before it opens the session.
# With -k 1 what is learned also goes into the kernel.  Time is from the first UPDATE until the daemon
# has been idle for as long as a clock tick can show; CPU is user and system time of the daemon, the
# kernel's share of writing routes included; memory is the peak of its resident set.
. "$(dirname "$0")/../netns/lab.sh"
. "$(dirname "$0")/load.sh"

daemons="bgpd bird frr" shapes="realistic packed" peers="1 10" kernels="0 1"
while getopts d:s:p:k: option; do
	case $option in
	d) daemons=$OPTARG ;;
	s) shapes=$OPTARG ;;
	p) peers=$OPTARG ;;
	k) kernels=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
paths=${1:-1000000}
lab_enter "$@"
# Idle: no tick in 0.3 s.  Prints when it was last seen busy.
wait_idle() { # PID...
	local before=-1 busy
	busy=$(awk '{print $1}' /proc/uptime)
	while [ "$(ticks "$@")" != "$before" ]; do
		before=$(ticks "$@")
		busy=$(awk '{print $1}' /proc/uptime)
		read -rt 0.3 <> <(:)
	done
	echo "$busy"
}

run() { # DAEMON SHAPE PEERS KERNEL
	local i pids first last started
	bench_new "$3"
	start_daemon "$1" "$3" "$4"
	# shellcheck disable=SC2046
	set -- "$1" "$2" "$3" "$4" $(processes "$1")
	pids=("${@:5}")
	started=$(ticks "${pids[@]}")
	for i in $(seq "$3"); do
		start_loader "$i" "$2" $((paths / $3))
	done
	wait_for 300 has_sent_all "$3" || { echo "$1: $(cat "$run_dir"/loader.*.out)"; return 1; }
	last=$(wait_idle "${pids[@]}")
	first=$(awk '/^first/ {print $2}' "$run_dir"/loader.*.out | sort -n | head -1)
	awk -v d="$1" -v s="$2" -v p="$3" -v k="$4" -v first="$first" -v last="$last" \
		-v ticks=$(($(ticks "${pids[@]}") - started)) -v hz="$(getconf CLK_TCK)" \
		-v kb="$(peak_kb "${pids[@]}")" \
		'BEGIN { printf "%-6s %-10s %5d %-7s %8.2f %8.2f %9.1f\n", d, s, p,
			k ? "yes" : "no", last - first, ticks / hz, kb / 1024 }'
	[ "$1" != bgpd ] || bytes_of_a_path
}

# Where the memory is, by the daemon's own count.
bytes_of_a_path() {
	ctl show memory | jq -r '.memory | "# a path: \(.prefix_bytes / .paths * 10 | round / 10) bytes for its " +
		"prefix, \(.path_bytes / .paths * 10 | round / 10) for itself, " +
		"\(.attribute_bytes / .paths * 10 | round / 10) for its share of the attributes"'
}

printf '# %d paths in all\n' "$paths"
printf '%-6s %-10s %5s %-7s %8s %8s %9s\n' daemon shape peers kernel time_s cpu_s peak_MB
for shape in $shapes; do
	for count in $peers; do
		for kernel in $kernels; do
			for daemon in $daemons; do
				run "$daemon" "$shape" "$count" "$kernel"
			done
		done
	done
done
