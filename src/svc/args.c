/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading and building what frames carry. */
#include "config.h"

#include "core/list.h"
#include "core/object.h"
#include "core/type.h"
#include "svc/args.h"

struct value
args_get(struct value v, const char *name)
{
	if (value_is_dict(v))
		return dict_peek(dict_of(v), name);
	if (value_is_object(v))
		return object_peek(object_of(v), name);
	return VALUE_NULL;
}

const char *
args_text(struct value v, const char *name)
{
	return value_chars(args_get(v, name));
}

int64_t
args_int(struct value v, const char *name, int64_t otherwise)
{
	struct value n = args_get(v, name);

	return n.type == &type_int || n.type == &type_long ? n.u.i : otherwise;
}

bool
args_bool(struct value v, const char *name, bool otherwise)
{
	struct value b = args_get(v, name);

	return b.type == &type_bool ? b.u.b : otherwise;
}

size_t
args_count(struct value v, const char *name)
{
	struct value l = args_get(v, name);

	if (value_is_list(l))
		return list_of(l)->count;
	return value_is_nothing(l) ? 0 : 1;
}

struct value
args_at(struct value v, const char *name, size_t i)
{
	struct value l = args_get(v, name);

	return value_is_list(l) ? list_of(l)->items[i] : l;
}

void
args_set_text(struct dict *d, const char *name, const char *text)
{
	dict_set_str_take(
	    d, name, text == NULL ? VALUE_NULL : value_string(text));
}

void
args_set_int(struct dict *d, const char *name, int64_t n)
{
	dict_set_str_take(d, name,
	    n >= INT32_MIN && n <= INT32_MAX ? value_int((int32_t)n)
					     : value_long(n));
}

void
args_set_bool(struct dict *d, const char *name, bool b)
{
	dict_set_str_take(d, name, value_bool(b));
}

struct value
args_pair_take(const char *a, struct value b)
{
	struct list *l = list_new(NULL, 2);

	list_add_take(l, value_string(a));
	list_add_take(l, b);
	return list_value(l);
}
