/* SPDX-License-Identifier: Apache-2.0 */
/* tier: test */
/*
 * Two devices, a real hub process, real journals, loopback: enrol, push, pull,
 * evidence both ways; and what a client says of hubs that are none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <signal.h>
#include <sys/wait.h>
#include <cmocka.h>

#include "base/xalloc.h"
#include "client/client.h"
#include "client/facts.h"
#include "client/receipts.h"
#include "client/xfer.h"
#include "entry/payload.h"
#include "journal/evidence.h"
#include "os/fs.h"
#include "os/loop.h"
#include "os/proc.h"

#define PASS "a passphrase of tests"

struct world {
	char dir[64];
	char hub[512];			/* program */
	char store[128], evidence[128], keys[128], pass[128];
	char url[160];
	struct proc serve;
	struct loop *loop;
	struct clock clock;
	char person[3][32];
};

struct seat {				/* one workspace */
	struct journal *j;
	struct client *c;
	int changed, received;
};

static void
program(char out[512])
{
	char self[400];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *cut;
	int i;

	assert_true(n > 0);
	self[n] = '\0';
	for (i = 0; i < 3; i++) {
		cut = strrchr(self, '/');
		assert_non_null(cut);
		*cut = '\0';
	}
	snprintf(out, 512, "%s/feijian-hub", self);
}

/* Run a verb of the hub; its first line of output. */
static void
hub_do(struct world *w, char *out, size_t room, const char *const *words)
{
	const char *argv[32] = { w->hub };
	struct fj_buf b;
	struct fj_err e;
	int n = 1, status;

	while (*words != NULL)
		argv[n++] = *words++;
	argv[n++] = "--store";
	argv[n++] = w->store;
	argv[n++] = "--evidence";
	argv[n++] = w->evidence;
	argv[n++] = "--keys";
	argv[n++] = w->keys;
	argv[n] = NULL;
	fj_buf_init(&b, 65536);
	assert_int_equal(proc_run(argv, NULL, &b, &status, &e), FJ_OK);
	assert_int_equal(status, 0);
	if (out != NULL) {
		snprintf(out, room, "%s", b.p);
		out[strcspn(out, "\n")] = '\0';
	}
	fj_buf_release(&b);
}

#define DO(w, out, ...) \
	hub_do(w, out, sizeof(out), (const char *const[]){ __VA_ARGS__, NULL })

static void
serve(struct world *w, const char *listen)
{
	const char *argv[] = { w->hub, "serve", "--store", w->store, "--evidence",
	    w->evidence, "--keys", w->keys, "--listen", listen, NULL };
	char line[128];
	size_t n = 0;
	struct fj_err e;

	assert_int_equal(proc_start(&w->serve, argv, PROC_OUT, NULL, 0, &e), FJ_OK);
	while (n < sizeof(line) - 1 && read(w->serve.out, line + n, 1) == 1 &&
	    line[n] != '\n')
		n++;
	line[n] = '\0';
	assert_memory_equal(line, "listening ", 10);
	snprintf(w->url, sizeof(w->url), "http://%s", line + 10);
}

static void
stop(struct world *w)
{
	struct fj_err e;
	int status;

	kill(w->serve.pid, SIGTERM);
	assert_int_equal(proc_wait(&w->serve, &status, &e), FJ_OK);
	assert_int_equal(status, 0);
}

