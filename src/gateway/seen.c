/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was seen lately: a table of fixed size, the oldest give way. */
#include "config.h"

#include "core/mem.h"
#include "gateway/gateway_internal.h"

#define WAYS 8

void
seen_init(struct seen *s, size_t n)
{
	s->n = n / WAYS * WAYS;
	s->keys = mem_zalloc(s->n * sizeof(*s->keys));
	s->at = mem_zalloc(s->n * sizeof(*s->at));
	s->value = mem_zalloc(s->n * sizeof(*s->value));
}

void
seen_clear(struct seen *s)
{
	mem_free(s->keys);
	mem_free(s->at);
	mem_free(s->value);
}

static size_t
set_of(const struct seen *s, uint64_t key)
{
	return (size_t)(key % (s->n / WAYS)) * WAYS;
}

int
seen_get(const struct seen *s, uint64_t key, int64_t now, int64_t window)
{
	size_t i = set_of(s, key), end = i + WAYS;

	for (; i < end; i++) {
		if (s->keys[i] == key && s->at[i] != 0 &&
		    now - s->at[i] < window)
			return s->value[i];
	}
	return -1;
}

void
seen_put(struct seen *s, uint64_t key, int value, int64_t now)
{
	size_t i = set_of(s, key), end = i + WAYS, at = i;

	for (; i < end; i++) {
		if (s->keys[i] == key && s->at[i] != 0) {
			at = i;
			break;
		}
		if (s->at[i] < s->at[at])
			at = i;
	}
	s->keys[at] = key;
	s->at[at] = now != 0 ? now : 1;
	s->value[at] = value;
}

void
seen_remove(struct seen *s, uint64_t key)
{
	size_t i = set_of(s, key), end = i + WAYS;

	for (; i < end; i++) {
		if (s->keys[i] == key)
			s->at[i] = 0;
	}
}
