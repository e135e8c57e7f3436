/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/admin.h"

#include <stdlib.h>
#include <string.h>

#include "embed/embed.h"
#include "os/env.h"
#include "os/harden.h"

/* ---- options ---- */

struct option {
	const char *name;
	size_t at;		/* offset of a const char * in struct admin_args */
};

#define OPTION(name, member) { name, offsetof(struct admin_args, member) }

static const struct option options[] = {
	OPTION("--store", store),
	OPTION("--evidence", evidence),
	OPTION("--keys", keys),
	OPTION("--listen", listen),
	OPTION("--tls-cert", tls_cert),
	OPTION("--tls-key", tls_key),
	OPTION("--tls-ca", tls_ca),
	OPTION("--passphrase-file", passphrase_file),
	OPTION("--lang", lang),
	OPTION("--cert", cert),
	OPTION("--mode", mode),
	OPTION("--by", by),
	OPTION("--to", to),
	OPTION("--now", now),
	OPTION("--version", version),
	OPTION("--note", note),
	OPTION("--id", id),
	OPTION("--person", person),
	OPTION("--visit", visit),
	OPTION("--connections", connections),
	OPTION("--per-address", per_address),
	OPTION("--workers", workers),
	OPTION("--memory", memory),
	OPTION("--metrics", metrics),
	OPTION("--trusted-proxy", trusted),
	OPTION("--log", log),
	OPTION("--log-level", log_level),
	OPTION("--audit-days", audit_days),
	OPTION("--quota-device", quota_device),
	OPTION("--quota-visit", quota_visit),
	OPTION("--quota-total", quota_total),
	OPTION("--disk-reserve", disk_reserve),
};

static bool
is_role(const char *s)
{
	return role_parse(s) != 0;
}

/* --role A B,C and --division X Y: one value, then as many as look like one. */
static int
take_list(char **argv, int argc, int i, bool (*more)(const char *), const char **to,
    int *n)
{
	bool first = true;

	while (i < argc && (first || more(argv[i]))) {
		char *p = argv[i++], *comma;

		first = false;
		while (p != NULL && *n < ADMIN_LIST) {
			comma = strchr(p, ',');
			if (comma != NULL)
				*comma++ = '\0';
			if (*p != '\0')
				to[(*n)++] = p;
			p = comma;
		}
	}
	return i;
}

static const struct option *
find_option(const char *s, size_t *len)
{
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		*len = strlen(options[i].name);
		if (strncmp(s, options[i].name, *len) == 0 &&
		    (s[*len] == '\0' || s[*len] == '='))
			return &options[i];
	}
	return NULL;
}

/* The option at argv[i]; answers the next index, -1 after a complaint. */
static int
take_option(struct admin *ad, char **argv, int argc, int i, int *exit_code)
{
	struct admin_args *a = &ad->a;
	const struct option *o;
	const char **to;
	size_t n;

	if (strcmp(argv[i], "--json") == 0) {
		a->json = true;
		return i + 1;
	}
	if (strcmp(argv[i], "--help") == 0) {
		a->help = true;
		return i + 1;
	}
	if (strcmp(argv[i], "--role") == 0 && i + 1 < argc)
		return take_list(argv, argc, i + 1, is_role, a->role, &a->nrole);
	if (strcmp(argv[i], "--division") == 0 && i + 1 < argc)
		return take_list(argv, argc, i + 1, scope_valid, a->division,
		    &a->ndivision);
	o = find_option(argv[i], &n);
	if (o == NULL || (argv[i][n] == '\0' && i + 1 == argc)) {
		*exit_code = admin_bad(ad, o == NULL ? "hub.option" : "hub.option-value",
		    argv[i]);
		return -1;
	}
	to = (const char **)(void *)((char *)a + o->at);
	*to = argv[i][n] == '=' ? argv[i] + n + 1 : argv[i + 1];
	return argv[i][n] == '=' ? i + 1 : i + 2;
}

int
admin_parse(struct admin *ad, int argc, char **argv)
{
	struct admin_args *a = &ad->a;
	bool options_over = false;
	int i = 1, code = 0;

	memset(a, 0, sizeof(*a));
	while (i < argc) {
		if (!options_over && strcmp(argv[i], "--") == 0) {
			options_over = true;
			i++;
		} else if (!options_over && argv[i][0] == '-' && argv[i][1] == '-') {
			i = take_option(ad, argv, argc, i, &code);
			if (i < 0)
				return code;
		} else if (a->nword == ADMIN_WORDS) {
			return admin_bad(ad, "hub.too-many", argv[i]);
		} else {
			a->word[a->nword++] = argv[i++];
		}
	}
	if (a->store == NULL)
		a->store = env_get("FEIJIAN_HUB_STORE");
	if (a->evidence == NULL)
		a->evidence = env_get("FEIJIAN_HUB_EVIDENCE");
	if (a->keys == NULL)
		a->keys = env_get("FEIJIAN_HUB_KEYS");
	if (a->passphrase_file == NULL)
		a->passphrase_file = env_get("FEIJIAN_PASSPHRASE_FILE");
	return 0;
}

