-- SPDX-License-Identifier: Apache-2.0
-- id: R19
-- version: 2
-- title_zh: 同一人员同时在两台需值守设备检测
-- title_en: one person on two attended instruments at one time
-- grade: A
-- clauses: X1, X2, X5
-- tables: test_run, instrument, method, report?
-- needs: test_run.sample_no, test_run.instrument_id, test_run.method_no, test_run.started_at, test_run.ended_at, test_run.operator, instrument.instrument_id, instrument.attended, method.method_no, method.field
-- labs: all
-- pair: yes
-- param: slack_s=60: 允许的时钟误差（秒） | tolerated difference of clocks in seconds
-- param: jump=3: 序号倒置至少多少才据以区分 | least distance out of order that tells the runs apart
-- false_alarms_zh: 共用账号；一人照看相邻两条线；无需值守的设备须登记 attended=0
-- false_alarms_en: shared accounts; one person watching two neighbouring lanes; unattended instruments must have attended=0
-- verify_zh: 调取两条记录的监控和签名；问谁实际操作
-- verify_en: look at video and signatures of both runs; ask who really worked
WITH w AS (SELECT t.sample_no, t.src, t.operator, t.instrument_id, t.started_at, LAG(t.ended_at) OVER o AS prev_end,
    LAG(t.src) OVER o AS prev_src, LAG(t.sample_no) OVER o AS prev_sample, LAG(t.instrument_id) OVER o AS prev_instrument
  FROM test_run t JOIN instrument n ON n.instrument_id=t.instrument_id AND n.attended=1
    JOIN method m ON m.method_no=t.method_no AND COALESCE(m.field,0)=0
  WINDOW o AS (PARTITION BY t.operator ORDER BY t.started_at, t.ended_at, t.src)),
-- The instrument counts its runs itself.  Of two runs that cannot both be true the one is named whose number does not
-- stand between those of its neighbours in time while theirs agree: its time was written, not measured.  Where the
-- numbers do not decide, or are lacking, both are named: one of these two.
n AS (SELECT src, seq_no, LAG(seq_no) OVER o AS prev, LEAD(seq_no) OVER o AS next FROM test_run
  WHERE instrument_id IN (SELECT instrument_id FROM instrument WHERE concurrency=1)
  WINDOW o AS (PARTITION BY instrument_id ORDER BY started_at, ended_at, src)),
stray AS (SELECT src FROM n WHERE next>prev AND (seq_no-next>:jump OR prev-seq_no>:jump)),
x AS (SELECT *, (prev_end-started_at)/60.0 AS minutes, src IN (SELECT src FROM stray) AS odd,
    prev_src IN (SELECT src FROM stray) AS prev_odd FROM w
  WHERE operator IS NOT NULL AND prev_end>started_at+:slack_s AND prev_instrument<>instrument_id AND prev_sample<>sample_no),
-- Where one run contradicts the one before and the one after, and each of these contradicts only it, one false
-- record explains both: it is named.
v AS (SELECT src, COUNT(*) AS n FROM (SELECT src FROM x UNION ALL SELECT prev_src FROM x) GROUP BY src),
y AS (SELECT x.*, a.n AS n, b.n AS prev_n FROM x JOIN v a ON a.src=x.src JOIN v b ON b.src=x.prev_src),
z AS (SELECT sample_no, src, prev_src, minutes, operator, prev_instrument, instrument_id, odd>prev_odd AS by_number,
    odd=prev_odd AND n>prev_n AS by_count FROM y WHERE odd>prev_odd OR (odd=prev_odd AND n>=prev_n)
  UNION ALL SELECT prev_sample, src, prev_src, minutes, operator, prev_instrument, instrument_id, prev_odd>odd,
    odd=prev_odd AND prev_n>n FROM y WHERE prev_odd>odd OR (odd=prev_odd AND prev_n>=n))
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||z.prev_src||';test_run:'||z.src AS src,
  z.minutes AS measure, z.operator||' 同时在 '||z.prev_instrument||' 和 '||z.instrument_id
    ||CASE WHEN z.by_number THEN '；本份的运行序号与时间倒置' WHEN z.by_count THEN '；本份与前后两条都矛盾' ELSE '' END
    ||' | '||z.operator||' on '||z.prev_instrument||' and '||z.instrument_id
    ||CASE WHEN z.by_number THEN '; this one''s run number is out of order' WHEN z.by_count THEN '; this one contradicts the run before and the one after' ELSE '' END AS detail
FROM z LEFT JOIN report p ON p.sample_no=z.sample_no AND p.status='issued'
