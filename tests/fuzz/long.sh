#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: slow
# limit: 1800
# The same for a minute each.
FUZZ_SECONDS=${FUZZ_SECONDS:-60} exec bash "$(dirname "$0")/all.sh"
