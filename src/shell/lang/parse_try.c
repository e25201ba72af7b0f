/* SPDX-License-Identifier: GPL-3.0-or-later */
/* try, trap, data. */
#include "config.h"

#include "core/mem.h"
#include "shell/lang/parse_internal.h"

/*
 * The types after `catch`. An attribute is none of them: it is put back, it
 * may belong to what follows. True after an error about a comma.
 */
static bool
catch_types(struct parser *p, struct gather *types, struct span *endp)
{
	struct token comma;
	bool after_comma = false;

	for (;;) {
		size_t back = p_here(p);
		struct node *type;

		p_skip_newlines(p);
		type = parse_attribute(p);
		if (type == NULL && after_comma) {
			*endp = span_of(p, &comma);
			(void)p_incomplete(p, span_after(*endp),
			    "MissingTypeLiteralToken", text_of(""));
			return true;
		}
		if (type != NULL && type->kind != NODE_TYPE_CONSTRAINT) {
			p_back(p, back);
			return false;
		}
		if (type == NULL)
			return false;
		gather_add(types, type);
		*endp = span_node(type);
		p_skip_newlines(p);
		after_comma = p_accept(p, TOKEN_COMMA, &comma);
		if (!after_comma)
			return false;
	}
}

/* A catch clause, or NULL: there is none, or an error (*wrongp, *endp). */
static struct node_catch *
catch_clause(struct parser *p, struct gather *parts, bool *wrongp,
    struct span *endp)
{
	struct gather types = { 0 };
	struct node_catch *n;
	struct node_block *body;
	struct token t;
	struct span end;
	bool told;

	p_skip_newlines(p);
	if (!p_accept(p, TOKEN_CATCH, &t))
		return NULL;
	end = span_of(p, &t);
	told = catch_types(p, &types, &end);
	if (told) {
		*wrongp = true;
		*endp = end;
	}
	body = parse_block(p);
	if (body == NULL) {
		if (!told) {
			*wrongp = true;
			*endp = end;
			(void)p_incomplete(p, span_after(end),
			    "MissingCatchHandlerBlock", text_of(""));
		}
		for (size_t i = 0; i < types.n; i++)
			gather_add(parts, types.v[i]);
		mem_free(types.v);
		return NULL;
	}
	n = node_make(p, NODE_CATCH, sizeof(*n),
	    span_join(span_of(p, &t), span_node(body)));
	n->types = gather_end(p, &types);
	n->body = body;
	return n;
}

/* `finally { ... }`; its end is added to *endp. */
static struct node_block *
finally_block(struct parser *p, bool *wrongp, struct span *endp)
{
	struct node_block *body;
	struct token t;

	p_skip_newlines(p);
	if (!p_accept(p, TOKEN_FINALLY, &t))
		return NULL;
	body = parse_block(p);
	if (body != NULL) {
		*endp = span_node(body);
		return body;
	}
	*wrongp = true;
	*endp = span_of(p, &t);
	(void)p_incomplete(p, span_after(*endp),
	    "MissingFinallyStatementBlock", text_of(""));
	return NULL;
}

struct node *
parse_try(struct parser *p, const struct token *t)
{
	struct span whole = span_of(p, t);
	struct gather parts = { 0 };
	struct gather catches = { 0 };
	struct node_block *body, *finally;
	struct node_catch *c;
	struct node_try *n;
	struct span end, wrong_end = { 0, 0 };
	bool wrong = false;
	size_t back;

	body = parse_block(p);
	if (body == NULL) {
		(void)p_incomplete(p, span_after(whole),
		    "MissingTryStatementBlock", text_of(""));
		return node_error_make(p, whole, NULL);
	}
	gather_add(&parts, body);
	end = span_node(body);
	back = p_here(p);
	while ((c = catch_clause(p, &parts, &wrong, &wrong_end)) != NULL) {
		gather_add(&catches, c);
		gather_add(&parts, c);
		end = span_node(c);
		back = p_here(p);
	}
	finally = finally_block(p, &wrong, &wrong_end);
	if (finally != NULL)
		end = span_node(finally);
	else if (!wrong)
		p_back(p, back);
	if (catches.n == 0 && finally == NULL && !wrong) {
		wrong = true;
		wrong_end = end;
		(void)p_incomplete(p, span_after(end),
		    "MissingCatchOrFinally", text_of(""));
	}
	if (wrong) {
		mem_free(catches.v);
		gather_add(&parts, finally);
		return node_error_make(p, span_join(whole, wrong_end),
		    &parts);
	}
	mem_free(parts.v);
	n = node_make(p, NODE_TRY, sizeof(*n), span_join(whole, end));
	n->body = body;
	n->catches = gather_end(p, &catches);
	n->finally = finally;
	return &n->node;
}

