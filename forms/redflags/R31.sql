-- SPDX-License-Identifier: Apache-2.0
-- id: R31
-- version: 1
-- title_zh: 检测记录对应样品未登记
-- title_en: test run for a sample that is not registered
-- grade: B
-- clauses: B4, X4
-- tables: test_run, sample, report?
-- needs: test_run.run_no, test_run.sample_no, sample.sample_no
-- labs: all
-- pair: no
-- false_alarms_zh: 空白、标样、质控、校准（以此为样品号的不计）
-- false_alarms_en: blanks, standards, quality control, calibration (left out where they stand as the sample number)
-- verify_zh: 查该样品的来源和结果去向；是否有未出具的报告
-- verify_en: find where the sample came from and where its result went; is there a report that was not issued
SELECT 'sample:'||t.sample_no AS subject, p.report_no, 'test_run:'||t.src AS src, 1.0 AS measure,
  '检测记录 '||t.run_no||' | run '||t.run_no AS detail
FROM test_run t LEFT JOIN sample s ON s.sample_no=t.sample_no LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
WHERE s.src IS NULL AND COALESCE(s.sample_no,t.sample_no) NOT IN ('空白','标样','质控','校准')
