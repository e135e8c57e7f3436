#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# Freeze, signatures, party, seal, rounds; two workspaces by bundle; disagreements.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/cli.sh"
plan 66

person a 1 检查员甲 || exit 1
person b 2 检查员乙 || exit 1
fj a card -o "$T/a.card" > /dev/null && fj b card -o "$T/b.card" > /dev/null || exit 1
state() { fj "$1" --json visit show "$V" > "$T/.out" && json 'd["state"]'; }
# pass FROM TO: the visit by bundle.
pass() { fj "$1" bundle export "$V" -o "$T/$1.fjb" --to "$T/$2.card" && fj "$2" bundle import "$T/$1.fjb"; }

V=$(visit_of a)
exits "freeze of an empty visit is refused" 1 fj a visit freeze "$V"
matches "with the list" "$(cat "$T/.err")" '  - '
fj a --json visit freeze "$V" 2> "$T/.out"
equal "as an object with gaps" "$(json 'len(d["gaps"]) > 0 and "error" in d and all(g["message"] for g in d["gaps"])')" true
check "fill" fill a "$V"
exits "an outcome that is none" 2 fj a visit outcome "$V" splendid --facts x
exits "an outcome without facts" 2 fj a visit outcome "$V" completed
exits "outcome" 0 fj a visit outcome "$V" completed --facts 检查完成。

# ---- a disagreement: merged both ways by bundle ----
exits "to the colleague" 0 pass a b
echo '{"set":"f4","value":"conform"}' | fj a visit drive "$V" > /dev/null
echo '{"set":"f4","value":"nonconform"}' | fj b visit drive "$V" > "$T/.out"
equal "a colleague's answer is not overwritten silently" "$(json '"error" in d')" true
pass a b > /dev/null
echo '{"set":"g1","value":"basic"}' | fj b visit drive "$V" > "$T/.out"
W=$V; V=$(visit_of a); pass a b > /dev/null
echo '{"set":"f4","value":"conform"}' | fj a visit drive "$V" > /dev/null
echo '{"set":"f4","value":"nonconform"}' | fj b visit drive "$V" > /dev/null
check "there" pass a b
check "and back" pass b a
check "conflicts" fj a --json visit conflicts "$V"
equal "one disagreement" "$(json 'len(d)')" 1
equal "with names and values" "$(json 'sorted(v["name"] + "=" + v["value"] for v in d[0]["values"])')" '["检查员乙=nonconform", "检查员甲=conform"]'
AT=$(json 'd[0]["at"]')
fj b --json visit conflicts "$V" > "$T/.out"
equal "the same on both sides" "$(json 'd[0]["at"]')" "$AT"
fj a visit outcome "$V" completed --facts 完成 > /dev/null
exits "no freeze while one is open" 1 fj a visit freeze "$V"
matches "and it says so" "$(cat "$T/.err")" "$AT"
exits "resolve needs one of two" 2 fj a visit resolve "$V" "$AT" --why 复核
exits "resolve needs a reason" 2 fj a visit resolve "$V" "$AT" --value conform
TAKE=$(fj a visit conflicts "$V" | awk '/conform/ && !/nonconform/ { print $1 }')
exits "an entry that is not there" 3 fj a visit resolve "$V" "$AT" --take zzzzzzzz --why 复核
exits "resolve by taking an entry" 0 fj a visit resolve "$V" "$AT" --take "$TAKE" --why 共同复核
check "nothing is open" fj a --json visit conflicts "$V"
equal "any more" "$(json 'd')" '[]'
exits "no such disagreement" 3 fj a visit resolve "$V" "$AT" --value conform --why 复核

# ---- the seal ----
V=$(visit_of a)
fill a "$V"; fj a visit outcome "$V" completed --facts 检查完成。 > /dev/null
exits "freeze" 0 fj a visit freeze "$V"
equal "the code and the id" "$(wc -l < "$T/.out")" 2
matches "an id of 32 bytes" "$(sed -n 2p "$T/.out")" '^[0-9a-f]{64}$'
equal "frozen" "$(state a)" frozen
exits "an answer now is refused" 0 bash -c "echo '{\"set\":\"f4\",\"value\":\"na\"}' | '$FJ' --home '$T/a' --passphrase-file '$T/pass' visit drive $V"
equal "with its error" "$(json '"error" in d')" true
exits "void" 0 fj a visit void "$V" --why 漏项
equal "open again" "$(state a)" open
exits "freeze again" 0 fj a visit freeze "$V"
exits "the freezer does not sign twice" 1 fj a visit sign "$V"
exits "party needs one of three" 2 fj a visit party "$V"
exits "party refused needs no second choice" 2 fj a visit party "$V" --signed --absent 无人
check "to the second inspector" pass a b
exits "he signs in his own workspace" 0 fj b visit sign "$V"
check "and back" pass b a
printf '签字页' > "$T/scan.pdf"
exits "the party signs, with the scan" 0 fj a visit party "$V" --signed --name 在场负责人 --scan "$T/scan.pdf"
equal "sealed" "$(state a)" sealed
check "the seal" fj a --json visit show "$V"
equal "by two" "$(json 'd["signed_by"]')" 2
exits "void is over" 1 fj a visit void "$V" --why 太晚
exits "cancel is over" 1 fj a visit cancel "$V" --why 太晚
exits "evidence is over" 1 fj a evidence add "$V" "$T/scan.pdf"
exits "verify" 0 fj a verify "$V" --full
matches "OK lines" "$(cat "$T/.out")" '^OK '
lacks "no FAIL" "$(cat "$T/.out")" '^FAIL'
check "verify as an object" fj a --json verify "$V"
equal "ok" "$(json 'd["ok"]')" true
check "log" fj a --json log "$V"
equal "every entry has words" "$(json 'all(e["words"] for e in d) and len(d) > 100')" true
equal "answers in the words of the form" "$(json 'any(" ← " in e["words"] for e in d) and not any(e["words"].startswith("conform ") for e in d)')" true
exits "reopen" 0 fj a visit reopen "$V" --why 补充
equal "round 2" "$(fj a --json visit show "$V" > "$T/.out"; json 'd["round"]')" 2

# ---- other ways to end ----
V=$(visit_of a)
exits "refused: facts alone do not do" 0 fj a visit outcome "$V" refused --facts 机构拒绝进入。
exits "evidence is demanded" 1 fj a visit freeze "$V"
fj a evidence add "$V" "$T/scan.pdf" > /dev/null
exits "a refused visit can be frozen" 0 fj a visit freeze "$V"
exits "a member who cannot sign" 0 fj a visit unsigned "$V" --member 检查员乙 --why 送医
exits "an absent party needs why" 2 fj a visit party "$V" --absent
exits "absent" 0 fj a visit party "$V" --absent 人员离开 --witness 见证人
equal "sealed with one signature" "$(fj a --json visit show "$V" > "$T/.out"; json '[d["state"], d["signed_by"]]')" '["sealed", 1]'
V=$(visit_of a)
exits "cancel needs a reason" 2 fj a visit cancel "$V"
exits "cancel" 0 fj a visit cancel "$V" --why 改期
equal "cancelled" "$(state a)" cancelled
