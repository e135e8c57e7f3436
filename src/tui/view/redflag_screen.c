/* SPDX-License-Identifier: Apache-2.0 */
/* One screening: the helper in the session's loop, the hits, what was recorded. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "os/loop.h"
#include "tui/view/redflag.h"

enum { REDFLAG_FAR_MS = 24 * 3600 * 1000 };

struct screening *
screening_new(struct session *s, const struct id *visit, struct redflags *r)
{
	struct screening *sc = xcalloc(1, sizeof(*sc));

	sc->s = s;
	sc->visit = *visit;
	sc->r = r;
	sc->fd = -1;
	sc->refs = 1;
	sc->gen = 1;
	sc->serial = session_serial(s);
	return sc;
}

struct screening *
screening_recorded(struct session *s, const struct id *visit)
{
	struct dossier *d = session_dossier(s, visit);
	struct flag_list *list;
	struct screening *sc;
	struct id newest = {{0}};
	struct fj_err e;

	if (d == NULL)
		return NULL;
	if (dossier_flags(d, &newest, &list, &e) != FJ_OK) {
		ui_fail(s->ui, &e);
		return NULL;
	}
	sc = screening_new(s, visit, NULL);
	sc->list = list;
	sc->asked = true;
	return sc;
}

struct screening *
screening_ref(struct screening *sc)
{
	sc->refs++;
	return sc;
}

static void
unwatch(struct screening *sc)
{
	if (sc->fd >= 0)
		loop_fd(sc->s->loop, sc->fd, 0, NULL, NULL);
	loop_cancel(sc->s->loop, sc->timer);
	sc->fd = -1;
	sc->timer = 0;
}

void
screening_unref(struct screening **at)
{
	struct screening *sc = *at;

	*at = NULL;
	if (sc == NULL || --sc->refs > 0)
		return;
	unwatch(sc);
	redflags_free(&sc->r);
	flag_list_free(&sc->list);
	free(sc);
}

/* ---- at work ---- */

enum redflags_state
screening_state(const struct screening *sc)
{
	return sc->r != NULL ? redflags_state(sc->r) : REDFLAGS_READY;
}

bool
screening_busy(const struct screening *sc)
{
	enum redflags_state st = screening_state(sc);

	/* One that reads again passes through MAPPED without waiting there. */
	return st == REDFLAGS_READING || st == REDFLAGS_LOADING || st == REDFLAGS_RUNNING ||
	    (st == REDFLAGS_MAPPED && sc->again);
}

bool
screening_can_ask(const struct screening *sc)
{
	return sc->r != NULL && redflags_state(sc->r) == REDFLAGS_READY;
}

/* A run that was stopped is no run of the visit: it would say less than it seems. */
static void
record(struct screening *sc)
{
	struct dossier *d = session_dossier(sc->s, &sc->visit);
	struct id run;
	struct fj_err e;

	sc->asked = true;
	if (d == NULL || sc->stopped)
		return;
	session_keeping(sc->s);
	if (session_kept(sc->s, redflags_record(sc->r, d, &run, &e), &e))
		session_acted(sc->s);
	redflags_marks(sc->r, d);
	sc->serial = session_serial(sc->s);
}

static void
step(void *ctx)
{
	struct screening *sc = ctx;
	bool changed = false;
	struct fj_err e;
	enum fj_rc rc;

	unwatch(sc);
	rc = redflags_step(sc->r, &changed, &e);
	if (rc != FJ_OK && rc != FJ_CANCELLED)
		ui_fail(sc->s->ui, &e);
	if (changed || rc != FJ_OK) {
		sc->gen++;
		ui_dirty(sc->s->ui);
	}
	if (rc == FJ_OK && screening_can_ask(sc) && !sc->asked)
		record(sc);
	if (rc == FJ_OK && screening_busy(sc))
		screening_watch(sc);
}

static void
on_fd(void *ctx, int fd, int events)
{
	(void)fd;
	(void)events;
	step(ctx);
}

void
screening_watch(struct screening *sc)
{
	int64_t ms = redflags_wait_ms(sc->r);

	unwatch(sc);
	sc->fd = redflags_fd(sc->r);
	if (sc->fd >= 0)
		loop_fd(sc->s->loop, sc->fd, LOOP_READ, on_fd, sc);
	sc->timer = loop_after(sc->s->loop, ms >= 0 ? ms : REDFLAG_FAR_MS, step, sc);
	sc->gen++;
	ui_dirty(sc->s->ui);
}

void
screening_stop(struct screening *sc)
{
	if (sc->r == NULL || !screening_busy(sc))
		return;
	sc->stopped = true;
	redflags_stop(sc->r);
	if (screening_busy(sc))
		screening_watch(sc);
	else
		unwatch(sc);
	sc->gen++;
	ui_dirty(sc->s->ui);
}

void
screening_reread(struct screening *sc)
{
	struct dossier *d = session_dossier(sc->s, &sc->visit);
	struct id newest = {{0}};
	struct fj_err e;
	enum fj_rc rc;

	if (sc->r != NULL || d == NULL)
		return;
	rc = redflags_again(d, &newest, true, &sc->r, &e);
	if (rc == FJ_OK)
		rc = redflags_start(sc->r, &e);
	if (rc != FJ_OK) {
		redflags_free(&sc->r);
		ui_fail(sc->s->ui, &e);
		return;
	}
	sc->again = true;
	screening_watch(sc);
}

/* ---- hits ---- */

static void
reload(struct screening *sc)
{
	struct dossier *d = session_dossier(sc->s, &sc->visit);
	struct id newest = {{0}};
	struct flag_list *list;
	struct fj_err e;

	sc->serial = session_serial(sc->s);
	sc->gen++;
	if (d == NULL)
		return;
	if (sc->list == NULL) {
		redflags_marks(sc->r, d);
		return;
	}
	if (dossier_flags(d, &newest, &list, &e) != FJ_OK) {
		ui_fail(sc->s->ui, &e);
		return;
	}
	flag_list_free(&sc->list);
	sc->list = list;
}

void
screening_fresh(struct screening *sc)
{
	if (sc->serial != session_serial(sc->s) && !screening_busy(sc))
		reload(sc);
}

void
screening_acted(struct screening *sc)
{
	session_acted(sc->s);
	reload(sc);
	ui_dirty(sc->s->ui);
}

size_t
screening_hits(const struct screening *sc)
{
	return sc->list != NULL ? flag_list_count(sc->list) :
	    sc->r != NULL ? redflags_hits(sc->r) : 0;
}

const struct redflag_hit *
screening_hit(const struct screening *sc, size_t i)
{
	return sc->list != NULL ? flag_list_at(sc->list, i) : redflags_hit(sc->r, i);
}

/* From the last one on: it is mostly asked again, or the next one is. */
const struct redflag_hit *
screening_find(struct screening *sc, const struct id *id)
{
	size_t i, n = screening_hits(sc);

	for (i = 0; i < n; i++) {
		size_t at = (sc->found + i) % n;

		if (id_eq(&screening_hit(sc, at)->id, id)) {
			sc->found = at;
			return screening_hit(sc, at);
		}
	}
	return NULL;
}

size_t
screening_rules(const struct screening *sc)
{
	return sc->list != NULL ? flag_list_rules(sc->list) :
	    sc->r != NULL ? redflags_rules(sc->r) : 0;
}

const struct redflag_rule *
screening_rule(const struct screening *sc, size_t i)
{
	return sc->list != NULL ? flag_list_rule(sc->list, i) : redflags_rule(sc->r, i);
}
