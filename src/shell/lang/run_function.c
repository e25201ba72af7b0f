/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Script blocks in action: functions as stages, blocks called from C. */
#include "config.h"

#include <string.h>

#include "shell/lang/pipeline_internal.h"
#include "shell/lang/run_internal.h"

/* ---- frames ---- */

void
frame_push(struct frame *f, struct session *s, struct block *b)
{
	memset(f, 0, sizeof(*f));
	f->s = s;
	f->caller = s->frame;
	f->block = b;
	f->tree = b->tree;
	s->frame = f;
}

void
frame_pop(struct frame *f)
{
	f->s->frame = f->caller;
	value_clear(&f->args);
	value_clear(&f->input);
	value_clear(&f->bound);
}

void
stage_frame_clear(struct stage *st)
{
	struct frame *f = &st->frame;

	if (!st->framed)
		return;
	value_clear(&f->args);
	value_clear(&f->input);
	value_clear(&f->bound);
	scope_unref(st->call.s, f->scope);
	f->scope = NULL;
	st->framed = false;
}

/* What `return` and, in a script file, `exit` mean to the block itself. */
static enum flow
block_flow(struct frame *f, enum flow flow)
{
	struct session *s = f->s;

	if (flow != FLOW_LEAVE)
		return flow;
	if (s->run.leave.kind == LEAVE_RETURN) {
		run_leave_clear(&s->run);
		return FLOW_MORE;
	}
	return flow;
}

/* ---- parameters as variables ---- */

static struct node_list *
param_checks(const struct bind_param *p)
{
	for (size_t i = 0; p->node != NULL && i < p->node->attributes.n; i++) {
		struct node *n = p->node->attributes.v[i];

		if (n->kind == NODE_ATTRIBUTE &&
		    strncasecmp(node_attribute(n)->name->full.s, "Validate",
			8) == 0)
			return &p->node->attributes;
	}
	return NULL;
}

static struct variable *
param_variable(struct frame *f, const struct bind_param *p)
{
	struct variable *v = scope_make(f->scope, p->atom);

	v->type = p->type;
	if (v->checks == NULL && (v->checks = param_checks(p)) != NULL)
		v->tree = tree_ref(f->tree);
	return v;
}

/* A typed parameter that nobody gave: 0, "", $false; else null. */
static struct value
param_nothing(struct session *s, const struct bind_param *p)
{
	struct value v = VALUE_NULL;

	if (p->type == NULL)
		return VALUE_NULL;
	if (p->type == &type_string)
		return value_string("");
	if ((p->type->flags & TYPE_VALUETYPE) != 0 || p->is_switch ||
	    p->type->kind == TYPE_KIND_BOOL || p->type->kind == TYPE_KIND_INT ||
	    p->type->kind == TYPE_KIND_FLOAT) {
		bool ok = false;

		if (p->type->kind == TYPE_KIND_ENUM ||
		    p->type->kind == TYPE_KIND_DATETIME ||
		    p->type->definition != NULL)
			return VALUE_NULL;
		if (value_try_convert(&s->run,
			p->is_switch || p->type->kind == TYPE_KIND_BOOL ?
			    value_bool(false) : value_int(0),
			p->type, &v, &ok) != FLOW_MORE)
			run_leave_clear(&s->run);
	}
	return v;
}

static enum flow
set_defaults(struct call *c, struct frame *f)
{
	for (size_t i = 0; i < c->info->nown; i++) {
		struct bind_param *p = &c->info->params[i];
		struct variable *var;
		struct value v = VALUE_NULL;
		enum flow flow;

		if (c->bound[i] != BOUND_NO && c->bound[i] != BOUND_DELAYED) {
			var = param_variable(f, p);
			value_set(&var->value, c->values[i]);
			continue;
		}
		if (p->node == NULL || p->node->fallback == NULL) {
			var = param_variable(f, p);
			value_set_take(&var->value, param_nothing(c->s, p));
			continue;
		}
		f->at = p->node->fallback;
		flow = eval(f, p->node->fallback, &v);
		if (flow != FLOW_MORE)
			return flow;
		if (v.type == &type_void)
			v = VALUE_NULL;
		if (p->type != NULL && !value_is_null(v)) {
			struct value got;

			flow = value_convert(&c->s->run, v, p->type, &got);
			value_unref(v);
			if (flow != FLOW_MORE)
				return flow;
			v = got;
		}
		var = param_variable(f, p);
		value_set_take(&var->value, v);
	}
	return FLOW_MORE;
}

