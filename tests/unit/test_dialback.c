/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of XEP-0185 [D-06, D-15, D-18]. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "gateway/xmpp/dialback.h"

static const struct {
	const char *secret, *receiving, *originating, *id, *key;
} vectors[] = {
	{ "s3cr3tf0rd14lb4ck", "xmpp.example.com", "example.org",
	    "D60000229F",
	    "37c69b1cf07a3f67c04a5ef5902fa5114f2c76fe4a2686482ba5b89323075643" },
	{ "s3cr3tf0rd14lb4ck", "montague.example", "capulet.example",
	    "D60000229F",
	    "b4835385f37fe2895af6c196b59097b16862406db80559900d96bf6fa7d23df3" },
	{ "d14lb4ck43v3r", "capulet.example", "montague.example", "417GAF25",
	    "225cc5aa6a071133249d25fef42ae516fc7a86c523aa1c6980a7f73e784c972d" },
};

static void
keys_are_those_of_the_specification(void **state)
{
	char key[DIALBACK_KEY_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		dialback_key(vectors[i].secret, vectors[i].receiving,
		    vectors[i].originating, vectors[i].id, key);
		assert_string_equal(key, vectors[i].key);
	}
}

static void
a_key_is_known_again_and_others_are_not(void **state)
{
	char padded[128];

	(void)state;
	(void)snprintf(padded, sizeof(padded), "\n\t %s \r\n",
	    vectors[0].key);
	assert_true(dialback_key_is(padded, vectors[0].secret,
	    vectors[0].receiving, vectors[0].originating, vectors[0].id));
	assert_false(dialback_key_is(vectors[1].key, vectors[0].secret,
	    vectors[0].receiving, vectors[0].originating, vectors[0].id));
	assert_false(dialback_key_is(vectors[0].key, "other",
	    vectors[0].receiving, vectors[0].originating, vectors[0].id));
	/* The two domains do not trade places. */
	assert_false(dialback_key_is(vectors[0].key, vectors[0].secret,
	    vectors[0].originating, vectors[0].receiving, vectors[0].id));
	assert_false(dialback_key_is("", vectors[0].secret,
	    vectors[0].receiving, vectors[0].originating, vectors[0].id));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_those_of_the_specification),
		cmocka_unit_test(a_key_is_known_again_and_others_are_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
