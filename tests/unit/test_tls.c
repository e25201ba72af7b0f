/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/mem.h"
#include "net_fixture.h"

static struct pki pki;

static int
open_pki(void **state)
{
	(void)state;
	pki_open(&pki);
	return 0;
}

static int
close_pki(void **state)
{
	(void)state;
	pki_close(&pki);
	return 0;
}

/* A handshake over a fresh pair; contexts are freed, ends stay open. */
struct meeting {
	struct tls_setup client, server;
	const char *sni, *fallback;
};

static void
meet(struct pair *p, const struct meeting *m)
{
	struct tls_ctx *client, *server;
	struct fault f;
	int i;

	pair_open(p);
	client = tls_ctx_new_client(&m->client, &f);
	server = tls_ctx_new_server(&m->server, &f);
	assert_non_null(client);
	assert_non_null(server);
	assert_int_equal(
	    conn_tls_connect(p->client.conn, client, m->sni, NULL, &f), 0);
	assert_int_equal(
	    conn_tls_accept(p->server.conn, server, m->fallback, &f), 0);
	tls_ctx_unref(client);
	tls_ctx_unref(server);
	for (i = 0; i < 3000 &&
	    !((p->client.tls || p->client.closed) &&
		(p->server.tls || p->server.closed));
	    i++)
		(void)loop_turn(p->loop, 1);
}

static void
both_sides_learn_about_each_other(void **state)
{
	struct tls_identity *a = pki_simple(&pki, "a.example");
	struct tls_identity *b = pki_simple(&pki, "b.example");
	struct meeting m = {
		.client = { .identities = &a, .n_identities = 1,
		    .trust = pki.trust, .verify = TLS_VERIFY_REQUIRE,
		    .alpn = "xmpp-server" },
		.server = { .identities = &b, .n_identities = 1,
		    .trust = pki.trust, .verify = TLS_VERIFY_REQUIRE,
		    .alpn = "xmpp-server" },
		.sni = "b.example",
	};
	struct pair p = { 0 };
	const struct tls_peer *peer;

	(void)state;
	meet(&p, &m);
	assert_true(p.client.tls && p.server.tls);
	peer = conn_tls_peer(p.client.conn);
	assert_true(tls_peer_trusted(peer));
	assert_string_equal(tls_peer_reason(peer), "");
	assert_true(tls_peer_matches(peer, TLS_NAME_XMPP, "b.example"));
	assert_false(tls_peer_matches(peer, TLS_NAME_XMPP, "a.example"));
	assert_string_equal(tls_peer_protocol(peer), "TLSv1.3");
	assert_string_equal(tls_peer_alpn(peer), "xmpp-server");
	assert_string_equal(tls_peer_names(peer), "dns:b.example");
	assert_string_equal(
	    tls_peer_fingerprint(peer), tls_identity_fingerprint(b));
	assert_string_equal(tls_peer_issuer(peer), "CN=Test CA");
	/* C-07: the client's certificate is for servers only. */
	peer = conn_tls_peer(p.server.conn);
	assert_true(tls_peer_trusted(peer));
	assert_true(tls_peer_matches(peer, TLS_NAME_XMPP, "a.example"));
	assert_string_equal(tls_peer_sni(peer), "b.example");
	(void)conn_write_str(p.client.conn, "secret");
	assert_true(turn_until_got(p.loop, &p.server, "secret"));
	pair_close(&p);
	tls_identity_unref(a);
	tls_identity_unref(b);
}

/* C-07: none, server, client, both. */
static void
only_certificates_for_servers_are_trusted(void **state)
{
	static const char *const name = "a.example";
	static const struct {
		bool server, client, trusted;
	} cases[] = {
		{ false, false, true },
		{ true, false, true },
		{ false, true, false },
		{ true, true, true },
	};
	struct tls_identity *b = pki_simple(&pki, "b.example"), *a;
	struct cert_want w = { .common_name = "x", .names = &name,
		.n_names = 1 };
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct meeting m = {
			.client = { .n_identities = 1, .trust = pki.trust,
			    .verify = TLS_VERIFY_RECORD },
			.server = { .identities = &b, .n_identities = 1,
			    .trust = pki.trust, .verify = TLS_VERIFY_RECORD },
		};
		struct pair p = { 0 };

		w.server_auth = cases[i].server;
		w.client_auth = cases[i].client;
		a = pki_identity(&pki, &w, false);
		m.client.identities = &a;
		meet(&p, &m);
		assert_true(p.server.tls);
		assert_int_equal(tls_peer_trusted(conn_tls_peer(p.server.conn)),
		    cases[i].trusted);
		if (!cases[i].trusted)
			assert_non_null(strstr(
			    tls_peer_reason(conn_tls_peer(p.server.conn)),
			    "for clients only"));
		pair_close(&p);
		tls_identity_unref(a);
	}
	tls_identity_unref(b);
}

