#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# redflag check: faults of rules by place, found in the helper.
# tier: check
. "$(dirname "$0")/../lib/lib.sh"
plan 12
G=$top/tests/golden/redflag/check
cd "$top" || exit 1

exits "a rule in order" 0 "$FJ" --lang en redflag check "$G/clean.sql"
equal "says so" "$(cat "$T/.out")" "$G/clean.sql: in order"
exits "a rule with a fault" 1 "$FJ" --lang en redflag check "$G/grade.sql"
equal "has its place and the way out" "$(cat "$T/.out")" \
    "$G/grade.sql:5:11: rule.grade: The grade is A, B or C, not D."
equal "the same in Chinese" "$("$FJ" --lang zh redflag check "$G/grade.sql")" \
    "$G/grade.sql:5:11: rule.grade: 等级为 A、B 或 C，不能是 D。"
exits "all shipped rules are in order" 0 "$FJ" redflag check forms/redflags/*.sql
"$FJ" --lang en redflag check "$G"/*.sql > "$T/all" 2>&1
# In the test of the module any clause but X9 will do; here those of clauses.json.
equal "every fault has its golden place" \
    "$(sed -nE 's|^.*/([^/]+\.sql):([0-9]+:[0-9]+: [a-z0-9.-]+): .*|\1:\2|p' "$T/all" | sort)" \
    "$(cd "$G" && for f in *.faults; do sed -E "s|^([0-9]+:[0-9]+: [a-z0-9.-]+).*|${f%.faults}:\1|" "$f"; done | sort)"
equal "JSON: one array of all files" "$("$FJ" --json redflag check "$G/clean.sql" "$G/two-faults.sql" |
    python3 -c 'import json, sys; print([(x["line"], x["column"], x["code"]) for x in json.load(sys.stdin)][:2])')" \
    "[(5, 11, 'rule.grade'), (9, 10, 'rule.lab')]"
exits "a clause that there is not" 1 "$FJ" redflag check "$G/clause-unknown.sql"
exits "no file" 3 "$FJ" redflag check "$T/none.sql"
exits "no argument" 2 "$FJ" redflag check
head -c 70000 /dev/zero | tr '\0' '-' > "$T/big.sql"
exits "a file that is too large" 3 "$FJ" redflag check "$T/big.sql"
