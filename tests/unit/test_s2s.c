/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two stream managers on loopback, with TLS, a PKI made here and a DNS of the
 * test's own: the whole way of a stanza between servers.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/xmpp/s2s.h"
#include "net/conn.h"
#include "pki.h"

#define OURS   "sip.example"
#define THEIRS "xmpp.example"

struct side {
	struct s2s *m;
	struct s2s_config *config;
	unsigned int stanzas, events[S2S_EVENTS];
	struct s2s_receipt receipts[2048];
	char last_body[64], last_text[320], last_method[32];
	bool hold; /* do not report results */
	bool shut;
};

static struct pki pki;
static struct loop *loop;
static struct resolver *dns;
static struct side a, b; /* a hosts OURS, b hosts THEIRS */

static void
on_stanza(struct s2s *m, struct xml *x, const struct s2s_receipt *r,
    const char *session, void *arg)
{
	struct side *s = arg;
	const char *body = xml_child_text(x, "body", NULL);

	(void)session;
	(void)snprintf(s->last_body, sizeof(s->last_body), "%s",
	    body != NULL ? body : "");
	if (s->stanzas < 2048)
		s->receipts[s->stanzas] = *r;
	s->stanzas++;
	xml_free(x);
	if (!s->hold)
		s2s_result(m, r);
}

static void
on_event(struct s2s *m, const struct s2s_event *e, void *arg)
{
	struct side *s = arg;

	(void)m;
	s->events[e->kind]++;
	(void)snprintf(s->last_text, sizeof(s->last_text), "%s", e->text);
	if (e->kind == S2S_IN_OPENED || e->kind == S2S_OUT_OPENED)
		(void)snprintf(s->last_method, sizeof(s->last_method), "%s",
		    e->method);
}

static void
on_shutdown(struct s2s *m, void *arg)
{
	(void)m;
	((struct side *)arg)->shut = true;
}

static const struct s2s_ops ops = {
	.on_stanza = on_stanza,
	.on_event = on_event,
	.on_shutdown = on_shutdown,
};

/* What became of a stanza. */
struct outcome {
	int told;
	enum stanza_condition c;
	char text[160];
};

static void
on_result(void *arg, enum stanza_condition c, const char *text)
{
	struct outcome *o = arg;

	o->told++;
	o->c = c;
	(void)snprintf(o->text, sizeof(o->text), "%s",
	    text != NULL ? text : "");
}

static struct s2s_config *
config_for(const char *hosted, const char *partner,
    struct stream_policy policy, struct tls_identity *id)
{
	struct s2s_config *c = s2s_config_new();
	struct s2s_partner *p;
	struct addr at;

	assert_int_equal(addr_parse("127.0.0.1:0", 0, &at, NULL), 0);
	s2s_config_add_hosted(c, hosted);
	if (partner != NULL) {
		p = s2s_config_add_partner(c, partner);
		p->policy = policy;
	}
	if (id != NULL)
		s2s_config_add_identity(c, id);
	c->trust = pki_trust(&pki);
	s2s_config_add_listen(c, &at);
	s2s_config_seal(c);
	return c;
}

static void
side_open(struct side *s, const char *hosted, const char *partner,
    struct stream_policy policy, const char *cert_name)
{
	struct tls_identity *id = cert_name == NULL ? NULL :
	    pki_identity(&pki, cert_name, NULL);
	char target[64];
	struct fault f;

	memset(s, 0, sizeof(*s));
	s->m = s2s_open(loop, dns, &ops, s);
	s->config = config_for(hosted, partner, policy, id);
	tls_identity_unref(id);
	if (s2s_configure(s->m, s->config, &f) < 0)
		fail_msg("%s", f.text);
	(void)snprintf(target, sizeof(target), "_xmpp-server._tcp.%s",
	    hosted);
	resolver_fake_srv(dns, target, 5, 0,
	    addr_port(s2s_listen_addr(s->m, 0)), "localhost.example");
}

