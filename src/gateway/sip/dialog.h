/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_SIP_DIALOG_H
#define GATEWAY_SIP_DIALOG_H

#include "gateway/sip/stack.h"

/*
 * What two ends share between requests (RFC 3261 section 12): pure data, no
 * timers, no sockets. Whoever uses dialogs keeps them in a table of its own
 * (notifier.h and subscriber.h do).
 */
struct sip_dialog {
	char *call_id;
	char *local_tag, *remote_tag;
	char *local, *remote;	/* From/To values without tags */
	char *remote_target;	/* URI: Contact of the other end */
	char **routes;		/* Route values, in order */
	unsigned n_routes;
	uint32_t local_cseq;	/* last one used */
	uint32_t remote_cseq;	/* last one seen; 0: none yet */
	struct sip_target target; /* where its requests are sent */
};

/*
 * As the one asked: from the request and the tag we answer with. NULL when
 * the request has no usable Contact (answer 400).
 */
struct sip_dialog *sip_dialog_new_uas(const struct sip_msg *request,
    const char *local_tag, const struct sip_peer *peer);
/*
 * As the one who asked: request is ours (its From tag is local), other is
 * the 2xx response or, for subscriptions, the first NOTIFY.
 */
struct sip_dialog *sip_dialog_new_uac(const struct sip_msg *request,
    const struct sip_msg *other, const struct sip_target *target);
void sip_dialog_free(struct sip_dialog *d);

/* A request inside: Request-URI, Route, From, To, Call-ID, next CSeq. */
struct sip_msg *sip_dialog_request(
    struct sip_dialog *d, enum sip_method method);

/* Does this request that came belong here? (Call-ID and both tags) */
bool sip_dialog_owns(const struct sip_dialog *d, const struct sip_msg *m);

/*
 * Takes note of a request that came in the dialog: CSeq must grow (0, or the
 * status to answer: 500), Contact refreshes the target.
 */
int sip_dialog_seen(struct sip_dialog *d, const struct sip_msg *request);
/* A 2xx to our in-dialog request may move the target. */
void sip_dialog_refresh(struct sip_dialog *d, const struct sip_msg *response);

#endif
