# SPDX-License-Identifier: Apache-2.0
# For tests of the command line: people with homes, a filled visit.
# Sourced after lib.sh.
printf 'kou-ling-yi-hao-1\n' > "$T/pass"
chmod 600 "$T/pass"
export LC_ALL=C.UTF-8 FEIJIAN_LANG=en

# fj NAME WORDS...: feijian as that person.
fj() { who=$1; shift; "$FJ" --home "$T/$who" --passphrase-file "$T/pass" "$@"; }
# person NAME NUMBER PEOPLE'S-NAME: a workspace.
person() { fj "$1" init --name "$3" --org 示例市场监督管理局 --division 330106 --cert "YS-000$2" > "$T/$1.dev" 2> "$T/$1.code"; }
# visit_of NAME: a flying inspection of the two sample inspectors; prints its id.
visit_of() {
	fj "$1" visit new --kind flying-inspection --form flying-inspection \
	    --subject-name 示例检测技术有限公司 --no-uscc 演示数据 \
	    --member 检查员甲:YS-0001 --member 检查员乙:YS-0002
}
# fill NAME VISIT: every answer of a complete flying inspection.
fill() {
	sed -n 's/^{"send": \({"set".*}\), "expect": {"ok": true}}$/\1/p' \
	    "$top/forms/flying-inspection.cases/complete.jsonl" |
	    fj "$1" visit drive "$2" --form flying-inspection > "$T/.fill"
	! grep -q '"error"' "$T/.fill"
}
# json EXPR: a value of the JSON in $T/.out (python expression over d).
json() { python3 -c 'import json,sys
d = json.load(open(sys.argv[1], encoding="utf-8"))
v = eval(sys.argv[2])
print(json.dumps(v, ensure_ascii=False) if isinstance(v, (dict, list, bool)) or v is None else v)' "$T/.out" "$1"; }
