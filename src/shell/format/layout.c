/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which columns an object is shown with, and the texts of its cells. */
#include "config.h"

#include <string.h>

#include "core/list.h"
#include "core/mem.h"
#include "core/object.h"
#include "core/string.h"
#include "core/type.h"
#include "shell/format/format_internal.h"
#include "types/types.h"

static void
entry_release(struct cell *c)
{
	struct entry *e = (struct entry *)(void *)c;
	size_t i;

	for (i = 0; e->texts != NULL && i < e->layout->count; i++)
		value_unref(e->texts[i]);
	mem_free(e->texts);
	value_unref(e->group);
	value_unref(e->whole);
	layout_unref(e->layout);
	mem_free(e);
}

struct type type_format_entry = {
	.name = "Microsoft.PowerShell.Commands.Internal.Format.FormatEntryData",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = entry_release,
};

static void
mark_release(struct cell *c)
{
	struct mark *m = (struct mark *)(void *)c;

	layout_unref(m->layout);
	mem_free(m);
}

#define MARK_TYPE(what)                                                        \
	{                                                                      \
		.name = "Microsoft.PowerShell.Commands.Internal.Format."       \
		    what "Data",                                               \
		.kind = TYPE_KIND_CLASS, .flags = TYPE_COUNTED,                \
		.base = &type_system_object, .release = mark_release,          \
	}

struct type type_format_mark[MARKS] = {
	[MARK_START] = MARK_TYPE("FormatStart"),
	[MARK_GROUP_START] = MARK_TYPE("GroupStart"),
	[MARK_GROUP_END] = MARK_TYPE("GroupEnd"),
	[MARK_END] = MARK_TYPE("FormatEnd"),
};

struct value
mark_new(struct layout *l, int which)
{
	struct mark *m = mem_zalloc(sizeof(*m));

	m->cell.refs = 1;
	m->cell.type = &type_format_mark[which];
	m->layout = l;
	l->cell.refs++;
	return (struct value){ .type = m->cell.type, .u.p = &m->cell };
}

struct layout *
layout_new(enum shape shape)
{
	struct layout *l = mem_zalloc(sizeof(*l));

	l->cell.refs = 1;
	l->shape = shape;
	l->fit = true;
	l->depth = 5;
	return l;
}

void
column_clear(struct column *c)
{
	mem_free(c->label);
	mem_free(c->format);
	value_unref(c->expression);
}

void
layout_unref(struct layout *l)
{
	size_t i;

	if (l == NULL || --l->cell.refs > 0)
		return;
	for (i = 0; i < l->count; i++)
		column_clear(&l->columns[i]);
	mem_free(l->columns);
	if (l->group != NULL) {
		column_clear(l->group);
		mem_free(l->group);
	}
	mem_free(l->type_name);
	mem_free(l);
}

struct column *
layout_add_column(struct layout *l, const char *label)
{
	struct column *c;

	l->columns =
	    mem_array_grow(l->columns, l->count + 1, sizeof(*l->columns));
	c = &l->columns[l->count++];
	memset(c, 0, sizeof(*c));
	c->label = mem_strdup(label);
	return c;
}

/* --- views --- */

static const struct view *
view_in(const struct view *views, const char *type_name, enum shape shape)
{
	for (; views->type_name != NULL; views++)
		if ((shape == SHAPE_ANY || views->shape == shape) &&
		    string_equal_ci(views->type_name, type_name))
			return views;
	return NULL;
}

const struct view *
view_find(struct value v, enum shape shape)
{
	struct value names = value_type_names(v);
	const struct view *found = NULL;
	size_t i;

	if (!value_is_list(names)) {
		value_unref(names);
		return NULL;
	}
	for (i = 0; i < list_of(names)->count && found == NULL; i++) {
		const char *name = value_chars(list_of(names)->items[i]);

		if (name == NULL)
			continue;
		found = view_in(views_cs, name, shape);
		if (found == NULL)
			found = view_in(views_ps, name, shape);
		if (found == NULL)
			found = view_in(views_net, name, shape);
	}
	value_unref(names);
	return found;
}

