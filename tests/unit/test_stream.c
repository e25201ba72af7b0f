/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One stream against a channel of the test's own: what is said when, by
 * reference sections 3 to 11. No sockets; the clock stands still.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/log.h"
#include "core/mem.h"
#include "gateway/xmpp/dialback.h"
#include "gateway/xmpp/stanza.h"
#include "gateway/xmpp/stream.h"

#define OURS   "sip.example"
#define THEIRS "xmpp.example"

/* The owner and the channel in one. */
struct owner {
	struct loop *loop;
	struct stream *s;
	struct buf out;       /* what the stream wrote */
	struct stream_policy policy;
	const char *refuse;
	bool proves;          /* the peer's certificate is good */
	bool tls_started, closed_now, closed, ended, paused, opened, ready;
	int keepalive_ms, inactivity_ms;
	unsigned int acked, stanzas;
	uint32_t last_seq;
	struct stream_end end;
	char key[256], key_id[64], verified[128];
	bool report_at_once;
};

static bool
on_write(void *arg, const void *data, size_t len)
{
	buf_add(&((struct owner *)arg)->out, data, len);
	return true;
}

static int
on_start_tls(void *arg, const char *name)
{
	(void)name;
	((struct owner *)arg)->tls_started = true;
	return 0;
}

static void
on_pause(void *arg, bool paused)
{
	((struct owner *)arg)->paused = paused;
}

static void
on_close(void *arg, bool now)
{
	struct owner *o = arg;

	o->closed = true;
	o->closed_now = now;
}

static bool
on_peer_proves(void *arg, const char *domain)
{
	return ((struct owner *)arg)->proves && strcmp(domain, THEIRS) == 0;
}

static bool
on_is_hosted(void *arg, const char *domain)
{
	(void)arg;
	return strcmp(domain, OURS) == 0 || strcmp(domain, "b.example") == 0;
}

static void
on_header(void *arg, const char *from, const char *to,
    struct stream_verdict *v)
{
	struct owner *o = arg;

	(void)from;
	(void)to;
	v->policy = o->policy;
	v->condition = o->refuse;
	v->keepalive_ms = o->keepalive_ms;
	v->inactivity_ms = o->inactivity_ms;
}

static void
on_ready(void *arg)
{
	((struct owner *)arg)->ready = true;
}

static void
on_open(void *arg, const char *local, const char *remote, const char *method)
{
	(void)local;
	(void)remote;
	(void)method;
	((struct owner *)arg)->opened = true;
}

static void
on_stanza(void *arg, struct xml *x, uint32_t seq)
{
	struct owner *o = arg;

	xml_free(x);
	o->stanzas++;
	o->last_seq = seq;
	if (o->report_at_once)
		stream_stanza_done(o->s, seq);
}

static void
on_db_key(void *arg, const char *from, const char *to, const char *id,
    const char *key)
{
	struct owner *o = arg;

	(void)from;
	(void)to;
	(void)snprintf(o->key, sizeof(o->key), "%s", key);
	(void)snprintf(o->key_id, sizeof(o->key_id), "%s", id);
}

static void
on_db_verified(void *arg, const char *from, const char *to, const char *id,
    enum stream_db_verdict v, const char *condition)
{
	struct owner *o = arg;

	(void)from;
	(void)to;
	(void)snprintf(o->verified, sizeof(o->verified), "%s %s%s", id,
	    v == STREAM_DB_VALID ? "valid" :
	    v == STREAM_DB_INVALID ? "invalid" : "error ", condition);
}

static void
on_acked(void *arg, unsigned int n)
{
	((struct owner *)arg)->acked += n;
}

static void
on_writable(void *arg)
{
	(void)arg;
}

static void
on_closed(void *arg, const struct stream_end *end)
{
	struct owner *o = arg;

	assert_false(o->ended);
	o->ended = true;
	o->end = *end;
}

static const struct stream_ops ops = {
	.write = on_write,
	.start_tls = on_start_tls,
	.pause = on_pause,
	.close = on_close,
	.peer_proves = on_peer_proves,
	.is_hosted = on_is_hosted,
	.on_header = on_header,
	.on_ready = on_ready,
	.on_open = on_open,
	.on_stanza = on_stanza,
	.on_db_key = on_db_key,
	.on_db_verified = on_db_verified,
	.on_acked = on_acked,
	.on_writable = on_writable,
	.on_closed = on_closed,
};

