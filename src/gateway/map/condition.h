/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_MAP_CONDITION_H
#define GATEWAY_MAP_CONDITION_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "gateway/xmpp/stanza.h"

/* Stanza errors and SIP statuses (RFC 7247 section 7 with our deviations). */

enum condition_request {
	CONDITION_OF_MESSAGE,
	CONDITION_OF_SUBSCRIBE,
	CONDITION_OF_INVITE,
	CONDITION_OF_OTHER,
};

/* An error stanza's parts as far as the answer to SIP depends on them. */
struct condition_in {
	enum stanza_condition condition;
	const char *app;  /* application condition, "stanza-too-big"; or NULL */
	const char *address; /* content of gone and redirect; or NULL */
	bool about_user; /* jid-malformed: the addressed user is meant */
	bool dns_trouble; /* remote-server-not-found: a look-up failed */
};

struct condition_status {
	int status;
	char *contact; /* 301, 302: "<sip:...>"; the caller's; else NULL */
	int retry_after; /* seconds; 0: none */
};

/* Never 6xx [E1], never 401 or 407, never 408 to a non-INVITE [E2]. */
void condition_to_status(const struct condition_in *in,
    enum condition_request what, struct condition_status *out);

/* [E3]: one line, at most 128 bytes, whole characters; "" from NULL. */
void condition_reason(const char *text, struct buf *out);

struct condition_status_in {
	int status;
	bool hide_users; /* [E5]: the sender may not learn who exists */
	bool no_credentials; /* [E4]: a 401 or 407 is the operator's matter */
};
enum stanza_condition condition_from_status(
    const struct condition_status_in *in);

/*
 * What link_result carries where no SIP answer came [E6]; outcome as the
 * stack reports it.
 */
enum condition_failure {
	CONDITION_BY_TIMEOUT,
	CONDITION_BY_TRANSPORT,
	CONDITION_BY_NO_TARGET,
};
enum stanza_condition condition_from_failure(enum condition_failure why);

#endif
