/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Presence stanzas of X, and S's dialogs that watch X (9.3). */
#include "config.h"

#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/gateway_internal.h"

/* [9.3]: so long a probe may take before S is told "closed". */
#define PROBE_MS 3000
/* What X's server told is believed for so long; it tells changes anyway. */
#define CACHE_MS (60 * 60 * 1000)

void
contact_send_presence(struct contact *c, enum stanza_type type)
{
	counter_add(&c->g->counters, COUNTER_PRESENCE_TO_XMPP);
	log_info("gateway", "presence to xmpp type=%s from=%s to=%s",
	    stanza_type_name(type), c->local, c->remote);
	gateway_send_take(c->g, c, stanza_presence(type, c->local, c->remote),
	    "presence", NULL, NULL);
}

static void
on_no_answer(void *arg)
{
	struct contact *c = arg;

	if (c->cache_at == 0) {
		c->cache_at = gateway_now(c->g);
		contact_notify(c, true);
	}
}

void
contact_probe(struct contact *c)
{
	contact_send_presence(c, STANZA_TYPE_PROBE);
	if (c->answer == NULL)
		c->answer = loop_timer_new(c->g->loop, on_no_answer, c);
	loop_timer_set(c->answer, PROBE_MS);
}

/* ---- S watches X ---- */

static void
write_state(struct contact *c, struct buf *out)
{
	static const struct pidf nothing = { 0 };
	char *entity = mem_printf("pres:%s", c->remote_sip + strlen("sip:"));

	pidf_write(c->closed ? &nothing : &c->cache, entity, c->remote_sip,
	    true, out);
	mem_free(entity);
}

void
contact_notify(struct contact *c, bool urgent)
{
	struct buf body = { 0 };
	unsigned int i;

	if (c->n_watchers == 0 || !presence_sees(c->rec.state))
		return;
	write_state(c, &body);
	for (i = 0; i < c->n_watchers; i++) {
		counter_add(&c->g->counters, COUNTER_NOTIFIES_TO_SIP);
		sip_notifier_notify(c->watchers[i], SIP_SUB_ACTIVE, NULL,
		    PIDF_TYPE, body.data, body.len, urgent);
	}
	buf_clear(&body);
}

static void
end_watchers(struct contact *c, const char *reason)
{
	while (c->n_watchers > 0) {
		struct sip_notifier *n = c->watchers[--c->n_watchers];

		contact_forget_watcher(c, n);
		sip_notifier_notify(n, SIP_SUB_TERMINATED, reason, NULL, NULL,
		    0, true);
	}
}

/* P8: only what the state machine says reaches X. */
static void
ask_x(struct contact *c)
{
	struct presence_step st = presence_outbound(
	    c->rec.state, STANZA_TYPE_SUBSCRIBE);

	c->rec.state = st.next;
	c->rec.asked_at = gateway_wall(c->g);
	contact_save(c);
	if (st.pass)
		contact_send_presence(c, STANZA_TYPE_SUBSCRIBE);
}

static void
take_watcher(struct contact *c, struct sip_server *t, bool fetch)
{
	bool fresh = c->cache_at != 0 &&
	    gateway_now(c->g) - c->cache_at < CACHE_MS;
	struct presence_asked a = { .record = &c->rec, .fetch = fetch,
		.cache_fresh = fresh, .wall = gateway_wall(c->g) };
	struct presence_reply r;
	struct sip_notifier *n;
	struct buf body = { 0 };

	presence_reply(&a, &r);
	if (r.status != 200) {
		sip_server_answer(t, r.status, "The contact has refused");
		return;
	}
	if (!fetch && c->n_watchers >= WATCHERS_MAX) {
		sip_server_answer(t, 403, "Too many subscriptions");
		return;
	}
	if (r.body == PRESENCE_BODY_STATE)
		write_state(c, &body);
	n = sip_notifier_accept(c->g->notifs, t,
	    r.active ? SIP_SUB_ACTIVE : SIP_SUB_PENDING,
	    body.len > 0 ? PIDF_TYPE : NULL, body.data, body.len, c);
	buf_clear(&body);
	if (n != NULL) {
		sip_notifier_set_target(n, &c->g->next_hop);
		c->watchers[c->n_watchers++] = n;
		contact_save_watcher(c, n);
	}
	if (r.subscribe)
		ask_x(c);
	if (r.probe)
		contact_probe(c);
}

