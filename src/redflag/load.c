/* SPDX-License-Identifier: Apache-2.0 */
/* Every row of a source into the store, by its mapping. */
#include "redflag/load.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "redflag/cell.h"
#include "redflag/value.h"
#include "text/nfkc.h"

enum {
	PROGRESS_ROWS = 8192,
	SEEN_FIRST = 1 << 12,
	KEYS = 4,
};

struct table_plan {
	int table;
	struct store_in *in;
	struct cell_plan cell[FIELDS + 1];
	int cells;
	int must[KEYS], musts;		/* columns of the file */
	bool once;			/* each different row once */
	uint64_t *seen;
	size_t nseen, seen_cap;
	int series, seq, report_no;	/* of a report number, when not given */
	int status, subcontract, scope, kind, rep, action, tbl;	/* defaults */
	int name, id, serial;		/* of what has aliases */
	struct map *alias;
	uint64_t rows;
};

struct load {
	struct import *im;
	struct source *s;
	struct cells cells;
	struct table_plan table[FEEDS];
	int tables;
	int limit;			/* columns of the register */
	uint64_t row_count;
	double row_bytes, reported;
	char *header_key[2];		/* raw cells that a repeated header shows */
	uint32_t header_n[2];
	int header_at[2];
};

static const struct sheet_cell no_cell = {.text = "", .raw = ""};

static const struct sheet_cell *
at(const struct sheet_row *row, int column)
{
	return column >= 0 && (uint32_t)column < row->count ? &row->cell[column] : &no_cell;
}

/* ---- faults ---- */

static void
tell(struct load *l, const char *code, uint32_t row, int column, const char *text, size_t n,
    bool rejected)
{
	const struct source *s = l->s;
	char letter[SHEET_COLUMN_NAME], place[SOURCE_NAME];
	const char *head = column >= 0 && column < s->columns ? s->header[column] : "";
	struct fj_err f;

	if (rejected)
		l->s->out.rejected++;
	else
		l->s->out.cells++;
	if (s->told >= IMPORT_FAULTS)
		return;
	sheet_column_name((uint32_t)column + 1, letter);
	source_name(s, place);
	(void)!fj_fail(&f, FJ_INVAL, code, "sdssS", place, (int)row, letter, head, text, n);
	import_tell(l->im, l->s, row, (uint32_t)column + 1, &f, rejected);
}

/* ---- the plan ---- */

static enum cell_as
as_key(const struct source *s, int table, int column)
{
	static const enum cell_as of[ENTITIES] = {[E_METHOD] = AS_METHOD, [E_PERSON] = AS_PERSON,
	    [E_INSTRUMENT] = AS_INSTRUMENT, [E_CLIENT] = AS_WORDS, [E_OBJECT] = AS_WORDS,
	    [E_PARAM] = AS_WORDS};	/* others: AS_KEY */
	const struct spec *p = &s->specs->of[table][column];
	const char *name = schema_tables()[table].column[column].name;

	if (p->flags & SPEC_STATUS)
		return AS_STATUS;
	if (p->flags & SPEC_PASS)
		return AS_OUTCOME;
	if (p->flags & SPEC_METHOD)
		return AS_METHOD;
	if (p->entity != E_NONE)
		return of[p->entity];
	if (strcmp(name, "tbl") == 0)
		return AS_TABLE;
	if (strcmp(name, "action") == 0)
		return AS_ACTION;
	if (strcmp(name, "kind") == 0)
		return strcmp(schema_tables()[table].name, "authorisation") == 0 ? AS_AUTHORITY :
		    AS_WORDS;
	return strcmp(name, "model") == 0 || strcmp(name, "engine_model") == 0 ? AS_WORDS : AS_KEY;
}

static enum cell_as
as_number(const struct source *s, int table, int column)
{
	const struct spec *p = &s->specs->of[table][column];
	bool whole = schema_tables()[table].column[column].type == SCHEMA_INT;

	if (p->flags & SPEC_BOOL)
		return AS_BOOL;
	if (p->flags & SPEC_PASS)
		return AS_PASS;
	if (p->flags & SPEC_CLOCK)
		return AS_CLOCK;
	if (p->flags & SPEC_MINUTES)
		return AS_MINUTES;
	if (p->flags & SPEC_ORDINAL)
		return AS_ORDINAL;
	if (p->flags & (SPEC_LAT | SPEC_LON))
		return AS_DEGREES;
	if (p->flags & SPEC_ND)
		return AS_VALUE;
	if (strcmp(schema_tables()[table].column[column].name, "decimals") == 0)
		return AS_DECIMALS;
	return whole ? AS_INT : AS_REAL;
}

