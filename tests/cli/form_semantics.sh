#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The form language by cases of our own, in tests/data/form.
# tier: check
. "$(dirname "$0")/../lib/lib.sh"
plan 2
check "functions, types, columns and repeats do what the language says" python3 "$top/tests/data/run_semantics.py" "$FJ"
exits "a program that does nothing right is noticed" 1 python3 "$top/tests/data/run_semantics.py" /bin/false
