-- SPDX-License-Identifier: Apache-2.0
-- id: R05
-- version: 1
-- title_zh: 收样前已检测
-- title_en: test started before the sample was received
-- grade: A
-- clauses: X1, X2
-- tables: test_run, sample, method, report?
-- needs: test_run.sample_no, test_run.method_no, test_run.started_at, sample.sample_no, sample.received_at, method.method_no, method.field
-- labs: all
-- pair: no
-- param: slack_s=300: 允许的时钟误差（秒） | tolerated difference of clocks in seconds
-- false_alarms_zh: 现场检测方法（method.field=1 的不计）；车辆上线后才到窗口登记；时钟不准
-- false_alarms_en: methods on site (method.field=1 is left out); vehicles registered after driving on the lane; wrong clocks
-- verify_zh: 核对接样时间的来源和录入人；调取监控与送样登记；对时
-- verify_en: find who entered the reception time and from what; compare with the video and the delivery record; check the clocks
SELECT 'report:'||COALESCE(p.report_no,'?') AS subject, p.report_no, 'test_run:'||t.src||';sample:'||s.src AS src,
  (s.received_at-t.started_at)/60.0 AS measure, '早于收样的分钟数 | minutes before receipt' AS detail
FROM test_run t JOIN sample s ON s.sample_no=t.sample_no LEFT JOIN method m ON m.method_no=t.method_no
  LEFT JOIN report p ON p.sample_no=t.sample_no AND p.status='issued'
WHERE t.started_at<s.received_at-:slack_s AND COALESCE(m.field,0)=0
