/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A member as an object: PSPropertyInfo, PSMethod. */
#include "config.h"

#include <stdio.h>

#include "types/access.h"
#include "types/enums.h"
#include "types/member_internal.h"
#include "types/view_internal.h"

void
view_info_release(struct cell *c)
{
	struct info *i = (struct info *)(void *)c;

	value_unref(i->owner);
	mem_free(i->name);
	mem_free(i);
}

void
view_info_children(struct cell *c, void (*visit)(struct value *, void *), void *arg)
{
	visit(&((struct info *)(void *)c)->owner, arg);
}

INFO_TYPE(type_propertyinfo, "System.Management.Automation.PSPropertyInfo");
INFO_TYPE(type_psmethod, "System.Management.Automation.PSMethod");
INFO_TYPE(type_noteproperty,
    "System.Management.Automation.PSNoteProperty");
INFO_TYPE(type_psproperty, "System.Management.Automation.PSProperty");
INFO_TYPE(type_aliasproperty,
    "System.Management.Automation.PSAliasProperty");
INFO_TYPE(type_scriptproperty,
    "System.Management.Automation.PSScriptProperty");
INFO_TYPE(type_memberinfo,
    "System.Management.Automation.PSMemberInfo");

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
	struct info *i = view_info_of(v);
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
	struct info *i = view_info_of(v);

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
	struct info *i = view_info_of(v);

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
	struct info *i = view_info_of(v);
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
	struct info *i = view_info_of(v);
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

const struct member_spec note_members[] = {
	{ "new(string name, System.Object value)", new_note },
	{ NULL },
};
const struct type_ops info_ops = {
	.text = info_text,
	.get = info_get,
	.set = info_set,
};
const struct type_ops method_ops = {
	.text = method_text,
	.get = info_get,
	.call = info_call,
};
