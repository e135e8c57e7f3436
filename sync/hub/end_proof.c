/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/end_proof.h"

#include <string.h>

#include "base/json.h"
#include "entry/payload.h"

struct search {
	const struct id *dev;
	char *out;
};

static bool
holds(const char *p, size_t n, const char *word)
{
	size_t len = strlen(word);
	const char *at;

	while (n >= len && (at = memchr(p, word[0], n - len + 1)) != NULL) {
		if (memcmp(at, word, len) == 0)
			return true;
		n -= (size_t)(at - p) + 1;
		p = at + 1;
	}
	return false;
}

static bool
ends(const struct entry *en, const struct id *dev)
{
	struct json_doc *d = NULL;
	const char *op;
	struct id whose;
	bool yes;

	/* Few of many rows are ends: no JSON for the others. */
	if (!holds(en->payload, en->len, "device.end") ||
	    json_parse(en->payload, en->len, &d, NULL) != FJ_OK)
		return false;
	op = json_str(json_root(d), "op");
	yes = op != NULL && strcmp(op, "device.end") == 0 &&
	    json_id(json_root(d), "dev", &whose) && id_eq(&whose, dev);
	json_free(&d);
	return yes;
}

/* The newest stands: a device may have been certified again in between. */
static bool
look(void *ctx, const struct entry *en, const uint8_t sig[ENTRY_SIG])
{
	struct search *s = ctx;
	struct entry copy = *en;
	struct fj_buf frame;

	if (!ends(en, s->dev))
		return true;
	fj_buf_init(&frame, PROBLEM_END / 2);
	if (entry_encode(&copy, &frame, NULL) == FJ_OK)
		fj_buf_add(&frame, sig, ENTRY_SIG);
	if (!fj_buf_over(&frame) && 2 * frame.n < PROBLEM_END)
		hex_encode((const uint8_t *)frame.p, frame.n, s->out);
	fj_buf_release(&frame);
	return true;
}

void
end_proof(const struct hub *h, const struct id *dev, char out[PROBLEM_END])
{
	struct search s = {dev, out};

	out[0] = '\0';
	roster_each(h->roster, look, &s);
}
