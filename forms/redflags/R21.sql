-- SPDX-License-Identifier: Apache-2.0
-- id: R21
-- version: 1
-- title_zh: 离职或休假人员参与检测或签发
-- title_en: tester or signatory had left or was on leave
-- grade: A
-- clauses: X2, X5
-- tables: test_run, report, person?, absence?
-- needs: test_run.operator, test_run.started_at, report.approved_by, report.approved_at, report.status, person.person_id|absence.person_id
-- labs: all
-- pair: no
-- false_alarms_zh: 出差中电子签发；提前销假；人员编号有误
-- false_alarms_en: electronic approval while travelling; leave cut short; wrong person code
-- verify_zh: 查考勤、社保、离职手续和账号登录记录；询问本人
-- verify_en: see attendance, social insurance, leaving papers and log-in records; ask the person
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||t.src AS src, 1.0 AS measure,
  '检测人 '||t.operator||' | tester '||t.operator AS detail
FROM (SELECT t.src, t.sample_no, t.operator, t.started_at FROM absence a CROSS JOIN test_run t
      WHERE t.operator=a.person_id AND t.started_at BETWEEN a.from_at AND a.to_at
    UNION SELECT t.src, t.sample_no, t.operator, t.started_at FROM person e CROSS JOIN test_run t
      WHERE t.operator=e.person_id AND t.started_at<e.hired_on*86400
    UNION SELECT t.src, t.sample_no, t.operator, t.started_at FROM person e CROSS JOIN test_run t
      WHERE t.operator=e.person_id AND t.started_at>e.left_on*86400) t
  LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
WHERE EXISTS (SELECT 1 FROM absence a WHERE a.person_id=t.operator AND t.started_at BETWEEN a.from_at AND a.to_at)
  OR (t.started_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM person e WHERE e.person_id=t.operator
      AND (e.hired_on IS NULL OR (t.started_at-t.started_at%86400)/86400>=e.hired_on)
      AND (e.left_on IS NULL OR (t.started_at-t.started_at%86400)/86400<=e.left_on))
    AND EXISTS (SELECT 1 FROM person e WHERE e.person_id=t.operator))
UNION ALL
SELECT 'report:'||r.report_no, r.report_no, 'report:'||r.src, 1.0,
  '签发人 '||r.approved_by||' | signatory '||r.approved_by
FROM (SELECT r.src, r.report_no, r.approved_by, r.approved_at FROM absence a CROSS JOIN report r
      WHERE r.approved_by=a.person_id AND r.approved_at BETWEEN a.from_at AND a.to_at AND r.status='issued'
    UNION SELECT r.src, r.report_no, r.approved_by, r.approved_at FROM person e CROSS JOIN report r
      WHERE r.approved_by=e.person_id AND r.approved_at<e.hired_on*86400 AND r.status='issued'
    UNION SELECT r.src, r.report_no, r.approved_by, r.approved_at FROM person e CROSS JOIN report r
      WHERE r.approved_by=e.person_id AND r.approved_at>e.left_on*86400 AND r.status='issued') r
WHERE (EXISTS (SELECT 1 FROM absence a WHERE a.person_id=r.approved_by AND r.approved_at BETWEEN a.from_at AND a.to_at)
  OR (r.approved_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM person e WHERE e.person_id=r.approved_by
      AND (e.hired_on IS NULL OR (r.approved_at-r.approved_at%86400)/86400>=e.hired_on)
      AND (e.left_on IS NULL OR (r.approved_at-r.approved_at%86400)/86400<=e.left_on))
    AND EXISTS (SELECT 1 FROM person e WHERE e.person_id=r.approved_by)))
