/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_XMPP_STANZA_H
#define GATEWAY_XMPP_STANZA_H

#include <stdbool.h>
#include <stddef.h>

#include "core/fault.h"
#include "gateway/xmpp/jid.h"
#include "xml/xml.h"

#define NS_STREAMS	"http://etherx.jabber.org/streams"
#define NS_SERVER	"jabber:server"
#define NS_CLIENT	"jabber:client"
#define NS_DIALBACK	"jabber:server:dialback"
#define NS_DB_FEATURE	"urn:xmpp:features:dialback"
#define NS_TLS		"urn:ietf:params:xml:ns:xmpp-tls"
#define NS_SASL		"urn:ietf:params:xml:ns:xmpp-sasl"
#define NS_STREAM_ERROR "urn:ietf:params:xml:ns:xmpp-streams"
#define NS_STANZA_ERROR "urn:ietf:params:xml:ns:xmpp-stanzas"
#define NS_SM		"urn:xmpp:sm:3"
#define NS_LIMITS	"urn:xmpp:stream-limits:0"
#define NS_ERRORS	"urn:xmpp:errors"
#define NS_PING		"urn:xmpp:ping"
#define NS_DISCO_INFO	"http://jabber.org/protocol/disco#info"
#define NS_DISCO_ITEMS	"http://jabber.org/protocol/disco#items"
#define NS_VERSION	"jabber:iq:version"
#define NS_LAST		"jabber:iq:last"
#define NS_TIME		"urn:xmpp:time"
#define NS_VCARD	"vcard-temp"
#define NS_ROSTER	"jabber:iq:roster"
#define NS_CHATSTATES	"http://jabber.org/protocol/chatstates"
#define NS_RECEIPTS	"urn:xmpp:receipts"
#define NS_CAPS		"http://jabber.org/protocol/caps"
#define NS_DELAY	"urn:xmpp:delay"
#define NS_OOB		"jabber:x:oob"
#define NS_HINTS	"urn:xmpp:hints"
#define NS_STANZA_ID	"urn:xmpp:sid:0"

enum stanza_kind {
	STANZA_NONE, /* not one of the three */
	STANZA_MESSAGE,
	STANZA_PRESENCE,
	STANZA_IQ,
};

/* Of all three kinds; STANZA_TYPE_UNKNOWN: a value the kind does not know. */
enum stanza_type {
	STANZA_TYPE_UNKNOWN,
	STANZA_TYPE_ERROR,
	/* message; unknown ones count as normal [Z-14] */
	STANZA_TYPE_NORMAL,
	STANZA_TYPE_CHAT,
	STANZA_TYPE_GROUPCHAT,
	STANZA_TYPE_HEADLINE,
	/* presence; available is the absence of a type */
	STANZA_TYPE_AVAILABLE,
	STANZA_TYPE_UNAVAILABLE,
	STANZA_TYPE_SUBSCRIBE,
	STANZA_TYPE_SUBSCRIBED,
	STANZA_TYPE_UNSUBSCRIBE,
	STANZA_TYPE_UNSUBSCRIBED,
	STANZA_TYPE_PROBE,
	/* iq */
	STANZA_TYPE_GET,
	STANZA_TYPE_SET,
	STANZA_TYPE_RESULT,
};

