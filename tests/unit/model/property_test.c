/* SPDX-License-Identifier: Apache-2.0 */
/* tier: test */
/*
 * Random stories of three inspectors and two supervisors, each with what he
 * happens to hold; some write what no honest program would.  Then the same set
 * of entries is delivered in random orders, settled at random points.
 *	FJ_STORIES=n and FJ_SEED=n change how many, and which.
 */
#include "unit/model/story.h"

enum { ACTORS = 5, STEPS = 80, ORDERS = 3, SEALS = 64 };

struct rng {
	uint64_t s;
};

static uint32_t
draw(struct rng *r, uint32_t n)
{
	r->s ^= r->s << 13;
	r->s ^= r->s >> 7;
	r->s ^= r->s << 17;
	return (uint32_t)((r->s >> 20) % n);
}

/* What a freeze fixed when it was first seen sealed. */
struct seal {
	struct hash id;
	char *text;
};

/* Freezes that a replica saw sealed: they stay so for it. */
struct sealed_list {
	struct hash id[SEALS];
	size_t n;
};

struct story {
	struct world *w;
	struct sealed_list sealed[ACTORS];
	struct rng rng;
	struct replica who[ACTORS];
	struct id findings[3], evidence[3], rows[3];
	const char *kind;
	struct seal seals[SEALS];
	size_t seal_count;
	uint64_t seed;
};

static size_t reached[VISIT_CANCELLED + 1], disputes_seen, forks_seen, late_seen,
    waits_seen, second_rounds;

static char *
view_text(const struct view *w)
{
	struct fj_buf b;

	fj_buf_init(&b, 4 << 20);
	view_digest_text(w, &b);
	return fj_buf_take(&b, NULL);
}

/* ---- S1: what is sealed stays as it is, everywhere ---- */

static void
check_s1(struct story *s, struct visit *v)
{
	size_t i, k;

	for (i = 0; i < visit_freeze_count(v); i++) {
		const struct visit_freeze *f = visit_freeze_at(v, i);
		char *text = view_text(f->view);

		for (k = 0; k < s->seal_count; k++)
			if (hash_eq(&s->seals[k].id, &f->entry->id))
				break;
		if (k < s->seal_count) {
			if (strcmp(s->seals[k].text, text) != 0)
				fail_msg("S1 seed %llu: a frozen view changed\n%s\n----\n%s",
				    (unsigned long long)s->seed, s->seals[k].text, text);
			free(text);
		} else if (s->seal_count < SEALS) {
			s->seals[s->seal_count].id = f->entry->id;
			s->seals[s->seal_count++].text = text;
		} else {
			free(text);
		}
	}
}

static void
check_stays_sealed(struct story *s, struct sealed_list *l, struct visit *v)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct visit_freeze *f = visit_freeze_find(v, &l->id[i]);

		if (f == NULL || !f->sealed)
			fail_msg("S1 seed %llu: a seal was broken",
			    (unsigned long long)s->seed);
	}
	l->n = 0;
	for (i = 0; i < visit_freeze_count(v) && l->n < SEALS; i++)
		if (visit_freeze_at(v, i)->sealed)
			l->id[l->n++] = visit_freeze_at(v, i)->entry->id;
}

/* ---- S2: no signed freeze lacks what its signer wrote before ---- */

static void
check_s2(const struct story *s, const struct visit *v)
{
	size_t i, k;

	for (i = 0; i < v->all.n; i++) {
		const struct vent *sign = v->all.v[i];
		const struct vfreeze *f;

		if (sign->pub.op != OP_SIGN || sign->pub.status != ENTRY_COUNTS)
			continue;
		f = freeze_by_id(v, &sign->pub.ref);
		for (k = 0; f != NULL && k < v->all.n; k++) {
			const struct vent *en = v->all.v[k];

			if (en->chain != sign->chain || en->pub.seq >= sign->pub.seq ||
			    !op_is_content(en->pub.op) || vent_is_paper(en) || v->forked)
				continue;
			if (!freeze_covers(f, en))
				fail_msg("S2 seed %llu: signed without %s",
				    (unsigned long long)s->seed, en->pub.op_name);
		}
	}
}

