#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 60
# A hub that is told to end: nobody new, what is under way ends, a second word is enough.
. "$(dirname "$0")/../lib/lib.sh"
. "$top/tests/lib/world.sh"
plan 14

open_to() { exec 3<> "/dev/tcp/${HUB_ADDR%:*}/${HUB_ADDR##*:}"; }
nobody_new() { ! (exec 4<> "/dev/tcp/${HUB_ADDR%:*}/${HUB_ADDR##*:}") 2>/dev/null; }
ended() { ! kill -0 "$HUB_PID" 2>/dev/null; }

hub_start || exit 1
kill -TERM "$HUB_PID"
wait "$HUB_PID"
equal "idle: it ends with 0" $? 0

hub_serve || exit 1
open_to
printf 'GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n' >&3
read -r -t 10 line <&3
matches "a connection that stays open" "$line" '^HTTP/1.1 200'
kill -TERM "$HUB_PID"
check "does not hold it up" wait_for 20 ended
wait "$HUB_PID"
equal "and the code is 0" $? 0
exec 3>&-

hub_serve || exit 1
open_to
printf 'POST /v1/session HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{' >&3
answers() { (exec 4<> "/dev/tcp/${HUB_ADDR%:*}/${HUB_ADDR##*:}"; printf 'GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n' >&4; read -r -t 5 l <&4; case $l in *200*) ;; *) exit 1 ;; esac); }
check "a request is half here" answers
kill -TERM "$HUB_PID"
check "nobody new is taken" wait_for 20 nobody_new
check "what is under way may go on" kill -0 "$HUB_PID"
printf '"text":"x","sig":"y"}' >&3
read -r -t 10 line <&3
matches "and is answered" "$line" '^HTTP/1.1 400'
check "then it ends" wait_for 20 ended
wait "$HUB_PID"
equal "with 0" $? 0
exec 3>&-

hub_serve || exit 1
open_to
printf 'POST /v1/session HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{' >&3
check "again one is half here" answers
kill -TERM "$HUB_PID"
check "nobody new" wait_for 20 nobody_new
kill -TERM "$HUB_PID"
check "the second word: it does not wait" wait_for 5 ended
wait "$HUB_PID"
equal "and ends with 0 still" $? 0
