/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expressions with operators: ternary, binary, comma, unary, casts. */
#include "config.h"

#include "core/mem.h"
#include "shell/lang/parse_internal.h"

/* Operands and operators that wait for one that binds less. */
struct stacks {
	struct gather operands;
	struct token *ops; /* heap */
	size_t nop, cap;
};

static void
op_push(struct stacks *st, const struct token *t)
{
	if (st->nop == st->cap) {
		st->cap = st->cap == 0 ? 4 : st->cap * 2;
		st->ops = mem_array_grow(st->ops, st->cap, sizeof(*st->ops));
	}
	st->ops[st->nop++] = *t;
}

static enum tree_op
binary_op(const struct token *t)
{
	switch ((int)t->kind) {
	case TOKEN_DOT_DOT:
		return TREE_OP_RANGE;
	case TOKEN_MULTIPLY:
		return TREE_OP_MUL;
	case TOKEN_DIVIDE:
		return TREE_OP_DIV;
	case TOKEN_REM:
		return TREE_OP_REM;
	case TOKEN_PLUS:
		return TREE_OP_ADD;
	case TOKEN_MINUS:
		return TREE_OP_SUB;
	default:
		return t->op;
	}
}

/* Takes the last operator and its two operands. */
static void
reduce(struct parser *p, struct stacks *st)
{
	const struct token *op = &st->ops[--st->nop];
	struct node *right = st->operands.v[--st->operands.n];
	struct node *left = st->operands.v[--st->operands.n];
	struct span s = span_of(p, op);
	struct node_binary *n;

	n = node_make(p, NODE_BINARY, sizeof(*n),
	    span_join(span_node(left), span_node(right)));
	n->op = binary_op(op);
	n->op_start = s.start;
	n->op_end = s.end;
	n->left = left;
	n->right = right;
	node_above(p, &n->node, left);
	node_above(p, &n->node, right);
	gather_add(&st->operands, n);
}

/* `-foo` where an operator should stand: eaten, kept for completion. */
static struct node *
no_operator(struct parser *p, const struct token *t, struct node *before)
{
	struct span s = span_of(p, t);
	struct node_command_parameter *n;
	struct gather g = { 0 };

	p_unexpected(p, t);
	n = node_make(p, NODE_COMMAND_PARAMETER, sizeof(*n), s);
	n->name = t->text;
	n->name_end = s.end;
	gather_add(&g, before);
	gather_add(&g, n);
	return node_error_make(p, span_join(span_node(before), s), &g);
}

static struct node *array_literal(struct parser *p, bool end_number);

static struct node *
missing_operand(struct parser *p, const struct token *op)
{
	struct span s = span_after(span_of(p, op));

	(void)p_incomplete(p, s, "ExpectedValueExpression",
	    token_text(p, op));
	return node_error_make(p, s, NULL);
}

static struct node *
binary(struct parser *p, bool end_number)
{
	struct stacks st = { 0 };
	struct node *n = array_literal(p, end_number);
	struct token t;

	if (n == NULL)
		return NULL;
	for (;;) {
		p_next(p, &t);
		if ((t.flags & TOKEN_IS_BINARY) == 0)
			break;
		if (st.operands.n == 0)
			gather_add(&st.operands, n);
		while (st.nop > 0 && token_precedence(&t) <=
		    token_precedence(&st.ops[st.nop - 1]))
			reduce(p, &st);
		op_push(&st, &t);
		p_skip_newlines(p);
		n = array_literal(p, true);
		gather_add(&st.operands, n != NULL ? n
		    : missing_operand(p, &t));
	}
	while (st.nop > 0)
		reduce(p, &st);
	if (st.operands.n > 0)
		n = st.operands.v[0];
	mem_free(st.operands.v);
	mem_free(st.ops);
	if (t.kind == TOKEN_PARAMETER)
		return no_operator(p, &t, n);
	p_unget(p, &t);
	return n;
}

