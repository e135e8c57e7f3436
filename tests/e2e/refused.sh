#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 240
# Ways of a visit other than the straight one: refused and obstructed, a member who cannot
# sign, void, a third laptop that comes late, contested decisions, conflicts of roles,
# recovery, restore with a new key.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 64

hub_start || exit 1
person 检查员甲 inspector YS-0001 jia || exit 1
person 检查员乙 inspector YS-0002 yi || exit 1
person 复核员丙 supervisor YS-0003 bing || exit 1
# A second supervisor for the same province, and one for another.
workspace ding 复核员丁 YS-0004 && ding enrol "$HUB_URL" "$(hub_cmd invite "$(hub_cmd user add 复核员丁 --role supervisor --division 33 --cert YS-0004)")" --yes > "$T/.out" 2>&1 || exit 1
workspace wu 复核员戊 YS-0005 && wu enrol "$HUB_URL" "$(hub_cmd invite "$(hub_cmd user add 复核员戊 --role supervisor --division 44 --cert YS-0005)")" --yes > "$T/.out" 2>&1 || exit 1
all() { for w in "$@"; do "$w" sync || return 1; done; }
state() { field 'd["state"]' "$1" visit show "$V" --json; }
check "everybody syncs" all jia yi bing ding wu
printf '现场照片\n' > "$T/photo.txt"

# sealed OUTCOME: V is a visit that ended so, with both signatures
sealed() {
	V=$(visit_new) &&
	jia visit outcome "$V" "$1" --facts "$2" && jia evidence add "$V" "$T/photo.txt" &&
	jia visit freeze "$V" && all jia yi && yi visit sign "$V" && all yi jia &&
	jia visit party "$V" --refused 拒绝签字 --witness 见证人 && all jia bing ding
}
check "a refused visit is frozen, signed and sealed" sealed refused 机构负责人拒绝检查人员进入
equal "sealed" "$(state jia)" sealed
check "verify --full" jia verify "$V" --full
check "approved: transfer" bing review approve "$V" --disposition transfer
equal "approved" "$(state bing)" approved
check "an obstructed visit too" sealed obstructed 机构人员切断电源并带走服务器
equal "sealed too" "$(state jia)" sealed

# ---- void, a member who cannot sign ----
V=$(visit_new)
jia visit outcome "$V" absent --facts 现场无人 > "$T/.out"
exits "absent, without evidence: not ready" 1 jia visit freeze "$V"
jia evidence add "$V" "$T/photo.txt" > "$T/.out"
check "freeze" jia visit freeze "$V"
check "void" jia visit void "$V" --why 事实有误
equal "open again" "$(state jia)" open
check "freeze anew" jia visit freeze "$V"
says "who froze does not sign again" 1 '' '' jia visit sign "$V"
check "the second cannot sign" jia visit unsigned "$V" --member 检查员乙 --why 送医
exits "nobody was there: no party is asked for" 1 jia visit party "$V" --absent 无人在场 --witness 见证人
equal "sealed by one" "$(field '[d["state"], d["signed_by"]]' jia visit show "$V" --json)" '["sealed", 1]'
all jia bing ding > "$T/.out" 2>&1
says "approve without accept is refused" 1 '' '' bing review approve "$V" --disposition no-action
check "with a reason it is approved" bing review approve "$V" --disposition no-action --accept 另一人送医有病历
equal "approved by accept" "$(state bing)" approved

# ---- roles ----
V=$(visit_new)
check "a filled visit" fill_all jia "$V"
jia visit outcome "$V" completed --facts 按计划完成 > "$T/.out"
jia evidence add "$V" "$T/photo.txt" --for /data/arrival/b3 > "$T/.out"
all jia bing wu > "$T/.out" 2>&1
exits "a supervisor of another province sees nothing" 3 wu visit show "$V"
equal "no visit at all" "$(field 'len(d)' wu visit list --json)" 0
exits "and cannot comment" 3 wu review comment "$V" --text x
says "an inspector approves nothing" 1 '' '' jia review approve "$V" --disposition correct
says "an open visit cannot be approved" 1 '状态' 'while the visit is' bing review approve "$V" --disposition correct
says "a supervisor writes no answers" 1 '' '' bing visit outcome "$V" refused --facts x

