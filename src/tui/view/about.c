/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view/common.h"
#include "tui/view/views.h"
#include "tui/widget/dialog.h"

void
view_about_open(struct session *s)
{
	const struct msg *m = s->m;
	char finger[32];
	struct id dev;
	char id[ID_TEXT + 1];
	struct fj_buf b;

	fj_buf_init(&b, 1 << 16);
	fj_buf_printf(&b, "# %s\n", _(m, "feijian: unannounced inspections, offline"));
	fj_buf_printf(&b, "%s\n\n", _(m, "Everything that you do is one entry: signed, encrypted and on disk before the screen says that it is kept. Nothing is overwritten; a correction is another entry."));
	fj_buf_printf(&b, "# %s\n", _(m, "Keys that work everywhere"));
	fj_buf_printf(&b, "%s\n\n", _(m, "? all keys of a screen   : find a command by name   q or Esc back   F12 or Ctrl-\\ lock at once   Ctrl-T colours   Ctrl-L draw again"));
	fj_buf_printf(&b, "# %s\n", _(m, "Verdicts"));
	fj_buf_printf(&b, "%s\n\n", _(m, "1 conforms   2 does not conform   3 basically conforms   4 not applicable   5 not checked. The keys are the same in every form; a key that an item lacks is refused."));
	fj_buf_printf(&b, "# %s\n", _(m, "This workspace"));
	fj_buf_printf(&b, "%s\n", app_home(s->app));
	if (app_unlocked(s->app)) {
		app_my_dev(s->app, &dev);
		id_format(&dev, id);
		app_fingerprint(s->app, finger);
		fj_buf_printf(&b, "%s: %s\n%s: %s\n", _(m, "Key"), id, _(m, "Fingerprint"), finger);
	}
	dialog_pager(s->ui, _(m, "About"), b.p);
	fj_buf_release(&b);
}
