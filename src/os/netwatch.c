/* SPDX-License-Identifier: Apache-2.0 */
#include "os/netwatch.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/xalloc.h"

struct netwatch {
	struct loop *loop;
	loop_fn moved;
	void *ctx;
	uint64_t settle;
	int fd;
};

enum {
	MESSAGES = 16 << 10,
};

/* Routes of the main table and addresses; what the kernel notes for itself (neighbours,
 * its local table) moves nothing. */
static bool
matters(const struct nlmsghdr *h)
{
	const struct rtmsg *r = NLMSG_DATA(h);

	switch (h->nlmsg_type) {
	case RTM_NEWADDR:
	case RTM_DELADDR:
		return true;
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return h->nlmsg_len >= NLMSG_LENGTH(sizeof(*r)) &&
		    r->rtm_table == RT_TABLE_MAIN && (r->rtm_flags & RTM_F_CLONED) == 0;
	}
	return false;
}

static void
settled(void *ctx)
{
	struct netwatch *w = ctx;

	w->settle = 0;
	w->moved(w->ctx);
}

static void
on_message(void *ctx, int fd, int events)
{
	struct netwatch *w = ctx;
	union {
		struct nlmsghdr h;
		char b[MESSAGES];
	} m;
	const struct nlmsghdr *h;
	bool any = false;
	ssize_t n;
	size_t left;

	(void)events;
	while ((n = recv(fd, m.b, sizeof(m.b), MSG_DONTWAIT)) > 0) {
		left = (size_t)n;
		for (h = &m.h; left >= sizeof(*h) && h->nlmsg_len >= sizeof(*h) &&
		    h->nlmsg_len <= left; ) {
			size_t step = NLMSG_ALIGN(h->nlmsg_len);

			any = any || matters(h);
			left = step < left ? left - step : 0;
			h = (const struct nlmsghdr *)(const void *)((const char *)h + step);
		}
	}
	/* Messages were lost: something did change. */
	any = any || (n < 0 && errno == ENOBUFS);
	if (any && w->settle == 0)
		w->settle = loop_after(w->loop, NETWATCH_SETTLE_MS, settled, w);
}

enum fj_rc
netwatch_new(struct loop *loop, loop_fn moved, void *ctx, struct netwatch **out,
    struct fj_err *e)
{
	struct sockaddr_nl to;
	struct netwatch *w;
	int fd;

	*out = NULL;
	memset(&to, 0, sizeof(to));
	to.nl_family = AF_NETLINK;
	to.nl_groups = RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE | RTMGRP_IPV4_IFADDR |
	    RTMGRP_IPV6_IFADDR;
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (fd < 0)
		return fj_fail_errno(e, "os.netwatch", "rtnetlink");
	if (bind(fd, (const struct sockaddr *)(const void *)&to, sizeof(to)) != 0) {
		enum fj_rc rc = fj_fail_errno(e, "os.netwatch", "rtnetlink");

		close(fd);
		return rc;
	}
	w = xcalloc(1, sizeof(*w));
	w->loop = loop;
	w->moved = moved;
	w->ctx = ctx;
	w->fd = fd;
	loop_fd(loop, fd, LOOP_READ, on_message, w);
	*out = w;
	return FJ_OK;
}

void
netwatch_free(struct netwatch **wp)
{
	struct netwatch *w = *wp;

	*wp = NULL;
	if (w == NULL)
		return;
	loop_cancel(w->loop, w->settle);
	loop_fd(w->loop, w->fd, 0, NULL, NULL);
	close(w->fd);
	free(w);
}
