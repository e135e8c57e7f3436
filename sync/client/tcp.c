/* SPDX-License-Identifier: Apache-2.0 */
/* Of an option that the kernel does not know nothing is lost but what it would have
 * bettered: every answer of setsockopt here is dropped on purpose. */
#include "client/tcp.h"

#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#if defined(__linux__)
#include <linux/tcp.h>
#else
#include <netinet/tcp.h>
#endif

enum {
	NOTSENT_LOWAT = 16 << 10,
	SYN_SENT = 2,			/* tcpi_state */
};

static void
set(int fd, int level, int option, int value)
{
	(void)!setsockopt(fd, level, option, &value, sizeof(value));
}

#if defined(__linux__)

bool
tcp_see(int fd, struct tcp_seen *out)
{
	struct tcp_info i;
	socklen_t n = sizeof(i);

	memset(out, 0, sizeof(*out));
	memset(&i, 0, sizeof(i));
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &i, &n) != 0 ||
	    n < offsetof(struct tcp_info, tcpi_min_rtt) + sizeof(i.tcpi_min_rtt))
		return false;
	out->connecting = i.tcpi_state == SYN_SENT;
	out->due = out->connecting || i.tcpi_unacked > 0 || i.tcpi_probes > 0;
	out->full = i.tcpi_notsent_bytes > 0 || i.tcpi_unacked > 4;
	out->quiet_ms = i.tcpi_last_ack_recv < i.tcpi_last_data_recv ?
	    i.tcpi_last_ack_recv : i.tcpi_last_data_recv;
	out->acked = i.tcpi_bytes_acked;
	out->received = i.tcpi_bytes_received;
	out->rtt_us = i.tcpi_rtt;
	/* "None yet" is all ones. */
	out->least_rtt_us = i.tcpi_min_rtt == UINT32_MAX ? 0 : i.tcpi_min_rtt;
	out->segments = i.tcpi_data_segs_out;
	out->again = i.tcpi_total_retrans;
	return true;
}

bool
tcp_tune(int fd, unsigned user_timeout_ms)
{
	set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	set(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, NOTSENT_LOWAT);
	tcp_user_timeout(fd, user_timeout_ms);
	return setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "bbr", 3) == 0;
}

void
tcp_user_timeout(int fd, unsigned ms)
{
	set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, (int)ms);
}

void
tcp_keepalive(int fd, int idle_s, int every_s)
{
	set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set(fd, IPPROTO_TCP, TCP_KEEPIDLE, idle_s);
	set(fd, IPPROTO_TCP, TCP_KEEPINTVL, every_s);
}

#else

bool
tcp_see(int fd, struct tcp_seen *out)
{
	(void)fd;
	memset(out, 0, sizeof(*out));
	return false;
}

bool
tcp_tune(int fd, unsigned user_timeout_ms)
{
	(void)user_timeout_ms;
	set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	return false;
}

void
tcp_user_timeout(int fd, unsigned ms)
{
	(void)fd;
	(void)ms;
}

void
tcp_keepalive(int fd, int idle_s, int every_s)
{
	(void)idle_s;
	(void)every_s;
	set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
}

#endif

void
tcp_sndbuf(int fd, int bytes)
{
	set(fd, SOL_SOCKET, SO_SNDBUF, bytes);
}