static struct node *
ternary_rest(struct parser *p, struct node *condition,
    const struct token *question)
{
	struct gather g = { 0 };
	struct node_ternary *n;
	struct node *yes, *no;
	struct token colon;
	bool missing;

	p_skip_newlines(p);
	yes = parse_expression(p, true);
	missing = yes == NULL;
	if (missing)
		yes = missing_operand(p, question);
	p_skip_newlines(p);
	if (!p_accept(p, TOKEN_COLON, &colon)) {
		struct span s = span_before(p, p_peek(p));

		gather_add(&g, condition);
		if (!missing) {
			gather_add(&g, yes);
			(void)p_incomplete(p, span_of(p, p_peek(p)),
			    "MissingColonInTernaryExpression", text_of(""));
		}
		return node_error_make(p,
		    span_join(span_node(condition), s), &g);
	}
	p_skip_newlines(p);
	no = parse_expression(p, true);
	if (no == NULL)
		no = missing_operand(p, &colon);
	n = node_make(p, NODE_TERNARY, sizeof(*n),
	    span_join(span_node(condition), span_node(no)));
	n->condition = condition;
	n->if_true = yes;
	n->if_false = no;
	node_above(p, &n->node, condition);
	node_above(p, &n->node, yes);
	node_above(p, &n->node, no);
	return &n->node;
}

struct node *
parse_expression(struct parser *p, bool end_number)
{
	struct node *n = NULL;
	enum lex_mode mode;
	struct token t;

	if (!p_enter(p))
		goto out;
	mode = p_mode(p, LEX_EXPRESSION);
	n = binary(p, end_number);
	if (n != NULL && p_accept(p, TOKEN_QUESTION, &t))
		n = ternary_rest(p, n, &t);
	(void)p_mode(p, mode);
out:
	p_leave(p);
	return n;
}

static struct node *
array_literal(struct parser *p, bool end_number)
{
	struct node *first = parse_unary(p, end_number);
	struct node_array_literal *n;
	struct gather g = { 0 };
	struct token comma;

	if (first == NULL || p->no_comma || !p_is(p, TOKEN_COMMA))
		return first;
	gather_add(&g, first);
	while (p_accept(p, TOKEN_COMMA, &comma)) {
		struct node *e;

		p_skip_newlines(p);
		e = parse_unary(p, true);
		if (e == NULL) {
			struct span s = span_of(p, &comma);

			(void)p_incomplete(p, span_after(s),
			    "MissingExpressionAfterToken", text_of(","));
			gather_add(&g, node_error_make(p, s, NULL));
			break;
		}
		gather_add(&g, e);
	}
	n = node_make(p, NODE_ARRAY_LITERAL, sizeof(*n),
	    span_join(span_node(first), span_node(gather_last(&g))));
	n->elements = gather_end(p, &g);
	for (size_t i = 0; i < n->elements.n; i++)
		node_above(p, &n->node, n->elements.v[i]);
	return &n->node;
}

static enum tree_op
unary_op(const struct token *t)
{
	switch ((int)t->kind) {
	case TOKEN_PLUS:
		return TREE_OP_PLUS;
	case TOKEN_MINUS:
		return TREE_OP_MINUS;
	case TOKEN_EXCLAIM:
		return TREE_OP_NOT;
	case TOKEN_PLUS_PLUS:
		return TREE_OP_PRE_INC;
	case TOKEN_MINUS_MINUS:
		return TREE_OP_PRE_DEC;
	default:
		return t->op;
	}
}

static struct node *
make_unary(struct parser *p, enum tree_op op, struct node *child,
    struct span s)
{
	struct node_unary *n = node_make(p, NODE_UNARY, sizeof(*n), s);

	n->op = op;
	n->child = child;
	node_above(p, &n->node, child);
	return &n->node;
}

/* After a unary operator. */
static struct node *
operand(struct parser *p, const struct token *t)
{
	struct node_array_literal *n;
	struct span s = span_of(p, t);
	struct gather g = { 0 };
	struct node *child;

	p_skip_newlines(p);
	child = parse_unary(p, true);
	if (child == NULL) {
		(void)p_incomplete(p, span_after(s),
		    "MissingExpressionAfterOperator", token_text(p, t));
		return node_error_make(p, s, NULL);
	}
	s = span_join(s, span_node(child));
	if (t->kind != TOKEN_COMMA)
		return make_unary(p, unary_op(t), child, s);
	n = node_make(p, NODE_ARRAY_LITERAL, sizeof(*n), s);
	gather_add(&g, child);
	n->elements = gather_end(p, &g);
	node_above(p, &n->node, child);
	return &n->node;
}

