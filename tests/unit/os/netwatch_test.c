/* SPDX-License-Identifier: Apache-2.0 */
/* A route that changes is told; skipped by name where nothing may be changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/netwatch.h"

struct told {
	struct loop *loop;
	int n;
};

static void
moved(void *ctx)
{
	struct told *t = ctx;

	t->n++;
	loop_stop(t->loop);
}

static void
give_up(void *ctx)
{
	struct told *t = ctx;

	loop_stop(t->loop);
}

/* 10.254.253.252/32 at lo, added or removed; 0 or errno. */
static int
address(uint16_t type)
{
	struct {
		struct nlmsghdr h;
		struct ifaddrmsg a;
		struct rtattr t;
		uint8_t ip[4];
	} q;
	static const uint8_t ip[4] = { 10, 254, 253, 252 };
	union {
		struct nlmsghdr h;
		char b[1024];
	} r;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), why = EIO;

	memset(&q, 0, sizeof(q));
	q.h.nlmsg_len = sizeof(q);
	q.h.nlmsg_type = type;
	q.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | (type == RTM_NEWADDR ? NLM_F_CREATE : 0);
	q.a.ifa_family = AF_INET;
	q.a.ifa_prefixlen = 32;
	q.a.ifa_index = if_nametoindex("lo");
	q.t.rta_type = IFA_LOCAL;
	q.t.rta_len = RTA_LENGTH(sizeof(ip));
	memcpy(q.ip, ip, sizeof(ip));
	if (fd < 0)
		return errno;
	if (send(fd, &q, sizeof(q), 0) == (ssize_t)sizeof(q) &&
	    recv(fd, &r, sizeof(r), 0) >= (ssize_t)NLMSG_LENGTH(sizeof(struct nlmsgerr)) &&
	    r.h.nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *e = NLMSG_DATA(&r.h);

		why = -e->error;
	}
	close(fd);
	return why;
}

static void
an_address_comes_and_goes(void **state)
{
	struct told t = { NULL, 0 };
	struct netwatch *w = NULL;
	struct fj_err e;
	int why;

	(void)state;
	assert_int_equal(loop_new(&t.loop, &e), FJ_OK);
	if (netwatch_new(t.loop, moved, &t, &w, &e) != FJ_OK) {
		loop_free(&t.loop);
		print_message("SKIP netwatch: no rtnetlink here\n");
		skip();
	}
	why = address(RTM_NEWADDR);
	if (why != 0) {
		netwatch_free(&w);
		loop_free(&t.loop);
		print_message("SKIP netwatch: needs CAP_NET_ADMIN (%s)\n", strerror(why));
		skip();
	}
	/* A bound for a kernel that says nothing; what is asked is that it was told. */
	loop_after(t.loop, 10000, give_up, &t);
	assert_int_equal(loop_run(t.loop, &e), FJ_OK);
	assert_int_equal(address(RTM_DELADDR), 0);
	assert_int_equal(t.n, 1);
	netwatch_free(&w);
	assert_null(w);
	loop_free(&t.loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_comes_and_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
