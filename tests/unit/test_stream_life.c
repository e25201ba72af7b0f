/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stream that goes out; acknowledgements, limits, the end of both. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/xmpp/dialback.h"
#include "stream_rig.h"

#define FEATURES(inner) "<stream:features>" inner "</stream:features>"
#define MECHANISMS                                                             \
	"<mechanisms xmlns='" NS_SASL "'><mechanism>EXTERNAL</mechanism>"     \
	"</mechanisms>"
#define OUR_HEADER_ANSWER                                                      \
	HEADER("id='p1' from='" THEIRS "' to='" OURS "' version='1.0'")

/* T-01, T-02, C-09, M-01: the way out, with everything. */
static void
an_outbound_stream_takes_tls_external_and_acks(void **state)
{
	struct owner o;
	struct xml *x;

	(void)state;
	begin(&o, STREAM_OUT, required);
	expect(&o, "from='" OURS "'", "to='" THEIRS "'", "version='1.0'",
	    NULL);
	feed(&o, OUR_HEADER_ANSWER FEATURES(""));
	expect(&o, "<starttls", NULL); /* though not offered: T-02 */
	feed(&o, "<proceed xmlns='" NS_TLS "'/>");
	assert_true(o.tls_started);
	o.proves = true;
	stream_tls_done(o.s);
	expect(&o, "<stream:stream", NULL);
	feed(&o, OUR_HEADER_ANSWER FEATURES(MECHANISMS));
	assert_true(o.ready);
	stream_authenticate(o.s);
	expect(&o, "mechanism='EXTERNAL'", "c2lwLmV4YW1wbGU=", NULL);
	feed(&o, "<success xmlns='" NS_SASL "'/>");
	expect(&o, "<stream:stream", NULL);
	feed(&o, OUR_HEADER_ANSWER FEATURES("<sm xmlns='" NS_SM "'/>"));
	expect(&o, "<enable", NULL);
	assert_false(stream_can_send(o.s));
	feed(&o, "<enabled xmlns='" NS_SM "'/>");
	assert_true(o.opened);
	x = stanza_message(STANZA_TYPE_CHAT, "a@" OURS, "b@" THEIRS, "1");
	stream_send(o.s, x);
	stream_send(o.s, x);
	expect(&o, "<message ", "<r xmlns='" NS_SM, NULL);
	assert_int_equal(o.acked, 0);
	feed(&o, "<a xmlns='" NS_SM "' h='1'/>");
	assert_int_equal(o.acked, 1);
	expect(&o, "<r xmlns='" NS_SM, NULL);
	feed(&o, "<a xmlns='" NS_SM "' h='3'/>"); /* M-03 */
	expect(&o, "undefined-condition", "handled-count-too-high", NULL);
	assert_int_equal(o.acked, 1);
	xml_free(x);
	finish(&o);
}

/* C-11, C-15 */
static void
without_external_the_way_out_is_dialback_or_nothing(void **state)
{
	static const struct stream_policy both = {
		STREAM_REQUIRED, STREAM_OPTIONAL, true
	};
	char key[DIALBACK_KEY_SIZE];
	struct owner o;
	int round;

	(void)state;
	for (round = 0; round < 3; round++) {
		/* 0: not offered; 1: offered and refused; 2: not allowed */
		begin(&o, STREAM_OUT, round == 2 ? required : both);
		feed(&o, OUR_HEADER_ANSWER FEATURES(STARTTLS)
		    "<proceed xmlns='" NS_TLS "'/>");
		o.proves = round == 1;
		stream_tls_done(o.s);
		if (round == 0)
			feed(&o, OUR_HEADER_ANSWER FEATURES(""));
		else
			feed(&o, OUR_HEADER_ANSWER FEATURES(MECHANISMS));
		buf_reset(&o.out);
		stream_authenticate(o.s);
		if (round == 1)
			feed(&o, "<failure xmlns='" NS_SASL
			    "'><not-authorized/></failure>");
		if (round == 2) {
			expect(&o, "</stream:stream>", NULL);
			feed(&o, "</stream:stream>");
			assert_int_equal(o.end.kind, STREAM_END_NO_METHOD);
			assert_non_null(strstr(o.end.text, "certificate"));
			finish(&o);
			continue;
		}
		dialback_key("s3cr3t", THEIRS, OURS, "p1", key);
		expect(&o, "<db:result", key, NULL);
		feed(&o, "<db:result from='" THEIRS "' to='" OURS
		    "' type='valid'/>");
		assert_true(stream_can_send(o.s));
		finish(&o);
	}
}

/* D-02 */
static void
a_refused_key_is_a_refusal_with_its_condition(void **state)
{
	struct owner o;

	(void)state;
	begin(&o, STREAM_OUT, clear_only);
	feed(&o, OUR_HEADER_ANSWER FEATURES(""));
	stream_authenticate(o.s);
	feed(&o, "<db:result from='" THEIRS "' to='" OURS
	    "' type='error'><error type='cancel'><item-not-found xmlns='"
	    NS_STANZA_ERROR "'/></error></db:result></stream:stream>");
	assert_true(o.ended);
	assert_int_equal(o.end.kind, STREAM_END_REFUSED);
	assert_string_equal(o.end.condition, "item-not-found");
	finish(&o);
}

