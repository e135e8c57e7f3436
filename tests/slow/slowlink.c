/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A slow link between two TUN devices, packet by packet: the TCP of the kernel runs
 * on both ends, so that loss, timeouts and slow start are real.
 *
 *	slowlink NEAR FAR RATE RTT_MS LOSS_PERMILLE CUT_EVERY_S CUT_FOR_S MODE STATS
 *
 * RATE is bits a second each way; the queue holds one second, at least 16 kB.
 * MODE of a cut: pause (flows live on), drop (flows of before are swallowed from then
 * on), rst (they are answered with a reset).  "ready" on standard output once the
 * devices are there; at SIGTERM the counts go to STATS as JSON.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_tun.h>

enum {
	PACKET = 2048,
	FLOWS = 8192,
	QUEUE_LEAST = 16000,
	TCP = 6,
	FLAG_RST = 4, FLAG_SYN = 2, FLAG_ACK = 16, FLAG_FIN = 1,
};

struct packet {
	struct packet *next;
	int64_t due;			/* microseconds */
	int n;
	uint8_t b[PACKET];
};

struct way {
	int in, out;
	int64_t busy;			/* the line is taken until then */
	struct packet *head, *tail;
	uint64_t offered, delivered, lost, full, cut, stale;
};

struct flow {
	uint8_t key[12];		/* near and far address and port */
	bool used;
	unsigned epoch;
};

struct link {
	int64_t rate, rtt, every, lasts;	/* bits/s; microseconds */
	int loss;			/* per thousand */
	bool flows_die, resets, down;
	int64_t next, up;		/* when the next cut comes, this one ends */
	unsigned epoch;
	uint64_t cuts, syns, rsts, seed;
	struct way way[2];		/* from near, from far */
	struct flow flow[FLOWS];
};

static volatile sig_atomic_t stop;

static void
on_stop(int signo)
{
	(void)signo;
	stop = 1;
}

static int64_t
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static int
tun(const char *name)
{
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
	struct ifreq r;

	memset(&r, 0, sizeof(r));
	r.ifr_flags = IFF_TUN | IFF_NO_PI;
	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &r) < 0) {
		perror(name);
		exit(2);
	}
	return fd;
}

static int
chance(struct link *l)
{
	l->seed = l->seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (int)((l->seed >> 33) % 1000);
}

/* ---- flows ---- */

static struct flow *
flow_of(struct link *l, const uint8_t *p, int ihl, bool from_far, bool make)
{
	uint8_t key[12];
	uint32_t h = 2166136261u;
	struct flow *f;
	int i;

	memcpy(key, p + (from_far ? 16 : 12), 4);
	memcpy(key + 4, p + (from_far ? 12 : 16), 4);
	memcpy(key + 8, p + ihl + (from_far ? 2 : 0), 2);
	memcpy(key + 10, p + ihl + (from_far ? 0 : 2), 2);
	for (i = 0; i < 12; i++)
		h = (h ^ key[i]) * 16777619u;
	for (i = 0; i < FLOWS; i++) {
		f = &l->flow[(h + (uint32_t)i) % FLOWS];
		if (f->used && memcmp(f->key, key, sizeof(key)) == 0)
			return f;
		if (!f->used && make) {
			f->used = true;
			memcpy(f->key, key, sizeof(key));
			return f;
		}
		if (!f->used)
			return NULL;
	}
	return NULL;
}

static uint16_t
sum(const uint8_t *p, int n, uint32_t s)
{
	int i;

	for (i = 0; i + 1 < n; i += 2)
		s += (uint32_t)(p[i] << 8 | p[i + 1]);
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return (uint16_t)~s;
}

