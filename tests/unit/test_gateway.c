/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The translator: messages, gates, questions, an orderly end. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "gateway_rig.h"

/* ---- messages ---- */

static void
a_message_of_x_is_answered_when_sip_has_answered(void **state)
{
	struct rig *r = *state;

	r->answer = 0;
	x_sends(r, MESSAGE("1", "hi"));
	UNTIL(r, r->n_messages == 1);
	assert_non_null(strstr(r->messages[0],
	    "From: <sip:x@xmpp.example;gr=r>;tag="));
	assert_non_null(strstr(r->messages[0], "MESSAGE sip:ann@sip.example"));
	assert_non_null(strstr(r->messages[0], "\r\n\r\nhi"));
	wait_ms(r, 1000);
	assert_int_equal(r->n_results, 0);
	sip_server_answer(r->pending[0], 200, NULL);
	UNTIL(r, r->n_results == 1);
	assert_int_equal(r->result, CONDITION_NONE);
}

/* [E5] */
static void
a_refusal_of_sip_hides_who_exists(void **state)
{
	struct rig *r = *state;

	r->answer = 404;
	x_sends(r, MESSAGE("1", "hi"));
	UNTIL(r, r->n_results == 1);
	assert_int_equal(r->result, CONDITION_SERVICE_UNAVAILABLE);
	r->answer = 415;
	x_sends(r, MESSAGE("2", "hi"));
	UNTIL(r, r->n_results == 2);
	assert_int_equal(r->result, CONDITION_NOT_ACCEPTABLE);
}

/* [O1] */
static void
messages_of_a_pair_go_one_by_one(void **state)
{
	struct rig *r = *state;

	r->answer = 0;
	x_sends(r, MESSAGE("1", "one"));
	x_sends(r, MESSAGE("2", "two"));
	x_sends(r, MESSAGE("3", "three"));
	UNTIL(r, r->n_messages == 1);
	wait_ms(r, 500);
	assert_int_equal(r->n_messages, 1);
	sip_server_answer(r->pending[0], 200, NULL);
	UNTIL(r, r->n_messages == 2);
	assert_non_null(strstr(r->messages[1], "\r\n\r\ntwo"));
	/* One that fails is returned, those behind it go on. */
	sip_server_answer(r->pending[1], 500, NULL);
	UNTIL(r, r->n_messages == 3);
	sip_server_answer(r->pending[2], 200, NULL);
	UNTIL(r, r->n_results == 3);
	assert_int_equal(r->result, CONDITION_NONE);
}

/* [O3] */
static void
a_repeated_message_is_delivered_once(void **state)
{
	struct rig *r = *state;

	x_sends(r, MESSAGE("1", "hi"));
	x_sends(r, MESSAGE("1", "hi"));
	x_sends(r, MESSAGE("1", "other text"));
	UNTIL(r, r->n_results == 3);
	assert_int_equal(r->result, CONDITION_NONE);
	assert_int_equal(r->n_messages, 2);
}

static void
a_silent_front_end_bounces_before_the_links_deadline(void **state)
{
	struct rig *r = *state;

	r->answer = 0;
	x_sends(r, MESSAGE("1", "hi"));
	UNTIL(r, r->n_messages == 1);
	UNTIL(r, r->n_results == 1);
	assert_int_equal(r->result, CONDITION_REMOTE_SERVER_TIMEOUT);
	sip_server_answer(r->pending[0], 200, NULL);
}

static void
a_message_of_s_is_answered_when_xmpp_has_answered(void **state)
{
	struct rig *r = *state;

	r->hold = true;
	s_writes(r, "ann@sip.example", "x@xmpp.example;gr=home", "a\r\nb");
	UNTIL(r, r->n_stanzas == 1);
	assert_non_null(stanza_with(r, "from=\"ann@sip.example/sip\""));
	assert_non_null(stanza_with(r, "to=\"x@xmpp.example/home\""));
	assert_non_null(stanza_with(r, "<body>a\nb</body>"));
	assert_non_null(stanza_with(r, "type=\"chat\""));
	wait_ms(r, 5000);
	assert_int_equal(r->status, 0);
	link_result(r->proxy, r->held[0], CONDITION_NONE, NULL);
	UNTIL(r, r->status == 202);
}

static void
a_failure_of_xmpp_becomes_a_status_with_its_reason(void **state)
{
	struct rig *r = *state;

	r->say = CONDITION_ITEM_NOT_FOUND;
	(void)snprintf(r->say_text, sizeof(r->say_text), "nobody here");
	s_writes(r, "ann@sip.example", "x@xmpp.example", "hi");
	UNTIL(r, r->status == 404);
	assert_string_equal(r->reason, "nobody here");
}

/* [M1], [M2] */
static void
a_late_failure_becomes_a_message_from_the_contact(void **state)
{
	struct rig *r = *state;

	r->hold = true;
	s_writes(r, "ann@sip.example", "x@xmpp.example", "hi");
	UNTIL(r, r->n_held == 1);
	UNTIL(r, r->status == 202);
	link_result(r->proxy, r->held[0], CONDITION_REMOTE_SERVER_NOT_FOUND,
	    "no such domain");
	UNTIL(r, r->n_messages == 1);
	assert_non_null(strstr(r->messages[0], "From: <sip:x@xmpp.example>"));
	assert_non_null(strstr(r->messages[0],
	    "not delivered: no such domain"));
}