/* A heading with its unit: 保存时限(h). */
static double
unit_minutes(const char *heading)
{
	if (strstr(heading, "(H") != NULL || strstr(heading, "\xe5\xb0\x8f\xe6\x97\xb6") != NULL)
		return 60;
	if (strstr(heading, "(D") != NULL || strstr(heading, "(\xe5\xa4\xa9") != NULL ||
	    strstr(heading, "(\xe6\x97\xa5") != NULL)
		return 1440;
	if (strstr(heading, "(S") != NULL || strstr(heading, "(\xe7\xa7\x92") != NULL)
		return 1.0 / 60;
	return 1;
}

/* A column that has the very name of the schema's and whole numbers holds what the schema
 * counts in: days or seconds since 1970.  A spreadsheet's days are told by their size: its
 * 30000 is the year 1982, ours is 2052. */
static bool
is_canonical(const struct source *s, const struct schema_column *c, int at)
{
	const struct profile *q = &s->profile[at];
	double most = c->type == SCHEMA_AT ? 4e9 : 99999, least = c->type == SCHEMA_AT ? 1e8 : 100;

	return (c->type == SCHEMA_AT || c->type == SCHEMA_ON) && at < s->columns &&
	    strcmp(s->header[at], c->name) == 0 && q->n > 0 && q->integer == 1 &&
	    q->lo >= least && q->hi <= most && (c->type == SCHEMA_AT || q->lo < 30000);
}

static void
plan_cell(const struct source *s, int table, int column, struct cell_plan *p)
{
	const struct field *f = NULL;
	const struct profile *q;
	const struct schema_table *t = &schema_tables()[table];
	int k;

	for (k = 0; k < s->feeds; k++)
		if (s->feed[k].table == table)
			f = &s->feed[k].field[column];
	FJ_BUG_IF(f == NULL);
	q = &s->profile[f->at];
	*p = (struct cell_plan){.at = f->at, .date_at = f->date_at, .column = column, .scale = 1,
	    .decimals = -1, .nd = -1};
	p->day_end = (s->specs->of[table][column].flags & SPEC_DAY_END) != 0;
	p->midnight = q->midnight && q->n > 4;
	if (s->d1904)
		p->flags |= VALUE_1904;
	if (q->day_first)
		p->flags |= VALUE_DAY_FIRST;
	if (is_canonical(s, &t->column[column], f->at))
		p->flags |= VALUE_CANONICAL;
	switch (t->column[column].type) {
	case SCHEMA_AT:
		p->as = AS_TIME;
		break;
	case SCHEMA_ON:
		p->as = AS_DAY;
		break;
	case SCHEMA_KEY:
		p->as = as_key(s, table, column);
		break;
	case SCHEMA_TEXT:
		p->as = s->specs->of[table][column].flags & SPEC_PASS ? AS_OUTCOME :
		    s->specs->of[table][column].entity == E_METHOD ? AS_METHOD : AS_TEXT;
		break;
	default:
		p->as = as_number(s, table, column);
		break;
	}
	/* 0.01 somewhere in the column: it says what is resolved, not how many digits. */
	if (p->as == AS_DECIMALS)
		p->decimals = q->decimals > 0;
	if (p->as == AS_MINUTES) {
		p->scale = unit_minutes(s->heading[f->at].norm);
		p->decimals = t->column[column].type == SCHEMA_INT ? 0 : -1;
	} else if (p->as == AS_VALUE) {
		p->decimals = schema_column(t, "decimals");
		p->nd = schema_column(t, "nd");
	}
}

static int
unless_given(const struct feed *f, const char *table, const char *column)
{
	const struct schema_table *t = &schema_tables()[f->table];
	int c;

	if (strcmp(t->name, table) != 0)
		return -1;
	c = schema_column(t, column);
	return f->field[c].at < 0 ? c : -1;
}

