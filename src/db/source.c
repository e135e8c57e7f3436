/* SPDX-License-Identifier: Apache-2.0 */
#include "db/source.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "db/internal.h"

/* How a scan that was planned travels to its cursor: two letters a term, a slash, one
 * letter a column of the order. */
enum {
	LETTER = '0',
	PLAN_MAX = 2 * SOURCE_TERMS + 1 + SOURCE_ORDERS + 1,
};

struct cursor {
	sqlite3_vtab_cursor base;
	struct source_scan scan;
	uint32_t at;
};

/* What a module is registered with. */
struct added {
	struct source src;
	const struct db *d;
};

struct table {
	sqlite3_vtab base;
	struct source src;
	const struct db *d;
	/* A subquery opens its cursor anew for every row outside of it. */
	struct cursor *spare;
};

static struct table *
table_of(sqlite3_vtab *v)
{
	return (struct table *)v;
}

/* CREATE TABLE x(…): only types and names are read of it. */
static char *
declaration(const struct source *src)
{
	static const char *const type[] = {"TEXT", "INTEGER", "REAL"};
	struct fj_buf b;
	int i;

	fj_buf_init(&b, 1 << 14);
	fj_buf_puts(&b, "CREATE TABLE x(");
	for (i = 0; i < src->columns; i++)
		fj_buf_printf(&b, "%s\"%s\" %s", i > 0 ? "," : "", src->column[i].name,
		    type[src->column[i].type]);
	fj_buf_puts(&b, ")");
	return fj_buf_take(&b, NULL);
}

static int
do_connect(sqlite3 *h, void *aux, int argc, const char *const *argv, sqlite3_vtab **out,
    char **words)
{
	const struct added *a = aux;
	char *sql = declaration(&a->src);
	int code = sqlite3_declare_vtab(h, sql);
	struct table *t;

	(void)argc;
	(void)argv;
	(void)words;
	free(sql);
	if (code != SQLITE_OK)
		return code;
	(void)sqlite3_vtab_config(h, SQLITE_VTAB_INNOCUOUS);
	t = xcalloc(1, sizeof(*t));
	t->src = a->src;
	t->d = a->d;
	*out = &t->base;
	return SQLITE_OK;
}

static int
do_disconnect(sqlite3_vtab *v)
{
	free(table_of(v)->spare);
	free(table_of(v));
	return SQLITE_OK;
}

/* ---- planning ---- */

static bool
op_of(unsigned char sqlite, enum source_type type, enum source_op *op)
{
	static const struct {
		unsigned char sqlite;
		bool words;		/* well for a column of words, too */
		enum source_op op;
	} ops[] = {
		{SQLITE_INDEX_CONSTRAINT_EQ, true, SOURCE_EQ},
		{SQLITE_INDEX_CONSTRAINT_NE, true, SOURCE_NE},
		{SQLITE_INDEX_CONSTRAINT_GT, false, SOURCE_GT},
		{SQLITE_INDEX_CONSTRAINT_GE, false, SOURCE_GE},
		{SQLITE_INDEX_CONSTRAINT_LT, false, SOURCE_LT},
		{SQLITE_INDEX_CONSTRAINT_LE, false, SOURCE_LE},
		{SQLITE_INDEX_CONSTRAINT_ISNULL, true, SOURCE_ISNULL},
		{SQLITE_INDEX_CONSTRAINT_ISNOTNULL, true, SOURCE_NOTNULL},
	};
	size_t i;

	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (ops[i].sqlite == sqlite && (ops[i].words || type != SOURCE_TEXT)) {
			*op = ops[i].op;
			return true;
		}
	return false;
}

/* Terms that this place can use; used[i]: number of SQLite's constraint. */
static int
usable_terms(const struct source *src, sqlite3_index_info *x, struct source_term *term,
    int *used)
{
	int i, n = 0;

	for (i = 0; i < x->nConstraint && n < SOURCE_TERMS; i++) {
		const struct sqlite3_index_constraint *c = &x->aConstraint[i];

		if (!c->usable || c->iColumn < 0 || c->iColumn >= src->columns ||
		    !op_of(c->op, src->column[c->iColumn].type, &term[n].op) ||
		    strcmp(sqlite3_vtab_collation(x, i), "BINARY") != 0)
			continue;
		term[n].column = c->iColumn;
		used[n++] = i;
	}
	return n;
}

