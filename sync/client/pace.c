/* SPDX-License-Identifier: Apache-2.0 */
#include "client/pace.h"

#include <string.h>

#include "base/json.h"
#include "client/facts.h"
#include "crypto/crypto.h"
#include "journal/journal.h"

enum {
	SLOW = 125000,			/* bytes a second */
	FAST = 1000000,
	RETRY_FIRST_MS = 1000,
	RETRY_MOST_MS = 15000,
	BATCH_MS = 2000,
	RATE_MOST = 1 << 30,
	RTT_MOST_US = 60000000,
	SEGMENTS_MOST = 4096,		/* after which the past counts half */
	SEGMENTS_LEAST = 200,		/* before which loss is not judged */
};

void
pace_init(struct pace *p)
{
	memset(p, 0, sizeof(*p));
	p->batch = PACE_BATCH_FIRST;
}

static int64_t
in(int64_t v, int64_t least, int64_t most)
{
	return v < least ? least : v > most ? most : v;
}

/* ---- between runs ---- */

void
pace_load(struct pace *p, struct journal *j)
{
	struct json_doc *d = NULL;
	const struct json *o;
	struct fj_buf b;
	int64_t v;

	pace_init(p);
	fj_buf_init(&b, 4096);
	if (text_get(j, "sync", "pace", &b, NULL) == FJ_OK && b.n > 0 &&
	    json_parse(b.p, b.n, &d, NULL) == FJ_OK) {
		o = json_root(d);
		if (json_int(o, "rate", &v))
			p->rate = in(v, 0, RATE_MOST);
		if (json_int(o, "rtt", &v))
			p->rtt_us = in(v, 0, RTT_MOST_US);
		if (json_int(o, "least", &v))
			p->least_rtt_us = in(v, 0, RTT_MOST_US);
		if (json_int(o, "sent", &v))
			p->sent = (uint64_t)in(v, 0, SEGMENTS_MOST);
		if (json_int(o, "again", &v))
			p->again = (uint64_t)in(v, 0, SEGMENTS_MOST);
		if (json_int(o, "batch", &v))
			p->batch = (size_t)in(v, PACE_BATCH_LEAST, PACE_BATCH_MOST);
	}
	json_free(&d);
	fj_buf_release(&b);
}

void
pace_save(const struct pace *p, struct journal *j)
{
	struct fj_buf b;
	struct json_w w;

	fj_buf_init(&b, 4096);
	json_w_init(&w, &b);
	json_w_obj(&w);
	json_w_kint(&w, "rate", p->rate);
	json_w_kint(&w, "rtt", p->rtt_us);
	json_w_kint(&w, "least", p->least_rtt_us);
	json_w_kint(&w, "sent", (int64_t)p->sent);
	json_w_kint(&w, "again", (int64_t)p->again);
	json_w_kint(&w, "batch", (int64_t)p->batch);
	json_w_end(&w);
	/* Only a better beginning: without it the next run measures anew. */
	(void)!text_put(j, "sync", "pace", b.p, NULL);
	fj_buf_release(&b);
}

/* ---- measuring ---- */

void
pace_carried(struct pace *p, int64_t bytes, int64_t ms)
{
	int64_t rate;

	if (ms <= 0 || bytes <= 0)
		return;
	rate = in(bytes * 1000 / ms, 1, RATE_MOST);
	if (p->rtt_us > p->least_rtt_us + p->least_rtt_us / 4)
		p->rate = p->rate == 0 ? rate : (3 * p->rate + rate) / 4;
	else if (rate + rate / 2 > p->rate)
		p->rate = in(rate + rate / 2, 1, RATE_MOST);
}

void
pace_rtt(struct pace *p, int64_t rtt_us, int64_t least_us)
{
	if (rtt_us > 0)
		p->rtt_us = in(rtt_us, 1, RTT_MOST_US);
	if (least_us > 0)
		p->least_rtt_us = in(least_us, 1, RTT_MOST_US);
}

void
pace_segments(struct pace *p, uint64_t sent, uint64_t again)
{
	p->sent += sent;
	p->again += again;
	while (p->sent > SEGMENTS_MOST || p->again > SEGMENTS_MOST) {
		p->sent /= 2;
		p->again /= 2;
	}
}

