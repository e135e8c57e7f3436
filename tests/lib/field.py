#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Several devices and a hub on a bad day.

field.py DIR HUB FEIJIAN FORM DEVICE... [--OPTION VALUE]...
--seed N            all that is chosen is chosen by it
--exchanges N       ends after so many exchanges ...
--seconds N         ... or after so many seconds
--rate F            the part of exchanges that goes wrong (fault_link.py)
--hub-kills N       kill -9 of the hub, inside exchanges; ends after so many
--client-kills N    the same of the clients
--kill-rate F    the chance of each at a phase of an exchange
--apart F           the chance that a device has no network for a while
--jumps F           the chance that a device's clock jumps
--bundles F         the chance that a device gives another a bundle

DIR/serve is the command of the hub, one word a line; HUB is the address that it listens to.
The hub is started, each device's port of the link is written to DIR/DEVICE.port, "ready" is
printed; then the workspaces DIR/DEVICE are made, and the first one's visit is told on
standard input.  Every answer that is acknowledged is written to DIR/acked, every one
that had a receipt to DIR/receipted.  Then the link is good, all sync until nothing is left,
and the figures are printed as one JSON line.  Exit code 1: they do not come to rest.
"""
import argparse
import collections
import datetime
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fault_link  # noqa: E402

ZONE = datetime.timezone(datetime.timedelta(hours=8))


class Ended(Exception):
    """The process that was asked is gone."""


class Asked:
    """A process that answers one line of JSON for what it is told."""

    def __init__(self, words, err):
        self.proc = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=err)

    def tell(self, line):
        try:
            self.proc.stdin.write(line.encode() + b"\n")
            self.proc.stdin.flush()
        except OSError:
            raise Ended from None

    def hear(self):
        line = self.proc.stdout.readline()
        if not line.endswith(b"\n"):
            raise Ended
        return json.loads(line)

    def kill(self):
        self.proc.kill()

    def end(self):
        try:
            self.proc.stdin.close()
        except OSError:
            pass        # it was killed with a line of ours unread
        self.proc.stdout.read()
        return self.proc.wait()


class Device:
    def __init__(self, field, name):
        self.field = field
        self.name = name
        self.home = os.path.join(field.dir, name)
        self.rng = random.Random("%s/%s" % (field.o.seed, name))
        self.err = open(os.path.join(field.dir, name + ".err"), "ab")
        self.off = 0
        self.count = 0
        self.waiting = []
        self.batch = self.drive = None

    def words(self, *rest):
        now = []
        if self.off:
            at = datetime.datetime.now(ZONE) + datetime.timedelta(seconds=self.off)
            now = ["--now", at.strftime("%Y-%m-%dT%H:%M:%S+08:00")]
        return [self.field.fj, "--home", self.home, "--lang", "en"] + now + list(rest)

    def started(self):
        if self.batch is None:
            self.batch = Asked(self.words("--json", "batch"), self.err)
        if self.drive is None:
            self.drive = Asked(self.words("visit", "drive", self.field.visit, "--form", self.field.form), self.err)

    def stop(self):
        for p in (self.batch, self.drive):
            if p is not None:
                p.kill()
                p.end()
        self.batch = self.drive = None

    def write(self):
        for _ in range(self.rng.randrange(3)):
            text = "%s-%d-%d" % (self.name, self.field.o.seed, self.count)
            self.count += 1
            self.drive.tell(json.dumps({"note": "/data/staff/f%d" % self.rng.choice((3, 4)), "text": text, "why": "new"}))
            if self.drive.hear().get("ok") is True:
                self.field.acked(text)
                self.waiting.append(text)

    def evidence(self):
        name = os.path.join(self.field.dir, "%s-%d.bin" % (self.name, self.count))
        self.count += 1
        with open(name, "wb") as f:
            f.write(self.rng.randbytes(self.rng.randrange(1, 60000)))
        self.batch.tell("evidence add %s %s" % (self.field.visit, name))
        self.batch.tell("status")
        said = self.batch.hear()
        if "home" not in said:
            self.batch.hear()

    def sync(self):
        """The words of `status` after a sync, whatever became of that."""
        before = list(self.waiting)
        self.batch.tell("sync")
        self.batch.tell("status")
        said = self.batch.hear()
        while "home" not in said:
            said = self.batch.hear()
        if said["unsent"] == 0:
            for text in before:
                self.field.receipted(text)
            self.waiting = self.waiting[len(before):]
        return said

    def bundle(self):
        other = self.rng.choice([d for d in self.field.devices if d is not self])
        path = os.path.join(self.field.dir, "%s-to-%s.fjb" % (self.name, other.name))
        for words in (self.words("bundle", "export", self.field.visit, "-o", path),
                      other.words("bundle", "import", path)):
            subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.err, check=False)
        if os.path.exists(path):
            os.remove(path)
            self.field.note("bundles")

    def turn(self):
        o = self.field.o
        if self.rng.random() < o.apart:
            self.field.link.apart.symmetric_difference_update({self.name})
            self.field.note("partitions")
        if self.rng.random() < o.jumps:
            self.stop()
            self.off = self.rng.choice((0, 3600, -3600, 86400 * 40, -86400 * 40))
            self.field.note("jumps")
        self.started()
        self.write()
        if self.rng.random() < 0.1:
            self.evidence()
        if self.rng.random() < o.bundles:
            self.bundle()
        self.sync()

    def again(self):
        """After a kill: its processes are begun anew."""
        if self.batch is not None and self.batch.proc.poll() is not None:
            self.batch.end()
            self.batch = None
        if self.drive is not None and self.drive.proc.poll() is not None:
            self.drive.end()
            self.drive = None

    def run(self):
        while not self.field.over():
            try:
                self.turn()
            except (Ended, OSError):
                self.stop()


class Field:
    def __init__(self, o):
        self.o = o
        self.dir, self.fj, self.form, self.visit = o.dir, o.feijian, o.form, None
        self.lock = threading.Lock()
        self.counts = collections.Counter()
        self.files = {n: open(os.path.join(o.dir, n), "a", encoding="utf-8") for n in ("acked", "receipted")}
        self.link = fault_link.Link(o.hub, o.seed, 0.0)
        self.rng = random.Random("%s/kills" % o.seed)
        self.hub = None
        self.hub_lock = threading.Lock()
        self.serve()
        for d in o.device:
            with open(os.path.join(o.dir, d + ".port"), "w", encoding="utf-8") as f:
                f.write("%d\n" % self.link.port(d))
        self.devices = [Device(self, d) for d in o.device]

    def note(self, what):
        with self.lock:
            self.counts[what] += 1

    def line(self, name, text):
        with self.lock:
            self.files[name].write(text + "\n")
            self.files[name].flush()
            self.counts[name] += 1

    def acked(self, text):
        self.line("acked", text)

    def receipted(self, text):
        self.line("receipted", text)

    def over(self):
        o, c = self.o, self.counts
        if time.monotonic() > self.until:
            return True
        if o.hub_kills or o.client_kills:
            return c["hub_kills"] >= o.hub_kills and c["client_kills"] >= o.client_kills
        return o.exchanges > 0 and self.link.exchanges >= o.exchanges

    # ---- the hub ----

    def serve(self):
        with open(os.path.join(self.dir, "serve"), encoding="utf-8") as f:
            words = f.read().split("\n")[:-1]
        err = open(os.path.join(self.dir, "hub.err"), "ab")
        self.hub = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=err)
        if not self.hub.stdout.readline().startswith(b"listening"):
            sys.exit("the hub did not start")

    def kill_hub(self):
        with self.hub_lock:
            self.hub.send_signal(signal.SIGKILL)
            self.hub.wait()
            self.hub.stdout.close()
            self.serve()
        self.note("hub_kills")

    def hook(self, name, phase):
        with self.lock:
            die = self.rng.random()
            hub = self.counts["hub_kills"] < self.o.hub_kills and die < self.o.kill_rate
            client = self.counts["client_kills"] < self.o.client_kills and self.o.kill_rate <= die < 2 * self.o.kill_rate
        if hub:
            self.note("killed-" + phase)
            # With or without the time to take it.
            threading.Event().wait(self.rng.random() * 0.004)
            self.kill_hub()
        elif client:
            d = next(d for d in self.devices if d.name == name)
            if d.batch is not None:
                d.batch.kill()
                if self.rng.random() < 0.3 and d.drive is not None:
                    d.drive.kill()
                self.note("client_kills")

    # ---- the day ----

    def day(self):
        self.until = time.monotonic() + self.o.seconds
        self.link.rate = self.o.rate
        self.link.hook = self.hook
        threads = [threading.Thread(target=d.run) for d in self.devices]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.link.rate = 0
        self.link.hook = lambda device, phase: None
        self.link.apart.clear()
        self.link.held.clear()

    def rest(self):
        """Everyone syncs until nothing is left; twice, so that all has come back."""
        said = {}
        for d in self.devices:
            d.stop()
            d.off = 0
        for i in range(8):
            for d in self.devices:
                d.started()
                said[d.name] = d.sync()
            if i > 1 and all(s["unsent"] == 0 and s["unsent_evidence"] == 0 and s["quarantined"] == 0 and
                             s["phase"] == "idle" for s in said.values()):
                return said, True
        return said, False

    def end(self):
        for d in self.devices:
            d.stop()
        self.hub.terminate()
        return self.hub.wait()


def main():
    p = argparse.ArgumentParser()
    for a in ("dir", "hub", "feijian", "form"):
        p.add_argument(a)
    p.add_argument("device", nargs="+")
    for a, t, v in (("seed", int, 1), ("exchanges", int, 0), ("seconds", float, 3600), ("rate", float, 0.0),
                    ("hub-kills", int, 0), ("client-kills", int, 0), ("kill-rate", float, 0.06), ("apart", float, 0.0), ("jumps", float, 0.0),
                    ("bundles", float, 0.0)):
        p.add_argument("--" + a, type=t, default=v)
    f = Field(p.parse_args())
    print("ready", flush=True)
    f.visit = sys.stdin.readline().strip()
    for d in f.devices:
        subprocess.run(d.words("sync"), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=d.err, check=True)
    began = time.monotonic()
    f.day()
    said, rested = f.rest()
    code = f.end()
    figures = dict(f.counts, seed=f.o.seed, exchanges=f.link.exchanges, rested=rested, hub_exit=code,
                   faults={k: v for k, v in f.link.counts.items() if v}, seconds=round(time.monotonic() - began, 1))
    if not rested:
        figures["left"] = {n: {k: s.get(k) for k in ("phase", "unsent", "unsent_evidence", "quarantined")}
                           for n, s in said.items()}
    print(json.dumps(figures, sort_keys=True), flush=True)
    sys.exit(0 if rested else 1)


if __name__ == "__main__":
    main()
