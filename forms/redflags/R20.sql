-- SPDX-License-Identifier: Apache-2.0
-- id: R20
-- version: 2
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
    LAG(src) OVER o AS prev_src, LAG(sample_no) OVER o AS prev_sample, LAG(collected_end_at,2) OVER o AS end2,
    LAG(lat,2) OVER o AS lat2, LAG(lon,2) OVER o AS lon2, LAG(src,2) OVER o AS src2
  FROM e WINDOW o AS (PARTITION BY person ORDER BY collected_at, collected_end_at, src)),
x AS (SELECT *, (lat-prev_lat)*111.2*((lat-prev_lat)*111.2)+(lon-prev_lon)*111.2*:coslat*((lon-prev_lon)*111.2*:coslat) AS d2,
    CASE WHEN collected_at>prev_end THEN (collected_at-prev_end)/3600.0 ELSE 0 END AS h
  FROM w WHERE prev_end IS NOT NULL),
y AS (SELECT * FROM x WHERE d2>:min_km*:min_km AND d2>:kmh*h*(:kmh*h)),
-- Where one sample of a person contradicts more of its neighbours (the next two on either side) than the other does, one
-- false record explains most: it is named.  Otherwise both are: one of these two.
a2 AS (SELECT person, src, src2, (lat-lat2)*111.2*((lat-lat2)*111.2)+(lon-lon2)*111.2*:coslat*((lon-lon2)*111.2*:coslat) AS d2,
    CASE WHEN collected_at>end2 THEN (collected_at-end2)/3600.0 ELSE 0 END AS h FROM w WHERE end2 IS NOT NULL),
y2 AS (SELECT person, src, src2 FROM a2 WHERE d2>:min_km*:min_km AND d2>:kmh*h*(:kmh*h)),
v AS (SELECT person, src, COUNT(*) AS n FROM (SELECT person, src FROM y UNION ALL SELECT person, prev_src FROM y
    UNION ALL SELECT person, src FROM y2 UNION ALL SELECT person, src2 FROM y2)
  GROUP BY person, src),
z AS (SELECT y.*, a.n AS n, b.n AS prev_n FROM y JOIN v a ON a.person=y.person AND a.src=y.src
  JOIN v b ON b.person=y.person AND b.src=y.prev_src),
u AS (SELECT person, src, prev_src, d2, h, sample_no, n>prev_n AS decided FROM z WHERE n>=prev_n
  UNION ALL SELECT person, src, prev_src, d2, h, prev_sample, prev_n>n FROM z WHERE prev_n>=n)
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'sample:'||u.prev_src||';sample:'||u.src AS src,
  u.d2 AS measure, u.person||' 距离平方（平方公里）'||CAST(u.d2 AS INT)||'，间隔 '||CAST(u.h*60 AS INT)||' 分钟'
    ||CASE WHEN u.decided THEN '；本份与更多处矛盾' ELSE '' END
    ||' | '||u.person||' squared km '||CAST(u.d2 AS INT)||' in '||CAST(u.h*60 AS INT)||' minutes'
    ||CASE WHEN u.decided THEN '; this one contradicts more places' ELSE '' END AS detail
FROM u LEFT JOIN report p ON p.sample_no=u.sample_no AND p.status='issued'
