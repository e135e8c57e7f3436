#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 90
# A supervisor plans a visit: planner, approver and team know it, nobody else, by no
# listing, count, feed, answer or error; begun and receipted, the supervisors in scope see it.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 52

hub_start || exit 1
# who NAME ROLE CERT LOGIN DIVISION
who() {
	workspace "$4" "$1" "$3" || return 1
	"$FJ" --home "$T/$4" enrol "$HUB_URL" "$(hub_cmd invite "$(hub_cmd user add "$1" --role "$2" --division "$5" --cert "$3")")" --yes > "$T/$4.enrol" 2>&1 || cat "$T/$4.enrol" >&2
	"$FJ" --home "$T/$4" sync > "$T/.out" 2>&1
}
who 复核员丙 supervisor YS-0003 bing 3301
who 复核员丁 supervisor YS-0004 ding 330106
who 检查员甲 inspector YS-0001 jia 330106
who 检查员乙 inspector YS-0002 yi 330106
who 检查员戊 inspector YS-0005 wu 330106
who 复核员己 supervisor YS-0006 ji 33
who 复核员庚 supervisor YS-0007 geng 3302
assign() { bing visit assign --kind flying-inspection --subject 计划检测技术有限公司 --cma 000000000000 --division 330106 --team 检查员甲:YS-0001 检查员乙:YS-0002 --window 2026-03-01..2026-03-31 --approver YS-0004 "$@"; }
sync_all() { for w in "$@"; do "$w" sync > "$T/$w.sync" 2>&1; done; }
token() { "$1" token; }
ask() { # ask WHO PATH [CURL ARGS...]: status and body
	_t=$(token "$1") _p=$2; shift 2
	curl -sS -H "Authorization: Bearer $_t" -H 'Feijian: 1' -o "$T/body" -w '%{http_code} %{content_type}' "$@" "$HUB_URL$_p"
}

sync_all bing geng
exits "an inspector plans nothing" 1 jia visit assign --kind flying-inspection --subject x --division 330106 --team 检查员甲:YS-0001 检查员乙:YS-0002
exits "nor a supervisor of another division" 1 geng visit assign --kind flying-inspection --subject x --division 330106 --team 检查员甲:YS-0001 检查员乙:YS-0002
exits "nor with an approver of the team" 1 assign --approver YS-0001
exits "nor with one whose scope is elsewhere" 1 assign --approver YS-0007
exits "nor with a window that ends before it begins" 1 assign --window 2026-03-31..2026-03-01
says "a window that is none" 2 '2026-03-01' '2026-03-01' assign --window 2026-03-01
V=$(assign)
check "the planner has it" bing visit list --planned
matches "with window and planner" "$(bing visit list --planned)" '计划检测.*已安排|计划检测.*2026-03-01..2026-03-31.*复核员丙'
equal "as JSON" "$(field '[(r["state"], r["from"], r["until"], r["planner"], r["approver"]) for r in d]' bing visit list --planned --json)" '[["planned", "2026-03-01", "2026-03-31", "复核员丙", "复核员丁"]]'
sync_all bing jia yi ding wu ji geng
for w in jia yi ding; do
	equal "$w knows it" "$(field '[(r["subject"], r["state"]) for r in d]' "$w" visit list --json)" '[["计划检测技术有限公司", "planned"]]'
done
matches "and who planned it, and when" "$(jia visit list --planned)" '2026-03-01..2026-03-31 +复核员丙 +检查员甲 检查员乙'
for w in wu ji geng; do
	equal "$w knows nothing" "$(field 'len(d)' "$w" visit list --json)" 0
	lacks "$w: nor to be reviewed" "$("$w" review list 2>&1)" '计划检测'
	lacks "$w: nothing in any word it was told" "$("$w" status --json; "$w" visit list --planned; cat "$T/$w.sync")" "计划检测|${V:-none}"
done

# The outsider who has learnt the id asks the hub itself.
LONG=$(strings -n 26 "$T/hub.db" "$T/hub.db-wal" 2>/dev/null | grep -o '"visit":"[0-9a-z]*"' | cut -d'"' -f4 | grep "^$V" | head -1)
NONE=00000000000000000000000000
check "the test knows the whole id" test ${#LONG} -eq 26
for p in entries evidence; do
	case $p in entries) a="/v1/streams/$LONG/entries" b="/v1/streams/$NONE/entries";; *) a="/v1/visits/$LONG/evidence" b="/v1/visits/$NONE/evidence";; esac
	x=$(ask wu "$a"); cp "$T/body" "$T/body1"; y=$(ask wu "$b")
	equal "$p: not yours and not there answer alike" "$x $(cat "$T/body1")" "$y $(cat "$T/body")"
	matches "$p: 404" "$x" '^404 application/problem'
	x=$(ask ji "$a")
	matches "$p: a supervisor of the province neither" "$x" '^404 '
	matches "$p: the team does" "$(ask jia "$a")" '^200 '
done
ask wu /v1/streams > "$T/.out"
equal "the listing is empty" "$(field 'd["streams"]' cat "$T/body")" '[]'
E=$NONE
x=$(ask wu "/v1/visits/$LONG/evidence/$E" -X PATCH -H 'Tus-Resumable: 1.0.0' -H 'Upload-Offset: 0' -H 'Content-Type: application/offset+octet-stream' --data-binary x); cp "$T/body" "$T/body1"
y=$(ask wu "/v1/visits/$NONE/evidence/$E" -X PATCH -H 'Tus-Resumable: 1.0.0' -H 'Upload-Offset: 0' -H 'Content-Type: application/offset+octet-stream' --data-binary x)
equal "an upload into it: as into none" "$x $(cat "$T/body1")" "$y $(cat "$T/body")"

# Begun by one of the team.
exits "an outsider cannot begin it" 3 wu visit start "$V" --no-uscc 测试数据
exits "nor the planner" 1 bing visit start "$V" --no-uscc 测试数据
exits "the code or a reason is asked for" 1 jia visit start "$V"
equal "begun by a member it keeps its id" "$(jia visit start "$V" --no-uscc 现场未提供)" "$V"
equal "with what was planned" "$(field '[d["subject"], d["cma"], d["division"], d["state"], sorted(m["cert"] for m in d["team"])]' jia visit show "$V" --json)" '["计划检测技术有限公司", "000000000000", "330106", "open", ["YS-0001", "YS-0002"]]'
exits "and only once" 1 jia visit start "$V" --no-uscc 再来一次
sync_all ji
equal "before the start is at the hub nobody else knows" "$(field 'len(d)' ji visit list --json)" 0
sync_all jia bing yi ding wu ji geng
for w in bing yi ding ji; do
	equal "$w sees it open" "$(field '[r["state"] for r in d]' "$w" visit list --json)" '["open"]'
done
equal "the planner's list says what became of it" "$(field '[r["state"] for r in d]' bing visit list --planned --json)" '["open"]'
for w in wu geng; do
	equal "$w still not" "$(field 'len(d)' "$w" visit list --json)" 0
done

V2=$(assign)
sync_all bing jia
equal "a second one" "$(field 'sorted(r["state"] for r in d)' jia visit list --json)" '["open", "planned"]'
check "cancelled by the planner" bing visit cancel "$V2" --why 企业已停业
sync_all bing jia ji
equal "the team sees it cancelled" "$(field '[r["state"] for r in d if r["id"].startswith("'"$V2"'")]' jia visit list --json)" '["cancelled"]'
exits "and cannot begin it" 1 jia visit start "$V2" --no-uscc 测试数据
equal "others never hear of it" "$(field 'len(d)' ji visit list --json)" 1