static struct layout *
layout_from_view(const struct view *view)
{
	struct layout *l = layout_new(view->shape);
	const struct view_column *vc;

	l->fit = view->fit;
	for (vc = view->columns; vc != NULL && vc->label != NULL; vc++) {
		struct column *c = layout_add_column(l, vc->label);

		c->width = vc->width;
		c->align = vc->align;
		if (vc->compute != NULL)
			c->computed = vc;
		else
			c->expression = value_string(vc->property);
	}
	if (view->group_by != NULL) {
		l->group = mem_zalloc(sizeof(*l->group));
		/* " Directory=PSParentPath": a label of its own */
		const char *eq = strchr(view->group_by, '=');

		l->group->label = eq == NULL ? mem_strdup(view->group_by) :
		    mem_strndup(view->group_by,
			(size_t)(eq - view->group_by));
		l->group->expression = value_string(eq == NULL ?
			view->group_by : eq + 1);
	}
	return l;
}

/* --- properties of the object itself --- */

struct collect {
	struct layout *layout;
	size_t most;
};

static enum flow
collect_property(void *arg, const char *name, struct value v)
{
	struct collect *c = arg;

	(void)v;
	if (c->layout->count < c->most)
		layout_add_column(c->layout, name)->expression =
		    value_string(name);
	return FLOW_MORE;
}

/* PSStandardMembers.DefaultDisplayPropertySet, where a script added one. */
static enum flow
display_set(struct run *r, struct value v, struct value *namesp)
{
	struct value standard = VALUE_NULL, set = VALUE_NULL;
	bool found = false;
	enum flow flow;

	*namesp = VALUE_NULL;
	flow = value_get_member(r, v, "PSStandardMembers", &standard, &found);
	if (flow != FLOW_MORE || !found)
		return flow;
	flow = value_get_member(
	    r, standard, "DefaultDisplayPropertySet", &set, &found);
	if (flow == FLOW_MORE && found)
		flow = value_get_member(
		    r, set, "ReferencedPropertyNames", namesp, &found);
	value_unref(set);
	value_unref(standard);
	return flow;
}

static enum flow
columns_from_object(struct run *r, struct layout *l, struct value v,
    size_t most)
{
	struct collect collect = { .layout = l, .most = most };
	struct value names, name;
	struct iter it;
	bool more;
	enum flow flow;

	if ((flow = display_set(r, v, &names)) != FLOW_MORE)
		return flow;
	if (value_is_nothing(names))
		return value_each_property(r, v, collect_property, &collect);
	flow = iter_begin(r, names, &it);
	value_unref(names);
	while (flow == FLOW_MORE) {
		flow = iter_next(r, &it, &name, &more);
		if (flow != FLOW_MORE || !more)
			break;
		if (value_is_string(name))
			(void)collect_property(
			    &collect, value_chars(name), name);
		value_unref(name);
	}
	iter_end(&it);
	return flow;
}

enum flow
layout_for_value(struct run *r, struct value v, enum shape *wanted,
    struct layout **layoutp)
{
	enum shape shape = wanted == NULL ? SHAPE_ANY : *wanted;
	const struct view *view = view_find(v, shape);
	struct layout *l;
	enum flow flow;

	if (view != NULL) {
		*layoutp = layout_from_view(view);
		return FLOW_MORE;
	}
	l = layout_new(shape == SHAPE_ANY ? SHAPE_TABLE : shape);
	flow = columns_from_object(
	    r, l, v, l->shape == SHAPE_LIST ? SIZE_MAX : TABLE_COLUMNS_MAX);
	if (flow != FLOW_MORE) {
		layout_unref(l);
		return flow;
	}
	if (shape == SHAPE_ANY && l->count > TABLE_PROPERTIES_MAX) {
		layout_unref(l);
		l = layout_new(SHAPE_LIST);
		flow = columns_from_object(r, l, v, SIZE_MAX);
	}
	if (l->count == 0 && shape == SHAPE_ANY)
		l->shape = SHAPE_TEXT;
	*layoutp = l;
	return flow;
}