static void
on_subscribe(struct sip_server *t, const struct sip_msg *m,
    const struct sip_peer *peer, uint32_t expires, void *arg)
{
	struct gateway *g = arg;
	struct jid local, remote;
	struct admit_verdict v;
	struct admit_answer a;
	struct contact *c;
	const char *reason;
	char *s, *x, *session;
	int status;

	(void)peer;
	status = gateway_pair(g, m, &local, &remote, &reason);
	if (status != 0) {
		sip_server_answer(t, status, reason);
		return;
	}
	s = jid_bare_text(&local);
	x = jid_bare_text(&remote);
	session = sip_span_dup(sip_msg_call_id(m));
	counter_add(&g->counters, COUNTER_SUBSCRIBES_FROM_SIP);
	log_info("gateway",
	    "subscribe from sip session=%s from=%s to=%s expires=%u", session,
	    s, x, expires);
	if (!gateway_admit(g, s, x, remote.domain, ADMIT_SUBSCRIBE, false,
	    session, &v)) {
		admit_answer(v.gate, &a);
		sip_server_answer(t, a.status, a.reason);
	} else if ((c = contact_get(g, &local, &remote, NULL)) == NULL) {
		sip_server_answer(t, 404, NULL);
	} else {
		take_watcher(c, t, expires == 0);
	}
	mem_free(session);
	mem_free(s);
	mem_free(x);
	jid_clear(&local);
	jid_clear(&remote);
}

static void
on_refresh(struct sip_notifier *n, void *arg)
{
	struct contact *c = sip_notifier_ctx(n);
	struct buf body = { 0 };

	(void)arg;
	c->used = gateway_now(c->g);
	contact_save_watcher(c, n);
	if (!presence_sees(c->rec.state)) {
		sip_notifier_notify(n, SIP_SUB_PENDING, NULL, NULL, NULL, 0,
		    true);
		return;
	}
	write_state(c, &body);
	sip_notifier_notify(n, SIP_SUB_ACTIVE, NULL, PIDF_TYPE, body.data,
	    body.len, true);
	buf_clear(&body);
}

static void
on_end(struct sip_notifier *n, const char *reason, void *arg)
{
	static const struct pidf nothing = { 0 };
	struct contact *c = sip_notifier_ctx(n);
	struct buf body = { 0 };
	char *entity;
	unsigned int i;

	(void)arg;
	for (i = 0; i < c->n_watchers; i++) {
		if (c->watchers[i] == n) {
			c->watchers[i] = c->watchers[--c->n_watchers];
			break;
		}
	}
	contact_forget_watcher(c, n);
	/* The authorisation stays; X hears nothing of it [P6]. */
	if (reason == NULL || !presence_sees(c->rec.state))
		return;
	entity = mem_printf("pres:%s", c->remote_sip + strlen("sip:"));
	pidf_write(&nothing, entity, c->remote_sip, false, &body);
	sip_notifier_notify(n, SIP_SUB_TERMINATED, reason, PIDF_TYPE,
	    body.data, body.len, true);
	mem_free(entity);
	buf_clear(&body);
}

void
gateway_notifier_ops(struct sip_notifiers_ops *ops)
{
	ops->on_subscribe = on_subscribe;
	ops->on_refresh = on_refresh;
	ops->on_end = on_end;
}

/* ---- gates that close and open ---- */

void
contact_close_gate(struct contact *c, enum admit_gate gate)
{
	c->closed = true;
	contact_unshow(c);
	contact_watch_stop(c);
	if (c->retry != NULL)
		loop_timer_cancel(c->retry);
	c->watch = PRESENCE_WATCH_NONE;
	contact_notify(c, true); /* closed, whatever the cache says */
	if (gate != ADMIT_USER_UNKNOWN)
		return;
	/* [9.3] S is no longer one of ours: nothing of it stays. */
	end_watchers(c, "noresource");
	if (presence_sees(c->rec.state) || presence_has_asked(c->rec.state))
		contact_send_presence(c, STANZA_TYPE_UNSUBSCRIBE);
	if (presence_is_seen(c->rec.state) || presence_is_asked(c->rec.state))
		contact_send_presence(c, STANZA_TYPE_UNSUBSCRIBED);
	memset(&c->rec, 0, sizeof(c->rec));
	contact_save(c);
}