/* S-06: no version, no features; clear dialback where that is allowed. */
static void
a_peer_from_before_1_0_gets_dialback_or_nothing(void **state)
{
	struct owner o;

	(void)state;
	begin(&o, STREAM_OUT, clear_only);
	feed(&o, HEADER("id='p1'"));
	assert_true(o.ready);
	stream_authenticate(o.s);
	expect(&o, "<db:result", NULL);
	finish(&o);
	begin(&o, STREAM_OUT, required);
	feed(&o, HEADER("id='p1'"));
	expect(&o, "</stream:stream>", NULL);
	finish(&o);
}

/* The promise of the architecture: <a/> only after the owner's report. */
static void
a_stanza_is_acknowledged_when_its_result_is_there(void **state)
{
	struct owner o;
	int i;

	(void)state;
	begin_open(&o);
	feed(&o, GOOD_MESSAGE);
	feed(&o, "<enable xmlns='" NS_SM "'/>");
	expect(&o, "<enabled", NULL);
	feed(&o, GOOD_MESSAGE GOOD_MESSAGE "<r xmlns='" NS_SM "'/>");
	expect(&o, "h='0'", NULL);
	stream_stanza_done(o.s, 3);
	expect_not(&o, "<a ");
	stream_stanza_done(o.s, 1); /* came before enable: not counted */
	expect_not(&o, "<a ");
	stream_stanza_done(o.s, 2);
	expect(&o, "h='2'", NULL);
	stream_stanza_done(o.s, 2);
	stream_stanza_done(o.s, 77);
	assert_int_equal(o.out.len, 0);
	/* Ten unasked results are told all the same. */
	for (i = 0; i < 10; i++) {
		feed(&o, GOOD_MESSAGE);
		stream_stanza_done(o.s, o.last_seq);
	}
	expect(&o, "h='12'", NULL);
	feed(&o, "<enable xmlns='" NS_SM "'/>");
	expect(&o, "<failed", "unexpected-request", NULL);
	feed(&o, "<resume xmlns='" NS_SM "' h='0' previd='x'/>");
	expect(&o, "<failed", "feature-not-implemented", NULL);
	finish(&o);
}

static void
too_many_open_stanzas_stop_the_reading(void **state)
{
	struct owner o;
	int i;

	(void)state;
	begin_open(&o);
	for (i = 0; i < 400 && !o.paused; i++) {
		loop_clock_advance(o.loop, 10); /* below the rate limit */
		feed(&o, GOOD_MESSAGE);
	}
	assert_int_equal(o.stanzas, 256);
	feed(&o, GOOD_MESSAGE);
	assert_int_equal(o.stanzas, 256);
	stream_stanza_done(o.s, 1);
	assert_int_equal(o.stanzas, 257);
	finish(&o);
}

/* G-04 */
static void
more_than_the_rate_waits_and_nothing_is_lost(void **state)
{
	struct owner o;
	int i;

	(void)state;
	begin_open(&o);
	o.report_at_once = true;
	for (i = 0; i < 400; i++)
		feed(&o, GOOD_MESSAGE);
	assert_true(o.paused);
	assert_in_range(o.stanzas, 190, 210);
	loop_clock_advance(o.loop, 2000);
	assert_int_equal(o.stanzas, 400);
	finish(&o);
}

/* K-01, K-04 */
static void
elements_over_the_limit_end_the_stream(void **state)
{
	struct buf b = { 0 };
	struct owner o;

	(void)state;
	buf_add_str(&b, "<message from='a@" THEIRS "' to='b@" OURS "'><body>");
	buf_add_fill(&b, 'x', 100000);
	buf_add_str(&b, "</body></message>");
	begin(&o, STREAM_IN, anything);
	feed(&o, THEIR_HEADER);
	feed(&o, buf_text(&b));
	expect(&o, "policy-violation", "stanza-too-big", NULL);
	finish(&o);
	begin_open(&o);
	feed(&o, buf_text(&b));
	assert_int_equal(o.stanzas, 1);
	buf_reset(&b);
	buf_add_str(&b, "<message from='a@" THEIRS "' to='b@" OURS "'><body>");
	buf_add_fill(&b, 'x', 300000);
	feed(&o, buf_text(&b));
	expect(&o, "policy-violation", "stanza-too-big", NULL);
	buf_clear(&b);
	finish(&o);
}

