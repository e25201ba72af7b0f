/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One message each way: interworking sections 4 and 7. */
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
#include "gateway/map/body.h"
#include "gateway/map/message.h"
#include "gateway/sip/field.h"
#include "gateway/sip/msg_write.h"
#include "xml/xml_read.h"

#define HEAD "<message xmlns='jabber:server' from='x@a.example/r' " \
	     "to='ann@sip.example' type='chat' id='1'>"
#define TAIL "</message>"

static const struct {
	const char *inside;
	enum message_verdict verdict;
	const char *body; /* DELIVER */
} from_x[] = {
	{ "<body>hi</body>", MESSAGE_DELIVER, "hi" },
	{ "<body>a\nb</body>", MESSAGE_DELIVER, "a\r\nb" },
	{ "<body xml:lang='de'>hallo</body><body>hi</body>", MESSAGE_DELIVER,
	    "hi" },
	{ "<body xml:lang='de'>hallo</body><body xml:lang='fr'>salut</body>",
	    MESSAGE_DELIVER, "salut" },
	{ "<body/>", MESSAGE_DROP, NULL },
	{ "<subject>only</subject>", MESSAGE_DROP, NULL },
	{ "<composing xmlns='http://jabber.org/protocol/chatstates'/>",
	    MESSAGE_STATE, NULL },
	{ "<received xmlns='urn:xmpp:receipts' id='7'/>", MESSAGE_DROP, NULL },
	{ "<replace xmlns='urn:xmpp:message-correct:0' id='0'/>"
	  "<body>fixed</body>", MESSAGE_DELIVER, "* fixed" },
	{ "<reactions xmlns='urn:xmpp:reactions:0' id='0'><reaction>x"
	  "</reaction></reactions><body>&gt; x</body>", MESSAGE_DROP, NULL },
	{ "<encryption xmlns='urn:xmpp:eme:0' namespace='eu.x'/><body>I sent "
	  "you an encrypted message</body>", MESSAGE_REFUSE, NULL },
	{ "<encrypted xmlns='eu.siacs.conversations.axolotl'/>",
	    MESSAGE_DROP, NULL },
	{ "<body>?OTRv23?</body>", MESSAGE_REFUSE, NULL },
	{ "<body>https://f.example/a.png</body><x xmlns='jabber:x:oob'><url>"
	  "https://f.example/a.png</url></x>", MESSAGE_DELIVER,
	    "https://f.example/a.png" },
	{ "<x xmlns='jabber:x:oob'><url>https://f.example/b</url></x>",
	    MESSAGE_DELIVER, "https://f.example/b" },
	{ "<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns="
	  "'urn:xmpp:forward:0'><message xmlns='jabber:client'><body>spoof"
	  "</body></message></forwarded></received>", MESSAGE_DROP, NULL },
	{ "<reply xmlns='urn:xmpp:reply:0' id='0'/><body>&gt; quoted\nyes"
	  "</body>", MESSAGE_DELIVER, "> quoted\r\nyes" },
	{ "<body>/me waves</body>", MESSAGE_DELIVER, "/me waves" },
	{ "<propose xmlns='urn:xmpp:jingle-message:0' id='c'/>",
	    MESSAGE_DROP, NULL },
};

static struct xml *
stanza(const char *inside)
{
	char *text = mem_printf("%s%s%s", HEAD, inside, TAIL);
	struct fault f;
	struct xml *x = xml_parse(text, strlen(text), NULL, &f);

	if (x == NULL)
		fail_msg("%s: %s", text, f.text);
	mem_free(text);
	return x;
}

static void
stanzas_become_what_a_sip_user_can_read(void **state)
{
	struct message_opts o = { .wall = 1000, .lang = "fr" };
	struct message_of_x m;
	struct xml *x;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(from_x) / sizeof(from_x[0]); i++) {
		o.lang = strstr(from_x[i].inside, "salut") ? "fr" : NULL;
		x = stanza(from_x[i].inside);
		message_from_xmpp(x, &o, &m);
		if (m.verdict != from_x[i].verdict)
			fail_msg("%s: verdict %d", from_x[i].inside,
			    (int)m.verdict);
		if (from_x[i].body != NULL)
			assert_string_equal(buf_text(&m.body), from_x[i].body);
		message_of_x_clear(&m);
		xml_free(x);
	}
}

