/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "net/addr.h"

static void
addresses_are_read_and_written(void **state)
{
	static const struct {
		const char *in;
		const char *out; /* NULL: refused */
	} cases[] = {
		{ "192.0.2.1:5269", "192.0.2.1:5269" },
		{ "192.0.2.1", "192.0.2.1:99" },
		{ "[2001:db8::1]:5269", "[2001:db8::1]:5269" },
		{ "[2001:db8::1]", "[2001:db8::1]:99" },
		{ "2001:db8::1", "[2001:db8::1]:99" },
		{ "::", "[::]:99" },
		{ "::ffff:192.0.2.1", "192.0.2.1:99" },
		{ "unix:/run/x", "unix:/run/x" },
		{ "192.0.2.1:65536", NULL },
		{ "192.0.2.1:", NULL },
		{ "192.0.2.1:5x", NULL },
		{ "192.0.2.256", NULL },
		{ "[2001:db8::1", NULL },
		{ "[2001:db8::1]x", NULL },
		{ "a.example:5269", NULL },
		{ "", NULL },
		{ ":5269", NULL },
		{ "fe80::1%no-such-interface", NULL },
	};
	char text[ADDR_TEXT_SIZE];
	struct addr a;
	struct fault f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (cases[i].out == NULL) {
			assert_int_equal(
			    addr_parse(cases[i].in, 99, &a, &f), -1);
			assert_int_equal(f.code, FAULT_INVALID);
			continue;
		}
		assert_int_equal(addr_parse(cases[i].in, 99, &a, &f), 0);
		assert_string_equal(addr_text(&a, text), cases[i].out);
	}
}

static void
addresses_are_classified(void **state)
{
	static const struct {
		const char *ip;
		bool any, loopback, link_local, multicast;
	} cases[] = {
		{ "127.8.9.1", false, true, false, false },
		{ "::1", false, true, false, false },
		{ "::ffff:127.0.0.1", false, true, false, false },
		{ "0.0.0.0", true, true, false, false },
		{ "::", true, true, false, false },
		{ "169.254.1.1", false, false, true, false },
		{ "fe80::1", false, false, true, false },
		{ "224.0.0.1", false, false, false, true },
		{ "ff02::1", false, false, false, true },
		{ "192.0.2.1", false, false, false, false },
	};
	struct addr a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(addr_from_ip(cases[i].ip, 1, &a, NULL), 0);
		assert_int_equal(addr_is_any(&a), cases[i].any);
		assert_int_equal(addr_is_loopback(&a), cases[i].loopback);
		assert_int_equal(addr_is_link_local(&a), cases[i].link_local);
		assert_int_equal(addr_is_multicast(&a), cases[i].multicast);
	}
}

static void
mapped_addresses_equal_plain_ones(void **state)
{
	struct addr a, b, c;

	(void)state;
	assert_int_equal(addr_parse("192.0.2.1:5", 0, &a, NULL), 0);
	assert_int_equal(addr_parse("[::ffff:192.0.2.1]:5", 0, &b, NULL), 0);
	assert_int_equal(addr_parse("192.0.2.1:6", 0, &c, NULL), 0);
	assert_true(addr_equal(&a, &b));
	assert_false(addr_equal(&a, &c));
	assert_true(addr_ip_equal(&a, &c));
	assert_true(addr_peer_key(&a) == addr_peer_key(&b));
}

/* G-01 */
static void
peers_in_one_slash_64_share_a_key(void **state)
{
	struct addr a, b, c;

	(void)state;
	assert_int_equal(addr_from_ip("2001:db8::1", 0, &a, NULL), 0);
	assert_int_equal(addr_from_ip("2001:db8::ffff:2", 0, &b, NULL), 0);
	assert_int_equal(addr_from_ip("2001:db8:0:1::1", 0, &c, NULL), 0);
	assert_true(addr_peer_key(&a) == addr_peer_key(&b));
	assert_false(addr_peer_key(&a) == addr_peer_key(&c));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read_and_written),
		cmocka_unit_test(addresses_are_classified),
		cmocka_unit_test(mapped_addresses_equal_plain_ones),
		cmocka_unit_test(peers_in_one_slash_64_share_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
