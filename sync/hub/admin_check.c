/* SPDX-License-Identifier: Apache-2.0 */
/* check-config: what a hub needs before it serves, each by itself, with the way out. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "crypto/cert.h"
#include "hub/admin.h"
#include "hub/check_disk.h"
#include "hub/http_internal.h"
#include "os/fs.h"

enum {
	PEM_MAX = 1 << 20,
	SPARE_FILES = 256,		/* descriptors that are no connections */
	CERT_SOON_DAYS = 30,
	SPACE_LEAST_MIB = 1024,
};

enum state { STATE_OK, STATE_WARN, STATE_FAIL };

struct check {
	struct admin *ad;
	struct fj_buf json;
	struct json_w w;
	int failed;
};

static void
line(struct check *c, const char *name, enum state s, const struct fj_err *e)
{
	static const char *const states[] = { "ok", "warn", "fail" };
	struct fj_buf b;

	fj_buf_init(&b, 16 << 10);
	if (s != STATE_OK)
		msg_say(c->ad->msg, e, &b);
	c->failed += s == STATE_FAIL;
	json_w_obj(&c->w);
	json_w_kstr(&c->w, "check", name);
	json_w_kstr(&c->w, "state", states[s]);
	if (s != STATE_OK)
		json_w_kstr(&c->w, "message", b.p);
	json_w_end(&c->w);
	if (!c->ad->a.json)
		fprintf(c->ad->out, s == STATE_OK ? "%-5s %s\n" : "%-5s %-12s %s\n", states[s],
		    name, b.p);
	fj_buf_release(&b);
}

static void
result(struct check *c, const char *name, enum fj_rc rc, const struct fj_err *e)
{
	line(c, name, rc == FJ_OK ? STATE_OK : STATE_FAIL, e);
}

/* ---- keys ---- */

static void
check_keys(struct check *c)
{
	static const char *const away[] = { "root.key", "recovery.key" };
	const char *dir = c->ad->a.keys;
	struct hub_keys k = { NULL, NULL };
	struct stat st;
	struct fj_err e;
	enum fj_rc rc;
	size_t i;

	fj_err_clear(&e);
	rc = keys_open(dir, &k, &e);
	if (rc == FJ_OK)
		keys_close(&k);
	if (rc == FJ_OK && (stat(dir, &st) != 0 || (st.st_mode & 077) != 0))
		rc = fj_fail(&e, FJ_DENIED, "hub.keys-mode", "s", dir);
	if (rc == FJ_OK && st.st_uid != geteuid() && geteuid() != 0)
		rc = fj_fail(&e, FJ_DENIED, "hub.keys-owner", "s", dir);
	result(c, "keys", rc, &e);
	for (i = 0; i < sizeof(away) / sizeof(away[0]); i++) {
		char *path = fs_join(dir, away[i]);

		fj_fail(&e, FJ_REFUSED, i == 0 ? "hub.root-here" : "hub.recovery-here", "s", path);
		line(c, away[i], fs_exists(path) ? STATE_WARN : STATE_OK, &e);
		free(path);
	}
}

/* ---- store ---- */

static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return xstrdup(".");
	return slash == path ? xstrdup("/") : xstrndup(path, (size_t)(slash - path));
}

static void
check_sqlite(struct check *c, const char *path)
{
	char *dir = folder_of(path);
	struct fj_err e;

	fj_err_clear(&e);
	if (disk_is_remote(dir)) {
		fj_fail(&e, FJ_REFUSED, "hub.store-remote", "s", dir);
		line(c, "store-place", STATE_FAIL, &e);
	} else {
		result(c, "store-place", disk_check_locks(dir, &e), &e);
	}
	free(dir);
}

/* One server's disk is one copy. */
static void
check_standby(struct check *c, struct store *s)
{
	uint64_t safe = 0;
	struct fj_err e;

	if (s->ops->safe_through(s, &safe, &e) != FJ_OK) {
		line(c, "second-copy", STATE_FAIL, &e);
		return;
	}
	fj_fail(&e, FJ_REFUSED, "hub.no-second-copy", "");
	line(c, "second-copy", safe == 0 ? STATE_WARN : STATE_OK, &e);
}

