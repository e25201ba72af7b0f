/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Types by name: accelerators, arrays, generics; types as values. */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "types/member_internal.h"
#include "types/types_internal.h"

struct type_cache {
	const struct type *array;    /* T[] */
	const struct type *nullable; /* Nullable[T] */
	struct type_cell *value;     /* [T] itself */
	struct member_table *members;
	char *display;
};

static struct {
	struct entry {
		char *name;
		const struct type *type;
	} *slots;
	size_t size;
	size_t count;
	struct generic {
		const struct type *type;
		const struct type *args[3];
	} *generics;
	size_t ngenerics;
} registry;

const struct type *types_string_array, *types_char_array, *types_byte_array,
    *types_int_array;

/* --- the table of names --- */

static void put(char *name, const struct type *t);

static void
grow(void)
{
	struct entry *old = registry.slots;
	size_t n = registry.size, i;

	registry.size = n == 0 ? 1024 : n * 2;
	registry.slots = mem_array(registry.size, sizeof(*registry.slots));
	memset(registry.slots, 0, registry.size * sizeof(*registry.slots));
	registry.count = 0;
	for (i = 0; i < n; i++) {
		if (old[i].name != NULL)
			put(old[i].name, old[i].type);
	}
	mem_free(old);
}

static struct entry *
slot_of(const char *name, size_t len)
{
	size_t at = string_hash_ci(name, len) & (registry.size - 1);
	struct entry *e;

	for (;; at = (at + 1) & (registry.size - 1)) {
		e = &registry.slots[at];
		if (e->name == NULL ||
		    (strncasecmp(e->name, name, len) == 0 &&
			e->name[len] == '\0'))
			return e;
	}
}

/* Takes name; the newest of a name wins. */
static void
put(char *name, const struct type *t)
{
	struct entry *e;

	if (registry.count * 2 >= registry.size)
		grow();
	e = slot_of(name, strlen(name));
	if (e->name == NULL) {
		registry.count++;
		e->name = name;
	} else if (e->name != name) {
		mem_free(name);
	}
	e->type = t;
}

void
type_add_name(const char *name, const struct type *t)
{
	put(mem_strdup(name), t);
}

void
type_add(struct type *t)
{
	if (t->cache == NULL)
		t->cache = mem_zalloc(sizeof(*t->cache));
	if (t->name != NULL)
		type_add_name(t->name, t);
	if (t->short_name != NULL)
		type_add_name(t->short_name, t);
}

/* The cache hangs on a pointer, so a const type may have one. */
static struct type_cache *
cache_of(const struct type *t)
{
	static struct extra {
		const struct type *type;
		struct type_cache *cache;
	} *extra;
	static size_t n;
	size_t i;

	if (t->cache != NULL)
		return t->cache;
	for (i = 0; i < n; i++) {
		if (extra[i].type == t)
			return extra[i].cache;
	}
	extra = mem_array_grow(extra, n + 1, sizeof(*extra));
	extra[n].type = t;
	extra[n].cache = mem_zalloc(sizeof(*extra[n].cache));
	return extra[n++].cache;
}

struct member_table **
type_member_table(const struct type *t)
{
	return &cache_of(t)->members;
}

void
type_register(const struct type *t)
{
	(void)cache_of(t);
	put(mem_strdup(t->name), t);
}

static const struct type *
lookup(const char *name, size_t len)
{
	char full[256];
	struct entry *e = slot_of(name, len);
	int n;

	if (e->name != NULL)
		return e->type;
	n = snprintf(full, sizeof(full), "System.%.*s", (int)len, name);
	if (n <= 0 || (size_t)n >= sizeof(full))
		return NULL;
	e = slot_of(full, (size_t)n);
	return e->name != NULL ? e->type : NULL;
}

/* --- made at run time --- */

