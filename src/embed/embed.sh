#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# embed.sh FILE...: print a C file that holds them (plain C, any byte order).
set -eu
LC_ALL=C
export LC_ALL
echo '/* Made by src/embed/embed.sh. */'
echo '#include "embed/embed.h"'
echo 'extern const struct embed_file embed_files[];'
echo 'extern const size_t embed_n;'
i=0
for f; do
	printf 'static const unsigned char f%d[] = {\n' "$i"
	od -An -v -tu1 "$f" | sed 's/  */ /g; s/^ //; s/ *$//; s/ /,/g; s/$/,/'
	echo '0};'
	i=$((i + 1))
done
echo 'const struct embed_file embed_files[] = {'
i=0
for f; do
	printf '\t{"%s", f%d, sizeof(f%d) - 1},\n' "$(basename "$f")" "$i" "$i"
	i=$((i + 1))
done
echo '};'
printf 'const size_t embed_n = %d;\n' "$#"
