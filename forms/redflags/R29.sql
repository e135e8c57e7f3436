-- SPDX-License-Identifier: Apache-2.0
-- id: R29
-- version: 1
-- title_zh: 报告方法与原始记录方法不一致
-- title_en: method of the report differs from that of the raw record
-- grade: A
-- clauses: X3, X2
-- tables: report_item, test_run
-- needs: report_item.report_no, report_item.run_no, report_item.method_no, test_run.run_no, test_run.method_no
-- labs: all
-- pair: no
-- false_alarms_zh: 同一方法的两种写法
-- false_alarms_en: one method in two spellings
-- verify_zh: 对照报告与原始记录的方法编号；问实际按哪个做
-- verify_en: compare the method on report and raw record; ask which one was really followed
SELECT 'report:'||i.report_no AS subject, i.report_no, 'report_item:'||i.src||';test_run:'||t.src AS src, 1.0 AS measure,
  i.param||' 报告 '||i.method_no||'，记录 '||t.method_no||' | '||i.param||' report '||i.method_no||', record '||t.method_no AS detail
FROM report_item i JOIN test_run t ON t.run_no=i.run_no
WHERE i.method_no<>t.method_no
