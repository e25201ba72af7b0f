/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The notifier's side of RFC 6665. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/chain.h"
#include "core/log.h"
#include "core/mem.h"
#include "gateway/sip/notifier_internal.h"
#include "gateway/sip/uas.h"

/* A NOTIFY that could not be sent is tried again after this. */
#define RETRY_MS 10000

static void notifier_on_expiry(void *arg);
static void notifier_on_pace(void *arg);
static void notifier_push(struct sip_notifier *n);

static const char *const state_names[] = {
	[SIP_SUB_PENDING] = "pending",
	[SIP_SUB_ACTIVE] = "active",
	[SIP_SUB_TERMINATED] = "terminated",
};

/* -- tables -------------------------------------------------------------- */

struct sip_notifiers *
sip_notifiers_new(struct sip_stack *s, const struct sip_notifiers_opts *opts,
    const struct sip_notifiers_ops *ops, void *arg)
{
	struct sip_notifiers *all = mem_zalloc(sizeof(*all));
	uint64_t seed[2];

	all->stack = s;
	all->opts = *opts;
	all->ops = *ops;
	all->arg = arg;
	if (all->opts.expires_min == 0)
		all->opts.expires_min = 60;
	if (all->opts.expires_max == 0)
		all->opts.expires_max = 7200;
	if (all->opts.expires_default == 0)
		all->opts.expires_default = 3600;
	if (all->opts.pace_ms == 0)
		all->opts.pace_ms = 5000;
	if (all->opts.max == 0)
		all->opts.max = 100000;
	loop_random(sip_stack_loop(s), seed, sizeof(seed));
	chain_init(&all->table, seed);
	return all;
}

static void
notifier_free(struct sip_notifier *n)
{
	sip_client_forget(n->client);
	chain_remove(&n->all->table, &n->link);
	loop_timer_free(n->expiry);
	loop_timer_free(n->pace);
	sip_dialog_free(n->dialog);
	buf_clear(&n->body);
	mem_free(n->content_type);
	mem_free(n->reason);
	mem_free(n->event);
	mem_free(n->event_id);
	mem_free(n->contact);
	mem_free(n);
}

void
sip_notifiers_free(struct sip_notifiers *all)
{
	struct chain_link *l;

	if (all == NULL)
		return;
	while ((l = chain_any(&all->table)) != NULL)
		notifier_free(CHAIN_OF(l, struct sip_notifier, link));
	chain_clear(&all->table);
	mem_free(all);
}

void
sip_notifiers_set_next_hop(
    struct sip_notifiers *all, const struct sip_target *next_hop)
{
	all->opts.next_hop = *next_hop;
}

static uint64_t
dialog_hash(const struct sip_notifiers *all, struct sip_span call_id,
    struct sip_span local_tag)
{
	struct buf key = { 0 };
	uint64_t hash;

	sip_span_add(&key, call_id);
	buf_add_byte(&key, '\n');
	sip_span_add(&key, local_tag);
	hash = chain_hash(&all->table, key.data, key.len);
	buf_clear(&key);
	return hash;
}

static struct sip_notifier *
notifier_find(const struct sip_notifiers *all, const struct sip_msg *m)
{
	struct chain_link *l = chain_first(&all->table,
	    dialog_hash(all, sip_msg_call_id(m), sip_msg_tag(m, SIP_HDR_TO)));

	for (; l != NULL; l = chain_again(l)) {
		struct sip_notifier *n = CHAIN_OF(l, struct sip_notifier, link);

		if (sip_dialog_owns(n->dialog, m))
			return n;
	}
	return NULL;
}

struct sip_notifier *
sip_notifier_make(struct sip_notifiers *all, struct sip_dialog *dialog,
    const char *event, const char *event_id, const char *contact, void *ctx)
{
	struct sip_notifier *n = mem_zalloc(sizeof(*n));
	struct loop *loop = sip_stack_loop(all->stack);

	n->all = all;
	n->dialog = dialog;
	n->ctx = ctx;
	n->event = mem_strdup(event);
	n->event_id = mem_strdup(event_id);
	n->contact = mem_strdup(contact);
	n->expiry = loop_timer_new(loop, notifier_on_expiry, n);
	n->pace = loop_timer_new(loop, notifier_on_pace, n);
	n->last_sent = INT64_MIN / 2;
	chain_add(&all->table, &n->link,
	    dialog_hash(all, sip_span_of(dialog->call_id),
		sip_span_of(dialog->local_tag)));
	return n;
}

