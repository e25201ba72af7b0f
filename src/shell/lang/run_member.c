/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members, methods, indexes, casts and types in expressions. */
#include "config.h"

#include <string.h>

#include "shell/lang/run_internal.h"

#define SMA "System.Management.Automation."

/* ---- types ---- */

static bool
text_is(struct tree_text t, const char *s)
{
	return t.len == strlen(s) && strncasecmp(t.s, s, t.len) == 0;
}

static const struct type *
find_type(struct frame *f, struct node_type_name *n)
{
	const struct type *args[8] = { NULL };
	const struct type *t;
	size_t count;
	char *name;

	switch (n->which) {
	case TREE_TYPE_ARRAY:
		t = eval_type(f, n->element);
		if (t == NULL || n->rank > 1) {
			if (t == NULL)
				return NULL;
			return type_find(n->full.s, n->full.len);
		}
		return type_array_of(t);
	case TREE_TYPE_GENERIC:
		count = n->arguments.n < 8 ? n->arguments.n : 8;
		for (size_t i = 0; i < count; i++) {
			args[i] = eval_type(f,
			    node_type_name(n->arguments.v[i]));
			if (args[i] == NULL)
				return NULL;
		}
		name = mem_printf("%.*s`%zu", (int)n->generic->name.len,
		    n->generic->name.s, count);
		t = lang_type(name);
		mem_free(name);
		if (t == NULL)
			t = using_find_type(f, n->generic->name, count);
		if (t == NULL)
			return type_find(n->full.s, n->full.len);
		if (string_equal_ci(t->name, "System.Nullable`1"))
			return type_nullable_of(args[0]);
		return type_generic_of(t, args, count);
	case TREE_TYPE_SIMPLE:
		break;
	}
	t = type_find(n->name.s, n->name.len);
	if (t == NULL)
		t = using_find_type(f, n->name, 0);
	return t;
}

const struct type *
eval_type(struct frame *f, struct node_type_name *n)
{
	const struct type *t = n->node.slot;

	if (t != NULL)
		return t;
	t = find_type(f, n);
	/* a script's class may be defined anew under the same name */
	if (t != NULL && (t->flags & TYPE_SCRIPT) == 0 &&
	    (t->element == NULL || (t->element->flags & TYPE_SCRIPT) == 0))
		n->node.slot = (void *)(uintptr_t)t;
	return t;
}

enum flow
eval_type_or_fail(struct frame *f, struct node_type_name *n,
    const struct type **tp)
{
	struct value target;
	enum flow flow;

	*tp = eval_type(f, n);
	if (*tp != NULL)
		return FLOW_MORE;
	target = value_string_n(n->full.s, n->full.len);
	flow = lang_error(f->s, NULL, "TypeNotFound", "InvalidOperation",
	    target, "Unable to find type [%.*s].", (int)n->full.len,
	    n->full.s);
	value_unref(target);
	return flow;
}

/* ---- casts ---- */

/* [pscustomobject]@{...}: the pairs in order. */
static enum flow
custom_object(struct frame *f, struct value v, struct value *outp)
{
	struct value base = value_base(v);
	struct dict_entry *e;
	struct object *o;
	size_t pos;

	(void)f;
	if (!value_is_dict(base)) {
		*outp = value_is_object(base) || value_is_nothing(base) ?
		    value_ref(v) : value_wrap(v);
		return FLOW_MORE;
	}
	o = object_new(NULL);
	DICT_EACH(e, dict_of(base), pos) {
		char *name = value_text_plain(e->key);

		if (string_equal_ci(name, "PSTypeName") &&
		    value_is_string(value_base(e->value)))
			object_add_type(o, value_chars(value_base(e->value)));
		else
			object_set(o, name, e->value);
		mem_free(name);
	}
	*outp = object_value(o);
	return FLOW_MORE;
}

