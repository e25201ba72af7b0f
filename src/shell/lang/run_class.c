/* SPDX-License-Identifier: GPL-3.0-or-later */
/* using, enums and classes of a script. */
#include "config.h"

#include <string.h>

#include "shell/lang/objects.h"
#include "shell/lang/run_internal.h"

#define SMA "System.Management.Automation."

/* ---- using namespace ---- */

const struct type *
using_find_type(struct frame *f, struct tree_text name, size_t arity)
{
	struct node_list *usings;

	if (f->tree == NULL)
		return NULL;
	usings = &f->tree->root->usings;
	for (size_t i = 0; i < usings->n; i++) {
		struct node_using *u = node_using(usings->v[i]);
		const struct type *t;
		char *full;

		if (u->which != TREE_USING_NAMESPACE || u->name == NULL)
			continue;
		full = arity > 0 ?
		    mem_printf("%s.%.*s`%zu", node_string(u->name)->text.s,
			(int)name.len, name.s, arity) :
		    mem_printf("%s.%.*s", node_string(u->name)->text.s,
			(int)name.len, name.s);
		t = lang_type(full);
		mem_free(full);
		if (t != NULL)
			return t;
	}
	return NULL;
}

enum flow
run_using(struct frame *f, struct node_using *n)
{
	struct value name;
	struct invoke_spec spec = { 0 };
	enum flow flow;

	if (n->which != TREE_USING_MODULE || n->name == NULL)
		return FLOW_MORE;
	name = value_string(node_string(n->name)->text.s);
	spec.command = value_string("Import-Module");
	spec.args = &name;
	spec.nargs = 1;
	flow = session_ops.invoke_with(&f->s->run, &spec, NULL);
	value_unref(spec.command);
	value_unref(name);
	return flow;
}

/* ---- making things ---- */

enum flow
construct(struct frame *f, const struct type *t, const struct value *args,
    size_t n, struct value *outp)
{
	if (t == &type_error_record)
		return error_record_construct(f->s, args, n, outp);
	return type_construct(&f->s->run, t, args, n, outp);
}
