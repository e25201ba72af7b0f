/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions, their parameters, and attributes. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "shell/lang/parse_internal.h"

struct tree_text
type_of(const struct node *attribute)
{
	const struct node_type_name *name =
	    attribute->kind == NODE_ATTRIBUTE
	    ? node_attribute(attribute)->name
	    : node_type_constraint(attribute)->name;

	return name->full;
}

/* Attributes without a parameter after them: an error, kept for completion. */
static struct node *
nameless_parameter(struct parser *p, struct gather *attributes)
{
	struct span s = span_join(span_node(attributes->v[0]),
	    span_node(gather_last(attributes)));
	struct node_parameter *n;

	(void)p_incomplete(p, span_after(s), "InvalidFunctionParameter",
	    text_of(""));
	p_sync(p, true, SYNC_RPAREN);
	n = node_make(p, NODE_PARAMETER, sizeof(*n), s);
	n->name = node_variable(make_variable(p, text_of("__error__"), false,
	    s));
	n->attributes = gather_end(p, attributes);
	return &n->node;
}

static struct node *
parameter_rest(struct parser *p)
{
	struct gather attributes = { 0 };
	struct node_parameter *n;
	struct token t, equals;
	struct span s;

	p_skip_newlines(p);
	(void)parse_attributes(p, false, &attributes);
	p_skip_newlines(p);
	p_next(p, &t);
	if (t.kind != TOKEN_VARIABLE && t.kind != TOKEN_SPLATTED) {
		p_unget(p, &t);
		return attributes.n == 0 ? NULL
		    : nameless_parameter(p, &attributes);
	}
	s = span_of(p, &t);
	n = node_make(p, NODE_PARAMETER, sizeof(*n),
	    attributes.n == 0 ? s
	    : span_join(span_node(attributes.v[0]), s));
	n->name = node_variable(make_variable(p, t.text,
	    t.kind == TOKEN_SPLATTED, s));
	n->attributes = gather_end(p, &attributes);
	p_skip_newlines(p);
	if (!p_accept(p, TOKEN_EQUALS, &equals))
		return &n->node;
	p_skip_newlines(p);
	n->fallback = parse_expression(p, false);
	if (n->fallback == NULL)
		(void)p_incomplete(p, span_after(span_of(p, &equals)),
		    "MissingExpressionAfterToken", text_of("="));
	else
		n->node.end = n->fallback->end;
	return &n->node;
}

static struct node *
parameter(struct parser *p)
{
	bool no_comma = p->no_comma;
	enum lex_mode mode = p_mode(p, LEX_EXPRESSION);
	struct node *n;

	p->no_comma = true;
	n = parameter_rest(p);
	p->no_comma = no_comma;
	(void)p_mode(p, mode);
	return n;
}

struct node_list
parse_parameters(struct parser *p)
{
	struct gather g = { 0 };
	struct token comma;
	bool after_comma = false;

	for (;;) {
		struct node *n = parameter(p);

		if (n == NULL) {
			if (after_comma)
				(void)p_incomplete(p,
				    span_after(span_of(p, &comma)),
				    "MissingExpressionAfterToken",
				    text_of(","));
			break;
		}
		gather_add(&g, n);
		p_skip_newlines(p);
		after_comma = p_accept(p, TOKEN_COMMA, &comma);
		if (!after_comma)
			break;
	}
	return gather_end(p, &g);
}

static struct span
last_or(const struct node_list *l, struct span s)
{
	return l->n > 0 ? span_node(l->v[l->n - 1]) : s;
}

struct node_param_block *
parse_param_block(struct parser *p)
{
	struct gather candidates = { 0 };
	struct gather attributes = { 0 };
	struct node_param_block *n = NULL;
	struct token param, lparen, rparen;
	struct span s;

	p_skip_newlines(p);
	(void)parse_attributes(p, false, &candidates);
	p_skip_newlines(p);
	if (!p_accept(p, TOKEN_PARAM, &param))
		goto out;
	p_skip_newlines(p);
	if (!p_accept(p, TOKEN_LPAREN, &lparen))
		goto out; /* a command of this name */
	n = node_make(p, NODE_PARAM_BLOCK, sizeof(*n), span_of(p, &param));
	n->params = parse_parameters(p);
	p_skip_newlines(p);
	if (p_accept(p, TOKEN_RPAREN, &rparen)) {
		n->node.end = span_of(p, &rparen).end;
	} else {
		s = last_or(&n->params, span_of(p, &lparen));
		n->node.end = s.end;
		(void)p_incomplete(p, span_after(s),
		    "MissingEndParenthesisInFunctionParameterList",
		    text_of(""));
	}
	for (size_t i = 0; i < candidates.n; i++) {
		struct node *a = candidates.v[i];

		if (a->kind == NODE_ATTRIBUTE)
			gather_add(&attributes, a);
		else
			p_error_text(p, span_node(a),
			    "TypeNotAllowedBeforeParam", type_of(a));
	}
	n->attributes = gather_end(p, &attributes);
out:
	mem_free(candidates.v);
	return n;
}

