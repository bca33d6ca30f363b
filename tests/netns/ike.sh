# tests/netns/ike.sh - The lab with real IPsec: two IKEv2 tunnels of strongSwan, with ESP in user
# space, for which any kernel will do, or with IKE_LINK=xfrm on XFRM interfaces, with
# IKE_LINK=vti on VTI.  Sourced after lab.sh.
#
#	gw ==wan1 10.99.1.0/24, ipsec1== far		a charon at each end of each tunnel, four
#	gw ==wan2 10.99.2.0/24, ipsec2== far		in all: one charon has one TUN device
#
# The plugin kernel-libipsec makes the TUN and calls it ipsecN with the lowest N that is free, which
# must stay its name; ipsec0 is taken here, so that tunnel N is ipsecN at both ends.
#
# XFRM interfaces have the tunnel's number as their id, VTI as their key.  Their ESP is not in UDP,
# since it is taken out of UDP by charon's own socket: a tunnel would end with its charon.

IKE_LINK=${IKE_LINK:-tun}
IKE_START=${IKE_START:-start}
IKE_PEER=${IKE_PEER:-bird}
CHARON=/usr/sbin/charon-systemd

ike_enter() {
	if [ ! -x $CHARON ] || [ ! -f /usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so ]; then
		echo "# SKIP $(basename "$0"): needs strongSwan with kernel-libipsec"
		exit 77
	fi
	lab_enter "$@"
	if [ "$IKE_LINK" != tun ] && ! ike_kernel_can; then
		echo "# SKIP $(basename "$0"): this kernel has no XFRM interfaces, no VTI, or no ESP"
		exit 77
	fi
}

ike_kernel_can() {
	lab_namespace net
	ip -n "$lab_prefix-net" link add x type xfrm dev lo if_id 1 &&
		ip -n "$lab_prefix-net" link add y type vti local 10.0.0.1 remote 10.0.0.2 key 1 &&
		on net ip xfrm state add src 10.0.0.1 dst 10.0.0.2 proto esp spi 1 mode tunnel \
			aead 'rfc4106(gcm(aes))' 0x0000000000000000000000000000000000000000 128
} 2>/dev/null

# Both ends of both tunnels come up, with BIRD or FRR at the far end.
ike_new() {
	local i where
	lab_new none
	far_kind=$IKE_PEER
	for i in 1 2; do
		ip -n "$lab_prefix-gw" link del ipsec$i
		lab_link gw wan$i 10.99.$i.1/24 far wan$i 10.99.$i.2/24
	done
	for where in gw far; do
		[ $IKE_LINK != tun ] || ip -n "$lab_prefix-$where" link add ipsec0 type ifb
		for i in 1 2; do
			[ $IKE_LINK = tun ] || ike_interface $where $i
			ike_configure $where $i
		done
	done
	for i in 1 2; do
		ike_start far $i && ike_start gw $i || return 1
	done
	far_start
}

ike_interface() { # gw|far TUNNEL
	local end=2
	[ "$1" = far ] || end=1
	if [ $IKE_LINK = xfrm ]; then
		ip -n "$lab_prefix-$1" link add "ipsec$2" type xfrm dev "wan$2" if_id "$2"
	else
		ip -n "$lab_prefix-$1" link add "ipsec$2" type vti \
			local "10.99.$2.$end" remote "10.99.$2.$((3 - end))" key "$2"
		on "$1" sysctl -qw "net.ipv4.conf.ipsec$2.disable_policy=1"
	fi
	ip -n "$lab_prefix-$1" link set "ipsec$2" mtu 1400 up
	ike_address "$1" "$2"
}

ike_address() { # gw|far TUNNEL
	local end=2
	[ "$1" = gw ] || end=1
	ip -n "$lab_prefix-$1" addr add 169.254.$((9 + $2)).$end/30 dev "ipsec$2"
}

