/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/state.h"

#include "app/words.h"
#include "text/human.h"

static void
field_count(struct cli *c, const char *label, uint64_t n)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
	out_field(c, label, text);
}

void
state_text(struct cli *c, const struct sync_state *s)
{
	struct fj_buf b;

	fj_buf_init(&b, 65536);
	out_field(c, N_("Hub"), s->url[0] != '\0' ? s->url : _(c->msg, "no hub yet"));
	word_sync_now(c->msg, s, &b);
	out_field(c, N_("Sync"), b.p);
	fj_buf_clear(&b);
	word_sync_last(c->msg, s, app_now(c->app), &b);
	out_field(c, N_("Last complete sync"), b.p);
	field_count(c, N_("Entries without a receipt"), s->unsent);
	fj_buf_clear(&b);
	fj_buf_printf(&b, "%llu", (unsigned long long)s->unsent_evidence);
	if (s->unsent_bytes > 0) {
		fj_buf_puts(&b, ", ");
		human_size(&b, s->unsent_bytes);
	}
	out_field(c, N_("Evidence without a receipt"), b.p);
	if (s->quarantined > 0)
		field_count(c, N_("Chains that the hub refuses"), s->quarantined);
	if (s->err.rc != FJ_OK) {
		fj_buf_clear(&b);
		msg_say(c->msg, &s->err, &b);
		out_field(c, N_("Last failure"), b.p);
	}
	fj_buf_release(&b);
}

void
state_json(struct cli *c, const struct sync_state *s, struct json_w *w)
{
	json_w_kstr(w, "url", s->url);
	json_w_kstr(w, "phase", phase_id(s->phase));
	json_w_kbool(w, "paused", s->paused);
	json_w_kint(w, "unsent", (int64_t)s->unsent);
	json_w_kint(w, "unsent_evidence", (int64_t)s->unsent_evidence);
	json_w_kint(w, "unsent_bytes", s->unsent_bytes);
	json_w_kint(w, "quarantined", (int64_t)s->quarantined);
	out_kinstant(w, "last_ok", s->last_ok);
	if (s->next_ms > 0)
		json_w_kint(w, "next_ms", s->next_ms);
	if (s->err.rc != FJ_OK) {
		json_w_key(w, "failure");
		json_w_obj(w);
		out_kerr(c, w, &s->err);
		json_w_end(w);
	}
}
