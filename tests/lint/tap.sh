#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tap.sh COMMAND...: a command that prints its complaints, as one TAP test.
echo 1..1
out=$("$@" 2>&1)
if [ $? -eq 0 ] && [ -z "$out" ]; then
	echo "ok 1 - $*"
else
	printf '%s\n' "$out" | sed 's/^/# /'
	echo "not ok 1 - $*"
	exit 1
fi
