/* SPDX-License-Identifier: Apache-2.0 */
/* Proofs of a hub's log: of what it signed, from what it stored. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "hub/log_proof.h"
#include "hub/routes.h"
#include "unit/hub/little_hub.h"
#include "wire/proof.h"

enum {
	MANY = 1300,			/* five full tiles of 256 and a part of one */
};

struct world {
	struct little_hub *l;
	struct hub *view;
	struct hash leaf[MANY], root[MANY + 1];	/* root[n]: of the first n leaves */
	uint64_t begun;			/* leaves when the hub was new */
};

static bool
first_leaves(void *ctx, uint64_t position, const struct hash *leaf)
{
	struct world *w = ctx;

	w->leaf[position - 1] = *leaf;
	w->begun = position;
	return true;
}

/* The log as other functions wrote it, then many leaves of our own. */
static int
setup(void **state)
{
	struct world *w = xcalloc(1, sizeof(*w));
	const struct store_ops *ops;
	uint8_t sig[ENTRY_SIG] = { 0 };
	struct merkle m;
	struct fj_err e;
	enum fj_rc rc = FJ_OK;
	uint64_t i;
	char text[32];

	w->l = little_new();
	ops = w->l->h->store->ops;
	OK(ops->leaves_each(w->l->h->store, 1, MANY, first_leaves, w, &e));
	OK(hub_begin(w->l->h, &e));
	for (i = w->begun; i < MANY && rc == FJ_OK; i++) {
		snprintf(text, sizeof(text), "leaf %d", (int)i);
		merkle_leaf(SUITE_1, text, strlen(text), &w->leaf[i]);
		rc = hub_log(w->l->h, LOG_RECEIPT, text, strlen(text), sig, &e);
	}
	OK(hub_end(w->l->h, rc, &e));
	merkle_init(&m, SUITE_1);
	for (i = 0; i <= MANY; i++) {
		merkle_root(&m, &w->root[i]);
		if (i < MANY)
			merkle_add(&m, &w->leaf[i]);
	}
	OK(hub_view(w->l->h, &w->view, &e));
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	hub_close(&w->view);
	little_free(w->l);
	free(w);
	return 0;
}

static int
ask(struct hub *h, enum log_proof_kind kind, const char *first, const char *size,
    struct log_proof *p)
{
	struct ask a = { 0 };
	struct reply r;
	struct fj_err e;
	int status;

	reply_init(&r);
	if (kind == LOG_PROOF_INCLUSION) {
		a.leaf = first;
		a.size = size;
		OK(log_answer_inclusion(h, NULL, &a, &r, &e));
	} else {
		a.from = first;
		a.to = size;
		OK(log_answer_consistency(h, NULL, &a, &r, &e));
	}
	status = r.status;
	if (status == 200)
		OK(log_proof_read(r.body.p, r.body.n, kind, p, &e));
	reply_release(&r);
	return status;
}

static int
ask_at(struct hub *h, enum log_proof_kind kind, uint64_t first, uint64_t size,
    struct log_proof *p)
{
	char a[24], b[24];

	snprintf(a, sizeof(a), "%d", (int)first);
	snprintf(b, sizeof(b), "%d", (int)size);
	return ask(h, kind, a, b, p);
}

/* H12, at the edges of tiles and of powers of two, later sizes before smaller ones. */
static void
proofs_hold(void **state)
{
	static const uint64_t sizes[] = {
		MANY, 1, 2, 3, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 1280, 1281,
	};
	struct world *w = *state;
	struct log_proof p;
	struct hub *h;
	size_t i, k;
	uint64_t n, m;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		n = sizes[i];
		h = i % 2 == 0 ? w->view : w->l->h;
		for (m = 1; m <= n; m += n > 300 ? 37 : 1) {
			assert_int_equal(ask_at(h, LOG_PROOF_INCLUSION, m, n, &p), 200);
			assert_int_equal(p.first, m);
			assert_int_equal(p.size, n);
			assert_true(merkle_check_inclusion(SUITE_1, &w->leaf[m - 1], m - 1, n,
			    p.path, p.npath, &w->root[n]));
		}
		for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
			m = sizes[k];
			if (m > n)
				continue;
			assert_int_equal(ask_at(h, LOG_PROOF_CONSISTENCY, m, n, &p), 200);
			assert_true(merkle_check_consistency(SUITE_1, m, n, &w->root[m],
			    &w->root[n], p.path, p.npath));
		}
	}
}

