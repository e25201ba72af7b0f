/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_MAP_PRESENCE_H
#define GATEWAY_MAP_PRESENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "gateway/xmpp/stanza.h"

/*
 * Who may see whom, between a local user S and a remote user X. Pure
 * transitions: the owner performs what they say.
 */

/* ---- RFC 6121 Appendix A, S's side (P-01) ------------------------------ */

enum presence_state {
	PRESENCE_NONE,
	PRESENCE_NONE_OUT,    /* S has asked */
	PRESENCE_NONE_IN,     /* X has asked */
	PRESENCE_NONE_OUT_IN,
	PRESENCE_TO,          /* S sees X */
	PRESENCE_TO_IN,
	PRESENCE_FROM,        /* X sees S */
	PRESENCE_FROM_OUT,
	PRESENCE_BOTH,
	PRESENCE_STATES
};

const char *presence_state_name(enum presence_state s); /* "To+PendingIn" */
bool presence_sees(enum presence_state s);      /* To, Both */
bool presence_is_seen(enum presence_state s);   /* From, Both */
bool presence_has_asked(enum presence_state s); /* PendingOut */
bool presence_is_asked(enum presence_state s);  /* PendingIn */

struct presence_step {
	enum presence_state next;
	bool pass; /* route it (outbound), act on it (inbound) */
};

/* subscribe, subscribed, unsubscribe, unsubscribed only. */
struct presence_step presence_outbound(
    enum presence_state s, enum stanza_type t);
struct presence_step presence_inbound(
    enum presence_state s, enum stanza_type t);

/* ---- what survives a restart [A6] -------------------------------------- */

struct presence_record {
	enum presence_state state;
	int64_t asked_at;     /* S's subscribe went out; s since 1970 */
	int64_t denied_by_x;  /* X said unsubscribed to a request */
	int64_t denied_by_s;  /* S's side refused X */
	int64_t seen_at;      /* X or its server last showed life [P3] */
};

/* LIMIT: a denial is remembered for a day. */
#define PRESENCE_DENIED_S (24 * 60 * 60)

bool presence_record_is_empty(const struct presence_record *r, int64_t wall);
void presence_record_write(const struct presence_record *r, struct buf *out);
int presence_record_read(
    const void *p, size_t n, struct presence_record *r);

/* ---- X watches S: our SUBSCRIBE dialog (table 9.2) ---------------------- */

enum presence_watch {
	PRESENCE_WATCH_NONE,
	PRESENCE_WATCH_TRYING,  /* SUBSCRIBE is out */
	PRESENCE_WATCH_PENDING, /* S's side has not decided */
	PRESENCE_WATCH_ACTIVE,
	PRESENCE_WATCH_RETRY,   /* a timer runs */
	PRESENCE_WATCH_FROZEN,  /* the state will never change */
	PRESENCE_WATCH_LAPSED,  /* X is gone; authorisation kept */
};

enum presence_event {
	PRESENCE_EV_SUBSCRIBE,   /* X asks, or a restart begins anew */
	PRESENCE_EV_PENDING,     /* NOTIFY pending */
	PRESENCE_EV_ACTIVE,      /* NOTIFY active */
	PRESENCE_EV_REFUSED,     /* a final answer: status */
	PRESENCE_EV_TIMEOUT,     /* nobody answered, 408, 5xx */
	PRESENCE_EV_REJECTED,    /* NOTIFY terminated, by reason: */
	PRESENCE_EV_NORESOURCE,
	PRESENCE_EV_DEACTIVATED, /* deactivated, timeout: at once again */
	PRESENCE_EV_PROBATION,   /* probation, giveup: wait, then again */
	PRESENCE_EV_INVARIANT,
	PRESENCE_EV_UNSUBSCRIBE, /* X unsubscribes, or a gate closed */
	PRESENCE_EV_RETRY,       /* the timer */
	PRESENCE_EV_X_GONE,      /* X's server is unreachable, errors */
	PRESENCE_EV_X_ALIVE,     /* any stanza of X */
};

/* What to do, as a set; in this order. */
enum presence_do {
	PRESENCE_DO_SUBSCRIBE = 1 << 0,    /* a new SUBSCRIBE */
	PRESENCE_DO_WAIT = 1 << 1,         /* start the retry timer */
	PRESENCE_DO_STOP = 1 << 2,         /* end the dialog */
	PRESENCE_DO_APPROVE = 1 << 3,      /* subscribed, unless already From */
	PRESENCE_DO_STATES = 1 << 4,       /* presence from the body */
	PRESENCE_DO_UNAVAILABLE = 1 << 5,  /* for each resource X has seen */
	PRESENCE_DO_UNSUBSCRIBED = 1 << 6,
	PRESENCE_DO_REMEMBER = 1 << 7,     /* the denial, for a day */
};

struct presence_move {
	enum presence_watch next;
	unsigned int what; /* presence_do */
};

struct presence_move presence_watch_step(
    enum presence_watch w, enum presence_event e, int status);
/* Which event a Subscription-State's reason is; "" as no reason. */
enum presence_event presence_reason_event(const char *reason);
/* Back-off of the n-th retry in seconds: 1, 5, 30 minutes ... */
unsigned int presence_retry_s(unsigned int n);

/* ---- S watches X: a SUBSCRIBE of S (table 9.3) -------------------------- */

enum presence_body {
	PRESENCE_BODY_NONE,
	PRESENCE_BODY_STATE, /* what the cache holds */
};

struct presence_asked {
	const struct presence_record *record;
	bool fetch;       /* Expires 0 */
	bool cache_fresh;
	int64_t wall;
};

struct presence_reply {
	int status;    /* 200, or the refusal */
	bool active;   /* the NOTIFY says active, else pending */
	enum presence_body body;
	bool subscribe; /* send subscribe to X [P8] */
	bool probe;
};
void presence_reply(const struct presence_asked *a, struct presence_reply *r);

#endif
