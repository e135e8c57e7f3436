#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Golden figures of RFC 9162 sections 2.1.1, 2.1.3.1 and 2.1.4.1 by the definitions there,
without the program.  Leaf i of every tree is the byte i.  One line a tree of n leaves:
n, root, SHA-256 of all inclusion paths (leaf 0 first), SHA-256 of all consistency paths (from 1 first).
  merkle.py          writes merkle.tsv
  merkle.py --check  compares it"""
import functools
import hashlib
import os
import sys

MOST = 70
FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "merkle.tsv")


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def split(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def mth(d):
    if not d:
        return sha()
    if len(d) == 1:
        return sha(b"\0", d[0])
    k = split(len(d))
    return sha(b"\1", mth(d[:k]), mth(d[k:]))


tree = functools.lru_cache(None)(lambda i, j: mth([bytes([x]) for x in range(i, j)]))


def path(m, i, j):
    if j - i == 1:
        return []
    k = i + split(j - i)
    return path(m, i, k) + [tree(k, j)] if m < k else path(m, k, j) + [tree(i, k)]


def subproof(m, i, j, whole):
    if m == j:
        return [] if whole else [tree(i, j)]
    k = i + split(j - i)
    if m <= k:
        return subproof(m, i, k, whole) + [tree(k, j)]
    return subproof(m, k, j, False) + [tree(i, k)]


def main():
    known = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    assert mth([bytes.fromhex(x) for x in known]).hex() == \
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    lines = ["%d\t%s\t%s\t%s\n" % (n, tree(0, n).hex(),
                                   sha(*[h for m in range(n) for h in path(m, 0, n)]).hex(),
                                   sha(*[h for m in range(1, n + 1) for h in subproof(m, 0, n, True)]).hex())
             for n in range(1, MOST + 1)]
    if sys.argv[1:] == ["--check"]:
        sys.exit(open(FILE).read() != "".join(lines))
    with open(FILE, "w") as f:
        f.writelines(lines)


main()
