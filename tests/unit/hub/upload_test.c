/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence over HTTP, in this process: what tus asks of a server, and what a hub adds
 * (U1 to U4): checksums, expiration, termination, quotas, scratch uploads, what is
 * swept, what a crash between two steps leaves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "hub/http.h"
#include "hub/upload.h"
#include "hub/upload_header.h"
#include "unit/hub/little_hub.h"

#define TUS "Tus-Resumable: 1.0.0\r\n"
#define BYTES "Content-Type: application/offset+octet-stream\r\n"
#define HELLO_SHA1 "qvTGHdzF6KLavt4PO0gs2a6pQ00="	/* of "hello" */

enum { SIZE = 300000, DAY = 24 * 3600 * 1000, TEXT = 8192 };

struct bench {
	struct little_hub *w;
	struct http *http;
	int port;
	struct id visit;
	char path[128];			/* of the evidence */
	char text[TEXT];		/* the last answer, head and body */
	char *zero;
};

/* ---- a client ---- */

static int
dial(const struct bench *t)
{
	struct sockaddr_in to;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	memset(&to, 0, sizeof(to));
	to.sin_family = AF_INET;
	to.sin_port = htons((uint16_t)t->port);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static void
say(int fd, const void *p, size_t n)
{
	const char *at = p;
	ssize_t k;

	while (n > 0 && (k = send(fd, at, n, MSG_NOSIGNAL)) > 0) {
		at += k;
		n -= (size_t)k;
	}
}

/* The head of a request with a body of n bytes, of which none is sent yet. */
static int
begin(struct bench *t, int dev, const char *method, const char *path, const char *more,
    size_t n)
{
	char req[2048];
	int fd = dial(t);

	snprintf(req, sizeof(req), "%s %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
	    "Authorization: Bearer %s\r\nContent-Length: %zu\r\n%s\r\n", method, path,
	    t->w->d[dev].token, n, more);
	say(fd, req, strlen(req));
	return fd;
}

/* All of the answer; its status. */
static int
hear(struct bench *t, int fd)
{
	size_t n = 0;
	ssize_t k;

	while (n < TEXT - 1 && (k = recv(fd, t->text + n, TEXT - 1 - n, 0)) > 0)
		n += (size_t)k;
	t->text[n] = '\0';
	close(fd);
	return n > 12 ? (int)strtol(t->text + 9, NULL, 10) : 0;
}

static int
ask(struct bench *t, int dev, const char *method, const char *path, const char *more,
    const void *body, size_t n)
{
	int fd = begin(t, dev, method, path, more, n);

	say(fd, body, n);
	return hear(t, fd);
}

static bool
has(const struct bench *t, const char *text)
{
	return strstr(t->text, text) != NULL;
}

/* Upload-Offset by HEAD; -1: none. */
static long
offset(struct bench *t, const char *path)
{
	const char *at;

	(void)ask(t, 0, "HEAD", path, TUS, NULL, 0);
	at = strstr(t->text, "Upload-Offset: ");
	return at != NULL ? strtol(at + 15, NULL, 10) : -1;
}

static int
patch(struct bench *t, const char *path, long at, const char *more, const void *p, size_t n)
{
	char head[512];

	snprintf(head, sizeof(head), TUS BYTES "Upload-Offset: %ld\r\n%s", at, more);
	return ask(t, 0, "PATCH", path, head, p, n);
}

/* A new scratch upload; its path. */
static char *
scratch(struct bench *t, int dev, size_t size)
{
	char head[128], *at, *path;

	snprintf(head, sizeof(head), TUS "Upload-Length: %zu\r\n", size);
	assert_int_equal(ask(t, dev, "POST", "/v1/files", head, NULL, 0), 201);
	at = strstr(t->text, "Location: ");
	assert_non_null(at);
	path = xstrndup(at + 10, strcspn(at + 10, "\r"));
	return path;
}

/* ---- the bench ---- */

static void
new_evidence(struct bench *t)
{
	struct chain_head head;
	struct fj_buf run;
	char v[ID_TEXT + 1], x[ID_TEXT + 1], more[128];

	memset(&head, 0, sizeof(head));
	id_random(&t->visit);
	id_random(&t->w->file);
	t->w->size = SIZE;
	fj_buf_init(&run, 1 << 20);
	little_run(t->w, &t->w->d[0], &t->w->d[1], &t->visit, 3, &head, &run);
	snprintf(more, sizeof(more), "Content-Type: %s\r\n", WIRE_MEDIA_RUNS);
	assert_int_equal(ask(t, 0, "POST", "/v1/runs", more, run.p, run.n), 200);
	id_format(&t->visit, v);
	id_format(&t->w->file, x);
	snprintf(t->path, sizeof(t->path), "/v1/visits/%s/evidence/%s", v, x);
	fj_buf_release(&run);
}

static int
setup(void **state)
{
	struct bench *t = xcalloc(1, sizeof(*t));
	struct http_options o;
	struct fj_err e;

	t->w = little_new();
	t->zero = xcalloc(1, SIZE);
	memset(&o, 0, sizeof(o));
	o.listen = "127.0.0.1:0";
	o.workers = 2;
	OK(http_start(t->w->h, &o, &t->http, &e));
	t->port = (int)strtol(strrchr(http_address(t->http), ':') + 1, NULL, 10);
	*state = t;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *t = *state;

	http_stop(&t->http);
	little_free(t->w);
	free(t->zero);
	free(t);
	return 0;
}

/* How many go when so much time has passed. */
static size_t
swept_after(struct bench *t, int64_t ms)
{
	struct clock *c = &t->w->h->clock, was = *c;
	struct instant at = clock_now(c);
	struct fj_err e;
	size_t n;

	at.ms += ms;
	clock_freeze(c, at);
	OK(upload_sweep(t->w->h, &n, &e));
	*c = was;
	return n;
}

/* ---- headers ---- */

static void
headers(void **state)
{
	static const struct {
		const char *text;
		bool good;
	} row[] = {
		{ "filename dGVzdC5qcGc=,empty,kind ZXZpZGVuY2U=", true }, { "a", true },
		{ "a ", true }, { "a YQ==,a Yg==", false }, { "a,a", false }, { "a YQ=", false },
		{ "a not*base64", false }, { "", false }, { "a,", false }, { ",a", false },
		{ "a YQ==,ab YQ==", true },
	};
	static const struct {
		const char *text;
		bool good;
	} sum[] = {
		{ "sha1 " HELLO_SHA1, true }, { "sha1", false }, { "sha1 ", false },
		{ "sha1 AAAA", false }, { "sha1  " HELLO_SHA1, false }, { "md5 AAAA", false },
		{ "sha256 LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=", true },
		{ "sha256 " HELLO_SHA1, false }, { "SHA1 " HELLO_SHA1, false },
		{ "sha256 LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=AAAA", false },
	};
	char date[HTTP_DATE + 1];
	struct hash h, is;
	enum digest alg;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		if (upload_metadata_good(row[i].text) != row[i].good)
			fail_msg("%s", row[i].text);
	for (i = 0; i < sizeof(sum) / sizeof(sum[0]); i++)
		if (upload_checksum_read(sum[i].text, &alg, &h) != sum[i].good)
			fail_msg("%s", sum[i].text);
	assert_true(upload_checksum_read(sum[0].text, &alg, &h));
	digest_bytes(alg, "hello", 5, &is);
	assert_true(hash_eq(&h, &is));
	assert_true(upload_checksum_read(sum[6].text, &alg, &h));
	digest_bytes(alg, "hello", 5, &is);
	assert_true(hash_eq(&h, &is));
	http_date(1795485723000, date);
	assert_string_equal(date, "Tue, 24 Nov 2026 02:02:03 GMT");
	http_date(951782400000, date);
	assert_string_equal(date, "Tue, 29 Feb 2000 00:00:00 GMT");
}

/* ---- scratch ---- */

static void
scratch_uploads(void **state)
{
	struct bench *t = *state;
	char *path = scratch(t, 0, 10);

	assert_true(has(t, "Upload-Expires: "));
	assert_int_equal(offset(t, path), 0);
	assert_true(has(t, "Upload-Length: 10\r\n"));
	assert_int_equal(patch(t, path, 0, "", "hello", 5), 204);
	assert_true(has(t, "Upload-Offset: 5\r\n") && has(t, "Upload-Expires: "));
	assert_int_equal(patch(t, path, 0, "", "hello", 5), 409);
	assert_int_equal(patch(t, path, 7, "", "hello", 3), 409);
	assert_int_equal(patch(t, path, 5, "", "hello world", 11), 413);
	assert_int_equal(offset(t, path), 10);
	/* Never read; and to others it is not there. */
	assert_int_equal(ask(t, 0, "GET", path, "", NULL, 0), 405);
	assert_int_equal(ask(t, 1, "HEAD", path, TUS, NULL, 0), 404);
	assert_int_equal(ask(t, 1, "DELETE", path, TUS, NULL, 0), 404);
	assert_int_equal(ask(t, 1, "PATCH", path, TUS BYTES "Upload-Offset: 10\r\n", NULL, 0), 404);
	assert_int_equal(ask(t, 0, "POST", path, TUS "X-HTTP-Method-Override: DELETE\r\n", NULL, 0),
	    204);
	assert_int_equal(offset(t, path), -1);
	assert_int_equal(patch(t, path, 0, "", "a", 1), 404);
	free(path);
}

static void
refused_creations(void **state)
{
	static const struct {
		const char *more;
		int status;
	} row[] = {
		{ TUS, 400 }, { TUS "Upload-Length: -5\r\n", 400 },
		{ TUS "Upload-Length: 12abc\r\n", 400 }, { "Upload-Length: 5\r\n", 412 },
		{ "Tus-Resumable: 0.2.2\r\nUpload-Length: 5\r\n", 412 },
		{ TUS "Upload-Length: 67108865\r\n", 413 },
		{ TUS "Upload-Length: 5\r\nUpload-Metadata: a YQ==,a Yg==\r\n", 400 },
		{ TUS "Upload-Length: 0\r\n", 201 },
		{ TUS "Upload-Length: 5\r\nUpload-Metadata: a YQ==,b\r\n", 201 },
	};
	struct bench *t = *state;
	char path[64];
	size_t i;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		int status = ask(t, 0, "POST", "/v1/files", row[i].more, NULL, 0);

		if (status != row[i].status)
			fail_msg("%s: %d", row[i].more, status);
		assert_true(has(t, "Tus-Resumable: 1.0.0\r\n"));
		assert_true(status != 412 || has(t, "Tus-Version: 1.0.0\r\n"));
	}
	snprintf(path, sizeof(path), "%.*s", (int)strcspn(strstr(t->text, "/v1/files/"), "\r"),
	    strstr(t->text, "/v1/files/"));
	assert_int_equal(offset(t, path), 0);
	assert_true(has(t, "Upload-Metadata: a YQ==,b\r\n"));
	assert_int_equal(ask(t, 0, "OPTIONS", "/v1/files", "", NULL, 0), 204);
	assert_true(has(t, "Tus-Extension: creation,checksum,expiration,termination\r\n"));
	assert_true(has(t, "Tus-Max-Size: 67108864\r\n"));
	assert_false(has(t, "Tus-Resumable"));
}

