/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_GATEWAY_H
#define GATEWAY_GATEWAY_H

#include <stdbool.h>
#include <stddef.h>

#include "core/fault.h"
#include "gateway/counters.h"
#include "gateway/settings.h"
#include "gateway/sip/stack.h"
#include "live/live.h"
#include "net/loop.h"
#include "net/tls.h"

/*
 * RTCXMPPTGW, the translator: stanzas from and to the proxies over the link,
 * SIP from and to RTCSRV, the gates and the mapping in between, and the
 * subscriptions that live longer than any connection.
 */
struct gateway;

struct gateway_opts {
	struct loop *loop;
	struct settings *settings; /* a reference is taken */
	struct live *live;   /* NULL: nothing survives; stays the caller's */
	const char *product; /* for User-Agent; NULL: none */
	/* The next hop; NULL: as the settings say, TLS with our own CA. */
	const struct sip_target *next_hop;
	/* Believe every SIP peer: for tests without certificates only. */
	bool plain;
	/* Whether live state reaches the disk, told again and again; failed
	 * NULL: it does. NULL: failures become events. */
	void (*on_journal)(const struct fault *failed, void *arg);
	void *arg;
};

struct gateway *gateway_open(const struct gateway_opts *o);

/* Who we are on both inside connections, and whom we believe. */
int gateway_set_tls(struct gateway *g, struct tls_identity *identity,
    struct tls_trust *trust, struct fault *f);

/* The SIP side; fd is bound and listening, and taken in any case. */
int gateway_listen(struct gateway *g, enum sip_transport transport,
    const struct addr *at, struct fault *f);
int gateway_listen_fd_take(
    struct gateway *g, enum sip_transport transport, int fd, struct fault *f);
void gateway_unlisten(struct gateway *g, const struct addr *at);
const struct addr *gateway_listen_addr(const struct gateway *g);

/* The proxies to dial. */
void gateway_connect(struct gateway *g, const struct addr *at, size_t n);
/* Where those dials come from; NULL: any address. */
void gateway_connect_from(struct gateway *g, const struct addr *from);

/* A new snapshot: gates that closed withdraw what was given [A5]. */
void gateway_configure(struct gateway *g, struct settings *s);

/*
 * Graceful end: nothing new is taken, X's watchers see S go (P-09), what is
 * held gets its answer; then done is called, after 10 s at the latest.
 */
void gateway_stop(struct gateway *g, void (*done)(void *arg), void *arg);
void gateway_close(struct gateway *g); /* accepts NULL */

/*
 * A test: a message from a user of ours to a partner's (text NULL: a ping
 * from domain to domain). fn is called once, perhaps before this returns;
 * -1: it is not.
 */
struct gateway_probe_result {
	bool reached;
	const char *gate;      /* which said no; NULL: none did */
	const char *policy;    /* of the user, where a gate said no */
	const char *condition; /* what came back; NULL: nothing did */
	const char *text;      /* may be NULL */
};
typedef void gateway_probe_fn(
    void *arg, const struct gateway_probe_result *r);
int gateway_probe(struct gateway *g, const char *from, const char *to,
    const char *text, gateway_probe_fn *fn, void *arg, struct fault *f);

struct gateway_counts {
	size_t contacts, watches, watchers, held_to_sip, held_to_xmpp;
	bool link_up;
};
void gateway_count(const struct gateway *g, struct gateway_counts *c);
const struct counters *gateway_counters(const struct gateway *g);

#endif
