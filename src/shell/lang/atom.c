/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interned names: looked at once when a tree is first run, compared by
 * pointer afterwards. They live until exit. */
#include "config.h"

#include <string.h>

#include "shell/lang/lang_internal.h"

struct lang_atoms A;

static struct {
	struct atom **slot;
	size_t size;
	size_t n;
} table;

static void
table_grow(void)
{
	size_t size = table.size == 0 ? 1024 : table.size * 2;
	struct atom **slot = mem_zalloc(size * sizeof(*slot));

	for (size_t i = 0; i < table.size; i++) {
		size_t at;

		if (table.slot[i] == NULL)
			continue;
		at = table.slot[i]->hash & (size - 1);
		while (slot[at] != NULL)
			at = (at + 1) & (size - 1);
		slot[at] = table.slot[i];
	}
	mem_free(table.slot);
	table.slot = slot;
	table.size = size;
}

static bool
same_ci(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char x = (unsigned char)a[i];
		unsigned char y = (unsigned char)b[i];

		if (x >= 'A' && x <= 'Z')
			x += 'a' - 'A';
		if (y >= 'A' && y <= 'Z')
			y += 'a' - 'A';
		if (x != y)
			return false;
	}
	return true;
}

const struct atom *
atom_get(const char *s, size_t len)
{
	uint32_t hash = string_hash_ci(s, len);
	struct atom *a;
	size_t at;

	if (table.n * 2 >= table.size)
		table_grow();
	at = hash & (table.size - 1);
	while ((a = table.slot[at]) != NULL) {
		if (a->hash == hash && a->len == len &&
		    same_ci(a->name, s, len))
			return a;
		at = (at + 1) & (table.size - 1);
	}
	a = mem_zalloc(sizeof(*a));
	a->hash = hash;
	a->len = (uint32_t)len;
	a->name = mem_strndup(s, len);
	table.slot[at] = a;
	table.n++;
	return a;
}

const struct atom *
atom_str(const char *s)
{
	return atom_get(s, strlen(s));
}
