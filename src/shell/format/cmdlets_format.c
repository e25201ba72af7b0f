/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Format-Table, Format-List, Format-Wide, Format-Custom: they decide a layout
 * from their arguments and the first object, and emit an entry an object.
 */
#include "config.h"

#include <string.h>

#include "core/cmdlet.h"
#include "core/mem.h"
#include "core/type.h"
#include "shell/format/format.h"
#include "shell/format/format_cmdlets.h"
#include "shell/format/format_internal.h"
#include "types/property_arg.h"
#include "types/types.h"

struct format_state {
	struct layout *layout;
};

/* What the four commands share, by index in each one's table. */
struct format_params {
	enum shape shape;
	int property, group_by, input, auto_size, hide, wrap, repeat, column,
	    depth;
};

/* --- calculated properties --- */

static const char *const format_keys[] = {
	"expression",
	"name",
	"label",
	"formatstring",
	"width",
	"alignment",
	"depth",
	NULL,
};

static enum align
align_parse(struct value v)
{
	const char *s = value_chars(v);

	if (s == NULL)
		return ALIGN_UNDEFINED;
	if (property_key_is(s, "left"))
		return ALIGN_LEFT;
	if (property_key_is(s, "center"))
		return ALIGN_CENTER;
	return property_key_is(s, "right") ? ALIGN_RIGHT : ALIGN_UNDEFINED;
}

static enum flow
add_calculated(struct run *r, struct layout *l, const struct property_arg *pa)
{
	struct column *col = layout_add_column(l, pa->label);
	struct value format = property_arg_key(pa, "formatstring");
	struct value width = property_arg_key(pa, "width");
	int64_t n;

	col->expression = value_ref(pa->expression);
	if (!value_is_nothing(format))
		col->format = value_text_plain(format);
	col->align = align_parse(property_arg_key(pa, "alignment"));
	if (value_is_nothing(width))
		return FLOW_MORE;
	if (value_to_int(r, width, &n) != FLOW_MORE)
		return FLOW_LEAVE;
	col->width = n > 0 && n < 4096 ? (int)n : 0;
	l->given = l->given || col->width > 0;
	return FLOW_MORE;
}

struct wildcard_match {
	struct layout *layout;
	const char *pattern;
};

static enum flow
add_matching(void *arg, const char *name, struct value v)
{
	struct wildcard_match *m = arg;

	(void)v;
	if (wildcard_match(m->pattern, name, true))
		layout_add_column(m->layout, name)->expression =
		    value_string(name);
	return FLOW_MORE;
}

static enum flow
columns_from_arguments(struct run *r, struct layout *l, struct value args,
    struct value object)
{
	struct property_args parsed;
	size_t i;
	enum flow flow = property_args_parse(r, args, format_keys, &parsed);

	for (i = 0; flow == FLOW_MORE && i < parsed.count; i++) {
		const struct property_arg *pa = &parsed.items[i];

		if (property_arg_is_pattern(pa) && pa->keys == NULL) {
			struct wildcard_match m = { l, pa->label };

			flow = value_each_property(r, object, add_matching, &m);
		} else {
			flow = add_calculated(r, l, pa);
		}
	}
	property_args_clear(&parsed);
	return flow;
}

static enum flow
add_group(struct run *r, struct layout *l, struct value arg)
{
	struct layout *one = layout_new(SHAPE_LIST);
	enum flow flow = columns_from_arguments(r, one, arg, VALUE_NULL);

	if (flow == FLOW_MORE && one->count == 1) {
		l->group = mem_zalloc(sizeof(*l->group));
		*l->group = one->columns[0];
		one->count = 0;
	}
	layout_unref(one);
	return flow;
}

/* --- the layout of one command --- */

/* A view's widths do not count any more. */
static void
layout_auto_size(struct layout *l)
{
	l->fit = true;
	for (size_t i = 0; i < l->count && !l->given; i++)
		l->columns[i].width = 0;
}

