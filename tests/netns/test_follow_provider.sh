#!/bin/bash
# The far side decides, by the MED of what it announces: both directions take the tunnel that it
# prefers, and go along when it changes its mind.
. "$(dirname "$0")/lab.sh"
lab_enter "$@"

# The far side prefers TUNNEL: a lower MED on what it says there, a higher local preference on what it
# hears there, so that its own packets take it whatever we announce.
far_prefers() { # TUNNEL
	local i
	{
		bird_common 198.51.100.1
		bird_prefixes
		for i in 1 2; do
			echo "protocol bgp tun$i from session { neighbor $(near_address $i) as 65010;
				ipv4 { next hop self;
					import filter { bgp_local_pref = $([ $i = "$1" ] && echo 200 || echo 100); accept; };
					export filter { bgp_med = $([ $i = "$1" ] && echo 100 || echo 200); accept; };
				}; }"
		done
	} >"$run_dir/far1.conf"
	birdc_on far1 configure >/dev/null
}

# The far side hears a better announcement on TUNNEL than on the other one.
mirrors() { # TUNNEL
	birdc_on far1 "show route for $NEAR_PREFIX protocol tun$((3 - $1)) all" | grep -q "as_path: 65010 65010" &&
		! birdc_on far1 "show route for $NEAR_PREFIX protocol tun$1 all" | grep -q "as_path: 65010 65010"
}

lab_new bird
gw_config | sed 's/active-standby/follow-provider/' >"$run_dir/gw.json"
far_prefers 2
start_bgpd
tunnels_up
expect "both sessions are up" 10 both_established
expect "both directions take the tunnel that the far side prefers" 5 both_use 2
expect "and what we announce says the same" 5 mirrors 2
stream_start
for tunnel in 1 2; do
	stream_mark
	far_prefers $tunnel
	expect "it prefers tunnel $tunnel: both directions follow" 5 both_use $tunnel
	expect "so does what we announce" 5 mirrors $tunnel
	check "bgpctl shows it as active" ctl_is ".groups[0].active == [\"tun$tunnel\"]" show groups
	stream_look
	check "and no packet is lost ($(stream_lost))" stream_is_below lost 1
done
stream_mark
cut_tunnel cease 2
expect "its session closed, both directions take the other one" 2 both_use 1
heal_tunnel cease 2
expect "its session back, they return to what it prefers" 20 both_use 2
stream_end
lab_done
