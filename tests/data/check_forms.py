#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks forms/ without the program: shape, languages, clauses, words, codes.

usage: check_forms.py [--control | --table] [DIR]   (default: forms/ of this tree)
Prints every fault as FILE: PLACE: WHAT and ends 1 when there is one.
--table first renews the table of forms in README.md.
--control damages copies of the files and ends 1 when a damage is not seen.
"""
import csv
import datetime
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
VERDICTS = {"conform": (1, "符合"), "nonconform": (2, "不符合"), "basic": (3, "基本符合"),
            "na": (4, "不适用"), "unchecked": (5, "未检查")}
CORE = ["B1", "B2", "B3", "B4", "BSTAR", "X1", "X2", "X3", "X4", "X5"] + \
    ["G%d" % i for i in range(1, 9)] + ["Z%d" % i for i in range(1, 7)]
CLAUSES = set(CORE)      # filled from clauses.json
RULES = set()            # filled from redflags/
NUMBER = "[一二三四五六七八九十百千零]+"
ARTICLE = "第%s条(第%s款)?(第（%s）项)?|(释义)?附件[1-9]( [0-9]+([.][0-9]+)*)?" % ((NUMBER,) * 3)
OUTCOMES = ["completed", "refused", "obstructed", "absent", "moved", "stopped"]
REQUIRE = ["answers", "valid", "findings", "evidence", "evidence-any", "facts", "papers", "party"]
KINDS = ["flying-inspection", "qualification-review", "general-supervision", "vehicle-inspection",
         "environmental-monitoring", "food-testing", "construction-materials", "false-report-investigation",
         "annual-statistics", "needs-questionnaire", "certificate-label", "enterprise-standard", "metrology",
         "rectification-check", "counterfeit-spot-check", "management-system", "standards-uplift",
         "brand-cultivation"]
ITEMS = dict(zip(KINDS, (80, 50, 32, 35, 40, 30, 30, 35, 40, 55, 25, 25, 25, 15, 25, 20, 20, 20)))
SERVICE = {"needs-questionnaire", "management-system", "standards-uplift", "brand-cultivation"}
FORBIDDEN = ["虚假", "不实", "严重", "处罚", "罚款"]
TYPES = {"text", "integer", "decimal", "select_one", "select_multiple", "verdict", "date", "time",
         "dateTime", "datetime", "uscc", "note", "acknowledge", "geopoint", "calculate", "group", "repeat"}
COLUMNS = {"type", "name", "label", "hint", "clause", "key_item", "required", "read_only", "relevant",
           "constraint", "constraint_message", "calculation", "default", "choice_filter", "appearance", "trigger", "parameters",
           "repeat_count", "instances", "validate", "how", "finding", "evidence", "children"}
EXPRESSIONS = ("relevant", "required", "read_only", "constraint", "calculation", "choice_filter", "repeat_count")
faults = []


def fault(where, what):
    faults.append("%s: %s" % (where, what))


def no_doubles(pairs):
    seen = {}
    for k, v in pairs:
        if k in seen:
            raise ValueError("key %s twice" % k)
        seen[k] = v
    return seen


def load(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f, object_pairs_hook=no_doubles)


def both(where, text, words=FORBIDDEN):
    """A text in Chinese and English, each really in that language."""
    if not isinstance(text, dict) or set(text) != {"zh", "en"}:
        fault(where, "needs zh and en, nothing else")
        return
    if not text["zh"].strip() or not text["en"].strip():
        fault(where, "empty text")
    # English text may quote what stands on a paper or a package
    if re.search(r"[\u4e00-\u9fff]", re.sub("“[^”]*”|\"[^\"]*\"", "", text["en"])):
        fault(where, "Chinese characters in the English text")
    if not re.search(r"[\u4e00-\u9fff＿]", text["zh"]):
        fault(where, "no Chinese in the Chinese text")
    for w in words:
        if w in text["zh"]:
            fault(where, "word not allowed where the party may see it: " + w)


def internal_lists(form):
    """Lists that only items for the file of the bureau use."""
    uses = [(i["type"].partition(" ")[2], bool(i.get("x-internal"))) for i in walk(form.get("children", []))]
    return {n for n, _ in uses if n and all(inner for m, inner in uses if m == n)}


def check_choices(where, form):
    inner = internal_lists(form)
    for name, rows in form["choices"].items():
        words = [] if name in inner else FORBIDDEN
        at = "%s: choices.%s" % (where, name)
        names = [r["name"] for r in rows]
        if len(set(names)) != len(names):
            fault(at, "a name twice")
        for r in rows:
            if r["label"]["zh"] != r["label"]["en"]:      # units are the same in every language
                both("%s.%s" % (at, r["name"]), r["label"], words)
            if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", r["name"]):
                fault(at, "bad name " + r["name"])
            if "key" in r or name.startswith("verdict"):
                want = VERDICTS.get(r["name"])
                if want is None or r.get("key") != want[0] or \
                        name.startswith("verdict") and r["label"]["zh"] != want[1]:
                    fault(at, "key, name and word of %s do not belong together" % r["name"])


def check_references(where, item, names):
    exprs = [(k, str(item[k])) for k in EXPRESSIONS if k in item]
    exprs += [("validate", v["test"]) for v in item.get("validate", [])]
    for column, text in exprs:
        for ref in re.findall(r"\$\{([^}]*)\}", text):
            if ref not in names:
                fault(where, "%s names ${%s}, which is not in the form" % (column, ref))
    if "reports" in item.get("finding", {}) and item["finding"]["reports"] not in names:
        fault(where, "finding.reports names no item")


def check_verdict(where, item):
    """How to check is said, or what helps to answer."""
    if "how" not in item and "hint" not in item:
        fault(where, "a verdict without how or hint")


def check_unverified(where, why):
    """The reason is for the author: one text, or one in each language."""
    if isinstance(why, dict):
        both(where + ".x-unverified", why, [])
    elif not isinstance(why, str) or not why.strip():
        fault(where, "x-unverified without a reason")


def check_finding(where, item):
    f = item["finding"]
    if not f.get("on") or "facts" not in f or not set(f) <= {"on", "facts", "reports", "kind"}:
        fault(where, "finding needs on (an answer) and facts")
        return
    both(where + ".facts", f["facts"])
    if not item.get("clause"):
        fault(where, "drafts a finding without clause")


def check_item(where, form, item, names):
    kind, _, lst = item["type"].partition(" ")
    if kind not in TYPES:
        fault(where, "unknown type " + kind)
    for k in item:
        if k not in COLUMNS and not k.startswith("x-"):
            fault(where, "unknown column " + k)
    words = [] if item.get("x-internal") else FORBIDDEN     # for the file of the bureau only
    for k in ("label", "hint", "how", "evidence", "constraint_message"):
        if k in item:
            both("%s.%s" % (where, k), item[k], words)
    if "label" not in item:
        fault(where, "no label")
    check_unverified(where, item.get("x-unverified", "reason"))
    for v in item.get("validate", []):
        if set(v) != {"test", "message", "level"} or v["level"] not in ("error", "warning"):
            fault(where, "validate needs test, message, level")
        else:
            both(where + ".validate", v["message"], words)
    if "constraint" in item and "constraint_message" not in item:
        fault(where, "a constraint without message")
    if kind in ("select_one", "select_multiple", "verdict") and lst not in form["choices"]:
        fault(where, "unknown list " + lst)
    if (kind in ("group", "repeat")) != ("children" in item):
        fault(where, "children belong to groups and repeats, and only there")
    if kind == "calculate" and "calculation" not in item:
        fault(where, "calculate without calculation")
    if kind == "verdict":
        check_verdict(where, item)
    if "finding" in item:
        check_finding(where, item)
    for c in item.get("clause", []):
        if c not in CLAUSES:
            fault(where, "unknown clause " + c)
        if "finding" in item and c.startswith(("XF", "SY", "YS")):
            fault(where, "drafts a finding from %s, which belongs to the file of the case" % c)
    for r in item.get("x-flags", []):
        if r not in RULES:
            fault(where, "no red-flag rule " + r)
    if re.search(r"\.\s*>=?\s*today\(\)", item.get("constraint", "")):
        fault(where, "a planned day that has passed by the freeze would block it: warn with validate")
    check_references(where, item, names)


def walk(items):
    for i in items:
        yield i
        yield from walk(i.get("children", []))


def all_forms(folder):
    """Every file of the folder that is a form: it says so by its first key."""
    paths = [os.path.join(folder, n) for n in sorted(os.listdir(folder)) if n.endswith(".json")]
    return [p for p in paths if "form" in load(p)]


def check_form(path):
    where = os.path.basename(path)
    form = load(path)
    for k in ("form", "version", "title", "root", "languages", "choices", "children"):
        if k not in form:
            fault(where, "no " + k)
    if form["form"] + ".json" != where:
        fault(where, "the form's id is not the file's name")
    both(where + ": title", form["title"])
    check_choices(where, form)
    items = list(walk(form["children"]))
    names = [i["name"] for i in items]
    for n in sorted({n for n in names if names.count(n) > 1}):
        fault(where, "name %s twice" % n)
    for n in names:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", n):
            fault(where, "bad name " + n)
    for i in items:
        check_item("%s: %s" % (where, i["name"]), form, i, set(names))
    questions = [i for i in items if "children" not in i and i["type"] not in ("note", "calculate")]
    verdicts = [i for i in questions if i["type"].startswith("verdict")]
    if form["form"] not in KINDS:
        fault(where, "no kind of visit has this form")
    if len(questions) < ITEMS.get(form["form"], 0):
        fault(where, "too small: %d items, %d promised" % (len(questions), ITEMS[form["form"]]))
    used = {c for i in items for c in i.get("clause", [])}
    if form["form"] == "flying-inspection":
        check_flying(where, used, verdicts)
    cases = path[:-len(".json")] + ".cases"
    scenarios = len(os.listdir(cases)) if os.path.isdir(cases) else 0
    if scenarios < 3:
        fault(where, "%d scenarios, three are needed" % scenarios)
    return "%s: %d items (%d verdicts) in %d sections, %d clauses, %d scenarios with %d steps" % (
        where, len(questions), len(verdicts), len(form["children"]), len(used), scenarios,
        check_cases(cases) if scenarios else 0)


def check_flying(where, used, verdicts):
    for c in sorted(set(CORE) - used):
        fault(where, "no item bears on clause " + c)
    starred = {i.get("x-ref") for i in verdicts if i.get("key_item")}
    if starred != {"2.8.1", "2.9.1", "2.10.1", "2.11.1", "2.12.4"}:
        fault(where, "the starred items are not the five of the criteria")


def check_lists(path, forms):
    """A list that several forms use has one master, and they carry it unchanged."""
    data = load(path)
    where = os.path.basename(path)
    check_choices(where, {"choices": data["lists"]})
    home = {}
    for name, rows in data["lists"].items():
        if json.dumps(rows) in home:
            fault(where, "list %s is %s again" % (name, home[json.dumps(rows)]))
        home[json.dumps(rows)] = name
    owner, first = {}, {}
    for f in forms:
        form = os.path.basename(f)
        for name, rows in load(f)["choices"].items():
            master = data["lists"].get(name)
            if master is not None and rows != master:
                fault(form, "list %s is not the one of %s" % (name, where))
            if master is None and name in owner:
                fault(form, "list %s is in %s too: give it a name of its own or add it to %s" % (
                    name, owner[name], where))
            same = home.get(json.dumps(rows))
            if same is not None and same != name:
                fault(form, "list %s is list %s of %s under another name" % (name, same, where))
            other = first.setdefault(json.dumps(rows), name)
            if other != name:
                fault(form, "list %s stands in another form as %s: add it to %s" % (name, other, where))
            owner.setdefault(name, form)
    return "%s: %d lists" % (where, len(data["lists"]))


def check_campaigns(path):
    data = load(path)
    where = os.path.basename(path)
    codes = [c["code"] for c in data["campaigns"]]
    if len(set(codes)) != len(codes):
        fault(where, "a code twice")
    for c in data["campaigns"]:
        at = "%s: %s" % (where, c["code"])
        both(at + ".title", c["title"])
        both(at + ".about", c["about"])
        if not re.fullmatch("[A-Z][A-Z0-9-]{1,11}", c["code"]):
            fault(at, "odd code")
        if not c["verified"]:
            both(at + ".note", c["note"])
    return "%s: %d campaigns" % (where, len(codes))


def check_holidays(path):
    data = load(path)
    where = os.path.basename(path)
    for k in ("name", "version", "date", "url"):
        if not data["source"].get(k):
            fault(where, "source without " + k)
    years = sorted(data["years"])
    if [int(y) for y in years] != list(range(int(years[0]), int(years[0]) + len(years))) or years[0] != "2021":
        fault(where, "not every year from 2021 on")
    for y in years:
        off, work = data["years"][y]["off"], data["years"][y]["work"]
        at = "%s: %s" % (where, y)
        if off != sorted(set(off)) or work != sorted(set(work)) or set(off) & set(work):
            fault(at, "days not sorted, twice, or both off and work")
        if any(day(d).year != int(y) for d in off + work):
            fault(at, "a day of another year")
        if any(day(d).weekday() < 5 for d in work):
            fault(at, "a working day to make up that is no weekend")
        for fixed in ("-01-01", "-05-01", "-10-01"):
            if y + fixed not in off:
                fault(at, "%s is not off" % fixed)
    return "%s: %s to %s" % (where, years[0], years[-1])


def day(text):
    return datetime.date.fromisoformat(text)


def check_clause(where, data, c):
    if c["instrument"] not in data["instruments"]:
        fault(where, "unknown instrument")
    if c["family"] not in ("untrue", "false", "general"):
        fault(where, "unknown family")
    both(where + ".title", c["title"])
    both(where + ".text", c["text"])
    rows = c["articles"]
    if rows[0]["from"] is not None or rows[-1]["to"] is not None:
        fault(where, "the rows do not cover every day")
    for a, b in zip(rows, rows[1:]):
        if day(a["to"]) + datetime.timedelta(1) != day(b["from"]):
            fault(where, "gap or overlap at %s" % b["from"])
    sources = {s["id"] for s in data["sources"]}
    for r in rows:
        if r["verified"] and (not r["article"] or r["source"] not in sources):
            fault(where, "verified without article or source")
        if not r["verified"] and (r["article"] is not None or "note" not in r):
            fault(where, "not verified, yet with an article or without a note")
        if r.get("instrument", c["instrument"]) not in data["instruments"]:
            fault(where, "unknown instrument of a row")
        for k in ("article", "liability"):
            if r[k] and not re.fullmatch(ARTICLE, r[k]):
                fault(where, "odd article " + r[k])
        if "note" in r:
            both(where + ".note", r["note"])


def article(data, cid, text):
    return [r for r in data["clauses"][cid]["articles"]
            if r["from"] is None or day(r["from"]) <= day(text)][-1]["article"]


def check_clauses(path):
    data = load(path)
    where = os.path.basename(path)
    CLAUSES.update(data["clauses"])
    if list(data["clauses"])[:len(CORE)] != CORE:
        fault(where, "the first clause IDs are not the fixed ones in order")
    for i, v in data["instruments"].items():
        both("%s: instruments.%s" % (where, i), v["title"], [])      # names of laws
    for cid, c in data["clauses"].items():
        if not re.fullmatch(r"[A-Z][A-Z0-9.]{0,15}", cid):
            fault(where, "odd id " + cid)
        check_clause("%s: %s" % (where, cid), data, c)
        if c["leg2"] != (cid in ("B1", "B2", "B3", "B4")):
            fault(where, "leg2 belongs to B1 to B4: " + cid)
        family = {"B": "untrue", "X": "false"}.get(cid[0], "general") if cid in CORE else "general"
        if c["family"] != family:
            fault(where, "family of " + cid)
    for cid, when, want in (("B2", "2021-06-01", "第十三条第（二）项"), ("B2", "2025-03-17", "第十三条第（二）项"),
                            ("B2", "2025-03-18", None), ("B2", "2025-12-31", None),
                            ("B2", "2026-01-01", "第十四条第（二）项"), ("X5", "2026-11-23", "第十五条第（五）项"),
                            ("X1", "2020-01-01", None), ("Z1", "2022-01-01", "第十九条"),
                            ("G10", "2022-01-01", None), ("G10", "2026-01-01", "第六条"),
                            ("EV2", "2026-08-14", "第一百一十二条"), ("EV2", "2026-08-15", "第一千二百三十条"),
                            ("P2.12.4", "2023-12-01", "第十二条第（四）项"), ("ES17", "2025-12-31", None)):
        if article(data, cid, when) != want:
            fault(where, "%s on %s is not %s" % (cid, when, want))
    return "%s: %d clauses" % (where, len(data["clauses"]))


def check_kind_forms(at, kind, folder):
    """Each kind can be opened: its forms are here; a service visit's form drafts no finding."""
    if not kind["forms"]:
        fault(at, "no form of its own")
    for f in kind["forms"]:
        path = os.path.join(folder, f + ".json")
        if not os.path.exists(path):
            fault(at, "names a form that is not here: " + f)
        elif not kind["findings"] and any("finding" in i for i in walk(load(path)["children"])):
            fault(at, "raises no findings, but its form drafts some: " + f)


