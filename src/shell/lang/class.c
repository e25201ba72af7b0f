/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Classes and enums of a script. A class is a type made at run time; its
 * instances keep their properties in order. One derived from an exception of
 * .NET is that exception with more properties.
 */
#include "config.h"

#include <string.h>

#include "shell/lang/run_internal.h"
#include "types/exception.h"
#include "types/member.h"

#define SMA "System.Management.Automation."

struct class_property {
	const struct atom *name;
	const struct type *type; /* NULL: Object */
	struct node_property_member *node;
	struct script_class *owner;
	bool is_static, is_hidden;
	struct value value; /* a static's */
};

struct class_method {
	const struct atom *name;
	struct node_function_member *node;
	struct value block;
	const struct type **params; /* NULL: Object */
	const struct type *returns; /* NULL: anything */
	bool is_void;
};

struct script_class {
	struct type type;
	struct script_class *base;  /* another script's, or NULL */
	const struct type *native;  /* .NET's exception below, or NULL */
	struct script_tree *tree;
	struct scope *home;
	struct session *session;
	struct class_property *properties; /* its own */
	size_t nproperty;
	struct class_method *methods;
	size_t nmethod;
	size_t nfield;              /* with those of its bases */
	struct member_spec *rows;
	struct script_class *making; /* whose instance is being made */
};

struct instance {
	struct cell cell;
	size_t n;
	struct value fields[];
};

static const struct type_ops class_ops;

static struct script_class *
class_of(const struct type *t)
{
	return t != NULL && t->ops == &class_ops ?
	    (struct script_class *)(uintptr_t)t->data : NULL;
}

static struct instance *
instance_of(struct value v)
{
	return (struct instance *)(void *)v.u.p;
}

static void
instance_release(struct cell *c)
{
	struct instance *i = (struct instance *)(void *)c;

	for (size_t k = 0; k < i->n; k++)
		value_unref(i->fields[k]);
	mem_free(i);
}

static void
instance_children(struct cell *c, void (*visit)(struct value *, void *),
    void *arg)
{
	struct instance *i = (struct instance *)(void *)c;

	for (size_t k = 0; k < i->n; k++)
		visit(&i->fields[k], arg);
}

/* ---- properties ---- */

/* Index among the fields, -1 for statics and exceptions' own. */
static struct class_property *
find_property(struct script_class *c, const struct atom *a, bool is_static,
    size_t *indexp)
{
	for (; c != NULL; c = c->base) {
		size_t at = c->nfield;

		for (size_t i = c->nproperty; i > 0; i--) {
			struct class_property *p = &c->properties[i - 1];

			if (!p->is_static)
				at--;
			if (p->name == a && p->is_static == is_static) {
				*indexp = at;
				return p;
			}
		}
	}
	return NULL;
}

static struct value *
field_of(struct value self, size_t index)
{
	struct instance *i = instance_of(self);

	return index < i->n ? &i->fields[index] : NULL;
}

static enum flow
class_get(struct run *r, struct value self, const char *name,
    struct value *outp, bool *foundp)
{
	const struct type *about = type_of_value(self);
	struct script_class *c = class_of(about != NULL ? about : self.type);
	struct class_property *p;
	const struct value *field;
	size_t at;

	(void)r;
	*foundp = false;
	if (c == NULL)
		return FLOW_MORE;
	p = find_property(c, atom_str(name), about != NULL, &at);
	if (p == NULL || (c->native != NULL && about == NULL))
		return FLOW_MORE;
	field = about != NULL ? &p->value : field_of(self, at);
	if (field == NULL)
		return FLOW_MORE;
	*foundp = true;
	*outp = value_ref(*field);
	return FLOW_MORE;
}

static enum flow
convert_for(struct session *s, const struct type *t, const char *name,
    struct value v, struct value *outp)
{
	enum flow flow;
	struct value record, message, made;
	struct error_spec spec = {
		.exception = SMA "SetValueInvocationException",
		.id = "ExceptionWhenSetting",
		.category = "NotSpecified",
	};
	struct value text;

