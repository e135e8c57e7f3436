#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A small CONNECT proxy for tests of the client.

proxy.py LOG UPSTREAM [USER:PASSWORD]     prints "listening 127.0.0.1:PORT"

Whatever host is asked for, the connection goes to UPSTREAM (host:port).  LOG gets a
line for each CONNECT: the host and the status.  With USER:PASSWORD others get 407.
"""
import base64
import socket
import sys
import threading


def pump(a, b):
    try:
        while True:
            data = a.recv(65536)
            if not data:
                break
            b.sendall(data)
    except OSError:
        pass
    try:
        b.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve(conn, log, upstream, secret):
    data = b""
    while b"\r\n\r\n" not in data:
        more = conn.recv(65536)
        if not more:
            return
        data += more
    words = data.split(b"\r\n", 1)[0].decode("latin-1").split()
    good = secret is None or (b"Basic " + base64.b64encode(secret.encode())) in data
    status = 200 if words[0] == "CONNECT" and good else 407 if not good else 405
    with open(log, "a", encoding="utf-8") as f:
        f.write("%s %d\n" % (words[1], status))
    if status != 200:
        conn.sendall(b"HTTP/1.1 %d no\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                     b"Content-Length: 0\r\nConnection: close\r\n\r\n" % status)
        conn.close()
        return
    host, port = upstream.rsplit(":", 1)
    there = socket.create_connection((host, int(port)))
    conn.sendall(b"HTTP/1.1 200 through\r\n\r\n")
    threading.Thread(target=pump, args=(there, conn), daemon=True).start()
    pump(conn, there)


def main():
    log, upstream = sys.argv[1:3]
    secret = sys.argv[3] if len(sys.argv) > 3 else None
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen(64)
    print("listening 127.0.0.1:%d" % s.getsockname()[1], flush=True)
    while True:
        conn, _ = s.accept()
        threading.Thread(target=serve, args=(conn, log, upstream, secret), daemon=True).start()


main()
