-- SPDX-License-Identifier: Apache-2.0
-- id: R34
-- version: 1
-- title_zh: 数据组近似雷同（仅一值不同）
-- title_en: value sets equal but for one value
-- grade: B
-- clauses: X2
-- tables: measurement, test_run, sample, report?
-- needs: measurement.run_no, measurement.param, measurement.rep, measurement.value, measurement.decimals, measurement.nd, test_run.run_no, test_run.sample_no
-- labs: all
-- pair: yes
-- param: min_n=4: 一组至少几个值 | least number of values
-- param: extra_digits=0: 在按样品数推定的位数之外再要求几位 | digits demanded beyond those that follow from the number of samples
-- false_alarms_zh: 刻度粗；所需位数随样品数增加（生日问题）
-- false_alarms_en: coarse scales; the digits needed grow with the number of samples
-- verify_zh: 调取两份样品的原始文件比对采集时间；看留样能否复测
-- verify_en: compare the acquisition times of the raw files of both samples; test the retained samples again
WITH v AS (SELECT t.sample_no, t.src, m.param, CAST(ROUND(m.value*10000) AS BIGINT) AS iv,
    LENGTH(CAST(CAST(ROUND(m.value*CASE m.decimals WHEN 0 THEN 1 WHEN 1 THEN 10 WHEN 2 THEN 100 WHEN 3 THEN 1000 ELSE 10000 END) AS BIGINT) AS VARCHAR)) AS dg
  FROM measurement m JOIN test_run t ON t.run_no=m.run_no WHERE m.nd=0 AND m.rep=1),
f AS (SELECT sample_no, COUNT(*) AS n, SUM(dg) AS dg, SUM(iv) AS s1, SUM((iv%1000003)*(iv%1000003)) AS s2, MIN(src) AS src
  FROM v GROUP BY sample_no HAVING COUNT(*)>=:min_n),
l AS (SELECT v.sample_no, f.src, v.iv, f.n, v.param, f.s1-v.iv AS a, f.s2-(v.iv%1000003)*(v.iv%1000003) AS b
  FROM v JOIN f ON f.sample_no=v.sample_no
  WHERE f.dg-v.dg>=:extra_digits+(SELECT CASE WHEN COUNT(*)<20000 THEN 9 WHEN COUNT(*)<200000 THEN 12 ELSE 15 END FROM sample)),
g AS (SELECT n, param, a, b, MIN(sample_no) AS first FROM l
  GROUP BY n, param, a, b HAVING COUNT(DISTINCT sample_no)>1 AND COUNT(DISTINCT iv)>1)
SELECT DISTINCT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||l.src AS src, g.n AS measure,
  '与 '||g.first||' 等样品的 '||g.n||' 个值仅一个不同 | all but one of '||g.n||' values as in '||g.first AS detail
FROM g JOIN l ON l.n=g.n AND l.param=g.param AND l.a=g.a AND l.b=g.b
  LEFT JOIN report p ON p.sample_no=l.sample_no AND p.status='issued'
