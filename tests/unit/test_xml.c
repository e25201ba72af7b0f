/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "xml/xml.h"
#include "xml/xml_read.h"

static const struct xml_prefix s2s_prefixes[] = {
	{ "jabber:server:dialback", "db" },
	{ "http://etherx.jabber.org/streams", "stream" },
	{ NULL, NULL },
};

static const struct xml_context s2s = { "jabber:server", s2s_prefixes };

static void
expect_text(const struct xml *x, const struct xml_context *ctx,
    const char *expected)
{
	char *text = xml_write_text(x, ctx);

	assert_string_equal(text, expected);
	assert_int_equal(xml_size(x, ctx), strlen(expected));
	mem_free(text);
}

static void
a_stanza_is_written_without_the_namespace_in_force(void **state)
{
	struct xml *m = xml_new("message", "jabber:server");

	(void)state;
	xml_set(m, "to", "ann@a.example");
	xml_add_with_text(m, "body", NULL, "a < b & \"c\" 'd' > e");
	xml_add(m, "active", "http://jabber.org/protocol/chatstates");
	expect_text(m, &s2s,
	    "<message to='ann@a.example'><body>a &lt; b &amp; \"c\" 'd' &gt; "
	    "e</body><active xmlns='http://jabber.org/protocol/chatstates'/>"
	    "</message>");
	xml_free(m);
}

static void
known_prefixes_are_used_and_leave_the_default_alone(void **state)
{
	struct xml *f = xml_new("features", "http://etherx.jabber.org/streams");
	struct xml *r = xml_new("result", "jabber:server:dialback");

	(void)state;
	xml_add(f, "starttls", "urn:ietf:params:xml:ns:xmpp-tls");
	xml_add(f, "x", "jabber:server");
	expect_text(f, &s2s,
	    "<stream:features><starttls "
	    "xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><x/></stream:features>");
	xml_add_text(r, "key");
	expect_text(r, &s2s, "<db:result>key</db:result>");
	expect_text(
	    r, NULL, "<result xmlns='jabber:server:dialback'>key</result>");
	xml_free(f);
	xml_free(r);
}

static void
children_go_back_to_the_outer_namespace(void **state)
{
	struct xml *a = xml_new("a", "urn:1");
	struct xml *b = xml_add(a, "b", "urn:2");

	(void)state;
	xml_add(b, "c", "urn:1");
	xml_add(b, "d", "");
	expect_text(a, NULL,
	    "<a xmlns='urn:1'><b xmlns='urn:2'><c xmlns='urn:1'/><d "
	    "xmlns=''/></b></a>");
	xml_free(a);
}

static void
attributes_keep_white_space_and_namespaces(void **state)
{
	struct xml *a = xml_new("a", NULL);

	(void)state;
	xml_set(a, "v", "1\t2\n3\r4'5\"");
	xml_set_ns(a, XML_NS_XML, "lang", "de");
	xml_set_ns(a, "urn:x&y", "w", "z");
	expect_text(a, NULL,
	    "<a v='1&#9;2&#10;3&#13;4&apos;5&quot;' xml:lang='de' "
	    "xmlns:a1='urn:x&amp;y' a1:w='z'/>");
	assert_string_equal(xml_lang(a), "de");
	xml_set(a, "v", NULL);
	assert_null(xml_get(a, "v"));
	assert_string_equal(xml_get_ns(a, "urn:x&y", "w"), "z");
	xml_free(a);
}

static void
what_is_written_reads_back_the_same(void **state)
{
	struct xml *a = xml_new("a", "urn:1"), *b, *back;
	struct fault f;
	char *text, *again;

	(void)state;
	b = xml_add(a, "b", "urn:2");
	xml_set(b, "odd", " \t\r\n<&>'\"\xc3\xa9 ");
	xml_set_ns(b, "urn:3", "odd", "x");
	xml_add_text(b, "text\r\nwith ]]> and \xf0\x9f\x98\x80");
	xml_add(a, "c", "");
	text = xml_write_text(a, NULL);
	back = xml_parse(text, strlen(text), NULL, &f);
	assert_non_null(back);
	again = xml_write_text(back, NULL);
	assert_string_equal(text, again);
	assert_string_equal(xml_get(xml_child(back, "b", "urn:2"), "odd"),
	    " \t\r\n<&>'\"\xc3\xa9 ");
	mem_free(text);
	mem_free(again);
	xml_free(back);
	xml_free(a);
}

