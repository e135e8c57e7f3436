-- SPDX-License-Identifier: Apache-2.0
-- id: R13
-- version: 1
-- title_zh: 仪器日检测量超能力
-- title_en: more tests on an instrument in a day than it can do
-- grade: B
-- clauses: X1
-- tables: test_run, instrument
-- needs: test_run.instrument_id, test_run.started_at, instrument.instrument_id, instrument.concurrency, instrument.capacity_day
-- labs: all
-- pair: no
-- param: factor=1.2: 超过日能力的多少倍 | times the capacity of a day
-- false_alarms_zh: 台账中的日能力为标称值；当日加班
-- false_alarms_en: the capacity of the register is nominal; overtime
-- verify_zh: 按单次用时推算当日可做数量；调取当日仪器文件计数
-- verify_en: work out from the time of one test how many are possible; count the instrument’s files of that day
SELECT 'instday:'||q.instrument_id||':'||CAST(q.d AS INT) AS subject, NULL AS report_no,
  'test_run:'||q.s0||';test_run:'||q.s1 AS src, q.n*1.0/n.capacity_day AS measure,
  q.n||' 次，日能力 '||n.capacity_day||' | '||q.n||' runs, capacity '||n.capacity_day AS detail
FROM (SELECT instrument_id, (started_at-started_at%86400)/86400 AS d, COUNT(*) AS n, MIN(src) AS s0, MAX(src) AS s1
    FROM test_run GROUP BY 1,2) q
  JOIN instrument n ON n.instrument_id=q.instrument_id
WHERE n.capacity_day>0 AND n.concurrency=1 AND q.n>n.capacity_day*:factor
