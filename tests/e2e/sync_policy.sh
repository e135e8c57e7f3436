#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 120
# What the person sets for the sync, kept and shown: a proxy (with a password that stands
# nowhere), metered, sealed visits only, paused; what arrived is told truly.
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/world.sh"
plan 35

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=ca \
    -keyout "$T/ca.key" -out "$T/ca.pem" 2> /dev/null || exit 1
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=hub -keyout "$T/h.key" \
    -out "$T/h.csr" 2> /dev/null || exit 1
printf 'subjectAltName=DNS:hub.example\n' > "$T/h.ext"
openssl x509 -req -in "$T/h.csr" -CA "$T/ca.pem" -CAkey "$T/ca.key" -CAcreateserial -days 2 \
    -extfile "$T/h.ext" -out "$T/h.pem" 2> /dev/null || exit 1
proxy() { # proxy [USER:PASSWORD]: PROXY
	python3 -B "$top/tests/lib/proxy.py" "$T/proxy.log" "$HUB_ADDR" "$@" > "$T/proxy.out" 2> "$T/proxy.err" &
	pids="$pids $!"
	wait_for 10 grep -q '^listening ' "$T/proxy.out" || return 1
	PROXY=$(sed -n 's/^listening //p' "$T/proxy.out")
}
status() { field "d[\"$1\"]" jia status --json; }

HUB_SCHEME=https
hub_init && hub_serve --tls-cert "$T/h.pem" --tls-key "$T/h.key" --tls-ca "$T/ca.pem" || exit 1
proxy 'who:s3cretword' || exit 1
workspace jia 检查员甲 YS-0001 || exit 1
CODE=$(invite_code 检查员甲 inspector YS-0001)

# A proxy: nobody else knows the name hub.example.
says "no proxy address" 1 '不是代理地址' 'no address of a proxy' jia sync --proxy 'ftp://x'
check "one that is not there" jia sync --proxy http://127.0.0.1:1
exits "is no network" 3 jia enrol https://hub.example:8443 "$CODE" --ca "$T/ca.pem" --yes
check "a proxy is set" jia sync --proxy "http://$PROXY"
says "it wants a password" 3 '要求用户名和密码' 'wants a user and a password' jia enrol https://hub.example:8443 \
    "$CODE" --ca "$T/ca.pem" --yes
check "given on standard input" bash -c 'echo "http://who:s3cretword@$2" | "$0" --home "$1" sync --proxy -' "$FJ" "$T/jia" "$PROXY"
check "enrolled through it" jia enrol https://hub.example:8443 "$CODE" --ca "$T/ca.pem" --yes
matches "the proxy was asked for the hub's name" "$(cat "$T/proxy.log")" '^hub.example:8443 200'
check "sync through it" jia sync
equal "shown without its password" "$(status proxy)" "http://$PROXY"
matches "and in words" "$(jia status)" "经代理 http://$PROXY"
lacks "no password in what was said" "$(cat "$T"/.out "$T"/.err "$T/hub.err" 2> /dev/null; jia --json status; jia sync --json 2>&1)" s3cretword
lacks "nor in the clear on disk" "$(grep -rla s3cretword "$T/jia" || true)" jia
https_proxy="http://who:s3cretword@$PROXY" check "from the environment" bash -c '"$0" --home "$1" sync --proxy environment && "$0" --home "$1" sync' "$FJ" "$T/jia"
exits "none: nobody knows the name" 3 bash -c '"$0" --home "$1" sync --proxy none && https_proxy=http://127.0.0.1:1 "$0" --home "$1" sync' "$FJ" "$T/jia"
check "set again" jia sync --proxy "http://who:s3cretword@$PROXY"

# Metered: entries only; kept.
V=$(visit_new)
drive jia "$V" '{"set":"/data/staff/f3","value":"conform"}' > "$T/.out"
head -c 5000 /dev/urandom > "$T/photo.bin"
check "evidence" jia evidence add "$V" "$T/photo.bin"
check "metered is kept" jia sync --policy metered
check "sync" jia sync
equal "entries are at the hub" "$(status unsent)" 0
equal "evidence waits" "$(status unsent_evidence)" 1
matches "told truly" "$(jia sync 2> /dev/null)" '证据文件 0/1；其余待不计流量|证据文件 0/1; 其余待不计流量'
says "no such policy" 2 '不是策略' 'is no policy' jia sync --policy sometimes
check "all again" jia sync --policy all
matches "evidence arrives" "$(jia sync 2> /dev/null)" '证据文件 1/1'
equal "nothing is left" "$(status unsent_evidence)" 0

# Sealed visits only.
check "sealed only is kept" jia sync --policy sealed-only
drive jia "$V" '{"set":"/data/seals/n2","value":"conform"}' > "$T/drive.out"
lacks "an answer" "$(cat "$T/drive.out")" error
check "sync" jia sync
equal "an open visit stays" "$([ "$(status unsent)" -gt 0 ] && echo yes || status sealed_only)" yes
jia sync --policy all > "$T/.out"

# Paused: also the one that watches already.
"$FJ" --home "$T/jia" --lang en sync --watch > "$T/w.out" 2> "$T/w.err" & watch=$!
pids="$pids $watch"
check "watching brings it up" wait_for 20 grep -q 'nothing under way' "$T/w.err"
check "paused from another program" jia sync --pause
check "the watcher stops" wait_for 20 grep -q 'paused by you' "$T/w.err"
jia sync --resume > "$T/.out"
: > "$T/w.err"
check "and goes on" wait_for 20 grep -q 'nothing under way' "$T/w.err"
kill -TERM $watch; wait $watch
equal "well ended" $? 0
