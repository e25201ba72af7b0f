/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_LANG_PARSE_CHECK_INTERNAL_H
#define SHELL_LANG_PARSE_CHECK_INTERNAL_H

#include "shell/lang/parse_internal.h"

/* What is wrong with a tree that reads well; after parsing, in its order. */

/* Names seen, without case (of ASCII). Zeroed memory is an empty one. */
struct name_set {
	struct tree_text *slots;
	size_t n, cap;
};
bool name_set_add(struct name_set *s, struct tree_text name); /* new? */
bool name_set_has(const struct name_set *s, struct tree_text name);
void name_set_clear(struct name_set *s);

bool text_is(struct tree_text t, const char *word); /* without case */
/* `...` as the only thing of a pipeline, nothing redirected; or NULL. */
struct node *pure_expression(const struct node *pipeline);

void check_type_definition(struct parser *p,
    const struct node_type_definition *n);
void check_data(struct parser *p, const struct node_data *n);

#endif
