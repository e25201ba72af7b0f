/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_FRONTEND_H
#define GATEWAY_FRONTEND_H

#include <stdbool.h>

#include "core/fault.h"
#include "gateway/settings.h"
#include "gateway/sip/stack.h"
#include "live/live.h"
#include "net/loop.h"
#include "net/tls.h"

/*
 * RTCSRV: the SIP side for local users. Registrar with digest, presence
 * agent, and the way of messages and subscriptions between local clients and
 * to the translator, which speaks for everybody outside.
 *
 * Requests are passed on transaction by transaction: each keeps its Call-ID,
 * tags and CSeq but gets a Via of ours only, and answers go back hop by hop,
 * so that an answer the translator holds ([M1]) reaches the client. A
 * subscription to somebody outside is a dialog between client and translator
 * with us on its route (Record-Route): no state of it lives here, so a
 * restart of this service does not end it.
 */
struct frontend;

struct frontend_opts {
	struct loop *loop;
	const char *product; /* Server and User-Agent */
	const char *host;    /* how others reach us; NULL: registrar.fqdn */
	struct live *live;   /* the journal, the owner's; NULL: none is kept */
	/* The translator answers again, or does not. Not required. */
	void (*on_translator)(bool reachable, void *arg);
	/* Whether the journal reaches the disk, told again and again; failed
	 * NULL: it does. NULL: failures become events. */
	void (*on_journal)(const struct fault *failed, void *arg);
	void *arg;
	/* Where the translator is; addr.len 0: as the settings say. */
	struct sip_target translator;
};

struct frontend *frontend_open(
    const struct frontend_opts *o, struct settings *settings);
/* What the journal kept, once listeners and TLS are there. */
void frontend_restore(struct frontend *fe);
/* Pending requests are dropped. */
void frontend_close(struct frontend *fe);

/* A new snapshot; what is no longer allowed ends. A reference is taken. */
void frontend_set_settings(struct frontend *fe, struct settings *settings);
/*
 * identity: what clients and the translator see (may be NULL: none);
 * internal: who we are towards the translator; trust: the internal CA.
 */
int frontend_set_tls(struct frontend *fe, struct tls_identity *identity,
    struct tls_identity *internal, struct tls_trust *trust, struct fault *f);

int frontend_listen(struct frontend *fe, enum sip_transport transport,
    const struct addr *at, struct fault *f);
int frontend_listen_fd_take(
    struct frontend *fe, enum sip_transport transport, int fd, struct fault *f);
void frontend_unlisten(
    struct frontend *fe, enum sip_transport transport, const struct addr *at);
const struct addr *frontend_listener(
    const struct frontend *fe, unsigned i, enum sip_transport *transportp);

/* New requests get 503; done is called when none is pending. */
void frontend_drain(struct frontend *fe, void (*done)(void *arg), void *arg);

struct frontend_counts {
	struct sip_stack_counts sip;
	unsigned registered, watchers, publications, pending;
	uint64_t messages, messages_failed, unauthorized;
};
void frontend_count(const struct frontend *fe, struct frontend_counts *c);

#endif
