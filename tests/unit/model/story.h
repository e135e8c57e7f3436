/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A world for tests of model/: a roster, persons with keys, replicas of one
 * visit that hold different entries, and what passes between them.
 */
#ifndef FJ_TEST_MODEL_STORY_H
#define FJ_TEST_MODEL_STORY_H

#include "unit/entry/fixture.h"

#include "base/limits.h"
#include "entry/roster.h"
#include "form/form.h"
#include "model/decide.h"
#include "model/fill.h"
#include "model/internal.h"
#include "model/missing.h"
#include "model/summary.h"
#include "model/verify.h"
#include "model/view.h"

enum { PEOPLE = 8, LOG_MAX = 4096 };

struct person {
	const char *name, *cert;
	struct identity *key;
	struct id dev, id;
	int64_t skew;			/* of his clock, ms */
};

struct logged {
	char *frame;
	size_t n;
	struct entry en;
};

struct world {
	struct kinds *kinds;
	struct clauses *clauses;
	struct roster *roster;
	struct form *form;
	struct model_env env;
	struct person who[PEOPLE];
	struct id stream;
	struct logged log[LOG_MAX];
	size_t n;
	int64_t clock;			/* grows with every act */
	uint32_t serial;		/* of ids */
};

/* One laptop: a person and what he holds. */
struct replica {
	struct world *w;
	struct person *who;
	struct visit *v;
};

enum { JIA, YI, DING, BING, WU, STRANGER };	/* rows of world.who */

static const char story_kinds[] =
"{\"kinds\":[{\"id\":\"k\",\"forms\":[\"f\"],\"members\":{\"min\":2,\"certified\":true},\"levels\":1,"
"\"findings\":true,\"papers\":[],\"outcomes\":{"
"\"completed\":{\"require\":[\"answers\",\"valid\",\"findings\",\"evidence\"],\"party\":true},"
"\"refused\":{\"require\":[\"facts\",\"evidence-any\"],\"party\":true},"
"\"absent\":{\"require\":[\"facts\"],\"party\":false},"
"\"stopped\":{\"require\":[\"papers\",\"party\"],\"party\":false}}},"
"{\"id\":\"two\",\"forms\":[\"f\"],\"members\":{\"min\":2,\"certified\":true},\"levels\":2,"
"\"findings\":true,\"papers\":[{\"id\":\"notice\",\"when\":\"before\",\"outcomes\":[\"stopped\"]}],"
"\"outcomes\":{\"absent\":{\"require\":[],\"party\":false},"
"\"stopped\":{\"require\":[\"papers\",\"party\"],\"party\":false}}},"
"{\"id\":\"one\",\"forms\":[\"f\"],\"members\":{\"min\":1,\"certified\":false},\"levels\":1,"
"\"findings\":false,\"papers\":[],\"outcomes\":{\"completed\":{\"require\":[],\"party\":false}}},"
"{\"id\":\"service\",\"forms\":[\"f\"],\"members\":{\"min\":1,\"certified\":false},\"levels\":1,"
"\"findings\":false,\"clue\":true,\"papers\":[],"
"\"outcomes\":{\"completed\":{\"require\":[\"findings\"],\"party\":false}}}]}";

static const char story_clauses[] =
"{\"instruments\":{},\"clauses\":{"
"\"B1\":{\"instrument\":\"o\",\"family\":\"untrue\",\"leg2\":true,\"articles\":["
"{\"from\":null,\"to\":\"2025-03-17\",\"article\":\"13\",\"verified\":true},"
"{\"from\":\"2025-03-18\",\"to\":\"2025-12-31\",\"article\":\"14\",\"verified\":false},"
"{\"from\":\"2026-01-01\",\"to\":null,\"article\":\"14\",\"liability\":\"27\",\"verified\":true}]},"
"\"BSTAR\":{\"instrument\":\"o\",\"family\":\"untrue\",\"second_leg\":true,\"shown\":\"B*\",\"articles\":[]},"
"\"X1\":{\"instrument\":\"o\",\"family\":\"false\",\"articles\":[]},"
"\"G1\":{\"instrument\":\"o\",\"family\":\"general\",\"articles\":[]},"
"\"EV\":{\"instrument\":\"new\",\"family\":\"general\",\"articles\":["
"{\"from\":null,\"to\":\"2026-08-14\",\"instrument\":\"old\",\"article\":\"54\",\"verified\":true},"
"{\"from\":\"2026-08-15\",\"to\":null,\"article\":\"225\",\"verified\":true}]}}}";

