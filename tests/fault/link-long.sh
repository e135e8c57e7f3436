#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: slow
# limit: 5000
# link.sh with 100,000 exchanges and eight devices.
EXCHANGES=100000 DEVICES=8 SECONDS_MOST=4500 exec bash "$(dirname "$0")/link.sh"
