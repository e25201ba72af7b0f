/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "xml/xml_read.h"

#define HEADER                                                                 \
	"<?xml version='1.0'?><stream:stream xmlns='jabber:server' "           \
	"xmlns:stream='http://etherx.jabber.org/streams' "                     \
	"xmlns:db='jabber:server:dialback' from='a.example' to='b.example' "   \
	"version='1.0'>"

/* Everything the reader says, as one line of text. */
static void
describe(struct xml_reader *r, struct buf *out)
{
	struct xml_event ev;

	while (xml_reader_next(r, &ev) > 0) {
		switch (ev.kind) {
		case XML_EVENT_HEADER:
			buf_printf(out, "H[%s %s]", ev.prefix, ev.content_ns);
			xml_write(ev.x, NULL, out);
			break;
		case XML_EVENT_ELEMENT:
			buf_printf(out, "E%zu", ev.size);
			xml_write(ev.x, NULL, out);
			break;
		case XML_EVENT_END:
			buf_add_str(out, "END");
			break;
		case XML_EVENT_ERROR:
			buf_printf(out, "!%s%d", xml_error_condition(ev.error),
			    (int)ev.error);
			break;
		case XML_EVENT_NONE:
			break;
		}
		buf_add_byte(out, '\n');
		xml_event_clear(&ev);
	}
}

static char *
read_cut(const char *text, size_t len, const struct xml_limits *limits,
    size_t step, unsigned int seed)
{
	struct xml_reader *r = xml_reader_new(limits);
	struct buf out;
	size_t at, n;

	buf_init(&out);
	for (at = 0; at < len; at += n) {
		n = step;
		if (step == 0) {
			seed = seed * 1103515245u + 12345u;
			n = 1 + (seed >> 16) % 23;
		}
		if (n > len - at)
			n = len - at;
		xml_reader_push(r, text + at, n);
		describe(r, &out);
	}
	xml_reader_free(r);
	return buf_take(&out);
}

struct stream_case {
	const char *name;
	const char *text;
	const char *expected; /* how the events end */
};

static const struct stream_case stream_cases[] = {
	{ "plain", HEADER "<message><body>hi</body></message></stream:stream>",
	    "E34<message xmlns='jabber:server'><body>hi</body></message>\n"
	    "END\n" },
	{ "keepalive", HEADER " \n <a/> \t", "E4<a xmlns='jabber:server'/>\n" },
	{ "cdata", HEADER "<a><![CDATA[x<y]]>z</a>",
	    "E23<a xmlns='jabber:server'>x&lt;yz</a>\n" },
	{ "own prefix",
	    "<s:stream xmlns:s='http://etherx.jabber.org/streams' "
	    "xmlns='jabber:server'><s:features/></s:stream>",
	    "<features xmlns='http://etherx.jabber.org/streams'/>\nEND\n" },
	{ "empty root", "<a xmlns='b'/>", "H[ b]<a xmlns='b'/>\nEND\n" },
	{ "leading space", " \n" HEADER "<a/>",
	    "E4<a xmlns='jabber:server'/>\n" },
	{ "comment", HEADER "<a/><!-- x -->", "!restricted-xml2\n" },
	{ "comment inside", HEADER "<a><!-- x --></a>", "!restricted-xml2\n" },
	{ "comment before", "<!-- x -->" HEADER, "!restricted-xml2\n" },
	{ "pi", HEADER "<a/><?x y?>", "!restricted-xml2\n" },
	{ "pi inside", HEADER "<a><?x y?></a>", "!restricted-xml2\n" },
	{ "doctype", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
	    "!restricted-xml2\n" },
	{ "entity", HEADER "<a>&nbsp;</a>", "!restricted-xml2\n" },
	{ "entity in attribute", HEADER "<a b='&nbsp;'/>",
	    "!restricted-xml2\n" },
	{ "the five", HEADER "<a>&lt;&gt;&amp;&apos;&quot;&#65;</a>",
	    "<a xmlns='jabber:server'>&lt;&gt;&amp;'\"A</a>\n" },
	{ "latin1", "<?xml version='1.0' encoding='ISO-8859-1'?><a>",
	    "!unsupported-encoding3\n" },
	{ "utf8 said", "<?xml version='1.0' encoding='utf-8'?><a>",
	    "H[ ]<a/>\n" },
	{ "late declaration", HEADER "<?xml version='1.0'?><a/>",
	    "!not-well-formed1\n" },
	{ "mismatch", HEADER "<a></b>", "!not-well-formed1\n" },
	{ "unbound prefix", HEADER "<x:a/>", "!not-well-formed1\n" },
	{ "duplicate attribute", HEADER "<a b='1' b='2'/>",
	    "!not-well-formed1\n" },
	{ "bad utf8", HEADER "<a>\xc0\xaf</a>", "!not-well-formed1\n" },
	{ "surrogate", HEADER "<a>\xed\xa0\x80</a>", "!not-well-formed1\n" },
	{ "control", HEADER "<a>\x01</a>", "!not-well-formed1\n" },
	{ "bad reference", HEADER "<a>&#0;</a>", "!not-well-formed1\n" },
	{ "text between", HEADER "<a/>text<b/>", "!bad-format7\n" },
	{ "xmlns prefix", HEADER "<a xmlns:xml='urn:x'/>",
	    "!bad-namespace-prefix8\n" },
	{ "not xml", "GET / HTTP/1.1\r\n\r\n", "!not-well-formed1\n" },
};

