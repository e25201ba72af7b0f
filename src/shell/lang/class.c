/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Classes of a script. A class is a type made at run time; its instances keep
 * their properties in order. One derived from an exception of .NET is that
 * exception with more properties.
 */
#include "config.h"

#include <string.h>

#include "shell/lang/class_internal.h"

#define SMA "System.Management.Automation."

struct script_class *
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

void
class_instance_release(struct cell *c)
{
	struct instance *i = (struct instance *)(void *)c;

	for (size_t k = 0; k < i->n; k++)
		value_unref(i->fields[k]);
	mem_free(i);
}

void
class_instance_children(struct cell *c, void (*visit)(struct value *, void *),
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

enum flow
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

enum flow
class_convert_for(struct session *s, const struct type *t, const char *name,
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

enum flow
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
	flow = class_convert_for(s, p->type, name, to, &got);
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
		return class_construct(c, c, args, n, outp);
	}
	for (; c != NULL; c = c->base) {
		struct class_method *m = class_choose(s, c, atom_str(name),
		    about != NULL, false, args, n, &any);
		struct value own = about != NULL ? VALUE_NULL : self;

		some = some || any;
		if (m == NULL)
			continue;
		*foundp = true;
		return class_run_method(c, m, &own, args, n, outp);
	}
	if (some) {
		*foundp = true;
		return class_no_overload(s, name, n);
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

const struct type_ops class_ops = {
	.text = class_text,
	.compare = class_compare,
	.equal = class_equal,
	.get = class_get,
	.set = class_set,
	.call = class_call,
};

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
		struct class_method *m = class_choose(f->s, c, atom_str(name), false,
		    false, args, count, &any);

		if (m != NULL)
			return class_run_method(c, m, &self, args, count, outp);
	}
	return value_call_member(&f->s->run, self, name, args, count, outp);
}