static void
checksums(void **state)
{
	struct bench *t = *state;
	char *path = scratch(t, 0, 10);
	int fd;

	assert_int_equal(patch(t, path, 0, "Upload-Checksum: sha1 " HELLO_SHA1 "\r\n", "hello", 5),
	    204);
	assert_int_equal(patch(t, path, 5, "Upload-Checksum: sha1 " HELLO_SHA1 "\r\n", "world", 5),
	    460);
	assert_int_equal(offset(t, path), 5);
	assert_int_equal(patch(t, path, 5, "Upload-Checksum: md4 AAAA\r\n", "world", 5), 400);
	assert_int_equal(patch(t, path, 5, "Upload-Checksum: sha1\r\n", "world", 5), 400);
	/* Cut: nothing of it counts, while the same without a checksum is kept. */
	fd = begin(t, 0, "PATCH", path, TUS BYTES "Upload-Offset: 5\r\nUpload-Checksum: sha1 "
	    HELLO_SHA1 "\r\n", 5);
	say(fd, "hel", 3);
	close(fd);
	assert_int_equal(offset(t, path), 5);
	assert_int_equal(patch(t, path, 5, "Upload-Checksum: sha1 " HELLO_SHA1 "\r\n", "hello", 5),
	    204);
	assert_int_equal(offset(t, path), 10);
	free(path);
}

