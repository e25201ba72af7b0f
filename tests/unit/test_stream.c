/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stream that comes in: header, TLS, EXTERNAL, dialback. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/xmpp/dialback.h"
#include "stream_rig.h"

/* The matrix of TlsNegotiation, SaslNegotiation and dialback. */
static void
the_matrix_leaves_the_methods_of_the_manual(void **state)
{
	enum { R = STREAM_REQUIRED, O = STREAM_OPTIONAL,
		N = STREAM_NOT_SUPPORTED };
	static const struct {
		int tls, sasl, dialback;
		const char *methods; /* e: EXTERNAL t: over TLS c: clear */
	} rows[] = {
		{ R, R, 1, "e" }, { R, R, 0, "e" }, { O, R, 1, "etc" },
		{ O, R, 0, "e" }, { N, R, 1, "c" }, { N, R, 0, "" },
		{ R, O, 1, "et" }, { R, O, 0, "e" }, { O, O, 1, "etc" },
		{ O, O, 0, "e" }, { N, O, 1, "c" }, { N, O, 0, "" },
		{ R, N, 1, "t" }, { R, N, 0, "" }, { O, N, 1, "tc" },
		{ O, N, 0, "" }, { N, N, 1, "c" }, { N, N, 0, "" },
	};
	struct stream_policy p;
	struct stream_methods m;
	char got[4];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		p.tls = (enum stream_need)rows[i].tls;
		p.sasl = (enum stream_need)rows[i].sasl;
		p.dialback = rows[i].dialback != 0;
		m = stream_policy_methods(&p);
		(void)snprintf(got, sizeof(got), "%s%s%s",
		    m.external ? "e" : "", m.tls_dialback ? "t" : "",
		    m.tcp_dialback ? "c" : "");
		assert_string_equal(got, rows[i].methods);
	}
}

/* S-04, S-05, S-12, T-01 */
static void
a_header_is_answered_with_ours_and_features(void **state)
{
	struct owner o;

	(void)state;
	begin(&o, STREAM_IN, required);
	feed(&o, THEIR_HEADER);
	expect(&o, "<?xml version='1.0'?>", " from='" OURS "'",
	    " to='" THEIRS "'", " version='1.0'", " id='", "xml:lang='en'",
	    "<stream:features>", "<required", NULL);
	assert_int_equal(strlen(stream_id(o.s)), 32);
	finish(&o);
	begin(&o, STREAM_IN, clear_only);
	feed(&o, THEIR_HEADER);
	expect_not(&o, "starttls");
	expect(&o, "xmlns:db='jabber:server:dialback'",
	    "urn:xmpp:features:dialback", "<errors", NULL);
	finish(&o);
}

/* S-03, S-07, section 10: header, error, close tag, in this order. */
static void
bad_headers_get_a_header_an_error_and_an_end(void **state)
{
	static const struct {
		const char *header;
		const char *condition;
	} rows[] = {
		{ HEADER("to='other.example' version='1.0'"), "host-unknown" },
		{ HEADER("version='1.0'"), "host-unknown" },
		{ HEADER("from='a b' to='" OURS "' version='1.0'"),
		    "improper-addressing" },
		{ "<stream:stream xmlns='jabber:client' xmlns:stream='"
		  NS_STREAMS "' to='" OURS "' version='1.0'>",
		    "invalid-namespace" },
		{ "<stream:stream xmlns='jabber:server' "
		  "xmlns:stream='urn:x' to='" OURS "'>", "invalid-namespace" },
		{ "<stream:flow xmlns='jabber:server' xmlns:stream='"
		  NS_STREAMS "' to='" OURS "'>", "bad-format" },
		{ HEADER("from='" THEIRS "' to='" OURS "'"),
		    "unsupported-version" },
		{ "GET / HTTP/1.1\r\n\r\n", "not-well-formed" },
		{ "<!DOCTYPE x [<!ENTITY a 'b'>]>", "restricted-xml" },
	};
	struct owner o;
	const char *at;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(&o, STREAM_IN, required);
		feed(&o, rows[i].header);
		at = strstr(buf_text(&o.out), "<stream:stream");
		if (at == NULL || (at = strstr(at, rows[i].condition)) ==
		    NULL || strstr(at, "</stream:stream>") == NULL)
			fail_msg("%s: %s", rows[i].header,
			    buf_text(&o.out));
		feed(&o, "</stream:stream>");
		loop_clock_advance(o.loop, 6000);
		assert_true(o.ended);
		assert_string_equal(o.end.condition, rows[i].condition);
		finish(&o);
	}
}

