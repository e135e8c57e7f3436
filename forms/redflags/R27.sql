-- SPDX-License-Identifier: Apache-2.0
-- id: R27
-- version: 1
-- title_zh: 使用已废止方法
-- title_en: withdrawn method used
-- grade: A
-- clauses: B3
-- tables: test_run, method, report?
-- needs: test_run.sample_no, test_run.method_no, test_run.started_at, method.method_no, method.withdrawn_on
-- labs: all
-- pair: no
-- param: grace_days=0: 废止后的宽限（天） | days of grace after the withdrawal
-- false_alarms_zh: 过渡期；合同约定旧版。另须证明数据、结果存在错误或者无法复核
-- false_alarms_en: transition periods; the contract names the old version. Also to be proved: the result is wrong or cannot be checked
-- verify_zh: 查标准废止日期和过渡规定；看合同约定的方法
-- verify_en: check the date of withdrawal and the transition; see the method named in the contract
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||t.src AS src,
  t.started_at/86400.0-m.withdrawn_on AS measure, t.method_no||' 废止后的天数 | days after the withdrawal of '||t.method_no AS detail
FROM test_run t JOIN method m ON m.method_no=t.method_no LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
WHERE m.withdrawn_on IS NOT NULL AND (t.started_at-t.started_at%86400)/86400>=m.withdrawn_on+:grace_days
