/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transactions and transport: real loopback sockets, a clock made to stand. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/mem.h"
#include "gateway/sip/stack.h"

struct bed {
	struct loop *loop;
	struct sip_stack *stack;
	int fd;               /* our raw UDP peer */
	struct addr peer, at; /* its address, the stack's */
	int requests, acks, cancels, closed_flows;
	int answer; /* status to answer at once; 0: keep */
	struct sip_server *kept;
	int outcomes, last_status, provisionals;
	enum sip_outcome last;
	struct buf got; /* the raw peer's last datagram */
};

static void
on_request(struct sip_server *t, const struct sip_msg *m,
    const struct sip_peer *peer, void *arg)
{
	struct bed *b = arg;

	(void)m;
	(void)peer;
	b->requests++;
	if (b->answer != 0)
		sip_server_answer(t, b->answer, NULL);
	else
		b->kept = t;
}

static void
on_ack(const struct sip_msg *m, const struct sip_peer *peer, void *arg)
{
	(void)m;
	(void)peer;
	((struct bed *)arg)->acks++;
}

static void
on_cancel(struct sip_server *t, void *arg)
{
	((struct bed *)arg)->cancels++;
	sip_server_answer(t, 487, NULL);
}

static void
on_flow_closed(uint64_t flow, void *arg)
{
	(void)flow;
	((struct bed *)arg)->closed_flows++;
}

static void
on_response(struct sip_client *c, enum sip_outcome outcome,
    const struct sip_msg *m, void *arg)
{
	struct bed *b = arg;

	(void)c;
	if (outcome == SIP_OUTCOME_RESPONSE && m->status < 200) {
		b->provisionals++;
		return;
	}
	b->outcomes++;
	b->last = outcome;
	b->last_status = m->status;
}

static const struct sip_stack_ops ops = {
	.on_request = on_request,
	.on_ack = on_ack,
	.on_cancel = on_cancel,
	.on_flow_closed = on_flow_closed,
};

static int
bed_setup(void **state)
{
	struct bed *b = mem_zalloc(sizeof(*b));
	struct addr any;
	struct fault f;

	b->loop = loop_new(&f);
	assert_non_null(b->loop);
	loop_clock_fake(b->loop, 1000000, 1700000000000);
	b->stack = sip_stack_new(b->loop, NULL, &ops, b);
	assert_int_equal(addr_parse("127.0.0.1:0", 0, &any, &f), 0);
	assert_int_equal(
	    sip_stack_listen(b->stack, SIP_UDP, &any, NULL, &f), 0);
	assert_int_equal(
	    sip_stack_listen(b->stack, SIP_TCP, &any, NULL, &f), 0);
	b->at = *sip_stack_listener(b->stack, 0, NULL);
	b->fd = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(bind(b->fd, (struct sockaddr *)&any.ss, any.len), 0);
	assert_int_equal(addr_of_socket(b->fd, &b->peer), 0);
	*state = b;
	return 0;
}

static int
bed_teardown(void **state)
{
	struct bed *b = *state;

	(void)close(b->fd);
	buf_clear(&b->got);
	sip_stack_free(b->stack);
	loop_free(b->loop);
	mem_free(b);
	return 0;
}

static void
turns(struct bed *b)
{
	int i;

	for (i = 0; i < 20 && loop_turn(b->loop, 5); i++)
		;
}

static void
peer_send(struct bed *b, const char *text)
{
	assert_true(sendto(b->fd, text, strlen(text), 0,
			(struct sockaddr *)&b->at.ss, b->at.len) > 0);
	turns(b);
}

/* How many datagrams lie at the peer; the last one is kept in got. */
static int
peer_take(struct bed *b)
{
	char chunk[8192];
	ssize_t n;
	int count = 0;

	while ((n = recv(b->fd, chunk, sizeof(chunk), MSG_DONTWAIT)) > 0) {
		buf_reset(&b->got);
		buf_add(&b->got, chunk, (size_t)n);
		count++;
	}
	return count;
}

static void
peer_request(
    struct bed *b, const char *method, const char *branch, const char *extra)
{
	char text[1024];

	(void)snprintf(text, sizeof(text),
	    "%s sip:bob@h SIP/2.0\r\n"
	    "Via: SIP/2.0/UDP 10.9.9.9:1;branch=z9hG4bK%s;rport\r\n"
	    "Max-Forwards: 70\r\n"
	    "From: <sip:alice@h>;tag=f1\r\n"
	    "To: <sip:bob@h>%s\r\n"
	    "Call-ID: call1\r\n"
	    "CSeq: 1 %s\r\n"
	    "Content-Length: 0\r\n\r\n",
	    method, branch, extra, method);
	peer_send(b, text);
}

