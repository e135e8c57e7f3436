-- id: semicolon
-- version: 1
-- title_zh: 甲
-- title_en: a
-- grade: A
-- clauses: X1
-- tables: report
-- needs: report.report_no
-- labs: all
-- pair: no
-- param: k=1: 次 | times
-- false_alarms_zh: 无
-- false_alarms_en: none
-- verify_zh: 看
-- verify_en: look
SELECT 'report:'||report_no AS subject, report_no, 'report:'||src AS src, :k AS measure, '甲' AS detail
FROM report WHERE status='issued' ; -- the end
