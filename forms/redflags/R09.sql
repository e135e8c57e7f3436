-- SPDX-License-Identifier: Apache-2.0
-- id: R09
-- version: 1
-- title_zh: 有报告无收费记录
-- title_en: report without a fee record
-- grade: B
-- clauses: X1, X4
-- tables: report, sample, fee
-- needs: report.report_no, report.sample_no, report.status, sample.sample_no, sample.received_at, fee.sample_no
-- labs: vehicle
-- pair: no
-- param: retest_days=20: 免费复检期限（天） | days within which a re-test is free
-- false_alarms_zh: 免费复检（retest_days 内同一车辆已缴费）；免费车辆；按月结算的单位
-- false_alarms_en: free re-tests (paid for the same VIN within retest_days); exempt vehicles; customers invoiced monthly
-- verify_zh: 查当日收费明细、发票和进出场录像，确认车辆是否到场
-- verify_en: look at the day’s fee list, invoices and gate video: was the vehicle there
SELECT 'report:'||r.report_no AS subject, r.report_no, 'report:'||r.src AS src, 1.0 AS measure,
  '样品 '||r.sample_no||' 无收费记录 | no fee for sample '||r.sample_no AS detail
FROM report r JOIN sample s ON s.sample_no=r.sample_no
WHERE r.status='issued' AND NOT EXISTS (SELECT 1 FROM fee f WHERE f.sample_no=r.sample_no)
  AND NOT EXISTS (SELECT 1 FROM sample s2 JOIN fee f2 ON f2.sample_no=s2.sample_no
    WHERE s.vin IS NOT NULL AND s2.vin=s.vin
      AND s2.received_at BETWEEN s.received_at-:retest_days*86400 AND s.received_at+3600)
