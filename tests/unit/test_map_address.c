/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SIP addresses and JIDs: RFC 7247 section 6 and [B1] to [B11]. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/mem.h"
#include "gateway/map/address.h"

static const struct {
	const char *sip;
	const char *jid; /* NULL: unmappable */
	bool back; /* the JID gives exactly that SIP address again */
} vectors[] = {
	{ "sip:f%C3%BC@sip.example", "f\xc3\xbc@sip.example", true },
	{ "sip:o'malley@sip.example", "o\\27malley@sip.example", true },
	{ "sip:foo@sip.example;gr=bar", "foo@sip.example/bar", true },
	{ "sip:m&m@xmpp.example", "m\\26m@xmpp.example", true },
	{ "sip:tsch%C3%BCss@xmpp.example", "tsch\xc3\xbcss@xmpp.example", true },
	{ "sip:baz@xmpp.example;gr=qux", "baz@xmpp.example/qux", true },
	{ "sip:a%40b.example@gw.example", "a\\40b.example@gw.example", true },
	{ "sip:c%5C27d@gw.example", "c\\5c27d@gw.example", true },
	{ "sip:x%5Cy@gw.example", "x\\y@gw.example", true },
	{ "sip:u;par=1@gw.example", "u;par=1@gw.example", true },
	{ "sip:n%00ull@gw.example", NULL, false },
	{ "sip:%C0%AF@gw.example", NULL, false },
	{ "sip:j@gw.example;gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
	    "j@gw.example/urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
	    true },
	{ "sip:j@gw.example;gr=%C3%A9t%C3%A9%201",
	    "j@gw.example/\xc3\xa9t\xc3\xa9 1", true },
	/* Ours. */
	{ "sip:ann:secret@gw.example:5070;transport=tcp?subject=x",
	    "ann@gw.example", false },
	{ "sip:Romeo@GW.example", "romeo@gw.example", false },  /* [B2] */
	{ "sip:j@gw.example;gr", "j@gw.example", false },       /* [B5] */
	{ "sip:j@gw.example;opaque=user:epid:AbC-1;gruu",       /* [B7] */
	    "j@gw.example/AbC-1", false },
	{ "sip:j@gw.example;opaque=app:voicemail", "j@gw.example", false },
	{ "pres:j@gw.example", "j@gw.example", false },         /* [B9] */
	{ "im:j@gw.example", "j@gw.example", false },
	{ "tel:+49301234567", NULL, false },                    /* [B8] */
	{ "sip:+49301234567@gw.example;user=phone", NULL, false },
	{ "sip:gw.example", NULL, false },
	{ "sip:%20a@gw.example", NULL, false },
	{ "sip:a%20b@gw.example", "a\\20b@gw.example", true },
	{ "sip:a%22%3A%3C%3Eb@gw.example", "a\\22\\3a\\3c\\3eb@gw.example",
	    true },
	{ "sip:a/b@gw.example", "a\\2fb@gw.example", true },
	{ "sip:a%23%25%5B%5D%5E%60%7B%7D%7C@gw.example",
	    "a#%[]^`{}|@gw.example", true },
	{ "sip:a@xn--mnchen-3ya.example", "a@m\xc3\xbcnchen.example", true },
	{ "sip:a@gw.example;gr=a%01b", NULL, false },
};

static void
sip_addresses_become_jids_and_back(void **state)
{
	struct fault f;
	struct jid j;
	char *text;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		if (address_from_sip(vectors[i].sip, &j, &f) < 0) {
			if (vectors[i].jid != NULL)
				fail_msg("%s: %s", vectors[i].sip, f.text);
			assert_int_equal(f.code, FAULT_NOT_FOUND);
			continue;
		}
		text = jid_text(&j);
		if (vectors[i].jid == NULL)
			fail_msg("%s became %s", vectors[i].sip, text);
		assert_string_equal(text, vectors[i].jid);
		mem_free(text);
		if (address_to_sip(&j, &text, &f) < 0)
			fail_msg("%s: %s", vectors[i].jid, f.text);
		if (vectors[i].back)
			assert_string_equal(text, vectors[i].sip);
		mem_free(text);
		jid_clear(&j);
	}
}

static void
broken_syntax_is_told_from_what_cannot_be_mapped(void **state)
{
	static const char *const broken[] = { "", "sip:", "sip:@h", "x",
		"sip:a%zz@h", "http://a.example/", "sip:a@h;gr=%4" };
	struct fault f;
	struct jid j;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		if (address_from_sip(broken[i], &j, &f) == 0)
			fail_msg("%s was taken", broken[i]);
		if (f.code != FAULT_INVALID)
			fail_msg("%s: %s", broken[i], f.text);
	}
}

