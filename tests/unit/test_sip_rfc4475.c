/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The torture messages of RFC 4475 against the table in their folder. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/fault.h"
#include "gateway/sip/field.h"
#include "gateway/sip/msg.h"
#include "gateway/sip/msg_write.h"
#include "gateway/sip/uas.h"

static const char *const types[] = { "text/plain", "application/sdp", NULL };

static const struct sip_caps caps = {
	.methods = SIP_CAP(SIP_INVITE) | SIP_CAP(SIP_ACK) |
		   SIP_CAP(SIP_OPTIONS) | SIP_CAP(SIP_REGISTER) |
		   SIP_CAP(SIP_MESSAGE),
	.content_types = types,
};

static FILE *
vector_open(const char *name)
{
	const char *top = getenv("TOP_SRCDIR");
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/tests/vectors/rfc4475/%s",
	    top == NULL ? ".." : top, name);
	return fopen(path, "rb");
}

static void
vector_read(const char *test, struct buf *b)
{
	char name[64], chunk[1024];
	size_t n;
	FILE *fp;

	(void)snprintf(name, sizeof(name), "%s.dat", test);
	fp = vector_open(name);
	assert_non_null(fp);
	while ((n = fread(chunk, 1, sizeof(chunk), fp)) > 0)
		buf_add(b, chunk, n);
	(void)fclose(fp);
}

static void
verdict_of(const struct buf *b, char out[16])
{
	struct sip_msg *m = sip_msg_read(b->data, b->len, SIP_DATAGRAM, NULL);
	int status;

	if (m == NULL) {
		strcpy(out, "drop");
		return;
	}
	status = m->defect;
	if (status == 0 && m->is_request)
		status = sip_uas_check(m, &caps);
	(void)snprintf(out, 16, status == 0 ? "ok" : "%d", status);
	sip_msg_unref(m);
}

static void
each_message_gets_the_verdict_of_the_table(void **state)
{
	FILE *fp = vector_open("verdicts");
	char line[128];
	int count = 0, bad = 0;

	(void)state;
	assert_non_null(fp);
	while (fgets(line, sizeof(line), fp) != NULL) {
		struct buf b = { 0 };
		char *test, *want, *save, got[16];
		bool fits = false;

		if (line[0] == '#' ||
		    (test = strtok_r(line, " \n", &save)) == NULL)
			continue;
		vector_read(test, &b);
		verdict_of(&b, got);
		while ((want = strtok_r(NULL, " \n", &save)) != NULL)
			fits = fits || strcmp(want, got) == 0;
		if (!fits) {
			print_message("%s: got %s\n", test, got);
			bad++;
		}
		count++;
		buf_clear(&b);
	}
	(void)fclose(fp);
	assert_int_equal(count, 50);
	assert_int_equal(bad, 0);
}

static struct sip_msg *
vector_msg(const char *test)
{
	struct buf b = { 0 };
	struct sip_msg *m;

	vector_read(test, &b);
	m = sip_msg_read(b.data, b.len, SIP_DATAGRAM, NULL);
	buf_clear(&b);
	assert_non_null(m);
	return m;
}

static void
blanks_and_folding_do_not_change_what_is_read(void **state)
{
	struct sip_msg *m = vector_msg("wsinv");
	struct sip_addr a;
	struct sip_via v;
	struct sip_span value;

	(void)state;
	assert_int_equal(sip_msg_from(m, &a), 0);
	assert_true(sip_span_is(a.display, "\"J Rosenberg \\\\\\\"\""));
	assert_true(sip_span_is(sip_msg_tag(m, SIP_HDR_FROM), "98asjd8"));
	assert_int_equal(sip_msg_via(m, &v), 0);
	assert_true(sip_span_is(v.transport, "UDP"));
	assert_true(sip_span_is(v.host, "192.0.2.2"));
	assert_true(sip_span_is(v.branch, "390skdjuw"));
	assert_int_equal(sip_msg_count(m, SIP_HDR_VIA), 3);
	assert_int_equal(sip_msg_contact(m, &a), 0);
	assert_true(sip_param(a.params, "q", &value));
	assert_true(sip_span_is(value, "0.33"));
	assert_int_equal(sip_msg_uint(m, SIP_HDR_MAX_FORWARDS, 0), 68);
	assert_int_equal(sip_msg_body(m).n, 150);
	sip_msg_unref(m);
}

