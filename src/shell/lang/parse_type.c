/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Type names: arrays, generics, assemblies. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "shell/lang/parse_internal.h"

/* LIMIT: [int][][]...: arrays of arrays, and commas in one bracket. */
#define TYPE_ARRAYS_MAX 200
#define TYPE_RANK_MAX 32

static struct node_type_name *
make_type(struct parser *p, enum tree_type_name which, struct span s)
{
	struct node_type_name *n = node_make(p, NODE_TYPE_NAME, sizeof(*n), s);

	n->which = which;
	n->name = n->assembly = text_of("");
	return n;
}

static struct node_type_name *
simple_type(struct parser *p, const struct token *t)
{
	struct node_type_name *n = make_type(p, TREE_TYPE_SIMPLE,
	    span_of(p, t));

	n->name = n->full = t->text;
	return n;
}

/* Where a bracket did not hold a type: a name that stands for nothing. */
static struct node_type_name *
no_type(struct parser *p, struct span s)
{
	struct node_type_name *n = make_type(p, TREE_TYPE_SIMPLE, s);

	n->name = n->full = text_of(":ErrorTypeName:");
	return n;
}

static void
full_name(struct parser *p, struct node_type_name *n)
{
	struct buf b;

	buf_init(&b);
	if (n->which == TREE_TYPE_ARRAY) {
		buf_add(&b, n->element->full.s, n->element->full.len);
		buf_add_byte(&b, '[');
		buf_add_fill(&b, ',', (size_t)(n->rank - 1));
		buf_add_byte(&b, ']');
	} else {
		buf_add(&b, n->generic->name.s, n->generic->name.len);
		buf_add_byte(&b, '[');
		for (size_t i = 0; i < n->arguments.n; i++) {
			struct tree_text t =
			    node_type_name(n->arguments.v[i])->full;

			if (i > 0)
				buf_add_byte(&b, ',');
			buf_add(&b, t.s, t.len);
		}
		buf_add_byte(&b, ']');
	}
	n->full = tree_copy_text(p->arena, buf_text(&b), b.len);
	buf_clear(&b);
}

/* After a comma: `, mscorlib, Version=...`. */
static void
assembly(struct parser *p, struct node_type_name *n, struct span comma)
{
	struct tree_text name;
	struct buf b;

	name = p->stopped ? text_of("") : lexer_assembly(&p->lx);
	if (name.len == 0) {
		p_error(p, span_after(comma),
		    "MissingAssemblyNameSpecification");
		return;
	}
	n->assembly = name;
	if (n->which != TREE_TYPE_SIMPLE)
		return;
	n->node.end = lexer_source(&p->lx, p->lx.i);
	buf_init(&b);
	buf_add(&b, n->name.s, n->name.len);
	buf_add_str(&b, ", ");
	buf_add(&b, name.s, name.len);
	n->full = tree_copy_text(p->arena, buf_text(&b), b.len);
	buf_clear(&b);
}

/* After the first comma of [,,]: its rank, 0 after an error. */
static int
rank_of(struct parser *p, const struct token *first, struct span *endp)
{
	struct token t = *first;
	struct span last;
	int rank = 1;

	do {
		last = span_of(p, &t);
		rank++;
		p_next(p, &t);
	} while (t.kind == TOKEN_COMMA);
	if (rank > TYPE_RANK_MAX) {
		char text[16];

		(void)snprintf(text, sizeof(text), "%d", rank);
		if (t.kind != TOKEN_RBRACKET)
			p_unget(p, &t);
		p_error_text(p, span_join(span_of(p, first), last),
		    "ArrayHasTooManyDimensions", text_of(text));
		return 0;
	}
	*endp = span_of(p, &t);
	if (t.kind != TOKEN_RBRACKET) {
		p_unget(p, &t);
		*endp = last;
		p_error(p, span_after(last),
		    "EndSquareBracketExpectedAtEndOfAttribute");
	}
	return rank;
}

/* One bracket after a type: its rank, 0 after an error. */
static int
bracket(struct parser *p, const struct token *first, struct span *endp)
{
	switch ((int)first->kind) {
	case TOKEN_COMMA:
		return rank_of(p, first, endp);
	case TOKEN_RBRACKET:
		*endp = span_of(p, first);
		return 1;
	case TOKEN_END:
		p_unget(p, first);
		p_error(p, span_before(p, first),
		    "EndSquareBracketExpectedAtEndOfAttribute");
		return 0;
	default:
		p_unexpected(p, first);
		p_sync(p, true, SYNC_RBRACKET);
		return 0;
	}
}

/* `[]`, `[,]` ... after a type; first is what stands behind the bracket. */
static struct node_type_name *
arrays(struct parser *p, struct node_type_name *element,
    struct node_type_name *named, struct token first, bool inner)
{
	struct token comma;
	int count = 0;

