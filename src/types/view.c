/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What $x.psobject shows (members as objects), methods without parentheses,
 * and the walks Get-Member and Format-List make.
 */
#include "config.h"

#include <stdio.h>

#include "types/access.h"
#include "types/enums.h"
#include "types/member_internal.h"

/* --- a member as an object: PSPropertyInfo and PSMethod --- */

struct info {
	struct cell cell;
	struct value owner;
	char *name;
	const char *kind; /* "NoteProperty" ... */
};

static void
info_release(struct cell *c)
{
	struct info *i = (struct info *)(void *)c;

	value_unref(i->owner);
	mem_free(i->name);
	mem_free(i);
}

static void
info_children(struct cell *c, void (*visit)(struct value *, void *), void *arg)
{
	visit(&((struct info *)(void *)c)->owner, arg);
}

#define INFO_TYPE(var, full)                                                   \
	struct type var = {                                                    \
		.name = (full),                                                \
		.kind = TYPE_KIND_CLASS,                                       \
		.flags = TYPE_COUNTED,                                         \
		.base = &type_system_object,                                   \
		.release = info_release,                                       \
		.children = info_children,                                     \
	}

INFO_TYPE(type_propertyinfo, "System.Management.Automation.PSPropertyInfo");
INFO_TYPE(type_psmethod, "System.Management.Automation.PSMethod");
static INFO_TYPE(type_noteproperty,
    "System.Management.Automation.PSNoteProperty");
static INFO_TYPE(type_psproperty, "System.Management.Automation.PSProperty");
static INFO_TYPE(type_aliasproperty,
    "System.Management.Automation.PSAliasProperty");
static INFO_TYPE(type_scriptproperty,
    "System.Management.Automation.PSScriptProperty");
static INFO_TYPE(type_memberinfo,
    "System.Management.Automation.PSMemberInfo");
/* the view itself, and its collections of members */
INFO_TYPE(type_memberset, "System.Management.Automation.PSMemberSet");
static INFO_TYPE(type_collection,
    "System.Management.Automation.PSMemberInfoCollection`1");

static struct value
info_new(const struct type *t, struct value owner, const char *name,
    const char *kind)
{
	struct info *i = cell_new(t, sizeof(*i));

	i->owner = value_ref(owner);
	i->name = mem_strdup(name);
	i->kind = kind;
	return cell_value(i);
}

static struct info *
info_of(struct value v)
{
	return (struct info *)(void *)v.u.p;
}

struct value
method_value(struct value self, const char *name)
{
	return info_new(&type_psmethod, self, name, "Method");
}

struct value
view_value(struct value v)
{
	return info_new(&type_memberset, v, "psobject", "MemberSet");
}

struct value
typenames_value(struct value v)
{
	struct object *bag = value_instance_members(v, false);
	struct value names = value_type_names(v);
	struct list *own, *old;
	size_t i;

	if (bag == NULL || bag->types != NULL)
		return names;
	/* the object gets a list of its own, so that Insert() counts */
	old = list_of(names);
	own = list_new(NULL, old->count);
	for (i = 0; i < old->count; i++)
		list_add(own, old->items[i]);
	value_unref(names);
	bag->types = own;
	return value_ref(list_value(own));
}

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
typedef enum flow walk_fn(void *arg, const char *name, const char *kind,
    const char *definition, bool property);

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

static enum flow
walk_members(struct value v, walk_fn *fn, void *arg)
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
		return walk_members(v, give_member, &w);
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
	return walk_members(v, give_property, &w);
}

/* --- members of the view --- */

struct gather {
	struct list *out;
	struct value owner;
	int what; /* 0 all, 1 properties, 2 methods */
};

static const struct type *
info_type(const char *kind, bool property)
{
	if (!property)
		return strcmp(kind, "Method") == 0 ||
			strcmp(kind, "ScriptMethod") == 0 ?
		    &type_psmethod :
		    &type_memberinfo;
	if (strcmp(kind, "NoteProperty") == 0)
		return &type_noteproperty;
	if (strcmp(kind, "AliasProperty") == 0)
		return &type_aliasproperty;
	if (strcmp(kind, "ScriptProperty") == 0)
		return &type_scriptproperty;
	return &type_psproperty;
}

static const char *
kind_static(const char *kind)
{
	static const char *const kinds[] = { "NoteProperty", "Property",
		"AliasProperty", "ScriptProperty", "ScriptMethod",
		"CodeProperty", "PropertySet", "MemberSet", "Method",
		"ParameterizedProperty" };
	size_t i;

	for (i = 0; i < LEN(kinds); i++) {
		if (strcmp(kinds[i], kind) == 0)
			return kinds[i];
	}
	return "Property";
}

