#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 90
# A device holds its scope: supervisors of county, city and province level by level; one
# whose scope is changed gets nothing more of the old one, is told what is outside, and
# gets all of it when it is his again.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 23

hub_start || exit 1
declare -A P
# who NAME ROLE CERT LOGIN DIVISION
who() {
	workspace "$4" "$1" "$3" || return 1
	P[$4]=$(hub_cmd user add "$1" --role "$2" --division "$5" --cert "$3")
	"$FJ" --home "$T/$4" enrol "$HUB_URL" "$(hub_cmd invite "${P[$4]}")" --yes > "$T/$4.enrol" 2>&1 || return 1
}
who 检查员甲 inspector YS-0001 jia 330106 || exit 1
who 检查员乙 inspector YS-0002 yi 330106 || exit 1
who 复核员丙 supervisor YS-0003 county 330106 || exit 1
who 复核员丁 supervisor YS-0004 city 3301 || exit 1
who 复核员戊 supervisor YS-0005 province 33 || exit 1
who 复核员己 supervisor YS-0006 other 330105 || exit 1
begin() { jia visit new --kind flying-inspection --form flying-inspection --subject-name "$1" --no-uscc 测试 --division "$2" --member 检查员甲:YS-0001 检查员乙:YS-0002; }
seen() { "$1" sync > "$T/$1.sync" 2>&1; field 'sorted(r["subject"] for r in d)' "$1" visit list --json; }
V6=$(begin 区 330106); V4=$(begin 市 3301); V2=$(begin 省 33); W=$(begin 邻区 330105)
check "four visits" jia sync
equal "a county sees its own" "$(seen county)" '["区"]'
equal "a city its counties and itself" "$(seen city)" '["区", "市", "邻区"]'
equal "a province all" "$(seen province)" '["区", "市", "省", "邻区"]'
equal "the next county its own" "$(seen other)" '["邻区"]'

check "the city's supervisor moves" hub_cmd user change "${P[city]}" --division 3302
equal "roles stay" "$(field '[(u["roles"], u["scopes"]) for u in d if u["cert"] == "YS-0004"]' hub_cmd user list --json)" '[[["supervisor"], ["3302"]]]'
drive jia "$V6" '{"set":"/data/staff/f3","value":"conform"}' > "$T/.out"
before=$(field 'len(d)' city log "$V6" --json)
check "more is written and sent" jia sync
check "he syncs" city sync
equal "and gets nothing more" "$(field 'len(d)' city log "$V6" --json)" "$before"
equal "what he holds is named" "$(field 'sorted(r["subject"] for r in d if r.get("outside"))' city visit list --json)" '["区", "市", "邻区"]'
equal "and counted" "$(field 'd["outside"]' city status --json)" 3
matches "in words" "$(city visit list)" '不在辖区'
says "in status" 0 '不再取回' 'not fetched' city status
exits "he may write no review" 1 city review comment "$V6" --text 看到了
equal "the others' lists are as before" "$(field '[r.get("outside") for r in d]' county visit list --json)" '[null]'
check "back again" hub_cmd user change "${P[city]}" --division 3301
check "he syncs once more" city sync
equal "and has what he missed" "$(field 'len(d) > '"$before" city log "$V6" --json)" true
equal "nothing is outside" "$(field 'd["outside"]' city status --json)" 0
exits "no change named" 2 hub_cmd user change "${P[city]}"
exits "a division that is none" 2 hub_cmd user change "${P[city]}" --division 330
check "both roles" hub_cmd user change "${P[county]}" --role supervisor,reviewer