static int
setup(void **state)
{
	static const char *const name[] = { "检查员甲", "检查员乙", "复核员丙" };
	static const char *const cert[] = { "ZJ001", "ZJ002", "ZJ900" };
	struct world *w = xcalloc(1, sizeof(*w));
	char unused[256];
	struct fj_err e;
	int i;

	crypto_init();
	clock_init(&w->clock);
	snprintf(w->dir, sizeof(w->dir), "/tmp/fj-sync-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	program(w->hub);
	snprintf(w->store, sizeof(w->store), "sqlite:%s/hub.db", w->dir);
	snprintf(w->evidence, sizeof(w->evidence), "%s/evidence", w->dir);
	snprintf(w->keys, sizeof(w->keys), "%s/keys", w->dir);
	snprintf(w->pass, sizeof(w->pass), "%s/pass", w->dir);
	assert_int_equal(fs_write(w->pass, "a root passphrase\n", 18, 0600, &e), FJ_OK);
	DO(w, unused, "init", "--passphrase-file", w->pass);
	assert_int_equal(strlen(unused), HASH_TEXT);
	for (i = 0; i < 3; i++)
		DO(w, w->person[i], "user", "add", name[i], "--role",
		    i == 2 ? "supervisor" : "inspector", "--division", "3301", "--cert",
		    cert[i]);
	serve(w, "127.0.0.1:0");
	assert_int_equal(loop_new(&w->loop, &e), FJ_OK);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	stop(w);
	loop_free(&w->loop);
	assert_int_equal(fs_remove_tree(w->dir, NULL), FJ_OK);
	free(w);
	return 0;
}

/* ---- a workspace ---- */

static void
on_changed(void *ctx)
{
	struct seat *s = ctx;

	s->changed++;
}

static void
on_received(void *ctx, const struct id *stream)
{
	struct seat *s = ctx;

	(void)stream;
	s->received++;
}

static void
sit(struct world *w, struct seat *s, const char *home, const char *name, const char *cert)
{
	char *path = xasprintf("%s/%s", w->dir, home), code[KEYFILE_CODE_TEXT];
	struct journal_init in;
	struct client_env env;
	struct fj_err e;

	memset(s, 0, sizeof(*s));
	memset(&in, 0, sizeof(in));
	in.home = path;
	in.pass = PASS;
	in.npass = strlen(PASS);
	in.cost = KDF_COST_MIN;
	in.self.name = name;
	in.self.cert = cert;
	in.self.division = "330106";
	in.clock = &w->clock;
	assert_int_equal(journal_create(&in, &s->j, code, &e), FJ_OK);
	free(path);
	memset(&env, 0, sizeof(env));
	env.journal = s->j;
	env.loop = w->loop;
	env.clock = &w->clock;
	env.changed = on_changed;
	env.received = on_received;
	env.ctx = s;
	assert_int_equal(client_new(&env, &s->c, &e), FJ_OK);
}

static void
rise(struct seat *s)
{
	client_free(&s->c);
	journal_close(&s->j);
}

static enum fj_rc
enrol(struct world *w, struct seat *s, const char *code, struct fj_err *e)
{
	struct client_enrol en = { .url = w->url, .code = code };

	return client_enrol(s->c, &en, e);
}

static void
enrolled(struct world *w, struct seat *s, int person)
{
	struct fj_err e;
	char code[64];

	DO(w, code, "invite", w->person[person]);
	if (enrol(w, s, code, &e) != FJ_OK)
		fail_msg("%s %s", e.code, e.arg[0]);
}

static void
synced(struct seat *s)
{
	struct client_state st;
	struct fj_err e;

	fj_err_clear(&e);
	if (client_once(s->c, NULL, &e) != FJ_OK)
		fail_msg("%s %s %s", e.code, e.arg[0], e.arg[1]);
	client_state(s->c, &st);
	assert_int_equal(st.phase, CLIENT_IDLE);
	assert_true(st.last_ok.ms > 0);
}

static void
say(struct world *w, struct seat *s, const struct id *visit, const char *op,
    const char *members)
{
	struct journal_commit c;
	struct bytes payload;
	char at[INSTANT_TEXT + 1];
	struct fj_err e;
	char *text;

	instant_format(clock_now(&w->clock), at);
	text = xasprintf("{\"op\":\"%s\",\"t\":\"%s\",\"up\":1,\"boot\":\"00000001\"%s%s}", op,
	    at, members[0] != '\0' ? "," : "", members);
	payload.p = text;
	payload.n = strlen(text);
	memset(&c, 0, sizeof(c));
	c.kind = STREAM_VISIT;
	c.stream = *visit;
	c.payload = &payload;
	c.n = 1;
	c.expect = -1;
	if (journal_append(s->j, &c, &e) != FJ_OK)
		fail_msg("%s %s", e.code, e.arg[0]);
	free(text);
}

static void
start_visit(struct world *w, struct seat *s, struct id *visit)
{
	id_random(visit);
	say(w, s, visit, "visit.start", "\"kind\":\"flying-inspection\",\"subject\":{"
	    "\"name\":\"某检测有限公司\",\"no_uscc\":\"x\"},\"division\":\"330106\",\"team\":["
	    "{\"name\":\"检查员甲\",\"cert\":\"ZJ001\"},{\"name\":\"检查员乙\",\"cert\":\"ZJ002\"}],"
	    "\"forms\":[{\"id\":\"flying-inspection\",\"version\":\"1\",\"digest\":"
	    "\"0000000000000000000000000000000000000000000000000000000000000001\"}],"
	    "\"data\":{\"kinds\":\"0000000000000000000000000000000000000000000000000000000000000001\","
	    "\"clauses\":\"0000000000000000000000000000000000000000000000000000000000000001\"}");
}

static size_t
heads_of(struct seat *s, const struct id *visit)
{
	struct chain_head *h = NULL;
	struct fj_err e;
	size_t n = 0;

	assert_int_equal(journal_heads(s->j, visit, &h, &n, &e), FJ_OK);
	free(h);
	return n;
}

/* ---- tests ---- */

static void
enrol_push_pull(void **state)
{
	struct world *w = *state;
	struct seat a, c;
	struct id visit;
	struct client_pending p;
	struct fj_err e;

	sit(w, &a, "a", "检查员甲", "ZJ001");
	sit(w, &c, "c", "复核员丙", "ZJ900");
	assert_int_equal(client_once(a.c, NULL, &e), FJ_REFUSED);
	assert_string_equal(e.code, "sync.not-enrolled");
	start_visit(w, &a, &visit);
	enrolled(w, &a, 0);
	enrolled(w, &c, 2);
	assert_int_equal(client_pending(a.j, &p, &e), FJ_OK);
	assert_int_equal(p.entries, 2);
	synced(&a);
	assert_int_equal(client_pending(a.j, &p, &e), FJ_OK);
	assert_int_equal(p.entries, 0);
	assert_true(client_receipted(a.j, &visit, journal_dev(a.j), 2, NULL));
	assert_false(client_receipted(a.j, &visit, journal_dev(a.j), 3, NULL));
	synced(&c);
	assert_int_equal(heads_of(&c, &visit), 1);
	assert_int_equal(c.received, 1);
	say(w, &c, &visit, "comment", "\"text\":\"请补充照片\"");
	synced(&c);
	synced(&a);
	assert_int_equal(heads_of(&a, &visit), 2);
	/* Nothing new: nothing moves. */
	a.received = 0;
	synced(&a);
	assert_int_equal(a.received, 0);
	rise(&a);
	rise(&c);
}

static void
stranger_sees_nothing(void **state)
{
	struct world *w = *state;
	struct seat a, b;
	struct id visit;

	sit(w, &a, "s1", "检查员甲", "ZJ001");
	sit(w, &b, "s2", "检查员乙", "ZJ002");
	enrolled(w, &a, 0);
	enrolled(w, &b, 1);
	id_random(&visit);
	say(w, &a, &visit, "visit.start", "\"kind\":\"flying-inspection\",\"subject\":{"
	    "\"name\":\"某公司\",\"no_uscc\":\"x\"},\"division\":\"330106\",\"team\":["
	    "{\"name\":\"检查员甲\",\"cert\":\"ZJ001\"},{\"name\":\"检查员丁\",\"cert\":\"ZJ777\"}],"
	    "\"forms\":[],\"data\":{}");
	synced(&a);
	synced(&b);
	assert_int_equal(heads_of(&b, &visit), 0);
	rise(&a);
	rise(&b);
}

/* C2: entries before evidence, else the hub answers entry-first. */
static void
evidence_both_ways(void **state)
{
	struct world *w = *state;
	struct evidence_facts facts, got;
	struct seat a, c;
	struct id visit, file;
	char id[ID_TEXT + 1], x[HASH_TEXT + 1], y[HASH_TEXT + 1];
	size_t n = (1 << 20) + 12345;
	char *bytes = xmalloc(n), *members;
	struct fj_err e;
	bool held;

	sit(w, &a, "ea", "检查员甲", "ZJ001");
	sit(w, &c, "ec", "复核员丙", "ZJ900");
	enrolled(w, &a, 0);
	enrolled(w, &c, 2);
	start_visit(w, &a, &visit);
	crypto_random(bytes, n);
	assert_int_equal(evidence_import_bytes(a.j, bytes, n, &file, &facts, &e), FJ_OK);
	id_format(&file, id);
	hash_format(&facts.sha256, x);
	hash_format(&facts.sm3, y);
	members = xasprintf("\"round\":1,\"evidence\":\"%s\",\"name\":\"照片.jpg\",\"size\":%zu,"
	    "\"sha256\":\"%s\",\"sm3\":\"%s\",\"how\":\"photo\",\"by\":\"检查员甲\",\"for\":[]", id, n,
	    x, y);
	say(w, &a, &visit, "evidence.add", members);
	synced(&a);
	assert_true(client_file_receipted(a.j, &visit, &file));
	synced(&c);
	assert_int_equal(evidence_held(c.j, &file, &held, &got, &e), FJ_OK);
	assert_true(held);
	assert_true(hash_eq(&got.sha256, &facts.sha256));
	free(members);
	free(bytes);
	rise(&a);
	rise(&c);
}

/* The other device gets the same answer again only for the same key. */
static void
code_twice(void **state)
{
	struct world *w = *state;
	struct seat a, b;
	struct fj_err e;
	char code[64], wrong[64];

	sit(w, &a, "t1", "检查员甲", "ZJ001");
	sit(w, &b, "t2", "检查员乙", "ZJ002");
	DO(w, code, "invite", w->person[0]);
	memcpy(wrong, code, sizeof(wrong));
	wrong[28] = wrong[28] == '0' ? '1' : '0';
	assert_int_equal(enrol(w, &a, wrong, &e), FJ_DENIED);
	assert_string_equal(e.code, "sync.code");
	assert_int_equal(enrol(w, &a, "kurz", &e), FJ_INVAL);
	assert_int_equal(enrol(w, &a, code, &e), FJ_OK);
	assert_int_equal(enrol(w, &a, code, &e), FJ_OK);
	assert_int_equal(enrol(w, &b, code, &e), FJ_DENIED);
	assert_string_equal(e.code, "sync.code-used");
	rise(&a);
	rise(&b);
}

static void
five_wrong_burn(void **state)
{
	struct world *w = *state;
	char code[64], wrong[64];
	struct fj_err e;
	struct seat a;
	int i;

	sit(w, &a, "f", "检查员甲", "ZJ001");
	DO(w, code, "invite", w->person[0]);
	memcpy(wrong, code, sizeof(wrong));
	wrong[28] = wrong[28] == '0' ? '1' : '0';
	for (i = 0; i < 5; i++)
		assert_int_equal(enrol(w, &a, wrong, &e), FJ_DENIED);
	assert_int_equal(enrol(w, &a, code, &e), FJ_DENIED);
	rise(&a);
}

static void
ended_devices(void **state)
{
	struct world *w = *state;
	char id[ID_TEXT + 1], out[256];
	struct id visit;
	struct fj_err e;
	struct seat a;

	sit(w, &a, "l", "检查员甲", "ZJ001");
	enrolled(w, &a, 0);
	synced(&a);
	id_format(journal_dev(a.j), id);
	DO(w, out, "device", "end", id, "--mode", "retired");
	start_visit(w, &a, &visit);
	synced(&a);
	assert_true(client_receipted(a.j, &visit, journal_dev(a.j), 2, NULL));
	DO(w, out, "device", "end", id, "--mode", "lost");
	assert_int_equal(client_once(a.c, NULL, &e), FJ_REFUSED);
	assert_string_equal(e.code, "sync.ended");
	rise(&a);
}

static void
clock_off(void **state)
{
	struct world *w = *state;
	struct instant at = { 1000000000000LL, 480 };
	struct seat a;

	sit(w, &a, "k", "检查员甲", "ZJ001");
	enrolled(w, &a, 0);
	clock_freeze(&w->clock, at);
	synced(&a);
	clock_init(&w->clock);
	rise(&a);
}

static void
no_hub_then_hub(void **state)
{
	struct world *w = *state;
	struct client_state st;
	struct id visit;
	struct fj_err e;
	struct seat a;
	char listen[160];

	sit(w, &a, "n", "检查员甲", "ZJ001");
	enrolled(w, &a, 0);
	start_visit(w, &a, &visit);
	snprintf(listen, sizeof(listen), "%s", w->url + 7);
	stop(w);
	assert_int_equal(client_once(a.c, NULL, &e), FJ_OFFLINE);
	assert_string_equal(e.code, "sync.no-answer");
	client_state(a.c, &st);
	assert_int_equal(st.phase, CLIENT_WAITING);
	assert_true(st.next_ms > 0);
	serve(w, listen);
	synced(&a);
	assert_true(client_receipted(a.j, &visit, journal_dev(a.j), 2, NULL));
	rise(&a);
}

static void
one_at_a_time(void **state)
{
	struct world *w = *state;
	struct client_env env;
	struct client *second;
	struct fj_err e;
	struct seat a;

	sit(w, &a, "o", "检查员甲", "ZJ001");
	enrolled(w, &a, 0);
	assert_int_equal(client_start(a.c, NULL, &e), FJ_OK);
	memset(&env, 0, sizeof(env));
	env.journal = a.j;
	env.loop = w->loop;
	env.clock = &w->clock;
	assert_int_equal(client_new(&env, &second, &e), FJ_OK);
	/* fcntl locks are per process: another process is tried by the script tests. */
	client_stop(a.c);
	assert_false(client_running(a.c));
	assert_int_equal(client_once(second, NULL, &e), FJ_OK);
	client_free(&second);
	rise(&a);
}

/* ---- hubs that are none, or lie ---- */

/* A bad hub in front of nothing, or of the real one; its address. */
static void
bad_hub(struct world *w, struct proc *p, const char *mode, bool upstream,
    const char *limit, char url[160])
{
	const char *argv[] = { "python3", "tests/lib/fault_hub.py", mode,
	    upstream ? w->url + 7 : NULL, limit, NULL };
	char line[128];
	struct fj_err e;
	size_t n = 0;

	if (proc_start(p, argv, PROC_OUT, NULL, 0, &e) != FJ_OK)
		skip();
	while (n < sizeof(line) - 1 && read(p->out, line + n, 1) == 1 && line[n] != '\n')
		n++;
	line[n] = '\0';
	assert_memory_equal(line, "listening ", 10);
	snprintf(url, 160, "http://%s", line + 10);
}

/* The workspace believes its hub to be at another address. */
static void
move_hub(struct seat *s, const char *url)
{
	struct client_hub h;
	struct fj_err e;

	assert_int_equal(client_hub_load(s->j, &h, &e), FJ_OK);
	snprintf(h.url, sizeof(h.url), "%s", url);
	assert_int_equal(hub_save(s->j, &h, &e), FJ_OK);
	client_hub_release(&h);
}

/* C1, C5: a sentence with a code each, nothing marked as sent, and the next sync
 * with the real hub brings everything. */
static void
bad_hubs(void **state)
{
	static const struct {
		const char *mode, *code;
		bool upstream;
		enum fj_rc rc;
	} row[] = {
		{ "login", "sync.login-page", false, FJ_OFFLINE },
		{ "redirect", "sync.login-page", false, FJ_OFFLINE },
		{ "version", "sync.other-version", false, FJ_NEWER },
		{ "garbage", "sync.bad-answer", false, FJ_OFFLINE },
		{ "error", "sync.not-hub", false, FJ_OFFLINE },
		{ "later", "sync.later", false, FJ_OFFLINE },
		{ "cut", "sync.cut", false, FJ_OFFLINE },
		{ "lie-receipt", "sync.receipt", true, FJ_CORRUPT },
		{ "lie-stored", "sync.receipt", true, FJ_CORRUPT },
	};
	struct world *w = *state;
	struct client_state st;
	struct id visit;
	struct proc p;
	struct fj_err e;
	struct seat a;
	char url[160];
	size_t i;

	sit(w, &a, "bad", "检查员甲", "ZJ001");
	enrolled(w, &a, 0);
	start_visit(w, &a, &visit);
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		bad_hub(w, &p, row[i].mode, row[i].upstream, NULL, url);
		move_hub(&a, url);
		fj_err_clear(&e);
		if (client_once(a.c, NULL, &e) != row[i].rc ||
		    strcmp(e.code, row[i].code) != 0)
			fail_msg("%s: %s", row[i].mode, e.code);
		assert_false(client_receipted(a.j, &visit, journal_dev(a.j), 1, NULL));
		client_state(a.c, &st);
		if (strcmp(row[i].mode, "later") == 0)
			assert_true(st.next_ms - clock_now(&w->clock).ms > 5000);
		proc_kill(&p);
	}
	move_hub(&a, w->url);
	synced(&a);
	assert_true(client_receipted(a.j, &visit, journal_dev(a.j), 2, NULL));
	rise(&a);
}