const struct type *
type_array_of(const struct type *element)
{
	struct type_cache *cache;
	struct type *t;

	if (element == &type_system_object)
		return &type_list;
	if (element == &type_byte)
		return &type_bytes;
	cache = cache_of(element);
	if (cache->array != NULL)
		return cache->array;
	t = mem_dup(&type_list, sizeof(*t));
	t->name = mem_printf("%s[]", element->name);
	t->short_name = NULL;
	t->element = element;
	t->cache = NULL;
	t->members = NULL;
	type_add(t);
	cache_of(element)->array = t;
	return t;
}

const struct type *
type_nullable_of(const struct type *element)
{
	struct type_cache *cache = cache_of(element);
	struct type *t;

	if (cache->nullable != NULL)
		return cache->nullable;
	t = mem_dup(&type_nullable, sizeof(*t));
	t->name = mem_printf("System.Nullable`1[%s]", element->name);
	t->short_name = NULL;
	t->flags &= ~(unsigned)TYPE_GENERIC;
	t->element = element;
	t->definition = &type_nullable;
	t->cache = NULL;
	type_add(t);
	cache_of(element)->nullable = t;
	return t;
}

/* How many arguments an open generic takes: the digit after the tick. */
static size_t
arity(const struct type *t)
{
	const char *tick = strrchr(t->name, '`');

	return tick == NULL ? 0 : (size_t)(tick[1] - '0');
}

const struct type *
type_generic_of(const struct type *definition, const struct type *const *args,
    size_t n)
{
	struct buf name = { 0 };
	struct type *t;
	size_t i, k;

	if ((definition->flags & TYPE_GENERIC) == 0 || arity(definition) != n ||
	    n == 0 || n > 3)
		return NULL;
	if (definition == &type_nullable)
		return type_nullable_of(args[0]);
	for (i = 0; i < registry.ngenerics; i++) {
		if (registry.generics[i].type->definition != definition)
			continue;
		for (k = 0; k < n && registry.generics[i].args[k] == args[k];
		     k++)
			;
		if (k == n)
			return registry.generics[i].type;
	}
	t = mem_dup(definition, sizeof(*t));
	buf_printf(&name, "%s[", definition->name);
	for (i = 0; i < n; i++)
		buf_printf(&name, "%s%s", i > 0 ? "," : "", args[i]->name);
	buf_add_byte(&name, ']');
	t->name = buf_take(&name);
	t->short_name = NULL;
	t->flags &= ~(unsigned)TYPE_GENERIC;
	t->definition = definition;
	t->element = args[n - 1];
	t->key = n > 1 ? args[0] : NULL;
	t->cache = NULL;
	t->base = definition->base;
	registry.generics = mem_array_grow(registry.generics,
	    registry.ngenerics + 1, sizeof(*registry.generics));
	registry.generics[registry.ngenerics].type = t;
	for (i = 0; i < n; i++)
		registry.generics[registry.ngenerics].args[i] = args[i];
	registry.ngenerics++;
	type_add(t);
	return t;
}

/* --- reading names --- */

static void
trim(const char **sp, size_t *np)
{
	while (*np > 0 && isspace((unsigned char)**sp)) {
		(*sp)++;
		(*np)--;
	}
	while (*np > 0 && isspace((unsigned char)(*sp)[*np - 1]))
		(*np)--;
}

/* The '[' that belongs to the ']' at the end, or NULL. */
static const char *
opening(const char *s, size_t n)
{
	size_t depth = 0;

	while (n-- > 0) {
		if (s[n] == ']')
			depth++;
		else if (s[n] == '[' && --depth == 0)
			return s + n;
	}
	return NULL;
}