/* A second sampler in the cell of the first. */
static void
plan_second(struct table_plan *t, const struct feed *f)
{
	int second = unless_given(f, "sample", "sampler2"), i, n = t->cells;
	int first = second >= 0 ? schema_column(&schema_tables()[f->table], "sampler1") : -1;

	for (i = 0; i < n && second >= 0; i++)
		if (t->cell[i].column == first && t->cells < FIELDS + 1) {
			t->cell[t->cells] = t->cell[i];
			t->cell[t->cells].column = second;
			t->cell[t->cells++].part = 1;
		}
}

static void
plan_defaults(struct table_plan *t, const struct feed *f)
{
	const struct schema_table *schema = &schema_tables()[f->table];
	bool report = strcmp(schema->name, "report") == 0;

	t->series = unless_given(f, "report", "series");
	t->seq = unless_given(f, "report", "seq_no");
	t->report_no = report ? schema_column(schema, "report_no") : -1;
	t->status = report ? schema_column(schema, "status") : -1;
	t->subcontract = strcmp(schema->name, "report_item") == 0 ?
	    schema_column(schema, "subcontract") : -1;
	t->scope = unless_given(f, "authorisation", "scope");
	t->kind = unless_given(f, "authorisation", "kind");
	t->rep = unless_given(f, "measurement", "rep");
	t->action = unless_given(f, "audit_log", "action");
	t->tbl = unless_given(f, "audit_log", "tbl");
	t->id = t->name = t->serial = -1;
}

static void
plan_aliases(struct table_plan *t, const struct feed *f, const struct aliases *a)
{
	const struct schema_table *schema = &schema_tables()[f->table];

	if (strcmp(schema->name, "person") == 0) {
		t->alias = a->person;
		t->id = f->field[schema_column(schema, "person_id")].at;
		t->name = f->field[schema_column(schema, "name")].at;
	} else if (strcmp(schema->name, "instrument") == 0) {
		t->alias = a->instrument;
		t->id = f->field[schema_column(schema, "instrument_id")].at;
		t->name = f->field[schema_column(schema, "name")].at;
		t->serial = f->field[schema_column(schema, "serial_no")].at;
	}
}

static void
plan_table(struct load *l, struct store *store, const struct feed *f, const struct aliases *a)
{
	struct table_plan *t = &l->table[l->tables++];
	int c;

	memset(t, 0, sizeof(*t));
	t->table = f->table;
	t->in = store_in_new(store, f->table, l->s->number, 0);
	for (c = 0; c < (int)schema_tables()[f->table].ncolumn; c++) {
		if (f->field[c].at < 0)
			continue;
		plan_cell(l->s, f->table, c, &t->cell[t->cells++]);
		if ((l->s->specs->of[f->table][c].flags & SPEC_MUST) && t->musts < KEYS)
			t->must[t->musts++] = f->field[c].at;
	}
	plan_second(t, f);
	plan_defaults(t, f);
	plan_aliases(t, f, a);
}

/* How fine a table is: the finest of a flat register has a row for each of its. */
static int
fineness(int table)
{
	const char *n = schema_tables()[table].name;

	return strcmp(n, "measurement") == 0 ? 5 : strcmp(n, "report_item") == 0 ? 4 :
	    strcmp(n, "test_run") == 0 ? 3 : strcmp(n, "vehicle") == 0 ? 1 : 2;
}

static void
plan_all(struct load *l, struct store *store, const struct aliases *a)
{
	int k, most = 0, c;

	for (k = 0; k < l->s->feeds; k++) {
		plan_table(l, store, &l->s->feed[k], a);
		if (fineness(l->s->feed[k].table) > most)
			most = fineness(l->s->feed[k].table);
	}
	for (k = 0; k < l->tables; k++)
		l->table[k].once = fineness(l->table[k].table) < most;
	for (c = 0; c < l->s->columns; c++)
		if (l->s->header[c][0] != '\0' ||
		    l->s->profile[c].n * 2 > (uint32_t)(l->s->rows - l->s->data))
			l->limit = c + 1;
}

/* ---- rows that are no data ---- */

static void
keep_header(struct load *l, const struct sheet_row *row)
{
	int which = row->number == l->s->last && l->s->first != l->s->last, c;

	if (row->number != l->s->first && row->number != l->s->last)
		return;
	c = which == 0 && l->tables > 0 && l->table[0].musts > 0 ? l->table[0].must[0] : 0;
	while ((uint32_t)c < row->count && row->cell[c].len == 0)
		c++;
	if ((uint32_t)c >= row->count)
		return;
	free(l->header_key[which]);
	l->header_key[which] = xmemdup(row->cell[c].text, row->cell[c].len);
	l->header_n[which] = row->cell[c].len;
	l->header_at[which] = c;
}

