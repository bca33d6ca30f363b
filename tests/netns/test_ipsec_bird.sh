#!/bin/bash
# Two real strongSwan tunnels, BGP inside to BIRD: each way to lose one of them.
. "$(dirname "$0")/lab.sh"
. "$LAB_ROOT/tests/netns/ike.sh"
. "$LAB_ROOT/tests/netns/ipsec.sh"
ike_enter "$@"
ipsec_begin
story_rekey
story_sa_deleted
story_far_silent
story_far_charon_killed
story_our_charon_killed
story_our_charon_restarted
stream_end
lab_done