static void
ends_with(const char *name, const char *text, const char *expected)
{
	size_t len = strlen(text), want = strlen(expected);

	if (len < want || strcmp(text + len - want, expected) != 0)
		fail_msg("%s: got \"%s\", wanted \"%s\"", name, text, expected);
}

/* X-01..X-06 */
static void
every_stream_ends_as_expected_however_it_is_cut(void **state)
{
	const struct stream_case *c;
	char *whole, *cut;
	size_t i, step;
	unsigned int seed;

	(void)state;
	for (i = 0; i < sizeof(stream_cases) / sizeof(stream_cases[0]); i++) {
		c = &stream_cases[i];
		whole = read_cut(c->text, strlen(c->text), NULL,
		    strlen(c->text), 0);
		ends_with(c->name, whole, c->expected);
		for (step = 1; step < 8; step++) {
			cut = read_cut(
			    c->text, strlen(c->text), NULL, step, 0);
			assert_string_equal(whole, cut);
			mem_free(cut);
		}
		for (seed = 1; seed < 20; seed++) {
			cut = read_cut(
			    c->text, strlen(c->text), NULL, 0, seed);
			assert_string_equal(whole, cut);
			mem_free(cut);
		}
		mem_free(whole);
	}
}

/* K-01: from < to >, whatever the segments. */
static void
the_size_limit_is_exact_for_any_cut(void **state)
{
	struct xml_limits limits = { .max_bytes = 300 };
	struct buf b;
	size_t body, step, size;
	char *got;

	(void)state;
	for (body = 270; body < 300; body++) {
		buf_init(&b);
		buf_add_str(&b, HEADER "<message>");
		buf_add_fill(&b, 'x', body);
		buf_add_str(&b, "</message>");
		size = body + strlen("<message></message>");
		for (step = 1; step < 400; step += 57) {
			got = read_cut(b.data, b.len, &limits, step, 0);
			if (size <= limits.max_bytes)
				assert_non_null(strstr(got, "E3") == NULL
					? strstr(got, "E2")
					: strstr(got, "E3"));
			else
				assert_non_null(
				    strstr(got, "!policy-violation4"));
			mem_free(got);
		}
		buf_clear(&b);
	}
}

static char *
read_repeated(const char *start, const char *part, size_t n, const char *end,
    const struct xml_limits *limits, size_t step)
{
	struct buf b;
	char *got;
	size_t i;

	buf_init(&b);
	buf_add_str(&b, HEADER);
	buf_add_str(&b, start);
	for (i = 0; i < n; i++)
		buf_add_str(&b, part);
	buf_add_str(&b, end);
	got = read_cut(b.data, b.len, limits, step, 0);
	buf_clear(&b);
	return got;
}

/* expat would guess UTF-16 from the zero bytes. */
static void
utf16_is_refused(void **state)
{
	static const char text[] = "<\0a\0/\0>";
	char *got;
	size_t step;

	(void)state;
	for (step = 1; step < sizeof(text); step++) {
		got = read_cut(text, sizeof(text) - 1, NULL, step, 0);
		assert_string_equal(got, "!not-well-formed1\n");
		mem_free(got);
	}
	assert_null(xml_parse(text, sizeof(text), NULL, NULL));
}

/* */
static void
depth_attributes_names_and_nodes_are_bounded(void **state)
{
	static const struct {
		const char *start, *part, *end;
		size_t n;
		const char *expected;
	} cases[] = {
		{ "", "<a>", "", 62, NULL },
		{ "", "<a>", "", 64, "!policy-violation5" },
		{ "", "<a>", "", 100000, "!policy-violation" },
		{ "<", "a", "/>", 1024, "E1027" },
		{ "<", "a", "/>", 1025, "!policy-violation6" },
		{ "<a x='", "y", "'/>", 400000, "!policy-violation4" },
		{ "<a ", "y", "", 400000, "!policy-violation4" },
		{ "<a>", "<b/>", "</a>", 8000, "E32007" },
		{ "<a>", "<b/>", "</a>", 9000, "!policy-violation6" },
		{ "<a xmlns='", "u", "'/>", 1025, "!policy-violation6" },
	};
	char *got;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		got = read_repeated(cases[i].start, cases[i].part, cases[i].n,
		    cases[i].end, NULL, 16384);
		if (cases[i].expected == NULL)
			assert_null(strchr(got, '!'));
		else if (strstr(got, cases[i].expected) == NULL)
			fail_msg("case %zu: %.300s", i, got);
		mem_free(got);
	}
}

