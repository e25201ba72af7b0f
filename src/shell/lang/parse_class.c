/* SPDX-License-Identifier: GPL-3.0-or-later */
/* class and enum. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "shell/lang/parse_internal.h"

/* What stands before a member. */
struct member_head {
	struct gather attributes;
	struct node_type_constraint *type;
	bool is_static, is_hidden;
	bool any;          /* something was read */
	struct span first; /* where it starts */
	struct span last;
};

static void
head_saw(struct member_head *h, struct span s)
{
	if (!h->any)
		h->first = s;
	h->any = true;
	h->last = s;
}

static void
head_word(struct parser *p, struct member_head *h, bool *flag)
{
	const struct token *t = p_peek(p);

	if (*flag)
		p_error_text(p, span_of(p, t), "DuplicateQualifier",
		    token_text(p, t));
	*flag = true;
	head_saw(h, span_of(p, t));
	p_skip(p);
}

static void
member_head(struct parser *p, struct member_head *h)
{
	for (;;) {
		struct node *n;

		p_skip_newlines(p);
		n = parse_attribute(p);
		if (n != NULL) {
			head_saw(h, span_node(n));
			if (n->kind == NODE_ATTRIBUTE)
				gather_add(&h->attributes, n);
			else if (h->type == NULL)
				h->type = node_type_constraint(n);
			else
				p_error(p, span_node(n), "TooManyTypes");
		} else if (p_is(p, TOKEN_HIDDEN)) {
			head_word(p, h, &h->is_hidden);
		} else if (p_is(p, TOKEN_STATIC)) {
			head_word(p, h, &h->is_static);
		} else {
			return;
		}
	}
}

/* A newline or ; or the closing brace. */
static void
member_end(struct parser *p, struct node *n, bool quiet)
{
	const struct token *t = p_peek(p);

	if (t->kind != TOKEN_NEWLINE && t->kind != TOKEN_SEMI &&
	    t->kind != TOKEN_RCURLY && !quiet)
		(void)p_incomplete(p, span_after(span_node(n)),
		    "MissingPropertyTerminator", text_of(""));
	if (t->kind == TOKEN_SEMI)
		n->end = span_of(p, t).end;
	p_skip_separators(p);
}

static struct node *
property(struct parser *p, struct member_head *h, const struct token *t)
{
	struct span s = span_of(p, t);
	struct node_property_member *n;

	n = node_make(p, NODE_PROPERTY_MEMBER, sizeof(*n),
	    h->any ? span_join(h->first, s) : s);
	n->name = t->text;
	n->type = h->type;
	n->attributes = gather_end(p, &h->attributes);
	n->is_static = h->is_static;
	n->is_hidden = h->is_hidden;
	if (p_accept(p, TOKEN_EQUALS, NULL)) {
		p_skip_newlines(p);
		n->initial = parse_expression(p, false);
		if (n->initial != NULL)
			n->node.end = n->initial->end;
	}
	member_end(p, &n->node, false);
	return &n->node;
}

/* `: base(...)` of a constructor; false after an error at *endp. */
static bool
base_call(struct parser *p, struct node_function_member *m,
    struct span *endp)
{
	enum lex_mode mode;
	struct token colon, base, lparen;
	bool ok = true;
	struct span last;

	p_skip_newlines(p);
	mode = p_mode(p, LEX_SIGNATURE);
	if (!p_accept(p, TOKEN_COLON, &colon))
		goto out;
	p_skip_newlines(p);
	if (!p_accept(p, TOKEN_BASE, &base)) {
		*endp = span_of(p, &colon);
		(void)p_incomplete(p, span_after(*endp),
		    "MissingBaseCtorCall", text_of(""));
		ok = false;
		goto out;
	}
	p_skip_newlines(p);
	if (!p_accept(p, TOKEN_LPAREN, &lparen)) {
		*endp = span_of(p, &base);
		(void)p_incomplete(p, span_after(*endp),
		    "MissingMethodParameterList", text_of(""));
		ok = false;
		goto out;
	}
	m->has_base_call = true;
	m->base_arguments = parse_call_arguments(p, &lparen, &last);
	p_skip_newlines(p);
out:
	(void)p_mode(p, mode);
	return ok;
}

static bool
same_word(struct tree_text a, struct tree_text b)
{
	return a.len == b.len && strncasecmp(a.s, b.s, a.len) == 0;
}

/* After its name; NULL after an error. */
static struct node *
method(struct parser *p, struct member_head *h, const struct token *t,
    struct tree_text class_name)
{
	struct span s = span_of(p, t);
	struct span end = s;
	struct node_function_member *n;
	struct token lcurly;
	enum lex_mode mode;
	bool wrong = false;

