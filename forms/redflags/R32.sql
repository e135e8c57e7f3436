-- SPDX-License-Identifier: Apache-2.0
-- id: R32
-- version: 1
-- title_zh: 超过样品保存时限
-- title_en: holding time exceeded
-- grade: A
-- clauses: B1
-- tables: test_run, sample, method, report?
-- needs: test_run.sample_no, test_run.method_no, test_run.started_at, sample.sample_no, sample.collected_at, method.method_no, method.hold_minutes
-- labs: env, food
-- pair: no
-- param: slack_s=900: 允许的时钟误差（秒） | tolerated difference of clocks in seconds
-- false_alarms_zh: 加固定剂后时限更长。另须证明数据、结果存在错误或者无法复核
-- false_alarms_en: preserved samples with a longer limit. Also to be proved: the result is wrong or cannot be checked
-- verify_zh: 看采样和保存记录（固定剂、温度）、方法规定的时限
-- verify_en: see the records of sampling and preservation and the limit in the method
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||t.src||';sample:'||s.src AS src,
  (t.started_at-s.collected_at)/60.0/m.hold_minutes AS measure,
  t.method_no||' 时限的倍数'||CASE WHEN m.src>=9223372032559808512 THEN '（内置参数，未经核对）' ELSE '' END
    ||' | times the limit of '||t.method_no||CASE WHEN m.src>=9223372032559808512 THEN ' (built-in, not verified)' ELSE '' END AS detail
FROM method m JOIN test_run t ON t.method_no=m.method_no JOIN sample s ON s.sample_no=t.sample_no
  LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
WHERE m.hold_minutes IS NOT NULL AND t.started_at-s.collected_at>m.hold_minutes*60+:slack_s
