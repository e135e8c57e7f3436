/* SPDX-License-Identifier: Apache-2.0 */
/*
 * links: model.  The input is payloads, one a line, the first byte of a line
 * saying which of three chains it goes on; '@' in a line stands for the hex id
 * of the newest entry.  Read forwards and backwards: the same state (S4).
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "model/visit.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

enum { CHAINS = 3, ENTRIES = 64 };

static const char kinds[] = "{\"kinds\":[{\"id\":\"k\",\"outcomes\":{\"absent\":{}}}]}";
static const char *const hellos[CHAINS] = {
	"{\"op\":\"hello\",\"name\":\"a\",\"cert\":\"1\"}",
	"{\"op\":\"hello\",\"name\":\"b\",\"cert\":\"2\"}",
	"{\"op\":\"hello\",\"name\":\"c\"}",
};
static const char start[] = "{\"op\":\"visit.start\",\"kind\":\"k\",\"division\":\"330106\","
    "\"subject\":{\"name\":\"s\"},\"team\":[{\"name\":\"a\",\"cert\":\"1\"},"
    "{\"name\":\"b\",\"cert\":\"2\"}],\"forms\":[]}";

struct tape {
	struct fj_buf frame[ENTRIES];
	struct entry en[ENTRIES];
	size_t n;
	struct chain_head head[CHAINS];
	uint64_t hlc;
};

static void
put(struct tape *t, int chain, const char *payload, size_t n)
{
	struct entry *en = &t->en[t->n];
	struct fj_buf *b = &t->frame[t->n];

	if (t->n == ENTRIES || n == 0)
		return;
	memset(en, 0, sizeof(*en));
	en->suite = 1;
	en->kind = STREAM_VISIT;
	en->dev.b[0] = (uint8_t)(chain + 1);
	en->seq = t->head[chain].seq + 1;
	en->hlc = ++t->hlc;
	en->prev = t->head[chain].id;
	en->payload = payload;
	en->len = n;
	fj_buf_init(b, 2 << 20);
	if (entry_encode(en, b, NULL) != FJ_OK)
		abort();
	en->payload = b->p + ENTRY_HEAD;
	chain_advance(&t->head[chain], en);
	t->n++;
}

static void
line(struct tape *t, const uint8_t *p, size_t n)
{
	char hex[HASH_TEXT + 1];
	struct fj_buf b;
	size_t i;

	fj_buf_init(&b, 65536);
	hash_format(&t->en[t->n - 1].id, hex);
	for (i = 1; i < n; i++) {
		if (p[i] == '@')
			fj_buf_puts(&b, hex);
		else
			fj_buf_add(&b, p + i, 1);
	}
	put(t, p[0] % CHAINS, b.p, b.n);
	fj_buf_release(&b);
}

static char *
read_tape(const struct tape *t, const struct model_env *env, int forwards)
{
	struct id stream = { { 0 } };
	struct visit *v = NULL;
	struct fj_buf b;
	size_t i;

	if (visit_new(&stream, env, &v, NULL) != FJ_OK)
		abort();
	for (i = 0; i < t->n; i++)
		if (visit_add(v, &t->en[forwards ? i : t->n - 1 - i], 0, NULL) != FJ_OK)
			abort();
	visit_settle(v);
	fj_buf_init(&b, 16 << 20);
	visit_digest_text(v, &b);
	visit_free(&v);
	return fj_buf_take(&b, NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct tape t;
	struct model_env env = { 0 };
	struct kinds *k = NULL;
	char *a, *b;
	size_t i, from = 0;

	if (n > 20000 || kinds_load(kinds, sizeof(kinds) - 1, &k, NULL) != FJ_OK)
		return 0;
	memset(&t, 0, sizeof(t));
	env.kinds = k;
	for (i = 0; i < CHAINS; i++)
		put(&t, (int)i, hellos[i], strlen(hellos[i]));
	put(&t, 0, start, sizeof(start) - 1);
	for (i = 0; i <= n; i++) {
		if (i < n && p[i] != '\n')
			continue;
		if (i > from + 1)
			line(&t, p + from, i - from);
		from = i + 1;
	}
	a = read_tape(&t, &env, 1);
	b = read_tape(&t, &env, 0);
	if (strcmp(a, b) != 0)
		abort();
	free(a);
	free(b);
	for (i = 0; i < t.n; i++)
		fj_buf_release(&t.frame[i]);
	kinds_free(&k);
	return 0;
}
