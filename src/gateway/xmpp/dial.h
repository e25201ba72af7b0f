/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_XMPP_DIAL_H
#define GATEWAY_XMPP_DIAL_H

#include "net/conn.h"
#include "net/resolver.h"

/*
 * From a domain to a TCP connection: SRV, addresses, attempts in order and in
 * parallel [R-01..R-07, R-12, R-14, R-16, R-17].
 */
struct dial;

struct dial_setup {
	struct loop *loop;
	struct resolver *resolver;
	const char *domain;     /* A-labels */
	const char *proxy_fqdn; /* connect there instead; or NULL */
	struct addr source4, source6; /* dial from here; len 0: from any */
	bool allow_private;     /* loopback and link-local are fine */
	const struct addr *self; /* our own listeners */
	size_t n_self;
};

enum dial_failure {
	DIAL_OK,
	DIAL_NOT_FOUND, /* remote-server-not-found */
	DIAL_TIMEOUT,   /* resolved, not reached: remote-server-timeout */
};

/*
 * Once. c is connected and the owner's now (conn_set_ops first thing); NULL
 * on failure, text says why. The dial is gone afterwards.
 */
typedef void (*dial_fn)(void *arg, struct conn *c, enum dial_failure failure,
    const char *text);

/* fn is never called inside this call. */
struct dial *dial_start(const struct dial_setup *d, dial_fn fn, void *arg);
void dial_cancel(struct dial *d); /* NULL too */

#endif
