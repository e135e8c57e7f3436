#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""sync/PROTOCOL.md against the program: limits, routes, problems, features, invariants.
Prints what differs and nothing else."""
import glob
import os
import re

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as f:
        return f.read()


DOC = read("sync/PROTOCOL.md")
BYTES, NUMBER, SECONDS, MS = "bytes", "number", "s", "ms"
# Row of the limits, numbers of that row in its order: constant, its file, its unit.
LIMITS = {
    "body of a request, of an answer": [("LIMIT_BODY_BYTES", "src/base/limits.h", BYTES)],
    "entries of a run": [("LIMIT_RUN_ENTRIES", "src/base/limits.h", NUMBER)],
    "JSON body (enrol, session)": [("WIRE_JSON_BYTES", "sync/wire/enrol.h", BYTES)],
    "payload of an entry": [("LIMIT_PAYLOAD", "src/base/limits.h", BYTES)],
    "runs in a push": [("WIRE_RUNS", "sync/wire/wire.h", NUMBER)],
    "streams in a page of the listing": [("WIRE_STREAMS", "sync/wire/wire.h", NUMBER)],
    "heads in a `have`, bytes of it": [("WIRE_HEADS", "sync/wire/wire.h", NUMBER),
                                       ("WIRE_HAVE_BYTES", "sync/wire/wire.h", BYTES)],
    "`wait` of the listing": [("WIRE_WAIT_MAX", "sync/wire/wire.h", SECONDS)],
    "file of evidence": [("LIMIT_EVIDENCE_BYTES", "src/base/limits.h", BYTES)],
    "difference of clocks at session": [("SESSION_SKEW_MS", "sync/wire/enrol.h", MS)],
    "life of a token": [("SESSION_SECONDS", "sync/wire/enrol.h", SECONDS)],
    "wrong MACs of an invitation": [("INVITE_WRONG_MAX", "sync/hub/enrol.h", NUMBER)],
    "life of an invitation": [("INVITE_HOURS", "sync/hub/enrol.h", NUMBER)],
    "receipts in an answer with entries": [("WIRE_RECEIPT_BYTES", "sync/wire/wire.h", BYTES)],
    "header lines of a request": [("HTTP_HEADER_S", "sync/hub/http.h", SECONDS)],
    "silence inside a request": [("HTTP_SILENCE_S", "sync/hub/http.h", SECONDS)],
    "a body that is not evidence, whole; the reading of an answer": [("HTTP_BODY_S", "sync/hub/http.h", SECONDS)],
    "evidence, at least": [("HTTP_RATE_BYTES", "sync/hub/http.h", BYTES), ("HTTP_RATE_S", "sync/hub/http.h", SECONDS)],
    "requests of one device": [("RATE_DEVICE", "sync/hub/rates.h", NUMBER)],
    "requests to enrol from one address": [("RATE_ENROL", "sync/hub/rates.h", NUMBER)],
    "connections at once, from one address": [("HTTP_CONNECTIONS", "sync/hub/http.h", NUMBER),
                                              ("HTTP_PER_ADDRESS", "sync/hub/http.h", NUMBER)],
    "`Retry-After` of what is too much at once": [("HTTP_RETRY_S", "sync/hub/http.h", SECONDS)],
    "what is published, one item": [("PUBLISH_BYTES", "sync/hub/publish.h", BYTES)],
    "unpacked : packed": [("ZIP_RATIO", "sync/wire/zip.h", NUMBER), None, ("ZIP_SLACK", "sync/wire/zip.h", BYTES)],
    "unfinished evidence of a device": [("l->device", "sync/hub/upload_make.c", BYTES)],
    "life of an unfinished upload": [("l->life_ms", "sync/hub/upload_make.c", MS)],
    "scratch uploads of a device": [("l->scratch", "sync/hub/upload_make.c", BYTES)],
    "life of a scratch upload": [("l->scratch_life_ms", "sync/hub/upload_make.c", MS)],
    "`Upload-Metadata`": [("UPLOAD_METADATA", "sync/hub/upload_header.h", BYTES)],
    "cursor": [("WIRE_CURSOR - 1", "sync/wire/wire.h", BYTES)],
}
UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "min": 60, "h": 3600, "days": 86400, "s": 1}


def constant(name, path):
    name, _, less = name.partition(" - ")
    text = re.sub(r"/\*.*?\*/", "", read(path), flags=re.S).replace("DAY_MS", "86400000")
    m = re.search(r"(?:#define\s+|\b)%s\s*=?\s+([^,;\n]+)" % re.escape(name), text)
    if not m:
        return None
    value = re.sub(r"(?<=\d)(LL|L|U)\b", "", m.group(1)).strip()
    if not re.fullmatch(r"[\d\s()*+<>-]+", value):
        return None
    return eval(value) - int(less or 0)


def said(number, unit, kind):
    v = int(number.replace(",", ""))
    if kind in (BYTES,):
        return v * UNITS.get(unit, 1) if unit in ("KiB", "MiB", "GiB") else v
    if kind in (SECONDS, MS):
        return v * UNITS.get(unit, 1) * (1000 if kind == MS else 1)
    return v


def limits():
    table = DOC[DOC.index("| limit | value |"):DOC.index("## 2. Routes")]
    rows = {}
    for line in table.split("\n")[2:]:
        cells = [c.strip() for c in line.strip().strip("|").split("|")]
        if len(cells) == 5:
            rows[cells[0]], rows[cells[3]] = cells[1], cells[4]
    for name in sorted(set(LIMITS) ^ set(rows)):
        print("limits: only in %s: %s" % ("the lint" if name in LIMITS else "the document", name))
    for name in sorted(set(LIMITS) & set(rows)):
        values = re.findall(r"(\d[\d,]*)(?![\d,])\s*(KiB|MiB|GiB|min|h|days|s)?\b", rows[name])
        if len(values) != len(LIMITS[name]):
            print("limits: %s: %d numbers in the document" % (name, len(values)))
            continue
        for (number, unit), what in zip(values, LIMITS[name]):
            if what is None:
                continue
            got, want = constant(what[0], what[1]), said(number.rstrip(","), unit, what[2])
            if got != want:
                print("limits: %s: the document says %s, %s is %s" % (name, want, what[0], got))


def routes():
    table = DOC[DOC.index("## 2. Routes"):DOC.index("`Authorization: Bearer TOKEN` on all")]
    doc = set()
    for cell in re.findall(r"^\| (`[^|]*) \|", table, re.M):
        for text in re.findall(r"`([^`]+)`", cell):
            words = text.split()
            path = re.sub(r"\{SHA-256\}", "{H}", words[-1].split("?")[0])
            path = re.sub(r"\{[SVEF]\}", "{I}", path)
            doc |= {(verb, path) for verb in words[:-1]}
    code = set(re.findall(r'\{ VERB_([A-Z]+), "([^"]+)"', read("sync/hub/routes.c")))
    for verb, path in sorted(doc - code):
        print("routes: the hub has no %s %s" % (verb, path))
    for verb, path in sorted(code - doc):
        if path.startswith("/v1/"):
            print("routes: not in the document: %s %s" % (verb, path))


def problems():
    table = DOC[DOC.index("## 8. Problems"):DOC.index("## 9. Evidence")]
    doc = {}
    for names, statuses in re.findall(r"^\| (`[^|]+`) \| ([^|]+) \|", table, re.M):
        names, statuses = re.findall(r"`([^`]+)`", names), [s.strip() for s in statuses.split(",")]
        for i, name in enumerate(names):
            status = statuses[min(i, len(statuses) - 1)]
            doc[name] = 0 if status == "–" else int(status)
    code = {n: int(s) for n, s in re.findall(r'\{"([a-z-]+)", (\d+), REACT_', read("sync/wire/problem.c"))}
    for name in sorted(set(doc) | set(code)):
        if doc.get(name) != code.get(name):
            print("problems: %s: the document says %s, the program %s" % (name, doc.get(name), code.get(name)))


def features():
    table = DOC[DOC.index("## 13. Versions"):DOC.index("## 14.")]
    doc = set(re.findall(r"^\| `([^`]+)` \|", table, re.M))
    code = re.search(r"features\[FEATURES\] = \{(.*?)\}", read("sync/wire/version.c"), re.S)
    for name in sorted(doc ^ set(re.findall(r'"([^"]+)"', code.group(1)))):
        print("features: %s is not in both" % name)


def invariants():
    files = [f for g in ("unit/client/*.c", "unit/hub/*.c", "unit/wire/*.c", "contract/*.[ch]", "e2e/*", "fault/*",
                         "slow/*") for f in glob.glob(os.path.join(TOP, "tests", g)) if os.path.isfile(f)]
    tests = "\n".join(open(f, encoding="utf-8", errors="replace").read() for f in files)
    for name in re.findall(r"^\* \*\*([CH]\d+)\*\*", DOC, re.M):
        if not re.search(r"(#|\*|/)[^\n]*\b%s\b" % name, tests):
            print("invariants: no test names %s" % name)


for check in (limits, routes, problems, features, invariants):
    check()
