/* SPDX-License-Identifier: Apache-2.0 */
#include "entry/roster_write.h"

void
roster_write_hub_key(const struct identity_public *hub, uint64_t epoch,
    const struct stamp *at, struct fj_buf *out)
{
	struct json_w w;
	struct id dev;

	identity_dev(hub, &dev);
	payload_begin(&w, out, "hub.key", at);
	json_w_kid(&w, "dev", &dev);
	key_write(&w, hub);
	json_w_kint(&w, "epoch", (int64_t)epoch);
	json_w_end(&w);
}

void
roster_write_recovery(const struct roster_recovery *k, const struct stamp *at,
    struct fj_buf *out)
{
	struct json_w w;

	payload_begin(&w, out, "recovery.key", at);
	json_w_kint(&w, "suite", k->suite);
	json_w_khex(&w, "kx", k->kx.b, k->kx.n);
	json_w_end(&w);
}

void
roster_write_person(const struct roster_person *p, const struct stamp *at,
    struct fj_buf *out)
{
	struct json_w w;
	int i;

	payload_begin(&w, out, "person", at);
	json_w_kid(&w, "person", &p->person);
	json_w_kstr(&w, "name", p->name);
	json_w_kstr(&w, "cert", p->cert);
	json_w_key(&w, "roles");
	json_w_arr(&w);
	for (i = 0; i < ROLE_COUNT; i++)
		if (p->roles & 1u << i)
			json_w_str(&w, role_name((enum role)(1u << i)));
	json_w_end(&w);
	json_w_key(&w, "scopes");
	json_w_arr(&w);
	for (i = 0; i < p->nscope; i++)
		json_w_str(&w, p->scopes[i]);
	json_w_end(&w);
	if (p->disabled)
		json_w_kbool(&w, "disabled", true);
	json_w_end(&w);
}

void
roster_write_device(const struct roster_device *d, const struct stamp *at,
    struct fj_buf *out)
{
	struct json_w w;
	struct id dev;

	identity_dev(&d->key, &dev);
	payload_begin(&w, out, "device", at);
	json_w_kid(&w, "dev", &dev);
	key_write(&w, &d->key);
	json_w_kid(&w, "person", &d->person);
	if (d->has_continues)
		json_w_kid(&w, "continues", &d->continues);
	json_w_end(&w);
}

void
roster_write_end(const struct id *dev, enum end_mode mode, uint64_t position,
    const struct stamp *at, struct fj_buf *out)
{
	struct json_w w;

	payload_begin(&w, out, "device.end", at);
	json_w_kid(&w, "dev", dev);
	json_w_kstr(&w, "mode", end_mode_name(mode));
	json_w_kint(&w, "position", (int64_t)position);
	json_w_end(&w);
}

void
roster_write_item(const struct roster_item *it, const struct stamp *at,
    struct fj_buf *out)
{
	struct json_w w;
	int i;

	payload_begin(&w, out, item_kind_name(it->kind), at);
	json_w_kstr(&w, "name", it->name);
	json_w_kstr(&w, "version", it->version);
	json_w_khash(&w, "digest", &it->digest);
	json_w_kint(&w, "size", (int64_t)it->size);
	json_w_kid(&w, "publisher", &it->publisher);
	if (it->nscope > 0) {
		json_w_key(&w, "divisions");
		json_w_arr(&w);
		for (i = 0; i < it->nscope; i++)
			json_w_str(&w, it->scopes[i]);
		json_w_end(&w);
	}
	json_w_kstr(&w, "note", it->note);
	if (it->has_before)
		json_w_khash(&w, "before", &it->before);
	if (it->withdrawn)
		json_w_kbool(&w, "withdrawn", true);
	json_w_end(&w);
}

void
roster_write_used(const struct roster_used *u, const struct stamp *at,
    struct fj_buf *out)
{
	struct json_w w;

	payload_begin(&w, out, "recovery.used", at);
	json_w_kid(&w, "dev", &u->dev);
	json_w_kid(&w, "by", &u->by);
	json_w_kstr(&w, "fingerprint", u->fingerprint);
	json_w_end(&w);
}