static void
an_error_stanza_for_a_written_message_is_told_once(void **state)
{
	struct rig *r = *state;
	char *id, *error;

	s_writes(r, "ann@sip.example", "x@xmpp.example", "hi");
	UNTIL(r, r->status == 202);
	id = strstr(r->stanzas[0], " id=\"");
	assert_non_null(id);
	error = mem_printf("<message xmlns='jabber:server' type='error' "
	    "id='%.32s' from='x@xmpp.example' to='ann@sip.example/sip'>"
	    "<error type='cancel'><service-unavailable xmlns="
	    "'urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
	    id + 5);
	x_sends(r, error);
	UNTIL(r, r->n_messages == 1);
	assert_non_null(strstr(r->messages[0], "service-unavailable"));
	x_sends(r, error);
	UNTIL(r, r->n_results == 2);
	wait_ms(r, 500);
	assert_int_equal(r->n_messages, 1);
	mem_free(error);
}

/* ---- gates ---- */

static void
closed_gates_answer_each_side_as_it_may_know(void **state)
{
	struct rig *r = *state;

	s_writes(r, "ann@sip.example", "x@other.example", "hi");
	UNTIL(r, r->status == 403);
	assert_non_null(strstr(r->reason, "partner"));
	s_writes(r, "off@sip.example", "x@xmpp.example", "hi");
	UNTIL(r, r->status == 403);
	assert_non_null(strstr(r->reason, "policy"));
	x_sends(r, "<message xmlns='jabber:server' from='x@xmpp.example/r' "
	    "to='off@sip.example'><body>hi</body></message>");
	UNTIL(r, r->n_results == 1);
	assert_int_equal(r->result, CONDITION_SERVICE_UNAVAILABLE);
	x_sends(r, "<message xmlns='jabber:server' from='x@xmpp.example/r' "
	    "to='nobody@sip.example'><body>hi</body></message>");
	UNTIL(r, r->n_results == 2);
	assert_int_equal(r->result, CONDITION_SERVICE_UNAVAILABLE);
	x_sends(r, "<message xmlns='jabber:server' from='x@other.example/r' "
	    "to='ann@sip.example'><body>hi</body></message>");
	UNTIL(r, r->n_results == 3);
	assert_int_equal(r->result, CONDITION_POLICY_VIOLATION);
	assert_int_equal(r->n_messages, 0);
	assert_int_equal(r->n_stanzas, 0);
}

/* [A4], [A3], [B1] */
static void
requests_that_cannot_be_translated_are_refused(void **state)
{
	struct rig *r = *state;

	s_writes(r, "ann@sip.example", "bob@sip.example", "hi");
	UNTIL(r, r->status == 482);
	s_writes(r, "ann@elsewhere.example", "x@xmpp.example", "hi");
	UNTIL(r, r->status == 403);
	s_writes(r, "ann@sip.example", "n%00ull@xmpp.example", "hi");
	UNTIL(r, r->status == 404);
}

/* ---- IQ ---- */

static void
questions_about_s_need_to_be_allowed_to_see_s(void **state)
{
	struct rig *r = *state;

#define DISCO                                                                  \
	"<iq xmlns='jabber:server' type='get' id='q' from='x@xmpp.example/r' " \
	"to='ann@sip.example'><query xmlns="                                   \
	"'http://jabber.org/protocol/disco#info'/></iq>"
	x_sends(r, DISCO);
	UNTIL(r, r->n_results == 1);
	assert_int_equal(r->result, CONDITION_SERVICE_UNAVAILABLE);
	x_subscribes(r);
	forget(r);
	x_sends(r, DISCO);
	UNTIL(r, stanza_with(r, "registered") != NULL);
	assert_non_null(stanza_with(r, "id=\"q\""));
	x_sends(r, "<iq xmlns='jabber:server' type='get' id='v' "
	    "from='x@xmpp.example/r' to='ann@sip.example'>"
	    "<vCard xmlns='vcard-temp'/></iq>");
	UNTIL(r, stanza_with(r, "<FN>Ann Example</FN>") != NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_message_of_x_is_answered_when_sip_has_answered),
		TEST(a_refusal_of_sip_hides_who_exists),
		TEST(messages_of_a_pair_go_one_by_one),
		TEST(a_repeated_message_is_delivered_once),
		TEST(a_silent_front_end_bounces_before_the_links_deadline),
		TEST(a_message_of_s_is_answered_when_xmpp_has_answered),
		TEST(a_failure_of_xmpp_becomes_a_status_with_its_reason),
		TEST(a_late_failure_becomes_a_message_from_the_contact),
		TEST(an_error_stanza_for_a_written_message_is_told_once),
		TEST(closed_gates_answer_each_side_as_it_may_know),
		TEST(requests_that_cannot_be_translated_are_refused),
		TEST(questions_about_s_need_to_be_allowed_to_see_s),
	};

	rig_quiet();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