/* ---- S3: somebody can always do something that leads on ---- */

static bool
can(struct replica *r, enum visit_op op)
{
	struct actor who = { r->who->dev, r->who->name, r->who->cert };

	return decide_may(r->v, &who, op, NULL);
}

static void
check_s3(struct story *s, struct replica *any)
{
	static const enum visit_op on[] = { OP_START, OP_OUTCOME, OP_VOID, OP_APPROVE,
	    OP_RETURN, OP_REOPEN };
	struct person *was = any->who;
	bool some = false;
	size_t i, k;

	if (visit_state(any->v) == VISIT_APPROVED || visit_state(any->v) == VISIT_CANCELLED ||
	    visit_forked(any->v))
		return;
	for (k = 0; k < ACTORS; k++) {
		any->who = s->who[k].who;
		for (i = 0; i < sizeof(on) / sizeof(on[0]); i++)
			some |= can(any, on[i]);
	}
	any->who = was;
	if (!some)
		fail_msg("S3 seed %llu: nobody can leave state %s",
		    (unsigned long long)s->seed, visit_state_id(visit_state(any->v)));
}

/* ---- S5: who wrote or signed never decides ---- */

static void
check_s5(const struct story *s, const struct visit *v)
{
	size_t i;

	for (i = 0; i < v->all.n; i++) {
		const struct visit_entry *en = &v->all.v[i]->pub;

		if ((en->op == OP_APPROVE || en->op == OP_RETURN || en->op == OP_COMMENT ||
		    en->op == OP_FINDING_ESTABLISH) && en->status == ENTRY_COUNTS &&
		    en->author.member >= 0)
			fail_msg("S5 seed %llu: a member decided", (unsigned long long)s->seed);
	}
}

/* ---- acts ---- */

static const char *const paths[] = { "/data/a", "/data/b", "/data/c" };
static const char *const words[] = { "conform", "nonconform", "1", "2" };

static struct id
member_id(uint8_t a, uint8_t b)
{
	struct id v = { { 0 } };

	v.b[0] = a;
	v.b[1] = b;
	v.b[2] = 9;
	return v;
}

static bool
content_act(struct story *s, struct command *c, char *buf, size_t size)
{
	struct rng *g = &s->rng;
	uint32_t k = draw(g, 3);
	char id[ID_TEXT + 1];

	c->why = draw(g, 2) ? "理由" : NULL;
	c->form = "f";
	c->path = paths[draw(g, 3)];
	c->value = words[draw(g, 4)];
	c->beside = draw(g, 2) == 0;
	switch (c->op) {
	case OP_SET:
		c->note = draw(g, 4) == 0;
		c->automatic = draw(g, 6) == 0 ? "default" : NULL;
		return true;
	case OP_ADD:
		c->path = "/data/r";
		c->object = s->rows[k];
		return true;
	case OP_REMOVE:
	case OP_RESOLVE:
		if (c->op == OP_RESOLVE && draw(g, 4) == 0) {
			c->flag = true;
			c->path = NULL;
			c->object = s->findings[draw(g, 3)];
			c->value = draw(g, 2) ? "confirmed" : "ruled-out";
			return true;
		}
		if (c->op == OP_RESOLVE && draw(g, 2))
			return true;
		id_format(&s->rows[k], id);
		snprintf(buf, size, "/data/r{%s}%s", id,
		    c->op == OP_RESOLVE && draw(g, 2) ? "/no" : "");
		c->path = buf;
		c->value = draw(g, 2) ? "added" : "removed";
		return true;
	default:
		return false;
	}
}

static void
other_act(struct story *s, struct command *c, struct command_on *on,
    struct command_evidence *ev, const struct command_member *m)
{
	static const char *const fields[] = { "title", "facts", "stage", "clauses" };
	struct rng *g = &s->rng;

