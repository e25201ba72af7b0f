/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values, and what is reached from them: members, calls, elements. */
#include "config.h"

#include <string.h>

#include "core/mem.h"
#include "shell/lang/parse_internal.h"

/* LIMIT: strings inside $(...) inside strings. */
#define STRINGS_MAX 32

struct node *
make_variable(struct parser *p, struct tree_text path, bool splatted,
    struct span s)
{
	struct node_variable *n = node_make(p, NODE_VARIABLE, sizeof(*n), s);

	n->path = path;
	n->splatted = splatted;
	variable_path_split(path, &n->scope, &n->drive, &n->name);
	return &n->node;
}

/* A variable, or $using:x with the accesses that belong to it. */
static struct node *
variable(struct parser *p, struct tree_text path, bool splatted,
    struct span s, bool access)
{
	struct node *n = make_variable(p, path, splatted, s);
	struct node_using_expression *u;

	if (node_variable(n)->scope != TREE_SCOPE_USING ||
	    node_variable(n)->name.len == 0)
		return n;
	n = make_variable(p, node_variable(n)->name, splatted, s);
	if (access)
		n = parse_accesses(p, n);
	u = node_make(p, NODE_USING_EXPRESSION, sizeof(*u), span_node(n));
	u->child = n;
	node_above(p, &u->node, n);
	return &u->node;
}

static struct node *
sub_piece(struct parser *p, const struct lex_piece *piece)
{
	struct token held = p->held;
	bool has_held = p->has_held;
	struct lex_state st;
	struct node *n;

	if (p->lx.nesting >= STRINGS_MAX && !p->stopped) {
		struct span s = { lexer_source(&p->lx, piece->pos),
			lexer_source(&p->lx, piece->end) };

		p_stop(p, s);
	}
	p_again(p, piece->unescape ? piece->end - piece->pos : 0);
	if (p->stopped)
		return NULL;
	p->has_held = false;
	lexer_enter(&p->lx, piece, &st);
	n = parse_primary(p, true);
	lexer_leave(&p->lx, &st);
	p->held = held;
	p->has_held = has_held;
	return n;
}

struct node *
parse_expandable_token(struct parser *p, const struct token *t,
    enum tree_string which)
{
	struct node_expandable *n = node_make(p, NODE_EXPANDABLE, sizeof(*n),
	    span_of(p, t));
	struct tree_piece *pieces;

	n->which = which;
	n->text = t->text;
	n->npiece = t->npiece;
	pieces = tree_alloc(p->arena, t->npiece * sizeof(*pieces));
	n->pieces = pieces;
	for (size_t i = 0; i < t->npiece; i++) {
		const struct lex_piece *l = &t->pieces[i];
		struct span s = { lexer_source(&p->lx, l->pos),
			lexer_source(&p->lx, l->end) };

		pieces[i].text = text_of("");
		if (l->kind == LEX_PIECE_VARIABLE && p->lx.save != NULL)
			token_list_add(p->lx.save, TOKEN_VARIABLE,
			    TOKEN_NESTED, s.start, s.end);
		if (l->kind == LEX_PIECE_TEXT)
			pieces[i].text = l->text;
		else if (l->kind == LEX_PIECE_VARIABLE)
			pieces[i].expression = variable(p, l->text, false, s,
			    false);
		else
			pieces[i].expression = sub_piece(p, l);
	}
	return &n->node;
}

static struct node *
string(struct parser *p, const struct token *t)
{
	enum tree_string which = t->kind == TOKEN_STRING ? TREE_STRING_SINGLE
	    : t->kind == TOKEN_STRING_EXPAND ? TREE_STRING_DOUBLE
	    : t->kind == TOKEN_HERE ? TREE_STRING_SINGLE_HERE
	    : TREE_STRING_DOUBLE_HERE;

	if (t->npiece > 0)
		return parse_expandable_token(p, t, which);
	return make_string(p, t->text, which, span_of(p, t));
}

static struct node *
number(struct parser *p, const struct token *t)
{
	struct node_constant *n = node_make(p, NODE_CONSTANT, sizeof(*n),
	    span_of(p, t));

	n->number = t->number;
	return &n->node;
}

