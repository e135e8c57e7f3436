#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: slow
# limit: 600
# Fuzz what comes from outside: frames, payloads, roster rows, runs, messages,
# bundles.  FUZZ_SECONDS (20) for each; seeds are made of the golden vectors.
. "$(dirname "$0")/../lib/lib.sh"
names="entry entry_roster wire bundle"
plan 4
if ! command -v clang > /dev/null; then
	for n in $names; do skip "$n" "no clang"; done
	exit 0
fi
B=$top/build/fuzz
cd "$top" || exit 1
libs="bundle wire entry crypto os base"
archives=
for l in $libs; do archives="$archives $B/lib/$l.a"; done
# shellcheck disable=SC2086
make -s FLAVOUR=fuzz B="$B" $archives > "$T/make" 2>&1 || { tail -n 5 "$T/make" >&2; exit 1; }
python3 tests/fuzz/entry_seeds.py "$T/seeds" || exit 1
for n in $names; do
	# shellcheck disable=SC2046,SC2086
	clang -std=c11 -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 -O1 -g -Isrc -Isync \
	    -fsanitize=address,undefined,fuzzer -fno-sanitize-recover=undefined \
	    -o "$T/$n" "tests/fuzz/${n}_fuzz.c" -Wl,--start-group $archives -Wl,--end-group \
	    $(pkg-config --libs libcjson libcrypto) -lm || exit 1
	check "$n" "$T/$n" -max_total_time="${FUZZ_SECONDS:-20}" -max_len=16384 \
	    -artifact_prefix="$T/$n-" "$T/seeds/$n"
done
