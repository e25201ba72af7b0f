/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Heads, builders and errors of stanzas; SASL EXTERNAL [Z-05, Z-06, C-09]. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "gateway/xmpp/sasl.h"
#include "gateway/xmpp/stanza.h"
#include "xml/xml_read.h"

static struct xml *
read_xml(const char *text)
{
	struct fault f;
	struct xml *x = xml_parse(text, strlen(text), NULL, &f);

	if (x == NULL)
		fail_msg("%s: %s", text, f.text);
	return x;
}

static void
heads_say_kind_type_and_addresses(void **state)
{
	static const struct {
		const char *text;
		enum stanza_kind kind;
		enum stanza_type type;
	} rows[] = {
		{ "<message xmlns='jabber:server' from='a@b' to='c@d'/>",
		    STANZA_MESSAGE, STANZA_TYPE_NORMAL },
		{ "<message xmlns='jabber:server' type='odd'/>",
		    STANZA_MESSAGE, STANZA_TYPE_NORMAL },
		{ "<message xmlns='jabber:client' type='chat'/>",
		    STANZA_MESSAGE, STANZA_TYPE_CHAT },
		{ "<presence xmlns='jabber:server'/>", STANZA_PRESENCE,
		    STANZA_TYPE_AVAILABLE },
		{ "<presence xmlns='jabber:server' type='probe'/>",
		    STANZA_PRESENCE, STANZA_TYPE_PROBE },
		{ "<iq xmlns='jabber:server' type='get' id='1'/>", STANZA_IQ,
		    STANZA_TYPE_GET },
		{ "<iq xmlns='jabber:server' type='error' id='1'/>",
		    STANZA_IQ, STANZA_TYPE_ERROR },
	};
	struct fault f;
	struct stanza st;
	struct xml *x;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		x = read_xml(rows[i].text);
		if (stanza_read(x, &st, NULL, &f) < 0)
			fail_msg("%s: %s", rows[i].text, f.text);
		assert_int_equal(st.kind, rows[i].kind);
		assert_int_equal(st.type, rows[i].type);
		stanza_clear(&st);
		xml_free(x);
	}
}

static void
bad_heads_say_how_to_refuse_them(void **state)
{
	static const struct {
		const char *text;
		enum stanza_condition condition;
	} rows[] = {
		{ "<iq xmlns='jabber:server' type='get'/>",
		    CONDITION_BAD_REQUEST },
		{ "<iq xmlns='jabber:server' id='1'/>", CONDITION_BAD_REQUEST },
		{ "<iq xmlns='jabber:server' id='1' type='x'/>",
		    CONDITION_BAD_REQUEST },
		{ "<presence xmlns='jabber:server' type='x'/>",
		    CONDITION_BAD_REQUEST },
		{ "<foo xmlns='jabber:server'/>", CONDITION_BAD_REQUEST },
		{ "<message xmlns='jabber:server' to='a b@c'/>",
		    CONDITION_JID_MALFORMED },
	};
	enum stanza_condition c;
	struct stanza st;
	struct xml *x;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		x = read_xml(rows[i].text);
		assert_int_equal(stanza_read(x, &st, &c, NULL), -1);
		assert_int_equal(c, rows[i].condition);
		xml_free(x);
	}
}

static void
errors_swap_the_addresses_and_keep_the_id(void **state)
{
	struct stanza_error_info info;
	struct xml *x, *e;

	(void)state;
	x = read_xml("<iq xmlns='jabber:server' type='get' id='7' "
	    "from='a@b/r' to='c@d'><q xmlns='urn:x'/></iq>");
	e = stanza_error(x, CONDITION_SERVICE_UNAVAILABLE, "no such thing");
	assert_string_equal(xml_get(e, "from"), "c@d");
	assert_string_equal(xml_get(e, "to"), "a@b/r");
	assert_string_equal(xml_get(e, "id"), "7");
	assert_string_equal(xml_get(e, "type"), "error");
	assert_non_null(xml_child(e, "q", "urn:x"));
	stanza_error_read(e, &info);
	assert_int_equal(info.condition, CONDITION_SERVICE_UNAVAILABLE);
	assert_string_equal(info.type, "cancel");
	assert_string_equal(info.text, "no such thing");
	/* Z-06: an error is never answered. */
	assert_null(stanza_error(e, CONDITION_BAD_REQUEST, NULL));
	xml_free(e);
	xml_free(x);
	x = read_xml("<iq xmlns='jabber:server' type='result' id='7' "
	    "from='a@b'/>");
	assert_null(stanza_error(x, CONDITION_BAD_REQUEST, NULL));
	xml_free(x);
}

