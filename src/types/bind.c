/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which overload a call means, as PowerShell chooses; and calling it. */
#include "config.h"

#include <stdio.h>

#include "types/exception.h"
#include "types/member_internal.h"

/* LIMIT: arguments of a call. */
#define ARGS_MAX 64

/* How near an argument is to a parameter; more is better. */
enum rank {
	RANK_NONE = 0,
	RANK_ARRAYS = 0x0f,
	RANK_TO_STRING = 0x2f,
	RANK_CUSTOM = 0x3f,
	RANK_CONVERTIBLE = 0x4f,
	RANK_CAST = 0x5f,
	RANK_CONSTRUCTOR = 0x7f,
	RANK_PARSE = 0x8f,
	RANK_LANGUAGE = 0xa0,
	RANK_NULL_TO_VALUE = 0xb0,
	RANK_NULL_TO_REF = 0xb8,
	RANK_NUMERIC_DOWN = 0xbf,
	RANK_NUMERIC_STRING = 0xcf,
	RANK_NUMERIC_EXPLICIT = 0xc8,
	RANK_NUMERIC_IMPLICIT = 0xdf,
	RANK_ASSIGNABLE = 0xe8,
	RANK_CHAR_ARRAY = 0xe4,
	RANK_IDENTITY = 0xff,
	/* a scalar for an array is this much less */
	RANK_TO_ARRAY = 8,
};

/* Whether C# widens from to to by itself. */
static bool
widens(unsigned from, unsigned to)
{
	switch (from) {
	case CODE_CHAR:
		return to == CODE_UINT16 || to >= CODE_INT32;
	case CODE_SBYTE:
		return to == CODE_INT16 || to == CODE_INT32 ||
		    to == CODE_INT64 || to >= CODE_SINGLE;
	case CODE_BYTE:
		return to >= CODE_INT16;
	case CODE_INT16:
		return to == CODE_INT32 || to == CODE_INT64 ||
		    to >= CODE_SINGLE;
	case CODE_UINT16:
		return to >= CODE_INT32;
	case CODE_INT32:
		return to == CODE_INT64 || to >= CODE_SINGLE;
	case CODE_UINT32:
		return to == CODE_INT64 || to == CODE_UINT64 ||
		    to >= CODE_SINGLE;
	case CODE_INT64:
	case CODE_UINT64:
		return to >= CODE_SINGLE;
	case CODE_SINGLE:
		return to == CODE_DOUBLE;
	default:
		return false;
	}
}

static int
rank_number(struct value v, const struct type *to)
{
	unsigned from = v.type->code;

	if (to->kind == TYPE_KIND_BIGINT)
		return v.type->kind == TYPE_KIND_INT ? RANK_NUMERIC_IMPLICIT - 1 :
						       RANK_CAST;
	if (v.type->kind == TYPE_KIND_BIGINT)
		return RANK_CAST;
	if (widens(from, to->code) && to->code <= CODE_DECIMAL)
		return RANK_NUMERIC_IMPLICIT;
	if (v.type->kind == TYPE_KIND_FLOAT || v.type->kind == TYPE_KIND_DECIMAL)
		return to->kind == TYPE_KIND_INT ? RANK_NUMERIC_DOWN :
						   RANK_NUMERIC_EXPLICIT;
	return to->kind == TYPE_KIND_INT ? RANK_NUMERIC_EXPLICIT :
					   RANK_NUMERIC_EXPLICIT;
}

static bool
can_convert(struct run *r, struct value v, const struct type *to)
{
	struct value out = VALUE_NULL;
	bool ok = false;

	(void)value_try_convert(r, v, to, &out, &ok);
	value_unref(out);
	return ok;
}

static int rank_of(struct run *r, struct value v, const struct type *to);

