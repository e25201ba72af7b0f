/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PowerShell's conversions: which way leads from a value to a type. */
#include "config.h"

#include <stdio.h>

#include "types/tables.h"
#include "types/member.h"
#include "types/types_internal.h"

/* --- saying why not --- */

enum conv
conv_fail(struct conv_state *c, const char *id, const char *fmt, ...)
{
	va_list ap;

	c->id = id;
	if (c->quiet)
		return CONV_FAIL;
	mem_free(c->message);
	va_start(ap, fmt);
	if (vasprintf(&c->message, fmt, ap) < 0)
		c->message = NULL;
	va_end(ap);
	return CONV_FAIL;
}

/* As .NET's own ToString() says it. */
static char *
message_text(struct value v)
{
	struct value text = VALUE_NULL;
	char *out;

	if (value_to_string(NULL, v, &text) != FLOW_MORE ||
	    !value_is_string(text))
		return mem_strdup(v.type == NULL ? "" : v.type->name);
	out = mem_strndup(value_chars(text), value_chars_len(text));
	value_unref(text);
	return out;
}

enum conv
conv_fail_value(struct conv_state *c, const char *id, struct value v,
    const struct type *to, const char *why)
{
	char *text, *copy;

	if (c->quiet) {
		c->id = id;
		return CONV_FAIL;
	}
	text = message_text(v);
	copy = mem_strdup(why); /* may be c->message itself */
	(void)conv_fail(c, id,
	    "Cannot convert value \"%s\" to type \"%s\". Error: \"%s\"", text,
	    to->name, copy);
	mem_free(copy);
	mem_free(text);
	return CONV_FAIL;
}

enum conv
conv_fail_final(struct conv_state *c, struct value v, const struct type *to)
{
	char *text;
	const struct type *t = value_type(v);

	if (c->quiet) {
		c->id = "ConvertToFinalInvalidCastException";
		return CONV_FAIL;
	}
	text = message_text(v);
	(void)conv_fail(c, "ConvertToFinalInvalidCastException",
	    "Cannot convert the \"%s\" value of type \"%s\" to type \"%s\".",
	    text, t == NULL ? "null" : t->name,
	    to == &type_runtime ? "System.Type" : to->name);
	mem_free(text);
	return CONV_FAIL;
}

void
conv_clear(struct conv_state *c)
{
	mem_free(c->message);
	c->message = NULL;
	c->id = NULL;
}

enum flow
conv_raise(struct conv_state *c)
{
	enum flow flow;

	flow = run_throw(c->run,
	    "System.Management.Automation.PSInvalidCastException",
	    c->id == NULL ? "InvalidCast" : c->id, "InvalidArgument", "%s",
	    c->message == NULL ? "" : c->message);
	conv_clear(c);
	return flow;
}

/* --- truth --- */

enum flow
value_truth(struct run *r, struct value v, bool *truep)
{
	double d;

	if (v.type == NULL || v.type == &type_void) {
		*truep = false;
		return FLOW_MORE;
	}
	switch ((int)v.type->kind) {
	case TYPE_KIND_BOOL:
		*truep = v.u.b;
		return FLOW_MORE;
	case TYPE_KIND_INT:
	case TYPE_KIND_ENUM:
		*truep = v.u.i != 0;
		return FLOW_MORE;
	case TYPE_KIND_CHAR:
		*truep = v.u.c != 0;
		return FLOW_MORE;
	case TYPE_KIND_FLOAT:
	case TYPE_KIND_DECIMAL:
	case TYPE_KIND_BIGINT:
		(void)number_double(v, &d);
		*truep = d != 0;
		return FLOW_MORE;
	case TYPE_KIND_STRING:
		*truep = value_chars_len(v) > 0;
		return FLOW_MORE;
	case TYPE_KIND_WRAPPER:
		return value_truth(r, wrapper_of(v)->base, truep);
	case TYPE_KIND_ARRAY:
	case TYPE_KIND_LIST: {
		struct list *l = list_of(v);

		if (l->count == 0) {
			*truep = false;
			return FLOW_MORE;
		}
		if (l->count == 1) {
			struct value one = value_base(l->items[0]);

			/* a list in a list is not looked into */
			if (value_is_list(one)) {
				*truep = list_of(one)->count > 0;
				return FLOW_MORE;
			}
			return value_truth(r, one, truep);
		}
		*truep = true;
		return FLOW_MORE;
	}
	case TYPE_KIND_BYTES:
		*truep = bytes_of(v)->len > 1 ||
		    (bytes_of(v)->len == 1 && bytes_of(v)->data[0] != 0);
		return FLOW_MORE;
	default:
		break;
	}
	if (v.type->ops != NULL && v.type->ops->convert_to != NULL) {
		struct value out = VALUE_NULL;
		bool ok = false;
		enum flow flow = v.type->ops->convert_to(r, v, &type_bool, &out,
		    &ok);

		if (flow != FLOW_MORE)
			return flow;
		if (ok) {
			*truep = out.u.b;
			return FLOW_MORE;
		}
	}
	*truep = true;
	return FLOW_MORE;
}