static void
an_escaped_nul_does_not_shorten_an_address(void **state)
{
	struct sip_msg *m = vector_msg("escnull");
	struct buf b = { 0 };
	struct sip_addr a;

	(void)state;
	assert_int_equal(sip_msg_to(m, &a), 0);
	assert_int_equal(sip_uri_aor(&a.uri, &b), 0);
	assert_string_equal(buf_text(&b), "null-%00-null@example.com");
	assert_int_equal(sip_msg_count(m, SIP_HDR_CONTACT), 2);
	buf_clear(&b);
	sip_msg_unref(m);
}

static void
contact_parameters_stay_where_the_brackets_put_them(void **state)
{
	struct sip_msg *m = vector_msg("cparam01");
	struct sip_addr a;

	(void)state;
	assert_int_equal(sip_msg_contact(m, &a), 0);
	assert_true(sip_param(a.params, "unknownparam", NULL));
	assert_int_equal(a.uri.params.n, 0);
	sip_msg_unref(m);
	m = vector_msg("cparam02");
	assert_int_equal(sip_msg_contact(m, &a), 0);
	assert_true(sip_uri_param(&a.uri, "unknownparam", NULL));
	sip_msg_unref(m);
	m = vector_msg("regescrt");
	assert_int_equal(sip_msg_contact(m, &a), 0);
	assert_true(
	    sip_span_is(a.uri.headers, "Route=%3Csip:sip.example.com%3E"));
	sip_msg_unref(m);
}

static void
a_message_written_reads_back_the_same(void **state)
{
	static const char *const tests[] = { "wsinv", "intmeth", "esc01",
		"mpart01", "transports", "unreason", "escnull" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct sip_msg *m = vector_msg(tests[i]), *again;
		struct buf one = { 0 }, two = { 0 };

		sip_msg_write(m, &one);
		again = sip_msg_read(one.data, one.len, SIP_STREAM, NULL);
		assert_non_null(again);
		assert_int_equal(again->defect, 0);
		sip_msg_write(again, &two);
		assert_int_equal(one.len, two.len);
		assert_memory_equal(one.data, two.data, one.len);
		sip_msg_unref(again);
		sip_msg_unref(m);
		buf_clear(&one);
		buf_clear(&two);
	}
}

/* T-02: the same on a stream, cut into single bytes. */
static void
single_bytes_of_a_stream_frame_like_whole_messages(void **state)
{
	struct buf b = { 0 };
	struct sip_framer fr = { 0 };
	enum sip_frame got = SIP_FRAME_MORE;
	size_t n;

	(void)state;
	vector_read("dblreq", &b);
	for (n = 1; n <= b.len && got == SIP_FRAME_MORE; n++)
		got = sip_frame_next(&fr, b.data, n);
	assert_int_equal(got, SIP_FRAME_MESSAGE);
	assert_int_equal(fr.total, n - 1);
	buf_reset(&b);
	memset(&fr, 0, sizeof(fr));
	vector_read("ncl", &b);
	assert_int_equal(sip_frame_next(&fr, b.data, b.len), SIP_FRAME_BAD);
	buf_reset(&b);
	memset(&fr, 0, sizeof(fr));
	vector_read("mcl01", &b);
	assert_int_equal(sip_frame_next(&fr, b.data, b.len), SIP_FRAME_BAD);
	buf_reset(&b);
	memset(&fr, 0, sizeof(fr));
	vector_read("clerr", &b);
	assert_int_equal(sip_frame_next(&fr, b.data, b.len), SIP_FRAME_MORE);
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_message_gets_the_verdict_of_the_table),
		cmocka_unit_test(blanks_and_folding_do_not_change_what_is_read),
		cmocka_unit_test(an_escaped_nul_does_not_shorten_an_address),
		cmocka_unit_test(
		    contact_parameters_stay_where_the_brackets_put_them),
		cmocka_unit_test(a_message_written_reads_back_the_same),
		cmocka_unit_test(
		    single_bytes_of_a_stream_frame_like_whole_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
