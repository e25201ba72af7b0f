/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a class or enum in the tree to a type.
 */
#include "config.h"

#include <string.h>

#include "shell/lang/class_internal.h"

/* ---- rows, for those who list members ---- */

static enum flow
row_get(struct member_call *c)
{
	bool found;

	return class_get(c->run, c->self, c->name, &c->out, &found);
}

static enum flow
row_set(struct member_call *c)
{
	bool found;

	return class_set(c->run, c->self, c->name, c->args[0], &found);
}

static void
make_rows(struct script_class *c)
{
	size_t n = 0;

	c->rows = mem_zalloc((c->nproperty + 1) * sizeof(*c->rows));
	for (size_t i = 0; i < c->nproperty; i++) {
		struct class_property *p = &c->properties[i];

		if (p->is_static || p->is_hidden)
			continue;
		c->rows[n].signature = mem_printf("%s %s get/set",
		    p->type != NULL ? p->type->name : "System.Object",
		    p->name->name);
		c->rows[n].fn = row_get;
		c->rows[n++].set = row_set;
	}
	c->type.members = c->rows;
}

/* ---- defining ---- */

enum flow
class_type_of_constraint(struct frame *f, struct node_type_constraint *n,
    const struct type **tp)
{
	*tp = NULL;
	if (n == NULL)
		return FLOW_MORE;
	return eval_type_or_fail(f, n->name, tp);
}

static enum flow
add_property(struct frame *f, struct script_class *c,
    struct node_property_member *n)
{
	struct class_property *p = &c->properties[c->nproperty++];
	enum flow flow;

	p->name = atom_get(n->name.s, n->name.len);
	p->node = n;
	p->owner = c;
	p->is_static = n->is_static;
	p->is_hidden = n->is_hidden;
	flow = class_type_of_constraint(f, n->type, &p->type);
	if (p->type == &type_system_object)
		p->type = NULL;
	if (!p->is_static)
		c->nfield++;
	return flow;
}

static bool
is_void_name(struct node_type_constraint *n)
{
	struct tree_text t = n->name->full;

	return (t.len == 4 && strncasecmp(t.s, "void", 4) == 0) ||
	    (t.len == 11 && strncasecmp(t.s, "System.Void", 11) == 0);
}

static enum flow
add_method(struct frame *f, struct script_class *c,
    struct node_function_member *n)
{
	struct class_method *m = &c->methods[c->nmethod++];
	enum flow flow = FLOW_MORE;

	m->name = atom_get(n->name.s, n->name.len);
	m->node = n;
	m->block = block_new(f->tree, n->body);
	block_of(m->block)->method = n;
	block_of(m->block)->home = scope_ref(c->home);
	m->is_void = n->is_constructor || n->return_type == NULL ||
	    is_void_name(n->return_type);
	if (!m->is_void)
		flow = class_type_of_constraint(f, n->return_type, &m->returns);
	if (m->returns == &type_system_object)
		m->returns = NULL;
	m->params = mem_zalloc((n->params.n + 1) * sizeof(*m->params));
	for (size_t i = 0; i < n->params.n && flow == FLOW_MORE; i++) {
		struct node_parameter *p = node_parameter(n->params.v[i]);

		for (size_t k = 0; k < p->attributes.n; k++)
			if (p->attributes.v[k]->kind == NODE_TYPE_CONSTRAINT)
				flow = class_type_of_constraint(f,
				    node_type_constraint(p->attributes.v[k]),
				    &m->params[i]);
		if (m->params[i] == &type_system_object)
			m->params[i] = NULL;
	}
	return flow;
}

static enum flow
set_base(struct frame *f, struct script_class *c,
    struct node_type_definition *n)
{
	for (size_t i = 0; i < n->bases.n; i++) {
		const struct type *t;
		enum flow flow = class_type_of_constraint(f,
		    node_type_constraint(n->bases.v[i]), &t);

		if (flow != FLOW_MORE)
			return flow;
		if (t == NULL || t->kind == TYPE_KIND_INTERFACE)
			continue;
		c->type.base = t;
		c->base = class_of(t);
		if (c->base != NULL) {
			c->native = c->base->native;
			c->nfield = c->base->nfield;
		} else if (type_is_a(t, lang_type("System.Exception"))) {
			c->native = t;
		}
		if (c->native != NULL) {
			c->type.release = c->native->release;
			c->type.children = c->native->children;
		}
	}
	return FLOW_MORE;
}

static enum flow
set_statics(struct frame *f, struct script_class *c)
{
	enum flow flow = FLOW_MORE;

	for (size_t i = 0; i < c->nproperty && flow == FLOW_MORE; i++) {
		struct class_property *p = &c->properties[i];
		struct value v = VALUE_NULL;

		if (!p->is_static)
			continue;
		if (p->node->initial != NULL) {
			flow = eval(f, p->node->initial, &v);
			if (flow == FLOW_MORE)
				flow = class_convert_for(f->s, p->type,
				    p->name->name, v, &p->value);
			value_unref(v);
		} else if (p->type != NULL &&
		    (p->type->flags & TYPE_VALUETYPE) != 0) {
			bool ok;

			if (value_try_convert(&f->s->run, value_int(0),
				p->type, &p->value, &ok) != FLOW_MORE)
				run_leave_clear(&f->s->run);
		}
	}
	return flow;
}

