/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/metrics_http.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "hub/http_internal.h"
#include "os/harden.h"

enum {
	TEXT_MAX = 1 << 20,
	CONNECTIONS = 32,
	SILENCE_S = 10,
	SUMS_MS = 10000,		/* sums read the table of uploads */
};

struct metrics_http {
	struct hub *h;
	struct http *w;
	struct metrics *m;
	struct MHD_Daemon *daemon;
	int fd;
	char address[96];
	int64_t begun_ms;

	/* of the daemon's thread */
	struct store *reader;
	uint64_t errors;
	struct upload_sums sums;
	int64_t sums_ms;
};

/* ---- what stands just now ---- */

static enum fj_rc
read_store(struct metrics_http *s, struct metrics_now *n)
{
	const struct store_ops *o;
	int64_t now = clock_monotonic_ms();
	enum fj_rc rc = FJ_OK;

	if (s->reader == NULL)
		rc = store_open_reader(s->h->url, &s->reader, NULL);
	if (rc != FJ_OK)
		return rc;
	o = s->reader->ops;
	rc = o->log_position(s->reader, &n->position, NULL);
	if (rc == FJ_OK)
		rc = o->safe_through(s->reader, &n->safe, NULL);
	if (rc == FJ_OK && (s->sums_ms == 0 || now - s->sums_ms > SUMS_MS)) {
		rc = o->upload_sums(s->reader, NULL, NULL, &s->sums, NULL);
		s->sums_ms = now;
	}
	n->uploads = s->sums;
	if (rc != FJ_OK)
		store_close(&s->reader);
	return rc;
}

static void
look(struct metrics_http *s, struct metrics_now *n)
{
	struct rusage u;
	int64_t kib = harden_resident_kib();

	memset(n, 0, sizeof(*n));
	http_counts(s->w, &n->http);
	commit_counts(s->h, &n->commit);
	n->store_up = read_store(s, n) == FJ_OK;
	if (!n->store_up)
		s->errors++;
	n->store_errors = s->errors;
	n->healthy = strcmp(http_health(s->w, s->reader), "ok") == 0;
	http_space(s->w, &n->free_evidence, &n->free_store);
	n->resident = kib < 0 ? -1 : kib << 10;
	n->begun_ms = s->begun_ms;
	if (getrusage(RUSAGE_SELF, &u) == 0)
		n->cpu_ms = (int64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 +
		    (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
}

/* ---- HTTP ---- */

static enum MHD_Result
send_text(struct MHD_Connection *mc, unsigned status, const char *media, struct fj_buf *b)
{
	struct MHD_Response *m;
	enum MHD_Result res;
	size_t n;
	char *p = fj_buf_take(b, &n);

	m = MHD_create_response_from_buffer(n, p != NULL ? p : xstrdup(""),
	    MHD_RESPMEM_MUST_FREE);
	if (m == NULL)
		return MHD_NO;
	MHD_add_response_header(m, "Content-Type", media);
	if (status == 405)
		MHD_add_response_header(m, "Allow", "GET");
	res = MHD_queue_response(mc, status, m);
	MHD_destroy_response(m);
	return res;
}

static unsigned
answer(struct metrics_http *s, const char *url, const char **media, struct fj_buf *b)
{
	struct metrics_now n;
	const char *found;

	if (strcmp(url, "/metrics") == 0) {
		look(s, &n);
		metrics_text(s->m, &n, b);
		*media = "text/plain; version=0.0.4; charset=utf-8";
		return 200;
	}
	if (strcmp(url, "/healthz") != 0) {
		fj_buf_puts(b, "/metrics /healthz\n");
		return 404;
	}
	(void)!read_store(s, &n);
	found = http_health(s->w, s->reader);
	fj_buf_printf(b, "%s\n", found);
	return strcmp(found, "ok") == 0 ? 200 : 503;
}

static enum MHD_Result
handle(void *cls, struct MHD_Connection *mc, const char *url, const char *method,
    const char *version, const char *data, size_t *size, void **state)
{
	const char *media = "text/plain";
	struct fj_buf b;
	unsigned status;

	(void)version;
	(void)data;
	/* The first call brings the header lines alone; bodies are read past. */
	if (*state == NULL || *size > 0) {
		*state = cls;
		*size = 0;
		return MHD_YES;
	}
	fj_buf_init(&b, TEXT_MAX);
	if (strcmp(method, "GET") != 0)
		status = 405;
	else
		status = answer(cls, url, &media, &b);
	return send_text(mc, status, media, &b);
}

/* ---- start and stop ---- */

enum fj_rc
metrics_http_start(struct hub *h, struct http *w, struct metrics *m, const char *listen,
    struct metrics_http **out, struct fj_err *e)
{
	struct metrics_http *s = xcalloc(1, sizeof(*s));
	const char *port = listen[0] == ':' ? listen + 1 : listen;
	char *text = strchr(port, ':') == NULL ? xasprintf("127.0.0.1:%s", port) :
	    xstrdup(listen);
	enum fj_rc rc;

	s->h = h;
	s->w = w;
	s->m = m;
	s->fd = -1;
	s->begun_ms = (int64_t)time(NULL) * 1000;
	/* Figures are no secret that needs TLS: who names an address means it. */
	rc = listen_open(text, true, &s->fd, s->address, e);
	if (rc == FJ_OK) {
		s->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL,
		    handle, s, MHD_OPTION_LISTEN_SOCKET, s->fd,
		    MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
		    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SILENCE_S, MHD_OPTION_END);
		if (s->daemon == NULL)
			rc = fj_fail(e, FJ_IO, "hub.listen-failed", "ss", text, strerror(errno));
	}
	free(text);
	if (rc == FJ_OK) {
		*out = s;
		return FJ_OK;
	}
	if (s->fd >= 0)
		close(s->fd);
	free(s);
	return rc;
}

const char *
metrics_http_address(const struct metrics_http *s)
{
	return s->address;
}

void
metrics_http_stop(struct metrics_http **sp)
{
	struct metrics_http *s = *sp;

	*sp = NULL;
	if (s == NULL)
		return;
	MHD_stop_daemon(s->daemon);
	store_close(&s->reader);
	free(s);
}
