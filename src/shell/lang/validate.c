/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Validation attributes of parameters and variables, and of rows. */
#include "config.h"

#include <string.h>

#include "shell/lang/lang_internal.h"

#define SMA "System.Management.Automation."

/* What is being validated, for the messages. */
struct subject {
	struct session *s;
	const char *name;
	bool is_variable;
	bool is_cmdlet;
};

static enum flow fails(const struct subject *u, struct value v,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static enum flow
fails(const struct subject *u, struct value v, const char *fmt, ...)
{
	struct buf b = { 0 };
	enum flow flow;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	if (u->is_variable) {
		char *text = value_text_plain(v);

		flow = lang_error(u->s, SMA "ValidationMetadataException",
		    "ValidateSetFailure", "MetadataError", v,
		    "The variable cannot be validated because the value %s "
		    "is not a valid value for the %s variable.",
		    text, u->name);
		mem_free(text);
	} else {
		flow = lang_error(u->s,
		    SMA "ParameterBindingValidationException",
		    "ParameterArgumentValidationError", "InvalidData",
		    VALUE_NULL, "Cannot validate argument on parameter '%s'. %s",
		    u->name, buf_text(&b));
	}
	buf_clear(&b);
	return flow;
}

/* Calls check for v, or for each element of a collection. */
static enum flow
each(const struct subject *u, struct value v, void *arg,
    enum flow (*check)(const struct subject *u, struct value v, void *arg))
{
	struct iter it;
	enum flow flow;

	if (!value_unrolls(v))
		return check(u, v, arg);
	flow = iter_begin(&u->s->run, v, &it);
	while (flow == FLOW_MORE) {
		struct value item = VALUE_NULL;
		bool more = false;

		flow = iter_next(&u->s->run, &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		flow = check(u, item, arg);
		value_unref(item);
	}
	iter_end(&it);
	return flow;
}

/* ---- the checks ---- */

struct attribute_values {
	struct value *v;
	size_t n;
	bool ignore_case;
	const char *message; /* ErrorMessage = '...' */
};

/* The attribute's own ErrorMessage; {0} is the argument. */
static enum flow
fails_with(const struct subject *u, struct value v,
    const struct attribute_values *a)
{
	struct value text = VALUE_NULL;
	enum flow flow = format_composite(&u->s->run, a->message, &v, 1,
	    &text);

	if (flow == FLOW_MORE)
		flow = fails(u, v, "%s", value_chars(text));
	value_unref(text);
	return flow;
}

static enum flow
check_set(const struct subject *u, struct value v, void *arg)
{
	struct attribute_values *set = arg;
	char *text = value_text_plain(v);
	struct buf b = { 0 };
	enum flow flow = FLOW_MORE;
	bool found = false;

	for (size_t i = 0; i < set->n && !found; i++) {
		char *one = value_text_plain(set->v[i]);

		found = set->ignore_case ? strcasecmp(one, text) == 0 :
					   strcmp(one, text) == 0;
		if (i > 0)
			buf_add_str(&b, ",");
		buf_add_str(&b, one);
		mem_free(one);
	}
	if (!found && set->message != NULL)
		flow = fails_with(u, v, set);
	else if (!found)
		flow = fails(u, v, "The argument \"%s\" does not belong to "
		    "the set \"%s\" specified by the ValidateSet attribute. "
		    "Supply an argument that is in the set and then try the "
		    "command again.", text, buf_text(&b));
	buf_clear(&b);
	mem_free(text);
	return flow;
}

static enum flow
check_range_kind(const struct subject *u, struct value v, const char *kind)
{
	struct run *r = &u->s->run;
	int order = 0;
	enum flow flow = value_compare(r, v, value_int(0), true, &order);
	char *text;

	if (flow != FLOW_MORE)
		return flow;
	if ((string_equal_ci(kind, "Positive") && order > 0) ||
	    (string_equal_ci(kind, "NonNegative") && order >= 0) ||
	    (string_equal_ci(kind, "Negative") && order < 0) ||
	    (string_equal_ci(kind, "NonPositive") && order <= 0))
		return FLOW_MORE;
	text = value_text_plain(v);
	flow = fails(u, v, "The argument \"%s\" cannot be validated because "
	    "its value is not %s zero.", text,
	    string_equal_ci(kind, "Positive")	     ? "greater than" :
		string_equal_ci(kind, "NonNegative") ? "greater than or "
						       "equal to" :
		string_equal_ci(kind, "Negative")    ? "less than" :
						       "less than or equal to");
	mem_free(text);
	return flow;
}

static enum flow
check_range(const struct subject *u, struct value v, void *arg)
{
	struct attribute_values *a = arg;
	struct run *r = &u->s->run;
	char *text, *bound;
	enum flow flow;
	int low = 0, high = 0;

	if (a->n == 1) {
		char *kind = value_text_plain(a->v[0]);

		flow = check_range_kind(u, v, kind);
		mem_free(kind);
		return flow;
	}
	if (a->n < 2)
		return FLOW_MORE;
	flow = value_compare(r, v, a->v[0], true, &low);
	if (flow == FLOW_MORE)
		flow = value_compare(r, v, a->v[1], true, &high);
	if (flow != FLOW_MORE) {
		run_leave_clear(r);
		return fails(u, v, "The argument cannot be validated because "
		    "its type is not comparable to the range.");
	}
	if (low >= 0 && high <= 0)
		return FLOW_MORE;
	text = value_text_plain(v);
	bound = value_text_plain(a->v[low < 0 ? 0 : 1]);
	flow = fails(u, v, "The %s argument is %s than the %s allowed range "
	    "of %s. Supply an argument that is %s than or equal to %s and "
	    "then try the command again.", text, low < 0 ? "less" : "greater",
	    low < 0 ? "minimum" : "maximum", bound,
	    low < 0 ? "greater" : "less", bound);
	mem_free(text);
	mem_free(bound);
	return flow;
}

static enum flow
check_length(const struct subject *u, struct value v, void *arg)
{
	struct attribute_values *a = arg;
	int64_t units, min = 0, max = 0;

	v = value_base(v);
	if (!value_is_string(v))
		return fails(u, v, "The ValidateLength attribute needs "
		    "a string.");
	units = string_of(v)->units;
	if (a->n < 2 || value_to_int(&u->s->run, a->v[0], &min) ||
	    value_to_int(&u->s->run, a->v[1], &max))
		return FLOW_MORE;
	if (units < min)
		return fails(u, v, "The character length (%lld) of the "
		    "argument is too short. Specify an argument with a length "
		    "that is greater than or equal to \"%lld\", and then try "
		    "the command again.", (long long)units, (long long)min);
	if (units > max)
		return fails(u, v, "The character length of the %lld argument "
		    "is too long. Shorten the character length of the "
		    "argument so it is fewer than or equal to \"%lld\" "
		    "characters, and then try the command again.",
		    (long long)units, (long long)max);
	return FLOW_MORE;
}

static enum flow
check_count(const struct subject *u, struct value v,
    struct attribute_values *a)
{
	int64_t n = 1, min = 0, max = 0;

	v = value_base(v);
	if (value_is_list(v))
		n = (int64_t)list_of(v)->count;
	else if (value_is_dict(v))
		n = (int64_t)dict_of(v)->count;
	else if (value_is_nothing(v))
		n = 0;
	if (a->n < 2 || value_to_int(&u->s->run, a->v[0], &min) ||
	    value_to_int(&u->s->run, a->v[1], &max))
		return FLOW_MORE;
	if (n < min && min == max)
		return fails(u, v, "The number of provided arguments, (%lld), "
		    "is not exactly %lld.", (long long)n, (long long)min);
	if (n < min)
		return fails(u, v, "The parameter requires at least %lld "
		    "value(s) and no more than %lld value(s) - %lld value(s) "
		    "were provided.", (long long)min, (long long)max,
		    (long long)n);
	if (n > max)
		return fails(u, v, "The parameter requires at least %lld "
		    "value(s) and no more than %lld value(s) - %lld value(s) "
		    "were provided.", (long long)min, (long long)max,
		    (long long)n);
	return FLOW_MORE;
}

static enum flow
check_pattern(const struct subject *u, struct value v, void *arg)
{
	struct attribute_values *a = arg;
	struct value yes = VALUE_NULL;
	char *text = value_text_plain(v);
	struct value subject = value_string(text);
	bool match = false;
	enum flow flow;

	flow = value_binary(&u->s->run,
	    a->ignore_case ? OP_IMATCH : OP_CMATCH, subject, a->v[0], &yes);
	if (flow == FLOW_MORE)
		flow = value_truth(&u->s->run, yes, &match);
	value_unref(yes);
	value_unref(subject);
	if (flow == FLOW_MORE && !match) {
		char *pattern = value_text_plain(a->v[0]);

		if (a->message != NULL)
			flow = fails_with(u, v, a);
		else
			flow = fails(u, v, "The argument \"%s\" does not "
			    "match the \"%s\" pattern. Supply an argument "
			    "that matches \"%s\" and try the command again.",
			    text, pattern, pattern);
		mem_free(pattern);
	}
	mem_free(text);
	return flow;
}

static enum flow
check_script(const struct subject *u, struct value v, void *arg)
{
	struct attribute_values *a = arg;
	struct value got;
	struct invoke_spec spec = { .command = a->v[0], .under = &v,
		.args = &v, .nargs = 1 };
	struct collector c;
	bool yes = false;
	enum flow flow;

	collector_init(&c);
	flow = block_call(u->s, a->v[0], &spec, &c.sink);
	got = collector_take(&c);
	if (flow == FLOW_MORE)
		flow = value_truth(&u->s->run, got, &yes);
	value_unref(got);
	if (flow == FLOW_LEAVE && u->s->run.leave.kind == LEAVE_THROW) {
		struct value record = error_catch(u->s);
		struct value m = error_message(u->s, record);

		flow = fails(u, v, "%s", value_chars(m));
		value_unref(m);
		value_unref(record);
		return flow;
	}
	if (flow == FLOW_MORE && !yes) {
		char *text = value_text_plain(v);
		struct value code = block_text(block_of(value_base(a->v[0])));

		if (a->message != NULL)
			flow = fails_with(u, v, a);
		else
			flow = fails(u, v, "The \"%s\" validation script for "
			    "the argument with value \"%s\" did not return a "
			    "result of True. Determine why the validation "
			    "script failed, and then try the command again.",
			    value_chars(code), text);
		value_unref(code);
		mem_free(text);
	}
	return flow;
}

static bool
is_empty_text(struct value v)
{
	v = value_base(v);
	return value_is_string(v) && value_chars_len(v) == 0;
}

static bool
is_blank_text(struct value v)
{
	v = value_base(v);
	if (!value_is_string(v))
		return false;
	return strspn(value_chars(v), " \t\r\n") == value_chars_len(v);
}

/* kind: 0 not null, 1 nor empty, 2 nor white space */
static enum flow
check_null(const struct subject *u, struct value v, int kind)
{
	struct value base = value_base(v);

	if (value_is_nothing(base)) {
		if (kind == 0)
			return fails(u, v, "The argument is null. Provide a "
			    "valid value for the argument, and then try "
			    "running the command again.");
		return fails(u, v, "The argument is null%s. Provide an "
		    "argument that is not null%s, and then try the command "
		    "again.", kind == 2 ? ", empty, or consists of only "
		    "white-space characters" : " or empty",
		    kind == 2 ? ", empty, or consists of only white-space "
		    "characters" : " or empty");
	}
	if (kind == 1 && is_empty_text(v))
		return fails(u, v, "The argument is null or empty. Provide "
		    "an argument that is not null or empty, and then try the "
		    "command again.");
	if (kind == 2 && is_blank_text(v))
		return fails(u, v, "The argument is null, empty, or consists "
		    "of only white-space characters. Provide an argument that "
		    "contains non white-space characters, and then try the "
		    "command again.");
	if (kind > 0 && ((value_is_list(base) && list_of(base)->count == 0) ||
	    (value_is_dict(base) && dict_of(base)->count == 0)))
		return fails(u, v, "The argument is null, empty, or an "
		    "element of the argument collection contains a null "
		    "value. Supply a collection that does not contain any "
		    "null values and then try the command again.");
	if (value_is_list(base)) {
		struct list *l = list_of(base);

		for (size_t i = 0; i < l->count; i++)
			if (value_is_nothing(l->items[i]) ||
			    (kind > 0 && is_empty_text(l->items[i])))
				return fails(u, v, "The argument is null, "
				    "empty, or an element of the argument "
				    "collection contains a null value. Supply "
				    "a collection that does not contain any "
				    "null values and then try the command "
				    "again.");
	}
	return FLOW_MORE;
}

/* ---- a script's attributes ---- */

static enum flow
values_of(struct session *s, struct node_attribute *n,
    struct attribute_values *a)
{
	a->v = mem_zalloc((n->positional.n + 1) * sizeof(*a->v));
	a->ignore_case = true;
	for (size_t i = 0; i < n->positional.n; i++) {
		enum flow flow = eval(s->frame, n->positional.v[i], &a->v[i]);

		if (flow != FLOW_MORE)
			return flow;
		a->n++;
	}
	for (size_t i = 0; i < n->nnamed; i++) {
		struct tree_text name = n->named[i].name;
		struct value v = VALUE_NULL;

		if (n->named[i].value == NULL ||
		    eval(s->frame, n->named[i].value, &v) != FLOW_MORE)
			continue;
		if (name.len == 10 && strncasecmp(name.s, "IgnoreCase", 10) == 0)
			(void)value_truth(&s->run, v, &a->ignore_case);
		else if (name.len == 12 &&
		    strncasecmp(name.s, "ErrorMessage", 12) == 0 &&
		    value_is_string(v))
			a->message = atom_str(value_chars(v))->name;
		value_unref(v);
	}
	return FLOW_MORE;
}

static void
values_clear(struct attribute_values *a)
{
	for (size_t i = 0; i < a->n; i++)
		value_unref(a->v[i]);
	mem_free(a->v);
}

enum flow
bind_check_attribute(struct session *s, struct frame *f,
    struct node_attribute *n, const char *name, struct value v,
    bool is_variable)
{
	struct subject u = { .s = s, .name = name,
		.is_variable = is_variable };
	struct attribute_values a = { 0 };
	enum flow flow;

	(void)f;
	if (attribute_is(n, "ValidateNotNull"))
		return check_null(&u, v, 0);
	if (attribute_is(n, "ValidateNotNullOrEmpty"))
		return check_null(&u, v, 1);
	if (attribute_is(n, "ValidateNotNullOrWhiteSpace"))
		return check_null(&u, v, 2);
	flow = values_of(s, n, &a);
	if (flow != FLOW_MORE)
		;
	else if (attribute_is(n, "ValidateSet"))
		flow = each(&u, v, &a, check_set);
	else if (attribute_is(n, "ValidateRange"))
		flow = each(&u, v, &a, check_range);
	else if (attribute_is(n, "ValidateLength"))
		flow = each(&u, v, &a, check_length);
	else if (attribute_is(n, "ValidateCount"))
		flow = check_count(&u, v, &a);
	else if (attribute_is(n, "ValidatePattern") && a.n > 0)
		flow = each(&u, v, &a, check_pattern);
	else if (attribute_is(n, "ValidateScript") && a.n > 0 &&
	    lang_is_block(a.v[0]))
		flow = each(&u, v, &a, check_script);
	values_clear(&a);
	return flow;
}

/* ---- a row's ---- */

static enum flow
validate_row(const struct subject *u, const struct param_spec *spec,
    struct value v)
{
	struct attribute_values a = { .ignore_case = true };
	struct value room[64];
	enum flow flow = FLOW_MORE;

	if (spec->flags & (PARAM_NOT_EMPTY | PARAM_NOT_NULL))
		flow = check_null(u, v, spec->flags & PARAM_NOT_EMPTY ? 1 : 0);
	a.v = room;
	if (flow == FLOW_MORE && spec->values != NULL &&
	    value_base(v).type != NULL &&
	    value_base(v).type->kind != TYPE_KIND_ENUM) {
		while (spec->values[a.n] != NULL && a.n < 64) {
			room[a.n] = value_string(spec->values[a.n]);
			a.n++;
		}
		flow = each(u, v, &a, check_set);
		for (size_t i = 0; i < a.n; i++)
			value_unref(room[i]);
	}
	if (flow == FLOW_MORE && spec->min < spec->max) {
		room[0] = value_long(spec->min);
		room[1] = value_long(spec->max);
		a.n = 2;
		flow = each(u, v, &a, check_range);
	}
	return flow;
}

enum flow
bind_validate(struct session *s, const struct bind_param *p, struct value v)
{
	struct subject u = { .s = s, .name = p->name };
	enum flow flow = FLOW_MORE;

	if (p->spec != NULL)
		return validate_row(&u, p->spec, v);
	if (p->node == NULL)
		return FLOW_MORE;
	for (size_t i = 0; i < p->node->attributes.n && flow == FLOW_MORE; i++) {
		struct node *n = p->node->attributes.v[i];

		if (n->kind == NODE_ATTRIBUTE)
			flow = bind_check_attribute(s, s->frame,
			    node_attribute(n), p->name, v, false);
	}
	return flow;
}
