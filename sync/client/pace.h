/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of the link, and what follows from it: how much to send at once, how
 * large a send buffer, how long silence is borne, when to try again.  It is kept
 * between runs as the fact "sync" "pace", so that the next run begins with it.
 *
 * P1  a batch of entries is what the link carries in about two seconds: halved after
 *     a cut, doubled at most after a success.
 * P2  the wait after a failure is random(0, most), where most doubles with each
 *     failure in a row; the first failure waits for nothing; progress forgets them.
 * P3  a link is called dead after max(8 s, 4 RTT + what stands in its queue) without
 *     an acknowledgement, never after a time tuned on a fast one.
 */
#ifndef FJ_CLIENT_PACE_H
#define FJ_CLIENT_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct journal;

enum {
	PACE_BATCH_LEAST = 4 << 10,
	PACE_BATCH_FIRST = 24 << 10,
	PACE_BATCH_MOST = 1 << 20,
	PACE_SNDBUF_LEAST = 12 << 10,	/* less starves the link while a hole is filled,
					 * more overflows the queues that such links have */
	PACE_STALL_MS = 8000,
	PACE_RECORD = 4 << 10,		/* bytes given to TLS at once on a slow link */
	PACE_FAILS_MOST = 6,		/* in a row, inside one run */
};

struct pace {
	int64_t rate;			/* bytes a second upwards; 0: not known */
	int64_t rtt_us, least_rtt_us;	/* smoothed; the least seen; 0: not known */
	uint64_t sent, again;		/* segments, and those sent again */
	bool bbr;			/* the kernel has it for us */
	size_t batch;			/* bytes of entries as they travel */
	unsigned fails;			/* cuts in a row without progress */
	int64_t cut_ms;			/* monotonic, of the last one */
};

void pace_init(struct pace *p);
void pace_load(struct pace *p, struct journal *j);
void pace_save(const struct pace *p, struct journal *j);

/* ---- measuring ---- */
/* Bytes acknowledged while there was more to send all the time.  Where no queue grew
 * (rtt not above the least) the link may carry more: then it only raises the rate. */
void pace_carried(struct pace *p, int64_t bytes, int64_t ms);
void pace_rtt(struct pace *p, int64_t rtt_us, int64_t least_us);
void pace_segments(struct pace *p, uint64_t sent, uint64_t again);

/* ---- what follows ---- */
bool pace_slow(const struct pace *p);		/* known to carry less than 1 Mbit/s */
int pace_sndbuf(const struct pace *p);		/* SO_SNDBUF; 0: leave it alone */
int64_t pace_stall_ms(const struct pace *p);
/* After this much silence another connection is tried beside the silent one. */
int64_t pace_doubt_ms(const struct pace *p);
/* After this much, and when the other one stands, the silent one is dead. */
int64_t pace_dead_ms(const struct pace *p);
/* Uploads that fill the link at once. */
unsigned pace_transfers(const struct pace *p);
/* The next upload may begin when the one before has no more than this to send. */
int64_t pace_lead(const struct pace *p);

size_t pace_batch(const struct pace *p);
void pace_batch_done(struct pace *p, size_t bytes, int64_t ms);
void pace_batch_cut(struct pace *p);

/* ---- trying again ---- */
void pace_progress(struct pace *p);
/* What began at `began` failed at `now`: ms to wait; -1: enough of it in this run.
 * What had begun before an earlier cut died of that one and counts with it. */
int64_t pace_cut(struct pace *p, int64_t began, int64_t now);
/* random(0, most), most = first * 2^n, at most `cap`. */
int64_t pace_jitter(int64_t first, unsigned n, int64_t cap);

#endif
