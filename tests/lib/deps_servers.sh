#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# deps_servers.sh PACKAGE...  servers that some tests start for themselves: installed
# when that needs no question; else their tests are skipped by name, and nothing fails.
set -u
command -v dpkg-query >/dev/null 2>&1 || exit 0
missing=
for p in "$@"; do
	dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -n "$missing" ] && [ "$(id -u)" -eq 0 ] || exit 0
# No cluster of the system's: the tests make their own.
made=
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
	mkdir -p /etc/postgresql-common
	echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf
	made=yes
fi
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
apt-get install -y --no-install-recommends -o Dpkg::Options::=--force-confold $missing >/dev/null 2>&1 ||
    echo "could not be installed:$missing; the tests that need them are skipped" >&2
[ -z "$made" ] || rm -f /etc/postgresql-common/createcluster.conf
exit 0
