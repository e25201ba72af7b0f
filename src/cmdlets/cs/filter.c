/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * -Filter {Enabled -eq $True -and RegistrarPool -like "a*"}: attributes,
 * operators and constants, no commands. Variables are read while parsing.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmdlets/cs/cs_internal.h"
#include "core/mem.h"
#include "core/string.h"
#include "types/types.h"

/* LIMIT: nesting of parentheses and -not. */
#define FILTER_DEPTH 64

enum filter_op {
	FILTER_AND,
	FILTER_OR,
	FILTER_NOT,
	FILTER_EQ,
	FILTER_NE,
	FILTER_GT,
	FILTER_GE,
	FILTER_LT,
	FILTER_LE,
	FILTER_LIKE,
	FILTER_NOTLIKE,
	FILTER_TRUE, /* the attribute itself */
};

static const struct op_row {
	const char *name;
	enum filter_op op;
} op_rows[] = {
	{ "eq", FILTER_EQ },
	{ "ne", FILTER_NE },
	{ "gt", FILTER_GT },
	{ "ge", FILTER_GE },
	{ "lt", FILTER_LT },
	{ "le", FILTER_LE },
	{ "like", FILTER_LIKE },
	{ "notlike", FILTER_NOTLIKE },
};

struct filter {
	enum filter_op op;
	struct filter *left, *right;
	const char *attribute; /* static: of the view */
	struct value constant;
};

struct parser {
	struct call *call;
	enum user_view view;
	const char *at;
	unsigned depth;
	struct fault *f;
};

void
filter_free(struct filter *f)
{
	if (f == NULL)
		return;
	filter_free(f->left);
	filter_free(f->right);
	value_unref(f->constant);
	mem_free(f);
}

static struct filter *
node(enum filter_op op, struct filter *left, struct filter *right)
{
	struct filter *n = mem_zalloc(sizeof(*n));

	n->op = op;
	n->left = left;
	n->right = right;
	return n;
}

static void
skip(struct parser *p)
{
	p->at += strspn(p->at, " \t\r\n");
}

static size_t
word_len(const char *s)
{
	size_t n = 0;

	while ((s[n] >= 'a' && s[n] <= 'z') || (s[n] >= 'A' && s[n] <= 'Z') ||
	    (s[n] >= '0' && s[n] <= '9') || s[n] == '_')
		n++;
	return n;
}

/* "-and": taken where it stands next. */
static bool
take_operator(struct parser *p, const char *name)
{
	size_t len = strlen(name);

	skip(p);
	if (*p->at != '-' || strncasecmp(p->at + 1, name, len) != 0 ||
	    word_len(p->at + 1) != len)
		return false;
	p->at += len + 1;
	return true;
}

static bool
fail(struct parser *p, const char *what)
{
	fault_set(p->f, FAULT_PARSE,
	    "-Filter: %s at \"%.40s\"; write it like {Enabled -eq $True -and "
	    "RegistrarPool -like \"pool*\"}",
	    what, *p->at != '\0' ? p->at : "the end");
	return false;
}

/* 'it''s', "x": no escapes but the doubled quote. */
static bool
parse_quoted(struct parser *p, struct value *outp)
{
	char quote = *p->at++;
	struct buf b = { .data = NULL };

	for (; *p->at != '\0'; p->at++) {
		if (*p->at != quote)
			buf_add_byte(&b, *p->at);
		else if (p->at[1] == quote)
			buf_add_byte(&b, *p->at++);
		else {
			p->at++;
			*outp = value_string(buf_text(&b));
			buf_clear(&b);
			return true;
		}
	}
	buf_clear(&b);
	return fail(p, "a quote is not closed");
}

/* $true, $null, $name, $name.Property */
static bool
parse_variable(struct parser *p, struct value *outp)
{
	struct run *r = call_run(p->call);
	size_t len = word_len(++p->at);
	char *name = mem_strndup(p->at, len);
	struct value v = VALUE_NULL, part;
	bool found = true;

	if (strcasecmp(name, "true") == 0)
		v = value_bool(true);
	else if (strcasecmp(name, "false") == 0)
		v = value_bool(false);
	else if (strcasecmp(name, "null") != 0 && r != NULL)
		found = r->ops->get_variable(r, name, &v);
	mem_free(name);
	if (len == 0)
		return fail(p, "a variable's name is missing");
	if (!found)
		v = VALUE_NULL;
	p->at += len;
	while (*p->at == '.' && (len = word_len(p->at + 1)) > 0) {
		name = mem_strndup(p->at + 1, len);
		p->at += len + 1;
		part = value_is_object(value_base(v))
		    ? object_get(object_of(value_base(v)), name)
		    : VALUE_NULL;
		mem_free(name);
		value_unref(v);
		v = part;
	}
	*outp = v;
	return true;
}

static bool
parse_constant(struct parser *p, struct value *outp)
{
	char *end;
	double d;
	size_t len;

	skip(p);
	if (*p->at == '"' || *p->at == '\'')
		return parse_quoted(p, outp);
	if (*p->at == '$')
		return parse_variable(p, outp);
	d = strtod(p->at, &end);
	if (end != p->at) {
		*outp = value_double(d);
		p->at = end;
		return true;
	}
	/* A bare word: what older pages print. */
	len = strcspn(p->at, " \t\r\n()");
	if (len == 0)
		return fail(p, "a value is missing");
	*outp = value_string_n(p->at, len);
	p->at += len;
	return true;
}

