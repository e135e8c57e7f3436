-- SPDX-License-Identifier: Apache-2.0
-- id: S09
-- version: 1
-- title_zh: 仪器序号递增而采集时间倒退（疑改系统时钟）
-- title_en: run number rises while the acquisition time falls (clock set back)
-- grade: A
-- clauses: X2, X5
-- tables: raw_file, test_run, report?
-- needs: raw_file.run_no, raw_file.acquired_at, test_run.run_no, test_run.instrument_id, test_run.seq_no
-- labs: all
-- pair: no
-- param: slack_s=120: 允许的时钟误差（秒） | tolerated correction of the clock in seconds
-- param: near=3: 相邻序号之差不超过 | most distance of the two run numbers
-- param: reset_days=60: 倒退超过多少天视为计数器复位 | days beyond which it is taken as a counter that began anew
-- false_alarms_zh: 时钟校正；每通道分别计数；计数器复位后重新开始
-- false_alarms_en: a clock that was corrected; counters per channel; a counter that began anew
-- verify_zh: 看操作系统的时间修改日志；与网络时间和其他仪器比对
-- verify_en: read the system’s log of clock changes; compare with network time and other instruments
WITH w AS (SELECT t.sample_no, t.instrument_id, t.seq_no, f.acquired_at, f.src, LAG(f.acquired_at) OVER o AS prev_at, LAG(f.src) OVER o AS prev_src,
    LAG(t.seq_no) OVER o AS prev
  FROM raw_file f JOIN test_run t ON t.run_no=f.run_no
  WHERE t.seq_no IS NOT NULL AND t.instrument_id IS NOT NULL AND f.acquired_at IS NOT NULL
  WINDOW o AS (PARTITION BY t.instrument_id ORDER BY t.seq_no, f.acquired_at, f.src))
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'raw_file:'||w.prev_src||';raw_file:'||w.src AS src,
  (w.prev_at-w.acquired_at)/60.0 AS measure,
  w.instrument_id||' 序号 '||w.prev||' 至 '||w.seq_no||' 时间倒退的分钟数 | minutes that time ran back from run '||w.prev||' to '||w.seq_no||' on '||w.instrument_id AS detail
FROM w LEFT JOIN report p ON p.sample_no=w.sample_no AND p.status='issued'
WHERE w.seq_no>w.prev AND w.seq_no-w.prev<=:near AND w.prev_at-w.acquired_at>:slack_s AND w.prev_at-w.acquired_at<:reset_days*86400
