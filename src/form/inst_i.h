/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of module form: the tree of a filled form. */
#ifndef FJ_FORM_INST_I_H
#define FJ_FORM_INST_I_H

#include "form/form_i.h"

struct inst_node {
	struct inst *in;
	const struct form_node *def;
	struct inst_node *parent;
	enum inst_kind kind;
	struct inst_node **kid;		/* a repeat: all its instances */
	size_t nkid, cap;
	size_t active;			/* of a repeat: the first so many count */
	struct map *ids;		/* of a repeat with many instances, else NULL */
	size_t pos;			/* of an instance: 0-based among them */
	char id[ID_TEXT + 1];		/* of an instance */
	uint64_t order;
	char *stored;			/* of a leaf; NULL: empty */
	char *shown;			/* what readers see, if not "" */
	const char *value;		/* shown, or "" */
	size_t change;			/* 1 + its place in the changes of this call */
	bool hold;			/* set by hand: do not calculate this time */
	bool relevant, required, read_only, valid;
	unsigned char dirty;		/* one bit an aspect: waits for computing */
	bool trigger_due;
	unsigned born;			/* in->call of the call that made it */
	const struct form_choice **choice;	/* allowed now; NULL: the whole list */
	size_t nchoice;
	struct fj_err *failed;		/* an expression of it failed */
	unsigned char failed_bits;
};

struct pending {
	struct inst_node **v;
	size_t n, cap;
};

struct inst {
	const struct form *form;
	struct form_env env;
	char *lang, *username, *phonenumber, *email, *deviceid;
	struct inst_node *root;
	struct pending *pending;	/* by rank */
	uint64_t *marked;		/* one bit a rank */
	size_t words, low;		/* no mark below word low */
	struct pending triggers;
	unsigned call;			/* counts the calls that change something */
	struct pending defaulted;	/* by an expression, in this call */
	struct inst_changes *changes;	/* of the call that runs */
	struct scratch mem;
	unsigned long steps;
	size_t places;			/* nodes made, at most LIMIT_INST_NODES */
	struct list_index *indexes;	/* columns of lists that filters asked for */
	bool loud;			/* defaults apply, one-shots are told */
	bool live;			/* triggers fire */
	struct map *said;		/* filled-in messages, each once, until it ends */
	bool calendar_unknown;		/* working days of a year without data */
};

struct inst_node *node_make(struct inst *in, const struct form_node *def,
    struct inst_node *parent, enum inst_kind kind);
void node_free(struct inst_node *n);
struct inst_node *repeat_insert(struct inst_node *rep, const char *id, uint64_t order);
/* The instance of a repeat with this id, or NULL. */
struct inst_node *repeat_get(const struct inst_node *rep, const char *id, size_t n);
unsigned long repeat_last_made(const struct inst_node *rep);	/* n of the last #n, or 0 */
void repeat_drop(struct inst_node *instance);
bool node_active(const struct inst_node *n);
void node_store(struct inst_node *n, const char *s);
const struct inst_node *node_up_to(const struct inst_node *n, const struct form_node *def);
/* fn for every active place of def below top; false from fn stops. */
bool node_each(struct inst_node *top, const struct form_node *def,
    bool (*fn)(void *ctx, struct inst_node *n), void *ctx);

void mark(struct inst_node *n, enum aspect a);
void mark_all(struct inst_node *n);	/* it and all below, every aspect */
void mark_deps(struct inst_node *n, enum aspect a);
void changed(struct inst_node *n, unsigned what);
void default_made(struct inst_node *n);
enum fj_rc settle(struct inst *in, struct fj_err *e);
void settle_start(struct inst *in, struct inst_changes *c, bool loud, bool live);
void node_show(struct inst_node *n, const char *s);
void unmark_below(struct inst_node *top);
void apply_defaults(struct inst_node *top);

void text_fill(struct inst *in, const struct inst_node *at, const char *s, struct fj_buf *out);
const char *text_said(const struct inst_node *n, const char *s);

void ev_start(struct ev *ev, struct inst_node *n);
/* An expression as a value of its node's type; "" when it fails. */
bool eval_text(struct inst_node *n, const struct expr *x, enum aspect a, bool fresh,
    struct fj_buf *out);
/* The rows of a list that pred may let through, in list order. */
struct rows {
	const struct form_list *list;
	const struct list_index *index;	/* NULL: all rows */
	const char *column, *value;
	size_t at;
};
void rows_start(struct rows *r, struct ev *ev, const struct form_list *l,
    const struct expr *pred);
const struct form_choice *rows_pull(struct rows *r);
/* The first row with value in column; NULL. */
const struct form_choice *rows_first(struct inst *in, const struct form_list *l,
    const char *column, const char *value);
void rows_forget(struct inst *in);

bool choices_update(struct inst_node *n);	/* true: they changed */
bool choice_allowed(const struct inst_node *n, const char *name, size_t len);
void value_filter(const struct inst_node *n, struct fj_buf *out);
/* An answer is given from the choices of now: of several the others drop out,
 * a single one is refused with form.value-choice-now. */
enum fj_rc choices_keep(const struct inst_node *n, struct fj_buf *value, struct fj_err *e);

#endif