/* A visit of a with one file, as its device has it. */
static void
visit_with_file(struct world *w, struct seat *a, struct id *visit, struct id *file)
{
	struct evidence_facts facts;
	char id[ID_TEXT + 1], x[HASH_TEXT + 1], y[HASH_TEXT + 1], *members;
	struct fj_err e;

	start_visit(w, a, visit);
	assert_int_equal(evidence_import_bytes(a->j, "a photo", 7, file, &facts, &e), FJ_OK);
	id_format(file, id);
	hash_format(&facts.sha256, x);
	hash_format(&facts.sm3, y);
	members = xasprintf("\"round\":1,\"evidence\":\"%s\",\"name\":\"a\",\"size\":7,"
	    "\"sha256\":\"%s\",\"sm3\":\"%s\",\"how\":\"photo\",\"by\":\"x\",\"for\":[]", id, x, y);
	say(w, a, visit, "evidence.add", members);
	free(members);
}

static void
unsent(struct seat *s, uint64_t entries, uint64_t files)
{
	struct client_pending p;
	struct fj_err e;

	assert_int_equal(client_pending(s->j, &p, &e), FJ_OK);
	assert_int_equal(p.entries, entries);
	assert_int_equal(p.files, files);
}

/* Entries that the last run offered to the hub. */
static uint64_t
offered(struct seat *s)
{
	struct client_state st;

	client_state(s->c, &st);
	return st.entries_total;
}

