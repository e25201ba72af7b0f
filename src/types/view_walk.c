/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The walks over members that Get-Member and Format-List make. */
#include "config.h"

#include <stdio.h>

#include "types/access.h"
#include "types/enums.h"
#include "types/member_internal.h"
#include "types/view_internal.h"

static const char *
kind_name(enum member_kind kind)
{
	switch ((int)kind) {
	case MEMBER_NOTE:
		return "NoteProperty";
	case MEMBER_PROPERTY:
		return "Property";
	case MEMBER_ALIAS:
		return "AliasProperty";
	case MEMBER_SCRIPT:
		return "ScriptProperty";
	case MEMBER_SCRIPT_METHOD:
		return "ScriptMethod";
	case MEMBER_CODE:
		return "CodeProperty";
	case MEMBER_PROPERTY_SET:
		return "PropertySet";
	default:
		return "MemberSet";
	}
}

static bool
kind_is_property(enum member_kind kind)
{
	return kind == MEMBER_NOTE || kind == MEMBER_PROPERTY ||
	    kind == MEMBER_ALIAS || kind == MEMBER_SCRIPT ||
	    kind == MEMBER_CODE;
}

/* --- walks --- */

/* Name and kind of each property and method, instance first. */

struct seen {
	struct dict *names;
};

static bool
seen_before(struct seen *s, const char *name)
{
	struct value key = value_string(name);
	bool yes = dict_find(s->names, key) != NULL;

	if (!yes)
		dict_set(s->names, key, VALUE_NULL);
	value_unref(key);
	return yes;
}

static enum flow
walk_bag(struct object *bag, struct seen *s, walk_fn *fn, void *arg)
{
	enum flow flow = FLOW_MORE;
	size_t i;

	for (i = 0; bag != NULL && i < bag->count && flow == FLOW_MORE; i++) {
		struct member *m = &bag->members[i];
		char *definition = NULL, *text;
		const char *type = "System.Object";

		if (m->hidden || seen_before(s, value_chars(m->name)))
			continue;
		switch ((int)m->kind) {
		case MEMBER_ALIAS:
			definition = mem_printf("%s = %s",
			    value_chars(m->name), value_chars(m->value));
			break;
		case MEMBER_SCRIPT:
		case MEMBER_SCRIPT_METHOD:
			text = value_text_plain(m->value);
			definition = m->kind == MEMBER_SCRIPT ?
			    mem_printf("System.Object %s {get=%s;}",
				value_chars(m->name), text) :
			    mem_printf("System.Object %s();",
				value_chars(m->name));
			mem_free(text);
			break;
		default:
			if (m->declared != NULL)
				type = type_display_name(m->declared);
			else if (value_type(m->value) != NULL)
				type = type_display_name(value_type(m->value));
			text = value_text_plain(m->value);
			definition = m->kind == MEMBER_PROPERTY ?
			    mem_printf("%s %s {get;set;}", type,
				value_chars(m->name)) :
			    mem_printf("%s %s=%s", type, value_chars(m->name),
				value_type(m->value) == NULL ? "null" : text);
			mem_free(text);
			break;
		}
		flow = fn(arg, value_chars(m->name), kind_name(m->kind),
		    definition, kind_is_property(m->kind));
		mem_free(definition);
	}
	return flow;
}

struct row_walk {
	struct seen *seen;
	walk_fn *fn;
	void *arg;
	bool is_static;
};

static enum flow
walk_row(void *arg, const struct member_row *row)
{
	struct row_walk *w = arg;

	if (row->is_static != w->is_static || seen_before(w->seen, row->name))
		return FLOW_MORE;
	return w->fn(w->arg, row->name, row->kind, row->definition,
	    strcmp(row->kind, "Property") == 0);
}

