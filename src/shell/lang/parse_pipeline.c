/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pipelines, their chains with && and ||, and assignment. */
#include "config.h"

#include <string.h>

#include "core/mem.h"
#include "shell/lang/parse_internal.h"

struct node *
pipeline_of(struct parser *p, struct node *expression)
{
	struct span s = span_node(expression);
	struct node_command_expression *c;
	struct node_pipeline *n;
	struct gather g = { 0 };

	c = node_make(p, NODE_COMMAND_EXPRESSION, sizeof(*c), s);
	c->expression = expression;
	gather_add(&g, c);
	n = node_make(p, NODE_PIPELINE, sizeof(*n), s);
	n->elements = gather_end(p, &g);
	return &n->node;
}

/* An expression as a stage, with what redirects it. */
static struct node *
command_expression(struct parser *p, struct node *expression)
{
	struct node *seen[TREE_STREAM_INFORMATION + 1] = { NULL };
	struct node_command_expression *n;
	struct gather g = { 0 };
	struct token t;
	struct span s;

	n = node_make(p, NODE_COMMAND_EXPRESSION, sizeof(*n),
	    span_node(expression));
	n->expression = expression;
	while (p_accept(p, TOKEN_REDIRECTION, &t) ||
	    p_accept(p, TOKEN_REDIRECT_IN, &t)) {
		struct node *r = parse_redirection(p, &t, seen, &s);

		gather_add(&g, r);
		if (r != NULL)
			n->node.end = r->end;
	}
	n->redirections = gather_end(p, &g);
	return &n->node;
}

static struct node *
expression_in_mode(struct parser *p)
{
	enum lex_mode mode = p_mode(p, LEX_EXPRESSION);
	struct node *n = parse_expression(p, false);

	(void)p_mode(p, mode);
	return n;
}

/* One stage; NULL where there is none. expression was read before, or NULL. */
static struct node *
stage(struct parser *p, struct node *expression, bool first)
{
	struct node_command *c;

	if (expression == NULL)
		expression = expression_in_mode(p);
	if (expression == NULL) {
		c = parse_command(p);
		return c == NULL ? NULL : &c->node;
	}
	if (!first)
		p_error(p, span_node(expression),
		    "ExpressionsMustBeFirstInPipeline");
	return command_expression(p, expression);
}

/*
 * After a stage: true if another one follows. A pipe may stand on the next
 * line.
 */
static bool
pipe_follows(struct parser *p, struct token *pipe)
{
	const struct token *t = p_peek(p);

	if (t->kind == TOKEN_NEWLINE && lexer_pipe_follows(&p->lx, t->end)) {
		p_skip_newlines(p);
		t = p_peek(p);
	}
	switch ((int)t->kind) {
	case TOKEN_SEMI:
	case TOKEN_NEWLINE:
	case TOKEN_RPAREN:
	case TOKEN_RCURLY:
	case TOKEN_END:
	case TOKEN_AND_AND:
	case TOKEN_OR_OR:
	case TOKEN_AMPERSAND:
		return false;
	case TOKEN_PIPE:
		*pipe = *t;
		p_skip(p);
		p_skip_newlines(p);
		if (!p_is(p, TOKEN_END))
			return true;
		(void)p_incomplete(p, span_after(span_of(p, pipe)),
		    "EmptyPipeElement", text_of(""));
		return false;
	default:
		p_unexpected(p, t);
		return false;
	}
}

static struct node *
pipeline(struct parser *p, struct node *expression)
{
	struct gather g = { 0 };
	struct node_pipeline *n;
	struct token pipe;
	bool after_pipe = false;

	do {
		struct node *s = stage(p, expression, g.n == 0);

		expression = NULL;
		if (s != NULL)
			gather_add(&g, s);
		else if (g.n > 0 || p_is(p, TOKEN_PIPE))
			(void)p_incomplete(p, after_pipe ?
			    span_after(span_of(p, &pipe))
			    : span_of(p, p_peek(p)), "EmptyPipeElement",
			    text_of(""));
		after_pipe = pipe_follows(p, &pipe);
	} while (after_pipe);
	if (g.n == 0)
		return NULL;
	n = node_make(p, NODE_PIPELINE, sizeof(*n),
	    span_join(span_node(g.v[0]), span_node(gather_last(&g))));
	n->elements = gather_end(p, &g);
	return &n->node;
}

static enum tree_op
assignment_op(enum token_kind kind)
{
	switch ((int)kind) {
	case TOKEN_PLUS_EQUALS:
		return TREE_OP_ASSIGN_ADD;
	case TOKEN_MINUS_EQUALS:
		return TREE_OP_ASSIGN_SUB;
	case TOKEN_MULTIPLY_EQUALS:
		return TREE_OP_ASSIGN_MUL;
	case TOKEN_DIVIDE_EQUALS:
		return TREE_OP_ASSIGN_DIV;
	case TOKEN_REM_EQUALS:
		return TREE_OP_ASSIGN_REM;
	case TOKEN_COALESCE_EQUALS:
		return TREE_OP_ASSIGN_COALESCE;
	default:
		return TREE_OP_ASSIGN;
	}
}