	n = node_make(p, NODE_FUNCTION_MEMBER, sizeof(*n),
	    h->any ? span_join(h->first, s) : s);
	n->name = tree_copy_text(p->arena, token_text(p, t).s,
	    token_text(p, t).len);
	n->name_start = s.start;
	n->name_end = s.end;
	n->return_type = h->type;
	n->is_static = h->is_static;
	n->is_hidden = h->is_hidden;
	n->is_constructor = same_word(n->name, class_name);
	if (!p_is(p, TOKEN_LPAREN))
		(void)p_incomplete(p, span_after(s),
		    "MissingMethodParameterList", text_of(""));
	else
		(void)parse_function_parameters(p, &n->params, &end, &wrong,
		    &end);
	if (n->is_constructor && !n->is_static && !base_call(p, n, &end))
		wrong = true;
	p_next(p, &lcurly);
	if (lcurly.kind != TOKEN_LCURLY) {
		p_unget(p, &lcurly);
		if (!wrong)
			(void)p_incomplete(p, span_after(end),
			    "MissingFunctionBody", text_of(""));
		wrong = true;
	}
	if (wrong)
		return NULL;
	n->attributes = gather_end(p, &h->attributes);
	mode = p_mode(p, LEX_COMMAND);
	n->body = parse_script_block(p, &lcurly, false);
	(void)p_mode(p, mode);
	n->node.end = n->body->node.end;
	return &n->node;
}

/*
 * One member; NULL at the end of them. *parts takes what is left of one that
 * could not be read, *morep says to go on.
 */
static struct node *
class_member(struct parser *p, struct tree_text class_name,
    struct gather *parts, bool *morep)
{
	struct member_head h = { 0 };
	struct node *n = NULL;
	struct token t;

	*morep = false;
	member_head(p, &h);
	p_next(p, &t);
	if (t.kind == TOKEN_VARIABLE) {
		n = property(p, &h, &t);
	} else if (t.kind == TOKEN_IDENTIFIER ||
	    (t.flags & TOKEN_IS_KEYWORD) != 0) {
		if (p->lx.save != NULL)
			token_list_mark(p->lx.save, span_of(p, &t).start,
			    TOKEN_MEMBER_NAME, TOKEN_IS_KEYWORD);
		n = method(p, &h, &t, class_name);
		if (n == NULL) {
			p_sync(p, false, SYNC_RCURLY);
			*morep = h.attributes.n > 0 || h.type != NULL;
		}
	} else {
		p_unget(p, &t);
		if (h.any) {
			(void)p_incomplete(p, span_after(h.last),
			    "IncompleteMemberDefinition", text_of(""));
			*morep = h.attributes.n > 0 || h.type != NULL;
		}
	}
	if (n == NULL) {
		for (size_t i = 0; i < h.attributes.n; i++)
			gather_add(parts, h.attributes.v[i]);
		gather_add(parts, h.type);
	}
	mem_free(h.attributes.v);
	return n;
}

static void
base_types(struct parser *p, struct gather *bases, struct span *endp)
{
	struct token t;

	if (!p_accept(p, TOKEN_COLON, &t))
		return;
	for (;;) {
		struct node_type_constraint *c;
		struct node_type_name *name;

		p_skip_newlines(p);
		name = parse_type(p, false);
		if (name == NULL) {
			(void)p_incomplete(p, span_after(span_of(p, &t)),
			    "TypeNameExpected", text_of(""));
			return;
		}
		c = node_make(p, NODE_TYPE_CONSTRAINT, sizeof(*c),
		    span_node(name));
		c->name = name;
		gather_add(bases, c);
		*endp = span_node(c);
		p_skip_newlines(p);
		if (!p_accept(p, TOKEN_COMMA, &t))
			return;
	}
}

/* The attributes before the keyword; types among them were told. */
static struct span
definition_start(struct parser *p, const struct gather *before,
    struct gather *attributes, const struct token *t, bool *wrongp)
{
	for (size_t i = 0; i < before->n; i++) {
		if (before->v[i]->kind == NODE_ATTRIBUTE)
			gather_add(attributes, before->v[i]);
		else
			*wrongp = true;
	}
	return before->n > 0 ? span_node(before->v[0]) : span_of(p, t);
}

static struct node *
no_definition_name(struct parser *p, const struct token *t)
{
	(void)p_incomplete(p, span_after(span_of(p, t)),
	    "MissingNameAfterKeyword", token_text(p, t));
	return node_error_make(p, span_of(p, t), NULL);
}

static struct node *
definition_end(struct parser *p, struct node_type_definition *n,
    struct gather *members, struct gather *parts, const struct token *lcurly,
    struct span last, bool wrong)
{
	struct token rcurly;

	if (p_accept(p, TOKEN_RCURLY, &rcurly))
		last = span_of(p, &rcurly);
	else
		(void)p_incomplete_found(p, span_after(span_of(p, lcurly)),
		    span_of(p, p_peek(p)), "MissingEndCurlyBrace",
		    text_of(""));
	n->node.end = last.end;
	n->members = gather_end(p, members);
	if (!wrong && parts->n == 0)
		return &n->node;
	gather_add(parts, n);
	return node_error_make(p, span_node(n), parts);
}