	c->why = draw(g, 5) ? "理由" : NULL;
	c->text = "文字";
	switch (c->op) {
	case OP_START:
		c->start = story_start(s->w, s->kind, 3);
		break;
	case OP_FINDING_SET:
		c->object = s->findings[draw(g, 3)];
		c->field = fields[draw(g, 4)];
		c->value = c->field[0] == 's' ? "lead" : c->field[0] == 'c' ? "G1" :
		    words[draw(g, 4)];
		c->beside = draw(g, 2) == 0;
		break;
	case OP_FINDING_WITHDRAW:
	case OP_FINDING_ESTABLISH:
		c->object = s->findings[draw(g, 3)];
		break;
	case OP_EVIDENCE_ADD:
		c->evidence = ev;
		ev->use = draw(g, 3) == 0 ? "paper" : NULL;
		c->object = s->evidence[draw(g, 3)];
		break;
	case OP_EVIDENCE_LINK:
	case OP_EVIDENCE_WITHDRAW:
		c->object = s->evidence[draw(g, 3)];
		c->on = on;
		c->on_count = 1;
		break;
	case OP_OUTCOME:
		c->value = draw(g, 8) ? "absent" : "stopped";
		c->facts = draw(g, 8) ? "锁门" : "关门";
		c->beside = draw(g, 4) == 0;
		break;
	case OP_FLAG_SET:
		c->object = s->findings[draw(g, 3)];
		c->value = draw(g, 3) == 0 ? "open" : draw(g, 2) ? "confirmed" : "ruled-out";
		c->text = "{\"rule\":\"R01\",\"subject\":\"s\"}";
		c->beside = draw(g, 2) == 0;
		break;
	case OP_FLAG_RUN:
	case OP_FLAG_SAMPLE:
		c->object = s->evidence[draw(g, 3)];
		c->text = "{\"n\":1}";
		break;
	case OP_UNSIGNED:
		c->member = m;
		break;
	case OP_PARTY:
		c->value = "absent";
		break;
	case OP_RETURN:
		c->value = "addendum";
		break;
	case OP_APPROVE:
		c->value = draw(g, 2) ? "correct" : "case";
		break;
	case OP_ESCALATE:
		c->value = "33";
		break;
	default:
		break;
	}
}

/* What a person would do next in this state. */
static enum visit_op
leads_on(struct story *s, const struct replica *r)
{
	static const enum visit_op frozen[] = { OP_SIGN, OP_SIGN, OP_SIGN, OP_SIGN,
	    OP_UNSIGNED, OP_VOID };
	static const enum visit_op sealed[] = { OP_APPROVE, OP_APPROVE, OP_RETURN, OP_REOPEN,
	    OP_COMMENT, OP_FINDING_ESTABLISH, OP_ESCALATE };
	static const enum visit_op open[] = { OP_OUTCOME, OP_FREEZE, OP_FREEZE, OP_RESOLVE,
	    OP_SET };

	switch (visit_state(r->v)) {
	case VISIT_OPEN:
		return open[draw(&s->rng, 5)];
	case VISIT_FROZEN:
		return frozen[draw(&s->rng, 6)];
	default:
		return sealed[draw(&s->rng, 7)];
	}
}

