#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 150
# Two workspaces answer one item differently without a network; merged both ways, once
# by bundles and once by the hub: the same state, one disagreement with names and values,
# no freeze while it is open, settled by one with a reason.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 44

hub_start || exit 1
person 检查员甲 inspector YS-0001 jia || exit 1
person 检查员乙 inspector YS-0002 yi || exit 1
check "both know the roster" bash -c '"$0" --home "$1/jia" sync && "$0" --home "$1/yi" sync' "$FJ" "$T"

by_hub() { "$1" sync && "$2" sync; }
by_bundle() { rm -f "$T/$1.fjb"; "$1" bundle export "$V" -o "$T/$1.fjb" && "$2" bundle import "$T/$1.fjb"; }
seen() { # what one sees of the visit: state, all values, open disagreements, ids of entries
	field '[d["state"], d["round"], d["disputes"], d["outcome"], [(p["answered"], p["failed"]) for p in d["progress"]]]' "$1" visit show "$V" --json
	values "$1" "$V"
	field '[(c["at"], sorted((v["name"], v["value"]) for v in c["values"])) for c in d]' "$1" visit conflicts "$V" --json
	ids "$1" "$V"
}

story() {
	way=$1
	V=$(visit_new)
	fill_all jia "$V" staff/f3
	check "$way: the second gets the visit" "by_$way" jia yi
	drive jia "$V" '{"set":"/data/staff/f3","value":"conform"}' '{"set":"/data/staff/f4","value":"basic"}' > "$T/1"
	drive yi "$V" '{"set":"/data/staff/f3","value":"nonconform"}' '{"set":"/data/seals/n2","value":"conform"}' > "$T/2"
	check "$way: there" "by_$way" jia yi
	check "$way: and back" "by_$way" yi jia
	# A hub serves who asks later; one more turn brings the first up to date.
	[ "$way" = hub ] && jia sync > "$T/.out" 2>&1
	equal "$way: the same state in both" "$(seen jia)" "$(seen yi)"
	equal "$way: one disagreement" "$(field 'len(d)' jia visit conflicts "$V" --json)" 1
	matches "$way: with names and values" "$(jia visit conflicts "$V")" '检查员甲'
	matches "$way: of both" "$(jia visit conflicts "$V" | tr '\n' ' ')" '(nonconform|不符合).*检查员乙|检查员乙.*(nonconform|不符合)'
	jia visit outcome "$V" completed --facts 按计划完成检查 > "$T/.out"
	jia evidence add "$V" "$PASS" > "$T/.out" 2>&1
	says "$way: no freeze while it is open" 1 'staff/f3' 'staff/f3' jia visit freeze "$V"
	at=$(field 'd[0]["at"]' jia visit conflicts "$V" --json)
	check "$way: anyone of the team settles it, with a reason" yi visit resolve "$V" "$at" --value basic --why 两人复看合同后一致认为基本符合
	check "$way: sent back" "by_$way" yi jia
	[ "$way" = hub ] && jia sync > "$T/.out" 2>&1
	equal "$way: nothing is open" "$(field 'len(d)' jia visit conflicts "$V" --json)" 0
	matches "$way: the settled value stands" "$(values jia "$V")" '"/data/staff/f3":"basic"'
	matches "$way: the reason is on record" "$(jia log "$V")" '一致认为基本符合'
	equal "$way: so are both answers" "$(field 'sorted(e["value"] for e in d if e["op"] == "set" and e["path"].endswith("staff/f3"))' jia log "$V" --json)" '["conform", "nonconform"]'
	R=$(field '[e["id"] for e in d if e["op"] == "resolve"][-1]' jia log "$V" --json)
	exits "$way: who settled has nothing to reserve" 1 yi visit reserve "$V" "${R:0:12}" --text 不同意
	check "$way: the other puts a reservation on record" jia visit reserve "$V" "${R:0:12}" --text 本人仍认为不符合
	matches "$way: the story tells it" "$(jia log "$V")" '本人仍认为不符合'
	# n2 was answered by one alone, equal values are agreement.
	drive jia "$V" '{"set":"/data/seals/n2","value":"conform"}' > "$T/.out"
	jia visit freeze "$V" > "$T/freeze" 2> "$T/freeze.err"
	lacks "$way: the freeze complains of it no more" "$(cat "$T/freeze.err")" 'staff/f3'
	matches "$way: frozen" "$(cat "$T/freeze" "$T/freeze.err")" '[0-9a-z]{5}-[0-9a-z]{5}-'
}
story bundle
story hub

# Equal answers given apart are agreement.
V=$(visit_new)
by_bundle jia yi > "$T/.out" 2>&1
drive jia "$V" '{"set":"/data/staff/f3","value":"conform"}' > "$T/1"
drive yi "$V" '{"set":"/data/staff/f3","value":"conform"}' > "$T/2"
by_bundle jia yi > "$T/.out" 2>&1
by_hub yi jia > "$T/.out" 2>&1
equal "equal answers are agreement" "$(field 'len(d)' jia visit conflicts "$V" --json)" 0
by_hub jia yi > "$T/.out" 2>&1; by_hub yi jia > "$T/.out" 2>&1
equal "bundle there, hub back: the same" "$(seen jia)" "$(seen yi)"
by_bundle jia yi > "$T/.out" 2>&1; by_bundle yi jia > "$T/.out" 2>&1
equal "once more changes nothing" "$(seen jia)" "$(seen yi)"
check "both chains hold" jia fsck
check "on both sides" yi fsck