static void
shares_and_times(void **state)
{
	struct bench *t = *state;
	char *a, *b, name[256];
	struct stat st;

	(void)swept_after(t, DAY + 1000);
	a = scratch(t, 2, 40 << 20);
	assert_int_equal(ask(t, 2, "POST", "/v1/files", TUS "Upload-Length: 40000000\r\n", NULL, 0),
	    507);
	assert_true(has(t, "problem:quota"));
	b = scratch(t, 3, 40 << 20);
	assert_int_equal(ask(t, 2, "DELETE", a, TUS, NULL, 0), 204);
	free(a);
	a = scratch(t, 2, 5);
	assert_int_equal(ask(t, 2, "PATCH", a, TUS BYTES "Upload-Offset: 0\r\n", "hello", 5), 204);
	snprintf(name, sizeof(name), "%s/scratch/%s", t->w->evidence, strrchr(a, '/') + 1);
	assert_int_equal(stat(name, &st), 0);
	assert_int_equal(swept_after(t, 0), 0);
	assert_int_equal(swept_after(t, DAY + 1000), 2);
	assert_int_not_equal(stat(name, &st), 0);
	assert_int_equal(ask(t, 2, "HEAD", a, TUS, NULL, 0), 404);
	free(a);
	free(b);
}

/* ---- evidence ---- */

