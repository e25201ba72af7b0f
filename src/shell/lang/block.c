/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Script blocks as values, and what a tree keeps for those who run it. */
#include "config.h"

#include <string.h>

#include "shell/lang/lang_internal.h"

/* ---- things that go with a tree ---- */

struct kept {
	struct kept *next;
	struct value value;
	void *memory;
	void (*free_fn)(void *);
};

static void
kept_free(void *p)
{
	struct kept *k = p;

	while (k != NULL) {
		struct kept *next = k->next;

		value_unref(k->value);
		if (k->free_fn != NULL)
			k->free_fn(k->memory);
		mem_free(k);
		k = next;
	}
}

static struct kept *
keep(struct script_tree *t)
{
	struct kept *k = mem_zalloc(sizeof(*k));

	k->next = t->kept;
	t->kept = k;
	t->kept_free = kept_free;
	return k;
}

void
tree_keep(struct script_tree *t, struct value take)
{
	keep(t)->value = take;
}

void
tree_keep_memory(struct script_tree *t, void *take, void (*free_fn)(void *))
{
	struct kept *k = keep(t);

	k->memory = take;
	k->free_fn = free_fn;
}

/* ---- the value ---- */

static void
block_release(struct cell *c)
{
	struct block *b = (struct block *)(void *)c;

	scope_unref(NULL, b->home);
	tree_unref(b->tree);
	mem_free(b);
}

bool
lang_is_block(struct value v)
{
	return value_base(v).type == &type_script_block;
}

struct value
block_new(struct script_tree *t, struct node_script_block *n)
{
	struct block *b = mem_zalloc(sizeof(*b));

	b->cell.refs = 1;
	b->cell.type = &type_script_block;
	b->tree = tree_ref(t);
	b->node = n;
	b->info = n->node.slot;
	b->is_filter = n->is_filter;
	return (struct value){ .type = &type_script_block, .u.p = &b->cell };
}

bool
source_mentions(const struct script_tree *t, const struct node *n,
    const char *name)
{
	struct tree_text text = tree_source(t, n);
	size_t len = strlen(name);

	for (size_t i = 0; i + len < text.len; i++)
		if (strncasecmp(text.s + i, name, len) == 0)
			return true;
	return false;
}

static void
info_free(void *p)
{
	struct block_info *info = p;

	if (info->bind != NULL)
		bind_info_free(info->bind);
	mem_free(info);
}

struct block_info *
block_info(struct session *s, struct block *b)
{
	struct block_info *info;
	struct node_list *params = NULL;

	if (b->info != NULL)
		return b->info;
	if (b->node->node.slot != NULL) {
		b->info = b->node->node.slot;
		return b->info;
	}
	info = mem_zalloc(sizeof(*info));
	if (b->node->params != NULL)
		params = &b->node->params->params;
	else if (b->function != NULL && b->function->has_params)
		params = &b->function->params;
	else if (b->method != NULL)
		params = &b->method->params;
	info->has_params = params != NULL && params->n > 0;
	if (b->node->params != NULL || params != NULL) {
		info->bind = bind_info_block(s, b);
		if (info->bind == NULL) {
			mem_free(info);
			return NULL;
		}
		info->advanced = info->bind->advanced;
	}
	info->uses_input = source_mentions(b->tree, &b->node->node, "input");
	tree_keep_memory(b->tree, info, info_free);
	b->node->node.slot = info;
	b->info = info;
	return info;
}

/* The source: a block expression's text without its braces. */
struct value
block_text(const struct block *b)
{
	struct tree_text t = tree_source(b->tree, &b->node->node);

	if (t.len >= 2 && t.s[0] == '{' && t.s[t.len - 1] == '}') {
		t.s++;
		t.len -= 2;
	}
	return value_string_n(t.s, t.len);
}

static enum flow
block_op_text(struct run *r, struct value v, struct value *textp)
{
	(void)r;
	*textp = block_text(block_of(v));
	return FLOW_MORE;
}

/* ---- members ---- */

static void
closure_copy(struct scope *to, struct scope *from)
{
	for (uint32_t i = 0; i < from->vars.n; i++) {
		struct variable *v = from->vars.v[i];
		struct variable *c;

		if (v->get != NULL || vartab_find(&to->vars, v->name) != NULL)
			continue;
		if (v->options & (OPTION_CONSTANT | OPTION_READONLY))
			continue;
		c = scope_make(to, v->name);
		value_set(&c->value, v->value);
		c->type = v->type;
	}
}

