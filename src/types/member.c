/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of members: reading signatures, and members by name. */
#include "config.h"

#include <ctype.h>
#include <stdio.h>

#include "types/member_internal.h"

/* --- reading a signature --- */

static const char *
skip(const char *s)
{
	while (*s == ' ')
		s++;
	return s;
}

static bool
starts(const char **sp, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*sp, word, n) != 0)
		return false;
	*sp = skip(*sp + n);
	return true;
}

/* The end of a type's name: brackets belong to it. */
static const char *
type_end(const char *s)
{
	size_t depth = 0;

	for (; *s != '\0'; s++) {
		if (*s == '[')
			depth++;
		else if (*s == ']')
			depth--;
		else if (depth == 0 && (*s == ' ' || *s == ',' || *s == ')'))
			break;
	}
	return s;
}

/* T, TKey, TValue of the generic at hand; T[]; IEnumerable[T] ... */
static const struct type *
resolve(const struct type *t, const char *s, size_t n)
{
	const struct type *element = t->element;

	if (n == 1 && *s == 'T')
		return element == NULL ? &type_system_object : element;
	if (n == 4 && memcmp(s, "TKey", 4) == 0)
		return t->key == NULL ? &type_system_object : t->key;
	if (n == 6 && memcmp(s, "TValue", 6) == 0)
		return element == NULL ? &type_system_object : element;
	if (n == 3 && memcmp(s, "T[]", 3) == 0)
		return type_array_of(
		    element == NULL ? &type_system_object : element);
	if (n > 1 && s[n - 1] == '?')
		n--;
	if (n > 34 && memcmp(s, "System.Collections.Generic.IEnumerable", 38) ==
	    0)
		return &type_ienumerable;
	if (n > 34 && memcmp(s, "System.Collections.Generic.ICollection", 38) ==
	    0)
		return &type_icollection;
	if (n > 29 && memcmp(s, "System.Collections.Generic.IList", 32) == 0)
		return &type_ilist;
	if (n > 34 && memcmp(s, "System.Collections.Generic.IDictionary", 38) ==
	    0)
		return &type_idictionary;
	return type_find(s, n);
}

static bool
is_delegate(const char *s, size_t n)
{
	static const char *const names[] = {
		"System.Func", "System.Action", "System.Predicate",
		"System.Comparison", "System.Converter",
		"System.Text.RegularExpressions.MatchEvaluator",
		"System.Delegate", "scriptblock",
	};
	size_t i;

	for (i = 0; i < LEN(names); i++) {
		if (n >= strlen(names[i]) &&
		    memcmp(s, names[i], strlen(names[i])) == 0)
			return true;
	}
	return false;
}

static const char *
read_param(const struct type *t, const char *s, struct param *p)
{
	const char *end;
	size_t n;

	memset(p, 0, sizeof(*p));
	if (starts(&s, "params "))
		p->flags |= PARAM_ARRAY;
	if (starts(&s, "[ref] ") || starts(&s, "ref ") || starts(&s, "out "))
		p->flags |= PARAM_REF;
	end = type_end(s);
	n = (size_t)(end - s);
	p->type = resolve(t, s, n);
	p->type_text = s;
	p->type_len = n;
	if (n > 0 && s[n - 1] == '?')
		p->flags |= PARAM_OPTIONAL;
	if (is_delegate(s, n))
		p->flags |= PARAM_DELEGATE;
	s = skip(end);
	p->name = s;
	while (isalnum((unsigned char)*s) || *s == '_')
		s++;
	p->name_len = (size_t)(s - p->name);
	s = skip(s);
	if (*s == '=') {
		p->flags |= PARAM_OPTIONAL;
		while (*s != '\0' && *s != ',' && *s != ')')
			s++;
	}
	return s;
}

