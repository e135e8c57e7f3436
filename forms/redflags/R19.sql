-- SPDX-License-Identifier: Apache-2.0
-- id: R19
-- version: 1
-- title_zh: 同一人员同时在两台需值守设备检测
-- title_en: one person on two attended instruments at one time
-- grade: A
-- clauses: X1, X2, X5
-- tables: test_run, instrument, method, report?
-- needs: test_run.sample_no, test_run.instrument_id, test_run.method_no, test_run.started_at, test_run.ended_at, test_run.operator, instrument.instrument_id, instrument.attended, method.method_no, method.field
-- labs: all
-- pair: yes
-- param: slack_s=60: 允许的时钟误差（秒） | tolerated difference of clocks in seconds
-- false_alarms_zh: 共用账号；一人照看相邻两条线；无需值守的设备须登记 attended=0
-- false_alarms_en: shared accounts; one person watching two neighbouring lanes; unattended instruments must have attended=0
-- verify_zh: 调取两条记录的监控和签名；问谁实际操作
-- verify_en: look at video and signatures of both runs; ask who really worked
WITH w AS (SELECT t.sample_no, t.src, t.operator, t.instrument_id, t.started_at, LAG(t.ended_at) OVER o AS prev_end,
    LAG(t.src) OVER o AS prev_src, LAG(t.sample_no) OVER o AS prev_sample, LAG(t.instrument_id) OVER o AS prev_instrument
  FROM test_run t JOIN instrument n ON n.instrument_id=t.instrument_id AND n.attended=1
    JOIN method m ON m.method_no=t.method_no AND COALESCE(m.field,0)=0
  WINDOW o AS (PARTITION BY t.operator ORDER BY t.started_at, t.ended_at, t.src)),
x AS (SELECT *, (prev_end-started_at)/60.0 AS minutes FROM w
  WHERE operator IS NOT NULL AND prev_end>started_at+:slack_s AND prev_instrument<>instrument_id AND prev_sample<>sample_no)
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||x.prev_src||';test_run:'||x.src AS src,
  x.minutes AS measure, x.operator||' 同时在 '||x.prev_instrument||' 和 '||x.instrument_id||' | '||x.operator||' on '||x.prev_instrument||' and '||x.instrument_id AS detail
FROM x LEFT JOIN report p ON p.sample_no=x.sample_no AND p.status='issued'
UNION ALL
SELECT 'report:'||COALESCE(p.report_no,'?'), p.report_no, 'test_run:'||x.prev_src||';test_run:'||x.src,
  x.minutes, x.operator||' 同时在 '||x.prev_instrument||' 和 '||x.instrument_id||' | '||x.operator||' on '||x.prev_instrument||' and '||x.instrument_id
FROM x LEFT JOIN report p ON p.sample_no=x.prev_sample AND p.status='issued'
