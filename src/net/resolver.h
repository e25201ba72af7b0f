/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_RESOLVER_H
#define NET_RESOLVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fault.h"
#include "net/addr.h"
#include "net/loop.h"

/* SRV, A, AAAA, TLSA: DNS through libunbound on the loop, or a test's fake. */
struct resolver;
struct resolver_query;

enum resolver_type {
	RESOLVER_A = 1,
	RESOLVER_AAAA = 28,
	RESOLVER_SRV = 33,
	RESOLVER_TLSA = 52,
};

enum resolver_status {
	RESOLVER_OK,       /* at least one record */
	RESOLVER_NODATA,   /* the name is there, not this type */
	RESOLVER_NXDOMAIN, /* no such name */
	RESOLVER_FAILED,   /* no answer that could be used (SERVFAIL ...) */
	RESOLVER_TIMEOUT,
	RESOLVER_BOGUS,    /* DNSSEC says forged */
};

struct resolver_srv {
	uint16_t priority, weight, port;
	char target[256]; /* lower case, no dot at the end; "." says none */
};

struct resolver_tlsa {
	uint8_t usage, selector, matching;
	uint16_t len;
	unsigned char data[512];
};

struct resolver_answer {
	enum resolver_status status;
	enum resolver_type type;
	bool secure; /* DNSSEC-validated */
	uint32_t ttl;
	size_t n;
	/* The one that fits the type; n records. SRV in the order to try. */
	const struct resolver_srv *srv;
	const struct addr *addrs; /* port 0 */
	const struct resolver_tlsa *tlsa;
	char text[256]; /* what went wrong, for people; "" if OK */
};

struct resolver_setup {
	/* "ip" or "ip@port": every question goes there, private names and
	 * loopback included, nothing is answered from local zones or the
	 * hosts file. NULL: the system's servers and hosts file. */
	const char *forward;
	bool dnssec;
	int timeout_ms; /* for one question; default 5 000 */
};

struct resolver *resolver_new(
    struct loop *l, const struct resolver_setup *s, struct fault *f);
/* Ends open questions without a callback. Not from within a callback. */
void resolver_free(struct resolver *r);

/* a borrowed for the call. The query is gone when this has been called. */
typedef void (*resolver_fn)(const struct resolver_answer *a, void *arg);

/*
 * Asks for name (A-labels, no dot at the end needed). CNAMEs are followed.
 * fn is called exactly once, on a later turn, unless cancelled. Never NULL.
 */
struct resolver_query *resolver_ask(struct resolver *r,
    enum resolver_type type, const char *name, resolver_fn fn, void *arg);
void resolver_cancel(struct resolver_query *q);

/* For tests: answers come from records given below; unknown names are
 * NXDOMAIN. Free with resolver_free. */
struct resolver *resolver_fake_new(struct loop *l);
void resolver_fake_srv(struct resolver *r, const char *name,
    uint16_t priority, uint16_t weight, uint16_t port, const char *target);
void resolver_fake_addr(
    struct resolver *r, const char *name, const char *ip); /* A or AAAA */
void resolver_fake_tlsa(
    struct resolver *r, const char *name, const struct resolver_tlsa *t);
void resolver_fake_secure(struct resolver *r, const char *name);
/* Any question about name ends so (RESOLVER_TIMEOUT: after timeout_ms). */
void resolver_fake_fail(
    struct resolver *r, const char *name, enum resolver_status status);
unsigned int resolver_fake_count(const struct resolver *r, const char *name,
    enum resolver_type type); /* how often asked */

/*
 * Puts records in the order to try: by priority, inside one a weighted
 * draw (RFC 2782, R-03).
 */
void resolver_srv_order(struct loop *l, struct resolver_srv *srv, size_t n);
/* the single record with target ".": decidedly no service. */
bool resolver_says_none(const struct resolver_answer *a);
const char *resolver_status_text(enum resolver_status s);

#endif
