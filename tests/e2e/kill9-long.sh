#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: slow
# limit: 1200
# kill9.sh with 200 kills.
ROUNDS=200 exec bash "$(dirname "$0")/kill9.sh"
