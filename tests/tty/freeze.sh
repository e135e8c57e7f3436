#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 180
# From an open visit to the seal at the terminal: what is missing and the way
# there, the freeze by typing, two signatures in two workspaces, the party.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/tty.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 27
command -v tmux > /dev/null || { for i in $(seq 27); do skip "terminal" "no tmux"; done; exit 0; }

hub_start && person 检查员甲 inspector YS-0001 jia && person 检查员乙 inspector YS-0002 yi || exit 1
V=$(visit_new)
fill_all jia "$V" '"/data/papers/a4"'

# enter WHO: unlock, to the visit, to the freeze
enter() {
	tty_open "$1" "$2" --home "$T/$3" --lang "${LANGUAGE_OF:-zh}"
	until_sees "${LOCKED:-工作区已锁定}"; type "$(cat "$PASS")"; keys Enter
	until_sees "$V"; keys Enter
}
# leave: back to the shell, whatever is open
leave() {
	for _ in 1 2 3 4; do has "ended 0" || keys q; wait_for 1 has "ended 0" && break; done
	until_sees "ended 0"
}
enter 80 24 jia
until_sees 检查结果情形; keys z
sees "the outcome is missing" "尚未填写检查结果情形"
keys z
sees "no freeze before that" "还不能定稿"
leave
jia visit outcome "$V" completed --facts 按计划完成检查 > /dev/null
enter 80 24 jia
until_sees 检查结果情形; keys z
sees "one item is missing, by its section and label" "检查前手续 行政检查通知书编号：必须填写"
sees "how many" "还缺 1 项"
keys Enter
sees "Enter goes to the item" "检查前手续 3/8"
keys Enter; until_sees "第 3 项填写"; type 甲检通〔2026〕1号; keys Enter
until_sees 已存; keys q
sees "nothing is missing any more" "各项齐全"
keys z
sees "the freeze asks for characters of the id" "请输入检查编号的后"
keys Enter
check "Enter alone is no answer" has "请输入检查编号的后"
type "${V:4:4}"; keys Enter
sees "frozen, with its code" "查询码"
sees "one signature" "尚未签字"
check "the key line has no sign for who signed" hasnt "s 签字"
check "it is in the workspace" grep -q frozen <(jia visit show "$V" --json)

keys p
sees "what the party did" "拒签或不在场的"
keys Right; keys C-s
sees "a refusal needs its reason, at the field" "拒签或不在场需要写明理由"
type 拒绝签收文书
keys Escape; until_sees 查询码; keys p
sees "the form was kept as a draft" "未完成的记录已找回"
check "with what was typed" has "拒绝签收文书"
keys C-s
sees "recorded" "拒绝签字"
check "with the reason" has "拒绝签收文书"
leave
jia sync > "$T/sync" 2>&1; yi sync > "$T/sync" 2>&1

enter 80 24 yi
until_sees 检查结果情形; keys z
sees "the colleague is asked to sign" "s 签字"
keys s
sees "a question first" "对本次定稿签字"
keys s
check "the same key is no answer" has "对本次定稿签字"
keys y
sees "sealed" "已归档锁定"
keys o
sees "opening again asks why" "开启下一轮"
keys Escape; until_sees 查询码; leave
yi sync > "$T/sync" 2>&1; jia sync > "$T/sync" 2>&1

export LANGUAGE_OF=en LOCKED=locked
enter 80 24 jia
until_sees Outcome; keys z
sees "the same in English" "Look-up code"
sees "the seal" "it never changes"
check "nothing is cut to pieces" clean
mux resize-window -x 40 -y 12
sees "at 40 columns too" "Look-up code"
