#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The same for a night: 100,000 cuts of the database, 20,000 of the journal, 2,000 kills.
# tier: slow
# limit: 3600
set -u
cd "$(dirname "$0")/../.." || exit 1
export CMOCKA_MESSAGE_OUTPUT=TAP
bad=0
FJ_CUTS=100000 build/tests/db/powercut_test || bad=1
FJ_CUTS=20000 build/tests/journal/powercut_test || bad=1
FJ_KILLS=2000 build/tests/journal/crash_test || bad=1
exit $bad
