#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 120
# Red flags at the terminal as an inspector walks them: the folder of the stick, the
# registers sealed as evidence, what is what with a clock that is off, rules, a flag's
# rows side by side, its plot, confirm, rule out, a draft finding of a pair, reports to
# pull; then the visit, and all of it again from what was recorded.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/tty.sh"
. "$(dirname "$0")/../lib/world.sh"
. "$(dirname "$0")/../lib/registers.sh"
plan 44
command -v tmux > /dev/null || { for i in $(seq 44); do skip "terminal" "no tmux"; done; exit 0; }

workspace jia 检查员甲 YS-0001 || exit 1
V=$(visit_new)
registers "$T/U盘"
gone_now() { wait_for 20 hasnt "$1"; }
flags_say() { jia redflag list "$V" --json | grep -qF -- "$1"; }

tty_open 80 24 --home "$T/jia" --lang zh
until_sees 工作区已锁定; type "$(cat "$PASS")"; keys Enter; until_sees "$V"; keys Enter; until_sees 检查结果情形
sees "the visit says what was not done" "登记表尚未筛查"
keys v
sees "what to ask the agency for" "请机构导出"
keys r
sees "nothing chosen: said" "请先选文件夹或文件"
keys a; until_sees "Tab 补全"; type "$T/没有"; keys Enter
sees "a wrong path is named" "没有"
keys a; until_sees "Tab 补全"; type "$T/U"; keys Tab; until_sees "U盘/"; keys Enter
sees "the registers of the folder" "报告登记.csv"
keys r
sees "what is what" "表和列的对应"
sees "columns with samples" "BG-2026-0001"
check "sealed as evidence before they were read" bash -c "[ $(jia evidence list "$V" --json | grep -o '"id"' | wc -l) -ge 5 ]"
keys /; until_sees "/"; type 收样时间; keys Enter
sees "a column is found" "收样时间 <-"
keys Enter
sees "another column for it" "哪一列"
keys Escape; gone_now "哪一列"
keys o
sees "the clock of this source" "此来源的时钟"
keys C-u; type 十分; keys Enter
sees "an offset that is none" "请写秒数"
keys C-u; type -0:30; keys Enter
gone "taken" "此来源的时钟"
keys /; keys Escape
sees "the offset stands" "-0:30"
keys r
sees "by clause, different reports first" "按可能支持的条款"
sees "kept in the visit" "已存"
check "the word is lead, never verdict" until_sees "疑点只是线索"
keys Right
sees "every rule, run or not" "R01"
keys End
sees "not run is said with its reason" "未运行"
keys Right; sees "people, instruments and days" "仪器"
keys Right; sees "what came of the import" "报告登记.csv"
keys Left Left Left; until_sees "按可能支持的条款"
keys l
sees "the list" "R05"
keys r; until_sees 哪条规则; type R05; keys Enter
sees "of one rule" "[R05]"
sees "report and arithmetic" "BG-2026-0002"
keys Enter
sees "rows as seized, compared columns marked" "! 收样时间"
sees "in the order of time" "按时间先后"
keys t
sees "the instrument's day" "仪器当日"
keys Tab; sees "the person's day" "人员当日"
keys Escape; gone_now "人员当日"
keys y; until_sees "核对记录看到了什么"; type 门禁显示样品十点才送到; keys C-s
sees "confirmed, by whom and why" "已确认  检查员甲  门禁显示"
check "and kept" flags_say 门禁显示样品十点才送到
keys Escape; until_sees "[R05]"
keys x; gone_now "[R05]"
keys r; until_sees 哪条规则; type R01; keys Enter; until_sees "[R01]"
keys n
sees "honest explanations to choose from" "怎样解释"
keys 1
sees "ruled out" "- A"
keys x; gone_now "[R01]"; keys r; until_sees 哪条规则; type R11; keys Enter; until_sees "[R11]"
keys d
sees "a pair: which of the two" "二者之一：未定"
keys 1
sees "a draft finding with the rows" "检测过程.csv"
keys Escape; until_sees "[R11]"
keys Escape; until_sees "按可能支持的条款"
keys p
sees "reports to pull, worst first" "疑点重的在前"
keys s; until_sees 随机抽取; type 20260303; keys Enter; until_sees "种子“20260303”"; keys C-s
sees "the choice is kept" "已记入本次检查"
keys Escape; until_sees "按可能支持的条款"; keys Escape; until_sees 检查结果情形
sees "the visit counts them" "已核查 2"
keys f
sees "the finding is in the visit" "单通道仪器时间重叠"
keys Escape; until_sees 检查结果情形
keys v; until_sees "按可能支持的条款"; keys l; keys r; until_sees 哪条规则; type R11; keys Enter; until_sees "[R11]"; keys Enter
sees "registers are read again from the evidence" "! 检测开始时间"
mux resize-window -x 40 -y 12
sees "40 columns" "? 帮助"
check "nothing is cut to pieces" clean
mux resize-window -x 80 -y 24
keys F12
sees "locked with a helper at hand" "工作区已锁定"
type "$(cat "$PASS")"; keys Enter; until_sees "$V"; keys Enter; until_sees 检查结果情形
keys v; until_sees "按可能支持的条款"; keys o
sees "other registers" "请机构导出"
keys Escape; until_sees 检查结果情形; keys Escape; until_sees "新建"; keys q
sees "it ends well" "ended 0"
