#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Seeds for the fuzzers, made of the golden vectors and cases.

usage: seeds.py DIR      fills DIR/NAME for each fuzz target
"""
import glob
import io
import json
import os
import struct
import sys
import zipfile

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden", "entry")


def put(folder, name, data):
	os.makedirs(folder, exist_ok=True)
	with open(os.path.join(folder, name), "wb") as f:
		f.write(data)


def form_seeds(top):
	n = 0
	for name in sorted(glob.glob(os.path.join(TOP, "..", "form", "*.jsonl"))):
		for line in open(name, encoding="utf-8"):
			case = json.loads(line)
			n += 1
			text = json.dumps(case.get("form", {}), ensure_ascii=False)
			if len(text) < 8192:
				put(top + "/form_json", str(n), text.encode())
			for i, step in enumerate(case.get("steps", [])):
				if "eval" in step:
					put(top + "/expr", "%d-%d" % (n, i), step["eval"].encode())


def import_seeds(top):
	"""XForms, and workbooks as xlsform_fuzz.c takes them: FF before a sheet, TAB, LF."""
	folder = os.path.join(TOP, "..", "form", "import")
	for name in glob.glob(os.path.join(folder, "*.xml")):
		put(top + "/xform", os.path.basename(name), open(name, "rb").read())
	for name in glob.glob(os.path.join(folder, "*.xlsx.json")):
		book = json.load(open(name, encoding="utf-8"))
		text = "\f".join(sheet.lower() + "\n" + "\n".join("\t".join(
			"" if v is None else str(v) for v in row) for row in rows) for sheet, rows in book.items())
		put(top + "/xlsform", os.path.basename(name), text.encode("ascii", "replace"))


def rule_seeds(top):
	"""The file of a rule is T-1.sql in rule_fuzz.c."""
	for name in glob.glob(os.path.join(TOP, "..", "redflag", "check", "*.sql")):
		put(top + "/rule", os.path.basename(name), open(name, "rb").read())
	for name in glob.glob(os.path.join(TOP, "..", "..", "..", "forms", "redflags", "*.sql")):
		text = open(name, "rb").read()
		stem = os.path.basename(name)[:-4].encode()
		put(top + "/rule", os.path.basename(name), text.replace(b"-- id: " + stem, b"-- id: T-1"))


def sheet_seeds(top):
	text = "编号,检测时间,结果\n\"A,1\",2026-03-01 08:00,\"0.50\n\"\"x\"\"\"\n合计,,\n"
	for n, data in enumerate((text.encode(), text.encode("gb18030"), b"\xef\xbb\xbf" + text.encode(),
			text.replace(",", ";").replace("\n", "\r\n").encode(), text.replace(",", "\t").encode("gb18030"),
			b"sep=;\na;b\n", text.encode() + "通".encode("gb18030") + b"\n\"open,1\n2\n")):
		for flags in (b"\0", b"\1"):
			put(top + "/csv", "%d-%d" % (n, flags[0]), flags + data)
	xml = ("""<?xml version="1.0"?><h:html xmlns:h="http://www.w3.org/1999/xhtml" xmlns="http://www.w3.org/2002/xforms"
