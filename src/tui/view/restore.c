/* SPDX-License-Identifier: Apache-2.0 */
/* Make the workspace from a backup file. */
#include <stdlib.h>
#include <string.h>

#include "tui/view/common.h"
#include "tui/view/page.h"
#include "tui/view/views.h"

static const struct field fields[] = {
	{.name = "n", .label = N_("A backup opens with the passphrase that its workspace had. It goes on with a new key, because a backup never carries the signing key: enrol again afterwards."), .kind = FIELD_NOTE},
	{.name = "file", .label = N_("Backup file"), .kind = FIELD_TEXT, .required = true,
	    .hint = N_("its path; ~ is your home folder"), .max_bytes = 4096},
	{.name = "pass", .label = N_("Passphrase"), .kind = FIELD_SECRET, .required = true},
	{.name = "ok", .label = N_("Restore"), .kind = FIELD_BUTTON},
};

static void
done(struct page *p)
{
	struct session *s = p->s;
	char *file = path_given(page_value(p, "file"));
	char code[APP_RECOVERY_CODE];
	struct fj_err e;
	enum fj_rc rc;

	say_busy(s, N_("Reading the backup …"));
	rc = app_restore(s->app, file, page_value(p, "pass"), code, &e);
	free(file);
	if (rc != FJ_OK) {
		page_error(p, rc == FJ_DENIED || rc == FJ_BUSY ? "pass" : "file", &e);
		return;
	}
	view_code_open(s, code);
	fj_wipe(code, sizeof(code));
}

static const struct page_ops ops = {
	.name = "restore", .title = N_("Restore from a backup"), .done = done,
};

void
view_restore_open(struct session *s)
{
	page_open(s, &ops, fields, sizeof(fields) / sizeof(fields[0]), NULL);
}