/* --- arrays --- */

static enum conv
list_from(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp)
{
	const struct type *element =
	    to->element == NULL ? &type_system_object : to->element;
	struct list *from = list_of(v), *l;
	enum conv rc;
	size_t i;

	l = list_new(to, from->count);
	for (i = 0; i < from->count; i++) {
		struct value item = VALUE_NULL;

		rc = convert(c, from->items[i], element, &item);
		if (rc != CONV_OK) {
			value_unref(list_value(l));
			return rc;
		}
		list_add_take(l, item);
	}
	*outp = list_value(l);
	return CONV_OK;
}

static enum conv
to_bytes(struct conv_state *c, struct value v, struct value *outp)
{
	struct value one = VALUE_NULL, out;
	struct list *l;
	enum conv rc;
	size_t i;

	if (!value_is_list(v)) {
		rc = convert(c, v, &type_byte, &one);
		if (rc != CONV_OK)
			return rc == CONV_LEAVE ? rc :
						  conv_fail_value(c,
						      "InvalidCastException"
						      "ScalarToArray",
						      v, &type_bytes,
						      c->message == NULL ?
							  "" :
							  c->message);
		*outp = value_bytes(NULL, 1);
		bytes_of(*outp)->data[0] = (uint8_t)one.u.i;
		return CONV_OK;
	}
	l = list_of(v);
	out = value_bytes(NULL, l->count);
	for (i = 0; i < l->count; i++) {
		rc = convert(c, l->items[i], &type_byte, &one);
		if (rc != CONV_OK) {
			value_unref(out);
			return rc;
		}
		bytes_of(out)->data[i] = (uint8_t)one.u.i;
	}
	*outp = out;
	return CONV_OK;
}

/* A scalar that is no element of the array: why not, of the array. */
static enum conv
scalar_failed(struct conv_state *c, struct value v, const struct type *to)
{
	const char *id = c->id == NULL ? "" : c->id;

	if (strcmp(id, "ConvertToFinalInvalidCastException") == 0 ||
	    strcmp(id, "ObjectCreationError") == 0)
		return conv_fail_final(c, v, to);
	return conv_fail_value(c,
	    v.type->kind == TYPE_KIND_DATETIME ?
		"InvalidCastIConvertible" :
		"InvalidCastExceptionScalarToArray",
	    v, to, c->message == NULL ? "" : c->message);
}

static enum conv
to_array(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp)
{
	struct list *l = NULL;
	struct value one = VALUE_NULL, all;
	enum conv rc;

	if (to == &type_bytes && v.type != &type_bytes)
		return to_bytes(c, v, outp);
	if (value_is_list(v))
		return list_from(c, v, to, outp);
	if (value_is_string(v) && to->kind == TYPE_KIND_ARRAY &&
	    to->element == &type_char) {
		struct string *s = string_of(v);
		size_t i;

		l = list_new(to, s->units);
		for (i = 0; i < s->units; i++)
			list_add_take(l, value_char(string_unit(s, i)));
		*outp = list_value(l);
		return CONV_OK;
	}
	if (to == &type_arraylist && value_is_dict(v)) {
		all = dict_pairs(v);
		rc = list_from(c, all, to, outp);
		value_unref(all);
		return rc;
	}
	if (to->kind == TYPE_KIND_LIST && !value_unrolls(v) &&
	    (to == &type_arraylist || v.type->kind == TYPE_KIND_BOOL ||
		v.type->kind == TYPE_KIND_CHAR ||
		v.type->kind == TYPE_KIND_ENUM))
		return to_container(c, v, to, outp);
	if (value_unrolls(v)) {
		if (collect(c->run, v, &l) != FLOW_MORE)
			return CONV_LEAVE;
		all = list_value(l);
		rc = list_from(c, all, to, outp);
		value_unref(all);
		return rc;
	}
	rc = convert(c, v, to->element, &one);
	if (rc == CONV_FAIL && to->kind == TYPE_KIND_ARRAY)
		return scalar_failed(c, v, to);
	if (rc != CONV_OK)
		return rc;
	l = list_new(to, 1);
	list_add_take(l, one);
	*outp = list_value(l);
	return CONV_OK;
}