static void
side_close(struct side *s)
{
	s2s_close(s->m);
	s2s_config_unref(s->config);
}

static int
set_up(void **state)
{
	(void)state;
	loop = loop_new(NULL);
	dns = resolver_fake_new(loop);
	resolver_fake_addr(dns, "localhost.example", "127.0.0.1");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	if (a.m != NULL)
		side_close(&a);
	if (b.m != NULL)
		side_close(&b);
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	/* Connections that still say goodbye. */
	while (loop_turn(loop, 50))
		continue;
	resolver_free(dns);
	loop_free(loop);
	return 0;
}

/* Turns the loop until the condition holds; ten seconds are too long. */
#define WAIT_FOR(condition)                                                    \
	do {                                                                   \
		int64_t until = loop_now(loop) + 10000;                       \
		while (!(condition)) {                                         \
			if (loop_now(loop) > until)                            \
				fail_msg("never: %s (%s | %s)", #condition,    \
				    a.last_text, b.last_text);                 \
			(void)loop_turn(loop, 50);                             \
		}                                                              \
	} while (0)

static void
send_from(struct side *s, const char *from, const char *to, const char *body,
    struct outcome *o)
{
	struct xml *x = stanza_message(STANZA_TYPE_CHAT, from, to, "m1");

	(void)xml_add_with_text(x, "body", NULL, body);
	s2s_send_take(s->m, x, 0, on_result, o);
}

static const struct stream_policy required = {
	STREAM_REQUIRED, STREAM_REQUIRED, true
};
static const struct stream_policy tls_optional = {
	STREAM_REQUIRED, STREAM_OPTIONAL, true
};
static const struct stream_policy tls_dialback = {
	STREAM_REQUIRED, STREAM_NOT_SUPPORTED, true
};
static const struct stream_policy clear_only = {
	STREAM_NOT_SUPPORTED, STREAM_NOT_SUPPORTED, true
};

static void
one_message(const char *method)
{
	struct outcome o = { 0 };

	send_from(&a, "ann@" OURS, "bob@" THEIRS, "hello", &o);
	WAIT_FOR(o.told == 1 && b.stanzas == 1);
	assert_int_equal(o.c, CONDITION_NONE);
	assert_string_equal(b.last_body, "hello");
	assert_string_equal(a.last_method, method);
}

static void
a_message_travels_by_external_and_back(void **state)
{
	struct outcome o = { 0 };

	(void)state;
	side_open(&a, OURS, THEIRS, required, OURS);
	side_open(&b, THEIRS, OURS, required, THEIRS);
	one_message("EXTERNAL");
	assert_int_equal(a.events[S2S_OUT_OPENED], 1);
	assert_int_equal(b.events[S2S_IN_OPENED], 1);
	send_from(&b, "bob@" THEIRS, "ann@" OURS, "back", &o);
	WAIT_FOR(o.told == 1 && a.stanzas == 1);
	assert_string_equal(a.last_body, "back");
}

static void
a_message_travels_by_dialback_over_tls(void **state)
{
	(void)state;
	side_open(&a, OURS, THEIRS, tls_dialback, OURS);
	side_open(&b, THEIRS, OURS, tls_dialback, THEIRS);
	one_message("dialback");
	assert_int_equal(b.events[S2S_DIALBACK_FAILED], 0);
}

/* Self-signed on both sides: the certificate proves nothing, keys do. */
static void
certificates_nobody_trusts_leave_dialback(void **state)
{
	(void)state;
	side_open(&a, OURS, THEIRS, tls_optional, "other.example");
	side_open(&b, THEIRS, OURS, tls_optional, "other.example");
	one_message("dialback");
}

static void
a_message_travels_by_dialback_in_clear(void **state)
{
	(void)state;
	side_open(&a, OURS, THEIRS, clear_only, NULL);
	side_open(&b, THEIRS, OURS, clear_only, NULL);
	one_message("dialback");
}

