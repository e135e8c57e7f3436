-- SPDX-License-Identifier: Apache-2.0
-- id: R02
-- version: 1
-- title_zh: 报告项目无原始数据
-- title_en: reported item without a raw measurement
-- grade: A
-- clauses: X1, B4
-- tables: report_item, measurement
-- needs: report_item.report_no, report_item.param, report_item.run_no, measurement.run_no, measurement.param
-- labs: all
-- pair: no
-- false_alarms_zh: 由其他项目计算得出的项目；未标注的分包项目；原始数据只有纸质记录
-- false_alarms_en: items computed from others; subcontracted items that are not marked; raw data on paper only
-- verify_zh: 请机构当场调出该项目的原始读数；与仪器工作站中的文件核对
-- verify_en: have the raw readings of this item shown on the spot; compare with the files on the instrument’s computer
SELECT 'report:'||i.report_no AS subject, i.report_no, 'report_item:'||i.src AS src, 1.0 AS measure,
  i.param||' 无原始数据，检测记录 '||COALESCE(i.run_no,'-')||' | '||i.param||' has no raw value, run '||COALESCE(i.run_no,'-') AS detail
FROM report_item i
WHERE COALESCE(i.subcontract,0)=0
  AND NOT EXISTS (SELECT 1 FROM measurement m WHERE m.run_no=i.run_no AND m.param=i.param)
