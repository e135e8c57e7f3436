-- SPDX-License-Identifier: Apache-2.0
-- id: R16
-- version: 1
-- title_zh: 使用已停用或未购入的仪器
-- title_en: instrument used before purchase or after retirement
-- grade: A
-- clauses: X2
-- tables: test_run, instrument, report?
-- needs: test_run.sample_no, test_run.instrument_id, test_run.started_at, instrument.instrument_id, instrument.acquired_on|instrument.retired_on
-- labs: all
-- pair: no
-- false_alarms_zh: 停用日期是补办手续的日期
-- false_alarms_en: the date of retirement is that of the paper work
-- verify_zh: 查购置合同、验收和报废手续，看实物和出厂编号
-- verify_en: see purchase, acceptance and disposal papers, the instrument and its serial number
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||t.src||';instrument:'||t.n AS src,
  1.0 AS measure, t.instrument_id||' 当日不在用 | '||t.instrument_id||' not in service' AS detail
FROM (SELECT x.src, x.sample_no, x.instrument_id, y.src AS n FROM instrument y CROSS JOIN test_run x
    WHERE x.instrument_id=y.instrument_id AND x.started_at>=y.retired_on*86400 AND (x.started_at-x.started_at%86400)/86400>y.retired_on
    UNION ALL SELECT x.src, x.sample_no, x.instrument_id, y.src FROM instrument y CROSS JOIN test_run x
    WHERE x.instrument_id=y.instrument_id AND x.started_at<y.acquired_on*86400 AND (x.started_at-x.started_at%86400)/86400<y.acquired_on
      AND (y.retired_on IS NULL OR (x.started_at-x.started_at%86400)/86400<=y.retired_on)) t
  LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
