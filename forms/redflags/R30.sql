-- SPDX-License-Identifier: Apache-2.0
-- id: R30
-- version: 1
-- title_zh: 平行样数量少于方法要求
-- title_en: fewer replicates than the method requires
-- grade: A
-- clauses: X3, B3
-- tables: test_run, method, measurement, report?
-- needs: test_run.run_no, test_run.sample_no, test_run.method_no, method.method_no, method.min_replicates, measurement.run_no, measurement.param
-- labs: all
-- pair: no
-- false_alarms_zh: 平行样只有纸质记录；筛查步骤
-- false_alarms_en: replicates on paper only; a screening step
-- verify_zh: 看原始记录中的平行样和方法规定的次数
-- verify_en: see the replicates in the raw record and the number in the method
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||q.src AS src, q.n AS measure,
  q.param||' 平行 '||q.n||' 次，应 '||q.k||CASE WHEN q.method_src>=9223372032559808512 THEN '（内置参数，未经核对）' ELSE '' END
    ||' | '||q.param||' replicates '||q.n||' of '||q.k||CASE WHEN q.method_src>=9223372032559808512 THEN ' (built-in, not verified)' ELSE '' END AS detail
FROM (SELECT t.sample_no, t.src, m.param, COUNT(*) AS n, d.min_replicates AS k, MAX(d.src) AS method_src
    FROM method d JOIN test_run t ON t.method_no=d.method_no JOIN measurement m ON m.run_no=t.run_no
    WHERE d.min_replicates>1
    GROUP BY t.run_no, t.sample_no, t.src, m.param, d.min_replicates HAVING COUNT(*)<d.min_replicates) q
  LEFT JOIN report p ON p.sample_no=q.sample_no AND p.status='issued'
