# SPDX-License-Identifier: Apache-2.0
# The whole program on a terminal (tmux).  Source after lib.sh:
#	tty_open COLS ROWS ARGS...   feijian ARGS in a session of its own
#	keys KEY...                  tmux's names: Enter C-s F12
#	type TEXT                    literal text
#	screen                       the screen as text
#	sees NAME TEXT, gone NAME TEXT     one test each, with a deadline
TMUX_NAME=fj-tty-$$
mux() { tmux -L "$TMUX_NAME" -f /dev/null "$@"; }

# The program runs below a shell, so that its end and its last words are seen.
tty_open() {
	cols=$1 rows=$2; shift 2
	{
		printf 'cd %s\n' "$T"
		printf 'export LC_ALL=%s XDG_RUNTIME_DIR=%s\n' "${TTY_LOCALE:-zh_CN.UTF-8}" "$T"
		printf '%s' "$FJ"
		for a in "$@"; do printf " '%s'" "$a"; done
		printf ' 2> %s\necho "ended $?"\nread -r again\n' "$T/tty.err"
	} > "$T/tty.sh"
	if mux has-session 2>/dev/null; then
		mux resize-window -x "$cols" -y "$rows"
		mux respawn-pane -k "sh $T/tty.sh"
	else
		mux new-session -d -x "$cols" -y "$rows" "sh $T/tty.sh"
	fi
}
screen() { mux capture-pane -p; }
has() { screen | grep -qF -- "$1"; }
hasnt() { ! screen | grep -qF -- "$1"; }
sees() { if wait_for "${TTY_WAIT:-20}" has "$2"; then ok "$1"; else not_ok "$1" "not on the screen: $2" "$(screen)"; fi; }
gone() { if wait_for "${TTY_WAIT:-20}" hasnt "$2"; then ok "$1"; else not_ok "$1" "still on the screen: $2" "$(screen)"; fi; }
# until TEXT: go on when it is there; the test that follows says what is wrong
until_sees() { wait_for "${TTY_WAIT:-20}" has "$1"; }
keys() { mux send-keys "$@"; }
type() { mux send-keys -l -- "$1"; }
# The program itself, below the shell of the pane.
tty_pid() { pgrep -P "$(mux display-message -p '#{pane_pid}')"; }
# No line of the screen is wider than the terminal, no replacement characters.
clean() { ! screen | grep -q '�'; }