static const char story_form[] =
"{\"form\":\"f\",\"version\":\"1\",\"title\":\"f\",\"root\":\"data\",\"languages\":[\"zh\",\"en\"],"
"\"choices\":{\"v\":[{\"name\":\"conform\",\"label\":\"c\",\"key\":1},"
"{\"name\":\"nonconform\",\"label\":\"n\",\"key\":2}]},"
"\"children\":["
"{\"type\":\"verdict v\",\"name\":\"a\",\"label\":\"a\",\"required\":\"true\",\"evidence\":\"photo\","
"\"finding\":{\"on\":\"nonconform\"}},"
"{\"type\":\"text\",\"name\":\"b\",\"label\":\"b\"},"
"{\"type\":\"integer\",\"name\":\"c\",\"label\":\"c\",\"constraint\":\". < 10\"},"
"{\"type\":\"repeat\",\"name\":\"r\",\"label\":\"r\",\"instances\":0,\"children\":["
"{\"type\":\"text\",\"name\":\"no\",\"label\":\"no\"}]}]}";

static inline const struct form *
story_find_form(void *ctx, const struct hash *digest)
{
	struct world *w = ctx;

	return digest->b[0] == 0xf0 ? w->form : NULL;
}

static inline void
roster_take(struct world *w, struct writer *from)
{
	ok(roster_add(w->roster, from->frame.p, from->frame.n, from->sig, NULL));
}

static inline void
story_person(struct world *w, struct writer *hub, int row, const char *name,
    const char *cert, unsigned roles, const char *scope, bool in_roster)
{
	struct person *p = &w->who[row];
	struct stamp at = fixed_stamp(1);

	p->name = name;
	p->cert = cert;
	p->key = fixed_identity((uint8_t)(10 + row));
	p->id = fixed_id((uint8_t)(100 + row));
	identity_dev(identity_pub(p->key), &p->dev);
	if (in_roster) {
		struct roster_person rp = { .person = p->id, .name = name, .cert = cert,
		    .roles = roles, .nscope = 1 };
		struct roster_device d = { .key = *identity_pub(p->key), .person = p->id };

		snprintf(rp.scopes[0], sizeof(rp.scopes[0]), "%s", scope);
		roster_write_person(&rp, &at, &hub->payload);
		write_entry(hub);
		roster_take(w, hub);
		roster_write_device(&d, &at, &hub->payload);
		write_entry(hub);
		roster_take(w, hub);
	}
}

/* jia yi ding: inspectors; bing: supervisor of the city; wu: of the province. */
static inline void
world_open(struct world *w)
{
	struct writer root, hub;
	struct id stream;
	struct hash anchor;
	struct stamp at = fixed_stamp(0);

	memset(w, 0, sizeof(*w));
	writer_open(&root, 200, STREAM_ROSTER, fixed_id(0));
	roster_stream(root.pub, &stream);
	root.stream = stream;
	writer_open(&hub, 201, STREAM_ROSTER, stream);
	identity_root(root.pub->suite, &root.pub->sign, &anchor);
	w->roster = roster_new(&anchor);
	write_hello(&root, "root", NULL);
	roster_take(w, &root);
	roster_write_hub_key(hub.pub, 1, &at, &root.payload);
	write_entry(&root);
	roster_take(w, &root);
	write_hello(&hub, "hub", NULL);
	roster_take(w, &hub);
	story_person(w, &hub, JIA, "检查员甲", "A1", ROLE_INSPECTOR, "330106", true);
	story_person(w, &hub, YI, "检查员乙", "A2", ROLE_INSPECTOR, "330106", true);
	story_person(w, &hub, DING, "检查员丁", "A3", ROLE_INSPECTOR, "330106", true);
	story_person(w, &hub, BING, "复核员丙", "S1", ROLE_SUPERVISOR, "3301", true);
	story_person(w, &hub, WU, "复核员戊", "S2", ROLE_SUPERVISOR, "33", true);
	story_person(w, &hub, STRANGER, "检查员己", "Z9", ROLE_INSPECTOR, "11", false);
	ok(kinds_load(story_kinds, strlen(story_kinds), &w->kinds, NULL));
	ok(clauses_load(story_clauses, strlen(story_clauses), &w->clauses, NULL));
	ok(form_load(story_form, strlen(story_form), &w->form, NULL, NULL));
	w->env.kinds = w->kinds;
	w->env.clauses = w->clauses;
	w->env.roster = w->roster;
	w->env.form = story_find_form;
	w->env.ctx = w;
	w->stream = fixed_id(77);
	w->clock = 1772326800000;
	writer_close(&root);
	writer_close(&hub);
}

