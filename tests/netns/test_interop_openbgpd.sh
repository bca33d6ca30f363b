#!/bin/bash
# OpenBGPD and bgpd: what the two can say to each other, and what each does when the other one dies.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/interop.sh"
lab_enter "$@"
interop_needs /usr/sbin/bgpd bgpctl
if [ "$(awk '{ print $3 }' /proc/self/uid_map)" = 1 ]; then
	echo "# SKIP $(basename "$0"): needs a second user, which this user namespace has not"
	exit 77
fi

# It waits to be called: after a call that is refused version 7.7 may say OPEN twice in the next.
openbgpd_how() { # HOW
	case $1 in
	signed) printf '\t%s\n' "tcp md5sig password \"$PASSWORD\"" "ttl-security yes" \
		"announce enhanced refresh yes" "passive" ;;
	client) printf '\t%s\n' "route-reflector" ;;
	esac
}

openbgpd_family() { # ADDRESS FAMILY
	case $2 in
	ipv4) printf '\t%s\n' "announce IPv4 unicast" "announce IPv6 none" ;;
	ipv6) printf '\t%s\n' "announce IPv4 none" "announce IPv6 unicast" ;;
	esac
}

openbgpd_neighbor() { # ADDRESS ASN FAMILY [HOW]
	echo "neighbor $1 {"
	printf '\t%s\n' "remote-as $2" "holdtime 9"
	openbgpd_family "$1" "$3"
	openbgpd_how "${4:-}"
	echo "}"
}

openbgpd_config() {
	cat <<-X
	AS $(other_asn)
	router-id $OTHER4
	fib-update no
	socket "$run_dir/far1.sock"
	connect-retry 1
	X
	for_each_neighbor openbgpd_neighbor
	echo "allow from any"
	echo "allow to any"
}

# It changes its root to its user's home, which only its service makes.
openbgpd_start() {
	local home
	home=$(getent passwd _openbgpd | cut -d: -f6)
	openbgpd_config >"$run_dir/far1.conf"
	chmod 600 "$run_dir/far1.conf"
	spawn far1 far sh -c "mount -t tmpfs tmpfs /run && mkdir -p $home &&
		exec /usr/sbin/bgpd -d -f $run_dir/far1.conf"
}

# All of its processes at once: the others would say goodbye for the first.
other_dies() {
	local pid=${lab_pids[far1]}
	# shellcheck disable=SC2046
	kill -KILL "$pid" $(pgrep -P "$pid")
	reap far1
}

openbgpd_ctl() {
	bgpctl -s "$run_dir/far1.sock" "$@"
}

# For the family that a session does not run over version 7.7 says the first address of the machine.
has_refused_loopback() { # NAME
	ctl_is '.neighbors[0] | .state == "established" and .flaws > 0' show neighbors "$1" &&
		grep -q "subject=$1 .*next hop is not a host address" "$run_dir/bgpd.log"
}

# Version 7.7 counts a request and says nothing, to BIRD as well as to us.
openbgpd_has_counted() { # REQUESTS
	openbgpd_ctl show neighbor $GW4 | grep -Eq "^ *Request +[0-9]+ +$1$"
}

interop_new
interop_begin openbgpd external
stubs_start
interop_sessions openbgpd as4 route-refresh enhanced-refresh graceful-restart
interop_attributes openbgpd
interop_policies openbgpd
interop_obeys_no_export openbgpd
ctl neighbor refresh far4 >/dev/null
expect "openbgpd: our request for a refresh is counted" 5 openbgpd_has_counted 1
interop_lasts openbgpd
interop_is_asked openbgpd openbgpd_ctl neighbor $GW4 refresh
interop_we_restart openbgpd
other_dies
expect "openbgpd: it forgets what it forwards, and its routes go with it" 5 \
	heard_withdrawn a4 192.0.2.0/24
openbgpd_start
expect "openbgpd: after its restart they are back" 30 heard_with a4 192.0.2.0/24 origin=egp
interop_password openbgpd
interop_crossed_there openbgpd
expect "openbgpd: a next hop of 127.0.0.1 is refused" 5 has_refused_loopback far6
expect "openbgpd: and one of ::1" 5 has_refused_loopback far4
interop_internal openbgpd
lab_done