# ---- a third laptop: the second of the team wrote offline, and comes after the seal ----
all jia yi > "$T/.out" 2>&1
drive yi "$V" '{"note":"/data/staff/f3","text":"迟到的说明"}' > "$T/.out"
check "freeze without his note" jia visit freeze "$V"
jia sync > "$T/.out" 2>&1
yi sync > "$T/.out" 2>&1
says "he whose entry is not in the freeze cannot sign it" 1 '' '' yi visit sign "$V"
check "it goes on without him" jia visit unsigned "$V" --member 检查员乙 --why 不在现场
check "sealed" jia visit party "$V" --signed --name 当事人代表
sealed_values=$(values jia "$V")
check "his entry arrives" all jia yi jia bing
equal "the sealed state is unchanged" "$(state jia)" sealed
matches "the late one is shown as such" "$(jia log "$V")" '迟到的说明.*(归档|之后|晚|后到|轮)'
matches "approve must name what came late" "$(bing review approve "$V" --disposition correct --accept 一人签字 2>&1; state bing)" 'approved'
check "both sides" all bing jia yi
equal "approved for all" "$(state jia)$(state yi)" approvedapproved

# ---- decisions that contest each other ----
check "one more sealed visit" sealed refused 再次拒绝
check "one approves" bing review approve "$V" --disposition no-action
check "the other returns, not knowing" ding review return "$V" --kind addendum --why 请补充视频
check "all meet" all bing ding bing jia
equal "contested" "$(state jia)" contested
equal "alike for both" "$(state bing)" "$(state ding)"
check "an entry that knows both decides" ding review approve "$V" --disposition no-action
check "all meet again" all ding bing jia
equal "settled for the inspector" "$(state jia)" approved

# ---- recovery by the owner's code ----
grep -oE '([0-9a-z]{4,6}-){3,}[0-9a-z]{4,6}' "$T/jia.code" | tail -1 > "$T/rcode"
printf 'another-long-passphrase\n' > "$T/pass2"
chmod 600 "$T/rcode" "$T/pass2"
check "recover" "$FJ" --home "$T/jia" recover --code-file "$T/rcode" --new-passphrase-file "$T/pass2"
exits "the old passphrase opens no more" 1 jia status
check "the new one does, after the delay" wait_for 60 "$FJ" --home "$T/jia" --passphrase-file "$T/pass2" status
check "passphrase back" "$FJ" --home "$T/jia" --passphrase-file "$T/pass2" passwd --new-passphrase-file "$PASS"
check "it still syncs" jia sync

# ---- restore from a backup: a new key that continues the old one ----
V=$(visit_new)
check "work before the backup" fill_all jia "$V"
check "backup" jia backup -o "$T/backup"
old=$(field 'd["device"]' jia status --json)
before=$(values jia "$V")
jia sync > "$T/.out" 2>&1
check "restore" "$FJ" --home "$T/jia2" restore "$T/backup"
jia2() { "$FJ" --home "$T/jia2" --lang "${FJ_LANG:-zh}" "$@"; }
equal "everything is there" "$(values jia2 "$V")" "$before"
lacks "under a new key" "$(field 'd["device"]' jia2 status --json)" "$old"
check "enrolled anew" jia2 enrol "$HUB_URL" "$(hub_cmd invite "$(hub_cmd user list --json | python3 -c 'import json, sys; print([u for u in json.load(sys.stdin) if u["name"] == "检查员甲"][0]["person"])')")" --yes
check "it syncs" jia2 sync
matches "and works on" "$(drive jia2 "$V" '{"set":"/data/staff/f3","value":"basic"}')" '"ok":true'
check "sent" all jia2 yi bing
matches "the colleague sees it as his" "$(values yi "$V")" '"/data/staff/f3":"basic"'
equal "no disagreement with himself" "$(field 'len(d)' yi visit conflicts "$V" --json)" 0
matches "the chain says what it continues" "$(jia2 log "$V" --json)" "continues\":\"$old"
check "fsck" jia2 fsck
