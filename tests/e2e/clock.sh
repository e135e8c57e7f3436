#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 60
# A clock that jumps is told in the log and once in words; it never blocks.
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/world.sh"
plan 16

workspace jia 检查员甲 YS-0001 || exit 1
workspace yi 检查员乙 YS-0002 || exit 1
# off SECONDS CMD...: with a clock that is off by so much; all else runs on the true one
off() { t=$(date -d "@$(($(date +%s) + $1))" +%Y-%m-%dT%H:%M:%S+08:00); shift; jia --now "$t" "$@"; }
ops() { field '" ".join(e["op"] for e in d if e["op"] in ("clock", "freeze", "outcome"))' jia log "$V" --json; }
V=$(visit_new)
complete_lines | jia visit drive "$V" --form flying-inspection > "$T/fill.out" 2> "$T/fill.err"
equal "the first acts say nothing" "$(cat "$T/fill.err")" ""
check "an hour forward" off 3600 visit outcome "$V" completed --facts 按计划完成检查
matches "is said once, with the way out" "$(cat "$T/.err")" '多走了 3[0-9]{3} 秒.*请校准时钟'
equal "and stands before the act" "$(ops)" "clock outcome"
check "set right again: an hour back" jia visit outcome "$V" stopped --facts 中止
matches "is said too" "$(cat "$T/.err")" '向后拨了 3[0-9]{3} 秒'
printf '证书\n' > "$T/paper.txt"
check "the next act" jia evidence add "$V" "$T/paper.txt" --for /data/arrival/b3
equal "says nothing" "$(cat "$T/.err")" ""
check "a day back: the freeze is taken all the same" off -86400 visit freeze "$V"
matches "and says so" "$(cat "$T/.err")" '向后拨了 [0-9]+ 秒'
equal "it stands behind the freeze, which names what was before" "$(ops)" "clock outcome clock outcome freeze clock"
matches "the log tells it in Chinese" "$(jia log "$V")" '时钟曾向后拨 '
matches "and in English" "$(FJ_LANG=en jia log "$V")" 'the clock had gone forward by '
check "the second one signs it" off -86390 visit sign "$V" --with "$T/yi" --with-passphrase-file "$PASS"
check "the party signed" off -86380 visit party "$V" --signed --name 当事人代表
check "and it proves" jia verify "$V" --full
