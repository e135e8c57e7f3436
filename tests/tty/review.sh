#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 180
# A supervisor at the terminal: reads a sealed visit, comments, returns it with
# reasons, establishes, approves; the inspector sees each of it.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/tty.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 22
command -v tmux > /dev/null || { for i in $(seq 22); do skip "terminal" "no tmux"; done; exit 0; }

hub_start && person 检查员甲 inspector YS-0001 jia && person 检查员乙 inspector YS-0002 yi &&
    person 复核员丙 supervisor YS-0003 bing || exit 1
V=$(visit_new)
fill_all jia "$V"
printf '%s\n' '{"set":"/data/equipment/h3","value":"nonconform"}' '{"note":"/data/equipment/h3","text":"2号气相色谱仪校准证书已过期"}' |
    jia visit drive "$V" --form flying-inspection > /dev/null
cat > "$T/f.json" <<'J'
{"title":"仪器超期使用","item":"/data/equipment/h3","clauses":["B2"],"reports":["BG-2026-0031"],"facts":"2号气相色谱仪校准证书有效期至2026年3月1日，仍用于出具报告BG-2026-0031。","act_day":"2026-11-23","statement":"属实","stage":"lead"}
J
jia finding add "$V" --json-file "$T/f.json" > /dev/null
printf '校准证书\n' > "$T/证书.txt"
jia evidence add "$V" "$T/证书.txt" --for /data/equipment/h3 > /dev/null
jia evidence add "$V" "$T/证书.txt" --for /data/arrival/b3 > /dev/null
jia visit outcome "$V" completed --facts 按计划完成检查 > /dev/null
seal() {
	jia visit freeze "$V" > /dev/null && jia sync && yi sync && yi visit sign "$V" && yi sync &&
	    jia sync && jia visit party "$V" --signed --name 当事人代表 && jia sync
}
seal > "$T/seal" 2>&1 || cat "$T/seal"

tty_open 80 24 --home "$T/bing" --lang zh
until_sees 工作区已锁定; type "$(cat "$PASS")"; keys Enter
sees "the visit comes by itself" "$V"
sees "sealed" "已归档锁定"
keys r
sees "what waits" "待复核 1"
keys Enter
sees "findings first" "仪器超期使用"
sees "then failed items with their notes" "2号气相色谱仪校准证书已过期"
sees "two signatures" "2 人中 2 人已签"
keys g; keys i
sees "a comment on the selected row" "┌─ 批注"
type 请补充仪器使用记录; keys C-s
sees "it stands on the screen" "请补充仪器使用记录"
check "and was kept" has "已存"
keys g; keys Space
sees "marked" "已标记 1"
keys R; until_sees 补正说明 ; until_sees "┌─ 退回检查组"; keys 1
until_sees "已锁定的记录不变"; type 请说明使用该仪器的报告份数; keys C-s
sees "returned" "已退回"
sees "with its reason" "请说明使用该仪器的报告份数"

jia_has() { jia sync > /dev/null 2>&1; jia visit show "$V" --json | grep -q '"state":"returned"'; }
check "the inspector has the return" wait_for 30 jia_has
jia visit reopen "$V" --why 补正说明 > /dev/null
seal > "$T/seal" 2>&1 || cat "$T/seal"
keys s; until_sees "汇集端："; keys r; keys q
sees "sealed again, by the next sync" "第 2 轮"
keys A; until_sees "责令改正"; keys 2
sees "a decision is asked once more" "以“责令改正”通过本件"
keys y
sees "approved" "已复核通过"
keys l
sees "the story has it" "复核通过"
keys v
sees "and it proves itself" "没有不通过的项目"
keys q q
jia_ok() { jia sync > /dev/null 2>&1; jia visit show "$V" --json | grep -q '"state":"approved"'; }
check "the inspector sees the approval" wait_for 30 jia_ok

keys q q; until_sees "检查列表"
mux resize-window -x 40 -y 12
sees "the same at 40 by 12" "已复核通过"
mux resize-window -x 80 -y 24
keys F12
sees "locked" "工作区已锁定"
keys Escape
sees "left" "ended 0"
