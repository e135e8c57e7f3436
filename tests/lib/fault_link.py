# SPDX-License-Identifier: Apache-2.0
"""A link between devices and a hub that does to exchanges what networks do to them.

Link(upstream, seed, rate, flips) listens on a port of its own for each device (port(i)).
Each exchange is, with the probability `rate`, one of FAULTS:
drop-request   the request never arrives
cut-request    half of it arrives
drop-reply     the hub did it, nobody is told
cut-reply      the answer is cut somewhere
double         the hub gets it twice, the second answer is given
late           it is given to the hub once more, after others that came later
delay          it waits until another exchange has passed
flip-request   one bit of the body is another
flip-reply     one bit of the body is another (where a signature or a digest covers it)
login, proxy, later     a page to sign in, a proxy's error, a hub that asks to wait
`hook(device, phase)` is called before, inside and after each exchange.
"""
import random
import re
import socket
import threading

FAULTS = ("drop-request", "cut-request", "drop-reply", "cut-reply", "double", "late", "delay",
          "flip-request", "flip-reply", "login", "proxy", "later")
# What no signature covers has TLS alone to keep it: a listing's cursor, a session's token.
COVERED = re.compile(rb"GET /v1/(streams/\w+/entries|roster|blobs|visits/\w+/evidence/\w+ )|POST /v1/runs")
PAGE = b"<html><title>Sign in</title></html>"


def plain(status, headers, body):
    lines = ["HTTP/1.1 " + status] + headers + ["Content-Length: %d" % len(body), "Connection: close", "", ""]
    return "\r\n".join(lines).encode() + body


ANSWERS = {
    "login": plain("200 OK", ["Content-Type: text/html"], PAGE),
    "proxy": plain("502 Bad Gateway", ["Content-Type: text/html"], PAGE),
    "later": plain("503 Service Unavailable",
                   ["Feijian: 1", "Content-Type: application/problem+json", "Retry-After: 1"],
                   b'{"type":"urn:feijian:problem:retry-later","title":"later","status":503}'),
}


class Gone(Exception):
    pass


def take(sock, data, has_body=True):
    """One message from a socket: (head with its empty line, body, what came after)."""
    while b"\r\n\r\n" not in data:
        more = sock.recv(65536)
        if not more:
            raise Gone
        data += more
    head, data = data.split(b"\r\n\r\n", 1)
    head += b"\r\n\r\n"
    if head.startswith(b"HTTP/1.1 100"):
        return take(sock, data, has_body)
    found = re.search(rb"(?im)^content-length:\s*(\d+)", head)
    want = int(found.group(1)) if found and has_body else 0
    while len(data) < want:
        more = sock.recv(65536)
        if not more:
            raise Gone
        data += more
    return head, data[:want], data[want:]


class Link:
    def __init__(self, upstream, seed, rate, flips=True):
        self.upstream = upstream
        self.seed = seed
        self.rate = rate
        self.faults = [f for f in FAULTS if flips or not f.startswith("flip")]
        self.counts = dict.fromkeys(FAULTS, 0)
        self.exchanges = 0
        self.apart = set()          # devices that have no network now
        self.held = []              # requests that come late
        self.hook = lambda device, phase: None
        self.lock = threading.Lock()
        self.passed = threading.Condition(self.lock)
        self.ports = {}

    def port(self, device):
        if device not in self.ports:
            listener = socket.socket()
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", 0))
            listener.listen(64)
            self.ports[device] = listener.getsockname()[1]
            threading.Thread(target=self.accept, args=(device, listener), daemon=True).start()
        return self.ports[device]

    def accept(self, device, listener):
        count = 0
        while True:
            conn, _ = listener.accept()
            rng = random.Random("%s/%s/%d" % (self.seed, device, count))
            threading.Thread(target=self.serve, args=(device, conn, rng), daemon=True).start()
            count += 1

    def count(self, fault):
        with self.lock:
            self.exchanges += 1
            if fault:
                self.counts[fault] += 1
            self.passed.notify_all()

    def dial(self):
        host, port = self.upstream.rsplit(":", 1)
        up = socket.create_connection((host, int(port)), timeout=60)
        up.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return up

    def serve(self, device, conn, rng):
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        up, rest, back = None, b"", b""
        try:
            while True:
                head, body, rest = take(conn, rest)
                if device in self.apart:
                    return
                fault = rng.choice(self.faults) if rng.random() < self.rate else None
                self.count(fault)
                if fault in ANSWERS:
                    conn.sendall(ANSWERS[fault])
                    return
                if up is None:
                    up, back = self.dial(), b""
                answer, back = self.exchange(device, conn, up, back, head, body, fault, rng)
                conn.sendall(answer)
                if b"connection: close" in answer[:1000].lower():
                    return
        except (OSError, Gone, ValueError):
            pass
        finally:
            conn.close()
            if up is not None:
                up.close()

    def ask(self, up, back, head, body):
        up.sendall(head + body)
        return take(up, back, not head.startswith(b"HEAD "))

    def again(self, request):
        """What was heard before is told to the hub once more; nobody hears the answer."""
        up = self.dial()
        try:
            self.ask(up, b"", *request)
        finally:
            up.close()

    def late_ones(self, rng):
        with self.lock:
            due = self.held.pop(rng.randrange(len(self.held))) if len(self.held) > 3 else None
        if due is not None:
            try:
                self.again(due)
            except (OSError, Gone):
                pass

    def before(self, up, head, body, fault, rng):
        if fault == "drop-request":
            raise Gone
        if fault == "cut-request":
            whole = head + body
            up.sendall(whole[:rng.randrange(1, len(whole))])
            raise Gone
        if fault == "double":
            self.again((head, body))
        if fault == "late":
            with self.lock:
                self.held.append((head, body))
        if fault == "delay":
            with self.lock:
                now = self.exchanges
                self.passed.wait_for(lambda: self.exchanges > now, 0.5)

    def exchange(self, device, conn, up, back, head, body, fault, rng):
        self.late_ones(rng)
        self.before(up, head, body, fault, rng)
        if fault == "flip-request" and body:
            body = flip(body, rng)
        self.hook(device, "before")
        if body:
            middle = rng.randrange(len(body) + 1)
            up.sendall(head + body[:middle])
            self.hook(device, "inside")
            up.sendall(body[middle:])
        else:
            up.sendall(head)
            self.hook(device, "inside")
        said, text, back = take(up, back, not head.startswith(b"HEAD "))
        self.hook(device, "after")
        if fault == "drop-reply":
            raise Gone
        if fault == "flip-reply" and text and COVERED.match(head):
            text = flip(text, rng)
        if fault == "cut-reply":
            whole = said + text
            conn.sendall(whole[:rng.randrange(len(whole))])
            raise Gone
        return said + text, back


def flip(body, rng):
    at = rng.randrange(len(body) * 8)
    return body[:at // 8] + bytes([body[at // 8] ^ 1 << at % 8]) + body[at // 8 + 1:]
