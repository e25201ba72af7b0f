/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text door of the shell: any bytes as a script, with tokens. */
#include "config.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/buf.h"
#include "shell/lang/lexer.h"
#include "shell/lang/tree_dump.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every node lies inside the source. */
static bool
visit(struct node *n, void *arg)
{
	const struct script_tree *t = arg;

	if (n->start > n->end || n->end > t->len || n->parent == NULL)
		abort();
	return tree_each_child(n, visit, arg);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct token_list list = { 0 };
	struct parse_errors errors;
	struct script_tree *t;
	struct node_type_name *name;
	struct buf b;

	parse_errors_init(&errors);
	t = parse_tokens((const char *)data, size, NULL, &errors, &list);
	(void)tree_each_child(&t->root->node, visit, t);
	for (size_t i = 0; i < errors.n; i++)
		if (errors.v[i].start > errors.v[i].end ||
		    errors.v[i].end > size)
			abort();
	for (size_t i = 0; i < list.n; i++)
		if (list.v[i].start > list.v[i].end ||
		    list.v[i].end > size)
			abort();
	buf_init(&b);
	tree_dump_script(t, &b);
	buf_clear(&b);
	tree_unref(t);
	token_list_clear(&list);
	parse_errors_clear(&errors);
	tree_unref(parse_expandable((const char *)data, size, NULL));
	name = parse_type_name((const char *)data, size, &t);
	if (name != NULL)
		tree_unref(t);
	return 0;
}
