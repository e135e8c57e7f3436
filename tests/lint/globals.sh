#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# globals.sh [BUILD]       no mutable global or static variable, but for those in
#                          globals.allow (NAME REASON), each of which is there
# globals.sh --self-test   the check finds planted faults
set -u
export LC_ALL=C
top=$(cd "$(dirname "$0")/../.." && pwd)

# Variables in .data and .bss; constants, also those that are relocated, are not.
mutable() {
	find "$1/obj/src" "$1/obj/sync" -name '*.o' 2>/dev/null | sort | while read -r o; do
		c=${o#"$1"/obj/}
		[ -e "$2/${c%.o}.c" ] || continue
		objdump -t "$o" 2>/dev/null | awk -v f="${c%.o}.c" '/ O [.](data|bss)\t/ { sub(/[.][0-9]+$/, "", $NF); print $NF, f }'
	done
}

check() {
	dir=$(mktemp -d) || exit 1
	mutable "$1" "$3" > "$dir/found"
	grep -v '^ *#' "$2" | grep . > "$dir/allow"
	awk '
	FILENAME == ARGV[1] { if (NF < 2) print "globals.allow: no reason given: " $0; allow[$1] = 1; next }
	($1 in allow) { seen[$1] = 1; next }
	{ print $2 ": mutable variable " $1 }
	END { for (k in allow) if (!(k in seen)) print "globals.allow: not needed any more: " k }' "$dir/allow" "$dir/found"
	rm -rf "$dir"
}

self_test() {
	t=$(mktemp -d) || exit 1
	mkdir -p "$t/obj/src" "$t/src"
	printf 'static int hidden; int open_one = 3; static const char *const names[] = {"a", "b"};\nstatic int kept;\nint f(int i);\nint f(int i) { static int calls = 7; hidden += i; kept++; return names[i][0] + hidden + ++calls; }\n' > "$t/src/a.c"
	${CC:-cc} -fPIE -O1 -c -o "$t/obj/src/a.o" "$t/src/a.c"
	printf 'kept for a reason\ngone too\n' > "$t/allow"
	got=$(check "$t" "$t/allow" "$t" | sort | tr '\n' ';')
	rm -rf "$t"
	want='globals.allow: not needed any more: gone;src/a.c: mutable variable calls;src/a.c: mutable variable hidden;src/a.c: mutable variable open_one;'
	[ "$got" = "$want" ] || { echo "globals.sh: self-test: $got"; return 1; }
}

case ${1:-} in
--self-test) self_test ;;
*)
	self_test || exit 1
	out=$(check "${1:-$top/build}" "$top/tests/lint/globals.allow" "$top")
	[ -z "$out" ] || { printf '%s\n' "$out"; exit 1; }
	;;
esac