static void
what_is_wrong_with_a_certificate_is_recorded(void **state)
{
	static const char *const name = "b.example";
	static const struct {
		bool self_signed;
		int64_t later; /* seconds from now */
		bool trust;
		const char *reason; /* "" trusted */
	} cases[] = {
		{ false, 0, true, "" },
		{ true, 0, true, "self-signed" },
		{ false, 500 * 86400, true, "expired" },
		{ false, -500 * 86400, true, "not valid yet" },
		{ false, 0, false, "issuer is not trusted here" },
	};
	struct cert_want w = { .common_name = "x", .names = &name,
		.n_names = 1, .server_auth = true };
	struct tls_identity *b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct meeting m = {
			.client = { .trust = cases[i].trust ? pki.trust : NULL,
			    .verify = TLS_VERIFY_RECORD },
			.server = { .n_identities = 1,
			    .verify = TLS_VERIFY_RECORD },
		};
		struct pair p = { 0 };
		const struct tls_peer *peer;

		if (cases[i].later != 0)
			m.client.fake_now =
			    (int64_t)time(NULL) + cases[i].later;
		b = pki_identity(&pki, &w, cases[i].self_signed);
		m.server.identities = &b;
		meet(&p, &m);
		assert_true(p.client.tls && p.server.tls);
		peer = conn_tls_peer(p.client.conn);
		assert_int_equal(
		    tls_peer_trusted(peer), *cases[i].reason == '\0');
		assert_non_null(
		    strstr(tls_peer_reason(peer), cases[i].reason));
		/* The client showed none. */
		peer = conn_tls_peer(p.server.conn);
		assert_false(tls_peer_presented(peer));
		assert_false(tls_peer_trusted(peer));
		pair_close(&p);
		tls_identity_unref(b);
	}
}

static void
a_required_certificate_stops_the_handshake(void **state)
{
	static const char *const name = "b.example";
	struct cert_want w = { .common_name = "x", .names = &name,
		.n_names = 1 };
	struct tls_identity *b = pki_identity(&pki, &w, true);
	struct meeting m = {
		.client = { .trust = pki.trust,
		    .verify = TLS_VERIFY_REQUIRE },
		.server = { .identities = &b, .n_identities = 1,
		    .verify = TLS_VERIFY_NONE },
	};
	struct pair p = { 0 };

	(void)state;
	meet(&p, &m);
	assert_true(p.client.closed && !p.client.tls);
	assert_int_equal(p.client.why.code, FAULT_SECURITY);
	assert_non_null(strstr(p.client.why.text, "self-signed"));
	assert_true(turn_until(p.loop, &p.server.closed));
	assert_int_equal(p.server.why.code, FAULT_SECURITY);
	assert_non_null(strstr(p.server.why.text, "alert"));
	pair_close(&p);
	tls_identity_unref(b);
}

