-- SPDX-License-Identifier: Apache-2.0
-- id: S62
-- version: 1
-- title_zh: 检验方法与该车辆应采用的不同
-- title_en: method differs from the one required for the vehicle
-- grade: A
-- clauses: X3
-- tables: vehicle, sample, test_run, report?
-- needs: vehicle.vin, vehicle.method_no, sample.sample_no, sample.vin, test_run.sample_no, test_run.method_no
-- labs: vehicle
-- pair: no
-- false_alarms_zh: 车辆驱动形式不能上线而改用他法（须有记录）
-- false_alarms_en: a drive that cannot go on the dynamometer (must be recorded)
-- verify_zh: 看车辆驱动形式和不能上线的说明；调取过程录像
-- verify_en: see the drive of the vehicle and the reason; look at the video
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||t.src||';vehicle:'||v.src AS src, 1.0 AS measure,
  '应 '||v.method_no||'，实 '||t.method_no||' | required '||v.method_no||', used '||t.method_no AS detail
FROM vehicle v JOIN sample s ON s.vin=v.vin JOIN test_run t ON t.sample_no=s.sample_no
  LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
WHERE v.method_no IS NOT NULL AND t.method_no<>v.method_no
  AND NOT EXISTS (SELECT 1 FROM test_run u WHERE u.sample_no=t.sample_no AND u.method_no=v.method_no)
  AND EXISTS (SELECT 1 FROM vehicle k WHERE k.method_no=t.method_no)
