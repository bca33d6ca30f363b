#!/bin/bash
# From the file that AWS hands out to running tunnels, with nothing written by hand.
. "$(dirname "$0")/lab.sh"
lab_enter "$@"

lab_new bird
check "bgpctl import aws makes a configuration" eval \
	'"$BGPCTL" import aws "$LAB_ROOT/contrib/demo.d/customer-gateway.xml" --accept "10.50.0.0/16 le 24" \
	--announce 10.60.0.0/16 --interface ipsec%d >"$run_dir/gw.json"'
check "it holds no key of the tunnels" test -z "$(grep -i 'not_a_real_key' "$run_dir/gw.json")"
check "bgpctl check finds no fault in it" "$BGPCTL" check "$run_dir/gw.json"
check "bgpd -n neither" "$BGPD" -n -f "$run_dir/gw.json"
start_bgpd
tunnels_up
expect "both sessions come up" 5 both_established
expect "packets take the first tunnel in both directions" 10 both_use 1
lab_done
