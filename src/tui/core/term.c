/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/core/term.h"

#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "base/xalloc.h"
#include "tui/core/term_internal.h"

enum { RESTORE_MAX = 256 };

static const char MODES_ON[] = "\033[?2004h";
static const char MODES_OFF[] = "\033[?2004l\033[?1006l\033[?1000l";
static const char MOUSE_ON[] = "\033[?1000h\033[?1006h";

/*
 * A process has one terminal, and two things must reach it without an
 * argument: the handler of a crash, and wcwidth, which libncursesw calls.
 */
static struct {
	char restore[RESTORE_MAX];
	size_t n;
	struct termios tty;
	volatile sig_atomic_t active;
	struct width width;
} the_terminal;

/* T2: in place of libc's, for libncursesw as well. */
int wcwidth(wchar_t c);
int
wcwidth(wchar_t c)
{
	if (c == 0)
		return 0;
	if (c < 32 || (c >= 0x7f && c < 0xa0))
		return -1;
	return width_char(&the_terminal.width, (uint32_t)c);
}

/* ---- giving the terminal back (async-signal-safe) ---- */

static void
restore_now(void)
{
	if (!the_terminal.active)
		return;
	the_terminal.active = 0;
	if (write(STDOUT_FILENO, the_terminal.restore, the_terminal.n) < 0) {
		/* Nothing is left to tell it to. */
	}
	tcsetattr(STDIN_FILENO, TCSANOW, &the_terminal.tty);
}

static void
on_crash(int signo)
{
	restore_now();
	signal(signo, SIG_DFL);
	raise(signo);
}

/* Terminfo strings may hold delays "$<5>", which only tputs understands. */
static void
add_capability(const char *name)
{
	const char *s = tigetstr(name);

	if (s == NULL || s == (char *)-1)
		return;
	while (*s != '\0' && the_terminal.n < RESTORE_MAX) {
		const char *end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;

		if (end != NULL)
			s = end + 1;
		else
			the_terminal.restore[the_terminal.n++] = *s++;
	}
}

