-- SPDX-License-Identifier: Apache-2.0
-- id: S58
-- version: 1
-- title_zh: 不同车型使用同一CAL ID和CVN
-- title_en: one CAL ID and CVN behind different vehicle models
-- grade: A
-- clauses: X2, X3
-- tables: test_run, sample, vehicle, report?
-- needs: test_run.sample_no, test_run.cal_id, test_run.cvn, sample.sample_no, sample.vin, vehicle.vin, vehicle.model
-- labs: vehicle
-- pair: no
-- param: min_models=2: 至少几种车型 | least number of models
-- false_alarms_zh: 同一发动机用于几种车型（发动机型号相同的不计）
-- false_alarms_en: one engine in several models (left out where the engine model is the same)
-- verify_zh: 查找 OBD 模拟器；对在场车辆重读 OBD；比对联网平台数据
-- verify_en: look for an OBD simulator; read the OBD of vehicles there again; compare with the platform
WITH c AS (SELECT t.cal_id, t.cvn, COUNT(DISTINCT v.model) AS n
  FROM test_run t JOIN sample s ON s.sample_no=t.sample_no JOIN vehicle v ON v.vin=s.vin
  WHERE t.cal_id IS NOT NULL AND t.cvn IS NOT NULL
  GROUP BY t.cal_id, t.cvn
  HAVING COUNT(DISTINCT v.model)>=:min_models AND (COUNT(DISTINCT v.engine_model)>1 OR COUNT(v.engine_model)=0))
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||t.src AS src, c.n AS measure,
  'CAL ID '||t.cal_id||' CVN '||t.cvn||' 用于 '||c.n||' 种车型 | CAL ID '||t.cal_id||' CVN '||t.cvn||' in '||c.n||' models' AS detail
FROM c JOIN test_run t ON t.cal_id=c.cal_id AND t.cvn=c.cvn LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
