-- SPDX-License-Identifier: Apache-2.0
-- id: R08
-- version: 1
-- title_zh: 一号多报告
-- title_en: one report number used for different samples
-- grade: A
-- clauses: X5, B4
-- tables: report
-- needs: report.report_no, report.sample_no, report.status
-- labs: all
-- pair: yes
-- false_alarms_zh: 同号补发的副本（同一样品不计）；编号录入错误
-- false_alarms_en: copies reissued under the same number (same sample: left out); typing errors
-- verify_zh: 调取该编号的全部报告和发放登记；比对委托方、样品和签名
-- verify_en: fetch all reports of this number and the delivery record; compare client, sample and signatures
SELECT 'report:'||r.report_no AS subject, r.report_no, 'report:'||r.src AS src, d.n AS measure,
  '该编号使用 '||d.n||' 次 | number used '||d.n||' times' AS detail
FROM (SELECT x.report_no, COUNT(*) AS n FROM (SELECT report_no FROM report GROUP BY report_no HAVING COUNT(*)>1) k
      JOIN report x ON x.report_no=k.report_no AND x.status='issued'
    GROUP BY x.report_no HAVING COUNT(*)>1 AND MIN(x.sample_no)<>MAX(x.sample_no)) d
  JOIN report r ON r.report_no=d.report_no