static void
begun_by_a_patch(void **state)
{
	struct bench *t = *state;

	new_evidence(t);
	assert_int_equal(offset(t, t->path), -1);
	assert_int_equal(patch(t, t->path, 5, "", t->zero, 100), 404);
	assert_int_equal(patch(t, t->path, 0, "", t->zero, 100), 204);
	assert_true(has(t, "Upload-Expires: "));
	assert_int_equal(ask(t, 2, "PATCH", t->path, TUS BYTES "Upload-Offset: 100\r\n", "a", 1),
	    404);
	assert_int_equal(patch(t, t->path, 100, "", t->zero, SIZE - 100), 204);
	assert_true(has(t, "Feijian-Receipt: ") && !has(t, "Upload-Expires"));
	assert_int_equal(offset(t, t->path), SIZE);
	assert_true(has(t, "Feijian-Receipt: "));
	/* Whole evidence stays, whatever time it is. */
	assert_int_equal(ask(t, 0, "DELETE", t->path, TUS, NULL, 0), 403);
	assert_true(has(t, "problem:kept"));
	assert_int_equal(swept_after(t, 400LL * DAY), 0);
	assert_int_equal(offset(t, t->path), SIZE);
}

static void
wrong_bytes(void **state)
{
	struct bench *t = *state;
	char *other = xcalloc(1, SIZE);

	new_evidence(t);
	other[SIZE / 2] = 1;
	assert_int_equal(patch(t, t->path, 0, "", other, SIZE / 3), 204);
	assert_int_equal(patch(t, t->path, SIZE / 3, "", other + SIZE / 3, SIZE - SIZE / 3), 422);
	assert_int_equal(offset(t, t->path), 0);
	assert_int_equal(patch(t, t->path, 0, "", t->zero, SIZE), 204);
	assert_true(has(t, "Feijian-Receipt: "));
	free(other);
}