static void
begin(struct owner *o, enum stream_direction d, struct stream_policy policy)
{
	struct stream_setup setup = {
		.direction = d, .number = 1, .local = OURS,
		.remote = THEIRS, .secret = "s3cr3t",
		.has_certificate = true, .policy = policy,
	};

	memset(o, 0, sizeof(*o));
	buf_init(&o->out);
	o->policy = policy;
	o->loop = loop_new(NULL);
	loop_clock_fake(o->loop, 1000000, 1700000000000);
	o->s = stream_open(o->loop, &setup, &ops, o);
	stream_start(o->s);
}

static void
finish(struct owner *o)
{
	stream_free(o->s);
	loop_free(o->loop);
	buf_clear(&o->out);
}

static void
feed(struct owner *o, const char *text)
{
	stream_push(o->s, text, strlen(text));
	stream_run(o->s);
}

/* What has been written since the last call has to hold each of these. */
static void
expect(struct owner *o, const char *first, ...)
{
	const char *want;
	va_list ap;

	va_start(ap, first);
	for (want = first; want != NULL; want = va_arg(ap, const char *)) {
		if (strstr(buf_text(&o->out), want) == NULL)
			fail_msg("no %s in: %s", want, buf_text(&o->out));
	}
	va_end(ap);
	buf_reset(&o->out);
}

static void
expect_not(struct owner *o, const char *unwanted)
{
	if (strstr(buf_text(&o->out), unwanted) != NULL)
		fail_msg("%s in: %s", unwanted, buf_text(&o->out));
}

static const struct stream_policy required = {
	STREAM_REQUIRED, STREAM_REQUIRED, true
};
static const struct stream_policy anything = {
	STREAM_OPTIONAL, STREAM_OPTIONAL, true
};
static const struct stream_policy clear_only = {
	STREAM_NOT_SUPPORTED, STREAM_NOT_SUPPORTED, true
};
static const struct stream_policy tls_dialback = {
	STREAM_REQUIRED, STREAM_NOT_SUPPORTED, true
};

#define HEADER(attrs)                                                          \
	"<?xml version='1.0'?><stream:stream xmlns='jabber:server' "           \
	"xmlns:stream='http://etherx.jabber.org/streams' "                     \
	"xmlns:db='jabber:server:dialback' " attrs ">"
#define THEIR_HEADER HEADER("from='" THEIRS "' to='" OURS "' version='1.0'")
#define STARTTLS "<starttls xmlns='" NS_TLS "'/>"
#define EXTERNAL "<auth xmlns='" NS_SASL "' mechanism='EXTERNAL'>=</auth>"
#define MESSAGE(from, to)                                                      \
	"<message from='" from "' to='" to "'><body>x</body></message>"
#define GOOD_MESSAGE MESSAGE("a@" THEIRS "/r", "b@" OURS)

/* As far as an inbound stream that EXTERNAL opened. */
static void
begin_open(struct owner *o)
{
	begin(o, STREAM_IN, required);
	o->proves = true;
	feed(o, THEIR_HEADER STARTTLS);
	stream_tls_done(o->s);
	feed(o, THEIR_HEADER EXTERNAL THEIR_HEADER);
	assert_int_equal(stream_state(o->s), STREAM_OPEN);
	buf_reset(&o->out);
}

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

#define FEATURES(inner) "<stream:features>" inner "</stream:features>"
#define MECHANISMS                                                             \
	"<mechanisms xmlns='" NS_SASL "'><mechanism>EXTERNAL</mechanism>"     \
	"</mechanisms>"
#define OUR_HEADER_ANSWER                                                      \
	HEADER("id='p1' from='" THEIRS "' to='" OURS "' version='1.0'")

