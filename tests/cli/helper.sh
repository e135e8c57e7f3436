#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# feijian-helper as a process: what it has no right to do, and what its jobs answer.
# tier: check
. "$(dirname "$0")/../lib/lib.sh"
plan 12
H=$BIN/feijian-helper
ask() { printf '%s\n' "$1" | "$H" 3< "${2:-/dev/null}" | cat; }

matches "it says how it is confined" "$("$H" --version)" 'seccomp'
exits "an option that is none" 2 "$H" --odd
equal "no right is left" "$(ask '{"job":"selftest"}' | head -1 | grep -o '"EPERM"' | wc -l | tr -d ' ')" 11
matches "each of them is refused" "$(ask '{"job":"selftest"}' | head -1)" '^\{"result":\{("[a-z]+":"EPERM",?){11}\}\}$'
printf 'name,label\na,"甲, ""x"""\nb\n' > "$T/l.csv"
printf 'name,\xb1\xe0\xba\xc5\na,\xcd\xa8\n' > "$T/g.csv"
printf '<root><item><name>a</name><label>x <b>y</b></label></item><item><name>b</name></item></root>' > "$T/l.xml"
printf '{"type":"FeatureCollection","features":[{"id":7,"geometry":{"type":"Point","coordinates":[120.5,30.25]},"properties":{"name":"a","n":1,"t":true}}]}' > "$T/l.geojson"
list() { ask '{"job":"lists","files":[{"fd":3,"name":"'"$1"'"}]}' "$T/$1"; }
equal "a list out of CSV" "$(list l.csv | tr '\n' ' ')" '{"row":{"name":"a","label":"甲, \"x\""}} {"row":{"name":"b","label":""}} {"result":{"columns":["name","label"],"rows":2}} {"done":true} '
equal "a list in GB18030" "$(list g.csv | head -1)" '{"row":{"name":"a","编号":"通"}}'
equal "a list out of XML" "$(list l.xml | head -2 | tr '\n' ' ')" '{"row":{"name":"a","label":"x y"}} {"row":{"name":"b"}} '
equal "a list out of GeoJSON" "$(list l.geojson | head -1)" '{"row":{"name":"a","n":"1","t":"true","id":"7","geometry":"30.25 120.5 0 0"}}'
matches "a file that is none" "$(list l.csv 2>&1 > /dev/null; printf '{' > "$T/bad.json"; list bad.json)" '"error":\{"class":[0-9]+,"code":"json\.'
matches "a job that it does not know" "$(ask '{"job":"odd"}')" '"code":"worker.job","args":\["odd"\]'
matches "a request that is none" "$(ask '{"job"')" '^\{"error":\{"class":[0-9]+,"code":"json\.'
matches "a descriptor that was not given" "$(ask '{"job":"lists","files":[{"fd":0,"name":"x"}]}')" '"code":"worker.file"'