/* X-06: cut anywhere, the same is said. */
static void
any_segmentation_gives_the_same_answers(void **state)
{
	static const char text[] = THEIR_HEADER STARTTLS;
	struct owner o;
	size_t i;

	(void)state;
	begin(&o, STREAM_IN, required);
	for (i = 0; i < sizeof(text) - 1; i++) {
		stream_push(o.s, text + i, 1);
		stream_run(o.s);
	}
	expect(&o, "<proceed", NULL);
	assert_true(o.tls_started);
	finish(&o);
}

/* T-03, T-04 */
static void
what_stands_behind_starttls_in_clear_is_thrown_away(void **state)
{
	struct owner o;

	(void)state;
	begin(&o, STREAM_IN, required);
	o.proves = true;
	feed(&o, THEIR_HEADER STARTTLS THEIR_HEADER EXTERNAL);
	assert_int_equal(stream_state(o.s), STREAM_TLS);
	stream_tls_done(o.s);
	expect_not(&o, "success");
	assert_int_equal(stream_state(o.s), STREAM_HEADER);
	buf_reset(&o.out);
	feed(&o, THEIR_HEADER);
	expect(&o, "EXTERNAL", NULL);
	feed(&o, STARTTLS);
	expect(&o, "<failure xmlns='" NS_TLS, "</stream:stream>", NULL);
	finish(&o);
}

/* C-08, C-12, S-09, S-11, Z-01, Z-02 */
static void
external_opens_the_stream_for_the_proven_domain_only(void **state)
{
	static const struct {
		const char *stanza;
		const char *condition;
	} rows[] = {
		{ MESSAGE("a@other.example", "b@" OURS), "invalid-from" },
		{ MESSAGE("a@" THEIRS, "b@third.example"), "host-unknown" },
		{ "<message to='b@" OURS "'/>", "improper-addressing" },
		{ "<message from='a@" THEIRS "'/>", "improper-addressing" },
		{ MESSAGE("@" THEIRS, "b@" OURS), "improper-addressing" },
		{ MESSAGE("a@" THEIRS, "b@..x"), "improper-addressing" },
		{ "<foo/>", "unsupported-stanza-type" },
		{ "<message xmlns='jabber:client' from='a@" THEIRS
		  "' to='b@" OURS "'/>", "unsupported-stanza-type" },
		{ "text", "bad-format" },
		{ "<message><!-- x --></message>", "restricted-xml" },
		{ "<a><b></a>", "not-well-formed" },
		{ EXTERNAL, "not-authorized" },
	};
	struct owner o;
	size_t i;

	(void)state;
	begin_open(&o);
	feed(&o, GOOD_MESSAGE MESSAGE("a@" THEIRS, "b@b.example"));
	/* A bad local part is not the stream's business [A-06]. */
	feed(&o, MESSAGE("a@" THEIRS, "b&amp;c@" OURS));
	assert_int_equal(o.stanzas, 3);
	finish(&o);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin_open(&o);
		feed(&o, rows[i].stanza);
		expect(&o, rows[i].condition, "</stream:stream>", NULL);
		assert_int_equal(o.stanzas, 0);
		finish(&o);
	}
}

static void
no_external_without_a_certificate_that_proves_the_header(void **state)
{
	struct owner o;

	(void)state;
	begin(&o, STREAM_IN, required);
	feed(&o, THEIR_HEADER STARTTLS);
	stream_tls_done(o.s);
	buf_reset(&o.out);
	feed(&o, THEIR_HEADER);
	expect_not(&o, "EXTERNAL");
	feed(&o, EXTERNAL);
	expect(&o, "<failure", "invalid-mechanism", NULL);
	feed(&o, EXTERNAL EXTERNAL);
	expect(&o, "policy-violation", NULL); /* C-13 */
	finish(&o);
}