struct node *
parse_class(struct parser *p, struct gather *before, const struct token *t)
{
	struct gather attributes = { 0 }, bases = { 0 }, members = { 0 };
	struct gather parts = { 0 };
	struct node_type_definition *n;
	struct token name, lcurly;
	struct node *name_node, *result;
	struct span end, start;
	enum lex_mode mode;
	bool wrong = false;
	bool more;

	p_skip_newlines(p);
	name_node = parse_simple_name(p, &name);
	if (name_node == NULL)
		return no_definition_name(p, t);
	end = span_node(name_node);
	if (p->lx.save != NULL)
		token_list_mark(p->lx.save, end.start, TOKEN_TYPE_NAME_PART,
		    TOKEN_MEMBER_NAME);
	p_skip_newlines(p);
	mode = p_mode(p, LEX_SIGNATURE);
	base_types(p, &bases, &end);
	if (!p_accept(p, TOKEN_LCURLY, &lcurly)) {
		(void)p_incomplete(p, span_after(end), "MissingTypeBody",
		    text_of(token_kind_text(t->kind)));
		result = node_error_make(p, span_join(span_of(p, t), end),
		    &bases);
		goto out;
	}
	start = definition_start(p, before, &attributes, t, &wrong);
	n = node_make(p, NODE_TYPE_DEFINITION, sizeof(*n), start);
	n->which = TREE_CLASS;
	n->name = node_string(name_node)->text;
	n->name_start = name_node->start;
	n->name_end = name_node->end;
	n->attributes = gather_end(p, &attributes);
	n->bases = gather_end(p, &bases);
	end = span_of(p, &lcurly);
	do {
		struct node *m = class_member(p, n->name, &parts, &more);

		if (m != NULL) {
			gather_add(&members, m);
			end = span_node(m);
			more = true;
		}
	} while (more && !p->stopped);
	result = definition_end(p, n, &members, &parts, &lcurly, end, wrong);
out:
	(void)p_mode(p, mode);
	return result;
}

static struct node *
enum_member(struct parser *p)
{
	struct node_property_member *n;
	struct token name, equals;
	struct node *name_node;
	enum lex_mode mode;
	bool missing = false;

	p_skip_newlines(p);
	name_node = parse_simple_name(p, &name);
	if (name_node == NULL)
		return NULL;
	n = node_make(p, NODE_PROPERTY_MEMBER, sizeof(*n),
	    span_node(name_node));
	n->name = node_string(name_node)->text;
	n->is_static = n->is_enum_value = true;
	mode = p_mode(p, LEX_EXPRESSION);
	if (p_accept(p, TOKEN_EQUALS, &equals)) {
		n->initial = parse_expression(p, false);
		n->node.end = n->initial != NULL ? n->initial->end
		    : span_of(p, &equals).end;
		missing = n->initial == NULL;
		if (missing)
			p_error_text(p, span_after(span_of(p, &equals)),
			    "ExpectedValueExpression", text_of("="));
	}
	(void)p_mode(p, mode);
	member_end(p, &n->node, missing);
	return &n->node;
}

struct node *
parse_enum(struct parser *p, struct gather *before, const struct token *t)
{
	struct gather attributes = { 0 }, bases = { 0 }, members = { 0 };
	struct gather parts = { 0 };
	struct node_type_definition *n;
	struct token name, lcurly;
	struct node *name_node, *m, *result;
	struct span end, start;
	enum lex_mode mode;
	bool wrong = false;

	p_skip_newlines(p);
	name_node = parse_simple_name(p, &name);
	if (name_node == NULL)
		return no_definition_name(p, t);
	end = span_node(name_node);
	if (p->lx.save != NULL)
		token_list_mark(p->lx.save, end.start, TOKEN_TYPE_NAME_PART,
		    TOKEN_MEMBER_NAME);
	mode = p_mode(p, LEX_SIGNATURE);
	base_types(p, &bases, &end);
	p_skip_newlines(p);
	if (!p_accept(p, TOKEN_LCURLY, &lcurly)) {
		(void)p_incomplete(p, span_after(span_node(name_node)),
		    "MissingTypeBody", text_of(token_kind_text(t->kind)));
		result = node_error_make(p, span_join(span_of(p, t), end),
		    &bases);
		goto out;
	}
	start = definition_start(p, before, &attributes, t, &wrong);
	n = node_make(p, NODE_TYPE_DEFINITION, sizeof(*n), start);
	n->which = TREE_ENUM;
	n->name = node_string(name_node)->text;
	n->name_start = name_node->start;
	n->name_end = name_node->end;
	n->attributes = gather_end(p, &attributes);
	n->bases = gather_end(p, &bases);
	end = span_of(p, &lcurly);
	while ((m = enum_member(p)) != NULL) {
		gather_add(&members, m);
		end = span_node(m);
	}
	result = definition_end(p, n, &members, &parts, &lcurly, end, wrong);
out:
	(void)p_mode(p, mode);
	return result;
}
