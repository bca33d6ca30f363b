#!/bin/bash
# The stories of ipsec_kernel.sh, on XFRM interfaces.
. "$(dirname "$0")/lab.sh"
. "$LAB_ROOT/tests/netns/ike.sh"
. "$LAB_ROOT/tests/netns/ipsec_kernel.sh"
IKE_LINK=xfrm
ike_enter "$@"
kernel_esp_stories
lab_done
