#!/bin/bash
# Echoes through the tunnels, over IPv4 and IPv6: loss takes a tunnel out of use though its session
# stands; a far end that never answers, or that we cannot reach, is no evidence.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/ipv6.sh"
lab_enter "$@"

HOLD_TIME=30
PING_KEYS='"ping": { "interval_ms": 100, "lost": 3, "of": 5 },'

eval "$(declare -f gw_config | sed '1s/gw_config/config_without_ping/')"
gw_config() {
	config_without_ping "$PING_KEYS ${1:-}"
}

ping_is() { # STATE TUNNEL
	ctl_is ".tunnels[] | select(.name == \"tun$2\").signals.ping.state == \"$1\"" show tunnels
}

role_is() { # ROLE TUNNEL
	ctl_is ".tunnels[] | select(.name == \"tun$2\").role == \"$1\"" show tunnels
}

# Only echoes vanish; TCP goes on.
drop_echoes() { # TUNNEL
	nft_on far <<-X
	table inet echo$1 {
		chain input {
			type filter hook prerouting priority -300;
			iifname "tun$1" icmp type echo-request drop
			iifname "tun$1" icmpv6 type echo-request drop
		}
	}
	X
}

let_echoes_pass() {
	echo "delete table inet echo$1" | nft_on far
}

session_stands() {
	ctl_is '.neighbors[] | select(.name == "tun1") | .state == "established" and .times_established == 1' \
		show neighbors
}

refuses_to_be_told() {
	! ctl tunnel signal tun1 ping down && ctl tunnel signal tun1 bfd up
}

# The second tunnel's far end answers no echo from the beginning.
story() { # ipv4|ipv6
	if [ "$1" = ipv6 ]; then
		ipv6_new bird ipv6
	else
		lab_new bird
	fi
	drop_echoes 2
	start_bgpd
	tunnels_up
	expect "$1: echoes are answered on the first tunnel" 10 ping_is up 1
	expect "$1: both carry routes" 10 role_is standby 2
	check "$1: on the second nothing is known" ping_is unknown 2
	drop_echoes 1
	expect "$1: echoes are lost: the signal is down" 5 ping_is down 1
	expect "$1: our direction is on the other tunnel" 2 gw_uses 2
	check "$1: though no echo was ever answered there" ping_is unknown 2
	check "$1: the session stands" session_stands
	let_echoes_pass 1
	expect "$1: echoes are answered again" 5 ping_is up 1
	expect "$1: our direction is back" 15 gw_uses 1
	let_echoes_pass 2
	expect "$1: the second answers, too" 5 ping_is up 2
	check "$1: what we see ourselves cannot be told" refuses_to_be_told
}

link_goes() {
	ip -n "$lab_prefix-gw" link set ipsec1 down
	expect "a link goes: it is the link that is blamed" 2 \
		ctl_is '.tunnels[0].signals | .link.state == "down" and .ping.state == "up"' show tunnels
	ip -n "$lab_prefix-gw" link set ipsec1 up
	expect "it is back, and so is traffic" 15 gw_uses 1
	expect "echoes are answered on it" 5 ping_is up 1
}

follows_reload() {
	sed -i 's/"ping": {[^}]*}/"ping": { "interval_ms": 100, "target": "10.50.0.1" }/' "$run_dir/gw.json"
	check "another target" ctl reload
	expect "it answers" 5 ping_is up 1
	sed -i 's/10.50.0.1/10.50.0.77/' "$run_dir/gw.json"
	check "a target that is not there" ctl reload
	expect "it is not known any more" 5 ping_is unknown 1
	check "and traffic stays" gw_uses 1
}

story ipv6
session_family=ipv4 HOSTA=$HOSTA4 HOSTB=$HOSTB4
story ipv4
link_goes
follows_reload
lab_done
