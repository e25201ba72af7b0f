/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_SIP_URI_H
#define GATEWAY_SIP_URI_H

#include "gateway/sip/span.h"

struct fault;

enum sip_scheme {
	SIP_SCHEME_SIP,
	SIP_SCHEME_SIPS,
	SIP_SCHEME_TEL,
	SIP_SCHEME_IM, /* im: and pres: have user and host like sip: ([B9]) */
	SIP_SCHEME_PRES,
	SIP_SCHEME_OTHER, /* only scheme_text and rest are filled */
};

/*
 * A URI taken apart, as written (escapes not resolved). Spans point into the
 * parsed text. For tel: the number is the user and the host is empty.
 */
struct sip_uri {
	enum sip_scheme scheme;
	bool has_user; /* "sip:@h" is refused, so user is not empty then */
	bool has_password;
	uint16_t port; /* 0: none written */
	struct sip_span scheme_text;
	struct sip_span rest; /* everything behind "scheme:" */
	struct sip_span user;
	struct sip_span password;
	struct sip_span host;	 /* IPv6 references keep their brackets */
	struct sip_span params;	 /* "a=b;c", without the first ';' */
	struct sip_span headers; /* "a=b&c=d", without the '?' */
};

/*
 * The whole of text must be a URI (RFC 3261 section 25.1, no surrounding
 * blanks). An unknown scheme is not a failure. The fault may be NULL.
 */
int sip_uri_parse(struct sip_span text, struct sip_uri *u, struct fault *f);

/* ;name or ;name=value, name without case; *valuep (may be NULL) as written. */
bool sip_uri_param(
    const struct sip_uri *u, const char *name, struct sip_span *valuep);

/* The same over any "a=b;c" text: quoted values keep their quotes. */
bool sip_param(
    struct sip_span params, const char *name, struct sip_span *valuep);

/* Steps through "a=b;c": the rest shrinks; false at the end. */
bool sip_param_next(struct sip_span *restp, struct sip_span *namep,
    struct sip_span *valuep);

/* RFC 3261 section 19.1.4; ;gr must agree too (RFC 5627). */
bool sip_uri_equal(const struct sip_uri *a, const struct sip_uri *b);

/* Appends the URI; what the flags name is left out. */
#define SIP_URI_NO_PASSWORD 1
#define SIP_URI_NO_PARAMS   2
#define SIP_URI_NO_HEADERS  4
void sip_uri_write(const struct sip_uri *u, unsigned flags, struct buf *out);

/*
 * The key of an address of record: "user@host" with the user's escapes
 * resolved and written again in one way, ASCII letters folded ([B2]), host in
 * lower case, no port, no parameters. -1 without a user or for another scheme.
 */
int sip_uri_aor(const struct sip_uri *u, struct buf *out);

/* Resolves %HH; -1 (out is restored) on a broken escape. */
int sip_unescape(struct sip_span s, struct buf *out);

/* Escapes each byte that may not stand raw in that part of a URI. */
void sip_escape_user(struct sip_span s, struct buf *out);
void sip_escape_param(struct sip_span s, struct buf *out);

#endif
