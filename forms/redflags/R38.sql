-- SPDX-License-Identifier: Apache-2.0
-- id: R38
-- version: 1
-- title_zh: 判定与限值矛盾
-- title_en: verdict contradicts the limit, or the conclusion its items
-- grade: A
-- clauses: X2
-- tables: report_item, report?
-- needs: report_item.report_no, report_item.param, report_item.value, report_item.nd, report_item.verdict, report_item.limit_hi|report_item.limit_lo
-- labs: all
-- pair: no
-- false_alarms_zh: 限值属于另一类别；采用不确定度判定规则
-- false_alarms_en: limits of another class; a decision rule with uncertainty
-- verify_zh: 看判定依据的标准和限值；问结论由谁改
-- verify_en: see the standard and limit of the verdict; ask who changed the conclusion
SELECT 'report:'||i.report_no AS subject, i.report_no, 'report_item:'||i.src AS src, i.value AS measure,
  i.param||' 超出限值而判合格 | '||i.param||' judged pass outside the limit' AS detail
FROM report_item i
WHERE i.nd=0 AND i.verdict=1 AND (i.value>i.limit_hi OR i.value<i.limit_lo)
UNION ALL
SELECT 'report:'||r.report_no, r.report_no, 'report:'||r.src||';report_item:'||i.src, i.value,
  '结论合格而 '||i.param||' 不合格 | conclusion pass, item '||i.param||' fails'
FROM report_item i JOIN report r ON r.report_no=i.report_no
WHERE i.verdict=0 AND r.conclusion=1 AND r.status='issued'
