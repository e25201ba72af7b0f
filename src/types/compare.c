/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Equality and order as -eq, -lt and Sort-Object have them. */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "types/types_internal.h"

static bool
numeric(struct value v)
{
	return v.type != NULL &&
	    (type_is_number(v.type) || v.type->kind == TYPE_KIND_BOOL ||
		v.type->kind == TYPE_KIND_CHAR ||
		v.type->kind == TYPE_KIND_ENUM);
}

static void
mpz_of(struct value v, mpz_t z)
{
	mpz_init(z);
	mpz_from_value(z, v);
}

/* Numbers; *nanp where one is NaN (equal to nothing, order unknown). */
static int
compare_numbers(struct value a, struct value b, bool *nanp)
{
	double x, y;
	mpz_t p, q;
	int order;

	*nanp = false;
	if (a.type->kind == TYPE_KIND_FLOAT || b.type->kind == TYPE_KIND_FLOAT) {
		(void)number_double(a, &x);
		(void)number_double(b, &y);
		if (isnan(x) || isnan(y)) {
			*nanp = true;
			return isnan(x) ? (isnan(y) ? 0 : -1) : 1;
		}
		return x < y ? -1 : x > y ? 1 : 0;
	}
	if (a.type->kind == TYPE_KIND_DECIMAL ||
	    b.type->kind == TYPE_KIND_DECIMAL) {
		struct conv_state c = { .quiet = true };
		struct value u = VALUE_NULL, v = VALUE_NULL;

		if (convert_number(&c, a, &type_decimal, &u) == CONV_OK &&
		    convert_number(&c, b, &type_decimal, &v) == CONV_OK) {
			order = decimal_compare(decimal_of(u), decimal_of(v));
			value_unref(u);
			value_unref(v);
			return order;
		}
		value_unref(u);
		(void)number_double(a, &x);
		(void)number_double(b, &y);
		return x < y ? -1 : x > y ? 1 : 0;
	}
	if (a.type->kind != TYPE_KIND_BIGINT &&
	    b.type->kind != TYPE_KIND_BIGINT) {
		int64_t i = a.type->kind == TYPE_KIND_BOOL ? a.u.b :
		    a.type->kind == TYPE_KIND_CHAR	   ? a.u.c :
							     a.u.i;
		int64_t k = b.type->kind == TYPE_KIND_BOOL ? b.u.b :
		    b.type->kind == TYPE_KIND_CHAR	   ? b.u.c :
							     b.u.i;
		bool big_i = a.type->code == CODE_UINT64 && i < 0;
		bool big_k = b.type->code == CODE_UINT64 && k < 0;

		if (big_i != big_k)
			return big_i ? 1 : -1;
		return i < k ? -1 : i > k ? 1 : 0;
	}
	mpz_of(a, p);
	mpz_of(b, q);
	order = mpz_cmp(p, q);
	mpz_clears(p, q, NULL);
	return order;
}

bool
plain_equal(struct value a, struct value b)
{
	bool equal = false;

	a = value_base(a);
	b = value_base(b);
	if (a.type != b.type)
		return false;
	if (a.type == NULL)
		return true;
	switch ((int)a.type->kind) {
	case TYPE_KIND_STRING:
		return ref_of(a).n == ref_of(b).n &&
		    memcmp(ref_of(a).s, ref_of(b).s, ref_of(a).n) == 0;
	case TYPE_KIND_BOOL:
		return a.u.b == b.u.b;
	case TYPE_KIND_CHAR:
		return a.u.c == b.u.c;
	case TYPE_KIND_FLOAT:
		return a.u.d == b.u.d || (isnan(a.u.d) && isnan(b.u.d));
	case TYPE_KIND_DECIMAL:
		return decimal_compare(decimal_of(a), decimal_of(b)) == 0;
	case TYPE_KIND_BIGINT:
		return mpz_cmp(bigint_of(a)->z, bigint_of(b)->z) == 0;
	default:
		break;
	}
	if (!type_is_counted(a.type))
		return a.u.i == b.u.i;
	if (a.u.p == b.u.p)
		return true;
	if (a.type->ops != NULL && a.type->ops->equal != NULL)
		return a.type->ops->equal(NULL, a, b, false, &equal) ==
		    FLOW_MORE && equal;
	return false;
}

bool
dict_has(const struct dict *d, struct value key)
{
	return dict_find(d, key) != NULL;
}

