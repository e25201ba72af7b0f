/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the tree to a pipeline's stages: commands, arguments, splatting. */
#include "config.h"

#include <string.h>

#include "shell/lang/pipeline_internal.h"

#define SMA "System.Management.Automation."

/* ---- arguments ---- */

static void
add_positional(struct arguments *a, struct value v, struct node *n)
{
	struct argument *arg = arguments_add(a);

	arg->value = value_ref(v);
	arg->has_value = true;
	arg->node = n;
}

static void
splat_dict(struct arguments *a, struct script_tree *t, struct dict *d)
{
	struct dict_entry *e;
	size_t pos;

	(void)t;
	DICT_EACH(e, d, pos) {
		struct argument *arg = arguments_add(a);
		char *name = value_text_plain(e->key);

		arg->name = atom_str(name)->name;
		mem_free(name);
		arg->value = value_ref(e->value);
		arg->has_value = true;
		arg->splatted = true;
	}
}

/* "-Name" and "-Name:" in a splatted list are names again ($args does so). */
static void
splat_list(struct arguments *a, struct list *l)
{
	for (size_t i = 0; i < l->count; i++) {
		struct value v = value_base(l->items[i]);
		const char *s = value_is_string(v) ? value_chars(v) : NULL;
		struct argument *arg;
		size_t len;

		if (s == NULL || s[0] != '-' ||
		    !((s[1] >= 'a' && s[1] <= 'z') ||
			(s[1] >= 'A' && s[1] <= 'Z')) ||
		    !string_is_parameter(v)) {
			add_positional(a, l->items[i], NULL);
			continue;
		}
		len = strlen(s);
		arg = arguments_add(a);
		if (s[len - 1] == ':' && i + 1 < l->count) {
			arg->name = atom_get(s + 1, len - 2)->name;
			arg->value = value_ref(l->items[++i]);
			arg->has_value = true;
		} else {
			arg->name = atom_get(s + 1, len - 1)->name;
		}
	}
}

static enum flow
add_splatted(struct frame *f, struct arguments *a, struct node_variable *n)
{
	struct value v = VALUE_NULL, base;
	enum flow flow = eval_variable(f, n, &v);

	if (flow != FLOW_MORE)
		return flow;
	base = value_base(v);
	if (value_is_dict(base))
		splat_dict(a, f->tree, dict_of(base));
	else if (value_is_object(base)) {
		struct member *m;

		OBJECT_EACH(m, object_of(base)) {
			struct argument *arg = arguments_add(a);

			arg->name = atom_str(value_chars(m->name))->name;
			arg->value = value_ref(m->value);
			arg->has_value = true;
			arg->splatted = true;
		}
	} else if (value_is_list(base))
		splat_list(a, list_of(base));
	else if (!value_is_nothing(base))
		add_positional(a, v, NULL);
	value_unref(v);
	return FLOW_MORE;
}

static enum flow
add_parameter(struct frame *f, struct arguments *a,
    struct node_command_parameter *n)
{
	struct value v = VALUE_NULL;
	struct argument *arg;

	if (n->argument != NULL) {
		enum flow flow = eval(f, n->argument, &v);

		if (flow != FLOW_MORE)
			return flow;
	}
	arg = arguments_add(a);
	arg->name = n->name.s;
	arg->parameter = &n->node;
	arg->value = v;
	arg->has_value = n->argument != NULL;
	arg->node = n->argument;
	return FLOW_MORE;
}

static bool
is_end_of_names(struct node *e)
{
	if (e->kind == NODE_COMMAND_PARAMETER)
		return node_command_parameter(e)->name.len == 1 &&
		    node_command_parameter(e)->name.s[0] == '-';
	return e->kind == NODE_STRING &&
	    node_string(e)->which == TREE_STRING_BARE &&
	    strcmp(node_string(e)->text.s, "--") == 0;
}

