#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Make dictionary 1 of the content coding (zip.h).

dictionary.py FILE      writes it
dictionary.py --check   FILE.txt beside the shipped one says from which sources it was
                        made: with the same ones the same bytes must come out

Samples are bodies of runs and answers of a hub as the program writes them, out of the
shipped forms' cases and the payloads of every operation; what is random in
them comes from a fixed stream.  The dictionary once shipped never changes, also
when forms do: another one gets another number.
"""
import ctypes
import glob
import hashlib
import json
import os
import struct
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SIZE = 32000
ID = 0x8001
SEGMENT = 64  # of 64 … 1,024 the one with the smallest bodies of 10 to 312 entries
CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


class Stream:
    """Bytes that look random and are always the same."""

    def __init__(self, seed):
        self.seed, self.n = seed, 0

    def bytes(self, n):
        out = b""
        while len(out) < n:
            self.n += 1
            out += hashlib.sha256(b"%s %d" % (self.seed, self.n)).digest()
        return out[:n]

    def below(self, n):
        return int.from_bytes(self.bytes(6), "big") % n

    def hash(self):
        return self.bytes(32).hex()

    def id(self):
        v = int.from_bytes(self.bytes(16), "big") << 2
        return "".join(CROCKFORD[(v >> (5 * i)) & 31] for i in range(25, -1, -1))


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class Writer:
    """The payloads of one visit, with times as of somebody who works."""

    def __init__(self, seed):
        self.s = Stream(seed)
        self.ms = 1767225600000 + self.s.below(31536000) * 1000
        self.up = 1000000 + self.s.below(90000000)
        self.boot = self.s.bytes(4).hex()
        self.entries = []

    def head(self, op):
        step = 800 + self.s.below(60000)
        self.ms += step
        self.up += step
        day, rest = divmod(self.ms + 28800000, 86400000)
        # Days since 1970 as a date (Howard Hinnant's civil_from_days).
        day += 719468
        era, doe = divmod(day, 146097)
        yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
        doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
        mp = (5 * doy + 2) // 153
        month = mp + 3 if mp < 10 else mp - 9
        year = yoe + era * 400 + (month <= 2)
        t = "%04d-%02d-%02dT%02d:%02d:%02d.%03d+08:00" % (
            year, month, doy - (153 * mp + 2) // 5 + 1, rest // 3600000, rest // 60000 % 60,
            rest // 1000 % 60, rest % 1000)
        return {"op": op, "t": t, "up": self.up, "boot": self.boot}

    def add(self, op, **members):
        p = self.head(op)
        p.update(members)
        self.entries.append((self.ms << 16, compact(p)))

    def again(self, payload):
        """A payload of the golden operations, at this time, with other hashes and ids."""
        p = self.head(payload["op"])
        for k, v in payload.items():
            if k not in p:
                p[k] = self.fresh(v)
        self.entries.append((self.ms << 16, compact(p)))

    def fresh(self, v):
        if isinstance(v, list):
            return [self.fresh(x) for x in v]
        if isinstance(v, dict):
            return {k: self.fresh(x) for k, x in v.items()}
        if isinstance(v, str) and len(v) == 64 and all(c in "0123456789abcdef" for c in v):
            return self.s.hash()
        if isinstance(v, str) and len(v) == 26 and all(c in CROCKFORD for c in v):
            return self.s.id()
        return v


SIZES = (1, 4, 1, 12, 2, 30)


def run(w):
    """A body of a push with what this writer wrote (FORMAT.md section 8)."""
    first = 1 if b'"op":"hello"' in w.entries[0][1] else 2 + w.s.below(300)
    out = b"FJR\x01\x01\x01" + w.s.bytes(32) + struct.pack(">Q", first)
    out += (w.s.bytes(32) if first > 1 else bytes(32)) + struct.pack(">I", len(w.entries))
    for clock, payload in w.entries:
        out += struct.pack(">QI", clock, len(payload)) + payload
    out += w.s.bytes(64)
    return struct.pack(">I", len(out)) + out


def begin(w, form):
    who = {"name": "检查员甲", "cert": "YS-%04d" % w.s.below(10000)}
    w.add("hello", suite=1, sign=w.s.hash(), kx=w.s.hash(), **who, org="示例市场监督管理局")
    w.add("visit.start", kind=form,
          subject={"name": "示例检测技术有限公司", "uscc": "91330106MA00000000", "cma": w.s.id()[:12]},
          division="330106", team=[who, {"name": "检查员乙", "cert": "YS-%04d" % w.s.below(10000)}],
          forms=[{"id": form, "version": "2026.1", "digest": w.s.hash()}],
          data={"kinds": w.s.hash(), "clauses": w.s.hash()})


def put(w, form, send, places):
    about = {"round": 1, "form": form}
    if "set" in send:
        path, value = send["set"], send.get("value", "")
        base = {"base": [w.s.hash()]} if w.s.below(9) == 0 else {}
        auto = {"auto": "default"} if w.s.below(20) == 0 else {}
        w.add("set", **about, path=place(w, path, places), value=value, **auto, **base)
    elif "note" in send:
        w.add("set", **about, path=place(w, send["note"], places), value=send.get("text", ""), part="note")
    elif "add" in send:
        w.add("add", **about, path=send["add"], id=places.setdefault(send["add"], w.s.id()))


def place(w, path, places):
    """/data/x{#1}/y or /data/x[1]/y as the program writes it: with the instance's id."""
    out = ""
    for part in path.split("/")[1:]:
        name = part.split("{")[0].split("[")[0]
        out += "/" + name
        if name != part:
            out += "{" + places.setdefault(out, w.s.id()) + "}"
    return out


def samples():
    """Each with its own writer: nothing but what is always so comes twice."""
    for cases in sorted(glob.glob(TOP + "/forms/*.cases")):
        form = os.path.basename(cases)[:-len(".cases")]
        for file in sorted(glob.glob(cases + "/*.jsonl")):
            lines = [json.loads(line)["send"] for line in open(file, encoding="utf-8")]
            lines = [s for s in lines if "set" in s or "note" in s or "add" in s]
            at = part = 0
            while at < len(lines):
                w, n = Writer(("%s %s %d" % (form, os.path.basename(file), at)).encode()), SIZES[part % len(SIZES)]
                if at == 0:
                    begin(w, form)
                places = {}
                for send in lines[at:at + n]:
                    put(w, form, send, places)
                yield run(w)
                at, part = at + n, part + 1
    for n in range(12):
        for row in json.load(open(TOP + "/tests/golden/entry/ops.json", encoding="utf-8")):
            w = Writer(b"%s %d" % (row["op"].encode(), n))
            w.again(row["payload"])
            yield run(w)


def answers():
    """What a hub says to a push and to a listing."""
    for n in range(60):
        w = Writer(b"answer %d" % n)
        t = w.head("x")["t"][:19] + "Z"
        hub, visit, dev, seq, at = w.s.id(), w.s.id(), w.s.id(), w.s.below(400), w.s.below(900000)
        text = compact({"receipt": 1, "suite": 1, "hub": hub, "epoch": 1, "position": at, "time": t, "roster": 12,
                        "entries": [[visit, dev, seq, w.s.hash()]], "evidence": []}).decode()
        head = compact({"head": 1, "suite": 1, "hub": hub, "epoch": 1, "position": at, "safe_through": 0,
                        "root": w.s.hash(), "time": t}).decode()
        signed = {"text": head, "sig": w.s.bytes(64).hex()}
        yield compact({"results": [{"status": "stored", "stream": visit, "dev": dev, "have": seq, "id": w.s.hash()}],
                       "receipts": [{"text": text, "sig": w.s.bytes(64).hex()}], "head": signed})
        yield compact({"cursor": "1.%d.12" % at, "more": False, "epoch": 1, "roster": 12,
                       "streams": [{"stream": visit, "position": at}], "head": signed})


class Params(ctypes.Structure):
    """ZDICT_fastCover_params_t and the ZDICT_params_t in it, of libzstd 1.5."""
    _fields_ = [("k", ctypes.c_uint), ("d", ctypes.c_uint), ("f", ctypes.c_uint), ("steps", ctypes.c_uint),
                ("threads", ctypes.c_uint), ("split", ctypes.c_double), ("accel", ctypes.c_uint),
                ("shrink", ctypes.c_uint), ("regression", ctypes.c_uint), ("level", ctypes.c_int),
                ("notify", ctypes.c_uint), ("id", ctypes.c_uint)]


def train(samples):
    zstd = ctypes.CDLL("libzstd.so.1")
    version = zstd.ZSTD_versionNumber()
    if version // 100 != 105:
        sys.exit("dictionary.py: libzstd %d; the dictionary is made with 1.5" % version)
    f = zstd.ZDICT_trainFromBuffer_fastCover
    f.restype = ctypes.c_size_t
    f.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.POINTER(ctypes.c_size_t),
                  ctypes.c_uint, Params]
    out = ctypes.create_string_buffer(SIZE)
    sizes = (ctypes.c_size_t * len(samples))(*[len(s) for s in samples])
    n = f(out, SIZE, b"".join(samples), sizes, len(samples),
          Params(k=SEGMENT, d=8, f=20, steps=1, threads=1, split=1.0, accel=1, level=19, id=ID))
    zstd.ZDICT_isError.argtypes = [ctypes.c_size_t]
    if zstd.ZDICT_isError(n):
        sys.exit("dictionary.py: training failed")
    return out.raw[:n]


