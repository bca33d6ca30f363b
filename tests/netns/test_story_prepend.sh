#!/bin/bash
# A story of the field: one side has been told of a preference that the other one does not share, and
# traffic returns by the wrong tunnel.  It is seen, explained, and cured by what the explanation says.
. "$(dirname "$0")/lab.sh"
lab_enter "$@"

symmetry_is() { # yes|no|undetermined [WORDS OF THE CAUSE]
	ctl_is ".groups[0] | .symmetric == \"$1\" and (.cause | contains(\"${2:-}\"))" show groups
}

# change FILTER: of the configuration, and a reload
change() {
	jq "$1" "$run_dir/gw.json" >"$run_dir/new.json" && mv "$run_dir/new.json" "$run_dir/gw.json" && ctl reload
}

# The prepends that belong on the standby tunnel stand on the active one.
ours_is_wrong() {
	change '.policies = { "prepend": [ { "set": { "prepend": 6 }, "action": "accept" } ] }
		| .groups[0].tunnels[0].export = "prepend"'
}

ours_is_right() {
	change 'del(.policies) | del(.groups[0].tunnels[0].export)'
}

# Somebody at the far side has given the second tunnel a preference of his own.
theirs_is_wrong() {
	if [ "$far_kind" = bird ]; then
		sed -i '/protocol bgp tun2/,/}; }/s/import all/import filter { bgp_local_pref = 300; accept; }/' \
			"$run_dir/far1.conf"
		birdc_on far1 configure
	else
		vtysh_on far1 "configure terminal" "route-map mine permit 10" "set local-preference 300" "exit" \
			"router bgp 64512" "address-family ipv4 unicast" \
			"neighbor $(near_address 2) route-map mine in"
	fi
}

theirs_is_right() {
	if [ "$far_kind" = bird ]; then
		sed -i 's/import filter { bgp_local_pref = 300; accept; }/import all/' "$run_dir/far1.conf"
		birdc_on far1 configure
	else
		vtysh_on far1 "configure terminal" "router bgp 64512" "address-family ipv4 unicast" \
			"no neighbor $(near_address 2) route-map mine in"
	fi
}

story() { # PEER
	check "$1: prepends on the wrong tunnel" ours_is_wrong
	expect "$1: traffic leaves by the first tunnel and returns by the second" 10 \
		eval 'gw_uses 1 && far_uses 2'
	expect "$1: it is said, with the attribute and the cure" 10 \
		symmetry_is no "tun2 is announced with the shorter AS path (4 against 7): prepend more on tun2"
	expect "$1: and told as an event" 5 ctl_is '[.events[] | select(.kind == "symmetry")] | length > 0' \
		show events
	check "$1: the prepends are taken away" ours_is_right
	expect "$1: both directions use the first tunnel" 5 both_use 1
	expect "$1: which is said, too" 10 symmetry_is yes "both directions use tun1"

	check "$1: a preference at the far side" theirs_is_wrong
	expect "$1: traffic returns by the second tunnel" 5 eval 'gw_uses 1 && far_uses 2'
	expect "$1: it is said that nothing of ours can be the cause" 10 \
		symmetry_is no "though tun1 is announced with the better attributes"
	check "$1: to go where the far side wants it" ctl tunnel pin tun2
	expect "$1: both directions use the second tunnel" 5 both_use 2
	expect "$1: which is said" 10 symmetry_is yes "both directions use tun2"
	check "$1: the far side is put right" theirs_is_right
	check "$1: and the pin taken away" ctl tunnel unpin tun2
	expect "$1: both directions use the first tunnel again" 10 both_use 1
	expect "$1: and say so" 10 symmetry_is yes "both directions use tun1"
}

for peer in bird frr; do
	lab_new $peer
	start_bgpd
	tunnels_up
	wait_for 10 both_established
	expect "$peer: both directions use the first tunnel" 5 both_use 1
	stream_start -r 500
	story $peer
	stream_end
done
lab_done
