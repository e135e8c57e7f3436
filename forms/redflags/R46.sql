-- SPDX-License-Identifier: Apache-2.0
-- id: R46
-- version: 1
-- title_zh: 报告签发后才产生原始数据
-- title_en: raw value recorded after the report was issued
-- grade: A
-- clauses: X2, X5
-- tables: measurement, test_run, report
-- needs: measurement.run_no, measurement.param, measurement.recorded_at, test_run.run_no, test_run.sample_no, test_run.ended_at, report.report_no, report.sample_no, report.issued_at, report.status
-- labs: all
-- pair: no
-- param: slack_s=300: 允许的时钟误差（秒） | tolerated difference of clocks in seconds
-- false_alarms_zh: 记录时间是上传时间
-- false_alarms_en: the time of recording is that of the upload
-- verify_zh: 看数据库的写入时间和仪器文件的采集时间
-- verify_en: read when the value was written and when the instrument acquired it
SELECT 'report:'||p.report_no AS subject, p.report_no, 'measurement:'||m.src AS src, (m.recorded_at-p.issued_at)/3600.0 AS measure,
  m.param||' 晚于签发的小时数 | '||m.param||' hours after issue' AS detail
FROM measurement m JOIN test_run t ON t.run_no=m.run_no AND m.recorded_at>t.ended_at+:slack_s
  JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
WHERE m.recorded_at>p.issued_at+:slack_s
