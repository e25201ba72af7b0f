/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Element trees: building, looking, changing. */
#include "config.h"

#include <string.h>

#include "core/mem.h"
#include "xml/xml.h"

struct xml *
xml_new(const char *name, const char *ns)
{
	struct xml *x = mem_zalloc(sizeof(*x));

	x->name = mem_strdup(name);
	x->ns = mem_strdup(ns == NULL ? "" : ns);
	return x;
}

void
xml_detach(struct xml *x)
{
	struct xml *p = x->parent, *before;

	if (p == NULL)
		return;
	if (p->first == x) {
		p->first = x->next;
		if (p->last == x)
			p->last = NULL;
	} else {
		for (before = p->first; before->next != x;)
			before = before->next;
		before->next = x->next;
		if (p->last == x)
			p->last = before;
	}
	x->parent = NULL;
	x->next = NULL;
}

static void
node_free(struct xml *x)
{
	size_t i;

	for (i = 0; i < x->n_attrs; i++) {
		mem_free(x->attrs[i].ns);
		mem_free(x->attrs[i].name);
		mem_free(x->attrs[i].value);
	}
	mem_free(x->attrs);
	mem_free(x->name);
	mem_free(x->ns);
	mem_free(x->text);
	mem_free(x);
}

/* Without recursion: a tree built by hand may be deeper than any limit. */
void
xml_free(struct xml *x)
{
	struct xml *node, *parent;

	if (x == NULL)
		return;
	xml_detach(x);
	for (node = x; node != NULL;) {
		if (node->first != NULL) {
			node = node->first;
			continue;
		}
		parent = node->parent;
		if (parent != NULL)
			parent->first = node->next;
		node_free(node);
		node = parent;
	}
}

static struct xml *
node_copy(const struct xml *x)
{
	struct xml *c = mem_zalloc(sizeof(*c));
	size_t i;

	if (x->name == NULL) {
		c->text = mem_strdup(x->text);
		return c;
	}
	c->name = mem_strdup(x->name);
	c->ns = mem_strdup(x->ns);
	c->n_attrs = x->n_attrs;
	if (x->n_attrs > 0)
		c->attrs = mem_array(x->n_attrs, sizeof(*c->attrs));
	for (i = 0; i < x->n_attrs; i++) {
		c->attrs[i].ns = mem_strdup(x->attrs[i].ns);
		c->attrs[i].name = mem_strdup(x->attrs[i].name);
		c->attrs[i].value = mem_strdup(x->attrs[i].value);
	}
	return c;
}

struct xml *
xml_copy(const struct xml *x)
{
	const struct xml *from = x;
	struct xml *root = node_copy(x), *to = root, *child;

	for (;;) {
		if (from->first != NULL) {
			from = from->first;
		} else {
			while (from != x && from->next == NULL) {
				from = from->parent;
				to = to->parent;
			}
			if (from == x)
				return root;
			from = from->next;
			to = to->parent;
		}
		child = node_copy(from);
		xml_add_take(to, child);
		to = child;
	}
}

void
xml_add_take(struct xml *parent, struct xml *child)
{
	child->parent = parent;
	child->next = NULL;
	if (parent->last == NULL)
		parent->first = child;
	else
		parent->last->next = child;
	parent->last = child;
}

struct xml *
xml_add(struct xml *parent, const char *name, const char *ns)
{
	struct xml *child = xml_new(name, ns == NULL ? parent->ns : ns);

	xml_add_take(parent, child);
	return child;
}

struct xml *
xml_add_with_text(
    struct xml *parent, const char *name, const char *ns, const char *text)
{
	struct xml *child = xml_add(parent, name, ns);

	if (text != NULL)
		xml_add_text(child, text);
	return child;
}

void
xml_add_text(struct xml *x, const char *text)
{
	xml_add_text_n(x, text, strlen(text));
}

void
xml_add_text_n(struct xml *x, const char *text, size_t len)
{
	struct xml *node;

	if (len == 0)
		return;
	mem_free(x->text);
	x->text = NULL;
	node = mem_zalloc(sizeof(*node));
	node->text = mem_strndup(text, len);
	xml_add_take(x, node);
}

static void
rename_one(struct xml *x, const char *from, const char *to)
{
	if (x->name != NULL && strcmp(x->ns, from) == 0) {
		mem_free(x->ns);
		x->ns = mem_strdup(to);
	}
}

