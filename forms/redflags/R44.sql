-- SPDX-License-Identifier: Apache-2.0
-- id: R44
-- version: 1
-- title_zh: 同一车辆两次检验质量差异过大
-- title_en: one vehicle weighed very differently
-- grade: A
-- clauses: X4
-- tables: sample, report, report_item
-- needs: sample.sample_no, sample.vin, sample.received_at, report.report_no, report.sample_no, report.status, report_item.report_no, report_item.param, report_item.value
-- labs: vehicle
-- pair: yes
-- param: tol=0.045: 允许的相对差 | tolerated relative difference
-- param: days=400: 两次间隔不超过（天） | most days between the two
-- false_alarms_zh: 车上留有货物；挂车；改装
-- false_alarms_en: load left in the vehicle; trailers; conversion
-- verify_zh: 比对两次的照片和轮荷记录；必要时重新称重
-- verify_en: compare photos and wheel loads of both; weigh again where needed
WITH w AS (SELECT s.vin, s.received_at, r.report_no, i.value, i.src, LAG(i.value) OVER o AS prev_value,
    LAG(s.received_at) OVER o AS prev_at, LAG(r.report_no) OVER o AS prev_report, LAG(i.src) OVER o AS prev_src
  FROM (SELECT vin FROM sample WHERE vin IS NOT NULL GROUP BY vin HAVING COUNT(*)>1) k
    JOIN sample s ON s.vin=k.vin JOIN report r ON r.sample_no=s.sample_no AND r.status='issued'
    JOIN report_item i ON i.report_no=r.report_no AND i.param IN ('轮荷合计','轴荷合计','轮重合计','整备质量')
  WINDOW o AS (PARTITION BY s.vin, i.param ORDER BY s.received_at, s.src, i.src)),
x AS (SELECT * FROM w WHERE prev_value>0 AND received_at-prev_at<=:days*86400 AND ABS(value-prev_value)>:tol*prev_value)
SELECT 'report:'||report_no AS subject, report_no, 'report_item:'||prev_src||';report_item:'||src AS src, value/prev_value AS measure,
  '车辆 '||vin||' 两次质量之比 | weights of vin '||vin||', later over earlier' AS detail
FROM x
UNION ALL
SELECT 'report:'||prev_report, prev_report, 'report_item:'||prev_src||';report_item:'||src, value/prev_value,
  '车辆 '||vin||' 两次质量之比 | weights of vin '||vin||', later over earlier'
FROM x
