#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 900
# Every fuzz target with ASan and UBSan, from seeds made of the golden cases:
# 5 seconds each, FUZZ_SECONDS to change it (the slow tier takes 60).  A target
# links only what its module may use.
. "$(dirname "$0")/../lib/lib.sh"
cd "$top" || exit 1
# name: module whose archives it links
targets="entry:entry entry_roster:entry wire:wire bundle:bundle form_json:form expr:form model:model csv:sheet xml:sheet xlsx:sheet xls:sheet xform:xform xlsform:xform rule:redflag register:redflag blob:wire subjects:model zip:wire request:hub"
set -- $targets
plan $#
if ! command -v clang > /dev/null; then
	for t; do skip "${t%%:*}" "no clang"; done
	exit 0
fi
seconds=${FUZZ_SECONDS:-5}
B=$top/build/fuzz

archives() { for m in $(sh tests/lint/layers.sh --closure "$1"); do echo "$B/lib/${m//\//-}.a"; done; }
# shellcheck disable=SC2046
make -s FLAVOUR=fuzz B="$B" $(for t; do archives "${t##*:}"; done | sort -u) > "$T/make" 2>&1 || { tail -n 5 "$T/make" >&2; exit 1; }
mkdir -p "$T/seeds"
python3 tests/fuzz/seeds.py "$T/seeds" || exit 1
for t; do
	name=${t%%:*} module=${t##*:}
	mkdir -p "$T/seeds/$name"
	# shellcheck disable=SC2046
	clang -std=c11 -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 -O1 -g -Isrc -Isync \
	    -fsanitize=address,undefined,fuzzer -fno-sanitize-recover=undefined \
	    -o "$T/$name" "tests/fuzz/${name}_fuzz.c" -Wl,--start-group $(archives "$module") -Wl,--end-group \
	    $(pkg-config --libs $(sh tests/lint/layers.sh --packages "$module")) -lm 2> "$T/link" ||
	    { not_ok "$name builds" "$(tail -n 5 "$T/link")"; continue; }
	check "$name: $seconds s, no finding" "$T/$name" -max_total_time="$seconds" -max_len=16384 -timeout=20 \
	    -artifact_prefix="$T/$name-" "$T/seeds/$name"
done