static enum flow
add_arguments(struct frame *f, struct arguments *a, struct node_command *n)
{
	bool plain = false; /* after --: no more names */

	for (size_t i = 1; i < n->elements.n; i++) {
		struct node *e = n->elements.v[i];
		struct value v = VALUE_NULL;
		enum flow flow;

		if (!plain && is_end_of_names(e)) {
			plain = true;
			continue;
		}
		if (plain && e->kind == NODE_COMMAND_PARAMETER) {
			struct tree_text t = tree_source(f->tree, e);

			v = value_string_n(t.s, t.len);
			add_positional(a, v, e);
			value_unref(v);
			continue;
		}
		if (e->kind == NODE_COMMAND_PARAMETER) {
			flow = add_parameter(f, a, node_command_parameter(e));
			if (flow != FLOW_MORE)
				return flow;
			continue;
		}
		if (e->kind == NODE_VARIABLE && node_variable(e)->splatted) {
			flow = add_splatted(f, a, node_variable(e));
			if (flow != FLOW_MORE)
				return flow;
			continue;
		}
		flow = eval(f, e, &v);
		if (flow != FLOW_MORE)
			return flow;
		add_positional(a, v, e);
		a->v[a->n - 1].bare = e->kind == NODE_STRING &&
		    node_string(e)->which == TREE_STRING_BARE;
		value_unref(v);
	}
	return FLOW_MORE;
}

/* ---- the command ---- */

/* What a call site has found out; good for one generation. */
struct site {
	unsigned generation;
	struct command command; /* block borrowed: the function's own */
};

static void
site_free(void *p)
{
	struct site *site = p;

	site->command.block = VALUE_NULL;
	command_clear(&site->command);
	mem_free(site);
}

static void
site_copy(struct command *to, const struct site *site)
{
	*to = site->command;
	value_ref(to->block);
	if (to->path != NULL)
		to->path = mem_strdup(to->path);
}

static void
site_keep(struct frame *f, struct node_command *n, const struct command *c)
{
	struct session *s = f->s;
	struct site *site = n->node.slot;

	if (s->local_functions > 0 || c->script_file ||
	    c->type == CT_NATIVE)
		return;
	if (site == NULL) {
		site = mem_zalloc(sizeof(*site));
		n->node.slot = site;
		tree_keep_memory(f->tree, site, site_free);
	} else {
		site->command.block = VALUE_NULL;
		command_clear(&site->command);
	}
	site->command = *c;
	if (c->path != NULL)
		site->command.path = mem_strdup(c->path);
	site->generation = s->generation;
}

static enum flow
find_command(struct frame *f, struct node_command *n, struct call *c)
{
	struct session *s = f->s;
	struct node *name = n->elements.v[0];
	struct site *site = n->node.slot;
	struct value v = VALUE_NULL;
	enum flow flow;

	if (name->kind == NODE_STRING) {
		const char *text = node_string(name)->text.s;

		c->name = text;
		if (site != NULL && site->generation == s->generation &&
		    s->local_functions == 0) {
			site_copy(&c->command, site);
			return FLOW_MORE;
		}
		f->at = name; /* a name that is none is what errors show */
		flow = command_of_name(s, text, &c->command);
		if (flow == FLOW_MORE)
			f->at = &n->node;
		if (flow == FLOW_MORE)
			site_keep(f, n, &c->command);
		return flow;
	}
	flow = eval(f, name, &v);
	if (flow == FLOW_MORE) {
		bool found;

		flow = command_of_value(s, v, &c->command, &found);
		if (flow == FLOW_MORE && value_is_string(value_base(v))) {
			c->name_value = value_ref(value_base(v));
			c->name = value_chars(c->name_value);
		} else if (flow == FLOW_MORE) {
			c->name = n->how == TREE_INVOKE_DOT ? "." : "&";
		}
	}
	value_unref(v);
	return flow;
}

static enum flow
raw_arguments(struct frame *f, struct stage *st, struct node_command *n)
{
	struct list *l = list_new(NULL, n->elements.n);
	enum flow flow = native_arguments(f, n, l);

	st->call.raw_args = list_value(l);
	return flow;
}

