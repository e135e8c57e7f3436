/* SPDX-License-Identifier: Apache-2.0 */
#include "model/campaigns.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

struct campaigns {
	struct json_doc *doc;		/* strings live here */
	struct campaign *v;
	size_t n;
};

static bool
code_ok(const char *s, size_t n)
{
	size_t i;

	if (n < 2 || n > CAMPAIGN_CODE || s[0] < 'A' || s[0] > 'Z')
		return false;
	for (i = 0; i < n; i++)
		if (!(s[i] >= 'A' && s[i] <= 'Z') && !(s[i] >= '0' && s[i] <= '9') && s[i] != '-')
			return false;
	return true;
}

static enum fj_rc
fault(struct fj_err *e, const struct json *at, const char *what)
{
	return fj_fail(e, FJ_INVAL, "model.campaigns", "dds", at ? at->line : 1,
	    at ? at->column : 1, what);
}

static enum fj_rc
read_all(struct campaigns *c, struct fj_err *e)
{
	const struct json *list = json_get(json_root(c->doc), "campaigns"), *item;

	if (list == NULL || list->type != JSON_ARRAY)
		return fault(e, json_root(c->doc), "campaigns");
	c->v = xcalloc((size_t)list->count + 1, sizeof(*c->v));
	json_each(item, list) {
		struct campaign *one = &c->v[c->n];
		const struct json *title = json_get(item, "title");

		one->code = json_str(item, "code");
		one->title_zh = json_str(title, "zh");
		one->title_en = json_str(title, "en");
		if (one->code == NULL || !code_ok(one->code, strlen(one->code)) ||
		    campaigns_find(c, one->code) != NULL)
			return fault(e, item, "code");
		if (one->title_zh == NULL || one->title_en == NULL)
			return fault(e, item, "title");
		c->n++;
	}
	return FJ_OK;
}

enum fj_rc
campaigns_load(const char *p, size_t n, struct campaigns **out, struct fj_err *e)
{
	struct campaigns *c = xcalloc(1, sizeof(*c));
	enum fj_rc rc = json_parse(p, n, &c->doc, e);

	if (rc == FJ_OK)
		rc = read_all(c, e);
	if (rc == FJ_OK)
		*out = c;
	else
		campaigns_free(&c);
	return rc;
}

void
campaigns_free(struct campaigns **c)
{
	if (*c == NULL)
		return;
	json_free(&(*c)->doc);
	free((*c)->v);
	free(*c);
	*c = NULL;
}

size_t
campaigns_count(const struct campaigns *c)
{
	return c != NULL ? c->n : 0;
}

const struct campaign *
campaigns_at(const struct campaigns *c, size_t i)
{
	return i < campaigns_count(c) ? &c->v[i] : NULL;
}

const struct campaign *
campaigns_find(const struct campaigns *c, const char *code)
{
	size_t i;

	for (i = 0; i < campaigns_count(c); i++)
		if (strcmp(c->v[i].code, code) == 0)
			return &c->v[i];
	return NULL;
}

const char *
campaign_title(const struct campaign *c, const char *lang)
{
	return strcmp(lang, "zh") == 0 ? c->title_zh : c->title_en;
}

/* ---- the codes of one visit ---- */

static bool
has(const char *tidy, const char *code, size_t n)
{
	while (*tidy != '\0') {
		size_t k = strcspn(tidy, " ");

		if (k == n && memcmp(tidy, code, n) == 0)
			return true;
		tidy += k + strspn(tidy + k, " ");
	}
	return false;
}

bool
campaigns_has(const char *tidy, const char *code)
{
	return has(tidy, code, strlen(code));
}

static bool
append(char out[CAMPAIGN_TEXT], const char *code, size_t n)
{
	size_t at = strlen(out);

	if (at + (at > 0) + n + 1 > CAMPAIGN_TEXT)
		return false;
	if (at > 0)
		out[at++] = ' ';
	memcpy(out + at, code, n);
	out[at + n] = '\0';
	return true;
}

