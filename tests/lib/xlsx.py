#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A workbook out of JSON: xlsx.py OUT.xlsx < {"sheet": [[cell, ...], ...], ...}
A cell is text, a number, true or false, null (empty), {"date": SERIAL} or
{"shared": TEXT}.  Only what the tests need; no library."""
import json
import sys
import zipfile
from xml.sax.saxutils import escape

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PKG = "http://schemas.openxmlformats.org/package/2006"


def column(i):
    name = ""
    i += 1
    while i:
        i, r = divmod(i - 1, 26)
        name = chr(65 + r) + name
    return name


def text(s):
    return '<t xml:space="preserve">%s</t>' % escape(s)


def cell(ref, v, shared):
    if v is None:
        return ""
    if v is True or v is False:
        return '<c r="%s" t="b"><v>%d</v></c>' % (ref, v)
    if isinstance(v, (int, float)):
        return '<c r="%s"><v>%s</v></c>' % (ref, repr(v))
    if isinstance(v, dict) and "date" in v:
        return '<c r="%s" s="1"><v>%s</v></c>' % (ref, v["date"])
    if isinstance(v, dict) and "error" in v:
        return '<c r="%s" t="e"><v>%s</v></c>' % (ref, escape(v["error"]))
    if isinstance(v, dict):
        shared.append(v["shared"])
        return '<c r="%s" t="s"><v>%d</v></c>' % (ref, len(shared) - 1)
    return '<c r="%s" t="inlineStr"><is>%s</is></c>' % (ref, text(v))


def sheet(rows, shared):
    out = ['<worksheet xmlns="%s"><sheetData>' % NS]
    for r, row in enumerate(rows, 1):
        cells = "".join(cell("%s%d" % (column(i), r), v, shared) for i, v in enumerate(row))
        if cells:
            out.append('<row r="%d">%s</row>' % (r, cells))
    out.append("</sheetData></worksheet>")
    return "".join(out)


def write(path, book):
    shared = []
    sheets = [sheet(rows, shared) for rows in book.values()]
    n = len(sheets)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", '<Types xmlns="%s/content-types">'
                   '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                   '<Default Extension="xml" ContentType="application/xml"/></Types>' % PKG)
        z.writestr("_rels/.rels", '<Relationships xmlns="%s/relationships"><Relationship Id="rId1" '
                   'Type="%s/officeDocument" Target="xl/workbook.xml"/></Relationships>' % (PKG, REL))
        z.writestr("xl/workbook.xml", '<workbook xmlns="%s" xmlns:r="%s"><sheets>%s</sheets></workbook>' % (
            NS, REL, "".join('<sheet name="%s" sheetId="%d" r:id="rId%d"/>' % (escape(name, {'"': "&quot;"}), i, i)
                             for i, name in enumerate(book, 1))))
        z.writestr("xl/_rels/workbook.xml.rels", '<Relationships xmlns="%s/relationships">%s'
                   '<Relationship Id="rId%d" Type="%s/styles" Target="styles.xml"/>'
                   '<Relationship Id="rId%d" Type="%s/sharedStrings" Target="sharedStrings.xml"/></Relationships>' % (
                       PKG, "".join('<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>'
                                    % (i, REL, i) for i in range(1, n + 1)), n + 1, REL, n + 2, REL))
        z.writestr("xl/styles.xml", '<styleSheet xmlns="%s"><cellXfs count="2"><xf numFmtId="0"/>'
                   '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>' % NS)
        z.writestr("xl/sharedStrings.xml", '<sst xmlns="%s">%s</sst>' % (
            NS, "".join("<si>%s</si>" % text(s) for s in shared)))
        for i, s in enumerate(sheets, 1):
            z.writestr("xl/worksheets/sheet%d.xml" % i, s)


if __name__ == "__main__":
    write(sys.argv[1], json.load(sys.stdin))
