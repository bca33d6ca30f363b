#!/bin/bash
# A tunnel's device is deleted and made anew, with another index, while routes are loaded and after; and
# bgpd runs where it may not change /proc/sys.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/faults.sh"
lab_enter "$@"

make_device() { # TUNNEL
	lab_link gw "ipsec$1" "169.254.$((9 + $1)).2/30" far "tun$1" "169.254.$((9 + $1)).1/30"
}

devices_of_pair() {
	on gw ip -j nexthop show | jq -r '[.[] | select(.dev) | .dev] | unique | join(" ")'
}

HOLD_TIME=30 REVERT_DELAY=1
faults_new 20000
start_bgpd
tunnels_up
wait_for 10 both_established
wait_for 10 learned 2000
on gw ip link del ipsec1
make_device 1
expect "the device made anew under load: all routes arrive" 20 kernel_is_right
check "of 20,000 none is missing" learned 20000
expect "the tunnel's session returns" 20 far_is_established 1
expect "both tunnels are in the chain again" 10 test "$(devices_of_pair)" = "ipsec1 ipsec2"
expect "and traffic returns to it" 30 first_is_used

faults_stream
on gw ip link del ipsec1
expect "the device deleted: the other one carries" 1 eval '[ "$(gw_device $BULK)" = ipsec2 ]'
faults_lost "nothing is lost but while the device closes" 200
make_device 1
expect "made anew, its session returns" 20 far_is_established 1
expect "and traffic" 30 first_is_used
expect "and nothing differs" 5 kernel_is_right

ip -n "$lab_prefix-gw" link del ipsec1
ip -n "$lab_prefix-gw" link del ipsec2
expect "both devices deleted: no route leads anywhere" 3 eval '! learned 1'
make_device 1
make_device 2
expect "made anew, both sessions return" 30 both_established
expect "and all routes" 20 kernel_is_right
check "of 20,000 none is missing" learned 20000
check "the kernel refused nothing" eval '! grep -q "refused" "$run_dir/bgpd.log"'
stream_end

reap bgpd
on gw sysctl -qw net.ipv4.nexthop_compat_mode=1
spawn bgpd gw unshare -m sh -c "mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys &&
	exec $BGPD -f $run_dir/gw.json -s $run_dir/gw.sock -l debug"
wait_for 5 ctl show version
check "a /proc/sys that is read-only is told" ctl_is '.version.fib | test("compat_mode 1")' show version
wait_for 20 both_established
expect "and all is as it should be" 20 kernel_is_right
faults_stream
on gw ip link set ipsec1 down
expect "a link goes down: the other tunnel carries" 1 eval '[ "$(gw_device $BULK)" = ipsec2 ]'
faults_lost "nothing is lost but while the device closes" 200
ip -n "$lab_prefix-gw" link set ipsec1 up
expect "and back" 60 first_is_used
expect "nothing differs" 5 kernel_is_right
lab_done
