# tests/netns/lab.sh - A gateway, a cloud's VPN gateway and a host behind each, in namespaces of
# their own.  Sourced by the tests, the benchmarks and contrib/demo.
#
#	hosta ------ gw ====ipsec1======tun1==== far ------ hostb
#	10.60.0.10   |  ====ipsec2======tun2====            10.50.0.10
#	            wan
#	             |  the default route, out in the clear
#	            net
#
# The tunnels are veth pairs with the inside links of an AWS VPN connection: 169.254.10.0/30 and
# 169.254.11.0/30, .1 is the far end.  AS 65010 here, AS 64512 there.  The far side is one BIRD or
# one FRR that chooses by AS path and then MED, as AWS does.  With `lab_new bird two` it is two
# endpoints, end1 and end2, each with a daemon of its own, before a router "far" that chooses.
#
# Works as root and, where the system allows, as anybody in a user namespace (lab_enter).  All that
# it starts or makes is gone when the script ends, however it ends.

export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin

LAB_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BUILD=${BUILD:-$LAB_ROOT/build}
BGPD=${BGPD:-$BUILD/bin/bgpd}
BGPCTL=${BGPCTL:-$BUILD/bin/bgpctl}
PROBE=${PROBE:-$BUILD/tests/probe}
HOLD_TIME=${HOLD_TIME:-3}

HOSTA=10.60.0.10 HOSTB=10.50.0.10
NEAR_PREFIX=10.60.0.0/16 FAR_PREFIX=10.50.0.0/16

lab_failed=0
lab_is_diagnosed=

# ---- namespaces -------------------------------------------------------------------------------

# lab_enter "$@": goes on as root, in a user namespace if need be; ends the script as skipped when
# neither can be had.
lab_enter() {
	if [ "$(id -u)" != 0 ]; then
		if ! unshare -Urnm true 2>/dev/null; then
			echo "# SKIP $(basename "$0"): needs root, or user namespaces for everybody"
			exit 77
		fi
		exec unshare -Urnm --pid --fork --kill-child --mount-proc "$0" "$@"
	fi
	mkdir -p /run/netns 2>/dev/null
	if [ ! -w /run/netns ]; then
		mount -t tmpfs tmpfs /run
		mkdir /run/netns
		lab_disguise_frr
	fi
	lab_dir=$(mktemp -d -t tb-lab.XXXXXX)
	chmod 755 "$lab_dir"
	lab_prefix=tb-lab-$$
	lab_number=0
	trap lab_leave EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

# FRR insists on its own user; in a user namespace there is only root, so root gets its name.
lab_disguise_frr() {
	sed 's/^frr:x:[0-9]*:[0-9]*/frr:x:0:0/' /etc/passwd >/run/passwd
	sed -E 's/^(frr|frrvty):x:[0-9]*:.*/\1:x:0:root,frr/' /etc/group >/run/group
	mount --bind /run/passwd /etc/passwd
	mount --bind /run/group /etc/group
}

lab_leave() {
	local status=$?
	trap '' INT TERM
	lab_clear
	rm -rf "$lab_dir"
	exit $status
}

# Ends all processes of the present lab and removes its namespaces.
lab_clear() {
	local name
	for name in "${!lab_pids[@]}"; do
		reap "$name" KILL
	done
	for name in gw far end1 end2 hosta hostb net; do
		ip netns del "$lab_prefix-$name" 2>/dev/null
	done
	lab_pids=()
}

# on NAMESPACE COMMAND...
on() {
	local where=$1
	shift
	ip netns exec "$lab_prefix-$where" "$@"
}

# lab_link NAMESPACE INTERFACE ADDRESS/LENGTH NAMESPACE INTERFACE ADDRESS/LENGTH
lab_link() {
	ip link add "$2" netns "$lab_prefix-$1" type veth peer name "$5" netns "$lab_prefix-$4"
	ip -n "$lab_prefix-$1" addr add "$3" dev "$2"
	ip -n "$lab_prefix-$4" addr add "$6" dev "$5"
	ip -n "$lab_prefix-$1" link set "$2" up
	ip -n "$lab_prefix-$4" link set "$5" up
}

lab_namespace() {
	ip netns add "$lab_prefix-$1"
	ip -n "$lab_prefix-$1" link set lo up
	on "$1" sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=2 \
		net.ipv4.conf.default.rp_filter=2 net.ipv6.conf.all.disable_ipv6=0 \
		net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.dad_transmits=0 \
		net.ipv4.icmp_ratelimit=0
}

# lab_new bird|frr|none [two]: a new lab, in place of the one before.  The far side runs; the gateway
# does not yet, and the tunnels are down.
lab_new() {
	local i
	lab_clear
	lab_is_diagnosed=
	far_kind=$1 far_shape=${2:-one}
	lab_number=$((lab_number + 1))
	run_dir=$lab_dir/$lab_number
	mkdir "$run_dir"
	for i in gw far hosta hostb net; do
		lab_namespace $i
	done
	[ "$far_shape" = one ] || { lab_namespace end1 && lab_namespace end2; }
	lab_link gw lan 10.60.0.1/16 hosta eth0 $HOSTA/16
	lab_link far lan 10.50.0.1/16 hostb eth0 $HOSTB/16
	lab_link gw wan 203.0.113.10/24 net eth0 203.0.113.1/24
	ip -n $lab_prefix-gw route add default via 203.0.113.1
	ip -n $lab_prefix-hosta route add default via 10.60.0.1
	ip -n $lab_prefix-hostb route add default via 10.50.0.1
	for i in 1 2; do
		lab_link gw ipsec$i 169.254.$((9 + i)).2/30 "$(far_end $i)" tun$i 169.254.$((9 + i)).1/30
		ip -n $lab_prefix-gw link set ipsec$i down
		[ "$far_shape" = one ] || lab_link "end$i" core 10.99.$i.1/30 far core$i 10.99.$i.2/30
	done
	far_start
}

# The namespace in which tunnel N ends.
far_end() {
	[ "$far_shape" = one ] && echo far || echo "end$1"
}

# ---- processes --------------------------------------------------------------------------------

declare -A lab_pids

# spawn NAME NAMESPACE COMMAND...: in the background, what it says goes to NAME.log
spawn() {
	local name=$1 where=$2
	shift 2
	ip netns exec "$lab_prefix-$where" "$@" >>"$run_dir/$name.log" 2>&1 </dev/null &
	lab_pids[$name]=$!
}

# reap NAME [SIGNAL]: ends what spawn started, and waits for its end
reap() {
	local pid=${lab_pids[$1]:-}
	[ -n "$pid" ] || return 0
	kill -"${2:-TERM}" "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	unset "lab_pids[$1]"
}

is_running() {
	kill -0 "${lab_pids[$1]:-}" 2>/dev/null
}

# wait_for SECONDS COMMAND...: until it succeeds
wait_for() {
	local end=$((${EPOCHREALTIME/./} + $1 * 1000000))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "${EPOCHREALTIME/./}" -lt $end ] || return 1
		sleep 0.02
	done
}