static int
rank_array(struct run *r, struct value v, const struct type *to)
{
	const struct type *element = to->element == NULL ? &type_system_object :
							   to->element;
	int rank, least = RANK_IDENTITY;
	size_t i;

	if (to == &type_bytes)
		element = &type_byte;
	if (value_is_string(v) && element == &type_char)
		return RANK_CHAR_ARRAY;
	if (value_is_list(v)) {
		for (i = 0; i < list_of(v)->count && i < 64; i++) {
			rank = rank_of(r, list_of(v)->items[i], element);
			if (rank == RANK_NONE)
				return RANK_NONE;
			if (rank < least)
				least = rank;
		}
		if (to == &type_list)
			return RANK_ASSIGNABLE - 1;
		return RANK_ARRAYS;
	}
	if (v.type == &type_bytes)
		return RANK_ARRAYS;
	rank = rank_of(r, v, element);
	return rank <= RANK_TO_ARRAY ? RANK_NONE : rank - RANK_TO_ARRAY;
}

static bool
is_enumerable(struct value v)
{
	return value_unrolls(v) || value_is_string(v);
}

static int
rank_of(struct run *r, struct value v, const struct type *to)
{
	struct value base = value_base(v);

	if (value_is_nothing(base)) {
		if (to->definition == &type_nullable ||
		    (to->flags & TYPE_VALUETYPE) == 0)
			return RANK_NULL_TO_REF;
		return can_convert(r, v, to) ? RANK_NULL_TO_VALUE : RANK_NONE;
	}
	if (base.type == to)
		return RANK_IDENTITY;
	if (to == &type_system_object)
		return RANK_ASSIGNABLE;
	if (to->definition == &type_nullable) {
		int rank = rank_of(r, v, to->element);

		return rank == RANK_NONE ? rank : rank - 1;
	}
	if (type_is_a(base.type, to))
		return RANK_ASSIGNABLE;
	if (to == &type_ienumerable)
		return is_enumerable(base) || value_is_dict(base) ?
		    RANK_ASSIGNABLE - 2 :
		    RANK_NONE;
	if (to == &type_ilist || to == &type_icollection)
		return value_unrolls(base) ||
			(to == &type_icollection && value_is_dict(base)) ?
		    RANK_ASSIGNABLE - 2 :
		    RANK_NONE;
	if (to == &type_idictionary)
		return value_is_dict(base) ? RANK_ASSIGNABLE - 2 : RANK_NONE;
	if (to->kind == TYPE_KIND_INTERFACE)
		return RANK_NONE;
	if (to->kind == TYPE_KIND_ARRAY || to->kind == TYPE_KIND_BYTES)
		return rank_array(r, base, to);
	if (to == &type_string)
		return type_is_number(base.type) ? RANK_NUMERIC_STRING :
						   RANK_TO_STRING;
	if (to == &type_bool || to == &type_switch)
		return RANK_LANGUAGE;
	if (type_is_number(to) && type_is_number(base.type))
		return can_convert(r, v, to) ? rank_number(base, to) : RANK_NONE;
	if (type_is_number(to) && base.type->kind == TYPE_KIND_CHAR)
		return can_convert(r, v, to) ?
		    (widens(CODE_CHAR, to->code) && to->code <= CODE_UINT64 ?
			    RANK_NUMERIC_IMPLICIT :
			    RANK_LANGUAGE) :
		    RANK_NONE;
	if (!can_convert(r, v, to))
		return RANK_NONE;
	if (type_is_number(to) && value_is_string(base))
		return RANK_NUMERIC_STRING;
	if (type_is_number(to))
		return RANK_CONVERTIBLE;
	if (to->kind == TYPE_KIND_ENUM)
		return value_is_string(base) ? RANK_CUSTOM : RANK_LANGUAGE;
	if (to->kind == TYPE_KIND_CHAR)
		return value_is_string(base) ? RANK_PARSE : RANK_CONVERTIBLE;
	if (value_is_string(base))
		return RANK_PARSE;
	return RANK_CONSTRUCTOR;
}

/* --- candidates --- */

struct candidate {
	const struct overload *o;
	bool expanded; /* params taken one by one */
	int ranks[ARGS_MAX];
};

/* A reference a script passes: [ref]; its base type is another room's. */
static bool
is_ref(struct value v)
{
	return v.type != NULL &&
	    strcmp(v.type->name, "System.Management.Automation.PSReference") ==
	    0;
}