static int
wished_order(const struct source *src, const sqlite3_index_info *x, int *order)
{
	int i;

	if (x->nOrderBy > SOURCE_ORDERS)
		return 0;
	for (i = 0; i < x->nOrderBy; i++) {
		if (x->aOrderBy[i].desc || x->aOrderBy[i].iColumn < 0 ||
		    x->aOrderBy[i].iColumn >= src->columns)
			return 0;
		order[i] = x->aOrderBy[i].iColumn;
	}
	return x->nOrderBy;
}

/* Does the query read no other columns than those of its order, and filter by none? */
static bool
only_order(const sqlite3_index_info *x)
{
	sqlite3_uint64 used = x->colUsed;
	int i;

	for (i = 0; i < x->nOrderBy; i++)
		used &= ~((sqlite3_uint64)1 << x->aOrderBy[i].iColumn);
	return used == 0 && x->nConstraint == 0;
}

static char *
pack_plan(const struct source_wish *w, bool ordered)
{
	char text[PLAN_MAX];
	int i, n = 0;

	for (i = 0; i < w->terms; i++) {
		text[n++] = (char)(LETTER + (int)w->term[i].op);
		text[n++] = (char)(LETTER + w->term[i].column);
	}
	text[n++] = '/';
	for (i = 0; ordered && i < w->orders; i++)
		text[n++] = (char)(LETTER + w->order[i]);
	text[n] = '\0';
	return sqlite3_mprintf("%s", text);
}

static int
do_best_index(sqlite3_vtab *v, sqlite3_index_info *x)
{
	const struct source *src = &table_of(v)->src;
	struct source_term term[SOURCE_TERMS];
	int used[SOURCE_TERMS], order[SOURCE_ORDERS], i;
	struct source_wish w = {.term = term, .order = order};
	struct source_plan p = {0};

	w.terms = usable_terms(src, x, term, used);
	w.orders = wished_order(src, x, order);
	w.grouped = w.orders > 0 && (sqlite3_vtab_distinct(x) == 2 ||
	    (sqlite3_vtab_distinct(x) == 1 && table_of(v)->d->any_order));
	w.once = w.grouped && sqlite3_vtab_distinct(x) == 2 && only_order(x);
	src->ops->plan(src->table, &w, &p);
	for (i = 0; i < w.terms; i++) {
		x->aConstraintUsage[used[i]].argvIndex = i + 1;
		x->aConstraintUsage[used[i]].omit = 1;
	}
	x->idxNum = p.way;
	x->idxStr = pack_plan(&w, p.ordered);
	if (x->idxStr == NULL)
		return SQLITE_NOMEM;
	x->needToFreeIdxStr = 1;
	x->orderByConsumed = p.ordered && w.orders > 0;
	x->estimatedRows = p.rows < 1 ? 1 : (sqlite3_int64)p.rows;
	x->estimatedCost = p.cost;
	if (p.unique)
		x->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
	return SQLITE_OK;
}

/* ---- scanning ---- */

static int
do_open(sqlite3_vtab *v, sqlite3_vtab_cursor **out)
{
	struct table *t = table_of(v);
	struct cursor *c = t->spare;

	t->spare = NULL;
	if (c == NULL)
		c = xcalloc(1, sizeof(*c));
	*out = &c->base;
	return SQLITE_OK;
}

static int
do_close(sqlite3_vtab_cursor *pc)
{
	struct table *t = table_of(pc->pVtab);

	if (t->spare == NULL)
		t->spare = (struct cursor *)pc;
	else
		free(pc);
	return SQLITE_OK;
}

