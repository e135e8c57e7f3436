/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hub over HTTP, in this process: who waits and who is woken (L1), deadlines by a
 * clock of ours, limits of connections and memory, what a stop answers (L2).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdatomic.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "hub/http.h"
#include "unit/hub/little_hub.h"
#include "wire/zip.h"

enum { PATIENCE_MS = 20000 };

static atomic_llong clock_ms;

static int64_t
our_clock(void *ctx)
{
	(void)ctx;
	return atomic_load(&clock_ms);
}

struct server {
	struct little_hub *w;
	struct http *http;
	int port;
};

static void
serve(struct server *s, size_t memory, int per_address)
{
	struct http_options o;
	struct fj_err e;

	memset(&o, 0, sizeof(o));
	o.listen = "127.0.0.1:0";
	o.now = our_clock;
	o.memory = memory;
	o.per_address = per_address;
	o.workers = 2;
	atomic_store(&clock_ms, 1000000);
	OK(http_start(s->w->h, &o, &s->http, &e));
	s->port = (int)strtol(strrchr(http_address(s->http), ':') + 1, NULL, 10);
}

static int
setup(void **state)
{
	struct server *s = xcalloc(1, sizeof(*s));

	s->w = little_new();
	*state = s;
	return 0;
}

static int
teardown(void **state)
{
	struct server *s = *state;

	little_free(s->w);
	free(s);
	return 0;
}

/* ---- a client ---- */

static int
dial(const struct server *s)
{
	struct sockaddr_in to;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	memset(&to, 0, sizeof(to));
	to.sin_family = AF_INET;
	to.sin_port = htons((uint16_t)s->port);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static void
say(int fd, const void *p, size_t n)
{
	const char *at = p;

	while (n > 0) {
		ssize_t k = send(fd, at, n, MSG_NOSIGNAL);

		if (k <= 0)
			return;
		at += k;
		n -= (size_t)k;
	}
}

static void
says(int fd, const char *text)
{
	say(fd, text, strlen(text));
}

static bool
readable(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, ms) == 1;
}

/* One answer, head and body; 0: the connection ended.  b may be NULL. */
static int
hear(int fd, struct fj_buf *b)
{
	struct fj_buf in;
	const char *end = NULL, *len;
	size_t need = 0;
	char room[4096];
	ssize_t k;
	int status;

	fj_buf_init(&in, 8 << 20);
	while (end == NULL || in.n < need) {
		if (!readable(fd, PATIENCE_MS))
			fail_msg("no answer");
		k = recv(fd, room, sizeof(room), 0);
		if (k <= 0)
			break;
		fj_buf_add(&in, room, (size_t)k);
		end = strstr(in.p, "\r\n\r\n");
		len = strstr(in.p, "Content-Length: ");
		if (end != NULL)
			need = (size_t)(end + 4 - in.p) +
			    (len != NULL && len < end ? strtoul(len + 16, NULL, 10) : 0);
	}
	status = in.n > 12 ? (int)strtol(in.p + 9, NULL, 10) : 0;
	if (b != NULL) {
		fj_buf_clear(b);
		fj_buf_add(b, in.p, in.n);
	}
	fj_buf_release(&in);
	return status;
}

static void
push_head(struct fj_buf *b, const char *token, size_t n, const char *more)
{
	fj_buf_printf(b, "POST /v1/runs HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer %s\r\n"
	    "Content-Type: " WIRE_MEDIA_RUNS "\r\nContent-Length: %zu\r\n%s\r\n", token, n, more);
}

/* A new visit of device d with a team of d and other. */
static void
send_push(const struct server *s, int fd, int d, int other, struct id *visit)
{
	struct chain_head head;
	struct fj_buf body, req;

	memset(&head, 0, sizeof(head));
	id_random(visit);
	fj_buf_init(&body, 1 << 20);
	fj_buf_init(&req, 2 << 20);
	little_run(s->w, &s->w->d[d], &s->w->d[other], visit, 3, &head, &body);
	push_head(&req, s->w->d[d].token, body.n, "");
	fj_buf_add(&req, body.p, body.n);
	say(fd, req.p, req.n);
	fj_buf_release(&body);
	fj_buf_release(&req);
}

static void
send_poll(const struct server *s, int fd, int d, const char *cursor)
{
	char req[1024];

	snprintf(req, sizeof(req), "GET /v1/streams?wait=25&cursor=%s HTTP/1.1\r\nHost: h\r\n"
	    "Authorization: Bearer %s\r\n\r\n", cursor, s->w->d[d].token);
	says(fd, req);
}

