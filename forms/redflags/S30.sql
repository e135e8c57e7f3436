-- SPDX-License-Identifier: Apache-2.0
-- id: S30
-- version: 1
-- title_zh: 同一人同期在两家机构从业
-- title_en: one person at two agencies at the same time
-- grade: A
-- clauses: G5
-- tables: person
-- needs: person.person_id, person.agency_id, person.person_hash, person.hired_on
-- labs: all
-- pair: no
-- false_alarms_zh: 调动手续未办完；证件散列录入有误
-- false_alarms_en: a move whose papers are not finished; a wrong hash
-- verify_zh: 查劳动合同、社保缴纳单位；询问本人
-- verify_en: see labour contracts and who pays social insurance; ask the person
SELECT 'person:'||a.person_id AS subject, NULL AS report_no, 'person:'||a.src||';person:'||b.src AS src, 1.0 AS measure,
  a.agency_id||' 与 '||b.agency_id||' 同期从业 | at '||a.agency_id||' and '||b.agency_id||' at the same time' AS detail
FROM person a JOIN person b ON b.person_hash=a.person_hash
WHERE a.agency_id<b.agency_id
  AND (b.left_on IS NULL OR a.hired_on<=b.left_on) AND (a.left_on IS NULL OR b.hired_on<=a.left_on)
