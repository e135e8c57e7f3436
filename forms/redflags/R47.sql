-- SPDX-License-Identifier: Apache-2.0
-- id: R47
-- version: 1
-- title_zh: 非营业时间检测
-- title_en: attended test outside opening hours
-- grade: C
-- clauses: X1
-- tables: test_run, instrument, agency, report?
-- needs: test_run.sample_no, test_run.instrument_id, test_run.started_at, instrument.instrument_id, instrument.attended, agency.open_min, agency.close_min
-- labs: all
-- pair: no
-- param: grace_min=60: 营业时间前后的宽限（分钟） | minutes of grace before and after
-- false_alarms_zh: 加班；夜间采样任务
-- false_alarms_en: overtime; night campaigns
-- verify_zh: 查门禁、监控和用电记录
-- verify_en: look at door, video and power records
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||t.src AS src, (t.started_at%86400)/3600.0 AS measure,
  t.instrument_id||' 开始的钟点 | hour of day on '||t.instrument_id AS detail
FROM test_run t JOIN instrument n ON n.instrument_id=t.instrument_id AND n.attended=1 CROSS JOIN agency g
  LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
WHERE (t.started_at%86400)/60.0<g.open_min-:grace_min OR (t.started_at%86400)/60.0>g.close_min+:grace_min
