#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 180
# The main job, end to end: a real hub process, two inspectors, a supervisor.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 46

check "hub starts" hub_start
check "first inspector enrols" person 检查员甲 inspector YS-0001 jia
check "second inspector enrols" person 检查员乙 inspector YS-0002 yi
check "supervisor enrols" person 复核员丙 supervisor YS-0003 bing

# 1 checklist, offline
V=$(visit_new)
matches "visit new prints the id" "$V" '^[0-9a-z]{8}$'
equal "a short prefix is enough" "$(jia visit show "${V:0:4}" --json | python3 -c 'import json,sys;print(json.load(sys.stdin)["id"][:8])')" "$V"
check "every answer of the form is kept" fill_all jia "$V"
exits "a freeze without outcome is refused" 1 jia visit freeze "$V"
check "a failed item" bash -c 'printf "%s\n" "{\"set\":\"/data/equipment/h3\",\"value\":\"nonconform\"}" "{\"note\":\"/data/equipment/h3\",\"text\":\"2号气相色谱仪校准证书已过期\"}" | "$0" --home "$1" visit drive "$2" --form flying-inspection | grep -c "\"ok\":true" | grep -qx 2' "$FJ" "$T/jia" "$V"

# 2 finding
cat > "$T/f.json" <<'J'
{"title":"仪器超期使用","item":"/data/equipment/h3","clauses":["B2"],"reports":["BG-2026-0031"],"facts":"2026年11月23日，2号气相色谱仪校准证书有效期至2026年3月1日，仍用于出具报告BG-2026-0031。","act_day":"2026-11-23","statement":"属实","stage":"lead"}
J
F=$(jia finding add "$V" --json-file "$T/f.json")
matches "finding add prints the id" "$F" '^[0-9a-z]{8}$'
echo '{"stage":"suspected"}' > "$T/s.json"
exits "an untrue finding without its second leg stays a lead" 1 jia finding set "$V" "$F" --json-file "$T/s.json"
echo '{"leg2":"to-verify","leg2.how":"重新校准后复测留样","leg2.by":"检查员乙","leg2.until":"2026-12-10"}' > "$T/l.json"
check "second leg to be verified" jia finding set "$V" "$F" --json-file "$T/l.json"
check "now it is suspected" jia finding set "$V" "$F" --json-file "$T/s.json"
matches "the article in force is printed" "$(jia finding show "$V" "$F")" '第十四条第（二）项'
jia finding show "$V" "$F" > "$T/show1"

# 3 evidence
printf '校准证书 有效期至 2026-03-01\n' > "$T/证书.txt"
head -c 700000 /dev/urandom > "$T/photo.jpg"
E=$(jia evidence add "$V" "$T/证书.txt" --for "$F" --how 复制)
matches "evidence add prints the id" "$E" '^[0-9a-z]{8}$'
E2=$(jia evidence add "$V" "$T/photo.jpg" --for /data/equipment/h3 --how 拍照)
matches "a photo for an item" "$E2" '^[0-9a-z]{8}$'
matches "size and digest are shown" "$(jia evidence list "$V" --json)" "$(sha256sum "$T/photo.jpg" | cut -c1-64)"
check "it is stored sealed" bash -c '! grep -rqaE "校准证书|2号气相" "$1"' - "$T/jia"

# 5 sync, before the seal
check "sync" jia sync
check "supervisor fetches" bing sync
matches "supervisor sees the open visit" "$(bing visit list)" "$V"
check "supervisor comments before the freeze" bing review comment "$V" --on "$F" --text 请补充仪器使用记录
check "the comment comes back" bash -c '"$0" --home "$1/bing" sync && "$0" --home "$1/jia" sync && "$0" --home "$1/jia" log "$2" | grep -q 请补充仪器使用记录' "$FJ" "$T" "$V"

# 4 freeze, sign, party, seal
check "outcome" jia visit outcome "$V" completed --facts 按计划完成检查
jia evidence add "$V" "$T/证书.txt" --for /data/arrival/b3 > "$T/e3" 2>&1
jia visit freeze "$V" > "$T/freeze" 2> "$T/freeze.err" || cat "$T/freeze.err" >&2
matches "freeze shows the code" "$(cat "$T/freeze")" '[0-9a-z]{5}-[0-9a-z]{5}-[0-9a-z]{5}'
exits "an answer after the freeze is refused" 0 bash -c 'echo "{\"set\":\"/data/staff/f3\",\"value\":\"basic\"}" | "$0" --home "$1" visit drive "$2" --form flying-inspection | grep -q "\"error\""' "$FJ" "$T/jia" "$V"
check "sync for the second" jia sync
check "the second fetches" yi sync
check "the second signs" yi visit sign "$V"
exits "who froze need not sign again" 1 jia visit sign "$V"
check "the second sends" yi sync
check "the first fetches the signature" jia sync
printf '签字页扫描\n' > "$T/scan.txt"
check "the party signed" jia visit party "$V" --signed --name 当事人代表 --scan "$T/scan.txt"
matches "sealed" "$(jia visit show "$V" --json)" '"state":"sealed"'
check "sync the seal" jia sync
check "supervisor fetches the seal" bing sync

# 6 review
check "returned with reasons" bing review return "$V" --kind addendum --why 请说明使用该仪器的报告份数 --on "$F"
check "supervisor sends" bing sync
check "inspector's next sync" jia sync
matches "the return is shown" "$(jia visit show "$V" --json)" '"state":"returned"'
check "reopened for round 2" jia visit reopen "$V" --why 补正说明
echo '{"reports":["BG-2026-0031","BG-2026-0034"],"why":"补充报告编号"}' > "$T/r2.json"
check "answered in round 2" jia finding set "$V" "$F" --json-file "$T/r2.json"
check "frozen, signed and sealed again" bash -c 'fj="$0"; t="$1"; v="$2"; set -e; "$fj" --home "$t/jia" visit freeze "$v"; "$fj" --home "$t/jia" sync; "$fj" --home "$t/yi" sync; "$fj" --home "$t/yi" visit sign "$v"; "$fj" --home "$t/yi" sync; "$fj" --home "$t/jia" sync; "$fj" --home "$t/jia" visit party "$v" --signed --name 当事人代表; "$fj" --home "$t/jia" sync; "$fj" --home "$t/bing" sync' "$FJ" "$T" "$V"
check "approved with a disposition" bing review approve "$V" --disposition correct
check "verify --full proves it" bash -c '"$0" --home "$1/bing" sync && "$0" --home "$1/jia" sync && "$0" --home "$1/jia" verify "$2" --full' "$FJ" "$T" "$V"
matches "log tells the whole story" "$(jia log "$V" | tr "\n" " ")" "开始检查.*定稿.*签字.*退回.*下一轮.*定稿.*复核通过"
