#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: slow
# limit: 300
# The same with 200 kills.
KILLS=200
. "$(dirname "$0")/tus.sh"