static struct node *
make_convert(struct parser *p, struct node *type, struct node *child)
{
	struct span s = span_join(span_node(type), span_node(child));
	struct node_attributed *a;
	struct node_convert *c;

	if (type->kind == NODE_TYPE_CONSTRAINT) {
		c = node_make(p, NODE_CONVERT, sizeof(*c), s);
		c->type = node_type_constraint(type);
		c->child = child;
		node_above(p, &c->node, child);
		return &c->node;
	}
	a = node_make(p, NODE_ATTRIBUTED, sizeof(*a), s);
	a->attribute = type;
	a->child = child;
	node_above(p, &a->node, child);
	return &a->node;
}

static struct node *
make_type_expression(struct parser *p, struct node *constraint)
{
	struct node_type *n = node_make(p, NODE_TYPE, sizeof(*n),
	    span_node(constraint));

	n->name = node_type_constraint(constraint)->name;
	return &n->node;
}

/* The last of the brackets: a cast, a type, or an attribute. */
static struct node *
innermost(struct parser *p, struct gather *g, struct span start)
{
	struct node *last = g->v[g->n - 1];
	struct node *child = NULL;
	struct token t;

	if (last->kind == NODE_ATTRIBUTE) {
		p_skip_newlines(p);
		child = parse_unary(p, true);
		if (child != NULL)
			return make_convert(p, last, child);
		(void)p_incomplete(p, span_node(last), "UnexpectedAttribute",
		    type_of(last));
		return node_error_make(p,
		    span_join(start, span_node(last)), g);
	}
	if (!p->has_held && p_member_access(p, false, &t)) {
		p_back(p, t.pos);
		return parse_accesses(p, make_type_expression(p, last));
	}
	if (!p_is(p, TOKEN_NEWLINE) && !p_is(p, TOKEN_COMMA))
		child = parse_unary(p, true);
	return child != NULL ? make_convert(p, last, child)
	    : make_type_expression(p, last);
}

/* At a `[`. */
static struct node *
bracketed(struct parser *p)
{
	struct span start = span_of(p, p_peek(p));
	struct gather g = { 0 };
	struct node *n;

	if (!parse_attributes(p, true, &g))
		return NULL;
	n = innermost(p, &g, start);
	if (n->kind == NODE_ERROR)
		g.n = 0;
	for (size_t i = g.n < 2 ? 0 : g.n - 1; i-- > 0 && !p->stopped;)
		n = make_convert(p, g.v[i], n);
	mem_free(g.v);
	return n;
}

/* The next token, with -5 as one number. */
static void
peek_signed(struct parser *p, bool end_number)
{
	bool signed_numbers = p->lx.signed_numbers;
	bool ternary = p->lx.end_on_ternary;

	p->lx.signed_numbers = true;
	p->lx.end_on_ternary = end_number;
	if (p->has_held && !p->stopped &&
	    (p->held.kind == TOKEN_MINUS ||
	    (end_number && p->held.kind == TOKEN_GENERIC)))
		p_back(p, p->held.pos);
	(void)p_peek(p);
	p->lx.signed_numbers = signed_numbers;
	p->lx.end_on_ternary = ternary;
}

static struct node *
unary_rest(struct parser *p, bool end_number)
{
	struct node *n;
	struct token t;

	peek_signed(p, end_number);
	t = *p_peek(p);
	if (t.flags & TOKEN_IS_UNARY) {
		if (p->no_comma && t.kind == TOKEN_COMMA)
			return NULL;
		p_skip(p);
		n = operand(p, &t);
		if (n->kind == NODE_ERROR)
			return n;
	} else if (t.kind == TOKEN_LBRACKET) {
		n = bracketed(p);
		if (n != NULL && n->kind == NODE_ERROR)
			return n;
	} else {
		n = parse_primary(p, true);
	}
	if (n == NULL)
		return NULL;
	if (p_accept(p, TOKEN_PLUS_PLUS, &t))
		return make_unary(p, TREE_OP_POST_INC, n,
		    span_join(span_node(n), span_of(p, &t)));
	if (p_accept(p, TOKEN_MINUS_MINUS, &t))
		return make_unary(p, TREE_OP_POST_DEC, n,
		    span_join(span_node(n), span_of(p, &t)));
	return n;
}

struct node *
parse_unary(struct parser *p, bool end_number)
{
	struct node *n = NULL;

	if (p_enter(p))
		n = unary_rest(p, end_number);
	p_leave(p);
	return n;
}
