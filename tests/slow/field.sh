# SPDX-License-Identifier: Apache-2.0
# One inspection of the field and a link to send it over.  Source after lib.sh and
# world.sh; needs root, /dev/net/tun and an emulator.
#	field_link          the emulator's script in $LINK, or a reason on stdout
#	field_hub           a hub over TLS at 10.77.0.1, under a CA of its own
#	field_visit PHOTOS  300 answers, 12 findings, PHOTOS photos of 400,000 random bytes
#	over ID OPTIONS -- COMMAND...  through a link of its own; $T/link.ID.json
ADDRESS=10.77.0.1

field_link() {
	[ "$(id -u)" = 0 ] || { echo "not root"; return 1; }
	[ -c /dev/net/tun ] || { echo "no /dev/net/tun"; return 1; }
	command -v ip > /dev/null || { echo "no iproute2"; return 1; }
	LINK=${FEIJIAN_SLOWLINK:-${FEIJIAN_SHARED:-/nowhere}/tools/slowlink/slowlink.sh}
	[ -r "$LINK" ] || { echo "no slowlink in \$FEIJIAN_SHARED"; return 1; }
	ip addr add $ADDRESS/32 dev lo 2> /dev/null
	return 0
}

field_ca() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
	    -subj "/CN=test" -keyout "$T/ca.key" -out "$T/ca.pem" 2> /dev/null &&
	    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=hub" \
	    -keyout "$T/hub.key" -out "$T/hub.csr" 2> /dev/null &&
	    printf 'subjectAltName=IP:%s\n' $ADDRESS > "$T/hub.ext" &&
	    openssl x509 -req -in "$T/hub.csr" -CA "$T/ca.pem" -CAkey "$T/ca.key" -CAcreateserial \
	    -days 2 -extfile "$T/hub.ext" -out "$T/hub.pem" 2> /dev/null
}

field_hub() {
	field_ca && hub_init || return 1
	HUB_SCHEME=https HUB_LISTEN=${HUB_LISTEN:-$ADDRESS:0}
	hub_serve --tls-cert "$T/hub.pem" --tls-key "$T/hub.key" --tls-ca "$T/ca.pem"
}

field_visit() {
	CA=$T/ca.pem
	person 检查员甲 inspector YS-0001 jia || return 1
	V=$(visit_new)
	fill_all jia "$V"
	python3 - > "$T/more.jsonl" <<'PY'
import json
for i in range(60):
    for item in ("f3", "f4"):
        print(json.dumps({"set": item, "value": "conform" if i % 2 else "nonconform"}))
        print(json.dumps({"note": item, "text": "第%d次核对：与现场一致，见记录第%d页" % (i, i * 7 % 90)}, ensure_ascii=False))
PY
	jia visit drive "$V" --form flying-inspection < "$T/more.jsonl" > "$T/more.out" || return 1
	for i in $(seq 12); do
		printf '{"title":"仪器超期使用%d","item":"/data/equipment/h3","clauses":["B2"],"reports":["BG-2026-%04d"],"facts":"2026年11月23日，%d号气相色谱仪校准证书有效期至2026年3月1日，仍用于出具报告BG-2026-%04d。","act_day":"2026-11-23","statement":"属实","stage":"lead"}\n' \
		    "$i" "$i" "$i" "$i" > "$T/f.json"
		jia finding add "$V" --json-file "$T/f.json" > /dev/null || return 1
	done
	for i in $(seq "$1"); do
		head -c 400000 /dev/urandom > "$T/photo$i.jpg"
		jia evidence add "$V" "$T/photo$i.jpg" --for /data/equipment/h3 --how 拍照 > /dev/null || return 1
	done
}

over() {
	_i=$1; shift
	bash "$LINK" -i "$_i" -o "$T/link.$_i.json" "$@"
}

# stamp FILE COMMAND...: each line of its standard error with the seconds until then
stamp() {
	_f=$1; shift
	python3 -c 'import subprocess, sys, time
t = time.monotonic()
p = subprocess.Popen(sys.argv[2:], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
with open(sys.argv[1], "w") as f:
    for line in p.stderr:
        f.write("%.2f %s" % (time.monotonic() - t, line))
        f.flush()
    p.wait()
    f.write("%.2f exit %d\n" % (time.monotonic() - t, p.returncode))
sys.exit(p.returncode)' "$_f" "$@"
}

# figures NAME STAMPS LINKJSON PAYLOAD RATE: one JSON line
figures() {
	python3 - "$@" <<'PY'
import json, sys
name, stamps, link, payload, rate = sys.argv[1:6]
payload, rate = int(payload), int(rate)
lines = [x.split(" ", 1) for x in open(stamps, encoding="utf-8").read().splitlines()]
wall, end = float(lines[-1][0]), lines[-1][1]
down = [float(t) for t, w in lines if w.startswith("fetching")]
s = json.load(open(link))
limit = payload * 8 / rate
print(json.dumps({"slow": name, "exit": int(end.split()[1]), "seconds": wall, "limit": round(limit, 1),
    "times_limit": round(wall / limit, 3), "entries_seconds": down[0] if down else None,
    "bytes_up": s["up"]["offered_bytes"], "times_bytes": round(s["up"]["offered_bytes"] / payload, 3),
    "cuts": s["cuts"], "connections": s["tcp_syns"]}))
PY
}
