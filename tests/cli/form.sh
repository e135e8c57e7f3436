#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# form check and form drive, with what bad input gets.
# tier: check
. "$(dirname "$0")/../lib/lib.sh"
plan 21
F=$T/f.json
cat > "$F" <<'J'
{"form": "f", "version": "1", "title": "t", "choices": {"yn": [{"name": "yes", "label": {"zh": "是", "en": "Yes"}}, {"name": "no", "label": "否"}]},
 "children": [{"type": "select_one yn", "name": "a", "label": "a", "required": true},
  {"type": "integer", "name": "n", "label": "n", "relevant": "${a} = 'yes'", "constraint": ". < 10", "constraint_message": {"zh": "小于10", "en": "below 10"}},
  {"type": "repeat", "name": "r", "label": "r", "instances": 0, "children": [{"type": "text", "name": "t", "label": "t"}]},
  {"type": "calculate", "name": "c", "calculation": "count(${r}) + coalesce(${n}, 0)"}]}
J
exits "a form in order" 0 "$FJ" form check "$F"
printf '{"form": "f", "version": "1",\n "children": [{"type": "text", "name": "a", "label": "a", "relevant": "${b} = 1"},\n  {"type": "odd", "name": "c"}]}' > "$T/bad.json"
exits "a form with faults" 1 "$FJ" --lang en form check "$T/bad.json"
matches "each fault with its place" "$(cat "$T/.out" "$T/.err")" 'bad.json:2:72: form.unknown-name: There is no question b'
matches "all faults at once" "$(cat "$T/.out" "$T/.err")" 'bad.json:3:12: form.type: '
exits "faults as JSON" 1 "$FJ" --json form check "$T/bad.json"
matches "with line and column" "$(cat "$T/.out")" '"line":3,"column":12,"severity":"error","code":"form.type","message":"'
exits "a file that is not there" 3 "$FJ" form check "$T/nothing.json"
exits "no JSON" 1 "$FJ" form check "$0"
exits "no file named" 2 "$FJ" form check
exits "drive refuses a faulty form" 1 "$FJ" form drive "$T/bad.json"

drive() { printf '%s\n' "$@" | "$FJ" --lang en form drive "$F"; }
equal "set tells what changed" "$(drive '{"set":"a","value":"yes"}')" '{"ok":true,"changed":["/data/a","/data/n"]}'
equal "numbers and truths as values" "$(drive '{"set":"a","value":"yes"}' '{"set":"n","value":7}' '{"get":"c"}' | tail -1 | cut -c1-30)" '{"path":"/data/c","value":"7",'
matches "a constraint is told in the form's words" "$(drive '{"set":"a","value":"yes"}' '{"set":"n","value":12}' '{"get":"n"}' | tail -1)" '"value":"12".*"valid":false,"message":"below 10"'
equal "add and remove" "$(drive '{"add":"r"}' '{"add":"/data/r"}' '{"remove":"/data/r[1]"}' '{"eval":"${c}"}' | sed -n '2p;4p' | tr '\n' ' ')" '{"ok":true,"path":"/data/r[2]","changed":["/data/r","/data/c"]} {"type":"nodeset","value":["1"]} '
matches "choices" "$(drive '{"get":"a"}')" '"choices":\[{"name":"yes","label":"Yes"},{"name":"no","label":"否"}\]'
equal "dump" "$(drive '{"set":"a","value":"no"}' '{"dump":true}' | tail -1)" '{"values":{"/data/a":"no","/data/c":"0"}}'
matches "validate" "$(drive '{"validate":true}')" '{"valid":false,"problems":\[{"path":"/data/a","kind":"required","message":'
equal "after a bad line the next is read" "$(drive 'nonsense' '{"set":"zz","value":"1"}' '{"fly":1}' '{"set":"a"}' '{"set":"a","value":"maybe"}' '{"eval":"1 +"}' '{"eval":"1 + 1"}' | sed 's/,"message":.*/}/' | tr '\n' ' ')" \
    '{"error":"json.value"} {"error":"form.path-unknown"} {"error":"drive.request"} {"error":"drive.request"} {"ok":true,"changed":[],"rejected":"form.value-choice"} {"error":"expr.end"} {"type":"number","value":2} '
long=$(head -c 1100000 /dev/zero | tr '\0' x)
equal "a line that is too long" "$(drive "{\"set\":\"t\",\"value\":\"$long\"}" '{"eval":"2"}' | sed 's/,"message":.*/}/' | tr '\n' ' ')" '{"error":"cli.line-long"} {"type":"number","value":2} '
shared=${FEIJIAN_SHARED:-$top/../shared}
if [ -x "$shared/tools/formcases" ]; then
	"$shared/tools/formcases" --both -v 100000 --prog "$FJ" "$shared"/data/form/*.jsonl > "$T/cases"
	matches "the cases were run" "$(tail -1 "$T/cases")" '"expressions": .*"scenarios": '
	equal "cases of other engines: all but those that we decide otherwise" \
	    "$(sed '$d' "$T/cases" | cut -d' ' -f1 | sort -u)" "$(grep -v '^#' "$top/tests/data/form-exceptions.tsv" | cut -f1 | sort)"
else
	skip "the cases were run" "no $shared"
	skip "cases of other engines" "no $shared"
fi
