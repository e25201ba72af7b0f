/* SPDX-License-Identifier: GPL-3.0-or-later */
/* if, while, do, for, foreach: conditions and loops. */
#include "config.h"

#include <string.h>

#include "core/mem.h"
#include "shell/lang/parse_internal.h"

static struct tree_text
label_of(const struct token *label)
{
	return label != NULL ? label->text : text_of("");
}

static struct span
start_of(struct parser *p, const struct token *label, const struct token *t)
{
	return span_of(p, label != NULL ? label : t);
}

static struct tree_text
word(const struct token *t)
{
	return text_of(token_kind_text(t->kind));
}

/* One `( condition ) { body }`; false: an error was told, *endp is its end. */
static bool
if_clause(struct parser *p, const struct token *keyword,
    struct tree_clause *c, struct gather *parts, struct span *endp)
{
	struct tree_text name = token_text(p, keyword);
	struct token lparen, rparen;
	bool empty = false;

	p_skip_newlines(p);
	if (!p_accept(p, TOKEN_LPAREN, &lparen)) {
		*endp = span_of(p, keyword);
		(void)p_incomplete(p, span_after(*endp),
		    "MissingOpenParenthesisInIfStatement", name);
		return false;
	}
	p_skip_newlines(p);
	c->test = parse_pipeline_chain(p);
	if (c->test == NULL) {
		struct span s = span_after(span_of(p, &lparen));

		empty = true;
		(void)p_incomplete(p, s, "IfStatementMissingCondition", name);
		c->test = node_error_make(p, s, NULL);
	} else {
		gather_add(parts, c->test);
	}
	p_skip_newlines(p);
	if (!p_accept(p, TOKEN_RPAREN, &rparen)) {
		*endp = span_before(p, p_peek(p));
		if (!empty)
			(void)p_incomplete(p, span_of(p, p_peek(p)),
			    "MissingEndParenthesisAfterStatement", name);
		return false;
	}
	c->body = parse_block(p);
	if (c->body == NULL) {
		*endp = span_of(p, &rparen);
		(void)p_incomplete(p, *endp, "MissingStatementBlock", name);
		return false;
	}
	gather_add(parts, c->body);
	return true;
}

static struct tree_clause *
clause_add(struct tree_clause *v, size_t n, const struct tree_clause *c)
{
	if ((n & (n + 1)) == 0)
		v = mem_array_grow(v, 2 * n + 2, sizeof(*v));
	v[n] = *c;
	return v;
}

static const struct tree_clause *
clauses_end(struct parser *p, struct tree_clause *v, size_t n)
{
	struct tree_clause *copy = NULL;

	if (n > 0) {
		copy = tree_alloc(p->arena, n * sizeof(*copy));
		memcpy(copy, v, n * sizeof(*copy));
	}
	mem_free(v);
	return copy;
}

/* What follows a clause: 1 another one, 0 nothing, -1 an error. */
static int
if_more(struct parser *p, struct token *keyword, struct node_block **elsep)
{
	size_t back = p_here(p);

	p_skip_newlines(p);
	if (p_accept(p, TOKEN_ELSEIF, keyword))
		return 1;
	if (!p_accept(p, TOKEN_ELSE, keyword)) {
		/* The newline may end a line of a hash table. */
		p_back(p, back);
		return 0;
	}
	*elsep = parse_block(p);
	if (*elsep != NULL)
		return 0;
	(void)p_incomplete(p, span_after(span_of(p, keyword)),
	    "MissingStatementBlockAfterElse", text_of(""));
	return -1;
}

struct node *
parse_if(struct parser *p, const struct token *t)
{
	struct span whole = span_of(p, t);
	struct tree_clause *clauses = NULL;
	struct tree_clause c = { NULL, NULL };
	struct node_block *otherwise = NULL;
	struct gather parts = { 0 };
	struct token keyword = *t;
	struct node_if *n;
	struct span end;
	size_t count = 0;
	int more;

	do {
		if (!if_clause(p, &keyword, &c, &parts, &end))
			goto error;
		clauses = clause_add(clauses, count++, &c);
		more = if_more(p, &keyword, &otherwise);
		end = span_of(p, &keyword);
	} while (more > 0);
	if (more < 0)
		goto error;
	mem_free(parts.v);
	whole.end = otherwise != NULL ? otherwise->node.end
	    : c.body->node.end;
	n = node_make(p, NODE_IF, sizeof(*n), whole);
	n->nclause = count;
	n->clauses = clauses_end(p, clauses, count);
	n->otherwise = otherwise;
	return &n->node;
error:
	mem_free(clauses);
	return node_error_make(p, span_join(whole, end), &parts);
}

