/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "gateway/sip/uri.h"

static struct sip_uri
uri(const char *text)
{
	struct sip_uri u;

	if (sip_uri_parse(sip_span_of(text), &u, NULL) != 0)
		fail_msg("%s should be a URI", text);
	return u;
}

static void
the_parts_of_a_uri_are_found(void **state)
{
	struct sip_uri u =
	    uri("sip:al%20ice:pw@[2001:db8::1]:5070;transport=tcp;lr?a=b");
	struct sip_span v;

	(void)state;
	assert_int_equal(u.scheme, SIP_SCHEME_SIP);
	assert_true(sip_span_is(u.user, "al%20ice"));
	assert_true(sip_span_is(u.password, "pw"));
	assert_true(sip_span_is(u.host, "[2001:db8::1]"));
	assert_int_equal(u.port, 5070);
	assert_true(sip_uri_param(&u, "Transport", &v));
	assert_true(sip_span_is(v, "tcp"));
	assert_true(sip_uri_param(&u, "lr", &v));
	assert_int_equal(v.n, 0);
	assert_true(sip_span_is(u.headers, "a=b"));
	u = uri("tel:+1-201-555-0123;phone-context=x");
	assert_int_equal(u.scheme, SIP_SCHEME_TEL);
	assert_true(sip_span_is(u.user, "+1-201-555-0123"));
	u = uri("sip:user;par=u%40example.net@example.com");
	assert_true(sip_span_is(u.user, "user;par=u%40example.net"));
	assert_int_equal(uri("http://x/").scheme, SIP_SCHEME_OTHER);
}

static void
what_is_no_uri_is_refused(void **state)
{
	static const char *const bad[] = { "", "sip:", "sip:@h", "alice@h",
		"sip:a@", "sip:a@h:0", "sip:a@h:65536", "sip:a@h:1x",
		"sip:a@h;", "sip:a@h;;x", "sip:a@h?", "sip:a@h?x", "sip:a b@h",
		"sip:a@h ", "<sip:a@h>", "sip:%zz@h", "sip:a%4@h", "sip:a@[::1",
		"sip:a@h;x=<", "1x:y", "sip:a@b@c", "tel:", "tel:abcx",
		"sip:\xc3\xbc@h" };
	struct sip_uri u;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (sip_uri_parse(sip_span_of(bad[i]), &u, NULL) == 0)
			fail_msg("\"%s\" should be refused", bad[i]);
}

/* P-03: the examples of RFC 3261 section 19.1.4, and RFC 5627. */
static void
uris_compare_as_the_rfc_says(void **state)
{
	static const struct {
		const char *a, *b;
		bool equal;
	} rows[] = {
		{ "sip:%61lice@atlanta.com;transport=TCP",
		    "sip:alice@AtLanTa.CoM;Transport=tcp", true },
		{ "sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5",
		    true },
		{ "sip:carol@chicago.com;newparam=5",
		    "sip:carol@chicago.com;security=on", true },
		{ "sip:biloxi.com;transport=tcp;method=REGISTER"
		  "?to=sip:bob%40biloxi.com",
		    "sip:biloxi.com;method=REGISTER;transport=tcp"
		    "?to=sip:bob%40biloxi.com",
		    true },
		{ "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
		    "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
		    true },
		{ "SIP:ALICE@AtLanTa.CoM;Transport=udp",
		    "sip:alice@AtLanTa.CoM;Transport=UDP", false },
		{ "sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", false },
		{ "sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp",
		    false },
		{ "sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp",
		    false },
		{ "sip:carol@chicago.com",
		    "sip:carol@chicago.com?Subject=next%20meeting", false },
		{ "sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4",
		    false },
		{ "sip:a@h;security=on", "sip:a@h;security=off", false },
		{ "sip:a@h", "sips:a@h", false },
		{ "sip:a@h;gr=x", "sip:a@h", false },
		{ "sip:a@h;user=phone", "sip:a@h", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sip_uri a = uri(rows[i].a), b = uri(rows[i].b);

		if (sip_uri_equal(&a, &b) != rows[i].equal ||
		    sip_uri_equal(&b, &a) != rows[i].equal)
			fail_msg("%s and %s", rows[i].a, rows[i].b);
	}
}

static void
an_address_of_record_has_one_spelling(void **state)
{
	static const char *const rows[][2] = {
		{ "sip:Romeo@Example.COM;gr=x", "romeo@example.com" },
		{ "sips:%52omeo:pw@example.com:5061", "romeo@example.com" },
		{ "sip:a%40b@h", "a%40b@h" },
		{ "sip:f%c3%bc@h", "f%C3%BC@h" },
		{ "sip:n%00l@h", "n%00l@h" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sip_uri u = uri(rows[i][0]);
		struct buf b = { 0 };

		assert_int_equal(sip_uri_aor(&u, &b), 0);
		assert_string_equal(buf_text(&b), rows[i][1]);
		buf_clear(&b);
	}
}

static void
writing_leaves_out_what_is_asked(void **state)
{
	struct sip_uri u = uri("sip:a:pw@h:5070;x=y?z=w");
	struct buf b = { 0 };

	(void)state;
	sip_uri_write(&u, 0, &b);
	assert_string_equal(buf_text(&b), "sip:a:pw@h:5070;x=y?z=w");
	buf_reset(&b);
	sip_uri_write(&u,
	    SIP_URI_NO_PASSWORD | SIP_URI_NO_PARAMS | SIP_URI_NO_HEADERS, &b);
	assert_string_equal(buf_text(&b), "sip:a@h:5070");
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_parts_of_a_uri_are_found),
		cmocka_unit_test(what_is_no_uri_is_refused),
		cmocka_unit_test(uris_compare_as_the_rfc_says),
		cmocka_unit_test(an_address_of_record_has_one_spelling),
		cmocka_unit_test(writing_leaves_out_what_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
