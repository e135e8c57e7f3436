-- SPDX-License-Identifier: Apache-2.0
-- id: S50
-- version: 1
-- title_zh: 检测时段环境记录缺失或超限
-- title_en: environment record of the test missing or out of limits
-- grade: B
-- clauses: P2.10.2, B3
-- tables: test_run, room, climate, report?
-- needs: test_run.sample_no, test_run.room, test_run.started_at, test_run.ended_at, room.room, climate.room, climate.at
-- labs: all
-- pair: no
-- param: every_min=480: 应有记录的间隔（分钟） | minutes within which there must be a record
-- false_alarms_zh: 记录为纸质；监测间隔更长。另须证明数据、结果存在错误或者无法复核
-- false_alarms_en: records on paper; a longer interval. Also to be proved: the result is wrong or cannot be checked
-- verify_zh: 看温湿度记录仪的原始数据和方法的环境要求
-- verify_en: see the raw data of the logger and what the method demands
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||t.src||';climate:'||c.src AS src,
  CASE WHEN c.temp<r.temp_lo OR c.temp>r.temp_hi THEN c.temp ELSE c.humid END AS measure,
  t.room||' 温度或湿度超限 | temperature or humidity out of limits in '||t.room AS detail
FROM test_run t JOIN room r ON r.room=t.room JOIN climate c ON c.room=t.room AND c.at BETWEEN t.started_at AND t.ended_at
  LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
WHERE c.temp<r.temp_lo OR c.temp>r.temp_hi OR c.humid<r.humid_lo OR c.humid>r.humid_hi
UNION ALL
SELECT 'report:'||COALESCE(p.report_no,'?'), p.report_no, 'test_run:'||t.src, 0,
  t.room||' 当时无环境记录 | no environment record in '||t.room
FROM test_run t JOIN room r ON r.room=t.room LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
WHERE t.started_at IS NOT NULL AND t.ended_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM climate c WHERE c.room=t.room AND c.at BETWEEN t.started_at-:every_min*60 AND t.ended_at)
