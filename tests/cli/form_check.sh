#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# form check with its flags, form blank, form words; the tutorial and the tables
# for authors.
# tier: check
. "$(dirname "$0")/../lib/lib.sh"
plan 40
G=$top/tests/golden/form
cd "$top" || exit 1

# ---- one line a fault ----
exits "a form with an error" 1 "$FJ" --lang en form check "$G/faults/form.type.json"
equal "the line of an error" "$(cat "$T/.out")" \
    "$G/faults/form.type.json:3:12: form.type: \"textual\" is no type of question. See feijian-form(5) for all of them."
exits "a warning leaves a form in order" 0 "$FJ" --lang en form check "$G/faults/form.name-case.json"
equal "the line of a warning" "$(cat "$T/.out")" \
    "$G/faults/form.name-case.json:4:28: form.name-case: warning: A and a differ by capital letters only. Rename one.
$G/faults/form.name-case.json: in order"
"$FJ" --lang en form check "$G"/faults/*.json > "$T/all" 2>&1
equal "every fault has its golden place, said in the same form" \
    "$(sed -nE 's|^.*/([^/]+:[0-9]+:[0-9]+: [a-z0-9.-]+): .*|\1|p' "$T/all" | sort)" "$(sort "$G/faults/expected.txt")"
equal "a cycle is named in full, with places" "$(grep -o 'circle: d.*' "$T/all")" \
    "circle: d.calculation 5:54 > c.calculation 3:54 > b.relevant 4:60 > b.value 4:3 > d.calculation 5:54. Take one reference out."
equal "JSON: one array of all files" "$("$FJ" --json form check "$G/faults/form.type.json" "$G/faults/form.name-case.json" |
    python3 -c 'import json, sys; print([(x["line"], x["column"], x["severity"], x["code"]) for x in json.load(sys.stdin)])')" \
    "[(3, 12, 'error', 'form.type'), (4, 28, 'warning', 'form.name-case')]"
exits "the scenarios beside a form are passed over" 0 "$FJ" form check forms/flying-inspection.cases
equal "and says nothing" "$(cat "$T/.out" "$T/.err")" ""
exits "any other folder is no form" 3 "$FJ" form check "$G"
cat > "$T/label.json" <<'J'
{"form": "f", "version": "1", "title": "t",
 "children": [
  {"type": "text", "name": "a", "label": "a"},
  {"type": "note", "name": "n", "label": {"zh": "见 ${a}、${无此项}", "en": "see ${a} + ${"},
   "hint": "${a} ${ a + }"}]}
J
"$FJ" --lang en form check "$T/label.json" > "$T/said" 2>&1
equal "faults in labels have the place of their \${, by characters" "$(sed -E 's|^.*/([^/]+:[0-9]+:[0-9]+: [a-z.-]+): .*|\1|' "$T/said" | tr '\n' ' ')" \
    "label.json:4:57: form.unknown-name label.json:5:18: expr.end "
exits "one that cannot be read is 3, the others are checked" 3 "$FJ" --lang en form check "$T/none.json" "$G/tutorial/1-first.json"
matches "the other one" "$(cat "$T/.out")" '1-first.json: in order'
equal "standard input" "$("$FJ" --lang en form check - < "$G/tutorial/1-first.json")" "-: in order"

