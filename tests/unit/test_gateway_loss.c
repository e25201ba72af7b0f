/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every accepted message is delivered or its sender hears that it was not,
 * whatever ends in between (architecture, Promises).
 */
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
#include "gateway/sent_id.h"

static size_t
messages_with(struct rig *r, const char *text)
{
	size_t i, n = 0;

	for (i = 0; i < r->n_messages; i++)
		n += strstr(r->messages[i], text) != NULL;
	return n;
}

static void
accepted_late(struct rig *r)
{
	r->hold = true;
	s_writes(r, "ann@sip.example", "x@xmpp.example", "hi");
	UNTIL(r, r->n_held == 1);
	UNTIL(r, r->status == 202);
}

static void
a_message_accepted_late_is_told_of_after_a_crash(void **state)
{
	struct rig *r = *state;

	accepted_late(r);
	killed_and_started(r);
	UNTIL(r, messages_with(r, "was not delivered") == 1);
	/* Said once: the next start finds nothing any more. */
	forget(r);
	wait_ms(r, 2000);
	killed_and_started(r);
	wait_ms(r, 30000);
	assert_int_equal(messages_with(r, "was not delivered"), 0);
}

static void
a_message_accepted_late_and_delivered_is_not_told_of(void **state)
{
	struct rig *r = *state;

	accepted_late(r);
	link_result(r->proxy, r->held[0], CONDITION_NONE, NULL);
	wait_ms(r, 200);
	assert_int_equal(live_count(r->live), 1); /* the ids' seal */
	killed_and_started(r);
	wait_ms(r, 10000);
	assert_int_equal(r->n_messages, 0);
}

static void
a_notice_is_tried_until_s_is_back(void **state)
{
	struct rig *r = *state;

	accepted_late(r);
	r->answer = 480; /* S has left */
	link_result(r->proxy, r->held[0], CONDITION_ITEM_NOT_FOUND, "gone");
	UNTIL(r, messages_with(r, "not delivered: gone") == 2);
	/* The end of this process does not end what S is owed. */
	killed_and_started(r);
	forget(r);
	r->answer = 200;
	UNTIL(r, messages_with(r, "not delivered: gone") == 1);
	wait_ms(r, 20000);
	assert_int_equal(messages_with(r, "not delivered: gone"), 1);
	assert_int_equal(live_count(r->live), 1);
}

static void
an_error_after_a_restart_is_still_told(void **state)
{
	struct rig *r = *state;
	char *error, *id;

	s_writes(r, "ann@sip.example", "x@xmpp.example", "hi");
	UNTIL(r, r->status == 202);
	id = strstr(r->stanzas[0], " id=\"");
	assert_non_null(id);
	error = mem_printf("<message xmlns='jabber:server' type='error' "
	    "id='%.32s' from='x@xmpp.example' to='ann@sip.example/sip'>"
	    "<error type='cancel'><service-unavailable xmlns="
	    "'urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
	    id + 5);
	killed_and_started(r);
	x_sends(r, error);
	UNTIL(r, messages_with(r, "not delivered") == 1);
	mem_free(error);
}

/* Proxy one dies with the first; its partner sends it again through two. */
static void
a_repeat_waits_for_the_fate_of_the_first(void **state)
{
	struct rig *r = *state;

	r->answer = 0;
	x_sends(r, MESSAGE("1", "hi"));
	UNTIL(r, r->n_pending == 1);
	x_sends(r, MESSAGE("1", "hi"));
	wait_ms(r, 1000);
	assert_int_equal(r->n_results, 0);
	assert_int_equal(r->n_messages, 1);
	sip_server_answer(r->pending[0], 404, NULL);
	UNTIL(r, r->n_results == 2);
	assert_int_equal(r->result, CONDITION_SERVICE_UNAVAILABLE);
	/* It failed: sent once more it is tried once more. */
	r->answer = 200;
	x_sends(r, MESSAGE("1", "hi"));
	UNTIL(r, r->n_results == 3);
	assert_int_equal(r->result, CONDITION_NONE);
	assert_int_equal(r->n_messages, 2);
}

static void
a_crash_before_the_answer_leaves_the_message_with_the_proxy(void **state)
{
	struct rig *r = *state;

	r->answer = 0;
	x_sends(r, MESSAGE("1", "hi"));
	UNTIL(r, r->n_pending == 1);
	killed_and_started(r);
	UNTIL(r, r->n_pending == 2); /* the link sent it again */
	assert_int_equal(r->n_results, 0);
	sip_server_answer(r->pending[1], 200, NULL);
	UNTIL(r, r->n_results == 1);
	assert_int_equal(r->result, CONDITION_NONE);
	sip_server_answer(r->pending[0], 200, NULL);
}

static void
ids_of_others_are_not_taken_for_ours(void **state)
{
	struct sent_id_key key = { { 1 } }, other = { { 2 } };
	const char *s = "ann@sip.example", *x = "x@xmpp.example";
	const int64_t now = 1700000000;
	char *id = sent_id_new(&key, s, x, now);

	(void)state;
	assert_true(sent_id_is_ours(&key, id, s, x, now + 60));
	assert_false(sent_id_is_ours(&other, id, s, x, now + 60));
	assert_false(sent_id_is_ours(&key, id, s, "y@xmpp.example", now));
	assert_false(sent_id_is_ours(&key, id, x, s, now));
	assert_false(sent_id_is_ours(&key, id, s, x,
	    now + SENT_ID_SECONDS + 1));
	assert_false(sent_id_is_ours(&key, "", s, x, now));
	id[0] = id[0] == '0' ? '1' : '0';
	assert_false(sent_id_is_ours(&key, id, s, x, now));
	mem_free(id);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_message_accepted_late_is_told_of_after_a_crash),
		TEST(a_message_accepted_late_and_delivered_is_not_told_of),
		TEST(a_notice_is_tried_until_s_is_back),
		TEST(an_error_after_a_restart_is_still_told),
		TEST(a_repeat_waits_for_the_fate_of_the_first),
		TEST(a_crash_before_the_answer_leaves_the_message_with_the_proxy),
		cmocka_unit_test(ids_of_others_are_not_taken_for_ours),
	};

	rig_quiet();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
