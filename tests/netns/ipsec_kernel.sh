# tests/netns/ipsec_kernel.sh - Two strongSwan tunnels with the kernel's ESP: the kernel's word counts.
# It outlives the IKE daemon, knows what the daemon does not, and with Libreswan is the only one.
# Sourced after ike.sh.

HOLD_TIME=60 REVERT_DELAY=1

charon_answered() { # TIMES
	[ "$(grep -c "gw1/vici.sock.*daemon answers" "$run_dir/bgpd.log")" = "$1" ]
}

returns() { # NAME
	expect "$1: the SA is back" 30 ipsec_is 1 up
	expect "$1: so is the session" 60 far_is_established 1
	expect "$1: and both directions" 60 both_use 1
}

comes_up() {
	ike_new || { not_ok "strongSwan starts"; ike_diagnose; lab_done; }
	ike_gw_config >"$run_dir/gw.json"
	start_bgpd
	expect "both sessions come up" 60 both_established
	expect "both SAs are seen" 20 both_sas_are_up
	check "and the kernel tells of them" ctl_is \
		'.tunnels[0].signals.ipsec.reason == "the kernel has a security association"' show tunnels
	expect "both directions use the first tunnel" 30 both_use 1
}

is_rekeyed() {
	local i before
	before=$(roles_changed)
	for i in 1 2 3 4 5; do
		ike gw 1 --rekey --child child1 || not_ok "rekey $i"
		ike far 1 --rekey --child child1
	done
	ike gw 1 --rekey --ike tun1
	check "eleven rekeys move nothing" test "$(roles_changed)" = "$before"
}

loses_its_daemon() {
	local before
	before=$(roles_changed)
	ike_kill gw 1
	sleep 6
	check "our charon killed: the kernel goes on encrypting" both_sas_are_up
	check "our charon killed: nothing moves" test "$(roles_changed)" = "$before"
	ike_start gw 1
	ike gw 1 --initiate --child child1
	expect "our charon again: it is heard" 10 charon_answered 2
	check "our charon again: nothing has moved" test "$(roles_changed)" = "$before"
}

loses_an_sa() {
	ike far 1 --terminate --ike tun1
	expect "SA deleted by the far end: both directions are on the other tunnel" 10 both_use 2
	expect "SA deleted by the far end: it is known why" 1 blamed "no CHILD_SA"
	ike gw 1 --initiate --child child1
	returns "SA made again"
}

# The SAs stand all the while.
loses_an_interface() {
	ip -n "$lab_prefix-gw" link del ipsec1
	expect "interface deleted: both directions are on the other tunnel" 10 both_use 2
	expect "interface deleted: it is known why" 1 blamed "link"
	ike_interface gw 1
	returns "interface made again"
}

# Without vici there is the kernel alone.
is_flushed() {
	local before
	ike_gw_config | jq '.vici = "" | .groups[0].tunnels |= map(del(.vici))' >"$run_dir/gw.json"
	check "charon is asked no more" ctl reload
	before=$(roles_changed)
	ike gw 1 --rekey --child child1
	check "a rekey moves nothing" test "$(roles_changed)" = "$before"
	on gw ip xfrm state flush
	expect "all SAs flushed behind the daemon's back: known for both" 5 ipsec_is 2 down
	check "and for the first" ipsec_is 1 down
}

kernel_esp_stories() {
	comes_up
	is_rekeyed
	loses_its_daemon
	loses_an_sa
	loses_an_interface
	is_flushed
}