static struct node *
paren(struct parser *p, const struct token *t)
{
	struct span s = span_of(p, t);
	enum lex_mode mode = p_mode(p, LEX_COMMAND);
	bool no_comma = p->no_comma;
	struct node_paren *n;
	struct node *inner;
	struct token rparen;

	p->no_comma = false;
	p_skip_newlines(p);
	inner = parse_pipeline_chain(p);
	if (inner == NULL) {
		(void)p_incomplete(p, span_after(s), "ExpectedExpression",
		    text_of(""));
		inner = node_error_make(p, span_after(s), NULL);
	}
	p_skip_newlines(p);
	s = span_join(s, span_node(inner));
	if (p_accept(p, TOKEN_RPAREN, &rparen))
		s = span_join(s, span_of(p, &rparen));
	else
		(void)p_incomplete(p, span_after(span_node(inner)),
		    "MissingEndParenthesisInExpression", text_of(""));
	p->no_comma = no_comma;
	(void)p_mode(p, mode);
	n = node_make(p, NODE_PAREN, sizeof(*n), s);
	n->pipeline = inner;
	return &n->node;
}

/* $( ... ) and @( ... ) */
static struct node *
sub_expression(struct parser *p, const struct token *t)
{
	struct span s = span_of(p, t);
	struct span body = span_after(s);
	enum lex_mode mode = p_mode(p, LEX_COMMAND);
	bool no_comma = p->no_comma;
	struct gather statements = { 0 }, traps = { 0 };
	struct node_block *b;
	struct node_sub *n;
	struct token rparen;

	p->no_comma = false;
	p_skip_newlines(p);
	if (parse_statement_list(p, &statements, &traps, &body))
		s = span_join(s, body);
	p_skip_newlines(p);
	if (p_accept(p, TOKEN_RPAREN, &rparen))
		s = span_join(s, span_of(p, &rparen));
	else
		(void)p_incomplete(p, span_of(p, p_peek(p)),
		    "MissingEndParenthesisInSubexpression", text_of(""));
	p->no_comma = no_comma;
	(void)p_mode(p, mode);
	b = node_make(p, NODE_STATEMENT_BLOCK, sizeof(*b), body);
	b->statements = gather_end(p, &statements);
	b->traps = gather_end(p, &traps);
	n = node_make(p, t->kind == TOKEN_AT_PAREN ? NODE_ARRAY
	    : NODE_SUBEXPRESSION, sizeof(*n), s);
	n->body = b;
	return &n->node;
}

/* After the key: what stands behind its `=`. */
static struct node *
pair_value(struct parser *p, struct node *key, const struct token *equals,
    enum lex_mode mode)
{
	struct span s = span_after(span_node(key));
	struct node *n;

	if (equals->kind != TOKEN_EQUALS) {
		p_unget(p, equals);
		p_error(p, s, "MissingEqualsInHashLiteral");
		p_sync(p, false, SYNC_RCURLY | SYNC_SEMI | SYNC_NEWLINE);
		return node_error_make(p, s, NULL);
	}
	(void)p_mode(p, LEX_COMMAND);
	p_skip_newlines(p);
	n = parse_statement(p);
	(void)p_mode(p, mode);
	if (n != NULL)
		return n;
	s = span_after(span_of(p, equals));
	(void)p_incomplete(p, s, "MissingStatementInHashLiteral",
	    text_of(""));
	return node_error_make(p, s, NULL);
}

static bool
pair(struct parser *p, struct tree_pair *out)
{
	enum lex_mode mode = p_mode(p, LEX_EXPRESSION);
	struct token equals;

	out->key = parse_label_or_key(p);
	if (out->key != NULL)
		p_next(p, &equals);
	(void)p_mode(p, mode);
	if (out->key == NULL)
		return false;
	out->value = pair_value(p, out->key, &equals, mode);
	return true;
}

static struct node *
hashtable(struct parser *p, const struct token *t)
{
	struct span s = span_of(p, t);
	struct tree_pair *pairs = NULL; /* heap */
	struct tree_pair *copy = NULL;
	struct node_hashtable *n;
	struct tree_pair one;
	struct token rcurly;
	size_t count = 0;

	p_skip_newlines(p);
	while (pair(p, &one)) {
		if ((count & (count + 1)) == 0)
			pairs = mem_array_grow(pairs, 2 * count + 2,
			    sizeof(*pairs));
		pairs[count++] = one;
		if (!p_is(p, TOKEN_NEWLINE) && !p_is(p, TOKEN_SEMI))
			break;
		p_skip_separators(p);
	}
	if (p_accept(p, TOKEN_RCURLY, &rcurly)) {
		s.end = span_of(p, &rcurly).end;
	} else {
		(void)p_incomplete_found(p, span_after(s),
		    span_of(p, p_peek(p)), "MissingEndCurlyBrace",
		    text_of(""));
		s = span_join(s, span_before(p, p_peek(p)));
	}
	if (count > 0) {
		copy = tree_alloc(p->arena, count * sizeof(*copy));
		memcpy(copy, pairs, count * sizeof(*copy));
	}
	mem_free(pairs);
	n = node_make(p, NODE_HASHTABLE, sizeof(*n), s);
	n->pairs = copy;
	n->npair = count;
	return &n->node;
}

