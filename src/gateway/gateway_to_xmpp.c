/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages of S to X: the final answer is the link's result, or 202 after a
 * while [M1]. With a 202 given early the message stands in the journal until
 * its result is there: a failure, or a crash, becomes a notice.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/gateway_internal.h"
#include "gateway/map/condition.h"

/* One message of S between the request and the link's result. */
struct to_xmpp {
	TAILQ_ENTRY(to_xmpp) entry;
	struct contact *c;
	struct gateway *g;
	struct sip_server *t; /* NULL: answered */
	struct loop_timer *timer;
	bool trying;
	bool kept; /* in the journal: accepted, no result yet */
	char *session, *id;
	uint64_t seen;
};

static void
to_xmpp_free(struct to_xmpp *i)
{
	TAILQ_REMOVE(&i->g->to_xmpp, i, entry);
	loop_timer_free(i->timer);
	mem_free(i->session);
	mem_free(i->id);
	mem_free(i);
}

/* [O2]: Call-ID, CSeq and From tag of a request. */
static uint64_t
request_hash(struct gateway *g, const struct sip_msg *m)
{
	struct buf key = { 0 };
	uint64_t hash;

	sip_span_add(&key, sip_msg_call_id(m));
	buf_add_byte(&key, '\n');
	sip_span_add(&key, sip_msg_header(m, SIP_HDR_CSEQ));
	buf_add_byte(&key, '\n');
	sip_span_add(&key, sip_msg_tag(m, SIP_HDR_FROM));
	hash = chain_hash(&g->contacts, key.data, key.len);
	buf_clear(&key);
	return hash;
}

/* The one final answer; status is remembered for a request sent again. */
static void
answer(struct gateway *g, struct sip_server *t, uint64_t seen, int status,
    const char *reason)
{
	if (seen != 0)
		seen_put(&g->from_sip, seen, status, gateway_now(g));
	sip_server_answer(t, status, reason);
}

static void
on_xmpp_timer(void *arg)
{
	struct to_xmpp *i = arg;

	if (i->t == NULL)
		return;
	if (!i->trying) {
		i->trying = true;
		sip_server_respond_take(i->t,
		    sip_server_response(i->t, 100, NULL));
		loop_timer_set(i->timer, ACCEPT_MS - TRYING_MS);
		return;
	}
	/* From here on a failure becomes a notice: a promise to be kept. */
	i->kept = contact_keep_accepted(i->c, i->id);
	log_info("gateway", "message to xmpp %s session=%s", i->kept ?
	    "accepted late" : "refused: the journal cannot be written",
	    i->session);
	if (i->kept)
		answer(i->g, i->t, i->seen, 202, NULL);
	else
		answer(i->g, i->t, i->seen, 500, "Its fate is not known");
	i->t = NULL;
}

static void
refuse_to_sip(struct to_xmpp *i, enum stanza_condition why, const char *text)
{
	struct condition_in in = { .condition = why, .about_user = true };
	struct condition_status st;
	struct buf reason = { 0 };
	struct sip_msg *r;

	condition_to_status(&in, CONDITION_OF_MESSAGE, &st);
	condition_reason(text, &reason);
	r = sip_server_response(i->t, st.status,
	    reason.len > 0 ? buf_text(&reason) : NULL);
	if (st.contact != NULL)
		sip_msg_add_str(r, SIP_HDR_CONTACT, st.contact);
	if (st.retry_after != 0)
		sip_msg_addf(r, SIP_HDR_RETRY_AFTER, "%d", st.retry_after);
	seen_put(&i->g->from_sip, i->seen, st.status, gateway_now(i->g));
	sip_server_respond_take(i->t, r);
	i->t = NULL;
	mem_free(st.contact);
	buf_clear(&reason);
}

static void
on_link_result(void *arg, enum stanza_condition why, const char *text)
{
	struct to_xmpp *i = arg;
	struct gateway *g = i->g;
	struct contact *c = i->c;
	char *notice;

	g->held_to_xmpp--;
	c->n_to_xmpp--;
	log_info("gateway", "message to xmpp %s session=%s id=%s from=%s to=%s",
	    why == CONDITION_NONE ? "accepted" : stanza_condition_name(why),
	    i->session, i->id, c->local, c->remote);
	if (why == CONDITION_NONE) {
		counter_add(&g->counters, COUNTER_MESSAGES_TO_XMPP);
		contact_note_life(c); /* its server has taken it */
		if (i->t != NULL)
			answer(g, i->t, i->seen, 202, NULL);
	} else if (i->t != NULL) {
		counter_add(&g->counters, COUNTER_BOUNCED_TO_SIP);
		refuse_to_sip(i, why, text);
	} else if (i->kept) {
		counter_add(&g->counters, COUNTER_LATE_FAILURES);
		notice = mem_printf("Your message was not delivered: %s",
		    text != NULL ? text : stanza_condition_name(why));
		contact_notice(c, notice);
		mem_free(notice);
	}
	if (i->kept) /* after the notice has a record of its own */
		contact_forget_accepted(c, i->id);
	to_xmpp_free(i);
}

