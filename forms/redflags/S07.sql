-- SPDX-License-Identifier: Apache-2.0
-- id: S07
-- version: 1
-- title_zh: 原始文件采集后被修改
-- title_en: raw data file modified after acquisition
-- grade: B
-- clauses: X2
-- tables: raw_file, test_run?, report?
-- needs: raw_file.run_no, raw_file.acquired_at, raw_file.modified_at
-- labs: all
-- pair: no
-- param: minutes=10: 采集后多少分钟内不计 | minutes after acquisition that do not count
-- false_alarms_zh: 再处理（重新积分）由软件留痕；复制文件改变了修改时间
-- false_alarms_en: reprocessing that the software records; copying that changed the time of modification
-- verify_zh: 在仪器工作站上看文件属性、审计追踪和各版本
-- verify_en: look at the file, its audit trail and its versions on the instrument’s computer
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'raw_file:'||f.src AS src,
  (f.modified_at-f.acquired_at)/60.0 AS measure,
  COALESCE(f.path,f.run_no)||' 采集后多少分钟被修改 | minutes after acquisition that '||COALESCE(f.path,f.run_no)||' was modified' AS detail
FROM raw_file f LEFT JOIN test_run t ON t.run_no=f.run_no LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
WHERE f.modified_at-f.acquired_at>:minutes*60
