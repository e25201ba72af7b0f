/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parser's doors. */
#include "config.h"

#include <string.h>

#include "core/mem.h"
#include "shell/lang/parse_internal.h"

static struct script_tree *
tree_finish(struct parser *p, struct node_script_block *root,
    const char *file)
{
	struct script_tree *t = tree_new(p->arena, p->text, p->len, file);

	t->root = root;
	tree_link(t);
	return t;
}

static struct node_script_block *
empty_root(struct parser *p)
{
	struct span s = { 0, 0 };
	struct node_script_block *sb = node_make(p, NODE_SCRIPT_BLOCK,
	    sizeof(*sb), s);

	sb->end = node_make(p, NODE_NAMED_BLOCK, sizeof(*sb->end), s);
	sb->end->which = TREE_BLOCK_END;
	sb->end->unnamed = true;
	return sb;
}

struct script_tree *
parse_tokens(const char *text, size_t len, const char *file,
    struct parse_errors *errors, struct token_list *list)
{
	struct parse_errors own;
	struct parser p;
	struct script_tree *t;

	parse_errors_init(&own);
	if (errors == NULL)
		errors = &own;
	parser_init(&p, text, len > PARSE_TEXT_MAX ? 0 : len, errors);
	if (len > PARSE_TEXT_MAX)
		p_error(&p, span_node(empty_root(&p)),
		    "ScriptTooComplicated");
	p.lx.save = list;
	if (list != NULL)
		list->floor = 0;
	t = tree_finish(&p, parse_script_block(&p, NULL, false), file);
	p.lx.save = NULL;
	parse_requires(&p, t);
	parse_check(&p, t);
	parser_clear(&p);
	parse_errors_clear(&own);
	return t;
}

struct script_tree *
parse_script(const char *text, size_t len, const char *file,
    struct parse_errors *errors)
{
	return parse_tokens(text, len, file, errors, NULL);
}

struct script_tree *
parse_expandable(const char *text, size_t len, struct parse_errors *errors)
{
	struct parse_errors own;
	struct script_tree *t;
	struct gather g = { 0 };
	struct parser p;
	struct buf quoted;
	struct node_script_block *root;

	/* Quotes inside are doubled, and one goes around. */
	buf_init(&quoted);
	buf_add_byte(&quoted, '"');
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"')
			buf_add_byte(&quoted, '"');
		buf_add_byte(&quoted, text[i]);
	}
	buf_add_byte(&quoted, '"');
	parse_errors_init(&own);
	parser_init(&p, quoted.data, quoted.len,
	    errors == NULL ? &own : errors);
	root = empty_root(&p);
	gather_add(&g, pipeline_of(&p, parse_primary(&p, false)));
	root->end->statements = gather_end(&p, &g);
	t = tree_finish(&p, root, NULL);
	parser_clear(&p);
	parse_errors_clear(&own);
	buf_clear(&quoted);
	return t;
}

struct node_type_name *
parse_type_name(const char *text, size_t len, struct script_tree **treep)
{
	struct parse_errors errors;
	struct node_type_name *name;
	struct parser p;

	while (len > 0 && (*text == ' ' || *text == '\t')) {
		text++;
		len--;
	}
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	parse_errors_init(&errors);
	parser_init(&p, text, len, &errors);
	name = parse_type(&p, true);
	if (errors.n > 0 || (name != NULL && p_here(&p) < len))
		name = NULL;
	*treep = name == NULL ? NULL : tree_finish(&p, empty_root(&p), NULL);
	if (name == NULL)
		tree_arena_free(p.arena);
	parser_clear(&p);
	parse_errors_clear(&errors);
	return name;
}
