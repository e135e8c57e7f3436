#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 90
# demo without a terminal; questions on a terminal: passphrase, recovery code.
. "$(dirname "$0")/../lib/lib.sh"
plan 10
mkdir "$T/tmp"
export FEIJIAN_LANG=en

# ---- demo: real homes while input lasts, nothing afterwards ----
mkfifo "$T/hold"
env TMPDIR="$T/tmp" XDG_RUNTIME_DIR="$T/tmp" "$FJ" --json demo < "$T/hold" > "$T/demo" 2> "$T/demo.err" & demo=$!
pids="$pids $demo"
exec 9> "$T/hold"
check "the demo says where it is" wait_for 40 grep -q '"homes"' "$T/demo"
home=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["homes"]["inspector1"])' "$T/demo")
python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["passphrase"])' "$T/demo" > "$T/pass"
chmod 600 "$T/pass"
check "its visit is half finished" "$FJ" --home "$home" --passphrase-file "$T/pass" --json visit list
matches "answers and a finding" "$(cat "$T/.out")" '"answered":[1-9].*"findings":1'
exec 9>&-
wait $demo
equal "it ends with its input" $? 0
check "and is gone" test ! -e "$home"

# ---- on a terminal ----
cat > "$T/term.py" <<'END'
# The program on a terminal of its own; answers questions as they come.
import os, pty, re, select, sys, time
fj, home = sys.argv[1:3]
pid, fd = pty.fork()
if pid == 0:
    os.execv(fj, [fj, "--home", home, "init", "--name", "检查员甲", "--org", "示例局", "--division", "330106"])
seen, tries = "", 0
def read():
    global seen
    if select.select([fd], [], [], 20)[0]:
        try:
            part = os.read(fd, 4096)
        except OSError:
            return False
        seen += part.decode("utf-8", "replace")
        return bool(part)
    return False
def until(what):
    while not re.search(what, seen) and read():
        pass
    return re.search(what, seen)
until("New passphrase: "); os.write(fd, b"kou-ling-1-xyz\n")
until("again: "); os.write(fd, b"kou-ling-1-xyz\n")
until("to be sure that it is written down: "); os.write(fd, b"zzzz\n")
until("(?s)written down: .*written down: ")
code = re.search(r"((?:[0-9a-z]{4,6}-)+[0-9a-z]{4,6})", seen).group(1)
os.write(fd, code.replace("-", "")[-4:].encode() + b"\n")
while read():
    pass
_, status = os.waitpid(pid, 0)
print(os.waitstatus_to_exitcode(status))
print("secret-shown" if "kou-ling-1" in seen else "secret-hidden")
print(seen.count("to be sure that it is written down"))
END
python3 "$T/term.py" "$FJ" "$T/a" > "$T/term"
equal "init on a terminal" "$(sed -n 1p "$T/term")" 0
equal "the passphrase is not shown" "$(sed -n 2p "$T/term")" secret-hidden
equal "the code is asked back until it is right" "$(sed -n 3p "$T/term")" 2
printf 'kou-ling-1-xyz\n' > "$T/p1"; chmod 600 "$T/p1"
check "the passphrase that was typed opens it" "$FJ" --home "$T/a" --passphrase-file "$T/p1" status
exits "without a terminal nothing is asked" 3 setsid "$FJ" --home "$T/a" status
