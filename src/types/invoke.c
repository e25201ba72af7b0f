/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calling the overload that was chosen; what members throw. */
#include "config.h"

#include <stdio.h>

#include "types/exception.h"
#include "types/member_internal.h"
#include "types/bind_internal.h"

/* --- calling --- */

enum flow
member_throw(struct member_call *c, const char *exception, const char *fmt, ...)
{
	struct error_spec spec = { 0 };
	char *message, *outer;
	const char *dot = strrchr(exception, '.');
	va_list ap;
	enum flow flow;

	va_start(ap, fmt);
	if (vasprintf(&message, fmt, ap) < 0)
		message = NULL;
	va_end(ap);
	if (message == NULL)
		message = mem_strdup("");
	spec.id = dot == NULL ? exception : dot + 1;
	spec.category = "NotSpecified";
	spec.inner = exception_new(exception, message);
	if (c->bare) {
		outer = mem_strdup(message);
		spec.exception = exception;
	} else if (c->args == NULL && c->n == (size_t)-1) {
		outer = mem_printf("Exception getting \"%s\": \"%s\"", c->name,
		    message);
		spec.exception =
		    "System.Management.Automation.GetValueInvocationException";
		spec.id = "ExceptionWhenGetting";
	} else {
		outer = mem_printf("Exception calling \"%s\" with \"%zu\" "
				   "argument(s): \"%s\"",
		    strcmp(c->name, "new") == 0 ? ".ctor" : c->name, c->n,
		    message);
		spec.exception =
		    "System.Management.Automation.MethodInvocationException";
	}
	spec.message = outer;
	if (c->run == NULL) {
		flow = FLOW_LEAVE;
	} else if (c->run->ops != NULL && c->run->ops->raise != NULL) {
		flow = c->run->ops->raise(c->run, &spec);
	} else {
		flow = run_throw(c->run, spec.exception, spec.id,
		    spec.category, "%s", outer);
	}
	value_unref(spec.inner);
	mem_free(outer);
	mem_free(message);
	return flow;
}

enum flow
member_throw_range(struct member_call *c, const char *parameter, const char *message)
{
	return member_throw(c, "System.ArgumentOutOfRangeException",
	    "%s (Parameter '%s')", message, parameter);
}

static enum flow
argument_failed(struct run *r, struct conv_state *cs, const struct param *p,
    size_t index, struct value v, const char *name, const struct type *to)
{
	struct value text = VALUE_NULL;
	enum flow flow;

	(void)index;
	(void)value_to_string(NULL, v, &text);
	flow = run_throw(r, "System.Management.Automation.MethodException",
	    "MethodArgumentConversionInvalidCastArgument", "NotSpecified",
	    "Cannot convert argument \"%.*s\", with value: \"%s\", for "
	    "\"%s\" to type \"%s\": \"%s\"", (int)p->name_len, p->name,
	    value_is_string(text) ? value_chars(text) : "",
	    strcmp(name, "new") == 0 ? ".ctor" : name, to->name,
	    cs->message == NULL ? "" : cs->message);
	value_unref(text);
	conv_clear(cs);
	return flow;
}

static enum flow
convert_argument(struct run *r, struct value v, const struct param *p,
    const struct type *to, size_t index, const char *name,
    struct value *outp)
{
	struct conv_state cs = { .run = r };

	if ((p->flags & (PARAM_REF | PARAM_DELEGATE)) || to == NULL ||
	    (to->kind == TYPE_KIND_INTERFACE)) {
		*outp = value_ref(value_base(v));
		return FLOW_MORE;
	}
	if (to == &type_system_object) {
		*outp = value_ref(v.type == &type_void ? VALUE_NULL : v);
		return FLOW_MORE;
	}
	if (value_is_nothing(v) && to == &type_string) {
		/* a method gets the empty string for $null */
		*outp = value_string("");
		return FLOW_MORE;
	}
	switch ((int)convert(&cs, v, to, outp)) {
	case CONV_OK:
		conv_clear(&cs);
		return FLOW_MORE;
	case CONV_LEAVE:
		conv_clear(&cs);
		return FLOW_LEAVE;
	default:
		return argument_failed(r, &cs, p, index, v, name, to);
	}
}

