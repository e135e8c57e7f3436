#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""xls.py OUT.xls FILE.csv...   a workbook of Excel 97 (BIFF8 in a compound file), a sheet a file
Texts are shared strings; numbers without leading zeros are numbers with the format that shows
as many decimals; yyyy-mm-dd HH:MM:SS and yyyy-mm-dd are dates.  --text: everything is text."""
import csv, datetime, os, re, struct, sys

FORMATS = {'at': (164, 'yyyy\\-mm\\-dd hh:mm:ss'), 'on': (165, 'yyyy\\-mm\\-dd')}
FORMATS.update({d: (166 + d, '0' + ('.' + '0' * d if d else '')) for d in range(8)})
XFS = ['general', 'at', 'on'] + list(range(8))


def rec(kind, body):
    assert len(body) <= 8224
    return struct.pack('<HH', kind, len(body)) + body


def text16(s):
    return struct.pack('<HB', len(s.encode('utf-16-le')) // 2, 1) + s.encode('utf-16-le')


def sst(strings, total):
    """The shared strings, cut over CONTINUE records as Excel cuts them."""
    out, body, kind = b'', struct.pack('<II', total, len(strings)), 0xfc
    for s in strings:
        u = s.encode('utf-16-le')
        head = struct.pack('<HB', len(u) // 2, 1)
        if len(body) + len(head) + 2 > 8224:
            out += rec(kind, body)
            kind, body = 0x3c, b''
        body += head
        while True:
            room = (8224 - len(body)) // 2 * 2
            body, u = body + u[:room], u[room:]
            if not u:
                break
            out += rec(kind, body)
            kind, body = 0x3c, b'\1'
    return out + rec(kind, body)


def value(s, as_text):
    if as_text:
        return None
    m = re.fullmatch(r'(\d{4})-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d))?', s)
    if m:
        g = [int(x or 0) for x in m.groups()]
        d = datetime.datetime(*g) - datetime.datetime(1899, 12, 30)
        return d.days + d.seconds / 86400, 'at' if m.group(4) else 'on'
    m = re.fullmatch(r'-?(?:0|[1-9]\d{0,13})(?:\.(\d{1,7}))?', s)
    return (float(s), len(m.group(1) or '')) if m else None


def sheet(rows, index, as_text):
    out = rec(0x809, struct.pack('<HHHHII', 0x600, 0x10, 0, 0, 0, 0x600))
    out += rec(0x200, struct.pack('<IIHHH', 0, len(rows), 0, max(map(len, rows), default=0), 0))
    for r, row in enumerate(rows):
        for c, s in enumerate(row):
            if s == '':
                continue
            v = value(s, as_text)
            if v is None:
                out += rec(0xfd, struct.pack('<HHHI', r, c, 0, index.setdefault(s, len(index))))
            elif isinstance(v[1], int) and v[1] == 0 and abs(v[0]) < 1 << 28:
                out += rec(0x27e, struct.pack('<HHHI', r, c, XFS.index(0), int(v[0]) << 2 & 0xffffffff | 2))
            else:
                out += rec(0x203, struct.pack('<HHHd', r, c, XFS.index(v[1]), v[0]))
    return out + rec(0x0a, b'')


def stream(tables, as_text):
    index = {}
    bodies = [sheet(rows, index, as_text) for _, rows in tables]
    head = rec(0x809, struct.pack('<HHHHII', 0x600, 5, 0, 0, 0, 0x600)) + rec(0x42, struct.pack('<H', 1200)) + rec(0x22, struct.pack('<H', 0))
    for n, code in FORMATS.values():
        head += rec(0x41e, struct.pack('<H', n) + text16(code))
    for x in XFS:
        head += rec(0xe0, struct.pack('<HH', 0, 0 if x == 'general' else FORMATS[x][0]) + bytes(16))
    names = [name.encode('utf-16-le') for name, _ in tables]
    size = sum(4 + 8 + len(n) for n in names)
    tail = sst(list(index), sum(len(r) for _, rows in tables for r in rows)) + rec(0x0a, b'')
    at = len(head) + size + len(tail)
    for n, body in zip(names, bodies):
        head += rec(0x85, struct.pack('<IBBBB', at, 0, 0, len(n) // 2, 1) + n)
        at += len(body)
    return head + tail + b''.join(bodies)


def compound(data):
    """One stream "Workbook" of at least 4096 bytes."""
    data += bytes(max(0, 4096 - len(data)))
    data += bytes(-len(data) % 512)
    n = len(data) // 512
    fats = 1
    while fats * 128 < n + 1 + fats + max(0, -(-(fats - 109) // 127)):
        fats += 1
    difats = max(0, -(-(fats - 109) // 127))
    fat = [i + 1 for i in range(n - 1)] + [0xfffffffe]     # the stream stands first
    fat += [0xfffffffe] + [0xfffffffd] * fats + [0xfffffffc] * difats
    fat += [0xffffffff] * (fats * 128 - len(fat))
    where = list(range(n + 1, n + 1 + fats))
    chain = where[109:]
    head = bytes.fromhex('d0cf11e0a1b11ae1') + bytes(16)
    head += struct.pack('<HHHHHHIIIIIIIIII', 0x3e, 3, 0xfffe, 9, 6, 0, 0, 0, fats, n, 0, 4096, 0xfffffffe, 0, n + 1 + fats if difats else 0xfffffffe, difats)
    head += b''.join(struct.pack('<I', x) for x in (where + [0xffffffff] * 109)[:109])

    def entry(name, kind, start, size, child):
        u = name.encode('utf-16-le')
        return u.ljust(64, b'\0') + struct.pack('<HBBIII', len(u) + 2, kind, 1, 0xffffffff, 0xffffffff, child) + bytes(36) + struct.pack('<III', start, size, 0)

    folder = entry('Root Entry', 5, 0xfffffffe, 0, 1) + entry('Workbook', 2, 0, len(data), 0xffffffff) + bytes(256)
    difat = b''
    for i in range(difats):
        part = chain[i * 127:(i + 1) * 127]
        part += [0xffffffff] * (127 - len(part)) + [n + 2 + fats + i if i + 1 < difats else 0xfffffffe]
        difat += struct.pack('<128I', *part)
    return head + data + folder + struct.pack('<%dI' % len(fat), *fat) + difat


def make(tables, as_text=False):
    return compound(stream(tables, as_text))


if __name__ == '__main__':
    args = [a for a in sys.argv[1:] if a != '--text']
    books = []
    for p in args[1:]:
        with open(p, 'rb') as f:
            raw = f.read()
        try:
            t = raw.decode('utf-8-sig')
        except UnicodeDecodeError:
            t = raw.decode('gb18030')
        books.append((os.path.splitext(os.path.basename(p))[0][:31], list(csv.reader(t.splitlines(keepends=True)))))
    with open(args[0], 'wb') as f:
        f.write(make(books, '--text' in sys.argv))
