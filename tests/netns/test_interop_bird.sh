#!/bin/bash
# BIRD and bgpd: what the two can say to each other, and what each does when the other one dies.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/interop.sh"
lab_enter "$@"
interop_needs /usr/sbin/bird /usr/sbin/birdc

bird_neighbor() { # ADDRESS ASN FAMILY [HOW]
	local how="" next_hop="next hop self;"
	case ${4:-} in
	signed) how="password \"$PASSWORD\"; ttl security on;" ;;
	client) how="rr client;" next_hop="" ;;
	crossed) [ "$3" = ipv6 ] || next_hop="extended next hop on;" ;;
	esac
	[ "$as" = internal ] && next_hop=""
	echo "protocol bgp from any { neighbor $1 as $2; $how $3 { import all; export all; $next_hop }; }"
}

bird_config() {
	cat <<-X
	router id $OTHER4;
	protocol device { }
	template bgp any { local as $(other_asn); direct; hold time 9; connect delay time 1;
		connect retry time 1; error wait time 1, 2; enable extended messages on; graceful restart on; }
	X
	for_each_neighbor bird_neighbor
}

bird_start() {
	start_bird far far1 "$(bird_config)"
}

interop_new
interop_begin bird external
stubs_start
interop_sessions bird as4 route-refresh enhanced-refresh extended-message graceful-restart
interop_attributes bird
interop_bulk bird
interop_policies bird
interop_obeys_no_export bird
interop_asks bird
interop_is_asked bird birdc_on far1 reload in bgp1
interop_we_restart bird
interop_it_restarts bird
interop_password bird
interop_crossed bird
interop_internal bird
lab_done
