/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages of X to S: one transaction outstanding a pair [O1]; the link's
 * result is the SIP side's final answer. Who sends a message again while the
 * first is on its way gets the result of that one, never an earlier yes.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/gateway_internal.h"
#include "gateway/map/address.h"
#include "gateway/map/condition.h"

/* LIMIT: the same message of X under way by several proxies. */
#define TOKENS_MAX 8
/* What is remembered of a message of X [O3]. */
enum { SEEN_UNDER_WAY, SEEN_DELIVERED };

struct to_sip {
	TAILQ_ENTRY(to_sip) entry;
	struct contact *c;
	/* Who waits for the result; none: a line or typing of ours. */
	uint64_t tokens[TOKENS_MAX];
	unsigned int n_tokens;
	line_fn fn; /* of a line of ours; or NULL */
	void *arg;
	int status; /* the final answer; 0: none came */
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
	unsigned int n;

	if (why == CONDITION_NONE && i->n_tokens > 0) {
		counter_add(&g->counters, COUNTER_MESSAGES_TO_SIP);
		if (i->seen != 0)
			seen_put(&g->from_xmpp, i->seen, SEEN_DELIVERED,
			    gateway_now(g));
		send_receipt(i);
	} else if (i->n_tokens > 0) {
		counter_add(&g->counters, COUNTER_BOUNCED_TO_XMPP);
		if (i->seen != 0) /* sent again it is a new attempt */
			seen_remove(&g->from_xmpp, i->seen);
	}
	log_info("gateway", "message to sip %s%s session=%s from=%s to=%s",
	    why == CONDITION_NONE ? "accepted" : "failed reason=",
	    why == CONDITION_NONE ? "" : stanza_condition_name(why),
	    i->session, c->remote, c->local);
	for (n = 0; n < i->n_tokens; n++)
		link_result(g->link, i->tokens[n], why, text);
	if (i->fn != NULL)
		i->fn(i->arg, i->status);
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
	i->status = m->status;
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
	if (token != 0)
		i->tokens[i->n_tokens++] = token;
	i->session = mem_strdup(session);
	i->deadline = loop_timer_new(c->g->loop, on_sip_deadline, i);
	loop_timer_set(i->deadline, TO_SIP_DEADLINE_MS);
	TAILQ_INSERT_TAIL(&c->to_sip, i, entry);
	c->n_to_sip++;
	c->g->held_to_sip++;
	return i;
}

void
contact_send_line(struct contact *c, const char *text, line_fn fn, void *arg)
{
	struct message_of_x m = { .verdict = MESSAGE_DELIVER };
	struct to_sip *i;
	uint32_t cseq;

	if (c->n_to_sip >= PAIR_QUEUE_MAX) {
		fn(arg, 0);
		return;
	}
	buf_add_str(&m.body, text);
	(void)message_thread_to_sip(&c->thread, NULL, gateway_now(c->g),
	    gateway_wall(c->g), &cseq);
	i = to_sip_add(c, message_to_sip(&m, c->remote_sip, c->local_sip,
	    NULL, cseq), 0, "notice");
	i->fn = fn;
	i->arg = arg;
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

void
contact_send_typing(struct contact *c, enum chat_typing t)
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
		seen_put(&g->from_xmpp, seen, SEEN_UNDER_WAY, gateway_now(g));
	if (m->wants_receipt && st->id != NULL) {
		i->receipt = mem_strdup(st->id);
		i->from = jid_text(&st->from);
	}
	to_sip_pump(c);
}

/* What X's server says later about a message of S [M2]. */
static void
late_error(struct gateway *g, const struct stanza *st, const char *local,
    const char *remote)
{
	struct stanza_error_info info;
	struct buf reason = { 0 };
	struct contact *c;
	uint64_t hash;
	char *text;

	if (st->id == NULL || !sent_id_is_ours(&g->id_key, st->id, local,
	    remote, gateway_wall(g)))
		return;
	hash = chain_hash(&g->contacts, st->id, strlen(st->id));
	if (seen_get(&g->failed, hash, gateway_now(g), SENT_MS) >= 0)
		return; /* said once */
	c = contact_get(g, &st->to, &st->from, NULL);
	if (c == NULL)
		return;
	seen_put(&g->failed, hash, 0, gateway_now(g));
	stanza_error_read(st->x, &info);
	condition_reason(info.text != NULL ? info.text :
	    stanza_condition_name(info.condition), &reason);
	counter_add(&g->counters, COUNTER_LATE_FAILURES);
	log_info("gateway", "late failure id=%s from=%s to=%s reason=%s",
	    st->id, local, remote, stanza_condition_name(info.condition));
	text = mem_printf("Your message was not delivered: %s",
	    buf_text(&reason));
	contact_notice(c, text);
	mem_free(text);
	buf_clear(&reason);
}

