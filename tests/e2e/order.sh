#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 200
# Entries that arrive in another order, in other portions, twice, by bundle or by hub:
# the same state and the same entries.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 21

hub_start || exit 1
person 检查员甲 inspector YS-0001 jia || exit 1
person 检查员乙 inspector YS-0002 yi || exit 1
for w in c1 c2 c3 c4; do
	workspace $w 检查员乙 YS-0002 || exit 1
	"$w" card -o "$T/$w.card" > "$T/.out" || exit 1
done
jia sync > "$T/.out" 2>&1; yi sync > "$T/.out" 2>&1
jia card -o "$T/jia.card" > "$T/.out"; yi card -o "$T/yi.card" > "$T/.out"
cards="$T/jia.card $T/yi.card $T/c1.card $T/c2.card $T/c3.card $T/c4.card"

# Two authors and a story with disagreements, removals, a freeze and a second round; a
# bundle after each step of either.
V=$(visit_new)
n=0
cut() { n=$((n + 1)); "$1" bundle export "$V" -o "$T/b$(printf %02d $n)" --to $cards > "$T/.out" || not_ok "bundle $n" "$(cat "$T/.out")"; }
swap() { jia bundle export "$V" -o "$T/s1" --to $cards > "$T/.out"; yi bundle import "$T/s1" > "$T/.out"; yi bundle export "$V" -o "$T/s2" --to $cards > "$T/.out"; jia bundle import "$T/s2" > "$T/.out"; rm -f "$T/s1" "$T/s2"; }
cut jia
swap
fill_all jia "$V" 'staff|scene'; cut jia
drive yi "$V" '{"set":"/data/staff/f3","value":"nonconform"}' '{"add":"/data/scene/clock"}' > "$T/.out"; cut yi
drive jia "$V" '{"set":"/data/staff/f3","value":"conform"}' '{"add":"/data/scene/clock"}' > "$T/.out"; cut jia
swap; cut yi
at=$(field 'd[0]["at"]' jia visit conflicts "$V" --json)
yi visit resolve "$V" "$at" --value basic --why 一致认为 > "$T/.out"; cut yi
drive jia "$V" '{"remove":"/data/scene/clock[1]"}' '{"note":"/data/staff/f4","text":"甲的说明"}' > "$T/.out"; cut jia
drive yi "$V" '{"note":"/data/staff/f4","text":"乙的说明"}' '{"clear":"/data/staff/f5"}' > "$T/.out"; cut yi
swap
echo '{"title":"t","facts":"f","item":"/data/staff/f3"}' > "$T/f.json"
F=$(jia finding add "$V" --json-file "$T/f.json"); cut jia
jia visit outcome "$V" stopped --facts 因故中止 > "$T/.out"; cut jia
jia evidence add "$V" "$T/f.json" > "$T/.out"; cut jia
for at in $(field '" ".join(c["at"] for c in d)' jia visit conflicts "$V" --json); do jia visit resolve "$V" "$at" --take "$(jia visit conflicts "$V" | awk '/甲的说明/ { print $1; exit }')" --why 两人商定 > "$T/.out" 2>&1; done; cut jia
swap
jia visit freeze "$V" > "$T/freeze" 2>&1; cut jia
yi bundle import "$T/b$(printf %02d $n)" > "$T/.out"
yi visit sign "$V" > "$T/sign" 2>&1; cut yi
jia bundle import "$T/b$(printf %02d $n)" > "$T/.out"
jia visit party "$V" --signed --name 当事人代表 > "$T/party" 2>&1; cut jia
matches "the story goes up to its end" "$(field 'd["state"]' jia visit show "$V" --json)" 'sealed'
matches "in many portions" "$n" '^1[0-9]$'

# What a visit is, without what only this machine knows (unsent, here, dates of display).
seen() {
	field '{k: d[k] for k in ("state", "round", "outcome", "outcome_facts", "disputes", "forked", "team", "signed_by")}' "$1" visit show "$V" --json
	values "$1" "$V"
	field '[(c["at"], sorted((v["name"], v["value"]) for v in c["values"])) for c in d]' "$1" visit conflicts "$V" --json
	field 'sorted((e["id"], e["status"], e["superseded"]) for e in d)' "$1" log "$V" --json
}
jia visit show "$V" --json > "$T/show"
want=$(seen jia)
take() { w=$1; shift; for b in "$@"; do "$w" bundle import "$T/b$b" > "$T/.out" 2> "$T/.err" || echo "$b: $(cat "$T/.err")"; done; }
all=$(seq -f %02g 1 $n)
equal "in order" "$(take c1 $all)" ""
equal "the same state" "$(seen c1)" "$want"
take c2 $(printf '%s\n' $all | tac) > "$T/.out"
equal "backwards" "$(seen c2)" "$want"
for seed in 1 2; do
	w=c$((seed + 2))
	order=$(python3 -c 'import random, sys
b = sys.argv[2:] + sys.argv[2::3]
random.Random(int(sys.argv[1])).shuffle(b)
print(*b)' $seed $all)
	take $w $order > "$T/.out"
	equal "shuffled and some twice ($seed)" "$(seen $w)" "$want"
done
# Each state on the way is a function of the set: halves in two orders.
for w in p q; do
	workspace $w 检查员乙 YS-0002 && "$w" card -o "$T/$w.card" > "$T/.out"
done
cards="$cards $T/p.card $T/q.card"
k=0
for m in jia yi c1; do k=$((k + 1)); "$m" bundle export "$V" -o "$T/w$k" --to $cards > "$T/.out"; done
check "a bundle of a third hand" p bundle import "$T/w3"
equal "says the same" "$(seen p)" "$want"
# By the hub, sent by two, fetched by a third.
check "the first sends" jia sync
check "the second sends" yi sync
person 复核员丙 supervisor YS-0003 bing
check "a supervisor fetches" bing sync
equal "by hub: the same" "$(seen bing)" "$want"
check "bundle after hub adds nothing" bing sync
for w in jia c1 c2 c3 c4; do check "fsck of $w" "$w" fsck; done
equal "still the same" "$(seen jia)" "$want"
check "verify --full" jia verify "$V" --full
