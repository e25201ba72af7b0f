/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of RFC 6121 Appendix A and of our rules 9.2 and 9.3. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/map/presence.h"

/* clang-format off */
static const char *const state_names[PRESENCE_STATES] = {
	"None", "None+PendingOut", "None+PendingIn",
	"None+PendingOut+In", "To", "To+PendingIn",
	"From", "From+PendingOut", "Both",
};

#define NONE	 PRESENCE_NONE
#define OUT	 PRESENCE_NONE_OUT
#define IN	 PRESENCE_NONE_IN
#define OUT_IN	 PRESENCE_NONE_OUT_IN
#define TO	 PRESENCE_TO
#define TO_IN	 PRESENCE_TO_IN
#define FROM	 PRESENCE_FROM
#define FROM_OUT PRESENCE_FROM_OUT
#define BOTH	 PRESENCE_BOTH

enum request { SUBSCRIBE, UNSUBSCRIBE, SUBSCRIBED, UNSUBSCRIBED, REQUESTS };

/* A.2: what we send for S. */
static const struct presence_step outbound[REQUESTS][PRESENCE_STATES] = {
	[SUBSCRIBE] = {
		{ OUT, true }, { OUT, true }, { OUT_IN, true },
		{ OUT_IN, true }, { TO, true }, { TO_IN, true },
		{ FROM_OUT, true }, { FROM_OUT, true }, { BOTH, true },
	},
	[UNSUBSCRIBE] = {
		{ NONE, true }, { NONE, true }, { IN, true },
		{ IN, true }, { NONE, true }, { IN, true },
		{ FROM, true }, { FROM, true }, { FROM, true },
	},
	[SUBSCRIBED] = {
		{ NONE, false }, { OUT, false }, { FROM, true },
		{ FROM_OUT, true }, { TO, false }, { BOTH, true },
		{ FROM, false }, { FROM_OUT, false }, { BOTH, false },
	},
	[UNSUBSCRIBED] = {
		{ NONE, false }, { OUT, false }, { NONE, true },
		{ OUT, true }, { TO, false }, { TO, true },
		{ NONE, true }, { OUT, true }, { TO, true },
	},
};

/* A.3: what X sends to S. */
static const struct presence_step inbound[REQUESTS][PRESENCE_STATES] = {
	[SUBSCRIBE] = {
		{ IN, true }, { OUT_IN, true }, { IN, false },
		{ OUT_IN, false }, { TO_IN, true }, { TO_IN, false },
		{ FROM, false }, { FROM_OUT, false }, { BOTH, false },
	},
	[UNSUBSCRIBE] = {
		{ NONE, false }, { OUT, false }, { NONE, true },
		{ OUT, true }, { TO, false }, { TO, true },
		{ NONE, true }, { OUT, true }, { TO, true },
	},
	[SUBSCRIBED] = {
		{ NONE, false }, { TO, true }, { IN, false },
		{ TO_IN, true }, { TO, false }, { TO_IN, false },
		{ FROM, false }, { BOTH, true }, { BOTH, false },
	},
	[UNSUBSCRIBED] = {
		{ NONE, false }, { NONE, true }, { IN, false },
		{ IN, true }, { NONE, true }, { IN, true },
		{ FROM, false }, { FROM, true }, { FROM, true },
	},
};
/* clang-format on */

const char *
presence_state_name(enum presence_state s)
{
	return state_names[s];
}

bool
presence_sees(enum presence_state s)
{
	return s == TO || s == TO_IN || s == BOTH;
}

bool
presence_is_seen(enum presence_state s)
{
	return s == FROM || s == FROM_OUT || s == BOTH;
}

bool
presence_has_asked(enum presence_state s)
{
	return s == OUT || s == OUT_IN || s == FROM_OUT;
}

bool
presence_is_asked(enum presence_state s)
{
	return s == IN || s == OUT_IN || s == TO_IN;
}

static int
request_of(enum stanza_type t)
{
	if (t == STANZA_TYPE_SUBSCRIBE)
		return SUBSCRIBE;
	if (t == STANZA_TYPE_UNSUBSCRIBE)
		return UNSUBSCRIBE;
	if (t == STANZA_TYPE_SUBSCRIBED)
		return SUBSCRIBED;
	return t == STANZA_TYPE_UNSUBSCRIBED ? UNSUBSCRIBED : -1;
}

