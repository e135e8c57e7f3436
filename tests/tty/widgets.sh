#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tier: test
# limit: 120
# Every widget in a real terminal (tmux): start, keys, paste, resize, suspend,
# signals, crash, terminals of several kinds.
. "$(dirname "$0")/../lib/lib.sh"
plan 38
TMUX_NAME=fj-widgets-$$
mux() { tmux -L "$TMUX_NAME" -f /dev/null "$@"; }
MO=$BIN/gen/zh.mo
DEMO=$T/demo

# shellcheck disable=SC2046
cc -std=c11 -D_POSIX_C_SOURCE=200809L -I"$top/src" -o "$DEMO" "$top/tests/tty/widgets_demo.c" \
    -Wl,--start-group "$BIN"/lib/tui-widget.a "$BIN"/lib/tui-core.a "$BIN"/lib/os.a "$BIN"/lib/text.a \
    "$BIN"/lib/base.a -Wl,--end-group $(pkg-config --libs ncursesw libutf8proc libcjson libpcre2-8) \
    > "$T/cc" 2>&1 || { cat "$T/cc"; exit 1; }

# open COLS ROWS [ENV...]: a shell of our own under it, so that its end is seen.
open() {
	cols=$1 rows=$2; shift 2
	cat > "$T/run.sh" <<-EOF
		env $* "$DEMO" "$MO" 2> "$T/stderr"
		echo "ended \$?"
		stty -a | grep -o -- '-\\?icanon'
		read -r again
	EOF
	# One server for all: killing it and starting the next is a race.
	if mux has-session 2>/dev/null; then
		mux resize-window -x "$cols" -y "$rows"
		mux respawn-pane -k "sh $T/run.sh"
	else
		mux new-session -d -x "$cols" -y "$rows" "sh $T/run.sh"
	fi
}
screen() { mux capture-pane -p; }
has() { screen | grep -qF -- "$1"; }
hasnt() { ! screen | grep -qF -- "$1"; }
sees() { if wait_for 10 has "$2"; then ok "$1"; else not_ok "$1" "not on the screen: $2" "$(screen)"; fi; }
gone() { if wait_for 10 hasnt "$2"; then ok "$1"; else not_ok "$1" "still on the screen: $2" "$(screen)"; fi; }
keys() { mux send-keys "$@"; }
type() { mux send-keys -l -- "$1"; }
cursor() { mux display-message -p '#{cursor_y},#{cursor_x}'; }
cursor_is() { [ "$(cursor)" = "$1" ]; }
demo_pid() { pgrep -P "$(mux display-message -p '#{pane_pid}')" -f demo; }

open 80 24
sees "first paint" "控件演示"
sees "keys of the moment" "Enter 填写"
keys Down Down
check "the cursor stands on the selected row" wait_for 10 cursor_is 3,0
keys a a
sees "rows come from above" "202"
check "the selected row stays where it is" cursor_is 3,0
keys g
sees "they are there" "202 原始记录"
keys /
type 电子
sees "filter counts" "51 项匹配"
gone "filter hides" "设备台账"
keys Escape
sees "Esc shows all" "设备台账"

keys i
sees "a dialog over the list" "┌─ 记录"
type '检验检测，报告编号BG-2024-0031。'
sees "Chinese is typed" "报告编号BG-2024-0031。"
mux set-buffer -b p "第二段
第三段"
mux paste-buffer -p -b p
sees "a paste keeps its lines" "第三段"
keys C-z
gone "one undo takes the paste back" "第三段"
keys C-s
sees "the text comes back" "检验检测，报告编号BG-2024-0031。"

keys y
sees "a question" "归档锁定后不能再改"
keys y
sees "the key that asked does not answer" "归档锁定后不能再改"
keys o
sees "another key does" "答：是"
type ？
sees "full-width ? is help" "本屏按键"
keys Escape
gone "and Esc leaves it" "本屏按键"
keys Enter
sees "fields" "营业执照上的名称"
type 某某检测
keys Tab
type 12
keys C-s
sees "the error stands at its field" "编号至少四位"
type 34
keys C-s
sees "then it is kept" "已存"

mux resize-window -x 40 -y 12
sees "40x12" "控件演示"
mux resize-window -x 36 -y 9
sees "too small is said" "窗口太小"
mux resize-window -x 80 -y 24
sees "and large again" "Enter 填写"
keys C-l
sees "redraw" "Enter 填写"

# A stop from outside gives the terminal away and takes it back.
pid=$(demo_pid)
kill -TSTP "$pid"
stopped() { [ "$(ps -o stat= -p "$pid" | cut -c1)" = T ]; }
check "SIGTSTP stops it" wait_for 10 stopped
kill -CONT "$pid"
sees "SIGCONT brings the screen back" "控件演示"

kill -TERM "$pid"
sees "SIGTERM ends it in order" "ended 0"
check "the terminal is cooked again" wait_for 10 sh -c "tmux -L $TMUX_NAME capture-pane -p | grep -qx icanon"

open 80 24
wait_for 10 has 控件演示
kill -SEGV "$(demo_pid)"
sees "after a crash the screen is back" "ended 139"
check "and so is the line discipline" wait_for 10 sh -c "tmux -L $TMUX_NAME capture-pane -p | grep -qx icanon"

for term in xterm-kitty-not-known linux vt100; do
	open 80 24 "TERM=$term"
	sees "TERM=$term" "控件演示"
done
open 80 24 TERM=dumb
sees "TERM=dumb is refused with the way out" "ended 3"
check "in a sentence" grep -q 'TERM' "$T/stderr"
open 80 24 LC_ALL=C NO_COLOR=1
sees "a C locale shows Chinese all the same" "检定或校准计划已执行"
