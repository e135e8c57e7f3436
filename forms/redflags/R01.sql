-- SPDX-License-Identifier: Apache-2.0
-- id: R01
-- version: 1
-- title_zh: 报告无任何检测过程记录
-- title_en: report without any test run
-- grade: A
-- clauses: X1
-- tables: report, report_item, test_run
-- needs: report.report_no, report.sample_no, report.status, test_run.sample_no, report_item.report_no
-- labs: all
-- pair: no
-- false_alarms_zh: 现场检测结果存于另一系统；整份分包（已标注分包的不计）；导出时段截断
-- false_alarms_en: on-site results kept in another system; all items subcontracted (left out where marked); an export cut at a date
-- verify_zh: 调取该报告的原始记录、仪器谱图和样品流转单；问检测人当日在哪台设备上做的
-- verify_en: ask for the raw records, instrument files and the sample trail of this report; ask the tester which instrument was used
SELECT 'report:'||r.report_no AS subject, r.report_no, 'report:'||r.src AS src, 1.0 AS measure,
  '样品 '||r.sample_no||' 无检测记录 | sample '||r.sample_no||' has no test run' AS detail
FROM report r
WHERE r.status='issued' AND r.sample_no IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM test_run t WHERE t.sample_no=r.sample_no)
  AND EXISTS (SELECT 1 FROM report_item i WHERE i.report_no=r.report_no AND COALESCE(i.subcontract,0)=0)
