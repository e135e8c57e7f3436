#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 90
# A live hub is copied, goes on, is lost and restored from the copy in a new epoch: what
# the copy does not hold comes back from the workspaces that have it.
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/world.sh"
plan 18
hub_start || exit 1
person 检查员甲 inspector YS-0001 jia || exit 1
person 检查员乙 inspector YS-0002 yi || exit 1
V=$(visit_new)
fill_all jia "$V"
jia sync > "$T/.out" 2>&1
hub_said() { hub_cmd "$@" --lang "$FJ_LANG"; }
head_of() { python3 - "$T/$1" <<'PY'
import sqlite3, sys
d = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True)
m = dict(d.execute("SELECT name, value FROM meta"))
print(int.from_bytes(m["epoch"], "big"), int.from_bytes(m.get("safe-through", b""), "big"), d.execute("SELECT max(position) FROM log").fetchone()[0])
PY
}
check "copied while it serves" hub_cmd backup --to "$T/copy.db" --json
root=$(field 'd["root"]' cat "$T/.out")
at=$(field 'd["position"]' cat "$T/.out")
equal "how far it is safe is on record" "$(head_of hub.db)" "1 $at $at"
says "a file that is there is not overwritten" 1 '已存在' 'is there already' hub_said backup --to "$T/copy.db"
says "and must be named" 2 '--to' '--to' hub_said backup
says "a folder that is not there" 3 'nowhere' 'nowhere' hub_said backup --to /nowhere/copy.db
drive jia "$V" '{"set":"/data/staff/f3","value":"nonconform"}' > "$T/d"
check "goes on" jia sync
yi sync > "$T/.out" 2>&1
equal "the other has it" "$(ids yi "$V")" "$(ids jia "$V")"
equal "the head names the copy's position" "$(head_of hub.db | cut -d' ' -f1,2)" "1 $at"
hub_stop
rm -f "$T/hub.db" "$T/hub.db-wal" "$T/hub.db-shm"
mv "$T/copy.db" "$T/hub.db"
mv "$T/hub-keys/root.key" "$T/root.key"
says "restored needs the root" 3 'root.key' 'root.key' hub_said restored
says "and not another one" 1 '口令|不是本汇集端' 'passphrase|not the one' hub_said restored "$T/hub-keys/recovery.key"
check "a new epoch, by the root" hub_cmd restored "$T/root.key" --json
equal "is the second" "$(cat "$T/.out")" '{"epoch":2}'
equal "nothing is known to be safe" "$(head_of hub.db | cut -d' ' -f1,2)" "2 0"
hub_serve --listen "$HUB_ADDR" || exit 1
yi sync > "$T/.out" 2>&1
jia sync > "$T/.out" 2>&1
check "who holds more offers it again" jia sync
hub_stop
check "all of it is whole" hub_cmd backup --to "$T/second.db" --json
lacks "and another tree" "$(cat "$T/.out")" "$root"
equal "the entry behind the copy is there again" "$(python3 - "$T/second.db" "$(ids jia "$V" | tr '\n' ' ')" <<'PY'
import sqlite3, sys
have = {r[0].hex() for r in sqlite3.connect(sys.argv[1]).execute("SELECT id FROM entry")}
print(len([i for i in sys.argv[2].split() if i not in have]))
PY
)" 0
equal "nothing waits" "$(field 'd["unsent"]' jia status --json)" 0