static void
put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* The sender of this packet is told that its connection is no more. */
static void
reset(struct link *l, int fd, const uint8_t *p, int ihl, int n)
{
	const uint8_t *t = p + ihl;
	uint8_t o[40] = { 0x45, 0, 0, 40, 0, 0, 0, 0, 64, TCP }, pseudo[32] = { 0 };
	uint32_t seq;

	if ((t[13] & FLAG_RST) != 0)
		return;
	memcpy(o + 12, p + 16, 4);
	memcpy(o + 16, p + 12, 4);
	put16(o + 10, sum(o, 20, 0));
	memcpy(o + 20, t + 2, 2);
	memcpy(o + 22, t, 2);
	o[32] = 0x50;
	o[33] = FLAG_RST;
	if ((t[13] & FLAG_ACK) != 0) {
		memcpy(o + 24, t + 8, 4);
	} else {
		o[33] = FLAG_RST | FLAG_ACK;
		memcpy(&seq, t + 4, 4);
		seq = htonl(ntohl(seq) + (uint32_t)(n - ihl - (t[12] >> 4) * 4) +
		    ((t[13] & FLAG_SYN) != 0) + ((t[13] & FLAG_FIN) != 0));
		memcpy(o + 28, &seq, 4);
	}
	memcpy(pseudo, o + 12, 8);
	pseudo[9] = TCP;
	pseudo[11] = 20;
	memcpy(pseudo + 12, o + 20, 20);
	put16(o + 36, sum(pseudo, 32, 0));
	if (write(fd, o, sizeof(o)) == (ssize_t)sizeof(o))
		l->rsts++;
}

/* ---- packets ---- */

/* False: the flow is of before the last cut, and dealt with. */
static bool
lives(struct link *l, int i, const uint8_t *p, int n)
{
	int ihl = (p[0] & 15) * 4;
	struct flow *f;
	bool syn;

	if (p[9] != TCP || n < ihl + 20)
		return true;
	syn = (p[ihl + 13] & (FLAG_SYN | FLAG_ACK)) == FLAG_SYN;
	f = flow_of(l, p, ihl, i == 1, syn);
	if (f != NULL && syn && i == 0) {
		f->epoch = l->epoch + (l->down && l->flows_die);
		l->syns++;
	}
	if (f == NULL || f->epoch >= l->epoch || l->down)
		return true;
	l->way[i].stale++;
	if (l->resets)
		reset(l, l->way[i].in, p, ihl, n);
	return false;
}

static void
take(struct link *l, int i, const uint8_t *p, int n, int64_t now)
{
	struct way *w = &l->way[i];
	int64_t begin, most = l->rate / 8 > QUEUE_LEAST ? l->rate / 8 : QUEUE_LEAST;
	struct packet *k;

	w->offered += (uint64_t)n;
	if (!lives(l, i, p, n))
		return;
	if (l->down) {
		w->cut++;
		return;
	}
	begin = w->busy > now ? w->busy : now;
	if ((begin - now) * l->rate / 8000000 + n > most) {
		w->full++;
		return;
	}
	w->busy = begin + (int64_t)n * 8000000 / l->rate;
	if (chance(l) < l->loss) {
		w->lost++;
		return;
	}
	k = malloc(sizeof(*k));
	if (k == NULL)
		return;
	k->next = NULL;
	k->n = n;
	k->due = w->busy + l->rtt / 2;
	memcpy(k->b, p, (size_t)n);
	if (w->tail != NULL)
		w->tail->next = k;
	else
		w->head = k;
	w->tail = k;
}

static void
pop(struct way *w)
{
	struct packet *k = w->head;

	w->head = k->next;
	if (w->head == NULL)
		w->tail = NULL;
	free(k);
}

static void
deliver(struct way *w, int64_t now)
{
	while (w->head != NULL && w->head->due <= now) {
		if (write(w->out, w->head->b, (size_t)w->head->n) == w->head->n)
			w->delivered += (uint64_t)w->head->n;
		pop(w);
	}
}

