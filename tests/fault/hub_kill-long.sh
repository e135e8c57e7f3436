#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: slow
# limit: 3600
# hub_kill.sh with 1,000 kills of each.
KILLS=1000 SECONDS_MOST=3300 exec bash "$(dirname "$0")/hub_kill.sh"
