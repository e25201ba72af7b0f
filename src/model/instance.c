/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Defaults, validation and what is shown, driven by a noun's rows. */
#include "config.h"

#include <arpa/inet.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/list.h"
#include "core/mem.h"
#include "core/string.h"
#include "core/type.h"
#include "model/instance.h"

/* LIMIT: elements of a list property; bytes of a text. */
#define LIST_MAX 1024
#define TEXT_MAX 8192

/* --- initial values --- */

static struct value
words(const char *text)
{
	struct list *l = list_new(NULL, 2);
	size_t len;

	while (text != NULL && *text != '\0') {
		len = strcspn(text, " ");
		list_add_take(l, value_string_n(text, len));
		text += len + (text[len] == ' ' ? 1 : 0);
	}
	return list_value(l);
}

static bool
is_list_kind(enum prop_kind kind)
{
	return kind == PROP_DOMAINS || kind == PROP_STRINGS ||
	    kind == PROP_ADDRESSES || kind == PROP_SERVERS;
}

static struct value
number(int64_t i)
{
	return i > INT32_MAX ? value_long(i) : value_int((int32_t)i);
}

static struct value
initial(const struct prop_spec *p)
{
	if (is_list_kind(p->kind))
		return words(p->initial);
	if (p->initial == NULL)
		return VALUE_NULL;
	if (p->kind == PROP_BOOL)
		return value_bool(strcmp(p->initial, "True") == 0);
	if (p->kind == PROP_UINT || p->kind == PROP_PORT)
		return number(strtoll(p->initial, NULL, 10));
	return value_string(p->initial);
}

struct dict *
instance_new(const struct noun *n, const struct identity *id)
{
	struct dict *d = dict_new(NULL);
	const struct prop_spec *p;

	for (p = n->props; p->name != NULL; p++)
		dict_set_str_take(d, p->name,
		    (p->flags & PROP_KEY) != 0 ? value_string(id->name)
					       : initial(p));
	dict_set_str_take(d, "Identity", value_string(id->text));
	return d;
}

void
instance_reset(const struct noun *n, struct dict *object)
{
	const struct prop_spec *p;

	for (p = n->props; p->name != NULL; p++)
		if ((p->flags & (PROP_KEY | PROP_SHOWN | PROP_INTERNAL)) == 0 &&
		    p->kind != PROP_SECRET)
			dict_set_str_take(object, p->name, initial(p));
}

struct value
instance_get(
    const struct noun *n, const struct dict *object, const char *name)
{
	struct value v = dict_peek(object, name);
	const struct prop_spec *p;

	if (!value_is_null(v))
		return value_ref(v);
	p = noun_prop(n, name);
	return p != NULL ? initial(p) : VALUE_NULL;
}

bool
instance_bool(
    const struct noun *n, const struct dict *object, const char *name)
{
	struct value v = instance_get(n, object, name);
	bool is = v.type == &type_bool && v.u.b;

	value_unref(v);
	return is;
}

const char *
instance_text(const struct dict *object, const char *name)
{
	return value_chars(dict_peek(object, name));
}

/* --- conversion of one property --- */

static int
fail(const struct prop_spec *p, const char *wanted, struct value v,
    struct fault *f)
{
	const char *text = value_chars(v);

	return fault_set(f, FAULT_INVALID, "%s takes %s%s%.100s%s", p->name,
	    wanted, text != NULL ? ", not \"" : "", text != NULL ? text : "",
	    text != NULL ? "\"" : "");
}

static int
to_bool(const struct prop_spec *p, struct value v, struct value *outp,
    struct fault *f)
{
	const char *text = value_chars(v);

	if (v.type == &type_bool)
		*outp = v;
	else if (v.type != NULL && v.type->kind == TYPE_KIND_INT)
		*outp = value_bool(v.u.i != 0);
	else if (text != NULL && strcasecmp(text, "true") == 0)
		*outp = value_bool(true);
	else if (text != NULL && strcasecmp(text, "false") == 0)
		*outp = value_bool(false);
	else
		return fail(p, "$true or $false", v, f);
	return 0;
}

