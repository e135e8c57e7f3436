/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Load on a hub of its own, over loopback, by raw HTTP/1.1: one JSON line a figure.
 *	hub_bench DIR HUB WHAT...
 * WHAT: ingest100 ingest10 (as fast as it goes), paced100 paced10 (20,000 and 12,000
 * entries a second, timed from when each was due), pull, storm, storm-new, slow, upload,
 * upload4.  "tls" before them: all over TLS, with DIR/cert.pem and DIR/key.pem.
 * The hub is made in DIR with devices in its roster; requests are made and signed
 * before the clock runs.  One thread and epoll here, so that the hub has the machine.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <openssl/ssl.h>

#include "base/xalloc.h"
#include "entry/hello.h"
#include "entry/roster_write.h"
#include "hub/auth.h"
#include "hub/hub.h"
#include "wire/wire.h"

enum {
	DEVICES = 640,
	LINKS = 16,
	VISIT = 300,			/* entries of one */
	STORM = 5000,
	SLOW = 3000,
	FILES = 20,
	FILE_BYTES = 50 << 20,
	MINUTES = 24 * 60,
};

struct device {
	struct identity *id;
	struct id dev;
	char token[TOKEN_TEXT + 1];
};

/* Requests of one device, in order. */
struct script {
	struct fj_buf *req;
	size_t n, at;
	size_t entries;			/* of each, at most */
};

struct link {
	int fd;
	SSL *ssl;
	bool waits_to_read;		/* TLS: before it can send on */
	const char *out;
	size_t nout, sent;
	char *in;
	size_t nin, room;
	int64_t begun;			/* ns; of the present request */
	int64_t first;			/* of the connection */
	struct script *s;
	int kind, step;
	int64_t wake;			/* do nothing before */
};

struct load {
	const char *what;
	int ep;
	struct sockaddr_in to;
	struct link *link;
	size_t nlink, open;
	double *ms;			/* latencies */
	size_t n, room;
	size_t entries, refused, failed, bytes;
	void (*answered)(struct load *r, struct link *l, int status, const char *head,
	    const char *body, size_t nbody);
	void *ctx;
	char cursor[WIRE_CURSOR];
	bool more;
};

static struct device device[DEVICES];
static struct id visit[DEVICES];
static char dir[256], store[300], keys[300], evidence[300];
static pid_t hub_pid;
static SSL_CTX *tls;

static int64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void
must(enum fj_rc rc, const struct fj_err *e)
{
	if (rc == FJ_OK)
		return;
	fprintf(stderr, "hub_bench: %s %s %s\n", e->code, e->arg[0], e->arg[1]);
	exit(1);
}

/* ---- a hub and its devices ---- */

static void
add_row(struct hub *h, const struct fj_buf *b)
{
	struct fj_err e;

	hub_lock(h);
	must(hub_begin(h, &e), &e);
	must(hub_end(h, hub_roster_add(h, b, &e), &e), &e);
	hub_unlock(h);
}

static void
add_device(struct hub *h, struct device *d, const struct id *person)
{
	struct roster_device row;
	struct stamp at;
	struct fj_buf b;
	struct fj_err e;

	must(identity_new(SUITE_1, &d->id, &e), &e);
	identity_dev(identity_pub(d->id), &d->dev);
	memset(&row, 0, sizeof(row));
	row.dev = d->dev;
	row.key = *identity_pub(d->id);
	row.person = *person;
	hub_stamp(h, &at);
	fj_buf_init(&b, 65536);
	roster_write_device(&row, &at, &b);
	add_row(h, &b);
	fj_buf_release(&b);
	token_make(h, &d->dev, hub_now_ms(h) + MINUTES * 60000LL, d->token);
}

static void
make_hub(void)
{
	static const char pass[] = "a root passphrase";
	struct roster_person *p = xcalloc(1, sizeof(*p));
	struct hub_init in;
	struct hub *h = NULL;
	struct stamp at;
	struct hash root;
	struct fj_buf b;
	struct fj_err e;
	int i;

	memset(&in, 0, sizeof(in));
	in.o.store = store;
	in.o.evidence = evidence;
	in.o.keys = keys;
	clock_init(&in.o.clock);
	in.pass = pass;
	in.npass = strlen(pass);
	in.cost = KDF_COST_MIN;
	must(hub_create(&in, &root, &e), &e);
	must(hub_open(&in.o, &h, &e), &e);
	id_random(&p->person);
	p->name = "检查员甲";
	p->cert = "B-1";
	p->roles = ROLE_INSPECTOR;
	p->nscope = 1;
	snprintf(p->scopes[0], SCOPE_TEXT + 1, "3301");
	hub_stamp(h, &at);
	fj_buf_init(&b, 65536);
	roster_write_person(p, &at, &b);
	add_row(h, &b);
	for (i = 0; i < DEVICES; i++) {
		add_device(h, &device[i], &p->person);
		id_random(&visit[i]);
	}
	fj_buf_release(&b);
	free(p);
	hub_close(&h);
}

static int
port_of(int fd)
{
	char line[256];
	size_t n = 0;

	while (n + 1 < sizeof(line) && read(fd, line + n, 1) == 1 && line[n] != '\n')
		n++;
	line[n] = '\0';
	return strrchr(line, ':') != NULL ? atoi(strrchr(line, ':') + 1) : 0;
}

