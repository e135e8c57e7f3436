-- SPDX-License-Identifier: Apache-2.0
-- id: R49
-- version: 1
-- title_zh: 用章早于批准或无用章记录
-- title_en: seal used before approval, or issued without a seal record
-- grade: B
-- clauses: X5
-- tables: report, seal_use
-- needs: report.report_no, report.status, seal_use.report_no
-- labs: all
-- pair: no
-- param: slack_s=60: 允许的时钟误差（秒） | tolerated difference of clocks in seconds
-- false_alarms_zh: 电子印章另有日志
-- false_alarms_en: electronic seals logged elsewhere
-- verify_zh: 看用章登记本和已盖章的空白纸；问用章审批
-- verify_en: see the seal register and any sealed blank paper; ask how the seal is released
SELECT 'report:'||r.report_no AS subject, r.report_no, 'report:'||r.src||';seal_use:'||u.src AS src, (r.approved_at-u.used_at)/3600.0 AS measure,
  '用章早于批准的小时数 | sealed hours before approval' AS detail
FROM seal_use u JOIN report r ON r.report_no=u.report_no AND r.status='issued'
WHERE u.used_at<r.approved_at-:slack_s
UNION ALL
SELECT 'report:'||r.report_no, r.report_no, 'report:'||r.src, 0, '无用章记录 | no seal record'
FROM report r
WHERE r.status='issued' AND NOT EXISTS (SELECT 1 FROM seal_use u WHERE u.report_no=r.report_no)