static struct node *
assignment(struct parser *p, struct node *left, const struct token *t)
{
	struct node_assignment *n;
	struct span s = span_of(p, t);
	struct node *right;

	p_skip_newlines(p);
	right = parse_statement(p);
	if (right == NULL) {
		(void)p_incomplete(p, span_after(s),
		    "ExpectedValueExpression",
		    text_of(token_kind_text(t->kind)));
		right = node_error_make(p, span_after(s), NULL);
	}
	n = node_make(p, NODE_ASSIGNMENT, sizeof(*n),
	    span_join(span_node(left), span_node(right)));
	n->op = assignment_op(t->kind);
	n->op_start = s.start;
	n->op_end = s.end;
	n->left = left;
	n->right = right;
	return &n->node;
}

/* The pipelines so far; is_or is on the heap until the end. */
struct chain_state {
	struct gather pipelines;
	bool *is_or;
};

static struct node *
chain_end(struct parser *p, struct chain_state *st, bool background)
{
	size_t n = st->pipelines.n;
	struct node_chain *c;
	bool *copy;

	if (n == 1) {
		struct node *only = st->pipelines.v[0];

		mem_free(st->pipelines.v);
		mem_free(st->is_or);
		node_pipeline(only)->background = background;
		return only;
	}
	c = node_make(p, NODE_PIPELINE_CHAIN, sizeof(*c),
	    span_join(span_node(st->pipelines.v[0]),
	    span_node(gather_last(&st->pipelines))));
	copy = tree_alloc(p->arena, n * sizeof(*copy));
	memcpy(copy, st->is_or, (n - 1) * sizeof(*copy));
	mem_free(st->is_or);
	c->is_or = copy;
	c->pipelines = gather_end(p, &st->pipelines);
	c->background = background;
	return &c->node;
}

/* After && or || nothing stood. */
static struct node *
chain_broken(struct parser *p, struct chain_state *st,
    const struct token *op, const struct token *found)
{
	struct span s = span_of(p, op);

	if (found->kind == TOKEN_END)
		(void)p_incomplete(p, span_after(s),
		    "EmptyPipelineChainElement", text_of(""));
	else if (found->kind != TOKEN_DOT && found->kind != TOKEN_AMPERSAND)
		p_error(p, span_join(s, span_of(p, found)),
		    "EmptyPipelineChainElement");
	mem_free(st->is_or);
	s = span_join(span_node(st->pipelines.v[0]), s);
	return node_error_make(p, s, &st->pipelines);
}

/* `&` at the end; a chain operator after it is an error. */
static bool
background(struct parser *p)
{
	const struct token *t;

	if (!p_accept(p, TOKEN_AMPERSAND, NULL))
		return false;
	t = p_peek(p);
	if (t->kind == TOKEN_AND_AND || t->kind == TOKEN_OR_OR) {
		p_error(p, span_of(p, t), "BackgroundOperatorInPipelineChain");
		p_skip(p);
	}
	return true;
}

/* Notes the operator behind the last pipeline. */
static void
chain_operator(struct chain_state *st, bool is_or)
{
	size_t i = st->pipelines.n - 1;

	if ((i & (i + 1)) == 0)
		st->is_or = mem_array_grow(st->is_or, 2 * i + 2,
		    sizeof(*st->is_or));
	st->is_or[i] = is_or;
}

static struct node *
chain(struct parser *p, struct node *expression)
{
	struct chain_state st = { 0 };
	struct token op = { 0 };

	for (;;) {
		struct token found = expression == NULL ? *p_peek(p) : op;
		struct node *n = pipeline(p, expression);

		expression = NULL;
		if (n == NULL && st.pipelines.n == 0)
			return NULL;
		if (n == NULL)
			return chain_broken(p, &st, &op, &found);
		gather_add(&st.pipelines, n);
		if (!p_accept(p, TOKEN_AND_AND, &op) &&
		    !p_accept(p, TOKEN_OR_OR, &op))
			return chain_end(p, &st, background(p));
		chain_operator(&st, op.kind == TOKEN_OR_OR);
		p_skip_newlines(p);
	}
}

struct node *
parse_pipeline_chain(struct parser *p)
{
	enum lex_mode mode;
	struct node *expression;
	struct token t;
	bool assigns = false;

	mode = p_mode(p, LEX_EXPRESSION);
	expression = parse_expression(p, false);
	if (expression != NULL &&
	    (p_peek(p)->flags & TOKEN_IS_ASSIGNMENT) != 0) {
		/* Read here: as a command's word `=0` would be one token. */
		p_next(p, &t);
		assigns = true;
	}
	(void)p_mode(p, mode);
	if (assigns)
		return assignment(p, expression, &t);
	return chain(p, expression);
}
