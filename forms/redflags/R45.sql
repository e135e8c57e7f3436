-- SPDX-License-Identifier: Apache-2.0
-- id: R45
-- version: 2
-- title_zh: 事后修改原始数据
-- title_en: raw value changed afterwards
-- grade: A
-- clauses: X2
-- tables: audit_log, test_run, report_item?, report?
-- needs: audit_log.tbl, audit_log.ref_no, audit_log.action, audit_log.changed_at, test_run.run_no
-- labs: all
-- pair: no
-- param: late_s=600: 检测结束后多久内仍属当场更正（秒）：无需理由；有理由的不因报告已签发而提示 | seconds after the end in which a correction is one on the spot: no reason is asked for, and one with a reason is not told because the report was issued meanwhile
-- false_alarms_zh: 签发前有理由地更正录入错误
-- false_alarms_en: corrections of typing errors with a reason before issue
-- verify_zh: 看审计追踪全文、修改人账号和依据；与仪器文件的原值比对
-- verify_en: read the whole audit trail, the account and the grounds; compare with the value in the instrument file
SELECT 'report:'||COALESCE(i.report_no,'?') AS subject, i.report_no, 'audit_log:'||a.src AS src, a.new_value-a.old_value AS measure,
  COALESCE(a.param,'-')||' '||COALESCE(CAST(a.old_value AS VARCHAR),'-')||' -> '||COALESCE(CAST(a.new_value AS VARCHAR),'-')||' '||COALESCE(a.reason,'（无理由）')||' | '||COALESCE(a.param,'-')||' '||COALESCE(CAST(a.old_value AS VARCHAR),'-')||' -> '||COALESCE(CAST(a.new_value AS VARCHAR),'-')||' '||COALESCE(a.reason,'(no reason)') AS detail
FROM audit_log a JOIN test_run t ON t.run_no=a.ref_no
  LEFT JOIN report_item i ON i.run_no=a.ref_no AND i.param=a.param LEFT JOIN report r ON r.report_no=i.report_no
WHERE a.tbl='measurement' AND a.action IN ('update','delete')
  AND ((a.old_value>i.limit_hi AND a.new_value<=i.limit_hi) OR (a.old_value<i.limit_lo AND a.new_value>=i.limit_lo)
    OR (a.changed_at>r.issued_at AND (a.reason IS NULL OR a.changed_at>t.ended_at+:late_s))
    OR (a.reason IS NULL AND a.changed_at>t.ended_at+:late_s AND EXISTS (SELECT 1 FROM audit_log b WHERE b.reason IS NOT NULL)))