static bool
is_header_again(const struct load *l, const struct sheet_row *row)
{
	int i;

	for (i = 0; i < 2; i++) {
		const struct sheet_cell *c;

		if (l->header_key[i] == NULL)
			continue;
		c = at(row, l->header_at[i]);
		if (c->len == l->header_n[i] && memcmp(c->text, l->header_key[i], c->len) == 0)
			return true;
	}
	return false;
}

/* The first cell that is not empty says so, and few are. */
static bool
says_no_data(struct load *l, const struct sheet_row *row, uint32_t filled, uint32_t first)
{
	const char *text;
	size_t n;

	if ((int)filled * 3 > l->limit * 2)
		return false;
	text = cells_text(&l->cells, &row->cell[first], &n);
	fj_buf_clear(&l->cells.b);
	nfkc_dense(&l->cells.b, text, n < 256 ? n : 256);
	return synonyms_skip(l->im->o.synonyms, l->cells.b.p, l->cells.b.n);
}

/* A total, a page foot, a line of signatures; few cells, or words that say so. */
static bool
is_no_data(struct load *l, const struct sheet_row *row)
{
	uint32_t i, filled = 0, first = 0;

	for (i = row->count; i-- > 0;)
		if (row->cell[i].len > 0) {
			filled++;
			first = i;
		}
	if (filled <= 1 && l->limit > 2)
		return true;
	return says_no_data(l, row, filled, first);
}

/* A total that fills the row with empty cells: what would be data has a second one. */
static bool
is_total(struct load *l, const struct sheet_row *row)
{
	uint32_t i, filled = 0, first = 0;

	if (row->count < 3 || (row->cell[0].len > 0 && row->cell[1].len > 0))
		return false;
	for (i = row->count; i-- > 0;)
		if (row->cell[i].len > 0) {
			filled++;
			first = i;
		}
	return filled > 0 && says_no_data(l, row, filled, first);
}

static bool
is_short(const struct load *l, const struct sheet_row *row)
{
	return (int)row->count * 3 <= l->limit * 2;
}

/* ---- one row ---- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The last run of three digits or more; false: none. */
static bool
last_digits(const char *p, size_t n, size_t *from, size_t *end)
{
	for (*end = n;; *end = *from) {
		while (*end > 0 && !is_digit(p[*end - 1]))
			(*end)--;
		for (*from = *end; *from > 0 && is_digit(p[*from - 1]);)
			(*from)--;
		if (*end == 0 || *end - *from >= 3)
			return *end > 0;
	}
}

/* The series and the number of a report out of its text; a year that is glued to the
 * number belongs to the series. */
static void
store_number_parts(struct table_plan *t, const char *p, size_t n)
{
	size_t end, from, cut;
	int64_t v = 0;

	if (!last_digits(p, n, &from, &end))
		return;
	if (end - from >= 8 && (memcmp(p + from, "19", 2) == 0 || memcmp(p + from, "20", 2) == 0))
		from += 4;
	if (end - from > 18)
		from = end - 18;
	for (cut = from; cut < end; cut++)
		v = v * 10 + (p[cut] - '0');
	for (cut = from; cut > 0 && p[cut - 1] == '-';)
		cut--;
	if (t->series >= 0)
		store_word(t->in, t->series, p, cut);
	if (t->seq >= 0)
		store_int(t->in, t->seq, v);
}

static void
store_defaults(struct table_plan *t)
{
	if (t->status >= 0)
		store_word(t->in, t->status, "issued", 6);
	if (t->subcontract >= 0)
		store_int(t->in, t->subcontract, 0);
	if (t->scope >= 0)
		store_word(t->in, t->scope, "*", 1);
	if (t->kind >= 0)
		store_word(t->in, t->kind, "sign", 4);
	if (t->rep >= 0)
		store_int(t->in, t->rep, 1);
	if (t->action >= 0)
		store_word(t->in, t->action, "update", 6);
	if (t->tbl >= 0)
		store_word(t->in, t->tbl, "measurement", 11);
}

