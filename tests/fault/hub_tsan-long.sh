#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: slow
# limit: 900
# The hub's threads under the thread sanitizer: its unit tests, then a process of it
# under load (tests/bench/hub_bench.c).  A race that is planted is found.
. "$(dirname "$0")/../lib/lib.sh"
cd "$top" || exit 1
B=build/tsan
flags="-O1 -g -fsanitize=thread -fPIE"
make_tsan() { make -s B=$B OPT_release="$flags" LDOPT_release="-fsanitize=thread -pie" "$@"; }
plan 6

cat > "$T/race.c" <<'END'
#include <pthread.h>
static int shared;
static void *add(void *p) { shared++; return p; }
int main(void) { pthread_t t; pthread_create(&t, 0, add, 0); shared++; pthread_join(t, 0); return 0; }
END
if ! ${CC:-cc} -g -fsanitize=thread -o "$T/race" "$T/race.c" 2> "$T/.err"; then
	for i in 1 2 3 4 5 6; do skip "thread sanitizer ($i)" "the compiler has none"; done
	exit 0
fi
"$T/race" > "$T/.out" 2> "$T/.err"
matches "a planted race is found" "$(cat "$T/.err")" 'data race'

export TSAN_OPTIONS=halt_on_error=1:exitcode=66
for t in core commit http; do
	make_tsan $B/tests/hub/${t}_test > "$T/make" 2>&1 || tail -n 5 "$T/make"
	check "unit tests: $t" $B/tests/hub/${t}_test
done

make_tsan $B/feijian-hub > "$T/make" 2>&1 || tail -n 5 "$T/make"
mkdir "$T/empty"
check "load on a hub" env HUB_BENCH_BUILD=$B HUB_BENCH="ingest10 ingest100 pull storm upload4" PEERS="$T/empty" \
    HUB_BENCH_FLAGS="-fsanitize=thread" TSAN_OPTIONS="log_path=$T/report" bash tests/bench/hub.sh
equal "no report" "$(cat "$T"/report* 2>/dev/null)" ""
