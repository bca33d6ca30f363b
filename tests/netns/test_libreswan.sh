#!/bin/bash
# Libreswan on our end, as the README sets it up: the kernel's security associations are the evidence,
# and contrib/updown gives the interfaces that pluto makes their addresses.
. "$(dirname "$0")/lab.sh"
. "$LAB_ROOT/tests/netns/ike.sh"
. "$LAB_ROOT/tests/netns/libreswan.sh"
HOLD_TIME=60 REVERT_DELAY=1
libreswan_enter "$@"

has_address() { # TUNNEL
	ip -n "$lab_prefix-gw" -j address show "ipsec$1" |
		jq -e ".[0].addr_info | any(.local == \"169.254.$((9 + $1)).2\")"
}

returns() { # NAME
	expect "$1: the SA is back" 60 ipsec_is 1 up
	expect "$1: its interface has its address" 10 has_address 1
	expect "$1: so is the session" 60 far_is_established 1
	expect "$1: and both directions" 60 both_use 1
}

libreswan_new || { not_ok "Libreswan starts"; libreswan_diagnose; lab_done; }
libreswan_gw_config >"$run_dir/gw.json"
start_bgpd
expect "the hook gives the first interface its address" 60 has_address 1
expect "and the second" 30 has_address 2
expect "both SAs are seen" 20 both_sas_are_up || libreswan_diagnose
check "by the kernel" ctl_is \
	'.tunnels[0].signals.ipsec.reason == "the kernel has a security association"' show tunnels
expect "both sessions come up" 60 both_established
expect "both directions use the first tunnel" 30 both_use 1

before=$(roles_changed)
for i in 1 2 3; do
	libreswan ipsec whack --rekey-ipsec --name tun1 || not_ok "rekey $i"
	ike far 1 --rekey --child child1
done
libreswan ipsec whack --rekey-ike --name tun1 || not_ok "rekey of the IKE SA"
sleep 2
check "rekeys from either side move nothing" test "$(roles_changed)" = "$before"

ike far 1 --terminate --ike tun1
expect "SA deleted by the far end: our direction is on the other tunnel" 10 gw_uses 2
expect "SA deleted by the far end: it is known why" 5 blamed "no security association"
returns "SA deleted by the far end"

libreswan ipsec auto --delete tun1
expect "connection deleted, and with it the interface: both directions are on the other tunnel" 10 both_use 2
libreswan ipsec auto --add tun1
libreswan ipsec auto --up tun1
returns "connection added, and with it the interface"

before=$(roles_changed)
reap pluto KILL
sleep 3
check "pluto killed: the kernel goes on encrypting" both_sas_are_up
check "pluto killed: nothing moves" test "$(roles_changed)" = "$before"
pluto_start
returns "pluto started again"
expect "pluto started again: the second SA, too" 30 ipsec_is 2 up
expect "pluto started again: and its session" 60 far_is_established 2
[ "$lab_failed" = 0 ] || libreswan_diagnose
lab_done