static void
read_params(const struct type *t, const char *s, struct overload *o)
{
	size_t cap = 0;

	s = skip(s);
	while (*s != '\0' && *s != ')') {
		if (o->nparams == cap) {
			cap = cap == 0 ? 4 : cap * 2;
			o->params = mem_array_grow(o->params, cap,
			    sizeof(*o->params));
		}
		s = read_param(t, s, &o->params[o->nparams++]);
		if (*s == ',')
			s = skip(s + 1);
		else if (*s != ')')
			break;
	}
}

static void
read_signature(const struct type *t, const struct member_spec *spec,
    struct overload *o)
{
	const char *s = spec->signature, *end;

	memset(o, 0, sizeof(*o));
	o->spec = spec;
	if (starts(&s, "static "))
		o->is_static = true;
	if (strncmp(s, "new(", 4) == 0) {
		o->kind = MEMBER_ROW_NEW;
		o->is_static = true;
		o->name = "new";
		o->name_len = 3;
		read_params(t, s + 4, o);
		return;
	}
	end = type_end(s);
	o->result_text = s;
	o->result_len = (size_t)(end - s);
	s = skip(end);
	o->name = s;
	while (isalnum((unsigned char)*s) || *s == '_')
		s++;
	o->name_len = (size_t)(s - o->name);
	if (*s == '<') {
		while (*s != '\0' && *s != '>')
			s++;
		s++;
		o->generic = true;
	}
	if (*s == '(') {
		o->kind = MEMBER_ROW_METHOD;
		read_params(t, s + 1, o);
		return;
	}
	if (*s == '[') {
		o->kind = MEMBER_ROW_INDEXER;
		return;
	}
	o->kind = MEMBER_ROW_PROPERTY;
	o->settable = strstr(s, "set") != NULL;
}

/* --- tables --- */

static void
table_add(struct member_table *table, struct overload *o)
{
	size_t at = string_hash_ci(o->name, o->name_len) &
	    (MEMBER_SLOTS - 1);
	struct overload **slot = &table->slots[at];

	while (*slot != NULL)
		slot = &(*slot)->next;
	*slot = o;
}

static struct member_table *
table_of(const struct type *t)
{
	struct member_table **tp = type_member_table(t), *table;
	const struct member_spec *spec;
	struct overload *all;
	size_t n = 0, i;

	if (*tp != NULL || t->members == NULL)
		return *tp;
	for (spec = t->members; spec->signature != NULL; spec++)
		n++;
	table = mem_zalloc(sizeof(*table));
	all = mem_array(n == 0 ? 1 : n, sizeof(*all));
	for (i = 0; i < n; i++) {
		read_signature(t, &t->members[i], &all[i]);
		table_add(table, &all[i]);
	}
	table->all = all;
	table->count = n;
	*type_member_table(t) = table;
	return table;
}

static bool
named(const struct overload *o, const char *name, size_t n)
{
	return o->name_len == n && strncasecmp(o->name, name, n) == 0;
}

const struct overload *
member_find(const struct type *t, const char *name, bool is_static,
    const struct type **ownerp)
{
	size_t n = strlen(name);
	uint32_t hash = string_hash_ci(name, n);
	const struct overload *o;
	struct member_table *table;

	for (; t != NULL; t = t->base) {
		table = table_of(t);
		if (table == NULL)
			continue;
		for (o = table->slots[hash & (MEMBER_SLOTS - 1)]; o != NULL;
		     o = o->next) {
			if (o->is_static == is_static && named(o, name, n)) {
				if (ownerp != NULL)
					*ownerp = t;
				return o;
			}
		}
	}
	return NULL;
}

const struct overload *
member_next(const struct overload *o, const char *name, bool is_static)
{
	size_t n = strlen(name);

	for (o = o->next; o != NULL; o = o->next) {
		if (o->is_static == is_static && named(o, name, n))
			return o;
	}
	return NULL;
}

void
type_add_members(struct type *t, const struct member_spec *members)
{
	t->members = members;
}

/* --- what rows say about a type --- */

