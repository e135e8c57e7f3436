/* SPDX-License-Identifier: Apache-2.0 */
#include "app/clockwatch.h"

#include <string.h>

#include "app/internal.h"

enum {
	SLACK_MS = 2000,
	PPM = 100,
};

static const int64_t far_ms = 400LL * 86400 * 1000;
static const char space[] = "clock";

/* ---- the judgement ---- */

/* Clocks are read, never trusted: differences of wild values must not overflow. */
static int64_t
span(int64_t from, int64_t to)
{
	const int64_t most = INT64_MAX / 4;

	if (from > most || from < -most || to > most || to < -most)
		return from > to ? -most : most;
	return to - from;
}

static enum clock_jump
jump_of(int64_t ms, int64_t *out)
{
	*out = ms < 0 ? -ms : ms;
	return ms < 0 ? CLOCK_BACK : CLOCK_FORWARD;
}

enum clock_jump
clockwatch_judge(const struct clock_point *last, const struct clock_point *now, int64_t *ms)
{
	int64_t wall = span(last->wall, now->wall), run = span(last->boot, now->boot), off;

	*ms = 0;
	if (strcmp(last->boot_id, now->boot_id) == 0 && run >= 0) {
		off = wall - run;
		if (off > SLACK_MS + run / 1000000 * PPM || off < -SLACK_MS - run / 1000000 * PPM)
			return jump_of(off, ms);
		return CLOCK_STEADY;
	}
	if (wall < -SLACK_MS || wall > far_ms)
		return jump_of(wall, ms);
	return CLOCK_STEADY;
}

/* ---- what is kept ---- */

static struct clock_point
point_now(const struct app *a)
{
	struct clock_point p;

	p.wall = clock_now(a->clock).ms;
	p.boot = clock_boot_ms();
	clock_boot_id(p.boot_id);
	return p;
}

static bool
point_kept(const struct app *a, const void *key, size_t n, struct clock_point *out)
{
	struct fj_buf b;
	bool ok;

	fj_buf_init(&b, 4 * CLOCK_FACT_BYTES);
	ok = journal_get(a->j, space, key, n, &b, NULL) == FJ_OK && b.n == CLOCK_FACT_BYTES;
	if (ok) {
		out->wall = (int64_t)fj_get_u64(b.p);
		out->boot = (int64_t)fj_get_u64(b.p + 8);
		memcpy(out->boot_id, b.p + 16, CLOCK_BOOT_TEXT);
		out->boot_id[CLOCK_BOOT_TEXT] = '\0';
	}
	fj_buf_release(&b);
	return ok;
}

bool
clockwatch_look(const struct dossier *d, struct command *c)
{
	struct clock_point last, now = point_now(d->a);
	enum clock_jump jump;
	int64_t ms;

	memset(c, 0, sizeof(*c));
	/* A fact that cannot be read is as good as none: nothing blocks an act here. */
	if (!point_kept(d->a, d->id.b, ID_LEN, &last) && !point_kept(d->a, "", 0, &last))
		return false;
	jump = clockwatch_judge(&last, &now, &ms);
	c->op = OP_CLOCK;
	c->value = jump == CLOCK_BACK ? "back" : "forward";
	c->number = ms;
	return jump != CLOCK_STEADY;
}

void
clockwatch_facts(const struct dossier *d, struct clock_facts *out)
{
	struct clock_point p = point_now(d->a);
	size_t i;

	fj_put_u64(out->value, (uint64_t)p.wall);
	fj_put_u64(out->value + 8, (uint64_t)p.boot);
	memcpy(out->value + 16, p.boot_id, CLOCK_BOOT_TEXT);
	for (i = 0; i < CLOCK_FACTS; i++) {
		out->kv[i].space = space;
		out->kv[i].key.p = i == 0 ? (const void *)d->id.b : "";
		out->kv[i].key.n = i == 0 ? ID_LEN : 0;
		out->kv[i].value.p = out->value;
		out->kv[i].value.n = CLOCK_FACT_BYTES;
	}
}

/* ---- said once ---- */

void
clockwatch_told(struct app *a, const struct command *c)
{
	fj_fail(&a->jump, FJ_REFUSED, strcmp(c->value, "back") == 0 ? "app.clock-back" :
	    "app.clock-forward", "l", (long long)(c->number / 1000));
}

bool
app_clock_warning(struct app *a, struct fj_err *out)
{
	if (a->jump.rc == FJ_OK)
		return false;
	*out = a->jump;
	fj_err_clear(&a->jump);
	return true;
}
