/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long S is watched for an X nobody hears of [P3]: as long as X or X's
 * server shows life within SubscriptionRefreshInterval. When that has passed
 * a probe to X's server is the test; the dialog lapses where the server is
 * not there either. The authorisation stays, and any stanza of X revives it.
 */
#include "config.h"

#include "core/log.h"
#include "gateway/gateway_internal.h"

/* How often X's life is written down, in seconds. */
#define SEEN_S 3600

void
contact_note_life(struct contact *c)
{
	int64_t wall = gateway_wall(c->g);
	int64_t least = c->g->settings->xmpp.refresh_s / 4;

	c->used = gateway_now(c->g);
	if (wall - c->rec.seen_at < (least < SEEN_S ? least : SEEN_S))
		return;
	c->rec.seen_at = wall;
	if (!presence_record_is_empty(&c->rec, wall))
		contact_save(c);
}

bool
contact_is_silent(const struct contact *c)
{
	unsigned int most = c->g->settings->xmpp.refresh_s;

	return most != 0 && c->sub != NULL && !c->closed && !c->testing &&
	    presence_is_seen(c->rec.state) &&
	    gateway_wall(c->g) - c->rec.seen_at >= (int64_t)most;
}

/* A pair lives for as long as a test of it is under way. */
static void
on_test(void *arg, enum stanza_condition why, const char *text)
{
	struct contact *c = arg;

	(void)text;
	c->testing = false;
	if (why == CONDITION_NONE) {
		contact_note_life(c);
		return;
	}
	log_info("gateway", "no life in SubscriptionRefreshInterval "
	    "local=%s remote=%s reason=%s", c->local, c->remote,
	    stanza_condition_name(why));
	contact_watch_event(c, PRESENCE_EV_X_GONE, 0);
	pidf_clear(&c->shown); /* when it is back, it knows nothing */
}

void
contact_test_life(struct contact *c)
{
	c->testing = true;
	counter_add(&c->g->counters, COUNTER_PRESENCE_TO_XMPP);
	gateway_send_take(c->g, c, stanza_presence(STANZA_TYPE_PROBE,
	    c->local, c->remote), "presence", on_test, c);
}
