#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# form import: XLSForm and ODK XForm, lists beside a form, what is refused.
# tier: check
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/cli.sh"
plan 26
G=$top/tests/golden/form/import
xlsx() { python3 "$top/tests/lib/xlsx.py" "$1"; }
import() { "$FJ" --lang en form import "$@"; }
cd "$T" || exit 1

mkdir cases
check "each fault is told with its place" python3 "$top/tests/cli/import_cases.py" "$FJ" "$T/cases"
for book in checklist legacy; do
	xlsx "$book.xlsx" < "$G/$book.xlsx.json"
	check "$book.xlsx becomes the kept definition" cmp <(import "$book.xlsx" 2> "$T/told") "$G/$book.json"
	check "$book: form check finds no error" "$FJ" form check "$G/$book.json"
done
cp "$G/sample.xml" "$G/cities.csv" .
check "sample.xml becomes the kept definition" cmp <(import sample.xml 2> "$T/told") "$G/sample.json"
equal "it works as it did" "$(printf '%s\n' '{"set":"n","value":2}' '{"set":"/data/r[2]/pn","value":"x"}' '{"get":"/data/r[2]/up"}' '{"get":"trg"}' '{"set":"city","value":"gz"}' '{"eval":"jr:choice-name(${city}, '"'"'${city}'"'"')"}' |
	"$FJ" --lang zh form drive "$G/sample.json" | grep -oE '"value":"[^"]*"' | tr -d '\n')" '"value":"x!""value":"t2""value":"又一市"'

# -o, --force
check "-o writes a file" import checklist.xlsx -o out.json
exits "an existing file stays" 1 "$FJ" form import legacy.xlsx -o out.json
check "and it did" cmp out.json "$G/checklist.json"
check "--force replaces it" import legacy.xlsx -o out.json --force
check "and it did so" cmp out.json "$G/legacy.json"
exits "no file to read" 3 "$FJ" form import nowhere.xlsx
printf 'PK\003\004 no zip' > bad.xlsx
exits "no workbook" 1 "$FJ" form import bad.xlsx
exits "no file named" 2 "$FJ" form import

# with --json each fault is an object
printf '{"survey":[["type","name"],["frob","a"]]}' | xlsx f.xlsx
exits "faults as JSON" 1 "$FJ" --json form import f.xlsx
matches "with sheet, row, column, code" "$(head -1 .err)" '"file":"f.xlsx","sheet":"survey","row":2,"column":1,"severity":"error","code":"xlsform.type"'

# lists beside a form: the three kinds
printf '{"survey":[["type","name","label","choice_filter"],["select_one_from_file a.csv","a","A"],["select_one_from_file b.xml","b","B","k = 2"],["select_multiple_from_file c.geojson","c","C"]]}' | xlsx l.xlsx
printf 'name,label\n1,一\n2,二\n' > a.csv
printf '<root><item><name>x</name><label>X</label><k>1</k></item><item><name>y</name><label>Y</label><k>2</k></item></root>' > b.xml
printf '{"type":"FeatureCollection","features":[{"type":"Feature","id":"p1","properties":{"name":"p1","title":"P"},"geometry":{"type":"Point","coordinates":[114.1,22.5]}}]}' > c.geojson
check "CSV, XML and GeoJSON are packed" import l.xlsx -o l.json
equal "and offered" "$(printf '%s\n' '{"get":"a"}' '{"get":"b"}' '{"get":"c"}' | "$FJ" form drive l.json | grep -oE '"name":"[^"]*"' | tr -d '\n')" \
	'"name":"1""name":"2""name":"y""name":"p1"'
# a form of our own takes them too, wherever it is read
sed 's/,* *"files": .*/}/' l.json > own.json
check "form check sees a whole form" "$FJ" form check own.json
equal "so does drive" "$(printf '{"get":"b"}\n' | "$FJ" form drive own.json | grep -oE '"name":"[^"]*"')" '"name":"y"'
# a visit keeps the whole form: the lists may go away
person a 1 检查员甲
exits "a visit with a form that has lists beside it" 0 fj a visit new --kind flying-inspection --form own.json --subject-name 示例公司 --no-uscc 无 --member 检查员甲:YS-0001 --member 检查员乙:YS-0002
visit=$(cat .out)
rm b.xml
equal "its choices stay" "$(printf '{"get":"b"}\n' | fj a visit drive "$visit" --form l | grep -oE '"name":"[^"]*"')" '"name":"y"'
exits "a list that is not there" 1 "$FJ" form check own.json
matches "is told where it is asked for" "$(cat .out)" 'own.json:[0-9]+:[0-9]+: form.file-missing: .*b.xml'

# a big workbook: 3,000 questions, 200 lists
python3 - > big.json <<'PY'
import json
s = [["type", "name", "label::中文 (zh)", "label::English (en)", "relevant", "constraint"]]
c = [["list_name", "name", "label::中文 (zh)", "label::English (en)"]]
for i in range(200):
    s.append(["begin group", "g%d" % i, "组", "Group"])
    for k in range(14):
        s.append([["text", "integer", "select_one l%d" % i, "date"][k % 4], "q%d_%d" % (i, k), "问", "Ask",
                  "${q%d_0} != ''" % i if k else None, None])
    s.append(["end group"])
    c += [["l%d" % i, str(j), "项", "Item"] for j in range(20)]
print(json.dumps({"survey": s, "choices": c, "settings": [["form_id", "version"], ["big", "1"]]}))
PY
xlsx big.xlsx < big.json
check "a big workbook" import big.xlsx -o big.out.json