/* ---- what follows ---- */

bool
pace_slow(const struct pace *p)
{
	return p->rate > 0 && p->rate < SLOW;
}

/* More than one segment in a hundred goes twice. */
static bool
lossy(const struct pace *p)
{
	return p->sent >= SEGMENTS_LEAST && p->again * 100 > p->sent;
}

static int64_t
product(const struct pace *p)
{
	int64_t rtt = p->least_rtt_us > 0 ? p->least_rtt_us : p->rtt_us;

	return p->rate * (rtt / 1000) / 1000;
}

int
pace_sndbuf(const struct pace *p)
{
	if (p->rate == 0 || p->rate >= FAST || p->rtt_us == 0)
		return 0;
	/* Those that fill it together share what the link holds. */
	return (int)in(2 * product(p) / pace_transfers(p), PACE_SNDBUF_LEAST, 4 << 20);
}

int64_t
pace_stall_ms(const struct pace *p)
{
	/* The smoothed RTT has the queue of this side in it already. */
	int64_t ms = 4 * p->rtt_us / 1000;

	if (p->rate > 0)
		ms += 1000 * (int64_t)PACE_SNDBUF_LEAST / p->rate;
	return in(ms, PACE_STALL_MS, 60000);
}

int64_t
pace_doubt_ms(const struct pace *p)
{
	int64_t ms = p->least_rtt_us > 0 ? 2 * p->least_rtt_us / 1000 : 1500;

	return in(ms, 1000, pace_stall_ms(p) / 2);
}

int64_t
pace_dead_ms(const struct pace *p)
{
	/* Two losses in a row are no cut. */
	return in(4 * p->least_rtt_us / 1000, 2500, pace_stall_ms(p));
}

unsigned
pace_transfers(const struct pace *p)
{
	/* One connection of a loss-driven kernel leaves most of a long lossy link idle. */
	if (p->rate == 0 || p->rtt_us < 50000 || product(p) < 12 << 10)
		return 1;
	return p->bbr || !lossy(p) ? 2 : 3;
}

int64_t
pace_lead(const struct pace *p)
{
	/* Time for a connection, its keys and the first segment. */
	if (p->rate == 0 || p->rtt_us == 0)
		return 0;
	return in(3 * product(p), 0, 4 << 20);
}

size_t
pace_batch(const struct pace *p)
{
	return p->batch;
}

void
pace_batch_done(struct pace *p, size_t bytes, int64_t ms)
{
	int64_t most = 2 * (int64_t)p->batch, fit = most;

	/* One that was not full says nothing about a larger one. */
	if (bytes < p->batch / 2)
		return;
	if (p->rate > 0 && p->rate < FAST)
		fit = p->rate * BATCH_MS / 1000;
	else if (ms > BATCH_MS)
		fit = (int64_t)bytes * BATCH_MS / ms;
	p->batch = (size_t)in(fit < most ? fit : most, PACE_BATCH_LEAST, PACE_BATCH_MOST);
}

void
pace_batch_cut(struct pace *p)
{
	p->batch = p->batch / 2 < PACE_BATCH_LEAST ? PACE_BATCH_LEAST : p->batch / 2;
}

/* ---- trying again ---- */

void
pace_progress(struct pace *p)
{
	p->fails = 0;
}

int64_t
pace_jitter(int64_t first, unsigned n, int64_t cap)
{
	int64_t most = first;
	uint32_t r;

	while (n-- > 0 && most < cap)
		most *= 2;
	crypto_random(&r, sizeof(r));
	return (int64_t)(r % (uint64_t)((most < cap ? most : cap) + 1));
}

int64_t
pace_cut(struct pace *p, int64_t began, int64_t now)
{
	bool same = p->fails > 0 && began <= p->cut_ms;

	if (!same) {
		p->cut_ms = now;
		p->fails++;
	}
	if (p->fails > PACE_FAILS_MOST)
		return -1;
	return p->fails == 1 ? 0 : pace_jitter(RETRY_FIRST_MS, p->fails - 2, RETRY_MOST_MS);
}
