/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/tour.h"

#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "cli/self.h"
#include "cli/split.h"
#include "os/env.h"
#include "os/fs.h"
#include "text/fit.h"

enum {
	SHOWN_LINES = 24,	/* of one output; the rest is counted */
	SHOWN_CELLS = 160,	/* of one line */
	WORDS_MAX = 64,
};

static const struct {
	const char *name, *cert, *folder;
} people[TOUR_PEOPLE] = {
	{"检查员甲", "YS-0001", "jia"},
	{"检查员乙", "YS-0002", "yi"},
	{"复核员丙", "YS-0003", "bing"},
	{"hub", "", "hub"},
};
static const char passphrase[] = "yan-shi-mi-ma-12345\n";

const char *
tour_name(enum tour_who who)
{
	return people[who].name;
}

const char *
tour_cert(enum tour_who who)
{
	return people[who].cert;
}

/* ---- telling ---- */

void
tour_step(struct tour *t, const char *english)
{
	if (!t->failed)
		fprintf(t->c->out, "\n== %s\n", msg_tr(t->c->msg, english));
}

void
tour_remark(struct tour *t, const char *english, ...)
{
	const char *args[9], *a;
	struct fj_buf b;
	va_list ap;
	int n = 0;

	if (t->failed)
		return;
	va_start(ap, english);
	while (n < 9 && (a = va_arg(ap, const char *)) != NULL)
		args[n++] = a;
	va_end(ap);
	fj_buf_init(&b, 65536);
	msg_format(&b, msg_tr(t->c->msg, english), n, args);
	fprintf(t->c->out, "# %s\n", b.p);
	fflush(t->c->out);
	fj_buf_release(&b);
}

static void
print_line(struct tour *t, enum tour_who who, const char *input,
    const char *const *words)
{
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_BODY_BYTES);
	fj_buf_printf(&b, "%s $ ", people[who].name);
	if (input != NULL) {
		fj_buf_puts(&b, "echo ");
		split_quote(&b, input);
		fj_buf_puts(&b, " | ");
	}
	fj_buf_puts(&b, who == TOUR_HUB ? "feijian-hub" : "feijian");
	for (; *words != NULL; words++) {
		fj_buf_putc(&b, ' ');
		split_quote(&b, *words);
	}
	fprintf(t->c->out, "%s\n", b.p);
	fflush(t->c->out);
	fj_buf_release(&b);
}

static void
print_cut(struct tour *t, const char *p, size_t n)
{
	struct fj_buf b;

	fj_buf_init(&b, 65536);
	fit_text(&b, NULL, p, n, SHOWN_CELLS);
	fprintf(t->c->out, "  %s\n", b.p);
	fj_buf_release(&b);
}

static int
count_lines(const char *p)
{
	int n = 1;

	while ((p = strchr(p, '\n')) != NULL) {
		n++;
		p++;
	}
	return n;
}

/* Beginning and end; what is left out between them is counted. */
static void
print_output(struct tour *t, const struct fj_buf *text)
{
	int i, n = count_lines(text->p);
	const char *p = text->p, *nl;

	if (text->n == 0)
		return;
	for (i = 0; i < n; i++, p = nl + 1) {
		nl = strchr(p, '\n');
		if (nl == NULL)
			nl = p + strlen(p);
		if (n <= SHOWN_LINES || i < SHOWN_LINES / 2 || i >= n - SHOWN_LINES / 2)
			print_cut(t, p, (size_t)(nl - p));
		else if (i == SHOWN_LINES / 2)
			fprintf(t->c->out, "  … +%d\n", n - 2 * (SHOWN_LINES / 2));
		if (*nl == '\0')
			break;
	}
	fflush(t->c->out);
}

static void
fail(struct tour *t, const char *what, const char *got)
{
	t->failed = true;
	fprintf(t->c->out, "!! %s: %s\n", what, got);
	fflush(t->c->out);
}