/* C-07: what public CAs issue since 2026, and what must not do. */
static void
the_purpose_of_a_certificate_decides(void **state)
{
	static const struct {
		bool server, client, works;
	} rows[] = {
		{ false, false, true }, { true, false, true },
		{ false, true, false }, { true, true, true },
	};
	struct cert_want w;
	struct tls_identity *id;
	struct outcome o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (i > 0) {
			(void)tear_down(NULL);
			(void)set_up(NULL);
		}
		side_open(&a, OURS, THEIRS, required, OURS);
		side_open(&b, THEIRS, OURS, required, THEIRS);
		memset(&w, 0, sizeof(w));
		w.server_auth = rows[i].server;
		w.client_auth = rows[i].client;
		id = pki_identity_as(&pki, &w, OURS, NULL);
		s2s_config_unref(a.config);
		a.config = config_for(OURS, THEIRS, required, id);
		tls_identity_unref(id);
		assert_int_equal(s2s_configure(a.m, a.config, NULL), 0);
		memset(&o, 0, sizeof(o));
		send_from(&a, "ann@" OURS, "bob@" THEIRS, "x", &o);
		WAIT_FOR(o.told == 1);
		assert_int_equal(o.c, rows[i].works ? CONDITION_NONE :
		    CONDITION_REMOTE_SERVER_TIMEOUT);
	}
}

/* G-10 and the rule of section 10. */
static void
a_domain_on_no_list_is_refused(void **state)
{
	struct outcome o = { 0 };

	(void)state;
	side_open(&a, OURS, THEIRS, tls_dialback, "other.example");
	side_open(&b, THEIRS, NULL, required, THEIRS);
	send_from(&a, "ann@" OURS, "bob@" THEIRS, "x", &o);
	WAIT_FOR(o.told == 1);
	assert_int_equal(o.c, CONDITION_REMOTE_SERVER_TIMEOUT);
	assert_non_null(strstr(o.text, "not enabled"));
	assert_int_equal(b.events[S2S_PARTNER_REFUSED], 1);
	assert_int_equal(b.stanzas, 0);
	/* Nor do we send there. */
	send_from(&b, "bob@" THEIRS, "ann@" OURS, "x", &o);
	WAIT_FOR(o.told == 2);
	assert_int_equal(o.c, CONDITION_POLICY_VIOLATION);
}

/* ... but one that proves itself is heard, and can be answered. */
static void
a_stranger_with_a_certificate_gets_an_answer(void **state)
{
	struct outcome o = { 0 };

	(void)state;
	side_open(&a, OURS, THEIRS, required, OURS);
	side_open(&b, THEIRS, NULL, required, THEIRS);
	one_message("EXTERNAL");
	send_from(&b, "bob@" THEIRS, "ann@" OURS, "no", &o);
	WAIT_FOR(o.told == 1 && a.stanzas == 1);
	assert_int_equal(o.c, CONDITION_NONE);
}

