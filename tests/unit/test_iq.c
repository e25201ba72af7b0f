/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of reference section 15, column "our domain". */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "gateway/xmpp/iq.h"
#include "gateway/xmpp/stanza.h"
#include "xml/xml_read.h"

static const struct iq_facts facts = {
	.name = "fedsh", .version = "0.1", .uptime_s = 77,
	.wall_ms = 1700000000000,
};

/* Each holds what the answer's text has to hold. */
static const struct {
	const char *type, *payload, *want;
} rows[] = {
	{ "get", "<query xmlns='" NS_DISCO_INFO "'/>", "category='server'" },
	{ "get", "<query xmlns='" NS_DISCO_INFO "'/>", "category='gateway'" },
	{ "get", "<query xmlns='" NS_DISCO_INFO "'/>", "var='urn:xmpp:ping'" },
	{ "get", "<query xmlns='" NS_DISCO_INFO "' node='x'/>",
	    "item-not-found" },
	{ "get", "<query xmlns='" NS_DISCO_ITEMS "'/>", "type='result'" },
	{ "get", "<ping xmlns='urn:xmpp:ping'/>", "type='result'" },
	{ "get", "<query xmlns='jabber:iq:version'/>",
	    "<name>fedsh</name><version>0.1</version>" },
	{ "get", "<time xmlns='urn:xmpp:time'/>",
	    "<tzo>+00:00</tzo><utc>2023-11-14T22:13:20Z</utc>" },
	{ "get", "<query xmlns='jabber:iq:last'/>", "seconds='77'" },
	{ "get", "<vCard xmlns='vcard-temp'/>", "item-not-found" },
	{ "get", "<query xmlns='jabber:iq:roster'/>", "forbidden" },
	{ "set", "<query xmlns='jabber:iq:roster'/>", "forbidden" },
	{ "set", "<query xmlns='jabber:iq:private'/>",
	    "service-unavailable" },
	{ "set", "<ping xmlns='urn:xmpp:ping'/>", "service-unavailable" },
	{ "get", "<x xmlns='urn:unknown'/>", "service-unavailable" },
	{ "get", "", "bad-request" },
	{ "get", "<a xmlns='u'/><b xmlns='u'/>", "bad-request" },
	{ "bogus", "<ping xmlns='urn:xmpp:ping'/>", "bad-request" },
};

static struct xml *
request(const char *type, const char *payload)
{
	char text[512];
	struct fault f;
	struct xml *x;

	(void)snprintf(text, sizeof(text), "<iq xmlns='jabber:server' "
	    "from='a@b/c' to='sip.example' id='q1' type='%s'>%s</iq>", type,
	    payload);
	x = xml_parse(text, strlen(text), NULL, &f);
	if (x == NULL)
		fail_msg("%s: %s", text, f.text);
	return x;
}

static void
a_domain_answers_what_it_owes(void **state)
{
	struct xml *x, *answer;
	char *text;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		x = request(rows[i].type, rows[i].payload);
		answer = iq_answer(x, &facts);
		assert_non_null(answer);
		assert_string_equal(xml_get(answer, "to"), "a@b/c");
		assert_string_equal(xml_get(answer, "from"), "sip.example");
		assert_string_equal(xml_get(answer, "id"), "q1");
		text = xml_write_text(answer, NULL);
		if (strstr(text, rows[i].want) == NULL)
			fail_msg("%s: no %s in %s", rows[i].payload,
			    rows[i].want, text);
		mem_free(text);
		xml_free(answer);
		xml_free(x);
	}
}

/* Z-05, Z-06 */
static void
results_and_errors_are_never_answered(void **state)
{
	static const char *const types[] = { "result", "error" };
	struct xml *x;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		x = request(types[i], "");
		assert_null(iq_answer(x, &facts));
		xml_free(x);
	}
}

static void
the_version_can_be_hidden(void **state)
{
	struct iq_facts hidden = facts;
	struct xml *x, *answer;
	char *text;

	(void)state;
	hidden.version = NULL;
	x = request("get", "<query xmlns='jabber:iq:version'/>");
	answer = iq_answer(x, &hidden);
	assert_string_equal(xml_get(answer, "type"), "error");
	xml_free(answer);
	xml_free(x);
	x = request("get", "<query xmlns='" NS_DISCO_INFO "'/>");
	answer = iq_answer(x, &hidden);
	text = xml_write_text(answer, NULL);
	assert_null(strstr(text, "jabber:iq:version"));
	mem_free(text);
	xml_free(answer);
	xml_free(x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_domain_answers_what_it_owes),
		cmocka_unit_test(results_and_errors_are_never_answered),
		cmocka_unit_test(the_version_can_be_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