static void
too_long_a_message_is_a_policy_violation(void **state)
{
	struct message_opts o = { .max_bytes = 10 };
	struct message_of_x m;
	struct xml *x = stanza("<body>12345678901</body>");

	(void)state;
	message_from_xmpp(x, &o, &m);
	assert_int_equal(m.verdict, MESSAGE_REFUSE);
	assert_int_equal(m.condition, CONDITION_POLICY_VIOLATION);
	message_of_x_clear(&m);
	xml_free(x);
}

static void
headers_go_over(void **state)
{
	struct message_opts o = { .wall = 1700000000 };
	struct message_of_x m;
	struct sip_msg *msg;
	struct sip_addr a;
	struct xml *x = stanza("<subject>One\nline</subject><body "
	    "xml:lang='de'>hi</body><thread>th-1</thread>"
	    "<nick xmlns='http://jabber.org/protocol/nick'>Mr \"X\"</nick>"
	    "<delay xmlns='urn:xmpp:delay' stamp='2023-01-31T12:00:05Z'/>");
	char *text;

	(void)state;
	message_from_xmpp(x, &o, &m);
	assert_string_equal(m.thread, "th-1");
	msg = message_to_sip(&m, "sip:x@a.example;gr=r", "sip:ann@sip.example",
	    m.thread, 7);
	text = sip_msg_text(msg);
	assert_non_null(strstr(text, "Subject: One line\r\n"));
	assert_non_null(strstr(text, "Content-Language: de\r\n"));
	assert_non_null(strstr(text, "Date: Tue, 31 Jan 2023 12:00:05 GMT"));
	assert_non_null(strstr(text, "Call-ID: th-1\r\n"));
	assert_non_null(strstr(text, "CSeq: 7 MESSAGE\r\n"));
	assert_non_null(strstr(text, "text/plain;charset=UTF-8\r\n"));
	assert_null(strstr(text, "Contact:"));
	assert_int_equal(sip_msg_from(msg, &a), 0);
	assert_true(a.bracketed); /* [B4] */
	assert_true(sip_span_is(a.uri_text, "sip:x@a.example;gr=r"));
	mem_free(text);
	sip_msg_unref(msg);
	message_of_x_clear(&m);
	xml_free(x);
}

/* ---- S to X ---- */

static struct sip_msg *
request(const char *type, const char *body, size_t n)
{
	struct sip_msg *m = sip_request_make(SIP_MESSAGE,
	    sip_span_of("sip:x@a.example"), "\"Ann \\\"A\\\"\" "
	    "<sip:ann@sip.example>", "<sip:x@a.example>", "cid-1", 1);

	sip_msg_set_body(m, type, body, n);
	return m;
}

