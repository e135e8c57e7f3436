#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 150
# What was answered is in no file under a workspace, in no temporary file, not while
# the program runs either, and not in the hub's log.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 17

mkdir "$T/tmp"
export TMPDIR=$T/tmp SQLITE_TMPDIR=$T/tmp
hub_start || exit 1
person 检查员甲 inspector YS-0001 jia || exit 1
person 检查员乙 inspector YS-0002 yi || exit 1
secret=绝密样品称量值零点三七一四克
subject=示例检测技术有限公司
# clear DIR...: names every file that holds one of the strings, in UTF-8 or UTF-16.
clear() { grep -rlaF -e "$secret" -e "$subject" -e 原始谱图文件 -e "$(printf %s "$secret" | iconv -t UTF-16LE | tr -d '\0')" "$@" 2> /dev/null; }
printf '原始谱图文件%.0s' $(seq 2000) > "$T/原件.txt"
check "the search finds what is there" clear "$T/原件.txt"

V=$(visit_new)
# While it runs: a long drive is looked at between its answers.
mkfifo "$T/in"
jia visit drive "$V" --form flying-inspection < "$T/in" > "$T/out" &
exec 7> "$T/in"
for i in $(seq 40); do echo "{\"note\":\"/data/staff/f3\",\"text\":\"$secret$i\"}" >&7; done
wait_for 30 bash -c 'test "$(grep -c ok "$0")" -ge 40' "$T/out"
equal "40 notes while it runs" "$(grep -c '"ok":true' "$T/out")" 40
equal "running: none under the workspace" "$(clear "$T/jia")" ""
equal "running: none in temporary files" "$(clear "$T/tmp")" ""
pid=$(jobs -p %% 2> /dev/null | tail -1)
opened=$(for p in $(pgrep -f "$T/jia visit drive"); do ls -l "/proc/$p/fd" 2> /dev/null; done | grep '(deleted)')
lacks "running: no deleted file is held open in TMPDIR" "$opened" "$T/tmp"
exec 7>&-
wait $!
check "evidence and a finding" bash -c 'printf "{\"title\":\"%s\",\"facts\":\"%s\",\"item\":\"/data/staff/f3\"}" "$3" "$3" > "$1/f.json"; "$0" --home "$1/jia" evidence add "$2" "$1/原件.txt" && "$0" --home "$1/jia" finding add "$2" --json-file "$1/f.json"' "$FJ" "$T" "$V" "$secret"
rm "$T/f.json"
if strace -V > /dev/null 2>&1 && strace -o /dev/null true 2> /dev/null; then
	(cd "$T" && strace -f -qq -s 200000 -xx -e trace=write,pwrite64,writev,pwritev,sendto -o "$T/strace" "$FJ" --home "$T/jia" visit drive "$V" --form flying-inspection > "$T/.out" 2> "$T/.err" <<-LINE
	{"note":"/data/staff/f4","text":"$secret"}
	LINE
	)
	hex=$(printf %s "$secret" | od -An -tx1 | tr -d '\n' | sed 's/ /\\x/g')
	equal "under strace the answer is kept" "$(cat "$T/.out")" '{"ok":true}'
	equal "no write carries the answer" "$(grep -cF "$hex" "$T/strace")" 0
	matches "strace saw the writes" "$(grep -c pwrite "$T/strace")" '^[1-9]'
	rm "$T/strace"
else
	for i in 1 2 3; do skip "no write carries the answer" "no strace here"; done
fi

check "sync" jia sync
check "the colleague fetches" yi sync
matches "and reads it" "$(yi log "$V")" "$secret"
check "a bundle" jia bundle export "$V" -o "$T/v.fjb"
check "a backup" jia backup -o "$T/backup"
equal "none in workspaces, bundle and backup" "$(clear "$T/jia" "$T/yi" "$T/v.fjb" "$T/backup" "$T/tmp")" ""
equal "none in the hub's log" "$(clear "$T/hub.err" "$T/hub.out")" ""
short=$(printf %.8s "$V")
lacks "nor names, visits, codes" "$(cat "$T/hub.err" "$T/hub.out")" "$short|检查员|YS-0001"