/* The whole numbers that hold for a comparison with r. */
static void
bound_real(struct source_test *t, double r)
{
	double whole = t->op == SOURCE_GE || t->op == SOURCE_LT ? ceil(r) : floor(r);
	int64_t v = whole >= 9.2e18 ? INT64_MAX : whole <= -9.2e18 ? INT64_MIN + 1 :
	    (int64_t)whole;

	t->least = INT64_MIN + 1;
	t->most = INT64_MAX;
	switch (t->op) {
	case SOURCE_EQ:
	case SOURCE_NE:
		/* A broken number equals no whole one: NE then holds for all. */
		t->least = t->most = v;
		if (floor(r) < r) {
			t->never = t->op == SOURCE_EQ;
			t->op = t->op == SOURCE_NE ? SOURCE_NOTNULL : t->op;
		}
		break;
	case SOURCE_GT:
		t->never = v == INT64_MAX;
		t->least = t->never ? v : v + 1;
		break;
	case SOURCE_GE:
		t->least = v;
		break;
	case SOURCE_LT:
		t->never = v <= INT64_MIN + 1;
		t->most = t->never ? v : v - 1;
		break;
	case SOURCE_LE:
		t->most = v;
		break;
	case SOURCE_ISNULL:
	case SOURCE_NOTNULL:
		break;
	}
}

static void
bound_int(struct source_test *t, int64_t v)
{
	t->least = INT64_MIN + 1;
	t->most = INT64_MAX;
	if (t->op == SOURCE_EQ || t->op == SOURCE_NE)
		t->least = t->most = v;
	else if (t->op == SOURCE_GE)
		t->least = v;
	else if (t->op == SOURCE_LE)
		t->most = v;
	else if (t->op == SOURCE_GT && v < INT64_MAX)
		t->least = v + 1;
	else if (t->op == SOURCE_LT && v > INT64_MIN + 1)
		t->most = v - 1;
	else
		t->never = true;
}

/* Numbers stand before words, words before blobs. */
static void
beyond_numbers(struct source_test *t)
{
	if (t->op == SOURCE_NE || t->op == SOURCE_LT || t->op == SOURCE_LE)
		t->op = SOURCE_NOTNULL;
	else
		t->never = true;
}

static void
take_value(struct source_test *t, enum source_type type, sqlite3_value *v)
{
	int is = sqlite3_value_type(v);

	t->never = false;
	if (t->op == SOURCE_ISNULL || t->op == SOURCE_NOTNULL)
		return;
	if (is == SQLITE_NULL) {
		t->never = true;
	} else if (type == SOURCE_TEXT) {
		if (is == SQLITE_BLOB) {
			t->never = t->op == SOURCE_EQ;
			t->op = t->op == SOURCE_NE ? SOURCE_NOTNULL : t->op;
			return;
		}
		/* Text as it lies: value_text would copy it to terminate it, and the owner
		 * knows the pointer that it gave. */
		t->p = is == SQLITE_TEXT ? sqlite3_value_blob(v) :
		    (const char *)sqlite3_value_text(v);
		t->n = (size_t)sqlite3_value_bytes(v);
		if (t->p == NULL)
			t->p = "";
	} else {
		is = sqlite3_value_numeric_type(v);
		t->r = sqlite3_value_double(v);
		if (is != SQLITE_INTEGER && is != SQLITE_FLOAT)
			beyond_numbers(t);
		else if (type == SOURCE_INT && is == SQLITE_INTEGER)
			bound_int(t, sqlite3_value_int64(v));
		else if (type == SOURCE_INT)
			bound_real(t, t->r);
	}
}

static uint32_t
row_at(const struct cursor *c)
{
	return c->scan.row != NULL ? c->scan.row[c->at] : c->scan.first + c->at;
}

/* From c->at on to a row for which all terms hold. */
static void
settle(struct cursor *c)
{
	const struct source *src = &table_of(c->base.pVtab)->src;

	if (c->scan.tests == 0)
		return;
	while (c->at < c->scan.n && !src->ops->test(src->table, &c->scan, row_at(c)))
		c->at++;
}

