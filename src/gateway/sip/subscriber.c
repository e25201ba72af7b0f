/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The subscriber's side of RFC 6665. */
#include "config.h"

#include <string.h>

#include "core/buf.h"
#include "core/chain.h"
#include "core/log.h"
#include "core/mem.h"
#include "gateway/sip/subscriber.h"

/* Timer N: how long the first NOTIFY may take after the 2xx. */
#define TIMER_N_MS 32000
/* LIMIT: how often 423 may raise the time. */
#define BRIEF_MAX 3

enum subscriber_state {
	SUBSCRIBER_TRYING, /* no NOTIFY yet */
	SUBSCRIBER_ALIVE,
	SUBSCRIBER_STOPPING,
};

struct sip_subscribers {
	struct sip_stack *stack;
	struct sip_subscribers_ops ops;
	struct chain table; /* by Call-ID and our tag */
};

struct sip_subscriber {
	struct chain_link link;
	struct sip_subscribers *all;
	enum subscriber_state state;
	struct sip_msg *first;     /* the SUBSCRIBE that opens */
	struct sip_dialog *dialog; /* made by the first NOTIFY */
	struct sip_target target;
	char *event, *contact_user;
	uint32_t expires; /* what we ask for */
	int64_t ends_at;  /* what was granted */
	unsigned briefs;
	struct loop_timer
	    *timer; /* N, refresh, expiry or the end of stopping */
	struct sip_client *client;
	void *ctx;
};

static void subscriber_on_timer(void *arg);
static void subscriber_send(struct sip_subscriber *s, uint32_t expires);

struct sip_subscribers *
sip_subscribers_new(struct sip_stack *s, const struct sip_subscribers_ops *ops)
{
	struct sip_subscribers *all = mem_zalloc(sizeof(*all));
	uint64_t seed[2];

	all->stack = s;
	all->ops = *ops;
	loop_random(sip_stack_loop(s), seed, sizeof(seed));
	chain_init(&all->table, seed);
	return all;
}

void
sip_subscriber_free(struct sip_subscriber *s)
{
	if (s == NULL)
		return;
	sip_client_forget(s->client);
	chain_remove(&s->all->table, &s->link);
	loop_timer_free(s->timer);
	sip_dialog_free(s->dialog);
	sip_msg_unref(s->first);
	mem_free(s->event);
	mem_free(s->contact_user);
	mem_free(s);
}

void
sip_subscribers_free(struct sip_subscribers *all)
{
	struct chain_link *l;

	if (all == NULL)
		return;
	while ((l = chain_any(&all->table)) != NULL)
		sip_subscriber_free(CHAIN_OF(l, struct sip_subscriber, link));
	chain_clear(&all->table);
	mem_free(all);
}

void *
sip_subscriber_ctx(const struct sip_subscriber *s)
{
	return s->ctx;
}

static int64_t
subscriber_now(const struct sip_subscriber *s)
{
	return loop_now(sip_stack_loop(s->all->stack));
}

static void
subscriber_end(struct sip_subscriber *s, enum sip_subscriber_end how,
    int status, const struct sip_substate *state, const struct sip_msg *m)
{
	s->all->ops.on_end(s, how, status, state, m, s->ctx);
	sip_subscriber_free(s);
}

/* Refresh at 85 % of what is left, 5 % more or less. */
static void
refresh_plan(struct sip_subscriber *s)
{
	int64_t left = s->ends_at - subscriber_now(s);
	uint32_t jitter = loop_random_below(sip_stack_loop(s->all->stack), 101);
	int64_t at = left / 1000 * 800 + left / 1000 * jitter;

	loop_timer_set(s->timer, left < 5000 ? left / 2 : at);
}

static void
granted_set(struct sip_subscriber *s, uint32_t seconds)
{
	s->ends_at = subscriber_now(s) + (int64_t)seconds * 1000;
	if (s->state == SUBSCRIBER_ALIVE)
		refresh_plan(s);
}

/* -- SUBSCRIBE ----------------------------------------------------------- */

static bool
status_kills(int status)
{
	switch (status) {
	case 404:
	case 405:
	case 410:
	case 416:
	case 489:
	case 501:
	case 603:
	case 604:
	case 403:
		return true;
	default:
		return status >= 480 && status <= 485;
	}
}

