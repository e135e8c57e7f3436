#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every source file: an SPDX line; every header: compiles alone and has a guard;
# every .c includes its own header first; no banned call.
cd "$(dirname "$0")/../.." || exit 1
files=$(find src sync tests -name '*.[ch]' -o -name '*.sh' -path 'tests/*' | sort)
for f in $files; do
	head -2 "$f" | grep -q 'SPDX-License-Identifier: Apache-2.0' || echo "$f: no SPDX line"
done
find src sync -name '*.h' | sort | while read -r h; do
	grep -q '^#ifndef FJ_' "$h" || echo "$h: no include guard"
done
find src sync -name '*.h' | sort > /tmp/headers.$$
while read -r h; do
	printf '#include "%s"\n' "${h#*/}" | ${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 \
	    -Isrc -Isync -fsyntax-only -x c - 2>&1 | head -3 | sed "s|^|$h alone: |"
done < /tmp/headers.$$
rm -f /tmp/headers.$$
find src sync -name '*.c' | sort | while read -r c; do
	own=${c#*/}
	own=${own%.c}.h
	[ -e "src/$own" ] || [ -e "sync/$own" ] || continue
	first=$(grep -m1 '^#include' "$c" | sed 's/#include "\(.*\)"/\1/')
	[ "$first" = "$own" ] || echo "$c: includes $first before its own header"
done
grep -nE '\b(strcpy|strcat|strncpy|strncat|sprintf|vsprintf|gets|strtok|atoi|atol|atof|system|popen|tmpnam|mktemp|gmtime|localtime|ctime|asctime|rand|srand)\(' \
    $(find src sync -name '*.[ch]') | grep -vE '^\S+:[0-9]+:\s*(/?\*|//)' | sed 's/^/banned call: /'
exit 0
