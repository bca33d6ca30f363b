#!/bin/bash
# A storm of rekeys and one of reauthentications, on both tunnels and from both ends: no role changes.
. "$(dirname "$0")/lab.sh"
. "$LAB_ROOT/tests/netns/ike.sh"
. "$LAB_ROOT/tests/netns/ipsec.sh"
ike_enter "$@"
ipsec_begin

ike_rekeys() { # by our end or the other, on both tunnels
	cat "$run_dir"/gw[12]/charon.log | grep -c "inbound CHILD_SA .* established\|IKE_SA .* rekeyed between"
}

# One at a time: two that meet leave strongSwan with SAs that do not fit.
rekey() { # gw|far TUNNEL --child|--ike NAME
	ike "$1" "$2" --rekey "$3" "$4"
	ike_settles "$2"
}

before=$(roles_changed)
stream_mark
started=$SECONDS
for i in {1..15}; do
	rekey gw 1 --child child1
	rekey far 1 --child child1
	rekey gw 2 --child child2
	rekey far 2 --ike tun2
done
stream_look
check "strongSwan has rekeyed sixty times" test "$(ike_rekeys)" -ge 60
check "which changes no role" test "$(roles_changed)" = "$before"
check "both directions are where they were" both_use 1
echo "# 60 rekeys in $((SECONDS - started)) s: $(stream_lost)"

# By default strongSwan breaks before it makes: the tunnel has no SA for some milliseconds, which bgpd
# waits for.  One that takes longer here is no reason to blame it.
reauthenticate() { # TIMES
	local i done
	slow=0
	stream_mark
	for ((i = 1; i <= $1; i++)); do
		done=$(ike_reauths 1)
		ike gw 1 --rekey --ike tun1 --reauth
		wait_for 5 has_reauthenticated "$done" && ike_settles 1
		[ "$(ike_reauth_took 1)" -lt 400 ] || slow=$((slow + 1))
	done
	stream_look
	echo "# $1 reauthentications, the last in $(ike_reauth_took 1) ms: $(stream_lost)"
}

has_reauthenticated() { # MORE THAN SO MANY TIMES
	[ "$(ike_reauths 1)" -gt "$1" ] && ike_is_up 1
}

expect "the rekeyed ones are gone" 20 ike_has_no_old_ones gw 1
reauthenticate 10
check "strongSwan has reauthenticated ten times" test "$(ike_reauths 1)" = 10
if [ $slow = 0 ]; then
	check "that breaks before it makes, but changes no role" test "$(roles_changed)" = "$before"
else
	echo "ok - they change no role # SKIP $slow took 400 ms or more here"
	expect "both directions are back" 20 both_use 1
	before=$(roles_changed)
fi

ike_overlap 1
reauthenticate 1                # by an IKE_SA of before
before=$(roles_changed)
reauthenticate 10
check "ten more that make before they break change no role" test "$(roles_changed)" = "$before"
check "both directions are where they were" both_use 1
expect "and packets flow" 5 stream_flows
stream_end
lab_done
