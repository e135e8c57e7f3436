-- SPDX-License-Identifier: Apache-2.0
-- id: R41
-- version: 1
-- title_zh: 平行样过于一致
-- title_en: replicates of one tester identical far more often than those of the others
-- grade: C
-- clauses: X2
-- tables: measurement, test_run
-- needs: measurement.run_no, measurement.param, measurement.value, measurement.nd, test_run.run_no, test_run.operator
-- labs: env, food
-- pair: no
-- param: min_n=60: 至少几组平行样 | least number of sets
-- param: share=0.3: 完全相同的比例 | share that is identical
-- param: ratio=3: 与其他人员之比 | ratio to the other testers
-- false_alarms_zh: 分辨力粗；接近零的值
-- false_alarms_en: coarse resolution; values near zero
-- verify_zh: 看平行样的原始文件是否各有采集时间
-- verify_en: see whether each replicate has a raw file with its own time
WITH a AS (SELECT t.operator, m.run_no, m.param, CASE WHEN MIN(m.value)=MAX(m.value) THEN 1 ELSE 0 END AS same, MIN(t.src) AS src
  FROM measurement m JOIN test_run t ON t.run_no=m.run_no
  WHERE m.nd=0 AND t.operator IS NOT NULL GROUP BY t.operator, m.run_no, m.param HAVING COUNT(*)>1),
o AS (SELECT operator, param, COUNT(*) AS n, SUM(same) AS k, MIN(src) AS src FROM a GROUP BY operator, param),
q AS (SELECT param, SUM(n) AS n, SUM(k) AS k FROM o GROUP BY param)
SELECT 'person:'||o.operator AS subject, NULL AS report_no, 'test_run:'||o.src AS src, o.k*1.0/o.n AS measure,
  o.param||' '||o.n||' 组平行样中 '||o.k||' 组完全相同 | '||o.param||' identical in '||o.k||' of '||o.n AS detail
FROM o JOIN q ON q.param=o.param
WHERE o.n>=:min_n AND o.k>:share*o.n AND o.k*1.0/o.n>:ratio*((q.k-o.k+1)*1.0/(q.n-o.n+1))
