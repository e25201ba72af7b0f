/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which overload a call means, as PowerShell chooses. */
#include "config.h"

#include <stdio.h>

#include "types/exception.h"
#include "types/member_internal.h"
#include "types/bind_internal.h"

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

bool
bind_consider(struct run *r, const struct overload *o, const struct value *args,
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

int
bind_better(const struct candidate *a, const struct candidate *b, size_t n)
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
