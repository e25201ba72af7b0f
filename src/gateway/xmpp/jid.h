/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_XMPP_JID_H
#define GATEWAY_XMPP_JID_H

#include <stdbool.h>
#include <stddef.h>

#include "core/fault.h"

/* LIMIT: RFC 7622 section 3, octets after preparation. */
#define JID_PART_MAX 1023
#define JID_TEXT_MAX 3071

/*
 * An XMPP address, prepared (RFC 7622): local part case-mapped, domain as
 * U-labels in lower case without a trailing dot, resource with its case.
 * local and resource are NULL where the address has none; domain never is.
 * Zeroed memory is an empty jid that jid_clear accepts.
 */
struct jid {
	char *local;
	char *domain;
	char *resource;
};

/* Splits on raw text, prepares each part; on failure *j is zeroed. */
int jid_parse(const char *text, struct jid *j, struct fault *f);

/* From parts that are not yet prepared; local and resource may be NULL. */
int jid_make(const char *local, const char *domain, const char *resource,
    struct jid *j, struct fault *f);
void jid_copy(struct jid *to, const struct jid *from);
void jid_clear(struct jid *j);

/* The caller's own string. */
char *jid_text(const struct jid *j);
char *jid_bare_text(const struct jid *j);

bool jid_is_bare(const struct jid *j);
bool jid_is_domain(const struct jid *j); /* neither local nor resource */
bool jid_equal(const struct jid *a, const struct jid *b);
bool jid_bare_equal(const struct jid *a, const struct jid *b);

/* The preparation of one part; *outp is the caller's. */
int jid_local_prepare(const char *text, char **outp, struct fault *f);
int jid_domain_prepare(const char *text, char **outp, struct fault *f);
int jid_resource_prepare(const char *text, char **outp, struct fault *f);

/* Only the domain of an address, prepared; *outp is the caller's. */
int jid_domain_of(const char *text, char **outp, struct fault *f);

/* A prepared domain as A-labels, for DNS and certificates. */
int jid_domain_ascii(const char *domain, char **outp, struct fault *f);

/* An address literal: fine in syntax, never a federation peer. */
bool jid_domain_is_ip(const char *domain);

/*
 * XEP-0106. Escaping writes the ten characters a local part may not carry,
 * and a backslash only where it would read as an escape; it fails for text
 * that starts or ends with a space, or is empty. Unescaping reads exactly the
 * ten sequences in lower case and leaves everything else.
 */
int jid_escape(const char *text, char **outp, struct fault *f);
char *jid_unescape(const char *local);

/* escape(unescape(l)) is l: one JID for one SIP address [B11]. */
bool jid_local_is_canonical(const char *local);

#endif
