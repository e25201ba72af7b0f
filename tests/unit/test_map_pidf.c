/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Presence documents and stanzas: interworking 9.5 and [P1]. */
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
#include "gateway/map/pidf.h"
#include "gateway/xmpp/stanza.h"
#include "xml/xml_read.h"

#define PRESENCE(x) "<presence xmlns='jabber:server'>" x "</presence>"

static bool
take(struct pidf *p, const char *text, const char *resource, int64_t wall)
{
	struct xml *x = xml_parse(text, strlen(text), NULL, NULL);
	bool changed;

	assert_non_null(x);
	changed = pidf_take_stanza(p, x, resource, wall);
	xml_free(x);
	return changed;
}

static void
write(const struct pidf *p, struct buf *b)
{
	buf_reset(b);
	pidf_write(p, "pres:x@a.example", "sip:x@a.example", true, b);
}

/* [P1]: one document, the most available device first. */
static void
devices_are_gathered_in_one_document(void **state)
{
	struct pidf p = { 0 };
	struct buf b = { 0 };
	const char *desk, *phone;

	(void)state;
	assert_true(take(&p, PRESENCE("<show>away</show><priority>5</priority>"
	    "<status>back soon</status>"), "phone", 1000));
	assert_true(take(&p, PRESENCE(""), "desk", 1001));
	assert_false(take(&p, PRESENCE(""), "desk", 1002));
	write(&p, &b);
	desk = strstr(b.data, "<tuple id=\"ID-desk\">");
	phone = strstr(b.data, "<tuple id=\"ID-phone\">");
	assert_non_null(desk);
	assert_non_null(phone);
	assert_true(desk < phone);
	/* The best one is simply there: no activity of the person. */
	assert_null(strstr(b.data, "<rpid:away/>"));
	assert_non_null(strstr(b.data, "<contact priority=\"0.039\">"));
	assert_true(take(&p, "<presence xmlns='jabber:server' "
	    "type='unavailable'/>", "desk", 1003));
	write(&p, &b);
	assert_non_null(strstr(b.data, "<rpid:away/>"));
	assert_non_null(strstr(b.data, "xmlns:rpid="));
	assert_true(take(&p, "<presence xmlns='jabber:server' "
	    "type='unavailable'/>", NULL, 1004));
	write(&p, &b);
	assert_non_null(strstr(b.data, "<basic>closed</basic>"));
	assert_null(strstr(b.data, "open"));
	pidf_clear(&p);
	buf_clear(&b);
}

static void
what_was_written_is_read_back(void **state)
{
	static const char *const stanzas[] = {
		PRESENCE("<show>chat</show>"),
		PRESENCE("<show>dnd</show><status xml:lang='de'>zu &lt;tun"
			 "</status>"),
		PRESENCE("<show>xa</show><priority>127</priority>"),
		PRESENCE("<idle xmlns='urn:xmpp:idle:1' "
			 "since='2023-01-31T12:00:05Z'/>"),
	};
	struct pidf p = { 0 }, q;
	struct buf b = { 0 };
	struct fault f;
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		char *name = mem_printf("r %zu/\xc3\xbc_", i);

		assert_true(take(&p, stanzas[i], name, 1000));
		mem_free(name);
	}
	write(&p, &b);
	assert_int_equal(pidf_read(b.data, b.len, "sip", 5, &q, &f), 0);
	assert_int_equal(q.n, p.n);
	for (i = 0; i < p.n; i++) {
		struct pidf_device *d = pidf_find(&q, p.devices[i].resource);

		assert_non_null(d);
		assert_int_equal(d->show, p.devices[i].show);
		assert_int_equal(d->priority, p.devices[i].priority);
	}
	assert_string_equal(pidf_find(&q, "r 1/\xc3\xbc_")->note, "zu <tun");
	assert_string_equal(pidf_find(&q, "r 1/\xc3\xbc_")->lang, "de");
	assert_int_equal(pidf_find(&q, "r 3/\xc3\xbc_")->idle_since,
	    1675166405);
	pidf_clear(&p);
	pidf_clear(&q);
	buf_clear(&b);
}

static void
every_priority_survives_the_round_trip(void **state)
{
	struct buf b = { 0 };
	int i;

	(void)state;
	for (i = 0; i < 128; i++) {
		struct pidf p = { 0 }, q;
		char *s = mem_printf("<presence xmlns='jabber:server'>"
		    "<priority>%d</priority></presence>", i);

		(void)take(&p, s, "r", 1);
		write(&p, &b);
		assert_int_equal(pidf_read(b.data, b.len, "sip", 1, &q, NULL),
		    0);
		assert_int_equal(q.devices[0].priority, i);
		mem_free(s);
		pidf_clear(&p);
		pidf_clear(&q);
	}
	buf_clear(&b);
}

