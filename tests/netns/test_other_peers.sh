#!/bin/bash
# GoBGP, OpenBGPD and ExaBGP at the far end of the first tunnel: the session comes up and stays, and
# prefixes are exchanged.
. "$(dirname "$0")/lab.sh"
lab_enter "$@"

start_gobgp() {
	cat >"$run_dir/far1.conf" <<-X
	[global.config]
	  as = 64512
	  router-id = "198.51.100.1"
	[[neighbors]]
	  [neighbors.config]
	    neighbor-address = "169.254.10.2"
	    peer-as = 65010
	  [neighbors.timers.config]
	    hold-time = $HOLD_TIME
	    keepalive-interval = 1
	    connect-retry = 1
	X
	spawn far1 far gobgpd -f "$run_dir/far1.conf"
	wait_for 5 on far gobgp global rib add $FAR_PREFIX
}

gobgp_hears() {
	on far gobgp global rib | grep -q "$NEAR_PREFIX .*65010"
}

start_openbgpd() {
	cat >"$run_dir/far1.conf" <<-X
	AS 64512
	router-id 198.51.100.1
	fib-update no
	socket "$run_dir/far1.sock"
	network $FAR_PREFIX
	neighbor 169.254.10.2 {
		remote-as 65010
		holdtime $HOLD_TIME
	}
	allow from any
	allow to any
	X
	chmod 600 "$run_dir/far1.conf"
	# It changes its root to its user's home, which only its service makes.
	home=$(getent passwd _openbgpd | cut -d: -f6)
	spawn far1 far sh -c "mount -t tmpfs tmpfs /run && mkdir -p $home && exec /usr/sbin/bgpd -d -f $run_dir/far1.conf"
}

openbgpd_hears() {
	bgpctl -s "$run_dir/far1.sock" show rib | grep -q "$NEAR_PREFIX .*65010"
}

start_exabgp() {
	cat >"$run_dir/far1.conf" <<-X
	neighbor 169.254.10.2 {
		router-id 198.51.100.1;
		local-address 169.254.10.1;
		local-as 64512;
		peer-as 65010;
		hold-time $HOLD_TIME;
		static {
			route $FAR_PREFIX next-hop self;
		}
	}
	X
	spawn far1 far env exabgp.daemon.user=root exabgp.log.level=DEBUG exabgp.log.routes=true exabgp "$run_dir/far1.conf"
}

exabgp_hears() {
	grep -q "$NEAR_PREFIX" "$run_dir/far1.log"
}

missing() {
	case $1 in
	gobgp) command -v gobgpd gobgp >/dev/null || echo "not installed" ;;
	exabgp) command -v exabgp >/dev/null || echo "not installed" ;;
	openbgpd)
		if ! bgpctl -V 2>&1 | grep -q OpenBGPD; then
			echo "not installed"
		elif [ "$(awk '{ print $3 }' /proc/self/uid_map)" = 1 ]; then
			echo "needs a second user, which this user namespace has not"
		fi ;;
	esac
}

for peer in gobgp openbgpd exabgp; do
	why=$(missing $peer)
	if [ -n "$why" ]; then
		echo "ok - $peer # SKIP $why"
		continue
	fi
	lab_new none
	start_$peer
	start_bgpd
	tunnels_up
	expect "$peer: the session comes up" 10 ctl_is '.neighbors[0].state == "established"' show neighbors
	expect "$peer: its prefix is accepted" 5 ctl_is '.neighbors[0].prefixes_accepted == 1' show neighbors
	expect "$peer: traffic takes the tunnel" 5 gw_uses 1
	expect "$peer: ours is heard" 5 ${peer}_hears
	expect "$peer: the session outlives the hold time" 10 \
		ctl_is '.neighbors[0] | .uptime_s > 4 and .times_established == 1' show neighbors
done
lab_done
