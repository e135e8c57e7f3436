#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 180
# The way in and what lies round a visit, by hand: first menu, making a workspace,
# recovery code, a new visit, drafts over a lock and a kill, wrong passphrases,
# enrolment, sync, settings, another language.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/tty.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 45
unset FEIJIAN_PASSPHRASE_FILE
command -v tmux > /dev/null || { for i in $(seq 45); do skip "terminal" "no tmux"; done; exit 0; }
WORDS='four quiet words here'
H=$T/home

tty_open 80 24 --home "$H"
sees "first menu" "试用"
keys L
sees "language at one key" "Start work"
keys L
until_sees "开始工作"
keys 2
sees "start work" "建立工作区"
type 检查员甲; keys Tab
type 甲县市场监督管理局; keys Tab
type YS-0001; keys Tab
keys Enter
sees "divisions to choose from" "输入名称的一部分或代码"
type 330106; keys Enter
until_sees "1 项匹配" ; until_sees "浙江省杭州市西湖区"
has "┌─ 行政区划" && keys Enter
sees "chosen by its code" "浙江省杭州市西湖区"
gone "the list is closed" "┌─ 行政区划"
type abc
sees "a weak passphrase is named" "太短"
keys C-u; type "$WORDS"; keys Tab
type other; keys C-s
sees "two different ones" "两次输入不一致"
keys C-u; type "$WORDS"; keys C-s
sees "recovery code" "只显示这一次"
code=$(screen | sed -n '5,9p' | tr -d ' \n-')
check "it is long" test "${#code}" -ge 20
keys Escape
sees "no way round it" "请先抄下恢复码"
keys Enter
sees "its end is asked back" "最后四位"
check "and the code is hidden" hasnt "$(printf '%s' "$code" | cut -c1 ) $(printf '%s' "$code" | cut -c2) $(printf '%s' "$code" | cut -c3)"
type zzzz; keys Enter
sees "a wrong end" "末四位不符"
keys C-u; type "$(printf '%s' "$code" | tail -c 4)"; keys Enter
sees "home, and what to do next" "按 c 新建"
check "nothing readable on disk" sh -c "! grep -rqa -e 检查员甲 -e '$WORDS' '$H'"

keys c; until_sees "开始检查"
keys Enter; until_sees "专项监督检查"; type 飞行; keys Enter
until_sees "飞行检查"
type 甲县某某检验检测有限公司; keys Tab
type 91350100M000100Y44
sees "USCC checked as typed" "校验码不符"
keys C-u; type 91350100M000100Y43
sees "the right one" "校验码相符"
keys C-s
sees "two officers are needed" "至少需要 2 人"
type 检查员乙; keys Tab; type YS-0002; keys C-s
sees "the visit" "固定现场"
sees "kept" "已存"
sees "what is next" "下一步"

keys o; until_sees "登记结果情形"
keys Tab; type 负责人不在场
keys F12
sees "locked at one key" "工作区已锁定"
type wrong; keys Enter
sees "wrong passphrase" "口令不对"
type "$WORDS"; keys Enter
until_sees "检查列表"; keys Enter; until_sees "固定现场"; keys o
sees "the half sentence is back" "负责人不在场"
sees "and said so" "未完成的记录已找回"
stamp() { stat -c '%y %s' "$H/journal.db-wal" "$H/journal.db" | tr '\n' ' '; }
before=$(stamp)
type ，门卫答复; until_sees 门卫答复
# What a moment of rest leaves, a kill does not take.
written() { [ "$(stamp)" != "$before" ]; }
wait_for 10 written
kill -9 "$(tty_pid)"
until_sees "ended 137"
tty_open 80 24 --home "$H"
until_sees "工作区已锁定"; type "$WORDS"; keys Enter
until_sees "检查列表"; keys Enter; until_sees "未完成的记录"; keys a
sees "after a kill too" "门卫答复"
keys Enter; until_sees "登记结果情形"; keys BTab; keys Enter
until_sees "┌─ 检查结果情形"; keys 4
sees "outcomes by key" "无人在场"
keys C-s
until_sees "已存"; keys q
sees "recorded" "无人在场"

keys l; until_sees "经过"
sees "the story" "开始检查"
keys Enter
sees "one entry in full" "链内序号"
keys q q; keys q; until_sees "检查列表"
keys p; until_sees "设置"; keys 1
sees "language in the settings" "Settings"
keys 1; until_sees 设置; keys 3
sees "check of the machine" "本机检查"
keys q q; until_sees "检查列表"

if hub_start; then
	keys s
	sees "not enrolled says what to do" "按 n 登记"
	keys n; until_sees "汇集端地址"
	type "$HUB_URL"; keys Tab
	type "$(invite_code 检查员甲 inspector YS-0001)"; keys C-s
	sees "is this you" "是您本人吗"
	keys y
	sees "enrolled, and it syncs" "均有汇集端签名回执"
	keys q
	sees "the list says so" "已同步"
else
	for i in 1 2 3 4; do not_ok "hub"; done
fi

mux resize-window -x 40 -y 12
sees "a small window" "检查对象"
check "nothing torn" clean
mux resize-window -x 120 -y 40
sees "a large one" "问题"
keys q
sees "left in peace" "ended 0"
TTY_LOCALE=C.UTF-8 tty_open 80 24 --home "$T/none" --lang en demo
TTY_WAIT=40 sees "the demo says that it is one" "DEMO"
keys Enter
sees "its visit" "Checklists"
keys q q
sees "gone without a trace" "ended 0"
check "no folder is left" sh -c "! ls -d '$T'/feijian-demo* 2>/dev/null | grep -q ."
