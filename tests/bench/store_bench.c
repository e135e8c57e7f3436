/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a store takes by itself: groups of runs in one transaction each, as the
 * hub's writer puts them.  store_bench URL ENTRIES BATCH RUNS; the store is made.
 * One JSON line: entries a second, the time of a transaction.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "crypto/crypto.h"
#include "hub/store.h"

enum {
	FRAME = 646,
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* One run: what push.c asks and puts for it. */
static enum fj_rc
one_run(struct store *s, struct stored_entry *en, size_t n, bool *fresh,
    uint64_t position, const char *facts, struct fj_err *e)
{
	uint8_t sig[ENTRY_SIG] = { 1 };
	struct stored_stream st = { .kind = STREAM_VISIT };
	struct chain_head head;
	struct fj_buf b;
	struct hash leaf;
	enum fj_rc rc;

	fj_buf_init(&b, 1 << 20);
	rc = s->ops->stream_get(s, &en->stream, NULL, NULL, &b, e);
	if (rc == FJ_NOTFOUND)
		rc = FJ_OK;
	if (rc == FJ_OK)
		rc = s->ops->chain_head(s, &en->stream, &en->dev, &head, e);
	if (rc == FJ_OK)
		rc = s->ops->entries_put(s, en, n, fresh, e);
	st.stream = en->stream;
	st.position = position;
	st.facts = facts;
	if (rc == FJ_OK)
		rc = s->ops->stream_put(s, &st, e);
	memset(&leaf, 2, sizeof(leaf));
	if (rc == FJ_OK)
		rc = s->ops->log_put(s, LOG_RECEIPT, facts, 400, sig, &leaf, position, e);
	fj_buf_release(&b);
	return rc;
}

static void
fill(struct stored_entry *en, size_t n, uint64_t *seq, const char *frame,
    const uint8_t *sig)
{
	size_t i;

	/* A visit of 300 entries, then the next. */
	if (*seq % 300 == 0) {
		id_random(&en[0].stream);
		id_random(&en[0].dev);
	}
	for (i = 0; i < n; i++) {
		en[i].stream = en[0].stream;
		en[i].dev = en[0].dev;
		en[i].seq = ++*seq;
		crypto_random(en[i].id.b, HASH_LEN);
		en[i].frame = frame;
		en[i].len = FRAME;
		en[i].sig = i + 1 == n ? sig : NULL;
	}
}

static enum fj_rc
ingest(struct store *s, size_t entries, size_t batch, size_t runs, double *times,
    size_t *groups, struct fj_err *e)
{
	static const uint8_t sig[ENTRY_SIG] = { 7 };
	struct stored_entry *en = calloc(batch * runs, sizeof(*en));
	uint64_t *seq = calloc(runs, sizeof(*seq)), position = 0;
	bool *fresh = calloc(batch, sizeof(*fresh));
	char frame[FRAME], facts[600];
	size_t done = 0, r;
	enum fj_rc rc = FJ_OK;

	crypto_random(frame, sizeof(frame));
	memset(facts, 'f', sizeof(facts) - 1);
	facts[sizeof(facts) - 1] = '\0';
	*groups = 0;
	while (rc == FJ_OK && done < entries) {
		double from = now();

		rc = s->ops->begin(s, e);
		for (r = 0; rc == FJ_OK && r < runs; r++) {
			fill(en + r * batch, batch, &seq[r], frame, sig);
			rc = one_run(s, en + r * batch, batch, fresh, ++position, facts, e);
		}
		if (rc == FJ_OK)
			rc = s->ops->meta_put(s, "tree", facts, 300, e);
		if (rc == FJ_OK)
			rc = s->ops->commit(s, e);
		times[(*groups)++] = now() - from;
		done += batch * runs;
	}
	free(fresh);
	free(seq);
	free(en);
	return rc;
}

int
main(int argc, char **argv)
{
	size_t entries, batch, runs, groups = 0;
	struct store *s = NULL;
	struct fj_err e;
	double *times, from, took;

	if (argc != 5)
		return 2;
	entries = strtoul(argv[2], NULL, 10);
	batch = strtoul(argv[3], NULL, 10);
	runs = strtoul(argv[4], NULL, 10);
	times = calloc(entries / (batch * runs) + 2, sizeof(*times));
	fj_err_clear(&e);
	if (store_open(argv[1], true, &s, &e) != FJ_OK)
		goto out;
	from = now();
	if (ingest(s, entries, batch, runs, times, &groups, &e) != FJ_OK)
		goto out;
	took = now() - from;
	qsort(times, groups, sizeof(*times), by_size);
	printf("{\"bench\":\"store\",\"store\":\"%.6s\",\"batch\":%zu,\"runs\":%zu,"
	    "\"entries_per_s\":%.0f,\"commit_p50_ms\":%.2f,\"commit_p99_ms\":%.2f}\n", argv[1],
	    batch, runs, (double)(groups * batch * runs) / took, times[groups / 2] * 1e3,
	    times[groups * 99 / 100] * 1e3);
	store_close(&s);
	free(times);
	return 0;
out:
	fprintf(stderr, "store_bench: %s %s %s %s\n", e.code, e.arg[0], e.arg[1], e.arg[2]);
	store_close(&s);
	free(times);
	return 1;
}
