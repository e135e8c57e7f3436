#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 240
# What no honest client sends: each is refused by its problem or closed, the hub lives, and
# honest ones are served.  CONNECTIONS from one address (3,000; floods-long.sh has 100,000).
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/world.sh"
hub_start || exit 1
person 检查员甲 inspector YS-0001 jia || exit 1
token=$(jia token)
python3 -B "$top/tests/lib/floods.py" "$HUB_ADDR" "$token" "$HUB_PID" "${CONNECTIONS:-3000}"
rc=$?
plan 4
V=$(visit_new)
check "an honest client syncs" jia sync
check "the same process of the hub" kill -0 "$HUB_PID"
lacks "its log has no word of what was sent" "$(cat "$T/hub.err")" "$token|etc/passwd|X-Evil|aaaaaaaa"
hub_stop
equal "it ends as it should" $? 0
exit $rc
