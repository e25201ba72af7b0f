/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Statements: blocks, conditions, loops, ways to leave. */
#include "config.h"

#include <string.h>

#include "shell/lang/run_internal.h"

/* ---- blocks ---- */

enum flow
run_statements(struct frame *f, struct node_list *l, struct sink *out)
{
	struct session *s = f->s;

	for (size_t i = 0; i < l->n; i++) {
		enum flow flow;

		if (s->run.stop) {
			flow = run_check_stop(&s->run);
			if (flow != FLOW_MORE)
				return flow;
		}
		flow = run_statement(f, l->v[i], out);
		if (flow == FLOW_MORE)
			continue;
		if (flow == FLOW_LEAVE && s->run.leave.kind == LEAVE_THROW) {
			bool handled = false;

			s->ok = false;
			if (f->traps != NULL) {
				flow = run_trap(f, &handled, out);
				if (handled && flow == FLOW_MORE)
					continue;
				if (handled)
					return flow;
			}
			flow = error_statement(f);
			if (flow == FLOW_MORE) {
				s->ok = false;
				continue;
			}
		}
		return flow;
	}
	return FLOW_MORE;
}

enum flow
run_block(struct frame *f, struct node_block *b, struct sink *out)
{
	struct node_list *traps = f->traps;
	enum flow flow;

	if (b->traps.n > 0)
		f->traps = &b->traps;
	flow = run_statements(f, &b->statements, out);
	f->traps = traps;
	return flow;
}

/* ---- leaving loops ---- */

static void
leave_to(struct session *s, enum leave_kind kind)
{
	run_leave_clear(&s->run);
	s->run.leave.kind = kind;
}

/*
 * After a loop's body: FLOW_MORE to go on; *donep where the loop ends. A
 * label that is not ours goes on upwards.
 */
static enum flow
loop_flow(struct session *s, struct tree_text label, enum flow flow,
    bool *donep)
{
	struct leave *l = &s->run.leave;

	*donep = flow != FLOW_MORE;
	if (flow != FLOW_LEAVE ||
	    (l->kind != LEAVE_BREAK && l->kind != LEAVE_CONTINUE))
		return flow;
	if (l->label != NULL && (strlen(l->label) != label.len ||
	    strncasecmp(l->label, label.s, label.len) != 0))
		return flow;
	*donep = l->kind == LEAVE_BREAK;
	run_leave_clear(&s->run);
	return FLOW_MORE;
}

enum flow
loop_after(struct session *s, struct tree_text label, enum flow flow,
    bool *donep)
{
	return loop_flow(s, label, flow, donep);
}

static enum flow
run_loop(struct frame *f, struct node_loop *n, struct sink *out)
{
	bool done = false, yes;
	enum flow flow = FLOW_MORE;
	bool test_first = n->node.kind == NODE_WHILE;

	while (!done) {
		if (test_first) {
			yes = false;
			f->at = n->condition;
			flow = eval_condition(f, n->condition, &yes);
			if (flow != FLOW_MORE || !yes)
				return flow;
		}
		flow = loop_flow(f->s, n->label, run_block(f, n->body, out),
		    &done);
		if (flow != FLOW_MORE || done)
			return flow;
		if (!test_first) {
			yes = false;
			f->at = n->condition;
			flow = eval_condition(f, n->condition, &yes);
			if (flow != FLOW_MORE)
				return flow;
			done = yes == (n->node.kind == NODE_DO_UNTIL);
		}
		if (f->s->run.stop &&
		    (flow = run_check_stop(&f->s->run)) != FLOW_MORE)
			return flow;
	}
	return flow;
}

static enum flow
run_part(struct frame *f, struct node *n)
{
	return n == NULL ? FLOW_MORE : run_statement(f, n, &sink_null);
}

static enum flow
run_for(struct frame *f, struct node_for *n, struct sink *out)
{
	enum flow flow = run_part(f, n->init);
	bool done = false;

	while (flow == FLOW_MORE) {
		if (n->condition != NULL) {
			bool yes = false;

			f->at = n->condition;
			flow = eval_condition(f, n->condition, &yes);
			if (flow != FLOW_MORE || !yes)
				break;
		}
		flow = loop_flow(f->s, n->label, run_block(f, n->body, out),
		    &done);
		if (flow != FLOW_MORE || done)
			break;
		flow = run_part(f, n->step);
		if (f->s->run.stop && flow == FLOW_MORE)
			flow = run_check_stop(&f->s->run);
	}
	return flow;
}

/* Once for a node: 1 no, 2 yes. */
static bool
needs_enumerator(struct frame *f, struct node_foreach *n)
{
	if (n->node.slot == NULL)
		n->node.slot = (void *)(uintptr_t)(
		    source_mentions(f->tree, &n->body->node, "foreach") ? 2 : 1);
	return (uintptr_t)n->node.slot == 2;
}

