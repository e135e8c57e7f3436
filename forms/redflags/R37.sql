-- SPDX-License-Identifier: Apache-2.0
-- id: R37
-- version: 1
-- title_zh: 报告值与原始数据不符
-- title_en: reported value is not the mean of the raw values
-- grade: A
-- clauses: X2
-- tables: report_item, measurement
-- needs: report_item.report_no, report_item.param, report_item.run_no, report_item.value, report_item.decimals, report_item.nd, measurement.run_no, measurement.param, measurement.value
-- labs: all
-- pair: no
-- param: ulp=0.6: 末位的多少倍以内视为修约 | units of the last digit that are taken as rounding
-- false_alarms_zh: 结果经稀释、回收率或空白校正；单位换算
-- false_alarms_en: results with dilution, recovery or blank correction; another unit
-- verify_zh: 请检测人当场由原始读数算出报告值
-- verify_en: have the tester work out the reported value from the raw readings on the spot
SELECT 'report:'||i.report_no AS subject, i.report_no, 'report_item:'||i.src AS src, i.value-AVG(m.value) AS measure,
  i.param||' 报告值 '||i.value||'，原始均值 '||AVG(m.value)||' | '||i.param||' reported '||i.value||', raw mean '||AVG(m.value) AS detail
FROM report_item i JOIN measurement m ON m.run_no=i.run_no AND m.param=i.param
WHERE i.nd=0
GROUP BY i.report_no, i.param, i.src, i.value, i.decimals
HAVING ABS(i.value-AVG(m.value))>:ulp*CASE i.decimals WHEN 0 THEN 1.0 WHEN 1 THEN 0.1 WHEN 2 THEN 0.01 WHEN 3 THEN 0.001 ELSE 0.0001 END
