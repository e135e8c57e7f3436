#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Random forms through `form export` into ODK's engine; the same edits on both sides.
# What differs is a decision of FORM-LANGUAGE.md (differ_kinds.mjs) or a fault.
# $PEER_FORMS forms from seed $PEER_SEED on.
# tier: slow
# limit: 900
. "$(dirname "$0")/../lib/lib.sh"
plan 3
cd "$top" || exit 1
export TZ=UTC
if ! command -v node > /dev/null; then
	skip "what is decided otherwise is still so" "no node"
	skip "random forms mean the same" "no node"
	skip "random forms go out and come back" "no node"
elif [ ! -d build/peers/node_modules/@getodk/xforms-engine ] && ! make -s peers > "$T/peers" 2>&1; then
	skip "what is decided otherwise is still so" "ODK's engine is not installed and cannot be: make peers"
	skip "random forms mean the same" "ODK's engine is not installed and cannot be: make peers"
	skip "random forms go out and come back" "ODK's engine is not installed and cannot be: make peers"
else
	check "what is decided otherwise is still so" node tests/peers/probes.mjs --prog "$FJ" --dir "$T"
	check "random forms mean the same" node tests/peers/differ.mjs --prog "$FJ" --dir "$T/forms" \
	    --forms "${PEER_FORMS:-2000}" --seed "${PEER_SEED:-1}"
	sed 's/^/# /' "$T/.out"
	# shellcheck disable=SC2012
	ls "$T"/forms/*.json | head -n 300 | xargs python3 tests/data/run_form_roundtrip.py "$FJ" > "$T/back" 2>&1
	rc=$?
	if [ $rc -eq 0 ]; then
		ok "random forms go out and come back"
	else
		not_ok "random forms go out and come back" "$(grep -v ': the same$' "$T/back" | head -5)"
	fi
fi
