#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 240
# Every caller at every route over HTTP (golden/hub/access.txt); tokens that are forged,
# changed, of another hub; sessions that are told again elsewhere; codes that are guessed.
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/world.sh"
plan 48

# who LOGIN NAME ROLE CERT DIVISION
who() {
	workspace "$1" "$2" "$4" || return 1
	eval "id_$1=\$(hub_cmd user add \"$2\" --role $3 --division $5 --cert $4)"
	eval "\"\$FJ\" --home \"\$T/$1\" enrol \"\$HUB_URL\" \"\$(hub_cmd invite \"\$id_$1\")\" --yes" > "$T/$1.enrol" 2>&1 ||
	    { cat "$T/$1.enrol" >&2; return 1; }
}
device() { field 'd["device"]' "$1" status --json; }

# Another hub, where jia is enrolled too, with another key.
(
	T=$T/other
	mkdir "$T" && mkfifo "$T/.pipe" && pids= && hub_start || exit 1
	echo "$HUB_PID" > "$T/pid"
	echo "$HUB_ADDR" > "$T/addr"
	person 检查员甲 inspector YS-0001 jia && jia token > "$T/token" && disown
	trap - EXIT
) || exit 1
pids="$pids $(cat "$T/other/pid")"
hub_start || exit 1
who jia 检查员甲 inspector YS-0001 330106 && who yi 检查员乙 inspector YS-0002 330106 &&
    who ding 检查员丁 inspector YS-0004 330106 && who outsider 检查员戊 inspector YS-0005 330106 &&
    who lead 复核员丙 supervisor YS-0003 33 && who elsewhere 复核员己 supervisor YS-0006 3302 &&
    who admin 管理员 admin YS-0007 33 && who disabled 检查员庚 inspector YS-0008 330106 || exit 1
subject=秘密目标检测有限公司
V=$(jia visit new --kind flying-inspection --form flying-inspection --subject-name $subject --no-uscc 测试 \
    --cma 000000000000 --division 330106 --member 检查员甲:YS-0001 --member 检查员乙:YS-0002 --member 检查员丁:YS-0004 --member 检查员庚:YS-0008)
printf 'evidence!' > "$T/paper.txt"
jia evidence add "$V" "$T/paper.txt" > "$T/.out" 2>&1
jia sync > "$T/.out" 2>&1 || cat "$T/.out" >&2
lead sync > "$T/.out" 2>&1
P=$(lead visit assign --kind flying-inspection --subject-name 未公开目标公司 --division 330106 \
    --member 检查员甲:YS-0001 --member 检查员丁:YS-0004) || exit 1
lead sync > "$T/.out" 2>&1 || cat "$T/.out" >&2
jia sync > "$T/.out" 2>&1
printf 'name\tuscc\tcma\tdivision\taddress\tvisited\n' | tr '\t' , > "$T/subjects.csv"
B=$(hub_cmd form publish "$top/forms/flying-inspection.json" | grep -oE '[0-9a-f]{64}' | head -1)
D=$(hub_cmd register import "$T/subjects.csv" --division 330106 | grep -oE '[0-9a-f]{64}' | head -1)
E=$(field 'd[0]["id"]' jia evidence list "$V" --json)
full() { # the whole id of a visit, from the hub's own listing
	curl -s -H "Authorization: Bearer $(lead token)" "$HUB_URL/v1/streams" |
	    python3 -c 'import json, sys
print(next(s["stream"] for s in json.load(sys.stdin)["streams"] if sys.argv[1] in s["stream"]))' "$1"
}
{
	echo "V $(full "$V")"; echo "P $(full "$P")"; echo "N 0123456789abcdefghjkmnpqr0"
	echo "E $E"; echo "B $B"; echo "D $D"; printf 'X %064d\n' 7
} > "$T/objects"
for w in jia outsider lead elsewhere admin disabled; do echo "$w $($w token)"; done > "$T/tokens"
echo "retired $(yi token)" >> "$T/tokens"
echo "lost $(ding token)" >> "$T/tokens"
echo "none -" >> "$T/tokens"
echo "other-hub $(cat "$T/other/token")" >> "$T/tokens"
token=$(jia token)
last=${token: -1}
echo "stranger ${token%?}$([ "$last" = 0 ] && echo 1 || echo 0)" >> "$T/tokens"
hub_cmd device end "$(device yi)" --mode retired > /dev/null &&
    hub_cmd device end "$(device ding)" --mode lost > /dev/null &&
    hub_cmd user disable "$id_disabled" > /dev/null || exit 1
{
	sed -n 's/^[VPE] //p' "$T/objects"
	echo "$subject"; echo 未公开目标公司; echo paper.txt
	field '"\n".join(e["id"] for e in d)' jia log "$V" --json
} > "$T/secrets"
table=$top/tests/golden/hub/access.txt
python3 -B "$top/tests/lib/matrix.py" "$HUB_ADDR" "$T" "$table" > "$T/matrix" 2> "$T/matrix.err" || cat "$T/matrix.err" >&2
while read -r line; do
	case $line in
	"ok - "*) ok "${line#ok - }" ;;
	"not ok - "*) not_ok "${line#not ok - }" ;;
	*) echo "$line" ;;
	esac