static enum flow
foreach_enumerator(struct frame *f, struct value *overp)
{
	struct collector c;
	enum flow flow;

	collector_init(&c);
	flow = sink_put_each(f->s, &c.sink, *overp);
	value_set_take(overp,
	    enumerator_new(list_of(collector_array(&c))));
	scope_set_take(f->scope, A.foreach, value_ref(*overp));
	return flow;
}

static enum flow
run_foreach(struct frame *f, struct node_foreach *n, struct sink *out)
{
	struct session *s = f->s;
	struct value over = VALUE_NULL;
	struct iter it;
	bool done = false, named = needs_enumerator(f, n);
	enum flow flow = eval_statement(f, n->collection, &over);

	if (flow != FLOW_MORE)
		return flow;
	if (value_is_nothing(over))
		return FLOW_MORE;
	if (named && (flow = foreach_enumerator(f, &over)) != FLOW_MORE) {
		value_unref(over);
		return flow;
	}
	flow = iter_begin(&s->run, over, &it);
	while (flow == FLOW_MORE && !done) {
		struct value item = VALUE_NULL;
		bool more = false;

		flow = iter_next(&s->run, &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		flow = assign_variable(f, n->variable, item, NULL, NULL);
		value_unref(item);
		if (flow == FLOW_MORE)
			flow = loop_flow(s, n->label,
			    run_block(f, n->body, out), &done);
		if (s->run.stop && flow == FLOW_MORE)
			flow = run_check_stop(&s->run);
	}
	if (named)
		(void)vartab_remove(&f->scope->vars, A.foreach);
	iter_end(&it);
	value_unref(over);
	return flow;
}

/* ---- if ---- */

static enum flow
run_if(struct frame *f, struct node_if *n, struct sink *out)
{
	for (size_t i = 0; i < n->nclause; i++) {
		bool yes = false;
		enum flow flow;

		f->at = n->clauses[i].test;
		flow = eval_condition(f, n->clauses[i].test, &yes);
		if (flow != FLOW_MORE)
			return flow;
		if (yes)
			return run_block(f, n->clauses[i].body, out);
	}
	return n->otherwise != NULL ? run_block(f, n->otherwise, out) :
				      FLOW_MORE;
}

/* ---- return, exit, break, continue, throw ---- */

static enum flow
run_return(struct frame *f, struct node_leave *n, struct sink *out)
{
	if (f->returns != NULL) {
		/* a class's method: what return says, and nothing else */
		struct value v = VALUE_NULL;
		enum flow flow = n->pipeline != NULL ?
		    eval_statement(f, n->pipeline, &v) : FLOW_MORE;

		if (flow != FLOW_MORE)
			return flow;
		value_set_take(f->returns, v);
	} else if (n->pipeline != NULL) {
		enum flow flow = run_statement(f, n->pipeline, out);

		if (flow != FLOW_MORE)
			return flow;
	}
	leave_to(f->s, LEAVE_RETURN);
	return FLOW_LEAVE;
}

static enum flow
run_exit(struct frame *f, struct node_leave *n)
{
	int64_t code = 0;

	if (n->pipeline != NULL) {
		struct value v = VALUE_NULL;
		enum flow flow = eval_statement(f, n->pipeline, &v);

		if (flow == FLOW_MORE && !value_is_nothing(v) &&
		    value_to_int(&f->s->run, v, &code) != FLOW_MORE) {
			run_leave_clear(&f->s->run);
			code = 0;
		}
		value_unref(v);
		if (flow != FLOW_MORE)
			return flow;
	}
	leave_to(f->s, LEAVE_EXIT);
	f->s->run.leave.code = (int)code;
	return FLOW_LEAVE;
}

static enum flow
run_jump(struct frame *f, struct node_jump *n)
{
	struct value label = VALUE_NULL;

	if (n->label != NULL) {
		enum flow flow = eval_member_name(f, n->label, &label);

		if (flow != FLOW_MORE)
			return flow;
	}
	leave_to(f->s, n->node.kind == NODE_BREAK ? LEAVE_BREAK :
						    LEAVE_CONTINUE);
	if (value_is_string(label) && value_chars_len(label) > 0)
		f->s->run.leave.label = mem_strdup(value_chars(label));
	value_unref(label);
	return FLOW_LEAVE;
}

/* ---- chains ---- */

static enum flow
run_chain(struct frame *f, struct node_chain *n, struct sink *out)
{
	struct session *s = f->s;

	for (size_t i = 0; i < n->pipelines.n; i++) {
		enum flow flow;

		if (i > 0 && n->is_or[i - 1] == s->ok)
			continue;
		flow = run_statement(f, n->pipelines.v[i], out);
		if (flow == FLOW_LEAVE && s->run.leave.kind == LEAVE_THROW &&
		    i + 1 < n->pipelines.n) {
			s->ok = false;
			flow = error_statement(f);
			s->ok = false;
		}
		if (flow != FLOW_MORE)
			return flow;
	}
	return FLOW_MORE;
}

/* ---- data ---- */

static enum flow
run_data(struct frame *f, struct node_data *n, struct sink *out)
{
	struct collector c;
	struct value v;
	enum flow flow;

	if (n->name.len == 0)
		return run_block(f, n->body, out);
	collector_init(&c);
	flow = run_block(f, n->body, &c.sink);
	v = collector_take(&c);
	if (flow == FLOW_MORE)
		scope_set_take(f->scope, atom_get(n->name.s, n->name.len), v);
	else
		value_unref(v);
	return flow;
}

/* ---- one statement ---- */

/* $i++ as a statement says nothing. NULL where it is something else. */
static struct node_unary *
silent_part(struct node *n)
{
	struct node_pipeline *p = node_pipeline(n);
	struct node *e;

	if (p->elements.n != 1 ||
	    p->elements.v[0]->kind != NODE_COMMAND_EXPRESSION)
		return NULL;
	e = node_command_expression(p->elements.v[0])->expression;
	return e->kind == NODE_UNARY &&
		node_unary(e)->op >= TREE_OP_PRE_INC &&
		node_unary(e)->op <= TREE_OP_POST_DEC ?
	    node_unary(e) : NULL;
}

static enum flow
run_pipeline_statement(struct frame *f, struct node *n, struct sink *out)
{
	struct node_unary *silent = silent_part(n);

	if (node_pipeline(n)->background)
		return run_background(f, n, out);
	if (silent == NULL)
		return run_pipeline(f, node_pipeline(n), out);
	if (run_increment(f, silent)) {
		f->s->ok = true;
		return FLOW_MORE;
	}
	return run_pipeline(f, node_pipeline(n), &sink_null);
}

enum flow
run_statement(struct frame *f, struct node *n, struct sink *out)
{
	struct value v = VALUE_NULL;
	enum flow flow;

	switch (n->kind) {
	case NODE_PIPELINE:
		return run_pipeline_statement(f, n, out);
	case NODE_PIPELINE_CHAIN:
		if (node_chain(n)->background)
			return run_background(f, n, out);
		return run_chain(f, node_chain(n), out);
	case NODE_ASSIGNMENT:
		flow = run_assignment(f, node_assignment(n), &v);
		value_unref(v);
		return flow;
	case NODE_IF:
		return run_if(f, node_if(n), out);
	case NODE_SWITCH:
		return run_switch(f, node_switch(n), out);
	case NODE_WHILE:
	case NODE_DO_WHILE:
	case NODE_DO_UNTIL:
		return run_loop(f, node_loop(n), out);
	case NODE_FOR:
		return run_for(f, node_for(n), out);
	case NODE_FOREACH:
		return run_foreach(f, node_foreach(n), out);
	case NODE_TRY:
		return run_try(f, node_try(n), out);
	case NODE_TRAP:
		return FLOW_MORE;
	case NODE_THROW:
		return run_throw_statement(f, node_leave(n));
	case NODE_RETURN:
		return run_return(f, node_leave(n), out);
	case NODE_EXIT:
		return run_exit(f, node_leave(n));
	case NODE_BREAK:
	case NODE_CONTINUE:
		return run_jump(f, node_jump(n));
	case NODE_FUNCTION:
		return run_function(f, node_function(n));
	case NODE_TYPE_DEFINITION:
		return run_type_definition(f, node_type_definition(n));
	case NODE_DATA:
		return run_data(f, node_data(n), out);
	case NODE_USING:
		return run_using(f, node_using(n));
	case NODE_STATEMENT_BLOCK:
	case NODE_NAMED_BLOCK:
		return run_block(f, node_block(n), out);
	case NODE_COMMAND:
	case NODE_COMMAND_EXPRESSION:
		return lang_error(f->s, NULL, "NotSupported", NULL, VALUE_NULL,
		    "A command outside a pipeline cannot be run.");
	default:
		flow = eval(f, n, &v);
		if (flow == FLOW_MORE)
			flow = sink_put_each(f->s, out, v);
		value_unref(v);
		return flow;
	}
}

enum flow
eval_statement(struct frame *f, struct node *n, struct value *outp)
{
	struct collector c;
	enum flow flow;

	*outp = VALUE_NULL;
	if (n->kind == NODE_ASSIGNMENT)
		return run_assignment(f, node_assignment(n), outp);
	if (n->kind == NODE_PIPELINE) {
		struct node_pipeline *p = node_pipeline(n);
		struct node *e = p->elements.v[0];

		if (p->elements.n == 1 && !p->background &&
		    e->kind == NODE_COMMAND_EXPRESSION &&
		    node_command_expression(e)->redirections.n == 0) {
			flow = eval(f, node_command_expression(e)->expression,
			    outp);
			if (flow == FLOW_MORE)
				f->s->ok = true;
			return flow;
		}
	}
	collector_init(&c);
	flow = run_statement(f, n, &c.sink);
	if (flow != FLOW_MORE) {
		collector_clear(&c);
		return flow;
	}
	*outp = collector_take(&c);
	return FLOW_MORE;
}
