#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A hub process under load over loopback (hub_bench.c), one JSON line a figure:
# durable ingest in batches of 100 and of 10, pull, a storm of reconnects, slow clients.
# HUB_BENCH="ingest100 storm" for some of them.
. "$(dirname "$0")/../lib/lib.sh"
cd "$top" || exit 1
B=${HUB_BENCH_BUILD:-$BIN}
archives=$(for m in hub model form redflag sheet wire entry crypto db os text embed base; do
	[ -e "$B/lib/$m.a" ] && echo "$B/lib/$m.a"
done)
# shellcheck disable=SC2046,SC2086
${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 -O2 -g ${HUB_BENCH_FLAGS:-} -Isrc -Isync -I"$B/gen" \
    -o "$T/hub_bench" tests/bench/hub_bench.c -Wl,--start-group $archives -Wl,--end-group \
    $(pkg-config --libs $(sh tests/lint/layers.sh --packages hub)) -lssl -lcrypto -lm -lpthread || exit 1
# shellcheck disable=SC2086
run_bench() { mkdir "$T/$1" && { [ "${2#tls }" = "$2" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
    -nodes -days 2 -subj /CN=localhost -keyout "$T/$1/key.pem" -out "$T/$1/cert.pem" 2> "$T/.err"; } && "$T/hub_bench" "$T/$1" "$B/feijian-hub" $2; }
# Each hub is new, so that the memory which it says is of these alone.
if [ -n "${HUB_BENCH:-}" ]; then
	run_bench some "$HUB_BENCH"
else
	run_bench entries "ingest100 pull ingest10 paced100 paced10"
	run_bench crowd "ingest10 storm storm-new slow"
	run_bench tls "tls storm"
	run_bench files "upload upload4"
fi

# The same on PostgreSQL; its lines carry the name.
. "$top/tests/lib/pg.sh"
if [ -n "${HUB_BENCH:-}" ]; then
	:
elif pg_here && pg_start; then
	for b in ingest100 ingest10; do
		pg_sql "CREATE SCHEMA $b"
		mkdir "$T/pg-$b"
		HUB_BENCH_STORE="$PG_URL&options=-csearch_path%3D$b" "$T/hub_bench" "$T/pg-$b" "$B/feijian-hub" $b |
		    sed 's/^{/{"store":"postgresql",/'
	done
	pg_stop
else
	echo '{"store":"postgresql","bench":"hub","skipped":"postgresql is not installed"}'
fi

# The same of peers, when make peers has installed them; neither answers durably.
peers=${PEERS:-$top/build/peers}
if command -v node > "$T/.out" 2>&1 && [ -d "$peers/node_modules/express-pouchdb" ] && [ -d "$peers/node_modules/@tus/server" ]; then
	mkdir "$T/peers"
	PEERS=$peers node tests/peers/hub_peers.mjs "$T/peers"
else
	echo '{"bench":"hub","peer":"express-pouchdb","skipped":"make peers"}'
	echo '{"bench":"hub","peer":"@tus/server","skipped":"make peers"}'
fi
