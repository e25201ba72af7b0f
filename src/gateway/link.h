/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_LINK_H
#define GATEWAY_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fault.h"
#include "gateway/xmpp/stanza.h"
#include "net/addr.h"
#include "net/loop.h"
#include "net/tls.h"
#include "xml/xml.h"

/*
 * The inside connection (23456): stanzas one way, results the other, both
 * ways at once, over mutual TLS. One endpoint has any number of neighbours:
 * the proxy listens, translators dial, each dials every proxy.
 *
 * The sender holds a stanza until its result. When a neighbour dies the
 * stanza is sent once more with the same id, to it or to another; a receiver
 * drops repeats it has seen and repeats the result (architecture, Promises).
 * Order is kept for stanzas with the same key.
 */
struct link;

/* A stanza that came. Exactly one link_result(token) has to follow. */
struct link_stanza {
	struct xml *x;       /* in jabber:server; the callback's own */
	uint64_t token;
	const char *session; /* the sender's trace id; "" if none. Borrowed */
};

struct link_ops {
	/* The first neighbour came, the last one went. Not required. */
	void (*on_up)(struct link *k, void *arg);
	void (*on_down)(struct link *k, const struct fault *why, void *arg);
	void (*on_stanza)(
	    struct link *k, const struct link_stanza *s, void *arg);
};

/* Zero means the default. Copied by link_open. */
struct link_limits {
	unsigned int window;   /* results owed to us at once: 256 */
	size_t queue_count;    /* stanzas held: 10 000 */
	size_t queue_bytes;    /* 16 MiB */
	size_t max_stanza;     /* 524 288 */
	unsigned int seen;     /* ids remembered a neighbour: 4096 */
	int deadline_ms;       /* a stanza waits for its result: 30 000 */
	int ping_ms;           /* silence before a ping: 15 000 */
	int retry_max_ms;      /* between two dials at most: 10 000 */
};

struct link *link_open(struct loop *l, const struct link_limits *limits,
    const struct link_ops *ops, void *arg);

/*
 * Who we are and whom we believe; the neighbour's certificate must be valid
 * to trust and carry peer_role. Connections that run go on with what they
 * have. References are taken. trust NULL: plain TCP, for tests only.
 */
int link_set_tls(struct link *k, struct tls_identity *identity,
    struct tls_trust *trust, const char *peer_role, struct fault *f);

/* The proxy's side. A second call with another address moves the listener. */
int link_listen(struct link *k, const struct addr *at, struct fault *f);
/* Descriptors that listen already (inherited), beside it. Taken in any case;
 * link_unlisten lets the one with this address go. */
int link_listen_fd_take(struct link *k, int fd, struct fault *f);
void link_unlisten(struct link *k, const struct addr *at);
/* Where it listens (port 0 resolved); NULL: it does not. */
const struct addr *link_listen_addr(const struct link *k);

/*
 * The translator's side: the neighbours to dial, and to dial again for as
 * long as they are on the list. Those no longer on it are let go.
 */
void link_connect(struct link *k, const struct addr *at, size_t n);
/* Dials come from here; NULL: from any address. */
void link_set_source(struct link *k, const struct addr *from);

bool link_is_up(const struct link *k);
size_t link_count(const struct link *k); /* neighbours that are up */
size_t link_held(const struct link *k);  /* stanzas without a result yet */

/* CONDITION_NONE: accepted. text is borrowed, may be NULL. */
typedef void (*link_fn)(
    void *arg, enum stanza_condition c, const char *text);

/*
 * Sends x, which is taken. fn is called exactly once, never inside this call
 * and never after link_close: with the other side's result, or with
 * resource-constraint (too much held), remote-server-timeout (nobody there,
 * or no result, before the deadline). key orders (NULL: no order asked for),
 * session is for traces (may be NULL).
 */
void link_send_take(struct link *k, struct xml *x, const char *key,
    const char *session, link_fn fn, void *arg);

/* The result of a stanza that came; text may be NULL. Unknown: ignored. */
void link_result(struct link *k, uint64_t token, enum stanza_condition c,
    const char *text);

/* No new stanza is taken (the neighbour goes elsewhere); results still are. */
void link_drain(struct link *k);

/* Ends it: held stanzas are forgotten without their fn being called. */
void link_close(struct link *k);

#endif
