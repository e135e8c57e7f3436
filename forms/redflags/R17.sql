-- SPDX-License-Identifier: Apache-2.0
-- id: R17
-- version: 1
-- title_zh: 原始数据位数超过仪器分辨力
-- title_en: raw value with more decimals than the instrument shows
-- grade: B
-- clauses: X2
-- tables: measurement, test_run, instrument, report?
-- needs: measurement.run_no, measurement.decimals, test_run.run_no, test_run.sample_no, test_run.instrument_id, instrument.instrument_id, instrument.decimals
-- labs: all
-- pair: no
-- false_alarms_zh: 导出的是计算值；仪器内部取平均
-- false_alarms_en: exports of computed values; averaging in the instrument
-- verify_zh: 当场看仪器显示几位小数；问原始数据如何进入系统
-- verify_en: see how many decimals the instrument shows; ask how the raw value came into the system
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'measurement:'||m.src AS src, m.decimals AS measure,
  m.param||' 有 '||m.decimals||' 位小数，'||n.instrument_id||' 可显示 '||n.decimals||' 位 | '||m.param||' has '||m.decimals||' decimals, '||n.instrument_id||' shows '||n.decimals AS detail
FROM measurement m JOIN test_run t ON t.run_no=m.run_no JOIN instrument n ON n.instrument_id=t.instrument_id
  LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
WHERE m.decimals>n.decimals
