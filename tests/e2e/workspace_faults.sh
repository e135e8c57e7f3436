#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 200
# A wrong passphrase, a damaged key file, a damaged entry, a full disk, a locked
# database, two processes at once, files that vanish or change: each a sentence with the
# place and the way out in both languages, the exit code of the contract, nothing lost.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 51

workspace jia 检查员甲 YS-0001 || exit 1
V=$(visit_new)
fill_all jia "$V"
before=$(values jia "$V")
sums() { (cd "$1" && find . -type f ! -name keys.wait | sort | xargs sha256sum); }

# ---- a wrong passphrase: delays, wipes nothing, makes nothing anew ----
printf 'not-the-passphrase\n' > "$T/wrong"
chmod 600 "$T/wrong"
w() { "$FJ" --home "$T/jia" --passphrase-file "$T/wrong" "$@"; }
was=$(sums "$T/jia")
says "a wrong passphrase" 1 '口令不对.*feijian recover' 'passphrase is wrong.*feijian recover' w status
for i in 1 2 3; do w status > "$T/.out" 2> "$T/.err"; done
says "after some the delay is shown" 3 '请等 [0-9]+ 秒.*不会被清除' 'wait [0-9]+ seconds.*Nothing is ever erased' w status
equal "nothing was changed" "$(sums "$T/jia")" "$was"
exits "the delay holds for the right one too" 3 jia status
jia_opens() { jia status; }
check "and ends: the right one opens" wait_for 60 jia_opens
equal "everything is there" "$(values jia "$V")" "$before"
: > "$T/wrong"
exits "an empty passphrase file" 1 w status
printf 'not-the-passphrase\n' > "$T/wrong"; chmod 644 "$T/wrong"
says "a passphrase that others can read" 1 'chmod 600' 'chmod 600' w status
exits "init never makes it anew" 1 jia init --name 检查员乙 --org 乙 --division 330106

# ---- a damaged key file ----
flip() { python3 - "$1" "${2:-}" <<'PY'
import sys
p = sys.argv[1]
b = bytearray(open(p, "rb").read())
at = int(sys.argv[2]) if sys.argv[2] else len(b) // 2
b[at] ^= 1
open(p, "wb").write(b)
PY
}
hurt() { rm -rf "$T/hurt"; cp -r "$T/jia" "$T/hurt"; }
h() { "$FJ" --home "$T/hurt" --lang "${FJ_LANG:-zh}" "$@"; }
hurt; flip "$T/hurt/keys"
says "a damaged key file is named" 1 "hurt/keys 已损坏.*feijian restore" "hurt/keys is damaged.*feijian restore" h status
exits "init does not write over it" 1 h init --name 检查员乙 --org 乙 --division 330106
cp "$T/jia/keys" "$T/hurt/keys"
equal "with its copy put back all is there" "$(values h "$V")" "$before"
hurt; head -c 100 "$T/jia/keys" > "$T/hurt/keys"
says "a key file cut short" 1 "hurt/keys" "hurt/keys" h status
hurt; : > "$T/hurt/keys"
says "an empty key file" 1 "hurt/keys" "hurt/keys" h status
hurt; rm "$T/hurt/keys"
says "a lost key file: nothing is made over the data" 1 'hurt' 'hurt holds sealed data' h init --name 检查员乙 --org 乙 --division 330106
says "a lost key file: the way out" 1 'keys' 'keys' h status

