-- SPDX-License-Identifier: Apache-2.0
-- id: S63
-- version: 1
-- title_zh: 不合格后数分钟即复检合格
-- title_en: passed within minutes after failing
-- grade: C
-- clauses: X4
-- tables: sample, report
-- needs: sample.sample_no, sample.vin, sample.received_at, report.report_no, report.sample_no, report.conclusion, report.status, report.issued_at
-- labs: vehicle
-- pair: yes
-- param: minutes=10: 不合格后多少分钟内 | minutes after the failure
-- false_alarms_zh: 轻微故障当场排除（如胎压）
-- false_alarms_en: a small fault mended on the spot (as tyre pressure)
-- verify_zh: 比对两次录像中的车辆；查找作弊器具
-- verify_en: compare the vehicle in both videos; look for cheating tools
WITH w AS (SELECT s.vin, s.received_at, r.report_no, r.conclusion, r.src, LAG(r.conclusion) OVER o AS prev_conclusion,
    LAG(r.issued_at) OVER o AS prev_at, LAG(r.report_no) OVER o AS prev_report, LAG(r.src) OVER o AS prev_src
  FROM sample s JOIN report r ON r.sample_no=s.sample_no AND r.status='issued'
  WHERE s.vin IN (SELECT f.vin FROM report a JOIN sample f ON f.sample_no=a.sample_no WHERE a.conclusion=0 AND a.status='issued')
  WINDOW o AS (PARTITION BY s.vin ORDER BY s.received_at, s.src, r.src)),
x AS (SELECT * FROM w WHERE conclusion=1 AND prev_conclusion=0 AND received_at>=prev_at AND received_at-prev_at<:minutes*60)
SELECT 'report:'||report_no AS subject, report_no, 'report:'||prev_src||';report:'||src AS src, (received_at-prev_at)/60.0 AS measure,
  '车辆 '||vin||' 不合格后的分钟数 | minutes after vin '||vin||' failed' AS detail
FROM x
UNION ALL
SELECT 'report:'||prev_report, prev_report, 'report:'||prev_src||';report:'||src, (received_at-prev_at)/60.0,
  '车辆 '||vin||' 不合格后的分钟数 | minutes after vin '||vin||' failed'
FROM x
