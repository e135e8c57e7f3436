-- SPDX-License-Identifier: Apache-2.0
-- id: R14
-- version: 1
-- title_zh: 使用未在检定校准有效期内的仪器
-- title_en: instrument used without valid verification or calibration
-- grade: A
-- clauses: B2
-- tables: test_run, calibration, report?
-- needs: test_run.sample_no, test_run.instrument_id, test_run.started_at, calibration.instrument_id, calibration.done_on, calibration.valid_to_on
-- labs: all
-- pair: no
-- param: grace_days=0: 到期后的宽限（天） | days of grace after the end
-- false_alarms_zh: 证书尚未录入；外借仪器；校准周期由机构自定。另须证明数据、结果存在错误或者无法复核
-- false_alarms_en: certificates not yet entered; an external instrument; an interval that the agency sets itself. Also to be proved: the result is wrong or cannot be checked
-- verify_zh: 调取该仪器全部检定校准证书原件，向发证机构核实；再用有效仪器复测留样
-- verify_en: see all certificates of the instrument and confirm them with the issuer; test the retained sample again
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||t.src AS src, 1.0 AS measure,
  t.instrument_id||' 不在检定校准有效期内 | '||t.instrument_id||' not in a calibration period' AS detail
FROM (SELECT i.instrument_id, -10000000 AS gone_on,
      (SELECT MIN(c.done_on) FROM calibration c WHERE c.instrument_id=i.instrument_id) AS next_on
    FROM (SELECT DISTINCT instrument_id FROM test_run) i
    UNION ALL SELECT instrument_id, CASE WHEN valid_to_on+:grace_days>=done_on THEN valid_to_on+:grace_days ELSE done_on-1 END,
      LEAD(done_on) OVER (PARTITION BY instrument_id ORDER BY done_on, src)
    FROM calibration WHERE done_on IS NOT NULL) w
  CROSS JOIN test_run t
  LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
WHERE t.instrument_id=w.instrument_id AND t.started_at>=(w.gone_on+1)*86400 AND t.started_at<COALESCE(w.next_on,10000000)*86400
  AND NOT EXISTS (SELECT 1 FROM calibration c WHERE c.instrument_id=t.instrument_id
    AND (t.started_at-t.started_at%86400)/86400 BETWEEN c.done_on AND c.valid_to_on+:grace_days)
