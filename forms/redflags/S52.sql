-- SPDX-License-Identifier: Apache-2.0
-- id: S52
-- version: 1
-- title_zh: 委托方停产期间采样
-- title_en: sampling while the client’s plant stood still
-- grade: A
-- clauses: X1, X2
-- tables: sample, client_stop, report?
-- needs: sample.sample_no, sample.client, sample.collected_at, client_stop.client, client_stop.from_at, client_stop.to_at
-- labs: all
-- pair: no
-- false_alarms_zh: 只停部分生产线；采的是贮存物
-- false_alarms_en: only a part stood still; what was stored was sampled
-- verify_zh: 查委托方用电、排污在线监测和生产记录
-- verify_en: look at the client’s power use, on-line monitoring and production records
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'sample:'||s.src||';client_stop:'||c.src AS src,
  (s.collected_at-c.from_at)/3600.0 AS measure,
  s.client||' 停产开始后的小时数 | hours after '||s.client||' stopped' AS detail
FROM client_stop c JOIN sample s ON s.client=c.client
    AND s.collected_at<c.to_at AND COALESCE(s.collected_end_at,s.collected_at)>c.from_at
  LEFT JOIN report p ON p.sample_no=s.sample_no AND p.status='issued'
