/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two proxies, each with a translator of the test's own behind its link: what
 * a partner sends comes out inside, and the result goes all the way back.
 */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/object.h"
#include "gateway/proxy.h"
#include "net/conn.h"
#include "pki.h"

#define OURS   "sip.example"
#define THEIRS "xmpp.example"

struct side {
	struct proxy *p;
	struct link *inner; /* the translator's end */
	unsigned int stanzas, problems;
	char last[1024]; /* the last stanza that came to the translator */
	enum stanza_condition answer;
	bool hold;
	uint64_t token;
	bool stopped;
};

static struct pki pki;
static struct loop *loop;
static struct resolver *dns;
static struct side a, b;
static struct live *journal; /* of the next side that is opened */

static void
on_problem(void *arg, const char *key, enum evlog_id event, const char *text)
{
	(void)key;
	(void)event;
	if (text != NULL)
		((struct side *)arg)->problems++;
}

static void
on_stanza(struct link *k, const struct link_stanza *s, void *arg)
{
	struct side *side = arg;
	char *text = xml_write_text(s->x, NULL);

	side->stanzas++;
	side->token = s->token;
	(void)snprintf(side->last, sizeof(side->last), "%s", text);
	mem_free(text);
	xml_free(s->x);
	if (!side->hold)
		link_result(k, s->token, side->answer, "because");
}

static const struct link_ops inner_ops = { .on_stanza = on_stanza };

static struct tls_identity *
internal_identity(const char *role)
{
	struct cert_want w = { .server_auth = true, .client_auth = true };

	return pki_identity_as(&pki, &w, role, "127.0.0.1");
}

static void
side_open(struct side *s, const char *hosted, const char *partner,
    const struct link_limits *limits, bool with_inner)
{
	struct proxy_opts o = { .loop = loop, .resolver = dns,
		.link_limits = limits, .live = journal,
		.problem = on_problem, .arg = s };
	struct tls_identity *id;
	struct tls_trust *trust = pki_trust(&pki);
	struct s2s_config *c = s2s_config_new();
	struct addr at;
	char srv[64];
	struct fault f;

	memset(s, 0, sizeof(*s));
	s->p = proxy_open(&o);
	assert_int_equal(addr_parse("127.0.0.1:0", 0, &at, NULL), 0);
	s2s_config_add_hosted(c, hosted);
	(void)s2s_config_add_partner(c, partner);
	id = pki_identity(&pki, hosted, NULL);
	s2s_config_add_identity(c, id);
	tls_identity_unref(id);
	c->trust = tls_trust_ref(trust);
	s2s_config_seal(c);
	assert_int_equal(proxy_configure(s->p, c, &f), 0);
	s2s_config_unref(c);
	assert_int_equal(proxy_listen_fd_take(s->p, "xmpp",
	    net_bind(&at, true, &f), &f), 0);
	id = internal_identity("uri:urn:fedsh:role:RTCXMPPTGWPX");
	assert_int_equal(proxy_set_link_tls(s->p, id, trust, &f), 0);
	tls_identity_unref(id);
	assert_int_equal(proxy_listen_fd_take(s->p, "link",
	    net_bind(&at, true, &f), &f), 0);
	(void)snprintf(srv, sizeof(srv), "_xmpp-server._tcp.%s", hosted);
	resolver_fake_srv(dns, srv, 0, 0, addr_port(proxy_xmpp_addr(s->p)),
	    "host.example");
	s->inner = link_open(loop, NULL, &inner_ops, s);
	id = internal_identity("uri:urn:fedsh:role:RTCXMPPTGW");
	assert_int_equal(link_set_tls(s->inner, id, trust, "RTCXMPPTGWPX",
	    &f), 0);
	tls_identity_unref(id);
	tls_trust_unref(trust);
	if (with_inner)
		link_connect(s->inner, proxy_link_addr(s->p), 1);
}

static int
set_up(void **state)
{
	(void)state;
	loop = loop_new(NULL);
	dns = resolver_fake_new(loop);
	resolver_fake_addr(dns, "host.example", "127.0.0.1");
	return 0;
}

static void
side_close(struct side *s)
{
	link_close(s->inner);
	proxy_close(s->p);
	memset(s, 0, sizeof(*s));
}

static int
tear_down(void **state)
{
	(void)state;
	side_close(&a);
	side_close(&b);
	while (loop_turn(loop, 50))
		continue;
	resolver_free(dns);
	loop_free(loop);
	return 0;
}