def check_kinds(path, folder):
    data = load(path)
    where = os.path.basename(path)
    for group in ("require", "outcomes"):
        for k, v in data[group].items():
            both("%s: %s.%s" % (where, group, k), v)
    if sorted(data["require"]) != sorted(REQUIRE) or list(data["outcomes"]) != OUTCOMES:
        fault(where, "the vocabulary is not the fixed one")
    if [k["id"] for k in data["kinds"]] != KINDS:
        fault(where, "the kinds are not the fixed ones")
    for p, v in data["papers"].items():
        both("%s: papers.%s" % (where, p), v["title"])
    for k in data["kinds"]:
        at = "%s: %s" % (where, k["id"])
        both(at, k["title"])
        check_kind_forms(at, k, folder)
        if not set(k) <= {"id", "title", "forms", "members", "signatures", "levels", "findings", "clue", "papers",
                          "outcomes"}:
            fault(at, "unknown member")
        if (k["id"] in SERVICE) == k["findings"] or k.get("clue", False) == k["findings"]:
            fault(at, "a service visit raises clues and no findings, every other findings and no clues")
        if list(k["outcomes"]) != OUTCOMES:
            fault(at, "outcomes missing")
        for o in k["outcomes"].values():
            if set(o) != {"require", "party"} or not set(o["require"]) <= set(REQUIRE):
                fault(at, "unknown condition")
        for p in k["papers"]:
            if p["id"] not in data["papers"] or p["when"] not in ("before", "during", "after") \
                    or not set(p["outcomes"]) <= set(OUTCOMES):
                fault(at, "bad paper " + p["id"])
        if k["members"]["min"] < 1 or k["levels"] < 1 or k["signatures"] != "members":
            fault(at, "members, levels or signatures")
    return "%s: %d kinds" % (where, len(data["kinds"]))