static enum flow
make_reference(struct frame *f, struct node *child, struct value *outp)
{
	struct variable *var = NULL;
	struct value v = VALUE_NULL;
	enum flow flow;

	if (child->kind == NODE_VARIABLE) {
		struct node_variable *n = node_variable(child);
		struct scope *sc = f->scope;

		if (n->scope == TREE_SCOPE_GLOBAL)
			sc = scope_global(sc);
		else if (n->scope == TREE_SCOPE_SCRIPT)
			sc = scope_script(sc);
		var = scope_find(sc, variable_atom(n));
		if (var == NULL)
			return lang_error(f->s, NULL,
			    "NonExistingVariableReference",
			    "InvalidOperation", VALUE_NULL,
			    "[ref] cannot be applied to a variable that does "
			    "not exist.");
		*outp = reference_new(var, VALUE_NULL);
		return FLOW_MORE;
	}
	flow = eval(f, child, &v);
	if (flow == FLOW_MORE)
		*outp = reference_new(NULL, v);
	value_unref(v);
	return flow;
}

enum flow
eval_convert(struct frame *f, struct node_convert *n, struct value *outp)
{
	struct tree_text name = n->type->name->full;
	const struct type *t;
	struct value v = VALUE_NULL;
	enum flow flow;

	if (text_is(name, "ordered") && n->child->kind == NODE_HASHTABLE)
		return eval_hashtable(f, node_hashtable(n->child),
		    &type_ordered, outp);
	if (text_is(name, "ref"))
		return make_reference(f, n->child, outp);
	if (text_is(name, "void") || text_is(name, "System.Void")) {
		flow = eval(f, n->child, &v);
		value_unref(v);
		*outp = value_nothing();
		return flow;
	}
	flow = eval_type_or_fail(f, n->type->name, &t);
	if (flow == FLOW_MORE)
		flow = eval(f, n->child, &v);
	if (flow == FLOW_MORE) {
		if (text_is(name, "pscustomobject"))
			flow = custom_object(f, v, outp);
		else
			flow = value_convert(&f->s->run, v, t, outp);
	}
	value_unref(v);
	return flow;
}

/* ---- members ---- */

enum flow
eval_member_name(struct frame *f, struct node *n, struct value *textp)
{
	struct value v = VALUE_NULL;
	enum flow flow = eval(f, n, &v);

	if (flow != FLOW_MORE || value_is_string(v)) {
		*textp = v;
		return flow;
	}
	flow = value_text(&f->s->run, v, textp);
	value_unref(v);
	return flow;
}

static enum flow
missing_property(struct frame *f, const char *name)
{
	struct value target = value_string(name);
	enum flow flow;

	flow = lang_error(f->s, SMA "PropertyNotFoundException",
	    "PropertyNotFoundStrict", "NotSpecified", VALUE_NULL,
	    "The property '%s' cannot be found on this object. Verify that "
	    "the property exists.", name);
	value_unref(target);
	return flow;
}

static enum flow
get_static(struct frame *f, struct node_member *n, const char *name,
    struct value *outp)
{
	const struct type *t;
	struct value v = VALUE_NULL;
	bool found = false;
	enum flow flow;

	if (n->target->kind == NODE_TYPE) {
		flow = eval_type_or_fail(f, node_type(n->target)->name, &t);
	} else {
		flow = eval(f, n->target, &v);
		if (flow == FLOW_MORE && (t = type_of_value(v)) == NULL)
			t = value_type(v);
		value_unref(v);
		if (flow == FLOW_MORE && t == NULL)
			return null_method(f->s);
	}
	if (flow == FLOW_MORE)
		flow = type_get_static(&f->s->run, t, name, outp, &found);
	if (flow == FLOW_MORE && !found && scope_strict(f->scope) >= 2)
		return missing_property(f, name);
	return flow;
}

