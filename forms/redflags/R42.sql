-- SPDX-License-Identifier: Apache-2.0
-- id: R42
-- version: 1
-- title_zh: 不同发动机型号使用同一CAL ID
-- title_en: one OBD CAL ID behind different engine models
-- grade: A
-- clauses: X3, X2
-- tables: test_run, sample, vehicle, report?
-- needs: test_run.sample_no, test_run.cal_id, sample.sample_no, sample.vin, vehicle.vin, vehicle.engine_model
-- labs: vehicle
-- pair: no
-- param: min_models=3: 至少几种发动机型号 | least number of engine models
-- false_alarms_zh: 同一控制器用于几种发动机；空值或默认码
-- false_alarms_en: one control unit in several engines; empty or default codes
-- verify_zh: 查找 OBD 模拟器；对在场车辆重读 OBD；比对联网平台数据
-- verify_en: look for an OBD simulator; read the OBD of vehicles there again; compare with the platform
WITH c AS (SELECT t.cal_id FROM test_run t JOIN sample s ON s.sample_no=t.sample_no JOIN vehicle v ON v.vin=s.vin
  WHERE t.cal_id IS NOT NULL GROUP BY t.cal_id HAVING COUNT(DISTINCT v.engine_model)>=:min_models)
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||t.src AS src, 1.0 AS measure,
  'CAL ID '||t.cal_id||' 用于多种发动机 | CAL ID '||t.cal_id||' in several engines' AS detail
FROM c JOIN test_run t ON t.cal_id=c.cal_id LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
