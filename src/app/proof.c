/* SPDX-License-Identifier: Apache-2.0 */
#include "app/proof.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/xalloc.h"
#include "entry/hello.h"
#include "entry/receipt.h"

struct chain {
	struct verify_chain_fact fact;
	struct chain_head head;
	struct identity_public key;
	bool keyed;
};

/* An entry that is held: which one it stands on. */
struct link {
	struct hash id, prev;
	bool timed;			/* an earlier receipt covers it */
};

struct proof {
	const struct roster *roster;
	struct map *link;		/* id -> struct link */
	struct chain *chain;
	size_t nchain;
	struct verify_receipt_fact *receipt;
	size_t nreceipt;
	struct verify_evidence_fact *evidence;
	size_t nevidence;
	size_t bad_receipts;
};

struct proof *
proof_new(const struct roster *roster)
{
	struct proof *p = xcalloc(1, sizeof(*p));

	p->roster = roster;
	p->link = map_new();
	return p;
}

void
proof_free(struct proof **pp)
{
	struct proof *p = *pp;

	if (p == NULL)
		return;
	map_free(&p->link, free);
	free(p->chain);
	free(p->receipt);
	free(p->evidence);
	free(p);
	*pp = NULL;
}

static struct chain *
chain_of(struct proof *p, const struct id *dev)
{
	struct chain *c;
	size_t i;

	for (i = 0; i < p->nchain; i++)
		if (id_eq(&p->chain[i].fact.dev, dev))
			return &p->chain[i];
	p->chain = xrealloc(p->chain, p->nchain + 1, sizeof(*p->chain));
	c = &p->chain[p->nchain++];
	memset(c, 0, sizeof(*c));
	c->fact.dev = *dev;
	c->head.dev = *dev;
	return c;
}

static void
chain_failed(struct chain *c, const char *why)
{
	if (!c->fact.failed)
		c->fact.why = why;
	c->fact.failed = true;
}

/* Entry 1 carries the key; a roster that knows the device must agree. */
static void
begin_chain(struct proof *p, struct chain *c, const struct entry *en)
{
	const struct roster_device *d = p->roster != NULL ?
	    roster_device(p->roster, &en->dev) : NULL;
	struct hello h;

	if (hello_read(en, &h, NULL) != FJ_OK) {
		chain_failed(c, "hello.missing");
		return;
	}
	c->key = h.key;
	c->keyed = true;
	if (d != NULL && !key_eq(&d->key, &h.key))
		chain_failed(c, "app.verify-roster-key");
}

void
proof_entry(struct proof *p, const struct entry *en)
{
	struct chain *c = chain_of(p, &en->dev);
	struct link *l = xcalloc(1, sizeof(*l));

	l->id = en->id;
	l->prev = en->prev;
	free(map_put(p->link, l->id.b, HASH_LEN, l));
	if (en->seq <= c->head.seq)
		return;			/* the other line of a fork: the model names it */
	if (entry_follows(&c->head, en, NULL) != FJ_OK) {
		chain_failed(c, "entry.chain");
		return;
	}
	if (en->seq == 1)
		begin_chain(p, c, en);
	chain_advance(&c->head, en);
}

void
proof_signature(struct proof *p, const struct entry *en, const uint8_t sig[SIG_LEN])
{
	struct chain *c = chain_of(p, &en->dev);

	if (!c->keyed)
		return;
	if (entry_verify(en, &c->key, sig, NULL) != FJ_OK) {
		chain_failed(c, "entry.signature");
		return;
	}
	c->fact.checked++;
	if (en->seq > c->fact.covered && en->seq <= c->head.seq)
		c->fact.covered = en->seq;
}

void
proof_damage(struct proof *p, const struct id *dev, const char *what)
{
	(void)what;
	chain_failed(chain_of(p, dev), "app.verify-damage");
}

void
proof_receipt(struct proof *p, const struct id *visit, const char *text, size_t n,
    const uint8_t sig[SIG_LEN])
{
	struct receipt r;
	size_t i;

	if (p->roster == NULL)
		return;
	if (receipt_verify(p->roster, text, n, sig, &r, NULL) != FJ_OK) {
		p->bad_receipts++;
		return;
	}
	for (i = 0; i < r.nentry; i++) {
		struct verify_receipt_fact *f;

		if (!id_eq(&r.entries[i].stream, visit))
			continue;
		p->receipt = xrealloc(p->receipt, p->nreceipt + 1, sizeof(*p->receipt));
		f = &p->receipt[p->nreceipt++];
		f->entry = r.entries[i].id;
		f->not_after = r.time;
		f->position = r.position;
	}
	receipt_release(&r);
}