void
contact_open_gate(struct contact *c)
{
	log_info("gateway", "gate opened local=%s remote=%s", c->local,
	    c->remote);
	c->closed = false;
	c->cache_at = 0;
	c->subscribed_at = 0; /* no reason to wait */
	c->resync = true;
}

/* ---- stanzas of X ---- */

static void
take_subscribe(struct contact *c)
{
	struct presence_step st = presence_inbound(
	    c->rec.state, STANZA_TYPE_SUBSCRIBE);
	int64_t wall = gateway_wall(c->g);

	if (presence_is_seen(c->rec.state)) { /* P-02 */
		contact_send_presence(c, STANZA_TYPE_SUBSCRIBED);
		contact_probed(c);
		return;
	}
	if (c->rec.denied_by_s != 0 &&
	    wall - c->rec.denied_by_s < PRESENCE_DENIED_S) {
		contact_send_presence(c, STANZA_TYPE_UNSUBSCRIBED);
		return;
	}
	if (st.pass) {
		c->rec.state = st.next;
		contact_save(c);
	}
	contact_watch_event(c, PRESENCE_EV_SUBSCRIBE, 0);
}

static void
take_unsubscribe(struct contact *c)
{
	struct presence_step st = presence_inbound(
	    c->rec.state, STANZA_TYPE_UNSUBSCRIBE);

	if (!st.pass)
		return;
	contact_watch_event(c, PRESENCE_EV_UNSUBSCRIBE, 0);
	c->rec.state = presence_inbound(
	    c->rec.state, STANZA_TYPE_UNSUBSCRIBE).next;
	contact_save(c);
}

static void
take_subscribed(struct contact *c)
{
	struct presence_step st = presence_inbound(
	    c->rec.state, STANZA_TYPE_SUBSCRIBED);

	if (!st.pass) /* P-03 */
		return;
	c->rec.state = st.next;
	c->rec.denied_by_x = 0;
	contact_save(c);
	contact_notify(c, true); /* closed, until the probe is answered */
	contact_probe(c);
}

static void
take_unsubscribed(struct contact *c)
{
	bool asked = presence_has_asked(c->rec.state);
	struct presence_step st = presence_inbound(
	    c->rec.state, STANZA_TYPE_UNSUBSCRIBED);

	if (!st.pass) /* P-04 */
		return;
	c->rec.state = st.next;
	if (asked) /* [P10]: the end of an old one is no denial */
		c->rec.denied_by_x = gateway_wall(c->g);
	pidf_clear(&c->cache);
	c->cache_at = 0;
	contact_save(c);
	end_watchers(c, "rejected");
}

/* X's devices come and go. */
static void
take_state(struct contact *c, const struct stanza *st)
{
	bool was_open = c->cache.n > 0, first = c->cache_at == 0, changed;

	if (!presence_sees(c->rec.state)) /* P-11: directed; no state of ours */
		return;
	changed = pidf_take_stanza(&c->cache, st->x, st->from.resource,
	    gateway_wall(c->g));
	c->cache_at = gateway_now(c->g);
	if (c->answer != NULL)
		loop_timer_cancel(c->answer);
	if (changed || first)
		contact_notify(c, first || was_open != (c->cache.n > 0));
}

static void
take_error(struct contact *c)
{
	/* P-12: not again until X shows life. */
	log_info("gateway", "presence error local=%s remote=%s", c->local,
	    c->remote);
	contact_watch_event(c, PRESENCE_EV_X_GONE, 0);
	pidf_clear(&c->shown);
	if (c->cache.n > 0) {
		pidf_clear(&c->cache);
		contact_notify(c, true);
	}
}

