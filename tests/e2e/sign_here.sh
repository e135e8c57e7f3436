#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 120
# Two officers at one machine: the second signs from a workspace of their own, enrolled
# or not; what that one holds comes along; nothing is left in between.
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/world.sh"
plan 35

# The folder in between must be gone, whatever happened.
mkdir -m 700 "$T/run"
export XDG_RUNTIME_DIR=$T/run
ids() { field '"\n".join(sorted(e["id"] for e in d))' "$1" log "$2" --json; }
left() { ls -A "$T/run"; }
workspace jia 检查员甲 YS-0001 || exit 1
workspace yi 检查员乙 YS-0002 || exit 1
workspace bing 复核员丙 YS-0003 || exit 1
with() { jia visit sign "$1" --with "$T/$2" --with-passphrase-file "$PASS"; }

# ---- neither is enrolled
V=$(visit_new)
check "every answer is kept" fill_all jia "$V"
jia visit outcome "$V" completed --facts 按计划完成检查 > /dev/null
printf '证书\n' > "$T/paper.txt"
E=$(jia evidence add "$V" "$T/paper.txt" --for /data/arrival/b3)
says "not frozen yet" 1 '尚未定稿' 'not frozen' with "$V" yi
check "freeze" jia visit freeze "$V"
printf 'another-long-passphrase\n' > "$T/wrong"
chmod 600 "$T/wrong"
wrong() { jia visit sign "$V" --with "$T/yi" --with-passphrase-file "$T/wrong"; }
exits "a wrong passphrase" 1 wrong
says "who is not of the team" 1 '不是本次检查的成员' 'is not in the team' with "$V" bing
says "one's own workspace" 1 '就是本工作区' 'is this workspace' with "$V" jia
says "no workspace there" 3 '没有工作区' 'no workspace' with "$V" nobody
exits "the file without the folder" 2 jia visit sign "$V" --with-passphrase-file "$PASS"
exits "still nothing of it at the other" 3 yi visit show "$V"
equal "nothing in between so far" "$(left)" ""
wait_for 20 yi visit list	# after a wrong one the next try waits
check "the second signs here" with "$V" yi
equal "and nothing is left in between" "$(left)" ""
matches "two signatures here" "$(field 'd["signed_by"]' jia visit show "$V" --json)" '^2$'
equal "both hold the same" "$(ids jia "$V")" "$(ids yi "$V")"
matches "the other's own key" "$(yi log "$V")" '检查员乙.*对定稿签字'
exits "twice is refused" 1 with "$V" yi
check "the party signed" jia visit party "$V" --signed --name 当事人代表
matches "sealed" "$(jia visit show "$V" --json)" '"state":"sealed"'
check "it proves" jia verify "$V" --full
exits "the evidence stayed here" 3 yi evidence extract "$V" "$E" -o "$T/out"

# ---- the other one holds more than the freeze
W=$(visit_new)
fill_all jia "$W" > /dev/null
jia visit outcome "$W" completed --facts 按计划完成检查 > /dev/null
jia card -o "$T/jia.card" > /dev/null
yi card -o "$T/yi.card" > /dev/null
check "to the second one before" jia bundle export "$W" -o "$T/one.fjb" --to "$T/yi.card"
check "taken in there" yi bundle import "$T/one.fjb"
yi evidence add "$W" "$T/paper.txt" --for /data/arrival/b3 > /dev/null
check "frozen without it" jia visit freeze "$W"
exits "he held more: refused" 1 with "$W" yi
matches "and says how many" "$(cat "$T/.err")" '检查员乙 处有本次检查的 [0-9]+ 条记录未包括在定稿内'
equal "but it is here now" "$(ids jia "$W")" "$(ids yi "$W")"
check "taken back" jia visit void "$W" --why 同事另有记录
check "frozen again" jia visit freeze "$W"
check "now he signs" with "$W" yi
equal "both hold the same again" "$(ids jia "$W")" "$(ids yi "$W")"

# ---- both enrolled
check "hub" hub_start
code() { invite_code "$1" inspector "$2"; }
jia enrol "$HUB_URL" "$(code 检查员甲 YS-0001)" --yes > /dev/null && jia sync > /dev/null 2>&1
yi enrol "$HUB_URL" "$(code 检查员乙 YS-0002)" --yes > /dev/null && yi sync > /dev/null 2>&1
X=$(visit_new)
fill_all jia "$X" > /dev/null
jia visit outcome "$X" completed --facts 按计划完成检查 > /dev/null
jia visit freeze "$X" > /dev/null
check "enrolled: the second signs here" with "$X" yi
check "everything goes up from either" jia sync
matches "the other needs send nothing" "$(yi sync --json > /dev/null 2>&1; field 'd["unsent"]' yi status --json)" '^0$'
equal "nothing in between at the end" "$(left)" ""
