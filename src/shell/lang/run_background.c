/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `command &`: the same as Start-Job with the command as its block. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "shell/lang/run_internal.h"

/* Variables of the text from outside, in order of their place. */
struct outside {
	struct frame *f;
	struct node_variable **v;
	size_t n;
};

static bool
gather(struct node *n, void *arg)
{
	struct outside *o = arg;

	if (n == NULL)
		return false;
	if (n->kind == NODE_VARIABLE) {
		struct node_variable *v = node_variable(n);

		if (v->scope == TREE_SCOPE_NONE && !v->splatted &&
		    scope_find(o->f->scope, variable_atom(v)) != NULL) {
			o->v = mem_array_grow(o->v, o->n + 1, sizeof(*o->v));
			o->v[o->n++] = v;
		}
		return false;
	}
	return tree_each_child(n, gather, arg);
}

static int
by_place(const void *a, const void *b)
{
	const struct node_variable *const *x = a, *const *y = b;

	return (*x)->node.start < (*y)->node.start ? -1 : 1;
}

/* The statement's text, with $using: before what lives outside of it. */
static void
job_text(struct frame *f, struct node *n, struct buf *b)
{
	struct tree_text t = tree_source(f->tree, n);
	struct outside o = { f, NULL, 0 };
	size_t at = n->start;

	while (t.len > 0 && (t.s[t.len - 1] == '&' || t.s[t.len - 1] == ' '))
		t.len--;
	(void)gather(n, &o);
	if (o.n > 1)
		qsort(o.v, o.n, sizeof(struct node_variable *), by_place);
	for (size_t i = 0; i < o.n; i++) {
		struct node_variable *v = o.v[i];

		buf_add(b, f->tree->text + at, v->node.start - at);
		buf_add_str(b, "${using:");
		buf_add(b, v->name.s, v->name.len);
		buf_add_byte(b, '}');
		at = v->node.end;
	}
	if (at < n->start + t.len)
		buf_add(b, f->tree->text + at, n->start + t.len - at);
	mem_free(o.v);
}

enum flow
run_background(struct frame *f, struct node *n, struct sink *out)
{
	struct session *s = f->s;
	struct buf b = { 0 };
	struct value block = VALUE_NULL, job = VALUE_NULL;
	struct invoke_spec spec = { .nargs = 1 };
	enum flow flow;

	job_text(f, n, &b);
	flow = session_ops.make_block(&s->run, buf_text(&b), b.len, &block);
	buf_clear(&b);
	if (flow != FLOW_MORE)
		return flow;
	spec.command = value_string("Start-Job");
	spec.args = &block;
	flow = session_ops.invoke_with(&s->run, &spec, &job);
	if (flow == FLOW_MORE)
		flow = sink_put_each(s, out, job);
	value_unref(job);
	value_unref(spec.command);
	value_unref(block);
	return flow;
}