/* ---- saying ---- */

static int
exit_of(const struct fj_err *e)
{
	/* Not built yet is not a no: nothing was asked of the data. */
	if (strcmp(e->code, "hub.migrate-later") == 0)
		return ADMIN_COULD_NOT;
	switch ((int)e->rc) {
	case FJ_INVAL:
	case FJ_REFUSED:
	case FJ_CONFLICT:
	case FJ_CORRUPT:
	case FJ_DENIED:
		return ADMIN_NO;
	case FJ_AMBIGUOUS:
		return ADMIN_USAGE;
	default:
		return ADMIN_COULD_NOT;
	}
}

int
admin_fail(struct admin *ad, const struct fj_err *e)
{
	struct fj_buf b, line;
	struct json_w w;

	fj_buf_init(&b, 16 << 10);
	fj_buf_init(&line, 64 << 10);
	msg_say(ad->msg, e, &b);
	if (ad->a.json) {
		json_w_init(&w, &line);
		json_w_obj(&w);
		json_w_kstr(&w, "error", e->code);
		json_w_kstr(&w, "message", b.p);
		json_w_end(&w);
	} else {
		fj_buf_printf(&line, "feijian-hub: %s", b.p);
	}
	fprintf(ad->err, "%s\n", line.p);
	fj_buf_release(&line);
	fj_buf_release(&b);
	return exit_of(e);
}

int
admin_bad(struct admin *ad, const char *code, const char *arg)
{
	struct fj_err e;

	fj_fail(&e, FJ_INVAL, code, "s", arg);
	admin_fail(ad, &e);
	return ADMIN_USAGE;
}

int
admin_open(struct admin *ad, struct hub **h)
{
	struct hub_options o;
	struct fj_err e;

	if (ad->a.store == NULL)
		return admin_bad(ad, "hub.needs", "--store sqlite:FILE");
	if (ad->a.keys == NULL)
		return admin_bad(ad, "hub.needs", "--keys DIR");
	memset(&o, 0, sizeof(o));
	o.store = ad->a.store;
	o.evidence = ad->a.evidence;
	o.keys = ad->a.keys;
	o.ca_file = ad->a.tls_ca;
	o.clock = ad->clock;
	if (hub_open(&o, h, &e) != FJ_OK)
		return admin_fail(ad, &e);
	return 0;
}

/* ---- verbs ---- */

struct verb_row {
	const char *name, *second;	/* second NULL: one word */
	const char *usage, *help;
	int (*run)(struct admin *ad);
	int least, most;		/* words behind the verb */
};

static const struct verb_row verbs[] = {
	{ "init", NULL, "--store sqlite:FILE --evidence DIR --keys DIR [--passphrase-file F]",
	    N_("make keys and store; print the fingerprint of the root"), verb_init, 0, 0 },
	{ "serve", NULL, "--store sqlite:FILE --evidence DIR --keys DIR"
	    " [--listen ADDR:PORT] [--tls-cert F --tls-key F] [--tls-ca F]"
	    " [--connections N] [--per-address N] [--workers N] [--memory MIB]"
	    " [--metrics ADDR:PORT] [--trusted-proxy ADDR,...] [--log FILE]"
	    " [--log-level error|warning|info] [--audit-days N]"
	    " [--quota-device MIB] [--quota-visit MIB] [--quota-total MIB]"
	    " [--disk-reserve MIB]",
	    N_("answer devices until SIGTERM"), verb_serve, 0, 0 },
	{ "user", "add", "NAME --role inspector|reviewer|staff|supervisor|admin..."
	    " --division D... [--cert C]",
	    N_("add a person; print the id"), verb_user_add, 1, 1 },
	{ "user", "list", "", N_("list persons"), verb_user_list, 0, 0 },
	{ "user", "change", "PERSON [--role R...] [--division D...]",
	    N_("give a person other roles or divisions; the rest stays"), verb_user_change,
	    1, 1 },
	{ "user", "disable", "PERSON", N_("end a person's access"), verb_user_disable, 1, 1 },
	{ "invite", NULL, "PERSON", N_("print an enrolment code: 24 hours, once"),
	    verb_invite, 1, 1 },
	{ "device", "list", "", N_("list devices"), verb_device_list, 0, 0 },
	{ "device", "end", "DEVICE --mode retired|lost",
	    N_("end a device: retired may still push, lost may nothing"),
	    verb_device_end, 1, 1 },
	{ "form", "publish", "FILE|DIR [--version V] [--id NAME] [--division D...] [--note T]"
	    " [--by PERSON]",
	    N_("check and publish a form, a folder of rules or a data file; print the digest"),
	    verb_form_publish, 1, 1 },
	{ "form", "list", "", N_("list what is published, withdrawn ones too"),
	    verb_form_list, 0, 0 },
	{ "form", "withdraw", "NAME [--version V] [--note T]",
	    N_("new visits leave it; those that began with it keep it"),
	    verb_form_withdraw, 1, 1 },
	{ "register", "import", "FILE.csv --division D [--version V] [--note T] [--by PERSON]",
	    N_("publish the subjects that are known in a division"), verb_register_import,
	    1, 1 },
	{ "audit", NULL, "[--person P] [--visit V]", N_("list who read entries and evidence"),
	    verb_audit, 0, 0 },
	{ "stats", NULL, "", N_("figures of the store"), verb_stats, 0, 0 },
	{ "check-config", NULL, "", N_("look at keys, store, space and disk"),
	    verb_check_config, 0, 0 },
	{ "migrate", NULL, "--to STORE",
	    N_("move all to another, empty store; the old one takes nothing more"),
	    verb_migrate, 0, 0 },
	{ "backup", NULL, "--to FILE",
	    N_("copy a live SQLite store into a new file and read the copy back"),
	    verb_backup, 0, 0 },
	{ "restored", NULL, "[ROOT-KEY]",
	    N_("after a backup was put in place: begin a new epoch, signed by the root key"),
	    verb_restored, 0, 1 },
};

