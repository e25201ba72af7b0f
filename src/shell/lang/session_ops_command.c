/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands, functions and aliases, as core/run.h offers them to cmdlets. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "shell/lang/module.h"
#include "shell/lang/session_ops_internal.h"

#define SMA "System.Management.Automation."

static void
command_describe(const struct command *c, struct command_info *info)
{
	memset(info, 0, sizeof(*info));
	info->kind = c->kind;
	info->name = c->name;
	info->definition = c->path;
	info->module = c->cmdlet != NULL && c->cmdlet->module != NULL ?
	    c->cmdlet->module : "";
	if (lang_is_block(c->block)) {
		struct scope *home = block_of(value_base(c->block))->home;

		if (home != NULL && home->module != NULL)
			info->module = home->module->name;
	}
	info->description = "";
	info->cmdlet = c->cmdlet;
	info->block = c->block;
}

bool
ops_find_command(struct run *r, const char *name, unsigned kinds,
    command_fn *fn, void *arg)
{
	struct command c;
	struct command_info info;

	if (!command_find(session_of(r), name, kinds, &c))
		return false;
	command_describe(&c, &info);
	if (fn != NULL)
		(void)fn(arg, &info);
	command_clear(&c);
	return true;
}

struct each_command {
	struct session *s;
	const char *pattern;
	struct command *v;
	size_t n;
};

static bool
matches(const char *pattern, const char *name)
{
	return pattern == NULL || wildcard_match(pattern, name, true);
}

static void
gather(struct each_command *e, const struct command *c)
{
	e->v = mem_array_grow(e->v, e->n + 1, sizeof(*e->v));
	e->v[e->n] = *c;
	value_ref(c->block);
	e->v[e->n].path = c->path != NULL ? mem_strdup(c->path) : NULL;
	e->n++;
}

static enum flow
gather_function(void *arg, const struct variable_info *v)
{
	struct each_command *e = arg;
	struct command c = { .type = CT_BLOCK, .kind = COMMAND_FUNCTION,
		.name = atom_str(v->name)->name, .block = v->value };

	if (matches(e->pattern, v->name) && lang_is_block(v->value)) {
		if (block_of(value_base(v->value))->is_filter)
			c.kind = COMMAND_FILTER;
		gather(e, &c);
	}
	return FLOW_MORE;
}

static enum flow
gather_alias(void *arg, const struct variable_info *v)
{
	struct each_command *e = arg;
	char *target = value_text_plain(v->value);
	struct command c = { .kind = COMMAND_ALIAS,
		.name = atom_str(v->name)->name, .path = target };

	if (matches(e->pattern, v->name))
		gather(e, &c);
	mem_free(target);
	return FLOW_MORE;
}

static int
command_order(const void *a, const void *b)
{
	const struct command *x = a, *y = b;

	return strcasecmp(x->name, y->name);
}

enum flow
ops_each_command(struct run *r, const char *pattern, unsigned kinds,
    command_fn *fn, void *arg)
{
	struct session *s = session_of(r);
	struct each_command e = { s, pattern, NULL, 0 };
	enum flow flow = FLOW_MORE;

	if (kinds & COMMAND_ALIAS)
		(void)session_each_seen(s, session_here(s), true, 2, gather_alias, &e);
	if (kinds & (COMMAND_FUNCTION | COMMAND_FILTER))
		(void)session_each_seen(s, session_here(s), true, 1, gather_function, &e);
	for (size_t i = 0; (kinds & COMMAND_CMDLET) && i < s->cmdlets.cap; i++) {
		struct command c = { .type = CT_CMDLET,
			.kind = COMMAND_CMDLET };

		if (s->cmdlets.name[i] == NULL)
			continue;
		c.cmdlet = s->cmdlets.cmdlet[i];
		c.name = c.cmdlet->name;
		if (matches(pattern, c.name))
			gather(&e, &c);
	}
	if (kinds & (COMMAND_APPLICATION | COMMAND_EXTERNAL_SCRIPT))
		command_each_program(s, pattern, kinds, &e.v, &e.n);
	if (e.n > 1)
		qsort(e.v, e.n, sizeof(*e.v), command_order);
	for (size_t i = 0; i < e.n; i++) {
		struct command_info info;

		command_describe(&e.v[i], &info);
		if (flow == FLOW_MORE)
			flow = fn(arg, &info);
		command_clear(&e.v[i]);
	}
	mem_free(e.v);
	return flow;
}