/* Set-StrictMode 2: f(1, 2), which passes one array, is an error. */
static enum flow
check_parens(struct frame *f, struct node_command *n)
{
	struct node *arg = n->elements.n == 2 ? n->elements.v[1] : NULL;
	struct node *e;

	if (arg == NULL || arg->kind != NODE_PAREN ||
	    arg->start != n->elements.v[0]->end ||
	    node_paren(arg)->pipeline->kind != NODE_PIPELINE)
		return FLOW_MORE;
	e = node_pipeline(node_paren(arg)->pipeline)->elements.v[0];
	if (e->kind != NODE_COMMAND_EXPRESSION ||
	    node_command_expression(e)->expression->kind !=
		NODE_ARRAY_LITERAL ||
	    scope_strict(f->scope) < 2)
		return FLOW_MORE;
	return lang_error(f->s, NULL, "StrictModeFunctionCallWithParens",
	    "InvalidOperation", VALUE_NULL, "The function or command was "
	    "called as if it were a method. Parameters should be separated by "
	    "spaces. For information about parameters, see the "
	    "about_Parameters Help topic.");
}

static enum flow
add_command(struct pipeline *p, struct node_command *n)
{
	struct frame *f = p->f;
	struct session *s = p->s;
	struct stage *st = pipeline_add(p);
	struct call *c = &st->call;
	enum flow flow;

	c->node = &n->node;
	c->tree = f->tree;
	c->dot = n->how == TREE_INVOKE_DOT;
	f->at = &n->node;
	st->out = p->out;
	st->streams = *s->streams;
	memset(st->streams.lists, 0, sizeof(st->streams.lists));
	st->streams.outer = s->streams;
	flow = find_command(f, n, c);
	if (flow == FLOW_MORE && c->command.type != CT_NATIVE)
		flow = check_parens(f, n);
	if (flow != FLOW_MORE)
		return flow;
	if (c->command.type == CT_NATIVE ||
	    (c->command.cmdlet != NULL &&
		(c->command.cmdlet->flags & CMDLET_RAW_ARGS)))
		flow = raw_arguments(f, st, n);
	else
		flow = add_arguments(f, &st->arguments, n);
	if (flow == FLOW_MORE && n->redirections.n > 0)
		flow = redirects_open(f, &n->redirections, &st->streams, st,
		    &st->out, &st->redirects);
	return flow;
}

/* Connects neighbours, redirections to files excepted. */
static void
connect(struct pipeline *p)
{
	for (struct stage *st = p->first; st != NULL; st = st->next)
		if (st->next != NULL && st->out == p->out)
			st->out = &st->next->in;
}

static enum flow
build(struct pipeline *p, struct node_pipeline *n)
{
	for (size_t i = 0; i < n->elements.n; i++) {
		struct node *e = n->elements.v[i];
		enum flow flow;

		if (e->kind == NODE_COMMAND_EXPRESSION) {
			p->has_input = true;
			p->expression = node_command_expression(e)->expression;
			continue;
		}
		flow = add_command(p, node_command(e));
		if (flow != FLOW_MORE)
			return flow;
	}
	connect(p);
	return FLOW_MORE;
}

/* An expression alone; perhaps with redirections. */
static enum flow
run_expression(struct frame *f, struct node_command_expression *n,
    struct sink *out)
{
	struct session *s = f->s;
	struct streams streams;
	struct redirects *r = NULL;
	const struct streams *was = s->streams;
	struct value v = VALUE_NULL;
	enum flow flow;

	if (n->redirections.n > 0) {
		streams = *s->streams;
		memset(streams.lists, 0, sizeof(streams.lists));
		streams.outer = was;
		flow = redirects_open(f, &n->redirections, &streams, NULL,
		    &out, &r);
		if (flow != FLOW_MORE)
			return flow;
		s->streams = &streams;
	}
	flow = eval(f, n->expression, &v);
	if (flow == FLOW_MORE) {
		s->ok = true;
		flow = sink_put_each(s, out, v);
	}
	value_unref(v);
	s->streams = was;
	return redirects_close(r, flow);
}