/* --- dictionaries --- */

static enum conv
dict_to_object(struct conv_state *c, struct value v, struct value *outp)
{
	struct object *o = object_new(NULL);
	struct dict *d = dict_of(v);
	struct dict_entry *e;
	size_t pos;

	(void)c;
	DICT_EACH(e, d, pos) {
		char *name = value_text_plain(e->key);

		object_set(o, name, e->value);
		mem_free(name);
	}
	*outp = object_value(o);
	return CONV_OK;
}

static enum conv
dict_to_dict(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp)
{
	struct dict *from = dict_of(v), *d = dict_new(to);
	struct dict_entry *e;
	size_t pos;
	enum conv rc = CONV_OK;

	d->ignore_case = to->key == NULL;
	DICT_EACH(e, from, pos) {
		struct value key = VALUE_NULL, item = VALUE_NULL;

		rc = to->key == NULL ?
		    (key = value_ref(e->key), CONV_OK) :
		    convert(c, e->key, to->key, &key);
		if (rc == CONV_OK)
			rc = to->element == NULL ?
			    (item = value_ref(e->value), CONV_OK) :
			    convert(c, e->value, to->element, &item);
		if (rc != CONV_OK) {
			value_unref(key);
			value_unref(dict_value(d));
			return rc;
		}
		dict_set_take(d, key, item);
		value_unref(key);
	}
	*outp = dict_value(d);
	return CONV_OK;
}

/* A dictionary or property bag makes an object: new(), then its properties. */
static enum conv
fill_object(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp)
{
	struct value made = VALUE_NULL;
	struct dict_entry *e;
	struct run *r = c->run;
	bool found;
	size_t pos;
	char *name;

	if (!type_has_constructor(to, 0)) {
		if ((to->flags & TYPE_VALUETYPE) == 0)
			return conv_fail_final(c, v, to);
		DICT_EACH(e, dict_of(v), pos) {
			struct buf b = { 0 };
			enum conv rc;

			name = value_text_plain(e->key);
			type_settable(to, &b);
			rc = conv_fail(c, "ObjectCreationError",
			    "Cannot create object of type \"%s\". The "
			    "property '%s' was not found for the '%s' "
			    "object. %s", to->name, name, to->name,
			    buf_text(&b));
			buf_clear(&b);
			mem_free(name);
			return rc;
		}
	}
	if (type_construct(r, to, NULL, 0, &made) != FLOW_MORE)
		return CONV_LEAVE;
	DICT_EACH(e, dict_of(v), pos) {
		struct value old = VALUE_NULL;

		name = value_text_plain(e->key);
		if (value_get_member(r, made, name, &old, &found) !=
			FLOW_MORE ||
		    (found &&
			value_set_member(r, made, name, e->value) !=
			    FLOW_MORE)) {
			mem_free(name);
			value_unref(old);
			value_unref(made);
			return CONV_LEAVE;
		}
		value_unref(old);
		if (!found) {
			struct buf b = { 0 };

			type_settable(to, &b);
			(void)conv_fail(c, "ObjectCreationError",
			    "Cannot create object of type \"%s\". The "
			    "property '%s' was not found for the '%s' "
			    "object. %s", to->name, name, to->name,
			    buf_text(&b));
			buf_clear(&b);
			mem_free(name);
			value_unref(made);
			return CONV_FAIL;
		}
		mem_free(name);
	}
	*outp = made;
	return CONV_OK;
}

/* --- the way --- */

