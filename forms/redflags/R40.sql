-- SPDX-License-Identifier: Apache-2.0
-- id: R40
-- version: 1
-- title_zh: 末位数字分布异常
-- title_en: last digits of one tester are not like those of the others
-- grade: C
-- clauses: X2
-- tables: measurement, test_run
-- needs: measurement.run_no, measurement.param, measurement.value, measurement.decimals, measurement.nd, test_run.run_no, test_run.operator
-- labs: all
-- pair: no
-- param: min_n=300: 至少几个值 | least number of values
-- param: chi2=80: 卡方值下限 | least chi-square
-- param: ratio=4: 与全部人员之比 | ratio to all testers
-- false_alarms_zh: 仪器步进粗；软件修约
-- false_alarms_en: instruments with a coarse step; rounding by the software
-- verify_zh: 看该人的原始读数是抄录还是导出；与仪器文件逐个比对
-- verify_en: see whether the readings were copied by hand; compare with the instrument files one by one
WITH d AS (SELECT t.operator, m.param, CAST(ROUND(m.value*CASE m.decimals WHEN 0 THEN 1 WHEN 1 THEN 10 WHEN 2 THEN 100 WHEN 3 THEN 1000 ELSE 10000 END) AS BIGINT)%10 AS g,
    COUNT(*) AS c, MIN(t.src) AS src
  FROM measurement m JOIN test_run t ON t.run_no=m.run_no
  WHERE m.nd=0 AND m.value>0 AND t.operator IS NOT NULL GROUP BY 1,2,3),
n AS (SELECT operator, param, SUM(c) AS n, SUM(c*c)*10.0/SUM(c)-SUM(c) AS x2, MIN(src) AS src FROM d GROUP BY operator, param),
pool AS (SELECT param, SUM(tc) AS n, SUM(tc*tc)*10.0/SUM(tc)-SUM(tc) AS x2
  FROM (SELECT param, g, SUM(c) AS tc FROM d GROUP BY param, g) z GROUP BY param)
SELECT 'person:'||n.operator AS subject, NULL AS report_no, 'test_run:'||n.src AS src, n.x2 AS measure,
  n.param||' '||n.n||' 个值的卡方值（自由度 9）'||CAST(n.x2 AS INT)||' | '||n.param||' chi2(9) '||CAST(n.x2 AS INT)||' over '||n.n||' values' AS detail
FROM n JOIN pool ON pool.param=n.param
WHERE n.n>=:min_n AND n.x2>:chi2 AND n.x2/n.n>:ratio*(pool.x2/pool.n)