static void
refused(struct sip_subscriber *s, const struct sip_msg *m)
{
	bool nobody = m->status == 408 || m->status / 100 == 5;

	if (s->state == SUBSCRIBER_STOPPING) {
		subscriber_end(s, SIP_SUB_END_DONE, m->status, NULL, NULL);
	} else if (s->state == SUBSCRIBER_TRYING) {
		subscriber_end(s,
		    nobody ? SIP_SUB_END_TIMEOUT : SIP_SUB_END_REFUSED,
		    m->status, NULL, m);
	} else if (status_kills(m->status)) {
		subscriber_end(s, SIP_SUB_END_REFUSED, m->status, NULL, m);
	} else { /* it lives until it expires: try again before */
		int64_t left = s->ends_at - subscriber_now(s);

		loop_timer_set(s->timer, left > 2000 ? left / 2 : left);
	}
}

static void
subscribe_on_answer(struct sip_client *c, enum sip_outcome outcome,
    const struct sip_msg *m, void *arg)
{
	struct sip_subscriber *s = arg;
	uint32_t brief;

	(void)c;
	(void)outcome;
	if (m->status < 200)
		return;
	s->client = NULL;
	if (m->status / 100 == 2) {
		if (s->dialog != NULL)
			sip_dialog_refresh(s->dialog, m);
		if (s->state == SUBSCRIBER_TRYING)
			loop_timer_set(s->timer, TIMER_N_MS);
		if (s->state != SUBSCRIBER_STOPPING)
			granted_set(
			    s, sip_msg_uint(m, SIP_HDR_EXPIRES, s->expires));
		return;
	}
	brief = sip_msg_uint(m, SIP_HDR_MIN_EXPIRES, 0);
	if (m->status == 423 && brief > s->expires && s->expires != 0 &&
	    s->briefs++ < BRIEF_MAX) {
		s->expires = brief;
		subscriber_send(s, s->expires);
		return;
	}
	refused(s, m);
}

static void
subscriber_send(struct sip_subscriber *s, uint32_t expires)
{
	struct sip_stack *stack = s->all->stack;
	struct buf contact = { 0 };
	struct sip_msg *m;
	struct sip_cseq cseq;

	if (s->dialog != NULL) {
		m = sip_dialog_request(s->dialog, SIP_SUBSCRIBE);
		sip_msg_copy_header(m, s->first, SIP_HDR_EVENT);
		sip_msg_copy_header(m, s->first, SIP_HDR_ACCEPT);
	} else {
		(void)sip_msg_cseq(s->first, &cseq);
		sip_msg_setf(
		    s->first, SIP_HDR_CSEQ, "%u SUBSCRIBE", cseq.number + 1);
		m = sip_msg_ref(s->first);
	}
	sip_stack_contact(
	    stack, s->target.transport, s->contact_user, &contact);
	sip_msg_set(
	    m, SIP_HDR_CONTACT, sip_span_make(contact.data, contact.len));
	sip_msg_setf(m, SIP_HDR_EXPIRES, "%u", expires);
	buf_clear(&contact);
	sip_client_forget(s->client);
	s->client =
	    sip_stack_request(stack, m, &s->target, subscribe_on_answer, s);
	sip_msg_unref(m);
}

static uint64_t
table_hash(const struct sip_subscribers *all, const struct sip_msg *m,
    enum sip_header ours)
{
	struct buf key = { 0 };
	uint64_t hash;

	sip_span_add(&key, sip_msg_call_id(m));
	buf_add_byte(&key, '\n');
	sip_span_add(&key, sip_msg_tag(m, ours));
	hash = chain_hash(&all->table, key.data, key.len);
	buf_clear(&key);
	return hash;
}

struct sip_subscriber *
sip_subscriber_new(
    struct sip_subscribers *all, const struct sip_subscribe *what, void *ctx)
{
	struct sip_subscriber *s = mem_zalloc(sizeof(*s));
	size_t i;

	s->all = all;
	s->ctx = ctx;
	s->target = what->target;
	s->event = mem_strdup(what->event);
	s->contact_user =
	    what->contact_user == NULL ? NULL : mem_strdup(what->contact_user);
	s->expires = what->expires;
	s->timer =
	    loop_timer_new(sip_stack_loop(all->stack), subscriber_on_timer, s);
	s->first = sip_request_make(SIP_SUBSCRIBE, sip_span_of(what->uri),
	    what->from, what->to, NULL, 0);
	for (i = 0; what->routes != NULL && what->routes[i] != NULL; i++)
		sip_msg_add_str(s->first, SIP_HDR_ROUTE, what->routes[i]);
	sip_msg_add_str(s->first, SIP_HDR_EVENT, what->event);
	if (what->accept != NULL)
		sip_msg_add_str(s->first, SIP_HDR_ACCEPT, what->accept);
	chain_add(
	    &all->table, &s->link, table_hash(all, s->first, SIP_HDR_FROM));
	subscriber_send(s, s->expires);
	return s;
}

