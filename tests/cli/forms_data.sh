#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: check
# The shipped forms are consistent without the program; form_check.sh has the rest.
. "$(dirname "$0")/../lib/lib.sh"
plan 2
check "forms, clauses, kinds and divisions are consistent" python3 "$top/tests/data/check_forms.py"
check "the check sees planted damage" python3 "$top/tests/data/check_forms.py" --control
