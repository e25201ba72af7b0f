/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stanza errors and SIP statuses: [E1] to [E8]. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "gateway/map/condition.h"

static int
status_of(enum stanza_condition c, enum condition_request what)
{
	struct condition_in in = { .condition = c };
	struct condition_status out;

	condition_to_status(&in, what, &out);
	mem_free(out.contact);
	return out.status;
}

/* [E1], [E2] and the two deviations about challenges. */
static void
no_condition_becomes_a_status_that_misleads(void **state)
{
	int c, what, status;

	(void)state;
	for (c = CONDITION_NONE + 1; c < CONDITIONS; c++) {
		for (what = 0; what <= CONDITION_OF_OTHER; what++) {
			status = status_of((enum stanza_condition)c,
			    (enum condition_request)what);
			assert_true(status >= 300 && status < 600);
			assert_true(status != 401 && status != 407);
			if (what != CONDITION_OF_INVITE)
				assert_int_not_equal(status, 408);
			assert_int_not_equal(status, 503);
		}
	}
}

static void
conditions_depend_on_what_was_asked(void **state)
{
	(void)state;
	assert_int_equal(status_of(CONDITION_NOT_ACCEPTABLE,
	    CONDITION_OF_INVITE), 488);
	assert_int_equal(status_of(CONDITION_NOT_ACCEPTABLE,
	    CONDITION_OF_MESSAGE), 406);
	assert_int_equal(status_of(CONDITION_REMOTE_SERVER_TIMEOUT,
	    CONDITION_OF_INVITE), 408);
	assert_int_equal(status_of(CONDITION_REMOTE_SERVER_TIMEOUT,
	    CONDITION_OF_MESSAGE), 504);
	assert_int_equal(status_of(CONDITION_SERVICE_UNAVAILABLE,
	    CONDITION_OF_MESSAGE), 480);
	assert_int_equal(status_of(CONDITION_SERVICE_UNAVAILABLE,
	    CONDITION_OF_OTHER), 405);
	assert_int_equal(status_of(CONDITION_FEATURE_NOT_IMPLEMENTED,
	    CONDITION_OF_MESSAGE), 415);
}

static void
a_moved_address_becomes_a_contact(void **state)
{
	struct condition_in in = { .condition = CONDITION_GONE,
		.address = "xmpp:new@x.example" };
	struct condition_status out;

	(void)state;
	condition_to_status(&in, CONDITION_OF_MESSAGE, &out);
	assert_int_equal(out.status, 301);
	assert_string_equal(out.contact, "<sip:new@x.example>");
	mem_free(out.contact);
	in.address = "http://elsewhere.example/";
	condition_to_status(&in, CONDITION_OF_MESSAGE, &out);
	assert_int_equal(out.status, 410);
	assert_null(out.contact);
	in.condition = CONDITION_REDIRECT;
	condition_to_status(&in, CONDITION_OF_MESSAGE, &out);
	assert_int_equal(out.status, 480);
	in.address = "xmpp:new@x.example";
	condition_to_status(&in, CONDITION_OF_MESSAGE, &out);
	assert_int_equal(out.status, 302);
	mem_free(out.contact);
}

static void
details_change_the_status(void **state)
{
	struct condition_in in = { .condition = CONDITION_POLICY_VIOLATION,
		.app = "stanza-too-big" };
	struct condition_status out;

	(void)state;
	condition_to_status(&in, CONDITION_OF_MESSAGE, &out);
	assert_int_equal(out.status, 413);
	in = (struct condition_in){ .condition = CONDITION_JID_MALFORMED,
		.about_user = true };
	condition_to_status(&in, CONDITION_OF_MESSAGE, &out);
	assert_int_equal(out.status, 404);
	in = (struct condition_in){
		.condition = CONDITION_REMOTE_SERVER_NOT_FOUND,
		.dns_trouble = true };
	condition_to_status(&in, CONDITION_OF_MESSAGE, &out);
	assert_int_equal(out.status, 504);
	in = (struct condition_in){ .condition = CONDITION_RESOURCE_CONSTRAINT };
	condition_to_status(&in, CONDITION_OF_MESSAGE, &out);
	assert_int_equal(out.status, 500);
	assert_true(out.retry_after > 0);
}

