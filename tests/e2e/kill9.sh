#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 300
# kill -9 in the middle of visit drive, again and again: every line that was answered
# {"ok":true} is there afterwards.  ROUNDS kills (25; kill9-long.sh has 200); the control
# checks that a lost line would be seen.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 6
rounds=${ROUNDS:-25}

workspace jia 检查员甲 YS-0001 || exit 1
V=$(visit_new)
python3 - "$FJ" "$T/jia" "$V" "$rounds" "$T/kept" <<'PY' > "$T/kills"
import json, os, random, signal, subprocess, sys
fj, home, visit, rounds, kept = sys.argv[1:6]
random.seed(9)
n = killed = 0
with open(kept, "w", encoding="utf-8") as out:
    for r in range(int(rounds)):
        p = subprocess.Popen([fj, "--home", home, "visit", "drive", visit, "--form", "flying-inspection"],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        # Dies after a random answer, with more lines already in the pipe.
        after = random.randint(1, 12)
        lines = ["r%d-%d" % (r, i) for i in range(after + 5)]
        for t in lines:
            p.stdin.write((json.dumps({"note": "/data/staff/f%d" % (3 + n % 2), "text": t}) + "\n").encode())
            n += 1
        p.stdin.flush()
        for t in lines[:after]:
            if json.loads(p.stdout.readline()).get("ok") is True:
                out.write(t + "\n")
        p.send_signal(signal.SIGKILL)
        # What it had answered before the kill counts as answered.
        rest = p.stdout.read().decode().split("\n")
        for t, answer in zip(lines[after:], rest):
            if answer == '{"ok":true}':
                out.write(t + "\n")
        killed += p.wait() == -signal.SIGKILL
        p.stdin.close() if not p.stdin.closed else None
print(killed)
PY
equal "each run was killed" "$(cat "$T/kills")" "$rounds"
jia log "$V" --json | python3 -c 'import json, sys
for e in json.load(sys.stdin):
    if e.get("field") == "note":
        print(e["value"])' | sort > "$T/there"
sort "$T/kept" > "$T/wanted"
equal "every line that was answered ok is there" "$(comm -23 "$T/wanted" "$T/there" | wc -l)" 0
matches "and they were many" "$(wc -l < "$T/wanted")" '^[0-9]{2,}$'
echo never-said >> "$T/wanted"
equal "control: a lost one would be seen" "$(sort "$T/wanted" | comm -23 - "$T/there")" never-said
check "fsck" jia fsck
matches "the next answer is taken" "$(drive jia "$V" '{"set":"/data/staff/f3","value":"conform"}')" '"ok":true'
