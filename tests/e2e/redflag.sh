#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 150
# Red flags in a visit: registers become evidence, the run, marks, a draft finding and a
# sample are recorded and synced; a colleague sees and differs; a supervisor sees how often
# each rule was right; no paper for the party says a word of it.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
. "$(dirname "$0")/../lib/registers.sh"
plan 54

hub_start || exit 1
person 检查员甲 inspector YS-0001 jia || exit 1
person 检查员乙 inspector YS-0002 yi || exit 1
person 复核员丙 supervisor YS-0003 bing || exit 1
V=$(visit_new)
registers "$T/reg"
flag() { field "[h['id'] for h in d if h['rule'] == '$2' and '$3' in h['report_no']][0]" "$1" redflag list "$V" --json; }

exits "before a run there is nothing to list" 3 jia redflag list "$V"
matches "and it says what to do" "$(cat "$T/.err")" '--visit'
check "a run in the visit" jia redflag run "$T/reg" --visit "$V"
matches "the number of different reports by clause comes first" "$(sed -n 3,6p "$T/.out")" '按条款|X1'
matches "it is recorded" "$(cat "$T/.out")" "已记入本次检查"
equal "each register is evidence" "$(field '[e["name"] for e in d if e["name"].endswith(".csv")].__len__()' jia evidence list "$V" --json)" 6
matches "by its digest" "$(jia evidence list "$V" --json)" "$(sha256sum "$T/reg/检测过程.csv" | cut -c1-64)"
equal "the flags" "$(field 'sorted((h["rule"], h["report_no"][-1]) for h in d)' jia redflag list "$V" --json)" '[["R01", "3"], ["R05", "2"], ["R11", "4"], ["R11", "5"]]'
check "once more" jia redflag run "$T/reg" --visit "$V"
equal "what is evidence is not taken twice" "$(field '[e["name"] for e in d if e["name"].endswith(".csv")].__len__()' jia evidence list "$V" --json)" 6
R01=$(flag jia R01 0003); R05=$(flag jia R05 0002); P4=$(flag jia R11 0004)
mkdir "$T/other" && cp "$T/reg"/报告*.csv "$T/reg"/样品登记.csv "$T/reg"/检测过程.csv "$T/reg"/仪器设备.csv "$T/reg"/方法.csv "$T/other" && printf '备注,内容\nx,y\n' > "$T/other/00.csv"
check "with another file in front" jia redflag run "$T/other" --visit "$V"
equal "a flag keeps its id" "$(flag jia R01 0003)" "$R01"

matches "one flag with its rows as seized" "$(jia redflag show "$V" "${R05:0:8}")" '2026-03-03 10:00:00'
matches "and how to verify it" "$(jia redflag show "$V" "${R05:0:8}")" '核对接样时间'
exits "no mark without a reason" 2 jia redflag confirm "$V" "${R01:0:8}"
check "confirmed" jia redflag confirm "$V" "${R01:0:8}" --why 原始记录柜中没有该样品的记录
check "ruled out" jia redflag rule-out "$V" "${R05:0:8}" --why 接样时间系补录，监控显示八时已送达
exits "an id that is none" 3 jia redflag confirm "$V" zzzzzzzz --why x
exits "too few characters" 2 jia redflag confirm "$V" "${R01:0:2}" --why x
F=$(jia redflag draft "$V" "${R01:0:8}")
matches "a draft finding" "$F" '^[0-9a-z]{8}$'
jia finding show "$V" "$F" --json > "$T/f.json"
equal "with the clause" "$(field '[c["id"] for c in d["clauses"]]' cat "$T/f.json")" '["X1"]'
equal "and the report" "$(field 'd["reports"]' cat "$T/f.json")" BG-2026-0003
equal "as a lead" "$(field 'd["stage"]' cat "$T/f.json")" lead
matches "its facts name file and row" "$(cat "$T/f.json")" '报告登记.csv第 4 行'
lacks "and no lead" "$(field 'd["facts"]' cat "$T/f.json")" '疑点|R01'
X=$(field '[e["id"] for e in d if e["name"].startswith("登记表摘录")][0][:8]' jia evidence list "$V" --json)
check "the rows are evidence" jia evidence extract "$V" "$X" -o "$T/extract.csv"
equal "as they stand in the file, with file and row" "$(sed 's/\r$//; 1s/^\xef\xbb\xbf//' "$T/extract.csv")" "文件,工作表,行号,报告编号,样品编号,委托单位,检测对象,检测结论,编制人,审核人,批准人,批准时间,签发时间,报告状态
报告登记.csv,,4,BG-2026-0003,S0003,乙委托单位,废水,合格,P01,P02,P03,2026-03-03 16:10:00,2026-03-03 16:40:00,有效"
F2=$(jia redflag draft "$V" "${P4:0:8}" --which 2)
matches "of a pair one row" "$(jia finding show "$V" "$F2" --json)" '检测过程.csv第 5 行'
lacks "and not the other" "$(jia finding show "$V" "$F2" --json)" '第 4 行'
equal "the list says so" "$(field 'sorted((h["rule"], h["mark"], h["drafted"]) for h in d)' jia redflag list "$V" --json)" '[["R01", "confirmed", true], ["R05", "ruled-out", false], ["R11", "open", false], ["R11", "open", true]]'