/* C9: what came down is receipted at once, and the next sync offers nothing; what
 * comes later is covered by the receipts that come with it. */
static void
pulled_is_receipted(void **state)
{
	struct world *w = *state;
	struct id visit, file;
	struct seat a, c;
	uint64_t first, second;

	sit(w, &a, "p1", "检查员甲", "ZJ001");
	sit(w, &c, "p2", "复核员丙", "ZJ900");
	enrolled(w, &a, 0);
	enrolled(w, &c, 2);
	visit_with_file(w, &a, &visit, &file);
	synced(&a);
	synced(&c);
	unsent(&c, 0, 0);
	assert_true(client_receipted(c.j, &visit, journal_dev(a.j), 3, &first));
	assert_true(client_file_receipted(c.j, &visit, &file));
	synced(&c);
	assert_int_equal(offered(&c), 0);
	say(w, &c, &visit, "comment", "\"text\":\"x\"");
	say(w, &a, &visit, "outcome", "\"outcome\":\"completed\",\"facts\":\"x\",\"round\":1");
	synced(&a);
	synced(&c);
	assert_int_equal(offered(&c), 2);
	assert_true(client_receipted(c.j, &visit, journal_dev(a.j), 4, &second));
	assert_true(second > first);
	synced(&a);
	assert_int_equal(offered(&a), 0);
	unsent(&a, 0, 0);
	unsent(&c, 0, 0);
	rise(&a);
	rise(&c);
}