/* T-01, T-02, C-09, M-01: the way out, with everything. */
static void
an_outbound_stream_takes_tls_external_and_acks(void **state)
{
	struct owner o;
	struct xml *x;

	(void)state;
	begin(&o, STREAM_OUT, required);
	expect(&o, "from='" OURS "'", "to='" THEIRS "'", "version='1.0'",
	    NULL);
	feed(&o, OUR_HEADER_ANSWER FEATURES(""));
	expect(&o, "<starttls", NULL); /* though not offered: T-02 */
	feed(&o, "<proceed xmlns='" NS_TLS "'/>");
	assert_true(o.tls_started);
	o.proves = true;
	stream_tls_done(o.s);
	expect(&o, "<stream:stream", NULL);
	feed(&o, OUR_HEADER_ANSWER FEATURES(MECHANISMS));
	assert_true(o.ready);
	stream_authenticate(o.s);
	expect(&o, "mechanism='EXTERNAL'", "c2lwLmV4YW1wbGU=", NULL);
	feed(&o, "<success xmlns='" NS_SASL "'/>");
	expect(&o, "<stream:stream", NULL);
	feed(&o, OUR_HEADER_ANSWER FEATURES("<sm xmlns='" NS_SM "'/>"));
	expect(&o, "<enable", NULL);
	assert_false(stream_can_send(o.s));
	feed(&o, "<enabled xmlns='" NS_SM "'/>");
	assert_true(o.opened);
	x = stanza_message(STANZA_TYPE_CHAT, "a@" OURS, "b@" THEIRS, "1");
	stream_send(o.s, x);
	stream_send(o.s, x);
	expect(&o, "<message ", "<r xmlns='" NS_SM, NULL);
	assert_int_equal(o.acked, 0);
	feed(&o, "<a xmlns='" NS_SM "' h='1'/>");
	assert_int_equal(o.acked, 1);
	expect(&o, "<r xmlns='" NS_SM, NULL);
	feed(&o, "<a xmlns='" NS_SM "' h='3'/>"); /* M-03 */
	expect(&o, "undefined-condition", "handled-count-too-high", NULL);
	assert_int_equal(o.acked, 1);
	xml_free(x);
	finish(&o);
}

/* C-11, C-15 */
static void
without_external_the_way_out_is_dialback_or_nothing(void **state)
{
	static const struct stream_policy both = {
		STREAM_REQUIRED, STREAM_OPTIONAL, true
	};
	char key[DIALBACK_KEY_SIZE];
	struct owner o;
	int round;

	(void)state;
	for (round = 0; round < 3; round++) {
		/* 0: not offered; 1: offered and refused; 2: not allowed */
		begin(&o, STREAM_OUT, round == 2 ? required : both);
		feed(&o, OUR_HEADER_ANSWER FEATURES(STARTTLS)
		    "<proceed xmlns='" NS_TLS "'/>");
		o.proves = round == 1;
		stream_tls_done(o.s);
		if (round == 0)
			feed(&o, OUR_HEADER_ANSWER FEATURES(""));
		else
			feed(&o, OUR_HEADER_ANSWER FEATURES(MECHANISMS));
		buf_reset(&o.out);
		stream_authenticate(o.s);
		if (round == 1)
			feed(&o, "<failure xmlns='" NS_SASL
			    "'><not-authorized/></failure>");
		if (round == 2) {
			expect(&o, "</stream:stream>", NULL);
			feed(&o, "</stream:stream>");
			assert_int_equal(o.end.kind, STREAM_END_NO_METHOD);
			assert_non_null(strstr(o.end.text, "certificate"));
			finish(&o);
			continue;
		}
		dialback_key("s3cr3t", THEIRS, OURS, "p1", key);
		expect(&o, "<db:result", key, NULL);
		feed(&o, "<db:result from='" THEIRS "' to='" OURS
		    "' type='valid'/>");
		assert_true(stream_can_send(o.s));
		finish(&o);
	}
}

/* D-02 */
static void
a_refused_key_is_a_refusal_with_its_condition(void **state)
{
	struct owner o;

	(void)state;
	begin(&o, STREAM_OUT, clear_only);
	feed(&o, OUR_HEADER_ANSWER FEATURES(""));
	stream_authenticate(o.s);
	feed(&o, "<db:result from='" THEIRS "' to='" OURS
	    "' type='error'><error type='cancel'><item-not-found xmlns='"
	    NS_STANZA_ERROR "'/></error></db:result></stream:stream>");
	assert_true(o.ended);
	assert_int_equal(o.end.kind, STREAM_END_REFUSED);
	assert_string_equal(o.end.condition, "item-not-found");
	finish(&o);
}

/* S-06: no version, no features; clear dialback where that is allowed. */
static void
a_peer_from_before_1_0_gets_dialback_or_nothing(void **state)
{
	struct owner o;

	(void)state;
	begin(&o, STREAM_OUT, clear_only);
	feed(&o, HEADER("id='p1'"));
	assert_true(o.ready);
	stream_authenticate(o.s);
	expect(&o, "<db:result", NULL);
	finish(&o);
	begin(&o, STREAM_OUT, required);
	feed(&o, HEADER("id='p1'"));
	expect(&o, "</stream:stream>", NULL);
	finish(&o);
}

