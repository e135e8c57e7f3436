#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: check
# The shipped forms: consistent without the program, without fault in it, and
# their scenarios hold.
. "$(dirname "$0")/../lib/lib.sh"
plan 4
check "forms, clauses, kinds and divisions are consistent" python3 "$top/tests/data/check_forms.py"
check "the check sees planted damage" python3 "$top/tests/data/check_forms.py" --control
check "form check finds no fault" "$FJ" form check "$top/forms/flying-inspection.json"
check "the scenarios of the shipped form hold" python3 "$top/tests/data/run_form_cases.py" "$FJ"