static int
to_uint(const struct prop_spec *p, struct value v, struct value *outp,
    struct fault *f)
{
	int64_t min = p->min, max = p->max, i;
	const char *text = value_chars(v);
	char *end = NULL;

	if (p->kind == PROP_PORT)
		max = UINT16_MAX;
	else if (max == 0)
		max = UINT32_MAX;
	if (v.type != NULL && v.type->kind == TYPE_KIND_INT)
		i = v.u.i;
	else if (v.type == &type_double && v.u.d >= 0 && v.u.d <= UINT32_MAX)
		i = (int64_t)v.u.d;
	else if (text != NULL) {
		errno = 0;
		i = strtoll(text, &end, 10);
		if (errno != 0 || end == text || *end != '\0')
			return fail(p, "a number", v, f);
	} else
		return fail(p, "a number", v, f);
	if (i < min || i > max)
		return fault_set(f, FAULT_LIMIT,
		    "%s takes a number from %lld to %lld, not %lld", p->name,
		    (long long)min, (long long)max, (long long)i);
	*outp = number(i);
	return 0;
}

static int
to_enum(const struct prop_spec *p, struct value v, struct value *outp,
    struct fault *f)
{
	const char *text = value_chars(v);
	struct buf b = { .data = NULL };
	size_t i;
	int rc;

	for (i = 0; text != NULL && p->values[i] != NULL; i++)
		if (string_equal_ci(p->values[i], text)) {
			*outp = value_string(p->values[i]);
			return 0;
		}
	for (i = 0; p->values[i] != NULL; i++)
		buf_printf(&b, "%s%s", i == 0 ? "one of " : ", ", p->values[i]);
	rc = fail(p, buf_text(&b), v, f);
	buf_clear(&b);
	return rc;
}

static int
to_domain(const struct prop_spec *p, struct value v, const char *prefix,
    struct value *outp, struct fault *f)
{
	const char *text = value_chars(v);
	size_t len = strlen(prefix);
	char *domain;

	if (text == NULL)
		return fail(p, "a domain name", v, f);
	if (strncasecmp(text, prefix, len) == 0)
		text += len;
	if ((domain = identity_domain(text, f)) == NULL)
		return fault_within(f, "%s", p->name);
	*outp = value_printf("%s%s", prefix, domain);
	mem_free(domain);
	return 0;
}

static bool
is_address(const char *text)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, text, bytes) == 1 ||
	    inet_pton(AF_INET6, text, bytes) == 1;
}

/* address, address@port */
static bool
is_server(const char *text)
{
	const char *at = strchr(text, '@');
	char *address = at == NULL ? mem_strdup(text)
				   : mem_strndup(text, (size_t)(at - text));
	bool sound = is_address(address);
	long port;
	char *end;

	mem_free(address);
	if (at == NULL || !sound)
		return sound;
	port = strtol(at + 1, &end, 10);
	return at[1] >= '0' && at[1] <= '9' && *end == '\0' && port > 0 &&
	    port <= UINT16_MAX;
}

static int
to_text(const struct prop_spec *p, struct value v, struct value *outp,
    struct fault *f)
{
	const char *text = value_chars(v);

	if (text == NULL && v.type != NULL && v.type->kind == TYPE_KIND_INT) {
		*outp = value_printf("%lld", (long long)v.u.i);
		return 0;
	}
	if (text == NULL)
		return fail(p, "a text", v, f);
	if (value_chars_len(v) > TEXT_MAX)
		return fault_set(f, FAULT_LIMIT,
		    "%s takes at most %d bytes", p->name, TEXT_MAX);
	if ((p->kind == PROP_ADDRESSES && !is_address(text)))
		return fail(p, "IP addresses", v, f);
	if (p->kind == PROP_SERVERS && !is_server(text))
		return fail(p, "ADDRESS or ADDRESS@PORT", v, f);
	*outp = value_ref(v);
	return 0;
}

