/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What $x.psobject shows: members and collections of them. */
#include "config.h"

#include <stdio.h>

#include "types/access.h"
#include "types/enums.h"
#include "types/member_internal.h"
#include "types/view_internal.h"

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

struct info *
view_info_of(struct value v)
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

	flow = view_walk_members(owner, gather_one, &g);
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
	struct info *i = view_info_of(v);

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
	struct info *i = view_info_of(v);
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
	flow = gather_all(view_info_of(v)->owner, what_of(view_info_of(v)), &l);
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
	enum flow flow = gather_all(view_info_of(v)->owner, what_of(view_info_of(v)),
	    &l);

	if (flow != FLOW_MORE)
		return flow;
	for (i = 0; i < l->count; i++) {
		if (strcasecmp(view_info_of(l->items[i])->name, name) == 0) {
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
		flow = gather_all(view_info_of(v)->owner, what_of(view_info_of(v)),
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
	struct info *i = view_info_of(v), *m;
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
	    value_base(args[0]).type->release == view_info_release) {
		m = view_info_of(value_base(args[0]));
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
					view_info_of(l->items[k])->name, true))
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
	enum flow flow = gather_all(view_info_of(v)->owner, what_of(view_info_of(v)),
	    &l);

	if (flow != FLOW_MORE)
		return flow;
	value_clear(&it->over);
	flow = iter_begin(r, list_value(l), it);
	value_unref(list_value(l));
	return flow;
}

static const struct type_ops view_ops = { .get = view_get, .call = view_call };
static const struct type_ops collection_ops = {
	.get = collection_get,
	.call = collection_call,
	.index = collection_index,
	.iterate = collection_iterate,
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
