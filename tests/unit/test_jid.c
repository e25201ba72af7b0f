/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses: RFC 7622 section 3.5, XEP-0106 and our own tables [A-01..A-09]. */
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
#include "gateway/xmpp/jid.h"

static const struct row {
	const char *text;
	const char *local;
	const char *domain;
	const char *resource;
} good[] = {
	{ "juliet@example.com", "juliet", "example.com", NULL },
	{ "juliet@example.com/foo", "juliet", "example.com", "foo" },
	{ "juliet@example.com/foo bar", "juliet", "example.com", "foo bar" },
	{ "juliet@example.com/foo@bar", "juliet", "example.com", "foo@bar" },
	{ "foo\\20bar@example.com", "foo\\20bar", "example.com", NULL },
	{ "fussball@example.com", "fussball", "example.com", NULL },
	{ "fu\xc3\x9f" "ball@example.com", "fu\xc3\x9f" "ball", "example.com",
	    NULL },
	{ "\xcf\x80@example.com", "\xcf\x80", "example.com", NULL },
	{ "\xce\xa3@example.com/foo", "\xcf\x83", "example.com", "foo" },
	{ "\xcf\x82@example.com/foo", "\xcf\x82", "example.com", "foo" },
	{ "king@example.com/\xe2\x99\x9a", "king", "example.com",
	    "\xe2\x99\x9a" },
	{ "example.com", NULL, "example.com", NULL },
	{ "example.com/foobar", NULL, "example.com", "foobar" },
	{ "a.example.com/b@example.net", NULL, "a.example.com",
	    "b@example.net" },
	{ "a@b/c@d/e", "a", "b", "c@d/e" },
	{ "foo/bar@baz", NULL, "foo", "bar@baz" },
	{ "Juliet@EXAMPLE.com./Balcony", "juliet", "example.com", "Balcony" },
	{ "x@xn--mnchen-3ya.example", "x", "m\xc3\xbcnchen.example", NULL },
	{ "x@M\xc3\x9cnchen.example", "x", "m\xc3\xbcnchen.example", NULL },
	{ "x@[2001:db8::1]", "x", "[2001:db8::1]", NULL },
	{ "x@192.0.2.1/r", "x", "192.0.2.1", "r" },
	/* Fullwidth letters are narrowed, a decomposed one is composed. */
	{ "\xef\xbc\xa1" "b@h", "ab", "h", NULL },
	{ "e\xcc\x81t\xc3\xa9@h", "\xc3\xa9t\xc3\xa9", "h", NULL },
	/* An odd space in a resource becomes the plain one [A-04]. */
	{ "a@h/x\xe2\x80\x83y\xc3\xa9", "a", "h", "x y\xc3\xa9" },
	/* Hebrew: right to left all through. */
	{ "\xd7\xa9\xd7\x9c@h", "\xd7\xa9\xd7\x9c", "h", NULL },
};

static const char *const bad[] = {
	"\"juliet\"@example.com",
	"foo bar@example.com",
	"juliet@example.com/",
	"@example.com/",
	"@example.com",
	"juliet@",
	"",
	"/x",
	"a@/x",
	"henry\xe2\x85\xa3@example.com",  /* roman numeral four */
	"\xe2\x99\x9a@example.com",       /* black chess king */
	"juliet@example.com/a\tb",
	"ju&iet@example.com",
	"a'b@example.com",
	"a<b@example.com",
	"a:b@example.com",
	"a@b@c",
	"a@b..c",
	"a@-b.c",
	"a@b c",
	"a@[zz]",
	"a@[",
	"\x7f@h",
	"a\xc2\xb7z@h",                   /* middle dot: contextual */
	"a\xe2\x80\x8d\xc3\xa9@h",        /* joiner: contextual */
	"\xd7\xa9" "b@h",                 /* both directions */
	"a\xd7\xa9@h",
	"\xd9\xa1\xdb\xb1@h",             /* both kinds of Arabic digits */
	"\xf0\xaf\xbf\xbf@h",             /* unassigned */
	"\xc0\xaf@h",                     /* not UTF-8 */
	"a@\xe2\x99\x9a\xff.h",
	"a@xn--0000000000000.h",
};

static void
assert_part(const char *text, const char *got, const char *want)
{
	if (want == NULL && got == NULL)
		return;
	if (want == NULL || got == NULL || strcmp(want, got) != 0)
		fail_msg("%s: got %s, expected %s", text,
		    got != NULL ? got : "nothing",
		    want != NULL ? want : "nothing");
}

static void
good_addresses_are_split_and_prepared(void **state)
{
	struct fault f;
	struct jid j;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (jid_parse(good[i].text, &j, &f) < 0)
			fail_msg("%s: %s", good[i].text, f.text);
		assert_part(good[i].text, j.local, good[i].local);
		assert_part(good[i].text, j.domain, good[i].domain);
		assert_part(good[i].text, j.resource, good[i].resource);
		jid_clear(&j);
	}
}

static void
bad_addresses_are_refused(void **state)
{
	struct fault f;
	struct jid j;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (jid_parse(bad[i], &j, &f) == 0)
			fail_msg("%s was accepted", bad[i]);
		assert_null(j.domain);
	}
}

static void
preparing_twice_changes_nothing(void **state)
{
	struct jid a, b;
	char *text;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(jid_parse(good[i].text, &a, NULL), 0);
		text = jid_text(&a);
		assert_int_equal(jid_parse(text, &b, NULL), 0);
		assert_true(jid_equal(&a, &b));
		mem_free(text);
		jid_clear(&a);
		jid_clear(&b);
	}
}

