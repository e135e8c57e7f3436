#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 90
# The screen of the sync: what is safe, what was set, what goes on; a pause that another
# program sets is followed.
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/world.sh"
. "$top/tests/lib/tty.sh"
plan 10

hub_start || exit 1
person 检查员甲 inspector YS-0001 jia || exit 1
V=$(visit_new)
jia sync > "$T/.out" 2>&1
tty_open 80 24 --home "$T/jia" --lang zh
wait_for 20 has 检查员甲 || wait_for 5 has 口令
has 口令 && { type 'a-good-long-passphrase'; keys Enter; }
wait_for 20 has 示例检测
keys F5
sees "the hub" "$HUB_ADDR"
sees "what is safe" 回执
sees "each visit" 示例检测
jia sync --pause > "$T/.out"
sees "paused by another program" 已由您暂停
sees "in the status line too" 同步已暂停
keys p
gone "taken back here" 已由您暂停
equal "for every program" "$(field 'd["paused"]' jia status --json)" false
keys m
sees "metered" 计费网络
equal "is kept" "$(field 'd["metered"]' jia status --json)" true
mux resize-window -x 120 -y 40
sees "larger" "$HUB_ADDR"