static void
honest(struct story *s, struct replica *r)
{
	static const enum visit_op usual[] = {
		OP_SET, OP_SET, OP_SET, OP_SET, OP_CLEAR, OP_ADD, OP_REMOVE, OP_RESOLVE,
		OP_RESOLVE, OP_FINDING_SET, OP_FINDING_SET, OP_FINDING_WITHDRAW,
		OP_FLAG_RUN, OP_FLAG_SET, OP_FLAG_SET, OP_FLAG_SET, OP_FLAG_SAMPLE,
		OP_EVIDENCE_ADD, OP_EVIDENCE_LINK, OP_EVIDENCE_WITHDRAW, OP_OUTCOME,
		OP_OUTCOME, OP_FREEZE, OP_FREEZE, OP_FREEZE, OP_VOID, OP_SIGN, OP_SIGN,
		OP_SIGN, OP_UNSIGNED, OP_PARTY, OP_REOPEN, OP_REOPEN, OP_COMMENT, OP_RETURN,
		OP_APPROVE, OP_APPROVE, OP_ESCALATE, OP_FINDING_ESTABLISH, OP_START,
	};
	static const struct command_member team[] = {
		{ "检查员甲", "A1" }, { "检查员乙", "A2" }, { "检查员丁", "A3" },
	};
	struct command c = { 0 };
	struct command_on on = { .form = "f", .path = "/data/a" };
	struct command_evidence ev = { .name = "e", .how = "h", .size = 1 };
	struct fj_err e;
	char buf[80];

	c.op = draw(&s->rng, 2) ? leads_on(s, r) :
	    usual[draw(&s->rng, sizeof(usual) / sizeof(usual[0]))];
	if (draw(&s->rng, 1500) == 0)
		c.op = OP_CANCEL;
	if (!content_act(s, &c, buf, sizeof(buf)))
		other_act(s, &c, &on, &ev, &team[draw(&s->rng, 3)]);
	(void)act(r, &c, &e);
}

/* Payloads that decide would refuse. */
static void
rogue(struct story *s, struct replica *r)
{
	char text[700], freeze[HASH_TEXT + 1] = "", base[HASH_TEXT + 1] = "";
	const char *stamp = "\"t\":\"2026-03-01T09:00:00.000+08:00\",\"up\":1,\"boot\":\"0a1b2c3d\"";
	size_t n = visit_entry_count(r->v);
	int round = visit_round(r->v) + (int)draw(&s->rng, 3) - 1;

	visit_settle(r->v);
	if (visit_freeze_count(r->v) > 0)
		hash_format(&visit_freeze_at(r->v, draw(&s->rng,
		    (uint32_t)visit_freeze_count(r->v)))->entry->id, freeze);
	if (n > 0)
		hash_format(&visit_entry_at(r->v, draw(&s->rng, (uint32_t)n))->id, base);
	switch (draw(&s->rng, 9)) {
	case 0:
		snprintf(text, sizeof(text), "{\"op\":\"approve\",%s,\"freeze\":\"%s\","
		    "\"level\":1,\"disposition\":\"case\",\"late\":[],\"accept\":\"x\"}", stamp, freeze);
		break;
	case 1:
		snprintf(text, sizeof(text), "{\"op\":\"sign\",%s,\"freeze\":\"%s\"}", stamp, freeze);
		break;
	case 2:
		snprintf(text, sizeof(text), "{\"op\":\"set\",%s,\"round\":%d,\"form\":\"f\","
		    "\"path\":\"/data/a\",\"value\":\"rogue\",\"base\":[\"%s\"]}", stamp, round, base);
		break;
	case 3:
		snprintf(text, sizeof(text), "{\"op\":\"reopen\",%s,\"freeze\":\"%s\","
		    "\"why\":\"x\"}", stamp, freeze);
		break;
	case 4:
		snprintf(text, sizeof(text), "{\"op\":\"void\",%s,\"freeze\":\"%s\","
		    "\"why\":\"x\"}", stamp, freeze);
		break;
	case 5:
		snprintf(text, sizeof(text), "{\"op\":\"resolve\",%s,\"round\":%d,\"form\":\"f\","
		    "\"path\":\"/data/a\",\"value\":\"q\",\"why\":\"x\",\"base\":[\"%s\"]}", stamp,
		    round, base);
		break;
	case 6:
		snprintf(text, sizeof(text), "{\"op\":\"freeze\",%s,\"round\":%d,\"heads\":[]}",
		    stamp, round);
		break;
	case 7:
		snprintf(text, sizeof(text), "{\"op\":\"flag.draft\",%s}", stamp);
		break;
	default:
		snprintf(text, sizeof(text), "{\"op\":\"return\",%s,\"freeze\":\"%s\","
		    "\"kind\":\"addendum\",\"why\":\"x\",\"base\":[\"%s\"]}", stamp, freeze, base);
	}
	append_text(r, text);
}

