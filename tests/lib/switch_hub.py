#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A link to a real hub that turns bad when a file says so.

switch_hub.py MODEFILE UPSTREAM     prints "listening 127.0.0.1:PORT"

The first word of MODEFILE is read at each connection: pass, a mode of
fault_hub.py, or
replay      every answer to a push carries the receipts of the first push
drop-reply  the hub does what is asked, the answer never comes back
half-reply  the answer is cut in the middle
slow        the answer comes in pieces of 7 bytes
count       as pass; each request line is appended to MODEFILE.log
"""
import json
import socket
import sys
import threading

import fault_hub

FIXED = ("login", "redirect", "version", "garbage", "error", "later", "silent", "cut")


def body_of(data):
    return data.split(b"\r\n\r\n", 1)[1]


def receipts(body):
    return json.loads(body)["receipts"]


def with_receipts(body, old):
    said = json.loads(body)
    said["receipts"] = old
    return json.dumps(said).encode()


class Link:
    def __init__(self, modefile, upstream):
        self.modefile = modefile
        self.upstream = upstream
        self.first = None
        self.lock = threading.Lock()

    def mode(self):
        with open(self.modefile, encoding="utf-8") as f:
            return (f.read().split() or ["pass"])[0]

    def note(self, head):
        with self.lock, open(self.modefile + ".log", "ab") as f:
            f.write(head.split(b"\r\n", 1)[0] + b"\n")

    def replay(self, data):
        if self.first is None:
            return data
        return fault_hub.rebuild(data, lambda b: with_receipts(b, self.first))

    def push(self, mode, data):
        if mode == "lie-receipt":
            return fault_hub.rebuild(data, fault_hub.lie_receipt)
        if mode == "lie-stored":
            return fault_hub.rebuild(data, fault_hub.lie_stored)
        if mode == "replay":
            return self.replay(data)
        if self.first is None:
            self.first = receipts(body_of(data))
        return data

    def one(self, conn):
        mode = self.mode()
        if mode in FIXED:
            fault_hub.fixed(mode, conn)
            return
        request = fault_hub.read_request(conn)
        if request is None:
            return
        head, body = request
        self.note(head)
        data = fault_hub.ask_upstream(self.upstream, head, body)
        if mode == "drop-reply":
            return
        if mode == "half-reply":
            conn.sendall(data[:len(data) // 2])
            return
        if head.startswith(b"POST /v1/runs"):
            data = self.push(mode, data)
        if mode == "slow":
            conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for at in range(0, len(data), 7):
                conn.sendall(data[at:at + 7])
            return
        conn.sendall(data)

    def serve(self, conn):
        with conn:
            try:
                self.one(conn)
            except OSError:
                pass


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    link = Link(sys.argv[1], sys.argv[2])
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(16)
    print("listening 127.0.0.1:%d" % listener.getsockname()[1], flush=True)
    while True:
        conn, _ = listener.accept()
        threading.Thread(target=link.serve, args=(conn,), daemon=True).start()


if __name__ == "__main__":
    main()
