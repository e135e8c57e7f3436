-- SPDX-License-Identifier: Apache-2.0
-- id: R26
-- version: 1
-- title_zh: 超出资质认定能力范围
-- title_en: item, object and method not in the approved scope
-- grade: B
-- clauses: Z1, B3
-- tables: report_item, report, capability
-- needs: report_item.report_no, report_item.param, report_item.method_no, report.report_no, report.object, report.status, capability.object, capability.param, capability.method_no
-- labs: all
-- pair: no
-- false_alarms_zh: 对象和参数的别名；能力表手工录入；标准年号
-- false_alarms_en: synonyms of objects and items; a scope table typed by hand; the year of a standard
-- verify_zh: 逐项核对资质认定证书附表（含扩项、标准变更批件）
-- verify_en: compare item by item with the annex of the certificate, with extensions and changes of standards
SELECT 'report:'||i.report_no AS subject, i.report_no, 'report_item:'||i.src AS src, 1.0 AS measure,
  r.object||' / '||i.param||' / '||i.method_no||' 不在能力表 | '||r.object||' / '||i.param||' / '||i.method_no||' not in the scope' AS detail
FROM report_item i JOIN report r ON r.report_no=i.report_no AND r.status='issued'
WHERE COALESCE(i.subcontract,0)=0 AND i.method_no IS NOT NULL AND r.object IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM capability c WHERE c.object=r.object AND c.param=i.param AND c.method_no=i.method_no)
