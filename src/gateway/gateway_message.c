/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages both ways. X to S: one transaction outstanding a pair [O1], the
 * link's result is the SIP side's final answer. S to X: the final answer is
 * the link's result, or 202 after a while and a notice should it fail [M1].
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/gateway_internal.h"
#include "gateway/map/address.h"
#include "gateway/map/condition.h"

/* S's device as X sees it, where there is no better name [B6]. */
#define PSEUDO_RESOURCE "sip"

/* ---- X to S ---- */

struct to_sip {
	TAILQ_ENTRY(to_sip) entry;
	struct contact *c;
	uint64_t token; /* 0: a notice or typing of ours, no result owed */
	struct sip_msg *msg;
	struct sip_client *client;
	struct loop_timer *deadline;
	char *session;
	uint64_t seen; /* its fingerprint; 0: none */
	char *receipt; /* the id to acknowledge; NULL: not asked for */
	char *from;    /* X's full JID, for that */
};

static void to_sip_pump(struct contact *c);

static void
to_sip_free(struct to_sip *i)
{
	struct contact *c = i->c;

	TAILQ_REMOVE(&c->to_sip, i, entry);
	c->n_to_sip--;
	c->g->held_to_sip--;
	sip_client_forget(i->client);
	loop_timer_free(i->deadline);
	sip_msg_unref(i->msg);
	mem_free(i->session);
	mem_free(i->receipt);
	mem_free(i->from);
	mem_free(i);
}

/* [M6]: a 200 may be taken as delivered, a 202 not. */
static void
send_receipt(struct to_sip *i)
{
	struct contact *c = i->c;
	char *from, *id;
	struct xml *x, *r;

	if (i->receipt == NULL || !presence_is_seen(c->rec.state))
		return;
	from = mem_printf("%s/" PSEUDO_RESOURCE, c->local);
	id = stanza_new_id();
	x = stanza_message(STANZA_TYPE_CHAT, from, i->from, id);
	r = xml_add(x, "received", NS_RECEIPTS);
	xml_set(r, "id", i->receipt);
	gateway_send_take(c->g, c, x, i->session, NULL, NULL);
	mem_free(from);
	mem_free(id);
}

/* The item's end: its result goes back, the next one goes out. */
static void
to_sip_done(struct to_sip *i, enum stanza_condition why, const char *text)
{
	struct contact *c = i->c;
	struct gateway *g = c->g;
	bool was_sending = TAILQ_FIRST(&c->to_sip) == i;

	if (why == CONDITION_NONE && i->token != 0) {
		counter_add(&g->counters, COUNTER_MESSAGES_TO_SIP);
		send_receipt(i);
	} else if (i->token != 0) {
		counter_add(&g->counters, COUNTER_BOUNCED_TO_XMPP);
		if (i->seen != 0) /* sent again it is a new attempt */
			seen_remove(&g->from_xmpp, i->seen);
	}
	log_info("gateway", "message to sip %s%s session=%s from=%s to=%s",
	    why == CONDITION_NONE ? "accepted" : "failed reason=",
	    why == CONDITION_NONE ? "" : stanza_condition_name(why),
	    i->session, c->remote, c->local);
	if (i->token != 0)
		link_result(g->link, i->token, why, text);
	to_sip_free(i);
	if (was_sending) {
		c->sending = false;
		to_sip_pump(c);
	}
}

static void
on_sip_answer(struct sip_client *client, enum sip_outcome outcome,
    const struct sip_msg *m, void *arg)
{
	struct condition_status_in in = { .no_credentials = true };
	struct to_sip *i = arg;
	struct contact *c = i->c;
	char *text;

	(void)client;
	if (outcome == SIP_OUTCOME_RESPONSE && m->status < 200)
		return;
	i->client = NULL;
	gateway_note_hop(c->g, outcome == SIP_OUTCOME_RESPONSE);
	if (outcome != SIP_OUTCOME_RESPONSE) { /* [E6] */
		to_sip_done(i, condition_from_failure(
		    outcome == SIP_OUTCOME_TIMEOUT ? CONDITION_BY_TIMEOUT :
		    CONDITION_BY_TRANSPORT), NULL);
		return;
	}
	if (m->status / 100 == 2) {
		if (m->status != 200) {
			mem_free(i->receipt);
			i->receipt = NULL;
		}
		to_sip_done(i, CONDITION_NONE, NULL);
		return;
	}
	in.status = m->status;
	in.hide_users = !presence_is_seen(c->rec.state); /* [E5] */
	if (in.status == 401 || in.status == 407) /* [E4] */
		log_error("gateway", "the front end asks us for a password "
		    "status=%d session=%s", m->status, i->session);
	text = in.hide_users ? NULL : mem_printf("SIP %d", m->status);
	to_sip_done(i, condition_from_status(&in), text);
	mem_free(text);
}

