/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/metrics.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

enum {
	ROUTES = 64,		/* the last: no route */
	CLASSES = 6,		/* 1xx … 5xx by their first digit */
	TIMES = 12,
};

/* Upper ends of the buckets, in ms; beyond the last: +Inf. */
static const struct {
	int64_t ms;
	const char *text;
} ends[TIMES] = {
	{ 1, "0.001" }, { 2, "0.002" }, { 5, "0.005" }, { 10, "0.01" }, { 20, "0.02" },
	{ 50, "0.05" }, { 100, "0.1" }, { 250, "0.25" }, { 1000, "1" }, { 5000, "5" },
	{ 30000, "30" }, { 300000, "300" },
};

struct route_figures {
	atomic_ullong status[CLASSES];
	atomic_ullong time[TIMES + 1];
	atomic_ullong ms;
};

struct metrics {
	struct route_figures r[ROUTES];
	atomic_ullong in, out, polls, sessions;
};

struct metrics *
metrics_new(void)
{
	return xcalloc(1, sizeof(struct metrics));
}

void
metrics_free(struct metrics **m)
{
	free(*m);
	*m = NULL;
}

static size_t
index_of(const struct route *rt)
{
	size_t i = rt != NULL ? (size_t)(rt - route_at(0)) : ROUTES - 1;

	return i < ROUTES ? i : ROUTES - 1;
}

void
metrics_request(struct metrics *m, const struct route *rt, int status, bool polled,
    int64_t ms, uint64_t in, uint64_t out)
{
	struct route_figures *r = &m->r[index_of(rt)];
	int c = status / 100, at = 0;

	atomic_fetch_add(&r->status[c > 0 && c < CLASSES ? c : 0], 1);
	atomic_fetch_add(&m->in, in);
	atomic_fetch_add(&m->out, out);
	if (rt != NULL && c == 2 && rt->verb == VERB_POST &&
	    strcmp(rt->path, "/v1/session") == 0)
		atomic_fetch_add(&m->sessions, 1);
	if (polled) {
		atomic_fetch_add(&m->polls, 1);
		return;
	}
	while (at < TIMES && ms > ends[at].ms)
		at++;
	atomic_fetch_add(&r->time[at], 1);
	atomic_fetch_add(&r->ms, (unsigned long long)(ms > 0 ? ms : 0));
}

/* ---- text ---- */

