/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_SIP_MSG_H
#define GATEWAY_SIP_MSG_H

#include "core/buf.h"
#include "gateway/sip/span.h"

struct fault;

/*
 * One SIP request or response. It owns its bytes in one arena; what is read
 * from it are spans into that arena, which stay good until the message is
 * changed or released. The same structure is filled by sip_msg_read and by
 * the builders of msg_write.h, so a message made in memory and one that came
 * from a socket are alike. Typed readers of header values are in field.h.
 */

enum sip_method {
	SIP_METHOD_OTHER, /* see sip_msg_method_text */
	SIP_ACK,
	SIP_BYE,
	SIP_CANCEL,
	SIP_INFO,
	SIP_INVITE,
	SIP_MESSAGE,
	SIP_NOTIFY,
	SIP_OPTIONS,
	SIP_PRACK,
	SIP_PUBLISH,
	SIP_REFER,
	SIP_REGISTER,
	SIP_SUBSCRIBE,
	SIP_UPDATE,
};

enum sip_header {
	SIP_HDR_OTHER,
#define HEADER(id, name, compact, kind) SIP_HDR_##id,
#include "gateway/sip/header.def"
#undef HEADER
	SIP_HDR_COUNT
};

enum sip_header_kind {
	SIP_HEADER_LIST,
	SIP_HEADER_SINGLE,
	SIP_HEADER_MANY,
};

/* LIMIT: T-13. */
#define SIP_HEAD_MAX_DATAGRAM 16384
#define SIP_HEAD_MAX_STREAM   65536
#define SIP_BODY_MAX	      262144
#define SIP_FIELDS_MAX	      256
#define SIP_VIA_MAX	      70

struct sip_field {
	uint16_t id; /* enum sip_header */
	uint32_t name, name_len; /* places in the arena */
	uint32_t value, value_len;
};

struct sip_msg {
	unsigned refs;
	bool is_request;
	enum sip_method method; /* requests */
	int status;		/* responses: 100..699 */
	/*
	 * What a reader found wrong, as the status to answer and a sentence;
	 * 0 for none. The headers that could be read are there.
	 */
	int defect;
	const char *defect_text;
	struct buf arena;
	uint32_t method_at, method_len;
	uint32_t uri_at, uri_len; /* Request-URI */
	uint32_t reason_at, reason_len;
	uint32_t body_at, body_len;
	struct sip_field *fields;
	unsigned nfields, cap;
};

struct sip_msg *sip_msg_ref(struct sip_msg *m);
void sip_msg_unref(struct sip_msg *m); /* accepts NULL */
struct sip_msg *sip_msg_copy(const struct sip_msg *m);

/*
 * Reads one message: head and, as Content-Length says, body. Of a datagram
 * surplus bytes are ignored (T-02); of a stream len is exactly what
 * sip_frame_next said. NULL: not even a start line, or a response that may
 * not be used: drop it. A request with a defect is returned with defect set
 * (answer it with that status).
 */
enum sip_carrier {
	SIP_DATAGRAM,
	SIP_STREAM,
};
struct sip_msg *sip_msg_read(
    const void *p, size_t len, enum sip_carrier carrier, struct fault *f);

/* Where a stream's next message ends. Zeroed at start, after each message. */
struct sip_framer {
	size_t scanned; /* bytes already looked at */
	size_t head;	/* length of the head once it is known */
	size_t total;	/* head and body */
	unsigned crlfs; /* stray line ends in a row */
};
enum sip_frame {
	SIP_FRAME_MORE,	     /* wait for more bytes */
	SIP_FRAME_CRLF,	     /* skip 2 bytes: a stray line end */
	SIP_FRAME_PING,	     /* skip 2 bytes: the second one, answer CRLF (T-03) */
	SIP_FRAME_MESSAGE,   /* total bytes are a message */
	SIP_FRAME_BAD,	     /* head bytes can be read to answer 400; close */
	SIP_FRAME_TOO_LARGE, /* the same with 413; head may be 0: just close */
};
enum sip_frame sip_frame_next(
    struct sip_framer *fr, const char *p, size_t len);

/* Names. Methods keep case, headers do not. */
enum sip_method sip_method_find(struct sip_span name);
const char *sip_method_name(enum sip_method method); /* "" for OTHER */
enum sip_header sip_header_find(struct sip_span name);
const char *sip_header_name(enum sip_header id);
enum sip_header_kind sip_header_kind(enum sip_header id);

/* Start line. */
struct sip_span sip_msg_method_text(const struct sip_msg *m);
struct sip_span sip_msg_uri(const struct sip_msg *m);
struct sip_span sip_msg_reason(const struct sip_msg *m);
struct sip_span sip_msg_body(const struct sip_msg *m);

/* The first field of that id; NULL or an empty span where there is none. */
const struct sip_field *sip_msg_field(
    const struct sip_msg *m, enum sip_header id);
bool sip_msg_has(const struct sip_msg *m, enum sip_header id);
struct sip_span sip_msg_header(const struct sip_msg *m, enum sip_header id);
/* A header without an id, by name. */
struct sip_span sip_msg_header_named(const struct sip_msg *m, const char *name);
struct sip_span sip_field_name(
    const struct sip_msg *m, const struct sip_field *f);
struct sip_span sip_field_value(
    const struct sip_msg *m, const struct sip_field *f);

/*
 * Every value of a header, comma-joined and repeated forms alike (LIST), or
 * field by field (other kinds):
 *	struct sip_values it = sip_values_of(m, SIP_HDR_VIA);
 *	while (sip_values_next(&it, &value)) ...
 */
struct sip_values {
	const struct sip_msg *m;
	enum sip_header id;
	unsigned field;
	struct sip_span rest;
};
struct sip_values sip_values_of(const struct sip_msg *m, enum sip_header id);
bool sip_values_next(struct sip_values *it, struct sip_span *valuep);
unsigned sip_msg_count(const struct sip_msg *m, enum sip_header id);

/* Does a list header name this token (without case)? "Supported: path". */
bool sip_msg_lists(
    const struct sip_msg *m, enum sip_header id, const char *token);

/* Cuts the first comma-separated element off; minds quotes and <>. */
bool sip_list_next(struct sip_span *restp, struct sip_span *elementp);

#endif
