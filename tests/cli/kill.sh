#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 240
# kill -9 in a loop during visit drive: every {"ok":true} that was read is there
# afterwards.  And two processes on one workspace.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/cli.sh"
plan 5
person a 1 检查员甲 || exit 1
V=$(visit_of a)
cat > "$T/killer.py" <<'END'
# Asks for many answers, kills at a moment of its own in the stream, counts what was
# acknowledged and is gone.  A control forgets the durable side: it asks a loose
# form, where a kill must lose everything.
import json, random, subprocess, sys
fj, home, passfile, visit, form, rounds = sys.argv[1:7]
visit_line = [fj, "--home", home, "--passphrase-file", passfile, "visit", "drive", visit]
random.seed(7)

def start(line):
    return subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

def ask(p, **k):
    p.stdin.write((json.dumps(k) + "\n").encode())
    p.stdin.flush()
    return json.loads(p.stdout.readline())

def trial(line, rounds):
    value, acked, lost, n = {}, 0, 0, 0
    for r in range(rounds):
        p = start(line)
        for path, v in value.items():
            if ask(p, get=path)["value"] != v:
                lost += 1
        value = {}
        todo = random.randint(1, 12)
        for i in range(todo):
            n += 1
            k = {"set": "a8", "value": "v%d" % n} if i % 2 else {"set": "u11", "value": "w%d" % n}
            a = ask(p, **k)
            if a.get("ok"):
                acked += 1
                value[{"a8": "/data/papers/a8", "u11": "/data/closing/u11"}[k["set"]]] = k["value"]
        # one more on its way, unread: it may be there or not, whole
        p.stdin.write((json.dumps({"note": "f3", "text": "n%d" % n}) + "\n").encode())
        p.stdin.flush()
        p.kill()
        p.wait()
    return acked, lost

print("%d %d" % trial(visit_line, int(rounds)))
print("%d %d" % trial([fj, "form", "drive", form], 6))
END
python3 "$T/killer.py" "$FJ" "$T/a" "$T/pass" "$V" "$top/forms/flying-inspection.json" 40 > "$T/killed" 2> "$T/err"
read -r acked lost < <(head -1 "$T/killed")
check "at least 200 answers were acknowledged" test "${acked:-0}" -ge 200
equal "none of them is lost" "$lost" 0
check "the control loses" test "$(tail -1 "$T/killed" | cut -d' ' -f2)" -gt 0
exits "the workspace is sound" 0 fj a fsck

# ---- two processes at once: both are heard, nothing is torn ----
for i in $(seq 1 25); do echo "{\"set\":\"a2\",\"value\":\"p$i\"}"; done > "$T/p"
for i in $(seq 1 25); do echo "{\"set\":\"u11\",\"value\":\"q$i\"}"; done > "$T/q"
fj a visit drive "$V" < "$T/p" > "$T/p.out" & one=$!
fj a visit drive "$V" < "$T/q" > "$T/q.out" & two=$!
wait $one $two
equal "all 50 of two processes" "$(cat "$T/p.out" "$T/q.out" | grep -c '"ok":true')" 50