/* The promise of the architecture: <a/> only after the owner's report. */
static void
a_stanza_is_acknowledged_when_its_result_is_there(void **state)
{
	struct owner o;
	int i;

	(void)state;
	begin_open(&o);
	feed(&o, GOOD_MESSAGE);
	feed(&o, "<enable xmlns='" NS_SM "'/>");
	expect(&o, "<enabled", NULL);
	feed(&o, GOOD_MESSAGE GOOD_MESSAGE "<r xmlns='" NS_SM "'/>");
	expect(&o, "h='0'", NULL);
	stream_stanza_done(o.s, 3);
	expect_not(&o, "<a ");
	stream_stanza_done(o.s, 1); /* came before enable: not counted */
	expect_not(&o, "<a ");
	stream_stanza_done(o.s, 2);
	expect(&o, "h='2'", NULL);
	stream_stanza_done(o.s, 2);
	stream_stanza_done(o.s, 77);
	assert_int_equal(o.out.len, 0);
	/* Ten unasked results are told all the same. */
	for (i = 0; i < 10; i++) {
		feed(&o, GOOD_MESSAGE);
		stream_stanza_done(o.s, o.last_seq);
	}
	expect(&o, "h='12'", NULL);
	feed(&o, "<enable xmlns='" NS_SM "'/>");
	expect(&o, "<failed", "unexpected-request", NULL);
	feed(&o, "<resume xmlns='" NS_SM "' h='0' previd='x'/>");
	expect(&o, "<failed", "feature-not-implemented", NULL);
	finish(&o);
}

static void
too_many_open_stanzas_stop_the_reading(void **state)
{
	struct owner o;
	int i;

	(void)state;
	begin_open(&o);
	for (i = 0; i < 400 && !o.paused; i++) {
		loop_clock_advance(o.loop, 10); /* below the rate limit */
		feed(&o, GOOD_MESSAGE);
	}
	assert_int_equal(o.stanzas, 256);
	feed(&o, GOOD_MESSAGE);
	assert_int_equal(o.stanzas, 256);
	stream_stanza_done(o.s, 1);
	assert_int_equal(o.stanzas, 257);
	finish(&o);
}

/* G-04 */
static void
more_than_the_rate_waits_and_nothing_is_lost(void **state)
{
	struct owner o;
	int i;

	(void)state;
	begin_open(&o);
	o.report_at_once = true;
	for (i = 0; i < 400; i++)
		feed(&o, GOOD_MESSAGE);
	assert_true(o.paused);
	assert_in_range(o.stanzas, 190, 210);
	loop_clock_advance(o.loop, 2000);
	assert_int_equal(o.stanzas, 400);
	finish(&o);
}

/* K-01, K-04 */
static void
elements_over_the_limit_end_the_stream(void **state)
{
	struct buf b = { 0 };
	struct owner o;

	(void)state;
	buf_add_str(&b, "<message from='a@" THEIRS "' to='b@" OURS "'><body>");
	buf_add_fill(&b, 'x', 100000);
	buf_add_str(&b, "</body></message>");
	begin(&o, STREAM_IN, anything);
	feed(&o, THEIR_HEADER);
	feed(&o, buf_text(&b));
	expect(&o, "policy-violation", "stanza-too-big", NULL);
	finish(&o);
	begin_open(&o);
	feed(&o, buf_text(&b));
	assert_int_equal(o.stanzas, 1);
	buf_reset(&b);
	buf_add_str(&b, "<message from='a@" THEIRS "' to='b@" OURS "'><body>");
	buf_add_fill(&b, 'x', 300000);
	feed(&o, buf_text(&b));
	expect(&o, "policy-violation", "stanza-too-big", NULL);
	buf_clear(&b);
	finish(&o);
}

/* K-08, K-09, K-11 */
static void
closing_waits_for_the_peer_but_not_for_ever(void **state)
{
	struct owner o;

	(void)state;
	begin_open(&o);
	stream_close(o.s);
	expect(&o, "</stream:stream>", NULL);
	feed(&o, GOOD_MESSAGE);
	assert_int_equal(o.stanzas, 0);
	assert_false(o.ended);
	loop_clock_advance(o.loop, 5001);
	assert_true(o.ended);
	finish(&o);
	begin_open(&o);
	feed(&o, "</stream:stream>");
	expect(&o, "</stream:stream>", NULL);
	assert_true(o.ended);
	assert_false(o.closed_now);
	assert_int_equal(o.end.kind, STREAM_END_CLOSED);
	finish(&o);
}

