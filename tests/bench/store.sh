#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Durable ingest of the stores alone, without HTTP and signatures: JSON lines.
# PostgreSQL is one of its own; it is left out by name when it is not installed.
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/pg.sh"
cd "$top" || exit 1
B=${STORE_BENCH_BUILD:-$BIN}
archives=$(for m in $(sh tests/lint/layers.sh --closure hub); do echo "$B/lib/${m//\//-}.a"; done)
# shellcheck disable=SC2046,SC2086
${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -O2 -g -Isrc -Isync -o "$T/bench" tests/bench/store_bench.c \
    -Wl,--start-group $archives -Wl,--end-group $(pkg-config --libs $(sh tests/lint/layers.sh --packages hub)) -lm || exit 1
n=0
one() { "$T/bench" "$1" "$2" "$3" "$4"; }
for c in "10 1" "100 1" "10 20" "100 8"; do
	n=$((n + 1))
	one "sqlite:$T/$n.db" 60000 ${c% *} ${c#* }
done
if pg_here && pg_start; then
	for c in "10 1" "100 1" "10 20" "100 8"; do
		n=$((n + 1))
		pg_sql "CREATE SCHEMA b$n"
		one "$PG_URL&options=-csearch_path%3Db$n" 60000 ${c% *} ${c#* }
	done
	pg_stop
else
	echo '{"bench":"store","store":"postgr","skipped":"postgresql is not installed"}'
fi
