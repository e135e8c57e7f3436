#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# One JSON line a figure, on a pseudo-terminal: from the passphrase to the list of 50
# visits (with scrypt, and without: the same key derivation measured by status), and from
# a key to what it paints.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
workspace jia 检查员甲 YS-0001 || exit 1
for i in $(seq 50); do
	echo "visit new --kind flying-inspection --form flying-inspection --subject-name 示例检测技术有限公司$i --no-uscc 测试数据 --division 330106 --member 检查员甲:YS-0001 --member 检查员乙:YS-0002"
done | jia batch > "$T/.out" || exit 1
jia visit list > "$T/.out"
unset FEIJIAN_PASSPHRASE_FILE
python3 - "$FJ" "$T/jia" "$PASS" <<'PY'
import fcntl, json, os, pty, select, statistics, struct, sys, termios, time
fj, home, passfile = sys.argv[1:4]
word = open(passfile, "rb").readline().strip()
pid, fd = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm-256color"
    os.execv(fj, [fj, "--home", home, "--lang", "zh"])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
def until_quiet(first=10.0, quiet=0.05, want=None):
    """Bytes until nothing comes for `quiet`; the times of the first and the last."""
    data, begin, last = b"", None, None
    while True:
        r, _, _ = select.select([fd], [], [], quiet if data and (want is None or want in data) else first)
        if not r:
            return data, begin, last
        data += os.read(fd, 65536)
        last = time.perf_counter()
        begin = begin or last
until_quiet()
os.write(fd, word)
until_quiet(1)
start = time.perf_counter()
os.write(fd, b"\r")
data, begin, last = until_quiet(5, 0.3, "示例检测".encode())
if "示例检测".encode() not in data:
    print(json.dumps({"figure": "paint.list", "error": "the list did not come"}))
else:
    print(json.dumps({"figure": "paint.list.with-scrypt", "value": round((last - start) * 1000, 2), "unit": "ms", "visits": 50}))
took = []
for i in range(200):
    start = time.perf_counter()
    os.write(fd, b"\x1b[B" if i % 2 == 0 else b"\x1b[A")
    data, begin, last = until_quiet(1, 0.01)
    if begin:
        took.append((begin - start) * 1000)
if took:
    print(json.dumps({"figure": "paint.key.median", "value": round(statistics.median(took), 3), "unit": "ms", "of": len(took), "where": "list of visits, through a pty"}))
status = dict(x.split(":", 1) for x in open("/proc/%d/status" % pid))
rss = [round(int(status[k].split()[0]) / 1024, 2) for k in ("VmRSS", "RssAnon")]
print(json.dumps({"figure": "rss.ui", "value": rss[0], "unit": "MiB", "own": rss[1], "limit": 12}))
os.kill(pid, 9)
os.waitpid(pid, 0)
PY
