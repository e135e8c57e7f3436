-- SPDX-License-Identifier: Apache-2.0
-- id: R06
-- version: 1
-- title_zh: 检测结束前已批准或签发
-- title_en: report approved or issued before its tests ended
-- grade: A
-- clauses: X5, X1
-- tables: report, test_run, report_item
-- needs: report.report_no, report.sample_no, report.status, report.approved_at|report.issued_at, test_run.sample_no, test_run.run_no, test_run.ended_at, report_item.report_no, report_item.run_no
-- labs: all
-- pair: no
-- param: slack_s=60: 允许的时钟误差（秒） | tolerated difference of clocks in seconds
-- false_alarms_zh: 签发时间只有日期（导入时按当日 23:59:59 计）；分期出具的报告
-- false_alarms_en: issue times with a date only (taken as 23:59:59); partial reports
-- verify_zh: 调取系统审批日志的时间；问签字人签发时依据什么结果
-- verify_en: read the times of the approval log; ask the signatory what results there were when signing
SELECT DISTINCT 'report:'||r.report_no AS subject, r.report_no, 'report:'||r.src||';test_run:'||t.src AS src,
  (t.ended_at-COALESCE(r.approved_at,r.issued_at))/3600.0 AS measure, '早于检测结束的小时数 | hours before the test ended' AS detail
FROM report r JOIN test_run t ON t.sample_no=r.sample_no
WHERE r.status='issued' AND t.ended_at>COALESCE(r.approved_at,r.issued_at)+:slack_s
  AND EXISTS (SELECT 1 FROM report_item i WHERE i.report_no=r.report_no AND i.run_no=t.run_no)
