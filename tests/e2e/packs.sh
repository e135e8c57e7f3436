#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 90
# A bureau's own pack of red-flag rules through a hub: checked before it is published,
# fetched by digest, run in a workspace with its name and version, withdrawn again.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/world.sh"
. "$(dirname "$0")/../lib/registers.sh"
plan 27

hub_start || exit 1
person 检查员甲 inspector YS-0001 jia || exit 1
V=$(visit_new)
registers "$T/reg"
run() { jia redflag run "$T/reg" --visit "$V" "$@"; }
# rule ID SQL: a rule in the folder $T/pack
rule() {
	mkdir -p "$T/pack"
	sed -e '/^SELECT/,$d' -e "s/^-- id: .*/-- id: $1/" -e 's/^-- title_zh: .*/-- title_zh: 本局规则/' \
	    -e 's/^-- tables: .*/-- tables: report/' -e 's/^-- needs: .*/-- needs: report.report_no/' "$top/forms/redflags/R01.sql" > "$T/pack/$1.sql"
	printf '%s\n' "$2" >> "$T/pack/$1.sql"
}
GOOD="SELECT 'report:'||report_no AS subject, report_no, 'report:'||src AS src, 1.0 AS measure, '本局 | ours' AS detail FROM report WHERE report_no='BG-2026-0001'"
rule HZ-01 "$GOOD"

run > "$T/.out" 2>&1
lacks "before: no pack of the bureau" "$(cat "$T/.out")" 'hangzhou'
check "published" hub_cmd form publish "$T/pack" --id hangzhou --version 2026.1 --division 3301
equal "as kind rules" "$(field '[d[0]["kind"], d[0]["name"]]' hub_cmd form list --json)" '["rules", "hangzhou"]'
check "fetched" jia sync
check "run" run
matches "it says which pack and version" "$(grep 本单位 "$T/.out")" 'hangzhou.*2026.1'
equal "its rule has found what it looks for" "$(field '[(h["rule"], h["report_no"]) for h in d if h["rule"] == "HZ-01"]' jia redflag list "$V" --json)" '[["HZ-01", "BG-2026-0001"]]'
lacks "it is trusted" "$(cat "$T/.out")" '未签|unsigned|并非由汇集端发布'
check "as JSON" run --json
matches "too" "$(grep -o '"published":.*' "$T/.out")" '"published":\[\{"name":"hangzhou","version":"2026.1"'

# What hostile or broken SQL gets: not published, with its place.
hostile() { # NAME SQL
	rm -rf "$T/pack"; rule HZ-02 "$2"
	exits "not published: $1" 1 hub_cmd form publish "$T/pack" --id hangzhou --version evil
	matches "with the place: $1" "$(cat "$T/.err")" 'HZ-02.sql:[0-9]+:[0-9]+: '
}
hostile "writes" "DELETE FROM report"
hostile "attaches a file" "ATTACH '/tmp/x' AS x"
hostile "loads an extension" "SELECT load_extension('x') AS subject, 'x' AS report_no, 'report:1' AS src, 1 AS measure, 'x' AS detail FROM report"
hostile "reads the schema" "SELECT sql AS subject, 'x' AS report_no, 'report:1' AS src, 1 AS measure, 'x' AS detail FROM sqlite_master"
hostile "two statements" "$GOOD; DELETE FROM report"
rm -rf "$T/pack"; rule HZ-03 "$GOOD
-- file: HZ-04.sql
DROP TABLE report"
exits "a rule that hides another" 1 hub_cmd form publish "$T/pack" --id hangzhou --version evil
rm -rf "$T/pack"; rule R01 "$GOOD"
says "an id of the program's" 1 'R01' 'R01' hub_cmd form publish "$T/pack" --id hangzhou --version evil
mkdir -p "$T/empty"
exits "a folder without rules" 1 hub_cmd form publish "$T/empty" --id hangzhou --version evil

rm -rf "$T/pack"; rule HZ-01 "${GOOD/0001/0002}"
hub_cmd form publish "$T/pack" --id hangzhou --version 2026.2 --division 3301 > "$T/.out"
jia sync > "$T/.out" 2>&1
run > "$T/run" 2>&1
matches "the next version replaces it" "$(grep 本单位 "$T/run")" 'hangzhou.*2026.2'
equal "with what it looks for" "$(field '[h["report_no"] for h in d if h["rule"] == "HZ-01"]' jia redflag list "$V" --json)" '["BG-2026-0002"]'
hub_cmd form withdraw hangzhou > "$T/.out"
jia sync > "$T/.out" 2>&1
run > "$T/run" 2>&1
lacks "withdrawn, it does not run" "$(cat "$T/run")" 'hangzhou'
hub_cmd form publish "$T/pack" --id suzhou --version 1 --division 3205 > "$T/.out"
jia sync > "$T/.out" 2>&1
run > "$T/run" 2>&1
lacks "nor one of another division" "$(cat "$T/run")" 'suzhou'
