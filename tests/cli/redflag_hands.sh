#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 300
# One laboratory, exported by other hands (other words, GB18030, serials, names for numbers,
# two-row headers), as .xls and as .xlsx: the same flags, without any help.  With the
# shared generators: three laboratories, three seeds, messy against canonical.
. "$(dirname "$0")/../lib/lib.sh"
export HOME=$T/nobody XDG_DATA_HOME=$T/nobody FEIJIAN_LANG=en
gen=${FEIJIAN_SHARED:-$top/../shared}/tools/labgen
plan 22
reg() { python3 "$top/tests/data/registers.py" "$@"; }
flags() { "$FJ" redflag run "$@" --tsv 2> "$T/err" | cut -f1-3 | sort; }

reg make "$T/own" --n 300
flags "$T/own" > "$T/want"
check "there are flags" test "$(wc -l < "$T/want")" -gt 1000
for hand in clerk system names initials; do
	reg mess "$T/own" "$T/$hand" --hand $hand
	check "$hand: the same flags" cmp "$T/want" <(flags "$T/$hand")
	equal "$hand: every sheet has its table" "$("$FJ" redflag map "$T/$hand" | python3 -c 'import json,sys
print(sum(not s["tables"] for s in json.load(sys.stdin)["sources"]))')" 0
done
# Another order of columns makes another mapping, the same flags.
reg mess "$T/own" "$T/again" --hand system --seed 2
check "other columns first: the same flags" cmp "$T/want" <(flags "$T/again")
python3 "$top/tests/lib/xls.py" "$T/one.xls" "$T"/clerk/*.csv
check ".xls: the same flags" cmp "$T/want" <(flags "$T/one.xls")
python3 - "$T"/clerk/*.csv > "$T/one.json" << 'END'
import csv, io, json, os, sys
print(json.dumps({os.path.basename(p)[:-4]: list(csv.reader(io.StringIO(open(p, encoding="gb18030", newline="").read()))) for p in sys.argv[1:]}))
END
python3 "$top/tests/lib/xlsx.py" "$T/one.xlsx" < "$T/one.json"
check ".xlsx: the same flags" cmp "$T/want" <(flags "$T/one.xlsx")
reg mess "$T/own" "$T/flat" --hand flat
equal "a flat register feeds three tables" "$("$FJ" redflag map "$T/flat" | python3 -c 'import json,sys
print(sorted(t["table"] for s in json.load(sys.stdin)["sources"] for t in s["tables"]))')" "['report', 'report_item', 'sample']"

for lab in vehicle env food; do
	for seed in 1 2 3; do
		if [ ! -f "$gen/gen.py" ]; then
			skip "$lab, seed $seed" "no shared generators"
			continue
		fi
		python3 "$gen/gen.py" --lab $lab --n 400 --seed $seed --out "$T/g" > /dev/null &&
		    python3 "$gen/messy.py" "$T/g" "$T/m" --seed $seed
		check "$lab, seed $seed: messy gives the flags of canonical" cmp <(flags "$T/g") <(flags "$T/m")
		rm -rf "$T/g" "$T/m"
	done
done