static void
another_name_after_success_is_refused(void **state)
{
	struct owner o;

	(void)state;
	begin(&o, STREAM_IN, required);
	o.proves = true;
	feed(&o, THEIR_HEADER STARTTLS);
	stream_tls_done(o.s);
	feed(&o, THEIR_HEADER EXTERNAL
	    HEADER("from='evil.example' to='" OURS "' version='1.0'"));
	expect(&o, "<success", "invalid-from", NULL);
	assert_false(o.opened);
	finish(&o);
}

static void
stanzas_before_a_proof_are_refused(void **state)
{
	struct owner o;

	(void)state;
	begin(&o, STREAM_IN, anything);
	feed(&o, THEIR_HEADER GOOD_MESSAGE);
	expect(&o, "not-authorized", NULL);
	assert_int_equal(o.stanzas, 0);
	finish(&o);
}

/* D-03, D-05, D-09, D-10 */
static void
a_key_is_handed_on_and_its_verdict_told(void **state)
{
	struct owner o;

	(void)state;
	begin(&o, STREAM_IN, clear_only);
	feed(&o, THEIR_HEADER "<db:result from='" THEIRS "' to='" OURS
	    "'> k3y </db:result>");
	assert_non_null(strstr(o.key, "k3y"));
	assert_string_equal(o.key_id, stream_id(o.s));
	assert_int_equal(stream_state(o.s), STREAM_AUTH);
	buf_reset(&o.out);
	stream_db_answer(o.s, THEIRS, OURS, STREAM_DB_VALID, NULL);
	expect(&o, "<db:result", "type='valid'", "from='" OURS "'",
	    "to='" THEIRS "'", NULL);
	feed(&o, GOOD_MESSAGE);
	assert_int_equal(o.stanzas, 1);
	/* A second sender domain on the same stream. */
	feed(&o, "<db:result from='conf." THEIRS "' to='" OURS
	    "'>k2</db:result>");
	stream_db_answer(o.s, "conf." THEIRS, OURS, STREAM_DB_INVALID, NULL);
	expect(&o, "type='invalid'", NULL);
	expect_not(&o, "</stream:stream>");
	feed(&o, MESSAGE("a@conf." THEIRS, "b@" OURS));
	expect(&o, "invalid-from", NULL);
	finish(&o);
}

static void
an_invalid_key_alone_ends_the_stream(void **state)
{
	struct owner o;

	(void)state;
	begin(&o, STREAM_IN, clear_only);
	feed(&o, THEIR_HEADER "<db:result from='" THEIRS "' to='" OURS
	    "'>k</db:result>");
	stream_db_answer(o.s, THEIRS, OURS, STREAM_DB_INVALID, NULL);
	expect(&o, "type='invalid'", "</stream:stream>", NULL);
	finish(&o);
}

/* D-07, D-08, D-18 */
static void
keys_that_cannot_be_verified_get_an_error(void **state)
{
	struct owner o;

	(void)state;
	begin(&o, STREAM_IN, clear_only);
	feed(&o, THEIR_HEADER "<db:result from='" THEIRS
	    "' to='no.example'>k</db:result>");
	expect(&o, "type='error'", "item-not-found", NULL);
	stream_db_answer(o.s, THEIRS, OURS, STREAM_DB_VALID, NULL);
	assert_int_equal(o.out.len, 0); /* nobody asked for that one */
	feed(&o, "<db:result from='" THEIRS "'>k</db:result>");
	expect(&o, "improper-addressing", NULL);
	finish(&o);
	/* TLS required: the key is not even looked at. */
	begin(&o, STREAM_IN, tls_dialback);
	feed(&o, THEIR_HEADER "<db:result from='" THEIRS "' to='" OURS
	    "'>k</db:result>");
	expect(&o, "type='error'", "policy-violation", NULL);
	assert_string_equal(o.key, "");
	finish(&o);
	/* D-13 */
	begin(&o, STREAM_IN, clear_only);
	feed(&o, THEIR_HEADER "<db:result from='" THEIRS "' to='" OURS
	    "'>k</db:result>");
	loop_clock_advance(o.loop, 30001);
	expect(&o, "type='error'", "remote-server-timeout", NULL);
	finish(&o);
}