void
sip_notifier_expires_set(struct sip_notifier *n, uint32_t seconds)
{
	n->expires_at =
	    loop_now(sip_stack_loop(n->all->stack)) + (int64_t)seconds * 1000;
	loop_timer_set(n->expiry, (int64_t)seconds * 1000);
}

void
sip_notifier_set_target(struct sip_notifier *n, const struct sip_target *target)
{
	n->dialog->target = *target;
}

/* -- NOTIFY -------------------------------------------------------------- */

/* RFC 6665 section 4.2.2: what these say ends the dialog. */
static bool
status_kills(int status)
{
	switch (status) {
	case 404:
	case 405:
	case 408: /* timer F */
	case 410:
	case 416:
	case 430: /* the connection it lived on is gone */
	case 489:
	case 501:
	case 604:
		return true;
	default:
		return status >= 480 && status <= 485;
	}
}

static void
notify_on_answer(struct sip_client *c, enum sip_outcome outcome,
    const struct sip_msg *m, void *arg)
{
	struct sip_notifier *n = arg;

	(void)c;
	if (m->status < 200)
		return;
	n->client = NULL;
	if (n->final_sent) {
		notifier_free(n);
		return;
	}
	if (status_kills(m->status)) {
		log_info("sip", "subscription lost status=%d event=%s",
		    m->status, n->event);
		if (!n->ownerless)
			n->all->ops.on_end(n, NULL, n->all->arg);
		notifier_free(n);
		return;
	}
	sip_dialog_refresh(n->dialog, m);
	if (n->wanted) {
		notifier_push(n);
	} else if (outcome == SIP_OUTCOME_FAILED) {
		/* The next hop is away for a moment: say it again. */
		n->wanted = true;
		loop_timer_set(n->pace, RETRY_MS);
	}
}

static void
notify_send(struct sip_notifier *n)
{
	struct sip_notifiers *all = n->all;
	struct sip_msg *m = sip_dialog_request(n->dialog, SIP_NOTIFY);

	sip_msg_add_str(m, SIP_HDR_CONTACT, n->contact);
	if (n->event_id[0] != '\0')
		sip_msg_addf(
		    m, SIP_HDR_EVENT, "%s;id=%s", n->event, n->event_id);
	else
		sip_msg_add_str(m, SIP_HDR_EVENT, n->event);
	if (n->state == SIP_SUB_TERMINATED)
		sip_msg_addf(m, SIP_HDR_SUBSCRIPTION_STATE,
		    "terminated;reason=%s", n->reason);
	else
		sip_msg_addf(m, SIP_HDR_SUBSCRIPTION_STATE, "%s;expires=%u",
		    state_names[n->state], sip_notifier_left(n));
	if (n->content_type != NULL)
		sip_msg_set_body(m, n->content_type, n->body.data, n->body.len);
	n->wanted = n->urgent = false;
	n->final_sent = n->state == SIP_SUB_TERMINATED;
	n->last_sent = loop_now(sip_stack_loop(all->stack));
	n->client = sip_stack_request(
	    all->stack, m, &n->dialog->target, notify_on_answer, n);
	sip_msg_unref(m);
}

/* Sends now, or when the answer or the pace allows it. */
static void
notifier_push(struct sip_notifier *n)
{
	int64_t wait = n->last_sent + n->all->opts.pace_ms -
		       loop_now(sip_stack_loop(n->all->stack));

	n->wanted = true;
	if (n->client != NULL)
		return;
	if (!n->urgent && wait > 0) {
		if (!loop_timer_is_set(n->pace))
			loop_timer_set(n->pace, wait);
		return;
	}
	loop_timer_cancel(n->pace);
	notify_send(n);
}

static void
notifier_on_pace(void *arg)
{
	struct sip_notifier *n = arg;

	if (n->wanted && n->client == NULL)
		notify_send(n);
}

static void
notifier_say(struct sip_notifier *n, enum sip_sub_state state,
    const char *reason, const char *content_type, const void *body, size_t len)
{
	n->state = state;
	mem_free(n->reason);
	n->reason = mem_strdup(reason == NULL ? "deactivated" : reason);
	mem_free(n->content_type);
	n->content_type =
	    content_type == NULL ? NULL : mem_strdup(content_type);
	buf_reset(&n->body);
	buf_add(&n->body, body, content_type == NULL ? 0 : len);
}

void
sip_notifier_notify(struct sip_notifier *n, enum sip_sub_state state,
    const char *reason, const char *content_type, const void *body, size_t len,
    bool urgent)
{
	if (n->state == SIP_SUB_TERMINATED)
		return;
	notifier_say(n, state, reason, content_type, body, len);
	if (state == SIP_SUB_TERMINATED) {
		n->ownerless = true;
		urgent = true;
		loop_timer_cancel(n->expiry);
	}
	n->urgent = n->urgent || urgent;
	notifier_push(n);
}