void
proof_evidence(struct proof *p, const struct id *evidence, bool here, bool matches)
{
	struct verify_evidence_fact *f;

	p->evidence = xrealloc(p->evidence, p->nevidence + 1, sizeof(*p->evidence));
	f = &p->evidence[p->nevidence++];
	f->evidence = *evidence;
	f->here = here;
	f->matches = matches;
}

/* The roster against what was pinned on paper; the roster as of when. */
static size_t
report_root(const struct proof *p, const struct hash *pinned,
    void (*fn)(void *ctx, const struct verify_check *c), void *ctx)
{
	const struct identity_public *root = p->roster != NULL ?
	    roster_root(p->roster) : NULL;
	struct verify_check check = {.result = VERIFY_ABSENT};
	char text[HASH_TEXT + 1] = "";
	struct hash got;

	if (root != NULL) {
		identity_root(root->suite, &root->sign, &got);
		hash_format(&got, text);
	}
	if (root == NULL) {
		fj_fail(&check.err, FJ_NOTFOUND, "app.verify-no-roster", "");
	} else if (pinned == NULL) {
		check.result = VERIFY_OK;
		fj_fail(&check.err, FJ_OK, "app.verify-root", "s", text);
	} else if (hash_eq(&got, pinned)) {
		check.result = VERIFY_OK;
		fj_fail(&check.err, FJ_OK, "app.verify-root-pinned", "s", text);
	} else {
		check.result = VERIFY_FAIL;
		fj_fail(&check.err, FJ_DENIED, "app.verify-root-other", "s", text);
	}
	/* Asked for a root and none is here: that is no proof. */
	if (root == NULL && pinned != NULL)
		check.result = VERIFY_FAIL;
	fn(ctx, &check);
	return check.result == VERIFY_FAIL;
}

static size_t
report_receipts(const struct proof *p,
    void (*fn)(void *ctx, const struct verify_check *c), void *ctx)
{
	struct verify_check check = {.result = VERIFY_FAIL};

	if (p->bad_receipts == 0)
		return 0;
	fj_fail(&check.err, FJ_CORRUPT, "app.verify-receipts", "z", p->bad_receipts);
	fn(ctx, &check);
	return 1;
}

static int
by_time(const void *a, const void *b)
{
	const struct verify_receipt_fact *x = a, *y = b;

	if (x->not_after.ms != y->not_after.ms)
		return x->not_after.ms < y->not_after.ms ? -1 : 1;
	return x->position < y->position ? -1 : x->position > y->position;
}

static struct link *
link_of(const struct proof *p, const struct hash *id)
{
	return map_get(p->link, id->b, HASH_LEN);
}

/*
 * A receipt covers 1..n of its chain, as a signature does: the id that it names
 * fixes every id before it.  Each entry gets the earliest receipt that does.
 */
static void
spread_receipts(struct proof *p)
{
	struct verify_receipt_fact *all = NULL;
	size_t n = 0, room = 0, i;

	if (p->nreceipt > 0)
		qsort(p->receipt, p->nreceipt, sizeof(*p->receipt), by_time);
	for (i = 0; i < p->nreceipt; i++) {
		struct link *l = link_of(p, &p->receipt[i].entry);

		for (; l != NULL && !l->timed; l = link_of(p, &l->prev)) {
			l->timed = true;
			if (n == room) {
				room = room == 0 ? 256 : room * 2;
				all = xrealloc(all, room, sizeof(*all));
			}
			all[n] = p->receipt[i];
			all[n++].entry = l->id;
		}
	}
	free(p->receipt);
	p->receipt = all;
	p->nreceipt = n;
}

size_t
proof_report(struct proof *p, const struct visit *v, bool full, const struct hash *pinned,
    void (*fn)(void *ctx, const struct verify_check *c), void *ctx)
{
	struct verify_chain_fact *chains = xcalloc(p->nchain, sizeof(*chains));
	struct verify_facts facts = {.chains = chains, .chain_count = p->nchain,
	    .evidence = p->evidence, .evidence_count = p->nevidence, .full = full};
	struct verify_list list = {0};
	size_t i, failed;

	spread_receipts(p);
	facts.receipts = p->receipt;
	facts.receipt_count = p->nreceipt;
	for (i = 0; i < p->nchain; i++)
		chains[i] = p->chain[i].fact;
	verify_visit(v, &facts, &list);
	failed = list.failed + report_root(p, pinned, fn, ctx) +
	    report_receipts(p, fn, ctx);
	for (i = 0; i < list.n; i++)
		fn(ctx, &list.v[i]);
	verify_release(&list);
	free(chains);
	return failed;
}
