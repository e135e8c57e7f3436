/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of feijian-hub (DESIGN.md section 7): one function a verb.
 * Exit codes: 0 done, 1 the answer is no, 2 usage, 3 could not.
 */
#ifndef FJ_HUB_ADMIN_H
#define FJ_HUB_ADMIN_H

#include <stdbool.h>
#include <stdio.h>

#include "hub/hub.h"
#include "text/msg.h"

enum admin_exit {
	ADMIN_DONE = 0,
	ADMIN_NO = 1,
	ADMIN_USAGE = 2,
	ADMIN_COULD_NOT = 3,
};

enum {
	ADMIN_WORDS = 16,
	ADMIN_LIST = 32,
};

/* The line, taken apart.  Strings are argv's. */
struct admin_args {
	const char *store, *evidence, *keys, *listen, *tls_cert, *tls_key, *tls_ca;
	const char *passphrase_file, *lang, *cert, *mode, *by, *to, *now;
	const char *version, *note, *id, *person, *visit;
	const char *connections, *per_address, *workers, *memory;
	const char *metrics, *trusted, *log, *log_level, *audit_days;
	const char *quota_device, *quota_visit, *quota_total, *disk_reserve;
	const char *role[ADMIN_LIST], *division[ADMIN_LIST];
	int nrole, ndivision;
	bool json, help;
	const char *word[ADMIN_WORDS];	/* what is no option */
	int nword;
};

struct admin {
	struct admin_args a;
	struct msg *msg;
	struct clock clock;
	FILE *out, *err;
};

/* 0, or an exit code after a complaint was printed. */
int admin_parse(struct admin *ad, int argc, char **argv);
int admin_main(int argc, char **argv, FILE *out, FILE *err);

/* Print a failure in the user's language; answers the exit code of its class. */
int admin_fail(struct admin *ad, const struct fj_err *e);
/* A sentence of text/say/hub.def as a complaint about usage. */
int admin_bad(struct admin *ad, const char *code, const char *arg);
/* Open the hub that the line names; 0 or an exit code. */
int admin_open(struct admin *ad, struct hub **h);

/* A person by a prefix of the id.  FJ_NOTFOUND "hub.no-such", FJ_AMBIGUOUS. */
FJ_MUST enum fj_rc admin_person(const struct hub *h, const char *prefix, struct id *out,
    struct fj_err *e);
/* Close and answer an exit code; a failure is said. */
int admin_finish(struct admin *ad, struct hub **h, enum fj_rc rc, const struct fj_err *e);
/* Row by row until there is none: lines, or one JSON array. */
int admin_list(struct admin *ad,
    bool (*row)(struct admin *ad, const struct hub *h, size_t i, struct json_w *w));

/* verbs; word[0] is the verb itself */
int verb_init(struct admin *ad);
int verb_serve(struct admin *ad);
int verb_user_add(struct admin *ad);
int verb_user_list(struct admin *ad);
int verb_user_change(struct admin *ad);
int verb_user_disable(struct admin *ad);
int verb_invite(struct admin *ad);
int verb_device_list(struct admin *ad);
int verb_device_end(struct admin *ad);
int verb_form_publish(struct admin *ad);
int verb_form_list(struct admin *ad);
int verb_form_withdraw(struct admin *ad);
int verb_register_import(struct admin *ad);
int verb_audit(struct admin *ad);
int verb_stats(struct admin *ad);
int verb_check_config(struct admin *ad);
int verb_migrate(struct admin *ad);
int verb_backup(struct admin *ad);
int verb_restored(struct admin *ad);

#endif
