/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Script blocks: parameters, named blocks, lists of statements. */
#include "config.h"

#include <string.h>

#include "core/mem.h"
#include "shell/lang/parse_internal.h"

bool
parse_statement_list(struct parser *p, struct gather *statements,
    struct gather *traps, struct span *sp)
{
	bool any = false;

	p_skip_separators(p);
	for (;;) {
		struct node *n = parse_statement(p);

		if (n == NULL)
			break;
		if (p->lx.signature >= 0 && n->start > p->lx.signature)
			p_error(p, span_node(n),
			    "TokenAfterEndOfValidScriptText");
		gather_add(n->kind == NODE_TRAP ? traps : statements, n);
		*sp = any ? span_join(*sp, span_node(n)) : span_node(n);
		any = true;
		p_skip_separators(p);
		if (p_is(p, TOKEN_RPAREN) || p_is(p, TOKEN_RCURLY))
			break;
	}
	return any;
}

static struct node_block *
make_block(struct parser *p, enum node_kind kind, struct span s,
    struct gather *statements, struct gather *traps)
{
	struct node_block *b = node_make(p, kind, sizeof(*b), s);

	b->statements = gather_end(p, statements);
	b->traps = gather_end(p, traps);
	return b;
}

struct node_block *
parse_block(struct parser *p)
{
	struct gather statements = { 0 };
	struct gather traps = { 0 };
	struct span body, whole;
	struct token lcurly;
	struct token rcurly;
	bool any;

	p_skip_newlines(p);
	if (!p_accept(p, TOKEN_LCURLY, &lcurly))
		return NULL;
	whole = span_of(p, &lcurly);
	any = parse_statement_list(p, &statements, &traps, &body);
	p_next(p, &rcurly);
	if (rcurly.kind == TOKEN_RCURLY) {
		whole.end = span_of(p, &rcurly).end;
	} else {
		p_unget(p, &rcurly);
		(void)p_incomplete_found(p, whole, span_of(p, &rcurly),
		    "MissingEndCurlyBrace", text_of(""));
		if (any)
			whole.end = body.end;
	}
	return make_block(p, NODE_STATEMENT_BLOCK, whole, &statements,
	    &traps);
}

/*
 * The end of a script block. With braces, the closing one; without, the end
 * of the text. False: there was something else, which is told and eaten.
 */
static bool
finish(struct parser *p, const struct token *lcurly, struct span body,
    struct span *wholep)
{
	struct token t;

	p_next(p, &t);
	if (lcurly == NULL) {
		wholep->start = 0;
		wholep->end = (uint32_t)p->len;
		if (t.kind == TOKEN_END)
			return true;
		p_unexpected(p, &t);
		return false;
	}
	*wholep = span_of(p, lcurly);
	if (t.kind == TOKEN_RCURLY) {
		wholep->end = span_of(p, &t).end;
		return true;
	}
	p_unget(p, &t);
	(void)p_incomplete_found(p, span_of(p, lcurly), span_of(p, &t),
	    "MissingEndCurlyBrace", text_of(""));
	*wholep = span_join(*wholep, body);
	return true;
}

static bool
is_block_name(struct parser *p)
{
	return (p_peek(p)->flags & TOKEN_IS_BLOCK_NAME) != 0;
}

static struct node_block **
block_slot(struct node_script_block *sb, enum token_kind kind,
    enum tree_block *whichp)
{
	switch ((int)kind) {
	case TOKEN_DYNAMICPARAM:
		*whichp = TREE_BLOCK_DYNAMICPARAM;
		return &sb->dynamicparam;
	case TOKEN_BEGIN:
		*whichp = TREE_BLOCK_BEGIN;
		return &sb->begin;
	case TOKEN_PROCESS:
		*whichp = TREE_BLOCK_PROCESS;
		return &sb->process;
	case TOKEN_CLEAN:
		*whichp = TREE_BLOCK_CLEAN;
		return &sb->clean;
	default:
		*whichp = TREE_BLOCK_END;
		return &sb->end;
	}
}