static inline void
world_forget(struct world *w)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		free(w->log[i].frame);
	w->n = 0;
}

static inline void
world_close(struct world *w)
{
	int i;

	world_forget(w);
	for (i = 0; i < PEOPLE; i++)
		if (w->who[i].key != NULL)
			identity_free(&w->who[i].key);
	kinds_free(&w->kinds);
	clauses_free(&w->clauses);
	roster_free(&w->roster);
	form_free(&w->form);
}

static inline struct id
fresh_id(struct world *w)
{
	struct id v = { { 0 } };

	w->serial++;
	v.b[0] = (uint8_t)(w->serial * 37);
	v.b[1] = (uint8_t)(w->serial >> 8);
	v.b[2] = (uint8_t)w->serial;
	v.b[3] = 1;
	return v;
}

static inline void
replica_open(struct replica *r, struct world *w, int row)
{
	r->w = w;
	r->who = &w->who[row];
	ok(visit_new(&w->stream, &w->env, &r->v, NULL));
}

static inline struct stamp
now_of(struct replica *r)
{
	struct stamp at = { { 0, 480 }, 5000, "0a1b2c3d" };

	r->w->clock += 1000;
	at.t.ms = r->w->clock + r->who->skew;
	return at;
}

/* One frame more on a chain that stands at *head. */
static inline const struct logged *
world_write(struct world *w, struct person *who, const struct chain_head *head,
    uint64_t newest, const struct fj_buf *payload)
{
	struct logged *l = &w->log[w->n];
	struct entry en;
	struct fj_buf b;

	assert_true(w->n < LOG_MAX);
	memset(&en, 0, sizeof(en));
	en.suite = SUITE_1;
	en.kind = STREAM_VISIT;
	en.stream = w->stream;
	en.dev = who->dev;
	en.seq = head->seq + 1;
	en.hlc = hlc_next(newest > head->hlc ? newest : head->hlc, w->clock + who->skew);
	en.prev = head->id;
	en.payload = payload->p;
	en.len = payload->n;
	fj_buf_init(&b, 2 << 20);
	ok(entry_encode(&en, &b, NULL));
	l->frame = fj_buf_take(&b, &l->n);
	l->en = en;
	l->en.payload = l->frame + ENTRY_HEAD;
	w->n++;
	return l;
}

static inline uint64_t
newest_of(const struct visit *v)
{
	size_t n = visit_entry_count(v);

	return n > 0 ? visit_entry_at(v, n - 1)->hlc : 0;
}

/* Append a payload to one's own chain, hello first. */
static inline const struct logged *
append(struct replica *r, const struct fj_buf *payload)
{
	struct chain_head head;
	const struct logged *l;

	visit_settle(r->v);
	if (!visit_head(r->v, &r->who->dev, &head)) {
		struct hello h;
		struct fj_buf b;
		struct stamp at = now_of(r);

		memset(&h, 0, sizeof(h));
		memset(&head, 0, sizeof(head));
		head.dev = r->who->dev;
		h.key = *identity_pub(r->who->key);
		snprintf(h.name, sizeof(h.name), "%s", r->who->name);
		snprintf(h.cert, sizeof(h.cert), "%s", r->who->cert);
		fj_buf_init(&b, 65536);
		hello_write(&h, &at, &b);
		l = world_write(r->w, r->who, &head, newest_of(r->v), &b);
		fj_buf_release(&b);
		chain_advance(&head, &l->en);
		ok(visit_add(r->v, &l->en, 0, NULL));
	}
	l = world_write(r->w, r->who, &head, newest_of(r->v), payload);
	ok(visit_add(r->v, &l->en, 0, NULL));
	return l;
}