enum flow
eval_member(struct frame *f, struct node_member *n, struct value *outp)
{
	struct value v = VALUE_NULL, name = VALUE_NULL;
	struct value key = VALUE_NULL;
	bool found = false;
	enum flow flow;

	if (n->is_static) {
		flow = eval_member_name(f, n->member, &name);
		if (flow == FLOW_MORE)
			flow = get_static(f, n, value_chars(name), outp);
		value_unref(name);
		return flow;
	}
	flow = eval(f, n->target, &v);
	if (flow == FLOW_MORE && n->member->kind != NODE_STRING) {
		/* $h.$key: a key that is no string stays what it is */
		flow = eval(f, n->member, &key);
		if (flow == FLOW_MORE && value_is_dict(value_base(v)) &&
		    !value_is_string(value_base(key)) &&
		    !value_is_nothing(key)) {
			struct dict_entry *e = dict_find(
			    dict_of(value_base(v)), value_base(key));

			if (e != NULL) {
				*outp = value_ref(e->value);
				value_unref(key);
				value_unref(v);
				return FLOW_MORE;
			}
		}
		if (flow == FLOW_MORE)
			flow = value_text(&f->s->run, key, &name);
		value_unref(key);
	} else if (flow == FLOW_MORE) {
		flow = eval_member_name(f, n->member, &name);
	}
	if (flow == FLOW_MORE && !value_is_nothing(v))
		flow = value_get_member(&f->s->run, v, value_chars(name), outp,
		    &found);
	else if (flow == FLOW_MORE && n->null_conditional)
		found = true;
	if (flow == FLOW_MORE && !found) {
		if (scope_strict(f->scope) >= 2)
			flow = missing_property(f, value_chars(name));
		else if (value_is_nothing(v) &&
		    (string_equal_ci(value_chars(name), "Count") ||
			string_equal_ci(value_chars(name), "Length")))
			*outp = value_int(0);
	}
	value_unref(name);
	value_unref(v);
	return flow;
}

enum flow
null_method(struct session *s)
{
	return lang_error(s, NULL, "InvokeMethodOnNull", "InvalidOperation",
	    VALUE_NULL,
	    "You cannot call a method on a null-valued expression.");
}

enum flow
null_index(struct session *s)
{
	return lang_error(s, NULL, "NullArray", "InvalidOperation",
	    VALUE_NULL, "Cannot index into a null array.");
}

void
values_free(struct value *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		value_unref(v[i]);
	mem_free(v);
}

enum flow
eval_arguments(struct frame *f, struct node_list *l, struct value **argsp,
    size_t *np)
{
	struct value *args = l->n > 0 ? mem_zalloc(l->n * sizeof(*args)) : NULL;

	for (size_t i = 0; i < l->n; i++) {
		enum flow flow = eval(f, l->v[i], &args[i]);

		if (flow != FLOW_MORE) {
			values_free(args, i + 1);
			return flow;
		}
		if (args[i].type == &type_void)
			args[i] = VALUE_NULL;
	}
	*argsp = args;
	*np = l->n;
	return FLOW_MORE;
}

static enum flow
call_static(struct frame *f, const struct type *t, const char *name,
    const struct value *args, size_t n, struct value *outp)
{
	struct run *r = &f->s->run;

	if (t == &type_script_block && string_equal_ci(name, "Create") &&
	    n == 1) {
		struct value text = VALUE_NULL;
		enum flow flow = value_text(r, args[0], &text);

		if (flow == FLOW_MORE)
			flow = session_ops.make_block(r, value_chars(text),
			    value_chars_len(text), outp);
		value_unref(text);
		return flow;
	}
	if (string_equal_ci(name, "new"))
		return construct(f, t, args, n, outp);
	return type_call_static(r, t, name, args, n, outp);
}

static enum flow
invoke_static(struct frame *f, struct node_invoke_member *n,
    const char *name, struct value *outp)
{
	const struct type *t = NULL;
	struct value v = VALUE_NULL, *args = NULL;
	size_t count = 0;
	enum flow flow;

	if (n->base.target->kind == NODE_TYPE) {
		flow = eval_type_or_fail(f, node_type(n->base.target)->name,
		    &t);
	} else {
		flow = eval(f, n->base.target, &v);
		if (flow == FLOW_MORE && (t = type_of_value(v)) == NULL)
			t = value_type(v);
		value_unref(v);
		if (flow == FLOW_MORE && t == NULL)
			return null_method(f->s);
	}
	if (flow == FLOW_MORE)
		flow = eval_arguments(f, &n->arguments, &args, &count);
	if (flow == FLOW_MORE) {
		flow = call_static(f, t, name, args, count, outp);
		values_free(args, count);
	}
	return flow;
}

enum flow
eval_invoke_member(struct frame *f, struct node_invoke_member *n,
    struct value *outp)
{
	struct value v = VALUE_NULL, name = VALUE_NULL, *args = NULL;
	size_t count = 0;
	enum flow flow;