struct node *
parse_while(struct parser *p, const struct token *label,
    const struct token *t)
{
	struct span whole = start_of(p, label, t);
	struct gather parts = { 0 };
	struct token lparen, rparen;
	struct node_loop *n;
	struct node *condition;
	struct node_block *body;

	p_skip_newlines(p);
	if (!p_accept(p, TOKEN_LPAREN, &lparen)) {
		whole = span_join(whole, span_of(p, t));
		(void)p_incomplete(p, span_after(whole),
		    "MissingOpenParenthesisAfterKeyword", token_text(p, t));
		return node_error_make(p, whole, NULL);
	}
	p_skip_newlines(p);
	condition = parse_pipeline_chain(p);
	gather_add(&parts, condition);
	whole = span_join(whole, condition != NULL ? span_node(condition)
	    : span_of(p, &lparen));
	if (condition == NULL)
		(void)p_incomplete(p, span_after(whole),
		    "MissingExpressionAfterKeyword", word(t));
	p_skip_newlines(p);
	if (!p_accept(p, TOKEN_RPAREN, &rparen)) {
		if (condition != NULL)
			(void)p_incomplete(p, span_after(whole),
			    "MissingEndParenthesisAfterStatement", word(t));
		return node_error_make(p, whole, &parts);
	}
	whole = span_join(whole, span_of(p, &rparen));
	body = parse_block(p);
	if (body == NULL) {
		(void)p_incomplete(p, span_after(whole),
		    "MissingLoopStatement", word(t));
		return node_error_make(p, whole, &parts);
	}
	mem_free(parts.v);
	n = node_make(p, NODE_WHILE, sizeof(*n),
	    span_join(whole, span_node(body)));
	n->label = label_of(label);
	n->condition = condition;
	n->body = body;
	return &n->node;
}

/* `( condition )` after while or until; false: an error at *endp. */
static bool
do_condition(struct parser *p, const struct token *keyword,
    struct node **conditionp, struct span *endp)
{
	struct token lparen, rparen;

	*endp = span_of(p, keyword);
	p_skip_newlines(p);
	if (!p_accept(p, TOKEN_LPAREN, &lparen)) {
		(void)p_incomplete(p, span_after(*endp),
		    "MissingOpenParenthesisAfterKeyword", word(keyword));
		return false;
	}
	*endp = span_of(p, &lparen);
	p_skip_newlines(p);
	*conditionp = parse_pipeline_chain(p);
	if (*conditionp == NULL)
		(void)p_incomplete(p, span_after(*endp),
		    "MissingExpressionAfterKeyword", word(keyword));
	p_skip_newlines(p);
	if (!p_accept(p, TOKEN_RPAREN, &rparen)) {
		if (*conditionp != NULL) {
			*endp = span_node(*conditionp);
			(void)p_incomplete(p, span_after(*endp),
			    "MissingEndParenthesisAfterStatement",
			    word(keyword));
		}
		return false;
	}
	if (*conditionp == NULL)
		return false;
	*endp = span_of(p, &rparen);
	return true;
}

struct node *
parse_do(struct parser *p, const struct token *label, const struct token *t)
{
	struct span whole = start_of(p, label, t);
	struct span end = span_of(p, t);
	struct gather parts = { 0 };
	struct node *condition = NULL;
	struct node_block *body;
	struct node_loop *n;
	struct token keyword;

	body = parse_block(p);
	if (body == NULL) {
		(void)p_incomplete(p, span_after(end), "MissingLoopStatement",
		    word(t));
		goto error;
	}
	p_skip_newlines(p);
	p_next(p, &keyword);
	if (keyword.kind != TOKEN_WHILE && keyword.kind != TOKEN_UNTIL) {
		p_unget(p, &keyword);
		end = span_node(body);
		(void)p_incomplete(p, span_after(end),
		    "MissingWhileOrUntilInDoWhile", text_of(""));
		goto error;
	}
	if (!do_condition(p, &keyword, &condition, &end))
		goto error;
	n = node_make(p, keyword.kind == TOKEN_UNTIL ? NODE_DO_UNTIL
	    : NODE_DO_WHILE, sizeof(*n), span_join(whole, end));
	n->label = label_of(label);
	n->condition = condition;
	n->body = body;
	return &n->node;
error:
	gather_add(&parts, body);
	gather_add(&parts, condition);
	return node_error_make(p, span_join(whole, end), &parts);
}

/* One of the three parts of `for`, and the semicolon after it. */
static struct node *
for_part(struct parser *p, bool semicolon, struct span *endp)
{
	struct token t;
	struct node *n;

	p_skip_newlines(p);
	n = parse_pipeline_chain(p);
	if (n != NULL)
		*endp = span_node(n);
	if (semicolon && p_accept(p, TOKEN_SEMI, &t))
		*endp = span_of(p, &t);
	return n;
}

