-- SPDX-License-Identifier: Apache-2.0
-- id: R36
-- version: 1
-- title_zh: 不同样品数据组完全雷同
-- title_en: identical sets of values for different samples
-- grade: A
-- clauses: X2
-- tables: measurement, test_run, sample, report?
-- needs: measurement.run_no, measurement.rep, measurement.value, measurement.decimals, measurement.nd, test_run.run_no, test_run.sample_no
-- labs: all
-- pair: yes
-- param: min_n=4: 一组至少几个值 | least number of values
-- param: extra_digits=0: 在按样品数推定的位数之外再要求几位 | digits demanded beyond those that follow from the number of samples
-- false_alarms_zh: 值少或刻度粗（所需位数随样品数增加）；未检出值不计
-- false_alarms_en: few or coarse values (the digits needed grow with the number of samples); non-detects are left out
-- verify_zh: 调取两份样品的原始文件比对采集时间；复测留样
-- verify_en: compare the acquisition times of the raw files of both samples; test the retained samples again
WITH q AS (SELECT run_no, COUNT(*) AS n, SUM(CAST(ROUND(value*10000) AS BIGINT)) AS s1,
    SUM((CAST(ROUND(value*10000) AS BIGINT)%1000003)*(CAST(ROUND(value*10000) AS BIGINT)%1000003)) AS s2,
    MAX(value) AS mx, MIN(value) AS mn,
    SUM(CASE WHEN rep>1 THEN 0.5 WHEN value<0.00095 THEN 1 WHEN value<0.0095 THEN decimals-2 WHEN value<0.095 THEN decimals-1
      WHEN value<0.95 THEN decimals WHEN value<9.5 THEN decimals+1 WHEN value<95 THEN decimals+2 WHEN value<950 THEN decimals+3
      ELSE decimals+4 END) AS dg
  FROM measurement WHERE nd=0 GROUP BY run_no),
f AS (SELECT t.sample_no, SUM(q.n) AS n, SUM(q.s1) AS s1, SUM(q.s2) AS s2, MAX(q.mx) AS mx, MIN(q.mn) AS mn, SUM(q.dg) AS dg,
    MIN(t.src) AS src
  FROM q JOIN test_run t ON t.run_no=q.run_no GROUP BY t.sample_no),
g AS (SELECT n, s1, s2, mx, mn, COUNT(*) AS k, MIN(sample_no) AS first FROM f
  WHERE n>=:min_n AND dg>=:extra_digits+(SELECT CASE WHEN COUNT(*)<20000 THEN 9 WHEN COUNT(*)<200000 THEN 12 ELSE 15 END FROM sample)
  GROUP BY n, s1, s2, mx, mn HAVING COUNT(*)>1)
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||f.src AS src, g.k AS measure,
  g.k||' 个样品的 '||g.n||' 个值全部相同，首个为 '||g.first||' | '||g.n||' equal values in '||g.k||' samples, first '||g.first AS detail
FROM g JOIN f ON f.n=g.n AND f.s1=g.s1 AND f.s2=g.s2 AND f.mx=g.mx AND f.mn=g.mn
  LEFT JOIN report p ON p.sample_no=f.sample_no AND p.status='issued'
