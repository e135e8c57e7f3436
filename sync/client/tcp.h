/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel tells of a TCP connection; the options beyond POSIX are here alone. */
#ifndef FJ_CLIENT_TCP_H
#define FJ_CLIENT_TCP_H

#include <stdbool.h>
#include <stdint.h>

struct tcp_seen {
	bool connecting;		/* the SYN is not answered */
	bool due;			/* something is to be acknowledged */
	bool full;			/* more waits to be sent than is on its way */
	int64_t quiet_ms;		/* since the last acknowledgement or byte */
	uint64_t acked, received;	/* bytes */
	int64_t rtt_us, least_rtt_us;
	uint32_t segments, again;	/* sent; sent again */
};
/* False: this kernel does not tell. */
bool tcp_see(int fd, struct tcp_seen *out);

/* True: this kernel has bbr for this process, and the socket uses it. */
bool tcp_tune(int fd, unsigned user_timeout_ms);
void tcp_user_timeout(int fd, unsigned ms);
/* Ask the other side after idle_s of silence whether it is there. */
void tcp_keepalive(int fd, int idle_s, int every_s);
void tcp_sndbuf(int fd, int bytes);

#endif
