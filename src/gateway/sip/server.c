/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Server transactions: RFC 3261 section 17.2 with 4320 and 6026. */
#include "config.h"

#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/sip/stack_internal.h"
#include "gateway/sip/uas.h"

/* LIMIT: an INVITE nobody answers. */
#define INVITE_MAX_MS 300000

static void server_on_timer(void *arg);

/* -- sending ------------------------------------------------------------ */

/* The connection is gone: where Via says its sender listens (T-09). */
static void
answer_by_new_connection(struct sip_stack *s, const struct sip_msg *request,
    const struct sip_peer *peer, const struct buf *wire)
{
	struct sip_target t = { .transport = peer->transport,
		.internal = peer->trusted };
	struct sip_flow *fl;
	int status;

	if (peer->transport == SIP_TLS && !peer->trusted)
		return;
	sip_via_return(request, peer, &t.addr);
	fl = sip_flow_get(s, &t, &status);
	if (fl != NULL)
		sip_flow_write(fl, wire->data, wire->len);
}

/*
 * A datagram's source is what its sender wrote there: refusals that nobody
 * asked for must not become a flood against whoever lives at that address.
 */
static bool
may_refuse(struct sip_stack *s, const struct sip_peer *peer, int status)
{
	uint64_t key = addr_peer_key(&peer->remote);
	struct sip_budget *b;
	int64_t now;

	if (status < 400 || peer->transport != SIP_UDP ||
	    addr_is_loopback(&peer->remote))
		return true;
	now = loop_now(s->loop);
	b = &s->budgets[chain_hash(&s->servers, &key, sizeof(key)) %
	    SIP_BUDGETS];
	if (b->key != key) {
		b->key = key;
		b->left = SIP_REFUSALS_BURST * 1000;
		b->at = now;
	}
	b->left += (now - b->at) * SIP_REFUSALS_A_SECOND;
	b->at = now;
	if (b->left > SIP_REFUSALS_BURST * 1000)
		b->left = SIP_REFUSALS_BURST * 1000;
	if (b->left < 1000) {
		s->counts.dropped++;
		return false;
	}
	b->left -= 1000;
	return true;
}

static void
answer_send(struct sip_stack *s, const struct sip_msg *request,
    const struct sip_peer *peer, struct sip_listener *listener,
    const struct buf *wire, int status)
{
	struct addr to;
	struct sip_flow *fl;

	if (!may_refuse(s, peer, status))
		return;

	s->counts.responses_out++;
	if (peer->transport != SIP_UDP) {
		fl = sip_flow_find(s, peer->flow);
		if (fl != NULL)
			sip_flow_write(fl, wire->data, wire->len);
		else
			answer_by_new_connection(s, request, peer, wire);
		return;
	}
	sip_via_return(request, peer, &to);
	if (listener != NULL && listener->udp != NULL)
		(void)udp_send(listener->udp, &to, &peer->local, wire->data,
		    wire->len, NULL);
}

static void
response_dress(struct sip_stack *s, struct sip_msg *r, const char *tag)
{
	if (r->status != 100)
		sip_msg_add_tag(r, SIP_HDR_TO, tag);
	if (s->product != NULL && !sip_msg_has(r, SIP_HDR_SERVER))
		sip_msg_add_str(r, SIP_HDR_SERVER, s->product);
}

/* caps NULL: no more is said than the status. */
static void
stateless_answer(struct sip_stack *s, const struct sip_msg *m, int status,
    const char *reason, const struct sip_peer *peer,
    struct sip_listener *listener, const struct sip_caps *caps)
{
	struct sip_msg *r;
	struct buf wire = { 0 };
	char tag[SIP_TAG_SIZE];

	if (m->method == SIP_ACK || !sip_msg_has(m, SIP_HDR_VIA))
		return;
	r = sip_response_new(m, status, reason);
	if (caps != NULL)
		sip_uas_dress(r, m, caps);
	sip_make_tag(tag);
	response_dress(s, r, tag);
	if (status == 503)
		sip_msg_add_str(r, SIP_HDR_RETRY_AFTER, "5");
	sip_msg_write(r, &wire);
	answer_send(s, m, peer, listener, &wire, status);
	buf_clear(&wire);
	sip_msg_unref(r);
}

void
sip_stateless_answer(struct sip_stack *s, const struct sip_msg *m, int status,
    const char *reason, const struct sip_peer *peer,
    struct sip_listener *listener)
{
	stateless_answer(s, m, status, reason, peer, listener, NULL);
}

