/* SPDX-License-Identifier: Apache-2.0 */
/* Disagreements: shown with names and values; settled with a reason. */
#include <string.h>

#include "base/limits.h"
#include "cli/commands.h"
#include "cli/out.h"

static const char *
value_of(const struct target *t, const struct visit_entry *en)
{
	if (en->value != NULL)
		return en->value;
	if (t->kind == TARGET_INSTANCE)
		return en->op == OP_REMOVE ? "removed" : "changed";
	return "";
}

static void
text_dispute(struct cli *c, const struct target *t)
{
	struct fj_buf at;
	int i;

	fj_buf_init(&at, LIMIT_VALUE_BYTES);
	target_format(t, &at);
	cli_print(c, at.p);
	for (i = 0; i < t->open_count; i++) {
		const struct visit_entry *en = t->open[i];
		char id[ID_SHOWN + 1];

		out_entry_short(&en->id, id);
		fj_buf_clear(&at);
		fj_buf_printf(&at, "  %s  %s: ", id, en->author.name);
		fj_buf_puts(&at, value_of(t, en));
		if (en->facts != NULL && en->facts[0] != '\0') {
			fj_buf_puts(&at, "  ");
			fj_buf_puts(&at, en->facts);
		}
		cli_print(c, at.p);
	}
	fj_buf_release(&at);
}

static void
json_dispute(const struct target *t, struct json_w *w)
{
	struct fj_buf at;
	int i;

	fj_buf_init(&at, LIMIT_VALUE_BYTES);
	target_format(t, &at);
	json_w_obj(w);
	json_w_kstr(w, "at", at.p);
	json_w_kstr(w, "form", t->form);
	json_w_key(w, "values");
	json_w_arr(w);
	for (i = 0; i < t->open_count; i++) {
		const struct visit_entry *en = t->open[i];

		json_w_obj(w);
		out_khash(w, "entry", &en->id);
		json_w_kstr(w, "name", en->author.name);
		json_w_kstr(w, "cert", en->author.cert);
		json_w_kstr(w, "value", value_of(t, en));
		json_w_kstr(w, "facts", en->facts);
		out_kinstant(w, "at", en->at);
		json_w_end(w);
	}
	json_w_end(w);
	json_w_end(w);
	fj_buf_release(&at);
}

int
cmd_visit_conflicts(struct cli *c, int argc, char **argv)
{
	const struct view *v;
	struct dossier *d;
	struct out_json j;
	size_t i, n;
	int x;

	d = out_visit_plain(c, "visit", "conflicts", argc, argv, 1, &x);
	if (d == NULL)
		return x;
	v = visit_now(dossier_visit(d));
	n = view_dispute_count(v);
	if (c->json) {
		out_json_begin(&j);
		json_w_arr(&j.w);
		for (i = 0; i < n; i++)
			json_dispute(view_dispute_at(v, i), &j.w);
		json_w_end(&j.w);
		out_json_end(c, &j);
	} else {
		for (i = 0; i < n; i++)
			text_dispute(c, view_dispute_at(v, i));
		if (n == 0)
			cli_say(c, N_("no open disagreement"), NULL);
	}
	return out_done(c, &d, FJ_OK, NULL);
}

int
cmd_visit_resolve(struct cli *c, int argc, char **argv)
{
	const char *take = NULL, *value = NULL, *why = NULL;
	const struct opt opts[] = {
		{"--take", OPT_STR, &take}, {"--value", OPT_STR, &value},
		{"--why", OPT_STR, &why},
	};
	struct dossier *d;
	struct fj_err e;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "visit", "resolve", OPTS(opts), argc, argv, 2, 2) < 0)
		return CLI_USAGE;
	if ((take != NULL) == (value != NULL))
		return cli_bad(c, "cli.either", "--take, --value");
	if (why == NULL || why[0] == '\0')
		return cli_needs(c, "visit", "resolve", "--why");
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	rc = dossier_resolve(d, argv[1], take, value, why, &e);
	return out_acted(c, &d, rc, &e);
}

int
cmd_visit_reserve(struct cli *c, int argc, char **argv)
{
	const char *text = NULL;
	const struct opt opts[] = {{"--text", OPT_STR, &text}};
	const struct visit_entry *en;
	struct dossier *d;
	struct fj_err e;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "visit", "reserve", OPTS(opts), argc, argv, 2, 2) < 0)
		return CLI_USAGE;
	if (text == NULL || text[0] == '\0')
		return cli_needs(c, "visit", "reserve", "--text");
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	rc = visit_entry_prefix(dossier_visit(d), argv[1], &en, &e);
	if (rc == FJ_OK)
		rc = dossier_reserve(d, &en->id, text, &e);
	return out_acted(c, &d, rc, &e);
}
