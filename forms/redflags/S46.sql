-- SPDX-License-Identifier: Apache-2.0
-- id: S46
-- version: 1
-- title_zh: 各项目耗样合计大于收样量
-- title_en: tests used more sample than was received
-- grade: A
-- clauses: X1
-- tables: test_run, sample, method, report?
-- needs: test_run.sample_no, test_run.method_no, sample.sample_no, sample.qty, method.method_no, method.consume
-- labs: all
-- pair: no
-- param: factor=1.001: 超过收样量的多少倍 | times the amount received
-- false_alarms_zh: 同一份样品可重复使用；数量单位不同
-- false_alarms_en: one portion used for several tests; different units
-- verify_zh: 核对收样数量与单位、方法所需样量和留样
-- verify_en: check amount and unit at reception, the amount that each method needs and the retained sample
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'sample:'||q.src AS src, q.used/q.qty AS measure,
  q.sample_no||' 耗样与收样之比 | used over received, sample '||q.sample_no AS detail
FROM (SELECT s.sample_no, s.src, s.qty, SUM(m.consume) AS used
    FROM sample s JOIN test_run t ON t.sample_no=s.sample_no JOIN method m ON m.method_no=t.method_no
    WHERE s.qty>0 AND m.consume>0 GROUP BY s.sample_no, s.src, s.qty HAVING SUM(m.consume)>s.qty*:factor) q
  LEFT JOIN report p ON p.sample_no=q.sample_no AND p.status='issued'
