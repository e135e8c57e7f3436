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

enum {
	CLOCK_SHOWN_MS = 5000,		/* less is the way there and back */
};

static void
clock_text(struct cli *c, int64_t skew, struct fj_buf *b)
{
	int64_t s = (skew < 0 ? -skew : skew) / 1000;

	fj_buf_puts(b, skew > 0 ? _(c->msg, "behind the hub's by") :
	    _(c->msg, "ahead of the hub's by"));
	fj_buf_putc(b, ' ');
	human_span(c->msg, b, s);
}

static bool
aside_text(void *ctx, const struct sync_aside *one)
{
	struct cli *c = ctx;
	char id[ID_SHOWN + 1];
	struct fj_buf b;

	id_format_short(&one->visit, id);
	fj_buf_init(&b, 8192);
	fj_buf_printf(&b, "%s: ", id);
	msg_say(c->msg, &one->err, &b);
	fj_buf_puts(&b, _(c->msg, " Offer it again: feijian sync --retry."));
	out_field(c, N_("Refused"), b.p);
	fj_buf_release(&b);
	return true;
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
	word_sync_policy(c->msg, s, &b);
	if (b.n > 0)
		out_field(c, N_("Set"), b.p);
	fj_buf_clear(&b);
	if (s->skew_ms <= -CLOCK_SHOWN_MS || s->skew_ms >= CLOCK_SHOWN_MS) {
		clock_text(c, s->skew_ms, &b);
		out_field(c, N_("Clock"), b.p);
		fj_buf_clear(&b);
	}
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
	if (s->quarantined > 0) {
		field_count(c, N_("Chains that the hub refuses"), s->quarantined);
		/* Not readable: the number stands. */
		(void)!app_sync_asides(c->app, aside_text, c, NULL);
	}
	if (s->err.rc != FJ_OK) {
		fj_buf_clear(&b);
		msg_say(c->msg, &s->err, &b);
		out_field(c, N_("Last failure"), b.p);
	}
	fj_buf_release(&b);
}

struct aside_out {
	struct cli *c;
	struct json_w *w;
};

static bool
aside_json(void *ctx, const struct sync_aside *one)
{
	struct aside_out *o = ctx;

	json_w_obj(o->w);
	out_kid(o->w, "visit", &one->visit);
	out_kid(o->w, "device", &one->dev);
	out_kinstant(o->w, "at", one->at);
	out_kerr(o->c, o->w, &one->err);
	json_w_end(o->w);
	return true;
}

void
state_json(struct cli *c, const struct sync_state *s, struct json_w *w)
{
	struct aside_out aside;

	json_w_kstr(w, "url", s->url);
	json_w_kstr(w, "phase", phase_id(s->phase));
	json_w_kbool(w, "paused", s->paused);
	json_w_kint(w, "unsent", (int64_t)s->unsent);
	json_w_kint(w, "unsent_evidence", (int64_t)s->unsent_evidence);
	json_w_kint(w, "unsent_bytes", s->unsent_bytes);
	json_w_kint(w, "quarantined", (int64_t)s->quarantined);
	json_w_kbool(w, "metered", s->metered);
	json_w_kbool(w, "sealed_only", s->sealed_only);
	if (s->proxy[0] != '\0')
		json_w_kstr(w, "proxy", s->proxy);
	json_w_kint(w, "receipted_entries", (int64_t)s->up_entries);
	json_w_kint(w, "receipted_findings", (int64_t)s->up_findings);
	json_w_kint(w, "receipted_evidence", (int64_t)s->up_files);
	json_w_kint(w, "clock_offset_ms", s->skew_ms);
	json_w_key(w, "refused");
	json_w_arr(w);
	aside.c = c;
	aside.w = w;
	(void)!app_sync_asides(c->app, aside_json, &aside, NULL);
	json_w_end(w);
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
