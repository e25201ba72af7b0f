/* SPDX-License-Identifier: GPL-3.0-or-later */
/* using namespace, module, assembly, type, command. */
#include "config.h"

#include "shell/lang/parse_internal.h"

/* Is there a word at all? */
static bool
is_nothing(const struct token *t)
{
	return t->kind == TOKEN_END || t->kind == TOKEN_NEWLINE ||
	    t->kind == TOKEN_SEMI;
}

static bool
directive(const struct token *t, enum tree_using *whichp)
{
	switch ((int)t->kind) {
	case TOKEN_ASSEMBLY:
		*whichp = TREE_USING_ASSEMBLY;
		return true;
	case TOKEN_COMMAND:
		*whichp = TREE_USING_COMMAND;
		return true;
	case TOKEN_MODULE:
		*whichp = TREE_USING_MODULE;
		return true;
	case TOKEN_NAMESPACE:
		*whichp = TREE_USING_NAMESPACE;
		return true;
	case TOKEN_TYPE:
		*whichp = TREE_USING_TYPE;
		return true;
	default:
		return false;
	}
}

static void
statement_end(struct parser *p)
{
	const struct token *t = p_peek(p);

	if (t->kind == TOKEN_NEWLINE || t->kind == TOKEN_SEMI)
		p_skip(p);
	else if (t->kind != TOKEN_END)
		(void)p_incomplete(p, span_of(p, t),
		    "MissingStatementTerminator", text_of(""));
}

static struct tree_text
source_text(const struct parser *p, struct span s)
{
	struct tree_text t = { p->text + s.start, s.end - s.start };

	return t;
}

static struct node *
bad_name(struct parser *p, struct span whole, struct span s)
{
	p_error_text(p, s, "InvalidValueForUsingItemName",
	    source_text(p, s));
	return node_error_make(p, span_join(whole, s), NULL);
}

/* `= name`, after the =: the alias, or NULL after an error. */
static struct node *
alias(struct parser *p, struct span *wholep, const struct token *equals,
    bool module)
{
	struct token t;
	struct node *n;

	*wholep = span_join(*wholep, span_of(p, equals));
	p_next(p, &t);
	if (is_nothing(&t)) {
		p_unget(p, &t);
		(void)p_incomplete(p, span_after(*wholep),
		    "MissingNamespaceAlias", text_of(""));
		return NULL;
	}
	if (t.kind == TOKEN_COMMA) {
		p_error_text(p, span_of(p, &t), "UnexpectedUnaryOperator",
		    token_text(p, &t));
		return NULL;
	}
	n = parse_argument(p, ARGUMENT_PLAIN, &t);
	if (n != NULL && (n->kind == NODE_STRING ||
	    (module && n->kind == NODE_HASHTABLE)))
		return n;
	(void)bad_name(p, *wholep, n == NULL ? span_of(p, &t)
	    : span_node(n));
	return NULL;
}

/* What follows the directive; NULL after an error, *wholep its extent. */
static struct node_using *
item(struct parser *p, enum tree_using which, struct span *wholep)
{
	bool required = which == TREE_USING_TYPE ||
	    which == TREE_USING_COMMAND;
	struct node_using *u;
	struct node *name, *other = NULL;
	struct token t, equals;

	p_next(p, &t);
	if (is_nothing(&t) || t.kind == TOKEN_COMMA) {
		(void)p_incomplete(p, span_after(*wholep),
		    "MissingUsingItemName", text_of(""));
		return NULL;
	}
	name = parse_argument(p, ARGUMENT_PLAIN, &t);
	if (name == NULL || (name->kind != NODE_STRING &&
	    (which != TREE_USING_MODULE || name->kind != NODE_HASHTABLE))) {
		(void)bad_name(p, *wholep, name == NULL ? span_of(p, &t)
		    : span_node(name));
		if (name == NULL)
			p_sync(p, true, SYNC_SEMI | SYNC_NEWLINE);
		return NULL;
	}
	*wholep = span_join(*wholep, span_node(name));
	if (which != TREE_USING_ASSEMBLY && name->kind == NODE_STRING) {
		if (p_accept(p, TOKEN_EQUALS, &equals)) {
			other = alias(p, wholep, &equals,
			    which == TREE_USING_MODULE);
			if (other == NULL)
				return NULL;
			*wholep = span_join(*wholep, span_node(other));
		} else if (required) {
			(void)p_incomplete(p, span_after(*wholep),
			    "MissingEqualsInUsingAlias", text_of(""));
			return NULL;
		}
	}
	statement_end(p);
	u = node_make(p, NODE_USING, sizeof(*u), *wholep);
	u->which = which;
	if (name->kind == NODE_STRING)
		u->name = name;
	else
		u->specification = node_hashtable(name);
	if (other != NULL && other->kind == NODE_HASHTABLE)
		u->specification = node_hashtable(other);
	else
		u->alias = other;
	return u;
}

struct node *
parse_using(struct parser *p, const struct token *t)
{
	struct span whole = span_of(p, t);
	enum tree_using which;
	struct node_using *u;
	struct token word;

	p_next(p, &word);
	if (!directive(&word, &which)) {
		p_unget(p, &word);
		(void)p_incomplete(p, span_after(whole),
		    "MissingUsingStatementDirective", text_of(""));
		return node_error_make(p, whole, NULL);
	}
	whole = span_join(whole, span_of(p, &word));
	u = item(p, which, &whole);
	return u != NULL ? &u->node : node_error_make(p, whole, NULL);
}
