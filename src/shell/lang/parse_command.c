/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands: names, parameters, arguments, redirections. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "shell/lang/parse_internal.h"

bool
is_parameter(const struct token *t, const char *name)
{
	return t->text.len <= strlen(name) &&
	    strncasecmp(t->text.s, name, t->text.len) == 0;
}

struct node *
make_string(struct parser *p, struct tree_text text, enum tree_string which,
    struct span s)
{
	struct node_string *n = node_make(p, NODE_STRING, sizeof(*n), s);

	n->text = text;
	n->which = which;
	return &n->node;
}

struct node *
make_bare(struct parser *p, const struct token *t)
{
	struct tree_text text = token_text(p, t);

	return make_string(p, tree_copy_text(p->arena, text.s, text.len),
	    TREE_STRING_BARE, span_of(p, t));
}

static void
mark(struct parser *p, const struct token *t, unsigned set)
{
	if (p->lx.save != NULL)
		token_list_mark(p->lx.save, span_of(p, t).start, set,
		    TOKEN_IS_KEYWORD);
}

static struct node *
word_argument(struct parser *p, enum argument_context context,
    const struct token *t)
{
	mark(p, t, context == ARGUMENT_NAME ||
	    context == ARGUMENT_NAME_INVOKED ? TOKEN_COMMAND_NAME
	    : TOKEN_ARGUMENT);
	if (t->kind != TOKEN_GENERIC)
		return make_bare(p, t);
	/* A plain command name is not expanded. */
	if (t->npiece > 0 && context != ARGUMENT_NAME)
		return parse_expandable_token(p, t, TREE_STRING_BARE);
	return make_string(p, t->text, TREE_STRING_BARE, span_of(p, t));
}

/* One element of an argument; NULL: the token (put back) is none. */
static struct node *
element(struct parser *p, enum argument_context context,
    const struct token *t)
{
	switch ((int)t->kind) {
	case TOKEN_PIPE:
	case TOKEN_RCURLY:
	case TOKEN_RPAREN:
	case TOKEN_END:
	case TOKEN_NEWLINE:
	case TOKEN_SEMI:
	case TOKEN_REDIRECTION:
	case TOKEN_REDIRECT_IN:
	case TOKEN_AND_AND:
	case TOKEN_OR_OR:
	case TOKEN_AMPERSAND:
	case TOKEN_MINUS_MINUS:
	case TOKEN_COMMA:
		p_unget(p, t);
		return NULL;
	case TOKEN_SPLATTED:
	case TOKEN_VARIABLE:
	case TOKEN_NUMBER:
	case TOKEN_HERE_EXPAND:
	case TOKEN_STRING_EXPAND:
	case TOKEN_HERE:
	case TOKEN_STRING:
	case TOKEN_LPAREN:
	case TOKEN_DOLLAR_PAREN:
	case TOKEN_AT_PAREN:
	case TOKEN_AT_CURLY:
	case TOKEN_LCURLY:
		p_unget(p, t);
		return parse_primary(p, true);
	default:
		return word_argument(p, context, t);
	}
}

static bool
is_verbatim_mark(const struct token *t)
{
	return t->kind == TOKEN_GENERIC && t->npiece == 0 &&
	    t->text.len == 3 && memcmp(t->text.s, "--%", 3) == 0;
}

struct node *
parse_argument(struct parser *p, enum argument_context context,
    const struct token *first)
{
	struct gather values = { 0 };
	struct node_array_literal *array;
	struct token t = *first;
	struct token comma;
	struct span s;
	struct node *n;

	for (;;) {
		bool stop = is_verbatim_mark(&t);

		n = element(p, context, &t);
		if (n == NULL && values.n == 0)
			return NULL;
		if (n == NULL) {
			s = span_of(p, &comma);
			(void)p_incomplete(p, span_after(s),
			    "MissingExpression", text_of(","));
			s = span_join(span_node(values.v[0]), s);
			return node_error_make(p, s, &values);
		}
		if (context != ARGUMENT_PLAIN || stop ||
		    !p_accept(p, TOKEN_COMMA, &comma))
			break;
		gather_add(&values, n);
		p_skip_newlines(p);
		p_next(p, &t);
	}
	if (values.n == 0)
		return n;
	gather_add(&values, n);
	array = node_make(p, NODE_ARRAY_LITERAL, sizeof(*array),
	    span_join(span_node(values.v[0]), span_node(n)));
	array->elements = gather_end(p, &values);
	return &array->node;
}

