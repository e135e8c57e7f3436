#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""form_gen.py OUTDIR KIND:SIZE...: forms to measure, and steps to set in them.

flat:N   N questions in tens: a condition on the ten before, constraints, running sums
rep:M    a repeat of M instances of ten questions, with sum, count and max of all
fan:K    K calculations of one answer             chain:K  K calculations, each of the one before
list:R   a list of R rows, filtered by the answer of another question
file:R   the same rows as a file that the form carries
Writes NAME.json and NAME.steps.jsonl; the same numbers every time.
"""
import json
import os
import random
import sys

GRADES = ["a", "b", "c", "d", "e"]


def ten(k, own):
    """Ten questions; own(name) is how a reference names one of these ten."""
    gate = {} if k % 10 == 1 else {"relevant": "${gate_%d} = 'yes'" % (k - 1)}
    before = "" if k % 10 == 1 else " + ${sum_%d}" % (k - 1)
    n = own
    return [
        dict(type="select_one yesno", name=n("gate"), label="Applies", **gate),
        dict(type="integer", name=n("count"), label="How many", required="true()", constraint=". >= 0 and . < 500"),
        dict(type="integer", name=n("bad"), label="Of them bad", constraint=". <= ${%s}" % n("count")),
        dict(type="decimal", name=n("reading"), label="Reading", relevant="${%s} > 0" % n("count"), constraint=". > -40 and . < 1000"),
        dict(type="decimal", name=n("limit"), label="Limit"),
        dict(type="calculate", name=n("rate"), label="Rate", calculation="coalesce(${%s}, 0) + 2 * coalesce(${%s}, 0)" % (n("bad"), n("reading"))),
        dict(type="select_one grade", name=n("grade"), label="Grade", relevant="${%s} = 'yes'" % n("gate")),
        dict(type="text", name=n("remark"), label="Remark", relevant="${%s} = 'd' or ${%s} = 'e'" % (n("grade"), n("grade")), constraint="string-length(.) < 200"),
        dict(type="text", name=n("note"), label="Note", constraint="regex(., '[A-Za-z0-9 ]*')"),
        dict(type="calculate", name=n("sum"), label="Sum", calculation="${%s} + coalesce(${%s}, 0)%s" % (n("rate"), n("count"), before)),
    ]


def answer(r, item):
    kind = item["type"].split()[0]
    if kind == "select_one":
        return r.choice(["yes", "yes", "yes", "no"] if "yesno" in item["type"] else GRADES)
    if kind == "text":
        return "word %d" % r.randrange(1000)
    return str(r.randrange(1, 400)) if kind == "integer" else "%.1f" % r.uniform(0, 900)


def build(kind, size):
    r = random.Random(size)
    files = {}
    choices = {"yesno": [dict(name=n, label=n) for n in ("yes", "no")], "grade": [dict(name=n, label=n) for n in GRADES]}
    items, steps = [], []

    def answers(questions, path, count):
        asked = [q for q in questions if q["type"] != "calculate"]
        for _ in range(count):
            q = r.choice(asked)
            steps.append((path(q["name"]), answer(r, q)))

    if kind == "flat":
        for k in range(1, size // 10 + 1):
            items += ten(k, lambda s, k=k: "%s_%d" % (s, k))
        last = sorted({min(k, size // 10) for k in range(10, size // 10 + 10, 10)})
        items.append(dict(type="calculate", name="total", label="Total", calculation=" + ".join("${sum_%d}" % k for k in last)))
        answers(items, lambda n: "/data/" + n, 400)
    elif kind == "rep":
        one = ten(1, lambda s: s)
        items = [dict(type="repeat", name="rep", label="One", instances=size, children=one)]
        for name, what in (("total", "sum(${sum})"), ("n", "count(${rep})"), ("most", "max(${rate})")):
            items.append(dict(type="calculate", name=name, label=name, calculation=what))
        answers(one, lambda n: "/data/rep[%d]/%s" % (r.randrange(size) + 1, n), 400)
    elif kind in ("fan", "chain"):
        items = [dict(type="integer", name="a", label="A")]
        for k in range(size):
            source = "a" if kind == "fan" or k == 0 else "c%d" % (k - 1)
            items.append(dict(type="calculate", name="c%d" % k, label="C", calculation="coalesce(${%s}, 0) + %d" % (source, k % 7)))
        steps = [("/data/a", str(k)) for k in range(1, 201)]
    elif kind in ("list", "file"):
        rows = [dict(name="p%d" % k, label="Place %d" % k, city="c%d" % (k % 500)) for k in range(size)]
        items = [dict(type="text", name="city", label="City"),
                 dict(type="select_one places" if kind == "list" else "select_one_from_file places.csv", name="place", label="Place", choice_filter="city = ${city}")]
        steps = [("/data/city", "c%d" % r.randrange(500)) for _ in range(200)]
        (choices if kind == "list" else files)["places" if kind == "list" else "places.csv"] = rows
    else:
        sys.exit("unknown kind: " + kind)
    form = dict(form=kind + str(size), version="1", title=kind, root="data", choices=choices, children=items)
    return (form | {"files": files} if files else form), steps


def main():
    out = sys.argv[1]
    os.makedirs(out, exist_ok=True)
    for word in sys.argv[2:]:
        kind, size = word.split(":")
        form, steps = build(kind, int(size))
        base = os.path.join(out, form["form"])
        with open(base + ".json", "w", encoding="utf-8") as f:
            json.dump(form, f, ensure_ascii=False, indent=1)
        with open(base + ".steps.jsonl", "w", encoding="utf-8") as f:
            for path, value in steps:
                f.write(json.dumps({"set": path, "value": value}) + "\n")


if __name__ == "__main__":
    main()