static const struct type_ops *
ops_with(const struct type *t, bool compare)
{
	for (; t != NULL; t = t->base) {
		if (t->ops != NULL &&
		    (compare ? t->ops->compare != NULL : t->ops->equal != NULL))
			return t->ops;
	}
	return NULL;
}

static enum flow
text_equal_values(struct run *r, struct value a, struct value b,
    bool ignore_case, bool *equalp)
{
	struct value text;
	enum flow flow = value_text(r, b, &text);

	if (flow != FLOW_MORE)
		return flow;
	*equalp = text_equal(value_chars(a), value_chars_len(a),
	    value_chars(text), value_chars_len(text), ignore_case);
	value_unref(text);
	return FLOW_MORE;
}

enum flow
value_equal(struct run *r, struct value a, struct value b, bool ignore_case,
    bool *equalp)
{
	const struct type_ops *ops;
	struct value other = VALUE_NULL;
	bool ok = false, nan;
	enum flow flow;

	a = value_base(a);
	b = value_base(b);
	*equalp = false;
	if (value_is_nothing(a) || value_is_nothing(b)) {
		*equalp = value_is_nothing(a) && value_is_nothing(b);
		return FLOW_MORE;
	}
	if (value_is_string(a))
		return text_equal_values(r, a, b, ignore_case, equalp);
	if (a.type == &type_bool && !numeric(b)) {
		bool truth;

		flow = value_truth(r, b, &truth);
		if (flow == FLOW_MORE)
			*equalp = a.u.b == truth;
		return flow;
	}
	if (a.type->kind == TYPE_KIND_CHAR && b.type->kind == TYPE_KIND_CHAR) {
		*equalp = a.u.c == b.u.c ||
		    (ignore_case &&
			codepoint_upper(a.u.c) == codepoint_upper(b.u.c));
		return FLOW_MORE;
	}
	if (a.type->kind == TYPE_KIND_CHAR && value_is_string(b)) {
		struct value text = string_from_units(&a.u.c, 1);

		*equalp = text_equal(value_chars(text), value_chars_len(text),
		    value_chars(b), value_chars_len(b), ignore_case);
		value_unref(text);
		return FLOW_MORE;
	}
	if (a.type->kind == TYPE_KIND_BOOL && numeric(b)) {
		double d;

		(void)number_double(b, &d);
		*equalp = a.u.b == (d != 0);
		return FLOW_MORE;
	}
	if (numeric(a) && numeric(b) && a.type->kind != TYPE_KIND_ENUM) {
		*equalp = compare_numbers(a, b, &nan) == 0 && !nan;
		return FLOW_MORE;
	}
	if (type_is_counted(a.type) && a.type == b.type && a.u.p == b.u.p) {
		*equalp = true;
		return FLOW_MORE;
	}
	if (a.type == b.type && !type_is_counted(a.type)) {
		*equalp = a.type == &type_datetime ?
		    ticks_of(a) == ticks_of(b) :
		    a.u.i == b.u.i;
		return FLOW_MORE;
	}
	ops = ops_with(a.type, false);
	if (ops != NULL) {
		flow = ops->equal(r, a, b, ignore_case, equalp);
		if (flow != FLOW_MORE || *equalp || a.type == b.type)
			return flow;
	}
	if (a.type->kind == TYPE_KIND_ARRAY || a.type->kind == TYPE_KIND_LIST ||
	    a.type->kind == TYPE_KIND_DICT || a.type == &type_object)
		return FLOW_MORE;
	/* the right side, if it converts to the left's type */
	flow = value_try_convert(r, b, a.type, &other, &ok);
	if (flow != FLOW_MORE || !ok)
		return flow;
	if (numeric(a))
		*equalp = compare_numbers(a, other, &nan) == 0 && !nan;
	else
		*equalp = plain_equal(a, other);
	value_unref(other);
	return FLOW_MORE;
}

/* --- order --- */

static enum flow
not_comparable(struct run *r, struct value a, struct value b, const char *id,
    const char *why)
{
	char *x = value_text_plain(a), *y = value_text_plain(b);
	enum flow flow;
	struct value xt = VALUE_NULL, yt = VALUE_NULL;

	if (value_text(NULL, a, &xt) == FLOW_MORE) {
		mem_free(x);
		x = mem_strdup(value_chars(xt));
		value_unref(xt);
	}
	if (value_text(NULL, b, &yt) == FLOW_MORE) {
		mem_free(y);
		y = mem_strdup(value_chars(yt));
		value_unref(yt);
	}
	if (why == NULL)
		flow = run_throw(r,
		    "System.Management.Automation.ExtendedTypeSystemException",
		    id, "InvalidOperation",
		    "Cannot compare \"%s\" because it is not IComparable.", x);
	else
		flow = run_throw(r,
		    "System.Management.Automation.ExtendedTypeSystemException",
		    id, "InvalidOperation",
		    "Could not compare \"%s\" to \"%s\". Error: \"%s\"", x, y,
		    why);
	mem_free(x);
	mem_free(y);
	return flow;
}

