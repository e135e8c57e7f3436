#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 90
# What an operator sees of a hub: figures, health, log, signs to systemd; and what must
# never be seen there.
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/world.sh"
plan 32

get() { curl -s --max-time 10 "$@"; }
status() { curl -s --max-time 10 -o /dev/null -w '%{http_code}' "$@"; }
ended() { ! kill -0 "$HUB_PID" 2>/dev/null; }
metrics_at() { sed -n 's/^metrics //p' "$T/hub.out"; }
figure() { get "http://$M/metrics" | awk -v n="$1" '$1 == n { print $2 }'; }

hub_init || exit 1
hub_serve --metrics :0 --log "$T/log" || exit 1
M=$(metrics_at)
matches "without a host they are on loopback" "$M" '^127\.0\.0\.1:[0-9]+$'
equal "not on the public address" "$(status "$HUB_URL/metrics")" 404
equal "and nothing else is on theirs" "$(status "http://$M/v1/hub")" 404
equal "nor another method" "$(status -X POST -d x "http://$M/metrics")" 405
equal "healthy" "$(get "$HUB_URL/healthz")" ok

person 检查员甲 inspector YS-0001 jia || exit 1
person 检查员乙 inspector YS-0002 yi || exit 1
V=$(visit_new)
fill_all jia "$V"
check "pushed" jia sync
check "pulled" yi sync
visit_new > /dev/null
jia sync > /dev/null 2>&1
yi sync > /dev/null 2>&1
rows() { hub_cmd audit --json | grep -o '"n":' | wc -l; }
equal "who read what is noted" "$(rows)" 2
get "http://$M/metrics" > "$T/metrics"
cat > "$T/read.py" <<'PY'
import re, sys
seen, last = {}, {}
for line in open(sys.argv[1], encoding="utf-8"):
    if line.startswith("# TYPE "):
        name, kind = line.split()[2:]
        assert name not in seen, "family twice: " + name
        seen[name] = kind
        continue
    if line.startswith("# HELP "):
        continue
    m = re.fullmatch(r'([a-z_]+)(\{(?:[a-z]+="[^"\\\n]*",?)+\})? (-?[0-9.]+)\n', line)
    assert m, "no sample: " + line
    base = re.sub(r"_(bucket|sum|count)$", "", m[1])
    kind = seen.get(m[1]) or seen.get(base)
    assert kind, "no TYPE for " + m[1]
    assert m[1] + (m[2] or "") not in last, "sample twice: " + line
    last[m[1] + (m[2] or "")] = float(m[3])
    for v in re.findall(r'"([^"]*)"', m[2] or ""):
        assert re.fullmatch(r"[A-Z]+|/[a-z0-9/{}IH]+|-|[0-5]xx|[0-9.]+|\+Inf|in|out|evidence|store", v), "label " + v
for k, v in last.items():
    if "_bucket" in k and "+Inf" in k:
        c = k.replace("_bucket", "_count").replace(',le="+Inf"', "").replace('{le="+Inf"}', "")
        assert last[c] == v, c
print(len(last))
PY
check "the text is what Prometheus reads, labels are templates alone" python3 "$T/read.py" "$T/metrics"
matches "pushes are counted" "$(cat "$T/metrics")" 'requests_total\{method="POST",route="/v1/runs",status="2xx"\} [1-9]'
matches "and enrolments" "$(cat "$T/metrics")" 'route="/v1/enrol",status="2xx"\} 2$'
matches "and sessions" "$(cat "$T/metrics")" '^feijian_hub_sessions_total [1-9]'
matches "and groups" "$(cat "$T/metrics")" '^feijian_hub_commit_group_size_count [1-9]'
matches "the position of the log" "$(cat "$T/metrics")" '^feijian_hub_log_position [1-9]'
matches "memory" "$(cat "$T/metrics")" '^process_resident_memory_bytes [1-9]'
canaries="检查员|YS-000|330106|示例|$V|${V:0:8}|$(head -1 "$T/hub-init.out" | cut -c1-12)|hub-keys|Bearer"
lacks "no name, visit, division or code in the figures" "$(cat "$T/metrics")" "$canaries"
lacks "nor in the log" "$(cat "$T/log" "$T/hub.out")" "$canaries"
matches "a line a request: template, status, bytes, time" "$(cat "$T/log")" 'info POST /v1/runs 200 in=[0-9]+ out=[0-9]+ ms=[0-9]+$'

mv "$T/hub-evidence" "$T/away"
not_well() { [ "$(status "$HUB_URL/healthz")" = 503 ]; }
well() { [ "$(status "$HUB_URL/healthz")" = 200 ]; }
check "without its evidence folder it is not well" wait_for 10 not_well
equal "it says which" "$(get "http://$M/healthz")" evidence
equal "a figure too" "$(figure feijian_hub_healthy)" 0
mv "$T/away" "$T/hub-evidence"
check "with it it is" wait_for 10 well

mv "$T/log" "$T/log.1"
kill -HUP "$HUB_PID"
reopened() { get "$HUB_URL/healthz" > /dev/null; [ -s "$T/log" ]; }
check "the log's file goes on under its name after SIGHUP" wait_for 10 reopened
kill -TERM "$HUB_PID"; wait "$HUB_PID"
equal "SIGHUP did not end it, SIGTERM does" $? 0
matches "the end is in the log" "$(tail -1 "$T/log")" 'info stopped$'

cat > "$T/notify.py" <<'PY'
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
s.settimeout(60)
while True:
    m = s.recv(100).decode()
    print(m, flush=True)
    if m == "STOPPING=1":
        break
PY
python3 "$T/notify.py" "$T/notify" > "$T/notified" &
listener=$!
pids="$pids $listener"
wait_for 10 test -S "$T/notify"
export NOTIFY_SOCKET=$T/notify
hub_serve --log-level warning --audit-days 1 --now "$(date -d '+5 days' +%Y-%m-%dT%H:%M:%S%:z)" || exit 1
unset NOTIFY_SOCKET
check "systemd hears that it is ready" wait_for 10 grep -q READY=1 "$T/notified"
check "and that it lives" wait_for 20 grep -q WATCHDOG=1 "$T/notified"
gone() { [ "$(rows)" = 1 ]; }
check "old rows of the audit log go, the newest stays" wait_for 20 gone
: > "$T/hub.err"
get "$HUB_URL/healthz" > /dev/null
kill -TERM "$HUB_PID"; wait "$HUB_PID"
wait $listener
check "and that it ends" grep -q STOPPING=1 "$T/notified"
lacks "no request at level warning" "$(cat "$T/hub.err")" info

says "a level that is none" 2 "不是日志级别" "is no level" bash -c '"$0" serve --store "sqlite:$1/hub.db" --keys "$1/hub-keys" --evidence "$1/hub-evidence" --log-level loud --lang "$FJ_LANG"' "$HUB" "$T"
says "a network as a proxy" 2 "不是地址列表" "no list of addresses" bash -c '"$0" serve --store "sqlite:$1/hub.db" --keys "$1/hub-keys" --evidence "$1/hub-evidence" --trusted-proxy 10.0.0.0/8 --lang "$FJ_LANG"' "$HUB" "$T"