static enum conv
from_null(struct conv_state *c, const struct type *to, struct value *outp)
{
	struct buf b = { 0 };

	*outp = VALUE_NULL;
	if (to == &type_switch) {
		*outp = value_bool(false);
		outp->type = &type_switch;
		return CONV_OK;
	}
	switch ((int)to->kind) {
	case TYPE_KIND_STRING:
		*outp = value_string("");
		return CONV_OK;
	case TYPE_KIND_BOOL:
		*outp = value_bool(false);
		return CONV_OK;
	case TYPE_KIND_CHAR:
		*outp = value_char(0);
		return CONV_OK;
	case TYPE_KIND_INT:
	case TYPE_KIND_FLOAT:
	case TYPE_KIND_DECIMAL:
	case TYPE_KIND_BIGINT:
		return convert_number(c, value_int(0), to, outp);
	case TYPE_KIND_ENUM:
		enum_names(to, ",", &b);
		(void)conv_fail(c, "nullToEnumInvalidCast",
		    "Cannot convert null to type \"%s\" due to enumeration "
		    "values that are not valid. Specify one of the following "
		    "enumeration values and try again. The possible "
		    "enumeration values are \"%s\".", to->name, buf_text(&b));
		buf_clear(&b);
		return CONV_FAIL;
	default:
		break;
	}
	if ((to->flags & TYPE_VALUETYPE) != 0 && to->definition != &type_nullable)
		return conv_fail(c, "nullToObjectInvalidCast",
		    "Cannot convert null to type \"%s\".", to->name);
	return CONV_OK;
}

static enum conv
by_ops(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp, bool *donep)
{
	const struct type *t;
	enum flow flow;
	bool ok = false;

	for (t = v.type; t != NULL; t = t->base) {
		if (t->ops != NULL && t->ops->convert_to != NULL) {
			flow = t->ops->convert_to(c->run, v, to, outp, &ok);
			if (flow != FLOW_MORE)
				return CONV_LEAVE;
			if (ok) {
				*donep = true;
				return CONV_OK;
			}
			break;
		}
	}
	if (to->ops != NULL && to->ops->convert_from != NULL) {
		flow = to->ops->convert_from(c->run, to, v, outp, &ok);
		if (flow != FLOW_MORE)
			return CONV_LEAVE;
		if (ok) {
			*donep = true;
			return CONV_OK;
		}
	}
	return CONV_OK;
}

static bool
is_numeric_target(const struct type *to)
{
	return type_is_number(to) || to->kind == TYPE_KIND_CHAR;
}

static enum conv
to_char(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp)
{
	const struct string *s = string_of(v);

	if (s->units != 1)
		return conv_fail_value(c, "InvalidCastParseTargetInvocation",
		    v, to, "String must be exactly one character long.");
	*outp = value_char(string_unit(s, 0));
	return CONV_OK;
}

/* A list of one stands for its item where the target takes no list. */
static enum conv
list_to_scalar(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp)
{
	struct conv_state inner = { .run = c->run, .quiet = true };
	struct value text;
	enum conv rc;

	if (to->kind == TYPE_KIND_ENUM) {
		struct value comma = value_string(",");
		enum flow flow = op_join(c->run, v, &comma, &text);

		value_unref(comma);
		if (flow != FLOW_MORE)
			return CONV_LEAVE;
		rc = convert_enum(c, text, to, outp);
		value_unref(text);
		return rc;
	}
	if (list_of(v)->count == 1 && !type_is_number(to) &&
	    to != &type_regex && to != &type_semver && to != &type_uri &&
	    to != &type_ipaddress &&
	    to->kind != TYPE_KIND_DATETIME &&
	    to->kind != TYPE_KIND_TIMESPAN) {
		rc = convert(&inner, list_of(v)->items[0], to, outp);
		conv_clear(&inner);
		if (rc != CONV_FAIL)
			return rc;
	}
	return conv_fail_final(c, v, to);
}

static bool
is_plain(const struct type *t)
{
	return t->kind != TYPE_KIND_CLASS && t->kind != TYPE_KIND_DICT &&
	    t->kind != TYPE_KIND_OBJECT;
}

/* Numbers and characters; *donep where this decided. */
static enum conv
to_numeric(struct conv_state *c, struct value base, const struct type *to,
    struct value *outp, bool *donep)
{
	*donep = true;
	if (type_is_number(base.type) || base.type->kind == TYPE_KIND_BOOL ||
	    base.type->kind == TYPE_KIND_ENUM ||
	    base.type->kind == TYPE_KIND_CHAR)
		return convert_number(c, base, to, outp);
	if (value_is_string(base) && to->kind == TYPE_KIND_CHAR)
		return to_char(c, base, to, outp);
	if (value_is_string(base))
		return convert_string_number(c, base, to, outp);
	*donep = false;
	return CONV_OK;
}