enum flow
view_walk_members(struct value v, walk_fn *fn, void *arg)
{
	struct object *bag = value_instance_members(v, false);
	struct value base = value_base(v), names;
	struct seen s = { .names = dict_new(NULL) };
	struct row_walk w = { .seen = &s, .fn = fn, .arg = arg };
	enum flow flow;
	size_t i;

	flow = walk_bag(bag, &s, fn, arg);
	if (flow == FLOW_MORE && bag == NULL && value_is_object(base))
		flow = walk_bag(object_of(base), &s, fn, arg);
	names = value_type_names(v);
	for (i = 0; flow == FLOW_MORE && i < list_of(names)->count; i++)
		flow = walk_bag(
		    typedata_of(value_chars(list_of(names)->items[i]), false),
		    &s, fn, arg);
	value_unref(names);
	if (flow == FLOW_MORE && base.type != NULL)
		flow = type_each_row(base.type, walk_row, &w);
	value_unref(dict_value(s.names));
	return flow;
}

struct member_walk {
	enum flow (*fn)(void *arg, const struct member_info *m);
	void *arg;
};

static enum flow
give_member(void *arg, const char *name, const char *kind,
    const char *definition, bool property)
{
	struct member_walk *w = arg;
	struct member_info m = { name, kind, definition };

	(void)property;
	return w->fn(w->arg, &m);
}

enum flow
value_each_member(struct run *r, struct value v, bool is_static,
    enum flow (*fn)(void *arg, const struct member_info *m), void *arg)
{
	struct member_walk w = { fn, arg };
	const struct type *t;
	struct seen s;
	struct row_walk rows = { .fn = give_member, .arg = &w,
		.is_static = true };
	enum flow flow;

	(void)r; /* a walk over names runs no code */
	if (!is_static)
		return view_walk_members(v, give_member, &w);
	t = type_of_value(v);
	if (t == NULL)
		t = value_type(v);
	if (t == NULL)
		return FLOW_MORE;
	s.names = dict_new(NULL);
	rows.seen = &s;
	flow = FLOW_MORE;
	if (t->kind == TYPE_KIND_ENUM) {
		const struct enum_item *e =
		    ((const struct enum_spec *)t->data)->items;

		for (; e->name != NULL && flow == FLOW_MORE; e++) {
			char *d = mem_printf("static %s %s {get;}", t->name,
			    e->name);

			flow = give_member(&w, e->name, "Property", d, true);
			mem_free(d);
		}
	}
	if (flow == FLOW_MORE)
		flow = type_each_row(t, walk_row, &rows);
	value_unref(dict_value(s.names));
	return flow;
}

struct property_walk {
	struct run *run;
	struct value v;
	enum flow (*fn)(void *arg, const char *name, struct value value);
	void *arg;
};

static enum flow
give_property(void *arg, const char *name, const char *kind,
    const char *definition, bool property)
{
	struct property_walk *w = arg;
	struct value got = VALUE_NULL;
	bool found;
	enum flow flow;

	(void)kind;
	(void)definition;
	if (!property)
		return FLOW_MORE;
	flow = value_get_member(w->run, w->v, name, &got, &found);
	if (flow == FLOW_LEAVE && w->run != NULL &&
	    w->run->leave.kind == LEAVE_THROW) {
		run_leave_clear(w->run);
		got = VALUE_NULL;
		flow = FLOW_MORE;
	}
	if (flow == FLOW_MORE)
		flow = w->fn(w->arg, name, got);
	value_unref(got);
	return flow;
}

enum flow
value_each_property(struct run *r, struct value v,
    enum flow (*fn)(void *arg, const char *name, struct value value),
    void *arg)
{
	struct property_walk w = { r, v, fn, arg };
	struct value base = value_base(v);
	struct object *o;
	size_t i;
	enum flow flow = FLOW_MORE;

	if (v.type == &type_object) {
		o = object_of(v);
		for (i = 0; i < o->count; i++) {
			if (o->members[i].kind != MEMBER_NOTE &&
			    o->members[i].kind != MEMBER_PROPERTY)
				break;
		}
		if (i == o->count) { /* plain values only: no walk by name */
			for (i = 0; i < o->count && flow == FLOW_MORE; i++) {
				struct value name, item;

				if (o->members[i].hidden)
					continue;
				name = value_ref(o->members[i].name);
				item = value_ref(o->members[i].value);
				flow = fn(arg, value_chars(name), item);
				value_unref(name);
				value_unref(item);
			}
			return flow;
		}
	}
	if (base.type == NULL)
		return FLOW_MORE;
	return view_walk_members(v, give_property, &w);
}
