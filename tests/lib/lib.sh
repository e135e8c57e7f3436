# SPDX-License-Identifier: Apache-2.0
# Shell tests: . "$(dirname "$0")/../lib/lib.sh"; plan N; then check, and so on.
# Every test has its own directory $T, which is gone at the end.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
BIN=${FEIJIAN_BIN:-$top/build}
FJ=$BIN/feijian
HUB=$BIN/feijian-hub
T=$(mktemp -d "${TMPDIR:-/tmp}/fj.XXXXXX") || exit 1
count=0
failed=0
pids=
unset FEIJIAN_HOME FEIJIAN_PASSPHRASE_FILE FEIJIAN_LANG
export LC_ALL=C.UTF-8 TZ=Asia/Shanghai

finish() {
	rc=$?
	for p in $pids; do kill "$p" 2>/dev/null; done
	[ -z "${TMUX_NAME:-}" ] || tmux -L "$TMUX_NAME" kill-server 2>/dev/null
	[ -n "${KEEP:-}" ] || rm -rf "$T"
	[ $rc -eq 0 ] && [ $failed -gt 0 ] && exit 1
	exit $rc
}
trap finish EXIT
trap 'exit 130' INT TERM

plan() { echo "1..$1"; }
ok() { count=$((count + 1)); echo "ok $count - $1"; }
not_ok() { count=$((count + 1)); failed=$((failed + 1)); echo "not ok $count - $1"; shift; [ $# -eq 0 ] || printf '%s\n' "$@" | sed 's/^/# /'; }
skip() { count=$((count + 1)); echo "ok $count - $1 # skip $2"; }
# check NAME COMMAND...: passes when the command does.
check() { n=$1; shift; if "$@" > "$T/.out" 2> "$T/.err"; then ok "$n"; else not_ok "$n" "exit $?: $*" "$(tail -n 5 "$T/.out" "$T/.err")"; fi; }
# equal NAME GOT WANTED
equal() { if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "got:    $2" "wanted: $3"; fi; }
# matches NAME TEXT PATTERN (grep -E)
matches() { if printf '%s\n' "$2" | grep -qE -- "$3"; then ok "$1"; else not_ok "$1" "no match for: $3" "in: $2"; fi; }
lacks() { if printf '%s\n' "$2" | grep -qE -- "$3"; then not_ok "$1" "matches: $3" "in: $2"; else ok "$1"; fi; }
# exits NAME CODE COMMAND...: output in $T/.out and $T/.err
exits() { n=$1 want=$2; shift 2; "$@" > "$T/.out" 2> "$T/.err"; got=$?; if [ $got -eq "$want" ]; then ok "$n"; else not_ok "$n" "exit $got, wanted $want: $*" "$(tail -n 5 "$T/.out" "$T/.err")"; fi; }
# wait_for SECONDS COMMAND...: until it succeeds, with a deadline (polls, 50 ms).
wait_for() {
	deadline=$(($(date +%s) + $1)); shift
	until "$@" > /dev/null 2>&1; do
		[ "$(date +%s)" -lt "$deadline" ] || return 1
		read -r -t 0.05 _ <> "$T/.pipe" 2>/dev/null || :
	done
}
mkfifo "$T/.pipe"
