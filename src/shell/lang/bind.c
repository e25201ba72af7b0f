/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Arguments to parameters: names and prefixes, positions by set, what is left
 * over, sets, what must be there. One binder for cmdlets and functions.
 */
#include "config.h"

#include <string.h>

#include "shell/lang/bind_internal.h"

#define SMA "System.Management.Automation."
#define BINDING SMA "ParameterBindingException"

void
arguments_init(struct arguments *a)
{
	a->v = a->room;
	a->n = 0;
	a->cap = sizeof(a->room) / sizeof(a->room[0]);
}

void
arguments_clear(struct arguments *a)
{
	for (size_t i = 0; i < a->n; i++)
		value_unref(a->v[i].value);
	if (a->v != a->room)
		mem_free(a->v);
	a->v = a->room;
	a->n = 0;
}

struct argument *
arguments_add(struct arguments *a)
{
	if (a->n == a->cap) {
		struct argument *to = mem_array(a->cap * 2, sizeof(*to));

		memcpy(to, a->v, a->n * sizeof(*to));
		if (a->v != a->room)
			mem_free(a->v);
		a->v = to;
		a->cap *= 2;
	}
	memset(&a->v[a->n], 0, sizeof(a->v[0]));
	return &a->v[a->n++];
}

/* ---- errors ---- */

/* What binding says has the command's suffix and place. */
enum flow
bind_error(struct call *c, const char *exception, const char *id,
    const char *fmt, ...)
{
	struct session *s = c->s;
	struct buf b = { 0 };
	struct error_spec spec = { .exception = exception, .id = id,
		.category = "InvalidArgument" };
	struct value record;
	struct error_record *e;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	spec.message = buf_text(&b);
	record = error_new(s, &spec);
	buf_clear(&b);
	e = error_record_of(record);
	bind_dress(c, e);
	return error_leave_take(s, record, false);
}

/* The argument, and not the whole command, is what is wrong. */
static void
error_blame(struct call *c, struct error_record *e)
{
	struct invocation_info *i =
	    (struct invocation_info *)(void *)e->invocation.u.p;
	struct invocation_info *mine = mem_alloc(sizeof(*mine));

	*mine = *i;
	mine->cell.refs = 1;
	mine->tree = tree_ref(c->tree);
	mine->start = c->blame->start;
	mine->end = c->blame->kind == NODE_COMMAND_PARAMETER ?
	    node_command_parameter(c->blame)->name_end : c->blame->end;
	value_ref(mine->name);
	value_ref(mine->command);
	value_ref(mine->bound);
	value_ref(mine->unbound);
	value_ref(mine->expecting);
	value_ref(mine->script_root);
	value_ref(mine->script_path);
	mine->call = NULL;
	value_set_take(&e->invocation, (struct value){
	    .type = &type_invocation_info, .u.p = &mine->cell });
}

void
bind_dress(struct call *c, struct error_record *e)
{
	error_add_suffix(e, c);
	value_set_take(&e->invocation, call_invocation(c));
	value_set_take(&e->activity, value_string(call_display_name(c)));
	if (c->blame != NULL && c->tree != NULL)
		error_blame(c, e);
	error_place(c->s, e);
}

/* The exception of a failed conversion becomes the binder's own. */
static enum flow
transform_error(struct call *c, const struct bind_param *p)
{
	struct session *s = c->s;
	struct value record = error_catch(s);
	struct value message = error_message(s, record);
	struct error_spec spec = { .category = "InvalidData" };
	struct value made, text;

	if (p->spec == NULL && !p->common) {
		spec.exception =
		    SMA "ParameterBindingArgumentTransformationException";
		spec.id = "ParameterArgumentTransformationError";
		text = value_printf("Cannot process argument transformation "
		    "on parameter '%s'. %s", p->name, value_chars(message));
	} else {
		spec.exception = BINDING;
		spec.id = "CannotConvertArgumentNoMessage";
		spec.category = "InvalidArgument";
		text = value_printf("Cannot bind parameter '%s'. %s", p->name,
		    value_chars(message));
	}
	spec.message = value_chars(text);
	spec.inner = error_record_of(record)->exception;
	made = error_new(s, &spec);
	bind_dress(c, error_record_of(made));
	value_unref(text);
	value_unref(message);
	value_unref(record);
	return error_leave_take(s, made, false);
}

