#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 150
# A hub moves from SQLite to PostgreSQL while it serves, two processes share the
# database and the evidence folder, the database is killed in the middle of pushes, and
# all of it moves back: nothing that was receipted is missing anywhere.
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/world.sh"
. "$top/tests/lib/pg.sh"
names=("moved while it serves" "the old store takes nothing more" "the old hub receipts nothing more"
    "migrating again is well" "a store with something else in it is refused" "the hub serves from PostgreSQL"
    "what one process took the other hands out" "an answer pushed to the second" "comes back from the first"
    "evidence goes up to one" "and is whole at the other" "the roster of one is that of the other"
    "the database is killed: a push says try again" "nothing of it was called sent" "the database is back: all of it goes"
    "backends killed during pushes: every sync ends, or says try again" "everything is receipted in the end"
    "both workspaces hold the same" "and nothing waits" "check-config is content" "moved back to SQLite" "the same root as the last" "stats agree"
    "served from there" "no password and no address in the logs")
plan ${#names[@]}
if ! pg_here; then
	for n in "${names[@]}"; do skip "$n" "postgresql is not installed"; done
	exit 0
fi
hub_start || exit 1
SECOND=
person 检查员甲 inspector YS-0001 jia || exit 1
person 检查员乙 inspector YS-0002 yi || exit 1
V=$(visit_new)
fill_all jia "$V"
jia sync > "$T/.out" 2>&1
yi sync > "$T/.out" 2>&1
old=sqlite:$T/hub.db

pg_start || exit 1
check "moved while it serves" "$HUB" migrate --store "$old" --to "$PG_URL" --json
cp "$T/.out" "$T/moved"
exits "the old store takes nothing more" 1 "$HUB" stats --store "$old" --keys "$T/hub-keys"
drive jia "$V" '{"set":"/data/staff/f3","value":"nonconform"}' > "$T/d"
jia sync > "$T/.out" 2>&1
equal "the old hub receipts nothing more" "$? $(field 'd["unsent"]' jia status --json)" "3 1"
hub_stop
# Stopped after the copy and before the old one was retired: it finishes.
cp "$T/hub.db" "$T/again.db"
python3 - "$T/again.db" <<'PY'
import sqlite3, sys
d = sqlite3.connect(sys.argv[1]); d.execute("DROP TABLE moved"); d.commit()
PY
check "migrating again is well" "$HUB" migrate --store "sqlite:$T/again.db" --to "$PG_URL"
cp "$T/hub.db" "$T/other.db"
python3 - "$T/other.db" <<'PY'
import sqlite3, sys
d = sqlite3.connect(sys.argv[1]); d.execute("DROP TABLE moved"); d.execute("INSERT INTO meta VALUES ('x', x'00')"); d.commit()
PY
exits "a store with something else in it is refused" 1 "$HUB" migrate --store "sqlite:$T/other.db" --to "$PG_URL"

STORE=$PG_URL
hub_serve --listen "$HUB_ADDR" || exit 1
ONE=$HUB_ADDR ONE_PID=$HUB_PID
check "the hub serves from PostgreSQL" jia sync
# The second process: the same database, folder and keys.
cp -r "$T/hub-keys" "$T/hub-keys2"
: > "$T/hub2.out"
"$HUB" serve --store "$PG_URL" --keys "$T/hub-keys2" --evidence "$T/hub-evidence" --listen 127.0.0.1:0 > "$T/hub2.out" 2>> "$T/hub2.err" &
TWO_PID=$!
pids="$pids $TWO_PID"
wait_for 20 grep -q '^listening ' "$T/hub2.out" || exit 1
TWO=$(sed -n 's/^listening //p' "$T/hub2.out")
# A relay decides which of the two a workspace talks to.
python3 -u - "$T/relay.port" "$T/target" > "$T/relay.log" 2>&1 <<'PY' &
import socket, sys, threading
port, target = sys.argv[1:]
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("127.0.0.1", 0)); s.listen(64)
open(port, "w").write(str(s.getsockname()[1]))
def pump(a, b):
    try:
        while d := a.recv(65536): b.sendall(d)
    except OSError: pass
    for x in (a, b):
        try: x.shutdown(socket.SHUT_RDWR)
        except OSError: pass
def serve(c):
    h, p = open(target).read().strip().rsplit(":", 1)
    try: u = socket.create_connection((h, int(p)))
    except OSError: c.close(); return
    threading.Thread(target=pump, args=(u, c), daemon=True).start()
    pump(c, u)
while True:
    threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
PY
pids="$pids $!"
echo "$TWO" > "$T/target"
wait_for 10 test -s "$T/relay.port"
# yi is enrolled anew at the relay's address: a third person, bing.
HUB_URL=http://127.0.0.1:$(cat "$T/relay.port")
person 检查员丙 inspector YS-0003 bing || exit 1
W=$(jia visit new --kind flying-inspection --form flying-inspection --subject-name 示例检测技术有限公司 \
    --no-uscc 测试数据 --cma 000000000000 --division 330106 --member 检查员甲:YS-0001 --member 检查员丙:YS-0003)
