-- SPDX-License-Identifier: Apache-2.0
-- id: S49
-- version: 1
-- title_zh: 检测次数所需耗材多于实际消耗
-- title_en: more tests than the consumables allow
-- grade: B
-- clauses: X1
-- tables: consumable, test_run
-- needs: consumable.method_no, consumable.opening|consumable.bought, consumable.remaining, consumable.per_test, test_run.method_no, test_run.started_at
-- labs: all
-- pair: no
-- param: factor=1.05: 超过实际消耗的多少倍 | times the amount that was used
-- false_alarms_zh: 多方法共用；自制替代；盘存时间不一致
-- false_alarms_en: shared with other methods; home-made substitutes; a different date of stocktaking
-- verify_zh: 盘点库存，核对采购发票和领用
-- verify_en: count the stock; compare with invoices and issues
SELECT 'consumable:'||c.method_no||':'||COALESCE(c.name,'-') AS subject, NULL AS report_no, 'consumable:'||c.src AS src,
  q.n*c.per_test/(COALESCE(c.opening,0)+COALESCE(c.bought,0)-c.remaining) AS measure,
  COALESCE(c.name,c.method_no)||' '||q.n||' 次检测所需与实际消耗之比 | needed for '||q.n||' tests over used, '||COALESCE(c.name,c.method_no) AS detail
FROM (SELECT c.src, COUNT(*) AS n FROM consumable c JOIN test_run t ON t.method_no=c.method_no
    AND (c.from_on IS NULL OR (t.started_at-t.started_at%86400)/86400>=c.from_on)
    AND (c.to_on IS NULL OR (t.started_at-t.started_at%86400)/86400<=c.to_on) GROUP BY c.src) q
  JOIN consumable c ON c.src=q.src
WHERE q.n*c.per_test>(COALESCE(c.opening,0)+COALESCE(c.bought,0)-c.remaining)*:factor