/* The subscriber or the clock ends it: the owner may give a last body. */
static void
notifier_time_out(struct sip_notifier *n)
{
	if (!n->ownerless)
		n->all->ops.on_end(n, "timeout", n->all->arg);
	if (n->state != SIP_SUB_TERMINATED)
		sip_notifier_notify(
		    n, SIP_SUB_TERMINATED, "timeout", NULL, NULL, 0, true);
}

static void
notifier_on_expiry(void *arg)
{
	notifier_time_out(arg);
}

/* -- SUBSCRIBE ----------------------------------------------------------- */

static void
answer_with(
    struct sip_server *t, int status, enum sip_header id, const char *value)
{
	struct sip_msg *r = sip_server_response(t, status, NULL);

	sip_msg_add_str(r, id, value);
	sip_server_respond_take(t, r);
}

static void
answer_bad_event(struct sip_notifiers *all, struct sip_server *t)
{
	struct sip_caps caps = { .events = all->opts.events };
	struct sip_msg *r = sip_server_response(t, 489, NULL);

	sip_uas_dress(r, sip_server_request(t), &caps);
	sip_server_respond_take(t, r);
}

/* What is granted; 0 may be asked for. -1: answered 423. */
static int
expires_grant(
    struct sip_notifiers *all, struct sip_server *t, uint32_t *grantedp)
{
	const struct sip_notifiers_opts *o = &all->opts;
	uint32_t want = sip_msg_uint(
	    sip_server_request(t), SIP_HDR_EXPIRES, o->expires_default);
	char text[16];

	if (want > o->expires_max)
		want = o->expires_max;
	/* E-03: too brief is only what is below an hour as well. */
	if (want != 0 && want < o->expires_min && want < 3600) {
		(void)snprintf(text, sizeof(text), "%u", o->expires_min);
		answer_with(t, 423, SIP_HDR_MIN_EXPIRES, text);
		return -1;
	}
	*grantedp = want;
	return 0;
}

static void
answer_ok(struct sip_server *t, const char *contact, uint32_t expires)
{
	struct sip_msg *r = sip_server_response(t, 200, NULL);

	sip_msg_copy_header(r, sip_server_request(t), SIP_HDR_RECORD_ROUTE);
	sip_msg_add_str(r, SIP_HDR_CONTACT, contact);
	sip_msg_addf(r, SIP_HDR_EXPIRES, "%u", expires);
	sip_server_respond_take(t, r);
}

static void
target_set(struct sip_notifiers *all, struct sip_dialog *d,
    const struct sip_peer *peer)
{
	if (peer->trusted && all->opts.next_hop.addr.len != 0)
		d->target = all->opts.next_hop;
	else
		sip_target_from_peer(peer, &d->target);
}

static void
refresh_came(struct sip_notifiers *all, struct sip_server *t)
{
	const struct sip_msg *m = sip_server_request(t);
	struct sip_notifier *n = notifier_find(all, m);
	struct sip_event e;
	uint32_t granted;
	int status;

	if (n == NULL || n->state == SIP_SUB_TERMINATED) {
		sip_server_answer(t, 481, NULL);
		return;
	}
	if (sip_event_read(sip_msg_header(m, SIP_HDR_EVENT), &e) != 0 ||
	    !sip_span_is_nocase(e.package, n->event) ||
	    !sip_span_is(e.id, n->event_id)) {
		answer_bad_event(all, t);
		return;
	}
	if ((status = sip_dialog_seen(n->dialog, m)) != 0) {
		sip_server_answer(t, status, NULL);
		return;
	}
	if (expires_grant(all, t, &granted) != 0)
		return;
	target_set(all, n->dialog, sip_server_peer(t));
	answer_ok(t, n->contact, granted);
	if (granted == 0) {
		notifier_time_out(n);
		return;
	}
	sip_notifier_expires_set(n, granted);
	n->urgent = true;
	all->ops.on_refresh(n, all->arg);
	/* E-02: always one, also when the owner had nothing new to say. */
	if (n->state != SIP_SUB_TERMINATED && n->urgent)
		notifier_push(n);
}

static bool
event_is_served(const struct sip_notifiers *all, const struct sip_msg *m)
{
	struct sip_event e;
	size_t i;

	if (sip_event_read(sip_msg_header(m, SIP_HDR_EVENT), &e) != 0)
		return false;
	for (i = 0; all->opts.events[i] != NULL; i++)
		if (sip_span_is_nocase(e.package, all->opts.events[i]))
			return true;
	return false;
}