static bool
is_block(struct value v)
{
	v = value_base(v);
	return v.type != NULL &&
	    strcmp(v.type->name, "System.Management.Automation.ScriptBlock") ==
	    0;
}

static int
rank_param(struct run *r, struct value v, const struct param *p)
{
	if (p->flags & PARAM_REF)
		return is_ref(v) ? RANK_IDENTITY : RANK_NONE;
	if (p->flags & PARAM_DELEGATE)
		return is_block(v) ? RANK_LANGUAGE : RANK_NONE;
	if (p->type == NULL)
		return value_is_nothing(v) ? RANK_NULL_TO_REF : RANK_NONE;
	return rank_of(r, v, p->type);
}

static bool
consider(struct run *r, const struct overload *o, const struct value *args,
    size_t n, bool expanded, struct candidate *c)
{
	size_t i, fixed = o->nparams;

	if (expanded) {
		fixed--;
		if (n < fixed)
			return false;
	} else {
		if (n > o->nparams)
			return false;
		for (i = n; i < o->nparams; i++) {
			if (!(o->params[i].flags & PARAM_OPTIONAL))
				return false;
		}
	}
	c->o = o;
	c->expanded = expanded;
	for (i = 0; i < n; i++) {
		const struct param *p = &o->params[i < fixed ? i : fixed];

		if (expanded && i >= fixed)
			c->ranks[i] = p->type == NULL ? RANK_NONE :
			    rank_of(r, args[i], p->type == &type_bytes ?
				    &type_byte :
				    p->type->element);
		else
			c->ranks[i] = rank_param(r, args[i], p);
		if (c->ranks[i] == RANK_NONE)
			return false;
	}
	return true;
}

static const struct type *
param_type(const struct candidate *c, size_t i)
{
	size_t fixed = c->expanded ? c->o->nparams - 1 : c->o->nparams;
	const struct type *t;

	if (i < fixed)
		return c->o->params[i].type;
	t = c->o->params[fixed].type;
	return t == NULL ? NULL : t->element;
}

/* Which of two types says more about what it takes. */
static int
more_specific(const struct type *a, const struct type *b)
{
	if (a == b || a == NULL || b == NULL)
		return 0;
	if (type_is_a(a, b) || b == &type_system_object)
		return 1;
	if (type_is_a(b, a) || a == &type_system_object)
		return -1;
	if (type_is_number(a) && type_is_number(b)) {
		if (widens(a->code, b->code))
			return 1;
		if (widens(b->code, a->code))
			return -1;
		/* signed before unsigned */
		if (is_integer(a) && is_integer(b) &&
		    is_unsigned(a) != is_unsigned(b))
			return is_unsigned(a) ? -1 : 1;
	}
	return 0;
}

static int
better(const struct candidate *a, const struct candidate *b, size_t n)
{
	int sum = 0, weight = (int)n;
	size_t i;

	for (i = 0; i < n; i++, weight--) {
		if (a->ranks[i] > b->ranks[i])
			sum += weight;
		else if (a->ranks[i] < b->ranks[i])
			sum -= weight;
	}
	if (sum != 0)
		return sum;
	if (a->expanded != b->expanded)
		return a->expanded ? -1 : 1;
	for (i = 0; i < n; i++)
		sum += more_specific(param_type(a, i), param_type(b, i));
	if (sum != 0)
		return sum;
	if (a->o->generic != b->o->generic)
		return a->o->generic ? -1 : 1;
	if (a->o->nparams != b->o->nparams)
		return a->o->nparams < b->o->nparams ? 1 : -1;
	return 0;
}

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

			if (!consider(r, o, args, n, form == 1, &c))
				continue;
			order = best.o == NULL ? 1 : better(&c, &best, n);
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
	for (from = t; from != NULL; from = from->base) {
		if (from->ops != NULL && from->ops->call != NULL &&
		    (from->flags & TYPE_SCRIPT)) {
			struct value self = value_of_type(t);

			flow = from->ops->call(r, self, name, args, n, outp,
			    &found);
			value_unref(self);
			if (flow != FLOW_MORE || found)
				return flow;
		}
	}
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
