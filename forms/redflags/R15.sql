-- SPDX-License-Identifier: Apache-2.0
-- id: R15
-- version: 1
-- title_zh: 示值超出仪器量程
-- title_en: value outside the range of the instrument
-- grade: A
-- clauses: X2, B2
-- tables: measurement, test_run, instrument, report?
-- needs: measurement.run_no, measurement.value, measurement.nd, test_run.run_no, test_run.sample_no, test_run.instrument_id, instrument.instrument_id, instrument.range_lo|instrument.range_hi
-- labs: all
-- pair: no
-- false_alarms_zh: 稀释后乘以倍数的结果；另一通道的量程
-- false_alarms_en: diluted samples (value multiplied); range of another channel
-- verify_zh: 看仪器铭牌和说明书的量程；调取该次原始读数和稀释记录
-- verify_en: read the range on the name plate and in the manual; fetch the raw reading and the record of dilution
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'measurement:'||m.src AS src, m.value AS measure,
  m.param||' 超出 '||n.instrument_id||' 的量程 | '||m.param||' is beyond the range of '||n.instrument_id AS detail
FROM (SELECT src, run_no, param, value FROM measurement WHERE nd=0 AND value>(SELECT MIN(range_hi) FROM instrument)
    UNION ALL SELECT src, run_no, param, value FROM measurement WHERE nd=0 AND value<(SELECT MAX(range_lo) FROM instrument)
      AND value<=COALESCE((SELECT MIN(range_hi) FROM instrument),1e300)) m
  JOIN test_run t ON t.run_no=m.run_no JOIN instrument n ON n.instrument_id=t.instrument_id
  LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
WHERE m.value>n.range_hi OR m.value<n.range_lo