static void
check_store(struct check *c)
{
	const char *url = c->ad->a.store;
	struct store *s = NULL;
	struct fj_err e;
	enum fj_rc rc;

	fj_err_clear(&e);
	if (strncmp(url, "sqlite:", 7) == 0)
		check_sqlite(c, url + 7);
	rc = store_open(url, false, &s, &e);
	if (rc == FJ_OK)
		rc = s->ops->check(s, &e);
	result(c, "store", rc, &e);
	if (s != NULL)
		check_standby(c, s);
	store_close(&s);
}

/* Keys and store of one hub? */
static void
check_roster(struct check *c)
{
	struct hub_options o = { .store = c->ad->a.store, .keys = c->ad->a.keys,
	    .ca_file = c->ad->a.tls_ca, .clock = c->ad->clock };
	struct hub *h = NULL;
	struct fj_err e;

	fj_err_clear(&e);
	result(c, "roster", hub_open(&o, &h, &e), &e);
	hub_close(&h);
}

/* ---- evidence ---- */

static void
check_evidence(struct check *c)
{
	const char *dir = c->ad->a.evidence;
	struct fj_err e;
	int64_t mib;
	int crypt;

	fj_err_clear(&e);
	if (dir == NULL) {
		fj_fail(&e, FJ_INVAL, "hub.needs", "s", "--evidence DIR");
		line(c, "evidence", STATE_FAIL, &e);
		return;
	}
	if (!fs_is_dir(dir)) {
		fj_fail(&e, FJ_NOTFOUND, "hub.evidence-none", "s", dir);
		line(c, "evidence", STATE_FAIL, &e);
		return;
	}
	result(c, "evidence", disk_check_evidence(dir, &e), &e);
	mib = fs_free_bytes(dir) >> 20;
	fj_fail(&e, FJ_FULL, "hub.space", "sl", dir, (long long)mib);
	line(c, "space", mib < HTTP_LEAST_FREE >> 20 ? STATE_FAIL : mib < SPACE_LEAST_MIB ?
	    STATE_WARN : STATE_OK, &e);
	crypt = disk_encrypted(dir);
	fj_fail(&e, FJ_REFUSED, crypt < 0 ? "hub.disk-unseen" : "hub.disk-clear", "s", dir);
	line(c, "encryption", crypt == 1 ? STATE_OK : STATE_WARN, &e);
}

/* ---- TLS and address ---- */

static enum fj_rc
look_at_cert(const struct admin_args *a, struct cert_facts *f, struct fj_err *e)
{
	struct fj_buf cert, key;
	enum fj_rc rc;

	fj_buf_init(&cert, PEM_MAX);
	fj_buf_init_secret(&key, PEM_MAX);
	rc = fs_read(a->tls_cert, &cert, e);
	if (rc == FJ_OK)
		rc = fs_read(a->tls_key, &key, e);
	if (rc == FJ_OK) {
		rc = cert_look(cert.p, cert.n, key.p, key.n, f, NULL);
		/* Which of the two it is, is seen by whether there is a certificate. */
		if (rc != FJ_OK)
			rc = fj_fail(e, FJ_INVAL, "hub.pem", "s",
			    strstr(cert.p, "-----BEGIN CERTIFICATE") != NULL ? a->tls_key :
			    a->tls_cert);
	}
	fj_buf_release(&key);
	fj_buf_release(&cert);
	return rc;
}

static enum state
judge_cert(const char *path, const struct cert_facts *f, struct fj_err *e)
{
	long long days = f->ends_s / 86400;

	if (!f->key_matches) {
		fj_fail(e, FJ_INVAL, "hub.tls-key", "s", path);
		return STATE_FAIL;
	}
	if (f->ends_s <= 0 || f->begins_s > 0) {
		fj_fail(e, FJ_REFUSED, f->ends_s <= 0 ? "hub.tls-over" : "hub.tls-early", "s", path);
		return STATE_FAIL;
	}
	if (f->names[0] == '\0') {
		fj_fail(e, FJ_INVAL, "hub.tls-names", "s", path);
		return STATE_FAIL;
	}
	fj_fail(e, FJ_REFUSED, "hub.tls-soon", "sl", path, days);
	return days < CERT_SOON_DAYS ? STATE_WARN : STATE_OK;
}

