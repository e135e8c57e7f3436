-- SPDX-License-Identifier: Apache-2.0
-- id: R28
-- version: 1
-- title_zh: 缺少应检项目
-- title_en: required item missing
-- grade: A
-- clauses: X3
-- tables: report, required_item, report_item
-- needs: report.report_no, report.object, report.status, required_item.object, required_item.param, report_item.report_no, report_item.param
-- labs: all
-- pair: no
-- false_alarms_zh: 委托方只委托部分项目；对象类别有误
-- false_alarms_en: the client ordered a part; a wrong class of the object
-- verify_zh: 看委托单约定的项目和适用标准；问为何未检
-- verify_en: see the items of the order and the standard that applies; ask why it was not tested
SELECT 'report:'||r.report_no AS subject, r.report_no, 'report:'||r.src AS src, 1.0 AS measure,
  '缺 '||q.param||CASE WHEN q.src>=9223372032559808512 THEN '（内置参数，未经核对）' ELSE '' END
    ||' | missing '||q.param||CASE WHEN q.src>=9223372032559808512 THEN ' (built-in, not verified)' ELSE '' END AS detail
FROM report r JOIN required_item q ON q.object=r.object
WHERE r.status='issued'
  AND NOT EXISTS (SELECT 1 FROM report_item i WHERE i.report_no=r.report_no AND i.param=q.param)
