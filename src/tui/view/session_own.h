/* SPDX-License-Identifier: Apache-2.0 */
/* What session.c keeps to itself. */
#ifndef FJ_TUI_VIEW_SESSION_OWN_H
#define FJ_TUI_VIEW_SESSION_OWN_H

#include "tui/view/session.h"

struct session_own {
	struct session_opts o;
	struct dossier *dossier;	/* the visit at hand, or NULL */
	uint64_t serial;
	struct draft **draft;
	size_t ndraft;
	int64_t active;			/* loop_now of the last key */
	uint64_t tick;
	uint64_t nudge;			/* timer: something new is to be sent */
	const struct app *demo_app;	/* s->app while it is one of the demo */
};

#endif