static void
too_many_attributes_are_refused(void **state)
{
	struct buf b;
	char *got;
	int i, n;

	(void)state;
	for (n = 64; n <= 65; n++) {
		buf_init(&b);
		buf_add_str(&b, HEADER "<a");
		for (i = 0; i < n; i++)
			buf_printf(&b, i % 2 ? " a%d='1'" : " xmlns:a%d='u'", i);
		buf_add_str(&b, "/>");
		got = read_cut(b.data, b.len, NULL, b.len, 0);
		if (n == 64)
			assert_non_null(strstr(got, "E"));
		else
			assert_non_null(strstr(got, "!policy-violation6"));
		mem_free(got);
		buf_clear(&b);
	}
}

/* S-09: bytes behind <success/> in the same segment are the new stream's. */
static void
a_reset_that_keeps_reads_on_behind_the_element(void **state)
{
	static const char text[] = HEADER "<success/>" HEADER "<a/>";
	size_t step;

	(void)state;
	for (step = 1; step < sizeof(text); step += 13) {
		struct xml_reader *r = xml_reader_new(NULL);
		struct xml_event ev;
		unsigned int headers = 0, elements = 0;
		size_t at, n;

		for (at = 0; at < sizeof(text) - 1; at += n) {
			n = step < sizeof(text) - 1 - at
			    ? step
			    : sizeof(text) - 1 - at;
			xml_reader_push(r, text + at, n);
			while (xml_reader_next(r, &ev) > 0) {
				assert_int_not_equal(ev.kind, XML_EVENT_ERROR);
				headers += ev.kind == XML_EVENT_HEADER;
				elements += ev.kind == XML_EVENT_ELEMENT;
				if (ev.kind == XML_EVENT_ELEMENT &&
				    xml_is(ev.x, "success", NULL))
					xml_reader_reset(r, true);
				xml_event_clear(&ev);
			}
		}
		assert_int_equal(headers, 2);
		assert_int_equal(elements, 2);
		xml_reader_free(r);
	}
}

/* T-04 */
static void
a_reset_that_drops_forgets_what_was_injected(void **state)
{
	struct xml_reader *r = xml_reader_new(NULL);
	struct xml_event ev;

	(void)state;
	xml_reader_push(r, HEADER "<starttls/>" HEADER "<evil/>",
	    strlen(HEADER "<starttls/>" HEADER "<evil/>"));
	assert_int_equal(xml_reader_next(r, &ev), 1);
	assert_true(xml_reader_declares(r, "db", "jabber:server:dialback"));
	assert_false(xml_reader_declares(r, "xy", "jabber:server:dialback"));
	xml_event_clear(&ev);
	assert_int_equal(xml_reader_next(r, &ev), 1);
	assert_true(xml_is(ev.x, "starttls", "jabber:server"));
	xml_event_clear(&ev);
	xml_reader_reset(r, false);
	assert_int_equal(xml_reader_next(r, &ev), 0);
	xml_reader_push(r, HEADER, strlen(HEADER));
	assert_int_equal(xml_reader_next(r, &ev), 1);
	assert_int_equal(ev.kind, XML_EVENT_HEADER);
	xml_event_clear(&ev);
	xml_reader_free(r);
}

static void
white_space_between_elements_is_told(void **state)
{
	struct xml_reader *r = xml_reader_new(NULL);
	struct xml_event ev;

	(void)state;
	xml_reader_push(r, HEADER, strlen(HEADER));
	assert_int_equal(xml_reader_next(r, &ev), 1);
	xml_event_clear(&ev);
	xml_reader_push(r, " ", 1);
	assert_int_equal(xml_reader_next(r, &ev), 0);
	assert_true(ev.whitespace);
	assert_int_equal(xml_reader_next(r, &ev), 0);
	assert_false(ev.whitespace);
	xml_reader_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_stream_ends_as_expected_however_it_is_cut),
		cmocka_unit_test(the_size_limit_is_exact_for_any_cut),
		cmocka_unit_test(utf16_is_refused),
		cmocka_unit_test(depth_attributes_names_and_nodes_are_bounded),
		cmocka_unit_test(too_many_attributes_are_refused),
		cmocka_unit_test(
		    a_reset_that_keeps_reads_on_behind_the_element),
		cmocka_unit_test(a_reset_that_drops_forgets_what_was_injected),
		cmocka_unit_test(white_space_between_elements_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
