/* SPDX-License-Identifier: Apache-2.0 */
/* freeze, or the list of what it lacks; sign, unsigned, party. */
#include <stdlib.h>

#include "app/together.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/show.h"

/* The refusal with everything that is missing, on err. */
static int
refuse(struct cli *c, struct dossier *d, const struct fj_err *e)
{
	struct fj_buf text, sentence;
	struct dossier_gap *g;
	size_t n = dossier_gaps(d, &g);
	struct json_w w;

	if (c->json) {
		fj_buf_init(&text, (size_t)64 << 20);
		fj_buf_init(&sentence, 65536);
		msg_say(c->msg, e, &sentence);
		json_w_init(&w, &text);
		json_w_obj(&w);
		json_w_kstr(&w, "error", e->code);
		json_w_kstr(&w, "message", sentence.p);
		fj_buf_release(&sentence);
		show_gap_array(c, &w, g, n);
		json_w_end(&w);
		fprintf(c->err, "%s\n", text.p);
		fj_buf_release(&text);
	} else {
		(void)cli_fail(c, e);
		show_gap_list(c, c->err, g, n);
	}
	free(g);
	return CLI_NO;
}

static void
print_seal(struct cli *c, const struct hash *seal)
{
	char hex[HASH_TEXT + 1], code[40];
	struct out_json j;

	hash_format(seal, hex);
	dossier_code(seal, code);
	if (!c->json) {
		fprintf(c->out, "%s\n%s\n", code, hex);
		return;
	}
	out_json_begin(&j);
	json_w_obj(&j.w);
	json_w_kstr(&j.w, "id", hex);
	json_w_kstr(&j.w, "code", code);
	json_w_end(&j.w);
	out_json_end(c, &j);
}

int
cmd_visit_freeze(struct cli *c, int argc, char **argv)
{
	struct dossier *d;
	struct hash seal;
	struct fj_err e;
	enum fj_rc rc;
	int x;

	d = out_visit_plain(c, "visit", "freeze", argc, argv, 1, &x);
	if (d == NULL)
		return x;
	rc = dossier_freeze(d, &seal, &e);
	if ((rc == FJ_REFUSED || rc == FJ_CONFLICT) &&
	    visit_state(dossier_visit(d)) == VISIT_OPEN && dossier_my_row(d) >= 0) {
		x = refuse(c, d, &e);
		dossier_close(&d);
		return x;
	}
	if (rc == FJ_OK)
		print_seal(c, &seal);
	return out_done(c, &d, rc, &e);
}

/* The colleague's own passphrase, never ours: asked for with his folder's name. */
static enum fj_rc
sign_here(struct cli *c, struct dossier *d, const char *home, const char *file,
    struct fj_err *e)
{
	struct fj_buf pass;
	enum fj_rc rc;
	bool changed;

	if (file == NULL && !c->json)
		cli_say(c, N_("The colleague's passphrase for {1}:"), home, NULL);
	fj_buf_init_secret(&pass, 4096);
	rc = cli_passphrase(c, file, false, &pass, e);
	if (rc == FJ_OK)
		rc = app_sign_here(c->app, dossier_id(d), home, pass.p, e);
	fj_buf_release(&pass);
	return rc == FJ_OK ? dossier_refresh(d, &changed, e) : rc;
}

int
cmd_visit_sign(struct cli *c, int argc, char **argv)
{
	const char *with = NULL, *file = NULL;
	const struct opt opts[] = {
		{"--with", OPT_STR, &with}, {"--with-passphrase-file", OPT_STR, &file},
	};
	struct dossier *d;
	struct fj_err e;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "visit", "sign", OPTS(opts), argc, argv, 1, 1) < 0)
		return CLI_USAGE;
	if (file != NULL && with == NULL)
		return cli_needs(c, "visit", "sign", "--with");
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	if (with != NULL)
		rc = sign_here(c, d, with, file, &e);
	else
		rc = dossier_sign(d, &e);
	return out_acted(c, &d, rc, &e);
}

int
cmd_visit_unsigned(struct cli *c, int argc, char **argv)
{
	const char *member = NULL, *why = NULL;
	const struct opt opts[] = {
		{"--member", OPT_STR, &member}, {"--why", OPT_STR, &why},
	};
	struct dossier *d;
	struct fj_err e;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "visit", "unsigned", OPTS(opts), argc, argv, 1, 1) < 0)
		return CLI_USAGE;
	if (member == NULL || why == NULL || why[0] == '\0')
		return cli_needs(c, "visit", "unsigned", member == NULL ? "--member" : "--why");
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	rc = dossier_unsigned(d, member, why, &e);
	return out_acted(c, &d, rc, &e);
}

int
cmd_visit_party(struct cli *c, int argc, char **argv)
{
	struct party_new p = {0};
	const char *refused = NULL, *absent = NULL;
	bool is_signed = false;
	const struct opt opts[] = {
		{"--signed", OPT_FLAG, &is_signed}, {"--refused", OPT_STR, &refused},
		{"--absent", OPT_STR, &absent}, {"--name", OPT_STR, &p.name},
		{"--witness", OPT_STR, &p.witness}, {"--scan", OPT_STR, &p.scan},
	};
	struct dossier *d;
	struct fj_err e;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "visit", "party", OPTS(opts), argc, argv, 1, 1) < 0)
		return CLI_USAGE;
	if (is_signed + (refused != NULL) + (absent != NULL) != 1)
		return cli_bad(c, "cli.either", "--signed, --refused, --absent");
	p.outcome = is_signed ? PARTY_SIGNED : refused != NULL ? PARTY_REFUSED : PARTY_ABSENT;
	p.why = refused != NULL ? refused : absent;
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	rc = dossier_party(d, &p, &e);
	return out_acted(c, &d, rc, &e);
}