static enum flow
layout_of_call(struct call *c, const struct format_params *p,
    struct value object, struct layout **layoutp)
{
	enum shape shape = p->shape;
	struct layout *l;
	enum flow flow;

	if (call_bound(c, (size_t)p->property)) {
		l = layout_new(shape);
		flow = columns_from_arguments(call_run(c), l,
		    call_param(c, (size_t)p->property), object);
	} else {
		l = NULL;
		flow = layout_for_value(call_run(c), object, &shape, &l);
		if (l == NULL)
			l = layout_new(shape);
		else if (l->shape == SHAPE_TEXT)
			l->shape = shape;
	}
	if (flow != FLOW_MORE) {
		layout_unref(l);
		return flow;
	}
	if (p->auto_size >= 0 && call_switch(c, (size_t)p->auto_size))
		layout_auto_size(l);
	else if (shape == SHAPE_WIDE)
		l->fit = false;
	l->hide_headers = p->hide >= 0 && call_switch(c, (size_t)p->hide);
	l->wrap = p->wrap >= 0 && call_switch(c, (size_t)p->wrap);
	l->repeat_header = p->repeat >= 0 && call_switch(c, (size_t)p->repeat);
	if (p->column >= 0)
		l->wide_columns = (int)call_int(c, (size_t)p->column, 0);
	if (p->depth >= 0)
		l->depth = (int)call_int(c, (size_t)p->depth, 5);
	if (call_bound(c, (size_t)p->group_by))
		flow = add_group(
		    call_run(c), l, call_param(c, (size_t)p->group_by));
	if (flow != FLOW_MORE) {
		layout_unref(l);
		return flow;
	}
	*layoutp = l;
	return FLOW_MORE;
}

static enum flow
format_marks(struct call *c, int from, int to)
{
	struct format_state *st = call_state(c);
	enum flow flow = FLOW_MORE;

	for (int i = from; i <= to && flow == FLOW_MORE; i++)
		flow = call_emit_take(c, mark_new(st->layout, i));
	return flow;
}

static enum flow
format_end(struct call *c)
{
	struct format_state *st = call_state(c);

	return st->layout == NULL ? FLOW_MORE :
	    format_marks(c, MARK_GROUP_END, MARK_END);
}

static enum flow
format_one(struct call *c, const struct format_params *p, struct value v)
{
	struct format_state *st = call_state(c);
	struct value entry;
	enum flow flow;

	if (value_is_nothing(v))
		return FLOW_MORE;
	if (value_is_laid_out(value_base(v)) || value_is_plain(v))
		return call_emit(c, v);
	if (st->layout == NULL) {
		flow = layout_of_call(c, p, v, &st->layout);
		if (flow == FLOW_MORE)
			flow = format_marks(c, MARK_START, MARK_GROUP_START);
		if (flow != FLOW_MORE)
			return flow;
	}
	if ((flow = entry_make(call_run(c), st->layout, v, &entry)) != FLOW_MORE)
		return flow;
	return call_emit_take(c, entry);
}