# ---- a damaged entry: named, the rest readable ----
hurt
python3 - "$T/hurt/journal.db" <<'PY'
import sqlite3, sys
c = sqlite3.connect(sys.argv[1])
n, sealed = c.execute("select n, sealed from entry where seq > 5 order by n desc limit 1 offset 20").fetchone()
b = bytearray(sealed)
b[len(b) // 2] ^= 1
c.execute("update entry set sealed = ? where n = ?", (bytes(b), n))
c.execute("delete from fact where space = (select space from fact limit 1) and 0")
c.commit()
PY
says "fsck names the damaged entry" 1 "${V}.*无法读取" "visit ${V}.*cannot be read" h fsck
equal "it and where the chain breaks, nothing else" "$(grep -c '^BAD   visit' "$T/.out")" 2
exits "the list of visits" 0 h visit list
matches "still has the visit" "$(cat "$T/.out")" "$V"
exits "the visit is readable" 0 h visit show "$V"
sets() { "$1" log "$V" --json | python3 -c 'import json,sys;print(sum(e["op"]=="set" for e in json.load(sys.stdin)))'; }
equal "all other answers are readable" "$(($(sets jia) - $(sets h)))" 1
exits "verify says no" 1 h verify "$V"
matches "and why" "$(cat "$T/.out")" 'FAIL'
hurt
head -c 20000 "$T/jia/journal.db" > "$T/hurt/journal.db"
says "a journal cut in half" 1 'journal.db' 'journal.db' h status
hurt; printf 'this is no database, it only has its name and some length' > "$T/hurt/journal.db"
says "a journal that is none" 1 'journal.db' 'journal.db' h status
hurt
python3 - "$T/hurt/journal.db" <<'PY'
import sqlite3, sys
c = sqlite3.connect(sys.argv[1])
c.execute("pragma user_version = 99")
c.commit()
PY
says "a journal of a newer version" 3 'journal.db' 'journal.db' h status
rm -rf "$T/hurt"

# ---- a locked database ----
python3 - "$T/jia/journal.db" "$T/.pipe" > "$T/lock.out" <<'PY' &
import sqlite3, sys
c = sqlite3.connect(sys.argv[1])
c.execute("begin immediate")
print("locked", flush=True)
open(sys.argv[1] + ".go", "w").close()
import signal
signal.pause()
PY
LOCK=$!
pids="$pids $LOCK"
wait_for 10 grep -q locked "$T/lock.out"
exits "reading goes on beside a writer" 0 jia visit list
says "a locked database" 3 'journal.db.*稍候' 'journal.db.*Wait a moment' jia visit outcome "$V" completed --facts 按计划
matches "drive says so too" "$(drive jia "$V" '{"set":"f3","value":"basic"}')" '"error":"db.busy"'
kill "$LOCK"; wait "$LOCK" 2> /dev/null; rm -f "$T/jia/journal.db.go"
equal "nothing was changed" "$(values jia "$V")" "$before"
check "afterwards it goes" jia visit outcome "$V" completed --facts 按计划

# ---- two processes on one workspace ----
for i in $(seq 60); do echo "{\"note\":\"/data/staff/f3\",\"text\":\"第${i}次甲\"}"; done > "$T/a.in"
for i in $(seq 60); do echo "{\"note\":\"/data/staff/f4\",\"text\":\"第${i}次乙\"}"; done > "$T/b.in"
jia visit drive "$V" --form flying-inspection < "$T/a.in" > "$T/a.out" & a=$!
jia visit drive "$V" --form flying-inspection < "$T/b.in" > "$T/b.out" & b=$!
wait $a; wait $b
equal "two at once: each line is answered ok" "$(cat "$T/a.out" "$T/b.out" | grep -c '"ok":true')" 120
jia log "$V" > "$T/log"
equal "and every one is there" "$(for i in $(seq 60); do grep -c "第${i}次甲" "$T/log"; grep -c "第${i}次乙" "$T/log"; done | sort -u)" 1
check "the chain holds" jia fsck
equal "one chain, no fork" "$(field 'd["forked"]' jia visit show "$V" --json)" false

# ---- a full disk: a limit of file size, as any user ----
size=$(stat -c %s "$T/jia/journal.db")
before=$(values jia "$V")
long=$(printf '满%.0s' $(seq 300))
for i in $(seq 400); do echo "{\"note\":\"/data/staff/f4\",\"text\":\"$long$i\"}"; done > "$T/many"
(ulimit -f $((size / 1024 + 60)); jia visit drive "$V" --form flying-inspection < "$T/many" > "$T/full.out" 2> "$T/full.err"; echo $? > "$T/rc")
equal "the program lives" "$(cat "$T/rc")" 0
matches "full: said for each line" "$(grep -c '"error":"db.full"' "$T/full.out")" '^[1-9][0-9]+$'
kept=$(grep -c '"ok":true' "$T/full.out")
matches "some were kept before" "$kept" '^[1-9]'
last=$(drive jia "$V" '{"dump":true}' > "$T/.out"; jia log "$V" | grep -c "满满.*")
equal "what was acknowledged is there, and no more" "$last" "$kept"
check "fsck after a full disk" jia fsck
check "with space it goes on" bash -c 'test "$1" = "{\"ok\":true}"' - "$(drive jia "$V" '{"note":"/data/staff/f4","text":"继续"}')"
head -c 400000 /dev/urandom > "$T/big"
one=$(field 'len(d)' jia evidence list "$V" --json)
little() { (ulimit -f 100; jia evidence add "$V" "$T/big"); }
says "no room for a file" 3 'evidence/.*(空间|过大|large)' 'evidence/.*free space' little
equal "it is not on record" "$(field 'len(d)' jia evidence list "$V" --json)" "$one"
equal "nor half of it on the disk" "$(find "$T/jia/evidence" -type f | wc -l)" 0

# ---- files that vanish or change while they are added ----
says "a file that is not there" 3 "$T/none" "$T/none" jia evidence add "$V" "$T/none"
exits "a folder is no file" 1 jia evidence add "$V" "$T"
mkfifo "$T/fifo"
exits "a pipe is no file" 1 timeout 20 "$FJ" --home "$T/jia" evidence add "$V" "$T/fifo"
matches "one of two is bad: named" "$(jia evidence add "$V" "$T/big" "$T/none" 2>&1)" "$T/none"
equal "the good one is there, or nothing is" "$(field 'len(d) in (0, 1)' jia evidence list "$V" --json)" true
check "the work is whole" jia fsck