static void
on_sip_deadline(void *arg)
{
	struct to_sip *i = arg;

	to_sip_done(i, CONDITION_REMOTE_SERVER_TIMEOUT, NULL);
}

static void
to_sip_pump(struct contact *c)
{
	struct to_sip *i = TAILQ_FIRST(&c->to_sip);

	if (c->sending || i == NULL)
		return;
	c->sending = true;
	log_debug("gateway", "message to sip sent session=%s", i->session);
	i->client = sip_stack_request(c->g->sip, i->msg, &c->g->next_hop,
	    on_sip_answer, i);
}

/* Takes msg. */
static struct to_sip *
to_sip_add(struct contact *c, struct sip_msg *msg, uint64_t token,
    const char *session)
{
	struct to_sip *i = mem_zalloc(sizeof(*i));

	i->c = c;
	i->msg = msg;
	i->token = token;
	i->session = mem_strdup(session);
	i->deadline = loop_timer_new(c->g->loop, on_sip_deadline, i);
	loop_timer_set(i->deadline, TO_SIP_DEADLINE_MS);
	TAILQ_INSERT_TAIL(&c->to_sip, i, entry);
	c->n_to_sip++;
	c->g->held_to_sip++;
	return i;
}

void
contact_notice(struct contact *c, const char *text)
{
	struct message_of_x m = { .verdict = MESSAGE_DELIVER };
	uint32_t cseq;

	if (c->n_to_sip >= PAIR_QUEUE_MAX)
		return;
	buf_add_str(&m.body, text);
	(void)message_thread_to_sip(&c->thread, NULL, gateway_now(c->g),
	    gateway_wall(c->g), &cseq);
	(void)to_sip_add(c, message_to_sip(&m, c->remote_sip, c->local_sip,
	    NULL, cseq), 0, "notice");
	message_of_x_clear(&m);
	to_sip_pump(c);
}

/* [O3]: the same sender, id and text within ten minutes. */
static uint64_t
fingerprint(struct gateway *g, const struct stanza *st)
{
	const struct xml *o = xml_child(st->x, "origin-id", NS_STANZA_ID);
	const char *id = o != NULL ? xml_get(o, "id") : NULL;
	const char *body = xml_child_text(st->x, "body", NULL);
	struct buf key = { 0 };
	char *from, *to;
	uint64_t hash;

	if (id == NULL)
		id = st->id;
	if (id == NULL || body == NULL)
		return 0;
	from = jid_text(&st->from);
	to = jid_bare_text(&st->to);
	buf_printf(&key, "%s\n%s\n%s\n%s", from, to, id, body);
	hash = chain_hash(&g->contacts, key.data, key.len);
	buf_clear(&key);
	mem_free(from);
	mem_free(to);
	return hash;
}

static void chat_arm(struct contact *c);

static void
send_typing(struct contact *c, enum chat_typing t)
{
	struct sip_msg *m;
	uint32_t cseq;

	if (t == CHAT_TYPING_NONE || c->n_to_sip > 0) /* never in the way */
		return;
	(void)message_thread_to_sip(&c->thread, NULL, gateway_now(c->g),
	    gateway_wall(c->g), &cseq);
	m = message_typing_to_sip(t, c->remote_sip, c->local_sip, cseq);
	(void)to_sip_add(c, m, 0, "typing");
	to_sip_pump(c);
}

