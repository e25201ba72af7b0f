/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_UDP_H
#define NET_UDP_H

#include <stddef.h>

#include "core/fault.h"
#include "net/addr.h"
#include "net/loop.h"

/* A datagram socket on the loop. */
struct udp;

struct udp_ops {
	/* data (to 65 535 bytes) is borrowed for the call. to is the local
	 * address it came to, where the system tells (else the socket's). */
	void (*on_datagram)(struct udp *u, const char *data, size_t len,
	    const struct addr *from, const struct addr *to, void *arg);
	/* An ICMP error for what was sent to peer, where the system tells
	 * (peer may be NULL). Not required. */
	void (*on_error)(struct udp *u, const struct addr *peer,
	    const struct fault *why, void *arg);
};

struct udp *udp_open(struct loop *l, const struct addr *at,
    const struct udp_ops *ops, void *arg, struct fault *f);
/* A bound descriptor (inherited). Taken in any case. */
struct udp *udp_from_fd_take(struct loop *l, int fd,
    const struct udp_ops *ops, void *arg, struct fault *f);

/*
 * Sends now; a full socket buffer is FAULT_BUSY and the datagram lost, as
 * UDP may. from chooses the source address on a wildcard socket (NULL: any).
 */
int udp_send(struct udp *u, const struct addr *to, const struct addr *from,
    const void *data, size_t len, struct fault *f);

const struct addr *udp_addr(const struct udp *u);
void udp_close(struct udp *u); /* any time, callbacks included; NULL too */

#endif