/* A repeat [O3]: its result is the first one's, whenever that comes. */
static void
repeated(struct gateway *g, const struct link_stanza *s, struct contact *c,
    uint64_t seen, int value)
{
	enum stanza_condition why = CONDITION_NONE;
	struct to_sip *i = NULL;

	counter_add(&g->counters, COUNTER_DUPLICATES);
	log_info("gateway", "repeated message dropped session=%s", s->session);
	if (value == SEEN_UNDER_WAY && c != NULL)
		TAILQ_FOREACH(i, &c->to_sip, entry) {
			if (i->seen == seen)
				break;
		}
	if (i != NULL && i->n_tokens < TOKENS_MAX) {
		i->tokens[i->n_tokens++] = s->token;
		return;
	}
	if (i != NULL)
		why = CONDITION_RESOURCE_CONSTRAINT;
	link_result(g->link, s->token, why, NULL);
}

/* A message whose body must go through the gates; token is answered here. */
static void
take_message(struct gateway *g, const struct link_stanza *s,
    const struct stanza *st, const struct message_of_x *m,
    struct contact *known)
{
	uint64_t seen = fingerprint(g, st);
	struct contact *c;
	struct fault f;
	int value;

	if (seen != 0 && (value = seen_get(&g->from_xmpp, seen,
	    gateway_now(g), SEEN_XMPP_MS)) >= 0) {
		repeated(g, s, known, seen, value);
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
	contact_note_life(c);
	gateway_log_body(g, s->session, &m->body);
	(void)chat_from_xmpp(&c->chat, m->state, true, gateway_now(g));
	contact_typing_arm(c);
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
		late_error(g, st, local, remote);
	if (m.verdict == MESSAGE_DROP) {
		link_result(g->link, s->token, CONDITION_NONE, NULL);
		goto out;
	}
	open = st->to.local != NULL && st->from.local != NULL &&
	    gateway_admit(g, local, remote, st->from.domain, ADMIT_MESSAGE,
		true, s->session, &v);
	if (m.verdict == MESSAGE_STATE) { /* never bounced (Z-11) */
		if (open && c != NULL) {
			contact_send_typing(c, chat_from_xmpp(&c->chat,
			    m.state, false, gateway_now(g)));
			contact_typing_arm(c);
		}
		link_result(g->link, s->token, CONDITION_NONE, NULL);
	} else if (st->to.local == NULL || st->from.local == NULL) {
		link_result(g->link, s->token, CONDITION_SERVICE_UNAVAILABLE,
		    NULL);
	} else if (!open) {
		admit_answer(v.gate, &a);
		counter_add(&g->counters, COUNTER_BOUNCED_TO_XMPP);
		if (!admit_may_answer(g->rates, gateway_now(g), v.gate,
		    st->from.domain))
			a.condition = CONDITION_NONE;
		link_result(g->link, s->token, a.condition, a.text);
	} else if (m.verdict == MESSAGE_REFUSE) {
		counter_add(&g->counters, COUNTER_BOUNCED_TO_XMPP);
		link_result(g->link, s->token, m.condition, m.text);
	} else {
		take_message(g, s, st, &m, c);
	}
out:
	message_of_x_clear(&m);
	mem_free(local);
	mem_free(remote);
}

/* The pair ends: what X waits for is answered by the link's deadline. */
void
contact_messages_clear(struct contact *c)
{
	struct to_sip *i;

	while ((i = TAILQ_FIRST(&c->to_sip)) != NULL)
		to_sip_free(i);
	message_thread_clear(&c->thread);
}
