/* SPDX-License-Identifier: Apache-2.0 */
/* serve: the hub answers until SIGTERM or SIGINT, then ends what is under way. */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
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

/* A whole number of an option, or 0 when it was not given. */
static bool
number(const char *text, int most, int *out)
{
	int v = 0;
	size_t i;

	*out = 0;
	if (text == NULL)
		return true;
	for (i = 0; text[i] >= '0' && text[i] <= '9' && v <= most; i++)
		v = v * 10 + (text[i] - '0');
	*out = v;
	return i > 0 && text[i] == '\0' && v > 0 && v <= most;
}

/* 0, or an exit code after a complaint. */
static int
read_limits(struct admin *ad, struct http_options *o)
{
	int mib;

	if (!number(ad->a.connections, 1000000, &o->connections))
		return admin_bad(ad, "hub.option-value", "--connections");
	if (!number(ad->a.per_address, 1000000, &o->per_address))
		return admin_bad(ad, "hub.option-value", "--per-address");
	if (!number(ad->a.workers, 64, &o->workers))
		return admin_bad(ad, "hub.option-value", "--workers");
	if (!number(ad->a.memory, 1 << 20, &mib))
		return admin_bad(ad, "hub.option-value", "--memory");
	o->memory = (size_t)mib << 20;
	return 0;
}

/* The same for evidence. */
static int
read_quotas(struct admin *ad, struct upload_limits *l)
{
	const struct {
		const char *name, *text;
		int64_t *to;
	} all[] = {
		{ "--quota-device", ad->a.quota_device, &l->device },
		{ "--quota-visit", ad->a.quota_visit, &l->visit },
		{ "--quota-total", ad->a.quota_total, &l->total },
		{ "--disk-reserve", ad->a.disk_reserve, &l->reserve },
	};
	size_t i;
	int mib;

	upload_limits_default(l);
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (!number(all[i].text, 1 << 30, &mib))
			return admin_bad(ad, "hub.option-value", all[i].name);
		if (mib > 0)
			*all[i].to = (int64_t)mib << 20;
	}
	return 0;
}

/* As many descriptors as the system lets us have: a connection is one. */
static void
raise_descriptors(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < r.rlim_max) {
		r.rlim_cur = r.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &r);
	}
}

int
verb_serve(struct admin *ad)
{
	struct http_options o = { .log = log_line, .ctx = ad };
	struct http *w = NULL;
	struct upload_limits quotas;
	struct hub *h = NULL;
	struct fj_err e;
	sigset_t set;
	int code;

	if (ad->a.evidence == NULL)
		return admin_bad(ad, "hub.needs", "--evidence DIR");
	if ((ad->a.tls_cert == NULL) != (ad->a.tls_key == NULL))
		return admin_bad(ad, "hub.needs", "--tls-cert F --tls-key F");
	code = read_limits(ad, &o);
	if (code == 0)
		code = read_quotas(ad, &quotas);
	if (code == 0)
		code = admin_open(ad, &h);
	if (code != 0)
		return code;
	h->limits = quotas;
	raise_descriptors();
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
