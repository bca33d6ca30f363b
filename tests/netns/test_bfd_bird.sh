#!/bin/bash
# BFD with BIRD, over IPv4 and IPv6: tests/netns/bfd_story.sh has the story.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/failover.sh"
. "$(dirname "$0")/ipv6.sh"
. "$(dirname "$0")/bfd.sh"
. "$(dirname "$0")/bfd_story.sh"
lab_enter "$@"
bfd_story bird ipv4
bfd_story bird ipv6
lab_done
