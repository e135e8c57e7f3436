#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 120
# Bad hubs, by the command line: each is a sentence with a way out and exit 3 (1 for
# what will not pass by itself), nothing is lost, and the next sync brings all.
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/world.sh"
plan 39

fault() {
	: > "$T/fault.out"
	python3 "$top/tests/lib/fault_hub.py" "$@" > "$T/fault.out" 2> "$T/fault.err" &
	FAULT_PID=$!
	pids="$pids $FAULT_PID"
	wait_for 20 grep -q '^listening ' "$T/fault.out"
	FAULT_ADDR=$(sed -n 's/^listening //p' "$T/fault.out")
}
fault_end() { kill "$FAULT_PID" 2> /dev/null; wait "$FAULT_PID" 2> /dev/null; }

# Everything goes through one address, behind which stands what the test wants:
# the workspace never notices which.
relay() {
	python3 - "$T/relay" > "$T/relay.out" 2> "$T/relay.err" <<'PY' &
import socket, sys, threading
where = sys.argv[1]
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(16)
print("listening 127.0.0.1:%d" % s.getsockname()[1], flush=True)
def pump(a, b):
    try:
        while True:
            d = a.recv(65536)
            if not d:
                break
            b.sendall(d)
    except OSError:
        pass
    try:
        b.shutdown(socket.SHUT_WR)
    except OSError:
        pass
def one(c):
    try:
        host, port = open(where).read().strip().rsplit(":", 1)
        u = socket.create_connection((host, int(port)))
    except (OSError, ValueError):
        c.close()
        return
    threading.Thread(target=pump, args=(c, u), daemon=True).start()
    pump(u, c)
while True:
    c, _ = s.accept()
    threading.Thread(target=one, args=(c,), daemon=True).start()
PY
	pids="$pids $!"
	wait_for 20 grep -q '^listening ' "$T/relay.out"
	RELAY=$(sed -n 's/^listening //p' "$T/relay.out")
}
behind() { printf '%s\n' "$1" > "$T/relay"; }

hub_start || exit 1
relay
behind "$HUB_ADDR"
HUB_URL=http://$RELAY
person 检查员甲 inspector YS-0001 jia || exit 1
person 检查员乙 inspector YS-0002 yi || exit 1
V=$(visit_new)
check "a visit before any sync" test -n "$V"

# bad MODE CODE EXIT
bad() {
	fault "$1"
	behind "$FAULT_ADDR"
	exits "$1: exit" "$3" jia --json sync
	matches "$1: code" "$(cat "$T/.err")" "\"error\":\"$2\""
	fault_end
}
bad login sync.login-page 3
bad redirect sync.login-page 3
bad version sync.other-version 3
bad garbage sync.bad-answer 3
bad error sync.not-hub 3
bad later sync.later 3
bad cut sync.cut 3
behind 127.0.0.1:1
exits "nobody: exit" 3 jia --json sync
exits "status is there without a hub" 0 jia status

fault lie-receipt "$HUB_ADDR"
behind "$FAULT_ADDR"
exits "a receipt that is none: exit" 1 jia --json sync
matches "a receipt that is none: code" "$(cat "$T/.err")" '"error":"sync.receipt"'
fault_end
fault lie-stored "$HUB_ADDR"
behind "$FAULT_ADDR"
exits "no receipt at all: exit" 1 jia --json sync
matches "no receipt at all: code" "$(cat "$T/.err")" '"error":"sync.receipt"'
fault_end

fault cut-after "$HUB_ADDR" 3
behind "$FAULT_ADDR"
for _ in 1 2 3 4 5 6 7 8; do jia sync > /dev/null 2>&1 && break; done
check "cut three times, then through" jia sync
fault_end

behind "$HUB_ADDR"
check "the real hub again" jia sync
check "the other one syncs" yi sync
check "and has the visit" yi visit show "$V"

# C4: one chain is refused: set aside by name, the others go on; offered again once it has grown.
A=$(visit_new) && B=$(visit_new)
fault refuse "$HUB_ADDR"
behind "$FAULT_ADDR"
jia sync > "$T/.out" 2>&1
equal "one is set aside" "$(field 'd["quarantined"]' jia status --json)" 1
yi sync > "$T/.out" 2>&1
fault_end
behind "$HUB_ADDR"
exits "the real hub: nothing new of it" 1 jia sync
equal "it is not offered as it is" "$(field 'd["quarantined"]' jia status --json)" 1
equal "only its entries wait" "$(field 'd["unsent"]' jia status --json)" 3
for v in "$A" "$B"; do printf 'x\n' > "$T/x" && jia evidence add "$v" "$T/x" > "$T/.out" 2>&1; done
check "both have grown" jia sync
equal "it was offered again" "$(field 'd["quarantined"]' jia status --json)" 0
check "the other one has both" yi visit show "$A"

# C10: the hub does not prove that its log goes on: named once; nothing is lost, nothing stays behind.
C=$(visit_new)
fault split-log "$HUB_ADDR"
behind "$FAULT_ADDR"
exits "another log: exit" 1 jia --json sync
matches "another log: code" "$(cat "$T/.err")" '"error":"sync.log-split"'
fault_end
behind "$HUB_ADDR"
check "the real hub goes on" jia sync
equal "nothing waits" "$(field 'd["unsent"]' jia status --json)" 0
check "the visit is whole" jia verify "$C"
hub_stop
exits "no hub: exit" 3 jia --json sync
matches "no hub: a sentence in Chinese" "$(jia sync 2>&1)" '已保存'
hub_serve > /dev/null