static enum conv
from_dict(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp)
{
	struct value base = value_base(v);

	if (to == &type_object)
		return dict_to_object(c, base, outp);
	if (to->kind == TYPE_KIND_DICT)
		return dict_to_dict(c, base, to, outp);
	if (to->kind != TYPE_KIND_INTERFACE && !(to->flags & TYPE_ABSTRACT) &&
	    to->kind != TYPE_KIND_INT && to->kind != TYPE_KIND_FLOAT &&
	    to->kind != TYPE_KIND_CHAR)
		return fill_object(c, base, to, outp);
	return conv_fail_final(c, v, to);
}

/* By what the target is; what v is has had its say. */
static enum conv
by_target(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp)
{
	struct value base = value_base(v);
	bool done = false, truth;
	enum conv rc;

	if (to == &type_string)
		return value_text(c->run, v, outp) == FLOW_MORE ? CONV_OK :
								  CONV_LEAVE;
	if (to == &type_bool) {
		if (value_truth(c->run, base, &truth) != FLOW_MORE)
			return CONV_LEAVE;
		*outp = value_bool(truth);
		return CONV_OK;
	}
	if (to->kind == TYPE_KIND_ARRAY || to->kind == TYPE_KIND_BYTES ||
	    to->kind == TYPE_KIND_LIST)
		return to_array(c, base, to, outp);
	if (to->kind == TYPE_KIND_ENUM && !value_is_list(base) &&
	    is_plain(base.type))
		return convert_enum(c, base, to, outp);
	if (is_numeric_target(to)) {
		rc = to_numeric(c, base, to, outp, &done);
		if (done)
			return rc;
	}
	if (value_is_dict(base))
		return from_dict(c, v, to, outp);
	if (value_is_list(base) && to->kind != TYPE_KIND_INTERFACE)
		return list_to_scalar(c, base, to, outp);
	if (to == &type_object) {
		*outp = value_ref(v);
		return CONV_OK;
	}
	return convert_class(c, v, to, outp);
}

enum conv
convert(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp)
{
	struct value base = value_base(v);
	bool done = false;
	enum conv rc;

	if (v.type == to) {
		*outp = value_ref(v);
		return CONV_OK;
	}
	if (to == &type_system_object || to == NULL) {
		*outp = value_ref(v.type == &type_void ? VALUE_NULL : v);
		return CONV_OK;
	}
	if (to == &type_psobject) {
		*outp = value_is_nothing(v) ? VALUE_NULL : value_wrap(v);
		return CONV_OK;
	}
	if (value_is_nothing(base))
		return from_null(c, to, outp);
	if (to->definition == &type_nullable)
		return convert(c, v, to->element, outp);
	if (type_is_a(base.type, to) ||
	    (to == &type_idictionary && value_is_dict(base)) ||
	    ((to == &type_ienumerable || to == &type_icollection ||
		 to == &type_ilist) &&
		value_is_list(base))) {
		*outp = value_ref(base);
		return CONV_OK;
	}
	if (to == &type_array && !value_is_list(base))
		to = &type_list;
	rc = by_ops(c, base, to, outp, &done);
	if (rc != CONV_OK || done)
		return rc;
	if (c->id != NULL && c->message != NULL)
		conv_clear(c);
	return by_target(c, v, to, outp);
}

enum flow
value_try_convert(struct run *r, struct value v, const struct type *to,
    struct value *outp, bool *okp)
{
	struct conv_state c = { .run = r, .quiet = true };
	enum conv rc = convert(&c, v, to, outp);

	conv_clear(&c);
	*okp = rc == CONV_OK;
	return rc == CONV_LEAVE ? FLOW_LEAVE : FLOW_MORE;
}

enum flow
value_convert(struct run *r, struct value v, const struct type *to,
    struct value *outp)
{
	struct conv_state c = { .run = r };

	switch ((int)convert(&c, v, to, outp)) {
	case CONV_OK:
		conv_clear(&c);
		return FLOW_MORE;
	case CONV_LEAVE:
		conv_clear(&c);
		return FLOW_LEAVE;
	default:
		return conv_raise(&c);
	}
}

enum flow
value_to_int(struct run *r, struct value v, int64_t *ip)
{
	struct value out = VALUE_NULL;
	enum flow flow;

	if (is_integer(v.type)) {
		*ip = v.u.i;
		return FLOW_MORE;
	}
	flow = value_convert(r, v, &type_long, &out);
	if (flow == FLOW_MORE)
		*ip = out.u.i;
	return flow;
}
