-- SPDX-License-Identifier: Apache-2.0
-- id: S32
-- version: 1
-- title_zh: 采样时段人员或车辆轨迹不在采样点
-- title_en: samplers elsewhere by tracks of others during sampling
-- grade: A
-- clauses: X1, X2
-- tables: sample, movement, report?
-- needs: sample.sample_no, sample.sampler1, sample.lat, sample.lon, sample.collected_at, sample.collected_end_at, movement.person_id, movement.at, movement.lat, movement.lon
-- labs: env
-- pair: no
-- param: min_km=5: 小于此距离不计（公里） | shorter distances in km do not count
-- param: coslat=0.82: 纬度的余弦 | cosine of the latitude
-- false_alarms_zh: 车辆与人员分开；定位漂移；坐标为委托方地址
-- false_alarms_en: the car went without them; drifting positions; coordinates of the client
-- verify_zh: 调取通行费、车辆定位和现场照片原图；分别询问采样人
-- verify_en: fetch tolls, car positions and original site photos; ask the samplers separately
WITH x AS (SELECT s.sample_no, s.src, v.src AS move_src, v.person_id,
    (v.lat-s.lat)*111.2*((v.lat-s.lat)*111.2)+(v.lon-s.lon)*111.2*:coslat*((v.lon-s.lon)*111.2*:coslat) AS d2
  FROM sample s JOIN movement v ON v.at BETWEEN s.collected_at AND s.collected_end_at
    AND (v.person_id=s.sampler1 OR v.person_id=s.sampler2))
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'sample:'||x.src||';movement:'||x.move_src AS src, x.d2 AS measure,
  x.person_id||' 与采样点距离平方（平方公里）'||CAST(x.d2 AS INT)||' | '||x.person_id||' at squared km '||CAST(x.d2 AS INT)||' from the point' AS detail
FROM x LEFT JOIN report p ON p.sample_no=x.sample_no AND p.status='issued'
WHERE x.d2>:min_km*:min_km