/* --- entries --- */

/* Only failures of the shell itself leave; a property that throws is empty. */
static enum flow
column_value(struct run *r, const struct column *c, struct value v,
    struct value *outp)
{
	bool found = false;
	enum flow flow;

	*outp = VALUE_NULL;
	if (c->computed != NULL)
		flow = c->computed->compute(r, v, outp);
	else if (value_is_string(c->expression))
		flow = value_get_member(
		    r, v, value_chars(c->expression), outp, &found);
	else
		flow = r->ops->invoke(
		    r, c->expression, NULL, 0, &v, true, outp);
	if (flow == FLOW_LEAVE && r->leave.kind == LEAVE_THROW) {
		run_leave_clear(r);
		value_clear(outp);
		return FLOW_MORE;
	}
	return flow;
}

static bool
stands_right(struct value v)
{
	v = value_base(v);
	if (v.type == NULL)
		return false;
	switch ((int)v.type->kind) {
	case TYPE_KIND_BOOL:
	case TYPE_KIND_CHAR:
	case TYPE_KIND_INT:
	case TYPE_KIND_FLOAT:
	case TYPE_KIND_DECIMAL:
		return true;
	default:
		return false;
	}
}

static enum flow
entry_fill(struct run *r, struct layout *l, struct value v, struct entry *e)
{
	struct value got;
	enum flow flow = FLOW_MORE;
	size_t i;

	for (i = 0; i < l->count && flow == FLOW_MORE; i++) {
		struct column *c = &l->columns[i];

		if ((flow = column_value(r, c, v, &got)) != FLOW_MORE)
			break;
		if (!l->aligned && c->align == ALIGN_UNDEFINED &&
		    l->shape == SHAPE_TABLE)
			c->align = stands_right(got) ? ALIGN_RIGHT : ALIGN_LEFT;
		flow = cell_text(
		    r, got, l->shape == SHAPE_TABLE, c->format, &e->texts[i]);
		value_unref(got);
	}
	l->aligned = true;
	if (flow == FLOW_MORE && l->group != NULL) {
		flow = column_value(r, l->group, v, &got);
		if (flow == FLOW_MORE)
			flow =
			    cell_text(r, got, false, l->group->format, &e->group);
		value_unref(got);
	}
	return flow;
}

enum flow
entry_make(struct run *r, struct layout *l, struct value v,
    struct value *entryp)
{
	struct entry *e = mem_zalloc(sizeof(*e));
	const struct view *view;
	struct buf b;
	enum flow flow;

	e->cell.refs = 1;
	e->cell.type = &type_format_entry;
	e->layout = l;
	l->cell.refs++;
	e->texts = mem_zalloc((l->count + 1) * sizeof(*e->texts));
	flow = entry_fill(r, l, v, e);
	if (flow == FLOW_MORE && l->shape == SHAPE_TEXT) {
		view = view_find(v, SHAPE_TEXT);
		flow = view != NULL ? view->text(r, v, &e->whole)
				    : value_text_culture(r, v, &e->whole);
	}
	if (flow == FLOW_MORE && l->shape == SHAPE_CUSTOM) {
		view = view_find(v, SHAPE_CUSTOM);
		buf_init(&b);
		if (view != NULL && view->text != NULL) {
			flow = view->text(r, v, &e->whole);
			if (flow == FLOW_MORE)
				buf_printf(&b, "%s\n", value_chars(e->whole));
		} else {
			flow = custom_text(r, v, l->depth, &b);
		}
		value_set_take(&e->whole, value_string_n(b.data, b.len));
		buf_clear(&b);
	}
	if (flow != FLOW_MORE) {
		entry_release(&e->cell);
		return flow;
	}
	*entryp =
	    (struct value){ .type = &type_format_entry, .u.p = &e->cell };
	return FLOW_MORE;
}
