#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Evidence goes to a hub that is killed in the middle, again and again.

tus_kill.py KILLS VISIT TOKEN FOLDER HUB STORE

FOLDER holds f*.bin, whose entries the hub knows, hub-keys and hub-evidence.  After
each kill every offset that was acknowledged must still be there; at the end all
files are whole, and each file under a digest has it.  evidence.json is what
`feijian evidence list --json` says of them.
"""
import glob
import hashlib
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading

KILLS, VISIT, TOKEN, T, HUB, STORE = int(sys.argv[1]), *sys.argv[2:7]
OCTETS = "application/offset+octet-stream"
random.seed(os.environ.get("SEED", "1"))


class Hub:
    def __init__(self):
        args = [HUB, "serve", "--store", STORE, "--keys", T + "/hub-keys", "--evidence", T + "/hub-evidence",
                "--listen", "127.0.0.1:0"]
        self.p = subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.p.stdout.readline()
        self.port = int(re.search(r":(\d+)$", line.strip()).group(1))

    def ask(self, method, path, headers=(), body=None):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        h = {"Authorization": "Bearer " + TOKEN, "Tus-Resumable": "1.0.0"}
        h.update(headers)
        try:
            c.request(method, path, body, h)
            r = c.getresponse()
            return r.status, {k.lower(): v for k, v in r.getheaders()}, r.read()
        finally:
            c.close()

    def kill(self):
        self.p.send_signal(signal.SIGKILL)
        self.p.wait()


class File:
    def __init__(self, name):
        self.data = open(name, "rb").read()
        self.sha256 = hashlib.sha256(self.data).hexdigest()
        self.acked = 0
        self.receipt = None
        self.path = None


def offset(hub, f):
    status, h, _ = hub.ask("HEAD", f.path)
    if status == 404 and f.acked == 0:
        return 0
    assert status == 200, (status, f.acked)
    at = int(h["upload-offset"])
    assert at >= f.acked, "offset %d was acknowledged, now %d" % (f.acked, at)
    assert f.receipt is None or h.get("feijian-receipt") == f.receipt, "a receipt is gone"
    if "feijian-receipt" in h:
        f.receipt = h["feijian-receipt"]
    return at


def send(hub, f, stop):
    """Until it is whole or the hub is gone; what a request brought is acknowledged by its answer alone."""
    while not stop.is_set():
        at = offset(hub, f)
        if f.receipt is not None:
            return
        n = random.choice([0, 70000, 400000, len(f.data)]) if at < len(f.data) else 0
        status, h, _ = hub.ask("PATCH", f.path, {"Content-Type": OCTETS, "Upload-Offset": str(at)}, f.data[at:at + n])
        assert status in (204, 503), status
        if status == 204:
            f.acked = int(h["upload-offset"])
            f.receipt = h.get("feijian-receipt", f.receipt)


def one_life(hub, files, ms):
    stop = threading.Event()
    wrong = []

    def work(f):
        try:
            send(hub, f, stop)
        except (OSError, http.client.HTTPException):
            pass
        except AssertionError as why:
            wrong.append(why)

    threads = [threading.Thread(target=work, args=(f,)) for f in files]
    for t in threads:
        t.start()
    if ms is not None:
        stop.wait(ms / 1000)
        hub.kill()
        stop.set()
    for t in threads:
        t.join()
    assert not wrong, wrong


def check_folder():
    n = 0
    for name in glob.glob(T + "/hub-evidence/??/*"):
        n += 1
        assert hashlib.sha256(open(name, "rb").read()).hexdigest() == os.path.basename(name), name
    return n


lives_with_work = 0
files = [File(name) for name in sorted(glob.glob(T + "/f*.bin"))]
ids = {e["sha256"]: e["id"] for e in json.load(open(T + "/evidence.json"))}
for f in files:
    f.path = "/v1/visits/%s/evidence/%s" % (VISIT, ids[f.sha256])
for i in range(KILLS):
    hub = Hub()
    left = [f for f in files if f.receipt is None]
    few = random.sample(left, min(len(left), max(2, 2 * len(left) // (KILLS - i))))
    one_life(hub, list(set(few + random.sample(files, 1))), random.uniform(1, 40))
    lives_with_work += bool(left)
check_folder()
hub = Hub()
one_life(hub, files, None)
assert all(f.receipt for f in files), "not whole"
assert check_folder() == len(files)
hub.kill()
print("kills %d, %d of them with work to do; whole %d" % (KILLS, lives_with_work, len(files)))
print("well")