static void
prepare_restore(void)
{
	static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
	struct sigaction sa, old;
	size_t i;

	memcpy(the_terminal.restore, MODES_OFF, sizeof(MODES_OFF) - 1);
	the_terminal.n = sizeof(MODES_OFF) - 1;
	add_capability("sgr0");
	add_capability("cnorm");
	add_capability("rmkx");
	add_capability("rmcup");
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_crash;
	sigemptyset(&sa.sa_mask);
	for (i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
		/* A sanitizer's own handler stays: it has more to tell. */
		if (sigaction(crashes[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
			sigaction(crashes[i], &sa, NULL);
}

/* ---- start and stop ---- */

/* Wide functions need some UTF-8 locale; which language it is does not matter. */
static void
need_utf8(void)
{
	if (setlocale(LC_CTYPE, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
			(void)setlocale(LC_CTYPE, "C.utf8");
}

static bool
is_linux_console(const char *name)
{
	/* KDGETMODE: only a real virtual console answers it. */
	enum { ASK_MODE = 0x4b3b };
	int mode;

	return strncmp(name, "linux", 5) == 0 && ioctl(STDOUT_FILENO, ASK_MODE, &mode) == 0;
}

static enum fj_rc
open_screen(struct term *t, struct fj_err *e)
{
	const char *name = getenv("TERM");

	if (name == NULL || name[0] == '\0')
		name = "unknown";
	snprintf(t->name, sizeof(t->name), "%s", name);
	t->screen = newterm(t->name, stdout, stdin);
	if (t->screen == NULL) {
		t->fallback = true;
		t->screen = newterm("xterm-256color", stdout, stdin);
	}
	if (t->screen == NULL)
		return fj_fail(e, FJ_IO, "term.start", "s", t->name);
	if (tigetstr("cup") == NULL || tigetstr("cup") == (char *)-1) {
		endwin();
		delscreen(t->screen);
		t->screen = NULL;
		return fj_fail(e, FJ_REFUSED, "term.dumb", "s", t->name);
	}
	return FJ_OK;
}

static void
send(const char *s)
{
	fputs(s, stdout);
	fflush(stdout);
}

static void
modes_on(const struct term *t)
{
	send(MODES_ON);
	if (t->mouse)
		send(MOUSE_ON);
}

static void
set_size(struct term *t)
{
	size_t n;

	getmaxyx(stdscr, t->rows, t->cols);
	n = (size_t)t->rows * (size_t)t->cols;
	free(t->front);
	t->front = xcalloc(n ? n : 1, sizeof(*t->front));
	t->all = true;
}

static void
set_escape_delay(void)
{
	/* Long enough for a sequence that a slow link cut in two. */
	if (getenv("ESCDELAY") == NULL)
		set_escdelay(getenv("SSH_CONNECTION") != NULL ? 100 : 25);
}

static void
screen_modes(void)
{
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	intrflush(stdscr, FALSE);
	scrollok(stdscr, FALSE);
	leaveok(stdscr, FALSE);
	term_keys_define();
	set_escape_delay();
}

enum fj_rc
term_start(const struct term_opts *o, struct term **out, struct fj_err *e)
{
	struct term *t;
	enum fj_rc rc;

	*out = NULL;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
	    tcgetattr(STDIN_FILENO, &the_terminal.tty) != 0)
		return fj_fail(e, FJ_REFUSED, "term.not-a-terminal", "");
	t = xcalloc(1, sizeof(*t));
	t->mouse = o->mouse;
	t->theme = o->theme;
	the_terminal.width.ambiguous = o->ambiguous == 2 ? 2 : 1;
	need_utf8();
	rc = open_screen(t, e);
	if (rc != FJ_OK) {
		free(t);
		return rc;
	}
	fj_buf_init(&t->paste, TERM_PASTE_MAX);
	t->console = is_linux_console(t->name);
	screen_modes();
	prepare_restore();
	the_terminal.active = 1;
	atexit(restore_now);
	if (has_colors()) {
		start_color();
		use_default_colors();
	}
	if (getenv("NO_COLOR") != NULL && getenv("NO_COLOR")[0] != '\0' &&
	    t->theme == THEME_COLOUR)
		t->theme = THEME_MONO;
	term_theme_apply(t);
	refresh();
	if (o->ambiguous == 0 && term_probe_ambiguous() == 2)
		the_terminal.width.ambiguous = 2;
	t->width = the_terminal.width;
	modes_on(t);
	set_size(t);
	clearok(curscr, TRUE);
	*out = t;
	return FJ_OK;
}

void
term_stop(struct term **tp)
{
	struct term *t = *tp;

	if (t == NULL)
		return;
	if (!t->suspended) {
		send(MODES_OFF);
		endwin();
	}
	the_terminal.active = 0;
	delscreen(t->screen);
	fj_buf_release(&t->paste);
	free(t->front);
	free(t);
	*tp = NULL;
}

void
term_suspend(struct term *t)
{
	if (t->suspended)
		return;
	send(MODES_OFF);
	endwin();
	the_terminal.active = 0;
	t->suspended = true;
}

void
term_resume(struct term *t)
{
	t->suspended = false;
	the_terminal.active = 1;
	reset_prog_mode();
	refresh();
	modes_on(t);
	(void)term_resized(t);
	term_redraw(t);
}

/* ---- facts ---- */

int
term_fd(const struct term *t)
{
	(void)t;
	return STDIN_FILENO;
}

const struct width *
term_width(const struct term *t)
{
	return &t->width;
}

void
term_size(const struct term *t, int *rows, int *cols)
{
	*rows = t->rows;
	*cols = t->cols;
}

bool
term_resized(struct term *t)
{
	struct winsize ws;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) != 0 || ws.ws_row == 0 || ws.ws_col == 0)
		return false;
	if (ws.ws_row == t->rows && ws.ws_col == t->cols)
		return false;
	resizeterm(ws.ws_row, ws.ws_col);
	set_size(t);
	clearok(curscr, TRUE);
	return true;
}

/* ---- painting ---- */

static void
set_cell(const struct term *t, const struct cell *c, cchar_t *out)
{
	wchar_t s[CELL_CHARS + 1] = {0};
	int i;

	for (i = 0; i < CELL_CHARS && c->c[i] != 0; i++)
		s[i] = (wchar_t)c->c[i];
	if (setcchar(out, s, t->attr[c->style], t->pair[c->style], NULL) == ERR) {
		s[0] = L'?';
		s[1] = 0;
		(void)setcchar(out, s, t->attr[c->style], t->pair[c->style], NULL);
	}
}

/* Whole rows only: that leaves ncurses no half of a wide character to keep. */
static void
paint_row(struct term *t, const struct cell *row, int y, cchar_t *out)
{
	int x, n = 0;

	for (x = 0; x < t->cols; x++)
		if (row[x].w > 0)
			set_cell(t, &row[x], &out[n++]);
	move(y, 0);
	clrtoeol();
	mvadd_wchnstr(y, 0, out, n);
}

void
term_paint(struct term *t, const struct grid *g)
{
	struct rect r = grid_rect(g);
	cchar_t *out;
	int y, cy, cx;

	if (t->suspended || r.h != t->rows || r.w != t->cols)
		return;
	out = xcalloc((size_t)t->cols, sizeof(*out));
	for (y = 0; y < t->rows; y++) {
		const struct cell *row = grid_row(g, y);
		struct cell *front = t->front + (size_t)y * (size_t)t->cols;
		size_t bytes = (size_t)t->cols * sizeof(*row);

		if (!t->all && memcmp(row, front, bytes) == 0)
			continue;
		memcpy(front, row, bytes);
		paint_row(t, row, y, out);
	}
	free(out);
	t->all = false;
	if (grid_cursor_get(g, &cy, &cx)) {
		curs_set(1);
		move(cy, cx);
	} else {
		curs_set(0);
	}
	refresh();
}

void
term_redraw(struct term *t)
{
	t->all = true;
	clearok(curscr, TRUE);
}
