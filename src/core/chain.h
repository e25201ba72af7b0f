/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_CHAIN_H
#define CORE_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A hash table of structures that carry their own link: no allocation an
 * entry, removal without a search for the key. The caller compares keys:
 *
 *	for (l = chain_first(&c, h); l != NULL; l = chain_again(l))
 *		if (same(CHAIN_OF(l, struct thing, link), key)) ...
 */
struct chain_link {
	struct chain_link *next;
	uint64_t hash;
	bool linked;
};

struct chain {
	struct chain_link **heads;
	size_t size, count;
	uint64_t seed[2];
};

#define CHAIN_OF(l, type, member) \
	((type *)(void *)((char *)(l)-offsetof(type, member)))

/* The seed makes collisions unguessable: random bytes, or fixed in tests. */
void chain_init(struct chain *c, const uint64_t seed[2]);
void chain_clear(struct chain *c); /* the entries are not touched */
/* SipHash-1-3 of the bytes under the table's seed. */
uint64_t chain_hash(const struct chain *c, const void *p, size_t n);
void chain_add(struct chain *c, struct chain_link *l, uint64_t hash);
void chain_remove(struct chain *c, struct chain_link *l); /* if linked */
struct chain_link *chain_first(const struct chain *c, uint64_t hash);
struct chain_link *chain_again(const struct chain_link *l);
/* Any entry, NULL when empty: for emptying a table. */
struct chain_link *chain_any(const struct chain *c);
/* Walks all: start with NULL. The entry returned last may be removed. */
struct chain_walk {
	size_t slot;
	struct chain_link *next;
};
struct chain_link *chain_next(const struct chain *c, struct chain_walk *w);

#endif
