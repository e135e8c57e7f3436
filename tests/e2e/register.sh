#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 60
# Subjects that a bureau knows: published for a division, fetched by devices whose scope
# meets it, as deltas, used to complete a new visit; dropped when they concern nobody here.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 20

hub_start || exit 1
# who NAME CERT LOGIN DIVISION
who() {
	workspace "$3" "$1" "$2" || return 1
	"$FJ" --home "$T/$3" enrol "$HUB_URL" "$(hub_cmd invite "$(hub_cmd user add "$1" --role inspector --division "$4" --cert "$2")")" --yes > "$T/$3.enrol" 2>&1
}
who 检查员甲 YS-0001 jia 330106 || exit 1
who 检查员乙 YS-0002 yi 3302 || exit 1
register() { # N: rows of a county, the last with a day
	printf 'name,uscc,cma,division,address,visited\n'
	printf '示例检测技术有限公司,91110108551385082Q,210000000001,330106,"文三路1号, 2楼",2026-03-01\n'
	for i in $(seq 1 300); do printf '第%d检测中心,,3300%08d,330106,某路%d号,\n' "$i" $((i * 7919)) "$i"; done
	printf '最后检测中心,,,330106,,%s\n' "$1"
}
blob_bytes() { sed -n 's/.*\/v1\/blobs\/{H} 200 .* out=\([0-9]*\) .*/\1/p' "$T/hub.err" | tail -1; }
register 2026-01-01 > "$T/r1.csv"
register 2026-02-02 > "$T/r2.csv"
exits "without a division" 2 hub_cmd register import "$T/r1.csv"
printf 'name,telephone\n甲,1\n' > "$T/bad.csv"
says "another column" 1 'telephone' 'telephone' hub_cmd register import "$T/bad.csv" --division 3301
printf 'name,division\n甲,3302\n' > "$T/bad.csv"
exits "a subject of another division" 1 hub_cmd register import "$T/bad.csv" --division 3301
check "imported" hub_cmd register import "$T/r1.csv" --division 3301
check "fetched" jia sync
whole=$(blob_bytes)
equal "held" "$(field 'len(d)' jia subject list --json)" 302
equal "found by a part of the name" "$(field '[s["uscc"] for s in d]' jia subject list 示例 --json)" '["91110108551385082Q"]'
check "who is elsewhere fetches nothing" yi sync
equal "and holds nothing" "$(field 'len(d)' yi subject list --json)" 0
V=$(jia visit new --kind flying-inspection --form flying-inspection --subject-name 示例检测技术有限公司 --member 检查员甲:YS-0001 检查员乙:YS-0002)
equal "a new visit is completed by the name" "$(field '[d["uscc"], d["cma"], d["division"], d["address"]]' jia visit show "$V" --json)" '["91110108551385082Q", "210000000001", "330106", "文三路1号, 2楼"]'
V=$(jia visit new --kind flying-inspection --form flying-inspection --uscc 91110108551385082Q --member 检查员甲:YS-0001 检查员乙:YS-0002)
equal "or by the code" "$(field 'd["subject"]' jia visit show "$V" --json)" 示例检测技术有限公司
exits "a name that is not known needs a code or a reason" 2 jia visit new --kind flying-inspection --form flying-inspection --subject-name 没有的公司 --member 检查员甲:YS-0001 检查员乙:YS-0002
check "a newer register" hub_cmd register import "$T/r2.csv" --division 3301 --version 2026.2
check "fetched as well" jia sync
delta=$(blob_bytes)
echo "# register: whole $whole bytes, delta $delta bytes, of $(wc -c < "$T/r2.csv")"
check "as a delta" test "$delta" -lt 200 -a "$delta" -lt "$whole"
equal "it replaces the older one" "$(field '[s["visited"] for s in d]' jia subject list 最后 --json)" '["2026-02-02"]'
equal "wholly" "$(field 'len(d)' jia subject list --json)" 302
check "withdrawn" hub_cmd form withdraw subjects-3301
check "at the next sync" jia sync
equal "nothing is held" "$(field 'len(d)' jia subject list --json)" 0