def check_divisions(path):
    where = os.path.basename(path)
    with open(path, encoding="utf-8", newline="") as f:
        raw = f.read()
    if "\r" in raw or '"' in raw or raw.startswith("\ufeff") or not raw.endswith("\n"):
        fault(where, "not plain UTF-8 lines")
    rows = list(csv.reader(raw.splitlines()))
    if rows[0] != ["code", "name", "path"]:
        fault(where, "header")
    rows = rows[1:]
    codes = [r[0] for r in rows]
    if codes != sorted(set(codes)):
        fault(where, "codes not sorted or not unique")
    have = set(codes)
    for n, r in enumerate(rows, 2):
        if len(r) != 3 or not re.fullmatch(r"[1-9]\d{5}", r[0]) or not r[1] or not r[2].endswith(r[1]):
            fault("%s:%d" % (where, n), "bad row")
        elif r[0][:2] + "0000" not in have or r[0][:4] + "00" not in have:
            fault("%s:%d" % (where, n), "its province or city has no row")
    if len({r[2] for r in rows}) != len(rows):
        fault(where, "a path twice")
    if sum(c.endswith("0000") for c in codes) != 34:
        fault(where, "not 34 provinces")
    return "%s: %d divisions" % (where, len(rows))


def check_cases(folder):
    n = 0
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".jsonl"):
            fault(folder, "not a case: " + name)
            continue
        with open(os.path.join(folder, name), encoding="utf-8") as f:
            for i, line in enumerate(f, 1):
                case = json.loads(line, object_pairs_hook=no_doubles)
                if not {"send", "expect"} >= set(case) - {"x-why"} or "send" not in case:
                    fault("%s:%d" % (name, i), "needs send and expect")
                n += 1
    return n


