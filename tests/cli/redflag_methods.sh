#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 120
# Red flags over registers without a table of methods: the program's own parameters, told
# to be unverified; and rules of a bureau that run away.
. "$(dirname "$0")/../lib/lib.sh"
export HOME=$T/nobody XDG_DATA_HOME=$T/nobody FEIJIAN_LANG=en
plan 9
mkdir "$T/reg"
python3 - "$T/reg" <<'PY'
import sys
runs, samples, reports = [], [], []
for i in range(1, 31):
    # Every tenth digestion ends after 20 minutes.
    end = "10:20:00" if i % 10 == 0 else "12:05:00"
    runs.append("YS%04d,YP%04d,HJ828-2017,SB-01,2026-03-%02d 10:00:00,2026-03-%02d %s,检查员甲" % (i, i, i, i, end))
    samples.append("YP%04d,废水,2026-03-%02d 08:00:00,2026-03-%02d 09:00:00" % (i, i, i))
    reports.append("BG-2026-%04d,YP%04d,废水,合格,复核员丙,2026-04-%02d 09:00:00" % (i, i, i))
for name, head, rows in (("检测过程", "原始记录编号,样品编号,检测方法,设备编号,检测开始时间,检测结束时间,检测人", runs),
        ("样品登记", "样品编号,样品类别,采样开始时间,收样时间", samples),
        ("报告登记", "报告编号,样品编号,检测对象,检测结论,批准人,批准时间", reports)):
    with open("%s/%s.csv" % (sys.argv[1], name), "w", encoding="utf-8") as f:
        f.write(head + "\n" + "\n".join(rows) + "\n")
PY
rule() { tail -n 1 "$T/a.json" | python3 -c 'import json,sys; print([(r["status"], r["hits"], r.get("code")) for r in json.load(sys.stdin)["rules"] if r["rule"] == sys.argv[1]])' "$1"; }

"$FJ" redflag run "$T/reg" --lab env --json > "$T/a.json"
equal "what a standard demands is known" "$(grep -o '"rule":"R12".*"report_no":"[^"]*"' "$T/a.json" | sed 's/.*"//; s/".*//' | wc -l)" 3
matches "and told to be unverified" "$(grep '"rule":"R12"' "$T/a.json" | head -1)" '内置参数，未经核对.*built-in, not verified'
equal "what the list does not say is not run" "$(rule R05)" "[('not_run', 0, 'rule.no-column')]"
equal "nor what no method here has" "$(rule R27)" "[('not_run', 0, 'rule.no-column')]"
printf '方法编号,方法名称,最短时间（分钟）,是否现场检测\nHJ828-2017,化学需氧量,10,否\n' > "$T/reg/方法.csv"
"$FJ" redflag run "$T/reg" --lab env --json > "$T/a.json"
equal "the agency's own table stands alone" "$(rule R12)" "[('run', 0, None)]"
equal "and rules that need it run" "$(rule R05 | grep -c "'run'")" 1

mkdir "$T/own"
sed 's/^-- id: R04/-- id: BJ-01/; s/^FROM report r$/FROM report r, report a, report b, report c, report d/; s/AND NOT EXISTS.*/AND r.report_no>a.report_no||d.report_no||b.report_no||c.report_no/' \
    "$top/forms/redflags/R04.sql" | sed '/^-- tables/s/, sample//; /^-- needs/s/, sample.sample_no//' > "$T/own/BJ-01.sql"
exits "a rule that runs away reads well" 0 "$FJ" redflag check "$T/own/BJ-01.sql"
sed 's/^-- id: R04/-- id: BJ-02/; s/^FROM report r$/FROM report r, report a, report b, report c, report d/; s/AND NOT EXISTS.*/AND 1=1/' \
    "$top/forms/redflags/R04.sql" | sed '/^-- tables/s/, sample//; /^-- needs/s/, sample.sample_no//' > "$T/own/BJ-02.sql"
rm "$T/own/BJ-01.sql"
"$FJ" redflag run "$T/reg" --lab env --rules "$T/own" --json > "$T/a.json" 2> "$T/err"
equal "rows without end are an answer" "$(rule BJ-02)" "[('not_run', 0, 'rule.rows')]"
equal "and the other rules run" "$(rule R12)" "[('run', 0, None)]"