static enum flow
gather_one(void *arg, const char *name, const char *kind,
    const char *definition, bool property)
{
	struct gather *g = arg;

	(void)definition;
	if ((g->what == 1 && !property) ||
	    (g->what == 2 && strstr(kind, "Method") == NULL))
		return FLOW_MORE;
	list_add_take(g->out, info_new(info_type(kind, property), g->owner,
	    name, kind_static(kind)));
	return FLOW_MORE;
}

static enum flow
gather_all(struct value owner, int what, struct list **listp)
{
	struct gather g = { list_new(NULL, 8), owner, what };
	enum flow flow;

	flow = walk_members(owner, gather_one, &g);
	if (flow != FLOW_MORE) {
		value_unref(list_value(g.out));
		return flow;
	}
	*listp = g.out;
	return FLOW_MORE;
}

static int
what_of(const struct info *i)
{
	return i->name[0] == 'P' ? 1 : i->name[0] == 'e' ? 2 : 0;
}

static enum flow
view_get(struct run *r, struct value v, const char *name, struct value *outp,
    bool *foundp)
{
	struct info *i = info_of(v);

	(void)r;
	*foundp = true;
	if (strcasecmp(name, "Properties") == 0)
		*outp = info_new(&type_collection, i->owner, "Properties", "");
	else if (strcasecmp(name, "Members") == 0)
		*outp = info_new(&type_collection, i->owner, "Members", "");
	else if (strcasecmp(name, "Methods") == 0)
		*outp = info_new(&type_collection, i->owner, "ethods", "");
	else if (strcasecmp(name, "TypeNames") == 0)
		*outp = typenames_value(i->owner);
	else if (strcasecmp(name, "BaseObject") == 0 ||
	    strcasecmp(name, "ImmediateBaseObject") == 0)
		*outp = value_ref(value_base(i->owner));
	else
		*foundp = false;
	return FLOW_MORE;
}

static enum flow
view_call(struct run *r, struct value v, const char *name,
    const struct value *args, size_t n, struct value *outp, bool *foundp)
{
	struct info *i = info_of(v);
	struct value base = value_base(i->owner);

	(void)r;
	(void)args;
	*foundp = true;
	if (strcasecmp(name, "Copy") == 0 && n == 0) {
		if (value_is_object(base))
			*outp = object_value(object_copy(object_of(base)));
		else
			*outp = value_ref(i->owner);
		return FLOW_MORE;
	}
	*foundp = false;
	return FLOW_MORE;
}

static enum flow
collection_get(struct run *r, struct value v, const char *name,
    struct value *outp, bool *foundp)
{
	struct list *l = NULL;
	enum flow flow;

	(void)r;
	if (strcasecmp(name, "Count") != 0)
		return FLOW_MORE;
	flow = gather_all(info_of(v)->owner, what_of(info_of(v)), &l);
	if (flow != FLOW_MORE)
		return flow;
	*outp = value_int((int32_t)l->count);
	*foundp = true;
	value_unref(list_value(l));
	return FLOW_MORE;
}

static enum flow
find_info(struct value v, const char *name, struct value *outp)
{
	struct list *l = NULL;
	size_t i;
	enum flow flow = gather_all(info_of(v)->owner, what_of(info_of(v)),
	    &l);

	if (flow != FLOW_MORE)
		return flow;
	for (i = 0; i < l->count; i++) {
		if (strcasecmp(info_of(l->items[i])->name, name) == 0) {
			*outp = value_ref(l->items[i]);
			break;
		}
	}
	value_unref(list_value(l));
	return FLOW_MORE;
}

static enum flow
collection_index(struct run *r, struct value v, const struct value *at,
    size_t n, struct value *outp)
{
	struct value text;
	struct list *l = NULL;
	enum flow flow;

	*outp = VALUE_NULL;
	if (n == 1 && is_integer(value_base(at[0]).type)) {
		flow = gather_all(info_of(v)->owner, what_of(info_of(v)),
		    &l);
		if (flow == FLOW_MORE) {
			flow = value_index(r, list_value(l), at, n, outp);
			value_unref(list_value(l));
		}
		return flow;
	}
	flow = value_text(r, at[0], &text);
	if (flow != FLOW_MORE)
		return flow;
	flow = find_info(v, value_chars(text), outp);
	value_unref(text);
	return flow;
}