struct node *
parse_script_block_expression(struct parser *p, const struct token *lcurly)
{
	enum lex_mode mode = p_mode(p, LEX_COMMAND);
	struct node_script_block_expression *n;
	bool no_comma = p->no_comma;
	struct node_script_block *sb;

	p->no_comma = false;
	sb = parse_script_block(p, lcurly, false);
	p->no_comma = no_comma;
	(void)p_mode(p, mode);
	n = node_make(p, NODE_SCRIPT_BLOCK_EXPRESSION, sizeof(*n),
	    span_node(sb));
	n->block = sb;
	return &n->node;
}

struct node *
parse_primary(struct parser *p, bool access)
{
	struct node *n;
	struct token t;

	p_next(p, &t);
	switch ((int)t.kind) {
	case TOKEN_SPLATTED:
	case TOKEN_VARIABLE:
		n = variable(p, t.text, t.kind == TOKEN_SPLATTED,
		    span_of(p, &t), access);
		break;
	case TOKEN_NUMBER:
		n = number(p, &t);
		break;
	case TOKEN_STRING:
	case TOKEN_STRING_EXPAND:
	case TOKEN_HERE:
	case TOKEN_HERE_EXPAND:
		n = string(p, &t);
		break;
	case TOKEN_LPAREN:
		n = paren(p, &t);
		break;
	case TOKEN_AT_PAREN:
	case TOKEN_DOLLAR_PAREN:
		n = sub_expression(p, &t);
		break;
	case TOKEN_AT_CURLY:
		n = hashtable(p, &t);
		break;
	case TOKEN_LCURLY:
		n = parse_script_block_expression(p, &t);
		break;
	default:
		p_unget(p, &t);
		return NULL;
	}
	return access ? parse_accesses(p, n) : n;
}

struct node *
parse_simple_name(struct parser *p, struct token *t)
{
	if (p->has_held && !p->stopped &&
	    (p->held.flags & TOKEN_IS_INVARIANT) == 0)
		p_back(p, p->held.pos);
	p->lx.want_name = true;
	(void)p_peek(p);
	p->lx.want_name = false;
	if (!p_accept(p, TOKEN_IDENTIFIER, t))
		return NULL;
	if (p->lx.save != NULL)
		token_list_mark(p->lx.save, span_of(p, t).start,
		    TOKEN_MEMBER_NAME, 0);
	return make_string(p, t->text, TREE_STRING_BARE, span_of(p, t));
}

struct node *
parse_label_or_key(struct parser *p)
{
	bool no_comma = p->no_comma;
	struct token t;
	struct node *n = parse_simple_name(p, &t);

	if (n != NULL || p_is(p, TOKEN_NEWLINE) || p_is(p, TOKEN_SEMI))
		return n;
	p->no_comma = true;
	n = parse_unary(p, false);
	p->no_comma = no_comma;
	return n;
}

static struct node *
member_name(struct parser *p)
{
	struct token t;
	struct node *n = parse_simple_name(p, &t);

	if (n != NULL)
		return n;
	if ((p_peek(p)->flags & TOKEN_IS_UNARY) != 0 ||
	    p_is(p, TOKEN_LBRACKET))
		return parse_unary(p, false);
	return parse_primary(p, false);
}

struct node_list
parse_call_arguments(struct parser *p, const struct token *lparen,
    struct span *lastp)
{
	bool no_comma = p->no_comma;
	bool told = false;
	struct gather g = { 0 };
	struct token comma, rparen;
	bool after_comma = false;

	*lastp = span_of(p, lparen);
	p->no_comma = true;
	for (;;) {
		struct node *n;

		p_skip_newlines(p);
		n = parse_expression(p, false);
		if (n == NULL && after_comma) {
			*lastp = span_of(p, &comma);
			(void)p_incomplete(p, span_after(*lastp),
			    "MissingExpressionAfterToken", text_of(","));
			told = true;
		}
		if (n == NULL)
			break;
		gather_add(&g, n);
		*lastp = span_node(n);
		p_skip_newlines(p);
		after_comma = p_accept(p, TOKEN_COMMA, &comma);
		if (!after_comma)
			break;
	}
	p_skip_newlines(p);
	if (p_accept(p, TOKEN_RPAREN, &rparen))
		*lastp = span_of(p, &rparen);
	else if (!told)
		(void)p_incomplete(p, span_after(*lastp),
		    "MissingEndParenthesisInMethodCall", text_of(""));
	p->no_comma = no_comma;
	return gather_end(p, &g);
}

/*
 * `[int, string]` of $x.M[int, string](). It is an index if no type stands in
 * it or no parenthesis follows; the caller then goes back.
 */