static int
to_element(const struct prop_spec *p, struct value v, struct value *outp,
    struct fault *f)
{
	if (p->kind == PROP_DOMAINS)
		return to_domain(p, v, "", outp, f);
	return to_text(p, v, outp, f);
}

/* --- lists --- */

static size_t
list_at(const struct list *l, struct value text)
{
	size_t i;

	for (i = 0; i < l->count; i++)
		if (string_equal_ci(value_chars(l->items[i]), value_chars(text)))
			break;
	return i;
}

/* Calls for each element of a list, or for v itself. */
static int
change_list(const struct prop_spec *p, struct list *l, struct value v,
    bool remove, struct fault *f)
{
	struct value element = VALUE_NULL;
	size_t i, at;

	if (value_is_null(v))
		return 0;
	if (value_is_list(v)) {
		for (i = 0; i < list_of(v)->count; i++)
			if (change_list(
				p, l, list_of(v)->items[i], remove, f) != 0)
				return -1;
		return 0;
	}
	if (to_element(p, v, &element, f) != 0)
		return -1;
	at = list_at(l, element);
	if (remove && at < l->count)
		list_remove(l, at);
	else if (!remove && at == l->count)
		list_add(l, element);
	value_unref(element);
	if (l->count > LIST_MAX)
		return fault_set(f, FAULT_LIMIT, "%s takes at most %d entries",
		    p->name, LIST_MAX);
	return 0;
}

/* @{Add=...; Remove=...; Replace=...} */
static int
apply_modifier(const struct prop_spec *p, struct list *l,
    const struct dict *modifier, struct fault *f)
{
	const struct dict_entry *e;
	size_t pos;

	DICT_EACH (e, modifier, pos) {
		const char *verb = value_chars(e->key);

		if (verb != NULL && strcasecmp(verb, "replace") == 0)
			list_truncate(l, 0);
		else if (verb == NULL ||
		    (strcasecmp(verb, "add") != 0 &&
			strcasecmp(verb, "remove") != 0))
			return fault_set(f, FAULT_INVALID,
			    "%s: a list is changed with Add, Remove or "
			    "Replace, not with \"%.60s\"",
			    p->name, verb != NULL ? verb : "?");
		if (change_list(p, l, e->value,
			strcasecmp(verb, "remove") == 0, f) != 0)
			return -1;
	}
	return 0;
}

static int
to_list(const struct prop_spec *p, struct value was, struct value v,
    struct value *outp, struct fault *f)
{
	struct list *l = list_new(NULL, 4);
	size_t i;
	int rc;

	if (value_is_dict(v)) {
		for (i = 0; value_is_list(was) && i < list_of(was)->count; i++)
			list_add(l, list_of(was)->items[i]);
		rc = apply_modifier(p, l, dict_of(v), f);
	} else
		rc = change_list(p, l, v, false, f);
	if (rc != 0) {
		value_unref(list_value(l));
		return -1;
	}
	*outp = list_value(l);
	return 0;
}

/* --- setting --- */

static int
convert(const struct prop_spec *p, struct value was, struct value v,
    struct value *outp, struct fault *f)
{
	if (is_list_kind(p->kind))
		return to_list(p, was, v, outp, f);
	if (value_is_null(v)) {
		if (p->kind == PROP_BOOL || p->kind == PROP_ENUM ||
		    (p->initial != NULL && p->kind != PROP_STRING))
			return fault_set(
			    f, FAULT_INVALID, "%s cannot be $null", p->name);
		*outp = VALUE_NULL;
		return 0;
	}
	switch (p->kind) {
	case PROP_BOOL:
		return to_bool(p, v, outp, f);
	case PROP_UINT:
	case PROP_PORT:
		return to_uint(p, v, outp, f);
	case PROP_ENUM:
		return to_enum(p, v, outp, f);
	case PROP_DOMAIN:
		return to_domain(p, v, "", outp, f);
	case PROP_ROUTE:
		return to_domain(p, v, "EdgeServer:", outp, f);
	case PROP_DATE:
		if (v.type != &type_datetime)
			return fail(p, "a date", v, f);
		*outp = v;
		return 0;
	case PROP_STRING:
	case PROP_SECRET:
	case PROP_DOMAINS:
	case PROP_STRINGS:
	case PROP_ADDRESSES:
	case PROP_SERVERS:
	case PROP_END:
		break;
	}
	return to_text(p, v, outp, f);
}