bool
type_has_constructor(const struct type *t, size_t n)
{
	const struct member_table *table = table_of(t);
	size_t i;

	if (n == 0 && (t->kind == TYPE_KIND_DICT || t->kind == TYPE_KIND_LIST))
		return true;
	for (i = 0; table != NULL && i < table->count; i++) {
		if (table->all[i].kind == MEMBER_ROW_NEW &&
		    table->all[i].nparams == n &&
		    table->all[i].spec->fn != NULL)
			return true;
	}
	return (t->flags & TYPE_SCRIPT) != 0;
}

bool
type_has_method(const struct type *t, const char *name)
{
	const struct overload *o = member_find(t, name, false, NULL);

	return o != NULL && o->kind == MEMBER_ROW_METHOD;
}

bool
type_has_instance_property(const struct type *t, const char *name)
{
	const struct overload *o = member_find(t, name, false, NULL);

	return o != NULL && o->kind == MEMBER_ROW_PROPERTY;
}

void
type_settable(const struct type *t, struct buf *out)
{
	const struct member_table *table = table_of(t);
	bool any = false;
	size_t i;

	if (t->kind == TYPE_KIND_ENUM) {
		buf_add_str(out, "The settable properties are: "
				 "[value__ <System.Int32>].");
		return;
	}
	for (i = 0; table != NULL && i < table->count; i++) {
		const struct overload *o = &table->all[i];
		const struct type *pt;

		if (o->kind != MEMBER_ROW_PROPERTY || o->is_static ||
		    !o->settable)
			continue;
		pt = resolve(t, o->result_text, o->result_len);
		buf_add_str(out, any ? ", " : "The settable properties are: ");
		buf_printf(out, "[%.*s <%s>]", (int)o->name_len, o->name,
		    pt == NULL ? "System.Object" : pt->name);
		any = true;
	}
	buf_add_str(out, any ? "." : "There is no settable property available.");
}

static const char *
row_kind(const struct overload *o)
{
	switch ((int)o->kind) {
	case MEMBER_ROW_METHOD:
		return "Method";
	case MEMBER_ROW_INDEXER:
		return "ParameterizedProperty";
	default:
		return "Property";
	}
}

enum flow
type_each_row(const struct type *t,
    enum flow (*fn)(void *arg, const struct member_row *row), void *arg)
{
	const struct type *from;
	const struct member_table *table;
	size_t i, k;
	enum flow flow = FLOW_MORE;

	for (from = t; from != NULL && flow == FLOW_MORE; from = from->base) {
		table = table_of(from);
		for (i = 0; table != NULL && i < table->count &&
		     flow == FLOW_MORE; i++) {
			const struct overload *o = &table->all[i];
			struct buf b = { 0 };
			char *name;
			struct member_row row = { .kind = row_kind(o),
				.is_static = o->is_static };

			/* once a name, with all its overloads */
			for (k = 0; k < i; k++) {
				if (table->all[k].is_static == o->is_static &&
				    table->all[k].name_len == o->name_len &&
				    memcmp(table->all[k].name, o->name,
					o->name_len) == 0)
					break;
			}
			name = mem_strndup(o->name, o->name_len);
			if (k < i ||
			    (from != t &&
				member_find(t, name, o->is_static, NULL)->spec !=
				    o->spec)) {
				mem_free(name);
				continue;
			}
			if (o->kind == MEMBER_ROW_PROPERTY)
				buf_printf(&b, "%.*s %s {get;%s}",
				    (int)o->result_len, o->result_text, name,
				    o->settable ? "set;" : "");
			else
				buf_add_str(&b, o->spec->signature);
			for (k = i + 1; k < table->count; k++) {
				if (table->all[k].is_static == o->is_static &&
				    table->all[k].name_len == o->name_len &&
				    memcmp(table->all[k].name, o->name,
					o->name_len) == 0)
					buf_printf(&b, ", %s",
					    table->all[k].spec->signature);
			}
			row.name = name;
			row.definition = buf_text(&b);
			flow = fn(arg, &row);
			buf_clear(&b);
			mem_free(name);
		}
	}
	return flow;
}