void
xml_rename_ns(struct xml *x, const char *from, const char *to)
{
	struct xml *node = x;

	if (strcmp(x->ns, from) != 0)
		return;
	for (;;) {
		bool same = node->name != NULL && strcmp(node->ns, from) == 0;

		rename_one(node, from, to);
		/* Below a foreign element the namespace is its own affair. */
		if (same && node->first != NULL) {
			node = node->first;
			continue;
		}
		while (node != x && node->next == NULL)
			node = node->parent;
		if (node == x)
			return;
		node = node->next;
	}
}

bool
xml_is(const struct xml *x, const char *name, const char *ns)
{
	return x->name != NULL &&
	    (name == NULL || strcmp(x->name, name) == 0) &&
	    (ns == NULL || strcmp(x->ns, ns) == 0);
}

static struct xml *
find_from(struct xml *x, const char *name, const char *ns)
{
	while (x != NULL && !xml_is(x, name, ns))
		x = x->next;
	return x;
}

struct xml *
xml_child(const struct xml *x, const char *name, const char *ns)
{
	return find_from(x->first, name, ns);
}

struct xml *
xml_next(const struct xml *x, const char *name, const char *ns)
{
	return find_from(x->next, name, ns);
}

size_t
xml_child_count(const struct xml *x)
{
	const struct xml *c;
	size_t n = 0;

	XML_EACH (c, x)
		n++;
	return n;
}

const char *
xml_text(const struct xml *x)
{
	/* The joined text is kept on the element: reading changes no meaning. */
	struct xml *keep = (struct xml *)(uintptr_t)x;
	const struct xml *c, *only = NULL;
	struct buf b;
	size_t n = 0;

	if (x->name == NULL)
		return x->text;
	for (c = x->first; c != NULL; c = c->next)
		if (c->name == NULL) {
			only = c;
			n++;
		}
	if (n == 0)
		return "";
	if (n == 1)
		return only->text;
	buf_init(&b);
	for (c = x->first; c != NULL; c = c->next)
		if (c->name == NULL)
			buf_add_str(&b, c->text);
	mem_free(keep->text);
	keep->text = buf_take(&b);
	return keep->text;
}

const char *
xml_child_text(const struct xml *x, const char *name, const char *ns)
{
	const struct xml *c = xml_child(x, name, ns);

	return c == NULL ? NULL : xml_text(c);
}

static struct xml_attr *
attr_find(const struct xml *x, const char *ns, const char *name)
{
	size_t i;

	for (i = 0; i < x->n_attrs; i++)
		if (strcmp(x->attrs[i].name, name) == 0 &&
		    strcmp(x->attrs[i].ns, ns) == 0)
			return &x->attrs[i];
	return NULL;
}

const char *
xml_get_ns(const struct xml *x, const char *ns, const char *name)
{
	const struct xml_attr *a = attr_find(x, ns == NULL ? "" : ns, name);

	return a == NULL ? NULL : a->value;
}

const char *
xml_get(const struct xml *x, const char *name)
{
	return xml_get_ns(x, "", name);
}

static void
attr_remove(struct xml *x, struct xml_attr *a)
{
	size_t at = (size_t)(a - x->attrs);

	mem_free(a->ns);
	mem_free(a->name);
	mem_free(a->value);
	x->n_attrs--;
	memmove(a, a + 1, (x->n_attrs - at) * sizeof(*a));
}

void
xml_set_ns(
    struct xml *x, const char *ns, const char *name, const char *value)
{
	struct xml_attr *a;
	char *copy;

	if (ns == NULL)
		ns = "";
	a = attr_find(x, ns, name);
	if (value == NULL) {
		if (a != NULL)
			attr_remove(x, a);
		return;
	}
	copy = mem_strdup(value); /* value may be the old one */
	if (a != NULL) {
		mem_free(a->value);
		a->value = copy;
		return;
	}
	x->attrs =
	    mem_array_grow(x->attrs, x->n_attrs + 1, sizeof(*x->attrs));
	a = &x->attrs[x->n_attrs++];
	a->ns = mem_strdup(ns);
	a->name = mem_strdup(name);
	a->value = copy;
}

void
xml_set(struct xml *x, const char *name, const char *value)
{
	xml_set_ns(x, "", name, value);
}

const char *
xml_lang(const struct xml *x)
{
	const char *lang = NULL;

	for (; x != NULL && lang == NULL; x = x->parent)
		if (x->name != NULL)
			lang = xml_get_ns(x, XML_NS_XML, "lang");
	return lang;
}