static void
family(struct fj_buf *b, const char *name, const char *type, const char *help)
{
	fj_buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
one(struct fj_buf *b, const char *name, const char *type, const char *help, int64_t v)
{
	if (v < 0)
		return;
	family(b, name, type, help);
	fj_buf_printf(b, "%s %lld\n", name, (long long)v);
}

static void
seconds(struct fj_buf *b, const char *name, unsigned long long ms)
{
	fj_buf_printf(b, "%s %llu.%03llu\n", name, ms / 1000, ms % 1000);
}

/* route and method of row i; false: no such row. */
static bool
row_name(size_t i, const char **method, const char **path)
{
	const struct route *rt = i + 1 < ROUTES ? route_at(i) : NULL;

	if (rt == NULL && i + 1 < ROUTES)
		return false;
	*method = rt != NULL ? verb_name(rt->verb) : "-";
	*path = rt != NULL ? rt->path : "-";
	return true;
}

static void
write_requests(const struct metrics *m, struct fj_buf *b)
{
	static const char name[] = "feijian_hub_requests_total";
	const char *method, *path;
	unsigned long long v;
	size_t i, c;

	family(b, name, "counter", "Answered requests by route and class of status.");
	for (i = 0; i < ROUTES; i++)
		for (c = 0; row_name(i, &method, &path) && c < CLASSES; c++) {
			v = atomic_load(&m->r[i].status[c]);
			if (v > 0)
				fj_buf_printf(b, "%s{method=\"%s\",route=\"%s\",status=\"%zuxx\"}"
				    " %llu\n", name, method, path, c, v);
		}
}

static void
write_times_of(const struct route_figures *r, const char *method, const char *path,
    struct fj_buf *b)
{
	static const char name[] = "feijian_hub_request_seconds";
	unsigned long long sum = 0, ms = atomic_load(&r->ms);
	size_t t;

	for (t = 0; t <= TIMES; t++)
		sum += atomic_load(&r->time[t]);
	if (sum == 0)
		return;
	sum = 0;
	for (t = 0; t <= TIMES; t++) {
		sum += atomic_load(&r->time[t]);
		fj_buf_printf(b, "%s_bucket{method=\"%s\",route=\"%s\",le=\"%s\"} %llu\n", name,
		    method, path, t < TIMES ? ends[t].text : "+Inf", sum);
	}
	fj_buf_printf(b, "%s_sum{method=\"%s\",route=\"%s\"} %llu.%03llu\n", name, method, path,
	    ms / 1000, ms % 1000);
	fj_buf_printf(b, "%s_count{method=\"%s\",route=\"%s\"} %llu\n", name, method, path, sum);
}

static void
write_times(const struct metrics *m, struct fj_buf *b)
{
	const char *method, *path;
	size_t i;

	family(b, "feijian_hub_request_seconds", "histogram",
	    "From the header lines to the answer; long polls are left out.");
	for (i = 0; i < ROUTES; i++)
		if (row_name(i, &method, &path))
			write_times_of(&m->r[i], method, path, b);
}

static void
write_http(const struct metrics *m, const struct http_counts *c, struct fj_buf *b)
{
	family(b, "feijian_hub_bytes_total", "counter", "Bytes of bodies.");
	fj_buf_printf(b, "feijian_hub_bytes_total{direction=\"in\"} %llu\n"
	    "feijian_hub_bytes_total{direction=\"out\"} %llu\n",
	    (unsigned long long)atomic_load(&m->in), (unsigned long long)atomic_load(&m->out));
	one(b, "feijian_hub_polls_total", "counter", "Answered requests that were to wait.",
	    (int64_t)atomic_load(&m->polls));
	one(b, "feijian_hub_sessions_total", "counter", "Sessions that were begun.",
	    (int64_t)atomic_load(&m->sessions));
	one(b, "feijian_hub_refused_total", "counter", "Told to come again: no room.",
	    (int64_t)c->refused);
	one(b, "feijian_hub_connections", "gauge", "Open connections.",
	    (int64_t)c->connections);
	one(b, "feijian_hub_requests_active", "gauge", "Requests under way.",
	    (int64_t)c->active);
	one(b, "feijian_hub_queue_length", "gauge", "Requests that wait for a worker.",
	    (int64_t)c->waiting);
	one(b, "feijian_hub_parked_polls", "gauge", "Long polls that wait for news.",
	    (int64_t)c->parked);
	one(b, "feijian_hub_body_bytes", "gauge", "Memory of bodies and answers.",
	    (int64_t)c->memory);
}

static void
write_commits(const struct commit_counts *c, struct fj_buf *b)
{
	static const char name[] = "feijian_hub_commit_group_size";
	unsigned long long sum = 0;
	size_t i;

	family(b, name, "histogram", "Pushes and files that one commit stored together.");
	for (i = 0; i < COMMIT_SIZES; i++) {
		sum += c->size[i];
		fj_buf_printf(b, "%s_bucket{le=\"%u\"} %llu\n", name, 1u << i, sum);
	}
	fj_buf_printf(b, "%s_bucket{le=\"+Inf\"} %llu\n%s_sum %llu\n%s_count %llu\n", name, sum,
	    name, (unsigned long long)c->jobs, name, (unsigned long long)c->groups);
	family(b, "feijian_hub_commit_seconds_total", "counter", "Time spent on commits.");
	seconds(b, "feijian_hub_commit_seconds_total", c->ms);
	one(b, "feijian_hub_commit_waiting", "gauge", "Pushes and files that wait for a commit.",
	    (int64_t)c->waiting);
}

static void
write_store(const struct metrics_now *n, struct fj_buf *b)
{
	one(b, "feijian_hub_healthy", "gauge", "What /healthz answers: 1 is 200.", n->healthy);
	one(b, "feijian_hub_store_up", "gauge", "The store answered just now.", n->store_up);
	one(b, "feijian_hub_store_errors_total", "counter",
	    "Commits that failed and looks at the store that did.",
	    (int64_t)(n->store_errors + n->commit.failed));
	if (n->store_up) {
		one(b, "feijian_hub_log_position", "gauge", "Newest position of the log.",
		    (int64_t)n->position);
		one(b, "feijian_hub_safe_position", "gauge",
		    "Position up to which a second copy holds the log.", (int64_t)n->safe);
		one(b, "feijian_hub_uploads_open", "gauge", "Files that are not whole yet.",
		    n->uploads.open);
		one(b, "feijian_hub_uploads_open_bytes", "gauge", "Their sizes as declared.",
		    n->uploads.open_bytes);
		one(b, "feijian_hub_uploads_done", "gauge", "Whole files.", n->uploads.done);
		one(b, "feijian_hub_uploads_done_bytes", "gauge", "Their sizes.",
		    n->uploads.done_bytes);
	}
	family(b, "feijian_hub_disk_free_bytes", "gauge", "Free bytes where it writes.");
	if (n->free_evidence >= 0)
		fj_buf_printf(b, "feijian_hub_disk_free_bytes{place=\"evidence\"} %lld\n",
		    (long long)n->free_evidence);
	if (n->free_store >= 0)
		fj_buf_printf(b, "feijian_hub_disk_free_bytes{place=\"store\"} %lld\n",
		    (long long)n->free_store);
}

void
metrics_text(const struct metrics *m, const struct metrics_now *now, struct fj_buf *out)
{
	write_requests(m, out);
	write_times(m, out);
	write_http(m, &now->http, out);
	write_commits(&now->commit, out);
	write_store(now, out);
	one(out, "process_resident_memory_bytes", "gauge", "Resident memory.", now->resident);
	family(out, "process_start_time_seconds", "gauge", "Start, since 1970.");
	seconds(out, "process_start_time_seconds", (unsigned long long)now->begun_ms);
	family(out, "process_cpu_seconds_total", "counter", "Processor time.");
	seconds(out, "process_cpu_seconds_total", (unsigned long long)now->cpu_ms);
}