done < "$T/matrix"
exits "control: a wrong status in the table is seen" 1 python3 -B "$top/tests/lib/matrix.py" "$HUB_ADDR" "$T" "$table" --control
covered() { # a route of routes.c that no row of the table asks for
	sed -n 's/.*{ VERB_\([A-Z]*\), "\([^"]*\)".*/\1 \2/p' "$top/sync/hub/routes.c" | while read -r verb path; do
		p=$(printf %s "$path" | sed 's/[.]/[.]/g; s/{[IH]}/{[A-Z]}/g')
		grep -qE "^$verb $p( |$)" "$table" || echo "$verb $path"
	done
}
equal "each route of the hub has a row" "$(covered)" ""

# ---- tokens ----
status() { curl -s -o "$T/.body" -w '%{http_code}' "$@"; }
equal "a longer life written into a token" "$(status -H "Authorization: Bearer $(printf %s "$token" | sed 's/^\(.\{30\}\)./\1z/')" "$HUB_URL/v1/streams")" 401
equal "a token without its end" "$(status -H "Authorization: Bearer ${token%????}" "$HUB_URL/v1/streams")" 401
equal "a token of 8,000 letters" "$(status -H "Authorization: Bearer $(printf '%08000d' 7)" "$HUB_URL/v1/streams")" 401
equal "another scheme" "$(status -H "Authorization: Basic $token" "$HUB_URL/v1/streams")" 401
equal "a token in the address is none" "$(status "$HUB_URL/v1/streams?token=$token")" 401
equal "two tokens, the first a stranger's" "$(status -H "Authorization: Bearer x" -H "Authorization: Bearer $token" "$HUB_URL/v1/streams")" 401

# ---- sessions ----
LIB=$top/tests/lib python3 -B - "$T" "$HUB_ADDR" "$FJ" > "$T/recorder" 2> "$T/recorder.err" <<'PY' &
import sys, threading
sys.path.insert(0, __import__("os").environ["LIB"])
import fault_link
where, hub = sys.argv[1:3]
class Recorder(fault_link.Link):
    def exchange(self, device, conn, up, back, head, body, fault, rng):
        if head.startswith(b"POST /v1/session"):
            open(where + "/session.json", "wb").write(body)
        return super().exchange(device, conn, up, back, head, body, fault, rng)
link = Recorder(hub, 0, 0.0)
print("listening 127.0.0.1:%d" % link.port("x"), flush=True)
threading.Event().wait()
PY
pids="$pids $!"
wait_for 20 grep -q listening "$T/recorder"
workspace late 检查员辛 YS-0009
"$FJ" --home "$T/late" enrol "http://$(sed -n 's/^listening //p' "$T/recorder")" "$(invite_code 检查员辛 inspector YS-0009)" --yes > "$T/.out" 2>&1
late sync > "$T/.out" 2>&1
session() { status -H 'Content-Type: application/json' --data-binary "@$1" "$2/v1/session"; }
check "a session was seen" test -s "$T/session.json"
matches "told to another hub it is refused" "$(session "$T/session.json" "http://$(cat "$T/other/addr")")" '^40[0134]$'
sed 's/\(sig":"\)\(.\)/\1'"$(grep -q 'sig":"0' "$T/session.json" && echo 1 || echo 0)"'/' "$T/session.json" > "$T/session.sig"
matches "with another signature too" "$(session "$T/session.sig" "$HUB_URL")" '^40[0134]$'
# The device of another, the signature as it was.
sed "s/$(device late)/$(device jia)/" "$T/session.json" > "$T/session.dev"
check "the text was changed" bash -c '! cmp -s "$0" "$1"' "$T/session.json" "$T/session.dev"
matches "in another device's name too" "$(session "$T/session.dev" "$HUB_URL")" '^40[0134]$'

# ---- codes ----
code=$(invite_code 检查员壬 inspector YS-0010)
bare=$(printf %s "$code" | tr -d ' -')
wrong=$(printf %s "$bare" | sed 's/^\(....\).\{4\}/\1ZZZZ/')
workspace guess 检查员壬 YS-0010
for _ in 1 2 3 4 5; do guess --json enrol "$HUB_URL" "$wrong" --yes > "$T/.out" 2>> "$T/guess.err"; done
exits "after five guesses the true code is burnt" 1 guess --json enrol "$HUB_URL" "$code" --yes
matches "and answers as one that never was" "$(cat "$T/.err")" 'code'
