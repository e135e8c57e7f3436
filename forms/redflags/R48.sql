-- SPDX-License-Identifier: Apache-2.0
-- id: R48
-- version: 2
-- title_zh: 仪器运行序号断号
-- title_en: gap in the run numbers of an instrument
-- grade: B
-- clauses: B4, X2
-- tables: test_run
-- needs: test_run.instrument_id, test_run.seq_no, test_run.started_at
-- labs: all
-- pair: no
-- param: max_gap=50: 超过此数视为复位 | longer gaps are taken as a reset
-- param: near_days=45: 前后多少天内找缺号 | days before and after in which the number is looked for
-- false_alarms_zh: 空白和标样未导出；计数器复位（不计）
-- false_alarms_en: blanks and standards not exported; counter resets (left out)
-- verify_zh: 在仪器工作站上看缺号的文件是否被删除（回收站、审计追踪、备份）
-- verify_en: look on the instrument’s computer for the missing files: deleted files, audit trail, backup
WITH q AS (SELECT instrument_id, seq_no, src, started_at, LEAD(seq_no) OVER o AS lead_no, LEAD(started_at) OVER o AS lead_at
  FROM test_run WHERE seq_no IS NOT NULL AND instrument_id IS NOT NULL
  WINDOW o AS (PARTITION BY instrument_id ORDER BY seq_no, src)),
-- In the order of the numbers, not of the clock: runs of an incubator begin together, and a backdated run stands elsewhere.
-- (The window only spares the question for most rows.)
c AS (SELECT q.*, (SELECT MIN(t.seq_no) FROM test_run t WHERE t.instrument_id=q.instrument_id
      AND t.seq_no BETWEEN q.seq_no+1 AND q.seq_no+1+:max_gap
      AND t.started_at BETWEEN q.started_at-:near_days*86400 AND q.started_at+:near_days*86400) AS after
  FROM q WHERE COALESCE(q.lead_no=q.seq_no+1 AND ABS(q.lead_at-q.started_at)<=:near_days*86400,0)=0
    AND NOT EXISTS (SELECT 1 FROM test_run t WHERE t.seq_no=q.seq_no+1 AND t.instrument_id=q.instrument_id
      AND t.started_at BETWEEN q.started_at-:near_days*86400 AND q.started_at+:near_days*86400))
SELECT 'instseq:'||c.instrument_id||':'||c.seq_no AS subject, NULL AS report_no,
  'test_run:'||c.src||';test_run:'||(SELECT MIN(t.src) FROM test_run t WHERE t.seq_no=c.after AND t.instrument_id=c.instrument_id
      AND t.started_at BETWEEN c.started_at-:near_days*86400 AND c.started_at+:near_days*86400) AS src,
  c.after-c.seq_no-1 AS measure,
  c.seq_no||' 之后缺 '||(c.after-c.seq_no-1)||' 次 | '||(c.after-c.seq_no-1)||' runs missing after '||c.seq_no AS detail
FROM c WHERE c.after>c.seq_no+1