static const struct {
	const char *type, *body;
	enum message_verdict verdict;
	const char *text; /* DELIVER */
	int status;	  /* REFUSE */
} from_s[] = {
	{ "text/plain", "hi", MESSAGE_DELIVER, "hi", 0 },
	{ "text/plain;charset=UTF-8", "a\r\nb\rc\n", MESSAGE_DELIVER,
	    "a\nb\nc\n", 0 },
	{ "text/plain; charset=ISO-8859-1", "f\xfc", MESSAGE_DELIVER,
	    "f\xc3\xbc", 0 },
	{ "text/plain; charset=\"windows-1252\"", "\x80", MESSAGE_DELIVER,
	    "\xe2\x82\xac", 0 },
	{ "text/plain; charset=klingon", "x", MESSAGE_REFUSE, NULL, 415 },
	{ "text/plain", "a\x01" "b\xff", MESSAGE_DELIVER,
	    "a\xef\xbf\xbd" "b\xef\xbf\xbd", 0 },
	{ "text/html", "<html><head><title>no</title></head><body><p>Hello "
	    " <b>you</b></p><p>see <a href='http://a.example/?b&amp;c'>this"
	    "</a></p></body></html>", MESSAGE_DELIVER,
	    "Hello you\nsee this <http://a.example/?b&c>", 0 },
	{ "text/rtf", "{}", MESSAGE_REFUSE, NULL, 415 },
	{ "multipart/alternative;boundary=b", "--b\r\nContent-Type: text/html"
	    "\r\n\r\n<b>x</b>\r\n--b\r\nContent-Type: text/plain\r\n\r\nplain"
	    "\r\n--b--\r\n", MESSAGE_DELIVER, "plain", 0 },
	{ "multipart/mixed;boundary=\"b\"", "--b\r\n\r\ntext\r\n--b\r\n"
	    "Content-Type: image/png\r\n\r\nPNG!\r\n--b--\r\n",
	    MESSAGE_DELIVER, "text\n[attachment image/png, 4 bytes]", 0 },
	{ "multipart/mixed;boundary=b", "--b\r\nContent-Type: image/png\r\n"
	    "\r\nPNG\r\n--b--", MESSAGE_REFUSE, NULL, 415 },
	{ "message/cpim", "From: Ann <im:ann@sip.example>\r\nTo: "
	    "<im:x@a.example>\r\nSubject: s\r\n\r\nContent-Type: text/plain"
	    "\r\n\r\nwrapped", MESSAGE_DELIVER, "wrapped", 0 },
	{ "message/cpim", "From: <im:eve@sip.example>\r\nTo: "
	    "<im:x@a.example>\r\n\r\nContent-Type: text/plain\r\n\r\nx",
	    MESSAGE_REFUSE, NULL, 403 },
	{ "application/im-iscomposing+xml", "<isComposing xmlns="
	    "'urn:ietf:params:xml:ns:im-iscomposing'><state>active</state>"
	    "<refresh>90</refresh></isComposing>", MESSAGE_STATE, NULL, 0 },
	{ "message/imdn+xml", "<imdn/>", MESSAGE_DROP, NULL, 0 },
	{ "application/x-ms-foo", "x", MESSAGE_REFUSE, NULL, 415 },
	{ "text/plain", "", MESSAGE_DROP, NULL, 0 },
	{ "application/vnd.gsma.rcs-ft-http+xml", "<file><file-info type="
	    "'file'><data url='https://f.example/x'/></file-info></file>",
	    MESSAGE_DELIVER, "https://f.example/x", 0 },
	{ "multipart/mixed;boundary=zz", "no delimiter", MESSAGE_REFUSE, NULL,
	    415 },
};

static void
sip_bodies_become_text(void **state)
{
	struct message_opts o = { .wall = 1700000000 };
	struct message_of_s m;
	struct sip_msg *msg;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(from_s) / sizeof(from_s[0]); i++) {
		msg = request(from_s[i].type, from_s[i].body,
		    strlen(from_s[i].body));
		message_from_sip(msg, &o, &m);
		if (m.verdict != from_s[i].verdict)
			fail_msg("%s: verdict %d", from_s[i].type,
			    (int)m.verdict);
		if (from_s[i].text != NULL)
			assert_string_equal(buf_text(&m.body), from_s[i].text);
		if (m.verdict == MESSAGE_REFUSE) {
			assert_int_equal(m.status, from_s[i].status);
			assert_true(m.status != 415 || m.accept != NULL);
		}
		message_of_s_clear(&m);
		sip_msg_unref(msg);
	}
}

static void
utf16_is_decoded(void **state)
{
	struct message_opts o = { .wall = 1 };
	struct message_of_s m;
	struct sip_msg *msg = request("text/plain;charset=utf-16",
	    "\xff\xfe" "a\0\x3d\xd8\x00\xde\x00\xdc", 10);

	(void)state;
	message_from_sip(msg, &o, &m);
	assert_string_equal(buf_text(&m.body),
	    "a\xf0\x9f\x98\x80\xef\xbf\xbd");
	message_of_s_clear(&m);
	sip_msg_unref(msg);
}

