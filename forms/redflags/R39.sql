-- SPDX-License-Identifier: Apache-2.0
-- id: R39
-- version: 1
-- title_zh: 结果堆积在限值之下
-- title_en: results of one tester pile up just below the limit
-- grade: C
-- clauses: X2
-- tables: report_item, test_run
-- needs: report_item.run_no, report_item.param, report_item.value, report_item.limit_hi, report_item.nd, test_run.run_no, test_run.operator
-- labs: all
-- pair: no
-- param: band=0.05: 限值下一段的宽度（占限值） | width of the band as a share of the limit
-- param: min_b=12: 至少几个结果 | least number of results
-- param: ratio=3: 与相邻段之比 | ratio to the neighbouring bands
-- false_alarms_zh: 工艺按限值控制；数据少
-- false_alarms_en: processes tuned to the limit; few data
-- verify_zh: 抽取该人临近限值的结果，看原始读数和谱图积分
-- verify_en: take results of this person close to the limit; see raw readings and integrations
SELECT 'person:'||q.operator AS subject, NULL AS report_no, 'test_run:'||q.s0 AS src, q.b1*1.0/(q.b2+1) AS measure,
  q.param||' 限值下 '||q.b1||' 个，再下一段 '||q.b2||' 个，限值上 '||q.a1||' 个 | '||q.param||' '||q.b1||' just below, '||q.b2||' in the band before, '||q.a1||' above' AS detail
FROM (SELECT t.operator, i.param, MIN(t.src) AS s0,
    SUM(CASE WHEN i.value>i.limit_hi*(1-:band) AND i.value<=i.limit_hi THEN 1 ELSE 0 END) AS b1,
    SUM(CASE WHEN i.value>i.limit_hi*(1-2*:band) AND i.value<=i.limit_hi*(1-:band) THEN 1 ELSE 0 END) AS b2,
    SUM(CASE WHEN i.value>i.limit_hi AND i.value<=i.limit_hi*(1+2*:band) THEN 1 ELSE 0 END) AS a1
  FROM report_item i JOIN test_run t ON t.run_no=i.run_no
  WHERE t.operator IS NOT NULL AND i.limit_hi IS NOT NULL AND i.nd=0 AND i.value>i.limit_hi*(1-2*:band)
  GROUP BY t.operator, i.param) q
WHERE q.b1>=:min_b AND q.b1>:ratio*(q.b2+1) AND q.b1>:ratio*(q.a1+1)