static void
set_from_input(struct call *c, struct frame *f)
{
	for (size_t i = 0; i < c->info->nown; i++) {
		struct bind_param *p = &c->info->params[i];

		if (c->bound[i] != BOUND_PIPELINE)
			continue;
		value_set(&param_variable(f, p)->value, c->values[i]);
		if (!value_is_null(f->bound))
			dict_set_str_take(dict_of(f->bound), p->name,
			    value_ref(c->values[i]));
	}
}

/* -Verbose and its kind reach what a function calls through variables. */
static void
set_preferences(struct call *c, struct scope *sc)
{
	if (c->ea != PREF_UNSET)
		scope_set_take(sc, A.eap, preference_value(c->ea));
	if (c->wa != PREF_UNSET)
		scope_set_take(sc, A.wap, preference_value(c->wa));
	if (c->ia != PREF_UNSET)
		scope_set_take(sc, A.ip, preference_value(c->ia));
	if (c->verbose >= 0)
		scope_set_take(sc, A.vp, preference_value(c->verbose ?
		    PREF_CONTINUE : PREF_SILENT));
	if (c->debug >= 0)
		scope_set_take(sc, A.dp, preference_value(c->debug ?
		    PREF_CONTINUE : PREF_SILENT));
	if (c->whatif >= 0)
		scope_set_take(sc, A.whatif, value_bool(c->whatif != 0));
	if (c->confirm >= 0)
		scope_set_take(sc, A.cp,
		    value_string(c->confirm ? "Low" : "None"));
}

/* ---- a block as a stage ---- */

/* Runs one of its blocks with the session as the block sees it. */
static enum flow
stage_run(struct stage *st, struct node_block *b)
{
	struct session *s = st->call.s;
	struct frame *f = &st->frame, *frame = s->frame;
	const struct streams *streams = s->streams;
	struct call *call = s->call;
	enum flow flow;

	if (b == NULL)
		return FLOW_MORE;
	s->frame = f;
	s->streams = &st->streams;
	s->call = NULL;
	f->at = b->statements.n > 0 ? b->statements.v[0] : &b->node;
	flow = block_flow(f, run_block(f, b, &st->own_out));
	s->frame = frame;
	s->streams = streams;
	s->call = call;
	if (flow == FLOW_LEAVE && s->run.leave.kind == LEAVE_EXIT &&
	    st->call.command.script_file) {
		int code = s->run.leave.code;

		run_leave_clear(&s->run);
		scope_set_take(s->global, A.lastexit, value_int(code));
		st->call.failed = code != 0;
		st->exited = true;
		return FLOW_MORE;
	}
	return flow;
}

static void
stage_frame_open(struct stage *st, struct block *b)
{
	struct call *c = &st->call;
	struct frame *f = &st->frame;
	struct frame *outer = st->pipeline->f;

	memset(f, 0, sizeof(*f));
	f->s = c->s;
	f->caller = outer;
	f->block = b;
	f->tree = b->tree;
	f->call = c;
	f->out = &st->own_out;
	f->dot = c->dot;
	f->is_script_file = c->command.script_file;
	if (c->dot && (b->home == NULL || b->in_home)) {
		f->scope = scope_ref(b->home != NULL ? b->home : outer->scope);
	} else {
		f->scope = scope_new(b->home != NULL ? b->home : outer->scope);
		f->scope->is_script = c->command.script_file;
	}
	f->args = value_ref(c->rest);
	c->frame = f;
	st->framed = true;
}

