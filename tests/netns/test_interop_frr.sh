#!/bin/bash
# FRR and bgpd: what the two can say to each other, and what each does when the other one dies.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/interop.sh"
lab_enter "$@"
interop_needs /usr/lib/frr/bgpd vtysh

frr_neighbor_any() { # ADDRESS ASN FAMILY [HOW]
	cat <<-X
	 neighbor $1 remote-as $2
	 neighbor $1 timers 3 9
	 neighbor $1 timers connect 1
	 neighbor $1 advertisement-interval 0
	X
	case ${4:-} in
	signed) printf ' neighbor %s\n' "$1 password $PASSWORD" "$1 ttl-security hops 1" ;;
	crossed) [ "$3" = ipv6 ] || echo " neighbor $1 capability extended-nexthop" ;;
	esac
	echo " address-family $3 unicast"
	echo "  neighbor $1 activate"
	[ "${4:-}" != client ] || echo "  neighbor $1 route-reflector-client"
	[ "$as" = internal ] || echo "  neighbor $1 next-hop-self"
	echo " exit-address-family"
}

frr_config() {
	cat <<-X
	router bgp $(other_asn)
	 bgp router-id $OTHER4
	 no bgp ebgp-requires-policy
	 no bgp default ipv4-unicast
	 coalesce-time 0
	 bgp graceful-restart
	 bgp graceful-restart preserve-fw-state
	X
	for_each_neighbor frr_neighbor_any
}

frr_start() {
	start_frr far far1 "$(frr_config)"
}

interop_new
interop_begin frr external
stubs_start
interop_sessions frr as4 route-refresh extended-message graceful-restart
interop_attributes frr
interop_bulk frr
interop_policies frr
interop_obeys_no_export frr
interop_asks frr
interop_is_asked frr vtysh_on far1 "clear bgp ipv4 unicast $GW4 soft in"
interop_we_restart frr
interop_it_restarts frr
interop_password frr
interop_crossed frr
interop_internal frr
lab_done