static enum flow
dress_thrown(struct call *c, enum flow flow)
{
	if (flow == FLOW_LEAVE && c->s->run.leave.kind == LEAVE_THROW) {
		struct error_record *e =
		    error_record_of(c->s->run.leave.value);

		if (e != NULL)
			bind_dress(c, e);
	}
	return flow;
}

/* ---- one value to one parameter ---- */

static bool
is_number_or_bool(struct value v)
{
	v = value_base(v);
	if (v.type == NULL)
		return false;
	switch ((int)v.type->kind) {
	case TYPE_KIND_BOOL:
	case TYPE_KIND_INT:
	case TYPE_KIND_FLOAT:
	case TYPE_KIND_DECIMAL:
	case TYPE_KIND_BIGINT:
	case TYPE_KIND_ENUM:
		return true;
	}
	return strstr(v.type->name, "SwitchParameter") != NULL;
}

static const char *
type_name_of(struct value v)
{
	const struct type *t = value_type(v);

	return t == NULL ? "null" : t->name;
}

/* Conversions that the language makes and the binder does not. */
static enum flow
refuse(struct call *c, const struct bind_param *p, struct value v)
{
	const struct type *t = p->type;

	if (t == NULL)
		return FLOW_MORE;
	if ((t == &type_bool || p->is_switch) && !is_number_or_bool(v) &&
	    !(value_is_nothing(v) && p->is_switch))
		return lang_error(c->s, SMA "PSInvalidCastException",
		    "InvalidCast", "InvalidArgument", VALUE_NULL,
		    "Cannot convert value \"%s\" to type \"%s\". Boolean "
		    "parameters accept only Boolean values and numbers, such "
		    "as $True, $False, 1 or 0.", type_name_of(v), t->name);
	if (t == &type_string && c->info->advanced) {
		struct value base = value_base(v);

		if (value_is_list(base) || value_is_dict(base))
			return lang_error(c->s, SMA "PSInvalidCastException",
			    "InvalidCast", "InvalidArgument", VALUE_NULL,
			    "Cannot convert value to type System.String.");
	}
	return FLOW_MORE;
}

static enum flow
check_mandatory(struct call *c, const struct bind_param *p, struct value v)
{
	struct value base = value_base(v);
	const char *id, *what;

	if ((p->flags & PARAM_MANDATORY) == 0 && !(p->common && v.type == NULL))
		return FLOW_MORE;
	if (value_is_nothing(base)) {
		if (p->flags & PARAM_ALLOW_NULL)
			return FLOW_MORE;
		id = "ParameterArgumentValidationErrorNullNotAllowed";
		what = "it is null";
	} else if (p->flags & PARAM_ALLOW_EMPTY) {
		return FLOW_MORE;
	} else if (value_is_string(base) && value_chars_len(base) == 0) {
		id = "ParameterArgumentValidationErrorEmptyStringNotAllowed";
		what = "it is an empty string";
	} else if (value_is_list(base) && list_of(base)->count == 0) {
		bool array = base.type->kind == TYPE_KIND_ARRAY;

		id = array ?
		    "ParameterArgumentValidationErrorEmptyArrayNotAllowed" :
		    "ParameterArgumentValidationErrorEmptyCollectionNotAllowed";
		what = array ? "it is an empty array" :
			       "it is an empty collection";
	} else {
		if (value_is_list(base) && p->type != NULL &&
		    p->type->element == &type_string) {
			struct list *l = list_of(base);

			for (size_t i = 0; i < l->count; i++)
				if (value_is_string(l->items[i]) &&
				    value_chars_len(l->items[i]) == 0)
					return bind_error(c,
					    SMA "ParameterBindingValidation"
					    "Exception",
					    "ParameterArgumentValidationError"
					    "EmptyStringNotAllowed",
					    "Cannot bind argument to parameter "
					    "'%s' because it is an empty "
					    "string.", p->name);
		}
		return FLOW_MORE;
	}
	return bind_error(c, SMA "ParameterBindingValidationException", id,
	    "Cannot bind argument to parameter '%s' because %s.", p->name,
	    what);
}