drive jia "$W" '{"set":"/data/staff/f3","value":"conform"}' > "$T/d"
jia sync > "$T/.out" 2>&1
bing sync > "$T/.out2" 2>&1
equal "what one process took the other hands out" "$(ids bing "$W")" "$(ids jia "$W")"
drive bing "$W" '{"set":"/data/staff/f4","value":"basic"}' > "$T/d"
check "an answer pushed to the second" bing sync
jia sync > "$T/.out" 2>&1
equal "comes back from the first" "$(ids bing "$W")" "$(ids jia "$W")"
head -c 300000 /dev/urandom > "$T/photo.bin"
jia evidence add "$W" "$T/photo.bin" > "$T/.out" 2>&1
check "evidence goes up to one" jia sync
bing sync > "$T/.out" 2>&1
got=$(find "$T/hub-evidence" -type f -size 300000c -exec sha256sum {} + | cut -d' ' -f1 | sort -u)
equal "and is whole at the other" "$got" "$(sha256sum < "$T/photo.bin" | cut -d' ' -f1)"
hub_cmd user add 复核员丙 --role reviewer --division 33 --cert FH-0009 > "$T/.out" 2>&1
equal "the roster of one is that of the other" "$(jia sync > /dev/null 2>&1; field 'len(d)' hub_cmd user list --json)" \
    "$(bing sync > /dev/null 2>&1; field 'len(d)' hub_cmd user list --json)"

# The database dies and comes back.
drive jia "$W" '{"set":"/data/staff/f5","value":"conform"}' > "$T/d"
pg_kill
exits "the database is killed: a push says try again" 3 jia sync
equal "nothing of it was called sent" "$(field 'd["unsent"]' jia status --json)" 1
pg_start || exit 1
check "the database is back: all of it goes" jia sync
(
	for _i in $(seq 40); do
		pg_sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'feijian-hub'" > /dev/null 2>&1
		read -r -t 0.08 _ <> "$T/.pipe" 2>/dev/null || :
	done
) &
killer=$!
bad=0
for i in $(seq 12); do
	drive jia "$W" "{\"set\":\"/data/staff/f3\",\"value\":\"$([ $((i % 2)) = 0 ] && echo conform || echo nonconform)\"}" > "$T/d"
	drive bing "$W" "{\"set\":\"/data/staff/f4\",\"value\":\"$([ $((i % 2)) = 0 ] && echo basic || echo conform)\"}" > "$T/d"
	jia sync > "$T/.out" 2>&1; a=$?
	bing sync > "$T/.out2" 2>&1; b=$?
	case $a$b in *[12456789]*) bad=$((bad + 1)); echo "# $a $b $(tail -1 "$T/.out") $(tail -1 "$T/.out2")" ;; esac
done
wait $killer
equal "backends killed during pushes: every sync ends, or says try again" $bad 0
jia sync > "$T/.out" 2>&1; bing sync > "$T/.out" 2>&1
check "everything is receipted in the end" bash -c '"$0" --home "$1/jia" sync && "$0" --home "$1/bing" sync && "$0" --home "$1/jia" sync' "$FJ" "$T"
equal "both workspaces hold the same" "$(ids bing "$W")" "$(ids jia "$W")"
equal "and nothing waits" "$(field 'd["unsent"]' jia status --json) $(field 'd["unsent"]' bing status --json)" "0 0"
check "check-config is content" bash -c '"$0" check-config --store "$1" --keys "$2/hub-keys" --evidence "$2/hub-evidence" --json | grep -q "\"check\":\"store\",\"state\":\"ok\""' "$HUB" "$PG_URL" "$T"

hub_cmd stats --json > "$T/stats1"
kill $ONE_PID $TWO_PID; wait $ONE_PID $TWO_PID 2>/dev/null
check "moved back to SQLite" "$HUB" migrate --store "$PG_URL" --to "sqlite:$T/back.db" --json
cp "$T/.out" "$T/back.out"
cp "$T/back.db" "$T/back2.db"
"$HUB" backup --store "sqlite:$T/back.db" --to "$T/copy.db" --json > "$T/copy.out" 2> "$T/.err"
equal "the same root as the last" "$(field 'd["root"]' cat "$T/copy.out")" "$(field 'd["root"]' cat "$T/back.out")"
STORE=sqlite:$T/back.db
hub_cmd stats --json > "$T/stats2"
equal "stats agree" "$(cat "$T/stats2")" "$(cat "$T/stats1")"
hub_serve --listen "$ONE" || exit 1
drive jia "$W" '{"set":"/data/staff/f5","value":"basic"}' > "$T/d"
check "served from there" jia sync
lacks "no password and no address in the logs" "$(cat "$T/hub.err" "$T/hub2.err")" 'postgresql://|host='
pg_stop
