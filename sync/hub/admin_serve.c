/* SPDX-License-Identifier: Apache-2.0 */
/* serve: the hub answers until SIGTERM or SIGINT, then ends what is under way. */
#include <signal.h>
#include <string.h>
#include <time.h>

#include "hub/admin.h"
#include "hub/http.h"

enum {
	STOP_WAIT_S = 30,
	STOP_STEP_MS = 10,
};

static void
log_line(void *ctx, const char *line)
{
	struct admin *ad = ctx;
	char at[INSTANT_TEXT + 1];

	instant_format(clock_now(&ad->clock), at);
	fprintf(ad->err, "%s %s\n", at, line);
}

static void
wait_for_end(struct http *w, const sigset_t *set)
{
	const struct timespec tick = { 1, 0 };

	while (sigtimedwait(set, NULL, &tick) < 0)
		http_tick(w);
}

/* What is under way ends, unless it takes too long or a second signal comes. */
static void
drain(struct http *w, const sigset_t *set)
{
	const struct timespec step = { 0, STOP_STEP_MS * 1000000L };
	int64_t until = clock_monotonic_ms() + STOP_WAIT_S * 1000LL;

	while (!http_drain(w) && clock_monotonic_ms() < until)
		if (sigtimedwait(set, NULL, &step) >= 0)
			return;
}

int
verb_serve(struct admin *ad)
{
	struct http_options o = { .log = log_line, .ctx = ad };
	struct http *w = NULL;
	struct hub *h = NULL;
	struct fj_err e;
	sigset_t set;
	int code;

	if (ad->a.evidence == NULL)
		return admin_bad(ad, "hub.needs", "--evidence DIR");
	if ((ad->a.tls_cert == NULL) != (ad->a.tls_key == NULL))
		return admin_bad(ad, "hub.needs", "--tls-cert F --tls-key F");
	code = admin_open(ad, &h);
	if (code != 0)
		return code;
	o.listen = ad->a.listen != NULL ? ad->a.listen : "127.0.0.1:8443";
	o.tls_cert = ad->a.tls_cert;
	o.tls_key = ad->a.tls_key;
	/* Before the threads are there: they inherit the mask. */
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	sigdelset(&set, SIGPIPE);
	if (http_start(h, &o, &w, &e) != FJ_OK) {
		hub_close(&h);
		return admin_fail(ad, &e);
	}
	fprintf(ad->out, "listening %s\n", http_address(w));
	fflush(ad->out);
	wait_for_end(w, &set);
	drain(w, &set);
	http_stop(&w);
	hub_close(&h);
	return ADMIN_DONE;
}
