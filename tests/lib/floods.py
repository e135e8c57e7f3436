#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What no honest client sends to a hub: floods.py HUB TOKEN PID CONNECTIONS

Each case: what is sent (from 127.0.0.2), and what the hub may do: a status, or "end" (it
closes).  After each an honest request (from 127.0.0.1) is answered.  The last tests: the
hub's memory has not grown by more than 160 MiB; the control, an answer that no hub may
give to a case, is seen.  Prints TAP.
"""
import re
import select
import socket
import struct
import sys

HUB = (sys.argv[1].rsplit(":", 1)[0], int(sys.argv[1].rsplit(":", 1)[1]))
TOKEN, PID, CONNECTIONS = sys.argv[2], sys.argv[3], int(sys.argv[4])
AUTH = "Authorization: Bearer %s\r\n" % TOKEN
JSON = "POST /v1/session HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
RUNS = "POST /v1/runs HTTP/1.1\r\nHost: h\r\nContent-Type: application/vnd.feijian.runs\r\n" + AUTH
PATIENCE = 30
count = bad = 0


def dial(source="127.0.0.2"):
    return socket.create_connection(HUB, timeout=PATIENCE, source_address=(source, 0))


def result(good, name, *why):
    global count, bad
    count += 1
    bad += not good
    print("%sok %d - %s" % ("" if good else "not ", count, name))
    if not good:
        for w in why:
            print("# %s" % (w,))
    sys.stdout.flush()


def honest():
    s = dial("127.0.0.1")
    s.sendall(b"GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    said = b""
    while True:
        more = s.recv(4096)
        if not more:
            return said.startswith(b"HTTP/1.1 200")
        said += more


def send(parts, most=24 << 20):
    """All answers to what was sent, up to the end, a silence of 2 s after an answer, or
    PATIENCE."""
    s = dial()
    said = b""
    ended = False
    sent = 0
    try:
        for part in parts:
            part = part.encode() if isinstance(part, str) else part
            while part:
                can = select.select([s], [s], [], PATIENCE)
                if can[0]:
                    more = s.recv(65536)
                    if not more:
                        ended = True
                        break
                    said += more
                elif can[1]:
                    n = s.send(part)
                    part = part[n:]
                    sent += n
                else:
                    return said, False
            if ended or sent > most:
                break
        while not ended and select.select([s], [], [], 2 if said else PATIENCE)[0]:
            more = s.recv(65536)
            ended = not more
            said += more
    except OSError:
        ended = True
    s.close()
    return said, ended


def statuses(said):
    return [int(x) for x in re.findall(rb"HTTP/1\.1 (\d\d\d) ", said)]


def allowed(may, said, ended):
    got = statuses(said)
    if not got:
        return "end" in may and ended
    return all(g in may for g in got)


def case(name, may, *parts):
    said, ended = send(parts)
    result(allowed(may, said, ended), name, "answered %s, %s" % (statuses(said), "ended" if ended else "open"),
           said[:200])
    if not honest():
        result(False, name + ": an honest one afterwards")
    return said, ended


def chunks():
    yield JSON + "Transfer-Encoding: chunked\r\n\r\n"
    while True:
        yield "4000\r\n" + "a" * 0x4000 + "\r\n"


def bomb(blocks):
    """A frame of zstd that unpacks to so many times 128 KiB of one letter."""
    frame = struct.pack("<IBB", 0xFD2FB528, 0x00, 0x38)
    for i in range(blocks):
        frame += struct.pack("<I", (i == blocks - 1) | 1 << 1 | (128 << 10) << 3)[:3] + b"a"
    return frame


def memory():
    with open("/proc/%s/status" % PID, encoding="ascii") as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1))


def flood():
    held = []
    made = 0
    for _ in range(CONNECTIONS):
        try:
            s = socket.socket()
            s.settimeout(5)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            s.bind(("127.0.0.2", 0))
            s.connect(HUB)
            s.sendall(b"GET /v1/hub HTTP/1.1\r\nHost: h\r\n")
            made += 1
        except OSError:
            pass
        held.append(s)
        if len(held) >= 500:
            held.pop(0).close()
    good = honest()
    for s in held:
        s.close()
    return made, good


def main():
    before = memory()
    got = case("a JSON body of 10 MiB", {413, "end"}, JSON + "Content-Length: 10485760\r\n\r\n", *["a" * 65536] * 160)
    result(not allowed({299}, *got), "control: an answer that may not be is seen")
    case("runs of 5 MiB", {413, "end"}, RUNS + "Content-Length: 5242880\r\n\r\n", *["a" * 65536] * 80)
    case("a length of 2^63", {400, 413, "end"}, RUNS + "Content-Length: 9223372036854775808\r\n\r\n")
    case("a length of 10^40", {400, 413, "end"}, RUNS + "Content-Length: 1%s\r\n\r\n" % ("0" * 40))
    for text in ("-1", "1e3", "+5", "0x10", "5, 6", ""):
        case("a length that is none: '%s'" % text, {400, 411, 413, "end"}, JSON + "Content-Length: %s\r\n\r\nabcde" % text)
    case("two lengths", {400, "end"}, JSON + "Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}abc")
    said, _ = case("a length and chunks", {400, "end"},
                   JSON + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
    result(len(statuses(said)) <= 1, "what is smuggled behind it is no request", said[:400])
    case("a coding of transfer that is none", {400, 501, "end"}, JSON + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")
    case("chunks without end", {413, 400, "end"}, *(p for _, p in zip(range(1200), chunks())))
    case("a chunk with a length of 2^64", {413, 400, "end"}, JSON + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\naaaa")
    case("a header of 1 MiB", {400, 413, 431, "end"}, "GET /v1/hub HTTP/1.1\r\nX: ", *["a" * 65536] * 16, "\r\n\r\n")
    case("100,000 headers", {400, 413, 431, "end"}, "GET /v1/hub HTTP/1.1\r\nHost: h\r\n",
         *["".join("X-%d: a\r\n" % (i * 100 + k) for k in range(100)) for i in range(1000)], "\r\n")
    case("a path of 200 KiB", {404, 400, 414, 431, "end"}, "GET /" + "a" * 204800 + " HTTP/1.1\r\nHost: h\r\n\r\n")
    case("have= of 100 KiB", {400, 404, 414, 431, "end"},
         "GET /v1/streams/0123456789abcdefghjkmnpqr0/entries?have=%s HTTP/1.1\r\nHost: h\r\n%s\r\n" % ("0.1.2," * 17000, AUTH))
    case("have= of 10 KiB of nonsense", {400, 404, 414, 431, "end"},
         "GET /v1/streams/0123456789abcdefghjkmnpqr0/entries?have=%s HTTP/1.1\r\nHost: h\r\n%s\r\n" % ("0.1.2," * 1700, AUTH))
    case("a cursor that is none", {400, 410}, "GET /v1/streams?cursor=1.-5.99999999999999999999 HTTP/1.1\r\nHost: h\r\n%s\r\n" % AUTH)
    deep = "[" * 60000
    case("JSON 60,000 deep", {400}, JSON + "Content-Length: %d\r\n\r\n%s" % (len(deep), deep))
    case("an end of line in an address", {400, 404, "end"}, "GET /v1/hub%0d%0aX-Evil:%201 HTTP/1.1\r\nHost: h\r\n\r\n")
    case("a NUL in an address", {400, 404, "end"}, "GET /v1/hub%00/x HTTP/1.1\r\nHost: h\r\n\r\n")
    case("a NUL in a header", {400, 200, "end"}, b"GET /v1/hub HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n")
    case("a path that climbs", {404, 400, "end"}, "GET /v1/../../../etc/passwd HTTP/1.1\r\nHost: h\r\n\r\n")
    case("no version", {400, 505, "end"}, "GET /v1/hub\r\n\r\n")
    case("HTTP/2 by surprise", {400, 405, 501, 505, "end"}, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    case("a space before the colon", {400, 401, "end"}, "GET /v1/streams HTTP/1.1\r\nHost: h\r\nAuthorization : Bearer %s\r\n\r\n" % TOKEN)
    case("noise", {400, 405, 501, 505, "end"}, bytes(range(256)) * 64, b"\r\n\r\n")
    said, _ = send([b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n" * 50])
    result(statuses(said) == [200] * 50, "50 requests at once on one connection: 50 answers", statuses(said))
    packed = bomb(8192)
    head = RUNS + "Content-Encoding: zstd\r\nFeijian-Dictionary: 1\r\nContent-Length: %d\r\n\r\n" % len(packed)
    case("a gigabyte in %d KiB" % (len(packed) >> 10), {400, 413, 415}, head, packed)
    case("a coding that is none", {415, "end"}, RUNS + "Content-Encoding: br\r\nContent-Length: 3\r\n\r\nabc")
    for _ in range(20):
        send([head, packed])
    made, good = flood()
    result(good, "%d connections from one address: another one is served" % made)
    result(made > 0, "control: they were made")
    grown = memory() - before
    result(grown < 160 << 10, "memory", "grown by %d KiB" % grown)
    print("1..%d" % count)
    sys.exit(1 if bad else 0)


main()