struct node *
parse_single_argument(struct parser *p, enum argument_context context)
{
	enum lex_mode mode;
	struct token t;
	struct node *n;

	if (p_is(p, TOKEN_COMMA) || p_is(p, TOKEN_END))
		return NULL;
	mode = p_mode(p, LEX_COMMAND);
	p_next(p, &t);
	n = parse_argument(p, context, &t);
	(void)p_mode(p, mode);
	return n;
}

static const char *const stream_names[] = {
	"* stream", "output stream", "error stream", "warning stream",
	"verbose stream", "debug stream", "information stream",
};

static struct node *
file_redirection(struct parser *p, const struct token *t, struct span *sp)
{
	struct span at = span_of(p, t);
	struct node_redirection *n;
	struct node *file = parse_single_argument(p, ARGUMENT_FILE);

	if (file == NULL) {
		p_error(p, span_after(at), "MissingFileSpecification");
		file = node_error_make(p, at, NULL);
	}
	*sp = span_join(at, span_node(file));
	if (t->kind == TOKEN_REDIRECT_IN) {
		p_error_text(p, at, "RedirectionNotSupported",
		    token_text(p, t));
		return NULL;
	}
	n = node_make(p, NODE_FILE_REDIRECTION, sizeof(*n), *sp);
	n->from = t->from;
	n->append = t->append;
	n->location = file;
	return &n->node;
}

struct node *
parse_redirection(struct parser *p, const struct token *t,
    struct node **seen, struct span *sp)
{
	struct node_redirection *n;
	struct node *made;

	if (t->merge) {
		*sp = span_of(p, t);
		if (t->to != TREE_STREAM_OUTPUT || t->from == t->to)
			p_error_text(p, *sp, "RedirectionNotSupported",
			    token_text(p, t));
		n = node_make(p, NODE_MERGE_REDIRECTION, sizeof(*n), *sp);
		n->from = t->from;
		n->to = TREE_STREAM_OUTPUT;
		made = &n->node;
	} else {
		made = file_redirection(p, t, sp);
	}
	if (made == NULL)
		return NULL;
	if (seen[t->from] != NULL) {
		p_error_text(p, *sp, "StreamAlreadyRedirected",
		    text_of(stream_names[t->from]));
		return NULL;
	}
	seen[t->from] = made;
	return made;
}

struct command_state {
	struct gather elements;
	struct gather redirections;
	struct node *seen[TREE_STREAM_INFORMATION + 1];
	struct span end;
	enum argument_context context;
	bool dash_dash; /* -- was seen: no parameters any more */
};

static void
element_add(struct command_state *st, struct node *n)
{
	if (n == NULL)
		return;
	gather_add(&st->elements, n);
	st->end = span_node(n);
}

static struct node_command_parameter *
make_parameter(struct parser *p, struct tree_text name, struct span s)
{
	struct node_command_parameter *n;

	n = node_make(p, NODE_COMMAND_PARAMETER, sizeof(*n), s);
	n->name = name;
	n->name_end = s.end;
	return n;
}

