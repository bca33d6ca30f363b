# tests/netns/libreswan.sh - The lab with Libreswan on our end, set up by what `bgpctl import aws` writes,
# and strongSwan at the far end of both tunnels.  Sourced after ike.sh.
#
#	gw, wan 203.0.113.10 ---- net ---- wan1 198.51.100.44 and .20, far
#
# Debian has either strongSwan or Libreswan installed: this one lies unpacked in $LIBRESWAN and is put
# over the system's folders for its own eyes alone.

LIBRESWAN=${LIBRESWAN:-}
CUSTOMER_GATEWAY=$LAB_ROOT/contrib/demo.d/customer-gateway.xml

libreswan_enter() {
	if [ ! -x "$LIBRESWAN/usr/libexec/ipsec/pluto" ]; then
		echo "# SKIP $(basename "$0"): needs an unpacked Libreswan, as make check-vm has it"
		exit 77
	fi
	IKE_LINK=xfrm
	ike_enter "$@"
}

libreswan_new() {
	local i
	lab_new none
	far_kind=bird
	lab_link net out 198.51.100.1/24 far wan1 198.51.100.44/24
	ip -n "$lab_prefix-far" addr add 198.51.100.20/24 dev wan1
	ip -n "$lab_prefix-far" route add default via 198.51.100.1
	for i in 1 2; do
		ip -n "$lab_prefix-gw" link del ipsec$i
		ip -n "$lab_prefix-far" link add ipsec$i type xfrm dev wan1 if_id $i
		ip -n "$lab_prefix-far" link set ipsec$i mtu 1436 up
		ike_address far $i
	done
	libreswan_configure_far
	ike_start far 1
	libreswan_configure
	pluto_start && far_start
}

libreswan_import() { # DAEMON
	"$BGPCTL" import aws "$CUSTOMER_GATEWAY" --ipsec "$1" 2>/dev/null
}

libreswan_far() { # TUNNEL
	[ "$1" = 1 ] && echo 198.51.100.44 || echo 198.51.100.20
}

# ---- the far end, as AWS has it ----------------------------------------------------------------

libreswan_configure_far() {
	local dir=$run_dir/far1
	mkdir -p "$dir"/swanctl/{x509{,ca,ocsp,aa,ac,crl},pubkey,private,rsa,ecdsa,bliss,pkcs{8,12}}
	ike_daemon "$dir" 1 500 4500 >"$dir/strongswan.conf"
	{
		echo "connections {"
		libreswan_far_connection 1
		libreswan_far_connection 2
		echo "}"
		echo "secrets {"
		libreswan_import strongswan | sed '1,/^secrets/d'
	} >"$dir/swanctl/swanctl.conf"
}

libreswan_far_connection() { # TUNNEL
	cat <<-X
	tun$1 { version = 2
	  local_addrs = $(libreswan_far "$1")
	  remote_addrs = 203.0.113.10
	  proposals = aes256-sha256-modp2048
	  mobike = no
	  local { auth = psk
	   id = $(libreswan_far "$1") }
	  remote { auth = psk
	   id = 203.0.113.10 }
	  children { child$1 { local_ts = 0.0.0.0/0
	   remote_ts = 0.0.0.0/0
	   esp_proposals = aes256gcm16-modp2048
	   $(ike_belongs "$1") } } }
	X
}

# ---- our end -----------------------------------------------------------------------------------

# The hook lies in the tree and has another socket; everything else is as it was written.
libreswan_configure() {
	local etc=$run_dir/libreswan/etc hook="$LAB_ROOT/contrib/updown"
	mkdir -p "$etc/ipsec.d" "$run_dir"/libreswan/{run,nss}
	libreswan_import libreswan |
		sed "s|\"[^\"]*/updown \(.*\)\"|\"$hook \1 $BGPCTL -s $run_dir/gw.sock\"|" \
			>"$etc/ipsec.d/aws.conf"
	libreswan_import libreswan-secrets >"$etc/ipsec.d/aws.secrets"
	chmod 600 "$etc/ipsec.d/aws.secrets"
	printf 'config setup\n\tdnssec-enable=no\ninclude /etc/ipsec.d/*.conf\n' >"$etc/ipsec.conf"
	echo "include /etc/ipsec.d/*.secrets" >"$etc/ipsec.secrets"
	libreswan_view >"$run_dir/libreswan/enter"
	chmod 755 "$run_dir/libreswan/enter"
	libreswan ipsec initnss
}

# A view of the system in which it is Libreswan that is installed.
libreswan_view() {
	cat <<-X
	#!/bin/bash
	mount --make-rprivate /
	for i in /usr/libexec /usr/sbin /usr/bin; do
		mount -t overlay -o lowerdir=$LIBRESWAN\$i:\$i overlay \$i
	done
	mount -t overlay -o lowerdir=$run_dir/libreswan/etc:/etc overlay /etc
	mkdir -p /run/pluto /var/lib/ipsec/nss
	mount --bind $run_dir/libreswan/run /run/pluto
	mount --bind $run_dir/libreswan/nss /var/lib/ipsec/nss
	export LD_LIBRARY_PATH=$(echo "$LIBRESWAN"/usr/lib/*-linux-gnu)
	exec "\$@"
	X
}

# libreswan COMMAND...: in that view
libreswan() {
	on gw unshare -m "$run_dir/libreswan/enter" timeout 60 "$@" >>"$run_dir/libreswan.log" 2>&1
}

# It brings up by itself what has auto=start.
pluto_start() {
	rm -f "$run_dir"/libreswan/run/pluto.{ctl,pid}
	spawn pluto gw unshare -m "$run_dir/libreswan/enter" \
		/usr/libexec/ipsec/pluto --config /etc/ipsec.conf --nofork --stderrlog
	wait_for 30 test -S "$run_dir/libreswan/run/pluto.ctl"
}

libreswan_diagnose() {
	tail -n 40 "$run_dir"/{pluto,libreswan,charon_far1}.log "$run_dir/far1/charon.log" 2>/dev/null |
		sed 's/^/#   /'
}

libreswan_gw_config() {
	gw_config | jq '.groups[0].tunnels |= [to_entries[] | .value +
		{ outside: (if .key == 0 then "198.51.100.44" else "198.51.100.20" end) }] | .vici = ""'
}
