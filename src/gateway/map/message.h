/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_MAP_MESSAGE_H
#define GATEWAY_MAP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "gateway/map/chat.h"
#include "gateway/sip/msg.h"
#include "gateway/xmpp/stanza.h"

/* One message (RFC 7572, our choices [M1] to [M8]); pure functions. */

/* What the other side's rules allow: RFC 3428 section 8 on UDP [4.3]. */
#define MESSAGE_MAX_UDP	   1300
#define MESSAGE_MAX_STREAM 65536

enum message_verdict {
	MESSAGE_DELIVER,
	MESSAGE_STATE,  /* nothing to show but how the other types */
	MESSAGE_DROP,   /* taken and not passed on; no error */
	MESSAGE_REFUSE,
};

struct message_opts {
	size_t max_bytes;	/* of a body; 0: MESSAGE_MAX_STREAM */
	const char *lang;	/* the target's language [M7]; NULL: any */
	int64_t wall;		/* seconds since 1970 */
};

/* -- X to S ------------------------------------------------------------- */

struct message_of_x {
	enum message_verdict verdict;
	enum stanza_condition condition; /* REFUSE */
	const char *text;		 /* REFUSE; static, may be NULL */
	enum chat_state state;
	bool wants_receipt;
	char *subject, *lang, *nick, *date, *thread; /* NULL: none */
	struct buf body; /* CRLF lines */
};

void message_from_xmpp(const struct xml *x, const struct message_opts *o,
    struct message_of_x *m);
void message_of_x_clear(struct message_of_x *m);

/*
 * A MESSAGE outside dialogs: from and to are URIs; call_id NULL: a fresh
 * one. No Contact (RFC 3428 section 4).
 */
struct sip_msg *message_to_sip(const struct message_of_x *m, const char *from,
    const char *to, const char *call_id, uint32_t cseq);
/* The same with an isComposing document as its body. */
struct sip_msg *message_typing_to_sip(enum chat_typing t, const char *from,
    const char *to, uint32_t cseq);

/* -- S to X ------------------------------------------------------------- */

struct message_of_s {
	enum message_verdict verdict;
	int status;		     /* REFUSE: the answer */
	const char *reason;	     /* static */
	const char *accept;	     /* 415: Accept; or NULL */
	const char *accept_encoding; /* 415: Accept-Encoding; or NULL */
	enum chat_typing typing;     /* STATE */
	unsigned int refresh;
	char *subject, *lang, *nick, *delay; /* NULL: none */
	char *url;  /* a file to fetch; NULL: none */
	struct buf body; /* LF lines, only what XML allows */
};

void message_from_sip(const struct sip_msg *m, const struct message_opts *o,
    struct message_of_s *out);
void message_of_s_clear(struct message_of_s *m);

struct message_envelope {
	const char *from, *to; /* JIDs */
	const char *id;
	const char *thread;    /* NULL: none */
	enum stanza_type type; /* chat or normal [M3] */
	enum chat_state state; /* CHAT_NONE: none */
};
struct xml *message_to_xmpp(
    const struct message_of_s *m, const struct message_envelope *e);
/* Only a state: type chat, no body, a no-store hint [T5]. */
struct xml *message_state_to_xmpp(enum chat_state s, const char *from,
    const char *to, const char *id, const char *thread);

/* -- threads [M4] ------------------------------------------------------- */

/* For one pair; zeroed at first, message_thread_clear at the end. */
struct message_thread {
	char *rolling;
	char *last_call_id; /* of S's last MESSAGE */
	int64_t used;	    /* milliseconds */
	uint32_t cseq;
};
void message_thread_clear(struct message_thread *t);
/* For a MESSAGE of S: the thread X sees; borrowed. */
const char *message_thread_to_xmpp(struct message_thread *t,
    const char *call_id, bool in_dialog, int64_t now);
/* For a message of X: the Call-ID (NULL: a fresh one) and the CSeq. */
const char *message_thread_to_sip(struct message_thread *t,
    const char *thread, int64_t now, int64_t wall, uint32_t *cseqp);

#endif