static inline const struct logged *
append_text(struct replica *r, const char *json)
{
	struct fj_buf b;
	const struct logged *l;

	fj_buf_init(&b, 1 << 20);
	fj_buf_puts(&b, json);
	l = append(r, &b);
	fj_buf_release(&b);
	return l;
}

static inline enum fj_rc
act(struct replica *r, const struct command *c, struct fj_err *e)
{
	struct actor who = { r->who->dev, r->who->name, r->who->cert };
	struct stamp at = now_of(r);
	struct fj_buf b;
	enum fj_rc rc;

	fj_err_clear(e);
	visit_settle(r->v);
	fj_buf_init(&b, 2 << 20);
	rc = decide(r->v, &who, c, &at, &b, e);
	if (rc == FJ_OK) {
		append(r, &b);
		visit_settle(r->v);
	}
	fj_buf_release(&b);
	return rc;
}

#define does(r, ...) \
	do { \
		struct command does_c = { __VA_ARGS__ }; \
		struct fj_err does_e; \
		if (act((r), &does_c, &does_e) != FJ_OK) \
			fail_msg("line %d: %s (%s, %s, %s)", __LINE__, does_e.code, \
			    does_e.arg[0], does_e.arg[1], does_e.arg[2]); \
	} while (0)

#define refused(r, want, ...) \
	do { \
		struct command refused_c = { __VA_ARGS__ }; \
		struct fj_err refused_e; \
		if (act((r), &refused_c, &refused_e) == FJ_OK) \
			fail_msg("line %d: done, wanted %s", __LINE__, (want)); \
		if (strcmp(refused_e.code, (want)) != 0) \
			fail_msg("line %d: %s, wanted %s", __LINE__, refused_e.code, (want)); \
	} while (0)

static inline const struct logged *
log_find(const struct world *w, const struct hash *id)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (hash_eq(&w->log[i].en.id, id))
			return &w->log[i];
	return NULL;
}

/* Everything that `from` holds goes to `to`. */
static inline void
pass(struct replica *from, struct replica *to)
{
	size_t i;

	visit_settle(from->v);
	for (i = 0; i < visit_entry_count(from->v); i++)
		ok(visit_add(to->v, &log_find(from->w,
		    &visit_entry_at(from->v, i)->id)->en, 0, NULL));
	visit_settle(to->v);
}

static inline struct command_start *
story_start(struct world *w, const char *kind, int members)
{
	static struct command_member team[3] = {
		{ "检查员甲", "A1" }, { "检查员乙", "A2" }, { "检查员丁", "A3" },
	};
	static struct command_form form = { "f", "1", { { 0xf0 } } };
	static struct command_start s;

	(void)w;
	memset(&s, 0, sizeof(s));
	s.kind = kind;
	s.subject = "某检测有限公司";
	s.no_uscc = "外地机构";
	s.division = "330106";
	s.team = team;
	s.team_count = (size_t)members;
	s.forms = &form;
	s.form_count = 1;
	return &s;
}

#define SET(p, val) .op = OP_SET, .form = "f", .path = (p), .value = (val)

static inline enum visit_state
state_of(struct replica *r)
{
	visit_settle(r->v);
	return visit_state(r->v);
}

/* Text of the state; compare as strings. */
static inline char *
state_text(struct visit *v)
{
	struct fj_buf b;

	visit_settle(v);
	fj_buf_init(&b, 8 << 20);
	visit_digest_text(v, &b);
	assert_false(fj_buf_over(&b));
	return fj_buf_take(&b, NULL);
}

#endif
