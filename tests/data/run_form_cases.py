#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs forms/*.cases/*.jsonl through `feijian form drive`.

usage: run_form_cases.py FEIJIAN [FORMS]
Each line of a case is {"send": LINE, "expect": SUBSET}; every member of expect
must be in the answer with an equal value.  Prints what differs; the last line
is "N passed, N failed"; ends 1 when something failed.  A step that must fail
is run too: a runner that passes everything would be noticed.
"""
import glob
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CLOCK = "2026-11-23T12:00:00+08:00"


def answers(program, form, steps):
    """One process a case; its answers, one a step."""
    text = "".join(json.dumps(s["send"], ensure_ascii=False) + "\n" for s in steps)
    done = subprocess.run([program, "--lang", "zh", "--now", CLOCK, "form", "drive", form],
                          input=text, capture_output=True, encoding="utf-8", timeout=60)
    lines = [json.loads(x) for x in done.stdout.splitlines()]
    if done.returncode != 0 or len(lines) != len(steps):
        print("%s: ended %d, %d answers to %d steps: %s" % (
            form, done.returncode, len(lines), len(steps), done.stderr.strip()))
    return lines + [{}] * (len(steps) - len(lines))


def differs(expect, answer):
    return {k: answer.get(k) for k, v in expect.items() if answer.get(k) != v}


def main():
    program = os.path.abspath(sys.argv[1])
    forms = sys.argv[2] if len(sys.argv) > 2 else os.path.join(HERE, "..", "..", "forms")
    passed = failed = 0
    for case in sorted(glob.glob(os.path.join(forms, "*.cases", "*.jsonl"))):
        form = os.path.dirname(case)[:-len(".cases")] + ".json"
        with open(case, encoding="utf-8") as f:
            steps = [json.loads(x) for x in f]
        for n, (step, answer) in enumerate(zip(steps, answers(program, form, steps)), 1):
            wrong = differs(step.get("expect", {}), answer)
            passed, failed = passed + (not wrong), failed + bool(wrong)
            if wrong:
                print("%s:%d: %s\n  expected %s\n  got      %s" % (
                    os.path.relpath(case, forms), n, json.dumps(step["send"], ensure_ascii=False),
                    json.dumps({k: step["expect"][k] for k in wrong}, ensure_ascii=False),
                    json.dumps(answer, ensure_ascii=False)))
    control = [{"send": {"get": "/data/nowhere"}, "expect": {"value": ""}}]
    form = os.path.join(forms, "flying-inspection.json")
    if not differs(control[0]["expect"], answers(program, form, control)[0]):
        print("control: a step that must fail passed")
        failed += 1
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