static void
cut(struct link *l, int64_t now)
{
	int i;

	if (!l->down && l->every > 0 && now >= l->next) {
		l->down = true;
		l->up = l->next + l->lasts;
		l->cuts++;
		for (i = 0; i < 2; i++) {
			while (l->way[i].head != NULL) {
				l->way[i].cut++;
				pop(&l->way[i]);
			}
			l->way[i].busy = 0;
		}
	}
	if (l->down && now >= l->up) {
		l->down = false;
		l->next = l->up + l->every;
		l->epoch += l->flows_die;
	}
}

/* When something happens by itself next. */
static int
wait_ms(const struct link *l, int64_t now)
{
	int64_t at = now + 1000000;
	int i;

	for (i = 0; i < 2; i++)
		if (l->way[i].head != NULL && l->way[i].head->due < at)
			at = l->way[i].head->due;
	if (l->every > 0 && (l->down ? l->up : l->next) < at)
		at = l->down ? l->up : l->next;
	return at <= now ? 0 : (int)((at - now + 999) / 1000);
}

static void
turn(struct link *l)
{
	struct pollfd fd[2] = { { l->way[0].in, POLLIN, 0 }, { l->way[1].in, POLLIN, 0 } };
	uint8_t b[PACKET];
	int64_t now = now_us();
	ssize_t n;
	int i, k;

	cut(l, now);
	for (i = 0; i < 2; i++)
		deliver(&l->way[i], now);
	if (poll(fd, 2, wait_ms(l, now)) <= 0)
		return;
	for (i = 0; i < 2; i++)
		for (k = 0; k < 64 && (n = read(l->way[i].in, b, sizeof(b))) > 0; k++)
			if (n >= 20 && b[0] >> 4 == 4)
				take(l, i, b, (int)n, now_us());
}

static void
tell(const struct link *l, const char *path, int64_t began)
{
	static const char *const name[] = { "up", "down" };
	FILE *f = fopen(path, "w");
	int i;

	if (f == NULL)
		return;
	fprintf(f, "{\"ms\":%lld,\"cuts\":%llu,\"tcp_syns\":%llu,\"rsts\":%llu",
	    (long long)(now_us() - began) / 1000, (unsigned long long)l->cuts,
	    (unsigned long long)l->syns, (unsigned long long)l->rsts);
	for (i = 0; i < 2; i++) {
		const struct way *w = &l->way[i];

		fprintf(f, ",\n\"%s\":{\"offered_bytes\":%llu,\"delivered_bytes\":%llu,"
		    "\"lost\":%llu,\"queue_drops\":%llu,\"cut_drops\":%llu,\"stale\":%llu}", name[i],
		    (unsigned long long)w->offered, (unsigned long long)w->delivered,
		    (unsigned long long)w->lost, (unsigned long long)w->full,
		    (unsigned long long)w->cut, (unsigned long long)w->stale);
	}
	fprintf(f, "}\n");
	fclose(f);
}

int
main(int argc, char **argv)
{
	struct link *l = calloc(1, sizeof(*l));
	struct sigaction sa;
	int64_t began;

	if (argc != 10 || l == NULL) {
		fprintf(stderr, "slowlink NEAR FAR RATE RTT LOSS EVERY FOR MODE STATS\n");
		return 2;
	}
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_stop;
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	l->way[0].in = l->way[1].out = tun(argv[1]);
	l->way[1].in = l->way[0].out = tun(argv[2]);
	l->rate = strtol(argv[3], NULL, 10);
	l->rtt = strtol(argv[4], NULL, 10) * 1000;
	l->loss = (int)strtol(argv[5], NULL, 10);
	l->every = strtol(argv[6], NULL, 10) * 1000000;
	l->lasts = strtol(argv[7], NULL, 10) * 1000000;
	l->resets = strcmp(argv[8], "rst") == 0;
	l->flows_die = l->resets || strcmp(argv[8], "drop") == 0;
	l->seed = 20261124;
	began = now_us();
	l->next = began + l->every;
	printf("ready\n");
	fflush(stdout);
	while (!stop)
		turn(l);
	tell(l, argv[9], began);
	free(l);
	return 0;
}
