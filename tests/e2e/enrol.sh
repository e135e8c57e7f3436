#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 200
# Codes used twice and guessed, devices that ended, TLS with a right and a wrong CA.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
plan 43

hub_start || exit 1
workspace jia 检查员甲 YS-0001 && workspace yi 检查员乙 YS-0002 || exit 1
# enrol WHO CODE: with --yes
enrol() { "$1" enrol "$HUB_URL" "$2" --yes ${CA:+--ca "$CA"}; }

# ---- a code used twice ----
person_id=$(hub_cmd user add 检查员甲 --role inspector --division 33 --cert YS-0001)
code=$(hub_cmd invite "$person_id")
matches "the code is 24 characters" "$(printf %s "$code" | tr -d '\n-' | wc -c)" '^24$'
check "enrolled" enrol jia "$code"
check "the same key again: the same answer" enrol jia "$code"
equal "one device at the hub" "$(hub_cmd device list --json | python3 -c 'import json, sys; print(len(json.load(sys.stdin)))')" 1
says "another key with the same code is refused" 1 '另一台设备|其他设备' 'used by another device' enrol yi "$code"
equal "and is no device" "$(hub_cmd device list --json | python3 -c 'import json, sys; print(len(json.load(sys.stdin)))')" 1
check "the first still syncs" jia sync

# ---- five wrong guesses burn a code ----
code=$(hub_cmd invite "$(hub_cmd user add 检查员乙 --role inspector --division 33 --cert YS-0002)")
plain=$(printf %s "$code" | tr -d '\n-')
wrong=${plain:0:20}$(printf %s "${plain:20:4}" | tr '0-9A-Za-z' '1-90B-ZAb-za')
wrong=$(printf %s "$wrong" | tr 'ILOUilou' '1107110v')
for i in 1 2 3 4; do exits "wrong guess $i" 1 enrol yi "$wrong"; done
says "the fifth" 1 '不接受' 'does not accept this code' enrol yi "$wrong"
exits "the right one is burnt" 1 enrol yi "$code"
check "a new code works" enrol yi "$(hub_cmd invite "$(hub_cmd user list --json | python3 -c 'import json, sys; print([u["person"] for u in json.load(sys.stdin) if u["name"] == "检查员乙"][0])')")"
exits "a code of the wrong shape" 1 enrol yi 1234
says "without a terminal the name must be agreed to beforehand" 2 '--yes' '--yes' bash -c '"$0" --home "$1/jia" --lang "$FJ_LANG" enrol "$2" "$3" < /dev/null' "$FJ" "$T" "$HUB_URL" "$(invite_code 检查员丁 inspector YS-0009)"

# ---- a role that is not there ----
V=$(visit_new)
says "an inspector has no review" 1 '名册' "supervisor's role" jia review list

# ---- ended devices ----
V=$(visit_new)
check "everybody syncs" bash -c '"$0" --home "$1/jia" sync && "$0" --home "$1/yi" sync' "$FJ" "$T"
drive jia "$V" '{"set":"/data/staff/f3","value":"conform"}' > "$T/.out"
drive yi "$V" '{"set":"/data/staff/f4","value":"conform"}' > "$T/.out"
device() { hub_cmd device list --json | python3 -c 'import json, sys; print([d["dev"] for d in json.load(sys.stdin) if d["name"] == sys.argv[1]][0])' "$1"; }
check "the hub retires the first" hub_cmd device end "$(device 检查员甲)" --mode retired
exits "retired: may still send" 1 jia sync
matches "says so" "$(cat "$T/.out" "$T/.err")" '停用|终止|结束|单位'
says "its keys are gone, its data stay for the bureau" 1 '单位' 'only the bureau can open' jia status
equal "the hub has it" "$(yi sync > "$T/.out" 2>&1; values yi "$V" | grep -c '"/data/staff/f3":"conform"')" 1
check "the hub declares the second lost" hub_cmd device end "$(device 检查员乙)" --mode lost
says "lost: nothing is exchanged" 1 '本局|单位' 'bureau' yi sync
exits "its data are not wiped" 0 bash -c 'test -s "$0/yi/journal.db" && test -s "$0/yi/keys"' "$T"
hub_stop

# ---- TLS ----
ca() { # CA NAME SAN: a CA (once) and a certificate NAME of it
	[ -e "$T/$1-ca.pem" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$1 CA" \
	    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign \
	    -keyout "$T/$1-ca.key" -out "$T/$1-ca.pem" &&
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" -keyout "$T/$2.key" -out "$T/$2.csr" &&
	printf 'subjectAltName=%s\n' "$3" > "$T/$2.ext" &&
	openssl x509 -req -in "$T/$2.csr" -CA "$T/$1-ca.pem" -CAkey "$T/$1-ca.key" -CAcreateserial -days 2 -extfile "$T/$2.ext" -out "$T/$2.pem"
}
check "a CA" ca right right IP:127.0.0.1
check "another CA" ca wrong wrong IP:127.0.0.1
check "a certificate of another host" ca right other DNS:hub.example
HUB_SCHEME=https
check "the hub with TLS" hub_serve --tls-cert "$T/right.pem" --tls-key "$T/right.key"
exits "plain http to it is no hub" 3 bash -c '"$0" --home "$1/c" init --name 检查员甲 --org 局 --division 330106 > "$1/.o" 2>&1 && "$0" --home "$1/c" enrol "http://$2" "$3" --yes' "$FJ" "$T" "$HUB_ADDR" "$(invite_code 检查员己 inspector YS-0011)"
CA=$T/right-ca.pem
check "enrolled with the right CA" person 检查员庚 inspector YS-0012 geng
check "sync over TLS" geng sync
workspace xin 检查员辛 YS-0013
xin_code=$(invite_code 检查员辛 inspector YS-0013)
CA=$T/wrong-ca.pem
says "the wrong CA: refused, nothing sent" 1 '证书' 'certificate.*could not be verified' enrol xin "$xin_code"
CA=$T/none.pem
exits "a CA file that is not there" 3 enrol xin "$xin_code"
printf 'no certificate\n' > "$T/junk.pem"
CA=$T/junk.pem
"xin" enrol "$HUB_URL" "$xin_code" --yes --ca "$CA" > "$T/.out" 2> "$T/.err"
matches "a CA file without a certificate" $? '^[13]$'
hub_stop
HUB_LISTEN=$HUB_ADDR
check "somebody else with another CA on the same address" hub_serve --tls-cert "$T/wrong.pem" --tls-key "$T/wrong.key"
says "is not spoken to" 1 '证书' 'certificate.*could not be verified' geng sync
hub_stop
check "a certificate of another host from" hub_serve --tls-cert "$T/other.pem" --tls-key "$T/other.key"
CA=
exits "is refused as well" 1 geng sync
hub_stop
check "the right one again" hub_serve --tls-cert "$T/right.pem" --tls-key "$T/right.key"
check "and it goes on" geng sync
exits "a hub without TLS listens to this machine only" 1 timeout 10 "$HUB" serve --store "sqlite:$T/hub.db" --keys "$T/hub-keys" --evidence "$T/hub-evidence" --listen 0.0.0.0:0
