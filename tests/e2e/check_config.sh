#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 60
# check-config: each fault is found, named with its way out in both languages, and hides
# no other; and the unit for systemd, where its tools are.
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/world.sh"
plan 31

hub_init || exit 1
look() { "$HUB" check-config --store "${STORE:-sqlite:$T/hub.db}" --keys "${KEYS:-$T/hub-keys}" --evidence "${EVIDENCE:-$T/hub-evidence}" --lang "${FJ_LANG:-en}" "$@"; }
state() { _w=$1; shift; look --json "$@" 2>&1 | python3 -c 'import json, sys
print({c["check"]: c["state"] for c in json.load(sys.stdin)}.get(sys.argv[1], "none"))' "$_w"; }

exits "a new hub can be served" 0 look --listen 127.0.0.1:0
equal "that the root key is here is a warning" "$(state root.key)" warn
equal "the recovery key too" "$(state recovery.key)" warn
mkdir "$T/away"
mv "$T/hub-keys/root.key" "$T/hub-keys/recovery.key" "$T/away"
equal "moved away it is well" "$(state root.key) $(state recovery.key)" "ok ok"
equal "the evidence folder does what it must" "$(state evidence)" ok
equal "nothing of the trial is left" "$(find "$T/hub-evidence" -type f | wc -l)" 0
equal "no second copy is known" "$(state second-copy)" warn
hub_cmd backup --to "$T/copy.db" > /dev/null 2>&1
equal "after a backup one is" "$(state second-copy)" ok

chmod 755 "$T/hub-keys"
says "a key folder that others read" 1 "chmod go-rwx" "chmod go-rwx" look
chmod 700 "$T/hub-keys"
chmod 644 "$T/hub-keys/hub.key"
equal "a key that others read" "$(state keys)" fail
chmod 600 "$T/hub-keys/hub.key"
KEYS=$T/none says "no keys" 1 "密钥文件" "hub.key is not there" look
equal "and the store is looked at all the same" "$(KEYS=$T/none state store)" ok
STORE=sqlite:$T/none.db says "no store" 1 "没有存储" "there is no store" look
equal "and the keys are" "$(STORE=sqlite:$T/none.db state keys)" ok
EVIDENCE=$T/none says "no evidence folder" 1 "证据文件夹 .* 不存在" "evidence folder .* is not there" look
"$HUB" init --store "sqlite:$T/other.db" --keys "$T/other-keys" --evidence "$T/other-evidence" --passphrase-file "$PASS" > /dev/null 2>&1
equal "keys of another hub" "$(KEYS=$T/other-keys state roster)" fail
if [ "$(id -u)" -eq 0 ]; then
	mkdir -p "$T/file-evidence"; : > "$T/file-evidence/part"
	equal "a folder that cannot be written" "$(EVIDENCE=$T/file-evidence state evidence)" fail
else
	mkdir -p "$T/ro"; chmod 500 "$T/ro"
	equal "a folder that cannot be written" "$(EVIDENCE=$T/ro state evidence)" fail
fi

# cert NAME ARGS...: a certificate and its key
cert() { _c=$1; shift; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$T/$_c.key" -out "$T/$_c.crt" -subj /CN=hub "$@" 2> /dev/null; chmod 600 "$T/$_c.key"; }
tls() { state "${3:-tls}" --tls-cert "$T/$1.crt" --tls-key "$T/$2.key"; }
cert good -days 90 -addext subjectAltName=DNS:hub.example
cert soon -days 5 -addext subjectAltName=DNS:hub.example
cert plain -days 90
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$T/over.key" -out "$T/over.csr" -subj /CN=hub 2> /dev/null
printf 'subjectAltName=DNS:hub.example\n' > "$T/ext"
openssl x509 -req -in "$T/over.csr" -signkey "$T/over.key" -days -1 -extfile "$T/ext" -out "$T/over.crt" 2> /dev/null
chmod 600 "$T/over.key"
equal "without TLS it warns" "$(state tls)" warn
equal "a good certificate" "$(tls good good)" ok
equal "one that ends soon" "$(tls soon soon)" warn
equal "the key of another" "$(tls good soon)" fail
equal "one that has ended" "$(tls over over)" fail
equal "one that names no host" "$(tls plain plain)" fail
equal "a file that is none" "$(state tls --tls-cert "$PASS" --tls-key "$T/good.key")" fail
chmod 604 "$T/good.key"
equal "a key that all may read" "$(tls good good tls-key)" fail

equal "plain HTTP for others" "$(state listen --listen 0.0.0.0:0)" fail
hub_serve || exit 1
equal "an address that is taken" "$(state listen --listen "$HUB_ADDR")" warn
hub_stop
equal "too few descriptors" "$(ulimit -Sn 1000 && ulimit -Hn 1000 && state connections)" warn

if command -v systemd-analyze > /dev/null; then
	sed "s#/usr/local/bin/feijian-hub#$HUB#" "$top/sync/hub/systemd/feijian-hub.service" > "$T/feijian-hub.service"
	check "systemd knows every line of the unit" systemd-analyze verify --man=no "$T/feijian-hub.service"
	lacks "and complains of none" "$(cat "$T/.out" "$T/.err")" 'Unknown|ignoring|not executable'
	systemd-analyze security --offline=true "$T/feijian-hub.service" > "$T/exposure" 2>&1
	level=$(sed -n 's/.*Overall exposure level for [^:]*: \([0-9.]*\).*/\1/p' "$T/exposure")
	echo "# exposure $level"
	matches "its exposure is small" "$level" '^[01]\.[0-9]$'
else
	for n in "systemd knows every line of the unit" "and complains of none" "its exposure is small"; do skip "$n" "systemd-analyze is not installed"; done
fi
