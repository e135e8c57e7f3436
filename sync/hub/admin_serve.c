/* SPDX-License-Identifier: Apache-2.0 */
/* serve: the hub answers until SIGTERM or SIGINT, then ends what is under way. */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "hub/admin.h"
#include "hub/metrics_http.h"
#include "hub/peer.h"
#include "hub/serve_watch.h"
#include "os/env.h"

enum {
	STOP_WAIT_S = 30,
	STOP_STEP_MS = 10,
};

struct serve {
	struct admin *ad;
	struct http_options o;
	struct upload_limits quotas;
	enum log_level level;
	int audit_days;
	struct hub *h;
	struct http *w;
	struct metrics *metrics;
	struct metrics_http *metrics_http;
	struct serve_log *log;
	struct watch *watch;
};

static void
log_line(void *ctx, int status, const char *line)
{
	struct serve *s = ctx;

	serve_log_put(s->log, status == 500 ? LEVEL_ERROR : status > 500 ? LEVEL_WARNING :
	    LEVEL_INFO, line);
}

static void
wait_for_end(struct serve *s, const sigset_t *set)
{
	const struct timespec tick = { 1, 0 };
	int sig;

	while ((sig = sigtimedwait(set, NULL, &tick)) < 0 || sig == SIGHUP) {
		if (sig == SIGHUP)
			serve_log_reopen(s->log);
		http_tick(s->w);
		watch_tick(s->watch);
	}
}

static bool
is_end(int sig)
{
	return sig == SIGTERM || sig == SIGINT;
}

/* What is under way ends, unless it takes too long or a second signal comes. */
static void
drain(struct http *w, const sigset_t *set)
{
	const struct timespec step = { 0, STOP_STEP_MS * 1000000L };
	int64_t until = clock_monotonic_ms() + STOP_WAIT_S * 1000LL;

	while (!http_drain(w) && clock_monotonic_ms() < until)
		if (is_end(sigtimedwait(set, NULL, &step)))
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

/* 0, or an exit code after a complaint. */
static int
read_line(struct serve *s)
{
	const struct admin_args *a = &s->ad->a;
	int code;

	if (a->evidence == NULL)
		return admin_bad(s->ad, "hub.needs", "--evidence DIR");
	if ((a->tls_cert == NULL) != (a->tls_key == NULL))
		return admin_bad(s->ad, "hub.needs", "--tls-cert F --tls-key F");
	if (a->trusted != NULL && !peer_trusted_valid(a->trusted))
		return admin_bad(s->ad, "hub.trusted-proxy", a->trusted);
	s->level = a->log_level != NULL ? log_level_parse(a->log_level) : LEVEL_INFO;
	if (s->level == 0)
		return admin_bad(s->ad, "hub.log-level", a->log_level);
	if (!number(a->audit_days, 36500, &s->audit_days))
		return admin_bad(s->ad, "hub.option-value", "--audit-days");
	code = read_limits(s->ad, &s->o);
	if (code == 0)
		code = read_quotas(s->ad, &s->quotas);
	s->o.listen = a->listen != NULL ? a->listen : "127.0.0.1:8443";
	s->o.tls_cert = a->tls_cert;
	s->o.tls_key = a->tls_key;
	s->o.trusted = a->trusted;
	s->o.log = log_line;
	s->o.ctx = s;
	return code;
}

/* Before the threads are there: they inherit the mask. */
static void
hold_signals(const struct serve *s, sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGPIPE);
	if (s->ad->a.log != NULL || env_get("NOTIFY_SOCKET") != NULL)
		sigaddset(set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, set, NULL);
	sigdelset(set, SIGPIPE);
}

static enum fj_rc
start(struct serve *s, struct fj_err *e)
{
	const struct admin_args *a = &s->ad->a;
	enum fj_rc rc = serve_log_new(s->ad->err, a->log, s->level, &s->ad->clock, &s->log, e);

	s->metrics = metrics_new();
	s->o.metrics = s->metrics;
	if (rc == FJ_OK)
		rc = http_start(s->h, &s->o, &s->w, e);
	if (rc == FJ_OK)
		s->watch = watch_new(s->h, s->w, s->log, s->audit_days);
	if (rc == FJ_OK && a->metrics != NULL)
		rc = metrics_http_start(s->h, s->w, s->metrics, a->metrics, &s->metrics_http, e);
	return rc;
}

static void
say_started(struct serve *s)
{
	char line[160];

	snprintf(line, sizeof(line), "start listen=%s tls=%s metrics=%s",
	    http_address(s->w), s->o.tls_cert != NULL ? "yes" : "no",
	    s->metrics_http != NULL ? metrics_http_address(s->metrics_http) : "no");
	serve_log_put(s->log, LEVEL_INFO, line);
	fprintf(s->ad->out, "listening %s\n", http_address(s->w));
	if (s->metrics_http != NULL)
		fprintf(s->ad->out, "metrics %s\n", metrics_http_address(s->metrics_http));
	fflush(s->ad->out);
	notify_system("READY=1");
}

static void
stop(struct serve *s)
{
	metrics_http_stop(&s->metrics_http);
	http_stop(&s->w);
	watch_free(&s->watch);
	hub_close(&s->h);
	metrics_free(&s->metrics);
	serve_log_free(&s->log);
}

int
verb_serve(struct admin *ad)
{
	struct serve s = { .ad = ad };
	struct fj_err e;
	sigset_t set;
	int code;

	code = read_line(&s);
	if (code == 0)
		code = admin_open(ad, &s.h);
	if (code != 0)
		return code;
	s.h->limits = s.quotas;
	raise_descriptors();
	hold_signals(&s, &set);
	if (start(&s, &e) != FJ_OK) {
		stop(&s);
		return admin_fail(ad, &e);
	}
	say_started(&s);
	wait_for_end(&s, &set);
	notify_system("STOPPING=1");
	serve_log_put(s.log, LEVEL_INFO, "stopping");
	drain(s.w, &set);
	metrics_http_stop(&s.metrics_http);
	http_stop(&s.w);
	serve_log_put(s.log, LEVEL_INFO, "stopped");
	stop(&s);
	return ADMIN_DONE;
}
