/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/mem.h"
#include "gateway/sip/field.h"
#include "gateway/sip/msg.h"
#include "gateway/sip/msg_write.h"

static const char request_text[] =
    "MESSAGE sip:bob@b.example SIP/2.0\r\n"
    "v: SIP/2.0/TLS 127.0.0.1:5061;branch=z9hG4bKa;rport, "
    "SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKb;received=2001:db8::2\r\n"
    "Max-Forwards: 70\r\n"
    "f: \"A, <b>\" <sip:alice@a.example>;tag=t1\r\n"
    "t: <sip:bob@b.example>\r\n"
    "i: abc@a.example\r\n"
    "CSeq: 7 MESSAGE\r\n"
    "Accept: text/plain\r\n"
    "ACCEPT: text/html;q=0.1, message/cpim\r\n"
    "c: text/plain\r\n"
    "l: 5\r\n"
    "\r\n"
    "hello";

static struct sip_msg *
read_text(const char *text)
{
	return sip_msg_read(text, strlen(text), SIP_STREAM, NULL);
}

static void
compact_and_repeated_headers_are_the_long_ones(void **state)
{
	struct sip_msg *m = read_text(request_text);
	struct sip_values it;
	struct sip_span v;
	struct sip_via via;
	struct sip_addr a;

	(void)state;
	assert_non_null(m);
	assert_int_equal(m->defect, 0);
	assert_int_equal(m->method, SIP_MESSAGE);
	assert_int_equal(sip_msg_count(m, SIP_HDR_ACCEPT), 3);
	assert_true(sip_msg_lists(m, SIP_HDR_ACCEPT, "MESSAGE/cpim"));
	assert_int_equal(sip_msg_count(m, SIP_HDR_VIA), 2);
	it = sip_values_of(m, SIP_HDR_VIA);
	assert_true(sip_values_next(&it, &v));
	assert_int_equal(sip_via_read(v, &via), 0);
	assert_true(via.has_rport);
	assert_int_equal(via.port, 5061);
	assert_true(sip_values_next(&it, &v));
	assert_int_equal(sip_via_read(v, &via), 0);
	assert_true(sip_span_is(via.host, "[2001:db8::9:1]"));
	assert_true(sip_span_is(via.received, "2001:db8::2"));
	assert_int_equal(sip_msg_from(m, &a), 0);
	assert_true(sip_span_is(a.display, "\"A, <b>\""));
	assert_true(sip_span_is(sip_msg_body(m), "hello"));
	sip_msg_unref(m);
}

static void
a_header_cannot_be_smuggled_into_a_value(void **state)
{
	struct sip_msg *m = sip_request_make(SIP_MESSAGE,
	    sip_span_of("sip:b@h"), "<sip:a@h>", "<sip:b@h>", "id", 1);
	char *text;

	(void)state;
	sip_msg_add_str(m, SIP_HDR_SUBJECT, "x\r\nRoute: <sip:evil>");
	text = sip_msg_text(m);
	assert_null(strstr(text, "\r\nRoute"));
	mem_free(text);
	sip_msg_unref(m);
}

static void
a_response_carries_over_what_it_must(void **state)
{
	struct sip_msg *m = read_text(request_text);
	struct sip_msg *r = sip_response_new(m, 200, NULL);
	char *text;

	(void)state;
	sip_msg_add_tag(r, SIP_HDR_TO, "t2");
	text = sip_msg_text(r);
	assert_string_equal(text,
	    "SIP/2.0 200 OK\r\n"
	    "Via: SIP/2.0/TLS 127.0.0.1:5061;branch=z9hG4bKa;rport, "
	    "SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKb;"
	    "received=2001:db8::2\r\n"
	    "From: \"A, <b>\" <sip:alice@a.example>;tag=t1\r\n"
	    "To: <sip:bob@b.example>;tag=t2\r\n"
	    "Call-ID: abc@a.example\r\n"
	    "CSeq: 7 MESSAGE\r\n"
	    "Content-Length: 0\r\n\r\n");
	mem_free(text);
	sip_msg_unref(r);
	sip_msg_unref(m);
}

static void
list_headers_are_edited_value_by_value(void **state)
{
	struct sip_msg *m = read_text(request_text);
	struct sip_via via;

	(void)state;
	sip_msg_remove_first(m, SIP_HDR_VIA);
	assert_int_equal(sip_msg_count(m, SIP_HDR_VIA), 1);
	assert_int_equal(sip_msg_via(m, &via), 0);
	assert_true(sip_span_is(via.branch, "z9hG4bKb"));
	sip_msg_prepend(
	    m, SIP_HDR_VIA, sip_span_of("SIP/2.0/UDP h;branch=z9hG4bKnew"));
	assert_int_equal(sip_msg_via(m, &via), 0);
	assert_true(sip_span_is(via.branch, "z9hG4bKnew"));
	sip_msg_remove_first(m, SIP_HDR_VIA);
	sip_msg_remove_first(m, SIP_HDR_VIA);
	sip_msg_remove_first(m, SIP_HDR_VIA);
	assert_false(sip_msg_has(m, SIP_HDR_VIA));
	sip_msg_unref(m);
}

