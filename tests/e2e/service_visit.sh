#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 90
# A service visit, end to end: a questionnaire by one person, no finding, a clue
# that the enterprise agreed to; sealed, synced, and read by the supervisor.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 19

Q=needs-questionnaire
check "hub starts" hub_start
check "the inspector enrols" person 检查员甲 inspector YS-0001 jia
check "the supervisor enrols" person 复核员丙 supervisor YS-0003 bing
V=$(jia visit new --kind $Q --form $Q --subject-name 示例食品厂 --no-uscc 测试数据 --division 330106 --member 检查员甲:YS-0001)
matches "one person is enough" "$V" '^[0-9a-z]{8}$'
python3 - "$top/forms/$Q.cases/clean.jsonl" > "$T/lines" <<'PY'
import json, sys
for line in open(sys.argv[1], encoding="utf-8"):
    s = json.loads(line)["send"]
    if "set" in s or "add" in s:
        print(json.dumps(s, ensure_ascii=False))
PY
jia visit drive "$V" --form $Q < "$T/lines" > "$T/fill.out"
lacks "every answer is kept" "$(cat "$T/fill.out")" '"error"'
matches "the count in a label is filled in" "$(echo '{"get":"k0"}' | jia visit drive "$V" --form $Q)" '"value":"[0-9]+"'

echo '{"title":"检测报告查不到","clauses":["X1"]}' > "$T/f.json"
exits "a finding with a clause is refused" 1 jia finding add "$V" --json-file "$T/f.json"
matches "and the way out is told" "$(cat "$T/.err")" '线索'
echo '{"title":"检测报告查不到","facts":"企业出示的报告编号在查询系统中没有记录；企业同意移交线索。","stage":"suspected"}' > "$T/f.json"
exits "nor is anybody suspected" 1 jia finding add "$V" --json-file "$T/f.json"
echo '{"title":"检测报告查不到","facts":"企业出示的报告编号在查询系统中没有记录；企业同意移交线索。"}' > "$T/f.json"
F=$(jia finding add "$V" --json-file "$T/f.json")
matches "a clue is passed on" "$F" '^[0-9a-z]{8}$'
matches "it is a lead" "$(jia --json finding show "$V" "$F")" '"stage": ?"lead"'

exits "no outcome, no freeze" 1 jia visit freeze "$V"
check "outcome" jia visit outcome "$V" completed --facts 已完成走访
check "freeze: no party, no paper, no second officer is missing" jia visit freeze "$V"
matches "the one who froze has signed: it is sealed" "$(jia visit show "$V")" '已归档锁定'
check "sync" jia sync
check "the supervisor fetches" bing sync
matches "and reads the clue" "$(bing finding list "$V")" '检测报告查不到'
check "the visit is whole" bing verify "$V"
