/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Methods of a script's classes, and how an instance comes to be.
 */
#include "config.h"

#include <string.h>

#include "shell/lang/class_internal.h"

#define SMA "System.Management.Automation."

/* ---- methods ---- */

/* How well arguments fit: -1 not at all, less is better. */
static int
fit(struct session *s, const struct class_method *m,
    const struct value *args, size_t n)
{
	int cost = 0;

	if (m->node->params.n != n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct type *t = m->params[i];
		const struct type *of = value_type(args[i]);
		struct value v = VALUE_NULL;
		bool ok = false;

		if (t == NULL) {
			cost += 5;
			continue;
		}
		if (of == t)
			continue;
		if (of != NULL && type_is_a(of, t)) {
			cost += 1;
			continue;
		}
		if (value_try_convert(&s->run, args[i], t, &v, &ok) !=
		    FLOW_MORE) {
			run_leave_clear(&s->run);
			return -1;
		}
		value_unref(v);
		if (!ok)
			return -1;
		cost += 10;
	}
	return cost;
}

struct class_method *
class_choose(struct session *s, struct script_class *c, const struct atom *name,
    bool is_static, bool constructor, const struct value *args, size_t n,
    bool *anyp)
{
	struct class_method *best = NULL;
	int least = -1;

	*anyp = false;
	for (size_t i = 0; i < c->nmethod; i++) {
		struct class_method *m = &c->methods[i];
		int cost;

		if (m->node->is_constructor != constructor ||
		    (!constructor && (m->name != name ||
			m->node->is_static != is_static)))
			continue;
		if (constructor && m->node->is_static)
			continue;
		*anyp = true;
		cost = fit(s, m, args, n);
		if (cost >= 0 && (best == NULL || cost < least)) {
			best = m;
			least = cost;
		}
	}
	return best;
}

static enum flow
set_params(struct session *s, struct frame *f, struct class_method *m,
    const struct value *args, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct node_parameter *p =
		    node_parameter(m->node->params.v[i]);
		struct value v = VALUE_NULL;
		struct variable *var;
		enum flow flow = m->params[i] == NULL ? FLOW_MORE :
		    value_convert(&s->run, args[i], m->params[i], &v);

		if (flow != FLOW_MORE)
			return flow;
		if (m->params[i] == NULL)
			v = value_ref(args[i]);
		var = scope_make(f->scope, variable_atom(p->name));
		var->type = m->params[i];
		value_set_take(&var->value, v);
	}
	return FLOW_MORE;
}

static enum flow construct_base(struct script_class *c, struct frame *f,
    struct class_method *m, struct value *selfp);

/* Runs a method's or constructor's body. *selfp may be made on the way. */
enum flow
class_run_method(struct script_class *c, struct class_method *m,
    struct value *selfp, const struct value *args, size_t n,
    struct value *outp)
{
	struct session *s = c->session;
	struct value result = VALUE_NULL;
	struct call *call = s->call;
	unsigned depth = s->try_depth;
	struct frame f;
	enum flow flow;

	if (!run_stack_ok())
		return lang_error(s, SMA "ScriptCallDepthException",
		    "CallDepthOverflow", "InvalidOperation", VALUE_NULL,
		    "The script failed due to call depth overflow.");
	frame_push(&f, s, block_of(m->block));
	f.scope = scope_new(c->home);
	f.out = &sink_null;
	f.returns = &result;
	s->call = NULL;
	s->try_depth++; /* an error in a method ends it */
	f.at = &m->node->body->node;
	flow = set_params(s, &f, m, args, n);
	if (flow == FLOW_MORE && m->node->is_constructor)
		flow = construct_base(c, &f, m, selfp);
	if (flow == FLOW_MORE && !value_is_null(*selfp))
		scope_set_take(f.scope, A.this, value_ref(*selfp));
	if (flow == FLOW_MORE && m->node->body->end != NULL)
		flow = run_block(&f, m->node->body->end, &sink_null);
	if (flow == FLOW_LEAVE && s->run.leave.kind == LEAVE_RETURN) {
		run_leave_clear(&s->run);
		flow = FLOW_MORE;
	}
	s->try_depth = depth;
	scope_unref(s, f.scope);
	frame_pop(&f);
	s->call = call;
	if (flow == FLOW_MORE && outp != NULL) {
		if (m->is_void)
			*outp = value_nothing();
		else if (m->returns != NULL)
			flow = value_convert(&s->run, result, m->returns,
			    outp);
		else
			*outp = value_ref(result);
	}
	value_unref(result);
	return flow;
}

enum flow
class_no_overload(struct session *s, const char *name, size_t n)
{
	return lang_error(s, SMA "MethodException",
	    "MethodCountCouldNotFindBest", "NotSpecified", VALUE_NULL,
	    "Cannot find an overload for \"%s\" and the argument count: "
	    "\"%zu\".", name, n);
}