enum flow
block_stage_begin(struct stage *st)
{
	struct call *c = &st->call;
	struct session *s = c->s;
	struct block *b = block_of(c->command.block);
	struct frame *f = &st->frame, *frame = s->frame;
	enum flow flow;

	if (!run_stack_ok() || s->depth > 10000)
		return lang_error(s,
		    "System.Management.Automation.ScriptCallDepthException",
		    "CallDepthOverflow", "InvalidOperation", VALUE_NULL,
		    "The script failed due to call depth overflow.");
	stage_frame_open(st, b);
	if (c->info->advanced)
		set_preferences(c, f->scope);
	if (c->self != NULL)
		scope_set_take(f->scope, A.this, value_ref(*c->self));
	if (c->under != NULL) {
		value_set(&f->scope->under, *c->under);
		f->scope->has_under = true;
	}
	s->frame = f;
	s->call = NULL;
	flow = c->command.script_file ? prepare_root(f, b->node) : FLOW_MORE;
	if (flow == FLOW_MORE)
		flow = set_defaults(c, f);
	s->frame = frame;
	if (flow != FLOW_MORE)
		return flow;
	return stage_run(st, b->node->begin);
}

enum flow
block_stage_process(struct stage *st, struct value v, bool has_input)
{
	struct call *c = &st->call;
	struct block *b = block_of(c->command.block);
	struct frame *f = &st->frame;
	struct scope *sc = f->scope;
	struct value under;
	bool had;
	enum flow flow;

	if (st->exited)
		return FLOW_MORE;
	if (has_input) {
		struct frame *frame = c->s->frame;
		bool ok = true;

		if (b->node->process == NULL) {
			if (c->collected == NULL)
				c->collected = list_new(NULL, 8);
			list_add(c->collected, v);
		}
		if (c->info->by_pipeline || c->info->advanced) {
			c->s->frame = f;
			flow = bind_input(c, v, &ok);
			c->s->frame = frame;
			if (flow != FLOW_MORE || !ok)
				return flow;
			set_from_input(c, f);
		}
	}
	if (b->node->process == NULL) {
		if (has_input)
			bind_input_done(c);
		return FLOW_MORE;
	}
	under = sc->under;
	had = sc->has_under;
	if (has_input) {
		sc->under = value_ref(v);
		sc->has_under = true;
		if (b->info == NULL || b->info->uses_input) {
			struct list *l = list_new(NULL, 1);

			list_add(l, v);
			value_set_take(&f->input, enumerator_new(l));
		}
	}
	flow = stage_run(st, b->node->process);
	if (has_input) {
		value_unref(sc->under);
		sc->under = under;
		sc->has_under = had;
		bind_input_done(c);
	}
	return flow;
}

enum flow
block_stage_end(struct stage *st)
{
	struct call *c = &st->call;
	struct block *b = block_of(c->command.block);

	if (st->exited)
		return FLOW_MORE;
	if (c->collected != NULL) {
		value_set_take(&st->frame.input,
		    enumerator_new(c->collected));
		c->collected = NULL;
	} else {
		value_clear(&st->frame.input);
	}
	return stage_run(st, b->node->end);
}

void
block_stage_clean(struct stage *st)
{
	struct block *b = block_of(st->call.command.block);

	if (st->framed && b->node->clean != NULL) {
		struct sink *out = st->out;

		st->out = &sink_null;
		(void)stage_run(st, b->node->clean);
		st->out = out;
	}
}

/* ---- a block called from C ---- */

/* Nothing to bind and one plain body: a frame is all it takes. */
static bool
is_plain(struct block *b, struct block_info *info)
{
	struct node_script_block *n = b->node;

	return info->bind == NULL && n->begin == NULL && n->process == NULL &&
	    n->clean == NULL && n->dynamicparam == NULL && !b->is_filter;
}

static enum flow
call_plain(struct session *s, struct block *b, const struct invoke_spec *spec,
    struct sink *out)
{
	struct frame f;
	struct scope *sc;
	struct call *call = s->call;
	const struct streams *streams = s->streams;
	struct value under = VALUE_NULL;
	bool had = false;
	enum flow flow = FLOW_MORE;