check "worst first" jia redflag sample "$V" --n 2
lacks "without what was ruled out" "$(cat "$T/.out")" 'BG-2026-0002'
A=$(jia redflag sample "$V" --n 2 --seed 2026-03-03 --json)
B=$(jia redflag sample "$V" --n 2 --seed 2026-03-03 --json)
equal "the same seed, the same reports" "$A" "$B"
exits "no number" 2 jia redflag sample "$V"

check "sent" jia sync
check "the second fetches" bash -c '"$0" --home "$1/yi" sync' "$FJ" "$T"
equal "and sees the same flags" "$(field 'sorted((h["id"], h["mark"]) for h in d)' yi redflag list "$V" --json)" "$(field 'sorted((h["id"], h["mark"]) for h in d)' jia redflag list "$V" --json)"
matches "with the rows, from the evidence" "$(yi redflag show "$V" "${R05:0:8}")" '2026-03-03 10:00:00'
yi redflag confirm "$V" "${P4:0:8}" --why 两份仪器文件采集时间重叠 > "$T/.out" 2>&1
jia redflag rule-out "$V" "${P4:0:8}" --why 仪器实为双通道 > "$T/.out" 2>&1
yi sync > "$T/.out" 2>&1; jia sync > "$T/.out" 2>&1; yi sync > "$T/.out" 2>&1
equal "two who differ" "$(field '[h["mark"] for h in d if h["id"] == "'"$P4"'"]' jia redflag list "$V" --json)" '["disputed"]'
matches "a disagreement as every other" "$(jia visit conflicts "$V")" 'flag:'
check "settled with a reason" jia redflag confirm "$V" "${P4:0:8}" --why 与乙现场核对仪器铭牌，为单通道
equal "nothing is open" "$(field 'len(d)' jia visit conflicts "$V" --json)" 0
matches "the story tells it" "$(jia log "$V")" '疑点'

jia sync > "$T/.out" 2>&1
check "the supervisor fetches" bing sync
matches "sees the flags" "$(bing redflag list "$V")" '已确认'
exits "and makes no marks" 1 bing redflag confirm "$V" "${R01:0:8}" --why x
equal "how often each rule was right" "$(field '[(r["rule"], r["confirmed"], r["ruled_out"]) for r in d if r["confirmed"] + r["ruled_out"]]' bing redflag stats --json)" '[["R01", 1, 0], ["R05", 0, 1], ["R11", 1, 0]]'
matches "as text" "$(bing redflag stats)" 'R05 .* 0 %'
matches "in the review" "$(bing review show "$V")" '^R01  *1  *1  *1  *0'

fill_all jia "$V"
check "outcome" jia visit outcome "$V" completed --facts 按计划完成检查
jia finding withdraw "$V" "$F2" --why 重复 > "$T/.out" 2>&1
jia evidence add "$V" "$T/extract.csv" --for /data/arrival/b3 > "$T/.out" 2>&1
jia visit freeze "$V" > "$T/freeze" 2>&1
matches "frozen" "$(cat "$T/freeze")" '[0-9a-z]{5}-[0-9a-z]{5}-'
exits "after the freeze no mark" 1 jia redflag rule-out "$V" "${R01:0:8}" --why x
exits "and no draft" 1 jia redflag draft "$V" "${R01:0:8}"
exits "and no run" 1 jia redflag run "$T/reg" --visit "$V"
check "everything holds" jia verify "$V"