/* C1, C9: without receipts, or with lies, nothing is marked; the entries stay, and
 * the next sync with an honest hub offers them and gets the receipts of then. */
static void
pulled_without_receipts(void **state)
{
	static const struct {
		const char *mode, *code;
	} row[] = { { "no-receipts", "" }, { "lie-pull", "sync.receipt" } };
	struct world *w = *state;
	struct id visit, file;
	struct seat a, c;
	struct proc p;
	struct fj_err e;
	char url[160];
	size_t i;

	sit(w, &a, "q1", "检查员甲", "ZJ001");
	enrolled(w, &a, 0);
	visit_with_file(w, &a, &visit, &file);
	synced(&a);
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		sit(w, &c, row[i].mode, "复核员丙", "ZJ900");
		enrolled(w, &c, 2);
		bad_hub(w, &p, row[i].mode, true, NULL, url);
		move_hub(&c, url);
		fj_err_clear(&e);
		(void)!client_once(c.c, NULL, &e);
		assert_string_equal(e.code, row[i].code);
		assert_int_equal(heads_of(&c, &visit), 1);
		assert_false(client_receipted(c.j, &visit, journal_dev(a.j), 1, NULL));
		assert_false(client_file_receipted(c.j, &visit, &file));
		proc_kill(&p);
		move_hub(&c, w->url);
		synced(&c);
		assert_in_range(offered(&c), 3, 1000);
		assert_true(client_receipted(c.j, &visit, journal_dev(a.j), 3, NULL));
		assert_true(client_file_receipted(c.j, &visit, &file));
		unsent(&c, 0, 0);
		rise(&c);
	}
	rise(&a);
}

