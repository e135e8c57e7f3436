/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_writer write URL SECONDS FILE   entries by tens, as fast as commits go; the
 *                                       ids of each commit that was acknowledged are
 *                                       appended to FILE.  Prints one JSON line.
 * store_writer verify URL FILE          how many of them are missing; 1 when any is
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "crypto/crypto.h"
#include "hub/store.h"

enum {
	RUN = 10,
	FRAME = 600,
};

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
pause_ms(int ms)
{
	struct timespec t = { 0, ms * 1000000L };

	nanosleep(&t, NULL);
}

static enum fj_rc
one_run(struct store *s, struct stored_entry *en, struct fj_err *e)
{
	uint8_t sig[ENTRY_SIG] = { 1 };
	bool fresh[RUN];
	struct hash leaf;
	uint64_t at;
	enum fj_rc rc = s->ops->begin(s, e);

	if (rc != FJ_OK)
		return rc;
	memset(&leaf, 3, sizeof(leaf));
	rc = s->ops->log_position(s, &at, e);
	if (rc == FJ_OK)
		rc = s->ops->log_put(s, LOG_RECEIPT, "r", 1, sig, &leaf, at + 1, e);
	if (rc == FJ_OK)
		rc = s->ops->entries_put(s, en, RUN, fresh, e);
	if (rc == FJ_OK)
		return s->ops->commit(s, e);
	s->ops->rollback(s);
	return rc;
}

static int
write_for(const char *url, int seconds, const char *path)
{
	struct stored_entry en[RUN];
	char frame[FRAME] = { 1 };
	int64_t end = now_ms() + seconds * 1000LL, last, gap = 0;
	struct store *s = NULL;
	FILE *out = fopen(path, "ab");
	long acked = 0, again = 0, other = 0;
	bool retry = false;
	struct fj_err e;
	enum fj_rc rc;
	int i;

	if (out == NULL)
		return 2;
	while ((rc = store_open(url, false, &s, &e)) == FJ_BUSY && now_ms() < end)
		pause_ms(100);
	if (rc == FJ_BUSY) {
		fclose(out);
		return 0;
	}
	if (rc != FJ_OK) {
		fprintf(stderr, "%s %s %s\n", e.code, e.arg[1], e.arg[2]);
		return 2;
	}
	last = now_ms();
	while (now_ms() < end) {
		if (!retry) {
			memset(en, 0, sizeof(en));
			for (i = 0; i < RUN; i++) {
				memset(en[i].stream.b, 0x55, ID_LEN);
				memset(en[i].dev.b, 0x66, ID_LEN);
				en[i].seq = (uint64_t)(acked + i + 1);
				crypto_random(en[i].id.b, HASH_LEN);
				en[i].frame = frame;
				en[i].len = FRAME;
			}
		}
		switch (one_run(s, en, &e)) {
		case FJ_OK:
			for (i = 0; i < RUN; i++)
				fwrite(en[i].id.b, 1, HASH_LEN, out);
			acked += RUN;
			if (now_ms() - last > gap)
				gap = now_ms() - last;
			last = now_ms();
			retry = false;
			break;
		case FJ_BUSY:
			again++;
			retry = true;		/* the same once more: harmless (T5) */
			pause_ms(50);
			break;
		default:
			fprintf(stderr, "%s %s %s\n", e.code, e.arg[1], e.arg[2]);
			other++;
			retry = true;
			pause_ms(50);
		}
	}
	fclose(out);
	store_close(&s);
	printf("{\"acked\":%ld,\"again\":%ld,\"other\":%ld,\"longest_gap_ms\":%lld}\n", acked,
	    again, other, (long long)gap);
	return other > 0;
}

static int
verify(const char *url, const char *path)
{
	struct store *s = NULL;
	FILE *in = fopen(path, "rb");
	long all = 0, missing = 0;
	struct id stream;
	struct hash id;
	struct fj_err e;

	if (in == NULL || store_open_reader(url, &s, &e) != FJ_OK)
		return 2;
	memset(stream.b, 0x55, ID_LEN);
	while (fread(id.b, 1, HASH_LEN, in) == HASH_LEN) {
		all++;
		if (s->ops->entry_find(s, &stream, &id, NULL, NULL, &e) != FJ_OK)
			missing++;
	}
	fclose(in);
	store_close(&s);
	printf("{\"acked\":%ld,\"missing\":%ld}\n", all, missing);
	return missing > 0 || all == 0;
}

int
main(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "write") == 0)
		return write_for(argv[2], atoi(argv[3]), argv[4]);
	if (argc == 4 && strcmp(argv[1], "verify") == 0)
		return verify(argv[2], argv[3]);
	return 2;
}