#define WAIT_FOR(condition)                                                    \
	do {                                                                   \
		int64_t until = loop_now(loop) + 10000;                       \
		while (!(condition)) {                                         \
			if (loop_now(loop) > until)                            \
				fail_msg("never: %s (a: %s) (b: %s)",          \
				    #condition, a.last, b.last);               \
			(void)loop_turn(loop, 50);                             \
		}                                                              \
	} while (0)

struct outcome {
	int told;
	enum stanza_condition c;
};

static void
on_result(void *arg, enum stanza_condition c, const char *text)
{
	struct outcome *o = arg;

	(void)text;
	o->told++;
	o->c = c;
}

static void
send_message(struct side *s, const char *from, const char *to,
    struct outcome *o)
{
	struct xml *x = stanza_message(STANZA_TYPE_CHAT, from, to, "m7");

	(void)xml_add_with_text(x, "body", NULL, "hello");
	link_send_take(s->inner, x, NULL, "t", on_result, o);
}

static void
a_stanza_goes_from_translator_to_translator(void **state)
{
	struct outcome o = { 0 };

	(void)state;
	side_open(&a, OURS, THEIRS, NULL, true);
	side_open(&b, THEIRS, OURS, NULL, true);
	send_message(&a, "ann@" OURS "/x", "bob@" THEIRS, &o);
	WAIT_FOR(o.told == 1);
	assert_int_equal(o.c, CONDITION_NONE);
	assert_int_equal(b.stanzas, 1);
	assert_non_null(strstr(b.last, "<body>hello</body>"));
}

/* The receiving translator's no comes back as a stanza error. */
static void
a_refusal_inside_becomes_a_stanza_error(void **state)
{
	struct outcome o = { 0 };

	(void)state;
	side_open(&a, OURS, THEIRS, NULL, true);
	side_open(&b, THEIRS, OURS, NULL, true);
	b.answer = CONDITION_SERVICE_UNAVAILABLE;
	send_message(&a, "ann@" OURS "/x", "bob@" THEIRS, &o);
	WAIT_FOR(o.told == 1 && a.stanzas == 1);
	assert_int_equal(o.c, CONDITION_NONE); /* it was with the peer */
	assert_non_null(strstr(a.last, "service-unavailable"));
	assert_non_null(strstr(a.last, "because"));
	assert_non_null(strstr(a.last, "id='m7'"));
	assert_non_null(strstr(a.last, "to='ann@" OURS "/x'"));
	assert_null(strstr(a.last, "hello"));
	/* An error that is refused ends there. */
	assert_int_equal(b.stanzas, 1);
}

static void
the_result_inside_is_what_the_partner_waits_for(void **state)
{
	struct outcome o = { 0 };
	int i;

	(void)state;
	side_open(&a, OURS, THEIRS, NULL, true);
	side_open(&b, THEIRS, OURS, NULL, true);
	b.hold = true;
	send_message(&a, "ann@" OURS, "bob@" THEIRS, &o);
	WAIT_FOR(b.stanzas == 1);
	for (i = 0; i < 20; i++)
		(void)loop_turn(loop, 5);
	assert_int_equal(o.told, 0);
	link_result(b.inner, b.token, CONDITION_NONE, NULL);
	WAIT_FOR(o.told == 1);
}

static void
without_a_translator_stanzas_are_held_then_bounced(void **state)
{
	struct link_limits limits = { .deadline_ms = 500 };
	struct outcome o = { 0 };

	(void)state;
	side_open(&a, OURS, THEIRS, NULL, true);
	side_open(&b, THEIRS, OURS, &limits, false);
	send_message(&a, "ann@" OURS, "bob@" THEIRS, &o);
	WAIT_FOR(o.told == 1 && a.stanzas == 1);
	assert_non_null(strstr(a.last, "remote-server-timeout"));
	/* One that comes in time is served. */
	link_connect(b.inner, proxy_link_addr(b.p), 1);
	send_message(&a, "ann@" OURS, "bob@" THEIRS, &o);
	WAIT_FOR(o.told == 2 && b.stanzas == 1);
}

static void
iqs_to_the_domain_are_answered_at_the_edge(void **state)
{
	struct outcome o = { 0 };
	struct xml *x;

	(void)state;
	side_open(&a, OURS, THEIRS, NULL, true);
	side_open(&b, THEIRS, OURS, NULL, true);
	x = stanza_iq(STANZA_TYPE_GET, "ann@" OURS "/x", THEIRS, "p1");
	(void)xml_add(x, "ping", NS_PING);
	link_send_take(a.inner, x, NULL, NULL, on_result, &o);
	WAIT_FOR(a.stanzas == 1);
	assert_non_null(strstr(a.last, "type='result'"));
	assert_non_null(strstr(a.last, "id='p1'"));
	assert_int_equal(b.stanzas, 0);
}

/* A-06 */
static void
a_malformed_recipient_is_bounced_at_the_edge(void **state)
{
	struct outcome o = { 0 };

	(void)state;
	side_open(&a, OURS, THEIRS, NULL, true);
	side_open(&b, THEIRS, OURS, NULL, true);
	send_message(&a, "ann@" OURS, "b&b@" THEIRS, &o);
	WAIT_FOR(a.stanzas == 1);
	assert_non_null(strstr(a.last, "jid-malformed"));
	assert_int_equal(b.stanzas, 0);
}

static void
a_partner_not_on_the_list_is_an_answer_to_the_translator(void **state)
{
	struct outcome o = { 0 };

	(void)state;
	side_open(&a, OURS, THEIRS, NULL, true);
	side_open(&b, THEIRS, OURS, NULL, true);
	send_message(&a, "ann@" OURS, "bob@elsewhere.example", &o);
	WAIT_FOR(o.told == 1);
	assert_int_equal(o.c, CONDITION_POLICY_VIOLATION);
}

/* What a crash left without a result is returned by the next process. */
static void
messages_of_before_a_crash_are_returned(void **state)
{
	static const char stub[] = "<message xmlns='jabber:server' id='m9' "
	    "type='chat' from='ann@" OURS "/x' to='bob@" THEIRS "'/>";
	char dir_name[] = "/tmp/fedsh-px-XXXXXX";
	struct fault f;
	int dir;

	(void)state;
	assert_non_null(mkdtemp(dir_name));
	dir = open(dir_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	side_open(&a, OURS, THEIRS, NULL, true);
	assert_int_equal(live_open(dir, "j", &journal, &f), 0);
	assert_int_equal(live_put(journal, "0123456789abcdef", 16, stub,
	    sizeof(stub) - 1, &f), 0);
	side_open(&b, THEIRS, OURS, NULL, true);
	WAIT_FOR(a.stanzas == 1);
	assert_non_null(strstr(a.last, "id='m9'"));
	assert_non_null(strstr(a.last, "remote-server-timeout"));
	assert_non_null(strstr(a.last, "to='ann@" OURS "/x'"));
	WAIT_FOR(live_count(journal) == 0);
	side_close(&b);
	live_close(journal);
	journal = NULL;
	(void)unlinkat(dir, "j", 0);
	(void)close(dir);
	(void)rmdir(dir_name);
}

static unsigned int n_reported;

static void
count_object(struct value v, void *arg)
{
	(void)arg;
	assert_true(value_is_object(v));
	n_reported++;
}

static void
reports_tell_streams_and_counts(void **state)
{
	static const char *const names[] = { "streams", "pairs", "status",
		"counters" };
	struct outcome o = { 0 };
	struct fault f;
	size_t i;

	(void)state;
	side_open(&a, OURS, THEIRS, NULL, true);
	side_open(&b, THEIRS, OURS, NULL, true);
	send_message(&a, "ann@" OURS, "bob@" THEIRS, &o);
	WAIT_FOR(o.told == 1);
	for (i = 0; i < 4; i++) {
		n_reported = 0;
		assert_int_equal(proxy_report(a.p, names[i], count_object,
		    NULL, &f), 0);
		assert_int_equal(n_reported, 1);
	}
	assert_int_equal(proxy_report(a.p, "x", count_object, NULL, &f), -1);
	assert_int_equal(proxy_counters(a.p)->stanzas_out, 1);
}

static void
on_stopped(void *arg)
{
	((struct side *)arg)->stopped = true;
}

static void
stopping_ends_the_streams_and_says_when(void **state)
{
	struct outcome o = { 0 };

	(void)state;
	side_open(&a, OURS, THEIRS, NULL, true);
	side_open(&b, THEIRS, OURS, NULL, true);
	send_message(&a, "ann@" OURS, "bob@" THEIRS, &o);
	WAIT_FOR(o.told == 1);
	proxy_stop(b.p, on_stopped, &b);
	WAIT_FOR(b.stopped);
}

static void
a_missing_certificate_is_a_problem_not_an_end(void **state)
{
	struct s2s_config *c = s2s_config_new();

	(void)state;
	side_open(&a, OURS, THEIRS, NULL, false);
	side_open(&b, THEIRS, OURS, NULL, false);
	assert_int_equal(a.problems, 0);
	s2s_config_add_hosted(c, OURS);
	s2s_config_seal(c);
	assert_int_equal(proxy_configure(a.p, c, NULL), 0);
	s2s_config_unref(c);
	assert_int_equal(a.problems, 1);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(a_stanza_goes_from_translator_to_translator),
		CASE(a_refusal_inside_becomes_a_stanza_error),
		CASE(the_result_inside_is_what_the_partner_waits_for),
		CASE(without_a_translator_stanzas_are_held_then_bounced),
		CASE(iqs_to_the_domain_are_answered_at_the_edge),
		CASE(a_malformed_recipient_is_bounced_at_the_edge),
		CASE(a_partner_not_on_the_list_is_an_answer_to_the_translator),
		CASE(messages_of_before_a_crash_are_returned),
		CASE(reports_tell_streams_and_counts),
		CASE(stopping_ends_the_streams_and_says_when),
		CASE(a_missing_certificate_is_a_problem_not_an_end),
	};
	int rc;

	log_open_fd(getenv("TEST_LOG") != NULL ? 2 : -1, LOG_LEVEL_DEBUG);
	if (pki_open(&pki) < 0)
		return 1;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	pki_close(&pki);
	return rc;
}