/* R-02, R-06, R-07 */
static void
names_that_lead_nowhere_are_told_apart(void **state)
{
	struct outcome none = { 0 }, unknown = { 0 }, refused = { 0 };
	struct s2s_partner *p;
	struct s2s_config *c;

	(void)state;
	side_open(&a, OURS, THEIRS, required, OURS);
	c = s2s_config_new();
	s2s_config_add_hosted(c, OURS);
	p = s2s_config_add_partner(c, "none.example");
	s2s_partner_add_domain(p, "unknown.example");
	s2s_partner_add_domain(p, "refused.example");
	s2s_config_seal(c);
	assert_int_equal(s2s_configure(a.m, c, NULL), 0);
	s2s_config_unref(c);
	resolver_fake_srv(dns, "_xmpp-server._tcp.none.example", 0, 0, 0,
	    ".");
	resolver_fake_srv(dns, "_xmpp-server._tcp.refused.example", 0, 0, 1,
	    "localhost.example");
	send_from(&a, "ann@" OURS, "x@none.example", "1", &none);
	send_from(&a, "ann@" OURS, "x@unknown.example", "2", &unknown);
	send_from(&a, "ann@" OURS, "x@refused.example", "3", &refused);
	WAIT_FOR(none.told && unknown.told && refused.told);
	assert_int_equal(none.c, CONDITION_REMOTE_SERVER_NOT_FOUND);
	assert_int_equal(unknown.c, CONDITION_REMOTE_SERVER_NOT_FOUND);
	assert_int_equal(refused.c, CONDITION_REMOTE_SERVER_TIMEOUT);
	assert_int_equal(resolver_fake_count(dns, "none.example",
	    RESOLVER_A), 0);
	assert_int_equal(resolver_fake_count(dns, "unknown.example",
	    RESOLVER_AAAA), 1);
}

/* R-04: the first two targets refuse, the third accepts. */
static void
the_next_target_is_tried_when_one_refuses(void **state)
{
	struct outcome o = { 0 };

	(void)state;
	side_open(&a, OURS, THEIRS, required, OURS);
	resolver_fake_srv(dns, "_xmpp-server._tcp." THEIRS, 1, 0, 1,
	    "localhost.example");
	resolver_fake_srv(dns, "_xmpp-server._tcp." THEIRS, 2, 0, 9,
	    "localhost.example");
	side_open(&b, THEIRS, OURS, required, THEIRS);
	send_from(&a, "ann@" OURS, "bob@" THEIRS, "x", &o);
	WAIT_FOR(o.told == 1);
	assert_int_equal(o.c, CONDITION_NONE);
}

/* R-16 */
static void
we_do_not_connect_to_ourselves(void **state)
{
	struct outcome o = { 0 };
	struct s2s_config *c;
	char srv[] = "_xmpp-server._tcp.loop.example";
	struct addr at;

	(void)state;
	side_open(&a, OURS, THEIRS, required, OURS);
	at = *s2s_listen_addr(a.m, 0);
	resolver_fake_srv(dns, srv, 0, 0, addr_port(&at),
	    "localhost.example");
	c = s2s_config_new();
	s2s_config_add_hosted(c, OURS);
	(void)s2s_config_add_partner(c, "loop.example");
	s2s_config_add_listen(c, &at);
	s2s_config_seal(c);
	assert_int_equal(s2s_configure(a.m, c, NULL), 0);
	s2s_config_unref(c);
	send_from(&a, "ann@" OURS, "x@loop.example", "x", &o);
	WAIT_FOR(o.told == 1);
	assert_int_equal(o.c, CONDITION_REMOTE_SERVER_TIMEOUT);
	assert_non_null(strstr(o.text, "our own"));
	assert_int_equal(a.events[S2S_IN_FAILED], 0);
}

/* R-17 */
static void
a_proxy_fqdn_replaces_the_look_up(void **state)
{
	struct s2s_config *c;
	struct s2s_partner *p;
	struct tls_identity *id;
	struct outcome o = { 0 };
	char text[ADDR_TEXT_SIZE];

	(void)state;
	side_open(&a, OURS, THEIRS, required, OURS);
	side_open(&b, THEIRS, OURS, required, THEIRS);
	id = pki_identity(&pki, OURS, NULL);
	c = s2s_config_new();
	s2s_config_add_hosted(c, OURS);
	p = s2s_config_add_partner(c, THEIRS);
	p->proxy_fqdn = mem_strdup(addr_text(s2s_listen_addr(b.m, 0), text));
	s2s_config_add_identity(c, id);
	c->trust = pki_trust(&pki);
	s2s_config_seal(c);
	assert_int_equal(s2s_configure(a.m, c, NULL), 0);
	tls_identity_unref(id);
	s2s_config_unref(c);
	send_from(&a, "ann@" OURS, "bob@" THEIRS, "x", &o);
	WAIT_FOR(o.told == 1);
	assert_int_equal(o.c, CONDITION_NONE);
	assert_int_equal(resolver_fake_count(dns, "_xmpp-server._tcp." THEIRS,
	    RESOLVER_SRV), 0);
}