static void
learn(struct load *l, struct table_plan *t, const struct sheet_row *row)
{
	const struct cell_plan key = {.as = AS_KEY, .part = 0};
	const struct cell_plan words = {.as = AS_WORDS, .part = 0};
	char id[256], *end;
	const char *out;
	size_t n, idn;
	int k, from[2] = {t->name, t->serial};

	if (t->alias == NULL || t->id < 0 ||
	    cells_word(&l->cells, &key, at(row, t->id), &out, &idn) != CELL_GOOD || idn > 255)
		return;
	memcpy(id, out, idn);
	end = id + idn;
	*end = '\0';
	/* A person known by its number too, where a cell has both. */
	alias_add(t->alias, id, idn, id, idn);
	for (k = 0; k < 2; k++)
		if (from[k] >= 0 && from[k] != t->id &&
		    cells_word(&l->cells, &words, at(row, from[k]), &out, &n) == CELL_GOOD)
			alias_add(t->alias, out, n, id, idn);
}

static bool
seen_before(struct table_plan *t, const struct sheet_row *row)
{
	uint64_t h = 0x1234567;
	size_t i, k;

	for (i = 0; i < (size_t)t->cells; i++) {
		const struct sheet_cell *c = at(row, t->cell[i].at);

		h = (h ^ key_hash(c->text, c->len)) * 0x9e3779b97f4a7c15U;
		h ^= h >> 29;
	}
	h |= 1;
	if (t->nseen * 2 >= t->seen_cap) {
		size_t cap = t->seen_cap == 0 ? SEEN_FIRST : t->seen_cap * 2;
		uint64_t *more = xcalloc(cap, sizeof(*more));

		for (i = 0; i < t->seen_cap; i++) {
			if (t->seen[i] == 0)
				continue;
			for (k = t->seen[i] >> 20 & (cap - 1); more[k] != 0;)
				k = (k + 1) & (cap - 1);
			more[k] = t->seen[i];
		}
		free(t->seen);
		t->seen = more;
		t->seen_cap = cap;
	}
	for (k = h >> 20 & (t->seen_cap - 1); t->seen[k] != 0; k = (k + 1) & (t->seen_cap - 1))
		if (t->seen[k] == h)
			return true;
	t->seen[k] = h;
	t->nseen++;
	return false;
}

static bool
has_keys(const struct table_plan *t, const struct sheet_row *row, int *missing)
{
	int i;

	for (i = 0; i < t->musts; i++)
		if (at(row, t->must[i])->len == 0) {
			*missing = t->must[i];
			return false;
		}
	return true;
}

static void
store_cells(struct load *l, struct table_plan *t, const struct sheet_row *row, int only)
{
	int i;

	for (i = 0; i < t->cells; i++) {
		const struct cell_plan *p = &t->cell[i];
		const struct sheet_cell *c = at(row, p->at);
		const struct sheet_cell *day = p->date_at >= 0 ? at(row, p->date_at) : NULL;
		enum cell_answer got;
		size_t n;

		if (c->len == 0 || (only >= 0 && p->column != only))
			continue;
		got = cells_store(&l->cells, p, c, day, t->in);
		if (got == CELL_WRONG || got == CELL_TWO) {
			const char *text = cells_text(&l->cells, c, &n);

			tell(l, got == CELL_TWO ? "redflag.two-names" : p->as == AS_TIME ||
			    p->as == AS_DAY ? "redflag.date" : p->as == AS_BOOL || p->as == AS_PASS ?
			    "redflag.answer" : "redflag.number", row->number, p->at, text, n, false);
		}
	}
}

static void
store_table_row(struct load *l, struct table_plan *t, const struct sheet_row *row)
{
	const struct cell_plan key = {.as = AS_KEY, .part = 0};
	const char *out;
	size_t n;
	int i;

	store_defaults(t);
	if (t->report_no >= 0 && (t->series >= 0 || t->seq >= 0))
		for (i = 0; i < t->cells; i++)
			if (t->cell[i].column == t->report_no &&
			    cells_word(&l->cells, &key, at(row, t->cell[i].at), &out, &n) == CELL_GOOD)
				store_number_parts(t, out, n);
	if (t->alias != NULL)
		learn(l, t, row);
	store_cells(l, t, row, -1);
	store_row(t->in, row->number);
	t->rows++;
}