bool
parse_function_parameters(struct parser *p, struct node_list *params,
    struct span *endp, bool *errorp, struct span *closep)
{
	struct token lparen, rparen;

	p_skip_newlines(p);
	if (!p_accept(p, TOKEN_LPAREN, &lparen))
		return false;
	*params = parse_parameters(p);
	p_skip_newlines(p);
	if (p_accept(p, TOKEN_RPAREN, &rparen)) {
		*closep = span_of(p, &rparen);
	} else {
		*errorp = true;
		*endp = last_or(params, span_of(p, &lparen));
		(void)p_incomplete(p, span_after(*endp),
		    "MissingEndParenthesisInFunctionParameterList",
		    text_of(""));
	}
	p_skip_newlines(p);
	return true;
}

/* What no function can be called. */
static bool
is_no_name(enum token_kind kind)
{
	switch ((int)kind) {
	case TOKEN_PIPE:
	case TOKEN_LPAREN:
	case TOKEN_LCURLY:
	case TOKEN_AT_PAREN:
	case TOKEN_AT_CURLY:
	case TOKEN_RCURLY:
	case TOKEN_RPAREN:
	case TOKEN_END:
	case TOKEN_SEMI:
	case TOKEN_REDIRECTION:
	case TOKEN_REDIRECT_IN:
	case TOKEN_AND_AND:
	case TOKEN_OR_OR:
	case TOKEN_AMPERSAND:
	case TOKEN_VARIABLE:
	case TOKEN_SPLATTED:
	case TOKEN_HERE_EXPAND:
	case TOKEN_HERE:
	case TOKEN_STRING:
	case TOKEN_STRING_EXPAND:
		return true;
	default:
		return false;
	}
}

struct node *
parse_function(struct parser *p, const struct token *t)
{
	struct span whole = span_of(p, t);
	struct gather parts = { 0 };
	struct node_function n = { 0 };
	struct node_function *made;
	struct token name, lcurly;
	struct span end, s;
	bool wrong = false;

	p_skip_newlines(p);
	p_next(p, &name);
	if (is_no_name(name.kind)) {
		p_unget(p, &name);
		(void)p_incomplete(p, span_after(whole),
		    "MissingNameAfterKeyword", token_text(p, t));
		return node_error_make(p, whole, NULL);
	}
	s = end = span_of(p, &name);
	n.name_start = s.start;
	n.name_end = s.end;
	n.name = name.kind == TOKEN_GENERIC ? name.text
	    : tree_copy_text(p->arena, token_text(p, &name).s,
	    token_text(p, &name).len);
	if (p->lx.save != NULL)
		token_list_mark(p->lx.save, s.start, TOKEN_COMMAND_NAME,
		    TOKEN_IS_KEYWORD);
	n.has_params = parse_function_parameters(p, &n.params, &end, &wrong,
	    &end);
	p_next(p, &lcurly);
	if (lcurly.kind != TOKEN_LCURLY) {
		p_unget(p, &lcurly);
		if (!wrong)
			(void)p_incomplete(p, span_after(end),
			    "MissingFunctionBody", text_of(""));
		wrong = true;
	}
	if (wrong) {
		for (size_t i = 0; i < n.params.n; i++)
			gather_add(&parts, n.params.v[i]);
		return node_error_make(p, span_join(whole, end), &parts);
	}
	n.is_filter = t->kind == TOKEN_FILTER;
	n.body = parse_script_block(p, &lcurly, n.is_filter);
	made = node_make(p, NODE_FUNCTION, sizeof(*made),
	    span_join(whole, span_node(n.body)));
	n.node = made->node;
	*made = n;
	if (t->kind == TOKEN_WORKFLOW)
		p_error(p, span_node(made),
		    "WorkflowNotSupportedInPowerShellCore");
	return &made->node;
}

bool
parse_attributes(struct parser *p, bool in_expression, struct gather *g)
{
	struct node *n;

	while ((n = parse_attribute(p)) != NULL) {
		gather_add(g, n);
		if (!in_expression || n->kind == NODE_ATTRIBUTE)
			p_skip_newlines(p);
	}
	return g->n > 0;
}

struct arguments {
	struct gather positional;
	struct tree_named_argument *named; /* heap */
	size_t nnamed;
	struct span last;
};