static void
peer_answers(struct bed *b, int status)
{
	struct sip_msg *m =
	    sip_msg_read(b->got.data, b->got.len, SIP_DATAGRAM, NULL);
	struct sip_msg *r;
	char *text;

	assert_non_null(m);
	r = sip_response_new(m, status, NULL);
	sip_msg_add_tag(r, SIP_HDR_TO, "t9");
	text = sip_msg_text(r);
	peer_send(b, text);
	mem_free(text);
	sip_msg_unref(r);
	sip_msg_unref(m);
}

static struct sip_client *
ask(struct bed *b, enum sip_method method, enum sip_transport transport)
{
	struct sip_msg *m = sip_request_make(method, sip_span_of("sip:bob@h"),
	    "<sip:a@h>", "<sip:b@h>", NULL, 1);
	struct sip_target to = { .transport = transport, .addr = b->peer };
	struct sip_client *c;

	c = sip_stack_request(b->stack, m, &to, on_response, b);
	sip_msg_unref(m);
	return c;
}

static bool
got_has(struct bed *b, const char *text)
{
	return b->got.len != 0 && strstr(buf_text(&b->got), text) != NULL;
}

/* T-04, T-05, X-02 */
static void
a_repeated_request_is_answered_again_and_shown_once(void **state)
{
	struct bed *b = *state;
	char want[64];

	b->answer = 200;
	peer_request(b, "MESSAGE", "a", "");
	assert_int_equal(peer_take(b), 1);
	assert_true(got_has(b, "SIP/2.0 200 OK"));
	(void)snprintf(want, sizeof(want), ";received=127.0.0.1;rport=%u",
	    addr_port(&b->peer));
	assert_true(got_has(b, want));
	peer_request(b, "MESSAGE", "a", "");
	assert_int_equal(peer_take(b), 1);
	assert_int_equal(b->requests, 1);
	loop_clock_advance(b->loop, 32001); /* timer J */
	peer_request(b, "MESSAGE", "a", "");
	assert_int_equal(b->requests, 2);
}

/* */
static void
a_slow_answer_sends_trying_after_three_and_a_half_seconds(void **state)
{
	struct bed *b = *state;

	peer_request(b, "MESSAGE", "a", "");
	loop_clock_advance(b->loop, 3400);
	assert_int_equal(peer_take(b), 0);
	loop_clock_advance(b->loop, 200);
	assert_int_equal(peer_take(b), 1);
	assert_true(got_has(b, "SIP/2.0 100 "));
	sip_server_answer(b->kept, 202, NULL);
	assert_int_equal(peer_take(b), 1);
	assert_true(got_has(b, "SIP/2.0 202 "));
}

static void
an_answer_after_the_deadline_is_dropped(void **state)
{
	struct bed *b = *state;

	peer_request(b, "MESSAGE", "a", "");
	loop_clock_advance(b->loop, 33000);
	(void)peer_take(b);
	sip_server_answer(b->kept, 200, NULL);
	assert_int_equal(peer_take(b), 0);
}

/* */
static void
the_same_request_by_another_path_is_merged(void **state)
{
	struct bed *b = *state;

	peer_request(b, "MESSAGE", "a", "");
	peer_request(b, "MESSAGE", "b", "");
	assert_int_equal(b->requests, 1);
	assert_int_equal(peer_take(b), 1);
	assert_true(got_has(b, "SIP/2.0 482 "));
	sip_server_answer(b->kept, 200, NULL);
}

static void
a_refused_invite_is_repeated_until_its_ack(void **state)
{
	struct bed *b = *state;

	b->answer = 488;
	peer_request(b, "INVITE", "i", "");
	assert_int_equal(peer_take(b), 2); /* 100 and 488 */
	loop_clock_advance(b->loop, 500);
	assert_int_equal(peer_take(b), 1);
	assert_true(got_has(b, "SIP/2.0 488 "));
	peer_request(b, "ACK", "i", ";tag=x");
	loop_clock_advance(b->loop, 4000);
	assert_int_equal(peer_take(b), 0);
	assert_int_equal(b->requests, 1);
	assert_int_equal(b->acks, 0);
}

/* */
static void
an_accepted_invite_is_repeated_until_its_ack(void **state)
{
	struct bed *b = *state;

	b->answer = 200;
	peer_request(b, "INVITE", "i", "");
	(void)peer_take(b);
	loop_clock_advance(b->loop, 600);
	assert_int_equal(peer_take(b), 1);
	peer_request(b, "INVITE", "i", ""); /* absorbed */
	assert_int_equal(peer_take(b), 0);
	peer_request(b, "ACK", "other", ";tag=x");
	assert_int_equal(b->acks, 1);
	loop_clock_advance(b->loop, 8000);
	assert_int_equal(peer_take(b), 0);
}