/* Converts, validates and stores; v is borrowed. how: 1 given, 2 pipeline */
enum flow
bind_value(struct call *c, size_t at, struct value v, uint8_t how)
{
	struct bind_param *p = &c->info->params[at];
	struct value got = VALUE_NULL;
	enum flow flow;

	flow = refuse(c, p, v);
	if (flow == FLOW_MORE && p->type != NULL && p->type != v.type)
		flow = value_convert(&c->s->run, v, p->type, &got);
	else if (flow == FLOW_MORE)
		got = value_ref(v);
	if (flow != FLOW_MORE) {
		if (flow == FLOW_LEAVE &&
		    c->s->run.leave.kind == LEAVE_THROW)
			return transform_error(c, p);
		return flow;
	}
	flow = check_mandatory(c, p, got);
	if (flow == FLOW_MORE)
		flow = dress_thrown(c, bind_validate(c->s, p, got));
	if (flow != FLOW_MORE) {
		value_unref(got);
		return flow;
	}
	value_set_take(&c->values[at], got);
	c->bound[at] = how;
	if (p->mask != UINT32_MAX)
		c->sets &= p->mask;
	return FLOW_MORE;
}

/* A script block for a parameter that takes pipeline input waits for it. */
static bool
delays(const struct bind_param *p, struct value v)
{
	return lang_is_block(v) &&
	    (p->flags & (PARAM_BY_VALUE | PARAM_BY_NAME)) != 0 &&
	    p->type != NULL && p->type != &type_script_block &&
	    (p->type->element == NULL ||
		p->type->element != &type_script_block) &&
	    strstr(p->type->name, "PSObject") == NULL &&
	    strstr(p->type->name, "Object[]") == NULL;
}

/* A number written as an argument is its own text to a string parameter. */
static struct value
argument_for(struct call *c, const struct bind_param *p,
    const struct argument *a)
{
	if (a->node != NULL && a->node->kind == NODE_CONSTANT &&
	    c->tree != NULL && (p->type == &type_string ||
	    (p->type != NULL && p->type->element == &type_string))) {
		struct tree_text t = tree_source(c->tree, a->node);

		return value_string_n(t.s, t.len);
	}
	return value_ref(a->value);
}

enum flow
bind_given(struct call *c, struct bind_param *p, struct value v)
{
	size_t at = (size_t)(p - c->info->params);

	if (delays(p, v) && c->expects_input) {
		value_set(&c->values[at], v);
		c->bound[at] = BOUND_DELAYED;
		if (p->mask != UINT32_MAX)
			c->sets &= p->mask;
		return FLOW_MORE;
	}
	return bind_value(c, at, v, BOUND_GIVEN);
}

/* ---- names ---- */

static enum flow
ambiguous(struct call *c, const char *name)
{
	struct buf b = { 0 };
	size_t len = strlen(name);
	enum flow flow;

	for (size_t i = 0; i < c->info->nparam; i++)
		if (strncasecmp(c->info->params[i].name, name, len) == 0)
			buf_printf(&b, " -%s", c->info->params[i].name);
	flow = bind_error(c, BINDING, "AmbiguousParameter",
	    "Parameter cannot be processed because the parameter name '%s' is "
	    "ambiguous. Possible matches include:%s.", name, buf_text(&b));
	buf_clear(&b);
	return flow;
}