static void
named_argument(struct parser *p, struct arguments *a, struct node *name)
{
	struct tree_named_argument n = { .name = node_string(name)->text,
		.start = name->start, .end = name->end };
	struct token equals;

	if (p_accept(p, TOKEN_EQUALS, &equals)) {
		p_skip_newlines(p);
		n.value = parse_expression(p, false);
		if (n.value == NULL) {
			struct span s = span_after(span_of(p, &equals));

			(void)p_incomplete(p, s,
			    "MissingExpressionInNamedArgument", text_of(""));
			n.value = node_error_make(p, s, NULL);
			p_sync(p, true, SYNC_COMMA | SYNC_RPAREN |
			    SYNC_RBRACKET | SYNC_NEWLINE);
		}
		a->last = span_node(n.value);
		n.end = n.value->end;
	}
	for (size_t i = 0; i < a->nnamed; i++) {
		if (a->named[i].name.len == n.name.len &&
		    strncasecmp(a->named[i].name.s, n.name.s, n.name.len) ==
		    0) {
			p_error_text(p, span_node(name),
			    "DuplicateNamedArgument", n.name);
			return;
		}
	}
	a->named = mem_array_grow(a->named, a->nnamed + 1,
	    sizeof(*a->named));
	a->named[a->nnamed++] = n;
}

static void
attribute_arguments(struct parser *p, struct arguments *a)
{
	struct token comma;
	bool after_comma = false;

	do {
		struct node *name, *value;
		struct token t;

		p_skip_newlines(p);
		name = parse_simple_name(p, &t);
		if (name != NULL) {
			named_argument(p, a, name);
		} else if ((value = parse_expression(p, false)) != NULL) {
			gather_add(&a->positional, value);
			a->last = span_node(value);
		} else if (after_comma) {
			struct span s = span_after(span_of(p, &comma));

			(void)p_incomplete(p, s,
			    "MissingExpressionAfterToken", text_of(","));
			gather_add(&a->positional,
			    node_error_make(p, s, NULL));
			a->last = s;
		}
		p_skip_newlines(p);
		after_comma = p_accept(p, TOKEN_COMMA, &comma);
		if (after_comma)
			a->last = span_of(p, &comma);
	} while (after_comma);
}

/* After `[name(`. */
static struct node *
attribute_rest(struct parser *p, struct node_type_name *name, struct span s,
    const struct token *lparen)
{
	struct arguments a = { .last = span_of(p, lparen) };
	bool no_comma = p->no_comma;
	enum lex_mode mode = p_mode(p, LEX_EXPRESSION);
	struct tree_named_argument *named = NULL;
	struct node_attribute *n;
	struct token t;
	bool closed;

	p->no_comma = true;
	attribute_arguments(p, &a);
	p->no_comma = no_comma;
	(void)p_mode(p, mode);
	p_skip_newlines(p);
	closed = p_accept(p, TOKEN_RPAREN, &t);
	if (closed)
		a.last = span_of(p, &t);
	else
		(void)p_incomplete(p, span_after(a.last),
		    "MissingEndParenthesisInExpression", text_of(""));
	p_skip_newlines(p);
	if (p_accept(p, TOKEN_RBRACKET, &t))
		a.last = span_of(p, &t);
	else if (closed)
		(void)p_incomplete(p, span_after(a.last),
		    "EndSquareBracketExpectedAtEndOfAttribute", text_of(""));
	n = node_make(p, NODE_ATTRIBUTE, sizeof(*n), span_join(s, a.last));
	n->name = name;
	n->positional = gather_end(p, &a.positional);
	if (a.nnamed > 0) {
		named = tree_alloc(p->arena, a.nnamed * sizeof(*named));
		memcpy(named, a.named, a.nnamed * sizeof(*named));
		mem_free(a.named);
	}
	n->named = named;
	n->nnamed = a.nnamed;
	return &n->node;
}

struct node *
parse_attribute(struct parser *p)
{
	struct node_type_constraint *n;
	struct node_type_name *name;
	struct token lbracket, t;
	struct span s;

	if (!p_left_bracket(p, &lbracket))
		return NULL;
	s = span_of(p, &lbracket);
	p_skip_newlines(p);
	name = parse_type(p, true);
	if (name == NULL) {
		p_back(p, lbracket.pos);
		(void)p_incomplete(p, span_after(s), "MissingTypename",
		    text_of(""));
		return NULL;
	}
	p_next(p, &t);
	if (t.kind == TOKEN_LPAREN) {
		if (p->lx.save != NULL)
			token_list_mark(p->lx.save, name->node.start,
			    TOKEN_ATTRIBUTE_NAME, 0);
		p_skip_newlines(p);
		return attribute_rest(p, name, s, &t);
	}
	s.end = name->node.end;
	if (t.kind == TOKEN_RBRACKET) {
		s.end = span_of(p, &t).end;
	} else {
		p_unget(p, &t);
		p_error(p, span_before(p, &t),
		    "EndSquareBracketExpectedAtEndOfAttribute");
	}
	n = node_make(p, NODE_TYPE_CONSTRAINT, sizeof(*n), s);
	n->name = name;
	return &n->node;
}
