#!/bin/bash
# A story of the field: a failover, and the way back.  While the first tunnel is held nothing but BGP is
# sent into it, and once both directions are back nothing into the second one; the way back costs no packet.
. "$(dirname "$0")/lab.sh"
lab_enter "$@"

# Counts what is no BGP in each tunnel, on its way from and to the far gateway.
count_data() {
	nft_on far <<-X
	table inet data {
		$(printf 'counter %s { }\n' in1 in2 out1 out2)
		chain from_tunnel {
			type filter hook prerouting priority -200;
			$(for i in 1 2; do echo "iifname tun$i udp dport 7007 counter name in$i;"; done)
		}
		chain to_tunnel {
			type filter hook postrouting priority 200;
			$(for i in 1 2; do echo "oifname tun$i udp dport 7007 counter name out$i;"; done)
		}
	}
	X
}

data_in() { # TUNNEL: packets both ways since the last look
	on far nft -j reset counters table inet data |
		jq --arg one "$1" '[.nftables[].counter | select(. and (.name | endswith($one))) | .packets] | add'
}

no_data_in() { # TUNNEL, for half a second
	data_in "$1" >/dev/null
	sleep 0.5
	[ "$(data_in "$1")" = 0 ]
}

failover() { # PEER METHOD
	cut_tunnel "$2" 1
	expect "$1: $2: both directions leave the first tunnel" 5 both_use 2
	expect "$1: $2: nothing is sent into it any more" 2 no_data_in 1
}

restoration() { # PEER METHOD
	stream_mark
	heal_tunnel "$2" 1
	expect "$1: $2: the session returns" 30 far_is_established 1
	expect "$1: $2: the tunnel is held" 5 ctl_is '.tunnels[0].role == "standby"' show tunnels
	check "$1: $2: held, nothing is sent into it by either side" no_data_in 1
	expect "$1: $2: both directions are back" 25 both_use 1
	expect "$1: $2: and nothing is sent into the second one" 5 no_data_in 2
	stream_look
	check "$1: $2: the way back cost no packet ($(stream_lost))" stream_is_below lost 1
}

for peer in bird frr; do
	lab_new $peer
	REVERT_DELAY=6 gw_config >"$run_dir/gw.json"
	start_bgpd
	tunnels_up
	wait_for 10 both_established
	expect "$peer: both directions use the first tunnel" 10 both_use 1
	count_data
	stream_start -r 1000
	for method in link_down silence; do
		failover $peer $method
		restoration $peer $method
	done
	stream_end
done
lab_done
