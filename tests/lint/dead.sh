#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# dead.sh [BUILD]        functions that nothing uses: no other object of the
#                        build, not their own file, no test.  What stays all the
#                        same stands in dead.allow with its reason.
# dead.sh --self-test    the check finds planted faults
set -u
export LC_ALL=C
top=$(cd "$(dirname "$0")/../.." && pwd)

# "OBJECT D|U SYMBOL" of every object of a build whose source is still there.
symbols() {
	find "$1/obj/src" "$1/obj/sync" -name '*.o' 2>/dev/null | sort | while read -r o; do
		c=${o#"$1"/obj/}
		[ -e "$2/${c%.o}.c" ] || continue
		nm -g "$o" 2>/dev/null | awk -v o="$o" '
		NF == 3 && $2 == "T" { print o, "D", $3 }
		NF == 2 && $1 == "U" { print o, "U", $2 }'
	done
}

# What no object asks for may still be used where it is defined, or by a test.
unused() {
	dir2=$(mktemp -d) || exit 1
	unasked "$1" "$2" > "$dir2/unasked"
	cut -d' ' -f1 "$dir2/unasked" > "$dir2/names"
	(cd "$2" && find src sync tests \( -name '*.c' -o -path 'tests/*.h' \) 2>/dev/null |
	    xargs grep -hoE '\b[A-Za-z_][A-Za-z0-9_]*\b') | grep -Fx -f "$dir2/names" |
	    sort | uniq -c | awk '$1 > 1 { print $2 }' > "$dir2/used"
	awk 'FILENAME == ARGV[1] { used[$1] = 1; next } !($1 in used)' "$dir2/used" "$dir2/unasked"
	rm -rf "$dir2"
}

unasked() {
	symbols "$1" "$2" | awk '
	$2 == "D" { def[$3] = $1 }
	$2 == "U" { use[$3] = 1 }
	END { for (s in def) if (!(s in use) && s != "main") { f = def[s]; sub(/.*\/obj\//, "", f); sub(/\.o$/, ".c", f); print s, f } }' | sort
}

check() {
	dir=$(mktemp -d) || exit 1
	unused "$1" "$3" > "$dir/unused"
	grep -v '^ *#' "$2" | grep . > "$dir/allow"
	awk '
	FILENAME == ARGV[1] { if (NF < 2) print "dead.allow: no reason given: " $0; allow[$1] = 1; next }
	($1 in allow) { seen[$1] = 1; next }
	{ print $2 ": " $1 " is used nowhere" }
	END { for (k in allow) if (!(k in seen)) print "dead.allow: not needed any more: " k }' "$dir/allow" "$dir/unused"
	rm -rf "$dir"
}

self_test() {
	t=$(mktemp -d) || exit 1
	mkdir -p "$t/obj/src" "$t/src" "$t/tests"
	for f in used idle kept tried; do printf 'int %s(void);\n' $f; done > "$t/src/a.h"
	{
		echo '#include "a.h"'
		for f in used idle kept tried; do printf 'int %s(void) { return 1; }\n' $f; done
	} > "$t/src/a.c"
	printf '#include "a.h"\nint main(void) { return used(); }\n' > "$t/src/b.c"
	printf 'int x = tried();\n' > "$t/tests/t.c"
	for f in a b; do ${CC:-cc} -c -o "$t/obj/src/$f.o" "$t/src/$f.c"; done
	printf 'kept for the tests\ngone long ago\n' > "$t/allow"
	got=$(check "$t" "$t/allow" "$t" | sort | tr '\n' ';')
	rm -rf "$t"
	want='dead.allow: not needed any more: gone;src/a.c: idle is used nowhere;'
	[ "$got" = "$want" ] || { echo "dead.sh: self-test: $got"; return 1; }
}

case ${1:-} in
--self-test) self_test ;;
*)
	self_test || exit 1
	out=$(check "${1:-$top/build}" "$top/tests/lint/dead.allow" "$top")
	[ -z "$out" ] || { printf '%s\n' "$out"; exit 1; }
	;;
esac
