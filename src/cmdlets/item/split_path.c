/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Split-Path, Join-Path. */
#include "config.h"

#include <string.h>

#include "cmdlets/item/item_internal.h"
#include "core/buf.h"
#include "core/list.h"
#include "core/mem.h"
#include "types/types.h"

enum {
	S_PATH,
	S_LITERAL_PATH,
	S_QUALIFIER,
	S_NO_QUALIFIER,
	S_PARENT,
	S_LEAF,
	S_LEAF_BASE,
	S_EXTENSION,
	S_RESOLVE,
	S_IS_ABSOLUTE,
	S_CREDENTIAL,
};

static const struct param_spec split_params[] = {
	{ "Path", "string[]", NULL,
	    "ExtensionSet/0mvp IsAbsoluteSet/0mvp LeafBaseSet/0mvp LeafSet/0mvp NoQualifierSet/0mvp ParentSet/0mvp QualifierSet/0mvp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralPathSet/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Qualifier", "switch", NULL,
	    "QualifierSet/mp", 0, NULL, 0, 0,
	    "qualifier" },
	{ "NoQualifier", "switch", NULL,
	    "NoQualifierSet/mp", 0, NULL, 0, 0,
	    "noqualifier" },
	{ "Parent", "switch", NULL,
	    "ParentSet/p", 0, NULL, 0, 0,
	    "parent" },
	{ "Leaf", "switch", NULL,
	    "LeafSet/mp", 0, NULL, 0, 0,
	    "leaf" },
	{ "LeafBase", "switch", NULL,
	    "LeafBaseSet/mp", 0, NULL, 0, 0,
	    "leafbase" },
	{ "Extension", "switch", NULL,
	    "ExtensionSet/mp", 0, NULL, 0, 0,
	    "extension" },
	{ "Resolve", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "gives existing items" },
	{ "IsAbsolute", "switch", NULL,
	    "IsAbsoluteSet/m", 0, NULL, 0, 0,
	    "isabsolute" },
	{ "Credential", "pscredential", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "who to act as" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

/* Slashes of either kind become /. Owned. */
static char *
slashed(const char *text)
{
	char *s = mem_strdup(text);

	for (char *at = s; *at != '\0'; at++)
		if (*at == '\\')
			*at = '/';
	return s;
}

/* The length of "X:" or "provider::" in front; 0 where there is none. */
static size_t
qualifier_length(const char *s)
{
	const char *two = strstr(s, "::");
	const char *colon = strchr(s, ':');

	if (two != NULL)
		return (size_t)(two - s) + 2;
	if (colon == NULL || colon == s ||
	    memchr(s, '/', (size_t)(colon - s)) != NULL)
		return 0;
	return (size_t)(colon - s) + 1;
}

/* A drive that is named must be there. */
static enum flow
check_drive(struct call *c, const char *text, bool *okp)
{
	struct place p;
	enum flow flow = place_parse(c, text, &p, okp);

	place_clear(&p);
	return flow;
}

static void
parent_of(const char *s, struct buf *out)
{
	size_t head = qualifier_length(s), len = strlen(s);

	while (len > head + 1 && s[len - 1] == '/')
		len--;
	while (len > head && s[len - 1] != '/')
		len--;
	if (len == head && head > 0 && s[head] != '\0') {
		buf_add(out, s, head); /* C:x is below C: */
		return;
	}
	if (len == head + 1 && strlen(s) == len)
		return; /* the root has none */
	while (len > head + 1 && s[len - 1] == '/')
		len--;
	buf_add(out, s, len);
}

static void
leaf_of(const char *s, struct buf *out)
{
	size_t len = strlen(s), head = qualifier_length(s), from;

	while (len > head + 1 && s[len - 1] == '/')
		len--;
	for (from = len; from > head && s[from - 1] != '/'; from--)
		continue;
	if (from == len && len == 1 && s[0] == '/')
		from = 0; /* the leaf of / is / */
	buf_add(out, s + from, len - from);
}

static enum flow
no_qualifier(struct call *c, const char *text)
{
	struct value target = value_string(text);
	char *message = mem_printf("Cannot parse path because path '%s' does "
				   "not have a qualifier specified.", text);
	struct error_spec spec = { .exception = "System.FormatException",
		.id = "ParsePathFormatError", .category = "InvalidArgument",
		.target = target, .message = message };
	enum flow flow = call_error(c, &spec);

	mem_free(message);
	value_unref(target);
	return flow;
}

static enum flow
split_text(struct call *c, const char *text)
{
	char *s = slashed(text);
	size_t head = qualifier_length(s);
	struct buf b = { 0 };
	const char *dot;
	bool ok = true;
	enum flow flow = FLOW_MORE;

	if (head > 0 && !call_switch(c, S_QUALIFIER) &&
	    !call_switch(c, S_NO_QUALIFIER) && !call_switch(c, S_IS_ABSOLUTE))
		flow = check_drive(c, s, &ok);
	if (flow != FLOW_MORE || !ok) {
		mem_free(s);
		return flow;
	}
	if (call_switch(c, S_QUALIFIER)) {
		if (head == 0) {
			flow = no_qualifier(c, text);
			mem_free(s);
			return flow;
		}
		buf_add(&b, s, head);
	} else if (call_switch(c, S_NO_QUALIFIER)) {
		buf_add_str(&b, s + head);
	} else if (call_switch(c, S_IS_ABSOLUTE)) {
		mem_free(s);
		return call_emit(c, value_bool(text[0] == '/' || head > 0));
	} else if (call_switch(c, S_LEAF)) {
		leaf_of(s, &b);
	} else if (call_switch(c, S_LEAF_BASE) || call_switch(c, S_EXTENSION)) {
		leaf_of(s, &b);
		dot = strrchr(buf_text(&b), '.');
		if (call_switch(c, S_EXTENSION))
			buf_consume(&b, dot == NULL ? b.len :
				(size_t)(dot - b.data));
		else if (dot != NULL)
			buf_truncate(&b, (size_t)(dot - b.data));
	} else {
		parent_of(s, &b);
	}
	mem_free(s);
	flow = call_emit_take(c, value_string_n(buf_text(&b), b.len));
	buf_clear(&b);
	return flow;
}

static enum flow
split_resolved(struct call *c, const struct place *p, void *arg)
{
	char *text = place_text(p);
	enum flow flow = split_text(c, text);

	(void)arg;
	mem_free(text);
	return flow;
}

static enum flow
split_process(struct call *c)
{
	bool literal = call_bound(c, S_LITERAL_PATH);
	struct value v = value_base(call_param(c,
	    literal ? S_LITERAL_PATH : S_PATH));
	enum flow flow = FLOW_MORE;

	if (call_switch(c, S_RESOLVE))
		return place_each_of(c, S_PATH, S_LITERAL_PATH, 0, NULL,
		    split_resolved, NULL);
	for (size_t i = 0; value_is_list(v) && i < list_of(v)->count &&
	     flow == FLOW_MORE; i++)
		flow = split_text(c, value_chars(list_of(v)->items[i]));
	return flow;
}

const struct cmdlet cmdlet_split_path = {
	.name = "Split-Path",
	.class_name = "Microsoft.PowerShell.Commands.SplitPathCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "ParentSet",
	.params = split_params,
	.synopsis = "Gives a part of a path",
	.process = split_process,
};

enum {
	J_PATH,
	J_CHILD_PATH,
	J_ADDITIONAL_CHILD_PATH,
	J_RESOLVE,
	J_CREDENTIAL,
};

static const struct param_spec join_params[] = {
	{ "Path", "string[]", "PSPath",
	    "*/0mvp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "ChildPath", "string[]", NULL,
	    "*/1mp", PARAM_ALLOW_NULL | PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "childpath" },
	{ "AdditionalChildPath", "string[]", NULL,
	    "*/2pr", PARAM_ALLOW_NULL | PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "additionalchildpath" },
	{ "Resolve", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "gives existing items" },
	{ "Credential", "pscredential", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "who to act as" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static void
join_part(struct buf *b, const char *text)
{
	char *s = slashed(text);
	const char *from = s;

	if (b->len > 0 && b->data[b->len - 1] != '/')
		buf_add_byte(b, '/');
	while (*from == '/')
		from++;
	buf_add_str(b, from);
	mem_free(s);
}

static void
join_all(struct buf *b, struct value v)
{
	v = value_base(v);
	if (value_is_string(v))
		join_part(b, value_chars(v));
	for (size_t i = 0; value_is_list(v) && i < list_of(v)->count; i++) {
		struct value one = value_base(list_of(v)->items[i]);

		join_part(b, value_is_string(one) ? value_chars(one) : "");
	}
}

static enum flow
join_resolved(struct call *c, const struct place *p, void *arg)
{
	(void)arg;
	return call_emit_take(c, value_string_take(place_text(p)));
}

static enum flow
join_process(struct call *c)
{
	struct value v = value_base(call_param(c, J_PATH));
	enum flow flow = FLOW_MORE;

	for (size_t i = 0; value_is_list(v) && i < list_of(v)->count &&
	     flow == FLOW_MORE; i++) {
		struct buf b = { 0 };
		char *first = slashed(value_chars(list_of(v)->items[i]));
		bool ok = true;

		buf_add_str(&b, first);
		if (qualifier_length(first) > 0)
			flow = check_drive(c, first, &ok);
		mem_free(first);
		if (flow == FLOW_MORE && ok) {
			join_all(&b, call_param(c, J_CHILD_PATH));
			join_all(&b, call_param(c, J_ADDITIONAL_CHILD_PATH));
			flow = call_switch(c, J_RESOLVE) ?
			    place_each(c, buf_text(&b), 0, NULL,
				join_resolved, NULL) :
			    call_emit_take(c,
				value_string_n(buf_text(&b), b.len));
		}
		buf_clear(&b);
	}
	return flow;
}

const struct cmdlet cmdlet_join_path = {
	.name = "Join-Path",
	.class_name = "Microsoft.PowerShell.Commands.JoinPathCommand",
	.module = "Microsoft.PowerShell.Management",
	.params = join_params,
	.synopsis = "Puts a path together",
	.process = join_process,
};