static void
take_presence(struct contact *c, const struct stanza *st)
{
	enum stanza_type type = st->type;

	contact_note_life(c);
	if (type == STANZA_TYPE_ERROR) {
		take_error(c);
		return;
	}
	if (presence_is_seen(c->rec.state))
		contact_watch_event(c, PRESENCE_EV_X_ALIVE, 0);
	if (type == STANZA_TYPE_SUBSCRIBE)
		take_subscribe(c);
	else if (type == STANZA_TYPE_SUBSCRIBED)
		take_subscribed(c);
	else if (type == STANZA_TYPE_UNSUBSCRIBE)
		take_unsubscribe(c);
	else if (type == STANZA_TYPE_UNSUBSCRIBED)
		take_unsubscribed(c);
	else if (type == STANZA_TYPE_AVAILABLE ||
	    type == STANZA_TYPE_UNAVAILABLE)
		take_state(c, st);
	else if (type == STANZA_TYPE_PROBE && presence_is_seen(c->rec.state))
		contact_probed(c);
	else if (type == STANZA_TYPE_PROBE) /* P-06 */
		contact_send_presence(c, STANZA_TYPE_UNSUBSCRIBED);
}

/* A probe of who may not know: unknown users look like closed ones. */
static void
refuse_probe(struct gateway *g, const struct stanza *st)
{
	char *from = jid_bare_text(&st->to), *to = jid_bare_text(&st->from);

	link_send_take(g->link, stanza_presence(STANZA_TYPE_UNSUBSCRIBED, from,
	    to), NULL, "presence", gateway_ignore_result, NULL);
	mem_free(from);
	mem_free(to);
}

static enum stanza_condition
refused(struct gateway *g, const struct stanza *st, enum admit_gate gate)
{
	struct admit_answer a;

	/* [E9]: only requests are answered; users' gates with silence (Z-07). */
	if (gate == ADMIT_FEDERATION_OFF || gate == ADMIT_PARTNER ||
	    gate == ADMIT_RATE) {
		admit_answer(gate, &a);
		return st->type == STANZA_TYPE_SUBSCRIBE &&
		    admit_may_answer(g->rates, gateway_now(g), gate,
			st->from.domain) ? a.condition : CONDITION_NONE;
	}
	if (st->type == STANZA_TYPE_PROBE)
		refuse_probe(g, st);
	return CONDITION_NONE;
}

void
gateway_presence_from_xmpp(struct gateway *g, const struct link_stanza *s,
    const struct stanza *st)
{
	char *local = jid_bare_text(&st->to), *remote = jid_bare_text(&st->from);
	enum stanza_condition why = CONDITION_NONE;
	const char *type = stanza_type_name(st->type);
	struct admit_verdict v;
	struct contact *c = NULL;
	struct fault f;

	counter_add(&g->counters, COUNTER_PRESENCE_FROM_XMPP);
	log_info("gateway", "presence from xmpp session=%s type=%s from=%s "
	    "to=%s", s->session, type != NULL ? type : "available", remote,
	    local);
	if (st->to.local == NULL || st->from.local == NULL)
		goto out;
	if (!gateway_admit(g, local, remote, st->from.domain,
	    st->type == STANZA_TYPE_SUBSCRIBE ? ADMIT_SUBSCRIBE :
	    ADMIT_PRESENCE, true, s->session, &v)) {
		why = refused(g, st, v.gate);
		goto out;
	}
	if (st->type == STANZA_TYPE_SUBSCRIBE) {
		c = contact_get(g, &st->to, &st->from, &f);
		if (c == NULL)
			why = f.code == FAULT_LIMIT ?
			    CONDITION_RESOURCE_CONSTRAINT :
			    CONDITION_JID_MALFORMED;
	} else {
		/* Nothing else is about a pair we do not know. */
		c = contact_find(g, local, remote);
		if (c == NULL && st->type == STANZA_TYPE_PROBE)
			refuse_probe(g, st);
	}
	if (c != NULL)
		take_presence(c, st);
out:
	link_result(g->link, s->token, why, NULL);
	mem_free(local);
	mem_free(remote);
}