enum flow
run_pipeline(struct frame *f, struct node_pipeline *n, struct sink *out)
{
	struct session *s = f->s;
	struct node *first = n->elements.v[0];
	struct pipeline p;
	struct call *call = s->call;
	enum flow flow;

	f->at = &n->node;
	if (n->elements.n == 1 && first->kind == NODE_COMMAND_EXPRESSION)
		return run_expression(f, node_command_expression(first), out);
	if (!run_stack_ok())
		return lang_error(s, SMA "ScriptCallDepthException",
		    "CallDepthOverflow", "InvalidOperation", VALUE_NULL,
		    "The script failed due to call depth overflow.");
	p.s = s;
	p.f = f;
	p.first = p.last = NULL;
	p.n = 0;
	p.out = out;
	p.has_input = false;
	p.expression = NULL;
	p.input = NULL;
	s->call = NULL;
	flow = build(&p, n);
	if (flow == FLOW_MORE)
		flow = pipeline_run(&p);
	else if (flow == FLOW_LEAVE)
		s->ok = false;
	s->call = call;
	flow = pipeline_files_close(&p, flow);
	if (flow == FLOW_LEAVE)
		s->ok = false;
	pipeline_clear(&p);
	return flow;
}

/* ---- a command called from C ---- */

enum flow
run_command_spec(struct session *s, const struct invoke_spec *spec,
    struct sink *out)
{
	struct pipeline p = { .s = s, .f = s->frame, .out = out };
	struct stage *st = pipeline_add(&p);
	struct call *call = s->call;
	bool found;
	enum flow flow;

	s->call = NULL;
	st->out = out;
	st->streams = *s->streams;
	memset(st->streams.lists, 0, sizeof(st->streams.lists));
	st->streams.outer = s->streams;
	st->call.tree = s->frame->tree;
	st->call.node = s->frame->at;
	st->call.dot = spec->same_scope;
	st->call.self = spec->self;
	st->call.under = spec->under;
	flow = command_of_value(s, spec->command, &st->call.command, &found);
	if (flow == FLOW_MORE) {
		st->call.name = call_display_name(&st->call);
		for (size_t i = 0; i < spec->nargs; i++)
			add_positional(&st->arguments, spec->args[i], NULL);
		if (value_is_dict(value_base(spec->named)))
			splat_dict(&st->arguments, NULL,
			    dict_of(value_base(spec->named)));
		if (st->call.command.type == CT_NATIVE) {
			struct list *l = list_new(NULL, spec->nargs);

			for (size_t i = 0; i < spec->nargs; i++)
				list_add(l, spec->args[i]);
			st->call.raw_args = list_value(l);
		}
		p.has_input = spec->input != NULL;
		p.input = spec->input;
		flow = pipeline_run(&p);
	}
	s->call = call;
	pipeline_clear(&p);
	return flow;
}

/* ---- before it begins ---- */

static struct value
common_value(struct call *c, enum common which)
{
	int at;

	if (c->info == NULL)
		return VALUE_NULL;
	at = c->info->common_at[which];
	if (at < 0 || c->bound[at] == BOUND_NO ||
	    (size_t)at < c->info->nown)
		return VALUE_NULL;
	return c->values[at];
}

static void
common_preference(struct call *c, enum common which, enum preference *p)
{
	struct value v = common_value(c, which);

	if (!value_is_null(v))
		(void)preference_parse(c->s, v, p);
}

static void
common_switch(struct call *c, enum common which, int *p)
{
	int at = c->info->common_at[which];
	bool yes = false;

	if (at < 0 || c->bound[at] == BOUND_NO)
		return;
	if (value_truth(&c->s->run, c->values[at], &yes) == FLOW_MORE)
		*p = yes;
}

