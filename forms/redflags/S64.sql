-- SPDX-License-Identifier: Apache-2.0
-- id: S64
-- version: 1
-- title_zh: 一人一日检测样品过多
-- title_en: too many samples by one person in a day
-- grade: B
-- clauses: X1
-- tables: test_run
-- needs: test_run.sample_no, test_run.operator, test_run.started_at
-- labs: all
-- pair: no
-- param: n=160: 一人一日样品数 | samples of a person and day
-- false_alarms_zh: 共用账号；批量检测（如培养、烘干）；按领域调整数目，机动车可取 60
-- false_alarms_en: shared accounts; tests in batches (as in incubators); adapt the number to the field, to 60 for vehicles
-- verify_zh: 按单份用时推算；看考勤和监控
-- verify_en: work out from the time of one; see attendance and video
SELECT 'personday:'||q.operator||':'||CAST(q.d AS INT) AS subject, NULL AS report_no, 'test_run:'||q.s0||';test_run:'||q.s1 AS src, q.n AS measure,
  q.operator||' 一日 '||q.n||' 个样品 | '||q.operator||' '||q.n||' samples in a day' AS detail
FROM (SELECT operator, (started_at-started_at%86400)/86400 AS d, COUNT(DISTINCT sample_no) AS n, MIN(src) AS s0, MAX(src) AS s1
  FROM test_run WHERE operator IS NOT NULL AND started_at IS NOT NULL GROUP BY 1,2) q
WHERE q.n>:n
