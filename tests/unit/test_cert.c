/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/cert.h"

static struct cert_key *ca_key, *leaf_key;
static struct cert *ca, *leaf;

static int
make_certificates(void **state)
{
	static const char *const names[] = { "a.example", "dns:*.b.example",
		"srv:_xmpp-server.c.example", "xmpp:d.example", "127.0.0.1",
		"uri:sip:e.example" };
	struct cert_want w = { .common_name = "fedsh test CA", .is_ca = true };
	struct fault f;

	(void)state;
	ca_key = cert_key_new(CERT_KEY_EC_P256, &f);
	ca = cert_issue(&w, ca_key, NULL, NULL, &f);
	leaf_key = cert_key_new(CERT_KEY_EC_P256, &f);
	memset(&w, 0, sizeof(w));
	w.common_name = "a.example";
	w.organization = "Ex\xc3\xa4mple, Inc";
	w.names = names;
	w.n_names = 6;
	w.server_auth = true;
	leaf = cert_issue(&w, leaf_key, ca, ca_key, &f);
	return ca == NULL || leaf == NULL ? -1 : 0;
}

static int
free_certificates(void **state)
{
	(void)state;
	cert_unref(leaf);
	cert_unref(ca);
	cert_key_free(leaf_key);
	cert_key_free(ca_key);
	return 0;
}

static void
an_issued_certificate_says_what_was_wanted(void **state)
{
	(void)state;
	assert_string_equal(cert_common_name(leaf), "a.example");
	assert_string_equal(
	    cert_subject(leaf), "CN=a.example, O=Ex\xc3\xa4mple\\, Inc");
	assert_string_equal(cert_issuer(leaf), "CN=fedsh test CA");
	assert_string_equal(cert_key_text(leaf), "ECDSA P-256");
	assert_int_equal(cert_name_count(leaf), 6);
	assert_string_equal(cert_name_at(leaf, 0), "dns:a.example");
	assert_string_equal(
	    cert_name_at(leaf, 2), "srv:_xmpp-server.c.example");
	assert_string_equal(cert_name_at(leaf, 3), "xmpp:d.example");
	assert_string_equal(cert_name_at(leaf, 4), "ip:127.0.0.1");
	assert_int_equal(strlen(cert_thumbprint(leaf)), 40);
	assert_int_equal(strlen(cert_fingerprint(leaf)), 64);
	assert_true(cert_not_after(leaf) - cert_not_before(leaf) ==
	    365 * 86400);
	assert_true(cert_is_ca(ca));
	assert_false(cert_is_ca(leaf));
	assert_true(cert_is_self_signed(ca));
	assert_true(cert_is_signed_by(leaf, ca));
	assert_false(cert_is_signed_by(ca, leaf));
	assert_true(cert_allows_server(leaf));
	assert_false(cert_allows_client(leaf));
	assert_false(cert_has_eku(ca));
	assert_true(cert_fits_key(leaf, leaf_key));
	assert_false(cert_fits_key(leaf, ca_key));
}