static const char *
param_type_text(const struct bind_param *p)
{
	if (p->type != NULL)
		return p->type->name;
	return "System.Object";
}

static enum flow
already(struct call *c, const struct bind_param *p)
{
	return bind_error(c, BINDING, "ParameterAlreadyBound",
	    "Cannot bind parameter because parameter '%s' is specified more "
	    "than once. To provide multiple values to parameters that can "
	    "accept multiple values, use the array syntax. For example, "
	    "\"-parameter value1,value2,value3\".", p->name);
}

/* One -name; *ip moves past what it used. */
static enum flow
bind_one_name(struct call *c, struct arguments *a, size_t *ip, bool *usedp)
{
	struct argument *arg = &a->v[*ip];
	struct argument *next = *ip + 1 < a->n ? &a->v[*ip + 1] : NULL;
	struct bind_param *p;
	struct value v;
	size_t n = 0;
	bool splatted = arg->splatted;
	enum flow flow;

	p = bind_find_param(c->info, arg->name, &n);
	*usedp = p != NULL;
	if (p == NULL && n > 1)
		return ambiguous(c, arg->name);
	if (p == NULL) {
		if (!c->info->advanced)
			return FLOW_MORE;
		return bind_error(c, BINDING, "NamedParameterNotFound",
		    "A parameter cannot be found that matches parameter name "
		    "'%s'.", arg->name);
	}
	if (c->bound[p - c->info->params] != 0) {
		if (splatted)
			return FLOW_MORE;
		return already(c, p);
	}
	if (arg->has_value) {
		v = argument_for(c, p, arg);
		c->blame = arg->node;
	} else if (p->is_switch)
		v = value_bool(true);
	else if (next != NULL && next->name == NULL) {
		v = argument_for(c, p, next);
		next->used = true;
		++*ip;
		c->blame = next->node;
	} else
		return bind_error(c, BINDING, "MissingArgument",
		    "Missing an argument for parameter '%s'. Specify a "
		    "parameter of type '%s' and try again.", p->name,
		    param_type_text(p));
	flow = bind_given(c, p, v);
	value_unref(v);
	return flow;
}

static enum flow
bind_names(struct call *c, struct arguments *a, bool splatted)
{
	for (size_t i = 0; i < a->n; i++) {
		struct argument *arg = &a->v[i];
		bool used;
		enum flow flow;

		if (arg->name == NULL || arg->splatted != splatted)
			continue;
		c->blame = arg->parameter;
		flow = bind_one_name(c, a, &i, &used);
		if (flow != FLOW_MORE)
			return flow;
		c->blame = NULL;
		arg->used = used;
	}
	return FLOW_MORE;
}

/* ---- positions ---- */

static int
position_in(const struct bind_param *p, uint32_t sets)
{
	int best = -1;

	for (size_t k = 0; k < p->nset; k++)
		if ((p->sets[k].set & sets) != 0 &&
		    (p->sets[k].flags & PARAM_REMAINING) == 0 &&
		    p->sets[k].position >= 0 &&
		    (best < 0 || p->sets[k].position < best))
			best = p->sets[k].position;
	return best;
}

static bool
fits_as_is(const struct bind_param *p, struct value v)
{
	const struct type *t = value_type(v);

	if (p->type == NULL)
		return true;
	if (value_is_dict(value_base(v)) &&
	    strcmp(p->type->name, "System.Collections.IDictionary") == 0)
		return true;
	return t != NULL && type_is_a(t, p->type);
}

/* Add-Member's "NoteProperty" is a kind, not the name of a new property. */
static bool
refuses(const struct bind_param *p, struct value v)
{
	const struct type *kinds;
	struct value out = VALUE_NULL;
	bool ok = false;

	if (p->nset == 0 || (p->sets[0].flags & PARAM_NO_MEMBER_KIND) == 0)
		return false;
	kinds = lang_type("System.Management.Automation.PSMemberTypes");
	if (kinds == NULL || !value_is_string(value_base(v)) ||
	    value_try_convert(NULL, v, kinds, &out, &ok) != FLOW_MORE)
		return false;
	value_unref(out);
	return ok;
}