/* How many bytes at s part two codes. */
static size_t
gap(const char *s)
{
	static const char *const wide[] = {"，", "、", "　", "；"};
	size_t i;

	if (*s != '\0' && strchr(" ,;\t\n", *s) != NULL)
		return 1;
	for (i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (strncmp(s, wide[i], strlen(wide[i])) == 0)
			return strlen(wide[i]);
	return 0;
}

static enum fj_rc
take(const char *s, size_t n, char out[CAMPAIGN_TEXT], int *count, struct fj_err *e)
{
	char code[CAMPAIGN_CODE + 1], shown[64];
	size_t i, k = n < sizeof(shown) ? n : sizeof(shown) - 1;

	memcpy(shown, s, k);
	shown[k] = '\0';
	for (i = 0; i < n && i < CAMPAIGN_CODE; i++)
		code[i] = s[i] >= 'a' && s[i] <= 'z' ? (char)(s[i] - 'a' + 'A') : s[i];
	if (n > CAMPAIGN_CODE || !code_ok(code, n))
		return fj_fail(e, FJ_INVAL, "model.campaign", "s", shown);
	if (has(out, code, n))
		return fj_fail(e, FJ_INVAL, "model.campaign-twice", "s", shown);
	if (++*count > CAMPAIGN_COUNT || !append(out, code, n))
		return fj_fail(e, FJ_LIMIT, "model.campaign-many", "d", CAMPAIGN_COUNT);
	return FJ_OK;
}

enum fj_rc
campaigns_tidy(const char *text, char out[CAMPAIGN_TEXT], struct fj_err *e)
{
	const char *s = text != NULL ? text : "", *from;
	int count = 0;

	out[0] = '\0';
	while (*s != '\0') {
		enum fj_rc rc;

		if (gap(s) > 0) {
			s += gap(s);
			continue;
		}
		for (from = s; *s != '\0' && gap(s) == 0; s++)
			;
		rc = take(from, (size_t)(s - from), out, &count, e);
		if (rc != FJ_OK)
			return rc;
	}
	return FJ_OK;
}

void
campaigns_read(const struct json *list, char out[CAMPAIGN_TEXT])
{
	const struct json *item;

	out[0] = '\0';
	if (list == NULL || list->type != JSON_ARRAY)
		return;
	json_each(item, list) {
		const char *code = json_text(item);

		if (code != NULL && code_ok(code, strlen(code)) && !campaigns_has(out, code))
			(void)append(out, code, strlen(code));
	}
}

void
campaigns_write(struct json_w *w, const char *tidy)
{
	char code[CAMPAIGN_CODE + 1];

	json_w_key(w, "campaigns");
	json_w_arr(w);
	while (*tidy != '\0') {
		size_t n = strcspn(tidy, " ");

		if (n <= CAMPAIGN_CODE) {
			memcpy(code, tidy, n);
			code[n] = '\0';
			json_w_str(w, code);
		}
		tidy += n + strspn(tidy + n, " ");
	}
	json_w_end(w);
}

void
campaigns_say(const struct campaigns *c, const char *tidy, const char *lang,
    struct fj_buf *out)
{
	const char *first = tidy;
	char code[CAMPAIGN_TEXT];

	while (*tidy != '\0') {
		size_t n = strcspn(tidy, " ");
		const struct campaign *one;

		if (tidy != first)
			fj_buf_puts(out, strcmp(lang, "zh") == 0 ? "，" : ", ");
		memcpy(code, tidy, n < sizeof(code) ? n : 0);
		code[n < sizeof(code) ? n : 0] = '\0';
		one = campaigns_find(c, code);
		fj_buf_puts(out, code);
		if (one != NULL)
			fj_buf_printf(out, " %s", campaign_title(one, lang));
		tidy += n + strspn(tidy + n, " ");
	}
}
