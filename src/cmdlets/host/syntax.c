/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a command is called, in one line a parameter set. */
#include "config.h"

#include <string.h>

#include "cmdlets/host/syntax.h"
#include "core/cmdlet.h"
#include "core/mem.h"
#include "core/string.h"
#include "core/type.h"
#include "types/types.h"

struct set {
	char *name;
	struct buf positional; /* parameters with a position come first */
	struct buf named;
	struct buf common;
};

struct sets {
	struct set *items;
	size_t count;
};

static struct set *
set_find(struct sets *sets, const char *name)
{
	struct set *s;
	size_t i;

	for (i = 0; i < sets->count; i++)
		if (string_equal_ci(sets->items[i].name, name))
			return &sets->items[i];
	sets->items =
	    mem_array_grow(sets->items, sets->count + 1, sizeof(*sets->items));
	s = &sets->items[sets->count++];
	memset(s, 0, sizeof(*s));
	s->name = mem_strdup(name);
	return s;
}

static void
add_parameter(struct set *s, const struct parameter_info *p)
{
	struct buf *b = p->position >= 0 ? &s->positional : &s->named;
	bool mandatory = (p->flags & PARAM_MANDATORY) != 0;
	size_t i;

	buf_add_byte(b, ' ');
	if (!mandatory)
		buf_add_byte(b, '[');
	if (p->position >= 0)
		buf_printf(b, "[-%s]", p->name);
	else
		buf_printf(b, "-%s", p->name);
	if (!p->is_switch) {
		buf_add_str(b, " <");
		if (p->values != NULL && p->type != NULL &&
		    p->type->kind != TYPE_KIND_ENUM) {
			buf_add_byte(b, '{');
			for (i = 0; p->values[i] != NULL; i++)
				buf_printf(
				    b, "%s%s", i > 0 ? " | " : "", p->values[i]);
			buf_add_byte(b, '}');
		} else {
			buf_add_str(b,
			    p->type == NULL ? "Object"
					    : type_display_name(p->type));
		}
		buf_add_byte(b, '>');
	}
	if (!mandatory)
		buf_add_byte(b, ']');
}

/* -WhatIf and -Confirm are shown, the other common ones are summed up. */
static bool
is_summed_up(const struct parameter_info *p)
{
	return p->common && !string_equal_ci(p->name, "WhatIf") &&
	    !string_equal_ci(p->name, "Confirm");
}

static bool
is_of_every_set(const struct parameter_info *p)
{
	return p->set == NULL || strcmp(p->set, "__AllParameterSets") == 0;
}

/* First which sets there are: a parameter of every set may come before. */
static enum flow
note_set(void *arg, const struct parameter_info *p)
{
	if ((p->flags & PARAM_HIDDEN) == 0 && !is_of_every_set(p))
		(void)set_find(arg, p->set);
	return FLOW_MORE;
}

static enum flow
note_parameter(void *arg, const struct parameter_info *p)
{
	struct sets *sets = arg;
	size_t i;

	if ((p->flags & PARAM_HIDDEN) != 0)
		return FLOW_MORE;
	if (sets->count == 0)
		(void)set_find(sets, "__AllParameterSets");
	if (is_summed_up(p)) {
		for (i = 0; i < sets->count; i++)
			if (sets->items[i].common.len == 0)
				buf_add_str(&sets->items[i].common,
				    " [<CommonParameters>]");
		return FLOW_MORE;
	}
	if (!is_of_every_set(p)) {
		add_parameter(set_find(sets, p->set), p);
		return FLOW_MORE;
	}
	for (i = 0; i < sets->count; i++)
		add_parameter(&sets->items[i], p);
	return FLOW_MORE;
}

enum flow
syntax_of_command(struct run *r, const char *name, struct buf *b)
{
	struct sets sets = { NULL, 0 };
	size_t i;
	enum flow flow = r->ops->each_parameter(r, name, note_set, &sets);

	if (flow == FLOW_MORE)
		flow =
		    r->ops->each_parameter(r, name, note_parameter, &sets);

	if (sets.count == 0)
		buf_printf(b, "\n%s\n", name);
	for (i = 0; i < sets.count; i++) {
		struct set *s = &sets.items[i];

		buf_printf(b, "\n%s%s%s%s\n", name, buf_text(&s->positional),
		    buf_text(&s->named), buf_text(&s->common));
		mem_free(s->name);
		buf_clear(&s->positional);
		buf_clear(&s->named);
		buf_clear(&s->common);
	}
	mem_free(sets.items);
	return flow;
}
