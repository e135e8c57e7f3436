-- SPDX-License-Identifier: Apache-2.0
-- id: R18
-- version: 1
-- title_zh: 检定校准结论不合格仍使用
-- title_en: instrument used after a failed verification
-- grade: A
-- clauses: B2
-- tables: test_run, calibration, report?
-- needs: test_run.sample_no, test_run.instrument_id, test_run.started_at, calibration.instrument_id, calibration.done_on, calibration.result
-- labs: all
-- pair: no
-- false_alarms_zh: 只有一项功能不合格。另须证明数据、结果存在错误或者无法复核
-- false_alarms_en: failed for one function only. Also to be proved: the result is wrong or cannot be checked
-- verify_zh: 看证书原件和停用、维修、再检记录
-- verify_en: see the certificate and the records of taking out of use, repair and new verification
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||t.src||';calibration:'||c.src AS src,
  1.0 AS measure, t.instrument_id||' '||c.result||' | '||t.instrument_id||' failed: '||c.result AS detail
FROM calibration c JOIN test_run t ON t.instrument_id=c.instrument_id LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
WHERE c.result LIKE '不合格%' AND (t.started_at-t.started_at%86400)/86400>=c.done_on
  AND NOT EXISTS (SELECT 1 FROM calibration d WHERE d.instrument_id=c.instrument_id AND d.done_on>c.done_on
    AND d.done_on<=(t.started_at-t.started_at%86400)/86400 AND d.result NOT LIKE '不合格%')