static enum flow
invoke(struct run *r, const struct type *t, const struct candidate *best,
    struct value self, const char *name, const struct value *args, size_t n,
    struct value *outp)
{
	struct value ready[ARGS_MAX];
	const struct overload *o = best->o;
	size_t i, count = 0, fixed = best->expanded ? o->nparams - 1 : n;
	struct member_call c = { .run = r, .type = t, .self = self, .args = ready };
	char *spelled;
	enum flow flow = FLOW_MORE;
	struct list *rest = NULL;

	for (i = 0; i < n && i < fixed && flow == FLOW_MORE; i++) {
		ready[count] = VALUE_NULL;
		flow = convert_argument(r, args[i], &o->params[i],
		    o->params[i].type, i, name, &ready[count]);
		if (flow == FLOW_MORE)
			count++;
	}
	if (flow == FLOW_MORE && best->expanded) {
		const struct param *p = &o->params[o->nparams - 1];

		rest = list_new(p->type, n - fixed + 1);
		for (; i < n && flow == FLOW_MORE; i++) {
			struct value item = VALUE_NULL;

			flow = convert_argument(r, args[i], p, p->type->element,
			    i, name, &item);
			if (flow == FLOW_MORE)
				list_add_take(rest, item);
		}
		ready[count++] = list_value(rest);
	}
	if (flow == FLOW_MORE) {
		c.n = count;
		spelled = mem_strndup(o->name, o->name_len);
		c.name = spelled;
		c.out = value_nothing();
		if (o->spec->fn == NULL) {
			flow = run_throw(r, "System.NotSupportedException",
			    "NotSupported", "NotImplemented",
			    "[%s]::%s is not supported.", t->name, spelled);
		} else {
			flow = o->spec->fn(&c);
		}
		mem_free(spelled);
		if (flow == FLOW_MORE)
			*outp = c.out;
		else
			value_unref(c.out);
	}
	for (i = 0; i < count; i++)
		value_unref(ready[i]);
	return flow;
}

static enum flow
no_overload(struct run *r, const char *name, size_t n, bool ambiguous)
{
	if (strcmp(name, "new") == 0)
		name = ".ctor";
	return run_throw(r, "System.Management.Automation.MethodException",
	    ambiguous ? "MethodCountCouldNotFindBest" :
			"MethodCountCouldNotFindBest",
	    "NotSpecified",
	    ambiguous ? "Multiple ambiguous overloads found for \"%s\" and "
			"the argument count: \"%zu\"." :
			"Cannot find an overload for \"%s\" and the argument "
			"count: \"%zu\".", name, n);
}

enum flow
bind_call(struct run *r, const struct type *t, const struct overload *first,
    struct value self, const char *name, bool is_static,
    const struct value *args, size_t n, struct value *outp)
{
	struct candidate best = { 0 }, c;
	const struct overload *o, *only = NULL;
	size_t fits = 0;
	bool tie = false;
	char *spelled;
	enum flow flow;

	if (n > ARGS_MAX - 1)
		return no_overload(r, name, n, false);
	for (o = first; o != NULL; o = member_next(o, name, is_static)) {
		bool params = o->nparams > 0 &&
		    (o->params[o->nparams - 1].flags & PARAM_ARRAY);
		int form;

		if (o->kind == MEMBER_ROW_PROPERTY ||
		    o->kind == MEMBER_ROW_INDEXER)
			continue;
		if (n <= o->nparams) {
			size_t need = o->nparams;

			while (need > 0 && (o->params[need - 1].flags &
					       PARAM_OPTIONAL))
				need--;
			if (n >= need) {
				fits++;
				only = o;
			}
		}
		for (form = 0; form < (params ? 2 : 1); form++) {
			int order;

			if (!bind_consider(r, o, args, n, form == 1, &c))
				continue;
			order = best.o == NULL ? 1 : bind_better(&c, &best, n);
			if (order > 0) {
				best = c;
				tie = false;
			} else if (order == 0) {
				tie = true;
			}
		}
	}
	spelled = mem_strndup(first->name, first->name_len);
	if (best.o == NULL && fits == 1) {
		/* the only one that takes so many: say what does not fit */
		best.o = only;
		best.expanded = false;
	} else if (best.o == NULL || tie) {
		flow = no_overload(r, spelled, n, best.o != NULL);
		mem_free(spelled);
		return flow;
	}
	flow = invoke(r, t, &best, self, spelled, args, n, outp);
	mem_free(spelled);
	return flow;
}

