# SPDX-License-Identifier: Apache-2.0
# Several devices and a hub on a bad day (field.py).  Source after lib.sh and world.sh.
#	field_begin N ARGS...   N devices (d1 ... dN) of one team, enrolled; visit $V of d1
#	field_day               what ARGS say happens; the figures in $T/day
#	field_look              a late device fetches all from the hub: what it has in $T/late.texts
#	lost FILE TEXTS         lines of FILE that are not in TEXTS
#	doubled TEXTS           lines that are there twice
SEED=${SEED:-$RANDOM$RANDOM}
echo "# SEED=$SEED"

field_listen() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print("127.0.0.1:%d" % s.getsockname()[1])'; }
field_person() { # LOGIN NUMBER
	workspace "$1" "检查员$2" "YS-000$2" || return 1
	"$FJ" --home "$T/$1" enrol "$3" "$(invite_code "检查员$2" inspector "YS-000$2")" --yes > "$T/$1.enrol" 2>&1 ||
	    { cat "$T/$1.enrol" >&2; return 1; }
}
field_begin() {
	field_n=$1; shift
	HUB_LISTEN=$(field_listen)
	hub_init || return 1
	printf '%s\n' "$HUB" serve --store "sqlite:$T/hub.db" --keys "$T/hub-keys" --evidence "$T/hub-evidence" \
	    --listen "$HUB_LISTEN" > "$T/serve"
	mkfifo "$T/go"
	python3 -B "$top/tests/lib/field.py" "$T" "$HUB_LISTEN" "$FJ" flying-inspection \
	    $(seq -f d%g "$field_n") --seed "$SEED" "$@" < "$T/go" > "$T/day" 2> "$T/day.err" &
	FIELD_PID=$!
	pids="$pids $FIELD_PID"
	exec 8> "$T/go"
	wait_for 20 grep -q ready "$T/day" || { cat "$T/day.err" >&2; return 1; }
	members=
	for i in $(seq $((field_n + 1))); do members="$members --member 检查员$i:YS-000$i"; done
	for i in $(seq "$field_n"); do
		field_person "d$i" "$i" "http://127.0.0.1:$(cat "$T/d$i.port")" || return 1
	done
	# One of the team, who has never synced until all is over.
	field_person late $((field_n + 1)) "http://$HUB_LISTEN" || return 1
	V=$(d1 visit new --kind flying-inspection --form flying-inspection --subject-name 示例检测技术有限公司 \
	    --no-uscc 测试数据 --cma 000000000000 --division 330106 $members)
}
field_day() {
	echo "$V" >&8
	exec 8>&-
	wait "$FIELD_PID"
	field_rc=$?
	sed -n '$p' "$T/day" | sed 's/^/# /'
	cat "$T/day.err" >&2
	return $field_rc
}
texts() { "$1" log "$V" --json | python3 -c 'import json, sys
for e in json.load(sys.stdin):
    if e.get("field") == "note":
        print(e["value"])' | sort; }
lost() { sort "$1" | comm -23 - "$2"; }
doubled() { uniq -d "$1"; }
field_look() {
	hub_serve "$@" || return 1
	late sync > "$T/late.out" 2>&1
	late sync > "$T/late.out" 2>&1 || { cat "$T/late.out" >&2; return 1; }
	hub_stop
	texts late > "$T/late.texts"
}
# The digests of all evidence as its bytes are here, sorted.
field_files() {
	rm -rf "$T/x"
	mkdir "$T/x"
	"$1" evidence list "$V" --json | python3 -c 'import json, sys
for e in json.load(sys.stdin):
    print(e["id"], e["sha256"])' > "$T/x/list"
	while read -r id sum; do echo "evidence extract $V $id -o $T/x/$id"; done < "$T/x/list" | "$1" batch > "$T/x/out" 2>&1
	while read -r id sum; do echo "$id $sum $(sha256sum < "$T/x/$id" 2> /dev/null | cut -d' ' -f1)"; done < "$T/x/list" | sort
}
# field_tests: what must hold after any day; 9 tests
field_tests() {
	equal "they come to rest" "$1" 0
	matches "acts were acknowledged" "$(wc -l < "$T/acked")" '^[1-9][0-9]'
	check "a late device fetches all" field_look
	for i in $(seq "$field_n"); do
		texts "d$i" > "$T/d$i.texts"
		ids "d$i" "$V" > "$T/d$i.ids"
	done
	ids late "$V" > "$T/late.ids"
	apart=
	for i in $(seq "$field_n"); do
		cmp -s "$T/d$i.ids" "$T/late.ids" || apart="$apart d$i"
		[ "$(values "d$i" "$V")" = "$(values late "$V")" ] || apart="$apart d$i:values"
		d_fsck=$("d$i" fsck 2>&1) || apart="$apart d$i:fsck:$d_fsck"
	done
	equal "all have the same entries and values, and fsck finds nothing" "$apart" ""
	equal "no acknowledged act is lost" "$(lost "$T/acked" "$T/d1.texts")" ""
	equal "no receipted act is lost by the hub" "$(lost "$T/receipted" "$T/late.texts")" ""
	equal "none is doubled" "$(doubled "$T/late.texts")$(uniq -d "$T/late.ids")" ""
	field_files late > "$T/late.files"
	field_files d1 > "$T/d1.files"
	equal "evidence is whole, the same at both ends" \
	    "$(awk '$2 != $3' "$T/late.files")$(cmp "$T/late.files" "$T/d1.files" 2>&1)" ""
	# Controls: what the questions above would see.
	{ cat "$T/acked"; echo never-said; } > "$T/acked.control"
	sort "$T/late.texts" <(head -1 "$T/late.texts") > "$T/late.control"
	equal "control: a lost one and a doubled one are seen" \
	    "$(lost "$T/acked.control" "$T/d1.texts") $(doubled "$T/late.control")" "never-said $(head -1 "$T/late.texts")"
}
