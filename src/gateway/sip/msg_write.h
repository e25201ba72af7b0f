/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_SIP_MSG_WRITE_H
#define GATEWAY_SIP_MSG_WRITE_H

#include "gateway/sip/msg.h"

/*
 * Building messages in memory: pure functions, no socket. CR and LF in a
 * value become blanks, so nobody can smuggle a header. Via, Max-Forwards,
 * Contact and Content-Length are the transport's and the writer's business;
 * whoever sends through sip_stack leaves Via and Content-Length out.
 */

/* An empty request: start line only. The method by id, or by text if OTHER. */
struct sip_msg *sip_request_new(enum sip_method method, struct sip_span uri);
struct sip_msg *sip_request_new_named(
    struct sip_span method, struct sip_span uri);

/*
 * A request outside dialogs with Max-Forwards 70, From with a fresh tag, To,
 * Call-ID (NULL: a fresh one) and CSeq. from and to are complete values
 * ("\"A\" <sip:a@x>"), without tags.
 */
struct sip_msg *sip_request_make(enum sip_method method, struct sip_span uri,
    const char *from, const char *to, const char *call_id, uint32_t cseq);

/* Via, From, To, Call-ID, CSeq, Timestamp copied; reason NULL: the usual. */
struct sip_msg *sip_response_new(
    const struct sip_msg *request, int status, const char *reason);

/* The phrase RFC 3261 and its companions give; never NULL. */
const char *sip_reason_phrase(int status);

void sip_msg_set_uri(struct sip_msg *m, struct sip_span uri);
void sip_msg_set_reason(struct sip_msg *m, struct sip_span reason);

/* Behind what is there. */
void sip_msg_add(struct sip_msg *m, enum sip_header id, struct sip_span value);
void sip_msg_add_str(struct sip_msg *m, enum sip_header id, const char *value);
void sip_msg_addf(struct sip_msg *m, enum sip_header id, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void sip_msg_add_named(
    struct sip_msg *m, const char *name, struct sip_span value);
/* In front of the other fields (Via, Record-Route, Route). */
void sip_msg_prepend(
    struct sip_msg *m, enum sip_header id, struct sip_span value);
/* Replaces the first, removes further ones, adds where there is none. */
void sip_msg_set(struct sip_msg *m, enum sip_header id, struct sip_span value);
void sip_msg_set_str(struct sip_msg *m, enum sip_header id, const char *value);
void sip_msg_setf(struct sip_msg *m, enum sip_header id, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void sip_msg_remove(struct sip_msg *m, enum sip_header id);
/* Removes the first value of a list header (our Via, the topmost Route). */
void sip_msg_remove_first(struct sip_msg *m, enum sip_header id);
void sip_msg_copy_header(
    struct sip_msg *to, const struct sip_msg *from, enum sip_header id);

/* ";tag=..." on From or To; does nothing when one is there. */
void sip_msg_add_tag(
    struct sip_msg *m, enum sip_header id, const char *tag);

/* content_type NULL: leaves that header alone. */
void sip_msg_set_body(
    struct sip_msg *m, const char *content_type, const void *p, size_t n);

/* Quotes a display name: escapes, no controls. */
void sip_quote(struct sip_span s, struct buf *out);

/* The wire form, Content-Length counted. Appends. */
void sip_msg_write(const struct sip_msg *m, struct buf *out);

/* The same for people and tests: the caller's own string. */
char *sip_msg_text(const struct sip_msg *m);

/* Fresh identifiers, from net's random source; NUL-terminated hex. */
#define SIP_TAG_SIZE	17
#define SIP_BRANCH_SIZE 40
void sip_make_tag(char tag[SIP_TAG_SIZE]);
void sip_make_branch(char branch[SIP_BRANCH_SIZE]); /* z9hG4bK... */

#endif
