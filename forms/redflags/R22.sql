-- SPDX-License-Identifier: Apache-2.0
-- id: R22
-- version: 1
-- title_zh: 非授权签字人签发
-- title_en: approved by a person without a valid signing authorisation
-- grade: A
-- clauses: X5
-- tables: report, authorisation
-- needs: report.report_no, report.approved_by, report.approved_at|report.issued_at, report.status, authorisation.person_id, authorisation.kind
-- when: SELECT 1 FROM authorisation WHERE kind='sign'
-- labs: all
-- pair: no
-- false_alarms_zh: 授权签字人登记未更新；换证日期
-- false_alarms_en: register of authorisations out of date; date of renewal
-- verify_zh: 核对资质认定证书附表中的授权签字人及领域、日期
-- verify_en: compare with the signatories, fields and dates in the annex of the certificate
SELECT 'report:'||r.report_no AS subject, r.report_no, 'report:'||r.src AS src, 1.0 AS measure,
  '批准人 '||COALESCE(r.approved_by,'-')||' | approved by '||COALESCE(r.approved_by,'-') AS detail
FROM report r
WHERE r.status='issued' AND COALESCE(r.approved_at,r.issued_at) IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM authorisation a WHERE a.person_id=r.approved_by AND a.kind='sign'
    AND (a.from_on IS NULL OR (COALESCE(r.approved_at,r.issued_at)-COALESCE(r.approved_at,r.issued_at)%86400)/86400>=a.from_on)
    AND (a.to_on IS NULL OR (COALESCE(r.approved_at,r.issued_at)-COALESCE(r.approved_at,r.issued_at)%86400)/86400<=a.to_on))