	if (b->node->end == NULL)
		return FLOW_MORE;
	if (!run_stack_ok())
		return lang_error(s,
		    "System.Management.Automation.ScriptCallDepthException",
		    "CallDepthOverflow", "InvalidOperation", VALUE_NULL,
		    "The script failed due to call depth overflow.");
	frame_push(&f, s, b);
	f.dot = spec->same_scope;
	sc = b->home != NULL ? b->home : f.caller->scope;
	f.scope = spec->same_scope ? scope_ref(sc) : scope_new(sc);
	sc = f.scope;
	f.out = out;
	if (spec->nargs > 0)
		f.args = value_list(spec->args, spec->nargs);
	if (spec->input != NULL)
		f.input = value_ref(*spec->input);
	if (spec->self != NULL)
		scope_set_take(sc, A.this, value_ref(*spec->self));
	if (spec->under != NULL) {
		under = sc->under;
		had = sc->has_under;
		sc->under = value_ref(*spec->under);
		sc->has_under = true;
	}
	s->call = NULL;
	flow = block_flow(&f, run_block(&f, b->node->end, out));
	if (spec->under != NULL) {
		value_unref(sc->under);
		sc->under = under;
		sc->has_under = had;
	}
	scope_unref(s, sc);
	frame_pop(&f);
	s->call = call;
	s->streams = streams;
	return flow;
}

enum flow
block_call(struct session *s, struct value block,
    const struct invoke_spec *spec, struct sink *out)
{
	struct value base = value_base(block);
	struct invoke_spec full;
	struct block_info *info;
	enum flow flow;

	if (base.type != &type_script_block) {
		full = *spec;
		full.command = block;
		return run_command_spec(s, &full, out);
	}
	info = block_info(s, block_of(base));
	if (info == NULL)
		return FLOW_LEAVE;
	value_ref(base);
	if (is_plain(block_of(base), info)) {
		flow = call_plain(s, block_of(base), spec, out);
	} else {
		full = *spec;
		full.command = base;
		flow = run_command_spec(s, &full, out);
	}
	value_unref(base);
	return flow;
}

/* ---- function name { } ---- */

enum flow
define_function(struct session *s, struct scope *sc, const struct atom *a,
    struct value block, unsigned options)
{
	struct variable *v = vartab_find(&sc->functions, a);

	if (v != NULL && (v->options & (OPTION_READONLY | OPTION_CONSTANT)))
		return lang_error(s, "System.Management.Automation."
		    "SessionStateUnauthorizedAccessException",
		    "FunctionNotWritable", "WriteError",
		    value_string(a->name), "Cannot write to function %s "
		    "because it is read-only or constant.", a->name);
	v = scope_make_in(sc, &sc->functions, a);
	value_set(&v->value, block);
	v->options = options;
	if (!sc->is_global && !sc->counted) {
		sc->counted = true;
		s->local_functions++;
	}
	s->generation++;
	return FLOW_MORE;
}

enum flow
run_function(struct frame *f, struct node_function *n)
{
	const char *colon = memchr(n->name.s, ':', n->name.len);
	struct tree_text name = n->name;
	struct scope *sc = f->scope;
	struct value v;
	unsigned options = 0;
	enum flow flow;

	if (colon != NULL) {
		size_t len = (size_t)(colon - n->name.s);

		name.s = colon + 1;
		name.len -= len + 1;
		if (len == 6 && strncasecmp(n->name.s, "global", 6) == 0)
			sc = scope_global(sc);
		else if (len == 6 && strncasecmp(n->name.s, "script", 6) == 0)
			sc = scope_script(sc);
		else if (len == 7 && strncasecmp(n->name.s, "private", 7) == 0)
			options = OPTION_PRIVATE;
	}
	v = block_new(f->tree, n->body);
	block_of(v)->function = n;
	block_of(v)->is_filter = n->is_filter || n->body->is_filter;
	if (f->block != NULL && f->block->home != NULL)
		block_of(v)->home = scope_ref(f->block->home);
	flow = define_function(f->s, sc, atom_get(name.s, name.len), v,
	    options);
	value_unref(v);
	return flow;
}
