/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_MAP_BODY_H
#define GATEWAY_MAP_BODY_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "gateway/sip/span.h"

/*
 * Texts on their way: character sets, line ends, HTML, and the containers of
 * MIME and CPIM. Everything added to out is UTF-8.
 */

/* charset empty: UTF-8 (RFC 3261 section 7.4.1). -1: we do not know it. */
int body_decode(struct sip_span charset, struct sip_span text, struct buf *out);

/* CRLF and CR to LF, what XML 1.0 does not allow to U+FFFD. */
void body_to_xmpp(struct sip_span text, struct buf *out);
/* LF to CRLF. */
void body_to_sip(const char *text, struct buf *out);

/* Plain text of HTML: links as "text <url>", blocks as lines. */
void body_from_html(struct sip_span html, struct buf *out);

/* LIMIT: parts of a multipart and their nesting. */
#define BODY_PARTS_MAX 16
#define BODY_DEPTH_MAX 4

/* One part; all spans point into the container. */
struct body_part {
	struct sip_span type;     /* Content-Type's value; empty: text/plain */
	struct sip_span encoding; /* Content-Transfer-Encoding */
	struct sip_span text;
};

/* Steps through a multipart. *restp: the body at first; false at the end. */
bool body_part_next(
    struct sip_span *restp, struct sip_span boundary, struct body_part *p);

/* message/cpim (RFC 3862): its own headers and the one part inside. */
struct body_cpim {
	struct sip_span from, to; /* what is between < and > */
	struct sip_span subject, date_time;
	struct sip_span message_id, disposition; /* imdn.* */
	struct body_part part;
};
int body_cpim_read(struct sip_span text, struct body_cpim *c);

#endif