#define DOC(x)                                                                 \
	"<?xml version='1.0'?><presence xmlns='urn:ietf:params:xml:ns:pidf' " \
	"xmlns:d='urn:ietf:params:xml:ns:pidf:data-model' "                   \
	"xmlns:r='urn:ietf:params:xml:ns:pidf:rpid' "                         \
	"entity='sip:a@b'>" x "</presence>"
#define OPEN "<status><basic>open</basic></status>"

static const struct {
	const char *doc;
	int devices;
	const char *show; /* of the best; NULL: none */
	const char *note;
} foreign[] = {
	{ DOC("<tuple id='t'>" OPEN "</tuple>"), 1, NULL, NULL },
	{ DOC("<tuple id='t'><status><basic>closed</basic></status></tuple>"),
	    0, NULL, NULL },
	{ DOC("<tuple id='t'>" OPEN "</tuple><d:person id='p'><r:activities>"
	      "<r:meal/></r:activities></d:person>"), 1, "away", NULL },
	{ DOC("<tuple id='t'>" OPEN "</tuple><d:person id='p'><r:activities>"
	      "<r:away/><r:on-the-phone/></r:activities></d:person>"), 1,
	    "dnd", NULL },
	{ DOC("<tuple id='t'>" OPEN "<r:activities><r:holiday/>"
	      "</r:activities><note>gone</note></tuple>"), 1, "xa", "gone" },
	{ DOC("<tuple id='t'><status><basic>open</basic><show "
	      "xmlns='jabber:client'>chat</show></status></tuple><d:person "
	      "id='p'><r:activities><r:busy/></r:activities></d:person>"
	      "<note>n</note>"), 1, "chat", "n" },
	{ DOC("<tuple id='t'>" OPEN "</tuple><d:person id='p'><r:activities>"
	      "<r:working/></r:activities></d:person>"), 1, NULL, NULL },
	/* Tuples without ids of ours: the best one stands for all. */
	{ DOC("<tuple id='x1'>" OPEN "<note>one</note><contact priority='0.8'>"
	      "sip:a@b</contact></tuple><tuple id='x2'>" OPEN "</tuple>"), 1,
	    NULL, "one" },
	{ DOC("<tuple id='t'><status><basic>open</basic><z xmlns='urn:z' "
	      "xmlns:p='urn:ietf:params:xml:ns:pidf' p:mustUnderstand='1'/>"
	      "</status></tuple>"), 0, NULL, NULL },
	{ DOC(""), 0, NULL, NULL },
};

static void
documents_of_others_are_understood(void **state)
{
	const struct pidf_device *best;
	struct pidf p;
	struct fault f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		struct xml *x;
		const char *show;

		if (pidf_read(foreign[i].doc, strlen(foreign[i].doc), "sip", 9,
		    &p, &f) < 0)
			fail_msg("row %zu: %s", i, f.text);
		assert_int_equal(p.n, foreign[i].devices);
		best = pidf_best(&p);
		if (best == NULL) {
			pidf_clear(&p);
			continue;
		}
		assert_string_equal(best->resource, "sip");
		x = pidf_stanza(best, "a@b", "x@a.example", true);
		assert_string_equal(xml_get(x, "from"), "a@b/sip");
		show = xml_child_text(x, "show", NS_SERVER);
		if (foreign[i].show == NULL)
			assert_null(show);
		else
			assert_string_equal(show, foreign[i].show);
		if (foreign[i].note != NULL)
			assert_string_equal(xml_child_text(x, "status",
			    NS_SERVER), foreign[i].note);
		xml_free(x);
		x = pidf_stanza(best, "a@b", "x@a.example", false);
		assert_null(xml_child_text(x, "status", NS_SERVER));
		xml_free(x);
		pidf_clear(&p);
	}
}

static void
what_is_no_document_is_refused(void **state)
{
	static const char *const bad[] = { "", "x", "<presence/>",
		"<!DOCTYPE a><presence xmlns='urn:ietf:params:xml:ns:pidf'/>",
		"<presence xmlns='urn:ietf:params:xml:ns:pidf'>" };
	struct pidf p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(pidf_read(bad[i], strlen(bad[i]), "sip", 1,
		    &p, NULL), -1);
}

/* G-09 */
static void
a_user_has_32_devices_at_most(void **state)
{
	struct pidf p = { 0 };
	char name[16];
	int i;

	(void)state;
	for (i = 0; i < 40; i++) {
		(void)snprintf(name, sizeof(name), "r%d", i);
		(void)take(&p, PRESENCE(""), name, 1);
	}
	assert_int_equal(p.n, PIDF_DEVICES_MAX);
	pidf_clear(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(devices_are_gathered_in_one_document),
		cmocka_unit_test(what_was_written_is_read_back),
		cmocka_unit_test(every_priority_survives_the_round_trip),
		cmocka_unit_test(documents_of_others_are_understood),
		cmocka_unit_test(what_is_no_document_is_refused),
		cmocka_unit_test(a_user_has_32_devices_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
