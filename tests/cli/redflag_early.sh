#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# Registers that are large enough for some rules to run while others are read: every flag
# names its file and row, every rule ends once, and nothing depends on what came first.
. "$(dirname "$0")/../lib/lib.sh"
export HOME=$T/nobody XDG_DATA_HOME=$T/nobody FEIJIAN_LANG=en
plan 6
python3 "$top/tests/data/registers.py" make "$T/reg" --n 10000 --seed 7 > "$T/.out" || exit 1
# One number for two samples: R08, which reads reports alone.
sed -n 2p "$T/reg/report.csv" | sed 's/,S[0-9]*,/,S0000009,/' >> "$T/reg/report.csv"
of() { python3 -c 'import json,sys
lines = [json.loads(l) for l in open(sys.argv[2], encoding="utf-8")]
hits, s = lines[:-1], lines[-1]
print(json.dumps(eval(sys.argv[1]), ensure_ascii=False))' "$1" "$2"; }

equal "they are large enough" "$([ "$(cat "$T/reg"/*.csv | wc -c)" -gt $((8 << 20)) ] && echo yes)" yes
check "runs" bash -c '"$0" redflag run "$1" --json > "$2"' "$FJ" "$T/reg" "$T/a.json"
equal "a rule of reports alone has its flags" "$(of '[(h["report_no"], [x["file"] for x in h["src"]]) for h in hits if h["rule"] == "R08"][0]' "$T/a.json")" '["HJ2024-000001", ["report.csv"]]'
equal "each names a register and a row of it" "$(of 'sorted(set(x["file"] in set(i["file"] for i in s["import"]) and x["row"] > 1 for h in hits for x in h["src"]))' "$T/a.json")" '[true]'
equal "each rule ends once" "$(of 'len(s["rules"]) == len(set(r["rule"] for r in s["rules"])) and sum(r["hits"] for r in s["rules"]) == len(hits)' "$T/a.json")" true
mkdir "$T/one"
cp "$T/reg/report.csv" "$T/one/"
alone() { "$FJ" redflag run "$1" --tsv 2> "$T/.err" | grep -E '^(R07|R08|R10|R50)' | cut -f1-3 | sort; }
equal "its flags are those of the reports alone" "$(alone "$T/reg")" "$(alone "$T/one")"