/* A hub process; answers its port. */
static int
start_hub(const char *bin)
{
	int io[2], port;

	if (pipe(io) != 0)
		exit(1);
	hub_pid = fork();
	if (hub_pid == 0) {
		char log[300], cert[300], key[300];
		int fd;

		snprintf(log, sizeof(log), "%s/hub.log", dir);
		fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
		dup2(io[1], 1);
		dup2(fd, 2);
		close(io[0]);
		snprintf(cert, sizeof(cert), "%s/cert.pem", dir);
		snprintf(key, sizeof(key), "%s/key.pem", dir);
		execl(bin, bin, "serve", "--store", store, "--keys", keys, "--evidence", evidence,
		    "--listen", "127.0.0.1:0", "--connections", "20000", "--per-address",
		    "20000", tls != NULL ? "--tls-cert" : (char *)NULL, cert, "--tls-key", key,
		    (char *)NULL);
		_exit(127);
	}
	close(io[1]);
	port = port_of(io[0]);
	close(io[0]);
	if (port == 0) {
		fprintf(stderr, "hub_bench: the hub does not start\n");
		exit(1);
	}
	return port;
}

static double
hub_cpu(void)
{
	clockid_t c;
	struct timespec t;

	if (clock_getcpuclockid(hub_pid, &c) != 0 || clock_gettime(c, &t) != 0)
		return 0;
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static long
hub_rss_kb(void)
{
	char path[64], line[256];
	long kb = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)hub_pid);
	f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "VmHWM:", 6) == 0)
			kb = strtol(line + 6, NULL, 10);
	if (f != NULL)
		fclose(f);
	return kb;
}

static void
stop_hub(void)
{
	kill(hub_pid, SIGTERM);
	waitpid(hub_pid, NULL, 0);
}

/* ---- entries ---- */

static size_t
payload(size_t seq, char *out, size_t room)
{
	static const char *const note[] = { "校准证书在有效期内，编号与台账一致。",
		"原始记录有两处划改未签名，已当场询问检测员并拍照。",
		"温湿度记录缺三天，管理员说仪器送检；现场查看备用表，读数正常，复印件已收存为证据。" };

	if (seq == 2)
		return (size_t)snprintf(out, room, "{\"op\":\"visit.start\",\"t\":\"2026-03-01T09:00:00"
		    ".000+08:00\",\"up\":1,\"boot\":\"00000001\",\"kind\":\"flying-inspection\","
		    "\"subject\":{\"name\":\"示例检测公司\",\"no_uscc\":\"x\"},\"division\":\"330106\","
		    "\"team\":[{\"name\":\"检查员甲\",\"cert\":\"B-1\"}],\"forms\":[],\"data\":{}}");
	return (size_t)snprintf(out, room, "{\"op\":\"set\",\"t\":\"2026-03-01T09:%02zu:%02zu.%03zu"
	    "+08:00\",\"up\":%zu,\"boot\":\"00000001\",\"form\":\"flying-inspection\",\"path\":"
	    "\"/data/section_%zu/item_%zu\",\"value\":\"%s\",\"note\":\"%s%s%s\",\"round\":1,\"base\":[\"%064zx\"]}",
	    seq / 60 % 60, seq % 60, seq * 7 % 1000, seq * 911, seq / 12, seq % 12,
	    seq % 3 ? "conform" : "not-conform", note[seq % 3],
	    note[seq / 3 % 3], note[seq / 9 % 3], seq);
}

/* Entries first … first + n - 1 of a visit as one request. */
static void
make_request(const struct device *d, const struct id *v, struct chain_head *head, size_t n,
    struct fj_buf *out)
{
	struct hello *hello = xcalloc(1, sizeof(*hello));
	struct entry *en = xcalloc(n, sizeof(*en));
	struct fj_buf *text = xcalloc(n, sizeof(*text)), frame, body;
	struct stamp at = { { 1772326800000, 480 }, 1, "00000001" };
	uint8_t sig[ENTRY_SIG];
	char p[2048];
	struct fj_err e;
	size_t i, begun;

	fj_buf_init(&frame, 65536);
	fj_buf_init(&body, LIMIT_BODY_BYTES);
	for (i = 0; i < n; i++) {
		fj_buf_init(&text[i], 65536);
		if (head->seq == 0) {
			hello->key = *identity_pub(d->id);
			snprintf(hello->name, sizeof(hello->name), "检查员甲");
			snprintf(hello->cert, sizeof(hello->cert), "B-1");
			hello_write(hello, &at, &text[i]);
		} else {
			fj_buf_add(&text[i], p, payload(head->seq + 1, p, sizeof(p)));
		}
		en[i].suite = SUITE_1;
		en[i].kind = STREAM_VISIT;
		en[i].stream = *v;
		en[i].dev = d->dev;
		en[i].seq = head->seq + 1;
		en[i].hlc = hlc_next(head->hlc, 1772326800000);
		en[i].prev = head->id;
		en[i].payload = text[i].p;
		en[i].len = text[i].n;
		fj_buf_clear(&frame);
		must(entry_encode(&en[i], &frame, &e), &e);
		chain_advance(head, &en[i]);
	}
	must(entry_sign(&en[n - 1], sign_with_identity, d->id, sig, &e), &e);
	begun = item_begin(&body);
	must(run_encode(en, n, sig, &body, &e), &e);
	item_end(&body, begun);
	fj_buf_init(out, LIMIT_BODY_BYTES + 4096);
	fj_buf_printf(out, "POST /v1/runs HTTP/1.1\r\nHost: h\r\nFeijian: 1\r\nAuthorization: Bearer "
	    "%s\r\nContent-Type: " WIRE_MEDIA_RUNS "\r\nContent-Length: %zu\r\n\r\n", d->token,
	    body.n);
	fj_buf_add(out, body.p, body.n);
	for (i = 0; i < n; i++)
		fj_buf_release(&text[i]);
	fj_buf_release(&frame);
	fj_buf_release(&body);
	free(text);
	free(en);
	free(hello);
}

