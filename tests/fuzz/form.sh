#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: slow
# limit: 300
# Fuzz form definitions and expressions; seeds are the golden cases.
. "$(dirname "$0")/../lib/lib.sh"
names="form_json expr"
plan 2
if ! command -v clang > /dev/null; then
	for n in $names; do skip "$n" "no clang"; done
	exit 0
fi
B=$top/build/fuzz
cd "$top" || exit 1
archives=
for l in form text crypto os base; do archives="$archives $B/lib/$l.a"; done
# shellcheck disable=SC2086
make -s FLAVOUR=fuzz B="$B" $archives > "$T/make" 2>&1 || { tail -n 5 "$T/make" >&2; exit 1; }
mkdir -p "$T/seeds/form_json" "$T/seeds/expr"
python3 - "$T/seeds" <<'P' || exit 1
import glob, json, sys
n = 0
for name in glob.glob("tests/golden/form/*.jsonl"):
    for line in open(name, encoding="utf-8"):
        case = json.loads(line)
        n += 1
        text = json.dumps(case["form"], ensure_ascii=False)
        if len(text) < 8192:
            open("%s/form_json/%d" % (sys.argv[1], n), "w", encoding="utf-8").write(text)
        for i, step in enumerate(case.get("steps", [])):
            if "eval" in step:
                open("%s/expr/%d-%d" % (sys.argv[1], n, i), "w", encoding="utf-8").write(step["eval"])
P
for n in $names; do
	# shellcheck disable=SC2046,SC2086
	clang -std=c11 -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 -O1 -g -Isrc \
	    -fsanitize=address,undefined,fuzzer -fno-sanitize-recover=undefined \
	    -o "$T/$n" "tests/fuzz/${n}_fuzz.c" -Wl,--start-group $archives -Wl,--end-group \
	    $(pkg-config --libs libcjson libcrypto libpcre2-8 libutf8proc) -lm || exit 1
	check "$n" "$T/$n" -max_total_time="${FUZZ_SECONDS:-20}" -max_len=8192 -timeout=20 \
	    -artifact_prefix="$T/$n-" "$T/seeds/$n"
done
