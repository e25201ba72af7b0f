/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Typing both ways. */
#include "config.h"

#include <string.h>

#include "gateway/map/chat.h"
#include "gateway/xmpp/stanza.h"
#include "xml/xml_read.h"

/* RFC 3994: at least 60 s between refreshes, 120 s when none is said. */
#define REFRESH_S	  60
#define REFRESH_DEFAULT_S 120
#define REFRESH_MAX_S	  3600
/* LIMIT: [T1] and [T4]. */
#define REPEATS	 3
#define LEAST_MS 1000

static const char *const names[] = {
	[CHAT_NONE] = NULL,
	[CHAT_ACTIVE] = "active",
	[CHAT_COMPOSING] = "composing",
	[CHAT_PAUSED] = "paused",
	[CHAT_INACTIVE] = "inactive",
	[CHAT_GONE] = "gone",
};

enum chat_state
chat_state_of(const struct xml *message)
{
	const struct xml *x = xml_child(message, NULL, NS_CHATSTATES);
	int s;

	for (s = CHAT_ACTIVE; x != NULL && s <= CHAT_GONE; s++) {
		if (strcmp(x->name, names[s]) == 0)
			return (enum chat_state)s;
	}
	return CHAT_NONE;
}

const char *
chat_state_name(enum chat_state s)
{
	return names[s];
}

void
chat_write(enum chat_typing t, struct buf *out)
{
	buf_printf(out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
	    "<isComposing xmlns=\"" CHAT_NS_ISCOMPOSING "\">"
	    "<state>%s</state><contenttype>text/plain</contenttype>",
	    t == CHAT_TYPING_ACTIVE ? "active" : "idle");
	if (t == CHAT_TYPING_ACTIVE)
		buf_printf(out, "<refresh>%d</refresh>", REFRESH_S);
	buf_add_str(out, "</isComposing>");
}

int
chat_read(struct sip_span body, enum chat_typing *tp, unsigned int *refresh)
{
	static const struct xml_limits limits = { .max_bytes = 8192,
		.max_depth = 8, .max_nodes = 64 };
	struct xml *x = xml_parse(body.p, body.n, &limits, NULL);
	const char *state, *text;
	uint64_t v;
	int rc = -1;

	if (x == NULL)
		return -1;
	if (xml_is(x, "isComposing", CHAT_NS_ISCOMPOSING) &&
	    (state = xml_child_text(x, "state", NULL)) != NULL) {
		*tp = strcmp(state, "active") == 0 ? CHAT_TYPING_ACTIVE :
						     CHAT_TYPING_IDLE;
		*refresh = 0;
		text = xml_child_text(x, "refresh", NULL);
		if (text != NULL && sip_span_uint(sip_span_trim(
		    sip_span_of(text)), REFRESH_MAX_S, &v) == 0)
			*refresh = (unsigned int)v;
		rc = 0;
	}
	xml_free(x);
	return rc;
}

static enum chat_typing
tell_s(struct chat_pair *p, enum chat_typing t, int64_t now)
{
	if (t == p->to_s || (t == CHAT_TYPING_IDLE && p->to_s == 0))
		return CHAT_TYPING_NONE;
	/* [T4]; an idle that is held back is made good by the refresh's end. */
	if (p->to_s_at != 0 && now - p->to_s_at < LEAST_MS)
		return CHAT_TYPING_NONE;
	p->to_s = t;
	p->to_s_at = now;
	return t;
}

enum chat_typing
chat_from_xmpp(
    struct chat_pair *p, enum chat_state s, bool with_body, int64_t now)
{
	enum chat_typing t = CHAT_TYPING_NONE;

	if (with_body) {
		p->x_uses_states = s != CHAT_NONE;
		p->to_s = CHAT_TYPING_NONE; /* the message ends typing */
		p->repeat_at = 0;
		return CHAT_TYPING_NONE;
	}
	switch (s) {
	case CHAT_NONE:
		return CHAT_TYPING_NONE;
	case CHAT_COMPOSING:
		t = CHAT_TYPING_ACTIVE;
		break;
	case CHAT_ACTIVE:
	case CHAT_PAUSED:
	case CHAT_INACTIVE:
	case CHAT_GONE:
		t = CHAT_TYPING_IDLE;
		break;
	}
	p->x_uses_states = true;
	if (!p->s_knows) /* [T3] */
		return CHAT_TYPING_NONE;
	t = tell_s(p, t, now);
	if (t == CHAT_TYPING_ACTIVE) {
		p->repeats = 0;
		p->repeat_at = now + REFRESH_S * 1000;
	} else if (t == CHAT_TYPING_IDLE) {
		p->repeat_at = 0;
	}
	return t;
}

static enum chat_state
tell_x(struct chat_pair *p, enum chat_state s, int64_t now)
{
	if (!p->x_uses_states || s == p->to_x) /* [T2] */
		return CHAT_NONE;
	if (p->to_x_at != 0 && now - p->to_x_at < LEAST_MS)
		return CHAT_NONE;
	p->to_x = s;
	p->to_x_at = now;
	return s;
}

enum chat_state
chat_from_sip(struct chat_pair *p, enum chat_typing t, unsigned int refresh,
    int64_t now)
{
	p->s_knows = true;
	if (t == CHAT_TYPING_ACTIVE) {
		p->s_until = now +
		    (int64_t)(refresh != 0 ? refresh : REFRESH_DEFAULT_S) * 1000;
		return tell_x(p, CHAT_COMPOSING, now);
	}
	p->s_until = 0;
	if (p->to_x != CHAT_COMPOSING)
		return CHAT_NONE;
	return tell_x(p, CHAT_PAUSED, now);
}

enum chat_state
chat_with_body(struct chat_pair *p, bool first, int64_t now)
{
	p->s_until = 0;
	p->to_x = CHAT_ACTIVE;
	p->to_x_at = now;
	return first || p->x_uses_states ? CHAT_ACTIVE : CHAT_NONE;
}

int64_t
chat_due(const struct chat_pair *p)
{
	if (p->repeat_at != 0 && (p->s_until == 0 || p->repeat_at < p->s_until))
		return p->repeat_at;
	return p->s_until;
}

void
chat_tick(struct chat_pair *p, int64_t now, enum chat_typing *to_sp,
    enum chat_state *to_xp)
{
	*to_sp = CHAT_TYPING_NONE;
	*to_xp = CHAT_NONE;
	if (p->repeat_at != 0 && now >= p->repeat_at) {
		p->to_s_at = now;
		if (p->repeats++ < REPEATS) {
			p->repeat_at = now + REFRESH_S * 1000;
			*to_sp = CHAT_TYPING_ACTIVE;
		} else {
			p->repeat_at = 0;
			p->to_s = CHAT_TYPING_IDLE;
			*to_sp = CHAT_TYPING_IDLE;
		}
	}
	if (p->s_until != 0 && now >= p->s_until) {
		p->s_until = 0;
		*to_xp = tell_x(p, CHAT_PAUSED, now);
	}
}
