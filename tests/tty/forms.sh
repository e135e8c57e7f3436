#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 180
# The forms of issue 6 in a real terminal: a kind found by typing, groups of
# reported and verified, numbers and dates typed at once, computed verdicts,
# repeats, texts with answers in them, what is internal, a service visit.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/tty.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 52
command -v tmux > /dev/null || { for i in $(seq 52); do skip "terminal" "no tmux"; done; exit 0; }

workspace jia 检查员甲 YS-0001 || exit 1
begin() { jia visit new --kind "$1" --form "$1" --subject-name "$2" --no-uscc 测试数据 --division 330106 --member 检查员甲:YS-0001 --member 检查员乙:YS-0002; }
gone_now() { wait_for 20 hasnt "$1"; }
item() { keys /; until_sees "${MATCH:-项匹配}"; type "$1"; until_sees "${2:-1} ${MATCH:-项匹配}"; keys Enter; keys Escape; gone_now "${MATCH:-项匹配}"; }
row() { screen | grep -F -- "$1" | head -1; }
row_has() { row "$1" | grep -qE -- "$2"; }
shows() { wait_for 20 row_has "$2" "$3" && ok "$1" || not_ok "$1" "$(screen)"; }
put() { type "$1"; until_sees "项填写──"; keys Enter; gone_now "项填写──"; }
open_list() { tty_open "$1" "$2" --home "$T/jia" --lang "$3"; until_sees "$4"; type "$(cat "$PASS")"; keys Enter; until_sees "$5"; }
leave() { keys q q q q; until_sees "ended 0"; }
begin general-supervision 双随机检测公司 > "$T/v1"
begin false-report-investigation 核查检测公司 > "$T/v2"
begin needs-questionnaire 服务企业 > "$T/v3"

# ---- annual statistics: begun in the terminal ----
open_list 80 24 zh 工作区已锁定 双随机检测公司
keys c; until_sees "检查类型"; keys Enter
sees "kinds are listed with what Latin letters find" "annual-statistics"
type annual
gone "typing leaves those that match" "飞行检查"
keys Enter
sees "taken" "年报统计督查"
until_sees "执照上的名称"
type 统计检测公司; keys Tab; type 一二三
sees "the length of a code is counted in characters" "现有 3 位"
keys C-u; keys Tab; until_sees "仅在没有代码时填写"; type 测试数据
for i in 1 2 3 4 5 6; do keys Tab; done; type 检查员乙; keys Tab; type YS-0002; keys C-s
sees "begun" "检查结果情形"
keys c; until_sees "报表与报送 0/6"
item 要求的报送截止日
type 20260131; until_sees "项填写──"
check "a digit begins the date" has "20260131"
keys Enter
shows "and it is understood" 要求的报送截止日 "2026-01-31"
put 2026/2/3
shows "so is a day with strokes" 实际报送日 "2026-02-03"
shows "the verdict follows by itself" 在截止日前报送 "否"
item 在截止日前报送; keys 1
shows "and may be overridden" 在截止日前报送 "符"
item "初级职称 · 填报数"
sees "a group names its first item" "初级职称 填报数"
check "and the pane below in full" has "初级职称 · 填报数"
put 12
until_sees "初级职称 · 核实数"
put 10
shows "the difference is computed" "差（填报数减核实数）" " 2"
sees "and told" "填报12，核实10，差2"
item 各职称之和 1
sees "a computed row can be read" "各职称之和等于技术人员"
mux resize-window -x 120 -y 40
sees "at 120 the outline counts each section" "报表与报送           3/6"
check "nothing is cut to pieces" clean
leave

