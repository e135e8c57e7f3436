#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# A visit planned on the supervisor's screen, begun on the inspector's; subjects from the
# register of the bureau.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
. "$(dirname "$0")/../lib/tty.sh"
plan 14
command -v tmux > /dev/null || { for i in $(seq 14); do skip "terminal" "no tmux"; done; exit 0; }
hub_start || exit 1
person 检查员甲 inspector YS-0001 jia || exit 1
person 检查员乙 inspector YS-0002 yi || exit 1
person 复核员丙 supervisor YS-0003 bing || exit 1
printf 'name,uscc,cma,division,visited\n名录检测有限公司,,000000000000,330106,2026-03-01\n别处检测中心,,,330105,\n' > "$T/subjects.csv"
hub_cmd register import "$T/subjects.csv" --division 3301 > "$T/.out" || exit 1
bing sync > "$T/.out" 2>&1
export FEIJIAN_LANG=zh

unlock() { until_sees "口令"; type "$(cat "$PASS")"; keys Enter; }
tty_open 100 44 --home "$T/bing"
unlock
until_sees "还没有检查"
keys a
sees "a supervisor plans" "为检查组安排检查"
keys Enter; until_sees "飞行检查"
type flying-inspection; keys Enter
until_sees "执照上的名称"
type 名录; keys Tab; keys Enter
sees "the register is offered" "名录检测有限公司"
keys Enter
sees "and taken over" "000000000000"
type 2026-03-01; keys Tab; type 2026-03-31; keys Tab; keys Tab
type 检查员甲; keys Tab; type YS-0001; keys Tab; type 检查员乙; keys Tab; type YS-0002
keys C-s
gone "planned" "为检查组安排检查"
sees "the plan is shown" "名录检测有限公司"
keys q; until_sees "安排"
keys 6
sees "in the list of plans" "复核员丙 安排，2026-03-01..2026-03-31"
kill "$(tty_pid)"
wait_for 20 bing sync; wait_for 20 jia sync
equal "it is at the hub" "$(field '[(r["subject"], r["state"]) for r in d]' jia visit list --json)" '[["名录检测有限公司", "planned"]]'

tty_open 100 44 --home "$T/jia"
unlock
sees "the inspector's list has it" "名录检测有限公司"
sees "who planned it and when" "复核员丙 安排，2026-03-01..2026-03-31"
keys Enter
sees "Enter begins it" "开始已安排的检查"
keys Tab; type 现场未提供; keys C-s
gone "begun" "开始已安排的检查"
sees "and it is the visit" "现场未提供"
keys q; until_sees "已安排"
check "one visit, open" hasnt "尚未开始"
kill "$(tty_pid)"
equal "the same one" "$(field '[(r["subject"], r["state"]) for r in d]' jia visit list --json)" '[["名录检测有限公司", "open"]]'
