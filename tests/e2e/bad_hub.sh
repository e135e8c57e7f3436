#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 240
# A hub that lies, is slow, cuts, is a login page, speaks another version, or is not
# there: a sentence with the way out, the exit code of the contract, nothing lost.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 45

hub_start || exit 1
link_start "$HUB_ADDR" || exit 1
hub_url=$HUB_URL
HUB_URL=http://$LINK_ADDR

# ---- before the enrolment ----
workspace jia 检查员甲 YS-0001
says "sync without a hub: how to get one" 3 'feijian enrol' 'feijian enrol URL CODE' jia sync
code=$(invite_code 检查员甲 inspector YS-0001)
says "plain http to another machine is refused" 1 'https://' 'Write https://' jia enrol http://192.0.2.1:8443 "$code" --yes
says "so is what only looks like this machine" 1 'https://' 'Write https://' jia enrol http://127.0.0.1.example.invalid "$code" --yes
says "no URL at all" 1 'http' 'http' jia enrol hub.example "$code" --yes
says "a code that is none" 1 24 '24 letters' jia enrol "$HUB_URL" ABC --yes
for m in login version garbage error cut redirect; do
	link $m
	# Noise with the right headers: it does not prove that it knows the code.
	exits "enrolment against: $m" "$([ $m = garbage ] && echo 1 || echo 3)" jia enrol "$HUB_URL" "$code" --yes
done
link pass
check "the code is still good" jia enrol "$HUB_URL" "$code" --yes
V=$(visit_new)
check "first sync" jia sync
before=$(ids jia "$V")

# ---- enrolled; each fault with an answer not yet sent ----
unsent() { field 'd["unsent"]' jia status --json; }
bad() { # NAME MODE CODE ZH EN
	drive jia "$V" '{"set":"f3","value":"conform"}' '{"clear":"f3"}' > "$T/said"
	n=$(unsent)
	link "$2"
	says "$1" "$3" "$4" "$5" jia sync
	equal "$1: nothing counts as sent" "$(unsent)" "$n"
}
bad "a login page" login 3 '登录' 'sign in with a browser'
bad "a redirect to a login page" redirect 3 '内容均已保存' 'Everything is kept'
bad "another version" version 3 '更新' 'update'
bad "an answer without sense" garbage 3 '内容均已保存' 'makes no sense'
bad "a proxy's error" error 3 '500' '500'
bad "cut in the middle" cut 3 '断点' 'goes on from there'
bad "a receipt with a false signature" lie-receipt 1 '回执' 'receipt does not prove'
bad "stored, it says, without a receipt" lie-stored 1 '回执' 'receipt does not prove'
bad "the receipt of other entries" replay 1 '回执' 'receipt does not prove'
link later
says "asked to wait" 3 '稍候' 'asks to wait' jia sync
lacks "the time to wait is a span" "$(cat "$T/.out")" '[0-9]{4,} (days|天)'

# The hub takes everything and its answer is lost: the next sync settles it.
link drop-reply
exits "the answer is lost" 3 jia sync
link slow
check "an answer in pieces of 7 bytes is taken" jia sync
equal "all has a receipt" "$(unsent)" 0

# Nobody there; and what the whole day left behind.
drive jia "$V" '{"set":"f3","value":"nonconform"}' > "$T/said"
link silent
exits "a hub that says nothing" 3 jia sync
matches "with a sentence" "$(cat "$T/.err")" '内容均已保存|稍后'
hub_stop
link pass
exits "the hub is gone behind the link" 3 jia sync
says "status says what is not sent" 0 '尚无回执的记录：1' 'without a receipt: 1' jia status
kill "${pids##* }"
says "no answer at all" 3 '内容均已保存' 'Everything is kept' jia sync
check "work goes on without a hub" bash -c 'test "$(printf "{\"set\":\"f4\",\"value\":\"conform\"}\n" | "$0" --home "$1" visit drive "$2" --form flying-inspection | grep -c "\"ok\":true")" = 1' "$FJ" "$T/jia" "$V"
lost=$(comm -23 <(printf '%s\n' "$before") <(ids jia "$V"))
equal "no entry was lost" "$lost" ""
check "fsck" jia fsck
check "the last answer stands" bash -c 'printf %s "$1" | grep -q "\"/data/staff/f3\":\"nonconform\""' - "$(values jia "$V")"
