# SPDX-License-Identifier: Apache-2.0
# One inspection of the field and a link to send it over.  Source after lib.sh and
# world.sh; needs root, /dev/net/tun and an emulator.
#	field_link          the emulator in $LINK, or a reason on stdout
#	field_hub           a hub over TLS at 10.77.0.1, under a CA of its own
#	field_visit PHOTOS  300 answers, 12 findings, PHOTOS photos of 400,000 random bytes
#	over ID RATE RTT_MS LOSS_PERMILLE EVERY FOR MODE -- COMMAND...  ID 1..250: a link
#	                    of its own; its counts in $T/link.ID.json
ADDRESS=10.77.0.1

field_link() {
	[ "$(id -u)" = 0 ] || { echo "not root"; return 1; }
	[ -c /dev/net/tun ] || { echo "no /dev/net/tun"; return 1; }
	command -v ip > /dev/null || { echo "no iproute2"; return 1; }
	LINK=$T/slowlink
	[ -x "$LINK" ] || cc -std=c11 -D_DEFAULT_SOURCE -O2 -o "$LINK" "$top/tests/slow/slowlink.c" 2> /dev/null ||
	    { echo "the emulator does not build"; return 1; }
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

# The client's end stands in a namespace of its own whose only way out is the link.
over() {
	_i=$1 _n=fj$1 _rate=$2 _rtt=$3 _loss=$4 _every=$5 _for=$6 _mode=$7; shift 8
	ip netns del $_n 2> /dev/null
	ip netns add $_n || return 2
	rm -f "$T/link.$_i.json"
	"$LINK" fjn$_i fjf$_i "$_rate" "$_rtt" "$_loss" "$_every" "$_for" "$_mode" "$T/link.$_i.json" > "$T/link.$_i.out" &
	_l=$!
	pids="$pids $_l"
	wait_for 10 grep -q ready "$T/link.$_i.out" || return 2
	ip link set fjn$_i netns $_n
	ip addr add 10.77.$_i.1/30 dev fjf$_i
	ip link set fjf$_i mtu 1400 up
	ip netns exec $_n sh -c "ip link set lo up; ip addr add 10.77.$_i.2/30 dev fjn$_i
	    ip link set fjn$_i mtu 1400 up; ip route add default via 10.77.$_i.1"
	ip netns exec $_n "$@"
	_rc=$?
	kill $_l
	wait $_l 2> /dev/null
	ip netns del $_n
	return $_rc
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