xmlns:jr="http://openrosa.org/javarosa"><h:head><model><instance><data id="x"><a jr:template="">1</a></data></instance>
<bind nodeset="/data/a" type="int" constraint=". &lt; 5"/></model></h:head><h:body><input ref="/data/a"><label>甲
<output value="/data/a"/> &#x4e59;<![CDATA[<x>]]></label></input></h:body></h:html>""")
	put(top + "/xml", "form", xml.encode())
	put(top + "/xml", "list", b"<root><item><name>a</name><label>b</label></item></root>")
	put(top + "/xml", "doctype", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
	parts = ("""<workbook xmlns:r="u"><workbookPr date1904="0"/><sheets><sheet name="甲" r:id="s1"/></sheets></workbook>""",
		"""<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m/d h:mm;@"/></numFmts>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="2"/></cellXfs></styleSheet>""",
		"<sst><si><t>报告</t></si><si><r><t>a_x000D_</t></r><r><t>b</t></r><rPh><t>c</t></rPh></si></sst>",
		"""<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>
<row r="3"><c s="1"><v>46082</v></c><c s="2"><v>46082.5</v></c><c s="3"><f>A1</f><v>0.30000000000000004</v></c>
<c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c t="str"><v>x</v></c><c t="inlineStr"><is><t>y</t></is></c></row></sheetData>
<mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>""")
	put(top + "/xlsx", "parts", b"x" + b"\xff".join(p.encode() for p in parts))
	rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	rels = '<Relationships><Relationship Id="s1" Type="' + rel + '%s" Target="%s"/></Relationships>'
	for kind in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
		out = io.BytesIO()
		with zipfile.ZipFile(out, "w", kind) as z:
			for name, data in (("_rels/.rels", rels % ("officeDocument", "xl/workbook.xml")),
					("xl/_rels/workbook.xml.rels", rels % ("worksheet", "worksheets/s1.xml")),
					("xl/workbook.xml", parts[0]), ("xl/worksheets/s1.xml", parts[3].replace('t="s"', ""))):
				z.writestr(zipfile.ZipInfo(name), data, kind)
		put(top + "/xlsx", "file%d" % kind, out.getvalue())


def register_seeds(top):
	"""Files parted by a zero byte; a short seed is one value.  And an old workbook."""
	book = open("tests/golden/sheet/register.xls", "rb").read()
	put(top + "/xls", "file", book)
	put(top + "/xls", "records", book[512:512 + 4096])
	for i, text in enumerate(("2024-03-04 08:05:06", "2024年3月4日 下午3时05分", "二〇二四年三月四日", "45355.336875", "20240304080506",
			"4-Mar-2024", "３／４／２０２４", "1.2×10^3mg/L", "<0.01", "34°17′42″")):
		put(top + "/register", "value%d" % i, text.encode())
	files = ("某检测台账\n工号,姓名,入职日期\nP1,员甲,2020/1/2\nP2,员乙,二〇二〇年一月二日\n合计,2\n",
		"样品编号;采样人;收样时间;收样人\nS1;员甲、员乙;45355.5;P1\n样品编号;采样人;收样时间;收样人\nS2;员甲;08:00;P3\n",
		"报告编号\t样品编号\t检测项目\t检测结果\t标准限值\t批准人\t签发日期\nJC2024-000001\tS1\t氨氮\t＜0.01\t25\tP1\t2024.3.5\n")
	put(top + "/register", "three", b"\0".join(f.encode() for f in files))
	put(top + "/register", "gb", b"\0".join(f.encode("gb18030") for f in files))


def subject_seeds(top):
	head = "name,uscc,cma,division,address,visited"
	row = '"甲, ""乙""",91110108551385082Q,1,330106,路,2026-03-01'
	put(top + "/subjects", "csv", (head + "\r\n" + row + "\r\n\n").encode())
	put(top + "/subjects", "tsv", (head.replace(",", "\t") + "\n甲\t\t\t33\t\t\n").encode())
	put(top + "/blob", "plain", b"\1\0abc")
	put(top + "/blob", "packed", b"\1\2" + bytes.fromhex("28b52ffd2003190000") + b"abc")


def request_seeds(top):
	"""First byte: path, query, tus, date (request); flags, limit (zip)."""
	ident, digest = "0" * 26, "0" * 64
	paths = ["/healthz", "/v1/hub", "/v1/runs", "/v1/streams/%s/entries" % ident, "/v1/blobs/" + digest, "/v2/hub",
		"/v1/visits/%s/evidence/%s/receipt" % (ident, ident), "/v1/files/" + ident, "/v1//hub", "/v01/hub"]
	queries = [ident + ".12." + "0" * 16, "18446744073709551616", "0007", "1,2,3", ""]
	tus = ["sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", "sha256 " + "A" * 43 + "=", "name Zm90by5qcGc=,type", "md5 AA==", "a  b"]
	dates = ["0", "1774000000123", "-1", "253402300799999"]
	for kind, texts in enumerate((paths, queries, tus, dates)):
		for n, text in enumerate(texts):
			put(top + "/request", "%d-%d" % (kind, n), bytes([kind]) + text.encode())
	frame = bytes.fromhex("28b52ffd2003190000") + b"abc"
	for flags in range(8):
		put(top + "/zip", "frame%d" % flags, bytes([flags, 200]) + frame)
	for n, text in enumerate(("zstd", "gzip, zstd;q=0.5", "zstd;q=0", "identity")):
		put(top + "/zip", "header%d" % n, b"\3" + text.encode())


def main():
	top = sys.argv[1]
	form_seeds(top)
	import_seeds(top)
	sheet_seeds(top)
	rule_seeds(top)
	register_seeds(top)
	subject_seeds(top)
	request_seeds(top)
	with open(os.path.join(TOP, "vectors.json"), encoding="utf-8") as f:
		v = json.load(f)
	entries = v["visit"]["entries"] + v["roster"]["root"] + v["roster"]["hub"]
	for n, e in enumerate(entries):
		put(top + "/entry", "frame%d" % n, b"\0" + bytes.fromhex(e["frame"]))
		put(top + "/entry", "payload%d" % n, b"\4" + e["payload"].encode())
	put(top + "/entry", "receipt", b"\1" + v["receipt"]["text"].encode())
	put(top + "/entry", "head", b"\2" + v["head"]["text"].encode())
	put(top + "/entry", "card", b"\3" + v["card"]["text"].encode())

	rows = [b"\1" + e["payload"].encode() for e in v["roster"]["root"][1:]]
	rows += [b"\2" + e["payload"].encode() for e in v["roster"]["hub"][1:]]
	put(top + "/entry_roster", "all", b"\n".join(rows))
	for n, row in enumerate(rows):
		put(top + "/entry_roster", "row%d" % n, row)

	run = bytes.fromhex(v["run"])
	put(top + "/wire", "run", b"\0" + run)
	put(top + "/wire", "items", b"\1" + struct.pack(">I", len(run)) + run)
	ident, h = "0" * 26, "0" * 64
	signed = {"text": v["head"]["text"], "sig": v["head"]["signature"]}
	bodies = [
		{"results": [{"status": "refused", "stream": ident, "dev": ident, "have": 1,
			"id": h, "problem": {"type": "urn:feijian:problem:run-frame"}}],
			"receipts": [signed], "head": signed},
		{"cursor": "1.2.3", "more": False, "epoch": 1, "roster": 2,
			"streams": [{"stream": ident, "position": 3}], "head": signed},
		{"head": signed},
		None,
		{"evidence": [{"evidence": ident, "sha256": h, "size": 5, "offset": 5, "done": True}]},
		{"type": "urn:feijian:problem:clock-skew", "status": 401,
			"time": "2026-03-01T09:00:00.000+08:00", "have": 4, "mode": "lost"},
		{"protocol": [1], "hub": ident, "root": h, "epoch": 1,
			"time": "2026-03-01T09:00:00.000+08:00"},
		{"token": "a.b", "expires": "2026-03-01T09:00:00.000+08:00",
			"time": "2026-03-01T09:00:00.000+08:00", "epoch": 1, "ended": "retired"},
	]
	for n, body in enumerate(bodies):
		text = json.dumps(body) if body else ident + ".12." + "0" * 16
		put(top + "/wire", "body%d" % n, bytes([2 + 4 * n]) + text.encode())
	k = v["inspector"]
	texts = [
		{"enrol": 0, "lookup": "ABCD", "suite": 1, "sign": k["sign"], "kx": k["kx"],
			"name": "x", "random": "0" * 32},
		{"session": 0, "dev": ident, "hub": ident, "time": "2026-03-01T09:00:00.000+08:00",
			"random": "0" * 32},
		{"enrolled": 0, "hub": v["hub"]["dev"], "epoch": 1, "root": {"suite": 1,
			"sign": v["root"]["sign"], "fingerprint": v["roster"]["fingerprint"]},
			"device": k["dev"], "person": ident, "name": "x", "roles": ["inspector"],
			"scopes": ["33"], "ca": "pem", "roster": [[e["frame"], e["signature"]]
			for e in v["roster"]["root"] + v["roster"]["hub"]]},
	]
	for n, text in enumerate(texts):
		put(top + "/wire", "text%d" % n, b"\3" + json.dumps(text).encode())

	about = json.dumps({"bundle": 1, "t": "2026-03-01T09:00:00.000+08:00", "name": "x",
		"visits": [ident]}).encode()
	plain = b"".join(struct.pack(">BQ", kind, len(data)) + data for kind, data in (
		(1, about), (3, run), (2, run), (4, bytes(64) + b"{}"), (5, bytes(64) + b"{}"),
		(6, bytes(64) + b"file"), (7, bytes(32) + b"{}"), (130, b"later"), (8, bytes(64))))
	put(top + "/bundle", "plain", b"\1" + plain)
	put(top + "/bundle", "file", b"\0FJB\1\1\x10\0\1" + bytes(8 + 64) + bytes(16) + b"\0\x5c"
		+ bytes(92) + bytes(64) + plain)


if __name__ == "__main__":
	main()
