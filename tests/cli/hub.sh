#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 180
# Verbs that need a hub: enrol, sync, status, token, review, establishing, ended devices.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 50
export FJ_LANG=en

hub_start || exit 1
workspace jia 检查员甲 YS-0001 && workspace yi 检查员乙 YS-0002 && workspace bing 复核员丙 YS-0003 || exit 1
code=$(invite_code 检查员甲 inspector YS-0001)
exits "a wrong code" 1 jia enrol "$HUB_URL" 0123-4567-89AB-CDEF-GHJK-MNPQ --yes
exits "the code from standard input" 0 bash -c "echo '$code' | '$FJ' --home '$T/jia' --lang en enrol '$HUB_URL' - --yes"
matches "says who" "$(cat "$T/.out")" 检查员甲
exits "the same code with another key" 1 yi enrol "$HUB_URL" "$code" --yes
for p in "yi 检查员乙 inspector YS-0002" "bing 复核员丙 supervisor YS-0003"; do
	set -- $p
	check "$1 enrols" "$1" enrol "$HUB_URL" "$(invite_code "$2" "$3" "$4")" --yes
done
exits "token" 0 jia token
check "a line alone" test "$(wc -l < "$T/.out")" -eq 1

V=$(visit_new)
exits "fill" 0 fill_all jia "$V"
drive jia "$V" '{"set":"h3","value":"nonconform"}' > /dev/null
F=$(jia finding add "$V" --from h3 --json-file - <<< '{"clauses":["B2"],"facts":"两份报告使用过期仪器的数据。","reports":["R1"],"act_day":"2026-02-10","leg2":"wrong","leg2.facts":"复测偏离12%。","stage":"suspected"}')
matches "finding from the failed item" "$F" '^[0-9a-z]{8}$'
jia review list > "$T/.out" 2>&1; equal "an inspector has no review list" $? 1
printf x > "$T/x"; jia evidence add "$V" "$T/x" --for h3 --for "$F" > /dev/null
exits "sync" 0 jia sync
matches "states on standard error" "$(cat "$T/.err")" 'sending entries'
equal "enrolled" "$(field 'd["standing"]' jia status --json)" enrolled
equal "all has a receipt" "$(field '[d["unsent"], d["unsent_evidence"]]' jia status --json)" '[0, 0]'
exits "supervisor fetches" 0 bing sync
equal "before the seal nothing waits for a decision" "$(field 'd' bing review list --json)" '[]'
equal "but he sees the visit" "$(field 'd["state"]' bing visit show "$V" --json)" open
exits "a comment on an item" 0 bing review comment "$V" --on h3 --text 请写明样品 --must
exits "a comment on nothing that is there" 3 bing review comment "$V" --on nowhere --text x
exits "return of an open visit is refused" 1 bing review return "$V" --kind addendum --why x
exits "approval too" 1 bing review approve "$V" --disposition case
exits "a supervisor answers nothing" 0 bash -c "echo '{\"set\":\"f4\",\"value\":\"na\"}' | '$FJ' --home '$T/bing' visit drive $V"
matches "it is refused" "$(cat "$T/.out")" '"error"'

jia visit outcome "$V" completed --facts 完成 > /dev/null
jia visit freeze "$V" > /dev/null && jia sync > /dev/null 2>&1 && yi sync > /dev/null 2>&1
exits "the second signs" 0 yi visit sign "$V"
yi sync > /dev/null 2>&1; jia sync > /dev/null 2>&1
exits "party" 0 jia visit party "$V" --refused 不认可 --witness 见证人
jia sync > /dev/null 2>&1; bing sync > /dev/null 2>&1
equal "now it waits for him" "$(field '[r["id"][:8] for r in d]' bing review list --json)" "[\"$V\"]"
exits "review show" 0 bing review show "$V"
matches "with what failed" "$(cat "$T/.out")" '/data/equipment/h3'
equal "as an object" "$(field '[len(d["failed"]), len(d["answers"]) > 60, any(x["op"] == "comment" for x in d["decisions"])]' bing review show "$V" --json)" '[1, true, true]'
exits "established is set alone" 1 bing finding set "$V" "$F" --json-file - <<< '{"stage":"established","title":"x"}'
exits "the supervisor establishes" 0 bing finding set "$V" "$F" --why 证据充分 --json-file - <<< '{"stage":"established"}'
equal "established" "$(field 'd["stage"]' bing finding show "$V" "$F" --json)" established
exits "approve" 0 bing review approve "$V" --disposition correct
exits "approve again is refused" 1 bing review approve "$V" --disposition correct
bing sync > /dev/null 2>&1; jia sync > /dev/null 2>&1
equal "the inspector sees it" "$(field '[d["state"], d["findings"][0]["stage"]]' jia visit show "$V" --json)" '["approved", "established"]'
root=$(tail -1 "$T/hub-init.out")
exits "verify under the pinned root" 0 jia verify "$V" --full --root "$root"
exits "verify under another root" 1 jia verify "$V" --root "$(printf '%064d' 7)"
matches "names it" "$(cat "$T/.out")" '^FAIL'

# ---- the hub is gone, watching, ended ----
hub_stop
exits "no hub" 3 jia sync
matches "nothing lost" "$(cat "$T/.err")" 'Nothing is lost'
HUB_LISTEN=$HUB_ADDR hub_serve || exit 1
exits "tried again" 0 jia sync
"$FJ" --home "$T/jia" --lang en sync --watch > "$T/w.out" 2> "$T/w.err" & watch=$!
pids="$pids $watch"
wait_for 20 grep -q 'nothing under way' "$T/w.err"
kill -TERM $watch
wait $watch
equal "watching ends by a signal, well" $? 0
exits "a pause is kept" 0 jia sync --pause
equal "and shown" "$(field 'd["paused"]' jia status --json)" true
exits "a sync by hand goes once" 0 jia sync
equal "and the pause stands" "$(field 'd["paused"]' jia status --json)" true
exits "until it is taken back" 0 jia sync --resume
equal "for good" "$(field 'd["paused"]' jia status --json)" false
hub_cmd device end "$(field 'd["device"]' jia status --json)" --mode lost > /dev/null 2>&1
exits "an ended device is told so" 1 jia sync