/* -ErrorVariable x, +x: the list that gathers, in the caller's scope. */
static void
common_list(struct call *c, enum common which, enum stream st)
{
	struct value v = value_base(common_value(c, which));
	struct scope *sc = c->caller->scope;
	const struct type *t;
	const char *name;
	struct variable *var;
	bool append;

	if (!value_is_string(v))
		return;
	name = value_chars(v);
	append = name[0] == '+';
	name += append;
	if (strncasecmp(name, "global:", 7) == 0) {
		name += 7;
		sc = scope_global(sc);
	} else if (strncasecmp(name, "script:", 7) == 0) {
		name += 7;
		sc = scope_script(sc);
	}
	t = lang_type("System.Collections.ArrayList");
	var = scope_make(sc, atom_str(name));
	if (!append || !value_is_list(value_base(var->value))) {
		struct list *l = list_new(t, 4);

		if (append && !value_is_nothing(var->value))
			list_add(l, var->value);
		value_set_take(&var->value, list_value(l));
	} else if (var->value.type == &type_list) {
		struct list *from = list_of(var->value);
		struct list *l = list_new(t, from->count + 4);

		for (size_t i = 0; i < from->count; i++)
			list_add(l, from->items[i]);
		value_set_take(&var->value, list_value(l));
	}
	c->stage->streams.lists[st] =
	    list_of(value_ref(value_base(var->value)));
}

enum flow
call_set_common(struct call *c)
{
	if (c->info == NULL || !c->info->advanced)
		return FLOW_MORE;
	common_preference(c, COMMON_ERROR_ACTION, &c->ea);
	common_preference(c, COMMON_WARNING_ACTION, &c->wa);
	common_preference(c, COMMON_INFORMATION_ACTION, &c->ia);
	common_switch(c, COMMON_VERBOSE, &c->verbose);
	common_switch(c, COMMON_DEBUG, &c->debug);
	if (c->info->should) {
		common_switch(c, COMMON_WHAT_IF, &c->whatif);
		common_switch(c, COMMON_CONFIRM, &c->confirm);
	}
	common_list(c, COMMON_ERROR_VARIABLE, STREAM_ERROR);
	common_list(c, COMMON_WARNING_VARIABLE, STREAM_WARNING);
	common_list(c, COMMON_INFORMATION_VARIABLE, STREAM_INFORMATION);
	common_list(c, COMMON_OUT_VARIABLE, STREAM_OUTPUT);
	if (value_is_string(value_base(common_value(c,
		COMMON_PIPELINE_VARIABLE))))
		c->pipeline_variable = value_ref(value_base(
		    common_value(c, COMMON_PIPELINE_VARIABLE)));
	return FLOW_MORE;
}

/* "--%"-less arguments of a raw command are all it wants. */
enum flow
stage_prepare(struct stage *st)
{
	struct call *c = &st->call;
	struct session *s = c->s;
	struct block_info *info;
	enum flow flow;

	c->caller->at = c->node;
	switch (c->command.type) {
	case CT_NATIVE:
		st->kind = STAGE_NATIVE;
		return FLOW_MORE;
	case CT_CMDLET:
		st->kind = STAGE_CMDLET;
		c->info = command_bind_info(s, c->command.cmdlet);
		break;
	case CT_BLOCK:
		st->kind = STAGE_BLOCK;
		info = block_info(s, block_of(c->command.block));
		if (info == NULL)
			return FLOW_LEAVE;
		c->info = info->bind != NULL ? info->bind : bind_info_none();
		break;
	case CT_NONE:
		break;
	}
	c->values = mem_zalloc((c->info->nparam + 1) * sizeof(*c->values));
	c->bound = mem_zalloc(c->info->nparam + 1);
	c->sets = c->info->all;
	flow = bind_arguments(c, &st->arguments);
	if (flow == FLOW_MORE)
		flow = bind_finish(c, c->expects_input);
	if (flow == FLOW_MORE)
		flow = call_set_common(c);
	return flow;
}
