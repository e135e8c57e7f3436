-- SPDX-License-Identifier: Apache-2.0
-- id: R12
-- version: 1
-- title_zh: 检测时长低于方法最短时间
-- title_en: test shorter than the minimum time of the method
-- grade: A
-- clauses: X3, X1
-- tables: test_run, method, report?
-- needs: test_run.sample_no, test_run.method_no, test_run.started_at, test_run.ended_at, method.method_no, method.min_minutes
-- labs: all
-- pair: no
-- param: factor=0.95: 低于最短时间的多少倍才提示 | share of the minimum time below which it is told
-- false_alarms_zh: 中止的检测、重新采集；最短时间参数有误
-- false_alarms_en: aborted runs, repeated acquisitions; a wrong minimum time
-- verify_zh: 当场按方法做一次并计时；核对该方法标准的时间规定
-- verify_en: watch one test by the method and time it; read the time that the standard demands
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||t.src AS src,
  (t.ended_at-t.started_at)/60.0/m.min_minutes AS measure,
  t.method_no||' 实际与最短时间之比'||CASE WHEN m.src>=9223372032559808512 THEN '（内置参数，未经核对）' ELSE '' END
    ||' | share of the minimum time of '||t.method_no||CASE WHEN m.src>=9223372032559808512 THEN ' (built-in, not verified)' ELSE '' END AS detail
FROM test_run t JOIN method m ON m.method_no=t.method_no LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
WHERE m.min_minutes IS NOT NULL AND t.ended_at-t.started_at<m.min_minutes*60*:factor AND t.sample_no NOT IN ('空白','标样','质控','校准')
