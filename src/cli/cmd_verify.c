/* SPDX-License-Identifier: Apache-2.0 */
/* verify: one line a check; no is exit 1. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "app/syncing.h"
#include "app/words.h"
#include "cli/commands.h"
#include "cli/out.h"

struct checking {
	struct cli *c;
	struct out_json j;
};

static void
check(void *ctx, const struct verify_check *k)
{
	struct checking *v = ctx;
	struct fj_buf b;

	if (v->c->json) {
		json_w_obj(&v->j.w);
		json_w_kstr(&v->j.w, "result", verify_id(k->result));
		json_w_kint(&v->j.w, "round", k->round);
		out_kerr(v->c, &v->j.w, &k->err);
		json_w_end(&v->j.w);
		return;
	}
	fj_buf_init(&b, 65536);
	fj_buf_printf(&b, "%-6s  ", word_verify(k->result));
	if (k->round > 0)
		fj_buf_printf(&b, "%s %d: ", _(v->c->msg, "round"), k->round);
	msg_say(v->c->msg, &k->err, &b);
	cli_print(v->c, b.p);
	fj_buf_release(&b);
}

/* 64 hex digits, blanks and colons between them allowed. */
static bool
parse_root(const char *text, struct hash *out)
{
	char hex[HASH_TEXT + 1];
	size_t n = 0;

	for (; *text != '\0'; text++) {
		if (isspace((unsigned char)*text) || *text == ':' || *text == '-')
			continue;
		if (n == HASH_TEXT)
			return false;
		hex[n++] = *text;
	}
	hex[n] = '\0';
	return hash_parse(hex, n, out);
}

static int
finish(struct checking *v, enum fj_rc rc, size_t failures, const struct fj_err *e)
{
	char number[24];

	if (v->c->json) {
		json_w_end(&v->j.w);
		if (rc == FJ_OK) {
			json_w_kbool(&v->j.w, "ok", failures == 0);
			json_w_kint(&v->j.w, "failures", (int64_t)failures);
			json_w_end(&v->j.w);
			out_json_end(v->c, &v->j);
		} else {
			fj_buf_release(&v->j.b);
		}
	}
	if (rc != FJ_OK)
		return cli_fail(v->c, e);
	snprintf(number, sizeof(number), "%zu", failures);
	if (!v->c->json && failures > 0)
		cli_say(v->c, N_("Checks that failed: {1}"), number, NULL);
	else if (!v->c->json)
		cli_say(v->c, N_("Everything that can be checked here holds."), NULL);
	return failures > 0 ? CLI_NO : CLI_DONE;
}

static int
verify_visit_of(struct cli *c, const char *prefix, bool full, const struct hash *root)
{
	struct checking v = {.c = c};
	size_t failures = 0;
	struct dossier *d;
	struct fj_err e;
	enum fj_rc rc;
	int x;

	d = out_visit(c, prefix, &x);
	if (d == NULL)
		return x;
	if (c->json) {
		out_json_begin(&v.j);
		json_w_obj(&v.j.w);
		out_kid(&v.j.w, "id", dossier_id(d));
		json_w_key(&v.j.w, "checks");
		json_w_arr(&v.j.w);
	}
	rc = dossier_verify(d, full, root, check, &v, &failures, &e);
	x = finish(&v, rc, failures, &e);
	dossier_close(&d);
	return x;
}

static int
verify_file_of(struct cli *c, const char *path, bool full, const struct hash *root)
{
	struct checking v = {.c = c};
	size_t failures = 0;
	struct fj_err e;
	struct app *a;
	enum fj_rc rc;
	int x;

	a = cli_app(c, &x);
	if (a == NULL)
		return x;
	if (c->json) {
		out_json_begin(&v.j);
		json_w_obj(&v.j.w);
		json_w_kstr(&v.j.w, "file", path);
		json_w_key(&v.j.w, "checks");
		json_w_arr(&v.j.w);
	}
	rc = app_bundle_verify(a, path, full, root, check, &v, &failures, &e);
	return finish(&v, rc, failures, &e);
}

int
cmd_verify(struct cli *c, int argc, char **argv)
{
	const char *file = NULL, *root = NULL;
	bool full = false;
	const struct opt opts[] = {
		{"--file", OPT_STR, &file}, {"--full", OPT_FLAG, &full},
		{"--root", OPT_STR, &root},
	};
	struct hash pin;
	int n;

	n = cli_opts(c, "verify", NULL, OPTS(opts), argc, argv, 0, 1);
	if (n < 0)
		return CLI_USAGE;
	if ((n == 1) == (file != NULL))
		return cli_bad(c, "cli.either", "V, --file");
	if (root != NULL && !parse_root(root, &pin))
		return cli_bad(c, "cli.root", root);
	if (file != NULL)
		return verify_file_of(c, file, full, root != NULL ? &pin : NULL);
	return verify_visit_of(c, argv[0], full, root != NULL ? &pin : NULL);
}