/* C-02..C-05 */
static void
names_match_by_the_rules_of_xmpp(void **state)
{
	static const struct {
		const char *name;
		bool matches;
	} cases[] = {
		{ "a.example", true },
		{ "A.Example", true },
		{ "a.example.", true },
		{ "x.a.example", false },
		{ "b.example", false },
		{ "x.b.example", true },
		{ "x.y.b.example", false },
		{ ".b.example", false },
		{ "c.example", true },
		{ "d.example", true },
		{ "D.example", true },
		{ "e.example", false },
		{ "example", false },
		{ "", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (cert_is_for_xmpp(leaf, cases[i].name) != cases[i].matches)
			fail_msg("%s", cases[i].name);
	assert_true(cert_is_for_dns(leaf, "127.0.0.1"));
	assert_false(cert_is_for_dns(leaf, "127.0.0.2"));
	assert_false(cert_is_for_dns(leaf, "c.example"));
}

static void
a_request_is_signed_and_belongs_to_its_key(void **state)
{
	static const char *const names[] = { "sip.a.example", "a.example" };
	struct cert_want w = { .common_name = "sip.a.example",
		.country = "DE",
		.names = names,
		.n_names = 2,
		.server_auth = true,
		.client_auth = true };
	struct cert_key *key = cert_key_new(CERT_KEY_RSA_2048, NULL);
	struct cert *c;
	struct fault f;
	struct buf pem;

	(void)state;
	buf_init(&pem);
	assert_int_equal(cert_request(&w, key, &pem, &f), 0);
	assert_non_null(strstr(pem.data, "BEGIN CERTIFICATE REQUEST"));
	c = cert_sign_request(pem.data, pem.len, &w, ca, ca_key, &f);
	assert_non_null(c);
	assert_true(cert_fits_key(c, key));
	assert_int_equal(cert_name_count(c), 2);
	assert_string_equal(cert_key_text(c), "RSA 2048");
	assert_true(cert_allows_client(c) && cert_allows_server(c));
	assert_null(cert_sign_request("x", 1, &w, ca, ca_key, &f));
	cert_unref(c);
	cert_key_free(key);
	buf_clear(&pem);
}

static void
odd_names_are_refused_in_words(void **state)
{
	static const char *const bad[] = { "", "a b.example",
		"m\xc3\xbcnchen.example", "ip:x", "dns:" };
	struct cert_want w = { .common_name = "x", .n_names = 1 };
	struct fault f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		w.names = &bad[i];
		assert_null(cert_issue(&w, ca_key, NULL, NULL, &f));
		assert_int_equal(f.code, FAULT_INVALID);
	}
}

static void
every_container_is_read(void **state)
{
	struct cert_bundle b = { 0 }, back;
	struct buf pem, pfx;
	struct fault f;

	(void)state;
	buf_init(&pem);
	buf_init(&pfx);
	cert_write(ca, &pem);
	cert_write(leaf, &pem);
	cert_key_write(leaf_key, &pem);
	assert_int_equal(cert_read(pem.data, pem.len, NULL, &b, &f), 0);
	assert_int_equal(b.n_certs, 2);
	assert_string_equal(cert_common_name(b.certs[0]), "a.example");
	assert_non_null(b.key);

	assert_int_equal(cert_bundle_write_pfx(&b, "geheim", &pfx, &f), 0);
	assert_int_equal(cert_read(pfx.data, pfx.len, "geheim", &back, &f), 0);
	assert_int_equal(back.n_certs, 2);
	assert_true(cert_fits_key(back.certs[0], back.key));
	cert_bundle_clear(&back);
	assert_int_equal(cert_read(pfx.data, pfx.len, "falsch", &back, &f), -1);
	assert_non_null(strstr(f.text, "passphrase is wrong"));
	assert_int_equal(cert_read(pfx.data, pfx.len, NULL, &back, &f), -1);
	assert_non_null(strstr(f.text, "passphrase is needed"));
	cert_bundle_clear(&b);
	buf_clear(&pem);
	buf_clear(&pfx);
}

static void
what_is_no_certificate_is_called_what_it_is(void **state)
{
	struct cert_want w = { .common_name = "x" };
	struct cert_bundle b;
	struct buf pem;
	struct fault f;

	(void)state;
	buf_init(&pem);
	assert_int_equal(cert_read("", 0, NULL, &b, &f), -1);
	assert_non_null(strstr(f.text, "empty"));
	assert_int_equal(cert_read("garbage", 7, NULL, &b, &f), -1);
	assert_non_null(strstr(f.text, "no certificate"));
	assert_int_equal(cert_read("-----BEGIN CERTIFICATE-----\nxx\n"
				   "-----END CERTIFICATE-----\n",
			     58, NULL, &b, &f), -1);
	assert_int_equal(cert_request(&w, leaf_key, &pem, &f), 0);
	assert_int_equal(cert_read(pem.data, pem.len, NULL, &b, &f), -1);
	assert_non_null(strstr(f.text, "request"));
	buf_reset(&pem);
	cert_key_write(leaf_key, &pem);
	assert_int_equal(cert_read(pem.data, pem.len, NULL, &b, &f), -1);
	assert_non_null(strstr(f.text, "only a private key"));
	assert_int_equal(cert_read_file("/", NULL, &b, &f), -1);
	assert_non_null(strstr(f.text, "is a folder"));
	assert_int_equal(cert_read_file("/no/such", NULL, &b, &f), -1);
	assert_int_equal(f.code, FAULT_NOT_FOUND);
	buf_clear(&pem);
}

static void
keys_of_every_kind_are_made_and_read_back(void **state)
{
	static const enum cert_key_kind kinds[] = { CERT_KEY_EC_P256,
		CERT_KEY_EC_P384, CERT_KEY_EC_P521, CERT_KEY_RSA_2048 };
	struct cert_key *k, *back;
	struct buf pem;
	struct fault f;
	size_t i;

	(void)state;
	buf_init(&pem);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		buf_reset(&pem);
		k = cert_key_new(kinds[i], &f);
		assert_non_null(k);
		cert_key_write(k, &pem);
		back = cert_key_read(pem.data, pem.len, NULL, &f);
		assert_non_null(back);
		assert_string_equal(
		    cert_key_public_hash(k), cert_key_public_hash(back));
		cert_key_free(k);
		cert_key_free(back);
	}
	buf_clear(&pem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_issued_certificate_says_what_was_wanted),
		cmocka_unit_test(names_match_by_the_rules_of_xmpp),
		cmocka_unit_test(a_request_is_signed_and_belongs_to_its_key),
		cmocka_unit_test(odd_names_are_refused_in_words),
		cmocka_unit_test(every_container_is_read),
		cmocka_unit_test(what_is_no_certificate_is_called_what_it_is),
		cmocka_unit_test(keys_of_every_kind_are_made_and_read_back),
	};

	return cmocka_run_group_tests(
	    tests, make_certificates, free_certificates);
}