static void
every_condition_is_found_by_its_name(void **state)
{
	int c;

	(void)state;
	for (c = CONDITION_NONE + 1; c < CONDITIONS; c++) {
		assert_int_equal(c, stanza_condition_find(
		    stanza_condition_name((enum stanza_condition)c)));
		assert_non_null(strstr("auth cancel modify wait",
		    stanza_condition_type((enum stanza_condition)c)));
	}
	assert_int_equal(stanza_condition_find("nonsense"), CONDITION_NONE);
}

static void
an_iq_has_exactly_one_payload(void **state)
{
	struct xml *x;

	(void)state;
	x = read_xml("<iq xmlns='jabber:server'><a xmlns='u'/></iq>");
	assert_non_null(stanza_iq_payload(x));
	(void)xml_add(x, "b", "u");
	assert_null(stanza_iq_payload(x));
	xml_free(x);
	x = read_xml("<iq xmlns='jabber:server'> </iq>");
	assert_null(stanza_iq_payload(x));
	xml_free(x);
}

/* C-09, C-10: what the receiver answers, step by step. */
static void
external_is_accepted_empty_equal_or_challenged(void **state)
{
	static const struct {
		const char *text;
		enum sasl_step step;
		const char *condition;
	} rows[] = {
		{ "<auth mechanism='EXTERNAL'>=</auth>", SASL_SUCCESS, NULL },
		{ "<auth mechanism='EXTERNAL'>ZXhhbXBsZS5vcmc=</auth>",
		    SASL_SUCCESS, NULL }, /* example.org */
		{ "<auth mechanism='EXTERNAL'>RVhBTVBMRS5vcmc=</auth>",
		    SASL_SUCCESS, NULL }, /* EXAMPLE.org */
		{ "<auth mechanism='EXTERNAL'>ZXZpbC5leGFtcGxl</auth>",
		    SASL_FAILURE, "invalid-authzid" },
		{ "<auth mechanism='EXTERNAL'>!</auth>", SASL_FAILURE,
		    "incorrect-encoding" },
		{ "<auth mechanism='PLAIN'>=</auth>", SASL_FAILURE,
		    "invalid-mechanism" },
		{ "<auth mechanism='EXTERNAL'/>", SASL_CHALLENGE, NULL },
		{ "<abort/>", SASL_FAILURE, "aborted" },
		{ "<response>=</response>", SASL_FAILURE,
		    "malformed-request" },
	};
	struct sasl_server s;
	const char *condition;
	struct xml *x;
	char text[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(&s, 0, sizeof(s));
		(void)snprintf(text, sizeof(text),
		    "<w xmlns='" NS_SASL "'>%s</w>", rows[i].text);
		x = read_xml(text);
		assert_int_equal(rows[i].step, sasl_server_step(&s,
		    xml_child(x, NULL, NULL), "example.org", &condition));
		if (rows[i].condition != NULL)
			assert_string_equal(condition, rows[i].condition);
		xml_free(x);
	}
}

static void
a_challenge_is_followed_by_the_response(void **state)
{
	struct sasl_server s = { 0 };
	const char *condition;
	struct xml *x;

	(void)state;
	x = read_xml("<auth xmlns='" NS_SASL "' mechanism='EXTERNAL'/>");
	assert_int_equal(sasl_server_step(&s, x, "a.example", &condition),
	    SASL_CHALLENGE);
	xml_free(x);
	x = sasl_client_response("a.example");
	assert_int_equal(sasl_server_step(&s, x, "a.example", &condition),
	    SASL_SUCCESS);
	xml_free(x);
}

static void
three_failures_are_enough(void **state)
{
	struct sasl_server s = { 0 };
	const char *condition;
	struct xml *x = sasl_client_auth("evil.example");

	(void)state;
	assert_int_equal(sasl_server_step(&s, x, "a.example", &condition),
	    SASL_FAILURE);
	assert_int_equal(sasl_server_step(&s, x, "a.example", &condition),
	    SASL_FAILURE);
	assert_int_equal(sasl_server_step(&s, x, "a.example", &condition),
	    SASL_GIVE_UP);
	xml_free(x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads_say_kind_type_and_addresses),
		cmocka_unit_test(bad_heads_say_how_to_refuse_them),
		cmocka_unit_test(errors_swap_the_addresses_and_keep_the_id),
		cmocka_unit_test(every_condition_is_found_by_its_name),
		cmocka_unit_test(an_iq_has_exactly_one_payload),
		cmocka_unit_test(external_is_accepted_empty_equal_or_challenged),
		cmocka_unit_test(a_challenge_is_followed_by_the_response),
		cmocka_unit_test(three_failures_are_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
