#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: check
# The golden vectors of entry/FORMAT.md, held against python3 and openssl alone:
# a second implementation reads what ours writes.
. "$(dirname "$0")/../lib/lib.sh"
plan 2
check "golden vectors hold without the program" python3 "$top/tests/golden/entry/check_vectors.py"
check "and those of proofs of the log" python3 "$top/tests/golden/entry/merkle.py" --check
