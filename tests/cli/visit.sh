#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# Visits: new, list, show, drive, prefixes; findings and evidence.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/cli.sh"
plan 82

person a 1 检查员甲 || exit 1
new() { fj a visit new --kind flying-inspection --form flying-inspection --subject-name 示例公司 "$@"; }
team="--member 检查员甲:YS-0001 --member 检查员乙:YS-0002"

exits "new without a member" 2 new --no-uscc 无
exits "new without USCC or reason" 2 new $team
exits "new with both" 2 new --uscc 91330106MA2AXXXXX0 --no-uscc 无 $team
exits "a wrong check character" 1 new --uscc 91330106MA2AXXXXX0 $team
exits "one officer is too few" 1 new --no-uscc 无 --member 检查员甲:YS-0001
exits "an officer without a certificate" 1 new --no-uscc 无 --member 检查员甲:YS-0001 --member 检查员乙
exits "a team without me" 1 new --no-uscc 无 --member 检查员乙:YS-0002 --member 复核员丙:YS-0003
exits "an unknown kind" 1 fj a visit new --kind picnic --form flying-inspection --subject-name 示例 --no-uscc 无 $team
exits "an unknown form" 3 fj a visit new --kind flying-inspection --form nothing --subject-name 示例 --no-uscc 无 $team
printf '{"form": broken' > "$T/broken.json"
exits "a malformed form" 1 fj a visit new --kind flying-inspection --form "$T/broken.json" --subject-name 示例 --no-uscc 无 $team
exits "list without visits" 0 fj a visit list
check "as an empty array" fj a --json visit list
equal "it is empty" "$(json 'd')" '[]'
exits "members in one option, with a wide colon" 0 new --no-uscc 无 --member 检查员甲：YS-0001 检查员乙:YS-0002
V=$(cat "$T/.out")
matches "new prints the id alone" "$V" '^[0-9a-hjkmnp-tv-z]{8}$'
check "a second one with --json" fj a --json visit new --kind flying-inspection --form flying-inspection --subject-name 另一公司 --no-uscc 无 $team --follows "$V"
W=$(json 'd["id"]')
equal "its whole id" ${#W} 26
check "list" fj a --json visit list
equal "two visits" "$(json 'len(d)')" 2
equal "state" "$(json 'd[0]["state"]')" open
equal "team" "$(json '[m["cert"] for m in d[1]["team"]]')" '["YS-0001", "YS-0002"]'
matches "list as a table" "$(fj a visit list)" "$V +示例公司"
exits "show by a prefix of 4" 0 fj a visit show "${V:0:4}"
matches "it says the subject" "$(cat "$T/.out")" 示例公司
matches "and what is missing" "$(cat "$T/.out")" "Missing for the freeze"
exits "a prefix of 3 is too short" 2 fj a visit show "${V:0:3}"
exits "no such visit" 3 fj a visit show zzzzzzzz
check "show as an object" fj a --json visit show "$W"
equal "follows" "$(json 'd["follows"][:8]')" "$V"
equal "sections of the form" "$(json 'len(d["progress"][0]["sections"]) >= 8')" true
equal "gaps have sentences" "$(json 'all(g["message"] for g in d["gaps"]) and len(d["gaps"]) > 0')" true

# ---- drive ----
say() { printf '%s\n' "$@" | fj a visit drive "$V" --form flying-inspection > "$T/.lines" 2> "$T/.err"; }
line() { sed -n "$1p" "$T/.lines" > "$T/.out"; json "$2"; }
say '{"set":"f3","value":"nonconform"}' '{"get":"f3"}' '{"note":"f3","text":"三人未见合同。"}' \
    '{"set":"f3","value":"perhaps"}' 'not json' '{"get":"nowhere"}' '{"set":"c5","value":"1"}' \
    '{"eval":"1 + 1"}' '{"validate":true}' '{"dump":true}' '{"unknown":1}' '{"set":"c3","value":7}' \
    '{"add":"/data/scene/clock"}' '{"get":"/data/scene/clock"}' '{"remove":"/data/scene/clock[1]"}' '{"clear":"c3"}'
equal "set" "$(line 1 'd["ok"]')" true
equal "get" "$(line 2 'd["value"]')" nonconform
equal "choices" "$(line 2 'len(d["choices"]) >= 3')" true
equal "note" "$(line 3 'd')" '{"ok": true}'
matches "a value that is no choice" "$(line 4 'd["error"]')" 'form\.'
matches "a line that is no JSON" "$(line 5 'd["error"]')" 'json\.'
equal "an unknown path has a sentence" "$(line 6 'len(d["message"]) > 0 and "error" in d')" true
equal "a computed item" "$(line 7 'd["error"]')" read_only
equal "eval" "$(line 8 'd')" '{"type": "number", "value": 2}'
equal "validate" "$(line 9 'd["valid"]')" false
equal "dump" "$(line 10 'd["values"]["/data/staff/f3"]')" nonconform
equal "an unknown request" "$(line 11 '"error" in d')" true
equal "a number" "$(line 12 'd["ok"]')" true
equal "add names its path" "$(line 13 'd["path"]')" '/data/scene/clock[1]'
equal "count" "$(line 14 'd["count"]')" 1
equal "remove" "$(line 15 'd["ok"]')" true
equal "clear" "$(line 16 'd["ok"]')" true
exits "drive without naming the only form" 0 fj a visit drive "$V" < /dev/null
exits "drive of a form that the visit lacks" 3 fj a visit drive "$V" --form other < /dev/null
equal "one line more than a mebibyte is refused, the next is read" "$( (head -c 1100000 /dev/zero | tr '\0' x; echo; echo '{"get":"f3"}') | fj a visit drive "$V" | sed 's/"message".*//; s/,"relevant.*//' | tr '\n' ' ')" '{"error":"cli.line-long", {"path":"/data/staff/f3","value":"nonconform" '

# ---- findings ----
exits "finding without fields" 2 fj a finding add "$V"
printf '{"title":"未见劳动合同","clauses":["G5"],"facts":"三人未见合同。","reports":["R1"],"act_day":"2026-03-01","stage":"suspected"}' > "$T/f.json"
exits "finding add" 0 fj a finding add "$V" --json-file "$T/f.json"
F=$(cat "$T/.out")
matches "prints the id alone" "$F" '^[0-9a-hjkmnp-tv-z]{8}$'
exits "a clause that does not exist" 1 fj a finding add "$V" --json-file - <<< '{"title":"x","clauses":["Q99"]}'
exits "a field that does not exist" 1 fj a finding add "$V" --json-file - <<< '{"colour":"red"}'
exits "a field of another shape" 1 fj a finding add "$V" --json-file - <<< '{"title":{"a":1}}'
exits "no object" 1 fj a finding add "$V" --json-file - <<< '[1]'
exits "no file" 3 fj a finding add "$V" --json-file "$T/none.json"
exits "the team does not establish" 1 fj a finding set "$V" "$F" --json-file - <<< '{"stage":"established"}'
exits "finding set" 0 fj a finding set "$V" "$F" --json-file - <<< '{"statement":"已补签。","reports":["R1","R2"]}'
check "finding show" fj a --json finding show "$V" "$F"
equal "reports one a line" "$(json 'd["reports"]')" 'R1
R2'
equal "stage" "$(json 'd["stage"]')" suspected
matches "the article" "$(json 'd["clauses"][0]["article"]')" '第.*条'
exits "draft from an item" 0 fj a finding add "$V" --from f3
exits "finding list" 0 fj a finding list "$V"
exits "withdraw needs a reason" 2 fj a finding withdraw "$V" "$F"
exits "withdraw" 0 fj a finding withdraw "$V" "$F" --why 重复
check "it stays on record" fj a --json finding list "$V"
equal "withdrawn" "$(json '[f["withdrawn"] for f in d if f["id"].startswith("'"$F"'")]')" '[true]'

# ---- evidence ----
printf '照片一' > "$T/one.jpg"; printf '照片二' > "$T/two.jpg"
exits "evidence of two files" 0 fj a evidence add "$V" "$T/one.jpg" "$T/two.jpg" --for f3 --how photo
E=$(head -1 "$T/.out")
equal "an id a file" "$(wc -l < "$T/.out")" 2
exits "a file that is not there" 3 fj a evidence add "$V" "$T/gone.jpg"
exits "for an item that is not there" 3 fj a evidence add "$V" "$T/one.jpg" --for nowhere
check "evidence list" fj a --json evidence list "$V"
equal "its digest" "$(json '[e["sha256"] for e in d if e["name"] == "one.jpg"][0]')" "$(sha256sum "$T/one.jpg" | cut -d' ' -f1)"
exits "link" 0 fj a evidence link "$V" "$E" --for f4 f5
exits "extract" 0 fj a evidence extract "$V" "$E" -o "$T/back"
check "the same bytes" cmp "$T/back" "$T/one.jpg"
exits "evidence withdraw" 0 fj a evidence withdraw "$V" "$E" --why 拍糊了
matches "nothing of it is readable in the workspace" "$(grep -rla -e 未见合同 -e 照片一 "$T/a" | wc -l)" '^0$'