# What differs between the ends: "gw" begins, and tries again for ever; unless IKE_START=none.
ike_configure() { # gw|far TUNNEL
	local dir=$run_dir/$1$2 port=500 nat_port=4500
	[ "$2" = 1 ] || port=1500 nat_port=14500
	mkdir -p "$dir"/swanctl/{x509{,ca,ocsp,aa,ac,crl},pubkey,private,rsa,ecdsa,bliss,pkcs{8,12}}
	ike_daemon "$dir" "$2" $port $nat_port >"$dir/strongswan.conf"
	[ "$2" = 1 ] || port=$nat_port
	if [ "$1" = gw ]; then
		ike_connection "$2" 1 2 "$IKE_START" "$([ $IKE_START = none ] && echo clear || echo restart)" \
			$port "$(ike_hook)" >"$dir/swanctl/swanctl.conf"
	else
		ike_connection "$2" 2 1 none clear $port >"$dir/swanctl/swanctl.conf"
	fi
}

ike_hook() {
	echo "updown = \"$LAB_ROOT/contrib/updown $BGPCTL -s $run_dir/gw.sock\""
}

# allow_peer_ts: 0.0.0.0/0 covers the peer's own address.  fwmark: charon's own rule, which leads to
# a default route into its TUN, never matches.
ike_daemon() { # DIRECTORY TUNNEL PORT NAT_PORT
	local plugins="random nonce openssl pem pkcs1 x509 pubkey constraints revocation kdf"
	[ $IKE_LINK != tun ] || plugins="$plugins kernel-libipsec"
	cat <<-X
	charon {
	  load = $plugins kernel-netlink socket-default vici updown
	  install_routes = no
	  port = $3
	  port_nat_t = $4
	  interfaces_use = wan$2
	  retransmit_tries = 3
	  retransmit_timeout = 0.5
	  retransmit_base = 1.0
	  filelog { log { path = $1/charon.log
	    time_format = %T
	    time_add_ms = yes
	    flush_line = yes } }
	  plugins {
	    vici { socket = unix://$1/vici.sock }
	    kernel-libipsec { allow_peer_ts = yes }
	    kernel-netlink { fwmark = 0x7ff$2 }
	  }
	}
	charon-systemd { journal { default = -1 } }
	X
}

ike_connection() { # TUNNEL OUR_END THEIR_END START_ACTION DPD_ACTION PORT [KEY OF THE CHILD]
	cat <<-X
	connections { tun$1 { version = 2
	  local_addrs = 10.99.$1.$2
	  remote_addrs = 10.99.$1.$3
	  local_port = $6
	  remote_port = $6
	  encap = $([ $IKE_LINK = tun ] && echo yes || echo no)
	  dpd_delay = 2s
	  mobike = no
	  unique = replace
	  keyingtries = 0
	  proposals = aes128-sha256-ecp256
	  local { auth = psk
	   id = 10.99.$1.$2 }
	  remote { auth = psk
	   id = 10.99.$1.$3 }
	  children { child$1 { local_ts = 0.0.0.0/0
	   remote_ts = 0.0.0.0/0
	   esp_proposals = aes128gcm16
	   $(ike_belongs "$1")
	   start_action = $4
	   dpd_action = $5
	   ${7:-} } } } }
	secrets { ike-$1 { id-a = 10.99.$1.1
	  id-b = 10.99.$1.2
	  secret = "lab-psk-$1" } }
	X
}

# What leads packets from the interface to the SA, and back.
ike_belongs() { # TUNNEL
	case $IKE_LINK in
	xfrm) printf 'if_id_in = %d\n if_id_out = %d' "$1" "$1" ;;
	vti) printf 'mark_in = %d\n mark_out = %d' "$1" "$1" ;;
	esac
}

ike_start() { # gw|far TUNNEL
	local dir=$run_dir/$1$2
	rm -f "$dir/vici.sock"
	spawn "charon_$1$2" "$1" env STRONGSWAN_CONF="$dir/strongswan.conf" $CHARON
	wait_for 20 test -S "$dir/vici.sock" || return 1
	[ $IKE_LINK != tun ] || wait_for 5 ike_address "$1" "$2" || return 1
	ike "$1" "$2" --load-all --noprompt
}

# Without a word, as a crash is.
ike_kill() { # gw|far TUNNEL
	reap "charon_$1$2" KILL
}

