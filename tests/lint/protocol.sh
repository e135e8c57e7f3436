#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# protocol.sh              what sync/PROTOCOL.md says of limits, routes, problems and
#                          features is what the program does; a test names each invariant
# protocol.sh --self-test  the check finds planted faults
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)

self_test() {
	t=$(mktemp -d) || exit 1
	mkdir -p "$t/sync" "$t/src" "$t/tests/lint"
	cp -R "$top/sync/." "$t/sync/"
	cp -R "$top/src/base" "$t/src/base"
	cp "$top/tests/lint/protocol.py" "$t/tests/lint/"
	cp -R "$top/tests/unit" "$top/tests/contract" "$top/tests/e2e" "$top/tests/fault" "$t/tests/"
	sed -e 's/| runs in a push | 256 |/| runs in a push | 257 |/' -e 's/^| `quota` | 507 |/| `quota` | 508 |/' \
	    -e 's/^| `zstd-1` |/| `zstd-9` |/' -e 's/^| `GET \/v1\/head` |/| `GET \/v1\/tail` |/' \
	    -e 's/^\* \*\*H11\*\*/* **H99**/' "$top/sync/PROTOCOL.md" > "$t/sync/PROTOCOL.md"
	got=$(python3 "$t/tests/lint/protocol.py" | cut -d: -f1 | uniq -c | tr -s ' \n' ' ')
	rm -rf "$t"
	[ "$got" = " 1 limits 2 routes 1 problems 2 features 1 invariants " ] || { echo "protocol.sh: self-test: $got"; return 1; }
}

case ${1:-} in
--self-test) self_test ;;
*)
	python3 "$top/tests/lint/protocol.py"
	self_test
	;;
esac
