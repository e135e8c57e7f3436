#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""import_cases.py FEIJIAN FOLDER: each error of form import made to happen, told with
its place; prints what differs, exit 1 then.  The last case proves that every code of
src/text/say/xform.def that import has was met."""
import json
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests", "lib"))
import xlsx  # noqa: E402

H = ["type", "name", "label"]
GROUPS = [["begin group", "g%d" % i, "G"] for i in range(20)] + [["end group"]] * 20


def survey(*rows, header=H, **sheets):
    return dict({"survey": [header] + [list(r) for r in rows]}, **sheets)


CODE = r"(?:xform|xlsform)\.[a-z-]+"
A = ["text", "a", "A"]
CH = ["list_name", "name", "label"]
# name: the book, and what is told: "place: code", w for a warning
BOOKS = {
    "no survey": ({"Sheet1": [["type"]]}, ["xlsform.no-survey"]),
    "no type column": ({"survey": [["name", "label"], ["a", "A"]]}, ["survey!1,1: xlsform.no-column"]),
    "no name column": ({"survey": [["type", "label"], ["text", "A"]]}, ["survey!1,1: xlsform.no-column"]),
    "unknown type": (survey(A, ["frob", "b", "B"]), ["survey!3,1: xlsform.type"]),
    "no type": (survey(A, [None, "b", "B"]), ["survey!3,1: xlsform.no-type"]),
    "no name": (survey(A, ["text", None, "B"]), ["survey!3,2: xlsform.no-name"]),
    "bad name": (survey(["text", "1 a", "B"]), ["survey!2,2: form.name"]),
    "no list": (survey(["select_one", "b", "B"]), ["survey!2,1: xlsform.no-list"]),
    "unknown list": (survey(["select_one nix", "b", "B"]), ["survey!2,1: form.list-unknown"]),
    "loop": (survey(A, ["begin loop over x", "b", "B"]), ["survey!3,1: xlsform.loop"]),
    "end without begin": (survey(A, ["end group"]), ["survey!3,1: xlsform.end-without-begin"]),
    "end of the other": (survey(["begin group", "g", "G"], A, ["end repeat"]), ["survey!4,1: xlsform.end-of-other"]),
    "end of another name": (survey(["begin group", "g", "G"], A, ["end group", "h"]), ["survey!4,2: xlsform.end-name"]),
    "not ended": (survey(["begin group", "g", "G"], A), ["survey!2,1: xlsform.not-ended"]),
    "too deep": (survey(*GROUPS), ["survey!16,1: form.too-deep"]),
    "name twice": (survey(A, ["integer", "a", "B"]), ["survey!3,2: form.name-twice"]),
    "column twice": (survey(A + ["x"], header=H + ["caption"]), ["survey!1,4: xlsform.column-twice"]),
    "unknown column": (survey(A + ["x"], header=H + ["colour"]), ["survey!2,4: w xlsform.unknown-column"]),
    "no header": (survey(A + ["x"]), ["survey!2,4: w xlsform.no-header"]),
    "error in a cell": (survey(["text", "a", {"error": "#N/A"}]), ["survey!2,3: xlsform.cell-error"]),
    "expressions": (survey(A + ["${b} = 1", "concat("], header=H + ["relevant", "calculation"]),
                    ["survey!2,4: form.unknown-name", "survey!2,5: expr.end"]),
    "cycle": (survey(["calculate", "a", None, "${b}"], ["calculate", "b", None, "${a}"], header=H + ["calculation"]),
              ["survey!3,4: form.cycle: These depend on each other in a circle: b.calculation survey!3,4 > a.calculation survey!2,4 "]),
    "cycle, with a file": (survey(["calculate", "a", None, "${b}"], ["calculate", "b", None, "${a}"],
                                  ["select_one_from_file cities.csv", "c", "C"], header=H + ["calculation"]), ["survey!3,4: form.cycle: These depend on each other in a circle: b.calculation survey!3,4 > a.calculation survey!2,4 "]),
    "repeat count": (survey(["begin repeat", "r", "R", "${zz}"], A, ["end repeat"], header=H + ["repeat count"]),
                     ["survey!2,4: form.unknown-name"]),
    "no json": (survey(A + ["{oops"], header=H + ["finding"]), ["survey!2,4: xlsform.json"]),
    "instances": (survey(["begin repeat", "r", "R", "many"], A, ["end repeat"], header=H + ["instances"]),
                  ["survey!2,4: form.instances"]),
    "languages": (survey(A + list("bcdefghijklmnopqrstuv"), header=H + ["label::l%d" % i for i in range(21)]), ["xlsform.languages"]),
    "choices of places": (survey(["begin repeat", "r", "R"], ["text", "n", "N"], ["end repeat"], ["select_one ${n}", "h", "H", "n != ''"],
                                 header=H + ["choice_filter"]), ["survey!5,1: w xlsform.choices-of-places"]),
    "replaced type": (survey(["osm", "a", "A"]), ["survey!2,1: w xlsform.type-replaced"]),
    "choice without a list": (survey(A, choices=[CH, [None, "x", "X"]]), ["choices!2,1: xlsform.choice-no-list"]),
    "choice without a name": (survey(["select_one l", "a", "A"], choices=[CH, ["l", None, "X"]]), ["choices!2,2: form.choice-name"]),
    "choice twice": (survey(["select_one l", "a", "A"], choices=[CH, ["l", 1, "X"], ["l", 1, "X"]]), ["choices!3,2: form.choice-twice"]),
    "no list column": (survey(A, choices=[["name", "label"], ["x", "X"]]), ["choices!1,1: xlsform.no-column"]),
    "entities": (survey(A, entities=[["list_name"], ["x"]]), ["entities!2,1: w xlsform.entities"]),
    "settings": (survey(A, settings=[["form_id", "foo", "public_key"], ["f", "1", "2"]]),
                 ["settings!2,2: w xlsform.setting", "settings!2,3: w xlsform.encryption"]),
    "large": (survey(*([["note", "n%d" % i, "x" * 30000] for i in range(290)])), ["xlsform.large"], 3),
    "missing file": (survey(["select_one_from_file nowhere.csv", "c", "C"]), ["survey!2,1: form.file-missing"]),
    "not a plain file name": (survey(["select_one_from_file ../cities.csv", "c", "C"]), ["survey!2,1: form.file-missing"]),
}


def xform(body="", model="", instance="<a/><g><b/></g>", bind="", head="", root="data", rest=""):
    return ('<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
            'xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms">\n'
            '<h:head><h:title>t</h:title><model>%s\n<instance><%s id="x" version="1">%s</%s></instance>%s\n%s%s</model></h:head>\n'
            '<h:body>%s</h:body></h:html>' % (head, root, instance, root, rest, bind, model, body))


ITEXT = '<itext><translation lang="en"><text id="a"><value form="smell">x</value></text></translation></itext>'
XMLS = {
    "no model": ("<x/>", ["xform.no-model"]),
    "no instance": ('<h><model xmlns="http://www.w3.org/2002/xforms"><instance/></model><body/></h>', ["xform.no-instance"]),
    "no body": ('<h><model xmlns="http://www.w3.org/2002/xforms"><instance><data/></instance></model></h>', ["xform.no-body"]),
    "not XML": ("<x", ["xml.syntax"]),
    "DOCTYPE": ('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', ["xml.doctype"]),
    "bind of nothing": (xform(bind='<bind nodeset="/data/zz"/>'), ["4:1: xform.place"]),
    "bind without nodeset": (xform(bind='<bind type="int"/>'), ["4:1: xform.no-ref"]),
    "bind twice": (xform(bind='<bind nodeset="/data/a"/>\n<bind nodeset="/data/a"/>'), ["5:1: xform.bind-twice"]),
    "bind of no type": (xform(bind='<bind nodeset="/data/a" type="cheese"/>', body='<input ref="/data/a"><label>A</label></input>'),
                        ["4:1: w xform.bind-type"]),
    "bad expression": (xform(bind='<bind nodeset="/data/a" calculate="1 +"/>'), ["4:1: expr.end"]),
    "control of nothing": (xform(body='\n<input ref="/data/q"/>'), ["6:1: xform.place"]),
    "control without ref": (xform(body='\n<input/>'), ["6:1: xform.no-ref"]),
    "control twice": (xform(body='<input ref="/data/a"><label>A</label></input>\n<input ref="/data/a"><label>A</label></input>'),
                      ["6:1: w xform.control-twice"]),
    "strange control": (xform(body='\n<submit/>'), ["6:1: w xform.control"]),
    "group of no place": (xform(body='\n<group><label>G</label><input ref="/data/a"><label>A</label></input></group>'),
                          ["6:1: w xform.group-no-place"]),
    "item without value": (xform(body='<select1 ref="/data/a"><label>A</label>\n<item><label>x</label></item></select1>'),
                           ["6:1: xform.item-value"]),
    "itemset of the form": (xform(body='<select1 ref="/data/a"><label>A</label>\n<itemset nodeset="/data/g"><value ref="b"/></itemset></select1>'),
                            ["6:1: xform.itemset"]),
    "instance without id": (xform(rest='\n<instance><root/></instance>'), ["4:1: xform.instance-id"]),
    "file of another name": (xform(rest='\n<instance id="l" src="jr://file-csv/cities.csv"/>'), ["4:1: w xform.instance-file"]),
    "file of an expression": (xform(rest='\n<instance id="cities" src="jr://file-csv/cities.csv"/>',
                                    bind='<bind nodeset="/data/a" calculate="count(instance(\'cities\')/root/item)"/>'), []),
    "instance twice": (xform(rest='\n<instance id="l"><root/></instance><instance id="l"><root/></instance>'), ["xform.instance-twice"]),
    "values of later instances": (xform(instance='<r><c/></r>\n<r><c>1</c></r>', body='<group ref="/data/r"><repeat nodeset="/data/r">'
                                        '<input ref="/data/r/c"><label>C</label></input></repeat></group>'), ["4:1: w xform.instance-values"]),
    "no such text": (xform(body='<input ref="/data/a">\n<label ref="jr:itext(\'zz\')"/></input>'), ["6:1: xform.itext-missing"]),
    "form of a text": (xform(head=ITEXT), ["w xform.itext-form"]),
    "output": (xform(body='<input ref="/data/a"><label>\n<output value="1 + 1"/></label></input>'), ["6:1: w xform.output"]),
    "event": (xform(model='<setvalue ref="/data/a" event="full-moon" value="1"/>'), ["4:1: w xform.event"]),
    "two calculations": (xform(body='<input ref="/data/a"><label>A</label>\n<setvalue ref="/data/g/b" event="xforms-value-changed" value="1"/>\n'
                                    '<setvalue ref="/data/g/b" event="xforms-value-changed" value="2"/></input>'), ["7:1: xform.two-calculations"]),
    "own": (xform(bind='<bind nodeset="/data/a" xmlns:fj="urn:feijian:form:1" fj:own="{"/>'), ["4:1: xform.own"]),
    "too deep": (xform(instance="<q>" * 20 + "</q>" * 20), ["form.too-deep"]),
}


def run(fj, path, *more):
    p = subprocess.run([fj, "--lang", "en", "form", "import", path, *more], capture_output=True, text=True)
    return p.returncode, p.stdout, p.stderr


def case(fj, folder, name, path, wanted, met, no=1):
    out = os.path.join(folder, "out.json")
    code, _, err = run(fj, path, "-o", out)
    lines = [ln[len(os.path.basename(path)) + 1:] if ln.startswith(os.path.basename(path)) else ln for ln in
             (ln.replace(folder + "/", "") for ln in err.splitlines())]
    bad = []
    met.update(re.findall(CODE, err))
    for w in wanted:
        place, _, what = w.partition(": ") if "!" in w or re.match(r"\d", w) else ("", "", w)
        warning = what.startswith("w ")
        what = what[2:] if warning else what
        if "." in what and not place and what.split(".")[0] in ("xml", "xform", "xlsform") and any(
                json_code(fj, path) == what for _ in [0]):
            continue
        hit = [ln for ln in lines if (not place or ln.startswith(place + ":")) and re.search(r"\b%s(?::| )" % re.escape(what.strip()), ln)
               and ("warning: " in ln) == warning]
        if not hit:
            bad.append("%s: wanted %s" % (name, w))
    errors = any(": w " not in w and not w.startswith("w ") for w in wanted)
    if code != (no if errors else 0):
        bad.append("%s: exit %d" % (name, code))
    if errors == os.path.exists(out):
        bad.append("%s: %s" % (name, "written in spite of errors" if errors else "not written"))
    if os.path.exists(out):
        os.remove(out)
    if bad:
        bad += ["    " + ln for ln in lines]
    return bad


def json_code(fj, path):
    p = subprocess.run([fj, "--json", "form", "import", path], capture_output=True, text=True)
    last = json.loads(p.stderr.strip().splitlines()[-1]) if p.stderr.strip() else {}
    code = last.get("error", "")
    return code


def main():
    fj, folder = os.path.abspath(sys.argv[1]), sys.argv[2]
    bad, met = [], set()
    with open(os.path.join(folder, "cities.csv"), "w") as f:
        f.write("name,label\nx,X\n")
    for name, (book, wanted, *code) in BOOKS.items():
        path = os.path.join(folder, "case.xlsx")
        xlsx.write(path, book)
        bad += case(fj, folder, name, path, wanted, met, *code)
        met.update(re.findall(CODE, " ".join(wanted)))
    for name, (text, wanted) in XMLS.items():
        path = os.path.join(folder, "case.xml")
        with open(path, "w") as f:
            f.write(text)
        bad += case(fj, folder, name, path, wanted, met)
        met.update(re.findall(CODE, " ".join(wanted)))
    with open(os.path.join(TOP, "src", "text", "say", "xform.def")) as f:
        for code in re.findall(r'SAY\("((?:xform|xlsform)\.[^"]+)"', f.read()):
            if code not in met:
                bad.append("no case for " + code)
    print("\n".join(bad))
    return 1 if bad else 0


sys.exit(main())
