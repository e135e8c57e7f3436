/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of the shelf (shelf_data.c); only app/ includes it. */
#ifndef FJ_APP_SHELF_DATA_H
#define FJ_APP_SHELF_DATA_H

#include <stdbool.h>

#include "base/id.h"
#include "base/rc.h"

struct app;
struct shelf_data;
struct subject;

enum data_kind {
	DATA_KINDS_TABLE,		/* struct kinds */
	DATA_CLAUSES,			/* struct clauses */
	DATA_CAMPAIGNS,			/* struct campaigns */
	DATA_HOLIDAYS,			/* struct form_calendar */
	DATA_DIVISIONS,			/* struct divisions */
	DATA_KINDS,
};

/* Those of the program.  FJ_BUG "app.embedded" when one is missing that is needed. */
FJ_MUST enum fj_rc shelf_data_new(struct shelf_data **out, struct fj_err *e);
void shelf_data_free(struct shelf_data **s);

/* By which new work goes; NULL: none could be read.  digest may be NULL. */
const void *shelf_data_now(struct shelf_data *s, enum data_kind kind, struct hash *digest);
/* The one with this digest, shipped or held; NULL. */
const void *shelf_data_by(struct app *a, struct shelf_data *s, enum data_kind kind,
    const struct hash *digest);
/* The roster or what is held moved: does new work go by others now? */
bool shelf_data_renew(struct app *a, struct shelf_data *s);

/* Every subject of the registers that are held and concern us; false stops. */
void shelf_subjects(struct app *a, struct shelf_data *s,
    bool (*fn)(void *ctx, const struct subject *one), void *ctx);

#endif
