#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 90
# A second implementation of a client (second.py, from the documents alone) against the
# hub: every example of sync/PROTOCOL.md as it stands, every signature checked by it; and
# what it wrote is read by the program.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 53
hub_start || exit 1
person 检查员乙 inspector YS-0002 yi || exit 1
python3 "$top/tests/e2e/second.py" "$HUB_URL" "$(invite_code 检查员甲 inspector YS-0001)" > "$T/second" 2> "$T/second.err"
sed -n '/^ok\|^not ok\|^#/p' "$T/second"
tail -n 3 "$T/second.err" | sed 's/^/# /'
count=$(grep -cE '^(not )?ok' "$T/second")
failed=$(grep -c '^not ok' "$T/second")
check "every example was asked" test "$(grep -c '^```http$' "$top/sync/PROTOCOL.md")" -ge 28
check "a colleague's program takes it" yi sync
equal "with its visit" "$(field 'd[0]["subject"]["name"] if isinstance(d[0].get("subject"), dict) else d[0].get("subject")' yi visit list --json)" 示例检测技术有限公司
V=$(field 'd[0]["id"] if "id" in d[0] else d[0]["visit"]' yi visit list --json)
check "and verifies it" yi verify "$V"
equal "and the file came whole" "$(field '[f["size"] for f in d] == [5000]' yi evidence list "$V" --json)" true
