#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 90
# Forms and tables published on a hub: checked there, fetched by digest and as deltas,
# used by new visits of their divisions; a visit keeps what it began with.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 36

hub_start || exit 1
person 检查员甲 inspector YS-0001 jia || exit 1
person 检查员乙 inspector YS-0002 yi || exit 1
begin() { jia visit new --kind "${2:-flying-inspection}" --form "$1" --subject-name 示例检测技术有限公司 --no-uscc 测试数据 --division 330106 --member 检查员甲:YS-0001 --member 检查员乙:YS-0002; }
form_of() { field 'list(zip(d["forms"], d["versions"]))' jia visit show "$1" --json; }
blob_bytes() { # bytes of the answers for published things, as the hub counted them
	sed -n 's/.*\/v1\/blobs\/{H} 200 .* out=\([0-9]*\) .*/\1/p' "$T/hub.err" | tail -1
}
# edit FROM TO VERSION SED: the shipped form as another version
edit() { sed -e "s/\"version\": \"[^\"]*\"/\"version\": \"$3\"/" -e "$4" "$1" > "$2"; }

F=$top/forms/flying-inspection.json
edit "$F" "$T/v2.json" 2026.2 's/检验检测机构飞行检查/检验检测机构飞行检查（修订）/'
edit "$F" "$T/v3.json" 2026.3 's/检验检测机构飞行检查/检验检测机构飞行检查（再修订）/'
edit "$F" "$T/bad.json" 2026.4 's/"type": "verdict/"type": "verdikt/'

V1=$(begin flying-inspection)
check "published" hub_cmd form publish "$T/v2.json" --note 修订标题
D2=$(cat "$T/.out")
equal "by its digest" "$D2" "$(sha256sum "$T/v2.json" | cut -c1-64)"
says "a form with faults is not published, each is told with its place" 1 'bad.json:[0-9]+:[0-9]+: form' 'bad.json:[0-9]+:[0-9]+: form' hub_cmd form publish "$T/bad.json"
exits "nor are other bytes as the same version" 1 hub_cmd form publish <(sed 's/修订/改/' "$T/v2.json")
sed 's/（修订）/（又）/' "$T/v2.json" > "$T/v2b.json"
exits "nor other bytes of a file" 1 hub_cmd form publish "$T/v2b.json"
matches "it says what to do" "$(cat "$T/.err")" 'version|版本'
check "the same again is well" hub_cmd form publish "$T/v2.json" --note 修订标题
check "the device fetches it" jia sync
whole=$(blob_bytes)
V2=$(begin flying-inspection)
equal "new visits take it" "$(form_of "$V2")" '[["flying-inspection", "2026.2"]]'
equal "the old one keeps its own" "$(form_of "$V1")" '[["flying-inspection", "2026.1"]]'
lacks "it is signed" "$(jia visit show "$V2")" 'unsigned|未签'

check "the next version" hub_cmd form publish "$T/v3.json"
check "is fetched" jia sync
delta=$(blob_bytes)
echo "# whole $whole bytes, delta $delta bytes, of $(wc -c < "$T/v3.json")"
check "as a delta" test "${delta:-0}" -gt 0 -a "${delta:-99999}" -lt 400 -a "$delta" -lt "$whole"
V3=$(begin flying-inspection)
equal "and used" "$(form_of "$V3")" '[["flying-inspection", "2026.3"]]'
jia sync > "$T/.out" 2>&1
check "a colleague fetches what the visits name, older ones too" yi sync
equal "all three open" "$(for v in "$V1" "$V2" "$V3"; do field 'd["versions"]' yi visit show "$v" --json; done | tr -d '\n')" '["2026.1"]["2026.2"]["2026.3"]'
equal "whole, with every item" "$(field 'd["progress"][0]["total"] > 100' yi visit show "$V2" --json)" true

check "withdrawn" hub_cmd form withdraw flying-inspection --version 2026.3
jia sync > "$T/.out" 2>&1
V4=$(begin flying-inspection)
equal "new visits leave it" "$(form_of "$V4")" '[["flying-inspection", "2026.2"]]'
equal "the one with it keeps it" "$(form_of "$V3")" '[["flying-inspection", "2026.3"]]'
exits "twice is nothing" 3 hub_cmd form withdraw flying-inspection --version 2026.3
matches "the list says so" "$(hub_cmd form list --json)" '"version":"2026.3".*"withdrawn":true'

edit "$F" "$T/other.json" 2026.5 's/检验检测机构飞行检查/外地用/'
check "for another division" hub_cmd form publish "$T/other.json" --division 3205
jia sync > "$T/.out" 2>&1
equal "it is not taken here" "$(form_of "$(begin flying-inspection)")" '[["flying-inspection", "2026.2"]]'

# Tables: a kind of visit that the program lacks.
python3 - "$top/forms/visit-kinds.json" "$T/visit-kinds.json" <<'PY'
import json, sys
d = json.load(open(sys.argv[1], encoding="utf-8"))
kinds = d["kinds"]
one = dict(next(k for k in kinds if k["id"] == "flying-inspection"))
one["id"] = "night-check"
kinds.append(one)
json.dump(d, open(sys.argv[2], "w", encoding="utf-8"), ensure_ascii=False)
PY
exits "a kind that is not known" 1 begin flying-inspection night-check
check "a table is published" hub_cmd form publish "$T/visit-kinds.json" --version 2026.2 --division 3301
check "fetched" jia sync
V5=$(begin flying-inspection night-check)
equal "and visits begin by it" "$(field 'd["kind"]' jia visit show "$V5" --json)" night-check
jia sync > "$T/.out" 2>&1; yi sync > "$T/.out" 2>&1
equal "a colleague goes by the same" "$(field 'd["state"]' yi visit show "$V5" --json)" open
mkdir "$T/bad" && printf '{"kinds":5}' > "$T/bad/visit-kinds.json"
exits "a table with faults is not published" 1 hub_cmd form publish "$T/bad/visit-kinds.json" --version 3

# A hub whose store was tampered with: what it hands out is not taken.
edit "$F" "$T/v6.json" 2026.6 's/检验检测机构飞行检查/检验检测机构飞行检查（六）/'
check "one more version" hub_cmd form publish "$T/v6.json"
hub_stop
python3 - "$T/hub.db" <<'PY'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for d, b in db.execute("select digest, bytes from blob").fetchall():
    db.execute("update blob set bytes = ? where digest = ?", (b"\0" + bytes(b[::-1]), d))
db.commit()
PY
HUB_LISTEN=$HUB_ADDR hub_serve
says "it is named" 1 '与名册所载摘要不符' 'did not have the digest' jia sync
equal "and not taken" "$(form_of "$(begin flying-inspection)")" '[["flying-inspection", "2026.2"]]'
jia sync > "$T/.out" 2>&1
equal "the rest of the sync goes on" "$(field 'd["unsent"]' jia status --json)" 0
check "what is held stays as it was" jia fsck
