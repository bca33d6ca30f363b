#!/bin/bash
# Whatever comes to port 179: the configured peer is told what is wrong with the right NOTIFICATION,
# anybody else hears nothing, and the other session does not notice.
. "$(dirname "$0")/lab.sh"
lab_enter "$@"

marker=$(printf 'ff%.0s' {1..16})

# A whole message of this type with this body, in hex.
message() { # TYPE BODY
	printf '%s%04x%s%s' "$marker" $((19 + ${#2} / 2)) "$1" "$2"
}

# What comes back from ADDRESS port 179 after these bytes, in hex, until it closes.
answer() { # NAMESPACE ADDRESS HEX
	on "$1" timeout 5 bash -c "exec 3<>/dev/tcp/$2/179 || exit
		printf '$(sed 's/../\\x&/g' <<<"$3")' >&3
		cat <&3" 2>/dev/null | od -An -v -tx1 | tr -d ' \n'
}

# The NOTIFICATION among what came: code and subcode.
notification() {
	sed -n "s/.*${marker}00[0-9a-f][0-9a-f]03\(....\).*/\1/p" <<<"$1"
}

# After each fault bgpd rests a while, longer each time; nobody has to wait for that here.
rest_is_over() {
	ctl neighbor shutdown tun1 && ctl neighbor enable tun1
	wait_for 5 ctl_is '.neighbors[0].state != "idle"' show neighbors
}

# says NAME CODE+SUBCODE HEX
says() {
	local came
	rest_is_over >/dev/null
	came=$(answer far 169.254.10.2 "$3")
	if [ "$(notification "$came")" = "$2" ]; then
		ok "$1 gets NOTIFICATION ${2:0:2}/${2:2}"
	else
		not_ok "$1 gets NOTIFICATION ${2:0:2}/${2:2}"
		echo "#   came: $came"
	fi
}

lab_new bird
birdc_on far1 disable tun1 >/dev/null
start_bgpd
tunnels_up
expect "the other tunnel's session is up" 5 far_is_established 2

open_id=cb007109
says "noise" 0101 "$(printf '47%.0s' {1..64})"
says "a length below 19" 0102 "${marker}000504"
says "an OPEN longer than 4096" 0102 "${marker}100101"
says "an unknown type" 0103 "$(message 09 "")"
says "a KEEPALIVE with a body" 0102 "$(message 04 00)"
says "BGP version 3" 0201 "$(message 01 03fc000009${open_id}00)"
says "another AS" 0202 "$(message 01 04fde80009${open_id}00)"
says "a BGP identifier of zero" 0203 "$(message 01 04fc0000090000000000)"
says "a hold time of 1 s" 0206 "$(message 01 04fc000001${open_id}00)"
says "an UPDATE before the OPEN" 0501 "$(message 02 00000000)"

# What is wrong with an UPDATE costs its routes or the attribute, and is told.
update() { # ATTRIBUTES: to 10.50.0.0/16
	message 02 "0000$(printf %04x $((${#1} / 2)))${1}100a32"
}

has_flaws() { # COUNT
	ctl_is ".neighbors[0] | .state == \"established\" and .flaws == $1" show neighbors tun1
}

tells_once() { # TEXT ATTRIBUTE BYTES
	[ "$(grep -c "reason=\"$2: .*; bytes $3\".*$1" "$run_dir/bgpd.log")" = 1 ]
}

path_and_hop=4002040201fc00400304a9fe0a01
rest_is_over >/dev/null
answer far 169.254.10.2 "$(message 01 04fc000009${open_id}00)$(message 04 "")$(
	update "40010105$path_and_hop")$(
	update "40010100${path_and_hop}c0080300fc00")$(
	update "40010100${path_and_hop}40060100")" >/dev/null &
talker=$!
expect "three malformed attributes are counted, and the session lives" 5 has_flaws 3
check "an ORIGIN of 5 is told once, with its bytes" tells_once "count as withdrawn" ORIGIN "40 01 01 05"
check "so are communities of 3 octets" tells_once "count as withdrawn" COMMUNITIES "c0 08 03 00 fc 00"
check "and an ATOMIC_AGGREGATE with a value, which alone is dropped" \
	tells_once "attribute dropped" ATOMIC_AGGREGATE "40 06 01 00"
check "the route of the last one is there" ctl_is '.routes | length == 1' show routes from tun1 received
check "and not among those that were refused" \
	ctl_is '.routes == []' show routes from tun1 received filtered
wait $talker

came=$(answer net 203.0.113.10 "$(message 01 04fc000009${open_id}00)")
check "an address that is not configured hears nothing" test -z "$came"
for _ in {1..40}; do
	on net timeout 1 bash -c 'exec 3<>/dev/tcp/203.0.113.10/179' 2>/dev/null &
	strangers+=($!)
done
wait "${strangers[@]}"
check "and 40 connections of it do no harm" far_is_established 2
check "bgpd is there" is_running bgpd
check "the other session was never down" \
	ctl_is '.neighbors[1].times_established == 1 and .neighbors[1].state == "established"' show neighbors
lab_done
