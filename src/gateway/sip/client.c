/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Client transactions: RFC 3261 section 17.1 with 4320 and 6026. */
#include "config.h"

#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/sip/stack_internal.h"

/* T-06: larger requests do not go by UDP. */
#define UDP_REQUEST_MAX 1300

static void client_on_timer(void *arg);
static void cancel_send(struct sip_client *c);

static void
client_arm(struct sip_client *c)
{
	int64_t at = c->end_at;

	if (c->resend_at != 0 && c->resend_at < at)
		at = c->resend_at;
	at -= loop_now(c->stack->loop);
	loop_timer_set(c->timer, at > 0 ? at : 0);
}

static void
client_leave_flow(struct sip_client *c)
{
	if (c->flow == NULL)
		return;
	TAILQ_REMOVE(&c->flow->clients, c, by_flow);
	c->flow = NULL;
}

void
sip_client_free(struct sip_client *c)
{
	client_leave_flow(c);
	chain_remove(&c->stack->clients, &c->by_branch);
	loop_timer_free(c->timer);
	sip_msg_unref(c->request);
	buf_clear(&c->wire);
	mem_free(c);
}

/* The timer tells the user: never from within the call that failed. */
static void
client_fail(struct sip_client *c, int status)
{
	c->fail_status = status;
	c->resend_at = 0;
	c->end_at = loop_now(c->stack->loop);
	client_arm(c);
}

/* Tells how it ended; the transaction goes. */
static void
client_report_failure(struct sip_client *c)
{
	int status = c->fail_status != 0 ? c->fail_status : 408;
	struct sip_msg *m;

	if (c->fn != NULL) {
		sip_client_fn *fn = c->fn;

		c->fn = NULL;
		m = sip_response_new(c->request, status, NULL);
		fn(c, status == 408 ? SIP_OUTCOME_TIMEOUT : SIP_OUTCOME_FAILED,
		    m, c->arg);
		sip_msg_unref(m);
	}
	sip_client_free(c);
}

static void
client_transmit(struct sip_client *c)
{
	struct sip_listener *l;
	struct fault f;

	if (c->target.transport != SIP_UDP) {
		if (c->flow != NULL)
			sip_flow_write(c->flow, c->wire.data, c->wire.len);
		return;
	}
	l = sip_listener_for(c->stack, SIP_UDP, addr_family(&c->target.addr));
	/* A full socket loses datagrams as a network does: sent again. */
	if (l == NULL || (udp_send(l->udp, &c->target.addr, NULL, c->wire.data,
			      c->wire.len, &f) != 0 &&
			     f.code != FAULT_BUSY))
		client_fail(c, 503);
}

static void
client_on_timer(void *arg)
{
	struct sip_client *c = arg;
	int64_t now = loop_now(c->stack->loop);

	if (now >= c->end_at) {
		if (c->state >= CLIENT_COMPLETED && c->fail_status == 0)
			sip_client_free(c);
		else
			client_report_failure(c);
		return;
	}
	if (c->resend_at != 0 && now >= c->resend_at) {
		c->stack->counts.retransmissions++;
		client_transmit(c);
		c->interval *= 2;
		if (!c->invite &&
		    (c->interval > SIP_T2 || c->state == CLIENT_PROCEEDING))
			c->interval = SIP_T2;
		c->resend_at = now + c->interval;
	}
	client_arm(c);
}

/* Via on top, then the bytes; a large one leaves UDP. */
static void
client_dress(struct sip_client *c)
{
	struct sip_stack *s = c->stack;
	struct sip_msg *m = c->request;
	struct buf b = { 0 };

	sip_msg_remove(m, SIP_HDR_VIA);
	if (s->product != NULL && !sip_msg_has(m, SIP_HDR_USER_AGENT) &&
	    !sip_msg_has(m, SIP_HDR_SERVER))
		sip_msg_add_str(m, SIP_HDR_USER_AGENT, s->product);
	if (!sip_msg_has(m, SIP_HDR_MAX_FORWARDS))
		sip_msg_add_str(m, SIP_HDR_MAX_FORWARDS, "70");
	sip_msg_write(m, &c->wire);
	if (c->target.transport == SIP_UDP && !s->opts.udp_only_small &&
	    c->wire.len + 150 > UDP_REQUEST_MAX)
		c->target.transport = SIP_TCP;
	buf_reset(&c->wire);
	buf_printf(&b, "SIP/2.0/%s ", sip_transport_name(c->target.transport));
	sip_stack_sent_by(s, c->target.transport, NULL, &b);
	buf_printf(&b, ";branch=%s%s", c->branch,
	    c->target.transport == SIP_UDP ? ";rport" : "");
	sip_msg_prepend(m, SIP_HDR_VIA, sip_span_make(b.data, b.len));
	buf_clear(&b);
	sip_msg_write(m, &c->wire);
	c->reliable = c->target.transport != SIP_UDP;
}