static void
usage_line(struct admin *ad, FILE *to, const struct verb_row *v)
{
	fprintf(to, "  feijian-hub %s%s%s %s\n      %s\n", v->name,
	    v->second != NULL ? " " : "", v->second != NULL ? v->second : "", v->usage,
	    _(ad->msg, v->help));
}

static int
usage(struct admin *ad, FILE *to, int code)
{
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		usage_line(ad, to, &verbs[i]);
	fprintf(to, "%s\n", _(ad->msg, "All verbs take --store, --keys, --evidence (or "
	    "FEIJIAN_HUB_STORE, FEIJIAN_HUB_KEYS, FEIJIAN_HUB_EVIDENCE), --json and "
	    "--lang zh|en."));
	return code;
}

static int
dispatch(struct admin *ad)
{
	struct admin_args *a = &ad->a;
	size_t i;

	if (a->help)
		return usage(ad, ad->out, ADMIN_DONE);
	if (a->nword == 0)
		return usage(ad, ad->err, ADMIN_USAGE);
	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		const struct verb_row *v = &verbs[i];
		int skip = v->second != NULL ? 2 : 1;

		if (strcmp(a->word[0], v->name) != 0 || (v->second != NULL &&
		    (a->nword < 2 || strcmp(a->word[1], v->second) != 0)))
			continue;
		if (a->nword - skip < v->least || a->nword - skip > v->most) {
			usage_line(ad, ad->err, v);
			return ADMIN_USAGE;
		}
		memmove(a->word, a->word + skip - 1, sizeof(a->word[0]) *
		    (size_t)(a->nword - skip + 1));
		a->nword -= skip - 1;
		return v->run(ad);
	}
	admin_bad(ad, "hub.verb", a->word[0]);
	return usage(ad, ad->err, ADMIN_USAGE);
}

static int
set_clock(struct admin *ad)
{
	struct instant at;

	clock_init(&ad->clock);
	if (ad->a.now == NULL)
		return 0;
	if (!instant_parse(ad->a.now, strlen(ad->a.now), &at))
		return admin_bad(ad, "hub.now", ad->a.now);
	clock_fix(&ad->clock, at);
	return 0;
}

int
admin_main(int argc, char **argv, FILE *out, FILE *err)
{
	const struct embed_file *mo = embed_find("zh.mo");
	struct msg *fresh = NULL;
	const char *lang;
	struct admin ad;
	int code;

	memset(&ad, 0, sizeof(ad));
	ad.out = out;
	ad.err = err;
	crypto_init();
	(void)harden_process();
	code = admin_parse(&ad, argc, argv);
	lang = ad.a.lang != NULL ? ad.a.lang : env_get("LC_ALL");
	if (lang == NULL)
		lang = env_get("LC_MESSAGES");
	if (lang == NULL)
		lang = env_get("LANG");
	lang = msg_lang_of(lang != NULL ? lang : "en");
	if (mo != NULL)
		(void)!msg_new(lang, mo->p, mo->n, &fresh, NULL);
	ad.msg = fresh;
	if (code == 0)
		code = set_clock(&ad);
	if (code == 0)
		code = dispatch(&ad);
	msg_free(&fresh);
	return code;
}
