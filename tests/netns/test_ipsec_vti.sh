#!/bin/bash
# The stories of ipsec_kernel.sh, on VTI.
. "$(dirname "$0")/lab.sh"
. "$LAB_ROOT/tests/netns/ike.sh"
. "$LAB_ROOT/tests/netns/ipsec_kernel.sh"
IKE_LINK=vti
ike_enter "$@"
kernel_esp_stories
lab_done
