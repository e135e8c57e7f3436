#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 120
# kill -9 in the middle of a note: what the screen called kept is there, and the
# half-typed note is offered back; so it is after the panic lock and a hang-up.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/tty.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 14
command -v tmux > /dev/null || { for i in $(seq 14); do skip "terminal" "no tmux"; done; exit 0; }

workspace jia 检查员甲 YS-0001 || exit 1
V=$(visit_new)
open_checklist() { until_sees 工作区已锁定; type "$(cat "$PASS")"; keys Enter; until_sees "$V"; keys Enter; until_sees 检查结果情形; keys c; until_sees 检查前手续; }
item() { keys /; type "$1"; until_sees "1 项匹配"; keys Enter; keys Escape; gone_now "项匹配"; }
gone_now() { wait_for 20 hasnt "$1"; }
value() { jia visit drive "$V" --form flying-inspection <<< "{\"get\":\"$1\"}"; }
LONG=二号气相色谱仪校准证书已经过期仍在使用现场未能提供期间核查记录也没有替代设备的使用记录检测人员说不知道证书到期这件事情

tty_open 80 24 --home "$T/jia" --lang zh
open_checklist
item 依法签订劳动; keys 1
sees "kept, says the screen" "已存"
item 两个以上检验检测机构; keys 2
sees "the failed item opens its note" "备注──"
type 请说明; keys C-s; gone_now "备注──"
item 学历; keys 2; until_sees "备注──"
type "$LONG"
sees "half typed" "${LONG:0:20}"
pid=$(tty_pid); kill -9 "$pid"
sees "killed" "ended 137"
matches "the first answer is there" "$(value /data/staff/f3)" '"value":"conform"'
check "the kept note is there" grep -q 请说明 <(jia log "$V" --json)
check "the half-typed note is no entry" bash -c "! grep -q 二号气相 <<< '$(jia log "$V" --json)'"

tty_open 80 24 --home "$T/jia" --lang zh
open_checklist
sees "it is offered back" "未完成的记录已找回"
check "with the text up to the last pause" has "${LONG:0:30}"
type ，再补一句
keys F12
sees "locked at once" "工作区已锁定"
check "nothing of the note stays on the screen" hasnt "${LONG:0:10}"
type "$(cat "$PASS")"; keys Enter; until_sees "$V"; keys Enter; until_sees 检查结果情形; keys c
sees "what was typed before the lock is there" "再补一句"
keys C-s
gone "kept, the editor is closed" "备注──"
check "and it is an entry now" grep -q 再补一句 <(jia log "$V" --json)