/* A second entry at a seq that is taken. */
static void
fork_chain(struct story *s, struct replica *r)
{
	struct chain_head head;
	const struct logged *l;
	struct fj_buf b;
	size_t i;

	for (i = 0; i < s->w->n; i++)
		if (id_eq(&s->w->log[i].en.dev, &r->who->dev) && s->w->log[i].en.seq > 1)
			break;
	if (i == s->w->n)
		return;
	memset(&head, 0, sizeof(head));
	head.dev = r->who->dev;
	head.seq = s->w->log[i].en.seq - 1;
	head.id = s->w->log[i].en.prev;
	fj_buf_init(&b, 4096);
	fj_buf_puts(&b, "{\"op\":\"set\",\"t\":\"2026-03-01T09:00:00.000+08:00\",\"up\":1,"
	    "\"boot\":\"0a1b2c3d\",\"round\":1,\"form\":\"f\",\"path\":\"/data/b\",\"value\":\"fork\"}");
	l = world_write(s->w, r->who, &head, newest_of(r->v), &b);
	fj_buf_release(&b);
	ok(visit_add(r->v, &l->en, 0, NULL));
	visit_settle(r->v);
}

/* ---- S4: the same set, the same state ---- */

static struct visit *
deliver(struct story *s, const size_t *order, size_t n, bool often)
{
	struct sealed_list sealed = { .n = 0 };
	struct visit *v;
	size_t i;

	ok(visit_new(&s->w->stream, &s->w->env, &v, NULL));
	for (i = 0; i < n; i++) {
		ok(visit_add(v, &s->w->log[order[i]].en, 0, NULL));
		if (often && draw(&s->rng, 3) == 0) {
			visit_settle(v);
			check_s1(s, v);
			check_stays_sealed(s, &sealed, v);
		}
	}
	visit_settle(v);
	check_stays_sealed(s, &sealed, v);
	return v;
}

static void
shuffle(struct story *s, size_t *order, size_t n)
{
	while (n > 1) {
		size_t k = draw(&s->rng, (uint32_t)n--), swap = order[n];

		order[n] = order[k];
		order[k] = swap;
	}
}

static void
check_s4(struct story *s)
{
	static size_t order[LOG_MAX];
	struct replica any = { s->w, s->who[0].who, NULL };
	char *first, *text;
	size_t i, n = s->w->n;
	int k;

	for (i = 0; i < n; i++)
		order[i] = i;
	any.v = deliver(s, order, n, false);
	first = state_text(any.v);
	check_s1(s, any.v);
	check_s2(s, any.v);
	check_s3(s, &any);
	check_s5(s, any.v);
	reached[visit_state(any.v)]++;
	disputes_seen += view_dispute_count(visit_now(any.v)) > 0;
	forks_seen += visit_forked(any.v);
	late_seen += visit_count_status(any.v, ENTRY_LATE) > 0;
	waits_seen += visit_count_status(any.v, ENTRY_WAITS) > 0;
	second_rounds += visit_round(any.v) > 1;
	visit_free(&any.v);
	for (k = 0; k < ORDERS; k++) {
		struct visit *v;

		shuffle(s, order, n);
		v = deliver(s, order, n, true);
		text = state_text(v);
		if (strcmp(text, first) != 0)
			fail_msg("S4 seed %llu: order changed the state\n%s\n-----\n%s",
			    (unsigned long long)s->seed, first, text);
		free(text);
		visit_free(&v);
	}
	free(first);
}