void
tour_check(struct tour *t, bool holds, const char *what)
{
	if (!t->failed && !holds)
		fail(t, _(t->c->msg, "not as it should be"), what);
}

void
tour_holds(struct tour *t, const char *text)
{
	tour_check(t, strstr(t->out.p, text) != NULL || strstr(t->err.p, text) != NULL, text);
}

char *
tour_take(const struct tour *t)
{
	return xstrdup(t->out.p);
}

/* ---- running ---- */

/* Read both pipes to their ends. */
static void
drain(struct proc *p, struct fj_buf *out, struct fj_buf *err)
{
	struct pollfd at[2] = {{.fd = p->out, .events = POLLIN},
	    {.fd = p->err, .events = POLLIN}};
	struct fj_buf *to[2] = {out, err};
	char chunk[4096];
	int i, open = 2;

	while (open > 0 && poll(at, 2, -1) >= 0) {
		for (i = 0; i < 2; i++) {
			ssize_t n;

			if (at[i].fd < 0 || at[i].revents == 0)
				continue;
			n = read(at[i].fd, chunk, sizeof(chunk));
			if (n > 0) {
				fj_buf_add(to[i], chunk, (size_t)n);
				continue;
			}
			at[i].fd = -1;
			open--;
		}
	}
}

static void
cut_ends(struct fj_buf *b)
{
	while (b->n > 0 && (b->p[b->n - 1] == '\n' || b->p[b->n - 1] == ' '))
		fj_buf_cut(b, b->n - 1);
}

/* The words as typed, and what every line of that person carries. */
static void
full_line(const struct tour *t, enum tour_who who, const char *const *words,
    const char **argv)
{
	size_t n = 0;

	argv[n++] = who == TOUR_HUB ? t->hub_program : t->self;
	while (*words != NULL && n < WORDS_MAX - 9)
		argv[n++] = *words++;
	if (who == TOUR_HUB) {
		argv[n++] = "--store";
		argv[n++] = t->store;
		argv[n++] = "--keys";
		argv[n++] = t->keys;
		argv[n++] = "--evidence";
		argv[n++] = t->files;
	} else {
		argv[n++] = "--home";
		argv[n++] = t->home[who];
		argv[n++] = "--lang";
		argv[n++] = msg_lang(t->c->msg);
	}
	argv[n++] = "--passphrase-file";
	argv[n++] = t->passfile;
	argv[n] = NULL;
}

static int
run(struct tour *t, const char *const *argv, const char *input)
{
	struct proc p;
	struct fj_err e;
	int status = -1;

	if (proc_start(&p, argv, PROC_IN | PROC_OUT | PROC_ERR, NULL, 0, &e) != FJ_OK) {
		msg_say(t->c->msg, &e, &t->err);
		return -1;
	}
	/* small enough for the pipe: the tour's own words */
	if (input != NULL && (fs_write_all(p.in, "-", input, strlen(input), &e) != FJ_OK ||
	    fs_write_all(p.in, "-", "\n", 1, &e) != FJ_OK))
		msg_say(t->c->msg, &e, &t->err);
	proc_close_in(&p);
	drain(&p, &t->out, &t->err);
	if (proc_wait(&p, &status, &e) != FJ_OK)
		return -1;
	return status;
}

void
tour_do(struct tour *t, enum tour_who who, int want, const char *input,
    const char *const *words)
{
	const char *argv[WORDS_MAX];
	char got[64];
	int status;

	if (t->failed)
		return;
	print_line(t, who, input, words);
	fj_buf_clear(&t->out);
	fj_buf_clear(&t->err);
	full_line(t, who, words, argv);
	status = run(t, argv, input);
	t->lines++;
	cut_ends(&t->out);
	cut_ends(&t->err);
	print_output(t, &t->err);
	print_output(t, &t->out);
	if (status != want) {
		snprintf(got, sizeof(got), "%d, %d", status, want);
		fail(t, _(t->c->msg, "exit code, and the one it should have"), got);
	}
}

