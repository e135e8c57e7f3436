#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# One JSON line a form: times of the form engine in its own process (form_bench.c), for
# forms of our generator, or of formgen where the shared tools are; then ODK's engine on
# the same forms when it is installed (make peers).
. "$(dirname "$0")/../lib/lib.sh"
cd "$top" || exit 1
shared=${FEIJIAN_SHARED:-$top/../shared}
own="rep:10000 list:50000 file:50000"
kinds="flat:500 flat:5000 rep:100 rep:1000 fan:1000 chain:1000"
B=${FORM_BENCH_BUILD:-$BIN}
archives=$(for m in $(sh tests/lint/layers.sh --closure form); do echo "$B/lib/${m//\//-}.a"; done)
# shellcheck disable=SC2086
make -s B="$B" $archives > "$T/make" 2>&1 || { tail -n 5 "$T/make" >&2; exit 1; }
# shellcheck disable=SC2046,SC2086
${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 -O2 -g -Isrc -o "$T/form_bench" \
    tests/bench/form_bench.c -Wl,--start-group $archives -Wl,--end-group \
    $(pkg-config --libs $(sh tests/lint/layers.sh --packages form)) -lm || exit 1
if [ -x "$shared/tools/formgen" ]; then
	# shellcheck disable=SC2086
	python3 "$shared/tools/formgen" "$T/forms" $kinds > "$T/.out" || exit 1
	# shellcheck disable=SC2086
	python3 tests/bench/form_gen.py "$T/forms" $own || exit 1
else
	# shellcheck disable=SC2086
	python3 tests/bench/form_gen.py "$T/forms" $kinds $own || exit 1
fi
failed=0
for f in "$T"/forms/*.json; do
	"$T/form_bench" "$f" "${f%.json}.steps.jsonl" || failed=1
done
peer=tests/peers/bench_odk.mjs
for f in "$T"/forms/*.xml; do
	[ -e "$f" ] || continue
	name=$(basename "$f" .xml)
	if [ -f "$peer" ] && [ -d build/peers/node_modules/@getodk/xforms-engine ] && command -v node > /dev/null; then
		timeout 300 node "$peer" "$f" "${f%.xml}.steps.jsonl" ||
		    echo "{\"bench\":\"form\",\"form\":\"$name\",\"peer\":\"odk\",\"skipped\":\"failed or took more than 300 s\"}"
	else
		echo "{\"bench\":\"form\",\"form\":\"$name\",\"peer\":\"odk\",\"skipped\":\"not installed: make peers\"}"
	fi
done