/* Tries the parameters that stand at a position, best first. */
static enum flow
bind_at(struct call *c, int position, const struct argument *a, bool *boundp)
{
	enum flow flow = FLOW_MORE;
	bool failed = false;
	struct value v;

	*boundp = false;
	for (int pass = 0; pass < 4; pass++) {
		uint32_t sets = c->sets;

		if ((pass & 1) == 0) {
			if (c->info->preset == 0)
				continue;
			sets &= c->info->preset;
		}
		for (size_t i = 0; i < c->info->nparam; i++) {
			struct bind_param *p = &c->info->params[i];

			if (c->bound[i] != 0 || position_in(p, sets) != position)
				continue;
			if (pass < 2 && !fits_as_is(p, a->value))
				continue;
			if (refuses(p, a->value))
				continue;
			if (failed)
				run_leave_clear(&c->s->run);
			v = argument_for(c, p, a);
			c->blame = a->node;
			flow = bind_given(c, p, v);
			value_unref(v);
			if (flow == FLOW_MORE) {
				c->blame = NULL;
				*boundp = true;
				return FLOW_MORE;
			}
			if (flow != FLOW_LEAVE ||
			    c->s->run.leave.kind != LEAVE_THROW)
				return flow;
			failed = true;
		}
		if (failed)
			return FLOW_LEAVE;
	}
	return failed ? FLOW_LEAVE : FLOW_MORE;
}

static int
next_position(struct call *c, int after)
{
	int best = -1;

	for (size_t i = 0; i < c->info->nparam; i++) {
		struct bind_param *p = &c->info->params[i];

		if (c->bound[i] != 0)
			continue;
		for (size_t k = 0; k < p->nset; k++) {
			int at = p->sets[k].position;

			if ((p->sets[k].set & c->sets) == 0 || at <= after ||
			    (p->sets[k].flags & PARAM_REMAINING) != 0)
				continue;
			if (best < 0 || at < best)
				best = at;
		}
	}
	return best;
}

static enum flow
bind_positions(struct call *c, struct arguments *a)
{
	int position = -1;

	for (size_t i = 0; i < a->n; i++) {
		bool bound = false;

		if (a->v[i].used || a->v[i].name != NULL)
			continue;
		while (!bound) {
			enum flow flow;

			position = next_position(c, position);
			if (position < 0)
				return FLOW_MORE;
			flow = bind_at(c, position, &a->v[i], &bound);
			if (flow != FLOW_MORE)
				return flow;
		}
		a->v[i].used = true;
	}
	return FLOW_MORE;
}

/* ---- what is left ---- */

static struct bind_param *
remaining_param(struct call *c)
{
	for (size_t i = 0; i < c->info->nparam; i++) {
		struct bind_param *p = &c->info->params[i];

		if (c->bound[i] != 0)
			continue;
		for (size_t k = 0; k < p->nset; k++)
			if ((p->sets[k].flags & PARAM_REMAINING) != 0 &&
			    (p->sets[k].set & c->sets) != 0)
				return p;
	}
	return NULL;
}

/* In $args a parameter's name is marked, so that @args gives it back. */
enum { STRING_IS_PARAMETER = 1 << 8 };

bool
string_is_parameter(struct value v)
{
	return (v.u.p->flags & STRING_IS_PARAMETER) != 0;
}

static void
rest_add(struct list *rest, const struct argument *arg)
{
	if (arg->name != NULL) {
		struct value name = value_printf("-%s%s", arg->name,
		    arg->has_value ? ":" : "");

		name.u.p->flags |= STRING_IS_PARAMETER;
		list_add_take(rest, name);
		if (arg->has_value)
			list_add(rest, arg->value);
	} else {
		list_add(rest, arg->value);
	}
}