/* ---- making instances ---- */

static enum flow
set_initial(struct script_class *c, struct value self)
{
	struct session *s = c->session;
	struct frame f;
	struct call *call = s->call;
	enum flow flow = FLOW_MORE;

	if (c->base != NULL)
		flow = set_initial(c->base, self);
	for (size_t i = 0; i < c->nproperty && flow == FLOW_MORE; i++) {
		struct class_property *p = &c->properties[i];
		struct value v = VALUE_NULL;
		bool found;

		if (p->is_static)
			continue;
		if (p->node->initial != NULL) {
			memset(&f, 0, sizeof(f));
			f.s = s;
			f.caller = s->frame;
			f.tree = c->tree;
			f.scope = scope_new(c->home);
			f.at = p->node->initial;
			f.out = &sink_null;
			s->frame = &f;
			s->call = NULL;
			scope_set_take(f.scope, A.this, value_ref(self));
			flow = eval(&f, p->node->initial, &v);
			scope_unref(s, f.scope);
			frame_pop(&f);
			s->call = call;
		} else if (p->type != NULL &&
		    (p->type->flags & TYPE_VALUETYPE) != 0 &&
		    p->type->definition == NULL) {
			bool ok;

			if (value_try_convert(&s->run,
				p->type->kind == TYPE_KIND_BOOL ?
				    value_bool(false) : value_int(0),
				p->type, &v, &ok) != FLOW_MORE)
				run_leave_clear(&s->run);
		} else if (c->native == NULL) {
			continue;
		}
		if (flow == FLOW_MORE && (p->node->initial != NULL ||
		    c->native == NULL))
			flow = class_set(&s->run, self, p->name->name, v,
			    &found);
		else if (flow == FLOW_MORE)
			exception_set(self, p->name->name, v);
		value_unref(v);
	}
	return flow;
}

static struct value
allocate(struct script_class *c)
{
	struct instance *i = mem_zalloc(sizeof(*i) +
	    c->nfield * sizeof(i->fields[0]));

	i->cell.refs = 1;
	i->cell.type = &c->type;
	i->n = c->nfield;
	return (struct value){ .type = &c->type, .u.p = &i->cell };
}

/* The exception below is made first; the class's type is put on it. */
static enum flow
allocate_native(struct script_class *c, const struct value *args, size_t n,
    struct value *selfp)
{
	enum flow flow = type_construct(&c->session->run, c->native, args, n,
	    selfp);

	if (flow == FLOW_MORE) {
		selfp->u.p->type = &c->type;
		selfp->type = &c->type;
	}
	return flow;
}

static enum flow
make_self(struct script_class *outer, struct script_class *c,
    const struct value *args, size_t n, struct value *selfp)
{
	enum flow flow = FLOW_MORE;

	if (!value_is_null(*selfp))
		return FLOW_MORE;
	if (outer->native != NULL)
		flow = allocate_native(outer, args, n, selfp);
	else
		*selfp = allocate(outer);
	(void)c;
	return flow == FLOW_MORE ? set_initial(outer, *selfp) : flow;
}

/* Runs c's constructor on a self that may still be missing. */
enum flow
class_construct(struct script_class *outer, struct script_class *c,
    const struct value *args, size_t n, struct value *selfp)
{
	struct class_method *m;
	bool any;

	m = class_choose(c->session, c, NULL, false, true, args, n, &any);
	if (m == NULL && any)
		return class_no_overload(c->session, "new", n);
	if (m == NULL) {
		enum flow flow;

		if (n > 0 && c->native == NULL && c->base == NULL)
			return class_no_overload(c->session, "new", n);
		if (c->base != NULL) {
			flow = class_construct(outer, c->base, args, 0, selfp);
			return flow;
		}
		return make_self(outer, c, args, c->native != NULL ? n : 0,
		    selfp);
	}
	c->making = outer;
	return class_run_method(c, m, selfp, args, n, NULL);
}

static enum flow
construct_base(struct script_class *c, struct frame *f,
    struct class_method *m, struct value *selfp)
{
	struct script_class *outer = c->making != NULL ? c->making : c;
	struct value *args = NULL;
	size_t n = 0;
	enum flow flow = FLOW_MORE;

	if (m->node->has_base_call)
		flow = eval_arguments(f, &m->node->base_arguments, &args, &n);
	if (flow != FLOW_MORE)
		return flow;
	if (c->base != NULL)
		flow = class_construct(outer, c->base, args, n, selfp);
	else
		flow = make_self(outer, c, args, n, selfp);
	if (args != NULL)
		values_free(args, n);
	return flow;
}
