#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 90
# Evidence of a visit at the terminal: added from the list and from an item, a
# folder completed in steps, a wrong path, a link made later, all or here.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/tty.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 16
command -v tmux > /dev/null || { for i in $(seq 16); do skip "terminal" "no tmux"; done; exit 0; }

workspace jia 检查员甲 YS-0001 || exit 1
V=$(visit_new)
mkdir -p "$T/files/导出 一"
printf 'a\n' > "$T/files/导出 一/报告台账.csv"; printf 'b\n' > "$T/files/导出 一/报告样本.csv"
gone_now() { wait_for 20 hasnt "$1"; }

tty_open 80 24 --home "$T/jia" --lang zh
until_sees 工作区已锁定; type "$(cat "$PASS")"; keys Enter; until_sees "$V"; keys Enter; until_sees 检查结果情形
keys e
sees "empty: what to do" "还没有证据"
keys a; until_sees 添加文件; type "$T/files/没有.csv"; keys Enter
sees "a file that is not there" "没有.csv"
check "nothing was added" has "还没有证据"
keys a; until_sees 添加文件; type "$T/files/导"; keys Tab
sees "a folder is completed" "导出 一/"
keys Tab
sees "as far as the names agree" "导出 一/报告"
keys Tab
check "then the candidates" until_sees "报告样本.csv"
type 台; keys Tab; keys Enter; until_sees 如何取得; keys C-u; type 从系统导出; keys Enter
sees "added, and how it was obtained" "从系统导出"
sees "not linked yet" "未关联"
sees "kept" "已存"
keys l; until_sees 关联到哪个; type 完整台账; until_sees "1 项匹配"; keys Enter
gone "one Enter takes the row" "关联到哪个"
sees "linked to the item, by its label" "信息系统能导出完整台账"
keys q; until_sees 检查结果情形; keys c; until_sees 检查前手续
keys /; type 完整台账; until_sees "1 项匹配"; keys Enter; keys Escape; gone_now "项匹配"
sees "the item counts it" "证1"
keys e
sees "evidence of the item alone" "证据  信息系统能导出完整台账"
keys q; until_sees "证1"; keys Down; keys e
sees "the next item has none" "本处还没有证据"
keys t
sees "all of the visit, to link one" "报告台账.csv"
check "nothing is cut to pieces" clean