/* `begin { ... }`, after its word. */
static struct span
named_block(struct parser *p, struct node_script_block *sb,
    const struct token *word)
{
	struct node_block *b = parse_block(p);
	struct span s = span_of(p, word);
	enum tree_block which;
	struct node_block **slot = block_slot(sb, word->kind, &which);

	if (b == NULL) {
		(void)p_incomplete(p, span_after(s),
		    "MissingNamedStatementBlock",
		    text_of(token_kind_text(word->kind)));
		b = node_make(p, NODE_STATEMENT_BLOCK, sizeof(*b), s);
	}
	b->node.kind = NODE_NAMED_BLOCK;
	b->node.start = s.start;
	b->which = which;
	s = span_node(b);
	if (*slot == NULL)
		*slot = b;
	else
		p_error_text(p, s, "DuplicateScriptCommandClause",
		    text_of(token_kind_text(word->kind)));
	return s;
}

static struct span
named_blocks(struct parser *p, const struct token *lcurly,
    struct node_script_block *sb)
{
	struct span body = lcurly != NULL ? span_of(p, lcurly)
	    : sb->params != NULL ? span_node(sb->params)
	    : span_of(p, p_peek(p));
	struct span whole = { 0, (uint32_t)p->len };
	struct token t;

	for (;;) {
		p_next(p, &t);
		if (t.kind == TOKEN_RCURLY || t.kind == TOKEN_END) {
			p_unget(p, &t);
			(void)finish(p, lcurly, body, &whole);
			return whole;
		}
		if ((t.flags & TOKEN_IS_BLOCK_NAME) == 0)
			break;
		body = span_join(body, named_block(p, sb, &t));
		p_skip_separators(p);
	}
	if (lcurly != NULL) {
		p_unget(p, &t);
		whole = body;
	}
	p_error_text(p, span_of(p, &t), "MissingNamedBlocks",
	    token_text(p, &t));
	return whole;
}

static struct span
plain_body(struct parser *p, const struct token *lcurly,
    struct node_script_block *sb, bool is_filter)
{
	struct gather statements = { 0 };
	struct gather traps = { 0 };
	struct span body = { 0, 0 };
	struct span more, whole;
	struct node_block *b;
	bool any = sb->params != NULL;

	if (any)
		body = span_node(sb->params);
	do {
		if (parse_statement_list(p, &statements, &traps, &more)) {
			body = any ? span_join(body, more) : more;
			any = true;
		}
		if (!any && lcurly != NULL)
			body = span_after(span_of(p, lcurly));
	} while (!finish(p, lcurly, body, &whole));
	b = make_block(p, NODE_NAMED_BLOCK, body, &statements, &traps);
	b->which = is_filter ? TREE_BLOCK_PROCESS : TREE_BLOCK_END;
	b->unnamed = true;
	if (is_filter)
		sb->process = b;
	else
		sb->end = b;
	return whole;
}

static struct node_list
using_statements(struct parser *p)
{
	struct gather g = { 0 };
	struct token t;

	while (p_accept(p, TOKEN_USING, &t)) {
		struct node *n = parse_using(p, &t);

		p_skip_separators(p);
		if (n->kind == NODE_USING)
			gather_add(&g, n);
	}
	p_back(p, p_here(p));
	return gather_end(p, &g);
}

static bool
bit_get(const uint8_t *bits, uint32_t at)
{
	return bits != NULL && (bits[at / 8] >> (at % 8) & 1) != 0;
}

static void
bit_set(struct parser *p, uint8_t **bitsp, uint32_t at)
{
	if (*bitsp == NULL)
		*bitsp = mem_zalloc(p->len / 8 + 1);
	(*bitsp)[at / 8] |= (uint8_t)(1u << (at % 8));
}

/* param( ... ) with its attributes; else the lexer is put back. */
static struct node_param_block *
try_param_block(struct parser *p)
{
	size_t back = p_here(p);
	uint32_t at = lexer_source(&p->lx, back);
	struct node_param_block *b;

	if (bit_get(p->no_param, at))
		return NULL;
	b = parse_param_block(p);
	if (b == NULL && !p->stopped) {
		bit_set(p, &p->no_param, at);
		p_back(p, back);
	}
	return b;
}