static void
deliver_to_sip(struct contact *c, const struct link_stanza *s,
    const struct stanza *st, const struct message_of_x *m, uint64_t seen)
{
	struct gateway *g = c->g;
	const char *call_id;
	struct to_sip *i;
	uint32_t cseq;
	char *from;

	if (address_to_sip(&st->from, &from, NULL) < 0) {
		link_result(g->link, s->token, CONDITION_JID_MALFORMED, NULL);
		return;
	}
	call_id = message_thread_to_sip(&c->thread, m->thread,
	    gateway_now(g), gateway_wall(g), &cseq);
	i = to_sip_add(c, message_to_sip(m, from, c->local_sip, call_id,
	    cseq), s->token, s->session);
	mem_free(from);
	i->seen = seen;
	if (seen != 0)
		seen_put(&g->from_xmpp, seen, 0, gateway_now(g));
	if (m->wants_receipt && st->id != NULL) {
		i->receipt = mem_strdup(st->id);
		i->from = jid_text(&st->from);
	}
	to_sip_pump(c);
}

/* What X's server says later about a message of S [M2]. */
static void
late_error(struct gateway *g, struct contact *c, const struct stanza *st)
{
	struct stanza_error_info info;
	struct buf reason = { 0 };
	uint64_t hash;
	char *text;

	if (c == NULL || st->id == NULL)
		return;
	hash = chain_hash(&g->contacts, st->id, strlen(st->id));
	if (seen_get(&g->sent, hash, gateway_now(g), SENT_MS) < 0)
		return;
	seen_remove(&g->sent, hash); /* said once */
	stanza_error_read(st->x, &info);
	condition_reason(info.text != NULL ? info.text :
	    stanza_condition_name(info.condition), &reason);
	counter_add(&g->counters, COUNTER_LATE_FAILURES);
	log_info("gateway", "late failure id=%s from=%s to=%s reason=%s",
	    st->id, c->local, c->remote,
	    stanza_condition_name(info.condition));
	text = mem_printf("Your message was not delivered: %s",
	    buf_text(&reason));
	contact_notice(c, text);
	mem_free(text);
	buf_clear(&reason);
}

/* A message whose body must go through the gates; token is answered here. */
static void
take_message(struct gateway *g, const struct link_stanza *s,
    const struct stanza *st, const struct message_of_x *m)
{
	uint64_t seen = fingerprint(g, st);
	struct contact *c;
	struct fault f;

	if (seen != 0 && seen_get(&g->from_xmpp, seen, gateway_now(g),
	    SEEN_XMPP_MS) >= 0) {
		counter_add(&g->counters, COUNTER_DUPLICATES);
		log_info("gateway", "repeated message dropped session=%s",
		    s->session);
		link_result(g->link, s->token, CONDITION_NONE, NULL);
		return;
	}
	c = contact_get(g, &st->to, &st->from, &f);
	if (c == NULL) {
		link_result(g->link, s->token, f.code == FAULT_LIMIT ?
		    CONDITION_RESOURCE_CONSTRAINT : CONDITION_JID_MALFORMED,
		    NULL);
		return;
	}
	if (c->n_to_sip >= PAIR_QUEUE_MAX) {
		link_result(g->link, s->token, CONDITION_RESOURCE_CONSTRAINT,
		    "too many messages are waiting");
		return;
	}
	(void)chat_from_xmpp(&c->chat, m->state, true, gateway_now(g));
	chat_arm(c);
	deliver_to_sip(c, s, st, m, seen);
}

void
gateway_message_from_xmpp(struct gateway *g, const struct link_stanza *s,
    const struct stanza *st)
{
	char *local = jid_bare_text(&st->to), *remote = jid_bare_text(&st->from);
	struct message_opts o = { .wall = gateway_wall(g) };
	struct message_of_x m = { 0 };
	struct contact *c = contact_find(g, local, remote);
	struct admit_verdict v;
	struct admit_answer a;
	bool open;

	counter_add(&g->counters, COUNTER_MESSAGES_FROM_XMPP);
	log_info("gateway", "message from xmpp session=%s from=%s to=%s",
	    s->session, remote, local);
	message_from_xmpp(st->x, &o, &m);
	if (st->type == STANZA_TYPE_ERROR)
		late_error(g, c, st);
	if (m.verdict == MESSAGE_DROP) {
		link_result(g->link, s->token, CONDITION_NONE, NULL);
		goto out;
	}
	open = st->to.local != NULL && st->from.local != NULL &&
	    gateway_admit(g, local, remote, st->from.domain, ADMIT_MESSAGE,
		true, s->session, &v);
	if (m.verdict == MESSAGE_STATE) { /* never bounced (Z-11) */
		if (open && c != NULL) {
			send_typing(c, chat_from_xmpp(&c->chat, m.state, false,
			    gateway_now(g)));
			chat_arm(c);
		}
		link_result(g->link, s->token, CONDITION_NONE, NULL);
	} else if (st->to.local == NULL || st->from.local == NULL) {
		link_result(g->link, s->token, CONDITION_SERVICE_UNAVAILABLE,
		    NULL);
	} else if (!open) {
		admit_answer(v.gate, &a);
		counter_add(&g->counters, COUNTER_BOUNCED_TO_XMPP);
		link_result(g->link, s->token, a.condition, a.text);
	} else if (m.verdict == MESSAGE_REFUSE) {
		counter_add(&g->counters, COUNTER_BOUNCED_TO_XMPP);
		link_result(g->link, s->token, m.condition, m.text);
	} else {
		take_message(g, s, st, &m);
	}
out:
	message_of_x_clear(&m);
	mem_free(local);
	mem_free(remote);
}

