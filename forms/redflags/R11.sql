-- SPDX-License-Identifier: Apache-2.0
-- id: R11
-- version: 1
-- title_zh: 单通道仪器时间重叠
-- title_en: two tests at one time on a single-channel instrument
-- grade: A
-- clauses: X1, X2
-- tables: test_run, instrument, report?
-- needs: test_run.sample_no, test_run.instrument_id, test_run.started_at, test_run.ended_at, instrument.instrument_id, instrument.concurrency
-- labs: all
-- pair: yes
-- param: slack_s=60: 允许的时钟误差（秒） | tolerated difference of clocks in seconds
-- false_alarms_zh: 起止时间手工录入且取整到分；几台仪器同一编号；批量设备未登记并行数
-- false_alarms_en: times typed by hand and rounded to minutes; several instruments under one number; batch instruments without their concurrency
-- verify_zh: 调取两条记录的仪器工作站文件，比对采集时间；看设备是否确为单通道
-- verify_en: fetch the instrument files of both runs and compare the acquisition times; see whether the instrument has one channel
WITH w AS (SELECT t.sample_no, t.src, t.instrument_id, t.started_at, LAG(t.ended_at) OVER o AS prev_end,
    LAG(t.src) OVER o AS prev_src, LAG(t.sample_no) OVER o AS prev_sample
  FROM test_run t JOIN instrument n ON n.instrument_id=t.instrument_id AND n.concurrency=1
  WINDOW o AS (PARTITION BY t.instrument_id ORDER BY t.started_at, t.ended_at, t.src)),
x AS (SELECT *, (prev_end-started_at)/60.0 AS minutes FROM w
  WHERE prev_end>started_at+:slack_s AND prev_sample<>sample_no)
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||x.prev_src||';test_run:'||x.src AS src,
  x.minutes AS measure, x.instrument_id||' 重叠分钟数 | minutes of overlap on '||x.instrument_id AS detail
FROM x LEFT JOIN report p ON p.sample_no=x.sample_no AND p.status='issued'
UNION ALL
SELECT 'report:'||COALESCE(p.report_no,'?'), p.report_no, 'test_run:'||x.prev_src||';test_run:'||x.src,
  x.minutes, x.instrument_id||' 重叠分钟数 | minutes of overlap on '||x.instrument_id
FROM x LEFT JOIN report p ON p.sample_no=x.prev_sample AND p.status='issued'
