#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run_form_roundtrip.py PROGRAM FORM.json...: export, import, and the same behaviour.

Each form goes out as an XForm and comes back; then both are filled with the same random
answers, and every answer of `form drive` must be the same, byte by byte.  Our own columns
must come back as they were.  Prints one line a form, exit 1 when one differs.
"""
import json
import os
import random
import re
import subprocess
import sys
import tempfile

STEPS = 60
OURS = ("clause", "key_item", "finding", "evidence", "how", "validate", "parameters")


def walk(children, path, repeats, out):
    for q in children:
        here = path + "/" + q["name"]
        out.append((here, q, repeats))
        walk(q.get("children", []), here, repeats + ([here] if q["type"] == "repeat" else []), out)
    return out


def value(r, q, choices):
    kind = q["type"].split()
    names = [c["name"] for c in choices.get(kind[1], [])] if len(kind) > 1 else []
    if kind[0] in ("select_one", "verdict") and names:
        return r.choice(names + ["", "no-such-name"])
    if kind[0] in ("select_multiple", "rank") and names:
        return " ".join(n for n in names if r.random() < 0.4)
    if kind[0] in ("integer", "decimal", "range", "measurement"):
        return r.choice(["", "0", "1", "7", "-3", "12.5", "400", "abc"])
    if kind[0].lower() in ("date", "datetime"):
        return r.choice(["", "2026-03-01", "2026-02-30", "2025-12-31T10:00:00.000+08:00"])
    if kind[0] == "acknowledge":
        return r.choice(["", "OK"])
    if kind[0] == "geopoint":
        return r.choice(["", "31.2 121.5 0 0", "x"])
    return r.choice(["", "a", "b c", "中文，", "91310000MA1K35UX7G", "12", "0" * 70])


def indexed(r, path, repeats):
    for rep in sorted(repeats, key=len, reverse=True):
        path = path[:len(rep)] + "[%d]" % r.randint(1, 2) + path[len(rep):]
    return path


def lines(form, seed):
    r = random.Random(seed)
    nodes = walk(form["children"], "/" + form.get("root", "data"), [], [])
    out = []
    for _ in range(STEPS):
        path, q, repeats = r.choice(nodes)
        here = indexed(r, path, repeats)
        kind = q["type"].split()[0]
        if kind == "repeat":
            out.append({"add": here} if r.random() < 0.7 else {"remove": here + "[1]"})
        elif kind != "group":
            v = value(r, q, form.get("choices", {}))
            out.append({"set": here, "value": v} if v != "" else {"clear": here})
        path, q, repeats = r.choice(nodes)
        out.append({"get": indexed(r, path, repeats)})
    return out + [{"dump": True}, {"validate": True}]


def drive(program, path, steps):
    text = "".join(json.dumps(s, ensure_ascii=False) + "\n" for s in steps)
    run = subprocess.run([program, "--lang", "en", "--now", "2026-03-01T10:00:00+08:00", "form", "drive", path],
                         input=text.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    # now() goes on between two runs.
    return [re.sub(r"2026-03-01T\d\d:\d\d:\d\d\.\d{3}", "NOW", a) for a in run.stdout.decode().splitlines()]


def columns(form):
    return {p: {k: v for k, v in q.items() if k in OURS or k.startswith("x-")}
            for p, q, _ in walk(form["children"], "", [], [])}


def check(program, path, folder):
    xml, back = os.path.join(folder, "f.xml"), os.path.join(folder, "back.json")
    for command in (["export", path, "-o", xml, "--force"], ["import", xml, "-o", back, "--force"]):
        run = subprocess.run([program, "--lang", "en", "form"] + command, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        if run.returncode != 0:
            return "%s: %s" % (command[0], run.stderr.decode()[:400])
    with open(path, encoding="utf-8") as a, open(back, encoding="utf-8") as b:
        first, second = json.load(a), json.load(b)
    theirs = columns(second)
    for p, ours in columns(first).items():
        if theirs.get(p) != ours:
            return "%s: columns %s came back as %s" % (p, ours, theirs.get(p))
    for seed in range(5):
        steps = lines(first, seed)
        for s, x, y in zip(steps, drive(program, path, steps), drive(program, back, steps)):
            if x != y:
                return "seed %d, %s: %s, then %s" % (seed, json.dumps(s, ensure_ascii=False), x[:300], y[:300])
    return None


def main():
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for path in sys.argv[2:]:
            why = check(sys.argv[1], path, folder)
            print("%s: %s" % (os.path.basename(path), why or "the same"))
            bad += why is not None
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
