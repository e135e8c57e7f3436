-- SPDX-License-Identifier: Apache-2.0
-- id: R24
-- version: 1
-- title_zh: 短时间批量签发
-- title_en: burst of approvals by one person
-- grade: C
-- clauses: X5
-- tables: report
-- needs: report.report_no, report.approved_by, report.approved_at, report.status
-- labs: all
-- pair: no
-- param: n=9: 前后 20 秒内的份数 | reports within 20 seconds before and after
-- false_alarms_zh: 系统允许的电子批量签发；上午集中签发
-- false_alarms_en: electronic batch approval that the system allows; a daily hour of signing
-- verify_zh: 问签字人逐份看了什么；调取打开与批准的日志时间
-- verify_en: ask what was looked at for each report; read the times of opening and approving in the log
SELECT 'report:'||q.report_no AS subject, q.report_no, 'report:'||q.src AS src, q.c AS measure,
  q.approved_by||' 前后 20 秒内批准 '||q.c||' 份 | '||q.approved_by||' approved '||q.c||' within 20 s before and after' AS detail
FROM (SELECT r.report_no, r.src, r.approved_by, (SELECT COUNT(*) FROM report b WHERE b.approved_by=r.approved_by
      AND b.approved_at BETWEEN r.approved_at-20 AND r.approved_at+20 AND b.status='issued') AS c
  FROM report r WHERE r.status='issued' AND r.approved_at IS NOT NULL AND r.approved_by IS NOT NULL) q
WHERE q.c>=:n
