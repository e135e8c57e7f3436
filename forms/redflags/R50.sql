-- SPDX-License-Identifier: Apache-2.0
-- id: R50
-- version: 1
-- title_zh: 同一样品两份结论矛盾的报告
-- title_en: two valid reports on one sample with different conclusions
-- grade: A
-- clauses: X2, X5
-- tables: report
-- needs: report.report_no, report.sample_no, report.conclusion, report.status
-- labs: all
-- pair: yes
-- false_alarms_zh: 更正报告未注明所替代的报告
-- false_alarms_en: a corrected report without a reference to the first
-- verify_zh: 调取两份报告的发放记录和原始数据；问哪份交给了委托方
-- verify_en: fetch delivery records and raw data of both; ask which one the client received
SELECT 'report:'||r.report_no AS subject, r.report_no, 'report:'||r.src AS src, 1.0 AS measure,
  '样品 '||r.sample_no||' 既有合格又有不合格结论 | sample '||r.sample_no||' both passed and failed' AS detail
FROM (SELECT x.sample_no FROM (SELECT sample_no FROM report GROUP BY sample_no HAVING COUNT(*)>1) k
      JOIN report x ON x.sample_no=k.sample_no AND x.status='issued'
    GROUP BY x.sample_no HAVING MIN(x.report_no)<>MAX(x.report_no) AND MIN(x.conclusion)<>MAX(x.conclusion)) d
  JOIN report r ON r.sample_no=d.sample_no AND r.status='issued'
WHERE r.supersedes IS NULL
  AND r.report_no NOT IN (SELECT z.supersedes FROM report z WHERE z.supersedes IS NOT NULL)