static void
server_send(struct sip_server *t)
{
	answer_send(t->stack, t->request, &t->peer, t->listener, &t->wire,
	    t->status);
}

/* -- life --------------------------------------------------------------- */

static struct sip_server *
server_new(struct sip_stack *s, struct sip_msg *m, const struct sip_peer *peer,
    struct sip_listener *listener, struct buf *key)
{
	struct sip_server *t = mem_zalloc(sizeof(*t));
	struct buf call = { 0 };

	t->stack = s;
	t->request = sip_msg_ref(m);
	t->bytes = m->arena.len;
	s->request_bytes += t->bytes;
	t->peer = *peer;
	t->peer.tls = NULL;
	t->listener = listener;
	t->invite = m->method == SIP_INVITE;
	t->reliable = peer->transport != SIP_UDP;
	t->key_len = key->len;
	t->key = buf_take(key);
	t->timer = loop_timer_new(s->loop, server_on_timer, t);
	sip_make_tag(t->tag);
	chain_add(&s->servers, &t->by_key,
	    chain_hash(&s->servers, t->key, t->key_len));
	sip_call_key(m, &call);
	chain_add(
	    &s->calls, &t->by_call, chain_hash(&s->calls, call.data, call.len));
	buf_clear(&call);
	return t;
}

void
sip_server_free(struct sip_server *t)
{
	if (t == NULL)
		return;
	chain_remove(&t->stack->servers, &t->by_key);
	chain_remove(&t->stack->calls, &t->by_call);
	t->stack->request_bytes -= t->bytes;
	loop_timer_free(t->timer);
	sip_msg_unref(t->request);
	buf_clear(&t->wire);
	mem_free(t->key);
	mem_free(t);
}

/*
 * What is left of a request once it is answered and only its repeats are
 * waited for: a flood of large ones takes little memory for long.
 */
static void
server_slim(struct sip_server *t)
{
	static const enum sip_header kept[] = { SIP_HDR_VIA, SIP_HDR_FROM,
		SIP_HDR_TO, SIP_HDR_CALL_ID, SIP_HDR_CSEQ };
	struct sip_msg *m = sip_request_new_named(
	    sip_msg_method_text(t->request), sip_msg_uri(t->request));
	size_t i;

	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		sip_msg_copy_header(m, t->request, kept[i]);
	sip_msg_unref(t->request);
	t->request = m;
	t->stack->request_bytes -= t->bytes;
	t->bytes = m->arena.len;
	t->stack->request_bytes += t->bytes;
}

/* The network's side is over; the user may still hold it. */
static void
server_end(struct sip_server *t)
{
	if (t->user_done) {
		sip_server_free(t);
		return;
	}
	chain_remove(&t->stack->calls, &t->by_call);
	loop_timer_cancel(t->timer);
	t->expired = true;
}

static void
server_arm(struct sip_server *t)
{
	int64_t at = t->end_at;

	if (t->resend_at != 0 && (at == 0 || t->resend_at < at))
		at = t->resend_at;
	if (at == 0) {
		loop_timer_cancel(t->timer);
		return;
	}
	at -= loop_now(t->stack->loop);
	loop_timer_set(t->timer, at > 0 ? at : 0);
}

static void
server_enter(struct sip_server *t, enum server_state state)
{
	int64_t now = loop_now(t->stack->loop);

	t->state = state;
	t->resend_at = 0;
	switch (state) {
	case SERVER_TRYING:
	case SERVER_PROCEEDING:
		break;
	case SERVER_COMPLETED:
		if (t->invite) { /* timers G and H */
			t->end_at = now + SIP_64T1;
			t->interval = SIP_T1;
			t->resend_at = t->reliable ? 0 : now + t->interval;
		} else { /* timer J; a challenge is made anew (26.3.2.4) */
			t->end_at = now + (t->reliable || t->status == 401 ||
			    t->status == 407 ? 0 : SIP_64T1);
		}
		break;
	case SERVER_CONFIRMED: /* timer I */
		t->end_at = now + (t->reliable ? 0 : SIP_T4);
		break;
	case SERVER_ACCEPTED: /* timer L; the 2xx is repeated until an ACK */
		t->end_at = now + SIP_64T1;
		t->interval = SIP_T1;
		t->resend_at = now + t->interval;
		break;
	}
	server_arm(t);
}

