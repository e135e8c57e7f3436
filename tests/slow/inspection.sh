#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: slow
# limit: 5400
# One inspection over a link that is slow, far, lossy and cut: how long it takes, and
# how many bytes, as JSON lines.  Arguments choose: NAME RATE CUT_EVERY MODE PHOTOS ID
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/world.sh"
. "$top/tests/slow/field.sh"

why=$(field_link) || { plan 1; skip "the slow link" "$why"; exit 0; }
field_link > /dev/null

# one NAME RATE CUT_EVERY MODE PHOTOS ID
one() {
	T=$T/$6
	mkdir -p "$T"
	PASS=$T/pass
	printf 'a-good-long-passphrase\n' > "$PASS"
	chmod 600 "$PASS"
	export FEIJIAN_PASSPHRASE_FILE=$PASS
	mkfifo "$T/.pipe"
	field_link && field_hub && field_visit "$5" || return 1
	over "$6" "$2" 600 20 "$3" 3 "$4" -- bash -c "$(declare -f stamp); stamp '$T/stamps' '$FJ' --home '$T/jia' --lang en sync" \
	    > "$T/over.out" 2>&1
	figures "$1" "$T/stamps" "$T/link.$6.json" $(($5 * 400000 + 28000)) "$2"
	jia status --json > "$T/status.json" 2> /dev/null
	hub_stop
	tail -1 "$T/stamps" | grep -q 'exit 0$' &&
	    test "$(field 'd["unsent"]' cat "$T/status.json")" = 0
}

if [ $# -ge 6 ]; then
	plan 1
	check "$1" true
	one "$@"
	exit $?
fi
plan 4
rows='steady 64000 0 pause 20 201
rst 64000 20 rst 20 202
drop 64000 20 drop 20 203
rst-512k 512000 20 rst 20 204'
printf '%s\n' "$rows" | while read -r name rate every mode photos id; do
	(one "$name" "$rate" "$every" "$mode" "$photos" "$id" > "$T/$name.out" 2>&1; echo $? > "$T/$name.rc") &
done
until [ "$(ls "$T"/*.rc 2> /dev/null | wc -l)" = 4 ]; do read -r -t 1 _ <> "$T/.pipe" || :; done
printf '%s\n' "$rows" > "$T/rows"
while read -r name _; do
	cat "$T/$name.out" >&2
	equal "$name: everything is receipted" "$(cat "$T/$name.rc")" 0
done < "$T/rows"