static void
check_tls(struct check *c)
{
	const struct admin_args *a = &c->ad->a;
	struct cert_facts f;
	struct stat st;
	struct fj_err e;

	fj_err_clear(&e);
	if (a->tls_cert == NULL || a->tls_key == NULL) {
		fj_fail(&e, FJ_REFUSED, "hub.no-tls", "");
		line(c, "tls", STATE_WARN, &e);
		return;
	}
	if (look_at_cert(a, &f, &e) != FJ_OK)
		line(c, "tls", STATE_FAIL, &e);
	else
		line(c, "tls", judge_cert(a->tls_cert, &f, &e), &e);
	fj_fail(&e, FJ_DENIED, "hub.keys-mode", "s", a->tls_key);
	line(c, "tls-key", stat(a->tls_key, &st) == 0 && (st.st_mode & 007) != 0 ? STATE_FAIL :
	    STATE_OK, &e);
}

static void
check_listen(struct check *c)
{
	const struct admin_args *a = &c->ad->a;
	char address[96];
	struct fj_err e;
	enum fj_rc rc;
	int fd = -1;

	fj_err_clear(&e);
	rc = listen_open(a->listen != NULL ? a->listen : "127.0.0.1:8443", a->tls_cert != NULL,
	    &fd, address, &e);
	if (fd >= 0)
		close(fd);
	/* Most likely it is this hub that serves there. */
	line(c, "listen", rc == FJ_OK ? STATE_OK : e.sys == EADDRINUSE ? STATE_WARN :
	    STATE_FAIL, &e);
}

/* ---- the system ---- */

static void
check_clock(struct check *c)
{
	struct timex t;
	struct fj_err e;

	memset(&t, 0, sizeof(t));
	fj_fail(&e, FJ_REFUSED, "hub.clock-alone", "");
	line(c, "clock", adjtimex(&t) >= 0 && (t.status & STA_UNSYNC) != 0 ? STATE_WARN :
	    STATE_OK, &e);
}

static void
check_descriptors(struct check *c)
{
	const char *text = c->ad->a.connections;
	long need = (text != NULL ? strtol(text, NULL, 10) : HTTP_CONNECTIONS) + SPARE_FILES;
	struct rlimit r = { 0, 0 };
	struct fj_err e;
	bool enough = getrlimit(RLIMIT_NOFILE, &r) == 0 &&
	    (r.rlim_max == RLIM_INFINITY || (long)r.rlim_max >= need);

	fj_fail(&e, FJ_LIMIT, "hub.descriptors", "ll", (long long)r.rlim_max, (long long)need);
	line(c, "connections", enough ? STATE_OK : STATE_WARN, &e);
}

int
verb_check_config(struct admin *ad)
{
	struct check c = { .ad = ad };

	if (ad->a.store == NULL)
		return admin_bad(ad, "hub.needs", "--store sqlite:FILE");
	if (ad->a.keys == NULL)
		return admin_bad(ad, "hub.needs", "--keys DIR");
	fj_buf_init(&c.json, 64 << 10);
	json_w_init(&c.w, &c.json);
	json_w_arr(&c.w);
	check_keys(&c);
	check_store(&c);
	check_roster(&c);
	check_evidence(&c);
	check_tls(&c);
	check_listen(&c);
	check_clock(&c);
	check_descriptors(&c);
	json_w_end(&c.w);
	if (ad->a.json)
		fprintf(ad->out, "%s\n", c.json.p);
	fj_buf_release(&c.json);
	return c.failed > 0 ? ADMIN_NO : ADMIN_DONE;
}