static const struct type *
find_generic(const char *name, size_t len, const char *args, size_t args_len)
{
	const struct type *list[3], *definition;
	char open_name[256];
	size_t n = 0, start = 0, i, depth = 0;
	const char *tick = memchr(name, '`', len);

	for (i = 0; i <= args_len; i++) {
		if (i < args_len && args[i] == '[')
			depth++;
		else if (i < args_len && args[i] == ']')
			depth--;
		if (i == args_len || (args[i] == ',' && depth == 0)) {
			const char *one = args + start;
			size_t one_len = i - start;

			trim(&one, &one_len);
			/* [[System.Int32, mscorlib]] */
			if (one_len > 2 && one[0] == '[' &&
			    one[one_len - 1] == ']') {
				const char *comma;

				one++;
				one_len -= 2;
				comma = memchr(one, ',', one_len);
				if (comma != NULL && strchr("[", *one) == NULL)
					one_len = (size_t)(comma - one);
			}
			if (n == LEN(list))
				return NULL;
			list[n] = type_find(one, one_len);
			if (list[n++] == NULL)
				return NULL;
			start = i + 1;
		}
	}
	if (tick != NULL)
		len = (size_t)(tick - name);
	if ((size_t)snprintf(open_name, sizeof(open_name), "%.*s`%zu",
		(int)len, name, n) >= sizeof(open_name))
		return NULL;
	definition = lookup(open_name, strlen(open_name));
	if (definition == NULL && n == 1 && len == 8 &&
	    strncasecmp(name, "nullable", 8) == 0)
		definition = &type_nullable;
	return definition == NULL ? NULL : type_generic_of(definition, list, n);
}

const struct type *
type_find(const char *name, size_t len)
{
	const struct type *t;
	const char *open;

	trim(&name, &len);
	if (len == 0 || len > 1024)
		return NULL;
	t = lookup(name, len);
	if (t != NULL)
		return t;
	if (name[len - 1] == ']') {
		open = opening(name, len);
		if (open == NULL || open == name)
			return NULL;
		if (strspn(open + 1, ", ") == len - (size_t)(open - name) - 2) {
			t = type_find(name, (size_t)(open - name));
			return t == NULL ? NULL : type_array_of(t);
		}
		return find_generic(name, (size_t)(open - name), open + 1,
		    len - (size_t)(open - name) - 2);
	}
	if (memchr(name, ',', len) != NULL && memchr(name, '[', len) == NULL)
		return type_find(name,
		    (size_t)((const char *)memchr(name, ',', len) - name));
	return NULL;
}

/* --- how they are shown --- */

static void
add_display(const struct type *t, struct buf *b)
{
	size_t i, n = 0;

	if (t->short_name != NULL) {
		buf_add_str(b, t->short_name);
		return;
	}
	if (t == &type_list) {
		buf_add_str(b, "System.Object[]");
		return;
	}
	if (t == &type_bytes) {
		buf_add_str(b, "byte[]");
		return;
	}
	if (t->kind == TYPE_KIND_ARRAY && t->element != NULL) {
		add_display(t->element, b);
		buf_add_str(b, "[]");
		return;
	}
	if (t->definition == &type_nullable) {
		buf_add_str(b, "System.Nullable[");
		add_display(t->element, b);
		buf_add_byte(b, ']');
		return;
	}
	if (t->definition == NULL) {
		buf_add_str(b, t->name);
		return;
	}
	buf_add(b, t->definition->name,
	    strcspn(t->definition->name, "`"));
	buf_add_byte(b, '[');
	for (i = 0; i < registry.ngenerics; i++) {
		if (registry.generics[i].type != t)
			continue;
		for (n = 0; n < 3 && registry.generics[i].args[n] != NULL &&
		     n < arity(t->definition); n++) {
			if (n > 0)
				buf_add_byte(b, ',');
			add_display(registry.generics[i].args[n], b);
		}
	}
	buf_add_byte(b, ']');
}

const char *
type_display_name(const struct type *t)
{
	struct type_cache *cache = cache_of(t);
	struct buf b = { 0 };

	if (t == &type_runtime)
		return "System.RuntimeType";
	if (cache->display == NULL) {
		add_display(t, &b);
		cache = cache_of(t);
		cache->display = buf_take(&b);
	}
	return cache->display;
}