/* C3, C9: killed between a page and its cursor, the same receipts are asked for
 * again; a position that is durable is not asked for twice. */
static void
receipts_position_is_durable(void **state)
{
	struct world *w = *state;
	struct id visit, file;
	struct seat a, c;
	struct fj_err e;
	uint64_t upto, other;

	sit(w, &a, "d1", "检查员甲", "ZJ001");
	sit(w, &c, "d2", "复核员丙", "ZJ900");
	enrolled(w, &a, 0);
	enrolled(w, &c, 2);
	visit_with_file(w, &a, &visit, &file);
	synced(&a);
	synced(&c);
	assert_int_equal(receipts_upto(c.j, &visit, 1, &upto, &e), FJ_OK);
	assert_true(upto > 0);
	assert_int_equal(receipts_upto(c.j, &visit, 2, &other, &e), FJ_OK);
	assert_int_equal(other, 0);
	/* As after a kill: the cursor of before, everything else as it is. */
	assert_int_equal(text_put(c.j, "sync", "cursor", NULL, &e), FJ_OK);
	synced(&c);
	assert_int_equal(receipts_upto(c.j, &visit, 1, &other, &e), FJ_OK);
	assert_int_equal(other, upto);
	unsent(&c, 0, 0);
	rise(&a);
	rise(&c);
}

/* The first connections are cut inside the request: a run that found no hub ends after
 * a second try, one that found it goes on by itself.  C8. */
static void
cut_again_and_again(void **state)
{
	struct world *w = *state;
	struct id visit;
	struct proc p;
	struct fj_err e;
	struct seat a;
	char url[160];
	int tries = 0;

	sit(w, &a, "cut", "检查员甲", "ZJ001");
	enrolled(w, &a, 0);
	start_visit(w, &a, &visit);
	bad_hub(w, &p, "cut-after", true, "4", url);
	move_hub(&a, url);
	while (client_once(a.c, NULL, &e) != FJ_OK && tries < 20)
		tries++;
	assert_in_range(tries, 0, 4);
	assert_true(client_receipted(a.j, &visit, journal_dev(a.j), 2, NULL));
	proc_kill(&p);
	rise(&a);
}

/* A link that is reset every 200 kB: a file of 1 MB arrives in one run, and little goes
 * twice. */
static void
resumes_a_file(void **state)
{
	struct world *w = *state;
	struct evidence_facts facts;
	char id[ID_TEXT + 1], x[HASH_TEXT + 1], y[HASH_TEXT + 1], url[160];
	char sent[4096] = "";
	size_t n = 1 << 20;
	char *bytes = xmalloc(n), *members, *last;
	struct id visit, file;
	struct proc p;
	struct seat a;
	struct fj_err e;
	ssize_t got;
	int tries = 0;

	sit(w, &a, "drip", "检查员甲", "ZJ001");
	enrolled(w, &a, 0);
	start_visit(w, &a, &visit);
	synced(&a);
	crypto_random(bytes, n);
	assert_int_equal(evidence_import_bytes(a.j, bytes, n, &file, &facts, &e), FJ_OK);
	id_format(&file, id);
	hash_format(&facts.sha256, x);
	hash_format(&facts.sm3, y);
	members = xasprintf("\"round\":1,\"evidence\":\"%s\",\"name\":\"a\",\"size\":%zu,"
	    "\"sha256\":\"%s\",\"sm3\":\"%s\",\"how\":\"photo\",\"by\":\"x\",\"for\":[]", id, n, x,
	    y);
	say(w, &a, &visit, "evidence.add", members);
	bad_hub(w, &p, "drip", true, "200000", url);
	move_hub(&a, url);
	while (client_once(a.c, NULL, &e) != FJ_OK && tries < 30)
		tries++;
	assert_in_range(tries, 0, 1);
	assert_true(client_file_receipted(a.j, &visit, &file));
	kill(p.pid, SIGTERM);
	got = read(p.out, sent, sizeof(sent) - 1);
	assert_true(got > 0);
	sent[got - 1] = '\0';
	last = strrchr(sent, ' ');
	assert_non_null(last);
	assert_in_range(strtoul(last, NULL, 10), 800000, n + n / 3);
	proc_kill(&p);
	free(members);
	free(bytes);
	rise(&a);
}

