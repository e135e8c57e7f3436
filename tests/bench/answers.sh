#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# One JSON line a figure: an answer kept by visit drive (signed, sealed, on the disk), with
# a plain SQLite insert at synchronous=FULL beside it; memory after unlock; a form alone;
# entries taken by a hub a second.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
hub_start || exit 1
person 检查员甲 inspector YS-0001 jia || exit 1
V=$(visit_new)
fill_all jia "$V"
python3 - "$FJ" "$T/jia" "$V" "$T" "$top/forms/flying-inspection.json" <<'PY'
import json, os, sqlite3, statistics, subprocess, sys, time
fj, home, visit, t, form = sys.argv[1:6]
def figure(name, value, unit, **more):
    print(json.dumps(dict(figure=name, value=round(value, 3), unit=unit, **more)), flush=True)
def rounds(argv, n, line):
    p = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    took = []
    rss = 0
    for i in range(n + 10):
        start = time.perf_counter()
        p.stdin.write((json.dumps(line(i)) + "\n").encode())
        p.stdin.flush()
        answer = p.stdout.readline()
        took.append((time.perf_counter() - start) * 1000)
        if b'"ok":true' not in answer:
            sys.exit(answer)
        if i == 0:
            status = dict(x.split(":", 1) for x in open("/proc/%d/status" % p.pid))
            rss = [int(status[k].split()[0]) / 1024 for k in ("VmRSS", "RssAnon")]
    p.stdin.close()
    p.wait()
    return took[10:], rss
verdicts = ("conform", "nonconform")
took, rss = rounds([fj, "--home", home, "visit", "drive", visit, "--form", "flying-inspection"], 300,
                   lambda i: {"set": "/data/staff/f3", "value": verdicts[i % 2]})
db = sqlite3.connect(t + "/peer.db", isolation_level=None)
db.execute("pragma journal_mode = wal")
db.execute("pragma synchronous = full")
db.execute("create table e(n integer primary key, b blob)")
peer = []
for i in range(300):
    start = time.perf_counter()
    db.execute("insert into e(b) values (?)", (os.urandom(300),))
    peer.append((time.perf_counter() - start) * 1000)
figure("append.answer.median", statistics.median(took), "ms", peer="sqlite insert synchronous=FULL", peer_value=round(statistics.median(peer), 3))
figure("append.answer.p99", sorted(took)[296], "ms", peer="sqlite insert synchronous=FULL", peer_value=round(sorted(peer)[296], 3))
figure("rss.after-unlock", rss[0], "MiB", own=round(rss[1], 2), limit=12, where="visit drive of a filled visit")
took, rss = rounds([fj, "form", "drive", form], 1000, lambda i: {"set": "/data/staff/f3", "value": verdicts[i % 2]})
figure("form.set.median", statistics.median(took), "ms", items=144)
PY
n=$(field 'd["unsent"]' jia status --json)
start=$(date +%s%N)
jia sync > "$T/.out" 2>&1 || exit 1
took=$(($(date +%s%N) - start))
echo "{\"figure\":\"sync.whole\",\"value\":$((took / 1000000)),\"unit\":\"ms\",\"entries\":$n,\"entries_per_s\":$((n * 1000000000 / took)),\"with\":\"start and unlock\"}"
head -c 67108864 /dev/urandom > "$T/big"
jia evidence add "$V" "$T/big" > "$T/.out" 2>&1 || exit 1
start=$(date +%s%N)
jia sync > "$T/.out" 2>&1 || exit 1
took=$(($(date +%s%N) - start))
start=$(date +%s%N)
cp "$T/big" "$T/copy" && sync "$T/copy"
copied=$(($(date +%s%N) - start))
echo "{\"figure\":\"sync.evidence\",\"value\":$((took / 1000000)),\"unit\":\"ms\",\"bytes\":67108864,\"peer\":\"cp and fsync\",\"peer_ms\":$((copied / 1000000))}"