static enum flow
define_members(struct frame *f, struct script_class *c,
    struct node_type_definition *n)
{
	enum flow flow = set_base(f, c, n);

	c->properties = mem_zalloc((n->members.n + 1) *
	    sizeof(*c->properties));
	c->methods = mem_zalloc((n->members.n + 1) * sizeof(*c->methods));
	for (size_t i = 0; i < n->members.n && flow == FLOW_MORE; i++) {
		struct node *m = n->members.v[i];

		if (m->kind == NODE_PROPERTY_MEMBER)
			flow = add_property(f, c, node_property_member(m));
		else if (m->kind == NODE_FUNCTION_MEMBER)
			flow = add_method(f, c, node_function_member(m));
	}
	make_rows(c);
	return flow;
}

static struct script_class *
declare_class(struct frame *f, struct node_type_definition *n)
{
	struct script_class *c = mem_zalloc(sizeof(*c));

	c->type.name = mem_strndup(n->name.s, n->name.len);
	c->type.kind = TYPE_KIND_CLASS;
	c->type.flags = TYPE_COUNTED | TYPE_SCRIPT;
	c->type.base = &type_system_object;
	c->type.release = class_instance_release;
	c->type.children = class_instance_children;
	c->type.ops = &class_ops;
	c->type.data = c;
	c->tree = tree_ref(f->tree);
	c->home = scope_ref(scope_script(f->scope));
	c->session = f->s;
	type_register(&c->type);
	n->node.slot = c;
	return c;
}

/* ---- enums ---- */

static bool
has_flags_attribute(struct node_type_definition *n)
{
	for (size_t i = 0; i < n->attributes.n; i++)
		if (n->attributes.v[i]->kind == NODE_ATTRIBUTE &&
		    attribute_is(node_attribute(n->attributes.v[i]), "Flags"))
			return true;
	return false;
}

enum flow
class_define_enum(struct frame *f, struct node_type_definition *n)
{
	const struct type *under = NULL;
	const char **names = mem_zalloc((n->members.n + 1) * sizeof(*names));
	int64_t *values = mem_zalloc((n->members.n + 1) * sizeof(*values));
	bool is_flags = has_flags_attribute(n);
	int64_t next = 0;
	size_t count = 0;
	char *name = mem_strndup(n->name.s, n->name.len);
	enum flow flow = FLOW_MORE;

	if (n->bases.n > 0)
		flow = class_type_of_constraint(f,
		    node_type_constraint(n->bases.v[0]), &under);
	for (size_t i = 0; i < n->members.n && flow == FLOW_MORE; i++) {
		struct node_property_member *m =
		    node_property_member(n->members.v[i]);

		if (m->node.kind != NODE_PROPERTY_MEMBER)
			continue;
		if (m->initial != NULL) {
			struct value v = VALUE_NULL;

			flow = eval(f, m->initial, &v);
			if (flow == FLOW_MORE)
				flow = value_to_int(&f->s->run, v, &next);
			value_unref(v);
		}
		names[count] = m->name.s;
		values[count++] = next++;
	}
	if (flow == FLOW_MORE)
		(void)type_make_enum(name, names, values, count, under,
		    is_flags);
	mem_free(name);
	mem_free(names);
	mem_free(values);
	return flow;
}

/* ---- from the tree ---- */

/* Names first, so that classes may speak of each other. */
static enum flow
define_list(struct frame *f, struct node_list *l)
{
	enum flow flow = FLOW_MORE;

	for (int pass = 0; pass < 3; pass++)
		for (size_t i = 0; i < l->n && flow == FLOW_MORE; i++) {
			struct node_type_definition *n =
			    node_type_definition(l->v[i]);

			if (n->node.kind != NODE_TYPE_DEFINITION)
				continue;
			f->at = &n->node;
			if (n->which == TREE_ENUM) {
				if (pass == 0)
					flow = class_define_enum(f, n);
			} else if (pass == 0) {
				(void)declare_class(f, n);
			} else if (pass == 1) {
				flow = define_members(f, n->node.slot, n);
			} else {
				flow = set_statics(f, n->node.slot);
			}
		}
	return flow;
}

enum flow
define_types(struct frame *f, struct node_script_block *n)
{
	struct node_block *blocks[] = { n->begin, n->process, n->end };
	enum flow flow = FLOW_MORE;

	for (size_t i = 0; i < 3 && flow == FLOW_MORE; i++)
		if (blocks[i] != NULL)
			flow = define_list(f, &blocks[i]->statements);
	return flow;
}

enum flow
run_type_definition(struct frame *f, struct node_type_definition *n)
{
	/* those of a script are there before it runs */
	(void)f;
	(void)n;
	return FLOW_MORE;
}
