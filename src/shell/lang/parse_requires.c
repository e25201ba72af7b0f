/* SPDX-License-Identifier: GPL-3.0-or-later */
/* #requires comments: read as commands once the script is read. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "shell/lang/parse_internal.h"

struct requires_state {
	struct tree_requires r;
	struct tree_text editions[2];
	struct gather modules;
	bool any;
};

static bool
name_is(struct tree_text name, const char *full)
{
	return name.len > 0 && name.len <= strlen(full) &&
	    strncasecmp(name.s, full, name.len) == 0;
}

static bool
one_string(struct parser *p, const struct node *n, const char *name,
    struct tree_text *textp)
{
	if (n->kind != NODE_STRING) {
		p_error_text(p, span_node(n), "RequiresInvalidStringArgument",
		    text_of(name));
		return false;
	}
	*textp = node_string(n)->text;
	return true;
}

static void
version(struct parser *p, struct requires_state *st, const struct node *n)
{
	struct tree_text text = { p->text + n->start, n->end - n->start };
	size_t parts = 1;
	bool ok;

	if (n->kind == NODE_STRING)
		text = node_string(n)->text;
	ok = text.len > 0;
	for (size_t i = 0; i < text.len && ok; i++) {
		if (text.s[i] == '.')
			ok = ++parts <= 4 && i > 0 && i + 1 < text.len &&
			    text.s[i - 1] != '.';
		else
			ok = text.s[i] >= '0' && text.s[i] <= '9';
	}
	if (ok)
		st->r.version = tree_copy_text(p->arena, text.s, text.len);
	else
		p_error(p, span_node(n), "RequiresVersionInvalid");
}

static void
edition(struct parser *p, struct requires_state *st, const struct node *n)
{
	struct tree_text text;

	if (!one_string(p, n, "psedition", &text))
		return;
	if (strncasecmp(text.s, "Core", 5) != 0 &&
	    strncasecmp(text.s, "Desktop", 8) != 0) {
		p_error_text(p, span_node(n), "RequiresPSEditionInvalid",
		    text_of("psedition"));
		return;
	}
	for (size_t i = 0; i < st->r.nedition; i++) {
		if (strcasecmp(st->editions[i].s, text.s) == 0) {
			p_error_text(p, span_node(n),
			    "RequiresPSEditionValueIsAlreadySpecified",
			    text_of("psedition"));
			return;
		}
	}
	st->editions[st->r.nedition++] = text;
}

/* Calls fn for each of a list, or for the one. */
static void
each(struct parser *p, struct requires_state *st, struct node *n,
    void (*fn)(struct parser *, struct requires_state *,
    const struct node *))
{
	const struct node_list *l;

	if (n->kind != NODE_ARRAY_LITERAL) {
		fn(p, st, n);
		return;
	}
	l = &node_array_literal(n)->elements;
	for (size_t i = 0; i < l->n; i++)
		fn(p, st, l->v[i]);
}

static void
module(struct parser *p, struct requires_state *st, const struct node *n)
{
	struct tree_text text;

	if (n->kind == NODE_HASHTABLE ||
	    one_string(p, n, "modules", &text))
		gather_add(&st->modules, (void *)(uintptr_t)n);
}

static void
requirement(struct parser *p, struct requires_state *st,
    const struct node_command_parameter *parameter, struct node *value)
{
	struct span s = span_node(parameter);
	struct tree_text name = parameter->name;
	struct tree_text text;

	if (name_is(name, "runasadministrator")) {
		st->r.elevated = true;
		if (value != NULL)
			p_error_text(p, s, "ParameterCannotHaveArgument",
			    name);
		return;
	}
	if (value == NULL) {
		p_error_text(p, s, "ParameterRequiresArgument", name);
		return;
	}
	if (!tree_is_constant(value)) {
		p_error(p, span_node(value), "RequiresArgumentMustBeConstant");
		return;
	}
	if (name_is(name, "shellid")) {
		(void)one_string(p, value, "shellid", &st->r.shell_id);
	} else if (name_is(name, "psedition")) {
		each(p, st, value, edition);
	} else if (name_is(name, "version")) {
		version(p, st, value);
	} else if (name_is(name, "modules")) {
		each(p, st, value, module);
	} else if (name_is(name, "assembly")) {
		(void)one_string(p, value, "assembly", &text);
	} else {
		p_error(p, s, "ScriptRequiresInvalidFormat");
	}
}

static void
one_comment(struct parser *p, struct requires_state *st,
    const struct lex_span *span)
{
	struct lex_piece piece = { .pos = span->start, .end = span->end };
	struct node_command *c;
	struct lex_state state;
	const struct node *word;

	p->has_held = false;
	p->stopped = false;
	lexer_enter(&p->lx, &piece, &state);
	c = parse_command(p);
	lexer_leave(&p->lx, &state);
	p->has_held = false;
	if (c == NULL)
		return;
	if (!st->any) {
		st->r.start = c->node.start;
		st->r.end = c->node.end;
	}
	st->any = true;
	word = c->elements.v[0];
	if (word->kind != NODE_STRING ||
	    strcasecmp(node_string(word)->text.s, "requires") != 0)
		p_error(p, span_node(c), "ScriptRequiresInvalidFormat");
	for (size_t i = 1; i < c->elements.n; i++) {
		struct node_command_parameter *parameter;
		struct node *value;

		if (c->elements.v[i]->kind != NODE_COMMAND_PARAMETER) {
			p_error(p, span_node(c->elements.v[i]),
			    "ScriptRequiresInvalidFormat");
			continue;
		}
		parameter = node_command_parameter(c->elements.v[i]);
		value = parameter->argument;
		if (value == NULL && i + 1 < c->elements.n &&
		    !(c->elements.v[i + 1]->kind == NODE_COMMAND_PARAMETER))
			value = c->elements.v[++i];
		requirement(p, st, parameter, value);
	}
}

void
parse_requires(struct parser *p, struct script_tree *t)
{
	struct requires_state st = { 0 };
	struct tree_requires *r;
	bool stopped = p->stopped;
	size_t n = p->lx.nrequires;

	if (n == 0)
		return;
	for (size_t i = 0; i < n && !stopped; i++)
		one_comment(p, &st, &p->lx.requires[i]);
	p->stopped = stopped;
	r = tree_alloc(p->arena, sizeof(*r));
	*r = st.r;
	if (r->nedition > 0) {
		struct tree_text *copy = tree_alloc(p->arena,
		    sizeof(st.editions));

		memcpy(copy, st.editions, sizeof(st.editions));
		r->editions = copy;
	}
	r->modules = gather_end(p, &st.modules);
	if (r->version.s == NULL)
		r->version = text_of("");
	if (r->shell_id.s == NULL)
		r->shell_id = text_of("");
	t->root->requires = r;
}