static enum flow
compare_text(struct run *r, struct value a, struct value b, bool ignore_case,
    int *orderp)
{
	struct value text;
	enum flow flow = value_text(r, b, &text);

	if (flow != FLOW_MORE)
		return flow;
	*orderp = text_compare(value_chars(a), value_chars_len(a),
	    value_chars(text), value_chars_len(text), ignore_case);
	value_unref(text);
	return FLOW_MORE;
}

static enum flow not_ordered(struct run *r, struct value a, struct value b);

/* Same type on both sides, no string, no number. */
static enum flow
compare_alike(struct run *r, struct value a, struct value b, bool ignore_case,
    int *orderp)
{
	const struct type_ops *ops = ops_with(a.type, true);
	int64_t x, y;

	if (ops != NULL)
		return ops->compare(r, a, b, ignore_case, orderp);
	if (a.type->kind == TYPE_KIND_DATETIME ||
	    a.type->kind == TYPE_KIND_TIMESPAN ||
	    a.type->kind == TYPE_KIND_ENUM) {
		x = a.type->kind == TYPE_KIND_DATETIME ? ticks_of(a) : a.u.i;
		y = b.type->kind == TYPE_KIND_DATETIME ? ticks_of(b) : b.u.i;
		*orderp = x < y ? -1 : x > y ? 1 : 0;
		return FLOW_MORE;
	}
	if (type_is_counted(a.type) && a.u.p == b.u.p) {
		*orderp = 0;
		return FLOW_MORE;
	}
	return not_ordered(r, a, b);
}

static bool
is_comparable(const struct type *t)
{
	return t->kind == TYPE_KIND_ENUM || t->kind == TYPE_KIND_DATETIME ||
	    t->kind == TYPE_KIND_TIMESPAN || t->kind == TYPE_KIND_BOOL ||
	    t->kind == TYPE_KIND_CHAR || type_is_number(t) ||
	    ops_with(t, true) != NULL;
}

static enum flow
not_ordered(struct run *r, struct value a, struct value b)
{
	struct value x = VALUE_NULL, y = VALUE_NULL;
	enum flow flow;

	if (a.type != &type_object)
		return not_comparable(r, a, b, "NotIcomparable", NULL);
	(void)value_text(NULL, a, &x);
	(void)value_text(NULL, b, &y);
	flow = run_throw(r,
	    "System.Management.Automation.ExtendedTypeSystemException",
	    "PSObjectCompareTo", "InvalidOperation",
	    "Cannot compare \"%s\" to \"%s\" because the objects are not the "
	    "same type or the object \"%s\" does not implement "
	    "\"IComparable\".", value_chars(x), value_chars(y),
	    value_chars(x));
	value_unref(x);
	value_unref(y);
	return flow;
}