static struct filter *
parse_comparison(struct parser *p)
{
	size_t len, i;
	char *name;
	const char *attribute;
	struct filter *n;

	skip(p);
	len = word_len(p->at);
	name = mem_strndup(p->at, len);
	attribute = user_attribute(p->view, name);
	mem_free(name);
	if (attribute == NULL) {
		(void)fail(p, len > 0 ? "no attribute has the name"
				      : "an attribute is missing");
		return NULL;
	}
	p->at += len;
	n = node(FILTER_TRUE, NULL, NULL);
	n->attribute = attribute;
	for (i = 0; i < sizeof(op_rows) / sizeof(op_rows[0]); i++)
		if (take_operator(p, op_rows[i].name)) {
			n->op = op_rows[i].op;
			if (parse_constant(p, &n->constant))
				return n;
			filter_free(n);
			return NULL;
		}
	return n;
}

static struct filter *parse_or(struct parser *p);

static struct filter *
parse_unary(struct parser *p)
{
	struct filter *n = NULL;

	if (++p->depth > FILTER_DEPTH) {
		(void)fail(p, "it is nested too deeply");
		return NULL;
	}
	skip(p);
	if (take_operator(p, "not") || *p->at == '!') {
		if (*p->at == '!')
			p->at++;
		if ((n = parse_unary(p)) != NULL)
			n = node(FILTER_NOT, n, NULL);
	} else if (*p->at == '(') {
		p->at++;
		n = parse_or(p);
		skip(p);
		if (n != NULL && *p->at == ')')
			p->at++;
		else if (n != NULL) {
			(void)fail(p, "a parenthesis is not closed");
			filter_free(n);
			n = NULL;
		}
	} else
		n = parse_comparison(p);
	p->depth--;
	return n;
}

static struct filter *
parse_and(struct parser *p)
{
	struct filter *n = parse_unary(p), *right;

	while (n != NULL && take_operator(p, "and")) {
		if ((right = parse_unary(p)) == NULL) {
			filter_free(n);
			return NULL;
		}
		n = node(FILTER_AND, n, right);
	}
	return n;
}

static struct filter *
parse_or(struct parser *p)
{
	struct filter *n = parse_and(p), *right;

	while (n != NULL && take_operator(p, "or")) {
		if ((right = parse_and(p)) == NULL) {
			filter_free(n);
			return NULL;
		}
		n = node(FILTER_OR, n, right);
	}
	return n;
}

struct filter *
filter_parse(struct call *c, struct value block, enum user_view view)
{
	struct value text = VALUE_NULL;
	struct fault f;
	struct parser p = { .call = c, .view = view, .f = &f };
	struct filter *n;

	if (value_text(call_run(c), block, &text) != FLOW_MORE)
		return NULL;
	p.at = value_chars(text) != NULL ? value_chars(text) : "";
	n = parse_or(&p);
	skip(&p);
	if (n != NULL && *p.at != '\0') {
		(void)fail(&p, "there is something left");
		filter_free(n);
		n = NULL;
	}
	if (n == NULL)
		(void)call_throw_fault(c, &f, block);
	value_unref(text);
	return n;
}

/* --- asking --- */

static bool
is_true(struct value v)
{
	if (v.type == &type_bool)
		return v.u.b;
	if (value_is_string(v))
		return *value_chars(v) != '\0';
	return !value_is_null(v);
}

static char *
text_of(struct value v)
{
	if (value_is_string(v))
		return mem_strdup(value_chars(v));
	return value_text_plain(v);
}

/* Order of two values; text without case, numbers by size. */
static int
order(struct value a, struct value b)
{
	char *x, *y, *end;
	double dx, dy;
	int n;

	if (value_is_null(a) || value_is_null(b))
		return value_is_null(a) == value_is_null(b) ? 0
		    : value_is_null(a)			    ? -1
							    : 1;
	x = text_of(a);
	y = text_of(b);
	dx = strtod(x, &end);
	if (*x != '\0' && *end == '\0' && b.type == &type_double) {
		dy = b.u.d;
		n = dx < dy ? -1 : dx > dy ? 1 : 0;
	} else
		n = strcasecmp(x, y);
	mem_free(x);
	mem_free(y);
	return n;
}

static bool
like(struct value v, struct value pattern)
{
	char *text, *p;
	bool hit;

	if (value_is_null(v))
		return false;
	text = text_of(v);
	p = text_of(pattern);
	hit = identity_wildcard(p, text);
	mem_free(text);
	mem_free(p);
	return hit;
}

static bool
compare(const struct filter *f, const struct dict *user)
{
	struct value v = user_get(user, f->attribute);
	bool hit = false;

	switch (f->op) {
	case FILTER_EQ:
		hit = order(v, f->constant) == 0;
		break;
	case FILTER_NE:
		hit = order(v, f->constant) != 0;
		break;
	case FILTER_GT:
		hit = order(v, f->constant) > 0;
		break;
	case FILTER_GE:
		hit = order(v, f->constant) >= 0;
		break;
	case FILTER_LT:
		hit = order(v, f->constant) < 0;
		break;
	case FILTER_LE:
		hit = order(v, f->constant) <= 0;
		break;
	case FILTER_LIKE:
		hit = like(v, f->constant);
		break;
	case FILTER_NOTLIKE:
		hit = !like(v, f->constant);
		break;
	case FILTER_TRUE:
		hit = is_true(v);
		break;
	case FILTER_AND:
	case FILTER_OR:
	case FILTER_NOT:
		break;
	}
	value_unref(v);
	return hit;
}

bool
filter_matches(const struct filter *f, const struct dict *user)
{
	if (f->op == FILTER_AND)
		return filter_matches(f->left, user) &&
		    filter_matches(f->right, user);
	if (f->op == FILTER_OR)
		return filter_matches(f->left, user) ||
		    filter_matches(f->right, user);
	if (f->op == FILTER_NOT)
		return !filter_matches(f->left, user);
	return compare(f, user);
}
