#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The contract of all stores on a PostgreSQL of its own, as built and under sanitizers.
# tier: test
# limit: 180
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/pg.sh"
plan 2
if ! pg_here; then
	skip "contract on PostgreSQL" "postgresql is not installed"
	skip "the same under sanitizers" "postgresql is not installed"
	exit 0
fi
pg_start || exit 1
run() {
	[ -x "$2" ] || { skip "$1" "not built"; return; }
	FEIJIAN_TEST_PG=$PG_URL timeout 80 "$2" > "$T/run.out" 2>&1
	_rc=$?
	_bad=$(grep -E '^not ok|# skip|ERROR: |FAILED' "$T/run.out" | head -5)
	if [ $_rc -eq 0 ] && [ -z "$_bad" ]; then ok "$1"; else not_ok "$1" "exit $_rc" "$_bad" "$(tail -n 5 "$T/run.out")"; fi
}
run "contract on PostgreSQL" "${FEIJIAN_TESTS:-$BIN/tests}/hub/store_pg_test"
run "the same under sanitizers" "$BIN/asan/tests/hub/store_pg_test"
pg_stop