int
instance_set(const struct noun *n, struct dict *object, const char *name,
    struct value v, struct fault *f)
{
	const struct prop_spec *p = noun_prop(n, name);
	struct value out = VALUE_NULL;
	const char *text = value_chars(v);

	if (p == NULL)
		return fault_set(f, FAULT_INVALID, "%s has no property %s",
		    n->name, name);
	/* "" for a name or a number means none. */
	if (text != NULL && *text == '\0' && p->kind != PROP_STRING &&
	    p->kind != PROP_SECRET)
		v = VALUE_NULL;
	if (convert(p, dict_peek(object, p->name), v, &out, f) != 0)
		return -1;
	dict_set_str_take(object, p->name, out);
	return 0;
}

int
instance_check(const struct noun *n, const struct dict *object,
    struct buf *warning, struct fault *f)
{
	return n->check != NULL ? n->check(object, warning, f) : 0;
}

/* --- showing and taking back --- */

static struct value
shown(const struct noun *n, const struct dict *object,
    const struct prop_spec *p)
{
	struct value v = instance_get(n, object, p->name), copy;
	size_t i;

	if (p->kind == PROP_SECRET && !value_is_null(v)) {
		value_unref(v);
		return value_string(PROP_MASK);
	}
	if (!value_is_list(v))
		return v;
	/* A script may add to it; what is cached must not change. */
	copy = list_value(list_new(NULL, list_of(v)->count));
	for (i = 0; i < list_of(v)->count; i++)
		list_add(list_of(copy), list_of(v)->items[i]);
	value_unref(v);
	return copy;
}

struct value
instance_show(
    const struct noun *n, const struct dict *object, int64_t version)
{
	struct object *o = object_new(n->type_name);
	const struct prop_spec *p;
	struct member *m;

	for (p = n->props; p->name != NULL; p++) {
		if ((p->flags & PROP_INTERNAL) != 0)
			continue;
		m = object_add(o, p->name, MEMBER_PROPERTY);
		m->value = shown(n, object, p);
	}
	m = object_add(o, INSTANCE_VERSION, MEMBER_NOTE);
	m->value = value_long(version);
	m->hidden = true;
	return object_value(o);
}

int
instance_take_over(const struct noun *n, struct dict *object,
    const struct object *shown_object, int64_t *versionp, struct fault *f)
{
	struct value version = object_peek(shown_object, INSTANCE_VERSION);
	const struct prop_spec *p;
	struct value v;
	const char *text;

	*versionp = version.type == &type_long ? version.u.i : STORE_ANY;
	for (p = n->props; p->name != NULL; p++) {
		if ((p->flags & (PROP_KEY | PROP_SHOWN | PROP_INTERNAL)) != 0 ||
		    object_find(shown_object, p->name) == NULL)
			continue;
		v = object_peek(shown_object, p->name);
		text = value_chars(v);
		if (p->kind == PROP_SECRET &&
		    (text == NULL || strcmp(text, PROP_MASK) == 0))
			continue;
		if (instance_set(n, object, p->name, v, f) != 0)
			return -1;
	}
	return 0;
}

bool
instance_is_a(const struct noun *n, struct value v)
{
	return value_is_object(v) && object_has_type(object_of(v), n->type_name);
}
