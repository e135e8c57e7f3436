#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Durable ingest of the stores alone, without HTTP and signatures: JSON lines.
# PostgreSQL is one of its own; it is left out by name when it is not installed.
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/pg.sh"
lib=$BIN/lib
gcc -O2 -std=c11 -D_POSIX_C_SOURCE=200809L -I"$top/src" -I"$top/sync" -I"$BIN/gen" -o "$T/bench" \
    "$top/tests/bench/store_bench.c" -Wl,--start-group "$lib"/{hub,db,crypto,os,base,entry,wire,form,model,text,embed,redflag,sheet}.a \
    -Wl,--end-group $(pkg-config --libs sqlite3 libcjson libcrypto libpcre2-8 libutf8proc libmicrohttpd libzstd zlib 2>/dev/null) -lm -lpthread 2> "$T/cc.err" ||
    { tail -3 "$T/cc.err" >&2; exit 1; }
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
