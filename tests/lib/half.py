# SPDX-License-Identifier: Apache-2.0
"""half.py ONE TWO TOKEN EVIDENCE: an upload that is half open at the hub's process ONE
goes on at TWO.  Prints what TWO and then ONE answered, and the offset in the end."""
import http.client, os, socket, sys, time

one, two, token, evidence = sys.argv[1:]
HEAD = {"Authorization": "Bearer " + token, "Tus-Resumable": "1.0.0"}


def ask(where, method, path, more={}, body=None):
    c = http.client.HTTPConnection(where, timeout=20)
    c.request(method, path, body, {**HEAD, **more})
    r = c.getresponse()
    r.read()
    c.close()
    return r


def bytes_at(at):
    return {"Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}


def offset(where):
    return int(ask(where, "HEAD", path).headers["Upload-Offset"])


path = ask(one, "POST", "/v1/files", {"Upload-Length": "3000"}).headers["Location"]
host, port = one.rsplit(":", 1)
old = socket.create_connection((host, int(port)), 20)
lines = [f"PATCH {path} HTTP/1.1", "Host: h", "Content-Length: 3000"]
lines += [f"{k}: {v}" for k, v in {**HEAD, **bytes_at(0)}.items()]
old.sendall("\r\n".join(lines + ["", ""]).encode() + b"a" * 1000)
part, end = os.path.join(evidence, "scratch", path.rsplit("/", 1)[1]), time.time() + 20
while time.time() < end and not (os.path.exists(part) and os.path.getsize(part) == 1000):
    time.sleep(0.01)
seen = [offset(two), ask(two, "PATCH", path, bytes_at(1000), b"b" * 1000).status]
old.sendall(b"c" * 2000)
seen.append(int(old.recv(4096).split()[1]))
at = offset(one)
if at < 3000:
    seen.append(ask(one, "PATCH", path, bytes_at(at), b"b" * (3000 - at)).status)
print(*seen[:3], offset(two))
