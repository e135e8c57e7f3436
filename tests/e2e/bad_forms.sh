#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Malformed, hostile and newer forms: file, line and column, exit 1, never a crash, and
# no visit is begun with one.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 57

workspace jia 检查员甲 YS-0001 || exit 1
python3 - "$T" <<'PY'
import json, sys
t = sys.argv[1]
def put(name, data):
    with open(t + "/" + name, "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())
def form(children, **more):
    d = {"form": "f", "version": "1", "title": "t", "root": "data", "children": children}
    d.update(more)
    return json.dumps(d, ensure_ascii=False)
q = {"type": "text", "name": "a", "label": "a"}
put("empty.json", "")
put("cut.json", form([q])[:-9])
put("binary.json", bytes(range(256)) * 40)
put("utf8.json", form([q]).encode().replace(b'"t"', b'"\xff\xfe"'))
put("twice.json", '{"form":"f","form":"g","version":"1","children":[]}')
put("deep.json", "[" * 100000 + "]" * 100000)
node = dict(q)
for i in range(200):
    node = {"type": "group", "name": "g%d" % i, "label": "g", "children": [node]}
put("groups.json", form([node]))
put("newer.json", form([dict(q, hologram=True)]))
put("type.json", form([dict(q, type="telepathy")]))
put("same.json", form([q, q]))
put("cycle.json", form([{"type": "calculate", "name": "x", "calculation": "${y} + 1"},
                        {"type": "calculate", "name": "y", "calculation": "${x} + 1"}]))
put("expr.json", form([dict(q, relevant="1 +")]))
put("nest.json", form([dict(q, relevant="(" * 5000 + "1" + ")" * 5000)]))
put("huge.json", form([dict(q, label="x" * (9 << 20))]))
put("many.json", form([dict(q, name="n%d" % i) for i in range(21000)]))
put("choice.json", form([{"type": "select_one none", "name": "a", "label": "a"}]))
put("list.json", "[1,2,3]")
put("func.json", form([dict(q, relevant="launch('rm')")]))
PY
for f in empty cut binary utf8 twice deep groups newer type same cycle expr nest huge many choice list func; do
	for l in zh en; do
		timeout 60 "$FJ" --lang $l form check "$T/$f.json" > "$T/$l" 2>&1
		echo $? >> "$T/rc.$f"
	done
	# What is larger than the table of limits could not be looked at: 3.
	case $f in huge) want=3 ;; *) want=1 ;; esac
	equal "$f: exit code" "$(sort -u "$T/rc.$f")" "$want"
	matches "$f: the file is named" "$(head -c 4000 "$T/en")" "$f.json"
	timeout 60 "$FJ" --home "$T/jia" visit new --kind flying-inspection --form "$T/$f.json" --subject-name 示例 --no-uscc 无 --member 检查员甲:YS-0001 --member 检查员乙:YS-0002 > "$T/.out" 2>&1
	matches "$f: no visit with it" $? '^[13]$'
done
equal "no visit was begun" "$(field 'len(d)' jia visit list --json)" 0
matches "a cycle is named in full" "$("$FJ" --lang en form check "$T/cycle.json" 2>&1)" 'x.*y'
matches "Chinese sentences are Chinese" "$("$FJ" --lang zh form check "$T/newer.json" 2>&1)" '无法识别'