void
sip_subscriber_refresh(struct sip_subscriber *s)
{
	if (s->state == SUBSCRIBER_ALIVE && s->client == NULL)
		subscriber_send(s, s->expires);
}

void
sip_subscriber_stop(struct sip_subscriber *s)
{
	bool open = s->dialog != NULL;

	if (s->state == SUBSCRIBER_STOPPING)
		return;
	s->state = SUBSCRIBER_STOPPING;
	/* Without a dialog there is nothing to end: a NOTIFY gets 481. */
	loop_timer_set(s->timer, open ? TIMER_N_MS : 0);
	if (open)
		subscriber_send(s, 0);
}

static void
subscriber_on_timer(void *arg)
{
	struct sip_subscriber *s = arg;
	int64_t left = s->ends_at - subscriber_now(s);

	switch (s->state) {
	case SUBSCRIBER_TRYING:
		subscriber_end(s, SIP_SUB_END_TIMEOUT, 408, NULL, NULL);
		break;
	case SUBSCRIBER_STOPPING:
		subscriber_end(s, SIP_SUB_END_DONE, 0, NULL, NULL);
		break;
	case SUBSCRIBER_ALIVE:
		if (left <= 0) {
			subscriber_end(s, SIP_SUB_END_TIMEOUT, 408, NULL, NULL);
			break;
		}
		loop_timer_set(s->timer, left);
		sip_subscriber_refresh(s);
		break;
	}
}

/* -- NOTIFY -------------------------------------------------------------- */

static struct sip_subscriber *
subscriber_find(const struct sip_subscribers *all, const struct sip_msg *m)
{
	struct chain_link *l =
	    chain_first(&all->table, table_hash(all, m, SIP_HDR_TO));

	for (; l != NULL; l = chain_again(l)) {
		struct sip_subscriber *s =
		    CHAIN_OF(l, struct sip_subscriber, link);

		if (sip_span_equal(
			sip_msg_call_id(m), sip_msg_call_id(s->first)) &&
		    sip_span_equal(sip_msg_tag(m, SIP_HDR_TO),
			sip_msg_tag(s->first, SIP_HDR_FROM)))
			return s;
	}
	return NULL;
}

static void
notify_accepted(struct sip_subscriber *s, const struct sip_msg *m,
    const struct sip_substate *state)
{
	if (sip_span_is_nocase(state->state, "terminated")) {
		subscriber_end(s,
		    s->state == SUBSCRIBER_STOPPING || s->expires == 0
			? SIP_SUB_END_DONE
			: SIP_SUB_END_TERMINATED,
		    0, state, m);
		return;
	}
	if (s->state == SUBSCRIBER_TRYING)
		s->state = SUBSCRIBER_ALIVE;
	if (s->state == SUBSCRIBER_ALIVE)
		granted_set(
		    s, state->has_expires ? state->expires : s->expires);
	s->all->ops.on_notify(s, state, m, s->ctx);
}

void
sip_subscribers_notify(struct sip_subscribers *all, struct sip_server *t)
{
	const struct sip_msg *m = sip_server_request(t);
	struct sip_subscriber *s = subscriber_find(all, m);
	struct sip_msg *keep;
	struct sip_substate state;
	struct sip_event e;
	int status;

	/* A second dialog (forked NOTIFY) is refused: 3856 section 6.9. */
	if (s == NULL ||
	    (s->dialog != NULL && !sip_dialog_owns(s->dialog, m))) {
		sip_server_answer(t, 481, NULL);
		return;
	}
	if (sip_event_read(sip_msg_header(m, SIP_HDR_EVENT), &e) != 0 ||
	    !sip_span_is_nocase(e.package, s->event)) {
		sip_server_answer(t, 489, NULL);
		return;
	}
	if (sip_substate_read(
		sip_msg_header(m, SIP_HDR_SUBSCRIPTION_STATE), &state) != 0) {
		sip_server_answer(t, 400, "Subscription-State missing");
		return;
	}
	if (s->dialog == NULL)
		s->dialog = sip_dialog_new_uac(s->first, m, &s->target);
	status = s->dialog == NULL ? 400 : sip_dialog_seen(s->dialog, m);
	if (status != 0) {
		sip_server_answer(t, status, NULL);
		return;
	}
	keep = sip_server_request_ref(t);
	sip_server_answer(t, 200, NULL);
	notify_accepted(s, keep, &state);
	sip_msg_unref(keep);
}
