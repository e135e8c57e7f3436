#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Power cuts and kill -9, in the numbers that are shown.  The programs print TAP; their
# controls (no syncs, a lying disk) must lose, or the harness sees nothing.
# tier: test
# limit: 300
set -u
cd "$(dirname "$0")/../.." || exit 1
export CMOCKA_MESSAGE_OUTPUT=TAP
bad=0
for t in db/powercut journal/powercut journal/crash; do
	FJ_CUTS=2000 FJ_KILLS=200 "build/tests/${t}_test" || bad=1
done
exit $bad
