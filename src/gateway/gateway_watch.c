/* SPDX-License-Identifier: GPL-3.0-or-later */
/* X watches S: our SUBSCRIBE dialog with RTCSRV and what X is told (9.2). */
#include "config.h"

#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/gateway_internal.h"

/* What an available device of S without a name of its own is called [B6]. */
#define PSEUDO_RESOURCE "sip"
#define EXPIRES		3600
/* A dialog that ends at once is not begun again at once. */
#define LEAST_MS 10000
/* [9.2]: a probe is answered from what is younger than this. */
#define FRESH_MS (5 * 60 * 1000)

static void
on_retry(void *arg)
{
	struct contact *c = arg;

	contact_watch_event(c, PRESENCE_EV_RETRY, 0);
}

static void
wait_and_retry(struct contact *c)
{
	if (c->retry == NULL)
		c->retry = loop_timer_new(c->g->loop, on_retry, c);
	loop_timer_set(c->retry,
	    (int64_t)presence_retry_s(c->retries++) * 1000 +
	    loop_random_below(c->g->loop, 5000));
}

static void
subscribe(struct contact *c)
{
	char *from = mem_printf("<%s>", c->remote_sip);
	char *to = mem_printf("<%s>", c->local_sip);
	struct sip_subscribe what = { .uri = c->local_sip, .from = from,
		.to = to, .contact_user = "xmppgw", .event = "presence",
		.accept = PIDF_TYPE, .expires = EXPIRES,
		.target = c->g->next_hop };
	int64_t now = gateway_now(c->g);

	if (c->sub != NULL)
		sip_subscriber_free(c->sub);
	c->sub = NULL;
	if (c->subscribed_at != 0 && now - c->subscribed_at < LEAST_MS) {
		c->watch = PRESENCE_WATCH_RETRY;
		wait_and_retry(c);
	} else {
		c->subscribed_at = now;
		counter_add(&c->g->counters, COUNTER_SUBSCRIBES_TO_SIP);
		log_info("gateway", "subscribe to sip local=%s remote=%s",
		    c->local, c->remote);
		c->sub = sip_subscriber_new(c->g->subs, &what, c);
	}
	mem_free(from);
	mem_free(to);
}

/* ---- what X sees ---- */

static void
send_unavailable(struct contact *c, const char *resource)
{
	char *from = mem_printf("%s/%s", c->local, resource);

	counter_add(&c->g->counters, COUNTER_PRESENCE_TO_XMPP);
	gateway_send_take(c->g, c, stanza_presence(STANZA_TYPE_UNAVAILABLE,
	    from, c->remote), "presence", NULL, NULL);
	mem_free(from);
}

void
contact_unshow(struct contact *c)
{
	size_t i;

	for (i = 0; i < c->shown.n; i++)
		send_unavailable(c, c->shown.devices[i].resource);
	/* Before a restart X may have seen what we no longer know of. */
	if (c->shown.n == 0 && c->shown_unknown)
		send_unavailable(c, PSEUDO_RESOURCE);
	c->shown_unknown = false;
	pidf_clear(&c->shown);
}

static bool
sees_notes(struct contact *c)
{
	return admit_sees_notes(
	    settings_partner_find(c->g->settings, c->domain));
}

static void
send_device(struct contact *c, const struct pidf_device *d)
{
	counter_add(&c->g->counters, COUNTER_PRESENCE_TO_XMPP);
	gateway_send_take(c->g, c, pidf_stanza(d, c->local, c->remote,
	    sees_notes(c)), "presence", NULL, NULL);
}

/* What changed since X was last told, device by device. Takes *now. */
static void
show(struct contact *c, struct pidf *now)
{
	const struct pidf_device *old;
	size_t i;

	for (i = 0; i < c->shown.n; i++) {
		if (pidf_find(now, c->shown.devices[i].resource) == NULL)
			send_unavailable(c, c->shown.devices[i].resource);
	}
	if (now->n == 0 && c->shown.n == 0 && c->shown_unknown)
		send_unavailable(c, PSEUDO_RESOURCE);
	for (i = 0; i < now->n; i++) {
		old = pidf_find(&c->shown, now->devices[i].resource);
		if (old == NULL || !pidf_same_device(old, &now->devices[i]))
			send_device(c, &now->devices[i]);
	}
	c->shown_unknown = false;
	pidf_clear(&c->shown);
	c->shown = *now;
	memset(now, 0, sizeof(*now));
}

/* P-10: only to whom S has allowed, and only while the gates are open. */
static void
take_states(struct contact *c, const struct sip_msg *m, bool fresh)
{
	struct sip_span body = m != NULL ? sip_msg_body(m) :
	    sip_span_make("", 0);
	struct pidf now = { 0 };
	struct fault f;

	if (!presence_is_seen(c->rec.state) || c->closed || c->g->stopping)
		return;
	if (body.n == 0) {
		/* 3856 section 6.8: the last document stays. The first one
		 * of an approval being empty says: not there. */
		if (fresh && c->shown.n == 0)
			send_unavailable(c, PSEUDO_RESOURCE);
		return;
	}
	if (pidf_read(body.p, body.n, PSEUDO_RESOURCE, gateway_wall(c->g),
	    &now, &f) < 0) {
		log_warn("gateway", "presence document not understood "
		    "local=%s: %s", c->local, f.text);
		return;
	}
	c->state_at = gateway_now(c->g);
	if (fresh && now.n == 0 && c->shown.n == 0)
		send_unavailable(c, PSEUDO_RESOURCE);
	show(c, &now);
	pidf_clear(&now);
}