struct node_script_block *
parse_script_block(struct parser *p, const struct token *lcurly,
    bool is_filter)
{
	struct node_script_block *sb;
	struct span whole = { 0, 0 };

	p_skip_newlines(p);
	sb = node_make(p, NODE_SCRIPT_BLOCK, sizeof(*sb), whole);
	sb->is_filter = is_filter;
	if (lcurly == NULL)
		sb->usings = using_statements(p);
	sb->params = try_param_block(p);
	p_skip_separators(p);
	if (is_block_name(p))
		whole = named_blocks(p, lcurly, sb);
	else
		whole = plain_body(p, lcurly, sb, is_filter);
	sb->node.start = whole.start;
	sb->node.end = whole.end;
	return sb;
}

/* The attributes before a statement; what the token after them makes of it. */
enum before { BEFORE_NOTHING, BEFORE_ATTRIBUTES, BEFORE_EXPRESSION };

static enum before
judge_attributes(struct parser *p, const struct gather *g,
    const struct token *t)
{
	const struct node *type = NULL;

	for (size_t i = 0; i < g->n && type == NULL; i++)
		if (g->v[i]->kind == NODE_TYPE_CONSTRAINT)
			type = g->v[i];
	if (t->flags & TOKEN_IS_BARE_STATEMENT) {
		if (type != NULL)
			return BEFORE_EXPRESSION;
		p_error_text(p, span_node(g->v[0]), "UnexpectedAttribute",
		    type_of(g->v[0]));
		return BEFORE_ATTRIBUTES;
	}
	if ((t->flags & TOKEN_IS_KEYWORD) == 0)
		return BEFORE_EXPRESSION;
	if (type != NULL)
		p_error_text(p, span_node(type), "TypeNotAllowedBeforeStatement",
		    type_of(type));
	return BEFORE_ATTRIBUTES;
}

/*
 * At a word that starts with `[`: attributes of a class, or a cast or type
 * that is looked at again as an expression.
 */
static enum before
try_attributes(struct parser *p, struct gather *g, struct token *t)
{
	size_t back = t->pos;
	uint32_t at = lexer_source(&p->lx, back);
	enum before what;

	if (bit_get(p->no_attribute, at))
		return BEFORE_EXPRESSION;
	p_back(p, back);
	if (!parse_attributes(p, false, g)) {
		p_next(p, t);
		return BEFORE_NOTHING;
	}
	p_next(p, t);
	what = t->kind == TOKEN_END ? BEFORE_EXPRESSION
	    : judge_attributes(p, g, t);
	if (what == BEFORE_EXPRESSION && !p->stopped) {
		bit_set(p, &p->no_attribute, at);
		p_back(p, back);
	}
	return what;
}

static struct node *
labeled(struct parser *p, const struct token *label)
{
	struct token t;

	p_skip_newlines(p);
	p_next(p, &t);
	switch ((int)t.kind) {
	case TOKEN_SWITCH:
		return parse_switch(p, label, &t);
	case TOKEN_FOREACH:
		return parse_foreach(p, label, &t);
	case TOKEN_FOR:
		return parse_for(p, label, &t);
	case TOKEN_WHILE:
		return parse_while(p, label, &t);
	case TOKEN_DO:
		return parse_do(p, label, &t);
	default:
		p_back(p, label->pos);
		return parse_pipeline_chain(p);
	}
}

static struct node *
leaving(struct parser *p, enum node_kind kind, const struct token *t)
{
	struct span s = span_of(p, t);
	struct node_leave *n = node_make(p, kind, sizeof(*n), s);

	n->pipeline = parse_pipeline_chain(p);
	if (n->pipeline != NULL)
		n->node.end = n->pipeline->end;
	return &n->node;
}

static struct node *
jumping(struct parser *p, enum node_kind kind, const struct token *t)
{
	struct span s = span_of(p, t);
	struct node_jump *n = node_make(p, kind, sizeof(*n), s);

	n->label = parse_label_or_key(p);
	if (n->label != NULL)
		n->node.end = n->label->end;
	return &n->node;
}