/* [B11] */
static void
jids_in_an_odd_spelling_have_no_sip_address(void **state)
{
	static const char *const odd[] = { "e\\5c@h", "\\20lead@h", "a.example",
		"a.example/r" };
	struct fault f;
	struct jid j;
	char *uri = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		assert_int_equal(jid_parse(odd[i], &j, NULL), 0);
		assert_int_equal(address_to_sip(&j, &uri, &f), -1);
		assert_int_equal(f.code, FAULT_NOT_FOUND);
		jid_clear(&j);
	}
}

static uint32_t seed = 12345;

static uint32_t
below(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static void
random_text(char *out, size_t size)
{
	static const char *const pieces[] = { "a", "Z", "9", "\\", "\\5c",
		"\\20", "\\27", " ", "\"", "&", "'", "/", ":", "<", ">", "@",
		"%", "+", ";", "=", "?", ",", "$", "-", "_", ".", "!", "~",
		"*", "(", ")", "#", "[", "]", "^", "`", "{", "|", "}",
		"\xc3\xbc", "\xe4\xb8\xad", "20", "5c" };
	uint32_t n = 1 + below(8);

	out[0] = '\0';
	while (n-- > 0)
		(void)snprintf(out + strlen(out), size - strlen(out), "%s",
		    pieces[below(sizeof(pieces) / sizeof(pieces[0]))]);
}

/* [B3] */
static void
a_round_trip_changes_no_jid(void **state)
{
	char text[256], whole[600];
	struct jid a, b;
	int i, done = 0;
	char *uri;

	(void)state;
	for (i = 0; i < 40000; i++) {
		random_text(text, sizeof(text));
		(void)snprintf(whole, sizeof(whole), "%s@gw.example", text);
		if (below(2) == 0) {
			random_text(text, sizeof(text));
			(void)snprintf(whole + strlen(whole),
			    sizeof(whole) - strlen(whole), "/%s", text);
		}
		if (jid_parse(whole, &a, NULL) < 0)
			continue;
		if (address_to_sip(&a, &uri, NULL) < 0) {
			jid_clear(&a);
			continue;
		}
		if (address_from_sip(uri, &b, NULL) < 0 || !jid_equal(&a, &b))
			fail_msg("%s became %s and not itself", whole, uri);
		done++;
		mem_free(uri);
		jid_clear(&a);
		jid_clear(&b);
	}
	assert_true(done > 1000);
}

static void
a_round_trip_gives_an_equivalent_uri(void **state)
{
	char text[256];
	struct buf b = { 0 };
	struct sip_uri x, y;
	struct jid j;
	int i, done = 0;
	char *uri;

	(void)state;
	for (i = 0; i < 40000; i++) {
		random_text(text, sizeof(text));
		buf_reset(&b);
		buf_add_str(&b, "sip:");
		sip_escape_user(sip_span_of(text), &b);
		buf_add_str(&b, "@gw.example");
		if (address_from_sip(buf_text(&b), &j, NULL) < 0)
			continue;
		assert_int_equal(address_to_sip(&j, &uri, NULL), 0);
		assert_int_equal(sip_uri_parse(sip_span_of(buf_text(&b)), &x,
		    NULL), 0);
		assert_int_equal(sip_uri_parse(sip_span_of(uri), &y, NULL), 0);
		/* [B2]: a local part has no case. */
		if (strchr(text, 'Z') == NULL && !sip_uri_equal(&x, &y))
			fail_msg("%s became %s", buf_text(&b), uri);
		done++;
		mem_free(uri);
		jid_clear(&j);
	}
	assert_true(done > 1000);
	buf_clear(&b);
}

static void
xmpp_iris_are_read(void **state)
{
	struct jid j;
	char *text;

	(void)state;
	assert_int_equal(address_from_iri("xmpp:new%20home@x.example/r?message",
	    &j, NULL), -1);
	assert_int_equal(address_from_iri("xmpp:new@x.example/r%20s?message",
	    &j, NULL), 0);
	text = jid_text(&j);
	assert_string_equal(text, "new@x.example/r s");
	mem_free(text);
	jid_clear(&j);
	assert_int_equal(address_from_iri("xmpp://me@a.example/new@x.example",
	    &j, NULL), 0);
	assert_string_equal(j.domain, "x.example");
	jid_clear(&j);
	assert_int_equal(address_from_iri("http://x.example", &j, NULL), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sip_addresses_become_jids_and_back),
		cmocka_unit_test(
		    broken_syntax_is_told_from_what_cannot_be_mapped),
		cmocka_unit_test(jids_in_an_odd_spelling_have_no_sip_address),
		cmocka_unit_test(a_round_trip_changes_no_jid),
		cmocka_unit_test(a_round_trip_gives_an_equivalent_uri),
		cmocka_unit_test(xmpp_iris_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
