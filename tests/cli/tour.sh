#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 180
# The tour in both languages: six steps, ends well, leaves nothing behind.
. "$(dirname "$0")/../lib/lib.sh"
plan 6
mkdir "$T/tmp"
exits "in Chinese" 0 env TMPDIR="$T/tmp" "$FJ" --lang zh tour
equal "six steps" "$(grep -c '^== [1-6]' "$T/.out")" 6
matches "nothing acknowledged was lost" "$(cat "$T/.out")" '已确认的 20 项填报，现存 20 项'
equal "nothing stays" "$(ls "$T/tmp")" ""
exits "in English" 0 env TMPDIR="$T/tmp" "$FJ" --lang en tour
matches "says how it ended" "$(tail -1 "$T/.out")" 'each with the result it should have'
