/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_XMPP_SASL_H
#define GATEWAY_XMPP_SASL_H

#include <stdbool.h>

#include "core/buf.h"
#include "xml/xml.h"

/*
 * SASL EXTERNAL between servers (RFC 6120 section 6, XEP-0178), without
 * input or output of its own: elements go in, what to do comes out.
 */

/* LIMIT: failures before the stream ends with policy-violation [C-13]. */
#define SASL_TRIES 3

struct sasl_server {
	bool challenged; /* an empty challenge waits for its response */
	unsigned int failures;
};

enum sasl_step {
	SASL_SUCCESS,
	SASL_CHALLENGE, /* send an empty one */
	SASL_FAILURE,   /* send *conditionp; the peer may try again */
	SASL_GIVE_UP,   /* send *conditionp, then end the stream */
	SASL_FOREIGN,   /* not an element of SASL */
};

/*
 * domain is what the certificate proves and the stream header says; NULL when
 * EXTERNAL was not offered.
 */
enum sasl_step sasl_server_step(struct sasl_server *s, const struct xml *x,
    const char *domain, const char **conditionp);

/* <auth/> with the authorisation id for old peers [C-09]. */
struct xml *sasl_client_auth(const char *domain);
/* The answer to a challenge. */
struct xml *sasl_client_response(const char *domain);
/* SASL_SUCCESS, SASL_CHALLENGE or SASL_FAILURE (*conditionp borrowed). */
enum sasl_step sasl_client_step(const struct xml *x, const char **conditionp);

/* Whether a features element offers EXTERNAL. */
bool sasl_offers_external(const struct xml *features);

#endif
