-- SPDX-License-Identifier: Apache-2.0
-- id: S59
-- version: 1
-- title_zh: 录入额定功率与公告不符
-- title_en: rated power entered differs from the catalogue
-- grade: A
-- clauses: X3
-- tables: vehicle, sample?, report?
-- needs: vehicle.vin, vehicle.rated_kw, vehicle.catalogue_kw
-- labs: vehicle
-- pair: no
-- param: tol=0.1: 允许的相对差 | tolerated relative difference
-- false_alarms_zh: 公告参数取错配置；改装备案
-- false_alarms_en: a wrong variant of the catalogue; a registered conversion
-- verify_zh: 看行驶证、铭牌和公告；看检测软件中的录入日志
-- verify_en: see registration, name plate and catalogue; see the log of the entry
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'vehicle:'||v.src AS src, v.rated_kw/v.catalogue_kw AS measure,
  '车辆 '||v.vin||' 录入功率与公告之比 | entered over catalogue power, vin '||v.vin AS detail
FROM vehicle v LEFT JOIN sample s ON s.vin=v.vin LEFT JOIN report p ON p.sample_no=s.sample_no AND p.status='issued'
WHERE v.catalogue_kw>0 AND ABS(v.rated_kw-v.catalogue_kw)>:tol*v.catalogue_kw
