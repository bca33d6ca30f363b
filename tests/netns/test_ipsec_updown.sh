#!/bin/bash
# Where neither strongSwan nor the kernel can be asked, the updown hook tells, and is believed.
. "$(dirname "$0")/lab.sh"
. "$LAB_ROOT/tests/netns/ike.sh"
. "$LAB_ROOT/tests/netns/ipsec.sh"
ike_enter "$@"
ipsec_begin
story_sa_deleted

ike_gw_config | jq '.vici = "" | .groups[0].tunnels |= map(del(.vici))' >"$run_dir/gw.json"
check "charon is asked no more" ctl reload
check "what the hook has said of the first tunnel holds" ipsec_is 1 up
check "nothing is known of the second one" ipsec_is 2 unknown
ipsec_fails "SA deleted, and only the hook says so" 3 "updown: down-client" \
	ike far 1 --terminate --ike tun1
ike gw 1 --initiate --child child1
ipsec_returns "made again, and only the hook says so"
stream_end
lab_done
