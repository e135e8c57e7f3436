-- SPDX-License-Identifier: Apache-2.0
-- id: S51
-- version: 1
-- title_zh: 停业或停电期间检测
-- title_en: test begun while the agency was shut or without power
-- grade: A
-- clauses: X1
-- tables: test_run, closure, report?
-- needs: test_run.sample_no, test_run.started_at, closure.from_at, closure.to_at
-- labs: all
-- pair: no
-- param: slack_s=300: 允许的时钟误差（秒） | tolerated difference of clocks in seconds
-- false_alarms_zh: 有备用电源；只停部分场所；通知后未实际停电
-- false_alarms_en: own power supply; only a part was shut; an announced cut that did not happen
-- verify_zh: 查供电部门记录、门禁和监控
-- verify_en: ask the power company; look at door and video records
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||t.src||';closure:'||c.src AS src,
  (t.started_at-c.from_at)/3600.0 AS measure,
  COALESCE(c.kind,'停业')||' 开始后的小时数 | hours after the beginning: '||COALESCE(c.kind,'closure') AS detail
FROM closure c JOIN test_run t ON t.started_at>=c.from_at+:slack_s AND t.started_at<c.to_at-:slack_s
  LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