# ---- special supervision: the sample of reports ----
open_list 80 24 zh 工作区已锁定 双随机检测公司
keys /; type 双随机检测; keys Enter; keys Enter; until_sees 检查结果情形; keys c; until_sees "任务与手续"
item 签发的报告总数; put 20
item 抽查不足十份
sees "a note has the answers in it" "时段内共20份"
keys a; until_sees "移到可重复的组"
keys Up; keys Up; keys Up; keys a
sees "one more" "抽查的报告 1"
type 2; until_sees "项填写──"; type 026字第1号; keys Enter
sees "an instance is known by its number, with progress" "抽查的报告 1  2026字第1号"
shows "in the row itself" "抽查的报告 1" "1/[0-9]+ *$"
keys a
sees "the second at once" "抽查的报告 2"
type 2; until_sees "项填写──"; type 026字第1号; keys Enter
sees "drawn twice: said" "这份报告已经抽过"
keys '{'
sees "to the first one" "按 a 再加一个"
keys D; until_sees "移除这一项"; keys y
gone "removed" "抽查的报告 2"
item 任务或者抽查计划编号
type 检R-17; until_sees "项填写──"
check "a text begins with its first character, a word or a letter" has "检R-17"
keys Enter; gone_now "项填写──"
item 检查涉及的领域; keys 1; keys 3
shows "digits take several, one after the other" 检查涉及的领域 "、"
keys Enter; until_sees "[x]"
keys Space
sees "in the list Space does" "[ ]"
keys Escape; gone_now "[x]"
item 原始记录当时形成; keys d
sees "a finding from what is not answered is asked about" "这一项还没有判定"
keys n; gone_now "这一项还没有判定"
check "and not drafted" hasnt "涉及报告"
sees "what did not fit is one key away" "b 展开"
keys 2; until_sees "项备注──"; type 谱图缺失; keys C-d
sees "the note leads to the finding" "：不符合"
check "with the number of its report" has "│2026字第1号"
check "and the blanks of the form" has "／未见＿＿"
keys C-n; type 甲; keys C-n; type 乙
sees "C-n fills the next blank" "报告甲的乙，"
keys C-s; until_sees "还有空格"
ok "what is left blank is told"
keys Escape; gone_now "涉及报告"; item 原始记录当时形成; keys d
sees "d leads back to the finding that stands" "报告甲的乙，"
keys Escape; gone_now "涉及报告"
leave

# ---- internal ----
open_list 80 24 zh 工作区已锁定 核查检测公司
keys /; type 核查检测; keys Enter; keys Enter; until_sees 检查结果情形; keys c; until_sees "线索与时限"
item 查实的不实情形
sees "what is internal says so" "内部：不给当事人看"
keys ]
sees "and its section" "内部  0/2"
leave

# ---- a service visit ----
V=$(cat "$T/v3")
python3 - "$top/forms/needs-questionnaire.cases/clean.jsonl" > "$T/lines" <<'PY'
import json, sys
for line in open(sys.argv[1], encoding="utf-8"):
    s = json.loads(line)["send"]
    if "set" in s or "add" in s:
        print(json.dumps(s, ensure_ascii=False))
PY
jia visit drive "$V" --form needs-questionnaire < "$T/lines" > "$T/fill.out"
open_list 80 24 zh 工作区已锁定 服务企业
keys /; type 服务企业; keys Enter; keys Enter; until_sees 检查结果情形
sees "clues, not findings" "f 线索"
check "no word of findings" hasnt "问题"
keys c; until_sees "d 线索"
keys d
sees "a clue" "线索 "
check "asks no clause" hasnt "条款"
check "and no stage" hasnt "涉嫌"
keys Escape; gone_now 当事人陈述; keys q; until_sees "检查结果情形"
keys o; until_sees "登记结果情形"; keys Enter; until_sees "完成检查"; keys 1; gone_now "拒绝接受检查"; keys C-s
until_sees "定稿、签名"; keys z
sees "complete" "各项齐全"
keys z; until_sees "后四位"; type "${V:4:4}"; keys Enter
sees "frozen" "查询码"
keys m; until_sees "谁不能签字"; keys Enter
sees "the one who has not signed is offered" "为何不能签字"
type 出差; keys Enter
sees "sealed" "已归档锁定"
leave

# ---- in English ----
MATCH=match
open_list 80 24 en locked 双随机检测公司
keys /; type 统计检测; keys Enter; keys Enter; until_sees Outcome; keys z
sees "what is missing is said in English" "must be answered"
check "with its group" has "Unified social credit code · Code as reported"
keys q; until_sees Outcome; keys c; until_sees "0/"
item "Sent by the deadline"
sees "labels in English" "Sent by the deadline"
check "no Chinese words of the program" hasnt "帮助"
leave
