-- SPDX-License-Identifier: Apache-2.0
-- id: R33
-- version: 1
-- title_zh: 检测前样品已处置
-- title_en: sample disposed of before it was tested
-- grade: A
-- clauses: X4, B1
-- tables: test_run, sample, report?
-- needs: test_run.sample_no, test_run.started_at, sample.sample_no, sample.disposed_at
-- labs: env, food
-- pair: no
-- false_alarms_zh: 部分处置；留有副样
-- false_alarms_en: partial disposal; a retained duplicate
-- verify_zh: 看处置登记、清运记录和留样；问检测用的是哪份样品
-- verify_en: see the disposal register, the removal record and retained samples; ask which sample was tested
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||t.src||';sample:'||s.src AS src,
  (t.started_at-s.disposed_at)/3600.0 AS measure, '处置后的小时数 | hours after disposal' AS detail
FROM sample s JOIN test_run t ON t.sample_no=s.sample_no LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
WHERE s.disposed_at IS NOT NULL AND t.started_at>s.disposed_at