static void
defects_name_the_status_to_answer(void **state)
{
	static const struct {
		const char *from, *to;
		int status;
	} rows[] = {
		{ "CSeq: 7 MESSAGE", "CSeq: 7 INVITE", 400 },
		{ "CSeq: 7 MESSAGE", "CSeq: 2147483648 MESSAGE", 400 },
		{ "Max-Forwards: 70\r\n", "", 400 },
		{ "Max-Forwards: 70", "Max-Forwards: 256", 400 },
		{ "l: 5\r\n", "", 400 },
		{ "l: 5\r\n", "l: 5\r\nContent-Length: 4\r\n", 400 },
		{ "l: 5\r\n", "l: 5\r\nContent-Length: 5\r\n", 0 },
		{ "i: abc@a.example\r\n", "i: a\r\ni: b\r\n", 400 },
		{ "c: text/plain", "c: text/plain\nx: y", 400 },
		{ "c: text/plain", "no colon here", 400 },
		{ "SIP/2.0\r\n", "SIP/3.0\r\n", 505 },
		{ "sip:bob@b.example SIP", "mailto:b@b SIP", 416 },
		{ "t: <sip:bob@b.example>", "t: <sip:bob@b.example>;;", 400 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *at = strstr(request_text, rows[i].from);
		struct buf b = { 0 };
		struct sip_msg *m;

		buf_add(&b, request_text, (size_t)(at - request_text));
		buf_add_str(&b, rows[i].to);
		buf_add_str(&b, at + strlen(rows[i].from));
		m = read_text(buf_text(&b));
		assert_non_null(m);
		if (m->defect != rows[i].status)
			fail_msg("%s: %d", rows[i].to, m->defect);
		sip_msg_unref(m);
		buf_clear(&b);
	}
}

static void
typed_readers_read_events_states_and_credentials(void **state)
{
	struct sip_event e;
	struct sip_substate s;
	struct sip_auth a;
	struct sip_span v;

	(void)state;
	assert_int_equal(
	    sip_event_read(sip_span_of("presence.winfo; id=4"), &e), 0);
	assert_true(sip_span_is(e.package, "presence.winfo"));
	assert_true(sip_span_is(e.id, "4"));
	assert_int_equal(
	    sip_substate_read(
		sip_span_of("terminated;reason=probation;retry-after=7"), &s),
	    0);
	assert_true(sip_span_is(s.reason, "probation"));
	assert_true(s.has_retry_after);
	assert_int_equal(s.retry_after, 7);
	assert_int_equal(sip_auth_read(sip_span_of("Digest username=\"a,b\", "
						   "nc=00000001,qop=auth"),
			     &a),
	    0);
	assert_true(sip_auth_param(&a, "username", &v));
	assert_true(sip_span_is(v, "a,b"));
	assert_true(sip_auth_param(&a, "NC", &v));
	assert_true(sip_span_is(v, "00000001"));
	assert_false(sip_auth_param(&a, "uri", &v));
}

/* T-03 */
static void
two_line_ends_are_a_ping_wherever_they_are_cut(void **state)
{
	struct sip_framer fr = { 0 };

	(void)state;
	assert_int_equal(sip_frame_next(&fr, "\r", 1), SIP_FRAME_MORE);
	assert_int_equal(sip_frame_next(&fr, "\r\n", 2), SIP_FRAME_CRLF);
	assert_int_equal(sip_frame_next(&fr, "\r\n", 2), SIP_FRAME_PING);
	assert_int_equal(sip_frame_next(&fr, "\r\nMES", 5), SIP_FRAME_CRLF);
	assert_int_equal(sip_frame_next(&fr, "MES", 3), SIP_FRAME_MORE);
}

static void
endless_heads_and_huge_bodies_are_cut_off(void **state)
{
	struct sip_framer fr = { 0 };
	struct buf b = { 0 };

	(void)state;
	buf_add_str(&b, "MESSAGE sip:a@b SIP/2.0\r\nX: ");
	buf_add_fill(&b, 'x', SIP_HEAD_MAX_STREAM);
	assert_int_equal(
	    sip_frame_next(&fr, b.data, b.len), SIP_FRAME_TOO_LARGE);
	buf_reset(&b);
	memset(&fr, 0, sizeof(fr));
	buf_add_str(&b, "MESSAGE sip:a@b SIP/2.0\r\nl: 4000000000\r\n\r\n");
	assert_int_equal(
	    sip_frame_next(&fr, b.data, b.len), SIP_FRAME_TOO_LARGE);
	buf_clear(&b);
}

static void
every_header_is_found_by_its_names(void **state)
{
	unsigned id;

	(void)state;
	for (id = 1; id < SIP_HDR_COUNT; id++)
		assert_int_equal(
		    sip_header_find(sip_span_of(sip_header_name(id))), id);
	assert_int_equal(sip_header_find(sip_span_of("m")), SIP_HDR_CONTACT);
	assert_int_equal(sip_header_find(sip_span_of("X-New")), SIP_HDR_OTHER);
	assert_int_equal(
	    sip_method_find(sip_span_of("message")), SIP_METHOD_OTHER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    compact_and_repeated_headers_are_the_long_ones),
		cmocka_unit_test(a_header_cannot_be_smuggled_into_a_value),
		cmocka_unit_test(a_response_carries_over_what_it_must),
		cmocka_unit_test(list_headers_are_edited_value_by_value),
		cmocka_unit_test(defects_name_the_status_to_answer),
		cmocka_unit_test(
		    typed_readers_read_events_states_and_credentials),
		cmocka_unit_test(
		    two_line_ends_are_a_ping_wherever_they_are_cut),
		cmocka_unit_test(endless_heads_and_huge_bodies_are_cut_off),
		cmocka_unit_test(every_header_is_found_by_its_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
