/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_MAP_CHAT_H
#define GATEWAY_MAP_CHAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "gateway/sip/span.h"
#include "xml/xml.h"

/* Typing: chat states (XEP-0085) and isComposing (RFC 3994); [T1] to [T5]. */

#define CHAT_NS_ISCOMPOSING "urn:ietf:params:xml:ns:im-iscomposing"
#define CHAT_TYPE	    "application/im-iscomposing+xml"

enum chat_state {
	CHAT_NONE,
	CHAT_ACTIVE,
	CHAT_COMPOSING,
	CHAT_PAUSED,
	CHAT_INACTIVE,
	CHAT_GONE,
};

enum chat_state chat_state_of(const struct xml *message);
const char *chat_state_name(enum chat_state s); /* NULL for CHAT_NONE */

enum chat_typing {
	CHAT_TYPING_NONE, /* nothing to send */
	CHAT_TYPING_ACTIVE,
	CHAT_TYPING_IDLE,
};

/* The documents. */
void chat_write(enum chat_typing t, struct buf *out);
/* -1: no such document. refresh 0: it has none. */
int chat_read(struct sip_span body, enum chat_typing *tp, unsigned int *refresh);

/*
 * What is remembered for one pair, both directions. Zeroed at first. Times
 * are milliseconds of any clock that does not go back; 0 means never.
 */
struct chat_pair {
	bool x_uses_states; /* X's last message had one [T2] */
	bool s_knows;       /* S sent isComposing once [T3] */
	/* towards S */
	enum chat_typing to_s;
	int64_t to_s_at;    /* when it was sent [T4] */
	int64_t repeat_at;  /* when active is due again [T1] */
	unsigned int repeats;
	/* towards X */
	enum chat_state to_x;
	int64_t to_x_at;
	int64_t s_until;    /* S's active ends */
};

/* A message of X, with or without a body: what S is to see. */
enum chat_typing chat_from_xmpp(
    struct chat_pair *p, enum chat_state s, bool with_body, int64_t now);
/* isComposing of S: the state X is to see; CHAT_NONE nothing. */
enum chat_state chat_from_sip(struct chat_pair *p, enum chat_typing t,
    unsigned int refresh, int64_t now);
/* S wrote: the state that goes with the body; CHAT_NONE nothing. */
enum chat_state chat_with_body(struct chat_pair *p, bool first, int64_t now);

/* When chat_tick has something to do; 0: never. */
int64_t chat_due(const struct chat_pair *p);
void chat_tick(struct chat_pair *p, int64_t now, enum chat_typing *to_sp,
    enum chat_state *to_xp);

#endif
