#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A second client, written from sync/PROTOCOL.md and src/entry/FORMAT.md alone: Python's
standard library, `openssl` for keys, libzstd.  It enrols, then runs the examples of the
document as they stand, and checks by itself what the hub signed.

usage: second.py URL CODE       TAP without a plan on stdout
"""
import ctypes
import hashlib
import hmac
import http.client
import json
import os
import re
import secrets
import struct
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
SPKI = bytes.fromhex("302a300506032b6570032100")  # Ed25519 public key, DER
PKCS8 = bytes.fromhex("302e020100300506032b657004220420")  # its private half
count = 0


def result(good, name, why=""):
    global count
    count += 1
    print("%s %d - %s" % ("ok" if good else "not ok", count, name))
    if not good and why:
        print("# " + str(why).replace("\n", "\n# "))
    sys.stdout.flush()


# ---- FORMAT.md ----

def H(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def id_text(b):
    n = int.from_bytes(b, "big") << 2
    return "".join(ALPHABET[n >> 5 * (25 - i) & 31] for i in range(26))


def id_bytes(text):
    n = 0
    for c in text:
        n = n << 5 | ALPHABET.index(c)
    return (n >> 2).to_bytes(16, "big")


def openssl(words, stdin=b""):
    return subprocess.run(["openssl"] + words, input=stdin, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)


class Key:
    """A device: an Ed25519 key and the public half of an X25519 one."""

    def __init__(self, folder):
        self.file = os.path.join(folder, "device.der")
        with open(self.file, "wb") as f:
            f.write(PKCS8 + secrets.token_bytes(32))
        out = openssl(["pkey", "-inform", "DER", "-in", self.file, "-pubout", "-outform", "DER"])
        self.sign_public = out.stdout[-32:]
        x = openssl(["genpkey", "-algorithm", "X25519", "-outform", "DER"]).stdout
        out = openssl(["pkey", "-inform", "DER", "-pubout", "-outform", "DER"], x)
        self.kx_public = out.stdout[-32:]
        self.dev = dev_of(self.sign_public, self.kx_public)

    def sign(self, purpose, digest):
        with tempfile.NamedTemporaryFile() as f:
            f.write(b"feijian/1/" + purpose + b"\0" + digest)
            f.flush()
            done = openssl(["pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", self.file, "-in", f.name])
        assert len(done.stdout) == 64, done.stderr
        return done.stdout


def dev_of(sign, kx):
    return H(b"feijian/1/dev\0", b"\1", sign, kx)[:16]


def verified(public, purpose, digest, sig):
    with tempfile.TemporaryDirectory() as d:
        for name, data in (("k", SPKI + public), ("m", b"feijian/1/" + purpose + b"\0" + digest), ("s", sig)):
            with open(os.path.join(d, name), "wb") as f:
                f.write(data)
        return openssl(["pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", d + "/k",
                        "-in", d + "/m", "-sigfile", d + "/s"]).returncode == 0


class Chain:
    def __init__(self, key, stream, kind=1):
        self.key, self.stream, self.kind = key, stream, kind
        self.entries, self.clock, self.head = [], 0, bytes(32)

    def add(self, op, **members):
        ms = int(time.time() * 1000)
        self.clock = max(self.clock + 1, ms << 16)
        t = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ms / 1000 + 28800)) + ".%03d+08:00" % (ms % 1000)
        members = {"op": op, "t": t, "up": 1000 + len(self.entries), "boot": "00c0ffee", **members}
        payload = json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()
        frame = (b"FJE" + bytes([1, 1, self.kind]) + self.stream + self.key.dev
                 + struct.pack(">QQ", len(self.entries) + 1, self.clock) + self.head
                 + struct.pack(">I", len(payload)) + payload)
        self.entries.append((self.clock, self.head, payload))
        self.head = H(frame)

    def run(self, first=1):
        """From seq `first` to the newest, whose signature it carries."""
        part = self.entries[first - 1:]
        return (b"FJR" + bytes([1, 1, self.kind]) + self.stream + self.key.dev + struct.pack(">Q", first)
                + part[0][1] + struct.pack(">I", len(part))
                + b"".join(struct.pack(">QI", c, len(p)) + p for c, _, p in part)
                + self.key.sign(b"entry", self.head))


def run_heads(run):
    """(stream, dev, seq, id) of the last entry of a run, rebuilt from its bytes."""
    assert run[:4] == b"FJR\1", run[:8]
    kind, at, seq = run[5], 82, struct.unpack(">Q", run[38:46])[0]
    prev, n = run[46:78], struct.unpack(">I", run[78:82])[0]
    for i in range(n):
        clock, length = struct.unpack(">QI", run[at:at + 12])
        prev = H(b"FJE" + bytes([1, run[4], kind]) + run[6:38] + struct.pack(">QQ", seq + i, clock) + prev
                 + struct.pack(">I", length) + run[at + 12:at + 12 + length])
        at += 12 + length
    assert len(run) == at + 64
    return run[6:22], run[22:38], seq + n - 1, prev, run[at:]


def items(body):
    out, at = [], 0
    while at < len(body):
        n = struct.unpack(">I", body[at:at + 4])[0]
        assert at + 4 + n <= len(body)
        out.append(body[at + 4:at + 4 + n])
        at += 4 + n
    return out


def item(b):
    return struct.pack(">I", len(b)) + b


def leaf(text):
    return H(b"\0", text)


def node(left, right):
    return H(b"\1", left, right)


def included(hashed, index, size, path, root):
    """RFC 9162 section 2.1.3.2."""
    fn, sn, r = index, size - 1, hashed
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node(r, p)
        fn, sn = fn >> 1, sn >> 1
    return index < size and sn == 0 and r == root


def consistent(first, second, path, old, new):
    """RFC 9162 section 2.1.4.2."""
    if first == second:
        return not path and old == new
    if first & (first - 1) == 0:
        path = [old] + path
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node(c, fr), node(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old and sr == new


class Roster:
    """What anchors a hub's signatures: the root's fingerprint, then hub.key."""

    def __init__(self, fingerprint):
        self.fingerprint, self.hubs, self.devices, self.root = fingerprint, {}, {}, None
        self.anchor = None

    def add(self, frame, sig):
        assert frame[:4] == b"FJE\1" and frame[5] == 3
        dev, payload = frame[22:38], json.loads(frame[90:])
        if payload["op"] == "hello" and H(b"feijian/1/root\0", b"\1", bytes.fromhex(payload["sign"])) == self.fingerprint:
            self.root, self.anchor = bytes.fromhex(payload["sign"]), dev
            assert frame[6:22] == H(b"feijian/1/roster\0", self.root)[:16]
        key = self.root if dev == self.anchor else self.hubs.get(dev)
        if payload["op"] == "hello" and key is None:
            return
        assert key is not None and verified(key, b"entry", H(frame), sig), payload["op"]
        if payload["op"] == "hub.key":
            assert dev == self.anchor
            self.hubs[id_bytes(payload["dev"])] = bytes.fromhex(payload["sign"])
        if payload["op"] == "device":
            self.devices[payload["dev"]] = payload

    def add_all(self, rows):
        """The root's rows first: a hub key's own hello proves nothing (FORMAT.md section 4)."""
        rows = [(r[:-64], r[-64:]) for r in rows]
        for frame, sig in sorted(rows, key=lambda r: json.loads(r[0][90:])["op"] not in ("hello", "hub.key")):
            self.add(frame, sig)

    def signed(self, signed_text, purpose):
        text = signed_text["text"].encode()
        said = json.loads(text)
        return said if verified(self.hubs[id_bytes(said["hub"])], purpose, H(text),
                                bytes.fromhex(signed_text["sig"])) else None


# ---- PROTOCOL.md section 12 ----

class Zip:
    def __init__(self):
        self.z = ctypes.CDLL("libzstd.so.1")
        for name in ("ZSTD_createCCtx", "ZSTD_createDCtx"):
            getattr(self.z, name).restype = ctypes.c_void_p
        for name in ("ZSTD_compress_usingDict", "ZSTD_decompress_usingDict"):
            getattr(self.z, name).restype = ctypes.c_size_t
        with open(os.path.join(TOP, "sync/wire/dictionary-1"), "rb") as f:
            self.d = f.read()

    def pack(self, b):
        out = ctypes.create_string_buffer(len(b) + 1024)
        n = self.z.ZSTD_compress_usingDict(ctypes.c_void_p(self.z.ZSTD_createCCtx()), out, ctypes.c_size_t(len(out)), b,
                                           ctypes.c_size_t(len(b)), self.d, ctypes.c_size_t(len(self.d)), 19)
        assert n <= len(out)
        return out.raw[:n]

    def unpack(self, b):
        out = ctypes.create_string_buffer(4 << 20)
        n = self.z.ZSTD_decompress_usingDict(ctypes.c_void_p(self.z.ZSTD_createDCtx()), out, ctypes.c_size_t(len(out)), b,
                                             ctypes.c_size_t(len(b)), self.d, ctypes.c_size_t(len(self.d)))
        assert n <= len(out), "not a frame"
        return out.raw[:n]


# ---- examples ----

def examples():
    text = open(os.path.join(TOP, "sync/PROTOCOL.md"), encoding="utf-8").read()
    text = text[text.index("\n## 16. Examples"):]
    for title, block in re.findall(r"(?:^|\n)([^\n]+)\n```http\n(.*?)\n```", text, re.S):
        asked, answered = block.split("\n---\n")
        yield title, part(asked), part(answered)


def part(text):
    head, _, body = text.partition("\n\n")
    lines = head.split("\n")
    return lines[0], [line.split(": ", 1) for line in lines[1:]], body


KINDS = {
    "TEXT": lambda v: isinstance(v, str) and v != "",
    "ID": lambda v: isinstance(v, str) and re.fullmatch("[0-9a-hjkmnp-tv-z]{26}", v),
    "HASH": lambda v: isinstance(v, str) and re.fullmatch("[0-9a-f]{64}", v),
    "HEX": lambda v: isinstance(v, str) and re.fullmatch("([0-9a-f]{2})+", v),
    "TIME": lambda v: isinstance(v, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", v),
    "INT": lambda v: isinstance(v, int) and not isinstance(v, bool) or isinstance(v, str) and v.isdigit(),
    "BOOL": lambda v: isinstance(v, bool),
}


def differs(want, got, where=""):
    """None, or where an answer is not what the document says."""
    if isinstance(want, dict):
        if not isinstance(got, dict):
            return where
        known = {k.rstrip("?"): k for k in want}
        for k in got:
            if k not in known:
                return "%s.%s is not in the document" % (where, k)
        for k, written in known.items():
            if k not in got:
                if not written.endswith("?"):
                    return "%s.%s is not in the answer" % (where, k)
                continue
            d = differs(want[written], got[k], where + "." + k)
            if d:
                return d
        return None
    if isinstance(want, list):
        if not isinstance(got, list) or (not want and got):
            return where
        for i, v in enumerate(got):
            d = differs(want[0], v, "%s[%d]" % (where, i))
            if d:
                return d
        return None
    if isinstance(want, str) and want in KINDS:
        return None if KINDS[want](got) else "%s: %r is no %s" % (where, got, want)
    return None if str(want) == str(got) else "%s: %r, not %r" % (where, got, want)


class Examples:
    def __init__(self, hub, values):
        self.hub, self.v, self.zip = hub, values, Zip()

    def fill(self, text):
        return re.sub(r"\$([A-Z0-9_]+)", lambda m: str(self.v[m.group(1)]), text)

    def value(self, text):
        """In JSON: a text stays the text that it is, also with quotes in it."""
        return re.sub(r"\$([A-Z0-9_]+)", lambda m: json.dumps(str(self.v[m.group(1)]))[1:-1], text)

    def body(self, text):
        m = re.fullmatch(r"<(packed )?\$([A-Z0-9_]+)>", text)
        if not m:
            return self.value(text).encode() if text else None
        b = self.v[m.group(2)]
        return self.zip.pack(b) if m.group(1) else b

    def ask(self, title, asked, answered):
        line, headers, body = asked
        method, path = line.split(" ")
        c = http.client.HTTPConnection(self.hub, timeout=60)
        c.request(method, self.fill(path), self.body(body), {k: self.fill(v) for k, v in headers})
        r = c.getresponse()
        data = r.read()
        c.close()
        why = self.compare(answered, r, data)
        result(why is None, title.rstrip("."), "%s: %s\n%s" % (line, why, data[:600]))
        return r, data

    def compare(self, answered, r, data):
        status, headers, body = answered
        if int(status) != r.status:
            return "status %d, not %s" % (r.status, status)
        if r.getheader("Feijian") != "1":
            return "no Feijian header"
        for k, want in headers:
            d = differs(self.fill(want), r.getheader(k))
            if d is not None:
                return k + d
        if r.getheader("Content-Encoding") == "zstd":
            data = self.zip.unpack(data)
        if body.startswith("<$"):
            return None if data == self.body(body) else "other bytes"
        if body.startswith("<"):
            return None if items(data) else "no items"
        return differs(json.loads(self.value(body)), json.loads(data)) if body else None


# ---- the client ----

class Client:
    def __init__(self, hub, code):
        self.folder = tempfile.TemporaryDirectory()
        self.key = Key(self.folder.name)
        self.code = code.replace("-", "").strip().upper()
        self.chain = Chain(self.key, secrets.token_bytes(16))
        self.v = {}
        self.run = Examples(hub, self.v)
        self.before = {"Enrolment": self.make_enrolment, "A session": self.make_session,
                       "The same by a clock": self.make_late, "A push of a run": self.make_push}
        self.after = {"What a hub says": self.see_hub, "Enrolment": self.see_enrolment, "A session": self.see_session,
                      "The roster": self.see_roster, "A push of a run": self.see_push, "Its entries": self.see_entries,
                      "Its receipt": self.see_receipt, "The newest head": self.see_head,
                      "That a receipt": self.see_inclusion, "That the log": self.see_consistency}

    def hkdf(self, info):
        prk = hmac.new(b"feijian/1/enrol" + self.code[:4].encode(), self.code[4:].encode(), hashlib.sha256).digest()
        return hmac.new(prk, info + b"\1", hashlib.sha256).digest()

    def see_hub(self, _, data):
        self.info = json.loads(data)
        self.v["HUB"] = self.info["hub"]
        result(1 in self.info["protocol"], "speaks version 1")

    def make_enrolment(self):
        text = json.dumps({"enrol": 1, "lookup": self.code[:4], "suite": 1, "sign": self.key.sign_public.hex(),
                           "kx": self.key.kx_public.hex(), "name": "检查员甲", "cert": "YS-0001",
                           "random": secrets.token_hex(16)}, ensure_ascii=False)
        self.v["ENROL_TEXT"] = text
        self.v["ENROL_MAC"] = hmac.new(self.hkdf(b"request"), text.encode(), hashlib.sha256).hexdigest()
        self.v["ENROL_SIG"] = self.key.sign(b"device", H(text.encode())).hex()

    def see_enrolment(self, _, data):
        said = json.loads(data)
        mac = hmac.new(self.hkdf(b"reply"), self.v["ENROL_TEXT"].encode() + b"\0" + said["text"].encode(), hashlib.sha256)
        result(mac.hexdigest() == said["mac"], "the reply's MAC is of one who knows the code")
        reply = json.loads(said["text"])
        root = bytes.fromhex(reply["root"]["sign"])
        result(H(b"feijian/1/root\0", b"\1", root).hex() == reply["root"]["fingerprint"] == self.info["root"],
               "the fingerprint is that of the root")
        self.roster = Roster(bytes.fromhex(reply["root"]["fingerprint"]))
        self.roster.add_all([bytes.fromhex(f) + bytes.fromhex(s) for f, s in reply["roster"]])
        mine = self.roster.devices.get(id_text(self.key.dev))
        result(mine is not None and mine["sign"] == self.key.sign_public.hex(), "the roster of the reply certifies this key")
        self.v["DEV"] = id_text(self.key.dev)

    def session_text(self, ahead):
        t = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + ahead))
        return json.dumps({"session": 1, "dev": self.v["DEV"], "hub": self.v["HUB"], "time": t,
                           "random": secrets.token_hex(16)})

    def make_session(self):
        self.v["SESSION_TEXT"] = self.session_text(0)
        self.v["SESSION_SIG"] = self.key.sign(b"session", H(self.v["SESSION_TEXT"].encode())).hex()

    def make_late(self):
        self.v["LATE_TEXT"] = self.session_text(3600)
        self.v["LATE_SIG"] = self.key.sign(b"session", H(self.v["LATE_TEXT"].encode())).hex()

    def see_session(self, _, data):
        self.v["TOKEN"] = json.loads(data)["token"]

    def see_roster(self, r, data):
        whole = Roster(self.roster.fingerprint)
        rows = items(data)
        whole.add_all(rows)
        self.roster = whole
        result(self.v["DEV"] in whole.devices and int(r.getheader("Feijian-Roster")) == len(rows),
               "every row of the roster verifies under the root, this device among them")

    def make_push(self):
        photo = secrets.token_bytes(5000)
        who = {"name": "检查员甲", "cert": "YS-0001"}
        evidence = id_text(secrets.token_bytes(16))
        digest = {"sha256": hashlib.sha256(photo).hexdigest(),
                  "sm3": openssl(["dgst", "-sm3", "-binary"], photo).stdout.hex()}
        zero = H(b"").hex()
        self.chain.add("hello", suite=1, sign=self.key.sign_public.hex(), kx=self.key.kx_public.hex(), **who)
        self.chain.add("visit.start", kind="flying-inspection", subject={"name": "示例检测技术有限公司", "no_uscc": "测试数据"},
                       division="330106", team=[who, {"name": "检查员乙", "cert": "YS-0002"}],
                       forms=[{"id": "flying-inspection", "version": "1", "digest": zero}],
                       data={"kinds": zero, "clauses": zero})
        self.chain.add("evidence.add", round=1, evidence=evidence, name="photo.jpg", size=len(photo), how="import",
                       by=who["name"], **digest, **{"for": [{"form": "flying-inspection", "path": "/data"}]})
        self.v.update(PUSH=item(self.chain.run()), VISIT=id_text(self.chain.stream), HEAD=self.chain.head.hex(),
                      EVIDENCE=evidence, SIZE=len(photo), HALF=2000, FIRST=photo[:2000], SECOND=photo[2000:],
                      TEN=photo[:10], NOBODY=id_text(secrets.token_bytes(16)), SHA256=digest["sha256"])
        later = Chain(self.key, self.chain.stream)
        later.entries, later.clock, later.head = list(self.chain.entries), self.chain.clock, self.chain.head
        for i in range(3):
            later.add("comment", text="%d" % i)
        self.v["GAP"] = item(later.run(5))

    def see_push(self, _, data):
        said = json.loads(data)
        receipt = self.roster.signed(said["receipts"][0], b"receipt")
        head = self.roster.signed(said["head"], b"tree")
        result(receipt is not None and [self.v["VISIT"], self.v["DEV"], 3, self.v["HEAD"]] in receipt["entries"],
               "its receipt is signed by a hub key of the roster and names the entry that was sent", said)
        result(head is not None and head["position"] >= receipt["position"] and head["epoch"] == receipt["epoch"],
               "the head of the log is signed and not before it", head)
        self.earlier = head
        self.v["EARLIER"] = head["position"]

    def see_entries(self, r, data):
        data = self.run.zip.unpack(data)
        receipts = [json.loads(i) for i in items(data) if i[:1] == b"{"]
        runs = [run_heads(i) for i in items(data) if i[:3] == b"FJR"]
        named = [row for s in receipts for row in self.roster.signed(s, b"receipt")["entries"]]
        stream, dev, seq, head, sig = runs[-1]
        result(len(runs) == 1 and head == self.chain.head and verified(self.key.sign_public, b"entry", head, sig),
               "what comes down are the same entries, with the signature of their writer")
        result([id_text(stream), id_text(dev), seq, head.hex()] in named, "and with the receipt that covers them", named)

    def see_receipt(self, _, data):
        said = self.roster.signed(json.loads(data)["receipt"], b"receipt")
        result(said is not None and said["evidence"][0][:3] == [self.v["VISIT"], self.v["EVIDENCE"], self.v["SHA256"]],
               "the receipt of evidence is signed and names its digest", said)
        self.leaf = leaf(json.loads(data)["receipt"]["text"].encode())
        self.v["LEAF"] = said["position"]

    def see_head(self, _, data):
        head = self.roster.signed(json.loads(data)["head"], b"tree")
        result(head is not None and head["safe_through"] <= head["position"], "the head is signed", head)
        self.newest = head
        self.v["NEWEST"] = head["position"]

    def see_inclusion(self, _, data):
        path = [bytes.fromhex(h) for h in json.loads(data)["path"]]
        place = self.v["LEAF"] - 1, self.newest["position"]
        result(included(self.leaf, *place, path, bytes.fromhex(self.newest["root"])),
               "the receipt is in the log that the head was signed over", data)
        result(not included(H(b"other"), *place, path, bytes.fromhex(self.newest["root"])), "and another one is not")

    def see_consistency(self, _, data):
        path = [bytes.fromhex(h) for h in json.loads(data)["path"]]
        roots = [bytes.fromhex(h["root"]) for h in (self.earlier, self.newest)]
        sizes = self.earlier["position"], self.newest["position"]
        result(sizes[0] < sizes[1] and consistent(*sizes, path, *roots), "the log only grew", data)
        result(not consistent(*sizes, path, H(b"other"), roots[1]), "and another one did not")

    def go(self):
        for title, asked, answered in examples():
            for start, make in self.before.items():
                if title.startswith(start):
                    make()
            r, data = self.run.ask(title, asked, answered)
            for start, see in self.after.items():
                if title.startswith(start) and r.status < 300:
                    see(r, data)
        with open(os.path.join(TOP, "sync/wire/dictionary-1"), "rb") as f:
            digest = hashlib.sha256(f.read()).hexdigest()
        text = open(os.path.join(TOP, "sync/PROTOCOL.md"), encoding="utf-8").read()
        result(digest in text, "the document names the dictionary by its digest")


def main():
    try:
        Client(sys.argv[1].split("://")[1], sys.argv[2]).go()
    except (AssertionError, KeyError, ValueError, OSError) as e:
        result(False, "went to the end", "%s: %s" % (type(e).__name__, e))
        raise
    result(True, "went to the end")


if __name__ == "__main__":
    main()
