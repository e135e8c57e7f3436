-- SPDX-License-Identifier: Apache-2.0
-- id: R03
-- version: 1
-- title_zh: 检测时段无仪器使用记录
-- title_en: test run not covered by an instrument use record
-- grade: A
-- clauses: X1
-- tables: test_run, instrument_log, report?
-- needs: test_run.sample_no, test_run.instrument_id, test_run.started_at, instrument_log.instrument_id, instrument_log.on_at, instrument_log.off_at
-- labs: all
-- pair: no
-- param: slack_s=900: 允许的时钟误差（秒） | tolerated difference of clocks in seconds
-- param: max_log_s=172800: 一条使用记录的最长时间（秒） | longest use record in seconds
-- false_alarms_zh: 使用记录为纸质；记录与仪器时钟不一致；使用记录按批次登记
-- false_alarms_en: log books on paper; clocks of log and instrument differ; logs kept by batch
-- verify_zh: 调取仪器自身的开机日志、功率或用气记录；核对纸质使用记录本
-- verify_en: read the instrument’s own log, power or gas records; look at the paper log book
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||t.src AS src, 1.0 AS measure,
  t.instrument_id||' 当时无使用记录 | '||t.instrument_id||' not logged as in use' AS detail
FROM (SELECT i.instrument_id, -1000000000000 AS gone_at,
      (SELECT MIN(g.on_at) FROM instrument_log g WHERE g.instrument_id=i.instrument_id)-:slack_s AS next_at
    FROM (SELECT DISTINCT instrument_id FROM test_run) i
    UNION ALL SELECT instrument_id, CASE WHEN off_at IS NULL OR off_at+:slack_s<on_at-:slack_s THEN on_at-:slack_s-1
        WHEN off_at+:slack_s<on_at+:max_log_s THEN off_at+:slack_s ELSE on_at+:max_log_s END,
      LEAD(on_at) OVER (PARTITION BY instrument_id ORDER BY on_at, src)-:slack_s
    FROM instrument_log WHERE on_at IS NOT NULL) w
  CROSS JOIN test_run t
  LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
WHERE t.instrument_id=w.instrument_id AND t.started_at>w.gone_at AND t.started_at<COALESCE(w.next_at,1000000000000)
  AND t.sample_no NOT IN ('空白','标样','质控','校准')
  AND NOT EXISTS (SELECT 1 FROM instrument_log g WHERE g.instrument_id=t.instrument_id
    AND g.on_at BETWEEN t.started_at-:max_log_s AND t.started_at+:slack_s AND g.off_at>=t.started_at-:slack_s)