/* RFC 6120 section 8.3.3; CONDITION(enum, element, type of error). */
#define STANZA_CONDITIONS(CONDITION)                                           \
	CONDITION(BAD_REQUEST, "bad-request", "modify")                        \
	CONDITION(CONFLICT, "conflict", "cancel")                              \
	CONDITION(FEATURE_NOT_IMPLEMENTED, "feature-not-implemented", "cancel") \
	CONDITION(FORBIDDEN, "forbidden", "auth")                              \
	CONDITION(GONE, "gone", "cancel")                                      \
	CONDITION(INTERNAL_SERVER_ERROR, "internal-server-error", "cancel")    \
	CONDITION(ITEM_NOT_FOUND, "item-not-found", "cancel")                  \
	CONDITION(JID_MALFORMED, "jid-malformed", "modify")                    \
	CONDITION(NOT_ACCEPTABLE, "not-acceptable", "modify")                  \
	CONDITION(NOT_ALLOWED, "not-allowed", "cancel")                        \
	CONDITION(NOT_AUTHORIZED, "not-authorized", "auth")                    \
	CONDITION(POLICY_VIOLATION, "policy-violation", "modify")              \
	CONDITION(RECIPIENT_UNAVAILABLE, "recipient-unavailable", "wait")      \
	CONDITION(REDIRECT, "redirect", "modify")                              \
	CONDITION(REGISTRATION_REQUIRED, "registration-required", "auth")      \
	CONDITION(REMOTE_SERVER_NOT_FOUND, "remote-server-not-found", "cancel") \
	CONDITION(REMOTE_SERVER_TIMEOUT, "remote-server-timeout", "wait")      \
	CONDITION(RESOURCE_CONSTRAINT, "resource-constraint", "wait")          \
	CONDITION(SERVICE_UNAVAILABLE, "service-unavailable", "cancel")        \
	CONDITION(SUBSCRIPTION_REQUIRED, "subscription-required", "auth")      \
	CONDITION(UNDEFINED_CONDITION, "undefined-condition", "cancel")        \
	CONDITION(UNEXPECTED_REQUEST, "unexpected-request", "wait")

enum stanza_condition {
	CONDITION_NONE,
#define CONDITION(name, element, type) CONDITION_##name,
	STANZA_CONDITIONS(CONDITION)
#undef CONDITION
	CONDITIONS
};

/* "item-not-found"; the type RFC 6120 recommends for it. Static. */
const char *stanza_condition_name(enum stanza_condition c);
const char *stanza_condition_type(enum stanza_condition c);
/* CONDITION_NONE when there is none of that name. */
enum stanza_condition stanza_condition_find(const char *name);

/*
 * A stanza's head. x, id and lang are borrowed from the element; the
 * addresses are its own: stanza_clear. Zeroed memory is empty.
 */
struct stanza {
	const struct xml *x;
	enum stanza_kind kind;
	enum stanza_type type;
	const char *id; /* NULL when it has none */
	struct jid from, to;
	bool has_from, has_to;
};

enum stanza_kind stanza_kind(const struct xml *x);
enum stanza_type stanza_type(const struct xml *x);
const char *stanza_type_name(enum stanza_type t); /* NULL: no attribute */

/*
 * Reads the head. A fault is FAULT_INVALID; *conditionp (may be NULL) then
 * says how to refuse it: bad-request (no stanza, an IQ without id or type) or
 * jid-malformed (an address, [A-06]).
 */
int stanza_read(const struct xml *x, struct stanza *st,
    enum stanza_condition *conditionp, struct fault *f);
void stanza_clear(struct stanza *st);

/* The payload of an IQ get or set, NULL unless there is exactly one [Z-05]. */
struct xml *stanza_iq_payload(const struct xml *x);

/* New elements in jabber:server; from, to, id may be NULL. */
struct xml *stanza_message(enum stanza_type type, const char *from,
    const char *to, const char *id);
struct xml *stanza_presence(
    enum stanza_type type, const char *from, const char *to);
struct xml *stanza_iq(enum stanza_type type, const char *from, const char *to,
    const char *id);

/* From and to swapped, the same id; payload is for the caller to add. */
struct xml *stanza_iq_result(const struct xml *request);

/*
 * The error that answers x, with the payload echoed while it is small [Z-06];
 * NULL where x must not be answered (errors, IQ results, what has no from).
 * text may be NULL.
 */
struct xml *stanza_error(
    const struct xml *x, enum stanza_condition c, const char *text);

/* What an error stanza says. Strings borrowed from x, NULL where absent. */
struct stanza_error_info {
	enum stanza_condition condition; /* UNDEFINED_CONDITION if unknown */
	const char *type;  /* "cancel" ... */
	const char *text;
	const char *uri;   /* inside gone and redirect */
	const char *app;   /* name of the application's own condition */
	const char *by;
};
void stanza_error_read(const struct xml *x, struct stanza_error_info *ip);

/* A fresh id, unpredictable, 16 letters; the caller's own. */
char *stanza_new_id(void);

#endif
