#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 120
# A finding at the terminal, and its evidence: drafted from an item, clauses by
# filter, words that papers never carry, a stage that is refused with its reason,
# a file by its path with Tab, linked, withdrawn.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/tty.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 26
command -v tmux > /dev/null || { for i in $(seq 26); do skip "terminal" "no tmux"; done; exit 0; }

workspace jia 检查员甲 YS-0001 || exit 1
V=$(visit_new)
printf '%s\n' '{"set":"/data/equipment/h3","value":"nonconform"}' '{"note":"/data/equipment/h3","text":"2号气相色谱仪校准证书已过期"}' |
    jia visit drive "$V" --form flying-inspection > /dev/null
printf '照片\n' > "$T/样品间照片.txt"
gone_now() { wait_for 20 hasnt "$1"; }
said() { jia finding list "$V" --json | grep -qF -- "$1"; }

tty_open 80 24 --home "$T/jia" --lang zh
until_sees 工作区已锁定; type "$(cat "$PASS")"; keys Enter; until_sees "$V"; keys Enter; until_sees 检查结果情形
keys f
sees "no finding yet: what to do" "还没有问题"
keys q; until_sees 检查结果情形; keys c; until_sees 检查前手续
keys x; until_sees "设备与溯源 1/"; keys d
sees "drafted from the failed item" "2号气相色谱仪校准证书已过期"
check "and kept" said 2号气相色谱仪校准证书已过期
keys Tab; keys Enter
sees "clauses to choose from" "条款：Enter 选"
type B4; until_sees "1 项匹配"; keys Enter; until_sees "[x] B4"; keys Escape; gone_now "条款：Enter 选"
sees "the law beside it" "第十四条第（四）项"
sees "the second leg is asked" "数据、结果"
keys Tab; type BG-2026-0031; keys Tab
type 这是虚假报告
sees "a word for decisions is flagged while it is typed" "“虚假”是认定用语"
keys C-s
check "such facts are not kept" bash -c "! grep -q 虚假报告 <<< '$(jia finding list "$V" --json)'"
for _ in 1 2 3 4 5 6; do keys BSpace; done
gone "the flag goes with the word" "“虚假”是认定用语"
keys C-s
sees "kept" "已存"
keys C-e
sees "evidence of this finding" "本处还没有证据"
keys a; until_sees 添加文件; type "$T/样"; keys Tab
sees "Tab completes the path" "样品间照片.txt"
keys Enter; until_sees 如何取得; keys Enter
sees "sealed, linked to the finding" "样品间照片.txt"
check "with its digest" has "SHA-256 $(sha256sum "$T/样品间照片.txt" | cut -c1-64)"
keys x; until_sees 新文件; type "$T/取出.txt"; keys Enter
sees "taken out" "未加密"
check "the same bytes" cmp "$T/样品间照片.txt" "$T/取出.txt"
keys x; until_sees 新文件; type "$T/取出.txt"; keys Enter
check "never over a file that is there" cmp "$T/样品间照片.txt" "$T/取出.txt"
keys l
sees "links to an item or a finding" "关联到哪个"
type 银行流水没有这一项; sees "nothing matches" "没有匹配项"
keys Escape; gone_now "没有匹配项"; keys Escape; gone_now "关联到哪个"
keys D; until_sees 理由; type 误传; keys Enter
sees "withdrawn, still on record" "已撤回"
keys q; until_sees "涉及报告"; keys BTab BTab BTab
type 补一句标题
keys Escape
gone "back" "涉及报告"
check "the header shows the item again" until_sees "设备与溯源"
keys d
sees "one draft an item" "涉及报告"
keys Escape; gone_now "涉及报告"; until_sees "设备与溯源"
keys p; until_sees 所缺
sees "what it lacks is counted" "缺"
keys D; until_sees 理由; type 重复; keys Enter
sees "a finding withdrawn" "已撤回"
mux resize-window -x 40 -y 12
sees "40 columns" "? 帮助"
check "nothing is cut to pieces" clean
