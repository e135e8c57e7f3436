/* SPDX-License-Identifier: Apache-2.0 */
/* A throw-away home, and short words for what every test does. */
#ifndef FJ_TESTS_JOURNAL_FIXTURE_H
#define FJ_TESTS_JOURNAL_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/xalloc.h"
#include "db/db.h"
#include "journal/evidence.h"
#include "journal/journal.h"
#include "os/env.h"
#include "os/fs.h"

#define PASS "correct horse 正确"
#define NPASS (sizeof(PASS) - 1)

struct fix {
	char *dir;
	char *home;
	struct journal *j;
	struct fj_err e;
	struct clock clock;
	char code[KEYFILE_CODE_TEXT];
};

static inline struct fix *
fix_dir(void)
{
	const char *base = env_get("TMPDIR");
	struct fix *f = xcalloc(1, sizeof(*f));

	f->dir = xasprintf("%s/fj-test-XXXXXX", base != NULL ? base : "/tmp");
	assert_non_null(mkdtemp(f->dir));
	f->home = fs_join(f->dir, "home");
	clock_init(&f->clock);
	return f;
}

static inline struct journal *
make_home(struct fix *f, const char *home, const char *name)
{
	struct journal_init in = {
		.home = home, .pass = PASS, .npass = NPASS, .cost = KDF_COST_MIN,
		.self = { .name = name, .cert = "A-0001", .org = "市场监督管理局" },
		.clock = &f->clock,
	};
	struct journal *j = NULL;

	assert_int_equal(journal_create(&in, &j, f->code, &f->e), FJ_OK);
	return j;
}

static inline int
setup(void **state)
{
	struct fix *f = fix_dir();

	f->j = make_home(f, f->home, "检查员甲");
	*state = f;
	return 0;
}

static inline int
teardown(void **state)
{
	struct fix *f = *state;

	journal_close(&f->j);
	assert_int_equal(fs_remove_tree(f->dir, NULL), FJ_OK);
	free(f->dir);
	free(f->home);
	free(f);
	return 0;
}

static inline void
reopen(struct fix *f)
{
	journal_close(&f->j);
	assert_int_equal(journal_open(f->home, &f->clock, &f->j, &f->e), FJ_OK);
	assert_int_equal(journal_unlock(f->j, PASS, NPASS, &f->e), FJ_OK);
}

static inline struct id
stream_no(int n)
{
	struct id id = { { 0x53, (uint8_t)n } };

	return id;
}

/* {"op":"set","path":"/data/x<n>","value":<text>} */
static inline char *
payload(int n, const char *text)
{
	return xasprintf("{\"op\":\"set\",\"t\":\"2026-03-01T09:00:00.000+08:00\",\"up\":1,"
	    "\"boot\":\"00000000\",\"path\":\"/data/x%d\",\"value\":\"%s\"}", n, text);
}

static inline enum fj_rc
append_one(struct journal *j, struct id stream, int n, const char *text, struct fj_err *e)
{
	char *p = payload(n, text);
	struct bytes b = { p, strlen(p) };
	struct journal_commit c = { .kind = STREAM_VISIT, .stream = stream, .payload = &b,
	    .n = 1, .expect = -1 };
	enum fj_rc rc = journal_append(j, &c, e);

	free(p);
	return rc;
}

struct seen {
	int entries;
	int damaged;
	uint64_t last_seq;
	char first[512];
	char last[512];
	char what[32];
};

static inline bool
see_entry(void *ctx, const struct entry *en)
{
	struct seen *s = ctx;
	char *to = s->entries == 0 ? s->first : s->last;

	s->entries++;
	s->last_seq = en->seq;
	snprintf(to, 512, "%.*s", (int)(en->len < 500 ? en->len : 500), en->payload);
	return true;
}

static inline void
see_damage(void *ctx, const struct journal_damage *d)
{
	struct seen *s = ctx;

	s->damaged++;
	snprintf(s->what, sizeof(s->what), "%s", d->what);
}

static inline struct seen
read_all(struct journal *j, struct id stream)
{
	struct seen s;
	struct journal_reader r = { see_entry, see_damage, &s };
	struct fj_err e;

	memset(&s, 0, sizeof(s));
	assert_int_equal(journal_each(j, &stream, 0, &r, NULL, &e), FJ_OK);
	return s;
}

static inline struct journal_check
check_all(struct journal *j)
{
	struct journal_check c;
	struct fj_err e;

	assert_int_equal(journal_fsck(j, true, NULL, &c, &e), FJ_OK);
	return c;
}

#endif
