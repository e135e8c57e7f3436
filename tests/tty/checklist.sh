#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 180
# The checklist in a real terminal: one key a verdict, the note of a failed item,
# answers by type with their errors at the field, lists, repeats, undo, marks.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/tty.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 50
command -v tmux > /dev/null || { for i in $(seq 50); do skip "terminal" "no tmux"; done; exit 0; }

workspace jia 检查员甲 YS-0001 || exit 1
V=$(visit_new)
gone_now() { wait_for 20 hasnt "$1"; }
item() { keys /; until_sees "${MATCH:-项匹配}"; type "$1"; until_sees "1 ${MATCH:-项匹配}"; keys Enter; keys Escape; gone_now "${MATCH:-项匹配}"; }
row() { screen | grep -F -- "$1" | head -1; }
shows() { wait_for 20 row_has "$2" "$3" && ok "$1" || not_ok "$1" "$(screen)"; }
row_has() { row "$1" | grep -qE -- "$2"; }
open_visit() { until_sees "$1"; type "$(cat "$PASS")"; keys Enter; until_sees "$V"; keys Enter; until_sees "$2"; keys c; }

tty_open 80 24 --home "$T/jia" --lang zh
open_visit 工作区已锁定 检查结果情形
sees "section and progress lead the header" "检查前手续 0/8"
check "its heading stands above the first item" row_has "0/8" "检查前手续"
sees "keys of a list" "Enter 填写"

item 依法签订劳动
sees "keys of a verdict" "1 符  2 否"
sees "law beside the item" "《检验检测机构"
keys 1
shows "conforms" 依法签订劳动 "符"
sees "kept, with the time" "已存"
check "on to the next unanswered" has "两个以上检验检测机构"
keys u
sees "undone, by number and label" "已撤销："
shows "unanswered again" 依法签订劳动 "··"
keys C-y
shows "redone" 依法签订劳动 "符"
keys 2
sees "2 opens the note" "项备注──"
sees "the keys of the moment" "C-s 保存"
check "other keys are gone" hasnt "撤销"
type 合同缺页; keys C-s
gone "C-s keeps it and closes" "项备注──"
shows "failed, with a note" 依法签订劳动 "否.*记"
item 依法签订劳动; keys 2
sees "2 again opens the same note" "合同缺页"
keys Escape
gone "nothing changed: no draft" "草稿"
keys 7
sees "a key that the list lacks is refused with what it offers" "没有 7"
keys i; until_sees "项备注──"; type 第二页; keys Escape
sees "half typed: a draft" "按 i 继续"
keys i
sees "offered back" "未完成的记录已找回"
keys C-s; gone_now "项备注──"

item 名册人数; keys Enter; until_sees "项填写──"; type 十二; keys Enter
sees "no number: said at the field" "不是"
check "by the label of the item" has "名册人数"
keys C-u; type -3; keys Enter
sees "below the constraint: kept, but said, and the cursor stays" "不能小于0"
keys Enter; until_sees "项填写──"; keys C-u; type 12; keys Enter
gone "12 is well" "项填写──"
shows "stands beside the item" 名册人数 "填.*12"
item 到达时间; keys Enter; until_sees "项填写──"
check "the clock is suggested" has "T"
keys C-u; type 2026-13-45; keys Enter
sees "no date" "2026-13-45”不是"
keys C-u; type 2026-03-01T09:00; keys Enter; gone_now "项填写──"

item 检查涉及的领域; keys Enter
sees "a list to choose several from" "[ ] 生态环境"
keys Enter
sees "taken" "[x] 生态环境"
keys Down; keys Enter
sees "another one" "[x] 机动车"
keys Escape; gone_now "[x]"
shows "both stand there" 检查涉及的领域 "生态环境、机动车"

item 改写工具; keys Down
sees "a repeat says how to add" "按 a 添加"
keys a
sees "one more" "仪器和电脑的时钟 1"
keys D
sees "removing asks" "移除这一项"
keys y
gone "removed" "仪器和电脑的时钟 1"

item 分支机构; keys Space
keys Space
sees "marked rows: only 4 and 5 in the key line" "4 免  5 未  Space"
keys 1
sees "1 is never for many" "4 或 5"
keys 4
sees "a reason is asked" "理由"
type 无分支机构; keys Enter
shows "not applicable" 分支机构 "免"
keys f
sees "only unanswered" "只看待答"
check "the answered are gone" hasnt "分支机构"
keys f; keys F
sees "only failed" "只看不符合"
check "the failed one" has "依法签订劳动"
keys F
mux resize-window -x 40 -y 12
sees "40 columns, 12 rows" "? 帮助"
check "nothing is cut to pieces" clean
mux resize-window -x 120 -y 40
sees "outline beside at 120" "笔录与后续"
keys q q q q; until_sees "ended 0"

MATCH="match"
tty_open 80 24 --home "$T/jia" --lang en
open_visit locked Outcome
sees "in English" "Papers before"
item "employment contracts"
sees "short words in the key line" "1 ok  2 fail"
check "no Chinese words of the program" hasnt "帮助"
