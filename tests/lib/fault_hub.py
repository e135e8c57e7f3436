#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A hub that is none, or a bad one, for tests of the client.

fault_hub.py MODE [UPSTREAM]     prints "listening 127.0.0.1:PORT"

login    200 with a login page for everything
redirect 302 to a login page
version  speaks protocol 2
garbage  right headers, bytes that mean nothing
error    500 without the hub's header, as a proxy would
later    503 problem with Retry-After: 7
silent   takes the connection and says nothing
cut      closes in the middle of the answer
With UPSTREAM (host:port of a real hub) everything passes through but what the
mode changes:
lie-receipt   the signature of every receipt is changed
lie-stored    says "stored" and gives no receipt
refuse        the first stream that is pushed is refused, always again
lie-pull      the signature of every receipt that comes down is changed
split-log     the first hash of every proof of the log is changed
no-receipts   an older hub: entries come down without receipts
cut-after N   the first N connections are cut after 2,000 bytes of the request
drip N        every connection is reset after N bytes of requests; at each reset
              the sum of bytes so far is printed
"""
import json
import re
import socket
import struct
import sys
import threading


def read_request(conn):
    data = b""
    while b"\r\n\r\n" not in data:
        more = conn.recv(65536)
        if not more:
            return None
        data += more
    head, body = data.split(b"\r\n\r\n", 1)
    found = re.search(rb"(?im)^content-length:\s*(\d+)", head)
    want = int(found.group(1)) if found else 0
    while len(body) < want:
        more = conn.recv(65536)
        if not more:
            return None
        body += more
    return head, body


def answer(conn, status, headers, body):
    lines = ["HTTP/1.1 " + status] + headers + ["Content-Length: %d" % len(body), "Connection: close", "", ""]
    conn.sendall("\r\n".join(lines).encode() + body)


def fixed(mode, conn):
    page = b"<html><title>Sign in</title></html>"
    request = read_request(conn)
    if request is None:
        return
    if mode == "login":
        answer(conn, "200 OK", ["Content-Type: text/html"], page)
    elif mode == "redirect":
        answer(conn, "302 Found", ["Location: http://portal.example/login"], b"")
    elif mode == "version":
        answer(conn, "200 OK", ["Feijian: 2", "Content-Type: application/json"], b"{}")
    elif mode == "garbage":
        answer(conn, "200 OK", ["Feijian: 1", "Content-Type: application/json"], b"\x00\xff{]" * 100)
    elif mode == "error":
        answer(conn, "500 Internal Server Error", ["Content-Type: text/html"], page)
    elif mode == "later":
        answer(conn, "503 Service Unavailable",
               ["Feijian: 1", "Content-Type: application/problem+json", "Retry-After: 7"],
               b'{"type":"urn:feijian:problem:retry-later","title":"later","status":503}')
    elif mode == "silent":
        conn.recv(1)
    elif mode == "cut":
        conn.sendall(b"HTTP/1.1 200 OK\r\nFeijian: 1\r\nContent-Type: application/json\r\n"
                     b"Content-Length: 1000\r\n\r\n{\"tok")


def ask_upstream(upstream, head, body):
    host, port = upstream.rsplit(":", 1)
    head = re.sub(rb"(?im)^(connection|accept-encoding):.*\r\n", b"", head) + b"\r\nConnection: close"
    with socket.create_connection((host, int(port))) as up:
        up.sendall(head + b"\r\n\r\n" + body)
        data = b""
        while True:
            more = up.recv(65536)
            if not more:
                return data
            data += more


def rebuild(data, change):
    head, body = data.split(b"\r\n\r\n", 1)
    body = change(body)
    head = re.sub(rb"(?im)^content-length:.*$", b"Content-Length: %d" % len(body), head)
    return head + b"\r\n\r\n" + body


def lie_receipt(body):
    def flip(m):
        digit = m.group(2)
        return m.group(1) + (b"1" if digit == b"0" else b"0")
    return re.sub(rb'("sig":")(.)', flip, body)


def split_log(body):
    return re.sub(rb'("path":\[")(.)', lambda m: m.group(1) + (b"1" if m.group(2) == b"0" else b"0"), body)


def lie_stored(body):
    said = json.loads(body)
    said["receipts"] = []
    return json.dumps(said).encode()


def refuse(upstream, head, body, victims):
    """The runs of one stream never reach the hub; packed bodies are not taken."""
    if re.search(rb"(?im)^content-encoding:", head):
        problem = b'{"type":"urn:feijian:problem:media","title":"no","status":415}'
        return (b"HTTP/1.1 415 No\r\nFeijian: 1\r\nContent-Type: application/problem+json\r\n"
                b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(problem)) + problem
    runs, at = [], 0
    while at < len(body):
        n = struct.unpack(">I", body[at:at + 4])[0]
        runs.append(body[at + 4:at + 4 + n])
        at += 4 + n
    if not victims and runs:
        victims.append(runs[0][6:22])
    rest = b"".join(struct.pack(">I", len(r)) + r for r in runs if r[6:22] not in victims)
    head = re.sub(rb"(?im)^content-length:.*$", b"Content-Length: %d" % len(rest), head)

    def change(answer):
        said = json.loads(answer)
        good = iter(said["results"])
        said["results"] = [next(good) if r[6:22] not in victims else {
            "status": "refused", "stream": id_text(r[6:22]), "dev": id_text(r[22:38]), "have": 0,
            "problem": {"type": "urn:feijian:problem:run-signature"}} for r in runs]
        return json.dumps(said).encode()
    return rebuild(ask_upstream(upstream, head, rest), change)


def id_text(b):
    n = int.from_bytes(b, "big") << 2
    return "".join("0123456789abcdefghjkmnpqrstvwxyz"[n >> 5 * (25 - i) & 31] for i in range(26))


def through(mode, upstream, conn, victims):
    request = read_request(conn)
    if request is None:
        return
    head, body = request
    entries = re.match(rb"GET /v1/streams/\w+/entries", head) is not None
    if entries and mode == "no-receipts":
        head = re.sub(rb"receipts=\d+&", b"", head, count=1)
    if mode == "refuse" and head.startswith(b"POST /v1/runs"):
        conn.sendall(refuse(upstream, head, body, victims))
        return
    if mode == "split-log":
        head = re.sub(rb"(?im)^accept-encoding:.*\r\n", b"", head)
    data = ask_upstream(upstream, head, body)
    if entries and mode == "lie-pull":
        data = rebuild(data, lie_receipt)
    if mode == "split-log" and head.startswith(b"GET /v1/log/"):
        data = rebuild(data, split_log)
    if head.startswith(b"POST /v1/runs"):
        if mode == "lie-receipt":
            data = rebuild(data, lie_receipt)
        elif mode == "lie-stored":
            data = rebuild(data, lie_stored)
    conn.sendall(data)


def drip(upstream, conn, limit, total):
    host, port = upstream.rsplit(":", 1)
    up = socket.create_connection((host, int(port)))

    def back():
        try:
            while True:
                more = up.recv(65536)
                if not more:
                    break
                conn.sendall(more)
        except OSError:
            pass
        conn.close()

    threading.Thread(target=back, daemon=True).start()
    left = limit
    while left > 0:
        data = conn.recv(min(65536, left))
        if not data:
            break
        left -= len(data)
        total[0] += len(data)
        up.sendall(data)
    if left == 0:
        print("sent %d" % total[0], flush=True)
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        conn.close()
    up.close()


def serve(mode, upstream, limit):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(16)
    print("listening 127.0.0.1:%d" % listener.getsockname()[1], flush=True)
    count = 0
    total = [0]
    victims = []

    def one(conn, number):
        with conn:
            try:
                if mode == "cut-after" and number < limit:
                    conn.recv(2000)
                elif mode == "drip":
                    drip(upstream, conn, limit, total)
                elif upstream:
                    through(mode, upstream, conn, victims)
                else:
                    fixed(mode, conn)
            except OSError:
                pass

    while True:
        conn, _ = listener.accept()
        threading.Thread(target=one, args=(conn, count), daemon=True).start()
        count += 1


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    serve(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None,
          int(sys.argv[3]) if len(sys.argv) > 3 else 0)
