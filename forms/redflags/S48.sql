-- SPDX-License-Identifier: Apache-2.0
-- id: S48
-- version: 1
-- title_zh: 标准物质或试剂过期使用
-- title_en: reference material or reagent used after its expiry
-- grade: A
-- clauses: P2.11.3, B2
-- tables: material_use, material, test_run?, report?
-- needs: material_use.material_no, material_use.used_at, material.material_no, material.valid_to_on
-- labs: all
-- pair: no
-- false_alarms_zh: 有效期经确认延长；批号录入错误
-- false_alarms_en: a validity that was extended with proof; a wrong lot number
-- verify_zh: 看实物标签、证书和领用登记
-- verify_en: see the label, the certificate and the register of use
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'material_use:'||u.src||';material:'||c.src AS src,
  u.used_at/86400.0-c.valid_to_on-1 AS measure,
  c.material_no||' 过期后的天数 | days after the expiry of '||c.material_no AS detail
FROM material_use u JOIN material c ON c.material_no=u.material_no LEFT JOIN test_run t ON t.run_no=u.run_no
  LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
WHERE (u.used_at-u.used_at%86400)/86400>c.valid_to_on
