/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_RESOLVER_INTERNAL_H
#define NET_RESOLVER_INTERNAL_H

#include "net/dns_wire.h"
#include "net/resolver.h"

struct resolver_backend {
	/* Starts q; resolver_done must be called once, now or later. */
	void (*ask)(struct resolver *r, struct resolver_query *q);
	void (*free)(struct resolver *r);
};

struct resolver_query {
	struct resolver *resolver; /* NULL: it was freed */
	struct resolver_query *next, **prevp;
	enum resolver_type type;
	char name[256];
	resolver_fn fn; /* NULL: cancelled or timed out already */
	void *arg;
	struct loop_timer *timer;
	bool backend_done; /* on_done is deferred and frees the query */
	struct dns_answer answer;
	enum resolver_status status;
	char text[256];
};

struct resolver {
	struct loop *loop;
	const struct resolver_backend *backend;
	void *data; /* the backend's */
	int timeout_ms;
	struct resolver_query *queries;
	size_t n_queries;
	bool closing;
};

struct resolver *resolver_make(struct loop *l,
    const struct resolver_backend *backend, void *data, int timeout_ms);

/* The backend's answer; q->answer is filled when status is OK. */
void resolver_done(struct resolver_query *q, enum resolver_status status,
    const char *text);

#endif