	if (t == NULL) {
		*outp = value_ref(v);
		return FLOW_MORE;
	}
	flow = value_convert(&s->run, v, t, outp);
	if (flow != FLOW_LEAVE || s->run.leave.kind != LEAVE_THROW)
		return flow;
	record = error_catch(s);
	message = error_message(s, record);
	text = value_printf("Exception setting \"%s\": \"%s\"", name,
	    value_chars(message));
	spec.message = value_chars(text);
	spec.inner = error_record_of(record)->exception;
	made = error_new(s, &spec);
	error_place(s, error_record_of(made));
	value_unref(text);
	value_unref(message);
	value_unref(record);
	return error_leave_take(s, made, false);
}

static enum flow
class_set(struct run *r, struct value self, const char *name, struct value to,
    bool *foundp)
{
	const struct type *about = type_of_value(self);
	struct script_class *c = class_of(about != NULL ? about : self.type);
	struct session *s = session_of(r);
	struct class_property *p;
	struct value got = VALUE_NULL;
	size_t at;
	enum flow flow;

	*foundp = false;
	if (c == NULL)
		return FLOW_MORE;
	p = find_property(c, atom_str(name), about != NULL, &at);
	if (p == NULL)
		return FLOW_MORE;
	*foundp = true;
	for (size_t i = 0; i < p->node->attributes.n; i++) {
		struct node *n = p->node->attributes.v[i];

		if (n->kind != NODE_ATTRIBUTE)
			continue;
		flow = bind_check_attribute(s, s->frame, node_attribute(n),
		    name, to, false);
		if (flow != FLOW_MORE)
			return flow;
	}
	flow = convert_for(s, p->type, name, to, &got);
	if (flow != FLOW_MORE)
		return flow;
	if (about != NULL)
		value_set_take(&p->value, got);
	else if (c->native != NULL) {
		exception_set(self, p->name->name, got);
		value_unref(got);
	} else {
		value_set_take(field_of(self, at), got);
	}
	return FLOW_MORE;
}

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

