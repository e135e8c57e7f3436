#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: slow
# limit: 900
# Patroni, two servers, synchronous: the leader and its Patroni are killed five times
# (kill -9) while a hub takes pushes and a writer commits as fast as it can, both through
# haproxy.  Nothing that was acknowledged is missing, and the log has no gap.
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/world.sh"
. "$top/tests/lib/pg.sh"
FAILOVERS=${FAILOVERS:-5}
names=("a synchronous standby is there" "each failover: a push goes through again" "the writer met no other failure"
    "nothing that the writer was told is missing" "nothing that the hub receipted is missing" "nothing waits any more"
    "the log is whole: every entry, every leaf, the root" "the control: an id that was never stored is found missing")
plan ${#names[@]}
why=
pg_here || why="postgresql is not installed"
for t in patroni etcd haproxy; do PATH=$PATH:/usr/sbin command -v $t > /dev/null || why="$t is not installed"; done
if [ -n "$why" ]; then
	for n in "${names[@]}"; do skip "$n" "$why"; done
	exit 0
fi
PATH=$PATH:/usr/sbin
cd "$top" || exit 1
archives=$(for m in $(sh tests/lint/layers.sh --closure hub); do echo "$BIN/lib/${m//\//-}.a"; done)
# shellcheck disable=SC2046,SC2086
${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -O2 -Isrc -Isync -o "$T/writer" tests/fault/store_writer.c \
    -Wl,--start-group $archives -Wl,--end-group $(pkg-config --libs $(sh tests/lint/layers.sh --packages hub)) -lm ||
    { echo "Bail out! the writer does not build"; exit 1; }

D=$T/ha
mkdir -p "$D" && chmod 755 "$T" "$D"
[ "$(id -u)" -ne 0 ] || chown "$(pg_user)" "$D"
read -r E1 E2 R1 R2 P1 P2 HA < <(python3 -c 'import socket
s = [socket.socket() for _ in range(7)]
[x.bind(("127.0.0.1", 0)) for x in s]
print(*[x.getsockname()[1] for x in s])')
etcd --data-dir "$D/etcd" --listen-client-urls "http://127.0.0.1:$E1" --advertise-client-urls "http://127.0.0.1:$E1" \
    --listen-peer-urls "http://127.0.0.1:$E2" --initial-advertise-peer-urls "http://127.0.0.1:$E2" \
    --initial-cluster "default=http://127.0.0.1:$E2" --logger zap > "$D/etcd.log" 2>&1 &
pids="$pids $!"
config() { # N REST PORT
	cat > "$D/p$1.yml" <<Y
scope: feijian
name: n$1
restapi: {listen: 127.0.0.1:$2, connect_address: 127.0.0.1:$2}
etcd3: {host: 127.0.0.1:$E1}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 3
    retry_timeout: 5
    maximum_lag_on_failover: 1048576
    synchronous_mode: true
    synchronous_mode_strict: true
    postgresql: {use_pg_rewind: true, parameters: {wal_log_hints: "on", synchronous_commit: "on"}}
  initdb: [{encoding: UTF8}, {locale: C}, data-checksums]
  pg_hba: [host all all 127.0.0.1/32 trust, host replication all 127.0.0.1/32 trust, local all all trust]
postgresql:
  listen: 127.0.0.1:$3
  connect_address: 127.0.0.1:$3
  data_dir: $D/pg$1
  bin_dir: $(pg_bin)
  pgpass: $D/pgpass$1
  authentication: {superuser: {username: feijian, password: x}, replication: {username: repl, password: x}}
  pg_hba: [host all all 127.0.0.1/32 trust, host replication all 127.0.0.1/32 trust, local all all trust]
  parameters: {unix_socket_directories: "$D", shared_buffers: 64MB}
Y
}
config 1 "$R1" "$P1"
config 2 "$R2" "$P2"
node_start() {
	as_pg patroni "$D/p$1.yml" >> "$D/p$1.log" 2>&1 &
	pids="$pids $!"
}
cat > "$D/ha.cfg" <<Y
defaults
  mode tcp
  timeout connect 2s
  timeout client 1h
  timeout server 1h
listen pg
  bind 127.0.0.1:$HA
  option httpchk OPTIONS /primary
  http-check expect status 200
  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
  server n1 127.0.0.1:$P1 check port $R1
  server n2 127.0.0.1:$P2 check port $R2
Y
ended() {
	for p in $(pgrep -f "patroni $D/p"); do kill "$p" 2>/dev/null; done
	for n in 1 2; do
		[ -s "$D/pg$n/postmaster.pid" ] && kill -INT "$(head -1 "$D/pg$n/postmaster.pid")" 2>/dev/null
	done
}
trap 'ended; finish' EXIT
node_start 1
wait_for 60 curl -fs "http://127.0.0.1:$R1/primary"
node_start 2
haproxy -f "$D/ha.cfg" > "$D/ha.log" 2>&1 &
pids="$pids $!"
leader() { for n in 1 2; do eval "r=\$R$n"; curl -fs -m 2 "http://127.0.0.1:$r/primary" > /dev/null 2>&1 && { echo $n; return; }; done; return 1; }
# Of the cluster's own words: a standby that confirms commits.
has_sync() {
	l=$(leader) || return 1
	eval "r=\$R$((3 - l))"
	curl -fs -m 2 "http://127.0.0.1:$r/synchronous" > /dev/null 2>&1
}
check "a synchronous standby is there" wait_for 120 has_sync

STORE=postgresql://feijian@127.0.0.1:$HA/postgres
hub_start || exit 1
person 检查员甲 inspector YS-0001 jia || exit 1
person 检查员乙 inspector YS-0002 yi || exit 1
V=$(visit_new)
fill_all jia "$V"
as_url="$STORE?options=-csearch_path%3Dwriter"
"$(pg_bin)/psql" -qAtX "$STORE" -c "CREATE SCHEMA writer" || exit 1
"$HUB" init --store "$as_url" --keys "$T/w-keys" --evidence "$T/w-evidence" --passphrase-file "$PASS" > "$T/.out" 2>&1
rm -f "$T/acked" "$T/receipted"
: > "$T/stop"
# Both write until the file is gone.
(
	while [ -e "$T/stop" ]; do "$T/writer" write "$as_url" 10 "$T/acked" || touch "$T/writer.bad"; done > "$T/writer.out" 2> "$T/writer.err"
) &
writer=$!
receipted() { [ "$(field 'd["unsent"]' jia status --json)" = 0 ] && ids jia "$V" > "$T/receipted.new" && mv "$T/receipted.new" "$T/receipted"; }
answer() { drive jia "$V" "{\"set\":\"/data/staff/f3\",\"value\":\"$([ $(($1 % 2)) = 0 ] && echo conform || echo nonconform)\"}" > "$T/d"; jia sync > "$T/.sync" 2>&1 && receipted; }
other_leads() { _n=$(leader) && [ "$_n" != "$l" ]; }
i=0
next() { i=$((i + 1)); answer $i; }
bad=0
for k in $(seq "$FAILOVERS"); do
	for _j in 1 2 3; do next; done
	l=$(leader)
	pp=$(pgrep -f "patroni $D/p$l.yml" | tr '\n' ' ')
	pm=$(head -1 "$D/pg$l/postmaster.pid")
	kids=$(pgrep -P "$pm" | tr '\n' ' ')
	start=$(date +%s)
	# shellcheck disable=SC2086
	kill -9 $pp $pm $kids 2>/dev/null
	# Strict: the new leader confirms nothing until it has a standby again.
	wait_for 120 other_leads || bad=$((bad + 1))
	lead=$(($(date +%s) - start))
	node_start $l
	wait_for 120 next || { bad=$((bad + 1)); tail -3 "$T/.sync" | sed 's/^/# /'; }
	echo "# failover $k: n$l killed, n$(leader) leads after $lead s, receipted again after $(($(date +%s) - start)) s"
	wait_for 120 has_sync || bad=$((bad + 1))
done
equal "each failover: a push goes through again" $bad 0
rm -f "$T/stop"
wait $writer
sed 's/^/# /' "$T/writer.out"
check "the writer met no other failure" test ! -e "$T/writer.bad"
check "nothing that the writer was told is missing" "$T/writer" verify "$as_url" "$T/acked"
sed 's/^/# /' "$T/.out"
jia sync > "$T/.out" 2>&1
yi sync > "$T/.out" 2>&1
equal "nothing that the hub receipted is missing" "$(ids yi "$V" | sort > "$T/held"; comm -23 <(sort "$T/receipted") "$T/held" | wc -l)" 0
equal "nothing waits any more" "$(field 'd["unsent"]' jia status --json)" 0
hub_stop
check "the log is whole: every entry, every leaf, the root" "$HUB" migrate --store "$STORE" --to "sqlite:$T/after.db"
head -c 32 /dev/urandom >> "$T/acked"
exits "the control: an id that was never stored is found missing" 1 "$T/writer" verify "$as_url" "$T/acked"
