# tests/netns/gateway.sh - Our side of the lab: bgpd, or BIRD in its place, and which way the packets
# go.  Sourced by lab.sh.

# ---- the gateway ------------------------------------------------------------------------------

gw_config() { # [EXTRA KEYS OF THE GROUP]
	cat <<-X
	{
	  "asn": 65010,
	  "router_id": "203.0.113.10",
	  "announce": ["$NEAR_PREFIX"],
	  "groups": [
	    {
	      "name": "cloud",
	      "provider": "${PROVIDER:-aws-vgw}",
	      "mode": "active-standby",
	      "accept": ["${ACCEPT:-$FAR_PREFIX le 24}"],
	      "hold_time": $HOLD_TIME,
	      "revert_delay": ${REVERT_DELAY:-2},
	      "settle": 1,
	      ${1:-}
	      "tunnels": [
	        { "name": "tun1", "interface": "ipsec1", "inside": "169.254.10.2/30", "peer": "169.254.10.1", "peer_asn": 64512 },
	        { "name": "tun2", "interface": "ipsec2", "inside": "169.254.11.2/30", "peer": "169.254.11.1", "peer_asn": 64512 }
	      ]
	    }
	  ]
	}
	X
}

# Starts bgpd with the configuration in gw.json, which is made first unless it is there.
start_bgpd() {
	[ -f "$run_dir/gw.json" ] || gw_config >"$run_dir/gw.json"
	spawn bgpd gw "$BGPD" -f "$run_dir/gw.json" -s "$run_dir/gw.sock" -l "${LOG_LEVEL:-debug}"
	wait_for 5 ctl show version
}

# BIRD in the gateway's place, set up by the book: what a benchmark is compared with, and what the
# lab itself is tested with.
start_gw_bird() {
	start_bird gw gw "$(bird_gw)"
}

bird_gw() {
	local i
	cat <<-X
	router id 203.0.113.10;
	protocol device { scan time 5; }
	protocol kernel { ipv4 { import none; export where source = RTS_BGP; }; }
	protocol static { ipv4; route $NEAR_PREFIX unreachable; }
	X
	for i in 1 2; do
		cat <<-X
		protocol bgp tun$i {
			local as 65010;
			graceful restart off;
			neighbor 169.254.$((9 + i)).1 as 64512;
			hold time $HOLD_TIME;
			connect delay time 1; connect retry time 1; error wait time 1, 2; error forget time 2;
			ipv4 {
				import filter { bgp_local_pref = $((300 - 100 * i)); accept; };
				export filter {
					if source != RTS_STATIC then reject;
					bgp_med = $((100 * (i - 1)));
					$([ $i = 1 ] || echo "bgp_path.prepend(65010); bgp_path.prepend(65010);")
					accept;
				};
			};
		}
		X
	done
}

# watch_kernel NAME: what changes in the gateway's tables is in NAME.log from here on
watch_kernel() {
	spawn "$1" gw ip monitor route nexthop
	wait_for 5 watch_hears "$1"
}

watch_hears() {
	on gw ip route replace 192.0.2.255/32 dev lo
	on gw ip route del 192.0.2.255/32 dev lo
	grep -q 192.0.2.255 "$run_dir/$1.log"
}

# ctl COMMAND...: bgpctl as a program asks
ctl() {
	"$BGPCTL" -s "$run_dir/gw.sock" --json "$@"
}

# ctl_is FILTER COMMAND...: the jq filter holds for what bgpctl says
ctl_is() {
	local filter=$1
	shift
	ctl "$@" | jq -e "$filter" >/dev/null
}

start_gateway() { # [bgpd|bird]
	if [ "${1:-${GATEWAY:-bgpd}}" = bird ]; then
		start_gw_bird
	else
		start_bgpd
	fi
}

tunnels_up() {
	ip -n "$lab_prefix-gw" link set ipsec1 up
	ip -n "$lab_prefix-gw" link set ipsec2 up
}

both_established() {
	far_is_established 1 && far_is_established 2
}

# ---- which way packets go ---------------------------------------------------------------------

# gw_uses TUNNEL / far_uses TUNNEL: as the kernel's table says
gw_uses() {
	[ "$(gw_device)" = "ipsec$1" ]
}

gw_device() {
	ip -n "$lab_prefix-gw" -j route get "${1:-$HOSTB}" from $HOSTA iif lan 2>/dev/null | jq -r '.[0].dev'
}

far_uses() {
	[ "$(ip -n "$lab_prefix-far" -j route get $HOSTA from $HOSTB iif lan 2>/dev/null |
		jq -r '.[0].dev')" = "$([ "$far_shape" = one ] && echo tun || echo core)$1" ]
}

both_use() {
	gw_uses "$1" && far_uses "$1"
}

packets() { # NAMESPACE INTERFACE rx|tx
	ip -n "$lab_prefix-$1" -j -s link show "$2" | jq ".[0].stats64.$3.packets"
}
