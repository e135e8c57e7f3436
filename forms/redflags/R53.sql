-- SPDX-License-Identifier: Apache-2.0
-- id: R53
-- version: 1
-- title_zh: 仪器种类与方法不匹配
-- title_en: instrument kind does not fit the method it is used for
-- grade: A
-- clauses: X2
-- tables: test_run, instrument, report?
-- needs: test_run.sample_no, test_run.method_no, test_run.instrument_id, instrument.instrument_id, instrument.kind
-- labs: all
-- pair: no
-- param: min_share=0.005: 低于此比例视为不匹配 | share below which a kind does not fit
-- param: min_n=200: 该方法至少几次检测 | least number of runs of the method
-- false_alarms_zh: 方法允许另一种仪器
-- false_alarms_en: a second kind of instrument that the method allows
-- verify_zh: 看方法规定的仪器；问该次实际用哪台
-- verify_en: see which instruments the method names; ask which one was really used
WITH g AS (SELECT q.method_no, q.instrument_id, (SELECT COUNT(*) FROM test_run t WHERE t.instrument_id=q.instrument_id AND t.method_no=q.method_no) AS c
  FROM (SELECT DISTINCT method_no, instrument_id FROM test_run) q),
k AS (SELECT g.method_no, n.kind, SUM(g.c) AS c FROM g JOIN instrument n ON n.instrument_id=g.instrument_id GROUP BY g.method_no, n.kind),
s AS (SELECT method_no, SUM(c) AS c FROM k GROUP BY method_no),
z AS (SELECT k.method_no, k.kind FROM k JOIN s ON s.method_no=k.method_no WHERE s.c>=:min_n AND k.c<:min_share*s.c)
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||t.src AS src, 1.0 AS measure,
  t.method_no||' 用 '||n.kind||' | '||t.method_no||' on '||n.kind AS detail
FROM z JOIN instrument n ON n.kind=z.kind JOIN test_run t ON t.instrument_id=n.instrument_id AND t.method_no=z.method_no
  LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
