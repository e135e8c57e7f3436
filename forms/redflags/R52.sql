-- SPDX-License-Identifier: Apache-2.0
-- id: R52
-- version: 1
-- title_zh: 资质认定证书有效期外出具报告
-- title_en: report issued outside the validity of the certificate
-- grade: A
-- clauses: Z3
-- tables: report, agency
-- needs: report.report_no, report.issued_at, report.status, agency.cert_from_on|agency.cert_to_on
-- labs: all
-- pair: no
-- false_alarms_zh: 延续决定正在办理；换证前的旧证未登记
-- false_alarms_en: a renewal decision is pending; the earlier certificate was not exported
-- verify_zh: 查资质认定证书及历次换证、延续决定
-- verify_en: see the certificate and earlier ones and the decisions of renewal
SELECT 'report:'||r.report_no AS subject, r.report_no, 'report:'||r.src AS src, 1.0 AS measure,
  '签发日不在证书有效期内 | issued outside the validity of the certificate' AS detail
FROM report r
WHERE r.status='issued' AND r.issued_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM agency g
    WHERE (g.cert_from_on IS NULL OR (r.issued_at-r.issued_at%86400)/86400>=g.cert_from_on)
      AND (g.cert_to_on IS NULL OR (r.issued_at-r.issued_at%86400)/86400<=g.cert_to_on))
