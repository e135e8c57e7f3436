/* SPDX-License-Identifier: Apache-2.0 */
#include "model/freeze_facts.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "crypto/crypto.h"
#include "entry/merkle.h"

struct under {
	struct id dev;
	uint64_t seq;
	struct hash id;
};

static int
by_dev_seq(const void *a, const void *b)
{
	const struct under *x = a, *y = b;
	int c = id_cmp(&x->dev, &y->dev);

	if (c != 0)
		return c;
	if (x->seq != y->seq)
		return x->seq < y->seq ? -1 : 1;
	return hash_cmp(&x->id, &y->id);
}

static void
tree_of(struct vent *const *heads, size_t n, struct freeze_facts *out)
{
	struct under *all;
	struct hash *ids;
	size_t i, total = 0, at = 0;

	for (i = 0; i < n; i++)
		total += (size_t)heads[i]->pub.seq;
	all = xcalloc(total + 1, sizeof(*all));
	ids = xcalloc(total + 1, sizeof(*ids));
	for (i = 0; i < n; i++) {
		const struct vent *en;

		for (en = heads[i]; en != NULL && at < total; en = en->parent) {
			all[at].dev = en->pub.dev;
			all[at].seq = en->pub.seq;
			all[at++].id = en->pub.id;
		}
	}
	if (at > 1)
		qsort(all, at, sizeof(*all), by_dev_seq);
	for (i = 0; i < at; i++)
		ids[i] = all[i].id;
	merkle_root_of(SUITE_DEFAULT, ids, at, &out->root);
	out->count = (int64_t)at;
	free(all);
	free(ids);
}

/* Lines `evidence id TAB size TAB sha256 TAB sm3 LF`, by id bytes. */
static void
evidence_of(const struct view *w, struct freeze_facts *out)
{
	struct hasher *h = hasher_new(suite_digest(SUITE_DEFAULT));
	size_t i;

	for (i = 0; i < view_evidence_count(w); i++) {
		const struct evidence *ev = view_evidence_at(w, i);
		char id[ID_TEXT + 1];
		char *line;

		if (ev->withdrawn != NULL)
			continue;
		id_format(&ev->id, id);
		line = xasprintf("%s\t%lld\t%s\t%s\n", id, ev->size, ev->sha256, ev->sm3);
		hasher_add(h, line, strlen(line));
		free(line);
		out->evidence_count++;
		out->evidence_bytes += ev->size;
	}
	hasher_final(h, &out->evidence_digest);
	hasher_free(&h);
}

void
freeze_facts_of(struct vent *const *heads, size_t n, const struct view *w,
    struct freeze_facts *out)
{
	memset(out, 0, sizeof(*out));
	tree_of(heads, n, out);
	evidence_of(w, out);
}