/* Add(PSNoteProperty), Remove(name), Match(pattern). */
static enum flow
collection_call(struct run *r, struct value v, const char *name,
    const struct value *args, size_t n, struct value *outp, bool *foundp)
{
	struct info *i = info_of(v), *m;
	struct object *bag;
	struct list *l = NULL, *hits;
	struct value text, got = VALUE_NULL;
	size_t k;
	bool found;
	enum flow flow;

	*foundp = true;
	bag = value_instance_members(i->owner, true);
	if (strcasecmp(name, "Add") == 0 && n >= 1 &&
	    value_base(args[0]).type != NULL &&
	    value_base(args[0]).type->release == info_release) {
		m = info_of(value_base(args[0]));
		flow = value_get_member(r, args[0], "Value", &got, &found);
		if (flow == FLOW_MORE && bag != NULL) {
			struct member *added = object_add(bag, m->name,
			    strcmp(m->kind, "AliasProperty") == 0 ?
				MEMBER_ALIAS :
				MEMBER_NOTE);

			value_set(&added->value, got);
		}
		value_unref(got);
		return flow;
	}
	if (n != 1) {
		*foundp = false;
		return FLOW_MORE;
	}
	flow = value_text(r, args[0], &text);
	if (flow != FLOW_MORE)
		return flow;
	if (strcasecmp(name, "Remove") == 0) {
		if (bag != NULL)
			(void)object_remove(bag, value_chars(text));
	} else if (strcasecmp(name, "Match") == 0) {
		flow = gather_all(i->owner, what_of(i), &l);
		if (flow == FLOW_MORE) {
			hits = list_new(NULL, 0);
			for (k = 0; k < l->count; k++) {
				if (wildcard_match(value_chars(text),
					info_of(l->items[k])->name, true))
					list_add(hits, l->items[k]);
			}
			value_unref(list_value(l));
			*outp = list_value(hits);
		}
	} else {
		*foundp = false;
	}
	value_unref(text);
	return flow;
}

static enum flow
collection_iterate(struct run *r, struct value v, struct iter *it)
{
	struct list *l = NULL;
	enum flow flow = gather_all(info_of(v)->owner, what_of(info_of(v)),
	    &l);

	if (flow != FLOW_MORE)
		return flow;
	value_clear(&it->over);
	flow = iter_begin(r, list_value(l), it);
	value_unref(list_value(l));
	return flow;
}

/* --- members of a PSPropertyInfo --- */

static bool
is_detached(const struct info *i)
{
	return i->kind[0] == '\0'; /* [psnoteproperty]::new(name, value) */
}

static enum flow
info_value(struct run *r, const struct info *i, struct value *outp)
{
	bool found;

	if (is_detached(i)) {
		*outp = value_ref(i->owner);
		return FLOW_MORE;
	}
	return value_get_member(r, i->owner, i->name, outp, &found);
}

static enum flow
info_get(struct run *r, struct value v, const char *name, struct value *outp,
    bool *foundp)
{
	struct info *i = info_of(v);
	struct object *bag;
	struct member *m;
	struct value got = VALUE_NULL;
	const struct type *t;
	enum flow flow;

	*foundp = true;
	if (strcasecmp(name, "Name") == 0) {
		*outp = value_string(i->name);
	} else if (strcasecmp(name, "Value") == 0) {
		return info_value(r, i, outp);
	} else if (strcasecmp(name, "MemberType") == 0) {
		const struct enum_item *e = enum_find(&type_psmembertypes,
		    is_detached(i) ? "NoteProperty" : i->kind,
		    strlen(is_detached(i) ? "NoteProperty" : i->kind));

		*outp = enum_value(&type_psmembertypes,
		    e == NULL ? 4 : e->value);
	} else if (strcasecmp(name, "TypeNameOfValue") == 0) {
		flow = info_value(r, i, &got);
		if (flow != FLOW_MORE)
			return flow;
		t = value_type(got);
		*outp = value_string(t == NULL ? "System.Object" : t->name);
		value_unref(got);
	} else if (strcasecmp(name, "IsSettable") == 0) {
		bag = value_instance_members(i->owner, false);
		m = bag == NULL ? NULL : object_find(bag, i->name);
		*outp = value_bool(m != NULL ? !m->readonly : false);
	} else if (strcasecmp(name, "IsGettable") == 0) {
		*outp = value_bool(true);
	} else if (strcasecmp(name, "IsInstance") == 0) {
		bag = value_instance_members(i->owner, false);
		*outp = value_bool(
		    bag != NULL && object_find(bag, i->name) != NULL);
	} else if (strcasecmp(name, "ReferencedMemberName") == 0) {
		bag = value_instance_members(i->owner, false);
		m = bag == NULL ? NULL : object_find(bag, i->name);
		*outp = m == NULL ? VALUE_NULL : value_ref(m->value);
	} else {
		*foundp = false;
	}
	return FLOW_MORE;
}