/* K-08, K-09, K-11 */
static void
closing_waits_for_the_peer_but_not_for_ever(void **state)
{
	struct owner o;

	(void)state;
	begin_open(&o);
	stream_close(o.s);
	expect(&o, "</stream:stream>", NULL);
	feed(&o, GOOD_MESSAGE);
	assert_int_equal(o.stanzas, 0);
	assert_false(o.ended);
	loop_clock_advance(o.loop, 5001);
	assert_true(o.ended);
	finish(&o);
	begin_open(&o);
	feed(&o, "</stream:stream>");
	expect(&o, "</stream:stream>", NULL);
	assert_true(o.ended);
	assert_false(o.closed_now);
	assert_int_equal(o.end.kind, STREAM_END_CLOSED);
	finish(&o);
}

static void
silence_before_the_proof_has_limits(void **state)
{
	struct owner o;

	(void)state;
	begin(&o, STREAM_IN, required);
	loop_clock_advance(o.loop, 10001);
	expect(&o, "connection-timeout", NULL);
	finish(&o);
	begin(&o, STREAM_IN, required);
	feed(&o, THEIR_HEADER);
	loop_clock_advance(o.loop, 59000);
	expect_not(&o, "connection-timeout");
	loop_clock_advance(o.loop, 2000);
	expect(&o, "connection-timeout", NULL);
	finish(&o);
	begin(&o, STREAM_OUT, required);
	loop_clock_advance(o.loop, 70000);
	assert_true(o.ended);
	assert_int_equal(o.end.kind, STREAM_END_TIMEOUT);
	finish(&o);
}

/* K-05..K-07 */
static void
an_open_stream_is_kept_alive_and_ends_when_idle(void **state)
{
	struct owner o;

	(void)state;
	begin(&o, STREAM_IN, required);
	o.proves = true;
	o.keepalive_ms = 300000;
	o.inactivity_ms = 600000;
	feed(&o, THEIR_HEADER STARTTLS);
	stream_tls_done(o.s);
	feed(&o, THEIR_HEADER EXTERNAL THEIR_HEADER);
	buf_reset(&o.out);
	loop_clock_advance(o.loop, 299000);
	assert_int_equal(o.out.len, 0);
	loop_clock_advance(o.loop, 2000);
	assert_string_equal(buf_text(&o.out), " ");
	feed(&o, " ");
	loop_clock_advance(o.loop, 290000);
	feed(&o, " ");
	loop_clock_advance(o.loop, 15000);
	expect(&o, "</stream:stream>", NULL); /* no stanza in 600 s */
	finish(&o);
	/* A partner that says nothing at all. */
	begin(&o, STREAM_IN, required);
	o.proves = true;
	o.keepalive_ms = 300000;
	feed(&o, THEIR_HEADER STARTTLS);
	stream_tls_done(o.s);
	feed(&o, THEIR_HEADER EXTERNAL THEIR_HEADER);
	loop_clock_advance(o.loop, 361000);
	expect(&o, "connection-timeout", NULL);
	finish(&o);
}

static void
the_peers_error_is_kept_word_for_word(void **state)
{
	struct owner o;

	(void)state;
	begin(&o, STREAM_OUT, required);
	feed(&o, OUR_HEADER_ANSWER "<stream:error><host-unknown xmlns='"
	    NS_STREAM_ERROR "'/><text xmlns='" NS_STREAM_ERROR
	    "'>not here</text></stream:error></stream:stream>");
	assert_true(o.ended);
	assert_int_equal(o.end.kind, STREAM_END_PEER_ERROR);
	assert_string_equal(o.end.condition, "host-unknown");
	assert_string_equal(o.end.text, "not here");
	finish(&o);
}

/* T-05 */
static void
a_failed_handshake_ends_without_a_word(void **state)
{
	struct fault f;
	struct owner o;

	(void)state;
	begin(&o, STREAM_IN, required);
	feed(&o, THEIR_HEADER STARTTLS);
	buf_reset(&o.out);
	fault_set(&f, FAULT_SECURITY, "handshake failed");
	stream_lost(o.s, &f);
	assert_true(o.ended);
	assert_int_equal(o.out.len, 0);
	finish(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    an_outbound_stream_takes_tls_external_and_acks),
		cmocka_unit_test(
		    without_external_the_way_out_is_dialback_or_nothing),
		cmocka_unit_test(
		    a_refused_key_is_a_refusal_with_its_condition),
		cmocka_unit_test(
		    a_peer_from_before_1_0_gets_dialback_or_nothing),
		cmocka_unit_test(
		    a_stanza_is_acknowledged_when_its_result_is_there),
		cmocka_unit_test(too_many_open_stanzas_stop_the_reading),
		cmocka_unit_test(more_than_the_rate_waits_and_nothing_is_lost),
		cmocka_unit_test(elements_over_the_limit_end_the_stream),
		cmocka_unit_test(closing_waits_for_the_peer_but_not_for_ever),
		cmocka_unit_test(silence_before_the_proof_has_limits),
		cmocka_unit_test(
		    an_open_stream_is_kept_alive_and_ends_when_idle),
		cmocka_unit_test(the_peers_error_is_kept_word_for_word),
		cmocka_unit_test(a_failed_handshake_ends_without_a_word),
	};

	log_open_fd(-1, LOG_LEVEL_NONE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
