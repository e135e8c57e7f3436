-- SPDX-License-Identifier: Apache-2.0
-- id: R35
-- version: 1
-- title_zh: 不同样品使用同一原始文件
-- title_en: one raw data file behind different samples
-- grade: A
-- clauses: X2
-- tables: test_run, report?
-- needs: test_run.sample_no, test_run.raw_hash
-- labs: all
-- pair: yes
-- false_alarms_zh: 共用的空白或校准文件；空文件
-- false_alarms_en: shared blank or calibration files; empty files
-- verify_zh: 调取两份样品的原始文件，看采集时间和样品名；问哪一个是真做的
-- verify_en: fetch the raw file of both samples, look at acquisition time and sample name; ask which one was really run
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||t.src AS src, d.n AS measure,
  '原始文件 '||t.raw_hash||' 用于 '||d.n||' 个样品 | raw file '||t.raw_hash||' in '||d.n||' samples' AS detail
FROM (SELECT u.raw_hash, COUNT(DISTINCT u.sample_no) AS n
    FROM (SELECT raw_hash FROM test_run WHERE raw_hash IS NOT NULL GROUP BY raw_hash HAVING COUNT(*)>1) k
      JOIN test_run u ON u.raw_hash=k.raw_hash
    GROUP BY u.raw_hash HAVING COUNT(DISTINCT u.sample_no)>1) d
  JOIN test_run t ON t.raw_hash=d.raw_hash LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
