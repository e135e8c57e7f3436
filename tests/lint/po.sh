#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# po.sh              every marked text has a Chinese translation that is not
#                    empty and keeps its placeholders; no fuzzy entries
# po.sh --unused     translations that no source uses
set -eu
export LC_ALL=C.UTF-8
top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
find src sync \( -name '*.c' -o -name '*.h' -o -name '*.def' \) | LC_ALL=C sort > "$dir/files"
xgettext -L C --from-code=UTF-8 --keyword --keyword=_:2 --keyword=N_ --keyword=SAY:2 \
    --keyword=msg_put:3 --keyword=msg_tr:2 --no-location \
    -f "$dir/files" -o "$dir/all.po" 2> "$dir/warn" || { cat "$dir/warn"; exit 1; }
sed -i 's/charset=CHARSET/charset=UTF-8/' "$dir/all.po"
msgcat --use-first -o "$dir/zh.po" src/po/zh-*.po
msgfmt --check-format -o /dev/null "$dir/zh.po"
if [ "${1:-}" = --unused ]; then
	msgcomm --unique --no-wrap "$dir/all.po" "$dir/zh.po" 2>/dev/null | grep '^msgid' | sort > "$dir/u"
	msgattrib --no-wrap --translated "$dir/zh.po" | grep '^msgid' | sort | comm -12 - "$dir/u"
	exit 0
fi
bad=0
msgattrib --only-fuzzy "$dir/zh.po" > "$dir/fuzzy"
[ ! -s "$dir/fuzzy" ] || { echo "fuzzy translations:"; cat "$dir/fuzzy"; bad=1; }
[ -s "$dir/all.po" ] || { echo "po.sh: no marked text found"; exit 1; }
msgmerge -q --no-fuzzy-matching --no-wrap -o "$dir/merged.po" "$dir/zh.po" "$dir/all.po"
msgattrib --no-wrap --no-obsolete --untranslated "$dir/merged.po" | grep '^msgid "..*"' > "$dir/missing" || :
[ ! -s "$dir/missing" ] || { echo "without Chinese:"; cat "$dir/missing"; bad=1; }
# Placeholders of both sides, as sets.
msgcat --no-wrap "$dir/zh.po" | awk '
	function braces(s,   out, seen) {
		while (match(s, /\{[1-9]\}/)) {
			if (!(substr(s, RSTART, 3) in seen)) { seen[substr(s, RSTART, 3)] = 1; n++ }
			s = substr(s, RSTART + 3)
		}
		for (i = 1; i <= 9; i++) if (("{" i "}") in seen) out = out i
		return out
	}
	/^msgid /  { id = substr($0, 7) }
	/^msgstr / { s = substr($0, 8); if (braces(id) != braces(s)) { print "placeholders differ: " id; bad = 1 } }
	END { exit bad }' || bad=1
exit $bad
