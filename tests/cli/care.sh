#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# batch, fsck, backup, restore, bundles, hub verbs without a hub, the man page.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/cli.sh"
plan 44

person a 1 检查员甲 || exit 1
person b 2 检查员乙 || exit 1
V=$(visit_of a)
printf '原件' > "$T/one.txt"
fj a evidence add "$V" "$T/one.txt" > "$T/E"

# ---- batch ----
printf '%s\n' "visit list --json" "# a remark" "" "finding add $V --json-file '$T/f.json'" \
    "visit outcome $V completed --facts \"it's done\"" "nonsense" > "$T/lines"
printf '{"title":"标题"}' > "$T/f.json"
exits "batch ends with the worst" 2 bash -c "'$FJ' --home '$T/a' --passphrase-file '$T/pass' batch < '$T/lines'"
matches "lines before and after run" "$(cat "$T/.out")" 'Kept'
matches "the line that failed is named" "$(cat "$T/.err")" 'batch:6: exit 2'
fj a --json visit show "$V" > "$T/.out"
equal "quotes are taken off" "$(json 'd["outcome_facts"]')" "it's done"
exits "all well" 0 bash -c "echo status | '$FJ' --home '$T/a' --passphrase-file '$T/pass' batch"
exits "an open quote" 2 bash -c "echo \"status 'x\" | '$FJ' --home '$T/a' --passphrase-file '$T/pass' batch"
exits "batch in batch" 2 bash -c "echo batch | '$FJ' --home '$T/a' --passphrase-file '$T/pass' batch"

# ---- bundles ----
fj a card -o "$T/a.card" > /dev/null; fj b card -o "$T/b.card" > /dev/null
exits "export without a file" 2 fj a bundle export "$V"
exits "export to a card" 0 fj a bundle export "$V" -o "$T/v.fjb" --to "$T/b.card"
exits "verify the file" 0 fj b verify --file "$T/v.fjb"
exits "import" 0 fj b bundle import "$T/v.fjb"
check "again: nothing new" fj b --json bundle import "$T/v.fjb"
equal "no new entry" "$(json 'd["entries"]')" 0
check "the evidence came along" fj b evidence extract "$V" "$(cat "$T/E")" -o "$T/two.txt"
check "the same bytes" cmp "$T/one.txt" "$T/two.txt"
person c 3 复核员丙
exits "not for him" 1 fj c bundle import "$T/v.fjb"
head -c 500 "$T/v.fjb" > "$T/cut.fjb"
exits "a bundle that was cut" 1 fj b bundle import "$T/cut.fjb"
printf 'no bundle' > "$T/no.fjb"
exits "no bundle" 1 fj b bundle import "$T/no.fjb"
exits "no file" 3 fj b bundle import "$T/none.fjb"
exits "verify wants one of two" 2 fj b verify
exits "a root that is none" 2 fj b verify "$V" --root 12
exits "a card that is none" 1 fj a bundle export "$V" -o "$T/w.fjb" --to "$T/no.fjb"

# ---- without a hub ----
exits "sync without enrolment" 3 fj a sync
matches "nothing is lost" "$(cat "$T/.err")" "nothing is lost"
exits "enrol without --yes and terminal" 2 bash -c "'$FJ' --home '$T/a' --passphrase-file '$T/pass' enrol http://127.0.0.1:9 ABCD < /dev/null"
exits "no hub there" 3 fj a enrol http://127.0.0.1:9 0123-4567-89AB-CDEF-GHJK-MNPQ --yes
exits "plain HTTP only to loopback" 1 fj a enrol http://192.0.2.1:9 0123-4567-89AB-CDEF-GHJK-MNPQ --yes
exits "token without enrolment" 1 fj a token
exits "review is for supervisors" 1 fj a review list
exits "approve by a member" 1 fj a review approve "$V" --disposition correct
exits "an unknown disposition" 2 fj a review approve "$V" --disposition maybe
exits "an unknown kind of return" 2 fj a review return "$V" --kind maybe --why x

# ---- care ----
exits "fsck" 0 fj a fsck
exits "backup" 0 fj a backup -o "$T/backup"
lacks "the backup is sealed" "$(strings -a "$T/backup" | grep -c 标题)" '^[1-9]'
exits "restore over a workspace is refused" 1 fj b restore "$T/backup"
exits "restore with a wrong passphrase" 1 bash -c "printf 'x-falsch-x\n' > '$T/p2'; chmod 600 '$T/p2'; '$FJ' --home '$T/r' --passphrase-file '$T/p2' restore '$T/backup'"
exits "restore" 0 fj r restore "$T/backup"
check "the visit is there" fj r visit show "$V"
check "and its evidence" fj r evidence extract "$V" "$(cat "$T/E")" -o "$T/three.txt"
check "the same" cmp "$T/one.txt" "$T/three.txt"
exits "restore of nothing" 3 fj q restore "$T/none"

# ---- the man page names what help names ----
sed -n 's/^  \([a-z].*\)/\1/p' < <("$FJ" help) | sed 's/ [A-Z\[(-].*//; s/ *$//' | sort -u > "$T/help"
sed -n 's/^\.It Cm \(.*\)/\1/p' "$top/src/man/feijian.1" | sed 's/ Ar .*//' | sort -u > "$T/man"
equal "every command is in the man page" "$(comm -23 "$T/help" "$T/man" | tr '\n' ' ')" ""
if command -v groff > /dev/null; then
	equal "the man page is well formed" "$(groff -mandoc -K utf8 -Tutf8 -ww "$top/src/man/feijian.1" 2>&1 > /dev/null | head -3)" ""
else
	skip "the man page is well formed" "no groff"
fi
