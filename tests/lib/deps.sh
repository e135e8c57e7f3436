#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Install the Debian packages that are missing; say and do nothing when none is.
set -u
need="gcc make pkg-config gettext libncurses-dev libsqlite3-dev libcurl4-openssl-dev
libcjson-dev libzstd-dev libzip-dev libexpat1-dev libseccomp-dev libssl-dev libmicrohttpd-dev libpcre2-dev libutf8proc-dev libcmocka-dev
tmux clang libclang-rt-14-dev openssl python3 curl binutils procps"
if ! command -v dpkg-query >/dev/null 2>&1; then
	missing=
	for t in cc make pkg-config msgfmt tmux; do
		command -v "$t" >/dev/null 2>&1 || missing="$missing $t"
	done
	pkg-config --exists ncursesw sqlite3 libcurl libcjson libzstd libcrypto libmicrohttpd \
	    libzip expat libseccomp libpcre2-8 libutf8proc cmocka 2>/dev/null && [ -z "$missing" ] && exit 0
	echo "This is not Debian. Please install the development packages of ncursesw, sqlite3," \
	    "libcurl, cJSON, zstd, OpenSSL 3, libzip, expat, libseccomp, libmicrohttpd, PCRE2, utf8proc and cmocka, and gcc, make," \
	    "pkg-config, gettext and tmux;$missing not found. Then run make again." >&2
	exit 3
fi
missing=
for p in $need; do
	dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -n "$missing" ] || exit 0
line="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" -eq 0 ]; then
	as=
elif command -v sudo >/dev/null 2>&1; then
	as=sudo
else
	echo "Missing packages. As root, run:" >&2
	echo "  $line" >&2
	exit 3
fi
echo "Missing packages; this installs them:" >&2
echo "  ${as:+$as }$line" >&2
if [ -t 0 ] && [ -t 2 ]; then
	printf 'Go on? [Y/n] ' >&2
	read -r answer
	case $answer in n* | N*) exit 3 ;; esac
fi
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
$as $line >/dev/null 2>&1 || { $as apt-get update >/dev/null && $as $line >/dev/null; } || {
	echo "Installing failed. Please run by hand: $line" >&2
	exit 3
}