static void
a_coding_we_do_not_know_is_refused_and_an_old_message_dropped(void **state)
{
	struct message_opts o = { .wall = 1700000000 };
	struct message_of_s m;
	struct sip_msg *msg = request("text/plain", "x", 1);

	(void)state;
	sip_msg_add_str(msg, SIP_HDR_CONTENT_ENCODING, "gzip");
	message_from_sip(msg, &o, &m);
	assert_int_equal(m.status, 415);
	assert_string_equal(m.accept_encoding, "identity");
	message_of_s_clear(&m);
	sip_msg_unref(msg);
	msg = request("text/plain", "x", 1);
	sip_msg_add_str(msg, SIP_HDR_DATE, "Tue, 31 Jan 2023 12:00:05 GMT");
	message_from_sip(msg, &o, &m);
	assert_int_equal(m.verdict, MESSAGE_DELIVER);
	assert_string_equal(m.delay, "2023-01-31T12:00:05Z");
	message_of_s_clear(&m);
	sip_msg_add_str(msg, SIP_HDR_EXPIRES, "600");
	message_from_sip(msg, &o, &m);
	assert_int_equal(m.verdict, MESSAGE_DROP);
	message_of_s_clear(&m);
	sip_msg_unref(msg);
}

static void
a_sip_message_becomes_a_stanza(void **state)
{
	struct message_opts o = { .wall = 1 };
	struct message_envelope e = { "ann@sip.example/sip", "x@a.example",
		"id1", "t1", STANZA_TYPE_CHAT, CHAT_ACTIVE };
	struct message_of_s m;
	struct sip_msg *msg = request("text/plain", "<&>", 3);
	struct xml *x;

	(void)state;
	sip_msg_add_str(msg, SIP_HDR_SUBJECT, "s\xc3\xbc");
	sip_msg_add_str(msg, SIP_HDR_CONTENT_LANGUAGE, "de");
	message_from_sip(msg, &o, &m);
	x = message_to_xmpp(&m, &e);
	assert_string_equal(xml_child_text(x, "body", NS_SERVER), "<&>");
	assert_string_equal(xml_child_text(x, "subject", NS_SERVER),
	    "s\xc3\xbc");
	assert_string_equal(xml_child_text(x, "thread", NS_SERVER), "t1");
	assert_string_equal(xml_lang(x), "de");
	assert_string_equal(xml_get(x, "type"), "chat");
	assert_string_equal(xml_child_text(x, "nick", NULL), "Ann \"A\"");
	assert_int_equal(chat_state_of(x), CHAT_ACTIVE);
	xml_free(x);
	message_of_s_clear(&m);
	sip_msg_unref(msg);
}

/* [M4] */
static void
threads_roll_until_a_call_id_repeats(void **state)
{
	struct message_thread t = { 0 };
	uint32_t a, b;
	char *first;

	(void)state;
	first = mem_strdup(message_thread_to_xmpp(&t, "c1", false, 1000));
	assert_string_equal(message_thread_to_xmpp(&t, "c2", false, 2000),
	    first);
	assert_string_equal(message_thread_to_xmpp(&t, "c3", false, 3000),
	    first);
	assert_string_equal(message_thread_to_xmpp(&t, "c3", false, 4000),
	    "c3");
	assert_string_equal(message_thread_to_xmpp(&t, "c4", false,
	    4000 + 31 * 60 * 1000), "c4");
	assert_string_equal(message_thread_to_sip(&t, "th", 5000, 0, &a),
	    "th");
	assert_string_equal(message_thread_to_sip(&t, "th", 5000, 0, &b),
	    "th");
	assert_true(b > a);
	/* S answers in X's conversation. */
	assert_string_equal(message_thread_to_xmpp(&t, "c5", false, 5001),
	    "th");
	assert_null(message_thread_to_sip(&t, "not a call id", 1, 0, &a));
	assert_null(message_thread_to_sip(&t, NULL, 1, 0, &a));
	mem_free(first);
	message_thread_clear(&t);
}

/* ---- typing ---- */