# ike gw|far TUNNEL OPTION...: swanctl, to that charon
ike() {
	local dir=$run_dir/$1$2
	shift 2
	SWANCTL_DIR=$dir/swanctl timeout 60 swanctl "$@" --uri "unix://$dir/vici.sock" \
		>>"$dir/swanctl.log" 2>&1
}

# What the daemons said, for somebody who was not there.
ike_diagnose() {
	tail -n 12 "$run_dir"/charon_*.log "$run_dir"/*/{swanctl,charon}.log 2>/dev/null | sed 's/^/#   /'
}

# New IKE_SAs of our end are reauthenticated with an overlap, where charon breaks before it makes
# by default.
ike_overlap() { # TUNNEL
	sed -i 's/^charon {/&\n  make_before_break = yes/' "$run_dir/gw$1/strongswan.conf"
	ike gw "$1" --reload-settings
}

ike_reauths() { # TUNNEL
	grep -c "reauthenticating IKE_SA" "$run_dir/gw$1/charon.log"
}

# What was asked of it is done: swanctl does not wait for that.
ike_is_idle() { # gw|far TUNNEL
	! ike_list "$1" "$2" | grep -q "tasks-"
}

# CHILD_SAs that have a successor are kept for some seconds, and put off a reauthentication.
ike_has_no_old_ones() { # gw|far TUNNEL
	! ike_list "$1" "$2" | grep -q "state=\(REKEYED\|DELETED\)"
}

ike_list() { # gw|far TUNNEL
	SWANCTL_DIR=$run_dir/$1$2/swanctl swanctl --list-sas --raw \
		--uri "unix://$run_dir/$1$2/vici.sock"
}

# The end that was asked is done, and the other one has nothing left to say.
ike_settles() { # TUNNEL
	wait_for 10 ike_is_idle gw "$1" && wait_for 10 ike_is_idle far "$1"
}

# How long the last reauthentication took, in milliseconds.
ike_reauth_took() { # TUNNEL
	awk '{ split($1, t, "[:.]"); now = ((t[1] * 60 + t[2]) * 60 + t[3]) * 1000 + t[4] }
		/reauthenticating IKE_SA/ { began = now }
		/CHILD_SA .* established/ { took = now - began }
		END { print took }' "$run_dir/gw$1/charon.log"
}

ike_is_up() { # TUNNEL
	ike_list gw "$1" | grep -q "state=INSTALLED"
}

# The far end's devices have the names of ours.
far_uses() {
	[ "$(ip -n "$lab_prefix-far" -j route get $HOSTA from $HOSTB iif lan 2>/dev/null |
		jq -r '.[0].dev')" = "ipsec$1" ]
}

# gw_config, with the names and sockets by which bgpd finds the SAs.
ike_gw_config() {
	gw_config | jq --arg dir "$run_dir" '.groups[0].tunnels |= [to_entries[] | .value + {
		ipsec: "child\(.key + 1)", outside: "10.99.\(.key + 1).2",
		vici: "\($dir)/gw\(.key + 1)/vici.sock" }]'
}

# ---- what bgpd makes of it ---------------------------------------------------------------------

ipsec_is() { # TUNNEL STATE
	ctl_is ".tunnels[$(($1 - 1))].signals.ipsec.state == \"$2\"" show tunnels
}

both_sas_are_up() {
	ipsec_is 1 up && ipsec_is 2 up
}

roles_changed() {
	grep -c "kind=role" "$run_dir/bgpd.log"
}

# The role of tunnel 1 was lost for this reason.
blamed() { # WORD
	grep "kind=role.* subject=tun1 .*to=unusable" "$run_dir/bgpd.log" | tail -n 1 | grep -q "$1"
}

# ike_event TUNNEL WORD: `show events` has one of kind ipsec with that in it
ike_event() {
	ctl_is "[.events[] | select(.kind == \"ipsec\" and .subject == \"tun$1\" and
		((.text + \" \" + (.reason // \"\")) | contains(\"$2\")))] | length > 0" show events
}