static void
silence_before_the_proof_has_limits(void **state)
{
	struct owner o;

	(void)state;
	begin(&o, STREAM_IN, required);
	loop_clock_advance(o.loop, 10001);
	expect(&o, "connection-timeout", NULL);
	finish(&o);
	begin(&o, STREAM_IN, required);
	feed(&o, THEIR_HEADER);
	loop_clock_advance(o.loop, 59000);
	expect_not(&o, "connection-timeout");
	loop_clock_advance(o.loop, 2000);
	expect(&o, "connection-timeout", NULL);
	finish(&o);
	begin(&o, STREAM_OUT, required);
	loop_clock_advance(o.loop, 70000);
	assert_true(o.ended);
	assert_int_equal(o.end.kind, STREAM_END_TIMEOUT);
	finish(&o);
}

/* K-05..K-07 */
static void
an_open_stream_is_kept_alive_and_ends_when_idle(void **state)
{
	struct owner o;

	(void)state;
	begin(&o, STREAM_IN, required);
	o.proves = true;
	o.keepalive_ms = 300000;
	o.inactivity_ms = 600000;
	feed(&o, THEIR_HEADER STARTTLS);
	stream_tls_done(o.s);
	feed(&o, THEIR_HEADER EXTERNAL THEIR_HEADER);
	buf_reset(&o.out);
	loop_clock_advance(o.loop, 299000);
	assert_int_equal(o.out.len, 0);
	loop_clock_advance(o.loop, 2000);
	assert_string_equal(buf_text(&o.out), " ");
	feed(&o, " ");
	loop_clock_advance(o.loop, 290000);
	feed(&o, " ");
	loop_clock_advance(o.loop, 15000);
	expect(&o, "</stream:stream>", NULL); /* no stanza in 600 s */
	finish(&o);
	/* A partner that says nothing at all. */
	begin(&o, STREAM_IN, required);
	o.proves = true;
	o.keepalive_ms = 300000;
	feed(&o, THEIR_HEADER STARTTLS);
	stream_tls_done(o.s);
	feed(&o, THEIR_HEADER EXTERNAL THEIR_HEADER);
	loop_clock_advance(o.loop, 361000);
	expect(&o, "connection-timeout", NULL);
	finish(&o);
}

static void
the_peers_error_is_kept_word_for_word(void **state)
{
	struct owner o;

	(void)state;
	begin(&o, STREAM_OUT, required);
	feed(&o, OUR_HEADER_ANSWER "<stream:error><host-unknown xmlns='"
	    NS_STREAM_ERROR "'/><text xmlns='" NS_STREAM_ERROR
	    "'>not here</text></stream:error></stream:stream>");
	assert_true(o.ended);
	assert_int_equal(o.end.kind, STREAM_END_PEER_ERROR);
	assert_string_equal(o.end.condition, "host-unknown");
	assert_string_equal(o.end.text, "not here");
	finish(&o);
}

/* T-05 */
static void
a_failed_handshake_ends_without_a_word(void **state)
{
	struct fault f;
	struct owner o;

	(void)state;
	begin(&o, STREAM_IN, required);
	feed(&o, THEIR_HEADER STARTTLS);
	buf_reset(&o.out);
	fault_set(&f, FAULT_SECURITY, "handshake failed");
	stream_lost(o.s, &f);
	assert_true(o.ended);
	assert_int_equal(o.out.len, 0);
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
		cmocka_unit_test(
		    an_outbound_stream_takes_tls_external_and_acks),
		cmocka_unit_test(
		    without_external_the_way_out_is_dialback_or_nothing),
		cmocka_unit_test(
		    a_refused_key_is_a_refusal_with_its_condition),
		cmocka_unit_test(
		    a_peer_from_before_1_0_gets_dialback_or_nothing),
		cmocka_unit_test(
		    a_stanza_is_acknowledged_when_its_result_is_there),
		cmocka_unit_test(too_many_open_stanzas_stop_the_reading),
		cmocka_unit_test(more_than_the_rate_waits_and_nothing_is_lost),
		cmocka_unit_test(elements_over_the_limit_end_the_stream),
		cmocka_unit_test(closing_waits_for_the_peer_but_not_for_ever),
		cmocka_unit_test(silence_before_the_proof_has_limits),
		cmocka_unit_test(
		    an_open_stream_is_kept_alive_and_ends_when_idle),
		cmocka_unit_test(the_peers_error_is_kept_word_for_word),
		cmocka_unit_test(a_failed_handshake_ends_without_a_word),
	};

	log_open_fd(-1, LOG_LEVEL_NONE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
