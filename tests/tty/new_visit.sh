#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# A visit begun on the screen: the kind brings its form, a campaign is chosen.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/cli.sh"
. "$(dirname "$0")/../lib/tty.sh"
plan 10
command -v tmux > /dev/null || { for i in $(seq 10); do skip "terminal" "no tmux"; done; exit 0; }
person a 1 检查员甲 || exit 1
export FEIJIAN_LANG=zh
tty_open 100 40 --home "$T/a"
until_sees "口令"
type "$(cat "$T/pass")"; keys Enter
until_sees "还没有检查"
keys c
until_sees "检查类型"
keys Enter
sees "all kinds are offered" "假冒伪劣商品抽查"
keys End; keys Enter
sees "the last of them is taken" "品牌培育和质量宣传"
check "it brings its form" hasnt "检查表 "
until_sees "执照上的名称"
type 示例公司; keys Tab; keys Tab; type 演示
for i in 1 2 3 4 5; do keys Tab; done
keys Enter
sees "campaigns have titles" "QFXD 秋风行动"
keys Enter
sees "one is taken" "[x] ZJLJ"
keys Escape
gone "the list is left" "Esc 完成"
sees "it stands in the field" "ZJLJ 质监利剑"
keys C-s
gone "the visit is begun" "新建检查"
sees "and shows it" "ZJLJ 质监利剑"
fj a --json visit list > "$T/.out"
equal "as everybody's list does" "$(json '[(v["kind"], v["campaigns"]) for v in d]')" '[["brand-cultivation", ["ZJLJ"]]]'