/* What the hub signs is what the proofs lead to. */
static void
they_lead_to_the_signed_head(void **state)
{
	struct world *w = *state;
	struct tree_head t;
	struct log_proof p;
	struct envelope v;
	struct fj_err e;

	memset(&v, 0, sizeof(v));
	OK(hub_head(w->view, &v, &e));
	OK(tree_head_verify(w->l->h->roster, v.text, v.n, v.sig, &t, &e));
	assert_int_equal(t.position, MANY);
	assert_int_equal(ask_at(w->view, LOG_PROOF_INCLUSION, 700, t.position, &p), 200);
	assert_true(merkle_check_inclusion(t.suite, &w->leaf[699], 699, t.position, p.path,
	    p.npath, &t.root));
	assert_false(merkle_check_inclusion(t.suite, &w->leaf[700], 699, t.position, p.path,
	    p.npath, &t.root));
	envelope_release(&v);
}

static void
what_may_be_asked(void **state)
{
	static const struct {
		const char *first, *size;
		int status;
	} row[] = {
		{ NULL, NULL, 400 }, { "1", NULL, 400 }, { NULL, "1", 400 }, { "0", "1", 400 },
		{ "2", "1", 400 }, { "-1", "1", 400 }, { "1x", "2", 400 }, { "1", "", 400 },
		{ "1", "99999999999999999999", 400 }, { "1", "1301", 404 },
		{ "1301", "1301", 404 }, { "1", "9223372036854775807", 404 },
		{ "1300", "1300", 200 }, { "1", "1", 200 },
	};
	struct world *w = *state;
	struct log_proof p;
	size_t i;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		assert_int_equal(ask(w->view, LOG_PROOF_INCLUSION, row[i].first, row[i].size,
		    &p), row[i].status);
		assert_int_equal(ask(w->view, LOG_PROOF_CONSISTENCY, row[i].first,
		    row[i].size, &p), row[i].status);
	}
	assert_int_equal(p.npath, 0);
}

/* What stands in a transaction that is not committed is no part of any proof. */
static void
uncommitted_is_not_there(void **state)
{
	struct world *w = *state;
	uint8_t sig[ENTRY_SIG] = { 0 };
	struct log_proof p;
	struct fj_err e;
	int i;

	OK(hub_begin(w->l->h, &e));
	for (i = 0; i < 300; i++)
		OK(hub_log(w->l->h, LOG_RECEIPT, "x", 1, sig, &e));
	assert_int_equal(ask_at(w->view, LOG_PROOF_INCLUSION, 1, MANY + 300, &p), 404);
	assert_int_equal(ask_at(w->view, LOG_PROOF_INCLUSION, 1, MANY, &p), 200);
	assert_int_equal(hub_end(w->l->h, fj_fail(&e, FJ_REFUSED, "hub.store-none", "s", "x"),
	    &e), FJ_REFUSED);
	assert_int_equal(ask_at(w->view, LOG_PROOF_INCLUSION, 1300, MANY, &p), 200);
	assert_true(merkle_check_inclusion(SUITE_1, &w->leaf[1299], 1299, MANY, p.path,
	    p.npath, &w->root[MANY]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proofs_hold),
		cmocka_unit_test(they_lead_to_the_signed_head),
		cmocka_unit_test(what_may_be_asked),
		cmocka_unit_test(uncommitted_is_not_there),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