static void
newest(const struct server *s, int fd, int d, char cursor[WIRE_CURSOR])
{
	struct listing l;
	struct fj_buf b;
	char req[1024];
	struct fj_err e;

	fj_buf_init(&b, 1 << 20);
	memset(&l, 0, sizeof(l));
	snprintf(req, sizeof(req), "GET /v1/streams HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer %s"
	    "\r\n\r\n", s->w->d[d].token);
	says(fd, req);
	assert_int_equal(hear(fd, &b), 200);
	OK(listing_read(strstr(b.p, "\r\n\r\n") + 4, strlen(strstr(b.p, "\r\n\r\n") + 4), &l, &e));
	memcpy(cursor, l.cursor, WIRE_CURSOR);
	listing_release(&l);
	fj_buf_release(&b);
}

static void
healthz(const struct server *s, int status, const char *word)
{
	struct fj_buf b;
	int fd = dial(s);

	fj_buf_init(&b, 4096);
	says(fd, "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_int_equal(hear(fd, &b), status);
	assert_string_equal(strstr(b.p, "\r\n\r\n") + 4, word);
	close(fd);
	fj_buf_release(&b);
}

/* What a balancer is told; an answer stands for a second. */
static void
health_is_looked_at(void **state)
{
	struct server *s = *state;
	struct http_options o;
	struct fj_err e;
	char away[160];

	serve(s, 0, 0);
	healthz(s, 200, "ok\n");
	snprintf(away, sizeof(away), "%s.away", s->w->evidence);
	OK(fs_rename(s->w->evidence, away, &e));
	healthz(s, 200, "ok\n");
	atomic_fetch_add(&clock_ms, HTTP_HEALTH_MS);
	healthz(s, 503, "evidence\n");
	OK(fs_rename(away, s->w->evidence, &e));
	atomic_fetch_add(&clock_ms, HTTP_HEALTH_MS);
	healthz(s, 200, "ok\n");
	http_stop(&s->http);

	memset(&o, 0, sizeof(o));
	o.listen = "127.0.0.1:0";
	o.now = our_clock;
	o.least_free = INT64_MAX;
	OK(http_start(s->w->h, &o, &s->http, &e));
	s->port = (int)strtol(strrchr(http_address(s->http), ':') + 1, NULL, 10);
	healthz(s, 503, "disk\n");
	http_stop(&s->http);
}

static size_t
parked(const struct server *s)
{
	struct http_counts c;

	http_counts(s->http, &c);
	return c.parked;
}

static size_t
connections(const struct server *s)
{
	struct http_counts c;

	http_counts(s->http, &c);
	return c.connections;
}

/* Polls a condition until it holds; the alarm of the test's run is the deadline. */
#define UNTIL(cond) do { \
	int until_ = 0; \
	while (!(cond)) { \
		if (until_++ > 4000) \
			fail_msg("never: %s", #cond); \
		(void)poll(NULL, 0, 5); \
	} \
} while (0)

/* ---- routes and pushes ---- */

static void
simple_answers(void **state)
{
	struct server *s = *state;
	struct fj_buf b;
	int fd;

	serve(s, 0, 0);
	fj_buf_init(&b, 1 << 20);
	fd = dial(s);
	says(fd, "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_int_equal(hear(fd, &b), 200);
	says(fd, "GET /v1/hub HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_int_equal(hear(fd, &b), 200);
	assert_non_null(strstr(b.p, "\"protocol\":["));
	says(fd, "DELETE /v1/hub HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_int_equal(hear(fd, &b), 405);
	assert_non_null(strstr(b.p, "Allow: GET"));
	says(fd, "GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_int_equal(hear(fd, &b), 404);
	says(fd, "GET /v1/streams HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_int_equal(hear(fd, &b), 401);
	close(fd);
	fj_buf_release(&b);
	http_stop(&s->http);
}

static void
many_push_at_once(void **state)
{
	struct server *s = *state;
	struct id visit[24];
	struct fj_buf b;
	struct fj_err e;
	int fd[24], i;

	serve(s, 0, 0);
	fj_buf_init(&b, 1 << 20);
	for (i = 0; i < 24; i++) {
		fd[i] = dial(s);
		send_push(s, fd[i], i % LITTLE_DEVICES, 0, &visit[i]);
	}
	for (i = 0; i < 24; i++) {
		assert_int_equal(hear(fd[i], &b), 200);
		assert_non_null(strstr(b.p, "\"stored\""));
		close(fd[i]);
	}
	/* Gone before the answer: what was read whole is stored all the same. */
	fd[0] = dial(s);
	send_push(s, fd[0], 0, 1, &visit[0]);
	UNTIL(connections(s) > 0);
	close(fd[0]);
	UNTIL(connections(s) == 0);
	http_stop(&s->http);
	for (i = 0; i < 24; i++)
		OK(s->w->h->store->ops->stream_get(s->w->h->store, &visit[i], NULL, NULL, NULL,
		    &e));
	fj_buf_release(&b);
}

/* ---- long polls ---- */

static void
only_the_concerned_are_woken(void **state)
{
	struct server *s = *state;
	char c1[WIRE_CURSOR], c2[WIRE_CURSOR], id[ID_TEXT + 1];
	struct id visit;
	struct fj_buf b;
	int concerned, stranger, pusher;

	serve(s, 0, 0);
	fj_buf_init(&b, 1 << 20);
	concerned = dial(s);
	stranger = dial(s);
	pusher = dial(s);
	newest(s, concerned, 1, c1);
	newest(s, stranger, 2, c2);
	send_poll(s, concerned, 1, c1);
	send_poll(s, stranger, 2, c2);
	UNTIL(parked(s) == 2);
	send_push(s, pusher, 0, 1, &visit);
	assert_int_equal(hear(pusher, &b), 200);
	assert_int_equal(hear(concerned, &b), 200);
	id_format(&visit, id);
	assert_non_null(strstr(b.p, id));
	assert_int_equal(parked(s), 1);
	/* Its time is over: nothing, and a cursor from which to go on. */
	assert_false(readable(stranger, 0));
	atomic_fetch_add(&clock_ms, 26000);
	http_tick(s->http);
	assert_int_equal(hear(stranger, &b), 200);
	assert_non_null(strstr(b.p, "\"streams\":[]"));
	assert_int_equal(parked(s), 0);
	close(concerned);
	close(stranger);
	close(pusher);
	fj_buf_release(&b);
	http_stop(&s->http);
}

/* Another process writes to the same store: the tick finds it. */
static void
what_others_store_is_found(void **state)
{
	struct server *s = *state;
	struct roster_person *p;
	char cursor[WIRE_CURSOR];
	struct stamp at;
	struct fj_buf b;
	int fd;

	serve(s, 0, 0);
	fj_buf_init(&b, 1 << 20);
	fd = dial(s);
	newest(s, fd, 3, cursor);
	send_poll(s, fd, 3, cursor);
	UNTIL(parked(s) == 1);
	p = xcalloc(1, sizeof(*p));
	id_random(&p->person);
	p->name = "检查员乙";
	p->roles = ROLE_INSPECTOR;
	p->nscope = 1;
	snprintf(p->scopes[0], SCOPE_TEXT + 1, "3301");
	hub_stamp(s->w->h, &at);
	roster_write_person(p, &at, &b);
	little_row(s->w, &b);
	free(p);
	http_tick(s->http);
	assert_int_equal(hear(fd, &b), 200);
	close(fd);
	fj_buf_release(&b);
	http_stop(&s->http);
}

/* ---- deadlines ---- */

/* H7 */
static void
header_lines_have_a_deadline(void **state)
{
	struct server *s = *state;
	struct http_counts c;
	int slow, idle, body;
	struct fj_buf b;

	serve(s, 0, 0);
	fj_buf_init(&b, 1 << 20);
	slow = dial(s);
	idle = dial(s);
	body = dial(s);
	says(slow, "GET /healthz HTTP/1.1\r\nHos");
	says(idle, "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_int_equal(hear(idle, &b), 200);
	fj_buf_clear(&b);
	push_head(&b, s->w->d[0].token, 5000, "");
	say(body, b.p, b.n);
	says(body, "only a part");
	UNTIL((http_counts(s->http, &c), c.connections == 3 && c.active == 1 &&
	    c.requests == 2));
	atomic_fetch_add(&clock_ms, (HTTP_HEADER_S + 1) * 1000LL);
	http_tick(s->http);
	assert_int_equal(hear(slow, NULL), 0);
	UNTIL(connections(s) == 2);
	atomic_fetch_add(&clock_ms, (HTTP_BODY_S + 1) * 1000LL);
	http_tick(s->http);
	assert_int_equal(hear(idle, NULL), 0);
	assert_int_equal(hear(body, NULL), 0);
	UNTIL(connections(s) == 0);
	close(slow);
	close(idle);
	close(body);
	fj_buf_release(&b);
	http_stop(&s->http);
}

/* ---- evidence ---- */

enum { FILE_BYTES = 40 << 20 };

static void
send_upload(const struct server *s, int fd, const struct id *visit, bool patch, size_t at,
    size_t n)
{
	char v[ID_TEXT + 1], x[ID_TEXT + 1], req[1024];

	id_format(visit, v);
	id_format(&s->w->file, x);
	snprintf(req, sizeof(req), "%s /v1/visits/%s/evidence/%s HTTP/1.1\r\nHost: h\r\n"
	    "Authorization: Bearer %s\r\nTus-Resumable: 1.0.0\r\n%s: %zu\r\nContent-Type: "
	    "application/offset+octet-stream\r\nContent-Length: %zu\r\n\r\n",
	    patch ? "PATCH" : "POST", v, x, s->w->d[0].token,
	    patch ? "Upload-Offset" : "Upload-Length", at, n);
	says(fd, req);
}

/* Larger than what is synced at once; first by one who trickles. */
static void
evidence_has_a_least_rate(void **state)
{
	struct server *s = *state;
	struct http_counts c;
	struct fj_buf b;
	struct id visit;
	char *zero = xcalloc(1, FILE_BYTES), at[64];
	int fd, slow;

	serve(s, 0, 0);
	fj_buf_init(&b, 1 << 20);
	id_random(&s->w->file);
	s->w->size = FILE_BYTES;
	fd = dial(s);
	send_push(s, fd, 0, 1, &visit);
	s->w->size = 0;
	assert_int_equal(hear(fd, &b), 200);
	send_upload(s, fd, &visit, false, FILE_BYTES, 0);
	assert_int_equal(hear(fd, &b), 201);
	slow = dial(s);
	send_upload(s, slow, &visit, true, 0, FILE_BYTES);
	say(slow, zero, 100);
	UNTIL((http_counts(s->http, &c), c.requests == 3 && c.waiting == 0));
	/* The window's time is over with too little in it. */
	atomic_fetch_add(&clock_ms, (HTTP_RATE_S + 1) * 1000LL);
	UNTIL((http_tick(s->http), readable(slow, 0)));
	assert_int_equal(hear(slow, NULL), 0);
	UNTIL(connections(s) <= 1);
	/* What came in is kept. */
	do {
		send_upload(s, fd, &visit, true, 100, FILE_BYTES - 100);
		say(fd, zero, FILE_BYTES - 100);
	} while (hear(fd, &b) == 503);
	snprintf(at, sizeof(at), "Upload-Offset: %d", FILE_BYTES);
	assert_non_null(strstr(b.p, "204"));
	assert_non_null(strstr(b.p, at));
	assert_non_null(strstr(b.p, "Feijian-Receipt: "));
	close(fd);
	close(slow);
	free(zero);
	fj_buf_release(&b);
	http_stop(&s->http);
}

/* ---- room ---- */

static void
bodies_share_a_budget(void **state)
{
	struct server *s = *state;
	struct http_counts c;
	struct fj_buf req, b;
	char *part = xcalloc(1, 200000);
	struct id visit;
	int hog, other;

	serve(s, 100000, 0);
	fj_buf_init(&req, 1 << 20);
	fj_buf_init(&b, 1 << 20);
	hog = dial(s);
	push_head(&req, s->w->d[0].token, 300000, "");
	say(hog, req.p, req.n);
	say(hog, part, 60000);
	UNTIL((http_counts(s->http, &c), c.memory >= 60000));
	/* A second large one is told to come again; the connection goes on. */
	other = dial(s);
	fj_buf_clear(&req);
	push_head(&req, s->w->d[1].token, 100000, "");
	say(other, req.p, req.n);
	say(other, part, 100000);
	assert_int_equal(hear(other, &b), 503);
	assert_non_null(strstr(b.p, "Retry-After: "));
	close(hog);
	UNTIL((http_counts(s->http, &c), c.memory == 0));
	assert_true(c.refused >= 1);
	send_push(s, other, 1, 2, &visit);
	assert_int_equal(hear(other, &b), 200);
	close(other);
	free(part);
	fj_buf_release(&req);
	fj_buf_release(&b);
	http_stop(&s->http);
}

static void
an_address_has_its_share(void **state)
{
	struct server *s = *state;
	int fd[5], i, served = 0;

	serve(s, 0, 3);
	for (i = 0; i < 5; i++) {
		fd[i] = dial(s);
		says(fd[i], "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
	}
	for (i = 0; i < 5; i++)
		served += hear(fd[i], NULL) == 200;
	assert_int_equal(served, 3);
	for (i = 0; i < 5; i++)
		close(fd[i]);
	http_stop(&s->http);
}

/* ---- packed bodies ---- */

static void
packed_bodies(void **state)
{
	struct server *s = *state;
	struct zip *z = zip_new();
	struct fj_buf body, small, req, b;
	struct chain_head head;
	struct id visit;
	struct fj_err e;
	char *bomb = xcalloc(1, LIMIT_BODY_BYTES);
	int fd, i;

	serve(s, 0, 0);
	memset(&head, 0, sizeof(head));
	id_random(&visit);
	fj_buf_init(&body, 1 << 20);
	fj_buf_init(&small, 8 << 20);
	fj_buf_init(&req, 8 << 20);
	fj_buf_init(&b, 1 << 20);
	little_run(s->w, &s->w->d[0], &s->w->d[1], &visit, 20, &head, &body);
	OK(zip_pack(z, ZIP_DICTIONARY, ZIP_SMALL, body.p, body.n, &small, &e));
	fd = dial(s);
	push_head(&req, s->w->d[0].token, small.n, "Content-Encoding: zstd\r\n" ZIP_HEADER
	    ": " ZIP_NUMBER "\r\nAccept-Encoding: zstd\r\n");
	fj_buf_add(&req, small.p, small.n);
	say(fd, req.p, req.n);
	assert_int_equal(hear(fd, &b), 200);
	assert_non_null(strstr(b.p, "Content-Encoding: zstd"));
	/* Too much in too little; no frame at all; a coding that nobody knows. */
	for (i = 0; i < 3; i++) {
		static const int status[] = { 413, 400, 415 };

		fj_buf_clear(&small);
		if (i == 0)
			OK(zip_pack(z, ZIP_DICTIONARY, ZIP_SMALL, bomb, LIMIT_BODY_BYTES, &small,
			    &e));
		else
			fj_buf_puts(&small, "no frame");
		fj_buf_clear(&req);
		push_head(&req, s->w->d[0].token, small.n, i < 2 ? "Content-Encoding: zstd\r\n"
		    ZIP_HEADER ": " ZIP_NUMBER "\r\n" : "Content-Encoding: br\r\n");
		fj_buf_add(&req, small.p, small.n);
		say(fd, req.p, req.n);
		assert_int_equal(hear(fd, &b), status[i]);
	}
	close(fd);
	free(bomb);
	zip_free(&z);
	fj_buf_release(&body);
	fj_buf_release(&small);
	fj_buf_release(&req);
	fj_buf_release(&b);
	http_stop(&s->http);
}

/* ---- stop ---- */

static void
a_stop_answers_what_was_read(void **state)
{
	struct server *s = *state;
	char cursor[WIRE_CURSOR];
	struct fj_buf b;
	struct id visit;
	struct http_counts c;
	int waits, pushes, half;

	serve(s, 0, 0);
	fj_buf_init(&b, 1 << 20);
	waits = dial(s);
	pushes = dial(s);
	half = dial(s);
	newest(s, waits, 5, cursor);
	send_poll(s, waits, 5, cursor);
	UNTIL(parked(s) == 1);
	push_head(&b, s->w->d[0].token, 5000, "");
	say(half, b.p, b.n);
	UNTIL((http_counts(s->http, &c), c.connections == 3 && c.active == 2 &&
	    c.requests == 3));
	send_push(s, pushes, 4, 6, &visit);
	UNTIL((http_drain(s->http), readable(waits, 0)));
	assert_int_equal(hear(waits, &b), 200);
	assert_int_equal(hear(pushes, &b), 200);
	/* One of them has not sent its body: it is not waited for. */
	assert_false(http_drain(s->http));
	assert_int_equal(dial(s), -1);
	http_stop(&s->http);
	assert_int_equal(hear(half, NULL), 0);
	close(waits);
	close(pushes);
	close(half);
	fj_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(simple_answers),
		cmocka_unit_test(health_is_looked_at),
		cmocka_unit_test(many_push_at_once),
		cmocka_unit_test(only_the_concerned_are_woken),
		cmocka_unit_test(what_others_store_is_found),
		cmocka_unit_test(header_lines_have_a_deadline),
		cmocka_unit_test(evidence_has_a_least_rate),
		cmocka_unit_test(bodies_share_a_budget),
		cmocka_unit_test(an_address_has_its_share),
		cmocka_unit_test(packed_bodies),
		cmocka_unit_test(a_stop_answers_what_was_read),
	};

	alarm(120);
	return cmocka_run_group_tests(tests, setup, teardown);
}
