/* SPDX-License-Identifier: Apache-2.0 */
/* Views: what a thread that reads has of the hub. */
#include <string.h>

#include "base/xalloc.h"
#include "hub/hub_internal.h"
#include "hub/visits.h"
#include "wire/zip.h"

struct hub *
hub_main(struct hub *h)
{
	return h->main != NULL ? h->main : h;
}

enum fj_rc
hub_view(struct hub *h, struct hub **out, struct fj_err *e)
{
	struct hub *v = xcalloc(1, sizeof(*v));
	enum fj_rc rc;

	FJ_BUG_IF(h->main != NULL);
	v->main = h;
	v->clock = h->clock;
	v->keys = h->keys;
	v->dev = h->dev;
	v->evidence = h->evidence;
	v->ca = h->ca;
	v->limits = h->limits;
	v->claims = h->claims;
	v->sums = h->sums;
	v->rates = h->rates;
	v->tiles = h->tiles;
	v->zip = zip_new();
	hub_mutex_new(v);
	rc = store_open_reader(h->url, &v->store, e);
	if (rc == FJ_OK)
		rc = hub_read_meta(v, e);
	if (rc == FJ_OK)
		rc = hub_refresh(v, e);
	if (rc == FJ_OK)
		rc = visits_new(v, &v->visits, e);
	if (rc == FJ_OK)
		*out = v;
	else
		hub_close(&v);
	return rc;
}