void
contact_probed(struct contact *c)
{
	size_t i;

	for (i = 0; i < c->shown.n; i++)
		send_device(c, &c->shown.devices[i]);
	if (c->shown.n == 0)
		send_unavailable(c, PSEUDO_RESOURCE);
	if (c->sub != NULL && (c->state_at == 0 ||
	    gateway_now(c->g) - c->state_at > FRESH_MS))
		sip_subscriber_refresh(c->sub);
	else if (c->sub == NULL)
		contact_watch_event(c, PRESENCE_EV_SUBSCRIBE, 0);
}

/* ---- the machine ---- */

/*
 * The dialog ends by itself; nothing it says matters any more, but it holds
 * on to the pair until it has ended.
 */
void
contact_watch_stop(struct contact *c)
{
	if (c->sub == NULL)
		return;
	sip_subscriber_stop(c->sub);
	c->sub = NULL;
	c->used = gateway_now(c->g);
}

static void
approve(struct contact *c)
{
	struct presence_step st = presence_outbound(
	    c->rec.state, STANZA_TYPE_SUBSCRIBED);

	if (!st.pass)
		return;
	c->rec.state = st.next;
	contact_save(c);
	contact_send_presence(c, STANZA_TYPE_SUBSCRIBED);
}

static void
refuse(struct contact *c, bool remember)
{
	struct presence_step st = presence_outbound(
	    c->rec.state, STANZA_TYPE_UNSUBSCRIBED);

	c->rec.state = st.next;
	if (remember)
		c->rec.denied_by_s = gateway_wall(c->g);
	contact_save(c);
	contact_send_presence(c, STANZA_TYPE_UNSUBSCRIBED);
}

static const char *const watch_names[] = {
	[PRESENCE_WATCH_NONE] = "none",
	[PRESENCE_WATCH_TRYING] = "trying",
	[PRESENCE_WATCH_PENDING] = "pending",
	[PRESENCE_WATCH_ACTIVE] = "active",
	[PRESENCE_WATCH_RETRY] = "retry",
	[PRESENCE_WATCH_FROZEN] = "frozen",
	[PRESENCE_WATCH_LAPSED] = "lapsed",
};

static void
watch_step(struct contact *c, enum presence_event e, int status,
    const struct sip_msg *m)
{
	struct presence_move mv = presence_watch_step(c->watch, e, status);
	bool fresh = !presence_is_seen(c->rec.state);

	if (mv.next != c->watch)
		log_info("gateway", "watch state=%s was=%s local=%s remote=%s",
		    watch_names[mv.next], watch_names[c->watch], c->local,
		    c->remote);
	c->watch = mv.next;
	if (mv.next == PRESENCE_WATCH_ACTIVE)
		c->retries = 0;
	if (mv.next != PRESENCE_WATCH_RETRY && c->retry != NULL)
		loop_timer_cancel(c->retry);
	if (mv.what & PRESENCE_DO_SUBSCRIBE)
		subscribe(c);
	if (mv.what & PRESENCE_DO_WAIT)
		wait_and_retry(c);
	if (mv.what & PRESENCE_DO_STOP)
		contact_watch_stop(c);
	if (mv.what & PRESENCE_DO_APPROVE)
		approve(c);
	if (mv.what & PRESENCE_DO_STATES)
		take_states(c, m, fresh);
	if (mv.what & PRESENCE_DO_UNAVAILABLE)
		contact_unshow(c);
	if (mv.what & PRESENCE_DO_UNSUBSCRIBED)
		refuse(c, mv.what & PRESENCE_DO_REMEMBER);
}

void
contact_watch_event(struct contact *c, enum presence_event e, int status)
{
	watch_step(c, e, status, NULL);
}

static void
on_notify(struct sip_subscriber *s, const struct sip_substate *state,
    const struct sip_msg *m, void *ctx)
{
	struct contact *c = ctx;

	if (c->sub != s) /* one that is being stopped */
		return;
	watch_step(c, sip_span_is_nocase(state->state, "pending") ?
	    PRESENCE_EV_PENDING : PRESENCE_EV_ACTIVE, 0, m);
}

static void
on_end(struct sip_subscriber *s, enum sip_subscriber_end how, int status,
    const struct sip_substate *state, const struct sip_msg *m, void *ctx)
{
	struct contact *c = ctx;
	char *reason;

	if (c->sub != s)
		return;
	c->sub = NULL; /* freed when this returns */
	log_info("gateway", "subscription ended how=%d status=%d local=%s "
	    "remote=%s", (int)how, status, c->local, c->remote);
	if (how != SIP_SUB_END_TIMEOUT)
		gateway_note_hop(c->g, true);
	switch (how) {
	case SIP_SUB_END_REFUSED:
		watch_step(c, PRESENCE_EV_REFUSED, status, m);
		break;
	case SIP_SUB_END_TIMEOUT:
		watch_step(c, PRESENCE_EV_TIMEOUT, status, m);
		break;
	case SIP_SUB_END_TERMINATED:
		reason = sip_span_dup(state->reason);
		watch_step(c, presence_reason_event(reason), 0, m);
		mem_free(reason);
		break;
	case SIP_SUB_END_DONE:
		break;
	}
}

void
gateway_watch_ops(struct sip_subscribers_ops *ops)
{
	ops->on_notify = on_notify;
	ops->on_end = on_end;
}

void
contact_watch_clear(struct contact *c)
{
	sip_subscriber_free(c->sub);
	c->sub = NULL;
	loop_timer_free(c->retry);
	c->retry = NULL;
	pidf_clear(&c->shown);
}