/* Z-04 and the promise: an acknowledged stanza is one with a result. */
static void
a_thousand_messages_keep_their_order_and_their_results(void **state)
{
	static struct outcome o[1000];
	char body[16];
	int i, told;

	(void)state;
	memset(o, 0, sizeof(o));
	side_open(&a, OURS, THEIRS, required, OURS);
	side_open(&b, THEIRS, OURS, required, THEIRS);
	b.config->stream.stanzas_per_s = 100000;
	for (i = 0; i < 1000; i++) {
		(void)snprintf(body, sizeof(body), "%d", i);
		send_from(&a, "ann@" OURS, "bob@" THEIRS, body, &o[i]);
	}
	do {
		WAIT_FOR(true);
		(void)loop_turn(loop, 50);
		for (told = i = 0; i < 1000; i++)
			told += o[i].told;
	} while (told < 1000);
	assert_int_equal(b.stanzas, 1000);
	assert_string_equal(b.last_body, "999");
	for (i = 0; i < 1000; i++) {
		assert_int_equal(o[i].told, 1);
		assert_int_equal(o[i].c, CONDITION_NONE);
	}
}

static void
no_result_no_acknowledgement(void **state)
{
	struct outcome o = { 0 };
	int i;

	(void)state;
	side_open(&a, OURS, THEIRS, required, OURS);
	side_open(&b, THEIRS, OURS, required, THEIRS);
	b.hold = true;
	send_from(&a, "ann@" OURS, "bob@" THEIRS, "x", &o);
	WAIT_FOR(b.stanzas == 1);
	for (i = 0; i < 20; i++)
		(void)loop_turn(loop, 10);
	assert_int_equal(o.told, 0);
	s2s_result(b.m, &b.receipts[0]);
	WAIT_FOR(o.told == 1);
	assert_int_equal(o.c, CONDITION_NONE);
}

/* M-04: lost once is sent again, lost twice is bounced. */
static void
what_was_not_acknowledged_is_sent_once_more(void **state)
{
	struct outcome o = { 0 };

	(void)state;
	side_open(&a, OURS, THEIRS, required, OURS);
	side_open(&b, THEIRS, OURS, required, THEIRS);
	b.hold = true;
	send_from(&a, "ann@" OURS, "bob@" THEIRS, "x", &o);
	WAIT_FOR(b.stanzas == 1);
	side_close(&b); /* everything of theirs is gone */
	side_open(&b, THEIRS, OURS, required, THEIRS);
	b.hold = true;
	/* The old target refuses, the new one accepts. */
	WAIT_FOR(b.stanzas == 1 || o.told == 1);
	if (o.told == 0) {
		side_close(&b);
		memset(&b, 0, sizeof(b));
	}
	WAIT_FOR(o.told == 1);
	assert_int_equal(o.c, CONDITION_REMOTE_SERVER_TIMEOUT);
}

/* G-05 */
static void
a_full_queue_answers(void **state)
{
	static struct outcome o[1002];
	int i;

	(void)state;
	memset(o, 0, sizeof(o));
	side_open(&a, OURS, THEIRS, required, OURS);
	resolver_fake_fail(dns, "_xmpp-server._tcp." THEIRS,
	    RESOLVER_TIMEOUT);
	for (i = 0; i < 1002; i++)
		send_from(&a, "ann@" OURS, "bob@" THEIRS, "x", &o[i]);
	WAIT_FOR(o[1001].told == 1);
	assert_int_equal(o[1000].c, CONDITION_RESOURCE_CONSTRAINT);
	assert_int_equal(o[999].told, 0);
	assert_int_equal(s2s_held(a.m), 1000);
}