/* 100 by ourselves: INVITE at once, others when RFC 4320 allows it. */
static void
server_trying(struct sip_server *t)
{
	struct sip_msg *r = sip_response_new(t->request, 100, NULL);

	buf_reset(&t->wire);
	sip_msg_write(r, &t->wire);
	sip_msg_unref(r);
	t->state = SERVER_PROCEEDING;
	server_send(t);
}

static void
server_on_timer(void *arg)
{
	struct sip_server *t = arg;
	int64_t now = loop_now(t->stack->loop);

	if (t->end_at != 0 && now >= t->end_at) {
		server_end(t);
		return;
	}
	if (t->resend_at != 0 && now >= t->resend_at) {
		if (t->state == SERVER_TRYING) {
			t->resend_at = 0;
			server_trying(t);
		} else {
			t->stack->counts.retransmissions++;
			server_send(t);
			t->interval *= 2;
			if (t->interval > SIP_T2)
				t->interval = SIP_T2;
			t->resend_at = now + t->interval;
		}
	}
	server_arm(t);
}

/* -- what comes --------------------------------------------------------- */

static struct sip_server *
server_find(struct sip_stack *s, const struct buf *key)
{
	uint64_t hash = chain_hash(&s->servers, key->data, key->len);
	struct chain_link *l;

	for (l = chain_first(&s->servers, hash); l != NULL;
	     l = chain_again(l)) {
		struct sip_server *t = CHAIN_OF(l, struct sip_server, by_key);

		if (t->key_len == key->len &&
		    memcmp(t->key, key->data, key->len) == 0)
			return t;
	}
	return NULL;
}

static struct sip_server *
server_find_request(
    struct sip_stack *s, const struct sip_msg *m, enum sip_method method)
{
	struct buf key = { 0 };
	struct sip_server *t;

	sip_server_key(m, method, &key);
	t = server_find(s, &key);
	buf_clear(&key);
	return t;
}

/* Another transaction with the same Call-ID, CSeq, From tag and method. */
static struct sip_server *
server_find_call(
    struct sip_stack *s, const struct sip_msg *m, enum sip_method method)
{
	struct buf key = { 0 }, other = { 0 };
	struct sip_server *found = NULL;
	struct chain_link *l;
	uint64_t hash;

	sip_call_key(m, &key);
	hash = chain_hash(&s->calls, key.data, key.len);
	for (l = chain_first(&s->calls, hash); l != NULL && found == NULL;
	     l = chain_again(l)) {
		struct sip_server *t = CHAIN_OF(l, struct sip_server, by_call);

		buf_reset(&other);
		sip_call_key(t->request, &other);
		if (t->request->method == method && other.len == key.len &&
		    memcmp(other.data, key.data, key.len) == 0)
			found = t;
	}
	buf_clear(&key);
	buf_clear(&other);
	return found;
}

static void
server_retransmitted(struct sip_server *t)
{
	t->stack->counts.retransmissions++;
	/* 2xx of INVITE are repeated by their own timer (6026). */
	if (t->wire.len != 0 && t->state != SERVER_CONFIRMED &&
	    t->state != SERVER_ACCEPTED)
		server_send(t);
}

static void
ack_came(struct sip_stack *s, struct sip_msg *m, const struct sip_peer *peer)
{
	struct sip_server *t = server_find_request(s, m, SIP_INVITE);

	if (t != NULL && t->state == SERVER_COMPLETED) {
		server_enter(t, SERVER_CONFIRMED);
		return;
	}
	t = server_find_call(s, m, SIP_INVITE);
	if (t == NULL || t->state != SERVER_ACCEPTED)
		return;
	t->resend_at = 0;
	server_arm(t);
	if (!t->acked && s->ops.on_ack != NULL)
		s->ops.on_ack(m, peer, s->arg);
	t->acked = true;
}

static void
cancel_came(struct sip_stack *s, struct sip_server *cancel)
{
	struct sip_server *t =
	    server_find_request(s, cancel->request, SIP_INVITE);

	if (t == NULL) {
		sip_server_answer(cancel, 481, NULL);
		return;
	}
	sip_server_answer(cancel, 200, NULL);
	if (t->user_done || t->state > SERVER_PROCEEDING)
		return;
	if (s->ops.on_cancel != NULL)
		s->ops.on_cancel(t, s->arg);
	else
		sip_server_answer(t, 487, NULL);
}

