/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_ADMIT_H
#define GATEWAY_ADMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "gateway/settings.h"
#include "gateway/xmpp/stanza.h"

/*
 * The gates between a local SIP user and a remote XMPP user, asked in one
 * fixed order [A5]; the first no is the verdict, for messages, presence and
 * IQ alike. A pure function of the snapshot, the pair and the rate table.
 */
enum admit_gate {
	ADMIT_OPEN,
	ADMIT_FEDERATION_OFF,  /* AllowFederatedUsers */
	ADMIT_PARTNER,         /* the domain is no allowed partner */
	ADMIT_USER_UNKNOWN,    /* no such local user, or not enabled */
	ADMIT_USER_FEDERATION, /* the policy's EnableFederationAccess */
	ADMIT_USER_XMPP,       /* the policy's EnableXmppAccess */
	ADMIT_PARTNER_TYPE,    /* PublicUnverified and S has not added X */
	ADMIT_RATE,
	ADMIT_GATES
};

enum admit_what {
	ADMIT_MESSAGE,
	ADMIT_SUBSCRIBE, /* X asks for S's presence, or S for X's */
	ADMIT_PRESENCE,  /* states, probes, answers to requests */
	ADMIT_IQ,
};

struct admit_request {
	const char *local;  /* "user@domain" of S */
	const char *remote; /* X's bare address, "" none */
	const char *domain; /* X's, as jid keeps it */
	bool inbound;       /* X began it */
	enum admit_what what;
	bool added;         /* S has added X (To, Both or asked for) */
};

struct admit_verdict {
	enum admit_gate gate; /* ADMIT_OPEN: go on */
	const struct settings_partner *partner; /* NULL: not found */
	char policy[128]; /* of S in effect, for the event; "" unknown */
};

/*
 * How often somebody outside may do something (G-06, G-07); a table of fixed
 * size, the least recently seen is forgotten.
 */
struct admit_rates;
struct admit_rates *admit_rates_new(uint64_t seed);
void admit_rates_free(struct admit_rates *r);

/*
 * rates NULL: that gate is not asked. now in milliseconds of the loop. Only
 * what X begins is counted.
 */
void admit_check(const struct settings *s, struct admit_rates *rates,
    int64_t now, const struct admit_request *rq, struct admit_verdict *v);

/* "AllowFederatedUsers", "AllowedPartner" ...: for logs and events. */
const char *admit_gate_name(enum admit_gate g);

/* May X see S's status notes? Only Federated partners [A5]. */
bool admit_sees_notes(const struct settings_partner *p);

/*
 * What each side is told (xmpp-s2s.md section 10): our own sender the reason
 * in words, a remote one no more than it may know: who exists and whose
 * policy is off look alike.
 */
struct admit_answer {
	int status;                      /* to our own SIP side */
	const char *reason;
	enum stanza_condition condition; /* to the remote XMPP side */
	const char *text;                /* may be NULL */
};
void admit_answer(enum admit_gate g, struct admit_answer *a);

/*
 * May a refusal still be answered? For senders whose domain is shut out, so
 * that their stanzas do not become a stream of errors (G-11). Counts.
 */
bool admit_may_answer(struct admit_rates *rates, int64_t now,
    enum admit_gate g, const char *domain);

#endif
