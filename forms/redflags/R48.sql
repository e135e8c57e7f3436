-- SPDX-License-Identifier: Apache-2.0
-- id: R48
-- version: 1
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
SELECT 'instseq:'||q.instrument_id||':'||q.prev AS subject, NULL AS report_no, 'test_run:'||q.src AS src, q.seq_no-q.prev-1 AS measure,
  q.prev||' 之后缺 '||(q.seq_no-q.prev-1)||' 次 | '||(q.seq_no-q.prev-1)||' runs missing after '||q.prev AS detail
FROM (SELECT instrument_id, seq_no, src, started_at,
    LAG(seq_no) OVER (PARTITION BY instrument_id ORDER BY started_at, seq_no, src) AS prev
  FROM test_run WHERE seq_no IS NOT NULL AND instrument_id IS NOT NULL) q
WHERE q.seq_no-q.prev>1 AND q.seq_no-q.prev-1<=:max_gap
  AND NOT EXISTS (SELECT 1 FROM test_run t WHERE t.instrument_id=q.instrument_id AND t.seq_no=q.prev+1
    AND t.started_at BETWEEN q.started_at-:near_days*86400 AND q.started_at+:near_days*86400)