static bool
accept_fits(const struct sip_notifiers *all, const struct sip_msg *m)
{
	struct sip_values it = sip_values_of(m, SIP_HDR_ACCEPT);
	struct sip_span value, type;
	size_t i;

	if (!sip_msg_has(m, SIP_HDR_ACCEPT))
		return true;
	while (sip_values_next(&it, &value)) {
		const char *semi =
		    value.n == 0 ? NULL : memchr(value.p, ';', value.n);

		type = sip_span_trim(sip_span_make(value.p,
		    semi == NULL ? value.n : (size_t)(semi - value.p)));
		if (sip_span_is(type, "*/*") ||
		    sip_span_is_nocase(type, "application/*"))
			return true;
		for (i = 0; all->opts.accept[i] != NULL; i++)
			if (sip_span_is_nocase(type, all->opts.accept[i]))
				return true;
	}
	return false;
}

void
sip_notifiers_subscribe(struct sip_notifiers *all, struct sip_server *t)
{
	const struct sip_msg *m = sip_server_request(t);
	struct sip_addr contact;
	uint32_t expires;

	if (sip_msg_tag(m, SIP_HDR_TO).n != 0) {
		refresh_came(all, t);
		return;
	}
	if (!event_is_served(all, m)) {
		answer_bad_event(all, t);
		return;
	}
	if (!accept_fits(all, m)) {
		sip_server_answer(t, 406, NULL);
		return;
	}
	if (sip_msg_contact(m, &contact) != 0 || contact.star ||
	    sip_msg_tag(m, SIP_HDR_FROM).n == 0) {
		sip_server_answer(t, 400, "Contact or tag missing");
		return;
	}
	if (expires_grant(all, t, &expires) != 0)
		return;
	if (all->table.count >= all->opts.max) {
		answer_with(t, 503, SIP_HDR_RETRY_AFTER, "60");
		return;
	}
	all->ops.on_subscribe(t, m, sip_server_peer(t), expires, all->arg);
}

struct sip_notifier *
sip_notifier_accept(struct sip_notifiers *all, struct sip_server *t,
    enum sip_sub_state state, const char *content_type, const void *body,
    size_t len, void *ctx)
{
	const struct sip_msg *m = sip_server_request(t);
	const struct sip_peer *peer = sip_server_peer(t);
	struct sip_dialog *d = sip_dialog_new_uas(m, sip_server_tag(t), peer);
	struct sip_event e;
	struct sip_notifier *n;
	struct buf contact = { 0 };
	char *event, *id;
	uint32_t granted;

	if (d == NULL ||
	    sip_event_read(sip_msg_header(m, SIP_HDR_EVENT), &e) != 0) {
		sip_dialog_free(d);
		sip_server_answer(t, 400, NULL);
		return NULL;
	}
	if (expires_grant(all, t, &granted) != 0) {
		sip_dialog_free(d);
		return NULL;
	}
	target_set(all, d, peer);
	event = sip_span_dup(e.package);
	id = sip_span_dup(e.id);
	sip_stack_contact_at(
	    all->stack, peer, all->opts.contact_user, &contact);
	n = sip_notifier_make(all, d, event, id, buf_text(&contact), ctx);
	buf_clear(&contact);
	mem_free(event);
	mem_free(id);
	answer_ok(t, n->contact, granted);
	if (granted == 0 || state == SIP_SUB_TERMINATED) {
		n->ownerless = true;
		sip_notifier_notify(n, SIP_SUB_TERMINATED,
		    granted == 0 ? "timeout" : "rejected", content_type, body,
		    len, true);
		return NULL;
	}
	sip_notifier_expires_set(n, granted);
	n->state = state;
	sip_notifier_notify(n, state, NULL, content_type, body, len, true);
	return n;
}

/* -- looking ------------------------------------------------------------- */

void *
sip_notifier_ctx(const struct sip_notifier *n)
{
	return n->ctx;
}

enum sip_sub_state
sip_notifier_state(const struct sip_notifier *n)
{
	return n->state;
}

const struct sip_dialog *
sip_notifier_dialog(const struct sip_notifier *n)
{
	return n->dialog;
}

const char *
sip_notifier_event(const struct sip_notifier *n)
{
	return n->event;
}

uint32_t
sip_notifier_left(const struct sip_notifier *n)
{
	int64_t left = n->expires_at - loop_now(sip_stack_loop(n->all->stack));

	return left <= 0 ? 0 : (uint32_t)((left + 500) / 1000);
}

unsigned
sip_notifiers_count(const struct sip_notifiers *all)
{
	return (unsigned)all->table.count;
}