# ---- shipped forms ----
forms=$(grep -l '"form": "' forms/*.json)
exits "the shipped forms have no error" 0 "$FJ" --lang zh --now 2026-11-23T12:00:00+08:00 form check --cases $forms
equal "and no warning" "$(cat "$T/.out" "$T/.err" | grep -v -e '无错误$' -e '，0 步与预期不符$')" ""
scenarios=$(grep '场景 0 步' "$T/.out")
exits "what a shell's * brings along from forms/ is passed over" 0 "$FJ" --lang en form check forms/*.json
equal "and each form is in order" "$(grep -vc ': in order$' "$T/.out")" 0
equal "each has scenarios" "$scenarios" ""

# ---- on paper: numbers for ${name} and paths, gaps for what is calculated, or_other in words ----
cat > "$T/paper.json" <<'J'
{"form": "f", "version": "1", "title": "t", "choices": {"l": [{"name": "a", "label": "甲"}]},
 "children": [
  {"type": "integer", "name": "i", "label": "几份"},
  {"type": "select_one l or_other", "name": "o", "label": "去向"},
  {"type": "note", "name": "n", "label": "共 ${i} 份，合计 ${c}", "hint": "见 ${o}", "relevant": "/data/i > 0 and ../o = 'a'"},
  {"type": "date", "name": "d", "label": "日", "relevant": "selected(../o, 'other')", "constraint": ". <= today()"},
  {"type": "calculate", "name": "c", "calculation": "${i} * 2"}]}
J
"$FJ" --lang zh form blank "$T/paper.json" > "$T/paper"
matches "a label has numbers and gaps" "$(cat "$T/paper")" '共 \[1\] 份，合计 ________'
matches "a hint too" "$(cat "$T/paper")" '见 \[2\]'
matches "paths in conditions are numbers" "$(cat "$T/paper")" '仅当：\[1\] > 0 且 \[2\] 是 "甲"'
matches "what or_other adds has words" "$(cat "$T/paper")" '□ 2 其他'
matches "and its text" "$(cat "$T/paper")" '其他（请写明）'

# ---- cases ----
cp -r "$G/tutorial/6-whole.json" "$G/tutorial/6-whole.cases" "$T/"
sed -i '4s/false/true/; 6s/"required": true/"required": false/' "$T/6-whole.cases/basic.jsonl"
printf 'nonsense\n{"send": {"get": "nowhere"}, "expect": {"value": "1"}}\n' > "$T/6-whole.cases/more.jsonl"
exits "cases that differ" 1 "$FJ" --lang en form check --cases "$T/6-whole.json"
matches "with file, line and column" "$(cat "$T/.out")" 'basic.jsonl:4:[0-9]+: form.case: expected relevant to be true, got false'
matches "each of them" "$(cat "$T/.out")" 'basic.jsonl:6:[0-9]+: form.case: expected required to be false, got true'
matches "what is no step" "$(cat "$T/.out")" 'more.jsonl:1:1: form.case-line: '
matches "an error instead of an answer" "$(cat "$T/.out")" 'more.jsonl:2:.*: expected value to be "1", got .*form.path-unknown'
matches "a count at the end" "$(cat "$T/.out")" '6-whole.json: 14 steps of its cases, 4 not as expected'

# ---- law ----
sed 's/"G3"/"B1", "G3"/' "$G/tutorial/6-whole.json" > "$T/law.json"
equal "law: items not verified" "$("$FJ" --lang en --now 2026-11-23T12:00:00+08:00 form check --law "$T/law.json" | sed "s|^$T/||")" \
    "law.json: in order
law.json:18:63: form.law-item: /data/subs/s1: example only
law.json: 1 rows of law not verified"
matches "law: clauses without an article that day" "$("$FJ" --json --now 2025-06-01T12:00:00+08:00 form check --law "$T/law.json")" \
    '"severity":"law","code":"form.law-clause","path":"/data/subs/s1","clause":"B1"'

# ---- tutorial, words, tables ----
exits "the tutorial is in order" 0 "$FJ" --lang en form check --cases "$G"/tutorial/*.json
equal "without a warning" "$(grep -v -e ': in order$' -e ' 0 not as expected$' "$T/.out")" ""
check "man page and README have the program's tables" python3 tests/data/form_docs.py "$FJ"
matches "words of one table" "$("$FJ" --lang zh form words functions)" '^round-even\(x\[, digits\]\): 四舍六入'
exits "no such table" 2 "$FJ" form words verbs

# ---- paper ----
equal "a blank in Chinese" "$("$FJ" --lang zh form blank "$G/blank/small.json")" "$(cat "$G/blank/small.zh.txt")"
equal "a blank in English" "$("$FJ" --lang en form blank "$G/blank/small.json")" "$(cat "$G/blank/small.en.txt")"
for f in $forms; do "$FJ" --lang zh form blank "$f"; "$FJ" --lang en form blank "$f"; done > "$T/blanks"
equal "no line of any blank is wider than 78 cells, and no page longer than 62" "$(python3 - "$T/blanks" <<'P'
import sys, unicodedata
def wide(s):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in s)
text = open(sys.argv[1], encoding="utf-8").read()
print(sum(wide(x) > 78 for x in text.replace("\f", "").split("\n")))
pages = text.split("\f")
print(sum(len(x.split("\n")) > 64 for x in pages[:-1] if "\n" in x and x.count(" 1 of ") + x.count("第 1 页") < 1))
P
)" "0
0"