static void
ended_and_expired(void **state)
{
	struct bench *t = *state;

	new_evidence(t);
	assert_int_equal(patch(t, t->path, 0, "", t->zero, 1000), 204);
	assert_int_equal(ask(t, 2, "DELETE", t->path, TUS, NULL, 0), 404);
	assert_int_equal(ask(t, 0, "DELETE", t->path, TUS, NULL, 0), 204);
	assert_int_equal(offset(t, t->path), -1);
	assert_int_equal(patch(t, t->path, 0, "", t->zero, 1000), 204);
	assert_int_equal(swept_after(t, 13LL * DAY), 0);
	assert_int_equal(swept_after(t, 15LL * DAY), 1);
	assert_int_equal(offset(t, t->path), -1);
	assert_int_equal(patch(t, t->path, 0, "", t->zero, SIZE), 204);
}

static void
quotas(void **state)
{
	struct bench *t = *state;
	struct upload_limits *l = &t->w->h->limits, was = *l;

	new_evidence(t);
	l->device = SIZE - 1;
	assert_int_equal(patch(t, t->path, 0, "", t->zero, 10), 507);
	assert_true(has(t, "problem:quota"));
	*l = was;
	l->visit = SIZE - 1;
	assert_int_equal(patch(t, t->path, 0, "", t->zero, 10), 507);
	*l = was;
	l->total = SIZE - 1;
	assert_int_equal(patch(t, t->path, 0, "", t->zero, 10), 507);
	*l = was;
	l->reserve = INT64_MAX / 2;
	assert_int_equal(patch(t, t->path, 0, "", t->zero, 10), 507);
	assert_true(has(t, "problem:full"));
	*l = was;
	l->visit = SIZE;
	assert_int_equal(patch(t, t->path, 0, "", t->zero, SIZE), 204);
	*l = was;
}

/* A half-open PATCH is overtaken; what it still says is not in the file. */
static void
taken_over(void **state)
{
	struct bench *t = *state;
	char whole[512], part[512], d[HASH_TEXT + 1], v[ID_TEXT + 1], x[ID_TEXT + 1];
	struct hash sha256, is;
	struct stat st;
	struct fj_buf b;
	struct fj_err e;
	int fd;

	new_evidence(t);
	digest_bytes(DIGEST_SHA256, t->zero, SIZE, &sha256);
	hash_format(&sha256, d);
	snprintf(whole, sizeof(whole), "%s/%.2s/%s", t->w->evidence, d, d);
	unlink(whole);
	fd = begin(t, 0, "PATCH", t->path, TUS BYTES "Upload-Offset: 0\r\n", SIZE);
	say(fd, t->zero, 1000);
	/* Not by HEAD, which would take it over before the bytes are there. */
	id_format(&t->visit, v);
	id_format(&t->w->file, x);
	snprintf(part, sizeof(part), "%s/part/%s.%s", t->w->evidence, v, x);
	while (stat(part, &st) != 0 || st.st_size != 1000)
		(void)poll(NULL, 0, 2);
	assert_int_equal(offset(t, t->path), 1000);
	assert_int_equal(patch(t, t->path, 1000, "", t->zero, 1000), 204);
	say(fd, "some other bytes", 16);
	assert_int_equal(patch(t, t->path, 2000, "", t->zero, SIZE - 2000), 204);
	assert_true(has(t, "Feijian-Receipt: "));
	say(fd, "some other bytes", 16);
	close(fd);
	fj_buf_init(&b, SIZE + 1);
	OK(fs_read(whole, &b, &e));
	digest_bytes(DIGEST_SHA256, b.p, b.n, &is);
	assert_true(hash_eq(&is, &sha256));
	fj_buf_release(&b);
}

