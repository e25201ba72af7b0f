/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hash table of structures that carry their own link. */
#include "config.h"

#include <string.h>

#include "core/chain.h"
#include "core/mem.h"

#define CHAIN_LEAST 64

void
chain_init(struct chain *c, const uint64_t seed[2])
{
	memset(c, 0, sizeof(*c));
	c->size = CHAIN_LEAST;
	c->heads = mem_zalloc(c->size * sizeof(*c->heads));
	c->seed[0] = seed[0];
	c->seed[1] = seed[1];
}

void
chain_clear(struct chain *c)
{
	mem_free(c->heads);
	memset(c, 0, sizeof(*c));
}

static inline uint64_t
rotl(uint64_t x, int b)
{
	return (x << b) | (x >> (64 - b));
}

static inline void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[0] = rotl(v[0], 32);
	v[2] += v[3];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[2] = rotl(v[2], 32);
}

uint64_t
chain_hash(const struct chain *c, const void *p, size_t n)
{
	const unsigned char *in = p;
	uint64_t v[4] = { c->seed[0] ^ 0x736f6d6570736575u,
		c->seed[1] ^ 0x646f72616e646f6du,
		c->seed[0] ^ 0x6c7967656e657261u,
		c->seed[1] ^ 0x7465646279746573u };
	uint64_t word, last = (uint64_t)n << 56;
	size_t i;

	for (i = 0; i + 8 <= n; i += 8) {
		memcpy(&word, in + i, 8);
		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
	}
	for (; i < n; i++)
		last |= (uint64_t)in[i] << (8 * (i % 8));
	v[3] ^= last;
	sip_round(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	sip_round(v);
	sip_round(v);
	sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static void
chain_grow(struct chain *c)
{
	struct chain_link **old = c->heads;
	size_t i, n = c->size;

	c->size *= 2;
	c->heads = mem_zalloc(c->size * sizeof(*c->heads));
	for (i = 0; i < n; i++) {
		struct chain_link *l = old[i], *next;

		for (; l != NULL; l = next) {
			struct chain_link **head =
			    &c->heads[l->hash & (c->size - 1)];

			next = l->next;
			l->next = *head;
			*head = l;
		}
	}
	mem_free(old);
}

void
chain_add(struct chain *c, struct chain_link *l, uint64_t hash)
{
	struct chain_link **head;

	if (c->count >= c->size)
		chain_grow(c);
	head = &c->heads[hash & (c->size - 1)];
	l->hash = hash;
	l->next = *head;
	l->linked = true;
	*head = l;
	c->count++;
}

void
chain_remove(struct chain *c, struct chain_link *l)
{
	struct chain_link **at;

	if (!l->linked)
		return;
	for (at = &c->heads[l->hash & (c->size - 1)]; *at != l;)
		at = &(*at)->next;
	*at = l->next;
	l->next = NULL;
	l->linked = false;
	c->count--;
}

struct chain_link *
chain_first(const struct chain *c, uint64_t hash)
{
	struct chain_link *l = c->heads[hash & (c->size - 1)];

	while (l != NULL && l->hash != hash)
		l = l->next;
	return l;
}

struct chain_link *
chain_again(const struct chain_link *l)
{
	struct chain_link *next = l->next;

	while (next != NULL && next->hash != l->hash)
		next = next->next;
	return next;
}

struct chain_link *
chain_any(const struct chain *c)
{
	size_t i;

	for (i = 0; c->count != 0 && i < c->size; i++)
		if (c->heads[i] != NULL)
			return c->heads[i];
	return NULL;
}

struct chain_link *
chain_next(const struct chain *c, struct chain_walk *w)
{
	struct chain_link *l = w->next;

	while (l == NULL && w->slot < c->size)
		l = c->heads[w->slot++];
	w->next = l == NULL ? NULL : l->next;
	return l;
}
