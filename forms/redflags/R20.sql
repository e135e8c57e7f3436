-- SPDX-License-Identifier: Apache-2.0
-- id: R20
-- version: 1
-- title_zh: 采样人员两地行程不可能
-- title_en: a sampler at two places too far apart for the time between
-- grade: A
-- clauses: B1, X2
-- tables: sample, report?
-- needs: sample.sample_no, sample.sampler1, sample.lat, sample.lon, sample.collected_at, sample.collected_end_at
-- labs: env
-- pair: yes
-- param: kmh=110: 可能的最高车速（公里/小时） | highest possible speed in km/h
-- param: min_km=3: 小于此距离不计（公里） | shorter distances in km do not count
-- param: coslat=0.82: 纬度的余弦 | cosine of the latitude
-- false_alarms_zh: 时钟不准；坐标为委托方地址而非点位；同事代签
-- false_alarms_en: wrong clocks; coordinates of the client instead of the point; a colleague signed
-- verify_zh: 查车辆轨迹、通行费、现场照片和考勤；分别询问采样人
-- verify_en: look at car tracks, tolls, site photos and attendance; ask the samplers separately
WITH e AS (SELECT sampler1 AS person, sample_no, collected_at, collected_end_at, lat, lon, src
    FROM sample WHERE sampler1 IS NOT NULL AND lat IS NOT NULL
  UNION ALL SELECT sampler2, sample_no, collected_at, collected_end_at, lat, lon, src
    FROM sample WHERE sampler2 IS NOT NULL AND lat IS NOT NULL),
w AS (SELECT e.*, LAG(collected_end_at) OVER o AS prev_end, LAG(lat) OVER o AS prev_lat, LAG(lon) OVER o AS prev_lon,
    LAG(src) OVER o AS prev_src, LAG(sample_no) OVER o AS prev_sample
  FROM e WINDOW o AS (PARTITION BY person ORDER BY collected_at, collected_end_at, src)),
x AS (SELECT *, (lat-prev_lat)*111.2*((lat-prev_lat)*111.2)+(lon-prev_lon)*111.2*:coslat*((lon-prev_lon)*111.2*:coslat) AS d2,
    CASE WHEN collected_at>prev_end THEN (collected_at-prev_end)/3600.0 ELSE 0 END AS h
  FROM w WHERE prev_end IS NOT NULL)
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'sample:'||x.prev_src||';sample:'||x.src AS src,
  x.d2 AS measure, x.person||' 距离平方（平方公里）'||CAST(x.d2 AS INT)||'，间隔 '||CAST(x.h*60 AS INT)||' 分钟 | '||x.person||' squared km '||CAST(x.d2 AS INT)||' in '||CAST(x.h*60 AS INT)||' minutes' AS detail
FROM x LEFT JOIN report p ON (p.sample_no=x.sample_no OR p.sample_no=x.prev_sample) AND p.status='issued'
WHERE x.d2>:min_km*:min_km AND x.d2>:kmh*x.h*(:kmh*x.h)