/* Extending step by step and building anew are one. */
static void
check_incremental(struct story *s, struct replica *r)
{
	struct visit *fresh;
	char *a = state_text(r->v), *b;
	size_t i;

	ok(visit_new(&s->w->stream, &s->w->env, &fresh, NULL));
	for (i = 0; i < visit_entry_count(r->v); i++)
		ok(visit_add(fresh, &log_find(s->w, &visit_entry_at(r->v, i)->id)->en, 0,
		    NULL));
	fresh->dirty = true;
	b = state_text(fresh);
	if (strcmp(a, b) != 0)
		fail_msg("seed %llu: extended differs from rebuilt\n%s\n-----\n%s",
		    (unsigned long long)s->seed, a, b);
	free(a);
	free(b);
	visit_free(&fresh);
}

/* Everybody syncs. */
static void
meet(struct story *s)
{
	size_t i;

	for (i = 1; i < ACTORS; i++)
		pass(&s->who[i], &s->who[0]);
	for (i = 1; i < ACTORS; i++)
		pass(&s->who[0], &s->who[i]);
}

static void
step(struct story *s)
{
	struct rng *g = &s->rng;
	struct replica *r = &s->who[draw(g, draw(g, 3) ? 3 : ACTORS)];
	uint32_t what = draw(g, 100);

	if (what < 12)
		meet(s);
	else if (what < 30)
		pass(&s->who[draw(g, ACTORS)], r);
	else if (what < 33)
		rogue(s, r);
	else if (what < 34 && draw(g, 4) == 0)
		fork_chain(s, r);
	else
		honest(s, r);
	visit_settle(r->v);
	check_s1(s, r->v);
	check_stays_sealed(s, &s->sealed[r - s->who], r->v);
	if (draw(g, 4) == 0)
		check_incremental(s, r);
}

static void
tell(struct world *w, uint64_t seed)
{
	struct story s = { .w = w, .seed = seed };
	struct command c = { .op = OP_START };
	struct fj_err e;
	size_t i;
	int steps;

	w->clock = 1772326800000;
	w->serial = 0;
	s.rng.s = 0x9e3779b97f4a7c15u ^ (seed * 0x2545f4914f6cdd1du + 1);
	for (i = 0; i < ACTORS; i++)
		replica_open(&s.who[i], w, (int)i);
	for (i = 0; i < 3; i++) {
		s.findings[i] = member_id(1, (uint8_t)i);
		s.evidence[i] = member_id(2, (uint8_t)i);
		s.rows[i] = member_id(3, (uint8_t)i);
	}
	for (i = 0; i < ACTORS; i++)
		w->who[i].skew = (int64_t)draw(&s.rng, 7200000) - 3600000;
	s.kind = draw(&s.rng, 3) ? "k" : "two";
	c.start = story_start(w, s.kind, 2 + (int)draw(&s.rng, 2));
	(void)act(&s.who[0], &c, &e);
	for (i = 1; i < ACTORS; i++)
		pass(&s.who[0], &s.who[i]);
	for (steps = 0; steps < STEPS; steps++)
		step(&s);
	check_s4(&s);
	for (i = 0; i < ACTORS; i++)
		visit_free(&s.who[i].v);
	for (i = 0; i < s.seal_count; i++)
		free(s.seals[i].text);
	world_forget(w);
}

static void
test_S1_to_S5_random_stories(void **state)
{
	const char *n = getenv("FJ_STORIES"), *seed = getenv("FJ_SEED");
	unsigned long i, count = n ? strtoul(n, NULL, 10) : 1500;
	static struct world w;

	(void)state;
	world_open(&w);
	for (i = 0; i < count; i++)
		tell(&w, seed ? strtoul(seed, NULL, 10) : i);
	for (i = 0; i <= VISIT_CANCELLED; i++)
		print_message("%s %zu  ", visit_state_id((enum visit_state)i), reached[i]);
	print_message("\ndisputes %zu forks %zu late %zu waits %zu round 2 %zu\n",
	    disputes_seen, forks_seen, late_seen, waits_seen, second_rounds);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_S1_to_S5_random_stories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