/* --- doors to a type's own members --- */

enum flow
type_get_instance(struct run *r, const struct type *t, struct value v,
    const char *name, struct value *outp, bool *foundp)
{
	const struct overload *o = member_find(t, name, false, NULL);
	struct member_call c = { .run = r, .type = t, .self = v, .n = (size_t)-1 };
	enum flow flow;

	*foundp = o != NULL && o->kind == MEMBER_ROW_PROPERTY &&
	    o->spec->fn != NULL;
	if (!*foundp)
		return FLOW_MORE;
	c.name = name;
	c.out = VALUE_NULL;
	flow = o->spec->fn(&c);
	if (flow == FLOW_MORE)
		*outp = c.out;
	return flow;
}

enum flow
type_set_instance(struct run *r, const struct type *t, struct value v,
    const char *name, struct value to, bool *foundp)
{
	const struct overload *o = member_find(t, name, false, NULL);
	struct member_call c = { .run = r, .type = t, .self = v, .n = 1 };
	const struct type *pt;
	struct value ready = VALUE_NULL;
	enum flow flow;

	*foundp = o != NULL && o->kind == MEMBER_ROW_PROPERTY;
	if (!*foundp)
		return FLOW_MORE;
	if (o->spec->set == NULL)
		return throw_simple(r, "PropertyAssignmentException",
		    "InvalidOperation", "'%.*s' is a ReadOnly property.",
		    (int)o->name_len, o->name);
	pt = type_find(o->result_text, o->result_len);
	flow = pt == NULL ? (ready = value_ref(to), FLOW_MORE) :
			    value_convert(r, to, pt, &ready);
	if (flow != FLOW_MORE)
		return flow;
	c.args = &ready;
	c.name = name;
	flow = o->spec->set(&c);
	value_unref(ready);
	return flow;
}

enum flow
type_call_instance(struct run *r, const struct type *t, struct value v,
    const char *name, const struct value *args, size_t n, struct value *outp,
    bool *foundp)
{
	const struct overload *o = member_find(t, name, false, NULL);

	*foundp = o != NULL && o->kind == MEMBER_ROW_METHOD;
	if (!*foundp)
		return FLOW_MORE;
	return bind_call(r, t, o, v, name, false, args, n, outp);
}

enum flow
type_get_static(struct run *r, const struct type *t, const char *name,
    struct value *outp, bool *foundp)
{
	const struct overload *o;
	const struct type *from;
	struct member_call c = { .run = r, .type = t, .n = (size_t)-1 };
	enum flow flow;

	*foundp = false;
	if (t->kind == TYPE_KIND_ENUM) {
		const struct enum_item *e = enum_find(t, name, strlen(name));

		if (e != NULL) {
			*foundp = true;
			*outp = enum_value(t, e->value);
			return FLOW_MORE;
		}
	}
	for (from = t; from != NULL; from = from->base) {
		if (from->ops != NULL && from->ops->get != NULL &&
		    (from->flags & TYPE_SCRIPT)) {
			struct value self = value_of_type(t);

			flow = from->ops->get(r, self, name, outp, foundp);
			value_unref(self);
			if (flow != FLOW_MORE || *foundp)
				return flow;
		}
	}
	o = member_find(t, name, true, NULL);
	*foundp = o != NULL && o->kind == MEMBER_ROW_PROPERTY &&
	    o->spec->fn != NULL;
	if (!*foundp)
		return FLOW_MORE;
	c.name = name;
	c.out = VALUE_NULL;
	flow = o->spec->fn(&c);
	if (flow == FLOW_MORE)
		*outp = c.out;
	return flow;
}

enum flow
type_set_static(struct run *r, const struct type *t, const char *name,
    struct value to)
{
	const struct overload *o = member_find(t, name, true, NULL);
	struct member_call c = { .run = r, .type = t, .n = 1, .args = &to };
	const struct type *from;
	bool found = false;
	enum flow flow;