static enum flow
bind_remaining(struct call *c, struct arguments *a)
{
	struct bind_param *p = NULL;
	struct list *rest = NULL;
	struct value v;
	enum flow flow;

	for (size_t i = 0; i < a->n; i++) {
		if (a->v[i].used || (a->v[i].splatted && a->v[i].name != NULL &&
		    c->info->advanced))
			continue;
		if (rest == NULL)
			rest = list_new(NULL, a->n);
		rest_add(rest, &a->v[i]);
	}
	if (rest == NULL)
		return FLOW_MORE;
	v = list_value(rest);
	if (c->info->has_remaining && (p = remaining_param(c)) != NULL) {
		struct value one = value_base(rest->items[0]);

		if (rest->count == 1 && (value_is_list(one) ||
		    p->type == NULL || p->type->element == NULL))
			flow = bind_given(c, p, rest->items[0]);
		else
			flow = bind_given(c, p, v);
		value_unref(v);
		return flow;
	}
	if (!c->info->advanced) {
		value_set_take(&c->rest, v);
		return FLOW_MORE;
	}
	{
		char *text = value_text_plain(rest->items[0]);

		flow = bind_error(c, BINDING, "PositionalParameterNotFound",
		    "A positional parameter cannot be found that accepts "
		    "argument '%s'.", text);
		mem_free(text);
	}
	value_unref(v);
	return flow;
}

/* ---- bare names (Cs cmdlets): "EnableXmppAccess $true" ---- */

static enum flow
bind_bare_names(struct call *c, struct arguments *a)
{
	for (size_t i = 0; i + 1 <= a->n; i++) {
		struct argument *arg = &a->v[i];
		enum flow flow;

		if (arg->used || arg->name != NULL || !arg->bare ||
		    !value_is_string(arg->value) ||
		    next_position(c, -1) >= 0)
			continue;
		for (size_t k = 0; k < c->info->nown; k++) {
			struct bind_param *p = &c->info->params[k];
			bool last = i + 1 >= a->n || a->v[i + 1].name != NULL;
			struct value w;

			if (c->bound[k] != 0 ||
			    !string_equal_ci(p->name, value_chars(arg->value)))
				continue;
			if (last && !p->is_switch)
				break;
			w = value_printf("'%s' was taken as -%s. Parameter "
			    "names are written with a dash.",
			    value_chars(arg->value), p->name);
			flow = call_stream(c, STREAM_WARNING, w);
			value_unref(w);
			if (flow != FLOW_MORE)
				return flow;
			arg->used = true;
			if (p->is_switch) {
				flow = bind_given(c, p, value_bool(true));
			} else {
				a->v[i + 1].used = true;
				flow = bind_given(c, p, a->v[i + 1].value);
			}
			if (flow != FLOW_MORE)
				return flow;
			break;
		}
	}
	return FLOW_MORE;
}

enum flow
bind_arguments(struct call *c, struct arguments *a)
{
	struct session *s = c->s;
	unsigned depth = s->try_depth;
	enum flow flow;

	/* what validation scripts do is not the caller's error handling */
	s->try_depth++;
	flow = bind_names(c, a, false);
	if (flow == FLOW_MORE)
		flow = bind_names(c, a, true);
	if (flow == FLOW_MORE && (c->info->cmdlet_flags & CMDLET_BARE_NAMES))
		flow = bind_bare_names(c, a);
	if (flow == FLOW_MORE)
		flow = bind_positions(c, a);
	if (flow == FLOW_MORE && (c->info->cmdlet_flags & CMDLET_BARE_NAMES))
		flow = bind_bare_names(c, a);
	if (flow == FLOW_MORE)
		flow = bind_remaining(c, a);
	if (flow == FLOW_MORE)
		flow = bind_session_defaults(c);
	s->try_depth = depth;
	return flow;
}
