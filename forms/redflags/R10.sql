-- SPDX-License-Identifier: Apache-2.0
-- id: R10
-- version: 1
-- title_zh: 签发时间与编号顺序倒置
-- title_en: issue time out of order with neighbouring report numbers
-- grade: B
-- clauses: X5
-- tables: report
-- needs: report.report_no, report.series, report.seq_no, report.issued_at, report.status
-- labs: all
-- pair: no
-- param: days=15: 早于相邻编号多少天 | days before the neighbours
-- param: k=20: 前后各取多少个编号 | neighbours on each side
-- false_alarms_zh: 收样时即给号而检测时长相差很大；成段预留编号
-- false_alarms_en: numbers given at reception with very different test lengths; numbers reserved in blocks
-- verify_zh: 调取电子报告的生成时间、打印与用章记录；问为何早于相邻编号
-- verify_en: read when the electronic report was made, printed and sealed; ask why it is earlier than its neighbours
SELECT 'report:'||q.report_no AS subject, q.report_no, 'report:'||q.src AS src, (q.near-q.issued_at)/86400.0 AS measure,
  '早于相邻编号的天数 | days before the neighbouring numbers' AS detail
FROM (SELECT report_no, src, issued_at, AVG(issued_at) OVER (PARTITION BY series ORDER BY seq_no, src
    ROWS BETWEEN :k PRECEDING AND :k FOLLOWING EXCLUDE CURRENT ROW) AS near
  FROM report WHERE status='issued') q
WHERE q.near-q.issued_at>:days*86400
