#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: slow
# limit: 5400
# field.sh for an hour.
SECONDS_MOST=3600 KILL_RATE=0.002 exec bash "$(dirname "$0")/field.sh"