static struct script *
make_scripts(size_t devices, size_t per_visit, size_t batch)
{
	struct script *s = xcalloc(devices, sizeof(*s));
	size_t i, k;

	for (i = 0; i < devices; i++) {
		struct chain_head head;
		struct id v;

		memset(&head, 0, sizeof(head));
		head.dev = device[i].dev;
		id_random(&v);
		visit[i] = v;
		s[i].n = per_visit / batch;
		s[i].entries = batch;
		s[i].req = xcalloc(s[i].n, sizeof(*s[i].req));
		for (k = 0; k < s[i].n; k++)
			make_request(&device[i], &v, &head, batch, &s[i].req[k]);
	}
	return s;
}

static void
free_scripts(struct script *s, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		for (k = 0; k < s[i].n; k++)
			fj_buf_release(&s[i].req[k]);
		free(s[i].req);
	}
	free(s);
}

/* ---- connections ---- */

static ssize_t
io_send(struct link *l, const char *p, size_t n)
{
	int k;

	if (l->ssl == NULL)
		return send(l->fd, p, n, MSG_NOSIGNAL);
	k = n == 0 ? 0 : SSL_write(l->ssl, p, (int)n);
	l->waits_to_read = k < 0 && SSL_get_error(l->ssl, k) == SSL_ERROR_WANT_READ;
	return k;
}

static ssize_t
io_recv(struct link *l, char *p, size_t n)
{
	int k, why;

	if (l->ssl == NULL)
		return recv(l->fd, p, n, 0);
	k = SSL_read(l->ssl, p, (int)n);
	why = k > 0 ? 0 : SSL_get_error(l->ssl, k);
	if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE)
		errno = EAGAIN;
	else if (k <= 0)
		errno = EPIPE;
	return k > 0 ? k : -1;
}

static void
watch(struct load *r, struct link *l, uint32_t events, int op)
{
	struct epoll_event ev = { .events = events, .data.ptr = l };

	epoll_ctl(r->ep, op, l->fd, &ev);
}

static void
link_open(struct load *r, struct link *l)
{
	int one = 1;

	l->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (l->fd < 0) {
		perror("hub_bench: socket");
		exit(1);
	}
	setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(l->fd, (const struct sockaddr *)&r->to, sizeof(r->to)) != 0 &&
	    errno != EINPROGRESS)
		r->failed++;
	if (tls != NULL) {
		l->ssl = SSL_new(tls);
		SSL_set_fd(l->ssl, l->fd);
		SSL_set_connect_state(l->ssl);
	}
	watch(r, l, EPOLLIN | EPOLLOUT, EPOLL_CTL_ADD);
	r->open++;
}

static void
link_close(struct load *r, struct link *l)
{
	SSL_free(l->ssl);
	l->ssl = NULL;
	if (l->fd >= 0) {
		close(l->fd);
		r->open--;
	}
	l->fd = -1;
}

