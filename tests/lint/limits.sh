#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limits.sh              functions <= 80 lines and McCabe <= 15, .c <= 800 lines,
#                        .h <= 300, lines <= 110 columns
#                        (sentences are not broken: lines with text in them may be
#                        longer); but for what limits.allow
#                        names with a reason, and each of those is still needed
# limits.sh --functions  lines, McCabe, place and name of every function
# limits.sh --self-test  the check finds planted faults
set -u
export LC_ALL=C.UTF-8
top=$(cd "$(dirname "$0")/../.." && pwd)

# House style (src/STYLE.md) makes this exact: a body opens and closes in the
# first column, the name stands in the first column above it.  McCabe: one, and
# one for each if, for, while, switch, ?:, && and || (as pmccabe counts).
functions() {
	awk '
	function count(s, re,   n) { n = 0; while (match(s, re)) { n++; s = substr(s, RSTART + RLENGTH) } return n }
	FNR == 1 { inside = 0; comment = 0; name = "" }
	{
		s = $0
		gsub(/\\\\/, "", s); gsub(/\\"/, "", s); gsub(/\047\\?.\047/, "0", s); gsub(/"[^"]*"/, "\"\"", s)
		if (comment) { if (!match(s, /\*\//)) next; s = substr(s, RSTART + 2); comment = 0 }
		while (match(s, /\/\*/)) {
			head = substr(s, 1, RSTART - 1); rest = substr(s, RSTART + 2)
			if (match(rest, /\*\//)) s = head substr(rest, RSTART + 2)
			else { s = head; comment = 1 }
		}
		sub(/\/\/.*/, "", s)
	}
	!inside && s ~ /^[A-Za-z_][A-Za-z0-9_]*\(/ { name = s; sub(/\(.*/, "", name); from = FNR }
	!inside && s ~ /^{/ && name != "" { inside = 1; mc = 1 }
	inside {
		t = " " s " "
		mc += count(t, "[^A-Za-z0-9_](if|for|while|switch)[ (]") + count(t, "&&") + count(t, "[|][|]") + count(t, "[?]")
	}
	inside && s ~ /^}/ {
		printf "%d %d %s %s\n", FNR - from + 1, mc, FILENAME, name
		inside = 0; name = ""
	}' "$@"
}

# Every excess as "WHAT PLACE VALUE".
excess() {
	(
		cd "$1" || exit 1
		find src sync -name '*.c' | sort > "$2/c"
		find src sync -name '*.h' | sort > "$2/h"
		# shellcheck disable=SC2046
		[ ! -s "$2/c" ] || functions $(cat "$2/c") | awk '
		$1 > 80 { print "length", $3 ":" $4, $1 }
		$2 > 15 { print "mccabe", $3 ":" $4, $2 }'
		while read -r f; do awk -v f="$f" 'END { if (NR > 800) print "lines", f, NR }' "$f"; done < "$2/c"
		while read -r f; do awk -v f="$f" 'END { if (NR > 300) print "lines", f, NR }' "$f"; done < "$2/h"
		cat "$2/c" "$2/h" | while read -r f; do
			awk -v f="$f" '!/"/ { s = $0; gsub(/\t/, "    ", s); if (length(s) > 110) print "columns", f ":" FNR, length(s) }' "$f"
		done
	)
}

check() {
	dir=$(mktemp -d) || exit 1
	excess "$1" "$dir" > "$dir/excess"
	grep -v '^ *#' "$2" | grep . > "$dir/allow"
	awk '
	FILENAME == ARGV[1] { if (NF < 3) print "limits.allow: no reason given: " $0; allow[$1 " " $2] = 1; next }
	(($1 " " $2) in allow) { seen[$1 " " $2] = 1; next }
	{ printf "%s: %s %s\n", $2, $1, $3 }
	END { for (k in allow) if (!(k in seen)) print "limits.allow: not needed any more: " k }' "$dir/allow" "$dir/excess"
	rm -rf "$dir"
}

self_test() {
	t=$(mktemp -d) || exit 1
	mkdir -p "$t/src/a" "$t/sync/b"
	{
		printf 'static int\nlong_one(void)\n{\n'
		i=0
		while [ $i -lt 80 ]; do printf '\tx();\n'; i=$((i + 1)); done
		printf '}\n\nint\nknotted(int a)\n{\n\treturn a'
		i=0
		while [ $i -lt 15 ]; do printf ' && a'; i=$((i + 1)); done
		printf ';	/* && || if ( */\n}\n\nint\nfine(int a)\n{\n\tputs("if (a && b || c)");\n\treturn a;\n}\n'
	} > "$t/src/a/a.c"
	awk 'BEGIN { for (i = 0; i < 301; i++) print "int x;" }' > "$t/src/a/a.h"
	awk 'BEGIN { for (i = 0; i < 801; i++) print "int x;"; s = "int y = 1"; while (length(s) < 120) s = s " + 1"; print s ";" }' > "$t/sync/b/b.c"
	printf 'lines src/gone.c it was long once\nlines src/a/a.h because\n' > "$t/allow"
	got=$(check "$t" "$t/allow" | sort | tr '\n' ';')
	rm -rf "$t"
	want='limits.allow: not needed any more: lines src/gone.c;src/a/a.c:knotted: mccabe 16;src/a/a.c:long_one: length 83;sync/b/b.c: lines 802;sync/b/b.c:802: columns 122;'
	[ "$got" = "$want" ] || { echo "limits.sh: self-test: $got"; return 1; }
}

case ${1:-} in
--functions) cd "$top" && functions $(find src sync -name '*.c' | sort) ;;
--self-test) self_test ;;
*)
	self_test || exit 1
	out=$(check "$top" "$top/tests/lint/limits.allow")
	[ -z "$out" ] || { printf '%s\n' "$out"; exit 1; }
	;;
esac
