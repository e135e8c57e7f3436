#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: slow
# limit: 120
# tus-js-client uploads to the hub, and survives cuts; without it (`make peers`) skipped
# by name.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
export PEERS=${PEERS:-$top/build/peers}
plan 8
if ! command -v node > /dev/null || [ ! -d "$PEERS/node_modules/tus-js-client" ]; then
	for n in 1 2 3 4 5 6 7 8; do skip "tus-js-client $n" "tus-js-client is not installed (make peers)"; done
	exit 0
fi
# The evidence is larger than what the hub takes of a visit, until it is served anew.
hub_init && hub_serve --quota-visit 1 || exit 1
person 检查员甲 inspector YS-0001 jia || exit 1
V=$(visit_new)
head -c 5000000 /dev/urandom > "$T/photo.bin"
jia evidence add "$V" "$T/photo.bin" > "$T/.out" 2>&1
jia sync > "$T/sync" 2>&1
hub_stop; HUB_LISTEN=$HUB_ADDR
hub_serve || exit 1
E=/v1/visits/$(field 'd["id"]' jia visit show "$V" --json)/evidence/$(field 'd[0]["id"]' jia evidence list "$V" --json)
TOKEN=$(jia token)
node "$top/tests/peers/tus.mjs" "$HUB_URL" "$TOKEN" "$E" "$T/photo.bin"