static void
link_send(struct load *r, struct link *l, const char *p, size_t n)
{
	ssize_t k;

	l->out = p;
	l->nout = n;
	l->sent = 0;
	l->nin = 0;
	l->begun = now_ns();
	k = io_send(l, p, n);
	if (k > 0)
		l->sent = (size_t)k;
	if (l->sent < n)
		watch(r, l, l->waits_to_read ? EPOLLIN : EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
}

static void
note(struct load *r, double ms)
{
	if (r->n == r->room) {
		r->room = r->room == 0 ? 1024 : r->room * 2;
		r->ms = xrealloc(r->ms, r->room, sizeof(*r->ms));
	}
	r->ms[r->n++] = ms;
}

/* Is an answer whole in l->in?  Its status, else 0. */
static int
whole_answer(const struct link *l, const char **body, size_t *nbody)
{
	const char *end, *len;

	if (l->nin < 12 || (end = strstr(l->in, "\r\n\r\n")) == NULL)
		return 0;
	len = strstr(l->in, "Content-Length: ");
	*nbody = len != NULL && len < end ? strtoul(len + 16, NULL, 10) : 0;
	*body = end + 4;
	if ((size_t)(l->in + l->nin - *body) < *nbody)
		return 0;
	return atoi(l->in + 9);
}

static void
link_read(struct load *r, struct link *l)
{
	const char *body;
	size_t nbody;
	ssize_t k;
	int status;

	for (;;) {
		if (l->room - l->nin < 65536) {
			l->room = l->room == 0 ? 65537 : l->room * 2 + 65537;
			l->in = xrealloc(l->in, l->room, 1);
		}
		k = io_recv(l, l->in + l->nin, l->room - l->nin - 1);
		if (k <= 0)
			break;
		l->nin += (size_t)k;
		l->in[l->nin] = '\0';
		r->bytes += (size_t)k;
	}
	status = l->nin > 0 ? whole_answer(l, &body, &nbody) : 0;
	if (status > 0) {
		r->answered(r, l, status, l->in, body, nbody);
	} else if (k == 0 || (errno != EAGAIN && errno != EINTR)) {
		r->failed++;
		link_close(r, l);
	}
}

static void
link_event(struct load *r, struct link *l, uint32_t events)
{
	if (l->fd >= 0 && (events & EPOLLOUT || l->waits_to_read)) {
		if (l->out == NULL)
			r->answered(r, l, 0, NULL, NULL, 0);
		if (l->fd >= 0 && l->sent < l->nout) {
			ssize_t k = io_send(l, l->out + l->sent, l->nout - l->sent);

			if (k > 0)
				l->sent += (size_t)k;
		}
		if (l->fd >= 0)
			watch(r, l, l->sent == l->nout || l->waits_to_read ? EPOLLIN :
			    EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
	}
	if (l->fd >= 0 && events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		link_read(r, l);
}

static void
load_init(struct load *r, const char *what, int port, size_t links)
{
	memset(r, 0, sizeof(*r));
	r->what = what;
	r->ep = epoll_create1(EPOLL_CLOEXEC);
	r->to.sin_family = AF_INET;
	r->to.sin_port = htons((uint16_t)port);
	r->to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	r->link = xcalloc(links, sizeof(*r->link));
	r->nlink = links;
}

static void
load_poll(struct load *r, int ms)
{
	struct epoll_event ev[256];
	int n = epoll_wait(r->ep, ev, 256, ms), i;

	for (i = 0; i < n; i++)
		link_event(r, ev[i].data.ptr, ev[i].events);
}

static void
load_free(struct load *r)
{
	size_t i;

	for (i = 0; i < r->nlink; i++) {
		link_close(r, &r->link[i]);
		free(r->link[i].in);
	}
	close(r->ep);
	free(r->link);
	free(r->ms);
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
quantile(struct load *r, double q)
{
	if (r->n == 0)
		return 0;
	qsort(r->ms, r->n, sizeof(*r->ms), by_size);
	return r->ms[(size_t)(q * (double)(r->n - 1))];
}

/* ---- ingest and pull: each link takes script after script ---- */

struct feed {
	struct script *s;
	size_t n, next;
	int64_t every, slot;		/* ns; 0: as fast as it goes */
};

static void
feed_next(struct load *r, struct link *l)
{
	struct feed *f = r->ctx;

	if (l->s != NULL && l->s->at == l->s->n)
		l->s = NULL;
	if (l->s == NULL && f->next < f->n)
		l->s = &f->s[f->next++];
	if (l->s == NULL) {
		link_close(r, l);
		return;
	}
	if (f->every > 0 && l->wake == 0) {
		l->wake = f->slot;
		f->slot += f->every;
		if (l->wake > now_ns()) {
			l->out = "";
			l->nout = l->sent = 0;
			return;
		}
	}
	link_send(r, l, l->s->req[l->s->at].p, l->s->req[l->s->at].n);
	/* What waits for its turn has waited since its turn came. */
	if (l->wake != 0)
		l->begun = l->wake;
	l->wake = 0;
	l->s->at++;
}

static void
feed_due(struct load *r)
{
	int64_t now = now_ns();
	size_t i;

	for (i = 0; i < r->nlink; i++)
		if (r->link[i].fd >= 0 && r->link[i].wake != 0 && r->link[i].wake <= now)
			feed_next(r, &r->link[i]);
}

/* Entries of the runs in a body. */
static size_t
count_entries(const char *p, size_t n)
{
	const uint8_t *item;
	struct items it;
	size_t k, sum = 0;

	items_init(&it, p, n);
	while (items_next(&it, &item, &k, NULL) == FJ_OK)
		if (k > RUN_HEAD && item[0] == 'F')
			sum += fj_get_u32(item + 78);
	return sum;
}

static void
feed_answered(struct load *r, struct link *l, int status, const char *head,
    const char *body, size_t nbody)
{
	(void)head;
	if (status != 0) {
		note(r, (double)(now_ns() - l->begun) / 1e6);
		if (status == 503)
			r->refused++;
		else if (status != 200)
			r->failed++;
		else if (l->s->entries > 0 && strstr(body, "\"stored\"") != NULL)
			r->entries += l->s->entries;
		else if (l->s->entries == 0)
			r->entries += count_entries(body, nbody);
		else
			r->failed++;
	}
	feed_next(r, l);
}

static void
feed(const char *what, int port, struct script *s, size_t n, int links, int64_t every)
{
	struct feed f = { s, n, 0, every, now_ns() };
	struct load r;
	double cpu = hub_cpu(), wall;
	int64_t begun;
	int i;

	load_init(&r, what, port, (size_t)links);
	r.ctx = &f;
	r.answered = feed_answered;
	begun = now_ns();
	for (i = 0; i < links; i++)
		link_open(&r, &r.link[i]);
	while (r.open > 0) {
		load_poll(&r, every > 0 ? 1 : 1000);
		if (every > 0)
			feed_due(&r);
	}
	wall = (double)(now_ns() - begun) / 1e9;
	cpu = hub_cpu() - cpu;
	printf("{\"bench\":\"hub\",\"what\":\"%s\",\"connections\":%d,\"requests\":%zu,\"entries\":%zu,"
	    "\"entries_per_s\":%.0f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"hub_cpu_s_per_10000\":%.3f,"
	    "\"refused\":%zu,\"failed\":%zu,\"rss_mb\":%.1f}\n", what, links, r.n, r.entries,
	    (double)r.entries / wall, quantile(&r, 0.5), quantile(&r, 0.99),
	    r.entries > 0 ? cpu * 1e4 / (double)r.entries : 0, r.refused, r.failed,
	    (double)hub_rss_kb() / 1024);
	fflush(stdout);
	load_free(&r);
}

static void
ingest(const char *what, int port, size_t batch, int64_t per_s)
{
	size_t devices = batch >= 100 ? 400 : 160;
	struct script *s = make_scripts(devices, VISIT, batch);

	feed(what, port, s, devices, LINKS, per_s > 0 ? (int64_t)batch * 1000000000 / per_s : 0);
	free_scripts(s, devices);
}

/* Whole visits, as a supervisor's machine fetches them. */
static void
pull(int port)
{
	struct script *s = xcalloc(DEVICES, sizeof(*s));
	char v[ID_TEXT + 1];
	size_t i;

	for (i = 0; i < 400; i++) {
		id_format(&visit[i], v);
		s[i].n = 1;
		s[i].req = xcalloc(1, sizeof(*s[i].req));
		fj_buf_init(&s[i].req[0], 4096);
		fj_buf_printf(&s[i].req[0], "GET /v1/streams/%s/entries?receipts=0 HTTP/1.1\r\nHost: h\r\n"
		    "Feijian: 1\r\nAuthorization: Bearer %s\r\n\r\n", v, device[i].token);
	}
	feed("pull", port, s, 400, 4, 0);
	free_scripts(s, 400);
}

/* ---- all at once: a session, then the listing ---- */

static struct fj_buf *storm_req;	/* two a client */

static void
storm_answered(struct load *r, struct link *l, int status, const char *head,
    const char *body, size_t nbody)
{
	const char *after;
	size_t i = (size_t)(l - r->link);

	(void)body;
	(void)nbody;
	if (status == 503 || status == 429) {
		after = strstr(head, "Retry-After: ");
		r->refused++;
		l->wake = now_ns() + (after != NULL ? atoi(after + 13) : 1) * 1000000000LL;
		return;
	}
	if (status != 0 && status != 200)
		r->failed++;
	if (status != 0)
		l->step++;
	if (l->step == 2) {
		note(r, (double)(now_ns() - l->first) / 1e6);
		link_close(r, l);
		return;
	}
	link_send(r, l, storm_req[2 * i + (size_t)l->step].p, storm_req[2 * i + (size_t)l->step].n);
}

static void
storm_requests(const struct id *hub, const char *cursor)
{
	size_t i;

	storm_req = xcalloc(2 * STORM, sizeof(*storm_req));
	for (i = 0; i < STORM; i++) {
		struct device *d = &device[i % DEVICES];
		struct session_request q;
		struct envelope v;
		struct fj_buf b;
		struct clock c;
		struct fj_err e;

		clock_init(&c);
		memset(&q, 0, sizeof(q));
		memset(&v, 0, sizeof(v));
		q.dev = d->dev;
		q.hub = *hub;
		q.time = clock_now(&c);
		must(session_request_make(&q, SUITE_1, sign_with_identity, d->id, &v, &e), &e);
		fj_buf_init(&b, 65536);
		envelope_write(&v, &b);
		fj_buf_init(&storm_req[2 * i], 65536);
		fj_buf_printf(&storm_req[2 * i], "POST /v1/session HTTP/1.1\r\nHost: h\r\nFeijian: 1\r\n"
		    "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", b.n, b.p);
		fj_buf_init(&storm_req[2 * i + 1], 4096);
		fj_buf_printf(&storm_req[2 * i + 1], "GET /v1/streams%s%s HTTP/1.1\r\nHost: h\r\n"
		    "Feijian: 1\r\nAuthorization: Bearer %s\r\n\r\n", cursor[0] ? "?cursor=" : "",
		    cursor, d->token);
		envelope_release(&v);
		fj_buf_release(&b);
	}
}

/* The cursor that a client which is up to date holds. */
static void
cursor_answered(struct load *r, struct link *l, int status, const char *head,
    const char *body, size_t nbody)
{
	struct listing out;

	(void)head;
	if (status == 0) {
		link_send(r, l, r->ctx, strlen(r->ctx));
		return;
	}
	memset(&out, 0, sizeof(out));
	if (status == 200 && listing_read(body, nbody, &out, NULL) == FJ_OK)
		snprintf(r->cursor, sizeof(r->cursor), "%s", out.cursor);
	r->more = status == 200 && out.more;
	listing_release(&out);
	link_close(r, l);
}

static void
newest_cursor(int port, char cursor[WIRE_CURSOR])
{
	char req[1024];
	struct load r;

	cursor[0] = '\0';
	do {
		snprintf(req, sizeof(req), "GET /v1/streams%s%s HTTP/1.1\r\nHost: h\r\nFeijian: 1\r\n"
		    "Authorization: Bearer %s\r\n\r\n", cursor[0] ? "?cursor=" : "", cursor,
		    device[0].token);
		load_init(&r, "cursor", port, 1);
		r.answered = cursor_answered;
		r.ctx = req;
		link_open(&r, &r.link[0]);
		while (r.open > 0)
			load_poll(&r, 100);
		memcpy(cursor, r.cursor, WIRE_CURSOR);
		load_free(&r);
	} while (r.more);
}

static void
storm(const char *what, int port)
{
	struct load r;
	int64_t begun;
	size_t i;
	double cpu = hub_cpu();

	load_init(&r, what, port, STORM);
	r.answered = storm_answered;
	begun = now_ns();
	for (i = 0; i < STORM; i++) {
		r.link[i].first = now_ns();
		link_open(&r, &r.link[i]);
		if (i % 64 == 0)
			load_poll(&r, 0);
	}
	while (r.open > 0) {
		load_poll(&r, 100);
		for (i = 0; r.refused > 0 && i < STORM; i++)
			if (r.link[i].wake != 0 && now_ns() > r.link[i].wake) {
				r.link[i].wake = 0;
				storm_answered(&r, &r.link[i], 0, NULL, NULL, 0);
			}
	}
	printf("{\"bench\":\"hub\",\"what\":\"%s\",\"clients\":%d,\"drained_s\":%.2f,\"p50_ms\":%.0f,"
	    "\"p99_ms\":%.0f,\"retry_later\":%zu,\"failed\":%zu,\"hub_cpu_s\":%.2f,\"rss_mb\":%.1f}\n",
	    what, STORM, (double)(now_ns() - begun) / 1e9, quantile(&r, 0.5), quantile(&r, 0.99),
	    r.refused, r.failed, hub_cpu() - cpu, (double)hub_rss_kb() / 1024);
	fflush(stdout);
	load_free(&r);
	for (i = 0; i < 2 * STORM; i++)
		fj_buf_release(&storm_req[i]);
	free(storm_req);
}

/* ---- three thousand that trickle, and sixteen that do not ---- */

static void
slow_answered(struct load *r, struct link *l, int status, const char *head,
    const char *body, size_t nbody)
{
	(void)body;
	(void)nbody;
	(void)head;
	if (l->out == NULL && status == 0) {
		l->out = "";
		l->nout = 0;
	} else if (status != 0) {
		r->failed++;
		link_close(r, l);
	}
}

static void
slow(int port)
{
	const size_t devices = 160;
	struct script *s = make_scripts(devices, VISIT, 10);
	struct feed f = { s, devices, 0, 0, 0 };
	struct load r, bad;
	char head[512];
	size_t i, sent = 0, nhead;
	int64_t begun;
	double wall;

	nhead = (size_t)snprintf(head, sizeof(head), "POST /v1/runs HTTP/1.1\r\nHost: h\r\nFeijian: 1\r\n"
	    "Authorization: Bearer %s\r\nContent-Type: " WIRE_MEDIA_RUNS "\r\nContent-Length: 1000000"
	    "\r\n\r\n", device[0].token);
	load_init(&bad, "slow", port, SLOW);
	bad.answered = slow_answered;
	for (i = 0; i < SLOW; i++) {
		link_open(&bad, &bad.link[i]);
		if (i % 64 == 0)
			load_poll(&bad, 0);
	}
	for (i = 0; i < 200; i++)
		load_poll(&bad, 1);
	/* Half of them never end their header lines, half their bodies. */
	for (i = 0; i < SLOW; i++)
		(void)!send(bad.link[i].fd, head, i % 2 ? nhead : 40, MSG_NOSIGNAL);
	load_init(&r, "slow", port, LINKS);
	r.ctx = &f;
	r.answered = feed_answered;
	begun = now_ns();
	for (i = 0; i < LINKS; i++)
		link_open(&r, &r.link[i]);
	while (r.open > 0) {
		load_poll(&r, 1);
		/* About one byte a second from each. */
		while (sent < (size_t)((double)(now_ns() - begun) / 1e9 * SLOW))
			(void)!send(bad.link[sent++ % SLOW].fd, "x", 1, MSG_NOSIGNAL);
	}
	wall = (double)(now_ns() - begun) / 1e9;
	printf("{\"bench\":\"hub\",\"what\":\"slow\",\"slow_clients\":%d,\"entries_per_s\":%.0f,\"p50_ms\":%.2f,"
	    "\"p99_ms\":%.2f,\"failed\":%zu,\"rss_mb\":%.1f}\n", SLOW, (double)r.entries / wall,
	    quantile(&r, 0.5), quantile(&r, 0.99), r.failed, (double)hub_rss_kb() / 1024);
	fflush(stdout);
	load_free(&r);
	load_free(&bad);
	free_scripts(s, devices);
}

/* ---- files of evidence: 1 GB in all ---- */

struct files {
	struct device *d;
	struct id visit, evidence[FILES];
	struct hash sha256[FILES], sm3[FILES];
	char *bytes;			/* of each, but for the first eight */
	size_t next;
};

struct sending {
	size_t file;
	bool body;
	struct fj_buf b;
};

static void
file_bytes(struct files *f, size_t i)
{
	memset(f->bytes, (int)i + 1, 8);
}

/* hello, start and an evidence.add for each file. */
static void
announce(struct load *r, struct files *f)
{
	struct hello *hello = xcalloc(1, sizeof(*hello));
	struct entry en[FILES + 2];
	struct fj_buf text[FILES + 2], frame, body, *out = xcalloc(1, sizeof(*out));
	struct stamp at = { { 1772326800000, 480 }, 1, "00000001" };
	struct chain_head head;
	uint8_t sig[ENTRY_SIG];
	char id[ID_TEXT + 1], a[HASH_TEXT + 1], b[HASH_TEXT + 1], p[2048];
	struct fj_err e;
	size_t i, begun;

	memset(&head, 0, sizeof(head));
	memset(en, 0, sizeof(en));
	head.dev = f->d->dev;
	fj_buf_init(&frame, 65536);
	fj_buf_init(&body, LIMIT_BODY_BYTES);
	for (i = 0; i < FILES + 2; i++) {
		fj_buf_init(&text[i], 65536);
		if (i == 0) {
			hello->key = *identity_pub(f->d->id);
			snprintf(hello->name, sizeof(hello->name), "检查员甲");
			snprintf(hello->cert, sizeof(hello->cert), "B-1");
			hello_write(hello, &at, &text[i]);
		} else if (i == 1) {
			fj_buf_add(&text[i], p, payload(2, p, sizeof(p)));
		} else {
			id_format(&f->evidence[i - 2], id);
			hash_format(&f->sha256[i - 2], a);
			hash_format(&f->sm3[i - 2], b);
			fj_buf_printf(&text[i], "{\"op\":\"evidence.add\",\"t\":\"2026-03-01T09:00:00.000"
			    "+08:00\",\"up\":1,\"boot\":\"00000001\",\"round\":1,\"evidence\":\"%s\",\"name\":"
			    "\"IMG.jpg\",\"size\":%d,\"sha256\":\"%s\",\"sm3\":\"%s\"}", id, FILE_BYTES, a, b);
		}
		en[i].suite = SUITE_1;
		en[i].kind = STREAM_VISIT;
		en[i].stream = f->visit;
		en[i].dev = f->d->dev;
		en[i].seq = i + 1;
		en[i].hlc = hlc_next(head.hlc, 1772326800000);
		en[i].prev = head.id;
		en[i].payload = text[i].p;
		en[i].len = text[i].n;
		fj_buf_clear(&frame);
		must(entry_encode(&en[i], &frame, &e), &e);
		chain_advance(&head, &en[i]);
	}
	must(entry_sign(&en[FILES + 1], sign_with_identity, f->d->id, sig, &e), &e);
	begun = item_begin(&body);
	must(run_encode(en, FILES + 2, sig, &body, &e), &e);
	item_end(&body, begun);
	fj_buf_init(out, LIMIT_BODY_BYTES);
	fj_buf_printf(out, "POST /v1/runs HTTP/1.1\r\nHost: h\r\nFeijian: 1\r\nAuthorization: Bearer "
	    "%s\r\nContent-Type: " WIRE_MEDIA_RUNS "\r\nContent-Length: %zu\r\n\r\n", f->d->token,
	    body.n);
	fj_buf_add(out, body.p, body.n);
	{
		struct script s = { out, 1, 0, FILES + 2 };

		feed("upload-entries", ntohs(r->to.sin_port), &s, 1, 1, 0);
	}
	for (i = 0; i < FILES + 2; i++)
		fj_buf_release(&text[i]);
	fj_buf_release(out);
	fj_buf_release(&frame);
	fj_buf_release(&body);
	free(out);
	free(hello);
}

static void
upload_answered(struct load *r, struct link *l, int status, const char *head,
    const char *body, size_t nbody)
{
	struct files *f = r->ctx;
	struct sending *g = (struct sending *)(void *)l->s;
	char v[ID_TEXT + 1], x[ID_TEXT + 1];

	(void)head;
	(void)body;
	(void)nbody;
	if (status != 0 && status != (g->body ? 204 : 201))
		r->failed++;
	if (status == 204)
		note(r, (double)(now_ns() - l->begun) / 1e6);
	if (status == 0 || g->body) {
		if (f->next == FILES) {
			link_close(r, l);
			return;
		}
		g->file = f->next++;
	}
	g->body = status != 0 && !g->body;
	id_format(&f->visit, v);
	id_format(&f->evidence[g->file], x);
	fj_buf_clear(&g->b);
	fj_buf_printf(&g->b, "%s /v1/visits/%s/evidence/%s HTTP/1.1\r\nHost: h\r\nFeijian: 1\r\n"
	    "Authorization: Bearer %s\r\nTus-Resumable: 1.0.0\r\n", g->body ? "PATCH" : "POST", v, x,
	    f->d->token);
	if (g->body) {
		fj_buf_printf(&g->b, "Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0"
		    "\r\nContent-Length: %d\r\n\r\n", FILE_BYTES);
		file_bytes(f, g->file);
		fj_buf_add(&g->b, f->bytes, FILE_BYTES);
	} else {
		fj_buf_printf(&g->b, "Upload-Length: %d\r\nContent-Length: 0\r\n\r\n", FILE_BYTES);
	}
	link_send(r, l, g->b.p, g->b.n);
}

static void
upload(const char *what, int port, int links, struct device *d)
{
	struct files f;
	struct load r;
	struct sending g[8];
	double wall, cpu, busy = 0;
	int64_t begun;
	size_t i;

	memset(&f, 0, sizeof(f));
	memset(g, 0, sizeof(g));
	f.d = d;
	f.bytes = xmalloc(FILE_BYTES);
	for (i = 0; i < FILE_BYTES; i++)
		f.bytes[i] = (char)(i * 2654435761u >> 13);
	id_random(&f.visit);
	for (i = 0; i < FILES; i++) {
		id_random(&f.evidence[i]);
		file_bytes(&f, i);
		digest_bytes(DIGEST_SHA256, f.bytes, FILE_BYTES, &f.sha256[i]);
		digest_bytes(DIGEST_SM3, f.bytes, FILE_BYTES, &f.sm3[i]);
	}
	load_init(&r, what, port, (size_t)links);
	r.ctx = &f;
	r.answered = upload_answered;
	announce(&r, &f);
	cpu = hub_cpu();
	begun = now_ns();
	for (i = 0; i < (size_t)links; i++) {
		fj_buf_init(&g[i].b, FILE_BYTES + 4096);
		r.link[i].s = (struct script *)(void *)&g[i];
		link_open(&r, &r.link[i]);
	}
	while (r.open > 0)
		load_poll(&r, 1000);
	wall = (double)(now_ns() - begun) / 1e9;
	for (i = 0; i < r.n; i++)
		busy += r.ms[i];
	printf("{\"bench\":\"hub\",\"what\":\"%s\",\"connections\":%d,\"files\":%zu,\"file_mb\":%.1f,"
	    "\"mb_per_s\":%.0f,\"mb_per_s_each\":%.0f,\"hub_cpu_s_per_gb\":%.2f,\"failed\":%zu,"
	    "\"rss_mb\":%.1f}\n", what, links, r.n, FILE_BYTES / 1e6,
	    (double)r.n * FILE_BYTES / 1e6 / wall, r.n > 0 ? FILE_BYTES / 1e3 / (busy / (double)r.n) : 0,
	    (hub_cpu() - cpu) * 1e9 / ((double)FILES * FILE_BYTES), r.failed,
	    (double)hub_rss_kb() / 1024);
	fflush(stdout);
	for (i = 0; i < (size_t)links; i++)
		fj_buf_release(&g[i].b);
	load_free(&r);
	free(f.bytes);
}

int
main(int argc, char **argv)
{
	struct rlimit lim;
	char cursor[WIRE_CURSOR];
	struct hub_keys k;
	struct id hub;
	struct fj_err e;
	int port, i;

	if (argc < 4) {
		fprintf(stderr, "hub_bench DIR HUB WHAT...\n");
		return 2;
	}
	crypto_init();
	if (getrlimit(RLIMIT_NOFILE, &lim) == 0) {
		lim.rlim_cur = lim.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &lim);
	}
	snprintf(dir, sizeof(dir), "%s", argv[1]);
	/* An empty database: HUB_BENCH_STORE=postgresql://… */
	if (getenv("HUB_BENCH_STORE") != NULL)
		snprintf(store, sizeof(store), "%s", getenv("HUB_BENCH_STORE"));
	else
		snprintf(store, sizeof(store), "sqlite:%s/hub.db", dir);
	snprintf(keys, sizeof(keys), "%s/keys", dir);
	snprintf(evidence, sizeof(evidence), "%s/evidence", dir);
	if (strcmp(argv[3], "tls") == 0) {
		tls = SSL_CTX_new(TLS_client_method());
		SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE |
		    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	}
	make_hub();
	must(keys_open(keys, &k, &e), &e);
	identity_dev(identity_pub(k.identity), &hub);
	port = start_hub(argv[2]);
	for (i = 3; i < argc; i++) {
		if (strcmp(argv[i], "ingest10") == 0)
			ingest(argv[i], port, 10, 0);
		else if (strcmp(argv[i], "ingest100") == 0)
			ingest(argv[i], port, 100, 0);
		else if (strcmp(argv[i], "paced100") == 0)
			ingest(argv[i], port, 100, 20000);
		else if (strcmp(argv[i], "paced10") == 0)
			ingest(argv[i], port, 10, 12000);
		else if (strcmp(argv[i], "pull") == 0)
			pull(port);
		else if (strcmp(argv[i], "slow") == 0)
			slow(port);
		else if (strcmp(argv[i], "upload") == 0)
			upload(argv[i], port, 1, &device[DEVICES - 1]);
		else if (strcmp(argv[i], "upload4") == 0)
			upload(argv[i], port, 4, &device[DEVICES - 2]);
		else if (strcmp(argv[i], "storm") == 0) {
			newest_cursor(port, cursor);
			storm_requests(&hub, cursor);
			storm(tls != NULL ? "storm-tls" : argv[i], port);
		} else if (strcmp(argv[i], "storm-new") == 0) {
			storm_requests(&hub, "");
			storm(argv[i], port);
		}
	}
	stop_hub();
	keys_close(&k);
	SSL_CTX_free(tls);
	for (i = 0; i < DEVICES; i++)
		identity_free(&device[i].id);
	return 0;
}
