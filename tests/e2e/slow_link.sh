#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 150
# The slow link in short: half a minute of a link that is cut every 8 seconds, with
# connections that die in silence.  The whole is tests/slow/inspection.sh.
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/world.sh"
. "$top/tests/slow/field.sh"

why=$(field_link) || { plan 1; skip "a link that is cut" "$why"; exit 0; }
plan 6
field_link > /dev/null
field_hub || exit 1
check "an inspection with two photos" field_visit 2
started=$(wc -l < "$T/hub.err")
over 231 512000 300 10 8 2 drop -- bash -c "$(declare -f stamp); stamp '$T/stamps' '$FJ' --home '$T/jia' --lang en sync"
rc=$?
equal "one run brings everything, over dead connections" "$rc" 0
equal "all is receipted" "$(field 'd["unsent"]' jia status --json)" 0
figures short "$T/stamps" "$T/link.231.json" 828000 512000 > "$T/figures"
cat "$T/figures" >&2
check "the link was cut meanwhile" python3 -c 'import json, sys
sys.exit(json.load(open(sys.argv[1]))["cuts"] < 1)' "$T/figures"
check "no photo was begun again" python3 -c 'import json, sys
sys.exit(json.load(open(sys.argv[1]))["times_bytes"] > 1.6)' "$T/figures"
# F1: entries are receipted before the first byte of a file.
tail -n "+$((started + 1))" "$T/hub.err" > "$T/seen"
check "entries before evidence" awk '/\/v1\/runs/ { last = NR } /evidence\/\{I\} 20/ && !first { first = NR }
END { exit !(last && first && last < first) }' "$T/seen"
