-- SPDX-License-Identifier: Apache-2.0
-- id: R51
-- version: 1
-- title_zh: 检测时长完全相同
-- title_en: many runs of a day with exactly the same length
-- grade: C
-- clauses: X2
-- tables: test_run, instrument
-- needs: test_run.instrument_id, test_run.started_at, test_run.ended_at, instrument.instrument_id, instrument.attended, instrument.concurrency
-- labs: all
-- pair: no
-- param: n=12: 同日同时长的次数 | runs of one length on a day
-- false_alarms_zh: 固定周期的仪器（attended=0 的不计）
-- false_alarms_en: instruments with a fixed cycle (attended=0 is left out)
-- verify_zh: 看起止时间是手工录入还是自动采集
-- verify_en: see whether the times were typed or acquired
SELECT 'instrument:'||q.instrument_id AS subject, NULL AS report_no, 'test_run:'||q.s0||';test_run:'||q.s1 AS src, q.c AS measure,
  '同日 '||q.c||' 次检测均为 '||q.dur||' 秒 | '||q.c||' runs of '||q.dur||' s on one day' AS detail
FROM (SELECT t.instrument_id, (t.started_at-t.started_at%86400)/86400 AS d, t.ended_at-t.started_at AS dur, COUNT(*) AS c,
    MIN(t.src) AS s0, MAX(t.src) AS s1
  FROM test_run t WHERE t.ended_at IS NOT NULL GROUP BY 1,2,3 HAVING COUNT(*)>=:n) q
  JOIN instrument n ON n.instrument_id=q.instrument_id AND n.attended=1 AND n.concurrency=1
