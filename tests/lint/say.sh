#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# say.sh              every code that fj_fail is given has a sentence in
#                     src/text/say/, and every sentence has a code that uses it
# say.sh --self-test  the check finds planted faults
set -u
export LC_ALL=C.UTF-8
top=$(cd "$(dirname "$0")/../.." && pwd)

# Literals that look like codes: "PLACE CODE".  all: anywhere; else in calls of
# fj_fail and of the functions that pass a code on.
codes() {
	find src sync -name '*.c' | sort | while read -r f; do
		awk -v f="$f" -v all="$1" '
		BEGIN { re = all ? "\"[a-z][a-z0-9_.-]*\"" : "\"[a-z][a-z0-9-]*[.][a-z0-9][a-z0-9.-]*\"" }
		function literals(s, line,   t) {
			while (match(s, re)) {
				t = substr(s, RSTART + 1, RLENGTH - 2)
				print f ":" line, t
				s = substr(s, RSTART + RLENGTH)
			}
		}
		# The argument of a call that is the code: the third, of fj_fail_errno the second.
		function code_of(call, line,   i, c, depth, arg, want, in_string, part) {
			want = call ~ /^fj_fail_errno/ ? 2 : 3; arg = 1; depth = 0; in_string = 0
			for (i = index(call, "(") + 1; i <= length(call); i++) {
				c = substr(call, i, 1)
				if (in_string) { if (c == "\\") { part = part c; c = substr(call, ++i, 1) } else if (c == "\"") in_string = 0 }
				else if (c == "\"") in_string = 1
				else if (c == "(") depth++
				else if (c == ")" && depth-- == 0) break
				else if (c == "," && depth == 0) { arg++; part = (arg == want ? "" : part); if (arg > want) break; continue }
				if (arg == want) part = part c
			}
			literals(part, line)
		}
		/^[ \t]*(\/\*|\*([ \/]|$))/ || /^#/ { next }
		all { literals($0, FNR); next }
		!open && match($0, /fj_fail(_errno)?\(/) { open = FNR; text = ""; $0 = substr($0, RSTART) }
		open { text = text $0; if ($0 ~ /;/) { code_of(text, open); open = 0 } }' "$f"
	done
}

check() {
	(
		cd "$1" || exit 1
		dir=$(mktemp -d) || exit 1
		cat src/text/say/*.def | grep -oE '^[ \t]*SAY\("[^"]+"' | sed 's/.*"\(.*\)"/\1/' | sort > "$dir/rows"
		uniq -d "$dir/rows" | sed 's/^/two sentences: /'
		codes "" | sort -u > "$dir/fail"
		codes 1 | awk '{ print $2 }' | sort -u > "$dir/literal"
		awk 'FILENAME == ARGV[1] { row[$1] = 1; next } !($2 in row) { print $1 ": no sentence for " $2 }' "$dir/rows" "$dir/fail"
		sort -u "$dir/rows" | comm -23 - "$dir/literal" > "$dir/unused"
		# A family is made by a prefix in the source: "model.next-%s".
		find src sync -name '*.c' | xargs grep -hoE '"[a-z][a-z0-9-]*\.[a-z0-9.-]*%s' | tr -d '"' | sed 's/%s$//' | sort -u > "$dir/family"
		awk 'FILENAME == ARGV[1] { p[$1] = 1; next }
		{ for (k in p) if (index($1, k) == 1) next; print "no code uses the sentence of " $1 }' "$dir/family" "$dir/unused"
		rm -rf "$dir"
	)
}

self_test() {
	t=$(mktemp -d) || exit 1
	mkdir -p "$t/src/text/say" "$t/src/a" "$t/sync"
	printf 'SAY("a.known", "x")\nSAY("a.idle", "y")\nSAY("a.next-go", "z")\nSAY("a.known", "w")\n' > "$t/src/text/say/a.def"
	printf '\treturn fj_fail(e, FJ_INVAL, x ? "a.known" :\n\t    "a.strange", "s", "a.b");\n\tprintf("a.next-%%s", w);\n\t/* "a.comment" */\n' > "$t/src/a/a.c"
	got=$(check "$t" | sort | tr '\n' ';')
	rm -rf "$t"
	want='no code uses the sentence of a.idle;src/a/a.c:1: no sentence for a.strange;two sentences: a.known;'
	[ "$got" = "$want" ] || { echo "say.sh: self-test: $got"; return 1; }
}

case ${1:-} in
--self-test) self_test ;;
*)
	self_test || exit 1
	out=$(check "$top")
	[ -z "$out" ] || { printf '%s\n' "$out"; exit 1; }
	;;
esac