def unverified_on(data, ids, text):
    return sorted(c for c in ids if c in data["clauses"] and article(data, c, text) is None)


def table_row(path, clauses):
    form = load(path)
    items = list(walk(form["children"]))
    questions = [i for i in items if "children" not in i and i["type"] not in ("note", "calculate")]
    used = {c for i in items for c in i.get("clause", [])}
    laws = [clauses["instruments"][n]["title"]["zh"] for n in clauses["instruments"]
            if any(clauses["clauses"].get(c, {}).get("instrument") == n for c in used)]
    marked = sum("x-unverified" in i for i in items)
    blank = unverified_on(clauses, used, clauses["as_of"])
    return "| `%s` | %s | %d | %d | %d | %s | %s |" % (
        form["form"], form["title"]["zh"], len(questions),
        sum(i["type"].startswith("verdict") for i in questions), len(used),
        "、".join(laws) or "–",
        "; ".join(["as a whole"] * ("x-unverified" in form) + ["%d marked" % marked] * (marked > 0) + [" ".join(blank)] * bool(blank)) or "–")


def table(folder):
    clauses = load(os.path.join(folder, "clauses.json"))
    rows = ["| form | title | items | verdicts | clauses | sources | not verified |", "|---|---|---|---|---|---|---|"]
    order = {k: n for n, k in enumerate(KINDS)}
    paths = sorted(all_forms(folder), key=lambda p: order.get(os.path.basename(p)[:-5], 99))
    return "\n".join(rows + [table_row(p, clauses) for p in paths]) + "\n"