static bool
progress(struct load *l, bool end)
{
	struct import *im = l->im;
	double bytes = end ? (double)book_bytes(l->s->book) : (double)l->row_count * l->row_bytes;
	bool go;

	if (bytes > (double)book_bytes(l->s->book))
		bytes = (double)book_bytes(l->s->book);
	(void)pthread_mutex_lock(&im->lock);
	im->done += (uint64_t)(bytes > l->reported ? bytes - l->reported : 0);
	l->reported = bytes > l->reported ? bytes : l->reported;
	if (!im->cancelled && im->o.progress != NULL &&
	    !im->o.progress(im->o.ctx, im->done, im->total))
		im->cancelled = true;
	go = !im->cancelled;
	(void)pthread_mutex_unlock(&im->lock);
	return go;
}

static bool
reject(struct load *l, const struct sheet_row *row, int missing)
{
	uint32_t i;

	for (i = (uint32_t)l->limit; i < row->count; i++)
		if (row->cell[i].len > 0) {
			size_t n;
			const char *text = cells_text(&l->cells, &row->cell[i], &n);

			tell(l, "redflag.long-row", row->number, (int)i, text, n, true);
			return true;
		}
	if (missing < 0)
		return false;
	tell(l, "redflag.no-key", row->number, missing, "", 0, true);
	return true;
}

static void
store_tables(struct load *l, const struct sheet_row *row)
{
	int k, missing;

	for (k = 0; k < l->tables; k++) {
		struct table_plan *t = &l->table[k];

		if (k > 0 && !has_keys(t, row, &missing))
			continue;
		if (t->once && seen_before(t, row))
			continue;
		store_table_row(l, t, row);
	}
	l->s->out.rows++;
}

static bool
on_row(void *ctx, const struct sheet_row *row)
{
	struct load *l = ctx;
	int missing = -1;

	if (++l->row_count % PROGRESS_ROWS == 0 && !progress(l, false))
		return false;
	if (row->number <= l->s->last) {
		keep_header(l, row);
		l->s->out.skipped++;
		return true;
	}
	if (is_header_again(l, row) || (is_short(l, row) && is_no_data(l, row)) ||
	    is_total(l, row)) {
		l->s->out.skipped++;
		return true;
	}
	if (!has_keys(&l->table[0], row, &missing) && is_no_data(l, row)) {
		l->s->out.skipped++;
		return true;
	}
	if ((row->count > (uint32_t)l->limit || missing >= 0) && reject(l, row, missing))
		return true;
	store_tables(l, row);
	return true;
}

/* ---- all rows ---- */

static void
size_rows(struct load *l)
{
	double bytes = 0;
	int r;
	uint32_t c;

	for (r = 0; r < l->s->rows; r++)
		for (c = 0; c < l->s->kept[r].count; c++)
			bytes += (double)strlen(l->s->kept[r].cell[c]) + 1;
	l->row_bytes = l->s->rows > 0 ? bytes / l->s->rows : 1;
}

enum fj_rc
load_source(struct import *im, struct source *s, struct store *store,
    const struct aliases *a, struct fj_err *e)
{
	struct load l = {.im = im, .s = s};
	unsigned flags = book_kind(s->book) == BOOK_CSV ? SHEET_RAW : SHEET_FILL;
	enum fj_rc rc = FJ_OK, got;
	struct fj_err f;
	int k;

	cells_init(&l.cells, im, s, a);
	plan_all(&l, store, a);
	size_rows(&l);
	/* What cannot be read to its end is told; the rows before it are right. */
	if (sheet_rows(s->book, s->sheet, flags, on_row, &l, &f) != FJ_OK)
		import_tell(im, s, f.narg > 1 ? (uint32_t)strtoul(f.arg[1], NULL, 10) : 0, 0, &f,
		    false);
	(void)progress(&l, true);
	s->out.tables = l.tables;
	for (k = 0; k < l.tables; k++) {
		s->out.table[k].table = l.table[k].table;
		s->out.table[k].rows = l.table[k].rows;
		store_drop(l.table[k].in);
		got = store_in_end(&l.table[k].in, rc == FJ_OK ? e : NULL);
		rc = rc == FJ_OK ? got : rc;
		free(l.table[k].seen);
	}
	for (k = 0; k < 2; k++)
		free(l.header_key[k]);
	cells_release(&l.cells);
	return rc;
}
