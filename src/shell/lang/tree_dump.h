/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_LANG_TREE_DUMP_H
#define SHELL_LANG_TREE_DUMP_H

#include "core/buf.h"
#include "shell/lang/tree.h"

/*
 * The tree as one line of nested lists, for tests and for eyes:
 * `$x = 1, 2 | sort` is `(= $x (pipe (list 1 2) (cmd 'sort')))`. A node NULL
 * is `_`. Nodes that only wrap one thing (a pipeline of one expression, a
 * block of one statement) are left out.
 */
void tree_dump(const struct node *n, struct buf *out);

/* The statements of the tree, one after another. */
void tree_dump_script(const struct script_tree *t, struct buf *out);

#endif
