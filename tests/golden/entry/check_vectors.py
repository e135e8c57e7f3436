#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check vectors.json against src/entry/FORMAT.md without the program: python3's
standard library for the bytes and hashes, `openssl` for the signatures.

usage: check_vectors.py [vectors.json]      exit 0 all right, 1 something differs
"""
import hashlib
import json
import os
import struct
import subprocess
import sys
import tempfile

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
SPKI = bytes.fromhex("302a300506032b6570032100")	# Ed25519 public key, DER
faults = []
checked = 0


def H(*parts):
	return hashlib.sha256(b"".join(parts)).digest()


def crockford(b):
	n = int.from_bytes(b, "big") << 2
	return "".join(ALPHABET[n >> 5 * (25 - i) & 31] for i in range(26))


def same(what, got, want):
	global checked
	checked += 1
	if got != want:
		faults.append("%s: computed %s, file says %s" % (what, got, want))


def signed(what, key, purpose, digest, sig):
	message = b"feijian/1/" + purpose + b"\0" + digest
	with tempfile.TemporaryDirectory() as d:
		paths = {}
		for name, data in (("key", SPKI + key), ("msg", message), ("sig", sig)):
			paths[name] = os.path.join(d, name)
			with open(paths[name], "wb") as f:
				f.write(data)
		done = subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin",
			"-keyform", "DER", "-inkey", paths["key"], "-in", paths["msg"],
			"-sigfile", paths["sig"]], stdout=subprocess.DEVNULL,
			stderr=subprocess.DEVNULL, check=False)
	same(what + " signature", done.returncode, 0)


def dev_of(key):
	return H(b"feijian/1/dev\0", bytes([key["suite"]]), bytes.fromhex(key["sign"]),
		bytes.fromhex(key["kx"]))[:16]


def chain(name, entries, kind, stream, key):
	"""Build each frame anew from its fields and compare it, byte for byte."""
	prev, last_clock, frames = bytes(32), -1, []
	dev = dev_of(key)
	for n, e in enumerate(entries, 1):
		what = "%s entry %d" % (name, n)
		frame = bytes.fromhex(e["frame"])
		payload = e["payload"].encode()
		clock = struct.unpack(">Q", frame[46:54])[0]
		built = (b"FJE" + bytes([1, 1, kind]) + stream + dev + struct.pack(">QQ", n, clock)
			+ prev + struct.pack(">I", len(payload)) + payload)
		same(what + " frame", built.hex(), e["frame"])
		same(what + " clock grows", clock > last_clock, True)
		same(what + " seq", n, e["seq"])
		prev, last_clock = H(built), clock
		same(what + " id", prev.hex(), e["id"])
		signed(what, bytes.fromhex(key["sign"]), b"entry", prev,
			bytes.fromhex(e["signature"]))
		body = json.loads(payload)
		same(what + " op", isinstance(body.get("op"), str) and body["op"] != "", True)
		if n == 1:
			same(what + " hello", [body["op"], body["sign"], body["kx"], body["suite"]],
				["hello", key["sign"], key["kx"], 1])
		frames.append(built)
	return frames


def root_of(leaves):
	if not leaves:
		return H()
	if len(leaves) == 1:
		return leaves[0]
	k = 1
	while 2 * k < len(leaves):
		k *= 2
	return H(b"\1", root_of(leaves[:k]), root_of(leaves[k:]))


def main():
	path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(
		os.path.abspath(__file__)), "vectors.json")
	with open(path, encoding="utf-8") as f:
		v = json.load(f)
	for who in ("inspector", "root", "hub"):
		same(who + " dev", crockford(dev_of(v[who])), v[who]["dev"])

	stream = bytes((40 + 11 * i) & 255 for i in range(16))
	same("visit id", crockford(stream), v["visit"]["stream"])
	frames = chain("visit", v["visit"]["entries"], 1, stream, v["inspector"])

	sign = bytes.fromhex(v["root"]["sign"])
	stream = H(b"feijian/1/roster\0", sign)[:16]
	same("roster stream", crockford(stream), v["roster"]["stream"])
	same("fingerprint", H(b"feijian/1/root\0", b"\1", sign).hex(),
		v["roster"]["fingerprint"])
	chain("root", v["roster"]["root"], 3, stream, v["root"])
	chain("hub", v["roster"]["hub"], 3, stream, v["hub"])

	run = (b"FJR" + bytes([1]) + frames[0][4:46] + frames[0][54:86] + struct.pack(">I", 3)
		+ b"".join(f[46:54] + f[86:] for f in frames[:3])
		+ bytes.fromhex(v["visit"]["entries"][2]["signature"]))
	same("run", run.hex(), v["run"])

	for name, purpose in (("receipt", b"receipt"), ("head", b"tree")):
		text = v[name]["text"].encode()
		same(name + " leaf", H(b"\0", text).hex(), v[name]["leaf"])
		same(name + " hub", json.loads(text)["hub"], v["hub"]["dev"])
		signed(name, bytes.fromhex(v["hub"]["sign"]), purpose, H(text),
			bytes.fromhex(v[name]["signature"]))

	ids = [bytes([n]) * 32 for n in range(8)]
	for n, want in enumerate(v["merkle"]):
		same("root of %d" % n, root_of([H(b"\0", i) for i in ids[:n]]).hex(), want)

	card = json.loads(v["card"]["text"])
	c = H(b"feijian/1/card\0", b"\1", bytes.fromhex(card["sign"]), bytes.fromhex(card["kx"]),
		card["name"].encode(), b"\0", card.get("cert", "").encode(), b"\0",
		card.get("org", "").encode(), b"\0")
	digits = "%020d" % (int.from_bytes(c[:12], "big") % 10 ** 20)
	same("card fingerprint", " ".join(digits[i:i + 4] for i in range(0, 20, 4)),
		v["card"]["fingerprint"])
	signed("card", bytes.fromhex(card["sign"]), b"device", c, bytes.fromhex(card["sig"]))

	for line in faults:
		print(line)
	print("%d checked, %d differ" % (checked, len(faults)))
	return 1 if faults else 0


if __name__ == "__main__":
	sys.exit(main())