struct node *
parse_trap(struct parser *p, const struct token *t)
{
	struct span end = span_of(p, t);
	struct gather parts = { 0 };
	size_t back = p_here(p);
	struct node_trap *n;
	struct node *type;
	struct node_block *body;

	p_skip_newlines(p);
	type = parse_attribute(p);
	if (type != NULL && type->kind != NODE_TYPE_CONSTRAINT) {
		type = NULL;
		p_back(p, back);
	}
	body = parse_block(p);
	if (body == NULL) {
		if (type != NULL)
			end = span_join(end, span_node(type));
		(void)p_incomplete(p, span_after(end),
		    "MissingTrapStatement", text_of(""));
		gather_add(&parts, type);
		return node_error_make(p, end, &parts);
	}
	n = node_make(p, NODE_TRAP, sizeof(*n),
	    span_join(end, span_node(body)));
	n->type = type == NULL ? NULL : node_type_constraint(type);
	n->body = body;
	return &n->node;
}

/* -SupportedCommand a, b; false after an error at *endp. */
static bool
data_commands(struct parser *p, const struct token *t, struct gather *g,
    struct span *endp)
{
	struct span at = span_of(p, t);
	bool ok = is_parameter(t, "SupportedCommand");
	struct token comma;

	*endp = at;
	if (!ok)
		p_error_text(p, at, "InvalidParameterForDataSectionStatement",
		    t->text);
	do {
		struct node *n;

		p_skip_newlines(p);
		n = parse_single_argument(p, ARGUMENT_NAME);
		if (n == NULL) {
			if (ok)
				(void)p_incomplete(p, span_after(at),
				    "MissingValueForSupportedCommandIn"
				    "DataSectionStatement", text_of(""));
			*endp = at;
			return false;
		}
		gather_add(g, n);
		if (ok)
			*endp = span_node(n);
		if (!p_accept(p, TOKEN_COMMA, &comma))
			break;
		at = span_of(p, &comma);
	} while (!p->stopped);
	return ok;
}

struct node *
parse_data(struct parser *p, const struct token *t)
{
	struct span whole = span_of(p, t);
	struct span end = whole;
	struct gather commands = { 0 };
	struct token name = { 0 };
	struct token parameter;
	struct node_data *n;
	struct node_block *body;
	struct node *name_node;

	p_skip_newlines(p);
	name_node = parse_simple_name(p, &name);
	if (name_node != NULL)
		end = span_node(name_node);
	p_skip_newlines(p);
	if (p_accept(p, TOKEN_PARAMETER, &parameter) &&
	    !data_commands(p, &parameter, &commands, &end))
		return node_error_make(p, span_join(whole, end), &commands);
	body = parse_block(p);
	if (body == NULL) {
		(void)p_incomplete(p, span_after(end),
		    "MissingStatementBlockForDataSection", text_of(""));
		return node_error_make(p, span_join(whole, end), &commands);
	}
	n = node_make(p, NODE_DATA, sizeof(*n),
	    span_join(whole, span_node(body)));
	n->name = name_node != NULL ? node_string(name_node)->text
	    : text_of("");
	n->commands = gather_end(p, &commands);
	n->body = body;
	return &n->node;
}