/* Watching: what the other one brings arrives without asking. */
static void
watching(void **state)
{
	struct client_options o = { .watch = true };
	struct world *w = *state;
	struct seat a, c;
	struct id visit;
	struct fj_err e;
	int64_t until;

	sit(w, &a, "w1", "检查员甲", "ZJ001");
	sit(w, &c, "w2", "复核员丙", "ZJ900");
	enrolled(w, &a, 0);
	enrolled(w, &c, 2);
	start_visit(w, &a, &visit);
	synced(&a);
	synced(&c);
	c.received = 0;
	assert_int_equal(client_start(c.c, &o, &e), FJ_OK);
	say(w, &a, &visit, "outcome", "\"outcome\":\"completed\",\"facts\":\"x\",\"round\":1");
	synced(&a);
	until = clock_monotonic_ms() + 20000;
	while (c.received == 0 && clock_monotonic_ms() < until)
		assert_int_equal(loop_once(w->loop, 1000, &e), FJ_OK);
	assert_true(c.received > 0);
	assert_true(client_running(c.c));
	client_stop(c.c);
	rise(&a);
	rise(&c);
}

static void
copy_file(const char *from, const char *to)
{
	struct fj_err e;

	assert_int_equal(fs_remove(to, &e), FJ_OK);
	assert_int_equal(fs_copy(from, to, 0600, &e), FJ_OK);
}

/* A hub put back to its backup: named once, and everything is offered again. */
static void
hub_from_backup(void **state)
{
	struct world *w = *state;
	char *kept = xasprintf("%s/hub.kept", w->dir), *db = xasprintf("%s/hub.db", w->dir);
	char listen[160];
	struct seat a, c;
	struct id visit;
	struct fj_err e;

	sit(w, &a, "r1", "检查员甲", "ZJ001");
	sit(w, &c, "r2", "复核员丙", "ZJ900");
	enrolled(w, &a, 0);
	enrolled(w, &c, 2);
	synced(&c);
	snprintf(listen, sizeof(listen), "%s", w->url + 7);
	stop(w);
	copy_file(db, kept);
	serve(w, listen);
	start_visit(w, &a, &visit);
	synced(&a);
	stop(w);
	copy_file(kept, db);
	serve(w, listen);
	assert_int_equal(client_once(a.c, NULL, &e), FJ_REFUSED);
	assert_string_equal(e.code, "sync.hub-rewound");
	synced(&c);
	assert_int_equal(heads_of(&c, &visit), 1);
	synced(&a);
	assert_true(client_receipted(a.j, &visit, journal_dev(a.j), 2, NULL));
	assert_true(journal_has_bureau_key(a.j));
	free(kept);
	free(db);
	rise(&a);
	rise(&c);
}

/* C10: a hub put back that went on otherwise, as far as it was or farther.  One sync
 * names it, the next one goes on from what the hub is now. */
static void
log_splits(void **state)
{
	struct world *w = *state;
	char *kept = xasprintf("%s/hub.split", w->dir), *db = xasprintf("%s/hub.db", w->dir);
	char listen[160], name[2][8];
	struct seat a, c;
	struct id visit, other;
	struct fj_err e;
	struct fj_buf b;
	int visits, i;

	snprintf(listen, sizeof(listen), "%s", w->url + 7);
	for (visits = 1; visits <= 2; visits++) {
		snprintf(name[0], sizeof(name[0]), "ls%d", visits);
		snprintf(name[1], sizeof(name[1]), "lt%d", visits);
		sit(w, &a, name[0], "检查员甲", "ZJ001");
		sit(w, &c, name[1], "复核员丙", "ZJ900");
		enrolled(w, &a, 0);
		enrolled(w, &c, 2);
		synced(&c);
		synced(&a);
		stop(w);
		copy_file(db, kept);
		serve(w, listen);
		start_visit(w, &a, &visit);
		synced(&a);
		stop(w);
		copy_file(kept, db);
		serve(w, listen);
		for (i = 0; i < visits; i++)
			start_visit(w, &c, &other);
		synced(&c);
		assert_int_equal(client_once(a.c, NULL, &e), FJ_REFUSED);
		assert_string_equal(e.code, "sync.log-split");
		fj_buf_init(&b, 1 << 17);
		assert_int_equal(text_get(a.j, "sync", "head-before", &b, &e), FJ_OK);
		assert_true(b.n > 0);
		fj_buf_clear(&b);
		assert_int_equal(text_get(a.j, "sync", "head-after", &b, &e), FJ_OK);
		assert_true(b.n > 0);
		fj_buf_release(&b);
		synced(&a);
		synced(&c);
		assert_true(client_receipted(a.j, &visit, journal_dev(a.j), 2, NULL));
		rise(&a);
		rise(&c);
	}
	free(kept);
	free(db);
}

