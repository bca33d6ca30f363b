#!/bin/bash
# What keeps a session to its neighbor: keys, TTL, our own address, a device, and bounds for those who
# only want to connect.  That a thing does not happen is told by what the kernel has counted.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/interop.sh"
lab_enter "$@"

OURS=10.60.0.1 OURS2=10.60.0.2

# lab_with NEIGHBOR-KEYS...: bgpd, with a neighbor hosta that has these keys
lab_with() {
	lab_new none
	ip -n "$lab_prefix-gw" addr add $OURS2/16 dev lan
	write_config "$@"
}

write_config() {
	cat >"$run_dir/gw.json" <<-X
	{ "asn": 65010, "router_id": "$OURS", "neighbors": [
	    { "name": "hosta", "address": "$HOSTA", "asn": 65100, "hold_time": 9, "connect_retry": 1,
	      "import": "any", "export": "any", $* } ] }
	X
}

stub_at_hosta() { # OUR-ADDRESS
	spawn stub hosta "$STUB" $HOSTA "$1" 4 "$(stub_open 65100 0a3c000a)"
}

bird_at_hosta() { # OUR-ADDRESS [OPTIONS]
	start_bird hosta bird "router id $HOSTA; protocol device { scan time 1; }
		protocol bgp to_gw { local as 65100; neighbor $1 as 65010; hold time 9; passive on; $2
			ipv4 { import all; export all; }; }"
}

last_error_has() { # TEXT
	ctl_is ".neighbors[0].last_error.text | contains(\"$1\")" show neighbors hosta
}

has_counted() { # COUNTER AT-LEAST
	kernel_has_counted gw "$@"
}

# ---- RFC 2385 ----

a_key_that_cannot_be_set_is_an_error() {
	lab_with '"password": "secret"'
	if ! on gw sysctl -qw net.core.optmem_max=16 2>/dev/null; then
		echo "ok - a key that cannot be set # SKIP net.core.optmem_max is not the namespace's own"
		return
	fi
	spawn bgpd gw "$BGPD" -f "$run_dir/gw.json" -s "$run_dir/gw.sock"
	wait "${lab_pids[bgpd]}"
	check "bgpd does not start where the kernel refuses the MD5 key" test $? = 1
	check "and says so" grep -q "cannot set the TCP MD5 key: Cannot allocate memory" "$run_dir/bgpd.log"
}

a_password_keeps_others_out() {
	lab_with '"password": "secret"'
	start_bgpd
	stub_at_hosta $OURS
	expect "segments without a signature are dropped" 15 has_counted TcpExtTCPMD5NotFound 2
	check "and there is no session" is_not_established hosta
}

# ---- RFC 5082 ----

ttl_security_keeps_others_out() {
	lab_with '"gtsm": true, "passive": true'
	start_bgpd
	stub_at_hosta $OURS
	expect "segments that have come a long way are dropped" 15 has_counted TcpExtTCPMinTTLDrop 2
	check "and there is no session" is_not_established hosta
	reap stub
	bird_at_hosta $OURS "ttl security on; passive off; connect delay time 1; connect retry time 1;"
	expect "with a TTL of 255 there is one" 20 is_established hosta
}

# ---- RFC 5925 ----

tcp_ao() {
	local ao='"tcp_ao": { "key": "secret", "id": 1 }'
	lab_with "$ao"
	start_bgpd
	stub_at_hosta $OURS
	if ! wait_for 5 last_error_has "TCP-AO"; then
		tcp_ao_session "$ao"
		return
	fi
	expect "without TCP-AO the reason is shown" 5 last_error_has \
		"cannot set the TCP-AO key: protocol not available: this kernel does not have it"
	expect "what comes from the neighbor is refused" 10 grep -q \
		"subject=hosta .*connection refused: cannot set the TCP-AO key" "$run_dir/bgpd.log"
	check "and there is no session" not_said "^up" stub
	echo "ok - a session with TCP-AO # SKIP this kernel does not have it"
}

tcp_ao_session() { # KEYS
	expect "segments without a signature are dropped" 15 has_counted TcpExtTCPAORequired 2
	check "and there is no session" is_not_established hosta
	reap stub
	sed -e "s/\"asn\": 65010/\"asn\": 65011/; s/$HOSTA/$OURS/; s/65100/65010/; s/65011/65100/" \
		-e "s/\"router_id\": \"$OURS\"/\"router_id\": \"$HOSTA\"/" "$run_dir/gw.json" >"$run_dir/a.json"
	spawn bgpd2 hosta "$BGPD" -f "$run_dir/a.json" -s "$run_dir/a.sock"
	expect "with TCP-AO on both sides there is one" 15 is_established hosta
}

# ---- our address, our device ----

the_source_is_ours_to_say() {
	lab_with "\"local_address\": \"$OURS2\""
	bird_at_hosta $OURS2
	start_bgpd
	expect "bgpd connects from the address that it is told" 15 is_established hosta
	reap bird
	reap bgpd
	write_config '"local_address": "10.60.0.99"'
	start_bgpd
	expect "from one that is not ours it cannot, and says so" 5 \
		last_error_has "cannot use the local address: cannot assign requested address"
}

count_syns_to_hosta() {
	nft_on net <<-X
	table ip syns {
		chain input {
			type filter hook prerouting priority -300;
			ip daddr $HOSTA tcp dport 179 counter
		}
	}
	X
}

syns_counted() {
	on net nft list table ip syns | grep -Eq 'packets ([2-9]|[1-9][0-9])'
}

a_session_is_bound_to_its_device() {
	lab_with '"interface": "lan"'
	bird_at_hosta $OURS
	start_bgpd
	expect "a session over its device" 15 is_established hosta
	reap bgpd
	count_syns_to_hosta
	write_config '"interface": "wan"'
	start_bgpd
	expect "bound to another device it is sought there" 15 syns_counted
	check "and not found" is_not_established hosta
}

# ---- floods ----

descriptors() {
	find "/proc/${lab_pids[bgpd]}/fd" -type l | wc -l
}

has_at_most() { # DESCRIPTORS
	[ "$(descriptors)" -le "$1" ]
}

# 300 connections that are held open, with not a word said.
flood() { # FROM-NAMESPACE
	spawn flood "$1" bash -c "for i in {1..300}; do exec {fd}<>/dev/tcp/$OURS/179; done; echo done
		sleep 60"
	wait_for 20 grep -q done "$run_dir/flood.log"
}

floods_are_bounded() {
	lab_with '"passive": true'
	start_bgpd
	local before
	before=$(descriptors)
	flood hosta
	expect "of 300 connections of a neighbor one or two are kept" 5 has_at_most $((before + 2))
	reap flood KILL
	ip -n "$lab_prefix-hosta" addr add 10.60.0.11/16 dev eth0
	ip -n "$lab_prefix-hosta" addr del $HOSTA/16 dev eth0
	flood hosta
	expect "of 300 of a stranger none" 5 has_at_most "$before"
	check "bgpd answers" ctl show version
}

a_key_that_cannot_be_set_is_an_error
a_password_keeps_others_out
ttl_security_keeps_others_out
tcp_ao
the_source_is_ours_to_say
a_session_is_bound_to_its_device
floods_are_bounded
lab_done