/* --- types as values --- */

struct value
value_of_type(const struct type *t)
{
	struct type_cache *cache;

	if (t == NULL)
		return VALUE_NULL;
	cache = cache_of(t);
	if (cache->value == NULL) {
		cache->value = cell_new(&type_runtime, sizeof(*cache->value));
		cache->value->about = t;
	}
	return value_ref(cell_value(cache->value));
}

const struct type *
type_of_value(struct value v)
{
	v = value_base(v);
	if (v.type != &type_runtime)
		return NULL;
	return ((struct type_cell *)(void *)v.u.p)->about;
}

const struct type *
value_type(struct value v)
{
	v = value_base(v);
	return v.type == &type_void ? NULL : v.type;
}

/* --- wrappers --- */

struct value
value_base(struct value v)
{
	while (v.type == &type_psobject)
		v = wrapper_of(v)->base;
	return v;
}

struct value
value_wrap(struct value v)
{
	struct wrapper *w;

	if (v.type == NULL || v.type == &type_psobject ||
	    v.type->kind == TYPE_KIND_OBJECT)
		return value_ref(v);
	w = cell_new(&type_psobject, sizeof(*w));
	w->base = value_ref(v);
	return cell_value(w);
}

static void
add_type_names(const struct type *t, struct list *l)
{
	for (; t != NULL; t = t->base)
		list_add_take(l, value_string(t->name));
}

struct value
value_type_names(struct value v)
{
	struct list *l;
	struct value base = value_base(v);

	if (is_wrapper(v) && wrapper_of(v)->members != NULL &&
	    wrapper_of(v)->members->types != NULL)
		return value_ref(list_value(wrapper_of(v)->members->types));
	if (value_is_object(base) && object_of(base)->types != NULL)
		return value_ref(list_value(object_of(base)->types));
	l = list_new(NULL, 4);
	add_type_names(base.type, l);
	return list_value(l);
}

/* --- start --- */

static struct type *const all[] = {
	&type_system_object, &type_valuetype, &type_enum, &type_array,
	&type_bool, &type_int, &type_long, &type_double, &type_char,
	&type_string, &type_bytes, &type_datetime, &type_timespan, &type_list,
	&type_dict, &type_ordered, &type_object, &type_sbyte, &type_byte,
	&type_int16, &type_uint16, &type_uint, &type_ulong, &type_single,
	&type_decimal, &type_bigint, &type_psobject, &type_runtime,
	&type_exception, &type_nullable, &type_delegate, &type_switch,
	&type_ienumerable, &type_icollection, &type_ilist, &type_idictionary,
	&type_icomparable, &type_iconvertible, &type_iformattable,
	&type_idisposable,
};

static const struct {
	const char *name;
	const struct type *type;
} names[] = {
	{ "object", &type_system_object },
	{ "int32", &type_int },
	{ "int64", &type_long },
	{ "int16", &type_int16 },
	{ "uint16", &type_uint16 },
	{ "uint32", &type_uint },
	{ "uint64", &type_ulong },
	{ "single", &type_single },
	{ "System.Type", &type_runtime },
	{ "pscustomobject", &type_object },
	{ "PSCustomObject", &type_object },
	{ "psobject", &type_psobject },
};

void
types_init(void)
{
	static bool done;
	size_t i;

	if (done)
		return;
	done = true;
	grow();
	for (i = 0; i < LEN(all); i++)
		type_add(all[i]);
	for (i = 0; i < LEN(names); i++) {
		type_add_name(names[i].name, names[i].type);
	}
	type_object.short_name = "PSCustomObject";
	types_string_array = type_array_of(&type_string);
	types_char_array = type_array_of(&type_char);
	types_int_array = type_array_of(&type_int);
	types_byte_array = &type_bytes;
	types_init_members();
}
