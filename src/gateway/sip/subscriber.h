/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_SIP_SUBSCRIBER_H
#define GATEWAY_SIP_SUBSCRIBER_H

#include "gateway/sip/dialog.h"

/*
 * The subscriber's side of RFC 6665 (section 4.1.2) and table 9.2 of the
 * interworking rules: SUBSCRIBE, refresh at 85 % of the granted time with
 * jitter, NOTIFY before the 200, Timer N, 423, answers that kill the dialog.
 * It reports what the notifier says; when to start anew is the owner's.
 */
struct sip_subscribers;
struct sip_subscriber;

enum sip_subscriber_end {
	SIP_SUB_END_REFUSED, /* a final answer: status says which */
	SIP_SUB_END_TIMEOUT, /* timer F or N: nobody answered; 5xx, 408 too */
	SIP_SUB_END_TERMINATED, /* the notifier ended it: reason, retry_after */
	SIP_SUB_END_DONE,    /* after our own unsubscribe (or a fetch) */
};

struct sip_subscribers_ops {
	/* state "active" or "pending"; body may be empty (n 0). */
	void (*on_notify)(struct sip_subscriber *s,
	    const struct sip_substate *state, const struct sip_msg *m,
	    void *ctx);
	/*
	 * Over; s is freed after the call. With TERMINATED, and with DONE
	 * when one came, m is the NOTIFY (its body is the last state); with
	 * REFUSED and TIMEOUT the response, which may have been made here.
	 * NULL where there is none (then state is NULL too).
	 */
	void (*on_end)(struct sip_subscriber *s, enum sip_subscriber_end how,
	    int status, const struct sip_substate *state,
	    const struct sip_msg *m, void *ctx);
};

struct sip_subscribers *sip_subscribers_new(
    struct sip_stack *s, const struct sip_subscribers_ops *ops);
void sip_subscribers_free(struct sip_subscribers *all); /* silently */

/* Hand every NOTIFY here: answers 200, 481, 489 (E-04, E-05). */
void sip_subscribers_notify(
    struct sip_subscribers *all, struct sip_server *t);

struct sip_subscribe {
	const char *uri;  /* Request-URI */
	const char *from; /* complete values, no tags */
	const char *to;
	const char *contact_user;
	const char *event;  /* "presence" */
	const char *accept; /* "application/pidf+xml" */
	uint32_t expires;   /* 0: fetch once */
	const char *const *routes; /* Route values, NULL: none */
	struct sip_target target;
};
struct sip_subscriber *sip_subscriber_new(struct sip_subscribers *all,
    const struct sip_subscribe *what, void *ctx);

/* Expires 0 in the dialog; on_end (DONE) after the last NOTIFY or 32 s. */
void sip_subscriber_stop(struct sip_subscriber *s);
/* Asks for the state now (a probe). */
void sip_subscriber_refresh(struct sip_subscriber *s);
/* At once, nothing is sent, no callback. */
void sip_subscriber_free(struct sip_subscriber *s);
void *sip_subscriber_ctx(const struct sip_subscriber *s);

#endif