/* T-06 */
static void
the_server_chooses_its_certificate_by_name(void **state)
{
	struct tls_identity *ids[] = { pki_simple(&pki, "a.example"),
		pki_simple(&pki, "b.example"), pki_simple(&pki, "*.c.example") };
	static const struct {
		const char *sni, *fallback, *expected;
	} cases[] = {
		{ "b.example", NULL, "dns:b.example" },
		{ "x.c.example", NULL, "dns:*.c.example" },
		{ "unknown.example", NULL, "dns:a.example" },
		{ NULL, "b.example", "dns:b.example" },
		{ "a.example", "b.example", "dns:a.example" },
		{ "127.0.0.1", "b.example", "dns:b.example" },
		{ NULL, NULL, "dns:a.example" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct meeting m = {
			.client = { .trust = pki.trust,
			    .verify = TLS_VERIFY_RECORD },
			.server = { .identities = ids, .n_identities = 3 },
			.sni = cases[i].sni,
			.fallback = cases[i].fallback,
		};
		struct pair p = { 0 };

		meet(&p, &m);
		assert_true(p.client.tls);
		assert_string_equal(
		    tls_peer_names(conn_tls_peer(p.client.conn)),
		    cases[i].expected);
		pair_close(&p);
	}
	for (i = 0; i < 3; i++)
		tls_identity_unref(ids[i]);
}

static void
a_server_without_certificate_says_so(void **state)
{
	struct meeting m = { .client = { .verify = TLS_VERIFY_RECORD } };
	struct pair p = { 0 };

	(void)state;
	meet(&p, &m);
	assert_true(p.server.closed);
	assert_non_null(
	    strstr(p.server.why.text, "no certificate is assigned"));
	assert_true(turn_until(p.loop, &p.client.closed));
	pair_close(&p);
}

/* T-04: clear bytes behind the switch are never delivered as TLS's. */
static void
injected_clear_text_is_not_delivered(void **state)
{
	struct tls_identity *b = pki_simple(&pki, "b.example");
	struct tls_setup s = { .identities = &b, .n_identities = 1 };
	struct tls_setup none = { .verify = TLS_VERIFY_RECORD };
	struct tls_ctx *server = tls_ctx_new_server(&s, NULL);
	struct tls_ctx *client = tls_ctx_new_client(&none, NULL);
	struct pair p = { 0 };

	(void)state;
	pair_open(&p);
	p.server.keep = true; /* nothing consumed before the switch */
	(void)conn_write_str(p.client.conn, "starttls and injected");
	while (conn_bytes_in(p.server.conn) < 21)
		(void)loop_turn(p.loop, 1);
	p.server.keep = false;
	(void)conn_write_str(p.server.conn, "proceed");
	assert_int_equal(
	    conn_tls_accept(p.server.conn, server, NULL, NULL), 0);
	assert_true(turn_until_got(p.loop, &p.client, "proceed"));
	assert_int_equal(
	    conn_tls_connect(p.client.conn, client, NULL, NULL, NULL), 0);
	(void)conn_write_str(p.client.conn, "inside");
	assert_true(turn_until(p.loop, &p.server.tls));
	assert_true(turn_until_got(p.loop, &p.server, "inside"));
	pair_close(&p);
	tls_ctx_unref(server);
	tls_ctx_unref(client);
	tls_identity_unref(b);
}

static void
large_transfers_go_both_ways_and_end_cleanly(void **state)
{
	struct tls_identity *b = pki_simple(&pki, "b.example");
	struct meeting m = {
		.client = { .verify = TLS_VERIFY_RECORD },
		.server = { .identities = &b, .n_identities = 1 },
	};
	struct pair p = { 0 };
	char *big = mem_zalloc(2000000);

	(void)state;
	meet(&p, &m);
	(void)conn_write(p.client.conn, big, 2000000);
	(void)conn_write(p.server.conn, big, 2000000);
	assert_true(turn_until_length(p.loop, &p.server, 2000000));
	assert_true(turn_until_length(p.loop, &p.client, 2000000));
	(void)conn_write_str(p.client.conn, "bye");
	conn_close(p.client.conn);
	p.client.conn = NULL;
	assert_true(turn_until(p.loop, &p.server.closed));
	assert_int_equal(p.server.got.len, 2000003);
	assert_true(p.server.cleanly);
	pair_close(&p);
	mem_free(big);
	tls_identity_unref(b);
}

/* T-13 */
static void
an_end_without_close_notify_is_told_apart(void **state)
{
	struct tls_identity *b = pki_simple(&pki, "b.example");
	struct meeting m = {
		.client = { .verify = TLS_VERIFY_RECORD },
		.server = { .identities = &b, .n_identities = 1 },
	};
	struct pair p = { 0 };

	(void)state;
	meet(&p, &m);
	conn_abort(p.client.conn);
	p.client.conn = NULL;
	assert_true(turn_until(p.loop, &p.server.closed));
	assert_false(p.server.cleanly);
	pair_close(&p);
	tls_identity_unref(b);
}

static void
a_handshake_has_a_deadline(void **state)
{
	struct tls_setup s = { 0 };
	struct tls_ctx *ctx = tls_ctx_new_server(&s, NULL);
	struct pair p = { 0 };

	(void)state;
	pair_open(&p);
	loop_clock_fake(p.loop, 1000, 0);
	assert_int_equal(conn_tls_accept(p.server.conn, ctx, NULL, NULL), 0);
	(void)loop_turn(p.loop, 1);
	loop_clock_advance(p.loop, 14999);
	assert_false(p.server.closed);
	loop_clock_advance(p.loop, 1);
	assert_true(p.server.closed);
	assert_int_equal(p.server.why.code, FAULT_TIMEOUT);
	pair_close(&p);
	tls_ctx_unref(ctx);
}

static void
garbage_instead_of_a_handshake_ends_it(void **state)
{
	struct tls_identity *b = pki_simple(&pki, "b.example");
	struct tls_setup s = { .identities = &b, .n_identities = 1 };
	struct tls_ctx *ctx = tls_ctx_new_server(&s, NULL);
	struct pair p = { 0 };

	(void)state;
	pair_open(&p);
	assert_int_equal(conn_tls_accept(p.server.conn, ctx, NULL, NULL), 0);
	(void)conn_write_str(p.client.conn, "<stream:stream/>");
	assert_true(turn_until(p.loop, &p.server.closed));
	assert_int_equal(p.server.why.code, FAULT_SECURITY);
	pair_close(&p);
	tls_ctx_unref(ctx);
	tls_identity_unref(b);
}

/* L-02: SIP URIs first, dNSName only without any, no wildcard. */
static void
sip_names_and_roles_are_read(void **state)
{
	static const char *const with_uri[] = { "uri:sip:a.example",
		"b.example", "uri:urn:fedsh:role:RTCSRV", "uri:sip:u@c.example" };
	static const char *const without[] = { "*.d.example", "e.example" };
	struct cert_want w = { .common_name = "x", .names = with_uri,
		.n_names = 4 };
	struct tls_identity *a = pki_identity(&pki, &w, false), *b;
	struct meeting m = {
		.client = { .identities = &a, .n_identities = 1,
		    .verify = TLS_VERIFY_RECORD },
		.server = { .n_identities = 1, .verify = TLS_VERIFY_RECORD },
	};
	const struct tls_peer *peer;
	struct pair p = { 0 };

	(void)state;
	w.names = without;
	w.n_names = 2;
	w.unit = "RTCXMPPTGW";
	b = pki_identity(&pki, &w, false);
	m.server.identities = &b;
	meet(&p, &m);
	peer = conn_tls_peer(p.server.conn);
	assert_true(tls_peer_matches(peer, TLS_NAME_SIP, "a.example"));
	assert_false(tls_peer_matches(peer, TLS_NAME_SIP, "b.example"));
	assert_false(tls_peer_matches(peer, TLS_NAME_SIP, "c.example"));
	assert_true(tls_peer_matches(peer, TLS_NAME_DNS, "b.example"));
	assert_true(tls_peer_has_role(peer, "RTCSRV"));
	assert_false(tls_peer_has_role(peer, "RTC"));
	assert_false(tls_peer_has_role(peer, "RTCXMPPTGW"));
	peer = conn_tls_peer(p.client.conn);
	assert_true(tls_peer_matches(peer, TLS_NAME_SIP, "e.example"));
	assert_false(tls_peer_matches(peer, TLS_NAME_SIP, "x.d.example"));
	assert_true(
	    tls_peer_matches(peer, TLS_NAME_SIP_WILDCARD, "x.d.example"));
	assert_true(tls_peer_has_role(peer, "RTCXMPPTGW"));
	assert_false(tls_peer_has_role(peer, "RTCSRV"));
	pair_close(&p);
	tls_identity_unref(a);
	tls_identity_unref(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_sides_learn_about_each_other),
		cmocka_unit_test(only_certificates_for_servers_are_trusted),
		cmocka_unit_test(what_is_wrong_with_a_certificate_is_recorded),
		cmocka_unit_test(a_required_certificate_stops_the_handshake),
		cmocka_unit_test(the_server_chooses_its_certificate_by_name),
		cmocka_unit_test(a_server_without_certificate_says_so),
		cmocka_unit_test(injected_clear_text_is_not_delivered),
		cmocka_unit_test(large_transfers_go_both_ways_and_end_cleanly),
		cmocka_unit_test(an_end_without_close_notify_is_told_apart),
		cmocka_unit_test(a_handshake_has_a_deadline),
		cmocka_unit_test(garbage_instead_of_a_handshake_ends_it),
		cmocka_unit_test(sip_names_and_roles_are_read),
	};

	return cmocka_run_group_tests(tests, open_pki, close_pki);
}
