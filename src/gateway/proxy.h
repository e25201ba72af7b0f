/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_PROXY_H
#define GATEWAY_PROXY_H

#include "core/evlog.h"
#include "core/fault.h"
#include "core/value.h"
#include "gateway/link.h"
#include "gateway/settings.h"
#include "gateway/xmpp/s2s.h"
#include "live/live.h"

/*
 * RTCXMPPTGWPX without its process: XMPP streams on one side, the inside link
 * on the other. What an authorised stream brings goes to the translator and is
 * acknowledged with its result; what the translator brings goes to the partner
 * and its result back.
 */
struct proxy;

struct proxy_opts {
	struct loop *loop;
	struct resolver *resolver;           /* NULL: its own, by config */
	const struct link_limits *link_limits; /* NULL: the defaults */
	/* The journal of messages without a result, the owner's; or NULL. */
	struct live *live;
	/* What is missing while it runs; text NULL: mended. Or NULL. */
	void (*problem)(void *arg, const char *key, enum evlog_id event,
	    const char *text);
	void *arg;
};

struct proxy *proxy_open(const struct proxy_opts *o);
void proxy_close(struct proxy *p);

/*
 * What s2s runs by, from a snapshot and the certificates of XmppServer.
 * identity and trust may be NULL.
 */
struct s2s_config *proxy_config(const struct settings *s,
    struct tls_identity *identity, struct tls_trust *trust);

/* Swaps the configuration (a reference is taken). */
int proxy_configure(struct proxy *p, struct s2s_config *c, struct fault *f);
/* The certificate Internal and the internal authority. */
int proxy_set_link_tls(struct proxy *p, struct tls_identity *identity,
    struct tls_trust *trust, struct fault *f);

/* Inherited listeners, by their names in the snapshot: "xmpp", "link". */
int proxy_listen_fd_take(
    struct proxy *p, const char *name, int fd, struct fault *f);
void proxy_unlisten(struct proxy *p, const char *name, const struct addr *at);
/* For tests and for running alone. */
int proxy_listen_link(struct proxy *p, const struct addr *at, struct fault *f);
const struct addr *proxy_xmpp_addr(const struct proxy *p);
const struct addr *proxy_link_addr(const struct proxy *p);

/* system-shutdown to the partners, drains, then done once. */
void proxy_stop(struct proxy *p, void (*done)(void *arg), void *arg);

bool proxy_link_is_up(const struct proxy *p);
const struct s2s_counters *proxy_counters(const struct proxy *p);

/*
 * For the shell: "streams" (each stream), "pairs" (each pair's last attempt),
 * "status" and "counters" (one object). -1 and NOT_FOUND: no such report.
 */
int proxy_report(const struct proxy *p, const char *name,
    void (*emit)(struct value v, void *arg), void *arg, struct fault *f);

#endif
