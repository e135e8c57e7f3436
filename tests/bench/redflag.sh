#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# One JSON line a laboratory and size: registers on the disk to all flags (redflag_bench.c),
# in UTF-8 and in GB18030; DuckDB with the same SQL over the same registers in canonical
# form, when it is installed (make peers).  Registers of the shared generator where it is,
# else of ours.  REDFLAG_BENCH_N="10000 100000 1000000" for other sizes.
. "$(dirname "$0")/../lib/lib.sh"
cd "$top" || exit 1
shared=${FEIJIAN_SHARED:-$top/../shared}/tools/labgen
sizes=${REDFLAG_BENCH_N:-10000 100000}
B=${REDFLAG_BENCH_BUILD:-$BIN}
archives=$(for m in $(sh tests/lint/layers.sh --closure redflag); do echo "$B/lib/${m//\//-}.a"; done)
# shellcheck disable=SC2086
make -s B="$B" $archives > "$T/make" 2>&1 || { tail -n 5 "$T/make" >&2; exit 1; }
# shellcheck disable=SC2046,SC2086
${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 -O2 -g -Isrc -o "$T/redflag_bench" \
    tests/bench/redflag_bench.c -Wl,--start-group $archives -Wl,--end-group \
    $(pkg-config --libs $(sh tests/lint/layers.sh --packages redflag)) -lm || exit 1

# registers LAB N: canonical in $T/canon, as exported in $T/utf8 and $T/gb
registers() {
	rm -rf "$T/canon" "$T/utf8" "$T/gb"
	if [ -f "$shared/gen.py" ]; then
		python3 "$shared/gen.py" --lab "$1" --n "$2" --seed 7 --out "$T/canon" > "$T/.out" &&
		    python3 "$shared/messy.py" "$T/canon" "$T/utf8" --seed 3 > "$T/.out"
	else
		python3 tests/data/registers.py make "$T/canon" --n "$2" --seed 7 > "$T/.out" &&
		    python3 tests/data/registers.py mess "$T/canon" "$T/utf8" --hand clerk --seed 3 > "$T/.out"
	fi || return 1
	mkdir "$T/gb"
	python3 - "$T/utf8" "$T/gb" <<'PY'
import os, sys
for name in os.listdir(sys.argv[1]):
    raw = open(os.path.join(sys.argv[1], name), 'rb').read()
    if name.endswith('.csv'):
        try:
            raw = raw.decode('utf-8-sig').encode('gb18030')
        except UnicodeDecodeError:
            pass
        open(os.path.join(sys.argv[2], name), 'wb').write(raw)
PY
}

failed=0
for n in $sizes; do
	for lab in vehicle env food; do
		[ "$n" -gt 100000 ] && [ "$lab" != vehicle ] && continue
		registers "$lab" "$n" || { failed=1; continue; }
		"$T/redflag_bench" "$lab" "$n" "$T/utf8" || failed=1
		"$T/redflag_bench" "$lab-gb18030" "$n" "$T/gb" || failed=1
		if [ -d build/peers/node_modules/@duckdb/node-api ] && command -v node > /dev/null; then
			timeout 600 node tests/peers/redflag_duckdb.mjs "$lab" "$n" "$T/canon" ||
			    echo "{\"bench\":\"redflag\",\"lab\":\"$lab\",\"n\":$n,\"peer\":\"duckdb\",\"skipped\":\"failed\"}"
		else
			echo "{\"bench\":\"redflag\",\"lab\":\"$lab\",\"n\":$n,\"peer\":\"duckdb\",\"skipped\":\"not installed: make peers\"}"
		fi
	done
done
exit "$failed"
