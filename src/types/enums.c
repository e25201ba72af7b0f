/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Enums: tables of names, their text, and values of them. */
#include "config.h"

#include "types/enums.h"
#include "types/member.h"
#include "types/types_internal.h"

const struct enum_item *
enum_find(const struct type *t, const char *name, size_t n)
{
	const struct enum_item *e = ((const struct enum_spec *)t->data)->items;

	for (; e->name != NULL; e++) {
		if (strncasecmp(e->name, name, n) == 0 && e->name[n] == '\0')
			return e;
	}
	return NULL;
}

struct value
enum_value(const struct type *t, int64_t i)
{
	return value_integer(t, i);
}

void
enum_names(const struct type *t, const char *sep, struct buf *out)
{
	const struct enum_item *items =
	    ((const struct enum_spec *)t->data)->items, *e, *k;
	uint64_t last = 0, next;
	bool first = true;

	/* by value as unsigned numbers, as .NET lists them */
	for (;;) {
		next = UINT64_MAX;
		for (e = items; e->name != NULL; e++) {
			if ((first || (uint64_t)e->value > last) &&
			    (uint64_t)e->value <= next)
				next = (uint64_t)e->value;
		}
		for (k = items; k->name != NULL; k++) {
			if ((uint64_t)k->value != next ||
			    (!first && next <= last))
				continue;
			if (out->len > 0 && (out->data[out->len - 1] != '\n') &&
			    (out->data[out->len - 1] != '"'))
				buf_add_str(out, sep);
			buf_add_str(out, k->name);
		}
		if (next == UINT64_MAX || (!first && next <= last))
			return;
		last = next;
		first = false;
	}
}

char *
enum_text(const struct type *t, int64_t value)
{
	const struct enum_item *items =
	    ((const struct enum_spec *)t->data)->items, *e;
	int64_t rest = value;
	struct buf b = { 0 };
	size_t n = 0, i;

	for (e = items; e->name != NULL; e++) {
		if (e->value == value)
			return mem_strdup(e->name);
	}
	if ((t->flags & TYPE_FLAGS_ENUM) != 0 && value != 0) {
		const struct enum_item *used[64];

		for (e = items; e->name != NULL; e++)
			n++;
		/* from the largest down, then written upwards */
		for (i = 0; n-- > 0;) {
			e = &items[n];
			if (e->value != 0 && (rest & e->value) == e->value &&
			    i < LEN(used)) {
				used[i++] = e;
				rest &= ~e->value;
			}
		}
		if (rest == 0) {
			while (i-- > 0)
				buf_printf(&b, "%s%s", b.len > 0 ? ", " : "",
				    used[i]->name);
			return buf_take(&b);
		}
	}
	return mem_printf("%lld", (long long)value);
}

#define ENUM(var, full, fl, ...)                                               \
	static const struct enum_item items_##var[] = { __VA_ARGS__, { 0 } };  \
	static const struct enum_spec spec_##var = { items_##var };            \
	struct type var = {                                                    \
		.name = (full),                                                \
		.kind = TYPE_KIND_ENUM,                                        \
		.flags = TYPE_VALUETYPE | TYPE_SIGNED | (fl),                  \
		.size = 4,                                                     \
		.code = CODE_INT32,                                            \
		.base = &type_enum,                                            \
		.data = &spec_##var,                                           \
	};
#include "types/enums.def"
#undef ENUM

static struct type *const enums[] = {
#define ENUM(var, full, fl, ...) &var,
#include "types/enums.def"
#undef ENUM
};

void
enums_init(void)
{
	size_t i;

	for (i = 0; i < LEN(enums); i++)
		type_add(enums[i]);
}

/* An enum of a script; names are copied. Lives until exit. */
const struct type *
type_make_enum(const char *name, const char *const *names,
    const int64_t *values, size_t n, const struct type *underlying,
    bool is_flags)
{
	struct enum_item *items = mem_zalloc((n + 1) * sizeof(*items));
	struct enum_spec *spec = mem_zalloc(sizeof(*spec));
	const struct type *like = type_find("System.DayOfWeek", 16);
	struct type *t = mem_dup(like, sizeof(*t));

	for (size_t i = 0; i < n; i++) {
		items[i].name = mem_strdup(names[i]);
		items[i].value = values[i];
	}
	spec->items = items;
	t->name = mem_strdup(name);
	t->short_name = NULL;
	t->data = spec;
	t->cache = NULL;
	t->flags |= TYPE_SCRIPT;
	if (underlying != NULL) {
		t->size = underlying->size;
		t->flags &= ~(unsigned)TYPE_SIGNED;
		t->flags |= underlying->flags & TYPE_SIGNED;
	}
	t->flags &= ~(unsigned)TYPE_FLAGS_ENUM;
	if (is_flags)
		t->flags |= TYPE_FLAGS_ENUM;
	type_register(t);
	return t;
}
