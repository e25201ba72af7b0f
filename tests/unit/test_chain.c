/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/chain.h"
#include "core/mem.h"

struct thing {
	int number;
	struct chain_link link;
};

static struct thing *
find(const struct chain *c, int number)
{
	struct chain_link *l =
	    chain_first(c, chain_hash(c, &number, sizeof(number)));

	for (; l != NULL; l = chain_again(l))
		if (CHAIN_OF(l, struct thing, link)->number == number)
			return CHAIN_OF(l, struct thing, link);
	return NULL;
}

static void
what_is_added_is_found_until_it_is_removed(void **state)
{
	static const uint64_t seed[2] = { 1, 2 };
	struct thing *things = mem_zalloc(1000 * sizeof(*things));
	struct chain_walk w = { 0 };
	struct chain c;
	int i, n = 0;

	(void)state;
	chain_init(&c, seed);
	for (i = 0; i < 1000; i++) {
		things[i].number = i;
		chain_add(&c, &things[i].link,
		    chain_hash(&c, &things[i].number, sizeof(int)));
	}
	for (i = 0; i < 1000; i += 2)
		chain_remove(&c, &things[i].link);
	chain_remove(&c, &things[0].link);
	assert_int_equal(c.count, 500);
	assert_null(find(&c, 10));
	assert_ptr_equal(find(&c, 11), &things[11]);
	while (chain_next(&c, &w) != NULL)
		n++;
	assert_int_equal(n, 500);
	chain_clear(&c);
	mem_free(things);
}

static void
the_hash_depends_on_the_seed_and_every_byte(void **state)
{
	static const uint64_t one[2] = { 1, 2 }, two[2] = { 1, 3 };
	struct chain a, b;
	char text[] = "the quick brown fox";
	uint64_t h;

	(void)state;
	chain_init(&a, one);
	chain_init(&b, two);
	h = chain_hash(&a, text, sizeof(text) - 1);
	assert_true(h == chain_hash(&a, text, sizeof(text) - 1));
	assert_true(h != chain_hash(&b, text, sizeof(text) - 1));
	text[18] = 'y';
	assert_true(h != chain_hash(&a, text, sizeof(text) - 1));
	chain_clear(&a);
	chain_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_added_is_found_until_it_is_removed),
		cmocka_unit_test(the_hash_depends_on_the_seed_and_every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