static struct node *
reserved(struct parser *p, const struct token *t, const char *id)
{
	struct span s = span_of(p, t);

	p_error_text(p, s, id, token_text(p, t));
	return node_error_make(p, s, NULL);
}

/* A block of a workflow, of which there are none any more. */
static struct node *
workflow_block(struct parser *p, const struct token *t)
{
	struct node_block *b = parse_block(p);
	struct gather g = { 0 };
	struct span s = span_of(p, t);

	if (b == NULL) {
		(void)p_incomplete(p, span_after(s),
		    "MissingStatementAfterKeyword", token_text(p, t));
		return node_error_make(p, s, NULL);
	}
	p_error_text(p, s, "UnexpectedKeyword", token_text(p, t));
	gather_add(&g, b);
	return node_error_make(p, span_join(s, span_node(b)), &g);
}

static struct node *
late_using(struct parser *p, const struct token *t)
{
	struct node *n = parse_using(p, t);

	p_error(p, span_node(n), "UsingMustBeAtStartOfScript");
	return n;
}

static struct node *
statement_of(struct parser *p, struct token *t, struct gather *attributes)
{
	switch ((int)t->kind) {
	case TOKEN_IF:
		return parse_if(p, t);
	case TOKEN_SWITCH:
		return parse_switch(p, NULL, t);
	case TOKEN_FOREACH:
		return parse_foreach(p, NULL, t);
	case TOKEN_FOR:
		return parse_for(p, NULL, t);
	case TOKEN_WHILE:
		return parse_while(p, NULL, t);
	case TOKEN_DO:
		return parse_do(p, NULL, t);
	case TOKEN_FUNCTION:
	case TOKEN_FILTER:
	case TOKEN_WORKFLOW:
		return parse_function(p, t);
	case TOKEN_RETURN:
		return leaving(p, NODE_RETURN, t);
	case TOKEN_THROW:
		return leaving(p, NODE_THROW, t);
	case TOKEN_EXIT:
		return leaving(p, NODE_EXIT, t);
	case TOKEN_BREAK:
		return jumping(p, NODE_BREAK, t);
	case TOKEN_CONTINUE:
		return jumping(p, NODE_CONTINUE, t);
	case TOKEN_TRAP:
		return parse_trap(p, t);
	case TOKEN_TRY:
		return parse_try(p, t);
	case TOKEN_DATA:
		return parse_data(p, t);
	case TOKEN_PARALLEL:
	case TOKEN_SEQUENCE:
		return workflow_block(p, t);
	case TOKEN_CONFIGURATION:
		return reserved(p, t,
		    "ConfigurationNotSupportedInPowerShellCore");
	case TOKEN_FROM:
	case TOKEN_DEFINE:
	case TOKEN_VAR:
		return reserved(p, t, "ReservedKeywordNotAllowed");
	case TOKEN_LABEL:
		return labeled(p, t);
	case TOKEN_CLASS:
		return parse_class(p, attributes, t);
	case TOKEN_ENUM:
		return parse_enum(p, attributes, t);
	case TOKEN_USING:
		return late_using(p, t);
	case TOKEN_END:
		p_unget(p, t);
		return NULL;
	default:
		p_unget(p, t);
		return parse_pipeline_chain(p);
	}
}

struct node *
parse_statement(struct parser *p)
{
	struct gather attributes = { 0 };
	struct node *n = NULL;
	struct token t;
	size_t start;

	if (!p_enter(p))
		goto out;
	p_next(p, &t);
	/* After an error these belong to what could not be read. */
	while (p->errors->n > 0 && (t.kind == TOKEN_ELSE ||
	    t.kind == TOKEN_ELSEIF || t.kind == TOKEN_CATCH ||
	    t.kind == TOKEN_UNTIL)) {
		p_skip_newlines(p);
		p_next(p, &t);
	}
	start = t.pos;
	if (t.kind == TOKEN_GENERIC && p->lx.s[start] == '[' &&
	    try_attributes(p, &attributes, &t) == BEFORE_EXPRESSION) {
		p_back(p, start);
		n = parse_pipeline_chain(p);
	} else {
		n = statement_of(p, &t, &attributes);
	}
out:
	p_leave(p);
	mem_free(attributes.v);
	return n;
}