/* ---- the hub ---- */

/* "listening 127.0.0.1:PORT"; the port is kept for the next start. */
static bool
read_address(struct tour *t)
{
	static const char mark[] = "listening ";
	char line[128];
	size_t n = 0;

	while (n < sizeof(line) - 1 && read(t->hub.out, line + n, 1) == 1 && line[n] != '\n')
		n++;
	line[n] = '\0';
	if (strncmp(line, mark, sizeof(mark) - 1) != 0)
		return false;
	free(t->listen);
	free(t->url);
	t->listen = xstrdup(line + sizeof(mark) - 1);
	t->url = xasprintf("http://%s", t->listen);
	return true;
}

void
tour_serve(struct tour *t)
{
	const char *const argv[] = {t->hub_program, "serve", "--store", t->store,
	    "--keys", t->keys, "--evidence", t->files, "--listen",
	    t->listen != NULL ? t->listen : "127.0.0.1:0", NULL};
	struct fj_err e;

	if (t->failed)
		return;
	fprintf(t->c->out, "hub $ feijian-hub serve --listen %s &\n", argv[9]);
	if (proc_start(&t->hub, argv, PROC_OUT | PROC_NULL, NULL, 0, &e) != FJ_OK) {
		msg_say(t->c->msg, &e, &t->err);
		fail(t, "feijian-hub serve", t->err.p);
		return;
	}
	t->serving = true;
	t->lines++;
	if (!read_address(t))
		fail(t, "feijian-hub serve", _(t->c->msg, "did not say where it listens"));
	else
		fprintf(t->c->out, "  listening %s\n", t->listen);
	fflush(t->c->out);
}

void
tour_unplug(struct tour *t)
{
	if (t->serving)
		proc_kill(&t->hub);
	t->serving = false;
}

/* ---- the stage ---- */

enum fj_rc
tour_open(struct cli *c, struct tour *t, struct fj_err *e)
{
	char *memory = env_runtime_dir();
	const char *tmp = env_get("TMPDIR");
	int i;

	memset(t, 0, sizeof(*t));
	t->c = c;
	fj_buf_init(&t->out, LIMIT_BODY_BYTES);
	fj_buf_init(&t->err, LIMIT_BODY_BYTES);
	t->self = self_path(c);
	t->hub_program = self_beside(c, "feijian-hub");
	t->dir = xasprintf("%s/feijian-tour-XXXXXX", tmp != NULL ? tmp :
	    memory != NULL ? memory : "/tmp");
	free(memory);
	if (mkdtemp(t->dir) == NULL) {
		enum fj_rc rc = fj_fail_errno(e, "cli.write", t->dir);

		free(t->dir);
		t->dir = NULL;
		return rc;
	}
	for (i = 0; i < TOUR_PEOPLE; i++)
		t->home[i] = fs_join(t->dir, people[i].folder);
	t->store = xasprintf("sqlite:%s/hub.db", t->dir);
	t->keys = fs_join(t->dir, "hub-keys");
	t->files = fs_join(t->dir, "hub-evidence");
	t->passfile = fs_join(t->dir, "passphrase");
	return fs_write(t->passfile, passphrase, sizeof(passphrase) - 1, 0600, e);
}

void
tour_close(struct tour *t)
{
	struct fj_err e;
	int i;

	tour_unplug(t);
	if (t->dir != NULL && fs_remove_tree(t->dir, &e) != FJ_OK)
		(void)cli_fail(t->c, &e);
	for (i = 0; i < TOUR_PEOPLE; i++)
		free(t->home[i]);
	free(t->dir);
	free(t->self);
	free(t->hub_program);
	free(t->passfile);
	free(t->store);
	free(t->keys);
	free(t->files);
	free(t->listen);
	free(t->url);
	fj_buf_release(&t->out);
	fj_buf_release(&t->err);
}
