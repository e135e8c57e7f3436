/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Campaigns (专项行动) that a visit counts for: codes on visit.start, titles from
 * forms/campaigns.json.  Bureaux begin campaigns faster than programs are
 * published, so a well-formed code that the table lacks is accepted and shown as
 * it stands.
 */
#ifndef FJ_MODEL_CAMPAIGNS_H
#define FJ_MODEL_CAMPAIGNS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/rc.h"

enum {
	CAMPAIGN_CODE = 12,		/* letters, digits, hyphens; a letter first */
	CAMPAIGN_COUNT = 8,		/* on one visit */
	CAMPAIGN_TEXT = (CAMPAIGN_CODE + 1) * CAMPAIGN_COUNT,	/* with a terminator */
};

struct campaign {
	const char *code;
	const char *title_zh, *title_en;
};

struct campaigns;

/* FJ_INVAL "model.campaigns" {line, column, what}, json.* codes. */
FJ_MUST enum fj_rc campaigns_load(const char *p, size_t n, struct campaigns **out,
    struct fj_err *e);
void campaigns_free(struct campaigns **c);
size_t campaigns_count(const struct campaigns *c);
const struct campaign *campaigns_at(const struct campaigns *c, size_t i);
/* c may be NULL; NULL when the table lacks the code. */
const struct campaign *campaigns_find(const struct campaigns *c, const char *code);
const char *campaign_title(const struct campaign *c, const char *lang);

/* Codes as people write them (parted by blanks, commas, also Chinese ones) to codes
 * parted by one blank; small letters become capitals.
 * FJ_INVAL "model.campaign" {code}, "model.campaign-twice" {code}, FJ_LIMIT
 * "model.campaign-many" {limit}. */
FJ_MUST enum fj_rc campaigns_tidy(const char *text, char out[CAMPAIGN_TEXT],
    struct fj_err *e);
/* From an array of an entry: what is well formed, as campaigns_tidy writes it. */
void campaigns_read(const struct json *list, char out[CAMPAIGN_TEXT]);
void campaigns_write(struct json_w *w, const char *tidy);
bool campaigns_has(const char *tidy, const char *code);
/* "ZJLJ 质监利剑，…": codes with their titles. */
void campaigns_say(const struct campaigns *c, const char *tidy, const char *lang,
    struct fj_buf *out);

#endif