def check_table(folder):
    path = os.path.join(folder, "README.md")
    with open(path, encoding="utf-8") as f:
        text = f.read()
    if "<!-- table -->\n%s<!-- end -->" % table(folder) not in text:
        fault("README.md", "the table of forms is old; renew it with: check_forms.py --table")
    return "README.md: table of %d forms" % len(all_forms(folder))


def write_table(folder):
    path = os.path.join(folder, "README.md")
    with open(path, encoding="utf-8") as f:
        head, _, rest = f.read().partition("<!-- table -->\n")
    tail = rest.partition("<!-- end -->")[2]
    with open(path, "w", encoding="utf-8") as f:
        f.write("%s<!-- table -->\n%s<!-- end -->%s" % (head, table(folder), tail))


def control(folder):
    """The check itself is checked: each damage below must be seen."""
    damages = [
        ("flying-inspection.json", '"key": 2}', '"key": 3}'), ("flying-inspection.json", '"name": "a2"', '"name": "a4"'),
        ("flying-inspection.json", '["B2", ', '["B9", '), ("flying-inspection.json", '${c3}', '${nowhere}'),
        ("flying-inspection.json", '当事人意见', '严重'), ("flying-inspection.json", '"key_item": true, ', ''),
        ("clauses.json", '"to": "2025-12-31"', '"to": "2025-12-30"'), ("clauses.json", '"article": "第十四条第（二）项"', '"article": "第十三条第（二）项"'),
        ("lists.json", '"事后补办"', '"随后补办"'), ("flying-inspection.json", '"done3": [', '"done4": ['),
        ("campaigns.json", '"ZJLJ"', '"QFXD"'), ("campaigns.json", '"QFXD"', '"qfxd"'),
        ("holidays.json", '"2026-01-04"', '"2026-01-05"'), ("holidays.json", '"2024-10-01", ', ''),
        ("clauses.json", '"instrument": "air"', '"instrument": "earth"'),
        ("visit-kinds.json", '"findings": false, "clue": true', '"findings": true, "clue": true'),
        ("visit-kinds.json", '"forms": ["metrology"]', '"forms": ["metrologie"]'),
        ("metrology.json", '"ML27"]', '"XF229"]'), ("food-testing.json", '["R26"]', '["R99"]'),
        ("needs-questionnaire.json", '"constraint": ". <= today()"', '"constraint": ". >= today()"'),
        ("README.md", "| `metrology` | ", "| `metrology` | x"),
        ("visit-kinds.json", '"evidence-any"]', '"luck"]'), ("divisions.csv", '110101,', '11010l,'),
        ("divisions.csv", '520000,', '520001,'), ("flying-inspection.cases/complete.jsonl", '"send"', '"sent"')]
    missed = 0
    for name, old, new in damages:
        with tempfile.TemporaryDirectory() as d:
            shutil.copytree(folder, os.path.join(d, "forms"))
            path = os.path.join(d, "forms", name)
            with open(path, encoding="utf-8") as f:
                text = f.read()
            assert old in text, old
            with open(path, "w", encoding="utf-8") as f:
                f.write(text.replace(old, new, 1))
            seen = subprocess.run([sys.executable, __file__, os.path.join(d, "forms")], stdout=subprocess.DEVNULL).returncode
            if seen != 1:
                print("control: not seen: %s in %s" % (new, name))
                missed += 1
    print("control: %d damages, %d missed" % (len(damages), missed))
    return 1 if missed else 0


def main():
    args = [a for a in sys.argv[1:] if not a.startswith("--")]
    folder = args[0] if args else os.path.join(HERE, "..", "..", "forms")
    if "--control" in sys.argv[1:]:
        return control(folder)
    if "--table" in sys.argv[1:]:
        write_table(folder)
    at = lambda name: os.path.join(folder, name)
    RULES.update(n[:-len(".sql")] for n in os.listdir(at("redflags")) if n.endswith(".sql"))
    lines = [check_clauses(at("clauses.json"))] + [check_form(p) for p in all_forms(folder)]
    lines += [check_lists(at("lists.json"), all_forms(folder)), check_holidays(at("holidays.json")),
              check_campaigns(at("campaigns.json")), check_kinds(at("visit-kinds.json"), folder),
              check_divisions(at("divisions.csv")), check_table(folder)]
    load(at("form.schema.json"))
    for x in faults:
        print(x)
    for x in lines:
        print(x)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
