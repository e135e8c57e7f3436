#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 90
# The hub as a server of tus 1.0: what the conformance checks say, evidence that has no
# room, and a hub that is killed again and again while evidence comes.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 7

# Room for entries only, at first: the evidence waits here.
hub_init && hub_serve --quota-visit 1 || exit 1
person 检查员甲 inspector YS-0001 jia || exit 1
TOKEN=$(jia token)

conf=$FEIJIAN_SHARED/tools/tusconf
if [ -r "$conf" ]; then
	python3 -B "$conf" "$HUB_URL/v1/files" -H "Authorization: Bearer $TOKEN" > "$T/conf"
	equal "conformance: nothing fails" "$(grep ^FAIL "$T/conf")" ""
	matches "conformance: all was looked at" "$(tail -1 "$T/conf")" '^-- 5[0-9] pass, 0 fail \(0 MUST\), 0 skip'
else
	skip "conformance: nothing fails" "no shared tools"
	skip "conformance: all was looked at" "no shared tools"
fi

KILLS=${KILLS:-12}
V=$(visit_new)
for ((i = 0; i < KILLS + 8; i++)); do
	head -c $((100000 + 20000 * (i % 16) + i)) /dev/urandom > "$T/f$i.bin"
done
jia evidence add "$V" "$T"/f*.bin > "$T/.out" 2>&1
jia evidence list "$V" --json > "$T/evidence.json"
jia sync > "$T/sync" 2>&1
matches "evidence that has no room is named" "$(cat "$T/sync")" 'quota'
equal "and the entries are there" "$(field 'd["unsent"]' jia status --json)" 0
hub_stop

VISIT=$(field 'd["id"]' jia visit show "$V" --json)
python3 -B "$top/tests/lib/tus_kill.py" "$KILLS" "$VISIT" "$TOKEN" "$T" "$HUB" "${STORE:-sqlite:$T/hub.db}" > "$T/kill" 2>&1
equal "killed $KILLS times: no offset lost, no file under another's digest, all whole" "$(tail -1 "$T/kill")" well
[ -z "${SHOW:-}" ] || cat "$T/kill"
HUB_LISTEN=$HUB_ADDR
hub_serve || exit 1
check "the client finds its evidence there" jia sync
swept() { [ -z "$(find "$T/hub-evidence/part" -type f)" ]; }
check "what the kills left is swept" wait_for 20 swept
