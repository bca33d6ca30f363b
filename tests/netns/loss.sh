# tests/netns/loss.sh - Packets of the first tunnel get lost, by rule or by chance.  Sourced after lab.sh.

# lose DIRECTION RULE: at the far end of the first tunnel, what matches the rule and goes to the
# gateway (in) or comes from it (out)
lose() {
	local hook=prerouting name=iifname priority=-300
	[ "$1" = out ] || { hook=postrouting name=oifname priority=300; }
	nft_on far <<-X
	table inet loss_$1 {
		chain packets {
			type filter hook $hook priority $priority;
			$name "tun1" $2 drop
		}
	}
	X
}

lose_nothing() {
	local way
	for way in in out; do
		echo "add table inet loss_$way; delete table inet loss_$way" | nft_on far
	done
}

flaps() {
	ctl show tunnels | jq '[.tunnels[].flaps] | add'
}

# by_chance PERCENT SECONDS: in each direction; the tunnel keeps its traffic
by_chance() {
	local before
	before=$(flaps)
	lose in "numgen random mod 100 < $1"
	lose out "numgen random mod 100 < $1"
	stream_mark
	sleep "$2"
	stream_look
	check "$1 % are lost in each direction ($(stream_lost))" stream out '.lost > 0'
	check "$1 % lost for $2 s move nothing" both_use 1
	check "$1 % lost: no tunnel has flapped" test "$(flaps)" = "$before"
	lose_nothing
}