/* Dictionaries are shown entry by entry, arrays element by element. */
static enum flow
format_input(struct call *c, const struct format_params *p)
{
	struct value v = call_param(c, (size_t)p->input), item;
	struct iter it;
	bool more;
	enum flow flow;

	if (!value_is_dict(value_base(v)) && !value_unrolls(v))
		return format_one(c, p, v);
	flow = format_elements(call_run(c), v, &it);
	while (flow == FLOW_MORE) {
		flow = iter_next(call_run(c), &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		flow = format_one(c, p, item);
		value_unref(item);
	}
	iter_end(&it);
	return flow;
}

static void
format_clean(struct call *c)
{
	struct format_state *st = call_state(c);

	layout_unref(st->layout);
	st->layout = NULL;
}

#define FORMAT_TAIL                                                            \
	{ "GroupBy", "object", NULL, NULL, 0, NULL, 0, 0,                      \
	    "starts a new block where this property changes" },                \
	    { "View", "string", NULL, NULL, 0, NULL, 0, 0,                     \
		"the name of a view" },                                        \
	    { "ShowError", "switch", NULL, NULL, 0, NULL, 0, 0,                \
		"sends errors of computed values down the pipeline" },         \
	    { "DisplayError", "switch", NULL, NULL, 0, NULL, 0, 0,             \
		"shows errors of computed values in their cell" },             \
	    { "Force", "switch", NULL, NULL, 0, NULL, 0, 0,                    \
		"shows everything, hidden members too" },                      \
	    { "Expand", "string", NULL, NULL, 0, NULL, 0, 0,                   \
		"EnumOnly, CoreOnly or Both: how collections are shown" },     \
	{                                                                      \
		"InputObject", "psobject", NULL, "*/v", 0, NULL, 0, 0,         \
		    "the objects to lay out"                                   \
	}

static const struct param_spec table_params[] = {
	{ "AutoSize", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "fits the columns to their contents" },
	{ "RepeatHeader", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "repeats the header on every screen" },
	{ "HideTableHeaders", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "leaves out the headers" },
	{ "Wrap", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "continues long cells on the next line" },
	{ "Property", "object[]", NULL, "*/0", 0, NULL, 0, 0,
	    "names, wildcards, script blocks or calculated properties" },
	FORMAT_TAIL,
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static const struct param_spec list_params[] = {
	{ "Property", "object[]", NULL, "*/0", 0, NULL, 0, 0,
	    "names, wildcards, script blocks or calculated properties" },
	FORMAT_TAIL,
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static const struct param_spec custom_params[] = {
	{ "Property", "object[]", NULL, "*/0", 0, NULL, 0, 0,
	    "names, wildcards, script blocks or calculated properties" },
	{ "Depth", "int", NULL, NULL, 0, NULL, 0, 0,
	    "how many levels of objects are opened" },
	FORMAT_TAIL,
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static const struct param_spec wide_params[] = {
	{ "Property", "object", NULL, "*/0", 0, NULL, 0, 0,
	    "the one property to show" },
	{ "AutoSize", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "fits the columns to their contents" },
	{ "Column", "int", NULL, NULL, 0, NULL, 1, 1000,
	    "how many columns" },
	FORMAT_TAIL,
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static const struct format_params table_at = { SHAPE_TABLE, 4, 5, 11, 0, 2, 3,
	1, -1, -1 };
static const struct format_params list_at = { SHAPE_LIST, 0, 1, 7, -1, -1, -1,
	-1, -1, -1 };
static const struct format_params custom_at = { SHAPE_CUSTOM, 0, 2, 8, -1, -1,
	-1, -1, -1, 1 };
static const struct format_params wide_at = { SHAPE_WIDE, 0, 3, 9, 1, -1, -1,
	-1, 2, -1 };

static enum flow
format_process(struct call *c)
{
	return format_input(c, call_cmdlet(c)->data);
}

#define FORMAT_COMMAND(shape, title, what)                                     \
	const struct cmdlet cmdlet_format_##shape = {                          \
		.name = "Format-" title,                                       \
		.class_name =                                                  \
		    "Microsoft.PowerShell.Commands.Format" title "Command",    \
		.module = "Microsoft.PowerShell.Utility",                      \
		.params = shape##_params,                                      \
		.synopsis = what,                                              \
		.state_size = sizeof(struct format_state),                     \
		.process = format_process,                                     \
		.end = format_end,                                             \
		.clean = format_clean,                                         \
		.data = &shape##_at,                                           \
	}

FORMAT_COMMAND(table, "Table", "Lays objects out as a table");
FORMAT_COMMAND(list, "List", "Lays objects out as a list of properties");
FORMAT_COMMAND(custom, "Custom", "Lays objects out with their nested objects");
FORMAT_COMMAND(wide, "Wide", "Shows one property of each object, in columns");