struct value
ops_get_command(struct run *r, const char *name, unsigned kinds)
{
	return command_value(session_of(r), name, kinds);
}

static enum flow
give_parameter(struct bind_info *info, struct bind_param *p,
    parameter_fn *fn, void *arg)
{
	for (size_t k = 0; k < p->nset; k++) {
		struct parameter_info out = {
			.name = p->name,
			.type = p->type,
			.aliases = (const char *const *)p->aliases,
			.set = "__AllParameterSets",
			.position = p->sets[k].position,
			.flags = p->sets[k].flags,
			.is_switch = p->is_switch,
			.common = p->common,
			.help = p->help,
			.values = p->spec != NULL ? p->spec->values : NULL,
		};
		enum flow flow;

		for (size_t i = 0; i < info->nset; i++)
			if (p->sets[k].set == UINT32_C(1) << i)
				out.set = info->sets[i];
		flow = fn(arg, &out);
		if (flow != FLOW_MORE)
			return flow;
	}
	return FLOW_MORE;
}

enum flow
ops_each_parameter(struct run *r, const char *name, parameter_fn *fn,
    void *arg)
{
	struct session *s = session_of(r);
	struct bind_info *info = NULL;
	struct command c;
	bool found;
	enum flow flow = command_resolve(s, name, &c, &found);

	if (flow != FLOW_MORE || !found) {
		run_leave_clear(r);
		return FLOW_MORE;
	}
	if (c.cmdlet != NULL) {
		info = command_bind_info(s, c.cmdlet);
	} else if (!value_is_null(c.block)) {
		struct frame outer;
		bool own = session_outer_frame(s, &outer);
		struct block_info *bi = block_info(s, block_of(c.block));

		info = bi != NULL ? bi->bind : NULL;
		if (bi == NULL)
			run_leave_clear(r);
		if (own)
			s->frame = NULL;
	}
	for (size_t i = 0; info != NULL && i < info->nparam &&
	     flow == FLOW_MORE; i++)
		flow = give_parameter(info, &info->params[i], fn, arg);
	command_clear(&c);
	return flow;
}

enum flow
ops_set_function(struct run *r, const char *name, const char *scope,
    struct value block, unsigned options)
{
	struct session *s = session_of(r);
	bool outwards;
	struct scope *sc = session_split_name(s, &name, &outwards);
	struct value made = VALUE_NULL;
	enum flow flow = FLOW_MORE;

	if (scope != NULL && (sc = scope_by_name(s, scope)) == NULL)
		return FLOW_LEAVE;
	if (value_is_nothing(block)) {
		for (; sc != NULL; sc = sc->parent)
			if (vartab_remove(&sc->functions, atom_str(name)))
				break;
		s->generation++;
		return FLOW_MORE;
	}
	if (!lang_is_block(block)) {
		char *text = value_text_plain(block);

		flow = ops_make_block(r, text, strlen(text), &made);
		mem_free(text);
		block = made;
	}
	if (flow == FLOW_MORE)
		flow = define_function(s, sc, atom_str(name),
		    value_base(block), options);
	value_unref(made);
	return flow;
}

enum flow
ops_set_alias(struct run *r, const char *name, const char *target,
    const char *description, unsigned options, const char *scope)
{
	struct session *s = session_of(r);
	struct scope *sc = session_here(s);
	struct variable *v;

	if (scope != NULL && (sc = scope_by_name(s, scope)) == NULL)
		return FLOW_LEAVE;
	s->generation++;
	if (target == NULL) {
		for (; sc != NULL; sc = sc->parent)
			if (vartab_remove(&sc->aliases, atom_str(name)))
				break;
		return FLOW_MORE;
	}
	v = scope_make_in(sc, &sc->aliases, atom_str(name));
	if (v->options & (OPTION_READONLY | OPTION_CONSTANT))
		return lang_error(s,
		    SMA "SessionStateUnauthorizedAccessException",
		    "AliasNotWritable", "WriteError", VALUE_NULL,
		    "Alias is not writeable because alias %s is read-only or "
		    "constant and cannot be written to.", name);
	value_set_take(&v->value, value_string(target));
	v->options = options;
	if (description != NULL) {
		mem_free(v->description);
		v->description = mem_strdup(description);
	}
	if (!sc->is_global && !sc->counted) {
		sc->counted = true;
		s->local_functions++;
	}
	return FLOW_MORE;
}

void
ops_add_cmdlets(struct run *r, const struct cmdlet *const *table)
{
	command_add_table(session_of(r), table);
}