def sources():
    """One hash over everything that the samples are made of."""
    h = hashlib.sha256()
    for file in sorted(glob.glob(TOP + "/forms/*.cases/*.jsonl")) + [
            TOP + "/tests/golden/entry/ops.json", os.path.abspath(__file__)]:
        h.update(os.path.relpath(file, TOP).encode() + b"\0" + open(file, "rb").read())
    return h.hexdigest()


def make():
    return train(list(samples()) + list(answers()))


def check():
    shipped = open(TOP + "/sync/wire/dictionary-1", "rb").read()
    said = dict(line.split() for line in open(TOP + "/sync/wire/dictionary-1.txt"))
    if hashlib.sha256(shipped).hexdigest() != said["dictionary"]:
        sys.exit("dictionary.py: dictionary-1 is not the one of dictionary-1.txt")
    if sources() != said["sources"]:
        print("changed: the sources are others than when number 1 was made")
    elif make() != shipped:
        sys.exit("dictionary.py: from the same sources other bytes came out")
    else:
        print("same")


def main():
    if sys.argv[1] == "--check":
        return check()
    data = make()
    with open(sys.argv[1], "wb") as f:
        f.write(data)
    with open(sys.argv[1] + ".txt", "w") as f:
        f.write("dictionary %s\nsources %s\n" % (hashlib.sha256(data).hexdigest(), sources()))


if __name__ == "__main__":
    main()
