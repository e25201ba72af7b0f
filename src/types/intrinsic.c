/* SPDX-License-Identifier: GPL-3.0-or-later */
/* .ForEach() and .Where(): methods the language gives every value. */
#include "config.h"

#include "types/access.h"
#include "types/enums.h"
#include "types/member.h"

static bool
is_block(struct value v)
{
	return v.type != NULL &&
	    strcmp(v.type->name, "System.Management.Automation.ScriptBlock") ==
	    0;
}

/* Adds what a block gave; collections come apart. */
static enum flow
add_result(struct run *r, struct list *out, struct value got)
{
	struct iter it;
	struct value item;
	bool more;
	enum flow flow;

	if (got.type == &type_void)
		return FLOW_MORE;
	if (!value_unrolls(got)) {
		list_add(out, got);
		return FLOW_MORE;
	}
	flow = iter_begin(r, got, &it);
	while (flow == FLOW_MORE) {
		flow = iter_next(r, &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		list_add_take(out, item);
	}
	iter_end(&it);
	return flow;
}

static enum flow
foreach_one(struct run *r, struct value item, struct value how,
    const struct value *args, size_t n, struct list *out)
{
	struct value got = VALUE_NULL, text;
	const struct type *t;
	bool found = false;
	enum flow flow;

	if (is_block(how)) {
		if (r == NULL || r->ops == NULL)
			return FLOW_MORE;
		flow = r->ops->invoke(r, how, args, n, &item, false, &got);
	} else if ((t = type_of_value(how)) != NULL) {
		flow = value_convert(r, item, t, &got);
		if (flow == FLOW_MORE)
			list_add_take(out, got);
		return flow;
	} else {
		flow = value_text(r, how, &text);
		if (flow != FLOW_MORE)
			return flow;
		if (n == 0) {
			flow = value_get_member(r, item, value_chars(text),
			    &got, &found);
			if (flow == FLOW_MORE && found &&
			    got.type != NULL &&
			    strcmp(got.type->name, "System.Management."
				"Automation.PSMethod") == 0) {
				value_unref(got);
				found = false;
			}
		} else {
			flow = value_get_member(r, item, value_chars(text),
			    &got, &found);
			if (found && got.type != NULL &&
			    strcmp(got.type->name, "System.Management."
				"Automation.PSMethod") == 0)
				found = false;
			value_clear(&got);
			if (flow == FLOW_MORE && found) {
				flow = value_set_member(r, item,
				    value_chars(text), args[0]);
				value_unref(text);
				return flow;
			}
		}
		if (flow == FLOW_MORE && !found)
			flow = value_call_member(r, item, value_chars(text),
			    args, n, &got);
		value_unref(text);
		if (flow == FLOW_MORE && got.type != &type_void) {
			list_add_take(out, got);
			return FLOW_MORE;
		}
	}
	if (flow == FLOW_MORE)
		flow = add_result(r, out, got);
	value_unref(got);
	return flow;
}

static struct value
collection(struct list *l)
{
	return list_value(l);
}

static const struct type *
psobject_collection(void)
{
	static const struct type *t;
	const struct type *arg = &type_psobject;

	if (t == NULL) {
		const struct type *open = type_find(
		    "System.Collections.ObjectModel.Collection`1", 43);

		t = open == NULL ? &type_list : type_generic_of(open, &arg, 1);
	}
	return t;
}

enum flow
intrinsic_foreach(struct run *r, struct value v, const struct value *args,
    size_t n, struct value *outp)
{
	struct list *out;
	struct iter it;
	struct value item;
	bool more;
	enum flow flow;

	if (n == 0)
		return run_throw(r,
		    "System.Management.Automation.MethodException",
		    "MethodCountCouldNotFindBest", "NotSpecified",
		    "Cannot find an overload for \"ForEach\" and the argument "
		    "count: \"0\".");
	out = list_new(psobject_collection(), 0);
	flow = iter_begin(r, v, &it);
	while (flow == FLOW_MORE) {
		flow = iter_next(r, &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		flow = foreach_one(r, item, value_base(args[0]), args + 1,
		    n - 1, out);
		value_unref(item);
	}
	iter_end(&it);
	if (flow != FLOW_MORE) {
		value_unref(list_value(out));
		return flow;
	}
	*outp = collection(out);
	return FLOW_MORE;
}

struct where {
	int64_t mode; /* WhereOperatorSelectionMode */
	int64_t max;  /* 0: all */
	struct list *yes;
	struct list *no; /* Split */
	bool passed;     /* SkipUntil, Until: the first has been met */
	bool done;
};

static void
where_take(struct where *w, struct value item, bool truth)
{
	switch (w->mode) {
	case 0: /* Default */
	case 1: /* First */
		if (truth)
			list_add(w->yes, item);
		if (w->mode == 1 &&
		    w->yes->count >= (size_t)(w->max > 0 ? w->max : 1))
			w->done = true;
		if (w->mode == 0 && w->max > 0 &&
		    w->yes->count >= (size_t)w->max)
			w->done = true;
		break;
	case 2: /* Last */
		if (!truth)
			break;
		list_add(w->yes, item);
		if (w->yes->count > (size_t)(w->max > 0 ? w->max : 1))
			list_remove(w->yes, 0);
		break;
	case 3: /* SkipUntil */
		w->passed = w->passed || truth;
		if (w->passed)
			list_add(w->yes, item);
		if (w->max > 0 && w->yes->count >= (size_t)w->max)
			w->done = true;
		break;
	case 4: /* Until */
		if (truth) {
			w->done = true;
			break;
		}
		list_add(w->yes, item);
		if (w->max > 0 && w->yes->count >= (size_t)w->max)
			w->done = true;
		break;
	default: /* Split */
		if (truth && (w->max <= 0 || w->yes->count < (size_t)w->max))
			list_add(w->yes, item);
		else
			list_add(w->no, item);
		break;
	}
}

enum flow
intrinsic_where(struct run *r, struct value v, const struct value *args,
    size_t n, struct value *outp)
{
	struct where w = { 0 };
	struct value item, got, mode = VALUE_NULL;
	struct iter it;
	bool more, truth;
	enum flow flow = FLOW_MORE;

	if (n == 0 || !is_block(value_base(args[0])))
		return run_throw(r,
		    "System.Management.Automation.MethodException",
		    "MethodCountCouldNotFindBest", "NotSpecified",
		    "Cannot find an overload for \"Where\" and the argument "
		    "count: \"%zu\".", n);
	if (n > 1)
		flow = value_convert(r, args[1],
		    &type_whereoperatorselectionmode, &mode);
	if (flow == FLOW_MORE && n > 2)
		flow = value_to_int(r, args[2], &w.max);
	if (flow != FLOW_MORE)
		return flow;
	w.mode = mode.type == NULL ? 0 : mode.u.i;
	w.yes = list_new(psobject_collection(), 0);
	w.no = list_new(psobject_collection(), 0);
	flow = iter_begin(r, v, &it);
	while (flow == FLOW_MORE && !w.done) {
		flow = iter_next(r, &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		truth = w.passed;
		if (!(w.mode == 3 && w.passed)) {
			got = VALUE_NULL;
			if (r != NULL && r->ops != NULL)
				flow = r->ops->invoke(r, value_base(args[0]),
				    NULL, 0, &item, false, &got);
			if (flow == FLOW_MORE)
				flow = value_truth(r, got, &truth);
			value_unref(got);
		}
		if (flow == FLOW_MORE)
			where_take(&w, item, truth);
		value_unref(item);
	}
	iter_end(&it);
	if (flow == FLOW_MORE && w.mode == 5) {
		struct list *both = list_new(psobject_collection(), 2);

		list_add(both, list_value(w.yes));
		list_add(both, list_value(w.no));
		*outp = list_value(both);
	} else if (flow == FLOW_MORE) {
		*outp = value_ref(list_value(w.yes));
	}
	value_unref(list_value(w.yes));
	value_unref(list_value(w.no));
	return flow;
}