static struct node_list
method_types(struct parser *p, bool *closedp)
{
	struct node_list types = { NULL, 0 };
	size_t back = p->lx.i;
	enum lex_mode mode;
	struct token first, last;

	*closedp = false;
	if (p->lx.mode != LEX_EXPRESSION || back >= p->lx.len ||
	    p->lx.s[back] != '[' || p->stopped)
		return types;
	p_next(p, &first);
	mode = p_mode(p, LEX_TYPE_NAME);
	p_skip_newlines(p);
	p_next(p, &first);
	if (first.kind != TOKEN_IDENTIFIER) {
		p->lx.mode = mode;
		p_back(p, back);
		return types;
	}
	types = parse_type_arguments(p, &first, &last);
	*closedp = last.kind == TOKEN_RBRACKET;
	if (!*closedp) {
		p_unget(p, &last);
		(void)p_incomplete(p, span_before(p, &last),
		    "EndSquareBracketExpectedAtEndOfType", text_of(""));
	}
	(void)p_mode(p, mode);
	return types;
}

static struct node *
call(struct parser *p, struct node *target, const struct token *op,
    struct node *name, struct node_list types, const struct token *open)
{
	struct node_invoke_member *n;
	struct gather g = { 0 };
	struct node_list arguments;
	struct span last;

	if (open->kind == TOKEN_LPAREN) {
		arguments = parse_call_arguments(p, open, &last);
	} else {
		struct node *block = parse_script_block_expression(p, open);

		last = span_node(block);
		gather_add(&g, block);
		arguments = gather_end(p, &g);
	}
	n = node_make(p, NODE_INVOKE_MEMBER, sizeof(*n),
	    span_join(span_node(target), last));
	n->base.target = target;
	n->base.member = name;
	n->base.is_static = op->kind == TOKEN_COLON_COLON;
	n->base.null_conditional = op->kind == TOKEN_QUESTION_DOT;
	n->arguments = arguments;
	n->generics = types;
	node_above(p, &n->base.node, target);
	return &n->base.node;
}

static struct node *
member(struct parser *p, struct node *target, const struct token *op)
{
	struct node_list types = { NULL, 0 };
	struct node *name = member_name(p);
	struct node_member *n;
	struct token open;
	bool closed = false;

	if (name == NULL) {
		struct span s = span_of(p, op);

		(void)p_incomplete(p, span_after(s), "MissingPropertyName",
		    text_of(""));
		name = parse_single_argument(p, ARGUMENT_PLAIN);
		if (name == NULL)
			name = node_error_make(p,
			    span_join(span_node(target), s), NULL);
	} else if (!p->has_held) {
		size_t back = p->lx.i;

		types = method_types(p, &closed);
		if (p_invoke_paren(p, &open))
			return call(p, target, op, name, types, &open);
		if (closed)
			p_back(p, back);
	}
	n = node_make(p, NODE_MEMBER, sizeof(*n),
	    span_join(span_node(target), span_node(name)));
	n->target = target;
	n->member = name;
	n->is_static = op->kind == TOKEN_COLON_COLON;
	n->null_conditional = op->kind == TOKEN_QUESTION_DOT;
	node_above(p, &n->node, target);
	return &n->node;
}

static struct node *
element(struct parser *p, struct node *target, const struct token *open)
{
	bool no_comma = p->no_comma;
	struct span s = span_of(p, open);
	struct node_index *n;
	struct node *index;
	struct token close;
	bool missing;

	p->no_comma = false;
	p_skip_newlines(p);
	index = parse_expression(p, false);
	p->no_comma = no_comma;
	missing = index == NULL;
	if (missing) {
		(void)p_incomplete(p, span_after(s),
		    "MissingArrayIndexExpression", text_of(""));
		index = node_error_make(p, s, NULL);
	}
	p_skip_newlines(p);
	s = span_node(index);
	if (p_accept(p, TOKEN_RBRACKET, &close))
		s = span_of(p, &close);
	else if (!missing)
		(void)p_incomplete(p, span_after(s),
		    "MissingEndSquareBracket", text_of(""));
	n = node_make(p, NODE_INDEX, sizeof(*n),
	    span_join(span_node(target), s));
	n->target = target;
	n->index = index;
	n->null_conditional = open->kind == TOKEN_QUESTION_LBRACKET;
	node_above(p, &n->node, target);
	return &n->node;
}

struct node *
parse_accesses(struct parser *p, struct node *n)
{
	struct token t;

	while (p_member_access(p, true, &t)) {
		p_skip_newlines(p);
		if (t.kind == TOKEN_LBRACKET ||
		    t.kind == TOKEN_QUESTION_LBRACKET)
			n = element(p, n, &t);
		else
			n = member(p, n, &t);
	}
	return n;
}
