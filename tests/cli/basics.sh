#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: check
# Arguments, exit codes, errors, the workspace: init, passwd, recover, card, status, doctor.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/cli.sh"
plan 57

exits "help" 0 "$FJ" help
help=$(cat "$T/.out")
for w in init "visit new" "finding add" "evidence add" "review approve" "bundle export" tour; do
	matches "help names $w" "$help" "^  $w"
done
exits "help of one verb" 0 "$FJ" visit new --help
equal "and of nothing else" "$(grep -c '^  [a-z]' "$T/.out")" 1
exits "help of a word" 0 "$FJ" help visit
matches "with all its verbs" "$(cat "$T/.out")" "^  visit freeze"
exits "version" 0 "$FJ" --version
exits "an unknown command" 2 "$FJ" fly
exits "an unknown verb" 2 "$FJ" visit fly
exits "an unknown option" 2 "$FJ" init --wrong
exits "an option without its value" 2 "$FJ" init --name
exits "an option that must be given" 2 "$FJ" --home "$T/x" init --name 甲 --org 乙
exits "a word too many" 2 "$FJ" status extra
exits "a wrong --now" 2 "$FJ" --now yesterday status
"$FJ" --json fly 2> "$T/.out"
equal "an error is an object with --json" "$(json 'd["error"]')" cli.unknown-command
matches "in Chinese" "$("$FJ" --lang zh fly 2>&1)" 未知命令
exits "no workspace" 3 fj a status
exits "no workspace, with the way out" 3 fj a visit list
matches "it names init" "$(cat "$T/.err")" "feijian init"

chmod 644 "$T/pass"
exits "a passphrase that others can read is refused" 1 person a 1 检查员甲
chmod 600 "$T/pass"
exits "no passphrase file" 3 "$FJ" --home "$T/a" --passphrase-file "$T/none" init --name 甲 --org 乙 --division 33
: > "$T/empty"; chmod 600 "$T/empty"
exits "an empty passphrase" 1 "$FJ" --home "$T/a" --passphrase-file "$T/empty" init --name 甲 --org 乙 --division 33
exits "an unknown division name" 3 fj a init --name 甲 --org 乙 --division 没有这个地方
check "nothing was made" test ! -e "$T/a/journal.db"
exits "init" 0 person a 1 检查员甲
matches "prints the id alone" "$(cat "$T/a.dev")" '^[0-9a-hjkmnp-tv-z]{8}$'
matches "and the recovery code on standard error" "$(tail -1 "$T/a.code")" '^([0-9a-z]{4,6}-)+[0-9a-z]{4,6}$'
exits "init again is refused" 1 fj a init --name 甲 --org 乙 --division 33
exits "a name that fits two divisions" 2 fj n init --name 检查员乙 --org 示例局 --division 西湖区
exits "a division by name" 0 fj n init --name 检查员乙 --org 示例局 --division 上城区
check "init with --json" fj j --json init --name 检查员乙 --org 示例局 --division 330106
equal "gives the whole id" "$(json 'len(d["id"])')" 26

exits "status" 0 fj a status
matches "says that nobody else opens it" "$(cat "$T/.out")" "not enrolled"
check "status as an object" fj a --json status
equal "its standing" "$(json 'd["standing"]')" not-enrolled
equal "its division" "$(json 'd["division"]')" 330106
check "passphrase file from the environment" env FEIJIAN_HOME="$T/a" FEIJIAN_PASSPHRASE_FILE="$T/pass" "$FJ" status

printf 'falsch\n' > "$T/wrong"; chmod 600 "$T/wrong"
exits "a wrong passphrase is refused" 1 "$FJ" --home "$T/a" --passphrase-file "$T/wrong" status
check "and nothing is lost" bash -c "for i in 1 2 3 4 5 6 7 8; do '$FJ' --home '$T/a' --passphrase-file '$T/pass' status && exit 0; read -r -t 1 _ <> '$T/.pipe'; done; exit 1"
exits "without terminal and file it could not" 3 setsid "$FJ" --home "$T/a" status

printf 'kou-ling-er-hao-2\n' > "$T/pass2"; chmod 600 "$T/pass2"
exits "passwd" 0 fj a passwd --new-passphrase-file "$T/pass2"
exits "the old passphrase is gone" 1 fj a status
check "the new one opens" bash -c "for i in 1 2 3 4 5 6 7 8; do '$FJ' --home '$T/a' --passphrase-file '$T/pass2' status && exit 0; read -r -t 1 _ <> '$T/.pipe'; done; exit 1"
tail -1 "$T/a.code" > "$T/code"; chmod 600 "$T/code"
exits "recover by the code" 0 fj a recover --code-file "$T/code" --new-passphrase-file "$T/pass"
cp "$T/.err" "$T/code2"
check "the passphrase is the new one" fj a status
exits "the code was spent" 1 fj a recover --code-file "$T/code" --new-passphrase-file "$T/pass"
tail -1 "$T/code2" > "$T/code"
exits "the code that recover gave" 0 fj a recover --code-file "$T/code" --new-passphrase-file "$T/pass"

exits "card to a file" 0 fj a card -o "$T/a.card"
check "it is there" test -s "$T/a.card"
check "doctor as an array" fj a --json doctor
