#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 180
# C9, H9: what came from the hub is receipted at once, is not offered back, and has
# its time in verify, in each of three workspaces.  C6: one sync a workspace.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 26

unsent() { field '"%d+%d" % (d["unsent"], d["unsent_evidence"])' "$1" status --json; }
row_unsent() { field '"%d+%d" % (d[0]["unsent"], d[0]["unsent_evidence"])' "$1" visit list --json; }
# Requests that carry something to the hub since the last call.
carried() {
	grep -cE '^(POST /v1/runs|(POST|PATCH) /v1/visits)' "$T/mode.log"
	: > "$T/mode.log"
}
# proved WHO: every entry that is held has its time by a receipt
proved() {
	"$1" verify "$V" --full --json > "$T/verify.json" || return 1
	"$1" log "$V" --json > "$T/log.json" || return 1
	python3 - "$T/verify.json" "$T/log.json" <<'PY'
import json, sys
checks = json.load(open(sys.argv[1], encoding="utf-8"))
checks = checks["checks"] if isinstance(checks, dict) else checks
codes = [c["code"] for c in checks]
entries = {e["id"] for e in json.load(open(sys.argv[2], encoding="utf-8"))}
print(codes.count("verify.time"), codes.count("verify.time-claimed"), len(entries))
sys.exit(not (codes.count("verify.time") >= len(entries) > 0 and "verify.time-claimed" not in codes))
PY
}

check "hub starts" hub_start
check "a link that counts" link_start "$HUB_ADDR"
HUB_URL=http://$LINK_ADDR
check "first inspector enrols" person 检查员甲 inspector YS-0001 jia
check "second inspector enrols" person 检查员乙 inspector YS-0002 yi
check "supervisor enrols" person 复核员丙 supervisor YS-0003 bing

V=$(visit_new)
W=$(visit_new)
check "answers" fill_all jia "$V"
printf '校准证书\n' > "$T/证书.txt"
head -c 300000 /dev/urandom > "$T/photo.jpg"
jia evidence add "$V" "$T/证书.txt" --for /data/arrival/b3 --how 复制 > "$T/e1"
jia evidence add "$W" "$T/photo.jpg" --for /data/arrival/b3 --how 拍照 > "$T/e2"
check "the first sends two visits" jia sync
equal "and has receipts for all" "$(unsent jia)" 0+0

check "the supervisor fetches" bing sync
equal "nothing of it is unsent" "$(unsent bing)" 0+0
equal "nor in the list of visits" "$(row_unsent bing)" 0+0
carried > "$T/carried"
check "the supervisor syncs again" bing sync
equal "and offers nothing back" "$(carried)" 0
check "the time of every entry is proved there" proved bing

check "the second fetches" yi sync
yi evidence add "$V" "$T/photo.jpg" --for /data/arrival/b3 --how 拍照 > "$T/e3"
equal "his own is not sent yet" "$(unsent yi)" 2+1
check "the second sends" yi sync
check "the first fetches" jia sync
check "the supervisor fetches once more" bing sync
carried > "$T/carried"
for who in jia yi bing; do $who sync > "$T/again" 2>&1; done
equal "three syncs carry nothing" "$(carried)" 0
check "proved at the first" proved jia
check "proved at the second" proved yi
check "proved at the supervisor" proved bing

# One sync a workspace, by two real processes.
"$FJ" --home "$T/jia" sync --watch > "$T/watch.out" 2> "$T/watch.err" &
WATCH=$!
pids="$pids $WATCH"
check "one process watches" wait_for 20 grep -q 'GET /v1/streams?cursor=.*wait=' "$T/mode.log"
says "another is told which one it is" 3 "$WATCH" "$WATCH" jia sync
kill -9 $WATCH; wait $WATCH 2> "$T/wait.err"
check "the lock dies with its process" jia sync
