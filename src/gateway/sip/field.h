/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_SIP_FIELD_H
#define GATEWAY_SIP_FIELD_H

#include "gateway/sip/msg.h"
#include "gateway/sip/uri.h"

/*
 * Typed readers of header values. Each reads one value (an element of a list
 * header), returns -1 when it breaks the grammar, and fills spans into the
 * value's bytes.
 */

/* From, To, Contact, Route, Record-Route, P-Asserted-Identity ... */
struct sip_addr {
	struct sip_span display; /* quotes still on; see sip_unquote */
	struct sip_span uri_text;
	struct sip_uri uri;
	struct sip_span params; /* behind the address: "tag=x;q=1" */
	bool bracketed;
	bool star; /* Contact: * */
};
int sip_addr_read(struct sip_span value, struct sip_addr *a);

struct sip_via {
	struct sip_span transport; /* UDP TCP TLS WS ... */
	struct sip_span host;
	uint16_t port; /* 0: none written */
	struct sip_span branch, received, maddr;
	bool has_rport;
	uint16_t rport; /* 0: asked for, not filled */
	struct sip_span params;
};
int sip_via_read(struct sip_span value, struct sip_via *v);

struct sip_cseq {
	uint32_t number;
	struct sip_span method;
};
int sip_cseq_read(struct sip_span value, struct sip_cseq *c);

struct sip_event {
	struct sip_span package; /* "presence", "presence.winfo" */
	struct sip_span id;
};
int sip_event_read(struct sip_span value, struct sip_event *e);

struct sip_substate {
	struct sip_span state, reason;
	bool has_expires, has_retry_after;
	uint32_t expires, retry_after;
};
int sip_substate_read(struct sip_span value, struct sip_substate *s);

struct sip_media_type {
	struct sip_span type, subtype, params;
};
int sip_media_type_read(struct sip_span value, struct sip_media_type *t);
bool sip_media_type_is(const struct sip_media_type *t, const char *type,
    const char *subtype);

/* Digest challenges and credentials: "Digest a=b, c=\"d\"". */
struct sip_auth {
	struct sip_span scheme;
	struct sip_span params;
};
int sip_auth_read(struct sip_span value, struct sip_auth *a);
/* Unquoted in place of the text: escapes stay (they are rare in digest). */
bool sip_auth_param(
    const struct sip_auth *a, const char *name, struct sip_span *valuep);

/* "text" without its quotes, escapes resolved; other text as it is. */
void sip_unquote(struct sip_span s, struct buf *out);

/* Shortcuts on messages. -1: missing or broken. */
int sip_msg_from(const struct sip_msg *m, struct sip_addr *a);
int sip_msg_to(const struct sip_msg *m, struct sip_addr *a);
int sip_msg_contact(const struct sip_msg *m, struct sip_addr *a); /* first */
int sip_msg_via(const struct sip_msg *m, struct sip_via *v); /* topmost */
int sip_msg_cseq(const struct sip_msg *m, struct sip_cseq *c);
struct sip_span sip_msg_tag(const struct sip_msg *m, enum sip_header id);
struct sip_span sip_msg_call_id(const struct sip_msg *m);
/* delta-seconds; too large, broken or missing values give fallback (P-05). */
uint32_t sip_msg_uint(
    const struct sip_msg *m, enum sip_header id, uint32_t fallback);

/*
 * What every receiver must be able to read: mandatory headers, their grammar,
 * single values, CSeq, scheme, version (P-04..P-07). Sets m->defect; called
 * by sip_msg_read.
 */
void sip_msg_check(struct sip_msg *m);

#endif