	for (;;) {
		struct span end;
		int rank = bracket(p, &first, &end);

		if (rank > 0) {
			struct node_type_name *n = make_type(p,
			    TREE_TYPE_ARRAY,
			    span_join(span_node(element), end));

			n->element = element;
			n->rank = rank;
			full_name(p, n);
			element = n;
		}
		if (!inner && p_accept(p, TOKEN_COMMA, &comma)) {
			assembly(p, named, span_of(p, &comma));
			return element;
		}
		if (!p_accept(p, TOKEN_LBRACKET, NULL))
			return element;
		if (++count > TYPE_ARRAYS_MAX) {
			p_stop(p, span_node(element));
			return element;
		}
		p_next(p, &first);
	}
}

static struct node_type_name *finish_type(struct parser *p,
    const struct token *name, bool inner, bool assemblies);

/* One argument of a generic: `int`, or `[int]` with what brackets allow. */
static struct node_type_name *
argument(struct parser *p, const struct token *first)
{
	struct node_type_name *n;
	struct token t;

	if (first->kind == TOKEN_IDENTIFIER)
		return finish_type(p, first, true, true);
	p_next(p, &t);
	if (t.kind != TOKEN_IDENTIFIER) {
		p_unget(p, &t);
		(void)p_incomplete(p, span_after(span_of(p, &t)),
		    "MissingTypename", text_of(""));
		return no_type(p, span_of(p, first));
	}
	n = finish_type(p, &t, false, true);
	if (!p_accept(p, TOKEN_RBRACKET, NULL))
		(void)p_incomplete(p, span_before(p, p_peek(p)),
		    "EndSquareBracketExpectedAtEndOfType", text_of(""));
	return n;
}

struct node_list
parse_type_arguments(struct parser *p, const struct token *first,
    struct token *last)
{
	struct gather g = { 0 };
	struct token t = *first;

	*last = *first;
	if (!p_enter(p))
		goto out;
	gather_add(&g, argument(p, &t));
	for (;;) {
		p_skip_newlines(p);
		p_next(p, last);
		if (last->kind != TOKEN_COMMA)
			break;
		p_skip_newlines(p);
		p_next(p, &t);
		if (t.kind == TOKEN_IDENTIFIER || t.kind == TOKEN_LBRACKET) {
			gather_add(&g, argument(p, &t));
			continue;
		}
		p_unget(p, &t);
		(void)p_incomplete(p, span_after(span_of(p, last)),
		    "MissingTypename", text_of(""));
		gather_add(&g, no_type(p, span_of(p, last)));
	}
out:
	p_leave(p);
	return gather_end(p, &g);
}

static struct node_type_name *
generic_type(struct parser *p, const struct token *name,
    const struct token *first, bool inner)
{
	struct node_type_name *n, *open;
	struct token last, comma;
	struct node_list arguments;
	struct span s;

	arguments = parse_type_arguments(p, first, &last);
	s = span_of(p, name);
	if (last.kind == TOKEN_RBRACKET) {
		s = span_join(s, span_of(p, &last));
	} else {
		p_unget(p, &last);
		(void)p_incomplete(p, span_before(p, &last),
		    "EndSquareBracketExpectedAtEndOfAttribute", text_of(""));
		if (arguments.n > 0)
			s = span_join(s,
			    span_node(arguments.v[arguments.n - 1]));
	}
	open = simple_type(p, name);
	n = make_type(p, TREE_TYPE_GENERIC, s);
	n->generic = open;
	n->arguments = arguments;
	full_name(p, n);
	if (p_accept(p, TOKEN_LBRACKET, NULL)) {
		p_next(p, &last);
		return arrays(p, n, open, last, inner);
	}
	if (!inner && p_accept(p, TOKEN_COMMA, &comma))
		assembly(p, open, span_of(p, &comma));
	return n;
}

static struct node_type_name *
finish_type(struct parser *p, const struct token *name, bool inner,
    bool assemblies)
{
	struct node_type_name *n;
	struct token lbracket, t;

	if (p_accept(p, TOKEN_LBRACKET, &lbracket)) {
		p_skip_newlines(p);
		p_next(p, &t);
		if (t.kind == TOKEN_RBRACKET || t.kind == TOKEN_COMMA) {
			n = simple_type(p, name);
			return arrays(p, n, n, t, inner);
		}
		if (t.kind == TOKEN_LBRACKET || t.kind == TOKEN_IDENTIFIER)
			return generic_type(p, name, &t, inner);
		if (t.kind == TOKEN_END) {
			p_unget(p, &t);
			(void)p_incomplete(p,
			    span_after(span_of(p, &lbracket)),
			    "MissingTypename", text_of(""));
		} else {
			p_unexpected(p, &t);
			p_sync(p, true, SYNC_RBRACKET);
		}
		return simple_type(p, name);
	}
	n = simple_type(p, name);
	if (assemblies && !inner && p_accept(p, TOKEN_COMMA, &t))
		assembly(p, n, span_of(p, &t));
	return n;
}

struct node_type_name *
parse_type(struct parser *p, bool assemblies)
{
	enum lex_mode mode = p_mode(p, LEX_TYPE_NAME);
	struct node_type_name *n = NULL;
	struct token t;

	if (p_accept(p, TOKEN_IDENTIFIER, &t))
		n = finish_type(p, &t, false, assemblies);
	(void)p_mode(p, mode);
	return n;
}
