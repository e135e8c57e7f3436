-- SPDX-License-Identifier: Apache-2.0
-- id: R11
-- version: 2
-- title_zh: 单通道仪器时间重叠
-- title_en: two tests at one time on a single-channel instrument
-- grade: A
-- clauses: X1, X2
-- tables: test_run, instrument, report?
-- needs: test_run.sample_no, test_run.instrument_id, test_run.started_at, test_run.ended_at, instrument.instrument_id, instrument.concurrency
-- labs: all
-- pair: yes
-- param: slack_s=60: 允许的时钟误差（秒） | tolerated difference of clocks in seconds
-- param: jump=3: 序号倒置至少多少才据以区分 | least distance out of order that tells the runs apart
-- false_alarms_zh: 起止时间手工录入且取整到分；几台仪器同一编号；批量设备未登记并行数
-- false_alarms_en: times typed by hand and rounded to minutes; several instruments under one number; batch instruments without their concurrency
-- verify_zh: 调取两条记录的仪器工作站文件，比对采集时间；看设备是否确为单通道
-- verify_en: fetch the instrument files of both runs and compare the acquisition times; see whether the instrument has one channel
WITH w AS (SELECT t.sample_no, t.src, t.instrument_id, t.started_at, LAG(t.ended_at) OVER o AS prev_end,
    LAG(t.src) OVER o AS prev_src, LAG(t.sample_no) OVER o AS prev_sample
  FROM test_run t JOIN instrument n ON n.instrument_id=t.instrument_id AND n.concurrency=1
  WHERE t.sample_no NOT IN ('空白','标样','质控','校准')
  WINDOW o AS (PARTITION BY t.instrument_id ORDER BY t.started_at, t.ended_at, t.src)),
-- The instrument counts its runs itself.  Of two runs that cannot both be true the one is named whose number does not
-- stand between those of its neighbours in time while theirs agree: its time was written, not measured.  Where the
-- numbers do not decide, or are lacking, both are named: one of these two.
n AS (SELECT src, seq_no, LAG(seq_no) OVER o AS prev, LEAD(seq_no) OVER o AS next FROM test_run
  WHERE instrument_id IN (SELECT instrument_id FROM instrument WHERE concurrency=1)
  WINDOW o AS (PARTITION BY instrument_id ORDER BY started_at, ended_at, src)),
stray AS (SELECT src FROM n WHERE next>prev AND (seq_no-next>:jump OR prev-seq_no>:jump)),
x AS (SELECT *, (prev_end-started_at)/60.0 AS minutes, src IN (SELECT src FROM stray) AS odd,
    prev_src IN (SELECT src FROM stray) AS prev_odd FROM w
  WHERE prev_end>started_at+:slack_s AND prev_sample<>sample_no),
y AS (SELECT sample_no, src, prev_src, minutes, instrument_id, odd AND NOT prev_odd AS decided FROM x WHERE odd OR NOT prev_odd
  UNION ALL SELECT prev_sample, src, prev_src, minutes, instrument_id, prev_odd AND NOT odd FROM x WHERE prev_odd OR NOT odd)
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||y.prev_src||';test_run:'||y.src AS src,
  y.minutes AS measure, y.instrument_id||' 重叠分钟数'||CASE WHEN y.decided THEN '；本份的运行序号与时间倒置' ELSE '' END
    ||' | minutes of overlap on '||y.instrument_id||CASE WHEN y.decided THEN '; this one''s run number is out of order' ELSE '' END AS detail
FROM y LEFT JOIN report p ON p.sample_no=y.sample_no AND p.status='issued'