/* A-02: 1023 octets a part, after preparation. */
static void
each_part_ends_at_1023_octets(void **state)
{
	char local[1025], text[4096];
	struct jid j;

	(void)state;
	memset(local, 'a', sizeof(local));
	local[1023] = '\0';
	(void)snprintf(text, sizeof(text), "%s@h/%s", local, local);
	assert_int_equal(jid_parse(text, &j, NULL), 0);
	jid_clear(&j);
	(void)snprintf(text, sizeof(text), "%sa@h", local);
	assert_int_equal(jid_parse(text, &j, NULL), -1);
	(void)snprintf(text, sizeof(text), "a@h/%sa", local);
	assert_int_equal(jid_parse(text, &j, NULL), -1);
	/* 511 two-byte letters and one: 1023; one letter more is too many. */
	for (int i = 0; i < 512; i++)
		memcpy(local + i * 2, "\xc3\xa9", 2);
	local[1022] = 'a';
	local[1023] = '\0';
	(void)snprintf(text, sizeof(text), "%s@h", local);
	assert_int_equal(jid_parse(text, &j, NULL), 0);
	jid_clear(&j);
	(void)snprintf(text, sizeof(text), "%sa@h", local);
	assert_int_equal(jid_parse(text, &j, NULL), -1);
}

/* XEP-0106 examples, and ours about the backslash. */
static const struct {
	const char *plain;
	const char *escaped;
} escaping[] = {
	{ "space cadet", "space\\20cadet" },
	{ "call me \"ishmael\"", "call\\20me\\20\\22ishmael\\22" },
	{ "at&t guy", "at\\26t\\20guy" },
	{ "d'artagnan", "d\\27artagnan" },
	{ "/.fanboy", "\\2f.fanboy" },
	{ "::foo::", "\\3a\\3afoo\\3a\\3a" },
	{ "<foo>", "\\3cfoo\\3e" },
	{ "user@host", "user\\40host" },
	{ "c:\\net", "c\\3a\\net" },
	{ "c:\\\\net", "c\\3a\\\\net" },
	{ "c:\\cool stuff", "c\\3a\\cool\\20stuff" },
	{ "c:\\5commas", "c\\3a\\5c5commas" },
	{ "c\\27d", "c\\5c27d" },
	{ "x\\y", "x\\y" },
	{ "\\5c", "\\5c5c" },
	{ "e\\", "e\\" },
	{ "plain", "plain" },
};

static void
escaping_and_unescaping_are_inverse(void **state)
{
	char *out;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(escaping) / sizeof(escaping[0]); i++) {
		assert_int_equal(jid_escape(escaping[i].plain, &out, NULL), 0);
		assert_string_equal(out, escaping[i].escaped);
		mem_free(out);
		out = jid_unescape(escaping[i].escaped);
		assert_string_equal(out, escaping[i].plain);
		mem_free(out);
		assert_true(jid_local_is_canonical(escaping[i].escaped));
	}
}

/* B11: each of these would share its SIP address with another JID. */
static void
local_parts_that_are_not_canonical_are_found(void **state)
{
	static const char *const rows[] = {
		"e\\5c", "\\20lead", "trail\\20", "\\5cx", "a\\5cz", "\\20",
		"a\\5c\\20",
	};
	static const char *const fine[] = {
		"a\\20b", "\\2F", "\\5C", "a\\", "\\21", "\\5c20",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (jid_local_is_canonical(rows[i]))
			fail_msg("%s passes for canonical", rows[i]);
	}
	for (i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
		if (!jid_local_is_canonical(fine[i]))
			fail_msg("%s does not pass for canonical", fine[i]);
	}
}

static void
spaces_at_the_ends_cannot_be_escaped(void **state)
{
	char *out = NULL;

	(void)state;
	assert_int_equal(jid_escape(" a", &out, NULL), -1);
	assert_int_equal(jid_escape("a ", &out, NULL), -1);
	assert_int_equal(jid_escape("", &out, NULL), -1);
	assert_null(out);
}

static void
a_domain_is_asked_for_by_its_a_labels(void **state)
{
	char *out;

	(void)state;
	assert_int_equal(jid_domain_ascii("m\xc3\xbcnchen.example", &out, NULL),
	    0);
	assert_string_equal(out, "xn--mnchen-3ya.example");
	mem_free(out);
	assert_int_equal(jid_domain_ascii("example.org", &out, NULL), 0);
	assert_string_equal(out, "example.org");
	mem_free(out);
}

static void
address_literals_are_told_from_names(void **state)
{
	(void)state;
	assert_true(jid_domain_is_ip("[::1]"));
	assert_true(jid_domain_is_ip("192.0.2.7"));
	assert_false(jid_domain_is_ip("1.2.3"));
	assert_false(jid_domain_is_ip("a.b.c.d"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_addresses_are_split_and_prepared),
		cmocka_unit_test(bad_addresses_are_refused),
		cmocka_unit_test(preparing_twice_changes_nothing),
		cmocka_unit_test(each_part_ends_at_1023_octets),
		cmocka_unit_test(escaping_and_unescaping_are_inverse),
		cmocka_unit_test(local_parts_that_are_not_canonical_are_found),
		cmocka_unit_test(spaces_at_the_ends_cannot_be_escaped),
		cmocka_unit_test(a_domain_is_asked_for_by_its_a_labels),
		cmocka_unit_test(address_literals_are_told_from_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
