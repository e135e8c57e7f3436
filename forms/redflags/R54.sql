-- SPDX-License-Identifier: Apache-2.0
-- id: R54
-- version: 1
-- title_zh: 运行序号与时间倒置（补做或倒签）
-- title_en: run number out of order with the clock
-- grade: A
-- clauses: X2, X5
-- tables: test_run, instrument, report?
-- needs: test_run.sample_no, test_run.instrument_id, test_run.seq_no, test_run.started_at, instrument.instrument_id, instrument.concurrency
-- labs: all
-- pair: no
-- param: jump=3: 序号倒置至少多少 | least distance out of order
-- false_alarms_zh: 仪器时钟校正；各通道分别计数；批量设备（不计）
-- false_alarms_en: instrument clock corrected; counters per channel; batch instruments (left out)
-- verify_zh: 看仪器文件的采集时间、系统时钟修改日志
-- verify_en: read the acquisition times and the log of clock changes
WITH w AS (SELECT t.sample_no, t.src, t.instrument_id, t.seq_no, LAG(t.seq_no) OVER o AS prev, LEAD(t.seq_no) OVER o AS next, LEAD(t.src) OVER o AS next_src
  FROM test_run t JOIN instrument n ON n.instrument_id=t.instrument_id AND n.concurrency=1
  WINDOW o AS (PARTITION BY t.instrument_id ORDER BY t.started_at, t.seq_no, t.src))
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||w.src||';test_run:'||w.next_src AS src, w.seq_no-w.next AS measure,
  w.instrument_id||' 序号 '||w.seq_no||' 排在 '||w.prev||' 与 '||w.next||' 之间 | run '||w.seq_no||' stands between '||w.prev||' and '||w.next||' on '||w.instrument_id AS detail
FROM w LEFT JOIN report p ON p.sample_no=w.sample_no AND p.status='issued'
WHERE w.next>w.prev AND w.seq_no-w.next>:jump AND w.sample_no NOT IN ('空白','标样','质控','校准')