# ---- assertions -------------------------------------------------------------------------------

ok() {
	echo "ok - $*"
}

not_ok() {
	lab_failed=1
	echo "not ok - $*"
	[ -n "$lab_is_diagnosed" ] || lab_diagnose
	lab_is_diagnosed=yes
}

# check NAME COMMAND...: must succeed now
check() {
	local name=$1
	shift
	if "$@" >/dev/null 2>&1; then
		ok "$name"
	else
		not_ok "$name"
		echo "#   failed: $*"
	fi
}

# expect NAME SECONDS COMMAND...: must succeed in that time
expect() {
	local name=$1 limit=$2 started=${EPOCHREALTIME/./}
	shift 2
	if wait_for "$limit" "$@"; then
		ok "$name ($(((${EPOCHREALTIME/./} - started) / 1000)) ms)"
	else
		not_ok "$name"
		echo "#   not within $limit s: $*"
	fi
}

# Everything that somebody would want to see who was not there; for the first failure of a lab.
lab_diagnose() {
	{
		echo "== gateway: routes and nexthops"
		ip -n "$lab_prefix-gw" route show table all type unicast
		ip -n "$lab_prefix-gw" route show table all type unreachable
		ip -n "$lab_prefix-gw" nexthop
		if [ -n "${lab_pids[bgpd]:-}" ]; then
			echo "== bgpctl"
			"$BGPCTL" -s "$run_dir/gw.sock" show neighbors
			"$BGPCTL" -s "$run_dir/gw.sock" show tunnels
			"$BGPCTL" -s "$run_dir/gw.sock" show routes
		fi
		echo "== far side"
		ip -n "$lab_prefix-far" route show
		case $far_kind in
		bird) birdc_on far1 show route all ;;
		frr) vtysh_on far1 "show bgp ipv4 unicast" ;;
		*) tail -n 30 "$run_dir/far1.log" ;;
		esac
		[ ! -f "$run_dir/bgpd.log" ] || { echo "== bgpd.log" && tail -n 30 "$run_dir/bgpd.log"; }
	} 2>&1 | sed 's/^/#   /'
}

# The last line of each test script.
lab_done() {
	exit $lab_failed
}

# ---- the rest of the lab ----------------------------------------------------------------------

. "$LAB_ROOT/tests/netns/far.sh"
. "$LAB_ROOT/tests/netns/gateway.sh"
. "$LAB_ROOT/tests/netns/stream.sh"