/* ---- crashes and what they leave ---- */

/* The file is under its digest, the row not done yet: as if it had died there. */
static void
died_before_the_row(void **state)
{
	struct bench *t = *state;
	char part[512], whole[512], v[ID_TEXT + 1], x[ID_TEXT + 1], d[HASH_TEXT + 1];
	struct hash sha256;
	struct fj_err e;

	new_evidence(t);
	id_format(&t->visit, v);
	id_format(&t->w->file, x);
	digest_bytes(DIGEST_SHA256, t->zero, SIZE, &sha256);
	hash_format(&sha256, d);
	assert_int_equal(patch(t, t->path, 0, "", t->zero, 1000), 204);
	snprintf(part, sizeof(part), "%s/part/%s.%s", t->w->evidence, v, x);
	snprintf(whole, sizeof(whole), "%s/%.2s/%s", t->w->evidence, d, d);
	OK(fs_write(part, t->zero, SIZE, 0600, &e));
	unlink(whole);
	*strrchr(whole, '/') = '\0';
	OK(fs_mkdirs(whole, &e));
	whole[strlen(whole)] = '/';
	assert_int_equal(link(part, whole), 0);
	/* No offset was lost; nothing more to send ends it. */
	assert_int_equal(offset(t, t->path), SIZE);
	assert_false(has(t, "Feijian-Receipt"));
	assert_int_equal(patch(t, t->path, SIZE, "", NULL, 0), 204);
	assert_true(has(t, "Feijian-Receipt: "));
	assert_int_not_equal(access(part, F_OK), 0);
}

static void
orphans(void **state)
{
	struct bench *t = *state;
	struct timespec old[2] = { { 1000000, 0 }, { 1000000, 0 } };
	enum { FILES = 4 };
	char v[ID_TEXT + 1], x[ID_TEXT + 1], name[FILES][512];
	struct fj_err e;
	struct id a, b;
	int i;

	id_random(&a);
	id_random(&b);
	id_format(&a, v);
	id_format(&b, x);
	snprintf(name[0], sizeof(name[0]), "%s/part/%s.%s", t->w->evidence, v, x);
	snprintf(name[1], sizeof(name[1]), "%s/scratch/%s.meta", t->w->evidence, x);
	/* What a crash leaves of a copy and of a checked request. */
	snprintf(name[2], sizeof(name[2]), "%s/part/%s.%s.own", t->w->evidence, v, x);
	snprintf(name[3], sizeof(name[3]), "%s/scratch/%s.aB3xYz", t->w->evidence, x);
	for (i = 0; i < FILES; i++)
		OK(fs_write(name[i], "abc", 3, 0600, &e));
	assert_int_equal(swept_after(t, 0), 0);
	for (i = 0; i < FILES; i++)
		assert_int_equal(utimensat(AT_FDCWD, name[i], old, 0), 0);
	assert_int_equal(swept_after(t, 0), FILES);
	for (i = 0; i < FILES; i++)
		assert_int_not_equal(access(name[i], F_OK), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers),
		cmocka_unit_test(scratch_uploads),
		cmocka_unit_test(refused_creations),
		cmocka_unit_test(checksums),
		cmocka_unit_test(shares_and_times),
		cmocka_unit_test(begun_by_a_patch),
		cmocka_unit_test(wrong_bytes),
		cmocka_unit_test(ended_and_expired),
		cmocka_unit_test(quotas),
		cmocka_unit_test(taken_over),
		cmocka_unit_test(died_before_the_row),
		cmocka_unit_test(orphans),
	};

	return cmocka_run_group_tests_name("hub/upload", tests, setup, teardown);
}
