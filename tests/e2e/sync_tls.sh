#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 120
# C7: TLS with a throw-away CA: verified always; the CA handed out at enrolment is
# trusted for this hub from then on; another certificate later is refused.
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/world.sh"
plan 18

# ca NAME: $T/NAME.pem, .key; leaf NAME CA: a certificate for 127.0.0.1
ca() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
	    -subj "/CN=test $1" -keyout "$T/$1.key" -out "$T/$1.pem" 2> /dev/null
}
leaf() {
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=hub" \
	    -keyout "$T/$1.key" -out "$T/$1.csr" 2> /dev/null &&
	    printf 'subjectAltName=%s\n' "${3:-IP:127.0.0.1}" > "$T/$1.ext" &&
	    openssl x509 -req -in "$T/$1.csr" -CA "$T/$2.pem" -CAkey "$T/$2.key" -CAcreateserial \
	    -days 2 -extfile "$T/$1.ext" -out "$T/$1.pem" 2> /dev/null
}
# expired NAME CA: one whose days are over
expired() {
	leaf "$1" "$2" || return 1
	: > "$T/$1.index"; rm -rf "$T/$1.issued"; mkdir "$T/$1.issued"
	printf '[ca]\ndefault_ca=x\n[x]\ndatabase=%s\nserial=%s\nnew_certs_dir=%s\ndefault_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n' \
	    "$T/$1.index" "$T/$1.serial" "$T/$1.issued" > "$T/$1.cnf"
	echo 77 > "$T/$1.serial"
	openssl ca -batch -notext -config "$T/$1.cnf" -cert "$T/$2.pem" -keyfile "$T/$2.key" -in "$T/$1.csr" \
	    -extfile "$T/$1.ext" -startdate 20200101000000Z -enddate 20200201000000Z -out "$T/$1.pem" 2> /dev/null
}
ca bureau && ca other && leaf hub bureau && leaf fake other && leaf name bureau DNS:elsewhere.example &&
    expired old bureau && ca self || exit 1

hub_init || exit 1
HUB_SCHEME=https
hub_serve --tls-cert "$T/hub.pem" --tls-key "$T/hub.key" --tls-ca "$T/bureau.pem" || exit 1
exits "no TLS on an open address" 1 hub_cmd serve --listen 0.0.0.0:0
check "the hub answers under the CA" curl -s --cacert "$T/bureau.pem" "$HUB_URL/healthz"
at=${HUB_URL#https://}
handshake() { openssl s_client -connect "$at" -CAfile "$T/bureau.pem" -verify_return_error "$@" < /dev/null > "$T/.out" 2>&1; }
check "TLS 1.2 is spoken" handshake -tls1_2
exits "TLS 1.1 is not" 1 handshake -tls1_1 -cipher 'DEFAULT:@SECLEVEL=0'
exits "and under no other" 60 curl -s --cacert "$T/other.pem" "$HUB_URL/healthz"

CA=$T/bureau.pem
person 检查员甲 inspector YS-0001 jia || exit 1
check "enrolled with --ca: sync" jia sync
CA=
person 检查员乙 inspector YS-0002 yi || exit 1
check "enrolled without: the CA came with the reply" yi sync
workspace bing 复核员丙 YS-0003
exits "enrol with the wrong CA" 1 bing --json enrol "$HUB_URL" \
    "$(invite_code 复核员丙 supervisor YS-0003)" --ca "$T/other.pem" --yes
matches "names the certificate" "$(cat "$T/.err")" '"error":"sync.tls"'

HUB_LISTEN=$HUB_ADDR
hub_stop
hub_serve --tls-cert "$T/fake.pem" --tls-key "$T/fake.key" || exit 1
exits "another CA's certificate later" 1 jia --json sync
matches "is refused by name" "$(cat "$T/.err")" '"error":"sync.tls"'
hub_stop
hub_serve --tls-cert "$T/name.pem" --tls-key "$T/name.key" || exit 1
exits "the right CA, another name" 1 yi --json sync
matches "is refused too" "$(cat "$T/.err")" '"error":"sync.tls"'
for bad in old self; do
	hub_stop
	hub_serve --tls-cert "$T/$bad.pem" --tls-key "$T/$bad.key" || exit 1
	exits "a certificate that is $bad" 1 jia --json sync
	matches "$bad: by name" "$(cat "$T/.err")" '"error":"sync.tls"'
done
hub_stop
hub_serve --tls-cert "$T/hub.pem" --tls-key "$T/hub.key" || exit 1
check "the true one again" jia sync