static bool
is_overload(const struct sip_stack *s, const struct sip_msg *m)
{
	size_t max = s->opts.max_transactions;

	/* what belongs to a dialog gets some room more. */
	if (sip_msg_tag(m, SIP_HDR_TO).n != 0)
		max += max / 4;
	return s->servers.count >= max ||
	       s->request_bytes >= s->opts.max_request_bytes;
}

/*
 * The refusal of an INVITE is repeated for half a minute until an ACK comes
 * (timer G). To a forged source that is ten answers to one datagram; where
 * no INVITE is ever accepted it is refused statelessly (8.2.7).
 */
static bool
is_unwanted_invite(const struct sip_stack *s, const struct sip_msg *m)
{
	return m->method == SIP_INVITE && s->opts.caps != NULL &&
	       sip_uas_check(m, s->opts.caps) != 0;
}

void
sip_servers_request(struct sip_stack *s, struct sip_msg *m,
    const struct sip_peer *peer, struct sip_listener *listener)
{
	struct buf key = { 0 };
	struct sip_server *t;

	if (m->method == SIP_ACK) {
		ack_came(s, m, peer);
		return;
	}
	if (is_unwanted_invite(s, m)) {
		stateless_answer(s, m, sip_uas_check(m, s->opts.caps), NULL,
		    peer, listener, s->opts.caps);
		return;
	}
	sip_server_key(m, m->method, &key);
	if ((t = server_find(s, &key)) != NULL) {
		server_retransmitted(t);
		buf_clear(&key);
		return;
	}
	if (is_overload(s, m)) {
		s->counts.refused_overload++;
		sip_stateless_answer(s, m, 503, NULL, peer, listener);
		buf_clear(&key);
		return;
	}
	if (m->method != SIP_CANCEL && sip_msg_tag(m, SIP_HDR_TO).n == 0 &&
	    server_find_call(s, m, m->method) != NULL) { /* */
		sip_stateless_answer(
		    s, m, 482, "Request merged", peer, listener);
		buf_clear(&key);
		return;
	}
	t = server_new(s, m, peer, listener, &key);
	t->end_at = loop_now(s->loop) + (t->invite ? INVITE_MAX_MS : SIP_64T1);
	if (t->invite)
		server_trying(t);
	else
		t->resend_at = loop_now(s->loop) + SIP_LATE_TRYING;
	server_arm(t);
	if (m->method == SIP_CANCEL)
		cancel_came(s, t);
	else
		s->ops.on_request(t, m, peer, s->arg);
}

/* -- the user's side ---------------------------------------------------- */

const struct sip_msg *
sip_server_request(const struct sip_server *t)
{
	return t->request;
}

struct sip_msg *
sip_server_request_ref(const struct sip_server *t)
{
	return sip_msg_ref(t->request);
}

const struct sip_peer *
sip_server_peer(const struct sip_server *t)
{
	return &t->peer;
}

const char *
sip_server_tag(const struct sip_server *t)
{
	return t->tag;
}

void
sip_server_set_arg(struct sip_server *t, void *arg)
{
	t->arg = arg;
}

void *
sip_server_arg(const struct sip_server *t)
{
	return t->arg;
}

struct sip_msg *
sip_server_response(struct sip_server *t, int status, const char *reason)
{
	struct sip_msg *r = sip_response_new(t->request, status, reason);

	response_dress(t->stack, r, t->tag);
	return r;
}

void
sip_server_respond_take(struct sip_server *t, struct sip_msg *r)
{
	bool final = r->status >= 200;

	if (final)
		t->user_done = true;
	if (t->expired || t->state > SERVER_PROCEEDING ||
	    (!final && !t->invite && r->status != 100)) {
		sip_msg_unref(r);
		if (final && t->expired)
			sip_server_free(t);
		return;
	}
	response_dress(t->stack, r, t->tag);
	buf_reset(&t->wire);
	sip_msg_write(r, &t->wire);
	t->status = r->status;
	server_send(t);
	if (final && !t->reliable && !t->invite)
		server_slim(t);
	if (!final) {
		t->state = SERVER_PROCEEDING;
		t->resend_at = 0;
		server_arm(t);
	} else {
		server_enter(t, t->invite && r->status < 300
				    ? SERVER_ACCEPTED
				    : SERVER_COMPLETED);
	}
	sip_msg_unref(r);
}

void
sip_server_answer(struct sip_server *t, int status, const char *reason)
{
	sip_server_respond_take(t, sip_server_response(t, status, reason));
}