/* */
static void
cancel_ends_a_pending_invite_and_nothing_else(void **state)
{
	struct bed *b = *state;

	peer_request(b, "INVITE", "i", "");
	(void)peer_take(b);
	peer_request(b, "CANCEL", "i", "");
	assert_int_equal(b->cancels, 1);
	assert_int_equal(peer_take(b), 2); /* 200 and 487 */
	assert_true(got_has(b, "SIP/2.0 487 "));
	peer_request(b, "ACK", "i", ";tag=x");
	peer_request(b, "CANCEL", "nobody", "");
	(void)peer_take(b);
	assert_true(got_has(b, "SIP/2.0 481 "));
}

/* timers E and F */
static void
a_request_over_udp_is_repeated_and_given_up(void **state)
{
	struct bed *b = *state;
	int i, sent;

	(void)ask(b, SIP_MESSAGE, SIP_UDP);
	turns(b);
	assert_int_equal(peer_take(b), 1);
	assert_true(got_has(b, ";rport"));
	loop_clock_advance(b->loop, 500);
	assert_int_equal(peer_take(b), 1);
	loop_clock_advance(b->loop, 999);
	assert_int_equal(peer_take(b), 0);
	loop_clock_advance(b->loop, 1);
	assert_int_equal(peer_take(b), 1);
	for (i = 0, sent = 3; i < 32; i++) {
		loop_clock_advance(b->loop, 1000);
		sent += peer_take(b);
	}
	assert_int_equal(sent, 11); /* RFC 3261 section 17.1.2.2 */
	assert_int_equal(b->outcomes, 1);
	assert_int_equal(b->last, SIP_OUTCOME_TIMEOUT);
	assert_int_equal(b->last_status, 408);
}

static void
a_final_answer_comes_once(void **state)
{
	struct bed *b = *state;

	(void)ask(b, SIP_MESSAGE, SIP_UDP);
	turns(b);
	(void)peer_take(b);
	peer_answers(b, 100);
	assert_int_equal(b->provisionals, 1);
	loop_clock_advance(b->loop, 3999);
	(void)peer_take(b);
	peer_answers(b, 202);
	peer_answers(b, 202);
	assert_int_equal(b->outcomes, 1);
	assert_int_equal(b->last_status, 202);
}

static void
a_refusal_of_our_invite_is_acknowledged(void **state)
{
	struct bed *b = *state;

	(void)ask(b, SIP_INVITE, SIP_UDP);
	turns(b);
	(void)peer_take(b);
	peer_answers(b, 486);
	assert_int_equal(peer_take(b), 1);
	assert_true(got_has(b, "ACK sip:bob@h SIP/2.0"));
	assert_true(got_has(b, ";tag=t9"));
	assert_int_equal(b->outcomes, 1);
}

static void
cancel_waits_for_a_provisional_answer(void **state)
{
	struct bed *b = *state;
	struct sip_client *c = ask(b, SIP_INVITE, SIP_UDP);
	char invite[2048];

	turns(b);
	(void)peer_take(b);
	(void)snprintf(invite, sizeof(invite), "%s", buf_text(&b->got));
	sip_client_cancel(c);
	assert_int_equal(peer_take(b), 0);
	peer_answers(b, 180);
	assert_int_equal(peer_take(b), 1);
	assert_true(got_has(b, "CANCEL sip:bob@h SIP/2.0"));
	peer_answers(b, 200);
	buf_reset(&b->got);
	buf_add_str(&b->got, invite);
	peer_answers(b, 487);
	assert_int_equal(b->last_status, 487);
}

/* T-07 */
static void
answers_that_are_not_ours_are_dropped(void **state)
{
	struct bed *b = *state;

	(void)ask(b, SIP_MESSAGE, SIP_UDP);
	turns(b);
	peer_send(b, "SIP/2.0 200 OK\r\n"
		     "Via: SIP/2.0/UDP x;branch=z9hG4bKforged\r\n"
		     "From: <sip:a@h>;tag=1\r\nTo: <sip:b@h>;tag=2\r\n"
		     "Call-ID: x\r\nCSeq: 1 MESSAGE\r\n\r\n");
	assert_int_equal(b->outcomes, 0);
}

/* */
static void
a_refused_connection_is_told_and_not_at_once(void **state)
{
	struct bed *b = *state;
	int i;

	(void)ask(b, SIP_MESSAGE, SIP_TCP);
	assert_int_equal(b->outcomes, 0);
	for (i = 0; i < 100 && b->outcomes == 0; i++) {
		turns(b);
		loop_clock_advance(b->loop, 1);
	}
	assert_int_equal(b->outcomes, 1);
	assert_int_equal(b->last, SIP_OUTCOME_FAILED);
	assert_int_equal(b->last_status, 503);
}