static enum flow
info_set(struct run *r, struct value v, const char *name, struct value to,
    bool *foundp)
{
	struct info *i = info_of(v);

	*foundp = strcasecmp(name, "Value") == 0;
	if (!*foundp)
		return FLOW_MORE;
	if (is_detached(i)) {
		value_set(&i->owner, to);
		return FLOW_MORE;
	}
	return value_set_member(r, i->owner, i->name, to);
}

static enum flow
info_call(struct run *r, struct value v, const char *name,
    const struct value *args, size_t n, struct value *outp, bool *foundp)
{
	struct info *i = info_of(v);

	*foundp = strcasecmp(name, "Invoke") == 0;
	if (!*foundp)
		return FLOW_MORE;
	return value_call_member(r, i->owner, i->name, args, n, outp);
}

static enum flow
collect_definition(void *arg, const struct member_row *row)
{
	struct buf *b = ((void **)arg)[0];

	if (strcasecmp(row->name, ((void **)arg)[1]) == 0 && b->len == 0)
		buf_add_str(b, row->definition);
	return FLOW_MORE;
}

static enum flow
method_text(struct run *r, struct value v, struct value *textp)
{
	struct info *i = info_of(v);
	struct buf b = { 0 };
	void *arg[2] = { &b, i->name };
	const struct type *t = value_type(i->owner);

	(void)r;
	if (t != NULL)
		(void)type_each_row(t, collect_definition, arg);
	*textp = value_string_n(buf_text(&b), b.len);
	buf_clear(&b);
	return FLOW_MORE;
}

static enum flow
info_text(struct run *r, struct value v, struct value *textp)
{
	struct info *i = info_of(v);
	struct value got = VALUE_NULL, text;
	enum flow flow = info_value(r, i, &got);

	if (flow != FLOW_MORE)
		return flow;
	flow = value_text(r, got, &text);
	if (flow == FLOW_MORE) {
		const struct type *t = value_type(got);

		*textp = value_printf("%s %s=%s",
		    t == NULL ? "object" : type_display_name(t), i->name,
		    t == NULL ? "null" : value_chars(text));
		value_unref(text);
	}
	value_unref(got);
	return flow;
}

static enum flow
new_note(struct member_call *c)
{
	struct info *i = cell_new(&type_noteproperty, sizeof(*i));

	i->owner = value_ref(c->args[1]);
	i->name = mem_strdup(value_chars(c->args[0]));
	i->kind = "";
	c->out = cell_value(i);
	return FLOW_MORE;
}

static const struct member_spec note_members[] = {
	{ "new(string name, System.Object value)", new_note },
	{ NULL },
};

static const struct type_ops view_ops = { .get = view_get, .call = view_call };
static const struct type_ops collection_ops = {
	.get = collection_get,
	.call = collection_call,
	.index = collection_index,
	.iterate = collection_iterate,
};
static const struct type_ops info_ops = {
	.text = info_text,
	.get = info_get,
	.set = info_set,
};
static const struct type_ops method_ops = {
	.text = method_text,
	.get = info_get,
	.call = info_call,
};

void
view_init(void)
{
	struct type *const infos[] = { &type_propertyinfo, &type_noteproperty,
		&type_psproperty, &type_aliasproperty, &type_scriptproperty,
		&type_memberinfo };
	size_t i;

	for (i = 0; i < LEN(infos); i++) {
		infos[i]->ops = &info_ops;
		if (infos[i] != &type_propertyinfo)
			infos[i]->base = infos[i] == &type_memberinfo ?
			    &type_system_object :
			    &type_propertyinfo;
		type_add(infos[i]);
	}
	type_psmethod.ops = &method_ops;
	type_add(&type_psmethod);
	type_memberset.ops = &view_ops;
	type_add(&type_memberset);
	type_collection.ops = &collection_ops;
	type_collection.flags |= TYPE_UNROLLS;
	type_add(&type_collection);
	type_add_members(&type_noteproperty, note_members);
	type_add_name("psnoteproperty", &type_noteproperty);
}
