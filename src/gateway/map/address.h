/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_MAP_ADDRESS_H
#define GATEWAY_MAP_ADDRESS_H

#include <stdbool.h>

#include "core/fault.h"
#include "gateway/sip/uri.h"
#include "gateway/xmpp/jid.h"

/*
 * SIP addresses and JIDs (RFC 7247 section 6 with our deviations). Failures
 * say which side is to blame [B1]: FAULT_INVALID for broken syntax (400),
 * FAULT_NOT_FOUND for an address the other side cannot have (404;
 * jid-malformed).
 */

/* A whole URI; ;gr or Microsoft's opaque becomes the resource [B4][B5][B7]. */
int address_from_uri(const struct sip_uri *u, struct jid *j, struct fault *f);
int address_from_sip(const char *uri, struct jid *j, struct fault *f);

/* "sip:user@domain;gr=resource"; the caller's own. */
int address_to_sip(const struct jid *j, char **urip, struct fault *f);
/* The same without a resource. */
int address_to_sip_bare(const struct jid *j, char **urip, struct fault *f);
/* "pres:user@domain" for a document's entity [B9]. */
int address_to_pres(const struct jid *j, char **urip, struct fault *f);

/* "xmpp:u@d/r?query" (RFC 5122); the query is dropped. */
int address_from_iri(const char *iri, struct jid *j, struct fault *f);

#endif