static void
send_to_xmpp(struct contact *c, struct sip_server *t,
    const struct message_of_s *m, const struct jid *remote, uint64_t seen)
{
	struct gateway *g = c->g;
	struct to_xmpp *i = mem_zalloc(sizeof(*i));
	struct message_envelope e = { .type = STANZA_TYPE_CHAT };
	char *call_id = sip_span_dup(sip_msg_call_id(sip_server_request(t)));
	char *from = mem_printf("%s/" PSEUDO_RESOURCE, c->local);
	char *to = jid_text(remote);

	i->c = c;
	i->g = g;
	i->t = t;
	i->seen = seen;
	i->session = call_id;
	i->id = sent_id_new(&g->id_key, c->local, c->remote, gateway_wall(g));
	i->timer = loop_timer_new(g->loop, on_xmpp_timer, i);
	loop_timer_set(i->timer, TRYING_MS);
	e.from = from;
	e.to = to;
	e.id = i->id;
	e.thread = message_thread_to_xmpp(&c->thread, call_id, false,
	    gateway_now(g));
	e.state = chat_with_body(&c->chat, !c->wrote, gateway_now(g));
	contact_typing_arm(c);
	c->wrote = true;
	TAILQ_INSERT_TAIL(&g->to_xmpp, i, entry);
	c->n_to_xmpp++;
	g->held_to_xmpp++;
	gateway_log_body(g, call_id, &m->body);
	gateway_send_take(g, c, message_to_xmpp(m, &e), call_id,
	    on_link_result, i);
	mem_free(from);
	mem_free(to);
}

void
contact_send_state(struct contact *c, enum chat_state s, const char *session)
{
	char *from, *id;

	if (s == CHAT_NONE)
		return;
	from = mem_printf("%s/" PSEUDO_RESOURCE, c->local);
	id = stanza_new_id();
	gateway_send_take(c->g, c, message_state_to_xmpp(s, from, c->remote,
	    id, c->thread.rolling), session, NULL, NULL);
	mem_free(from);
	mem_free(id);
}

/* After gates and mapping: what to do with it. Answers t, now or later. */
static void
take_request(struct gateway *g, struct sip_server *t, const struct jid *local,
    const struct jid *remote, const struct message_of_s *m, uint64_t seen)
{
	struct contact *c;
	struct sip_msg *r;
	struct fault f;

	if (m->verdict == MESSAGE_REFUSE) {
		r = sip_server_response(t, m->status, m->reason);
		if (m->accept != NULL)
			sip_msg_add_str(r, SIP_HDR_ACCEPT, m->accept);
		if (m->accept_encoding != NULL)
			sip_msg_add_str(r, SIP_HDR_ACCEPT_ENCODING,
			    m->accept_encoding);
		counter_add(&g->counters, COUNTER_BOUNCED_TO_SIP);
		sip_server_respond_take(t, r);
		return;
	}
	if (m->verdict == MESSAGE_DROP) {
		sip_server_answer(t, 200, NULL);
		return;
	}
	if ((c = contact_get(g, local, remote, &f)) == NULL) {
		sip_server_answer(t, f.code == FAULT_LIMIT ? 500 : 404, NULL);
		return;
	}
	if (m->verdict == MESSAGE_STATE) {
		char *session = sip_span_dup(
		    sip_msg_call_id(sip_server_request(t)));

		sip_server_answer(t, 200, NULL);
		contact_send_state(c, chat_from_sip(&c->chat, m->typing,
		    m->refresh, gateway_now(g)), session);
		contact_typing_arm(c);
		mem_free(session);
		return;
	}
	if (c->n_to_xmpp >= PAIR_QUEUE_MAX) {
		r = sip_server_response(t, 500, "Too many messages wait");
		sip_msg_add_str(r, SIP_HDR_RETRY_AFTER, "10");
		sip_server_respond_take(t, r);
		return;
	}
	send_to_xmpp(c, t, m, remote, seen);
}

void
gateway_message_from_sip(struct gateway *g, struct sip_server *t)
{
	const struct sip_msg *req = sip_server_request(t);
	struct message_opts o = { .wall = gateway_wall(g) };
	uint64_t seen = request_hash(g, req);
	struct jid local, remote;
	struct admit_verdict v;
	struct admit_answer a;
	struct message_of_s m;
	const char *reason;
	char *s, *x, *session;
	int status;

	counter_add(&g->counters, COUNTER_MESSAGES_FROM_SIP);
	status = seen_get(&g->from_sip, seen, gateway_now(g), SEEN_SIP_MS);
	if (status > 0) {
		counter_add(&g->counters, COUNTER_DUPLICATES);
		sip_server_answer(t, status, NULL);
		return;
	}
	if ((status = gateway_pair(g, req, &local, &remote, &reason)) != 0) {
		counter_add(&g->counters, COUNTER_BOUNCED_TO_SIP);
		answer(g, t, seen, status, reason);
		return;
	}
	s = jid_bare_text(&local);
	x = jid_bare_text(&remote);
	session = sip_span_dup(sip_msg_call_id(req));
	log_info("gateway", "message from sip session=%s from=%s to=%s",
	    session, s, x);
	if (!gateway_admit(g, s, x, remote.domain, ADMIT_MESSAGE, false,
	    session, &v)) {
		admit_answer(v.gate, &a);
		counter_add(&g->counters, COUNTER_BOUNCED_TO_SIP);
		answer(g, t, seen, a.status, a.reason);
	} else {
		message_from_sip(req, &o, &m);
		take_request(g, t, &local, &remote, &m, seen);
		message_of_s_clear(&m);
	}
	mem_free(session);
	mem_free(s);
	mem_free(x);
	jid_clear(&local);
	jid_clear(&remote);
}

/* The end of all: the link calls nobody any more. */
void
gateway_messages_clear(struct gateway *g)
{
	struct to_xmpp *i;

	while ((i = TAILQ_FIRST(&g->to_xmpp)) != NULL) {
		if (i->t != NULL)
			sip_server_answer(i->t, 503, NULL);
		to_xmpp_free(i);
	}
}