/* D-12 */
static void
a_certificate_makes_the_key_needless(void **state)
{
	struct owner o;

	(void)state;
	begin(&o, STREAM_IN, required);
	o.proves = true;
	feed(&o, THEIR_HEADER STARTTLS);
	stream_tls_done(o.s);
	feed(&o, THEIR_HEADER "<db:result from='" THEIRS "' to='" OURS
	    "'>k</db:result>");
	expect(&o, "type='valid'", NULL);
	assert_string_equal(o.key, "");
	assert_int_equal(stream_state(o.s), STREAM_OPEN);
	finish(&o);
}

/* D-06 */
static void
our_keys_are_known_again(void **state)
{
	char key[DIALBACK_KEY_SIZE], text[512];
	struct owner o;

	(void)state;
	begin(&o, STREAM_IN, anything);
	dialback_key("s3cr3t", THEIRS, OURS, "id7", key);
	(void)snprintf(text, sizeof(text), "<db:verify from='%s' to='%s' "
	    "id='id7'>%s</db:verify>", THEIRS, OURS, key);
	feed(&o, THEIR_HEADER);
	feed(&o, text);
	expect(&o, "<db:verify", "id='id7'", "type='valid'", NULL);
	feed(&o, "<db:verify from='" THEIRS "' to='" OURS
	    "' id='id7'>00</db:verify>");
	expect(&o, "type='invalid'", NULL);
	feed(&o, "<db:verify from='" THEIRS "' to='no.example' id='id7'>00"
	    "</db:verify>");
	expect(&o, "type='error'", "item-not-found", NULL);
	assert_int_equal(stream_state(o.s), STREAM_AUTH);
	finish(&o);
}

/* D-04: answers nobody asked for open nothing. */
static void
forged_dialback_answers_are_ignored(void **state)
{
	struct owner o;

	(void)state;
	begin(&o, STREAM_IN, clear_only);
	feed(&o, THEIR_HEADER "<db:result from='" THEIRS "' to='" OURS
	    "' type='valid'/><db:verify from='" THEIRS "' to='" OURS
	    "' id='x' type='valid'/>");
	assert_int_equal(stream_state(o.s), STREAM_AUTH);
	feed(&o, GOOD_MESSAGE);
	expect(&o, "not-authorized", NULL);
	finish(&o);
	begin(&o, STREAM_OUT, clear_only);
	feed(&o, HEADER("id='p1' from='" THEIRS "' version='1.0'")
	    "<stream:features/><db:result from='" THEIRS "' to='" OURS
	    "' type='valid'/>");
	assert_int_equal(stream_state(o.s), STREAM_READY);
	stream_verify(o.s, OURS, THEIRS, "q1", "k");
	feed(&o, "<db:verify from='" THEIRS "' to='" OURS
	    "' id='q2' type='valid'/>");
	assert_string_equal(o.verified, "");
	feed(&o, "<db:verify from='other.example' to='" OURS
	    "' id='q1' type='valid'/>");
	assert_string_equal(o.verified, "");
	feed(&o, "<db:verify from='" THEIRS "' to='" OURS
	    "' id='q1' type='valid'/>");
	assert_string_equal(o.verified, "q1 valid");
	finish(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_matrix_leaves_the_methods_of_the_manual),
		cmocka_unit_test(a_header_is_answered_with_ours_and_features),
		cmocka_unit_test(bad_headers_get_a_header_an_error_and_an_end),
		cmocka_unit_test(any_segmentation_gives_the_same_answers),
		cmocka_unit_test(
		    what_stands_behind_starttls_in_clear_is_thrown_away),
		cmocka_unit_test(
		    external_opens_the_stream_for_the_proven_domain_only),
		cmocka_unit_test(
		    no_external_without_a_certificate_that_proves_the_header),
		cmocka_unit_test(another_name_after_success_is_refused),
		cmocka_unit_test(stanzas_before_a_proof_are_refused),
		cmocka_unit_test(a_key_is_handed_on_and_its_verdict_told),
		cmocka_unit_test(an_invalid_key_alone_ends_the_stream),
		cmocka_unit_test(keys_that_cannot_be_verified_get_an_error),
		cmocka_unit_test(a_certificate_makes_the_key_needless),
		cmocka_unit_test(our_keys_are_known_again),
		cmocka_unit_test(forged_dialback_answers_are_ignored),
	};

	log_open_fd(-1, LOG_LEVEL_NONE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