	for (from = t; from != NULL; from = from->base) {
		if (from->ops != NULL && from->ops->set != NULL &&
		    (from->flags & TYPE_SCRIPT)) {
			struct value self = value_of_type(t);

			flow = from->ops->set(r, self, name, to, &found);
			value_unref(self);
			if (flow != FLOW_MORE || found)
				return flow;
		}
	}
	if (o == NULL || o->spec->set == NULL)
		return throw_simple(r,
		    o == NULL ? "PropertyNotFound" :
				"PropertyAssignmentException",
		    "InvalidOperation", o == NULL ?
			"The property '%s' cannot be found on this object. "
			"Verify that the property exists and can be set." :
			"'%s' is a ReadOnly property.", name);
	c.name = name;
	return o->spec->set(&c);
}

enum flow
type_call_static(struct run *r, const struct type *t, const char *name,
    const struct value *args, size_t n, struct value *outp)
{
	const struct overload *o;
	const struct type *from;
	bool found = false;
	enum flow flow;

	if (strcasecmp(name, "new") == 0)
		return type_construct(r, t, args, n, outp);
	from = t;
	do {
		if (from->ops != NULL && from->ops->call != NULL &&
		    (from->flags & TYPE_SCRIPT)) {
			struct value self = value_of_type(t);

			flow = from->ops->call(r, self, name, args, n, outp,
			    &found);
			value_unref(self);
			if (flow != FLOW_MORE || found)
				return flow;
		}
	} while ((from = from->base) != NULL);
	o = member_find(t, name, true, NULL);
	while (o != NULL && o->kind != MEMBER_ROW_METHOD)
		o = member_next(o, name, true);
	if (o == NULL)
		return throw_simple(r, "MethodNotFound", "InvalidOperation",
		    "Method invocation failed because [%s] does not contain a "
		    "method named '%s'.", t->name, name);
	return bind_call(r, t, o, VALUE_NULL, name, true, args, n, outp);
}

enum flow
type_construct(struct run *r, const struct type *t, const struct value *args,
    size_t n, struct value *outp)
{
	const struct overload *o;
	const struct type *owner = NULL;
	bool found = false;
	enum flow flow;

	if (t->ops != NULL && t->ops->call != NULL &&
	    (t->flags & TYPE_SCRIPT)) {
		struct value self = value_of_type(t);

		flow = t->ops->call(r, self, "new", args, n, outp, &found);
		value_unref(self);
		if (flow != FLOW_MORE || found)
			return flow;
	}
	if (t->kind == TYPE_KIND_ARRAY && n == 1) {
		int64_t count, i;
		struct list *l;

		flow = value_to_int(r, args[0], &count);
		if (flow != FLOW_MORE)
			return flow;
		if (count < 0 || count > 100000000)
			return throw_dotnet(r, "System.OverflowException",
			    "Arithmetic operation resulted in an overflow.");
		l = list_new(t, (size_t)count);
		for (i = 0; i < count; i++) {
			struct value zero = VALUE_NULL;
			bool ok;

			if (t->element->flags & TYPE_VALUETYPE)
				(void)value_try_convert(r, VALUE_NULL,
				    t->element, &zero, &ok);
			list_add_take(l, zero);
		}
		*outp = list_value(l);
		return FLOW_MORE;
	}
	if (t == &type_bytes && n == 1) {
		int64_t count;

		flow = value_to_int(r, args[0], &count);
		if (flow == FLOW_MORE && count >= 0 && count < 1 << 30)
			*outp = value_bytes(NULL, (size_t)count);
		return flow;
	}
	o = member_find(t, "new", true, &owner);
	/* constructors are not inherited, but exceptions share theirs */
	if (o == NULL || (owner != t && !type_is_a(t, &type_exception))) {
		if (n == 0 && (t->flags & TYPE_VALUETYPE)) {
			struct conv_state c = { .run = r, .quiet = true };

			if (convert(&c, VALUE_NULL, t, outp) == CONV_OK)
				return FLOW_MORE;
		}
		return throw_simple(r, "MethodNotFound", "InvalidOperation",
		    "Method invocation failed because [%s] does not contain a "
		    "method named 'new'.", t->name);
	}
	return bind_call(r, t, o, VALUE_NULL, "new", true, args, n, outp);
}