/* G-01, G-02 */
static void
one_address_cannot_take_all_the_places(void **state)
{
	static const struct conn_ops idle = { 0 };
	struct conn *c[30];
	int i;

	(void)state;
	side_open(&a, OURS, THEIRS, required, OURS);
	for (i = 0; i < 30; i++)
		c[i] = conn_dial(loop, s2s_listen_addr(a.m, 0), NULL, &idle,
		    NULL, NULL);
	WAIT_FOR(a.events[S2S_LIMIT_REACHED] == 10);
	for (i = 0; i < 30; i++)
		conn_abort(c[i]);
	for (i = 0; i < 20; i++)
		(void)loop_turn(loop, 5);
}

static void
a_changed_configuration_ends_what_it_no_longer_allows(void **state)
{
	struct s2s_config *c;

	(void)state;
	side_open(&a, OURS, THEIRS, required, OURS);
	side_open(&b, THEIRS, OURS, required, THEIRS);
	one_message("EXTERNAL");
	assert_int_equal(s2s_stream_count(b.m, STREAM_IN), 1);
	c = config_for(THEIRS, NULL, required, NULL);
	assert_int_equal(s2s_configure(b.m, c, NULL), 0);
	s2s_config_unref(c);
	WAIT_FOR(a.events[S2S_OUT_CLOSED] == 1);
	assert_int_equal(b.events[S2S_NO_CERTIFICATE], 1);
}

static void
a_shutdown_says_so_and_drains(void **state)
{
	struct outcome o = { 0 }, late = { 0 };

	(void)state;
	side_open(&a, OURS, THEIRS, required, OURS);
	side_open(&b, THEIRS, OURS, required, THEIRS);
	one_message("EXTERNAL");
	b.hold = true;
	send_from(&a, "ann@" OURS, "bob@" THEIRS, "x", &o);
	WAIT_FOR(b.stanzas == 2);
	s2s_shutdown(a.m);
	send_from(&a, "ann@" OURS, "bob@" THEIRS, "y", &late);
	WAIT_FOR(late.told == 1);
	assert_int_equal(late.c, CONDITION_REMOTE_SERVER_TIMEOUT);
	assert_false(a.shut);
	s2s_result(b.m, &b.receipts[1]);
	WAIT_FOR(o.told == 1);
	assert_int_equal(o.c, CONDITION_NONE);
	WAIT_FOR(a.shut);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(a_message_travels_by_external_and_back),
		CASE(a_message_travels_by_dialback_over_tls),
		CASE(certificates_nobody_trusts_leave_dialback),
		CASE(a_message_travels_by_dialback_in_clear),
		CASE(the_purpose_of_a_certificate_decides),
		CASE(a_domain_on_no_list_is_refused),
		CASE(a_stranger_with_a_certificate_gets_an_answer),
		CASE(names_that_lead_nowhere_are_told_apart),
		CASE(the_next_target_is_tried_when_one_refuses),
		CASE(we_do_not_connect_to_ourselves),
		CASE(a_proxy_fqdn_replaces_the_look_up),
		CASE(a_thousand_messages_keep_their_order_and_their_results),
		CASE(no_result_no_acknowledgement),
		CASE(what_was_not_acknowledged_is_sent_once_more),
		CASE(a_full_queue_answers),
		CASE(one_address_cannot_take_all_the_places),
		CASE(a_changed_configuration_ends_what_it_no_longer_allows),
		CASE(a_shutdown_says_so_and_drains),
	};
	int rc;

	log_open_fd(getenv("TEST_LOG") != NULL ? 2 : -1, LOG_LEVEL_DEBUG);
	if (pki_open(&pki) < 0)
		return 1;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	pki_close(&pki);
	return rc;
}
