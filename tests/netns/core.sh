# tests/netns/core.sh - A router of the LAN: BIRD on hosta, AS 65020, with what the test gives it to
# announce.  Sourced by tests, after lab.sh.

CORE_ASN=65020

# core_start ROUTES [EXPORT]: routes as lines of a static protocol, and what is done when they leave
core_start() {
	start_bird hosta core "$(core_config "$@")"
}

core_change() {
	core_config "$@" >"$run_dir/core.conf"
	birdc_on core configure >/dev/null
}

core_config() {
	cat <<-X
	router id $HOSTA;
	protocol device { }
	protocol static { ipv4; $1 }
	protocol bgp site {
		local as $CORE_ASN;
		neighbor 10.60.0.1 as 65010;
		hold time $HOLD_TIME; connect delay time 1; connect retry time 1; error wait time 1, 2;
		ipv4 { import all; export filter { if source != RTS_STATIC then reject; ${2:-} accept; }; };
	}
	X
}

# What a BIRD was told of a prefix, in one line; nothing when it was not told of it.
bird_hears() { # NAME PROTOCOL PREFIX
	birdc_on "$1" show route protocol "$2" all | awk -v prefix="$3" '
		/^[0-9a-f.:]+\/[0-9]+ / { is_it = $1 == prefix }
		is_it && /BGP\./ { printf "%s ", $0 }' | tr -s ' \t' ' '
}

# hears NAME PROTOCOL PREFIX [WORDS]: was told of it, with these words
hears() {
	bird_hears "$1" "$2" "$3" | grep -qF "${4:-BGP.}"
}

hears_not() {
	! hears "$@"
}
