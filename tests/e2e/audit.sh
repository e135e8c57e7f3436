#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 60
# H8, H11: who read what: entries and evidence that were given out stand in the audit log, by
# person and visit; listings do not, and the request log says nothing of it.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 14

hub_start || exit 1
person 检查员甲 inspector YS-0001 jia || exit 1
person 检查员乙 inspector YS-0002 yi || exit 1
person 复核员丙 supervisor YS-0003 bing || exit 1
rows() { hub_cmd audit --json "$@"; }
# reads NAME: acts of that person
reads() { field 'sorted(r["act"] for r in d if r.get("name") == "'"$1"'")' rows; }
V=$(visit_new)
jia evidence add "$V" "$PASS" > "$T/.out" 2>&1
check "sent" jia sync
equal "who writes has read nothing" "$(reads 检查员甲)" '[]'
check "a colleague fetches" yi sync
wait_for 5 sh -c "test \"\$(\"$HUB\" audit --json --store sqlite:$T/hub.db --keys $T/hub-keys | grep -c '\"act\":\"evidence\"')\" -gt 0"
equal "entries and evidence" "$(reads 检查员乙)" '["entries", "evidence"]'
equal "of this visit" "$(field '{r["visit"][:8] for r in d} == {"'"$V"'"}' rows)" true
equal "with the file" "$(field '[r["detail"][:8] for r in d if r["act"] == "evidence"]' rows)" "[\"$(field 'd[0]["id"][:8]' jia evidence list "$V" --json)\"]"
yi sync > "$T/.out" 2>&1
equal "a listing is no read" "$(reads 检查员乙)" '["entries", "evidence"]'
check "the supervisor fetches" bing sync
wait_for 5 sh -c "\"$HUB\" audit --json --store sqlite:$T/hub.db --keys $T/hub-keys | grep -q 复核员丙"
P=$(field '[p["person"] for p in d if p["name"] == "复核员丙"][0]' hub_cmd user list --json)
equal "by person" "$(field '{r["name"] for r in d} == {"复核员丙"}' rows --person "$P")" true
equal "by visit" "$(field 'len(d) >= 3' rows --visit "$V")" true
equal "of another visit nothing" "$(field 'len(d)' rows --visit zzzz)" 0
exits "a person who is none" 3 hub_cmd audit --person zzzz
matches "as text" "$(hub_cmd audit --visit "$V")" '检查员乙 .* entries .*'"$V"
lacks "the request log knows no names, visits or files" "$(cat "$T/hub.err")" "检查员|$V|YS-000"
