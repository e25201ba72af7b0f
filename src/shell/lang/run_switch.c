/* SPDX-License-Identifier: GPL-3.0-or-later */
/* switch: every value against every clause. */
#include "config.h"

#include <string.h>

#include "shell/lang/run_internal.h"

static enum flow
clause_block(struct frame *f, struct value block, struct value item,
    bool *yesp)
{
	struct invoke_spec spec = { .command = block, .under = &item,
		.same_scope = true };
	struct collector c;
	struct value got;
	enum flow flow;

	collector_init(&c);
	flow = block_call(f->s, block, &spec, &c.sink);
	got = collector_take(&c);
	if (flow == FLOW_MORE)
		flow = value_truth(&f->s->run, got, yesp);
	value_unref(got);
	return flow;
}

static enum flow
clause_matches(struct frame *f, struct node_switch *n, struct node *test,
    struct value item, bool *yesp)
{
	struct run *r = &f->s->run;
	bool exact_case = (n->flags & TREE_SWITCH_CASE) != 0;
	struct value want = VALUE_NULL, a = VALUE_NULL, b = VALUE_NULL;
	struct value got = VALUE_NULL;
	enum flow flow = eval(f, test, &want);

	*yesp = false;
	if (flow != FLOW_MORE)
		return flow;
	if (lang_is_block(want)) {
		flow = clause_block(f, want, item, yesp);
	} else if (n->flags & (TREE_SWITCH_REGEX | TREE_SWITCH_WILDCARD)) {
		enum binary_op op = n->flags & TREE_SWITCH_REGEX ?
		    (exact_case ? OP_CMATCH : OP_IMATCH) :
		    (exact_case ? OP_CLIKE : OP_ILIKE);

		flow = value_text(r, item, &a);
		if (flow == FLOW_MORE)
			flow = value_binary(r, op, a, want, &got);
		if (flow == FLOW_MORE)
			flow = value_truth(r, got, yesp);
	} else if (value_is_string(value_base(item)) ||
	    value_is_string(value_base(want))) {
		flow = value_text(r, item, &a);
		if (flow == FLOW_MORE)
			flow = value_text(r, want, &b);
		if (flow == FLOW_MORE)
			flow = value_equal(r, a, b, !exact_case, yesp);
	} else {
		flow = value_equal(r, item, want, !exact_case, yesp);
	}
	value_unref(got);
	value_unref(a);
	value_unref(b);
	value_unref(want);
	return flow;
}

/* *donep: break ended the switch. */
static enum flow
run_item(struct frame *f, struct node_switch *n, struct value item,
    struct sink *out, bool *donep)
{
	struct session *s = f->s;
	bool any = false;
	enum flow flow = FLOW_MORE;

	value_set(&f->scope->under, item);
	f->scope->has_under = true;
	for (size_t i = 0; i < n->nclause && flow == FLOW_MORE; i++) {
		bool yes = false;

		flow = clause_matches(f, n, n->clauses[i].test,
		    f->scope->under, &yes);
		if (flow == FLOW_MORE && yes) {
			any = true;
			flow = run_block(f, n->clauses[i].body, out);
		}
	}
	if (flow == FLOW_MORE && !any && n->otherwise != NULL)
		flow = run_block(f, n->otherwise, out);
	return loop_after(s, n->label, flow, donep);
}

static enum flow
switch_values(struct frame *f, struct node_switch *n, struct value *outp)
{
	struct value path = VALUE_NULL;
	enum flow flow;

	if ((n->flags & TREE_SWITCH_FILE) == 0)
		return eval_statement(f, n->condition, outp);
	flow = eval(f, n->condition, &path);
	if (flow == FLOW_MORE) {
		struct invoke_spec spec = {
			.command = value_string("Get-Content"),
			.args = &path, .nargs = 1 };

		flow = session_ops.invoke_with(&f->s->run, &spec, outp);
		value_unref(spec.command);
	}
	value_unref(path);
	return flow;
}

enum flow
run_switch(struct frame *f, struct node_switch *n, struct sink *out)
{
	struct session *s = f->s;
	struct value over = VALUE_NULL, under;
	struct scope *sc = f->scope;
	bool had = sc->has_under, done = false;
	struct iter it;
	enum flow flow = switch_values(f, n, &over);

	if (flow != FLOW_MORE)
		return flow;
	if (over.type == &type_void)
		return FLOW_MORE;
	under = value_ref(sc->under);
	if (value_is_null(over)) {
		flow = run_item(f, n, over, out, &done);
	} else {
		flow = iter_begin(&s->run, over, &it);
		while (flow == FLOW_MORE && !done) {
			struct value item = VALUE_NULL;
			bool more = false;

			flow = iter_next(&s->run, &it, &item, &more);
			if (flow != FLOW_MORE || !more)
				break;
			flow = run_item(f, n, item, out, &done);
			value_unref(item);
		}
		iter_end(&it);
	}
	value_set_take(&sc->under, under);
	sc->has_under = had;
	value_unref(over);
	return flow;
}
