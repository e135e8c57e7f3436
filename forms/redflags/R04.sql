-- SPDX-License-Identifier: Apache-2.0
-- id: R04
-- version: 1
-- title_zh: 报告样品未登记
-- title_en: report on a sample that is not registered
-- grade: A
-- clauses: X1, B1
-- tables: report, sample
-- needs: report.report_no, report.sample_no, report.status, sample.sample_no
-- labs: all
-- pair: no
-- false_alarms_zh: 样品台账导出的时段不同；样品编号录入错误
-- false_alarms_en: sample register exported for another period; typing errors in sample numbers
-- verify_zh: 查接样登记本、委托单和样品标签；查样品室有无实物或留样
-- verify_en: look at the reception book, the order and the label; look for the sample itself
SELECT 'report:'||r.report_no AS subject, r.report_no, 'report:'||r.src AS src, 1.0 AS measure,
  '样品 '||r.sample_no||' 未登记 | sample '||r.sample_no||' is not registered' AS detail
FROM report r
WHERE r.status='issued' AND r.sample_no IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM sample s WHERE s.sample_no=r.sample_no)