static void
typing_goes_only_to_who_showed_to_know_it(void **state)
{
	struct chat_pair p = { 0 };

	(void)state;
	assert_int_equal(chat_from_xmpp(&p, CHAT_COMPOSING, false, 1),
	    CHAT_TYPING_NONE);
	assert_int_equal(chat_from_sip(&p, CHAT_TYPING_ACTIVE, 0, 2000),
	    CHAT_COMPOSING);
	assert_int_equal(chat_from_xmpp(&p, CHAT_COMPOSING, false, 3000),
	    CHAT_TYPING_ACTIVE);
	/* [T4]: the same, or too soon, is nothing. */
	assert_int_equal(chat_from_xmpp(&p, CHAT_COMPOSING, false, 9000),
	    CHAT_TYPING_NONE);
	assert_int_equal(chat_from_xmpp(&p, CHAT_PAUSED, false, 9500),
	    CHAT_TYPING_IDLE);
	/* A message without states: X no longer uses them [T2]. */
	(void)chat_from_xmpp(&p, CHAT_NONE, true, 10000);
	assert_int_equal(chat_from_sip(&p, CHAT_TYPING_ACTIVE, 0, 20000),
	    CHAT_NONE);
	assert_int_equal(chat_with_body(&p, false, 21000), CHAT_NONE);
	assert_int_equal(chat_with_body(&p, true, 21000), CHAT_ACTIVE);
}

/* [T1] */
static void
composing_is_repeated_three_times_and_then_idle(void **state)
{
	struct chat_pair p = { .s_knows = true };
	enum chat_typing to_s;
	enum chat_state to_x;
	int i;

	(void)state;
	assert_int_equal(chat_from_xmpp(&p, CHAT_COMPOSING, false, 5000),
	    CHAT_TYPING_ACTIVE);
	for (i = 1; i <= 3; i++) {
		assert_int_equal(chat_due(&p), 5000 + i * 60000);
		chat_tick(&p, chat_due(&p), &to_s, &to_x);
		assert_int_equal(to_s, CHAT_TYPING_ACTIVE);
	}
	chat_tick(&p, chat_due(&p), &to_s, &to_x);
	assert_int_equal(to_s, CHAT_TYPING_IDLE);
	assert_int_equal(chat_due(&p), 0);
}

static void
typing_that_is_not_refreshed_pauses(void **state)
{
	struct chat_pair p = { .x_uses_states = true };
	enum chat_typing to_s;
	enum chat_state to_x;

	(void)state;
	assert_int_equal(chat_from_sip(&p, CHAT_TYPING_ACTIVE, 0, 1000),
	    CHAT_COMPOSING);
	assert_int_equal(chat_due(&p), 121000);
	chat_tick(&p, 121000, &to_s, &to_x);
	assert_int_equal(to_x, CHAT_PAUSED);
	assert_int_equal(chat_due(&p), 0);
}

static void
typing_documents_are_read_back(void **state)
{
	enum chat_typing t;
	unsigned int refresh;
	struct buf b = { 0 };

	(void)state;
	chat_write(CHAT_TYPING_ACTIVE, &b);
	assert_int_equal(chat_read(sip_span_make(b.data, b.len), &t,
	    &refresh), 0);
	assert_int_equal(t, CHAT_TYPING_ACTIVE);
	assert_int_equal(refresh, 60);
	assert_int_equal(chat_read(sip_span_of("<x/>"), &t, &refresh), -1);
	assert_int_equal(chat_read(sip_span_of("junk"), &t, &refresh), -1);
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stanzas_become_what_a_sip_user_can_read),
		cmocka_unit_test(too_long_a_message_is_a_policy_violation),
		cmocka_unit_test(headers_go_over),
		cmocka_unit_test(sip_bodies_become_text),
		cmocka_unit_test(utf16_is_decoded),
		cmocka_unit_test(
		    a_coding_we_do_not_know_is_refused_and_an_old_message_dropped),
		cmocka_unit_test(a_sip_message_becomes_a_stanza),
		cmocka_unit_test(threads_roll_until_a_call_id_repeats),
		cmocka_unit_test(typing_goes_only_to_who_showed_to_know_it),
		cmocka_unit_test(
		    composing_is_repeated_three_times_and_then_idle),
		cmocka_unit_test(typing_that_is_not_refreshed_pauses),
		cmocka_unit_test(typing_documents_are_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
