-- SPDX-License-Identifier: Apache-2.0
-- id: R43
-- version: 1
-- title_zh: 不合格后短时复检大幅合格
-- title_en: passed soon after failing, with a very large drop
-- grade: B
-- clauses: X4, X2
-- tables: sample, report, report_item
-- needs: sample.sample_no, sample.vin, sample.received_at, report.report_no, report.sample_no, report.conclusion, report.status, report_item.report_no, report_item.param, report_item.value, report_item.verdict
-- labs: vehicle
-- pair: yes
-- param: minutes=45: 两次登记间隔（分钟） | minutes between the two
-- param: drop=0.15: 复检值与初检值之比 | second value as a share of the first
-- false_alarms_zh: 真正维修需更长时间；热车使下降幅度较小
-- false_alarms_en: real repairs take longer; a warm engine gives smaller drops
-- verify_zh: 比对两次检验的录像、车牌和车架号照片；查维修凭证
-- verify_en: compare video, plate and VIN photos of both tests; see papers of the repair
WITH w AS (SELECT s.sample_no, s.vin, s.received_at, LAG(s.sample_no) OVER o AS prev_sample, LAG(s.received_at) OVER o AS prev_at
  FROM sample s
  WHERE s.vin IN (SELECT f.vin FROM report a JOIN sample f ON f.sample_no=a.sample_no WHERE a.conclusion=0 AND a.status='issued')
  WINDOW o AS (PARTITION BY s.vin ORDER BY s.received_at, s.src)),
x AS (SELECT * FROM w WHERE prev_sample IS NOT NULL AND received_at-prev_at<=:minutes*60),
y AS (SELECT x.vin, a.report_no AS r1, b.report_no AS r2, a.src AS s1, b.src AS s2, MIN(j.value/i.value) AS q
  FROM x JOIN report a ON a.sample_no=x.prev_sample AND a.status='issued' AND a.conclusion=0
    JOIN report b ON b.sample_no=x.sample_no AND b.status='issued' AND b.conclusion=1
    JOIN report_item i ON i.report_no=a.report_no AND i.verdict=0 AND i.value>0
    JOIN report_item j ON j.report_no=b.report_no AND j.param=i.param
  GROUP BY 1,2,3,4,5)
SELECT 'report:'||r2 AS subject, r2 AS report_no, 'report:'||s1||';report:'||s2 AS src, q AS measure,
  '车辆 '||vin||' 此前在 '||r1||' 不合格 | vin '||vin||' failed in '||r1 AS detail
FROM y WHERE q<=:drop
UNION ALL
SELECT 'report:'||r1, r1, 'report:'||s1||';report:'||s2, q,
  '车辆 '||vin||' 随后在 '||r2||' 合格 | vin '||vin||' passed in '||r2
FROM y WHERE q<=:drop
