#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limit: 300
# Expression and scenario cases on which three other engines agree, when they
# are at hand ($FEIJIAN_SHARED).
. "$(dirname "$0")/../lib/lib.sh"
plan 2
shared=${FEIJIAN_SHARED:-$top/../shared}
if [ ! -e "$shared/tools/formcases" ]; then
	skip "expressions" "no shared cases here"
	skip "scenarios" "no shared cases here"
	exit 0
fi
out=$(python3 "$shared/tools/formcases" --prog "$FJ" "$shared"/data/form/*.jsonl | tail -n 1)
matches "every expression case" "$out" '"expressions": \{"passed": ([0-9]+), "of": \1\}'
matches "every scenario on which the engines agree" "$out" '"scenarios": \{"passed": ([0-9]+), "of": \1\}'
