/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sort-Object: order by properties, each up or down. */
#include "config.h"

#include <string.h>

#include "cmdlets/object/object_cmdlets.h"
#include "core/cmdlet.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/string.h"
#include "core/type.h"
#include "types/property_arg.h"
#include "types/types.h"

enum {
	P_STABLE,
	P_DESCENDING,
	P_UNIQUE,
	P_TOP,
	P_BOTTOM,
	P_INPUT,
	P_PROPERTY,
	P_CULTURE,
	P_CASE,
};

static const struct param_spec params[] = {
	{ "Stable", "switch", NULL, "Default/", 0, NULL, 0, 0,
	    "keeps the order of equal objects (ours always does)" },
	{ "Descending", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "from the largest down" },
	{ "Unique", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "one of each that are equal" },
	{ "Top", "int", NULL, "Top/m", 0, NULL, 1, 2147483647,
	    "this many from the start of the order" },
	{ "Bottom", "int", NULL, "Bottom/m", 0, NULL, 1, 2147483647,
	    "this many from its end" },
	{ "InputObject", "psobject", NULL, "*/v", 0, NULL, 0, 0,
	    "the objects to sort" },
	{ "Property", "object[]", NULL, "*/0", 0, NULL, 0, 0,
	    "names, script blocks or dictionaries with Expression, "
	    "Descending, Ascending" },
	{ "Culture", "string", NULL, NULL, 0, NULL, 0, 0,
	    "the culture to compare text by" },
	{ "CaseSensitive", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "upper and lower case differ" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static const char *const sort_keys[] = { "expression", "ascending",
	"descending", NULL };

struct row {
	struct value object;
	struct value *keys; /* null where there is no such property */
};

struct sort_state {
	struct property_args args;
	bool *down;
	struct row *rows;
	size_t count;
	size_t cap;
	enum flow flow; /* of a comparison that left */
};

static enum flow
sort_begin(struct call *c)
{
	struct sort_state *st = call_state(c);
	enum flow flow = property_args_parse(call_run(c),
	    call_param(c, P_PROPERTY), sort_keys, &st->args);
	size_t i;
	bool down;

	st->down = mem_zalloc((st->args.count + 1) * sizeof(bool));
	for (i = 0; flow == FLOW_MORE && i < st->args.count + 1; i++) {
		struct value v;

		st->down[i] = call_switch(c, P_DESCENDING);
		if (i == st->args.count)
			break;
		v = property_arg_key(&st->args.items[i], "descending");
		if (!value_is_nothing(v)) {
			flow = value_truth(call_run(c), v, &down);
			st->down[i] = down;
			continue;
		}
		v = property_arg_key(&st->args.items[i], "ascending");
		if (!value_is_nothing(v)) {
			flow = value_truth(call_run(c), v, &down);
			st->down[i] = !down;
		}
	}
	return flow;
}

static enum flow
sort_process(struct call *c)
{
	struct sort_state *st = call_state(c);
	struct value v = call_param(c, P_INPUT);
	struct row *row;
	size_t i;
	bool found;
	enum flow flow = FLOW_MORE;

	if (value_is_nothing(v))
		return FLOW_MORE;
	if (st->count == st->cap) {
		st->cap = st->cap == 0 ? 64 : st->cap * 2;
		st->rows =
		    mem_array_grow(st->rows, st->cap, sizeof(*st->rows));
	}
	row = &st->rows[st->count++];
	row->object = value_ref(v);
	row->keys = NULL;
	if (st->args.count == 0)
		return FLOW_MORE;
	row->keys = mem_zalloc(st->args.count * sizeof(*row->keys));
	for (i = 0; flow == FLOW_MORE && i < st->args.count; i++) {
		flow = property_arg_get(call_run(c), &st->args.items[i], v,
		    &row->keys[i], &found);
		if (flow == FLOW_LEAVE &&
		    call_run(c)->leave.kind == LEAVE_THROW) {
			run_leave_clear(call_run(c));
			flow = FLOW_MORE;
		}
	}
	return flow;
}

static int
compare_values(struct call *c, struct value a, struct value b)
{
	struct sort_state *st = call_state(c);
	struct run *r = call_run(c);
	struct value x, y;
	int order = 0;

	if (value_is_nothing(a) || value_is_nothing(b))
		return (int)!value_is_nothing(a) - (int)!value_is_nothing(b);
	if (value_compare(r, a, b, !call_switch(c, P_CASE), &order) ==
	    FLOW_MORE)
		return order;
	if (r->leave.kind != LEAVE_THROW) {
		st->flow = FLOW_LEAVE;
		return 0;
	}
	/* Not comparable: by their texts, as PowerShell does. */
	run_leave_clear(r);
	if (value_text(r, a, &x) != FLOW_MORE) {
		st->flow = FLOW_LEAVE;
		return 0;
	}
	if (value_text(r, b, &y) != FLOW_MORE ||
	    value_compare(r, x, y, !call_switch(c, P_CASE), &order) !=
		FLOW_MORE)
		st->flow = FLOW_LEAVE;
	value_unref(x);
	value_unref(y);
	return order;
}

static int
compare_rows(struct call *c, const struct row *a, const struct row *b)
{
	struct sort_state *st = call_state(c);
	size_t i;
	int order;

	if (st->flow != FLOW_MORE)
		return 0;
	if (st->args.count == 0) {
		order = compare_values(c, a->object, b->object);
		return st->down[0] ? -order : order;
	}
	for (i = 0; i < st->args.count; i++) {
		order = compare_values(c, a->keys[i], b->keys[i]);
		if (order != 0)
			return st->down[i] ? -order : order;
	}
	return 0;
}

/* Stable merge sort; a script's CompareTo may leave at any comparison. */
static void
merge_sort(struct call *c, struct row *rows, struct row *tmp, size_t n)
{
	size_t half = n / 2, i, j, k;

	if (n < 2)
		return;
	merge_sort(c, rows, tmp, half);
	merge_sort(c, rows + half, tmp, n - half);
	if (compare_rows(c, &rows[half - 1], &rows[half]) <= 0)
		return;
	memcpy(tmp, rows, half * sizeof(*rows));
	for (i = 0, j = half, k = 0; i < half && j < n;) {
		if (compare_rows(c, &tmp[i], &rows[j]) <= 0)
			rows[k++] = tmp[i++];
		else
			rows[k++] = rows[j++];
	}
	memcpy(rows + k, tmp + i, (half - i) * sizeof(*rows));
}

/* Below this .NET's sort inserts. */
#define SMALL_SORT 16

static void
swap_if_greater(struct call *c, struct row *a, struct row *b)
{
	struct row t;

	if (compare_rows(c, a, b) <= 0)
		return;
	t = *a;
	*a = *b;
	*b = t;
}

/*
 * Values of several types have no common order (each comparison follows its
 * left side's type), so what comes out depends on which pairs are compared:
 * short lists are sorted step by step as .NET does.
 */
static void
small_sort(struct call *c, struct row *rows, size_t n)
{
	size_t i, j;

	if (n == 2) {
		swap_if_greater(c, &rows[0], &rows[1]);
		return;
	}
	if (n == 3) {
		swap_if_greater(c, &rows[0], &rows[1]);
		swap_if_greater(c, &rows[0], &rows[2]);
		swap_if_greater(c, &rows[1], &rows[2]);
		return;
	}
	for (i = 1; i < n; i++) {
		struct row t = rows[i];

		for (j = i; j > 0 && compare_rows(c, &t, &rows[j - 1]) < 0;
		     j--)
			rows[j] = rows[j - 1];
		rows[j] = t;
	}
}

static size_t
drop_equal(struct call *c, struct row *rows, size_t n)
{
	size_t i, to = 0;

	for (i = 0; i < n; i++) {
		/* What is passed over stays behind, for clean to let go. */
		if (to > 0 && compare_rows(c, &rows[to - 1], &rows[i]) == 0)
			continue;
		if (to != i) {
			struct row swap = rows[to];

			rows[to] = rows[i];
			rows[i] = swap;
		}
		to++;
	}
	return to;
}

/* Whether what is compared is of one type: then any stable sort will do. */
static bool
is_uniform(const struct sort_state *st)
{
	size_t i;

	if (st->args.count > 0 || st->count == 0)
		return true;
	for (i = 1; i < st->count; i++) {
		if (value_type(st->rows[i].object) !=
		    value_type(st->rows[0].object))
			return false;
	}
	return true;
}

static enum flow
sort_end(struct call *c)
{
	struct sort_state *st = call_state(c);
	struct row *tmp = mem_array(st->count / 2 + 1, sizeof(*tmp));
	size_t i, n = st->count, from = 0, to;
	enum flow flow = FLOW_MORE;

	if (n <= SMALL_SORT && !is_uniform(st))
		small_sort(c, st->rows, n);
	else
		merge_sort(c, st->rows, tmp, n);
	mem_free(tmp);
	if (call_switch(c, P_UNIQUE))
		n = drop_equal(c, st->rows, n);
	if (st->flow != FLOW_MORE)
		return st->flow;
	to = n;
	if (call_bound(c, P_TOP) && (int64_t)n > call_int(c, P_TOP, 0))
		to = (size_t)call_int(c, P_TOP, 0);
	if (call_bound(c, P_BOTTOM) && (int64_t)n > call_int(c, P_BOTTOM, 0))
		from = n - (size_t)call_int(c, P_BOTTOM, 0);
	for (i = from; flow == FLOW_MORE && i < to; i++)
		flow = call_emit(c, st->rows[i].object);
	return flow;
}

static void
sort_clean(struct call *c)
{
	struct sort_state *st = call_state(c);
	size_t i, k;

	for (i = 0; i < st->count; i++) {
		value_unref(st->rows[i].object);
		for (k = 0; st->rows[i].keys != NULL && k < st->args.count;
		     k++)
			value_unref(st->rows[i].keys[k]);
		mem_free(st->rows[i].keys);
	}
	mem_free(st->rows);
	mem_free(st->down);
	property_args_clear(&st->args);
	st->rows = NULL;
	st->down = NULL;
	st->count = 0;
}

const struct cmdlet cmdlet_sort_object = {
	.name = "Sort-Object",
	.class_name = "Microsoft.PowerShell.Commands.SortObjectCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "Default",
	.params = params,
	.synopsis = "Sorts objects by their properties",
	.state_size = sizeof(struct sort_state),
	.begin = sort_begin,
	.process = sort_process,
	.end = sort_end,
	.clean = sort_clean,
};