/* A copied workspace: two entries at one place.  Both are kept, and it is named. */
static void
copied_workspace_forks(void **state)
{
	struct world *w = *state;
	char *from = xasprintf("%s/orig", w->dir), *to = xasprintf("%s/copy", w->dir);
	const char *argv[] = { "cp", "-r", from, to, NULL };
	struct client_env env;
	struct seat a, b;
	struct id visit;
	struct fj_buf out;
	struct fj_err e;
	int status;

	sit(w, &a, "orig", "检查员甲", "ZJ001");
	enrolled(w, &a, 0);
	start_visit(w, &a, &visit);
	synced(&a);
	journal_close(&a.j);
	fj_buf_init(&out, 1000);
	assert_int_equal(proc_run(argv, NULL, &out, &status, &e), FJ_OK);
	fj_buf_release(&out);
	client_free(&a.c);
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	assert_int_equal(journal_open(from, &w->clock, &a.j, &e), FJ_OK);
	assert_int_equal(journal_unlock(a.j, PASS, strlen(PASS), &e), FJ_OK);
	assert_int_equal(journal_open(to, &w->clock, &b.j, &e), FJ_OK);
	assert_int_equal(journal_unlock(b.j, PASS, strlen(PASS), &e), FJ_OK);
	memset(&env, 0, sizeof(env));
	env.loop = w->loop;
	env.clock = &w->clock;
	env.journal = a.j;
	assert_int_equal(client_new(&env, &a.c, &e), FJ_OK);
	env.journal = b.j;
	assert_int_equal(client_new(&env, &b.c, &e), FJ_OK);
	say(w, &a, &visit, "outcome", "\"outcome\":\"completed\",\"facts\":\"a\",\"round\":1");
	say(w, &b, &visit, "outcome", "\"outcome\":\"refused\",\"facts\":\"b\",\"round\":1");
	synced(&a);
	assert_int_equal(client_once(b.c, NULL, &e), FJ_REFUSED);
	assert_string_equal(e.code, "sync.forked");
	free(from);
	free(to);
	rise(&a);
	rise(&b);
}

static void
urls(void **state)
{
	static const struct {
		const char *url;
		enum fj_rc rc;
	} row[] = {
		{ "https://hub.example:8443", FJ_OK },
		{ "https://hub.example/", FJ_OK },
		{ "http://127.0.0.1:80", FJ_OK },
		{ "http://localhost", FJ_OK },
		{ "http://[::1]:8080/", FJ_OK },
		{ "http://127.0.0.1.evil.example", FJ_REFUSED },
		{ "http://hub.example", FJ_REFUSED },
		{ "http://localhost.evil.example", FJ_REFUSED },
		{ "http://localhost@evil.example", FJ_INVAL },
		{ "https://hub.example/path", FJ_INVAL },
		{ "ftp://hub.example", FJ_INVAL },
		{ "hub.example", FJ_INVAL },
		{ "https://", FJ_INVAL },
	};
	char out[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		if (url_check(row[i].url, out, NULL) != row[i].rc)
			fail_msg("%s", row[i].url);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(enrol_push_pull),
		cmocka_unit_test(stranger_sees_nothing),
		cmocka_unit_test(evidence_both_ways),
		cmocka_unit_test(code_twice),
		cmocka_unit_test(five_wrong_burn),
		cmocka_unit_test(ended_devices),
		cmocka_unit_test(clock_off),
		cmocka_unit_test(no_hub_then_hub),
		cmocka_unit_test(one_at_a_time),
		cmocka_unit_test(bad_hubs),
		cmocka_unit_test(pulled_is_receipted),
		cmocka_unit_test(pulled_without_receipts),
		cmocka_unit_test(receipts_position_is_durable),
		cmocka_unit_test(cut_again_and_again),
		cmocka_unit_test(resumes_a_file),
		cmocka_unit_test(watching),
		cmocka_unit_test(hub_from_backup),
		cmocka_unit_test(log_splits),
		cmocka_unit_test(copied_workspace_forks),
		cmocka_unit_test(urls),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
