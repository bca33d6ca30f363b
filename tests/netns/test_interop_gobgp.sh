#!/bin/bash
# GoBGP and bgpd: what the two can say to each other, and what each does when the other one dies.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/interop.sh"
lab_enter "$@"
interop_needs gobgpd gobgp

gobgp_how() { # HOW
	case $1 in
	signed) cat <<-X ;;
	  [neighbors.ttl-security.config]
	    enabled = true
	    ttl-min = 255
	X
	client) cat <<-X ;;
	  [neighbors.route-reflector.config]
	    route-reflector-client = true
	    route-reflector-cluster-id = "$OTHER4"
	X
	esac
}

gobgp_neighbor() { # ADDRESS ASN FAMILY [HOW]
	cat <<-X
	[[neighbors]]
	  [neighbors.config]
	    neighbor-address = "$1"
	    peer-as = $2
	    $([ "${4:-}" != signed ] || echo "auth-password = \"$PASSWORD\"")
	$(gobgp_how "${4:-}")
	  [neighbors.timers.config]
	    hold-time = 9
	    keepalive-interval = 3
	    connect-retry = 1
	    idle-hold-time-after-reset = 1
	  [neighbors.graceful-restart.config]
	    enabled = true
	    restart-time = 20
	  [[neighbors.afi-safis]]
	    [neighbors.afi-safis.config]
	      afi-safi-name = "$3-unicast"
	    [neighbors.afi-safis.mp-graceful-restart.config]
	      enabled = true
	X
}

gobgp_config() {
	cat <<-X
	[global.config]
	  as = $(other_asn)
	  router-id = "$OTHER4"
	X
	for_each_neighbor gobgp_neighbor
}

gobgp_start() {
	gobgp_config >"$run_dir/far1.conf"
	spawn far1 far gobgpd -f "$run_dir/far1.conf"
}

interop_new
interop_begin gobgp external
stubs_start
interop_sessions gobgp as4 route-refresh graceful-restart
interop_attributes gobgp
interop_policies gobgp
interop_asks gobgp              # it keeps what it hears, and never asks itself
interop_we_restart gobgp
interop_it_restarts gobgp
interop_password gobgp
interop_crossed gobgp
interop_internal gobgp
lab_done