static int
do_filter(sqlite3_vtab_cursor *pc, int number, const char *plan, int argc,
    sqlite3_value **argv)
{
	struct cursor *c = (struct cursor *)pc;
	const struct source *src = &table_of(pc->pVtab)->src;
	struct source_scan *s = &c->scan;
	int i;

	s->way = number;
	s->row = NULL;
	s->first = s->n = c->at = 0;
	s->tests = argc;
	s->orders = 0;
	for (i = 0; i < argc; i++) {
		s->test[i].op = (enum source_op)(plan[2 * i] - LETTER);
		s->test[i].column = plan[2 * i + 1] - LETTER;
		take_value(&s->test[i], src->column[s->test[i].column].type, argv[i]);
		if (s->test[i].never)
			return SQLITE_OK;
	}
	for (i = 2 * argc + 1; plan[i] != '\0'; i++)
		s->order[s->orders++] = plan[i] - LETTER;
	if (src->ops->start(src->table, s) != FJ_OK)
		return SQLITE_NOMEM;
	settle(c);
	return SQLITE_OK;
}

static int
do_next(sqlite3_vtab_cursor *pc)
{
	struct cursor *c = (struct cursor *)pc;

	c->at++;
	settle(c);
	return SQLITE_OK;
}

static int
do_eof(sqlite3_vtab_cursor *pc)
{
	const struct cursor *c = (const struct cursor *)pc;

	return c->at >= c->scan.n;
}

static int
do_column(sqlite3_vtab_cursor *pc, sqlite3_context *to, int column)
{
	const struct source *src = &table_of(pc->pVtab)->src;
	struct source_value v;

	src->ops->get(src->table, column, row_at((struct cursor *)pc), &v);
	switch (v.kind) {
	case SOURCE_NULL:
		break;
	case SOURCE_I:
		sqlite3_result_int64(to, v.i);
		break;
	case SOURCE_R:
		sqlite3_result_double(to, v.r);
		break;
	case SOURCE_S:
		sqlite3_result_text(to, v.p, (int)v.n, SQLITE_STATIC);
		break;
	}
	return SQLITE_OK;
}

static int
do_rowid(sqlite3_vtab_cursor *pc, sqlite3_int64 *out)
{
	*out = (sqlite3_int64)row_at((struct cursor *)pc) + 1;
	return SQLITE_OK;
}

static const sqlite3_module module = {
	.iVersion = 1,
	/* No xCreate: the table is there by its name alone. */
	.xConnect = do_connect,
	.xBestIndex = do_best_index,
	.xDisconnect = do_disconnect,
	.xOpen = do_open,
	.xClose = do_close,
	.xFilter = do_filter,
	.xNext = do_next,
	.xEof = do_eof,
	.xColumn = do_column,
	.xRowid = do_rowid,
};

/* SQLite connects a table when a statement first names it, and declares it by a
 * statement of its own; that is over before an authorizer may refuse it. */
static int
connect_now(sqlite3 *h, const char *name)
{
	char *sql = sqlite3_mprintf("SELECT 1 FROM \"%w\"", name);
	sqlite3_stmt *st = NULL;
	int code = sql == NULL ? SQLITE_NOMEM : sqlite3_prepare_v2(h, sql, -1, &st, NULL);

	(void)sqlite3_finalize(st);
	sqlite3_free(sql);
	return code;
}

enum fj_rc
db_source_add(struct db *d, const struct source *src, struct fj_err *e)
{
	struct added *a = xcalloc(1, sizeof(*a));
	int code;

	FJ_BUG_IF(src->columns > SOURCE_COLUMNS);
	a->src = *src;
	a->d = d;
	code = sqlite3_create_module_v2(d->h, src->name, &module, a, free);
	if (code == SQLITE_OK)
		code = connect_now(d->h, src->name);
	return code == SQLITE_OK ? FJ_OK : db_error(d->h, code, d->path, e);
}

void
db_source_any_order(struct db *d, bool any)
{
	d->any_order = any;
}

void
db_real_text(double v, char out[DB_REAL_TEXT])
{
	(void)sqlite3_snprintf(DB_REAL_TEXT, out, "%!.15g", v);
}