static void
parameter(struct parser *p, struct command_state *st, const struct token *t)
{
	struct node_command_parameter *n;
	struct span s = span_of(p, t);
	struct token value;

	if (st->context != ARGUMENT_PLAIN || st->dash_dash) {
		mark(p, t, st->dash_dash ? TOKEN_ARGUMENT
		    : TOKEN_COMMAND_NAME);
		element_add(st, make_bare(p, t));
		return;
	}
	n = make_parameter(p, t->text, s);
	n->colon = t->colon;
	if (t->colon && !p_is(p, TOKEN_COMMA)) {
		p_next(p, &value);
		n->argument = parse_argument(p, ARGUMENT_PLAIN, &value);
		if (n->argument == NULL)
			p_error_text(p, span_after(s),
			    "ParameterRequiresArgument", token_text(p, t));
		else
			n->node.end = n->argument->end;
	}
	element_add(st, &n->node);
}

/* --% and the rest of the line as it stands. False: nothing follows. */
static bool
verbatim(struct parser *p, struct command_state *st)
{
	struct token t;
	struct node *n;

	if (!p_verbatim(p, &t))
		return false;
	n = make_string(p, t.text, TREE_STRING_BARE, span_of(p, &t));
	node_string(n)->verbatim = true;
	element_add(st, n);
	return true;
}

/* One token of a command; false at its end. */
static bool
command_token(struct parser *p, struct command_state *st,
    const struct token *t)
{
	struct node *n;

	switch ((int)t->kind) {
	case TOKEN_PIPE:
	case TOKEN_RCURLY:
	case TOKEN_RPAREN:
	case TOKEN_END:
	case TOKEN_NEWLINE:
	case TOKEN_SEMI:
	case TOKEN_AND_AND:
	case TOKEN_OR_OR:
	case TOKEN_AMPERSAND:
		p_unget(p, t);
		return false;
	case TOKEN_MINUS_MINUS:
		if (st->dash_dash)
			element_add(st, make_bare(p, t));
		else
			element_add(st, &make_parameter(p, text_of("-"),
			    span_of(p, t))->node);
		st->dash_dash = true;
		return true;
	case TOKEN_COMMA:
		st->end = span_of(p, t);
		p_error(p, st->end, "MissingArgument");
		p_skip_newlines(p);
		return true;
	case TOKEN_PARAMETER:
		parameter(p, st, t);
		return true;
	case TOKEN_REDIRECTION:
	case TOKEN_REDIRECT_IN:
		if (st->context != ARGUMENT_PLAIN)
			element_add(st, make_bare(p, t));
		else
			gather_add(&st->redirections, parse_redirection(p, t,
			    st->seen, &st->end));
		return true;
	default:
		n = parse_argument(p, st->context, t);
		element_add(st, n);
		return !is_verbatim_mark(t) || !verbatim(p, st);
	}
}

struct node_command *
parse_command(struct parser *p)
{
	struct command_state st = { .context = ARGUMENT_NAME };
	enum tree_invoke how = TREE_INVOKE_PLAIN;
	struct node_command *n = NULL;
	enum lex_mode mode = p_mode(p, LEX_COMMAND);
	struct token first, t;
	struct span start;

	p_next(p, &first);
	start = st.end = span_of(p, &first);
	t = first;
	if (first.kind == TOKEN_DOT || first.kind == TOKEN_AMPERSAND) {
		how = first.kind == TOKEN_DOT ? TREE_INVOKE_DOT
		    : TREE_INVOKE_CALL;
		st.context = ARGUMENT_NAME_INVOKED;
		p_next(p, &t);
	}
	while (command_token(p, &st, &t)) {
		st.context = ARGUMENT_PLAIN;
		p_next(p, &t);
	}
	(void)p_mode(p, mode);
	if (st.elements.n == 0) {
		if (how != TREE_INVOKE_PLAIN)
			p_error_text(p, start, "MissingExpression",
			    token_text(p, &first));
		mem_free(st.redirections.v);
		return NULL;
	}
	n = node_make(p, NODE_COMMAND, sizeof(*n), span_join(start, st.end));
	n->how = how;
	n->elements = gather_end(p, &st.elements);
	n->redirections = gather_end(p, &st.redirections);
	return n;
}
