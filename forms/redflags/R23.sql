-- SPDX-License-Identifier: Apache-2.0
-- id: R23
-- version: 1
-- title_zh: 编制审核批准未分离
-- title_en: compiled, reviewed or approved by one person
-- grade: B
-- clauses: P2.12.6
-- tables: report
-- needs: report.report_no, report.reviewed_by, report.compiled_by|report.approved_by, report.status
-- labs: all
-- pair: no
-- false_alarms_zh: 人员很少的机构；本身不属于不实或虚假的情形
-- false_alarms_en: very small agencies; by itself no item of untrue or false reports
-- verify_zh: 看报告三级签名是否本人所签；问审核时看了什么
-- verify_en: see whether the three signatures are by their own hands; ask what the reviewer looked at
SELECT 'report:'||report_no AS subject, report_no, 'report:'||src AS src, 1.0 AS measure,
  '编制/审核/批准 '||COALESCE(compiled_by,'-')||'/'||reviewed_by||'/'||COALESCE(approved_by,'-')||' | compiled/reviewed/approved '||COALESCE(compiled_by,'-')||'/'||reviewed_by||'/'||COALESCE(approved_by,'-') AS detail
FROM report
WHERE status='issued' AND (compiled_by=reviewed_by OR reviewed_by=approved_by)
