/* SPDX-License-Identifier: GPL-3.0-or-later */
/* switch: its parameters, condition and clauses. */
#include "config.h"

#include <string.h>

#include "core/mem.h"
#include "shell/lang/parse_internal.h"

struct switch_state {
	struct node_switch n;
	struct tree_clause *clauses; /* heap */
	struct gather parts;         /* for the error node */
	struct span end;             /* the last thing that made sense */
	bool wrong;
	bool incomplete;
};

static void
wrong(struct parser *p, struct switch_state *st, struct span s,
    const char *id)
{
	st->wrong = true;
	st->incomplete = p_incomplete(p, s, id, text_of(""));
}

static void
file_name(struct parser *p, struct switch_state *st, const struct token *t)
{
	struct node *name;

	st->n.flags |= TREE_SWITCH_FILE;
	p_skip_newlines(p);
	name = parse_single_argument(p, ARGUMENT_FILE);
	if (name == NULL) {
		wrong(p, st, span_after(span_of(p, t)),
		    "MissingFilenameOption");
		return;
	}
	st->end = span_node(name);
	st->n.condition = pipeline_of(p, name);
}

static void
flags(struct parser *p, struct switch_state *st)
{
	unsigned *f = &st->n.flags;
	struct token t;

	p_skip_newlines(p);
	while (p_accept(p, TOKEN_PARAMETER, &t)) {
		st->end = span_of(p, &t);
		if (is_parameter(&t, "regex")) {
			*f = (*f | TREE_SWITCH_REGEX) &
			    ~(unsigned)TREE_SWITCH_WILDCARD;
		} else if (is_parameter(&t, "wildcard")) {
			*f = (*f | TREE_SWITCH_WILDCARD) &
			    ~(unsigned)TREE_SWITCH_REGEX;
		} else if (is_parameter(&t, "exact")) {
			*f = (*f | TREE_SWITCH_EXACT) &
			    ~(unsigned)(TREE_SWITCH_REGEX |
			    TREE_SWITCH_WILDCARD);
		} else if (is_parameter(&t, "casesensitive")) {
			*f |= TREE_SWITCH_CASE;
		} else if (is_parameter(&t, "parallel")) {
			*f |= TREE_SWITCH_PARALLEL;
		} else if (is_parameter(&t, "file")) {
			file_name(p, st, &t);
		} else {
			st->wrong = true;
			p_error_text(p, st->end, "InvalidSwitchFlag", t.text);
		}
	}
}

static void
condition(struct parser *p, struct switch_state *st)
{
	struct token lparen, rparen;

	if (!p_accept(p, TOKEN_LPAREN, &lparen)) {
		if (st->n.condition == NULL &&
		    (st->n.flags & TREE_SWITCH_FILE) == 0)
			wrong(p, st, span_after(st->end),
			    "PipelineValueRequired");
		return;
	}
	st->end = span_of(p, &lparen);
	if (st->n.flags & TREE_SWITCH_FILE) {
		st->wrong = true;
		p_error(p, st->end, "PipelineValueRequired");
	}
	p_skip_newlines(p);
	st->n.condition = parse_pipeline_chain(p);
	if (st->n.condition == NULL)
		wrong(p, st, span_after(st->end), "PipelineValueRequired");
	else
		st->end = span_node(st->n.condition);
	p_skip_newlines(p);
	if (p_accept(p, TOKEN_RPAREN, &rparen))
		st->end = span_of(p, &rparen);
	else if (!st->incomplete)
		wrong(p, st, span_after(st->end),
		    "MissingEndParenthesisInSwitchStatement");
}

static void
clause_keep(struct switch_state *st, struct node *test,
    struct node_block *body)
{
	size_t n = st->n.nclause++;

	if ((n & (n + 1)) == 0)
		st->clauses = mem_array_grow(st->clauses, 2 * n + 2,
		    sizeof(*st->clauses));
	st->clauses[n].test = test;
	st->clauses[n].body = body;
}

/* One clause; false where there is no condition to be found. */
static bool
clause(struct parser *p, struct switch_state *st)
{
	struct node_block *body;
	struct node *test;
	struct token word;
	bool is_default = p_accept(p, TOKEN_DEFAULT, &word);

	test = is_default ? make_bare(p, &word)
	    : parse_single_argument(p, ARGUMENT_CONDITION);
	if (test == NULL) {
		st->wrong = true;
		(void)p_incomplete(p, span_after(st->end),
		    "MissingSwitchConditionExpression", text_of(""));
		(void)p_accept(p, TOKEN_RCURLY, NULL);
		return false;
	}
	gather_add(&st->parts, test);
	st->end = span_node(test);
	body = parse_block(p);
	if (body == NULL) {
		wrong(p, st, span_after(st->end),
		    "MissingSwitchStatementClause");
		return true;
	}
	gather_add(&st->parts, body);
	st->end = span_node(body);
	if (!is_default) {
		clause_keep(st, test, body);
	} else {
		if (st->n.otherwise != NULL) {
			st->wrong = true;
			p_error(p, span_node(test),
			    "MultipleSwitchDefaultClauses");
		}
		st->n.otherwise = body;
	}
	return true;
}

static void
body(struct parser *p, struct switch_state *st)
{
	struct token lcurly, t;

	p_skip_newlines(p);
	if (!p_accept(p, TOKEN_LCURLY, &lcurly)) {
		if (!st->incomplete)
			wrong(p, st, span_after(st->end),
			    "MissingCurlyBraceInSwitchStatement");
		return;
	}
	st->end = span_of(p, &lcurly);
	p_skip_newlines(p);
	while (clause(p, st)) {
		p_skip_separators(p);
		if (p_accept(p, TOKEN_RCURLY, &t)) {
			st->end = span_of(p, &t);
			return;
		}
		if (p_is(p, TOKEN_END)) {
			if (!st->incomplete) {
				st->wrong = true;
				(void)p_incomplete_found(p,
				    span_of(p, &lcurly),
				    span_of(p, p_peek(p)),
				    "MissingEndCurlyBrace", text_of(""));
			}
			return;
		}
	}
}

struct node *
parse_switch(struct parser *p, const struct token *label,
    const struct token *t)
{
	struct span whole = span_of(p, label != NULL ? label : t);
	struct switch_state st = { 0 };
	struct tree_clause *copy = NULL;
	struct node_switch *n;

	st.end = whole;
	flags(p, &st);
	condition(p, &st);
	body(p, &st);
	whole = span_join(whole, st.end);
	if (st.wrong) {
		mem_free(st.clauses);
		gather_add(&st.parts, st.n.condition);
		return node_error_make(p, whole, &st.parts);
	}
	mem_free(st.parts.v);
	n = node_make(p, NODE_SWITCH, sizeof(*n), whole);
	st.n.node = n->node;
	st.n.label = label != NULL ? label->text : text_of("");
	if (st.n.nclause > 0) {
		copy = tree_alloc(p->arena, st.n.nclause * sizeof(*copy));
		memcpy(copy, st.clauses, st.n.nclause * sizeof(*copy));
	}
	st.n.clauses = copy;
	mem_free(st.clauses);
	*n = st.n;
	return &n->node;
}
