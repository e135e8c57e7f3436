#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# Kinds of visit: each opens with its own form; campaigns; clues.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/cli.sh"
kinds=$(python3 -c 'import json,sys
for k in json.load(open(sys.argv[1], encoding="utf-8"))["kinds"]: print(k["id"])' "$top/forms/visit-kinds.json")
plan $((18 + 24))

person a 1 检查员甲 || exit 1
person b 2 检查员乙 || exit 1
new() { fj a visit new --subject-name 示例公司 --no-uscc 无 --member 检查员甲:YS-0001 --member 检查员乙:YS-0002 "$@"; }
opened=0
for k in $kinds; do
	if [ -e "$top/forms/$k.json" ]; then
		exits "a visit of kind $k opens with its own form" 0 new --kind "$k"
		opened=$((opened + 1))
	else
		exits "a kind whose form is missing is refused: $k" 3 new --kind "$k"
	fi
done
equal "as many visits as kinds" "$(fj a --json visit list > "$T/.out"; json 'len(d)')" "$opened"

# ---- campaigns ----
exits "a code that is none" 1 new --kind metrology --campaign 秋风
matches "the sentence says how one looks" "$(cat "$T/.err")" ZJLJ
exits "a code twice" 1 new --kind metrology --campaign ZJLJ zjlj
exits "nine codes" 3 new --kind metrology --campaign AA AB AC AD AE AF AG AH AI
exits "two codes, one of them our own" 0 new --kind metrology --campaign zjlj GZ-2026
V=$(cat "$T/.out")
check "show as an object" fj a --json visit show "$V"
equal "they are capitals" "$(json 'd["campaigns"]')" '["ZJLJ", "GZ-2026"]'
matches "the title of a known one" "$(FEIJIAN_LANG=zh fj a visit show "$V")" 'ZJLJ 质监利剑，GZ-2026'
exits "list of one campaign" 0 fj a --json visit list --campaign gz-2026
equal "the visit alone" "$(json '[v["campaigns"] for v in d]')" '[["ZJLJ", "GZ-2026"]]'
matches "in the table" "$(fj a visit list --campaign ZJLJ)" 'ZJLJ GZ-2026'
matches "no visit of another" "$(fj a visit list --campaign QFXD 2>&1)" 'no visits of this campaign'
exits "a list for what is no code" 1 fj a visit list --campaign 9
exits "a card" 0 fj b card -o "$T/b.card"
exits "by bundle to the colleague" 0 fj a bundle export "$V" -o "$T/v.fjb" --to "$T/b.card"
exits "he takes it in" 0 fj b bundle import "$T/v.fjb"
exits "his list" 0 fj b --json visit list --campaign ZJLJ
equal "has it" "$(json '[v["campaigns"] for v in d]')" '[["ZJLJ", "GZ-2026"]]'

# ---- clues ----
exits "a service visit" 0 fj a visit new --kind brand-cultivation --subject-name 示例公司 --no-uscc 无 --member 检查员甲:YS-0001
S=$(cat "$T/.out")
printf '{"title":"证书编号查不到","clauses":["X1"]}' > "$T/f.json"
exits "cites no clause" 1 fj a finding add "$S" --json-file "$T/f.json"
printf '{"title":"证书编号查不到","facts":"当事人同意移交。"}' > "$T/f.json"
exits "passes on a clue" 0 fj a finding add "$S" --json-file "$T/f.json"
F=$(cat "$T/.out")
printf '{"stage":"suspected"}' > "$T/f.json"
exits "suspects nobody" 1 fj a finding set "$S" "$F" --json-file "$T/f.json"
matches "and says what would" "$(cat "$T/.err")" follows
