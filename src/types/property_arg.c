/* SPDX-License-Identifier: GPL-3.0-or-later */
/* -Property arguments: names, wildcards, blocks, calculated properties. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "core/string.h"
#include "core/type.h"
#include "types/property_arg.h"
#include "types/types.h"

bool
property_key_is(const char *key, const char *name)
{
	size_t n = strlen(key);

	return n > 0 && n <= strlen(name) && strncasecmp(key, name, n) == 0;
}

bool
value_is_block(struct value v)
{
	v = value_base(v);
	return v.type != NULL &&
	    strcmp(v.type->name, "System.Management.Automation.ScriptBlock") ==
	    0;
}

static enum flow
bad_key(struct run *r, const char *id, const char *fmt, const char *what)
{
	char *message = mem_strdup(fmt);
	enum flow flow;

	flow = run_throw(r, "System.NotSupportedException", id,
	    "InvalidArgument", "%s%s%s", message, what,
	    *what == '\0' ? "" : " key is not valid.");
	mem_free(message);
	return flow;
}

static const char *
key_match(const char *key, const char *const *allowed)
{
	size_t i;

	for (i = 0; allowed[i] != NULL; i++)
		if (property_key_is(key, allowed[i]))
			return allowed[i];
	return NULL;
}

static enum flow
arg_from_dict(struct run *r, struct dict *d, const char *const *allowed,
    struct property_arg *pa)
{
	const struct dict_entry *e;
	size_t pos;

	pa->keys = d;
	(void)value_ref(dict_value(d));
	DICT_EACH (e, d, pos) {
		const char *key = value_chars(e->key);
		const char *name =
		    key == NULL ? NULL : key_match(key, allowed);
		struct value v = value_base(e->value);

		if (name == NULL)
			return bad_key(r, "DictionaryKeyUnknown", "The ",
			    key == NULL ? "given" : key);
		if (strcmp(name, "expression") == 0) {
			value_set(&pa->expression, v);
		} else if (strcmp(name, "name") == 0 ||
		    strcmp(name, "label") == 0) {
			mem_free(pa->label);
			pa->label = value_text_plain(v);
			pa->labelled = true;
		}
	}
	if (value_is_nothing(pa->expression))
		return bad_key(r, "DictionaryKeyMandatoryEntry",
		    "The mandatory key 'Expression' is missing.", "");
	if (pa->label == NULL)
		pa->label = value_text_plain(pa->expression);
	return FLOW_MORE;
}

static enum flow
args_add(struct run *r, struct value arg, const char *const *allowed,
    struct property_args *out)
{
	struct value v = value_base(arg);
	struct property_arg *pa;

	out->items = mem_array_grow(
	    out->items, out->count + 1, sizeof(*out->items));
	pa = &out->items[out->count++];
	memset(pa, 0, sizeof(*pa));
	if (value_is_dict(v))
		return arg_from_dict(r, dict_of(v), allowed, pa);
	pa->label = value_text_plain(v);
	pa->expression = value_is_block(v) ? value_ref(v)
					   : value_string(pa->label);
	return FLOW_MORE;
}

enum flow
property_args_parse(struct run *r, struct value arg,
    const char *const *allowed, struct property_args *out)
{
	struct iter it;
	struct value item;
	bool more;
	enum flow flow;

	memset(out, 0, sizeof(*out));
	if (value_is_nothing(arg))
		return FLOW_MORE;
	if (value_is_dict(value_base(arg)))
		return args_add(r, arg, allowed, out);
	flow = iter_begin(r, arg, &it);
	while (flow == FLOW_MORE) {
		flow = iter_next(r, &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		flow = args_add(r, item, allowed, out);
		value_unref(item);
	}
	iter_end(&it);
	return flow;
}

void
property_args_clear(struct property_args *args)
{
	size_t i;

	for (i = 0; i < args->count; i++) {
		mem_free(args->items[i].label);
		value_unref(args->items[i].expression);
		if (args->items[i].keys != NULL)
			value_unref(dict_value(args->items[i].keys));
	}
	mem_free(args->items);
	memset(args, 0, sizeof(*args));
}

struct value
property_arg_key(const struct property_arg *pa, const char *name)
{
	const struct dict_entry *e;
	size_t pos;

	if (pa->keys == NULL)
		return VALUE_NULL;
	DICT_EACH (e, pa->keys, pos)
		if (value_is_string(e->key) &&
		    property_key_is(value_chars(e->key), name))
			return value_base(e->value);
	return VALUE_NULL;
}

bool
property_arg_is_pattern(const struct property_arg *pa)
{
	return value_is_string(pa->expression) &&
	    wildcard_has(value_chars(pa->expression));
}

enum flow
property_arg_get(struct run *r, const struct property_arg *pa,
    struct value object, struct value *outp, bool *foundp)
{
	*outp = VALUE_NULL;
	*foundp = true;
	if (value_is_string(pa->expression))
		return value_get_member(r, object,
		    value_chars(pa->expression), outp, foundp);
	return r->ops->invoke(
	    r, pa->expression, NULL, 0, &object, true, outp);
}
