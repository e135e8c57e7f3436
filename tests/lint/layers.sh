#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# layers.sh [BUILD]      every #include and every symbol obeys tests/lint/LAYERS
# layers.sh --closure M  the modules that M may link, itself first
# layers.sh --packages M pkg-config names that these modules need
# layers.sh --self-test  the check finds planted faults
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
law=$top/tests/lint/LAYERS

closure() {
	awk -v start="$1" '
	/^[ \t]*#/ || /^</ || NF == 0 { next }
	{ m = $1; sub(/:$/, "", m); $1 = ""; may[m] = $0 }
	END {
		todo[1] = start; n = 1; seen[start] = 1
		for (i = 1; i <= n; i++) {
			printf "%s%s", (i > 1 ? " " : ""), todo[i]
			k = split(may[todo[i]], a, " ")
			for (j = 1; j <= k; j++) if (!(a[j] in seen)) { seen[a[j]] = 1; todo[++n] = a[j] }
		}
		print ""
	}' "$law"
}

packages() {
	mods=$(closure "$1")
	awk -v mods=" $mods " '/^</ && index(mods, " " $2 " ") { print $3 }' "$law" | tr '\n' ' '
}

# Includes: one awk over all files of a tree that has src/ and sync/.
includes() {
	(cd "$1" && find src sync \( -name '*.c' -o -name '*.h' \) -print 2>/dev/null | sort) | while read -r f; do
		awk -v file="$f" '
		function module(path,   p, best, m) {
			p = path; sub(/^(src|sync)\//, "", p); best = ""
			for (m in known) if ((p == m || index(p, m "/") == 1) && length(m) > length(best)) best = m
			return best
		}
		FNR == NR {
			if ($0 ~ /^[ \t]*#/ || NF == 0) next
			if ($1 ~ /^</) { h = $1; sub(/:$/, "", h); owner[h] = $2; next }
			m = $1; sub(/:$/, "", m); known[m] = 1
			for (i = 2; i <= NF; i++) may[m, $i] = 1
			next
		}
		/^#[ \t]*include/ {
			own = module(file)
			if (own == "") { printf "%s:%d: file belongs to no module\n", file, FNR; next }
			if (match($0, /"[^"]+"/)) {
				t = substr($0, RSTART + 1, RLENGTH - 2); to = module(t)
				if (to != "" && to != own && !((own, to) in may))
					printf "%s:%d: %s may not use %s (%s)\n", file, FNR, own, to, t
			} else if (match($0, /<[^>]+>/)) {
				t = substr($0, RSTART, RLENGTH)
				for (h in owner) if (index(t, h) == 1 && owner[h] != own)
					printf "%s:%d: only %s may include %s\n", file, FNR, owner[h], t
			}
		}' "$law" "$1/$f"
	done
}

# Symbols: what an archive uses must come from a module it may use.
symbols() {
	lib=$1
	for a in "$lib"/*.a; do
		m=$(basename "$a" .a | sed 's/^tui-/tui\//')
		nm -g --defined-only "$a" 2>/dev/null | awk -v m="$m" 'NF == 3 { print "D", m, $3 }'
		nm -gu "$a" 2>/dev/null | awk -v m="$m" '$1 == "U" { print "U", m, $2 }'
	done | awk '
	FNR == NR {
		if ($0 ~ /^[ \t]*#/ || $1 ~ /^</ || NF == 0) next
		m = $1; sub(/:$/, "", m); for (i = 2; i <= NF; i++) may[m, $i] = 1; next
	}
	$1 == "D" { def[$3] = $2 }
	$1 == "U" { use[++n] = $2 " " $3 }
	END {
		for (i = 1; i <= n; i++) {
			split(use[i], a, " "); from = def[a[2]]
			if (from != "" && from != a[1] && !((a[1], from) in may))
				printf "%s uses %s from %s\n", a[1], a[2], from
		}
	}' "$law" - | sort -u
}

self_test() {
	dir=$(mktemp -d) || exit 1
	mkdir -p "$dir/src/base" "$dir/src/tui/widget" "$dir/sync/wire" "$dir/src/odd"
	printf '#include "entry/entry.h"\n' > "$dir/src/base/a.c"
	printf '#include "app/app.h"\n' > "$dir/src/tui/widget/b.c"
	printf '#include <sqlite3.h>\n#include "base/buf.h"\n' > "$dir/sync/wire/c.c"
	printf '#include "base/buf.h"\n' > "$dir/src/odd/d.c"
	got=$(includes "$dir" | wc -l)
	rm -rf "$dir"
	[ "$got" -eq 4 ] || { echo "layers.sh: self-test found $got of 4 planted faults"; return 1; }
	dir=$(mktemp -d) || exit 1
	printf 'int above(void);\nint below(void);\nint below(void) { return above(); }\n' > "$dir/b.c"
	printf 'int above(void);\nint below(void);\nint above(void) { return 1; }\nint fair(void);\nint fair(void) { return below(); }\n' > "$dir/e.c"
	for f in b e; do ${CC:-cc} -c -o "$dir/$f.o" "$dir/$f.c"; done
	ar rc "$dir/base.a" "$dir/b.o" && ar rc "$dir/entry.a" "$dir/e.o"
	got=$(symbols "$dir")
	rm -rf "$dir"
	[ "$got" = "base uses above from entry" ] || { echo "layers.sh: self-test of symbols: $got"; return 1; }
}

case ${1:-} in
--closure) closure "$2" ;;
--packages) packages "$2" ;;
--self-test) self_test ;;
*)
	self_test || exit 1
	lib=${1:-$top/build}/lib
	out=$(includes "$top"; [ ! -d "$lib" ] || symbols "$lib")
	[ -z "$out" ] || { printf '%s\n' "$out"; exit 1; }
	;;
esac
