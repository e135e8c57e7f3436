#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the cases of tests/data/form/*.jsonl through `feijian form drive`.

usage: run_semantics.py FEIJIAN [FILE...]
A line is an expression {"id", "expr", "type", "is"[, "at", "form"]} or a
scenario {"id", "form", "do": [[REQUEST, ANSWER]...]}: every member of ANSWER
must be in the answer.  "form" is a form of DESIGN section 6, or the id of an
earlier line with one.  Prints what differs; the last line is
"N passed, N failed".  A case that must fail is run too (control).
"""
import glob
import json
import math
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CLOCK = "2026-03-04T13:06:07+08:00"
EMPTY = {"form": "empty", "version": "7.1", "title": "t", "choices": {},
         "children": [{"type": "text", "name": "q", "label": "q"}]}


def whole(form):
    """A form written short: what every form needs is filled in."""
    form = dict({"form": "f", "version": "1", "title": "t", "choices": {}}, **form)

    def label(items):
        for i in items:
            if i["type"] not in ("calculate", "hidden"):
                i.setdefault("label", i["name"])
            label(i.get("children", []))
    label(form["children"])
    return form


def answers(program, form, requests):
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as f:
        json.dump(whole(form), f, ensure_ascii=False)
        f.flush()
        text = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in requests)
        done = subprocess.run([program, "--lang", "en", "--now", CLOCK, "form", "drive", f.name],
                              input=text, capture_output=True, encoding="utf-8", timeout=60,
                              env=dict(os.environ, TZ="Asia/Shanghai"))
    got = [json.loads(x) for x in done.stdout.splitlines()]
    if len(got) != len(requests):
        got += [{"error": "ended", "message": done.stderr.strip()}] * (len(requests) - len(got))
    return got


def number(v):
    return float({"Infinity": "inf", "-Infinity": "-inf"}.get(v, v)) if isinstance(v, str) else v


def same(kind, want, got):
    if kind == "error":
        return got.get("error") == want
    if "error" in got or got.get("type") != kind:
        return False
    if kind == "number":
        a, b = number(want), number(got["value"])
        return (math.isnan(a) and math.isnan(b)) or a == b or abs(a - b) <= 1e-12 * max(1, abs(a))
    return got["value"] == want


def has(want, got):
    """Every member of want is in got; choices by name, texts and truths as they are."""
    for k, v in want.items():
        g = got.get(k)
        if k == "choices" and g is not None:
            g = [c["name"] for c in g]
        if isinstance(v, dict) and isinstance(g, dict):
            if not has(v, g):
                return False
        elif g != v:
            return False
    return True


def run(program, cases, shown=print):
    forms, failed, passed = {}, 0, 0
    todo = {}
    for c in cases:
        form = c.get("form", EMPTY)
        if isinstance(form, str):
            form = forms[form]
        forms[c["id"]] = form
        if "expr" in c:
            todo.setdefault(json.dumps(form), []).append(c)
            continue
        wrong = []
        for n, (step, got) in enumerate(zip(c["do"], answers(program, form, [s[0] for s in c["do"]])), 1):
            if not has(step[1], got):
                wrong.append("step %d %s\n  expected %s\n  got      %s" % (
                    n, json.dumps(step[0], ensure_ascii=False),
                    json.dumps(step[1], ensure_ascii=False), json.dumps(got, ensure_ascii=False)))
        failed, passed = failed + bool(wrong), passed + (not wrong)
        for w in wrong:
            shown("%s: %s" % (c["id"], w))
    for form, some in todo.items():
        requests = [{"eval": c["expr"], **({"at": c["at"]} if "at" in c else {})} for c in some]
        for c, got in zip(some, answers(program, json.loads(form), requests)):
            ok = same(c["type"], c["is"], got)
            failed, passed = failed + (not ok), passed + ok
            if not ok:
                shown("%s: %s: expected %s %r, got %s" % (
                    c["id"], c["expr"], c["type"], c["is"], json.dumps(got, ensure_ascii=False)))
    return passed, failed


def main():
    program = os.path.abspath(sys.argv[1])
    cases, ids = [], set()
    for name in sys.argv[2:] or sorted(glob.glob(os.path.join(HERE, "form", "*.jsonl"))):
        with open(name, encoding="utf-8") as f:
            cases += [json.loads(x) for x in f if x.strip()]
    for c in cases:
        if c["id"] in ids:
            print("%s: twice" % c["id"])
            return 1
        ids.add(c["id"])
    passed, failed = run(program, cases)
    quiet = []
    if run(program, [{"id": "control", "expr": "1 + 1", "type": "number", "is": 3},
                     {"id": "control2", "form": EMPTY, "do": [[{"get": "q"}, {"value": "x"}]]}],
           quiet.append) != (0, 2):
        print("control: a case that must fail passed")
        failed += 1
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
