#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 240
# kill -9 of the hub and of clients inside exchanges, KILLS times each (25;
# hub_kill-long.sh has 1,000): every receipt is honoured, nothing is lost or doubled.
# The control is a hub that is put back to an older copy of itself: seen.
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/world.sh"
. "$top/tests/lib/field.sh"
plan 13
kills=${KILLS:-25}

field_begin 3 --hub-kills "$kills" --client-kills "$kills" --rate 0.02 --seconds "${SECONDS_MOST:-100}" || exit 1
# What the hub was before anything had a receipt.
hub_cmd backup --to "$T/old.db" > "$T/backup.out" 2>&1 || cat "$T/backup.out" >&2
cp -r "$T/late" "$T/again" || exit 1
field_day
field_tests $?
counted() { tail -1 "$T/day" | python3 -c 'import json, sys; print(json.load(sys.stdin).get(sys.argv[1], 0))' "$1"; }
check "so many kills of the hub" test "$(counted hub_kills)" -ge "$kills"
check "and of clients" test "$(counted client_kills)" -ge "$kills"
matches "in each phase of an exchange" "$(tail -1 "$T/day")" 'killed-after.*killed-before.*killed-inside'
again() { "$FJ" --home "$T/again" --lang en "$@"; }
rm -f "$T"/hub.db*
mv "$T/old.db" "$T/hub.db"
hub_serve
again sync > "$T/again.out" 2>&1
hub_stop
texts again > "$T/again.texts" 2> /dev/null
check "control: a hub that forgot is seen" test -n "$(lost "$T/receipted" "$T/again.texts")"