struct presence_step
presence_outbound(enum presence_state s, enum stanza_type t)
{
	struct presence_step same = { s, false };
	int r = request_of(t);

	return r < 0 ? same : outbound[r][s];
}

struct presence_step
presence_inbound(enum presence_state s, enum stanza_type t)
{
	struct presence_step same = { s, false };
	int r = request_of(t);

	return r < 0 ? same : inbound[r][s];
}

/* ---- records ---- */

static bool
is_recent(int64_t at, int64_t wall)
{
	return at != 0 && wall - at < PRESENCE_DENIED_S;
}

bool
presence_record_is_empty(const struct presence_record *r, int64_t wall)
{
	return r->state == PRESENCE_NONE && !is_recent(r->denied_by_x, wall) &&
	    !is_recent(r->denied_by_s, wall);
}

void
presence_record_write(const struct presence_record *r, struct buf *out)
{
	buf_printf(out, "1 %d %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64,
	    (int)r->state, r->asked_at, r->denied_by_x, r->denied_by_s,
	    r->seen_at);
}

int
presence_record_read(const void *p, size_t n, struct presence_record *r)
{
	char text[160];
	int state;

	memset(r, 0, sizeof(*r));
	if (n >= sizeof(text))
		return -1;
	memcpy(text, p, n);
	text[n] = '\0';
	if (sscanf(text,
	    "1 %d %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64, &state,
	    &r->asked_at, &r->denied_by_x, &r->denied_by_s,
	    &r->seen_at) != 5 || state < 0 || state >= PRESENCE_STATES)
		return -1;
	r->state = (enum presence_state)state;
	return 0;
}

/* ---- X watches S ---- */

enum presence_event
presence_reason_event(const char *reason)
{
	static const struct {
		const char *reason;
		enum presence_event event;
	} rows[] = {
		{ "rejected", PRESENCE_EV_REJECTED },
		{ "noresource", PRESENCE_EV_NORESOURCE },
		{ "deactivated", PRESENCE_EV_DEACTIVATED },
		{ "timeout", PRESENCE_EV_DEACTIVATED },
		{ "probation", PRESENCE_EV_PROBATION },
		{ "giveup", PRESENCE_EV_PROBATION },
		{ "invariant", PRESENCE_EV_INVARIANT },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcasecmp(rows[i].reason, reason) == 0)
			return rows[i].event;
	}
	/* RFC 6665 section 4.1.3: an unknown one may be tried again. */
	return PRESENCE_EV_DEACTIVATED;
}

unsigned int
presence_retry_s(unsigned int n)
{
	static const unsigned int steps[] = { 60, 300, 1800 };

	return steps[n < 3 ? n : 2];
}

static struct presence_move
move(enum presence_watch next, unsigned int what)
{
	struct presence_move m = { next, what };

	return m;
}

static bool
is_among(int status, const int *list)
{
	for (; *list != 0; list++) {
		if (*list == status)
			return true;
	}
	return false;
}

/* S's side said no for good; what X is told is the same in every case. */
static struct presence_move
rejected(void)
{
	return move(PRESENCE_WATCH_NONE, PRESENCE_DO_UNAVAILABLE |
	    PRESENCE_DO_UNSUBSCRIBED | PRESENCE_DO_REMEMBER);
}

static struct presence_move
refused(enum presence_watch w, int status)
{
	static const int no[] = { 403, 489, 603, 0 };
	/* Unknown or not capable; [E5] makes them alike. */
	static const int unknown[] = { 404, 410, 604, 405, 416, 501, 0 };
	/* An old dialog is dead, a new one may do. */
	static const int dead[] = { 481, 404, 405, 410, 416, 480, 482, 483,
		484, 485, 501, 604, 0 };

	if (is_among(status, no))
		return rejected();
	if (w == PRESENCE_WATCH_ACTIVE) {
		if (is_among(status, dead))
			return move(PRESENCE_WATCH_TRYING,
			    PRESENCE_DO_SUBSCRIBE);
		return move(PRESENCE_WATCH_RETRY, PRESENCE_DO_WAIT);
	}
	if (is_among(status, unknown))
		return move(PRESENCE_WATCH_NONE, PRESENCE_DO_UNAVAILABLE |
		    PRESENCE_DO_UNSUBSCRIBED);
	return move(PRESENCE_WATCH_RETRY,
	    PRESENCE_DO_WAIT | PRESENCE_DO_UNAVAILABLE);
}

