/* SPDX-License-Identifier: Apache-2.0 */
/* R26, object, item and method that the approval does not name.
 * 100,000 reports: SQL 0.16 s (a join and a probe for each item). */
#include "redflag/kernel_group.h"
#include "redflag/kernel_util.h"
#include "redflag/kernels.h"

enum {
	KEY = 3,		/* object, param, method */
};

struct r26 {
	struct kernel *k;
	struct ktable item, report;
	struct store_col no, param, method, sub;	/* of item */
	struct store_col object, status;
	const struct store_index *by_no;
	struct kgroups scope;
	uint32_t issued;
};

static void
read_scope(struct r26 *r)
{
	struct ktable t = kernel_table(r->k->s, "capability");
	struct store_col object = kernel_col(&t, "object"), param = kernel_col(&t, "param");
	struct store_col method = kernel_col(&t, "method_no");
	uint32_t i;

	for (i = 0; i < t.rows; i++) {
		int64_t key[KEY] = {col_word(&object, i), col_word(&param, i),
		    col_word(&method, i)};

		if (key[0] != 0 && key[1] != 0 && key[2] != 0)
			(void)kgroups_add(&r->scope, key);
	}
}

static bool
prepare(struct r26 *r)
{
	r->item = kernel_table(r->k->s, "report_item");
	r->report = kernel_table(r->k->s, "report");
	r->no = kernel_col(&r->item, "report_no");
	r->param = kernel_col(&r->item, "param");
	r->method = kernel_col(&r->item, "method_no");
	r->sub = kernel_col(&r->item, "subcontract");
	r->object = kernel_col(&r->report, "object");
	r->status = kernel_col(&r->report, "status");
	r->by_no = kernel_index(&r->report, "report_no", NULL);
	r->issued = kernel_word(r->k, "issued");
	return r->by_no != NULL;
}

static bool
tell(struct r26 *r, uint32_t item, const int64_t *key)
{
	const char *no = store_text(r->k->s, col_word(&r->no, item), NULL);
	struct ktext subject, src, d;
	int twice, i;

	ktext_begin(&subject);
	ktext_put(&subject, "report:");
	ktext_put(&subject, no);
	ktext_begin(&src);
	ktext_src(&src, &r->item, item);
	ktext_begin(&d);
	for (twice = 0; twice < 2; twice++) {
		for (i = 0; i < KEY; i++) {
			ktext_put(&d, i > 0 ? " / " : "");
			ktext_word(&d, r->k, (uint32_t)key[i]);
		}
		ktext_put(&d, twice == 0 ? " 不在能力表 | " : " not in the scope");
	}
	return kernel_row(r->k, ktext(&subject), no, ktext(&src), 1.0, ktext(&d));
}

static bool
one_item(struct r26 *r, uint32_t item)
{
	int64_t sub = col_int(&r->sub, item);
	int64_t key[KEY] = {0, col_word(&r->param, item), col_word(&r->method, item)};
	uint32_t no = col_word(&r->no, item), n, i;
	const uint32_t *row;

	if ((sub != 0 && sub != STORE_NULL) || key[2] == 0 || no == 0)
		return true;
	row = store_index_rows(r->by_no, no, &n);
	for (i = 0; i < n; i++) {
		key[0] = col_word(&r->object, row[i]);
		if (r->issued == 0 || col_word(&r->status, row[i]) != r->issued || key[0] == 0)
			continue;
		if (kgroups_find(&r->scope, key) == KGROUP_NONE && !tell(r, item, key))
			return false;
	}
	return true;
}

enum fj_rc
kernel_r26(struct kernel *k, struct fj_err *e)
{
	struct r26 r = {.k = k};
	uint32_t i;

	if (!prepare(&r))
		return FJ_NOMEM;
	kgroups_init(&r.scope, KEY);
	read_scope(&r);
	for (i = 0; i < r.item.rows && !kernel_tick(k, i); i++)
		if (!one_item(&r, i))
			break;
	kgroups_release(&r.scope);
	return k->stopped ? kernel_stopped(k, e) : FJ_OK;
}
