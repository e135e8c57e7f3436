#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# One JSON line a shipped form: how many items a person answers, how many of them are
# verdicts, the clauses cited, and the scenarios and steps that stand beside it.
cd "$(dirname "$0")/../.." || exit 1
python3 tests/data/check_forms.py | sed -nE \
    's/^(.*)\.json: ([0-9]+) items \(([0-9]+) verdicts\) in ([0-9]+) sections, ([0-9]+) clauses, ([0-9]+) scenarios with ([0-9]+) steps$/{"figure":"form items","form":"\1","value":\2,"unit":"items","verdicts":\3,"sections":\4,"clauses":\5,"scenarios":\6,"steps":\7}/p'