static bool
is_idle(enum presence_watch w)
{
	return w == PRESENCE_WATCH_NONE || w == PRESENCE_WATCH_LAPSED ||
	    w == PRESENCE_WATCH_RETRY;
}

struct presence_move
presence_watch_step(enum presence_watch w, enum presence_event e, int status)
{
	if (e == PRESENCE_EV_UNSUBSCRIBE)
		return move(PRESENCE_WATCH_NONE, PRESENCE_DO_STOP |
		    PRESENCE_DO_UNAVAILABLE | PRESENCE_DO_UNSUBSCRIBED);
	switch (e) {
	case PRESENCE_EV_SUBSCRIBE:
		if (is_idle(w))
			return move(PRESENCE_WATCH_TRYING,
			    PRESENCE_DO_SUBSCRIBE);
		break;
	case PRESENCE_EV_RETRY:
		if (w == PRESENCE_WATCH_RETRY)
			return move(PRESENCE_WATCH_TRYING,
			    PRESENCE_DO_SUBSCRIBE);
		break;
	case PRESENCE_EV_X_ALIVE:
		if (w == PRESENCE_WATCH_LAPSED)
			return move(PRESENCE_WATCH_TRYING,
			    PRESENCE_DO_SUBSCRIBE);
		break;
	case PRESENCE_EV_X_GONE:
		if (w != PRESENCE_WATCH_NONE)
			return move(PRESENCE_WATCH_LAPSED, PRESENCE_DO_STOP);
		break;
	case PRESENCE_EV_PENDING: /* 8048 section 5.2.1: nothing to X */
		return move(PRESENCE_WATCH_PENDING, 0);
	case PRESENCE_EV_ACTIVE:
		return move(PRESENCE_WATCH_ACTIVE,
		    PRESENCE_DO_APPROVE | PRESENCE_DO_STATES);
	case PRESENCE_EV_REFUSED:
		return refused(w, status);
	case PRESENCE_EV_TIMEOUT:
		return move(PRESENCE_WATCH_RETRY, PRESENCE_DO_WAIT |
		    (w == PRESENCE_WATCH_ACTIVE ? 0 : PRESENCE_DO_UNAVAILABLE));
	case PRESENCE_EV_REJECTED:
		return rejected();
	case PRESENCE_EV_NORESOURCE:
		return move(PRESENCE_WATCH_NONE, PRESENCE_DO_UNAVAILABLE |
		    PRESENCE_DO_UNSUBSCRIBED);
	case PRESENCE_EV_DEACTIVATED:
		return move(PRESENCE_WATCH_TRYING, PRESENCE_DO_SUBSCRIBE);
	case PRESENCE_EV_PROBATION:
		return move(PRESENCE_WATCH_RETRY,
		    PRESENCE_DO_WAIT | PRESENCE_DO_UNAVAILABLE);
	case PRESENCE_EV_INVARIANT:
		return move(PRESENCE_WATCH_FROZEN, PRESENCE_DO_STATES);
	case PRESENCE_EV_UNSUBSCRIBE:
		break;
	}
	return move(w, 0);
}

/* ---- S watches X ---- */

void
presence_reply(const struct presence_asked *a, struct presence_reply *r)
{
	enum presence_state s = a->record->state;

	memset(r, 0, sizeof(*r));
	r->status = 200;
	if (presence_sees(s)) {
		r->active = true;
		/* A fetch is answered once, so with what there is. */
		if (a->cache_fresh || a->fetch)
			r->body = PRESENCE_BODY_STATE;
		r->probe = !a->cache_fresh;
		return;
	}
	if (a->fetch) /* never asks X for anything [9.7] */
		return;
	if (is_recent(a->record->denied_by_x, a->wall)) {
		r->status = 403;
		return;
	}
	/* [P8]: asked once a day at most, however often S logs in. */
	r->subscribe = !presence_has_asked(s) ||
	    a->wall - a->record->asked_at >= PRESENCE_DENIED_S;
}
