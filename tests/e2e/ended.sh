#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 120
# A device that the bureau ended: by the signed roster alone, lost at once, retired
# after everything went up; the data stay and nobody but the bureau opens them.
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/world.sh"
plan 27

device() { field 'd["device"]' "$1" status --json; }
end() { hub_cmd device end "$1" --mode "$2" > "$T/end.out" 2>&1; }
hub_start || exit 1
person 检查员甲 inspector YS-0001 jia || exit 1
person 检查员乙 inspector YS-0002 yi || exit 1
for w in jia yi; do "$w" sync > /dev/null 2>&1; done
V=$(visit_new)
check "sent and fetched" bash -c '"$0" --home "$1/jia" sync && "$0" --home "$1/yi" sync' "$FJ" "$T"

# ---- lost
D=$(device jia)
check "the bureau ends it as lost" end "$D" lost
jia evidence add "$V" "$T/jia.init" > /dev/null
says "lost: the sync says so" 1 '按丢失终止|已被本单位停用' 'ended by your bureau as lost|ended by the bureau' jia sync
matches "the keys are gone: no command opens it" "$(jia visit list 2>&1)" '停用|终止'
exits "status neither" 1 jia status
printf 'fresh-long-passphrase\n' > "$T/fresh"; chmod 600 "$T/fresh"
sed -n 's/.*\([0-9A-Za-z]\{4,8\}-[0-9A-Za-z-]*\).*/\1/p' "$T/jia.code" | head -1 > "$T/code"; chmod 600 "$T/code"
exits "nor does the recovery code" 1 jia recover --code-file "$T/code" --new-passphrase-file "$T/fresh"
matches "with the same sentence" "$(cat "$T/.err")" '停用|终止'
check "the data stay" test -s "$T/jia/journal.db"
check "a second end is no other" yi sync

# ---- retired, with something unsent
W=$(yi visit new --kind flying-inspection --form flying-inspection --subject-name 示例检测技术有限公司 \
    --no-uscc 测试数据 --cma 000000000000 --division 330106 --member 检查员甲:YS-0001 --member 检查员乙:YS-0002)
head -c 300000 /dev/urandom > "$T/big"
yi evidence add "$W" "$T/big" > /dev/null
D=$(device yi)
ADDR=$HUB_ADDR
check "the bureau retires it" end "$D" retired
hub_stop
exits "without the hub nothing ends" 3 yi sync
check "and work goes on" yi visit show "$W"
HUB_LISTEN=$ADDR
hub_serve > /dev/null || exit 1
says "retired: everything goes up, then it ends" 1 '停用' 'retired by your bureau|ended by the bureau' yi sync
check "the hub has all of it" bash -c 'n=$(find "$1" -type f -size +290k | wc -l); [ "$n" -ge 1 ]' - "$T/hub-evidence"
exits "no command opens it" 1 yi visit list
matches "in words" "$(yi visit list 2>&1)" '只有.*能打开'

# ---- an unsigned word ends nothing: the same answer, its proof broken or gone
person 复核员丙 supervisor YS-0003 bing || exit 1
bing sync > /dev/null 2>&1
# hub_liar PROOF: ends everything it is asked by, with these bytes for a proof
hub_liar() {
	: > "$T/liar.out"
	python3 -B - "$HUB_ADDR" "$1" > "$T/liar.out" 2> "$T/liar.err" <<'PY' &
import http.server, json, sys, urllib.request
class H(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *a):
        pass
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        b = json.dumps({"type": "urn:feijian:problem:ended-device", "status": 403,
            "mode": "lost", "end": sys.argv[2]}).encode()
        self.send_response(403)
        self.send_header("Content-Type", "application/problem+json")
        self.send_header("Feijian", "1")
        self.send_header("Content-Length", str(len(b)))
        self.end_headers()
        self.wfile.write(b)
    do_GET = do_POST
host, port = sys.argv[1].rsplit(":", 1)
s = http.server.ThreadingHTTPServer((host, int(port)), H)
print("listening", flush=True)
s.serve_forever()
PY
	LIAR=$!
	pids="$pids $LIAR"
	wait_for 20 grep -q listening "$T/liar.out"
}
liar_end() { kill "$LIAR" 2> /dev/null; wait "$LIAR" 2> /dev/null; }
hub_stop
for proof in "" 00112233 "$(printf '00%.0s' $(seq 400))"; do
	hub_liar "$proof"
	exits "an unsigned end (${#proof} characters of proof): refused" 1 bing --json sync
	matches "is named" "$(cat "$T/.err")" '"error":"sync.ended"'
	exits "but the keys stay" 0 bing visit list
	liar_end
done
hub_serve > /dev/null || exit 1
check "and the true hub is believed" bing sync
equal "what came down is not to be sent" "$(field 'd["unsent_evidence"]' bing status --json)" 0
