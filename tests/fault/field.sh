#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 300
# Five devices and a hub on a bad day, SECONDS_MOST long (60; field-long.sh has an hour):
# partitions, kills, clocks that jump, bundles, bad exchanges.  The same state everywhere.
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/world.sh"
. "$top/tests/lib/field.sh"
plan 10

field_begin 5 --seconds "${SECONDS_MOST:-60}" --hub-kills 100000 --client-kills 100000 --kill-rate "${KILL_RATE:-0.01}" \
    --rate 0.1 --apart 0.1 --jumps 0.03 --bundles 0.05 || exit 1
field_day
field_tests $?
matches "all of it took place" "$(tail -1 "$T/day")" '"bundles": .*"client_kills": .*"hub_kills": .*"jumps": .*"partitions": '
