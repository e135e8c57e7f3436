-- SPDX-License-Identifier: Apache-2.0
-- id: S27
-- version: 1
-- title_zh: 检测人无该方法授权
-- title_en: tester not authorised for the method
-- grade: B
-- clauses: P2.9.2, Z2
-- tables: test_run, authorisation, report?
-- needs: test_run.sample_no, test_run.operator, test_run.method_no, test_run.started_at, authorisation.person_id, authorisation.kind, authorisation.scope
-- when: SELECT 1 FROM authorisation WHERE kind='test'
-- labs: all
-- pair: no
-- false_alarms_zh: 授权按项目或设备登记；授权表未更新
-- false_alarms_en: authorisations by item or instrument; a list out of date
-- verify_zh: 看授权书、培训和能力确认记录；请本人当场操作
-- verify_en: see the authorisation, training and assessment; have the person do the test
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||t.src AS src, 1.0 AS measure,
  t.operator||' 无 '||t.method_no||' 授权 | '||t.operator||' not authorised for '||t.method_no AS detail
FROM (SELECT o.operator, o.method_no, -10000000 AS gone_on, (SELECT MIN(COALESCE(a.from_on,-10000000)) FROM authorisation a
      WHERE a.person_id=o.operator AND a.kind='test' AND a.scope IN (o.method_no,'*')) AS next_on
    FROM (SELECT DISTINCT operator, method_no FROM test_run) o
    UNION ALL SELECT operator, method_no, CASE WHEN to_on>=from_on THEN to_on ELSE from_on-1 END,
      LEAD(from_on) OVER (PARTITION BY operator, method_no ORDER BY from_on, src)
    FROM (SELECT o.operator, o.method_no, COALESCE(a.from_on,-10000000) AS from_on, COALESCE(a.to_on,10000000) AS to_on, a.src
      FROM (SELECT DISTINCT operator, method_no FROM test_run) o
        JOIN authorisation a ON a.person_id=o.operator AND a.kind='test' AND a.scope IN (o.method_no,'*')) h) w
  CROSS JOIN test_run t
  LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
WHERE t.operator=w.operator AND t.method_no=w.method_no AND t.started_at>=(w.gone_on+1)*86400
  AND t.started_at<COALESCE(w.next_on,10000000)*86400
  AND NOT EXISTS (SELECT 1 FROM authorisation a WHERE a.person_id=t.operator AND a.kind='test' AND a.scope IN (t.method_no,'*')
    AND (a.from_on IS NULL OR (t.started_at-t.started_at%86400)/86400>=a.from_on)
    AND (a.to_on IS NULL OR (t.started_at-t.started_at%86400)/86400<=a.to_on))