/* ---- S to X ---- */

/* One message of S between the request and the link's result. */
struct to_xmpp {
	TAILQ_ENTRY(to_xmpp) entry;
	struct contact *c;
	struct gateway *g;
	struct sip_server *t; /* NULL: answered */
	struct loop_timer *timer;
	bool trying;
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
	/* From here on a failure becomes a notice. */
	log_info("gateway", "message to xmpp accepted late session=%s",
	    i->session);
	answer(i->g, i->t, i->seen, 202, NULL);
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
		seen_put(&g->sent, chain_hash(&g->contacts, i->id,
		    strlen(i->id)), 0, gateway_now(g));
		if (i->t != NULL)
			answer(g, i->t, i->seen, 202, NULL);
	} else if (i->t != NULL) {
		counter_add(&g->counters, COUNTER_BOUNCED_TO_SIP);
		refuse_to_sip(i, why, text);
	} else {
		counter_add(&g->counters, COUNTER_LATE_FAILURES);
		notice = mem_printf("Your message was not delivered: %s",
		    text != NULL ? text : stanza_condition_name(why));
		contact_notice(c, notice);
		mem_free(notice);
	}
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
	i->id = stanza_new_id();
	i->timer = loop_timer_new(g->loop, on_xmpp_timer, i);
	loop_timer_set(i->timer, TRYING_MS);
	e.from = from;
	e.to = to;
	e.id = i->id;
	e.thread = message_thread_to_xmpp(&c->thread, call_id, false,
	    gateway_now(g));
	e.state = chat_with_body(&c->chat, !c->wrote, gateway_now(g));
	chat_arm(c);
	c->wrote = true;
	TAILQ_INSERT_TAIL(&g->to_xmpp, i, entry);
	c->n_to_xmpp++;
	g->held_to_xmpp++;
	gateway_send_take(g, c, message_to_xmpp(m, &e), call_id,
	    on_link_result, i);
	mem_free(from);
	mem_free(to);
}

static void
send_state(struct contact *c, enum chat_state s, const char *session)
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
		send_state(c, chat_from_sip(&c->chat, m->typing, m->refresh,
		    gateway_now(g)), session);
		chat_arm(c);
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

/* ---- typing's clock ---- */

static void
on_chat_timer(void *arg)
{
	struct contact *c = arg;
	enum chat_typing to_s;
	enum chat_state to_x;

	chat_tick(&c->chat, gateway_now(c->g), &to_s, &to_x);
	send_typing(c, to_s);
	send_state(c, to_x, "typing");
	chat_arm(c);
}

static void
chat_arm(struct contact *c)
{
	int64_t due = chat_due(&c->chat), wait;

	if (due == 0) {
		if (c->chat_timer != NULL)
			loop_timer_cancel(c->chat_timer);
		return;
	}
	if (c->chat_timer == NULL)
		c->chat_timer = loop_timer_new(c->g->loop, on_chat_timer, c);
	wait = due - gateway_now(c->g);
	loop_timer_set(c->chat_timer, wait > 0 ? wait : 0);
}

/* The pair ends: what X waits for is answered by the link's deadline. */
void
contact_messages_clear(struct contact *c)
{
	struct to_sip *i;

	while ((i = TAILQ_FIRST(&c->to_sip)) != NULL)
		to_sip_free(i);
	loop_timer_free(c->chat_timer);
	message_thread_clear(&c->thread);
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
