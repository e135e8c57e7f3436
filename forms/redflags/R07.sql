-- SPDX-License-Identifier: Apache-2.0
-- id: R07
-- version: 1
-- title_zh: 报告编号断号
-- title_en: gap in the report numbers of a series
-- grade: B
-- clauses: B4
-- tables: report
-- needs: report.series, report.seq_no
-- labs: all
-- pair: no
-- param: max_gap=200: 超过此数视为另起编号 | longer gaps are taken as a new range
-- false_alarms_zh: 作废号未导出；按部门预留编号；同一序列分在几个系统
-- false_alarms_en: voided numbers not exported; numbers reserved for departments; one series in several systems
-- verify_zh: 请机构出示缺号的作废登记或留存件；与用章、收费记录核对
-- verify_en: have the void register or the kept copies of the missing numbers shown; compare with seal and fee records
SELECT 'seq:'||q.series||':'||(q.prev+1) AS subject, NULL AS report_no, 'report:'||q.src AS src, q.seq_no-q.prev-1 AS measure,
  '缺号 '||(q.prev+1)||'..'||(q.seq_no-1)||' | numbers '||(q.prev+1)||'..'||(q.seq_no-1)||' missing' AS detail
FROM (SELECT e.series, e.seq_no, e.src, e.starts, LAG(e.seq_no) OVER (PARTITION BY e.series ORDER BY e.seq_no, e.src) AS prev
  FROM (SELECT r.series, r.seq_no, r.src,
      NOT EXISTS (SELECT 1 FROM report b WHERE b.seq_no=r.seq_no-1 AND COALESCE(b.series,'')=COALESCE(r.series,'')) AS starts,
      NOT EXISTS (SELECT 1 FROM report a WHERE a.seq_no=r.seq_no+1 AND COALESCE(a.series,'')=COALESCE(r.series,'')) AS stops
    FROM report r WHERE r.seq_no IS NOT NULL) e
  WHERE e.starts OR e.stops) q
WHERE q.starts AND q.prev IS NOT NULL AND q.seq_no-q.prev>1 AND q.seq_no-q.prev-1<=:max_gap
