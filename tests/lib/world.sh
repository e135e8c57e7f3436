# SPDX-License-Identifier: Apache-2.0
# A hub and three people on loopback, for end-to-end tests.  Source after lib.sh:
#	hub_start            HUB_URL is set
#	person NAME ROLE CERT LOGIN     a workspace in $T/LOGIN, enrolled
#	jia CMD...           run feijian as that person (function made by person)
#	visit_new            prints the id of a visit of jia and yi
#	fill_all WHO V [SKIP]  every answer of the shipped form's complete case
PASS=$T/pass
printf 'a-good-long-passphrase\n' > "$PASS"
chmod 600 "$PASS"
export FEIJIAN_PASSPHRASE_FILE=$PASS

hub_cmd() { "$HUB" "$@" --store "${STORE:-sqlite:$T/hub.db}" --keys "$T/hub-keys" --evidence "$T/hub-evidence" --passphrase-file "$PASS"; }
hub_init() { hub_cmd init > "$T/hub-init.out" 2> "$T/hub-init.err" || { cat "$T/hub-init.err" >&2; return 1; }; }
# hub_serve [ARGS...]: starts it; HUB_PID, HUB_ADDR, HUB_URL
hub_serve() {
	: > "$T/hub.out"
	"$HUB" serve --store "${STORE:-sqlite:$T/hub.db}" --keys "$T/hub-keys" --evidence "$T/hub-evidence" \
	    --listen "${HUB_LISTEN:-127.0.0.1:0}" "$@" > "$T/hub.out" 2>> "$T/hub.err" &
	HUB_PID=$!
	pids="$pids $HUB_PID"
	wait_for 20 grep -q '^listening ' "$T/hub.out" || { tail -5 "$T/hub.err" >&2; return 1; }
	HUB_ADDR=$(sed -n 's/^listening //p' "$T/hub.out" | head -1)
	HUB_URL=${HUB_SCHEME:-http}://$HUB_ADDR
}
hub_start() { hub_init && hub_serve; }
hub_stop() { kill "$HUB_PID" 2>/dev/null; wait "$HUB_PID" 2>/dev/null; }

# workspace LOGIN NAME CERT: not enrolled
workspace() {
	"$FJ" --home "$T/$1" init --name "$2" --org 示例市场监督管理局 --division 330106 --cert "$3" \
	    > "$T/$1.init" 2> "$T/$1.code" || { cat "$T/$1.code" >&2; return 1; }
	eval "$1() { \"$FJ\" --home \"$T/$1\" --lang \"\${FJ_LANG:-zh}\" \"\$@\"; }"
}
invite_code() { hub_cmd invite "$(hub_cmd user add "$1" --role "$2" --division 33 --cert "$3")"; }
person() {
	workspace "$4" "$1" "$3" || return 1
	"$FJ" --home "$T/$4" enrol "$HUB_URL" "$(invite_code "$1" "$2" "$3")" --yes ${CA:+--ca "$CA"} \
	    > "$T/$4.enrol" 2>&1 || { cat "$T/$4.enrol" >&2; return 1; }
}
visit_new() {
	jia visit new --kind flying-inspection --form flying-inspection --subject-name 示例检测技术有限公司 \
	    --no-uscc 测试数据 --cma 000000000000 --division 330106 \
	    --member 检查员甲:YS-0001 --member 检查员乙:YS-0002
}
# The set/add lines of the shipped form's complete case, as visit drive takes them.
complete_lines() {
	python3 - "$top/forms/flying-inspection.cases/complete.jsonl" <<'PY'
import json, sys
for line in open(sys.argv[1], encoding="utf-8"):
    s = json.loads(line)["send"]
    if "set" in s or "add" in s or "note" in s:
        print(json.dumps(s, ensure_ascii=False))
PY
}
fill_all() { complete_lines | grep -vE "${3:-^\$}" | "$1" visit drive "$2" --form flying-inspection > "$T/fill.out"; ! grep -q '"error"' "$T/fill.out"; }

# says NAME CODE ZH EN COMMAND...: one test; the command is run in Chinese and in
# English (through FJ_LANG), each time with this exit code and a sentence that
# matches.  Output of the last run in $T/.out.
says() {
	_n=$1 _code=$2 _zh=$3 _en=$4; shift 4
	for _l in zh en; do
		FJ_LANG=$_l FEIJIAN_LANG=$_l "$@" > "$T/.out" 2>&1; _got=$?
		[ $_l = zh ] && _want=$_zh || _want=$_en
		if [ $_got -ne "$_code" ]; then
			not_ok "$_n" "$_l: exit $_got, wanted $_code: $*" "$(tail -n 5 "$T/.out")"; return
		fi
		if ! grep -qE -- "$_want" "$T/.out"; then
			not_ok "$_n" "$_l: no match for: $_want" "in: $(tail -n 5 "$T/.out")"; return
		fi
	done
	ok "$_n"
}
# field EXPR COMMAND...: a value of the JSON that the command prints (python over d)
field() { _e=$1; shift; "$@" 2> "$T/.field.err" | python3 -c 'import json, sys
d = json.load(sys.stdin)
v = eval(sys.argv[1])
print(json.dumps(v, ensure_ascii=False, sort_keys=True) if isinstance(v, (dict, list, bool)) or v is None else v)' "$_e"; }
# drive WHO V LINE...: answers of visit drive
drive() { _w=$1 _v=$2; shift 2; printf '%s\n' "$@" | "$_w" visit drive "$_v" --form flying-inspection; }
# values WHO V: what stands in the visit's form, one line
values() { drive "$1" "$2" '{"dump":true}'; }
# ids WHO V: all entries held, sorted
ids() { field '"\n".join(sorted(e["id"] for e in d))' "$1" log "$2" --json; }
# link_start UPSTREAM: a link that turns bad by "link MODE"; LINK_ADDR
link() { echo "$1" > "$T/mode"; }
link_start() {
	link pass
	: > "$T/link.out"
	python3 -B "$top/tests/lib/switch_hub.py" "$T/mode" "$1" > "$T/link.out" 2> "$T/link.err" &
	pids="$pids $!"
	wait_for 10 grep -q '^listening ' "$T/link.out" || return 1
	LINK_ADDR=$(sed -n 's/^listening //p' "$T/link.out")
}
