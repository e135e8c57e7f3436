#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 240
# Three devices and a hub over a link that drops, cuts, doubles, delays, reorders, flips
# bits and answers as a login page: EXCHANGES of them (2,000; link-long.sh has 100,000).
# Nothing is lost, nothing is there twice, all have the same in the end.
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/world.sh"
. "$top/tests/lib/field.sh"
plan 11

field_begin "${DEVICES:-3}" --exchanges "${EXCHANGES:-2000}" --rate "${RATE:-0.3}" --seconds "${SECONDS_MOST:-100}" || exit 1
field_day
field_tests $?
figures=$(tail -1 "$T/day")
kinds=$(printf '%s' "$figures" | python3 -c 'import json, sys; print(len(json.load(sys.stdin)["faults"]))')
equal "each fault took place" "$kinds" 12
check "so many exchanges" test "$(printf '%s' "$figures" | python3 -c 'import json, sys; print(json.load(sys.stdin)["exchanges"])')" -ge "${EXCHANGES:-2000}"