/* GetNewClosure: a module of its own with the variables seen from here. */
static struct value
block_closure(struct session *s, struct block *b)
{
	struct value v = block_new(b->tree, b->node);
	struct block *c = block_of(v);
	struct scope *here = s->frame != NULL ? s->frame->scope : NULL;
	struct scope *from = here != NULL ? here : s->global;
	struct scope *home = scope_new(scope_global(from));

	home->is_script = true;
	for (; from != NULL && !from->is_global; from = from->parent) {
		closure_copy(home, from);
		if (from->is_script)
			break;
	}
	if (here != NULL && here->is_global)
		closure_copy(home, here);
	c->function = b->function;
	c->is_filter = b->is_filter;
	c->home = home;
	return v;
}

static enum flow
block_invoke_with_context(struct session *s, struct value v,
    const struct value *args, size_t n, struct value *outp)
{
	struct invoke_spec spec = { .command = v };
	struct scope *sc = scope_new(s->frame->scope), *old;
	struct list *vars = n > 1 && value_is_list(value_base(args[1])) ?
	    list_of(value_base(args[1])) : NULL;
	struct value under = VALUE_NULL;
	struct collector c;
	enum flow flow;

	for (size_t i = 0; vars != NULL && i < vars->count; i++) {
		struct value item = value_base(vars->items[i]);
		struct variable *var;

		if (item.type != &type_psvariable)
			continue;
		var = (struct variable *)(void *)item.u.p;
		if (var->name == A.underscore) {
			under = var->value;
			spec.under = &under;
		} else {
			scope_set_take(sc, var->name, value_ref(var->value));
		}
	}
	if (n > 2 && value_is_list(value_base(args[2]))) {
		spec.args = list_of(value_base(args[2]))->items;
		spec.nargs = list_of(value_base(args[2]))->count;
	}
	collector_init(&c);
	old = s->frame->scope;
	s->frame->scope = sc;
	flow = block_call(s, v, &spec, &c.sink);
	s->frame->scope = old;
	scope_unref(s, sc);
	*outp = collector_array(&c);
	return flow;
}

static enum flow
block_op_call(struct run *r, struct value v, const char *name,
    const struct value *args, size_t n, struct value *outp, bool *foundp)
{
	struct session *s = session_of(r);
	bool as_is = string_equal_ci(name, "InvokeReturnAsIs");

	*foundp = true;
	if (as_is || string_equal_ci(name, "Invoke")) {
		struct invoke_spec spec = { .args = args, .nargs = n };
		struct collector c;
		enum flow flow;

		collector_init(&c);
		flow = block_call(s, v, &spec, &c.sink);
		if (flow != FLOW_MORE) {
			collector_clear(&c);
			return flow;
		}
		*outp = as_is ? collector_take(&c) : collector_array(&c);
		return FLOW_MORE;
	}
	if (string_equal_ci(name, "GetNewClosure")) {
		*outp = block_closure(s, block_of(v));
		return FLOW_MORE;
	}
	if (string_equal_ci(name, "InvokeWithContext"))
		return block_invoke_with_context(s, v, args, n, outp);
	*foundp = false;
	return FLOW_MORE;
}

static enum flow
block_op_get(struct run *r, struct value v, const char *name,
    struct value *outp, bool *foundp)
{
	struct block *b = block_of(v);

	(void)r;
	*foundp = true;
	if (string_equal_ci(name, "File"))
		*outp = b->tree->file != NULL ? value_string(b->tree->file) :
						VALUE_NULL;
	else if (string_equal_ci(name, "IsFilter"))
		*outp = value_bool(b->is_filter);
	else if (string_equal_ci(name, "Module") ||
	    string_equal_ci(name, "StartPosition"))
		*outp = VALUE_NULL;
	else if (string_equal_ci(name, "Ast"))
		*outp = ast_value(b->tree, &b->node->node);
	else
		*foundp = false;
	return FLOW_MORE;
}

static const struct type_ops block_ops = {
	.text = block_op_text,
	.get = block_op_get,
	.call = block_op_call,
};

struct type type_script_block = {
	.name = "System.Management.Automation.ScriptBlock",
	.short_name = "scriptblock",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = block_release,
	.ops = &block_ops,
};
