#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 90
# A hub behind haproxy and behind nginx, each with the configuration that is shipped: devices enrol and
# sync, bodies go through as they come, long header lines pass, and limits by address
# see who asks, not the proxy, and not what he wrote about himself.
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/world.sh"
names=("starts" "healthy through it" "enrolled, pushed and pulled through it" "the hub saw all of it" "header lines of 34 KiB pass"
    "a body goes on before it is whole" "a forged X-Forwarded-For changes nothing")
plan $((2 * ${#names[@]} + 3))

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
pem() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$T/proxy.key" -out "$T/proxy.crt" \
	    -days 30 -subj /CN=proxy -addext subjectAltName=IP:127.0.0.1 2> /dev/null
	cat "$T/proxy.crt" "$T/proxy.key" > "$T/proxy.pem"
}
cat > "$T/ask.py" <<'PY'
# ask.py enrol URL CA FORGE?   how many of 130 enrolments are told to wait
# ask.py late HOST:PORT CA LOG   a body of two halves: what the hub says before the second
# ask.py long HOST:PORT CA     a query of 34 KiB: the status
import http.client, os, socket, ssl, sys, time
what, where, ca = sys.argv[1:4]
host, port = where.split(":")
ctx = None if ca == "-" else ssl.create_default_context(cafile=ca)
def dial():
    s = socket.create_connection((host, int(port)), timeout=20)
    return ctx.wrap_socket(s, server_hostname=host) if ctx else s
def conn():
    return http.client.HTTPSConnection(host, int(port), context=ctx, timeout=20) if ctx else http.client.HTTPConnection(host, int(port), timeout=20)
if what == "enrol":
    c, n = conn(), 0
    for i in range(130):
        h = {"Content-Type": "application/json"}
        if sys.argv[4] == "forge":
            h["X-Forwarded-For"] = "10.1.2.%d" % i
        c.request("POST", "/v1/enrol", b"{}", h)
        r = c.getresponse(); r.read()
        n += r.status == 429
    print(n)
elif what == "long":
    c = conn()
    c.request("GET", "/v1/streams?have=" + "a" * 34000)
    r = c.getresponse(); r.read()
    print(r.status)
else:
    # Too large by its header lines: a hub says so at once, and a proxy that keeps
    # the body back cannot ask it.
    s = dial()
    s.sendall(b"POST /v1/session HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n{")
    print(s.recv(12).decode().split()[-1])
PY
haproxy_start() {
	sed -e "s#maxconn 9000#maxconn 200#" -e "s#bind :8443 ssl crt /etc/haproxy/hub.pem#bind 127.0.0.1:$PORT ssl crt $T/proxy.pem#" -e "s#127.0.0.1:8444#$HUB_ADDR#" \
	    "$top/sync/hub/proxy/haproxy.cfg" > "$T/haproxy.cfg"
	haproxy -q -db -f "$T/haproxy.cfg" > "$T/proxy.log" 2>&1 &
	PROXY=$!
}
nginx_start() {
	{
		echo "daemon off; pid $T/nginx.pid; error_log $T/proxy.log; worker_processes 1;"
		echo "events { worker_connections 512; }"
		echo "http { client_body_temp_path $T/n1; proxy_temp_path $T/n2; fastcgi_temp_path $T/n3; uwsgi_temp_path $T/n4; scgi_temp_path $T/n5;"
		sed -e "s#listen 8443#listen 127.0.0.1:$PORT#" -e "s#127.0.0.1:8444#$HUB_ADDR#" \
		    -e "s#/etc/nginx/hub.pem#$T/proxy.crt#" -e "s#/etc/nginx/hub.key#$T/proxy.key#" "$top/sync/hub/proxy/nginx.conf"
		echo "}"
	} > "$T/nginx.conf"
	nginx -p "$T" -e "$T/proxy.log" -c "$T/nginx.conf" > /dev/null 2>&1 &
	PROXY=$!
}
# behind PROXY LOGIN LOGIN: the seven of names
behind() {
	if ! command -v "$1" > /dev/null; then
		for n in "${names[@]}"; do skip "$1: $n" "$1 is not installed"; done
		return
	fi
	rm -rf "$T/hub.db"* "$T/hub-keys" "$T/hub-evidence"
	hub_init && HUB_SCHEME=http hub_serve --trusted-proxy 127.0.0.1,::1 --tls-ca "$T/proxy.crt" || exit 1
	PORT=$(free_port)
	"$1_start"
	pids="$pids $PROXY"
	up() { [ "$(curl -s --cacert "$T/proxy.crt" "https://127.0.0.1:$PORT/healthz")" = ok ]; }
	check "$1: starts" kill -0 "$PROXY"
	if wait_for 20 up; then ok "$1: healthy through it"; else not_ok "$1: healthy through it" "$(tail -5 "$T/proxy.log")"; fi
	HUB_URL=https://127.0.0.1:$PORT
	CA=$T/proxy.crt
	person 检查员甲 inspector YS-0001 "jia_$1" && person 检查员乙 inspector YS-0002 "yi_$1"
	V=$("jia_$1" visit new --kind flying-inspection --form flying-inspection --subject-name 示例检测技术有限公司 --no-uscc 测试数据 \
	    --cma 000000000000 --division 330106 --member 检查员甲:YS-0001 --member 检查员乙:YS-0002)
	fill_all "jia_$1" "$V"
	check "$1: enrolled, pushed and pulled through it" bash -c "$(declare -f "jia_$1" "yi_$1"); jia_$1 sync && yi_$1 sync && yi_$1 visit show $V"
	matches "$1: the hub saw all of it" "$(cat "$T/hub.err")" 'POST /v1/runs 200'
	equal "$1: header lines of 34 KiB pass" "$(python3 "$T/ask.py" long "127.0.0.1:$PORT" "$T/proxy.crt")" 401
	equal "$1: a body goes on before it is whole" "$(timeout 20 python3 "$T/ask.py" late "127.0.0.1:$PORT" "$T/proxy.crt")" 413
	matches "$1: a forged X-Forwarded-For changes nothing" "$(python3 "$T/ask.py" enrol "127.0.0.1:$PORT" "$T/proxy.crt" forge)" '^[1-9]'
	kill "$PROXY"; wait "$PROXY" 2> /dev/null
	hub_stop
}
pem || exit 1
behind haproxy
behind nginx

# By itself: the same with no proxy between.
rm -rf "$T/hub.db"* "$T/hub-keys" "$T/hub-evidence"
CA=
hub_init && hub_serve || exit 1
matches "without --trusted-proxy nobody's word counts" "$(python3 "$T/ask.py" enrol "$HUB_ADDR" - forge)" '^[1-9]'
hub_stop
hub_serve --trusted-proxy 192.0.2.7 || exit 1
matches "nor from an address that is not named" "$(python3 "$T/ask.py" enrol "$HUB_ADDR" - forge)" '^[1-9]'
hub_stop
hub_serve --trusted-proxy 127.0.0.1 || exit 1
equal "from one that is, each address has its own" "$(python3 "$T/ask.py" enrol "$HUB_ADDR" - forge)" 0