static void
text_is_joined_and_children_are_found_by_namespace(void **state)
{
	struct fault f;
	const char *doc = "<m xmlns='u'>one<b/>two<b xmlns='v'>in</b>"
			  "<!-- gone -->three</m>";
	struct xml *m = xml_parse(doc, strlen(doc), NULL, &f), *copy, *b;

	(void)state;
	assert_non_null(m);
	assert_string_equal(xml_text(m), "onetwothree");
	assert_int_equal(xml_child_count(m), 2);
	assert_string_equal(xml_child_text(m, "b", "v"), "in");
	assert_string_equal(xml_child_text(m, "b", "u"), "");
	assert_null(xml_child_text(m, "b", "w"));
	copy = xml_copy(m);
	b = xml_child(copy, "b", "u");
	xml_detach(b);
	xml_free(b);
	assert_int_equal(xml_child_count(copy), 1);
	assert_int_equal(xml_child_count(m), 2);
	xml_rename_ns(copy, "u", "n");
	assert_true(xml_is(copy, "m", "n"));
	assert_non_null(xml_child(copy, "b", "v"));
	xml_free(copy);
	xml_free(m);
}

static void
a_very_deep_tree_is_copied_written_and_freed(void **state)
{
	struct xml *root = xml_new("r", "u"), *x = root, *copy;
	int i;

	(void)state;
	for (i = 0; i < 20000; i++)
		x = xml_add(x, "x", NULL);
	copy = xml_copy(root);
	xml_free(root);
	xml_free(copy);
}

static void
invalid_text_is_found_and_cleaned(void **state)
{
	static const struct {
		const char *text;
		bool valid;
	} cases[] = {
		{ "plain \t\n", true },
		{ "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", true },
		{ "\x01", false },
		{ "\xc0\x80", false },
		{ "\xe0\x80\x80", false },
		{ "\xed\xa0\x80", false },
		{ "\xef\xbf\xbf", false },
		{ "\xf4\x90\x80\x80", false },
		{ "cut \xe2\x82", false },
	};
	struct buf b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(xml_text_is_valid(cases[i].text,
				     strlen(cases[i].text)), cases[i].valid);
		buf_init(&b);
		xml_text_clean(&b, cases[i].text, strlen(cases[i].text));
		assert_true(xml_text_is_valid(b.data, b.len));
		buf_clear(&b);
	}
}

static void
a_document_with_a_dtd_is_refused(void **state)
{
	static const char *const docs[] = {
		"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
		"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
		"<a>&undefined;</a>",
		"<a>",
		"<a/><b/>",
		"",
		"<?xml version='1.0' encoding='ISO-8859-1'?><a/>",
	};
	struct fault f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(docs) / sizeof(docs[0]); i++)
		assert_null(xml_parse(docs[i], strlen(docs[i]), NULL, &f));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_stanza_is_written_without_the_namespace_in_force),
		cmocka_unit_test(
		    known_prefixes_are_used_and_leave_the_default_alone),
		cmocka_unit_test(children_go_back_to_the_outer_namespace),
		cmocka_unit_test(attributes_keep_white_space_and_namespaces),
		cmocka_unit_test(what_is_written_reads_back_the_same),
		cmocka_unit_test(
		    text_is_joined_and_children_are_found_by_namespace),
		cmocka_unit_test(a_very_deep_tree_is_copied_written_and_freed),
		cmocka_unit_test(invalid_text_is_found_and_cleaned),
		cmocka_unit_test(a_document_with_a_dtd_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