static const struct {
	int status;
	enum stanza_condition plain, hidden;
} rows[] = {
	{ 302, CONDITION_REDIRECT, CONDITION_REDIRECT },
	{ 301, CONDITION_GONE, CONDITION_GONE },
	{ 380, CONDITION_NOT_ACCEPTABLE, CONDITION_NOT_ACCEPTABLE },
	{ 399, CONDITION_REDIRECT, CONDITION_REDIRECT },
	{ 403, CONDITION_FORBIDDEN, CONDITION_FORBIDDEN },
	{ 404, CONDITION_ITEM_NOT_FOUND, CONDITION_SERVICE_UNAVAILABLE },
	{ 408, CONDITION_REMOTE_SERVER_TIMEOUT,
	    CONDITION_REMOTE_SERVER_TIMEOUT },
	{ 480, CONDITION_RECIPIENT_UNAVAILABLE,
	    CONDITION_SERVICE_UNAVAILABLE },
	{ 486, CONDITION_RECIPIENT_UNAVAILABLE,
	    CONDITION_SERVICE_UNAVAILABLE },
	{ 470, CONDITION_BAD_REQUEST, CONDITION_BAD_REQUEST },      /* [E7] */
	{ 503, CONDITION_INTERNAL_SERVER_ERROR,
	    CONDITION_INTERNAL_SERVER_ERROR },
	{ 599, CONDITION_INTERNAL_SERVER_ERROR,
	    CONDITION_INTERNAL_SERVER_ERROR },
	{ 600, CONDITION_RECIPIENT_UNAVAILABLE,
	    CONDITION_SERVICE_UNAVAILABLE },
	{ 604, CONDITION_ITEM_NOT_FOUND, CONDITION_SERVICE_UNAVAILABLE },
	{ 607, CONDITION_POLICY_VIOLATION, CONDITION_POLICY_VIOLATION },
	{ 699, CONDITION_RECIPIENT_UNAVAILABLE,
	    CONDITION_RECIPIENT_UNAVAILABLE },
};

static void
statuses_become_conditions_and_hide_who_exists(void **state)
{
	struct condition_status_in in;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		in = (struct condition_status_in){ .status = rows[i].status };
		assert_int_equal(condition_from_status(&in), rows[i].plain);
		in.hide_users = true;
		assert_int_equal(condition_from_status(&in), rows[i].hidden);
	}
	in = (struct condition_status_in){ .status = 407,
		.no_credentials = true };
	assert_int_equal(condition_from_status(&in),
	    CONDITION_INTERNAL_SERVER_ERROR);
}

static void
every_final_status_has_a_condition(void **state)
{
	struct condition_status_in in = { 0 };

	(void)state;
	for (in.status = 300; in.status < 700; in.status++)
		assert_int_not_equal(condition_from_status(&in),
		    CONDITION_NONE);
}

static void
a_reason_is_one_short_line_of_whole_letters(void **state)
{
	struct buf b = { 0 };
	char text[300];

	(void)state;
	condition_reason("  no\tway\r\nX: y", &b);
	assert_string_equal(buf_text(&b), "no way");
	buf_reset(&b);
	memset(text, 'a', 127);
	memcpy(text + 127, "\xc3\xbc\xc3\xbc", 5);
	condition_reason(text, &b);
	assert_int_equal(b.len, 127);
	buf_reset(&b);
	condition_reason(NULL, &b);
	assert_int_equal(b.len, 0);
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_condition_becomes_a_status_that_misleads),
		cmocka_unit_test(conditions_depend_on_what_was_asked),
		cmocka_unit_test(a_moved_address_becomes_a_contact),
		cmocka_unit_test(details_change_the_status),
		cmocka_unit_test(
		    statuses_become_conditions_and_hide_who_exists),
		cmocka_unit_test(every_final_status_has_a_condition),
		cmocka_unit_test(a_reason_is_one_short_line_of_whole_letters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