static struct class_method *
choose(struct session *s, struct script_class *c, const struct atom *name,
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
static enum flow
run_method(struct script_class *c, struct class_method *m,
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

static enum flow
no_overload(struct session *s, const char *name, size_t n)
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
static enum flow
run_constructor(struct script_class *outer, struct script_class *c,
    const struct value *args, size_t n, struct value *selfp)
{
	struct class_method *m;
	bool any;

	m = choose(c->session, c, NULL, false, true, args, n, &any);
	if (m == NULL && any)
		return no_overload(c->session, "new", n);
	if (m == NULL) {
		enum flow flow;

		if (n > 0 && c->native == NULL && c->base == NULL)
			return no_overload(c->session, "new", n);
		if (c->base != NULL) {
			flow = run_constructor(outer, c->base, args, 0, selfp);
			return flow;
		}
		return make_self(outer, c, args, c->native != NULL ? n : 0,
		    selfp);
	}
	c->making = outer;
	return run_method(c, m, selfp, args, n, NULL);
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
		flow = run_constructor(outer, c->base, args, n, selfp);
	else
		flow = make_self(outer, c, args, n, selfp);
	if (args != NULL)
		values_free(args, n);
	return flow;
}

static enum flow
class_call(struct run *r, struct value self, const char *name,
    const struct value *args, size_t n, struct value *outp, bool *foundp)
{
	const struct type *about = type_of_value(self);
	struct script_class *c = class_of(about != NULL ? about : self.type);
	struct session *s = session_of(r);
	bool any = false, some = false;

	*foundp = false;
	if (c == NULL)
		return FLOW_MORE;
	if (about != NULL && string_equal_ci(name, "new")) {
		*foundp = true;
		*outp = VALUE_NULL;
		return run_constructor(c, c, args, n, outp);
	}
	for (; c != NULL; c = c->base) {
		struct class_method *m = choose(s, c, atom_str(name),
		    about != NULL, false, args, n, &any);
		struct value own = about != NULL ? VALUE_NULL : self;

		some = some || any;
		if (m == NULL)
			continue;
		*foundp = true;
		return run_method(c, m, &own, args, n, outp);
	}
	if (some) {
		*foundp = true;
		return no_overload(s, name, n);
	}
	return FLOW_MORE;
}

static enum flow
class_text(struct run *r, struct value v, struct value *textp)
{
	struct script_class *c = class_of(v.type);
	bool found = false;
	enum flow flow;

	for (struct script_class *k = c; k != NULL; k = k->base)
		for (size_t i = 0; i < k->nmethod; i++)
			if (string_equal_ci(k->methods[i].name->name,
				"ToString") &&
			    k->methods[i].node->params.n == 0) {
				struct value got = VALUE_NULL;

				flow = class_call(r, v, "ToString", NULL, 0,
				    &got, &found);
				if (flow == FLOW_MORE)
					flow = value_text(r, got, textp);
				value_unref(got);
				return flow;
			}
	if (c == NULL)
		return FLOW_MORE;
	if (c->native != NULL && c->native->ops != NULL &&
	    c->native->ops->text != NULL)
		return c->native->ops->text(r, v, textp);
	*textp = value_string(c->native != NULL ? exception_message(v) :
						  c->type.name);
	return FLOW_MORE;
}

static enum flow
class_compare(struct run *r, struct value a, struct value b,
    bool ignore_case, int *orderp)
{
	struct value got = VALUE_NULL;
	bool found = false;
	int64_t order = 0;
	enum flow flow = class_call(r, a, "CompareTo", &b, 1, &got, &found);

	(void)ignore_case;
	if (flow == FLOW_MORE && !found)
		return run_throw(r, SMA "RuntimeException", "NotIcomparable",
		    "InvalidOperation", "Cannot compare \"%s\" because it is "
		    "not IComparable.", a.type->name);
	if (flow == FLOW_MORE)
		flow = value_to_int(r, got, &order);
	*orderp = order < 0 ? -1 : order > 0;
	value_unref(got);
	return flow;
}

static enum flow
class_equal(struct run *r, struct value a, struct value b,
    bool ignore_case, bool *equalp)
{
	struct value got = VALUE_NULL;
	bool found = false;
	enum flow flow = class_call(r, a, "Equals", &b, 1, &got, &found);

	(void)ignore_case;
	*equalp = a.type == b.type && a.u.p == b.u.p;
	if (flow == FLOW_MORE && found)
		flow = value_truth(r, got, equalp);
	value_unref(got);
	return flow;
}

static const struct type_ops class_ops = {
	.text = class_text,
	.compare = class_compare,
	.equal = class_equal,
	.get = class_get,
	.set = class_set,
	.call = class_call,
};

/* ---- rows, for those who list members ---- */

static enum flow
row_get(struct member_call *c)
{
	bool found;

	return class_get(c->run, c->self, c->name, &c->out, &found);
}

static enum flow
row_set(struct member_call *c)
{
	bool found;

	return class_set(c->run, c->self, c->name, c->args[0], &found);
}

static void
make_rows(struct script_class *c)
{
	size_t n = 0;

	c->rows = mem_zalloc((c->nproperty + 1) * sizeof(*c->rows));
	for (size_t i = 0; i < c->nproperty; i++) {
		struct class_property *p = &c->properties[i];

		if (p->is_static || p->is_hidden)
			continue;
		c->rows[n].signature = mem_printf("%s %s get/set",
		    p->type != NULL ? p->type->name : "System.Object",
		    p->name->name);
		c->rows[n].fn = row_get;
		c->rows[n++].set = row_set;
	}
	c->type.members = c->rows;
}

/* ---- defining ---- */

static enum flow
type_of_constraint(struct frame *f, struct node_type_constraint *n,
    const struct type **tp)
{
	*tp = NULL;
	if (n == NULL)
		return FLOW_MORE;
	return eval_type_or_fail(f, n->name, tp);
}

static enum flow
add_property(struct frame *f, struct script_class *c,
    struct node_property_member *n)
{
	struct class_property *p = &c->properties[c->nproperty++];
	enum flow flow;

	p->name = atom_get(n->name.s, n->name.len);
	p->node = n;
	p->owner = c;
	p->is_static = n->is_static;
	p->is_hidden = n->is_hidden;
	flow = type_of_constraint(f, n->type, &p->type);
	if (p->type == &type_system_object)
		p->type = NULL;
	if (!p->is_static)
		c->nfield++;
	return flow;
}

static bool
is_void_name(struct node_type_constraint *n)
{
	struct tree_text t = n->name->full;

	return (t.len == 4 && strncasecmp(t.s, "void", 4) == 0) ||
	    (t.len == 11 && strncasecmp(t.s, "System.Void", 11) == 0);
}

static enum flow
add_method(struct frame *f, struct script_class *c,
    struct node_function_member *n)
{
	struct class_method *m = &c->methods[c->nmethod++];
	enum flow flow = FLOW_MORE;

	m->name = atom_get(n->name.s, n->name.len);
	m->node = n;
	m->block = block_new(f->tree, n->body);
	block_of(m->block)->method = n;
	block_of(m->block)->home = scope_ref(c->home);
	m->is_void = n->is_constructor || n->return_type == NULL ||
	    is_void_name(n->return_type);
	if (!m->is_void)
		flow = type_of_constraint(f, n->return_type, &m->returns);
	if (m->returns == &type_system_object)
		m->returns = NULL;
	m->params = mem_zalloc((n->params.n + 1) * sizeof(*m->params));
	for (size_t i = 0; i < n->params.n && flow == FLOW_MORE; i++) {
		struct node_parameter *p = node_parameter(n->params.v[i]);

		for (size_t k = 0; k < p->attributes.n; k++)
			if (p->attributes.v[k]->kind == NODE_TYPE_CONSTRAINT)
				flow = type_of_constraint(f,
				    node_type_constraint(p->attributes.v[k]),
				    &m->params[i]);
		if (m->params[i] == &type_system_object)
			m->params[i] = NULL;
	}
	return flow;
}

static enum flow
set_base(struct frame *f, struct script_class *c,
    struct node_type_definition *n)
{
	for (size_t i = 0; i < n->bases.n; i++) {
		const struct type *t;
		enum flow flow = type_of_constraint(f,
		    node_type_constraint(n->bases.v[i]), &t);

		if (flow != FLOW_MORE)
			return flow;
		if (t == NULL || t->kind == TYPE_KIND_INTERFACE)
			continue;
		c->type.base = t;
		c->base = class_of(t);
		if (c->base != NULL) {
			c->native = c->base->native;
			c->nfield = c->base->nfield;
		} else if (type_is_a(t, lang_type("System.Exception"))) {
			c->native = t;
		}
		if (c->native != NULL) {
			c->type.release = c->native->release;
			c->type.children = c->native->children;
		}
	}
	return FLOW_MORE;
}

static enum flow
set_statics(struct frame *f, struct script_class *c)
{
	enum flow flow = FLOW_MORE;

	for (size_t i = 0; i < c->nproperty && flow == FLOW_MORE; i++) {
		struct class_property *p = &c->properties[i];
		struct value v = VALUE_NULL;

		if (!p->is_static)
			continue;
		if (p->node->initial != NULL) {
			flow = eval(f, p->node->initial, &v);
			if (flow == FLOW_MORE)
				flow = convert_for(f->s, p->type,
				    p->name->name, v, &p->value);
			value_unref(v);
		} else if (p->type != NULL &&
		    (p->type->flags & TYPE_VALUETYPE) != 0) {
			bool ok;

			if (value_try_convert(&f->s->run, value_int(0),
				p->type, &p->value, &ok) != FLOW_MORE)
				run_leave_clear(&f->s->run);
		}
	}
	return flow;
}

static enum flow
define_members(struct frame *f, struct script_class *c,
    struct node_type_definition *n)
{
	enum flow flow = set_base(f, c, n);

	c->properties = mem_zalloc((n->members.n + 1) *
	    sizeof(*c->properties));
	c->methods = mem_zalloc((n->members.n + 1) * sizeof(*c->methods));
	for (size_t i = 0; i < n->members.n && flow == FLOW_MORE; i++) {
		struct node *m = n->members.v[i];

		if (m->kind == NODE_PROPERTY_MEMBER)
			flow = add_property(f, c, node_property_member(m));
		else if (m->kind == NODE_FUNCTION_MEMBER)
			flow = add_method(f, c, node_function_member(m));
	}
	make_rows(c);
	return flow;
}

static struct script_class *
declare_class(struct frame *f, struct node_type_definition *n)
{
	struct script_class *c = mem_zalloc(sizeof(*c));

	c->type.name = mem_strndup(n->name.s, n->name.len);
	c->type.kind = TYPE_KIND_CLASS;
	c->type.flags = TYPE_COUNTED | TYPE_SCRIPT;
	c->type.base = &type_system_object;
	c->type.release = instance_release;
	c->type.children = instance_children;
	c->type.ops = &class_ops;
	c->type.data = c;
	c->tree = tree_ref(f->tree);
	c->home = scope_ref(scope_script(f->scope));
	c->session = f->s;
	type_register(&c->type);
	n->node.slot = c;
	return c;
}

/* ---- enums ---- */

static bool
has_flags_attribute(struct node_type_definition *n)
{
	for (size_t i = 0; i < n->attributes.n; i++)
		if (n->attributes.v[i]->kind == NODE_ATTRIBUTE &&
		    attribute_is(node_attribute(n->attributes.v[i]), "Flags"))
			return true;
	return false;
}

static enum flow
define_enum(struct frame *f, struct node_type_definition *n)
{
	const struct type *under = NULL;
	const char **names = mem_zalloc((n->members.n + 1) * sizeof(*names));
	int64_t *values = mem_zalloc((n->members.n + 1) * sizeof(*values));
	bool is_flags = has_flags_attribute(n);
	int64_t next = 0;
	size_t count = 0;
	char *name = mem_strndup(n->name.s, n->name.len);
	enum flow flow = FLOW_MORE;

	if (n->bases.n > 0)
		flow = type_of_constraint(f,
		    node_type_constraint(n->bases.v[0]), &under);
	for (size_t i = 0; i < n->members.n && flow == FLOW_MORE; i++) {
		struct node_property_member *m =
		    node_property_member(n->members.v[i]);

		if (m->node.kind != NODE_PROPERTY_MEMBER)
			continue;
		if (m->initial != NULL) {
			struct value v = VALUE_NULL;

			flow = eval(f, m->initial, &v);
			if (flow == FLOW_MORE)
				flow = value_to_int(&f->s->run, v, &next);
			value_unref(v);
		}
		names[count] = m->name.s;
		values[count++] = next++;
	}
	if (flow == FLOW_MORE)
		(void)type_make_enum(name, names, values, count, under,
		    is_flags);
	mem_free(name);
	mem_free(names);
	mem_free(values);
	return flow;
}

/* ---- from the tree ---- */

/* Names first, so that classes may speak of each other. */
static enum flow
define_list(struct frame *f, struct node_list *l)
{
	enum flow flow = FLOW_MORE;

	for (int pass = 0; pass < 3; pass++)
		for (size_t i = 0; i < l->n && flow == FLOW_MORE; i++) {
			struct node_type_definition *n =
			    node_type_definition(l->v[i]);

			if (n->node.kind != NODE_TYPE_DEFINITION)
				continue;
			f->at = &n->node;
			if (n->which == TREE_ENUM) {
				if (pass == 0)
					flow = define_enum(f, n);
			} else if (pass == 0) {
				(void)declare_class(f, n);
			} else if (pass == 1) {
				flow = define_members(f, n->node.slot, n);
			} else {
				flow = set_statics(f, n->node.slot);
			}
		}
	return flow;
}

enum flow
define_types(struct frame *f, struct node_script_block *n)
{
	struct node_block *blocks[] = { n->begin, n->process, n->end };
	enum flow flow = FLOW_MORE;

	for (size_t i = 0; i < 3 && flow == FLOW_MORE; i++)
		if (blocks[i] != NULL)
			flow = define_list(f, &blocks[i]->statements);
	return flow;
}

enum flow
run_type_definition(struct frame *f, struct node_type_definition *n)
{
	/* those of a script are there before it runs */
	(void)f;
	(void)n;
	return FLOW_MORE;
}

/* ---- ([Base]$this).Method() ---- */

bool
is_base_call(struct frame *f, struct node_convert *n)
{
	const struct type *t = eval_type(f, n->type->name);

	return class_of(t) != NULL && n->child->kind == NODE_VARIABLE &&
	    variable_atom(node_variable(n->child)) == A.this;
}

enum flow
call_base(struct frame *f, struct node_convert *n, struct value self,
    const char *name, const struct value *args, size_t count,
    struct value *outp)
{
	struct script_class *c = class_of(eval_type(f, n->type->name));
	bool any;

	for (; c != NULL; c = c->base) {
		struct class_method *m = choose(f->s, c, atom_str(name), false,
		    false, args, count, &any);

		if (m != NULL)
			return run_method(c, m, &self, args, count, outp);
	}
	return value_call_member(&f->s->run, self, name, args, count, outp);
}
