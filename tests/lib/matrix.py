#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every caller at every route of a hub, over HTTP.

matrix.py HUB DIR TABLE [--control]

DIR/tokens: lines NAME TOKEN ("-": none).  DIR/objects: lines NAME VALUE, put into the paths
of TABLE for {NAME}.  DIR/secrets: a line each, must be in no answer to one who may not see.
TABLE: a line of callers after "#callers", then METHOD PATH STATUS..., one for each caller;
"=PATH" after a status column set says: whoever gets 404 gets the same, byte for byte, there.
Prints TAP without a plan: one test a row, one for the answers that must be alike, one for
secrets.  With --control the table is read with one status changed: a row must fail.
"""
import http.client
import re
import sys

METHODS_WITH_BODY = {
    "POST": {"Content-Type": "application/json"},
    "PATCH": {"Content-Type": "application/offset+octet-stream", "Tus-Resumable": "1.0.0", "Upload-Offset": "0"},
}


def words(path):
    with open(path, encoding="utf-8") as f:
        return dict(line.split(None, 1) for line in f.read().splitlines() if line)


def ask(hub, method, path, token):
    host, port = hub.rsplit(":", 1)
    c = http.client.HTTPConnection(host, int(port), timeout=30)
    headers = dict(METHODS_WITH_BODY.get(method, {}))
    if ("/evidence/" in path or "/files" in path) and method in ("POST", "HEAD", "DELETE"):
        headers["Tus-Resumable"] = "1.0.0"
        headers["Upload-Length"] = "9"
        headers.pop("Content-Type", None)
    if path == "/v1/runs":
        headers["Content-Type"] = "application/vnd.feijian.runs"
    if token != "-":
        headers["Authorization"] = "Bearer " + token
    c.request(method, path, b"" if method in METHODS_WITH_BODY else None, headers)
    r = c.getresponse()
    body = r.read()
    c.close()
    kept = sorted((k.lower(), v) for k, v in r.getheaders() if k.lower() != "date")
    return r.status, repr(kept).encode() + b"\n" + body


def fill(path, objects):
    return re.sub(r"\{(\w+)\}", lambda m: objects[m.group(1)], path)


def main():
    hub, where, table = sys.argv[1:4]
    control = "--control" in sys.argv
    tokens = {k: v.strip() for k, v in words(where + "/tokens").items()}
    objects = {k: v.strip() for k, v in words(where + "/objects").items()}
    with open(where + "/secrets", encoding="utf-8") as f:
        secrets = [s.encode() for s in f.read().splitlines() if s]
    callers, number, unlike, leaks, bad = [], 0, [], [], 0
    with open(table, encoding="utf-8") as f:
        rows = [line.split() for line in f if line.strip()]
    for row in rows:
        if row[0] == "#callers":
            callers = row[1:]
            continue
        if row[0].startswith("#"):
            continue
        method, path, want = row[0], row[1], row[2:2 + len(callers)]
        twin = row[2 + len(callers)][1:] if len(row) > 2 + len(callers) else None
        if control and number == 0:
            want[0] = "299"
        got = []
        for who in callers:
            status, text = ask(hub, method, fill(path, objects), tokens[who])
            got.append(str(status))
            if status == 404 and twin:
                if ask(hub, method, fill(twin, objects), tokens[who])[1] != text:
                    unlike.append("%s %s by %s" % (method, path, who))
            if status >= 400 or (twin is None and "{" not in path and who in ("none", "outsider", "elsewhere", "admin")):
                leaks += ["%s %s by %s: %s" % (method, path, who, s.decode()) for s in secrets if s in text]
        number += 1
        if got == want:
            print("ok - %s %s" % (method, path))
        else:
            bad += 1
            print("not ok - %s %s" % (method, path))
            for who, g, w in zip(callers, got, want):
                if g != w:
                    print("# %s: %s, wanted %s" % (who, g, w))
    for name, found in (("not yours and not there are alike, byte for byte", unlike),
                        ("no answer to others names what is hidden", leaks)):
        print(("ok - " if not found else "not ok - ") + name)
        for x in found:
            print("# " + x)
        bad += bool(found)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