static void
client_start(struct sip_client *c)
{
	int64_t now = loop_now(c->stack->loop);
	int status = 503;

	c->stack->counts.requests_out++;
	c->interval = SIP_T1;
	c->end_at = now + SIP_64T1; /* timers B and F */
	if (c->reliable) {
		c->flow = sip_flow_get(c->stack, &c->target, &status);
		if (c->flow == NULL) {
			client_fail(c, status);
			return;
		}
		TAILQ_INSERT_TAIL(&c->flow->clients, c, by_flow);
		c->target.flow = c->flow->id;
	} else {
		c->resend_at = now + c->interval; /* timers A and E */
	}
	client_arm(c);
	client_transmit(c);
}

static struct sip_client *
client_new(struct sip_stack *s, const struct sip_msg *m,
    const struct sip_target *to, sip_client_fn *fn, void *arg)
{
	struct sip_client *c = mem_zalloc(sizeof(*c));

	c->stack = s;
	c->request = sip_msg_copy(m);
	c->target = *to;
	c->fn = fn;
	c->arg = arg;
	c->invite = m->method == SIP_INVITE;
	c->timer = loop_timer_new(s->loop, client_on_timer, c);
	return c;
}

static void
client_enlist(struct sip_client *c)
{
	chain_add(&c->stack->clients, &c->by_branch,
	    chain_hash(&c->stack->clients, c->branch, strlen(c->branch)));
}

struct sip_client *
sip_stack_request(struct sip_stack *s, const struct sip_msg *m,
    const struct sip_target *to, sip_client_fn *fn, void *arg)
{
	struct sip_client *c = client_new(s, m, to, fn, arg);

	sip_make_branch(c->branch);
	client_enlist(c);
	client_dress(c);
	if (s->clients.count > s->opts.max_transactions)
		client_fail(c, 503);
	else
		client_start(c);
	return c;
}

void
sip_client_forget(struct sip_client *c)
{
	if (c != NULL)
		c->fn = NULL;
}

const struct sip_msg *
sip_client_request(const struct sip_client *c)
{
	return c->request;
}

uint64_t
sip_client_flow(const struct sip_client *c)
{
	return c->target.transport == SIP_UDP ? 0 : c->target.flow;
}

/* A request with the INVITE's own Via: ACK to a refusal, CANCEL. */
static struct sip_msg *
client_companion(
    const struct sip_client *c, enum sip_method method, struct sip_span to)
{
	struct sip_msg *m = sip_request_new(method, sip_msg_uri(c->request));
	struct sip_cseq cseq;

	sip_msg_copy_header(m, c->request, SIP_HDR_VIA);
	sip_msg_add_str(m, SIP_HDR_MAX_FORWARDS, "70");
	sip_msg_copy_header(m, c->request, SIP_HDR_ROUTE);
	sip_msg_copy_header(m, c->request, SIP_HDR_FROM);
	sip_msg_add(m, SIP_HDR_TO, to);
	sip_msg_copy_header(m, c->request, SIP_HDR_CALL_ID);
	(void)sip_msg_cseq(c->request, &cseq);
	sip_msg_addf(
	    m, SIP_HDR_CSEQ, "%u %s", cseq.number, sip_method_name(method));
	return m;
}

static void
client_send_ack(struct sip_client *c, const struct sip_msg *response)
{
	struct sip_msg *ack =
	    client_companion(c, SIP_ACK, sip_msg_header(response, SIP_HDR_TO));

	buf_reset(&c->wire);
	sip_msg_write(ack, &c->wire);
	sip_msg_unref(ack);
	client_transmit(c);
}

static void
cancel_send(struct sip_client *c)
{
	struct sip_msg *m = client_companion(
	    c, SIP_CANCEL, sip_msg_header(c->request, SIP_HDR_TO));
	struct sip_client *cancel =
	    client_new(c->stack, m, &c->target, NULL, NULL);

	c->cancel_sent = true;
	memcpy(cancel->branch, c->branch, sizeof(c->branch));
	cancel->reliable = c->reliable;
	client_enlist(cancel);
	sip_msg_write(cancel->request, &cancel->wire);
	client_start(cancel);
	sip_msg_unref(m);
}