struct node *
parse_for(struct parser *p, const struct token *label, const struct token *t)
{
	struct span whole = start_of(p, label, t);
	struct gather parts = { 0 };
	struct node_for n = { 0 };
	struct node_for *made;
	struct token paren;
	struct span end;

	p_skip_newlines(p);
	if (!p_accept(p, TOKEN_LPAREN, &paren)) {
		end = span_of(p, t);
		(void)p_incomplete(p, span_after(end),
		    "MissingOpenParenthesisAfterKeyword", word(t));
		return node_error_make(p, span_join(whole, end), NULL);
	}
	end = span_of(p, &paren);
	n.init = for_part(p, true, &end);
	n.condition = for_part(p, true, &end);
	n.step = for_part(p, false, &end);
	p_skip_newlines(p);
	if (!p_accept(p, TOKEN_RPAREN, &paren)) {
		(void)p_incomplete(p, span_after(end),
		    "MissingEndParenthesisAfterStatement", word(t));
		goto error;
	}
	end = span_of(p, &paren);
	n.body = parse_block(p);
	if (n.body == NULL) {
		(void)p_incomplete(p, span_after(end), "MissingLoopStatement",
		    word(t));
		goto error;
	}
	made = node_make(p, NODE_FOR, sizeof(*made),
	    span_join(whole, span_node(n.body)));
	n.node = made->node;
	n.label = label_of(label);
	*made = n;
	return &made->node;
error:
	gather_add(&parts, n.init);
	gather_add(&parts, n.condition);
	gather_add(&parts, n.step);
	return node_error_make(p, span_join(whole, end), &parts);
}

/* -Parallel, -ThrottleLimit n */
static void
foreach_flags(struct parser *p, struct node_foreach *n)
{
	struct token t;

	p_skip_newlines(p);
	while (p_accept(p, TOKEN_PARAMETER, &t)) {
		if (is_parameter(&t, "parallel")) {
			n->parallel = true;
		} else if (is_parameter(&t, "throttlelimit")) {
			p_skip_newlines(p);
			n->throttle = parse_single_argument(p,
			    ARGUMENT_PLAIN);
			if (n->throttle == NULL)
				(void)p_incomplete(p,
				    span_after(span_of(p, &t)),
				    "MissingThrottleLimit", text_of(""));
		} else {
			p_error_text(p, span_of(p, &t), "InvalidForeachFlag",
			    t.text);
		}
		p_skip_newlines(p);
	}
}

/* `$x in pipeline ) { body }`; the id of an error, shown after *endp. */
static const char *
foreach_rest(struct parser *p, struct node_foreach *n, struct span *endp)
{
	struct token t;

	p_skip_newlines(p);
	p_next(p, &t);
	if (t.kind != TOKEN_VARIABLE && t.kind != TOKEN_SPLATTED) {
		p_unget(p, &t);
		return "MissingVariableNameAfterForeach";
	}
	*endp = span_of(p, &t);
	n->variable = node_variable(make_variable(p, t.text,
	    t.kind == TOKEN_SPLATTED, *endp));
	p_skip_newlines(p);
	if (!p_accept(p, TOKEN_IN, &t))
		return "MissingInInForeach";
	*endp = span_of(p, &t);
	p_skip_newlines(p);
	n->collection = parse_pipeline_chain(p);
	if (n->collection == NULL)
		return "MissingForeachExpression";
	*endp = span_node(n->collection);
	p_skip_newlines(p);
	if (!p_accept(p, TOKEN_RPAREN, &t))
		return "MissingEndParenthesisAfterForeach";
	*endp = span_of(p, &t);
	n->body = parse_block(p);
	if (n->body == NULL)
		return "MissingForeachStatement";
	*endp = span_node(n->body);
	return NULL;
}

struct node *
parse_foreach(struct parser *p, const struct token *label,
    const struct token *t)
{
	struct span whole = start_of(p, label, t);
	struct span end = span_of(p, t);
	struct node_foreach n = { 0 };
	struct gather parts = { 0 };
	struct node_foreach *made;
	const char *error;
	struct token lparen;

	foreach_flags(p, &n);
	if (!p_accept(p, TOKEN_LPAREN, &lparen)) {
		(void)p_incomplete(p, span_after(end),
		    "MissingOpenParenthesisAfterKeyword", word(t));
		return node_error_make(p, span_join(whole, end), NULL);
	}
	end = span_of(p, &lparen);
	error = foreach_rest(p, &n, &end);
	if (error != NULL) {
		(void)p_incomplete(p, span_after(end), error, text_of(""));
		gather_add(&parts, n.variable);
		gather_add(&parts, n.collection);
		return node_error_make(p, span_join(whole, end), &parts);
	}
	made = node_make(p, NODE_FOREACH, sizeof(*made),
	    span_join(whole, end));
	n.node = made->node;
	n.label = label_of(label);
	*made = n;
	return &made->node;
}