enum flow
value_compare(struct run *r, struct value a, struct value b, bool ignore_case,
    int *orderp)
{
	struct conv_state c = { .run = r };
	struct value other = VALUE_NULL;
	enum flow flow;
	bool nan, equal;

	a = value_base(a);
	b = value_base(b);
	if (value_is_nothing(a) || value_is_nothing(b)) {
		if (value_is_nothing(a) && value_is_nothing(b)) {
			*orderp = 0;
			return FLOW_MORE;
		}
		if (value_is_nothing(a)) {
			/* null stands before all but negative numbers */
			*orderp = -1;
			if (type_is_number(b.type)) {
				double d;

				(void)number_double(b, &d);
				*orderp = d < 0 ? 1 : -1;
			}
			return FLOW_MORE;
		}
		*orderp = 1;
		if (type_is_number(a.type)) {
			double d;

			(void)number_double(a, &d);
			*orderp = d < 0 ? -1 : 1;
		}
		return FLOW_MORE;
	}
	if (value_is_string(a))
		return compare_text(r, a, b, ignore_case, orderp);
	if (a.type->kind == TYPE_KIND_CHAR && b.type->kind == TYPE_KIND_CHAR &&
	    ignore_case) {
		*orderp = (int)codepoint_upper(a.u.c) -
		    (int)codepoint_upper(b.u.c);
		return FLOW_MORE;
	}
	if (type_is_number(a.type) && numeric(b) &&
	    (b.type->kind != TYPE_KIND_BIGINT ||
		a.type->kind == TYPE_KIND_BIGINT)) {
		*orderp = compare_numbers(a, b, &nan);
		return FLOW_MORE;
	}
	if (!is_comparable(a.type))
		return not_ordered(r, a, b);
	if (a.type == b.type && !numeric(a))
		return compare_alike(r, a, b, ignore_case, orderp);
	switch ((int)convert(&c, b, a.type, &other)) {
	case CONV_OK:
		break;
	case CONV_LEAVE:
		return FLOW_LEAVE;
	default:
		flow = value_equal(r, a, b, ignore_case, &equal);
		if (flow == FLOW_MORE && equal) {
			conv_clear(&c);
			*orderp = 0;
			return FLOW_MORE;
		}
		if (flow == FLOW_MORE)
			flow = not_comparable(r, a, b, "ComparisonFailure",
			    c.message == NULL ? "" : c.message);
		conv_clear(&c);
		return flow;
	}
	conv_clear(&c);
	if (numeric(a)) {
		*orderp = compare_numbers(a, other, &nan);
		flow = FLOW_MORE;
	} else {
		flow = compare_alike(r, a, other, ignore_case, orderp);
	}
	value_unref(other);
	return flow;
}

/* --- the operators --- */

static bool
ignores_case(enum binary_op op)
{
	return op <= OP_ILE;
}

static enum flow
test(struct run *r, enum binary_op op, struct value a, struct value b,
    bool *yesp)
{
	bool fold = ignores_case(op), equal;
	int order = 0;
	enum flow flow;
	double x, y;

	switch ((int)op) {
	case OP_IEQ:
	case OP_CEQ:
		return value_equal(r, a, b, fold, yesp);
	case OP_INE:
	case OP_CNE:
		flow = value_equal(r, a, b, fold, &equal);
		*yesp = !equal;
		return flow;
	default:
		break;
	}
	a = value_base(a);
	b = value_base(b);
	if (a.type != NULL && b.type != NULL && type_is_number(a.type) &&
	    type_is_number(b.type) &&
	    (a.type->kind == TYPE_KIND_FLOAT ||
		b.type->kind == TYPE_KIND_FLOAT) &&
	    number_double(a, &x) && number_double(b, &y) &&
	    (isnan(x) || isnan(y))) {
		*yesp = false;
		return FLOW_MORE;
	}
	flow = value_compare(r, a, b, fold, &order);
	switch ((int)op) {
	case OP_IGE:
	case OP_CGE:
		*yesp = order >= 0;
		break;
	case OP_IGT:
	case OP_CGT:
		*yesp = order > 0;
		break;
	case OP_ILT:
	case OP_CLT:
		*yesp = order < 0;
		break;
	default:
		*yesp = order <= 0;
		break;
	}
	return flow;
}

enum flow
binary_compare(struct run *r, enum binary_op op, struct value a,
    struct value b, struct value *outp)
{
	struct iter it;
	struct list *l;
	struct value item;
	bool yes = false, more;
	enum flow flow;

	if (!value_unrolls(a)) {
		flow = test(r, op, a, b, &yes);
		if (flow == FLOW_MORE)
			*outp = value_bool(yes);
		return flow;
	}
	l = list_new(NULL, 0);
	flow = iter_begin(r, a, &it);
	while (flow == FLOW_MORE) {
		flow = iter_next(r, &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		flow = test(r, op, item, b, &yes);
		if (flow == FLOW_MORE && yes)
			list_add_take(l, item);
		else
			value_unref(item);
	}
	iter_end(&it);
	if (flow != FLOW_MORE) {
		value_unref(list_value(l));
		return flow;
	}
	*outp = list_value(l);
	return FLOW_MORE;
}

enum flow
op_contains(struct run *r, struct value a, struct value b, bool ignore_case,
    bool *yesp)
{
	struct iter it;
	struct value item;
	bool more;
	enum flow flow;

	*yesp = false;
	if (!value_unrolls(a))
		return value_equal(r, a, b, ignore_case, yesp);
	flow = iter_begin(r, a, &it);
	while (flow == FLOW_MORE && !*yesp) {
		flow = iter_next(r, &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		flow = value_equal(r, item, b, ignore_case, yesp);
		value_unref(item);
	}
	iter_end(&it);
	return flow;
}