void
sip_client_cancel(struct sip_client *c)
{
	if (!c->invite || c->cancel_sent)
		return;
	c->cancel_wanted = true;
	if (c->state == CLIENT_PROCEEDING)
		cancel_send(c);
}

int
sip_stack_send_ack(
    struct sip_stack *s, const struct sip_msg *ack, const struct sip_target *to)
{
	struct sip_client *c = client_new(s, ack, to, NULL, NULL);
	int rc = 0;

	/* No answer comes to an ACK: dress, send, forget. */
	sip_make_branch(c->branch);
	client_enlist(c);
	client_dress(c);
	client_start(c);
	if (c->fail_status != 0)
		rc = -1;
	sip_client_free(c);
	return rc;
}

/* -- what comes --------------------------------------------------------- */

static struct sip_client *
client_find(struct sip_stack *s, const struct sip_msg *m)
{
	struct sip_cseq cseq;
	struct sip_via via;
	struct chain_link *l;

	if (sip_msg_via(m, &via) != 0 || sip_msg_cseq(m, &cseq) != 0)
		return NULL;
	l = chain_first(
	    &s->clients, chain_hash(&s->clients, via.branch.p, via.branch.n));
	for (; l != NULL; l = chain_again(l)) {
		struct sip_client *c =
		    CHAIN_OF(l, struct sip_client, by_branch);

		if (sip_span_is(via.branch, c->branch) &&
		    sip_span_equal(
			cseq.method, sip_msg_method_text(c->request)))
			return c;
	}
	return NULL;
}

static void
client_tell(struct sip_client *c, const struct sip_msg *m, bool last)
{
	sip_client_fn *fn = c->fn;

	if (last)
		c->fn = NULL;
	if (fn != NULL)
		fn(c, SIP_OUTCOME_RESPONSE, m, c->arg);
}

static void
client_provisional(struct sip_client *c, const struct sip_msg *m)
{
	if (c->state > CLIENT_PROCEEDING)
		return;
	c->state = CLIENT_PROCEEDING;
	if (c->invite) {
		c->resend_at = 0;
		/* Timer C of section 16.6: somebody answers in the end. */
		c->end_at = loop_now(c->stack->loop) + 180000;
		client_arm(c);
		if (c->cancel_wanted && !c->cancel_sent)
			cancel_send(c);
	}
	client_tell(c, m, false);
}

static void
client_final_invite(struct sip_client *c, const struct sip_msg *m)
{
	int64_t now = loop_now(c->stack->loop);

	if (m->status < 300) {
		if (c->state == CLIENT_COMPLETED)
			return;
		c->state = CLIENT_ACCEPTED;
		c->resend_at = 0;
		c->end_at = now + SIP_64T1; /* timer M */
		client_arm(c);
		client_tell(c, m, false);
		return;
	}
	if (c->state == CLIENT_COMPLETED) { /* our ACK was lost */
		client_transmit(c);
		return;
	}
	if (c->state == CLIENT_ACCEPTED)
		return;
	client_send_ack(c, m);
	c->state = CLIENT_COMPLETED;
	c->resend_at = 0;
	c->end_at = now + (c->reliable ? 0 : SIP_64T1); /* timer D */
	client_arm(c);
	client_tell(c, m, true);
}

static void
client_final(struct sip_client *c, const struct sip_msg *m)
{
	if (c->state == CLIENT_COMPLETED)
		return;
	c->state = CLIENT_COMPLETED;
	c->resend_at = 0;
	c->end_at =
	    loop_now(c->stack->loop) + (c->reliable ? 0 : SIP_T4); /* timer K */
	client_arm(c);
	client_leave_flow(c);
	client_tell(c, m, true);
}

void
sip_clients_response(struct sip_stack *s, struct sip_msg *m)
{
	struct sip_client *c = client_find(s, m);

	if (c == NULL || c->fail_status != 0) {
		s->counts.dropped++;
		return;
	}
	if (m->status < 200)
		client_provisional(c, m);
	else if (c->invite)
		client_final_invite(c, m);
	else
		client_final(c, m);
}

void
sip_clients_flow_lost(struct sip_flow *fl, int status)
{
	struct sip_client *c;

	while ((c = TAILQ_FIRST(&fl->clients)) != NULL) {
		client_leave_flow(c);
		if (c->state < CLIENT_COMPLETED)
			client_fail(c, status);
	}
}