/* Two stacks over TCP: connection reuse, answers on the same connection. */
static void
one_connection_carries_many_requests(void **state)
{
	struct bed *b = *state;
	struct bed other = { .loop = b->loop };
	struct sip_stack *s = sip_stack_new(b->loop, NULL, &ops, &other);
	struct sip_target to = { .transport = SIP_TCP };
	struct sip_stack_counts counts;
	enum sip_transport transport;
	int i;

	b->answer = 200;
	to.addr = *sip_stack_listener(b->stack, 1, &transport);
	assert_int_equal(transport, SIP_TCP);
	for (i = 0; i < 50; i++) {
		struct sip_msg *m = sip_request_make(SIP_MESSAGE,
		    sip_span_of("sip:b@h"), "<sip:a@h>", "<sip:b@h>", NULL, 1);

		sip_msg_set_body(m, "text/plain", "hello", 5);
		(void)sip_stack_request(s, m, &to, on_response, &other);
		sip_msg_unref(m);
	}
	for (i = 0; i < 100 && other.outcomes < 50; i++)
		turns(b);
	assert_int_equal(other.outcomes, 50);
	assert_int_equal(b->requests, 50);
	sip_stack_count(s, &counts);
	assert_int_equal(counts.connections, 1);
	sip_stack_free(s);
	for (i = 0; i < 100 && b->closed_flows == 0; i++)
		turns(b);
	assert_int_equal(b->closed_flows, 1);
}

/* T-06 */
static void
a_large_request_leaves_udp(void **state)
{
	struct bed *b = *state;
	struct sip_msg *m = sip_request_make(SIP_MESSAGE,
	    sip_span_of("sip:b@h"), "<sip:a@h>", "<sip:b@h>", NULL, 1);
	struct sip_target to = { .transport = SIP_UDP, .addr = b->peer };
	char body[1400];

	memset(body, 'x', sizeof(body));
	sip_msg_set_body(m, "text/plain", body, sizeof(body));
	(void)sip_stack_request(b->stack, m, &to, on_response, b);
	turns(b);
	assert_int_equal(peer_take(b), 0);
	sip_msg_unref(m);
}

/* */
static void
overload_is_refused_before_state_is_made(void **state)
{
	struct bed *b = *state;
	struct sip_stack_opts o = { .max_transactions = 1 };
	struct sip_server *first;

	sip_stack_free(b->stack);
	b->stack = sip_stack_new(b->loop, &o, &ops, b);
	addr_set_port(&b->at, 0);
	assert_int_equal(
	    sip_stack_listen(b->stack, SIP_UDP, &b->at, NULL, NULL), 0);
	b->at = *sip_stack_listener(b->stack, 0, NULL);
	peer_request(b, "MESSAGE", "a", "");
	first = b->kept;
	peer_request(b, "OPTIONS", "b", "");
	assert_int_equal(b->requests, 1);
	assert_int_equal(peer_take(b), 1);
	assert_true(got_has(b, "SIP/2.0 503 "));
	assert_true(got_has(b, "Retry-After: "));
	sip_server_answer(first, 200, NULL);
}

static void
bad_requests_are_answered_without_state(void **state)
{
	struct bed *b = *state;

	peer_send(b, "MESSAGE sip:b@h SIP/2.0\r\n"
		     "Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKq;rport\r\n"
		     "From: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\n"
		     "Call-ID: x\r\nCSeq: 1 OPTIONS\r\n"
		     "Max-Forwards: 70\r\n\r\n");
	assert_int_equal(b->requests, 0);
	assert_int_equal(peer_take(b), 1);
	assert_true(got_has(b, "SIP/2.0 400 "));
}

#define BED(t) cmocka_unit_test_setup_teardown(t, bed_setup, bed_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BED(a_repeated_request_is_answered_again_and_shown_once),
		BED(a_slow_answer_sends_trying_after_three_and_a_half_seconds),
		BED(an_answer_after_the_deadline_is_dropped),
		BED(the_same_request_by_another_path_is_merged),
		BED(a_refused_invite_is_repeated_until_its_ack),
		BED(an_accepted_invite_is_repeated_until_its_ack),
		BED(cancel_ends_a_pending_invite_and_nothing_else),
		BED(a_request_over_udp_is_repeated_and_given_up),
		BED(a_final_answer_comes_once),
		BED(a_refusal_of_our_invite_is_acknowledged),
		BED(cancel_waits_for_a_provisional_answer),
		BED(answers_that_are_not_ours_are_dropped),
		BED(a_refused_connection_is_told_and_not_at_once),
		BED(one_connection_carries_many_requests),
		BED(a_large_request_leaves_udp),
		BED(overload_is_refused_before_state_is_made),
		BED(bad_requests_are_answered_without_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
