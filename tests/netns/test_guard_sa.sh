#!/bin/bash
# The far side announces what covers the outer addresses of the tunnels, which the configuration does
# not name: they are known from the SAs.  Real IKE, real ESP: with an endpoint captured a tunnel dies.
. "$(dirname "$0")/lab.sh"
. "$LAB_ROOT/tests/netns/ike.sh"
HOLD_TIME=30 REVERT_DELAY=1
ike_enter "$@"

# More specific than the uplinks' own 10.99.N.0/24.
announce_endpoints() {
	cat >"$lab_dir/bulk.conf" <<-X
	route 10.99.1.0/30 unreachable;
	route 10.99.2.0/30 unreachable;
	route 10.99.1.2/32 unreachable;
	X
}

guard_config() { # pin|refuse
	ike_gw_config | jq --arg guard "$1" --arg link "$IKE_LINK" 'del(.groups[].tunnels[].outside) |
		.groups[0] += { guard: $guard } | .groups[0].accept += ["10.99.0.0/16 le 32"] |
		if $link == "tun" then . else .groups[0].tunnels[].vici = "" end'
}

# way ADDRESS: the device that it is reached by
leads() { # ADDRESS DEVICE
	[ "$(on gw ip -j route get "$1" | jq -r '.[0].dev')" = "$2" ]
}

endpoints_are_safe() {
	leads 10.99.1.2 wan1 && leads 10.99.2.2 wan2
}

has_learned() {
	ctl_is '[.routes[].prefix] | index("10.99.1.0/30")' show routes
}

is_refused() { # PREFIX
	ctl_is "[.routes[] | select(.prefix == \"$1\") | .filtered_by | test(\"endpoint\")] | any" show routes filtered
}

sessions() { # so many, ever, of each neighbor
	ctl show neighbors | jq -c '[.neighbors[].times_established]'
}

stay_up() { # SESSIONS
	[ "$(sessions)" = "$1" ] && ctl_is '[.tunnels[].role] == ["active", "standby"]' show tunnels
}

# A rekey of all that there is must get through.
rekeys() {
	local i
	for i in 1 2; do
		ike gw $i --rekey --child child$i && ike gw $i --rekey --ike tun$i || return 1
	done
}

for guard in pin refuse; do
	announce_endpoints
	ike_new || { not_ok "strongSwan starts"; ike_diagnose; lab_done; }
	guard_config $guard >"$run_dir/gw.json"
	check "$guard: the configuration names no outer address" eval '! grep -q outside "$run_dir/gw.json"'
	start_bgpd
	expect "$guard: both sessions come up" 15 both_established
	expect "$guard: the endpoint itself is refused" 5 is_refused 10.99.1.2/32
	if [ $guard = pin ]; then
		expect "$guard: what covers the endpoints is learned" 5 has_learned
		expect "$guard: and leads into the tunnel" 5 leads 10.99.1.3 ipsec1
	else
		expect "$guard: what covers the endpoints is refused" 5 is_refused 10.99.1.0/30
		check "$guard: and does not lead into the tunnel" leads 10.99.1.3 wan1
	fi
	expect "$guard: the endpoints are reached by the uplinks" 5 endpoints_are_safe
	expect "$guard: both directions use the first tunnel" 5 both_use 1
	before=$(sessions)
	expect "$guard: packets flow" 10 stream_start -r 100
	check "$guard: the SAs are made anew" rekeys
	expect "$guard: packets flow on" 10 stream_flows
	stream_end
	check "$guard: both tunnels stayed up" stay_up "$before"
	reap bgpd KILL
	start_bgpd
	expect "$guard: after a restart the endpoints are safe as well" 15 eval 'both_established && endpoints_are_safe'
done
lab_done
