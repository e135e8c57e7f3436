-- SPDX-License-Identifier: Apache-2.0
-- id: R25
-- version: 1
-- title_zh: 单人采样
-- title_en: sampling by one person where two are required
-- grade: B
-- clauses: B1
-- tables: sample, test_run, method, report?
-- needs: sample.sample_no, sample.sampler1, sample.sampler2, test_run.sample_no, test_run.method_no, method.method_no, method.min_samplers
-- labs: env
-- pair: no
-- false_alarms_zh: 第二人只在纸质采样单上签名。另须证明数据、结果存在错误或者无法复核
-- false_alarms_en: the second person signed on paper only. Also to be proved: the result is wrong or cannot be checked
-- verify_zh: 看采样原始记录和现场照片，询问两名采样人
-- verify_en: see the sampling record and site photos; ask both samplers
SELECT DISTINCT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'sample:'||s.src AS src, 1.0 AS measure,
  '采样人仅 '||s.sampler1||CASE WHEN m.src>=9223372032559808512 THEN '（内置参数，未经核对）' ELSE '' END
    ||' | only sampler '||s.sampler1||CASE WHEN m.src>=9223372032559808512 THEN ' (built-in, not verified)' ELSE '' END AS detail
FROM sample s CROSS JOIN test_run t CROSS JOIN method m
  LEFT JOIN report p ON p.sample_no=s.sample_no AND p.status='issued'
WHERE s.sampler1 IS NOT NULL AND (s.sampler2 IS NULL OR s.sampler2=s.sampler1)
  AND t.sample_no=s.sample_no AND m.method_no=t.method_no AND m.min_samplers>=2
