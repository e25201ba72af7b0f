/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What neighbours have sent us lately. A repeat is known by the sender's
 * instance and its id; a result that is known already is told again.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "gateway/link_internal.h"

/* A token is the neighbour's number and the place in its ring. */
#define SLOT_BITS 20

void
neighbour_free(struct link *k, struct neighbour *n)
{
	size_t i;

	for (i = 0; i < n->n_ring; i++)
		mem_free(n->ring[i].text);
	LIST_REMOVE(n, entry);
	k->n_neighbours--;
	mem_free(n->ring);
	mem_free(n);
}

/* The one longest gone makes room. */
static bool
make_room(struct link *k)
{
	struct neighbour *n, *oldest = NULL;

	if (k->n_neighbours < NEIGHBOURS_MAX)
		return true;
	LIST_FOREACH(n, &k->neighbours, entry)
	{
		if (n->wire == NULL &&
		    (oldest == NULL || n->left < oldest->left))
			oldest = n;
	}
	if (oldest == NULL)
		return false;
	neighbour_free(k, oldest);
	return true;
}

struct neighbour *
neighbour_get(struct link *k, const char *instance)
{
	struct neighbour *n;

	LIST_FOREACH(n, &k->neighbours, entry)
	{
		if (strcmp(n->instance, instance) == 0)
			return n;
	}
	if (!make_room(k))
		return NULL;
	n = mem_zalloc(sizeof(*n));
	n->number = ++k->next_neighbour;
	(void)snprintf(n->instance, sizeof(n->instance), "%s", instance);
	n->n_ring = k->limits.seen;
	n->ring = mem_zalloc(n->n_ring * sizeof(*n->ring));
	LIST_INSERT_HEAD(&k->neighbours, n, entry);
	k->n_neighbours++;
	return n;
}

bool
neighbour_take(struct link *k, struct neighbour *n, uint64_t id,
    struct seen **seenp)
{
	struct seen *s;
	size_t i;

	(void)k;
	/* Ids grow; only what is sent again has to be looked for. */
	for (i = 0; id <= n->highest && i < n->n_ring; i++) {
		if (n->ring[i].id == id) {
			*seenp = &n->ring[i];
			return false;
		}
	}
	s = &n->ring[n->next];
	n->next = n->next + 1 < n->n_ring ? n->next + 1 : 0;
	mem_free(s->text);
	memset(s, 0, sizeof(*s));
	s->id = id;
	if (id > n->highest)
		n->highest = id;
	*seenp = s;
	return true;
}

uint64_t
link_token(const struct neighbour *n, const struct seen *s)
{
	uint64_t slot = (uint64_t)(s - n->ring);

	/* The id tells a place in the ring from its next tenant. */
	return n->number << 44 | (s->id & 0xffffff) << SLOT_BITS | slot;
}

struct seen *
link_token_find(struct link *k, uint64_t token, struct neighbour **np)
{
	size_t slot = (size_t)(token & ((1u << SLOT_BITS) - 1));
	struct neighbour *n;

	LIST_FOREACH(n, &k->neighbours, entry)
	{
		if (n->number != token >> 44)
			continue;
		if (slot >= n->n_ring ||
		    link_token(n, &n->ring[slot]) != token)
			return NULL;
		*np = n;
		return &n->ring[slot];
	}
	return NULL;
}
