#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: slow
# limit: 5400
# The same photos over the same kind of link at the same time: feijian with its hub,
# tus-js-client with @tus/server (make peers).  One JSON line each, and the ratio.
#	peers.sh [RATE PHOTOS ID]
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/world.sh"
. "$top/tests/slow/field.sh"
rate=${1:-64000} photos=${2:-20} id=${3:-241}

why=$(field_link) || { plan 1; skip "a peer on the slow link" "$why"; exit 0; }
export PEERS=${FEIJIAN_PEERS:-$top/build/peers}
[ -d "$PEERS/node_modules/tus-js-client" ] || { plan 1; skip "a peer on the slow link" "no tus-js-client: make peers"; exit 0; }
plan 3
field_link > /dev/null
field_hub && field_visit "$photos" || exit 1
mkdir -p "$T/tus"
node "$top/tests/slow/tus_peer.mjs" serve "$T/tus" $ADDRESS > "$T/tus.out" 2> "$T/tus.err" &
pids="$pids $!"
wait_for 20 grep -q '^listening ' "$T/tus.out" || exit 1
url=http://$(sed -n 's/^listening //p' "$T/tus.out")/files

(over "$id" "$rate" 600 20 20 3 rst -- bash -c "$(declare -f stamp); stamp '$T/ours' '$FJ' --home '$T/jia' --lang en sync"
echo $? > "$T/ours.rc") &
ours=$!
(over $((id + 1)) "$rate" 600 20 20 3 rst -- bash -c "$(declare -f stamp); stamp '$T/theirs' node '$top/tests/slow/tus_peer.mjs' send '$url' $(for i in $(seq "$photos"); do printf "'%s' " "$T/photo$i.jpg"; done)"
echo $? > "$T/theirs.rc") &
theirs=$!
wait $ours $theirs
figures feijian "$T/ours" "$T/link.$id.json" $((photos * 400000 + 28000)) "$rate" >&2
figures tus-js-client "$T/theirs" "$T/link.$((id + 1)).json" $((photos * 400000)) "$rate" >&2
equal "ours came through" "$(cat "$T/ours.rc")" 0
equal "nothing is without a receipt" "$(field 'd["unsent"]' jia status --json)" 0
awk '{ t = $1 } END { print t }' "$T/ours" > "$T/a"
awk '{ t = $1 } END { print t }' "$T/theirs" > "$T/b"
awk -v a="$(cat "$T/a")" -v b="$(cat "$T/b")" 'BEGIN { printf "{\"slow\":\"ratio\",\"peer\":\"tus-js-client\",\"times_faster\":%.2f}\n", b / a }' >&2
check "not slower than the peer" awk -v a="$(cat "$T/a")" -v b="$(cat "$T/b")" 'BEGIN { exit !(a < b) }'
