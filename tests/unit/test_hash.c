/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "net/hash.h"

static void
digests_are_the_published_ones(void **state)
{
	char hex[HASH_HEX_SIZE];

	(void)state;
	assert_string_equal(hash_hex(HASH_MD5, "abc", 3, hex),
	    "900150983cd24fb0d6963f7d28e17f72");
	assert_string_equal(hash_hex(HASH_SHA1, "abc", 3, hex),
	    "a9993e364706816aba3e25717850c26c9cd0d89d");
	assert_string_equal(hash_hex(HASH_SHA256, "abc", 3, hex),
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* XEP-0185's key: the dialback vector of D-06. */
static void
an_hmac_makes_the_dialback_key(void **state)
{
	static const char message[] = "xmpp.example.com example.org D60000229F";
	char secret[HASH_HEX_SIZE], key[HASH_HEX_SIZE];

	(void)state;
	(void)hash_hex(HASH_SHA256, "s3cr3tf0rd14lb4ck", 17, secret);
	assert_string_equal(hash_hmac_hex(HASH_SHA256, secret, strlen(secret),
				message, strlen(message), key),
	    "37c69b1cf07a3f67c04a5ef5902fa5114f2c76fe4a2686482ba5b89323075643");
}

static void
base64_goes_there_and_back(void **state)
{
	static const char *const pairs[][2] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "\xff\xfe", "//4=" },
	};
	static const char *const bad[] = { "Z", "Zg=", "Zg= =", "Z===",
		"Zg==Zg==", "Zm9v\n", "Zm9%" };
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b);
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		buf_reset(&b);
		hash_base64_encode(pairs[i][0], strlen(pairs[i][0]), &b);
		assert_string_equal(buf_text(&b), pairs[i][1]);
		buf_reset(&b);
		assert_int_equal(hash_base64_decode(pairs[i][1],
				     strlen(pairs[i][1]), &b), 0);
		assert_string_equal(buf_text(&b), pairs[i][0]);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		buf_reset(&b);
		assert_int_equal(
		    hash_base64_decode(bad[i], strlen(bad[i]), &b), -1);
		assert_int_equal(b.len, 0);
	}
	buf_clear(&b);
}

static void
random_text_differs_and_comparing_works(void **state)
{
	char a[65], b[65];

	(void)state;
	assert_int_equal(strlen(hash_random_hex(32, a)), 64);
	(void)hash_random_hex(32, b);
	assert_false(hash_equal_str(a, b));
	assert_true(hash_equal_str(a, a));
	assert_false(hash_equal_str("abc", "abcd"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests_are_the_published_ones),
		cmocka_unit_test(an_hmac_makes_the_dialback_key),
		cmocka_unit_test(base64_goes_there_and_back),
		cmocka_unit_test(random_text_differs_and_comparing_works),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
