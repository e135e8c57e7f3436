#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The tables of src/man/feijian-form.5 and forms/README.md, from the program.

usage: form_docs.py FEIJIAN          names each table that is not up to date; ends 1
       form_docs.py FEIJIAN --write  writes them
A table stands between two lines that hold "begin form words TABLE" and
"end form words TABLE"; `feijian form words TABLE --json` gives its rows.
"""
import json
import os
import re
import subprocess
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
TABLES = ["types", "top", "columns", "functions", "faults"]
FILES = [("src/man/feijian-form.5", "man"), ("forms/README.md", "markdown")]


def rows(program, table, lang):
    done = subprocess.run([program, "--lang", lang, "--json", "form", "words", table],
                          capture_output=True, encoding="utf-8", check=True)
    return json.loads(done.stdout)


def example(sentence):
    """A fault's sentence without its arguments: {1} is what was met there."""
    return re.sub(r"\{\{", "{", re.sub(r"(?:\{\d\})+", "…", sentence.replace("${{{1}}", "${…}")
                                       .replace("{{", "\0"))).replace("\0", "{")


def head(table, row):
    if table == "functions":
        return "%s(%s)" % (row["name"], row["takes"])
    if table in ("types", "columns") and row["takes"]:
        return "%s %s" % (row["name"], row["takes"])
    return row["name"]


def man_text(s):
    s = s.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + s if s[:1] in ".'" else s


def man(table, english, _):
    out = []
    for row in english:
        if table == "faults":
            out += [".TP", ".BR %s \" (%s)\"" % (man_text(row["name"]), row["takes"])]
            out += [man_text(example(row["meaning"]))]
        else:
            out += [".TP", ".B " + man_text(head(table, row)), man_text(row["meaning"])]
    return out


def cell(s):
    return s.replace("|", "\\|").replace("<", "&lt;")


def markdown(table, english, chinese):
    if table == "faults":
        out = ["| code | | what it says, and how to mend it |", "|---|---|---|"]
        return out + ["| `%s` | %s | %s |" % (r["name"], r["takes"], cell(example(r["meaning"])))
                      for r in english]
    out = ["| | meaning | 意思 |", "|---|---|---|"]
    return out + ["| `%s` | %s | %s |" % (head(table, r).replace("|", "\\|"), cell(r["meaning"]),
                                          cell(z["meaning"])) for r, z in zip(english, chinese)]


def renewed(text, table, lines):
    begin, end = "begin form words " + table, "end form words " + table
    old = text.split("\n")
    at = [i for i, x in enumerate(old) if begin in x]
    to = [i for i, x in enumerate(old) if end in x]
    if len(at) != 1 or len(to) != 1 or to[0] < at[0]:
        return None
    return "\n".join(old[:at[0] + 1] + lines + old[to[0]:])


def main():
    program, write = os.path.abspath(sys.argv[1]), "--write" in sys.argv[2:]
    bad = 0
    words = {t: (rows(program, t, "en"), rows(program, t, "zh")) for t in TABLES}
    for name, kind in FILES:
        path = os.path.join(TOP, name)
        with open(path, encoding="utf-8") as f:
            text = f.read()
        for table in TABLES:
            made = {"man": man, "markdown": markdown}[kind](table, *words[table])
            new = renewed(text, table, made)
            if new is None:
                print("%s: no place for the table %s" % (name, table))
                bad += 1
            elif new != text:
                text = new
                bad += not write
                if not write:
                    print("%s: the table %s is not up to date: tests/data/form_docs.py %s --write"
                          % (name, table, sys.argv[1]))
        if write:
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