	flow = eval_member_name(f, n->base.member, &name);
	if (flow != FLOW_MORE)
		return flow;
	if (n->base.is_static) {
		flow = invoke_static(f, n, value_chars(name), outp);
		value_unref(name);
		return flow;
	}
	flow = eval(f, n->base.target, &v);
	if (flow == FLOW_MORE && value_is_nothing(v) &&
	    n->base.null_conditional) {
		value_unref(name);
		return FLOW_MORE;
	}
	if (flow == FLOW_MORE)
		flow = eval_arguments(f, &n->arguments, &args, &count);
	if (flow == FLOW_MORE) {
		if (value_is_null(v))
			flow = null_method(f->s);
		else if (n->base.target->kind == NODE_CONVERT &&
		    is_base_call(f, node_convert(n->base.target)))
			flow = call_base(f, node_convert(n->base.target), v,
			    value_chars(name), args, count, outp);
		else
			flow = value_call_member(&f->s->run, v,
			    value_chars(name), args, count, outp);
		values_free(args, count);
	}
	value_unref(v);
	value_unref(name);
	return flow;
}

/* ---- indexes ---- */

/* Set-StrictMode 3: an index that is not there is an error. */
static enum flow
check_index(struct frame *f, struct value v, struct value at)
{
	struct value base = value_base(v);
	int64_t n, i;

	at = value_base(at);
	if (at.type != &type_int && at.type != &type_long)
		return FLOW_MORE;
	if (value_is_list(base))
		n = (int64_t)list_of(base)->count;
	else if (value_is_string(base))
		n = (int64_t)string_of(base)->units;
	else
		return FLOW_MORE;
	i = at.u.i < 0 ? at.u.i + n : at.u.i;
	if ((i >= 0 && i < n) || scope_strict(f->scope) < 3)
		return FLOW_MORE;
	return lang_error(f->s, "System.IndexOutOfRangeException",
	    "System.IndexOutOfRangeException", "OperationStopped", VALUE_NULL,
	    "Index was outside the bounds of the array.");
}

enum flow
eval_index_values(struct frame *f, struct node *index, struct value **atp,
    size_t *np)
{
	if (index->kind == NODE_ARRAY_LITERAL)
		return eval_arguments(f, &node_array_literal(index)->elements,
		    atp, np);
	*atp = mem_zalloc(sizeof(**atp));
	*np = 1;
	{
		enum flow flow = eval(f, index, *atp);

		if (flow != FLOW_MORE) {
			values_free(*atp, 1);
			return flow;
		}
	}
	return FLOW_MORE;
}

enum flow
eval_index(struct frame *f, struct node_index *n, struct value *outp)
{
	struct value v = VALUE_NULL, *at = NULL;
	size_t count = 0;
	enum flow flow = eval(f, n->target, &v);

	if (flow == FLOW_MORE && value_is_nothing(v) && n->null_conditional)
		return FLOW_MORE;
	if (flow == FLOW_MORE && n->index->kind != NODE_ARRAY_LITERAL) {
		struct value one = VALUE_NULL;

		flow = eval(f, n->index, &one);
		if (flow == FLOW_MORE && value_is_nothing(v))
			flow = null_index(f->s);
		else if (flow == FLOW_MORE && v.type == &type_list &&
		    one.type == &type_int && one.u.i >= 0 &&
		    (uint64_t)one.u.i < list_of(v)->count)
			*outp = value_ref(list_of(v)->items[one.u.i]);
		else if (flow == FLOW_MORE) {
			flow = check_index(f, v, one);
			if (flow == FLOW_MORE)
				flow = value_index(&f->s->run, v, &one, 1,
				    outp);
		}
		value_unref(one);
	} else if (flow == FLOW_MORE) {
		flow = eval_index_values(f, n->index, &at, &count);
		if (flow == FLOW_MORE) {
			if (value_is_nothing(v))
				flow = null_index(f->s);
			else
				flow = value_index(&f->s->run, v, at, count,
				    outp);
			values_free(at, count);
		}
	}
	value_unref(v);
	return flow;
}

/* ---- $using: ---- */

enum flow
eval_using(struct frame *f, struct node_using_expression *n,
    struct value *outp)
{
	/* here everything runs in one process: the variable itself */
	return eval(f, n->child, outp);
}
