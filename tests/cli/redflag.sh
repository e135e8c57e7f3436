#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# redflag run and map without a visit and without a workspace: rows of both contracts, the
# mapping there and back, a bureau's own rules, parameters, and files that are none.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/registers.sh"
export HOME=$T/nobody XDG_DATA_HOME=$T/nobody FEIJIAN_LANG=en
plan 50
registers "$T/reg"
run() { "$FJ" redflag run "$@"; }
# of EXPR FILE: over lines (all objects), hits and the summary s.
of() { python3 -c 'import json,sys
lines = [json.loads(l) for l in open(sys.argv[2], encoding="utf-8")]
hits, s = lines[:-1], lines[-1]
v = eval(sys.argv[1]); print(json.dumps(v, ensure_ascii=False) if not isinstance(v, str) else v)' "$1" "$2"; }

# ---- rows ----
check "JSON Lines" bash -c '"$0" redflag run "$1" --json > "$2"' "$FJ" "$T/reg" "$T/a.json"
equal "the hits" "$(of 'sorted((h["rule"], h["report_no"]) for h in hits)' "$T/a.json")" '[["R01", "BG-2026-0003"], ["R05", "BG-2026-0002"], ["R11", "BG-2026-0004"], ["R11", "BG-2026-0005"]]'
equal "members of a hit" "$(of 'sorted(set(k for h in hits for k in h))' "$T/a.json")" '["clauses", "detail", "grade", "measure", "report_no", "rule", "src", "subject"]'
equal "its rows by file and row number" "$(of '[(x["file"], x["row"]) for h in hits if h["rule"] == "R05" for x in h["src"]]' "$T/a.json")" '[["检测过程.csv", 3], ["样品登记.csv", 3]]'
equal "its arithmetic" "$(of '[h["measure"] for h in hits if h["rule"] == "R05"]' "$T/a.json")" '[60]'
equal "its clauses are those of the law's data" "$(of 'sorted(set(c for h in hits for c in h["clauses"]))' "$T/a.json")" '["X1", "X2"]'
equal "the summary" "$(of '[k for k in ("rules", "import", "ms") if k in s]' "$T/a.json")" '["rules", "import", "ms"]'
equal "each rule once" "$(of 'len(s["rules"]) == len(set(r["rule"] for r in s["rules"])) >= 54' "$T/a.json")" true
equal "a rule without its register is not run" "$(of '[(r["status"], r["hits"], r["code"]) for r in s["rules"] if r["rule"] == "R09"]' "$T/a.json")" '[["not_run", 0, "rule.no-table"]]'
matches "and says why" "$(of '[r["why"] for r in s["rules"] if r["rule"] == "R09"]' "$T/a.json")" 'fee'
equal "each file with its table, rows, rejected rows" "$(of 'sorted((i["table"], i["rows"], i["rejected"]) for i in s["import"])' "$T/a.json")" '[["instrument", 2, 0], ["method", 1, 0], ["report", 7, 0], ["report_item", 7, 0], ["sample", 7, 0], ["test_run", 6, 0]]'
run "$T/reg" --tsv > "$T/a.tsv" 2> "$T/a.err"
matches "beside hits alone: which rules did not run" "$(cat "$T/a.err")" "Not run.*R09"
equal "five columns with tabs" "$(awk -F'\t' '{ print NF }' "$T/a.tsv" | sort -u)" 5
equal "the same hits" "$(cut -f1,3 "$T/a.tsv" | sort | tr '\t\n' ' ;')" 'R01 BG-2026-0003;R05 BG-2026-0002;R11 BG-2026-0004;R11 BG-2026-0005;'
run "$T/reg" > "$T/a.txt"
matches "text: reports by clause" "$(cat "$T/a.txt")" '^X1 +4 +4 +4 +3'
matches "text: a pair says so" "$(cat "$T/a.txt")" 'R11 .*one of these two'
matches "text: not run is not zero" "$(cat "$T/a.txt")" 'Not run: nothing is known here'
matches "text: a lead, never a verdict" "$(tail -1 "$T/a.txt")" 'never a verdict'
matches "in Chinese the word is 疑点" "$("$FJ" --lang zh redflag run "$T/reg")" '疑点是线索，不是结论'
equal "single files do" "$(run "$T/reg/报告登记.csv" "$T/reg/检测过程.csv" "$T/reg/报告明细.csv" --tsv | cut -f1)" R01
test ! -e "$T/nobody"; equal "no workspace was made" $? 0

# ---- mapping ----
"$FJ" redflag map "$T/reg" > "$T/m.json"
equal "the guess as JSON" "$(python3 -c 'import json,sys; d = json.load(open(sys.argv[1])); print(sorted(s["tables"][0]["table"] for s in d["sources"]))' "$T/m.json")" "['instrument', 'method', 'report', 'report_item', 'sample', 'test_run']"
run "$T/reg" --map "$T/m.json" --tsv | sort > "$T/b.tsv"
equal "back in it changes nothing" "$(cat "$T/b.tsv")" "$(sort "$T/a.tsv")"
python3 - "$T/m.json" "$T/off.json" <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
for s in d["sources"]:
    if s["file"] == "检测过程.csv":
        s["clock_offset_s"] = 3600
json.dump(d, open(sys.argv[2], "w"))
PY
equal "a clock that was an hour slow" "$(run "$T/reg" --map "$T/off.json" --tsv | cut -f1 | sort -u | tr '\n' ' ')" 'R01 R11 '
equal "the same on the command line" "$(run "$T/reg" --offset 检测过程.csv=1:00:00 --tsv | cut -f1 | sort -u | tr '\n' ' ')" 'R01 R11 '
equal "in seconds, with a folder before it" "$(run "$T/reg" --offset "$T/reg/检测过程.csv=+3600" --tsv | cut -f1 | sort -u | tr '\n' ' ')" 'R01 R11 '
equal "over a mapping that says otherwise" "$(run "$T/reg" --map "$T/off.json" --offset 检测过程.csv=0 --tsv | sort)" "$(sort "$T/a.tsv")"
exits "the clock of a file that there is not" 3 run "$T/reg" --offset 没有.csv=60
matches "is named" "$(cat "$T/.err")" '没有.csv'
exits "a clock that is written wrong" 2 run "$T/reg" --offset 检测过程.csv=5min
sed 's/"table": *"test_run"/"table": "tset_run"/; s/"table":"test_run"/"table":"tset_run"/' "$T/m.json" > "$T/bad.json"
exits "a table that there is not" 1 run "$T/reg" --map "$T/bad.json"
matches "is named with its place" "$(cat "$T/.err")" 'tset_run'
printf '{"mapping"' > "$T/bad.json"
exits "a mapping that is no JSON" 1 run "$T/reg" --map "$T/bad.json"
matches "with line and column" "$(cat "$T/.err")" 'line 1'

# ---- parameters, laboratories, own rules ----
equal "a parameter over the default" "$(run "$T/reg" --set R05.slack_s=7200 --tsv | cut -f1 | sort -u | tr '\n' ' ')" 'R01 R11 '
exits "a parameter that there is not" 3 run "$T/reg" --set R05.odd=1
exits "a parameter that is written wrong" 2 run "$T/reg" --set R05=1
exits "a laboratory that there is not" 1 run "$T/reg" --lab ship
equal "rules for other laboratories are not run" "$(run "$T/reg" --lab env --json | tail -1 | python3 -c 'import json,sys; print([r["code"] for r in json.load(sys.stdin)["rules"] if r["rule"] == "R42"])')" "['redflags.other-lab']"
mkdir "$T/own"
sed 's/^-- id: R01/-- id: BJ-01/; s/title_en: .*/title_en: a rule of our own/' "$top/forms/redflags/R01.sql" > "$T/own/BJ-01.sql"
equal "a bureau's own rule runs beside ours" "$(run "$T/reg" --rules "$T/own" --tsv | cut -f1 | sort -u | tr '\n' ' ')" 'BJ-01 R01 R05 R11 '
matches "and is marked" "$(run "$T/reg" --rules "$T/own")" 'BJ-01 .*a rule of the bureau'
matches "as unsigned" "$(run "$T/reg" --rules "$T/own")" 'unsigned'
sed 's/^SELECT .*/SELECT load_extension(1) AS subject, 1 AS report_no, 1 AS src, 1 AS measure, 1 AS detail/' "$top/forms/redflags/R01.sql" | sed 's/^-- id: R01/-- id: BJ-02/' > "$T/own/BJ-02.sql"
equal "a hostile one does nothing, the others run" "$(run "$T/reg" --rules "$T/own" --tsv 2> "$T/err" | cut -f1 | sort -u | tr '\n' ' ')" 'BJ-01 R01 R05 R11 '
exits "a folder without rules" 1 run "$T/reg" --rules "$T/nowhere"

# ---- files that are none ----
mkdir "$T/bad"; cp "$T/reg"/*.csv "$T/bad/"
head -c 100000 /dev/urandom > "$T/bad/random.csv"; : > "$T/bad/empty.csv"; printf 'PK\003\004broken' > "$T/bad/broken.xlsx"
printf '\xef\xbb\xbf"never closed\n1,2\n' > "$T/bad/quote.csv"
run "$T/bad" --json > "$T/c.json" 2> "$T/err"; equal "beside broken files the others are read" "$?" 0
equal "with the same hits" "$(of 'sorted((h["rule"], h["report_no"]) for h in hits)' "$T/c.json")" "$(of 'sorted((h["rule"], h["report_no"]) for h in hits)' "$T/a.json")"
equal "and each is named" "$(of 'sorted(set(f["file"] for f in s["faults"]))' "$T/c.json")" '["broken.xlsx", "empty.csv", "quote.csv", "random.csv"]'
exits "no file" 3 run "$T/nowhere"
mkdir "$T/none"; exits "an empty folder" 3 run "$T/none"
printf 'a,b\n1,2\n' > "$T/none/x.csv"; exits "no register at all" 1 run "$T/none"
