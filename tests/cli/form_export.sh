#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# form export: ODK's words for ours, what ODK lacks, and back again by form import.
# tier: test
. "$(dirname "$0")/../lib/lib.sh"
plan 18
cd "$top" || exit 1
F=$T/f.json
cat > "$F" <<'J'
{"form": "f", "version": "1", "title": {"zh": "表", "en": "Form"}, "languages": ["zh", "en"], "x-note": [1],
 "choices": {"yn": [{"name": "yes", "label": {"zh": "是", "en": "Yes <&>"}, "key": 1, "city": "a"}, {"name": "no", "label": "否"}]},
 "children": [{"type": "select_one yn", "name": "a", "label": {"zh": "甲", "en": "A"}, "clause": ["G5"], "required": true, "choice_filter": "city != ${t}"},
  {"type": "text", "name": "t", "label": "t ${a}", "constraint": "regex(., '[a-z]+')", "constraint_message": {"en": "letters"}},
  {"type": "repeat", "name": "r", "label": "r", "repeat_count": "coalesce(${m}, 0) + 1", "children": [{"type": "decimal", "name": "d", "label": "d"}]},
  {"type": "integer", "name": "m", "label": "m", "default": "${a} = 'x'"},
  {"type": "text", "name": "on", "label": "on", "trigger": "${a}", "calculation": "concat(${t}, 'x')"},
  {"type": "calculate", "name": "s", "calculation": "round-even(sum(${d}), 1)"},
  {"type": "uscc", "name": "u", "label": "u", "validate": [{"test": "${u} != ''", "message": "m"}]}]}
J
exits "a form goes out" 0 "$FJ" --lang en form export "$F" -o "$T/f.xml"
warned=$(cat "$T/.err")
matches "a function of ours is named with its place" "$warned" 'f.json:8:3: export.function: warning: s uses round-even\(\)'
matches "a type of ours is named" "$warned" 'f.json:9:3: export.type: warning: u is of the type uscc'
matches "a rule of ours is named" "$warned" 'export.rules: warning: u '
xml=$(cat "$T/f.xml")
matches "patterns are anchored" "$xml" "constraint=\"regex\(., '\^\(\?:\[a-z\]\+\)\\$'\)\""
matches "sums skip blanks" "$xml" "coalesce\(sum\(/data/r/d\[. != ''\]\), 0\)"
matches "a count has a node of its own" "$xml" 'calculate="coalesce\(/data/m, 0\) \+ 1" fj:helper="count"'
matches "choices are filtered by current()" "$xml" "root/item\[city != /data/t\]"
matches "texts in each language" "$xml" 'Yes &lt;&amp;&gt;'
matches "answers inside of texts" "$xml" 't <output value="/data/a"/>'
matches "a trigger stands in its control" "$xml" "<setvalue event=\"xforms-value-changed\" ref=\"/data/on\" value=\"concat\(/data/t, 'x'\)\"/>"
exits "nothing is overwritten" 1 "$FJ" --lang en form export "$F" -o "$T/f.xml"
check "but by force" "$FJ" form export "$F" -o "$T/f.xml" --force
"$FJ" form export "$F" > "$T/out.xml" 2> "$T/.err"
check "without -o on the output" cmp "$T/f.xml" "$T/out.xml"
printf '{"form": "f", "version": "1", "children": [{"type": "text", "name": "a", "label": "a", "relevant": "${b} = 1"}]}' > "$T/bad.json"
exits "a faulty form does not go out" 1 "$FJ" --lang en form export "$T/bad.json" -o "$T/bad.xml"
matches "its faults have their places" "$(cat "$T/.err")" 'bad.json:1:[0-9]+: form.unknown-name'
lacks "and nothing was written" "$(ls "$T")" 'bad.xml'
# All our checklists, and this form, behave the same after they went out and came back.
# shellcheck disable=SC2046
python3 tests/data/run_form_roundtrip.py "$FJ" "$F" $(grep -lE '^[ {]*"form": "' forms/*.json) > "$T/back" 2>&1
rc=$?
if [ $rc -eq 0 ]; then ok "forms come back the same"; else not_ok "forms come back the same" "$(grep -v ': the same$' "$T/back" | head -5)"; fi
