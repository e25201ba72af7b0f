/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Variables, functions and aliases by scope; dynamic scoping. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "shell/lang/lang_internal.h"

/* LIMIT: scopes kept for reuse. */
#define SCOPE_SPARE_MAX 64

static struct scope *spare[SCOPE_SPARE_MAX];
static size_t nspare;

/* ---- a table of variables ---- */

static void
variable_release(struct cell *c)
{
	struct variable *v = (struct variable *)(void *)c;

	value_unref(v->value);
	mem_free(v->description);
	tree_unref(v->tree);
	mem_free(v);
}

static void
variable_children(struct cell *c, void (*visit)(struct value *, void *),
    void *arg)
{
	struct variable *v = (struct variable *)(void *)c;

	visit(&v->value, arg);
}

struct type type_psvariable = {
	.name = "System.Management.Automation.PSVariable",
	.short_name = "psvariable",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = variable_release,
	.children = variable_children,
};

static void
variable_unref(struct variable *v)
{
	value_unref((struct value){ .type = &type_psvariable,
	    .u.p = &v->cell });
}

static void
index_add(struct vartab *t, uint32_t i)
{
	uint32_t at = t->v[i]->name->hash & (t->index_size - 1);

	while (t->index[at] != 0)
		at = (at + 1) & (t->index_size - 1);
	t->index[at] = i + 1;
}

static void
index_build(struct vartab *t)
{
	mem_free(t->index);
	t->index = NULL;
	if (t->n <= SCOPE_INLINE)
		return;
	t->index_size = 32;
	while (t->index_size < t->n * 3)
		t->index_size *= 2;
	t->index = mem_zalloc(t->index_size * sizeof(*t->index));
	for (uint32_t i = 0; i < t->n; i++)
		index_add(t, i);
}

struct variable *
vartab_find(const struct vartab *t, const struct atom *a)
{
	uint32_t at;

	if (t->index == NULL) {
		for (uint32_t i = 0; i < t->n; i++)
			if (t->v[i]->name == a)
				return t->v[i];
		return NULL;
	}
	at = a->hash & (t->index_size - 1);
	while (t->index[at] != 0) {
		if (t->v[t->index[at] - 1]->name == a)
			return t->v[t->index[at] - 1];
		at = (at + 1) & (t->index_size - 1);
	}
	return NULL;
}

static void
vartab_add(struct scope *sc, struct vartab *t, struct variable *v)
{
	if (t->n == t->cap) {
		uint32_t cap = t->cap < SCOPE_INLINE ? SCOPE_INLINE :
						       t->cap * 2;

		if (t->v == NULL && t == &sc->vars) {
			t->v = sc->room;
		} else {
			struct variable **to = mem_array(cap, sizeof(*to));

			if (t->n > 0)
				memcpy(to, t->v, t->n * sizeof(*to));
			if (t->v != sc->room)
				mem_free(t->v);
			t->v = to;
		}
		t->cap = cap;
	}
	t->v[t->n++] = v;
	if (t->index != NULL && t->n * 2 < t->index_size)
		index_add(t, t->n - 1);
	else if (t->n > SCOPE_INLINE)
		index_build(t);
}

bool
vartab_remove(struct vartab *t, const struct atom *a)
{
	for (uint32_t i = 0; i < t->n; i++) {
		struct variable *v = t->v[i];

		if (v->name != a)
			continue;
		memmove(&t->v[i], &t->v[i + 1],
		    (t->n - i - 1) * sizeof(struct variable *));
		t->n--;
		index_build(t);
		variable_unref(v);
		return true;
	}
	return false;
}

void
vartab_clear(struct vartab *t)
{
	while (t->n > 0)
		variable_unref(t->v[--t->n]);
	mem_free(t->index);
	t->index = NULL;
}

/* ---- scopes ---- */

struct scope *
scope_new(struct scope *parent)
{
	struct scope *sc;

	if (nspare > 0) {
		sc = spare[--nspare];
	} else {
		sc = mem_zalloc(sizeof(*sc));
	}
	sc->refs = 1;
	sc->parent = parent != NULL ? scope_ref(parent) : NULL;
	sc->module = parent != NULL ? parent->module : NULL;
	return sc;
}

struct scope *
scope_ref(struct scope *sc)
{
	sc->refs++;
	return sc;
}

static void
table_free(struct scope *sc, struct vartab *t)
{
	vartab_clear(t);
	if (t->v != sc->room)
		mem_free(t->v);
	memset(t, 0, sizeof(*t));
}

void
scope_unref(struct session *s, struct scope *sc)
{
	while (sc != NULL && --sc->refs == 0) {
		struct scope *parent = sc->parent;

		if (s != NULL && (sc->functions.n > 0 || sc->aliases.n > 0))
			s->generation++;
		if (s != NULL && sc->counted)
			s->local_functions--;
		sc->counted = false;
		/* releasing a value must not find the scope half gone */
		sc->refs = 1;
		table_free(sc, &sc->vars);
		table_free(sc, &sc->functions);
		table_free(sc, &sc->aliases);
		value_clear(&sc->under);
		sc->has_under = sc->is_script = sc->is_global = false;
		sc->strict = 0;
		sc->module = NULL;
		sc->parent = NULL;
		if (nspare < SCOPE_SPARE_MAX)
			spare[nspare++] = sc;
		else
			mem_free(sc);
		sc = parent;
	}
}

struct variable *
scope_local(struct scope *sc, const struct atom *a)
{
	return vartab_find(&sc->vars, a);
}

struct variable *
scope_find(struct scope *sc, const struct atom *a)
{
	for (struct scope *at = sc; at != NULL; at = at->parent) {
		struct variable *v = vartab_find(&at->vars, a);

		if (v != NULL &&
		    (at == sc || (v->options & OPTION_PRIVATE) == 0))
			return v;
	}
	return NULL;
}

struct variable *
scope_make_in(struct scope *sc, struct vartab *t, const struct atom *a)
{
	struct variable *v = vartab_find(t, a);

	if (v != NULL)
		return v;
	v = mem_zalloc(sizeof(*v));
	v->cell.refs = 1;
	v->cell.type = &type_psvariable;
	v->name = a;
	vartab_add(sc, t, v);
	return v;
}

struct variable *
scope_make(struct scope *sc, const struct atom *a)
{
	return scope_make_in(sc, &sc->vars, a);
}

void
scope_set_take(struct scope *sc, const struct atom *a, struct value v)
{
	value_set_take(&scope_make(sc, a)->value, v);
}

static struct variable *
find_in_tables(struct scope *sc, const struct atom *a, size_t offset)
{
	for (struct scope *at = sc; at != NULL; at = at->parent) {
		const struct vartab *t = offset == 0 ? &at->functions :
						       &at->aliases;
		struct variable *v = t->n > 0 ? vartab_find(t, a) : NULL;

		if (v != NULL &&
		    (at == sc || (v->options & OPTION_PRIVATE) == 0))
			return v;
	}
	return NULL;
}

struct variable *
scope_function(struct scope *sc, const struct atom *a)
{
	return find_in_tables(sc, a, 0);
}

struct variable *
scope_alias(struct scope *sc, const struct atom *a)
{
	return find_in_tables(sc, a, 1);
}

struct scope *
scope_script(struct scope *sc)
{
	while (sc->parent != NULL && !sc->is_script && !sc->is_global)
		sc = sc->parent;
	return sc;
}

int
scope_strict(const struct scope *sc)
{
	for (; sc != NULL; sc = sc->parent)
		if (sc->strict != 0)
			return sc->strict > 0 ? sc->strict : 0;
	return 0;
}

struct scope *
scope_global(struct scope *sc)
{
	while (sc->parent != NULL && !sc->is_global)
		sc = sc->parent;
	return sc;
}

struct value
scope_under(struct scope *sc)
{
	for (; sc != NULL; sc = sc->parent)
		if (sc->has_under)
			return sc->under;
	return VALUE_NULL;
}

struct scope *
scope_by_name(struct session *s, const char *name)
{
	struct scope *sc = s->frame != NULL ? s->frame->scope : s->global;
	char *end;
	long level;

	if (string_equal_ci(name, "global"))
		return scope_global(sc);
	if (string_equal_ci(name, "script"))
		return scope_script(sc);
	if (string_equal_ci(name, "local") || string_equal_ci(name, "private"))
		return sc;
	level = strtol(name, &end, 10);
	if (end == name || *end != '\0') {
		(void)lang_error(s, "System.Management.Automation."
		    "PSArgumentException", "Argument", "InvalidArgument",
		    VALUE_NULL, "The scope name '%s' is not valid.", name);
		return NULL;
	}
	for (; level > 0 && sc->parent != NULL; level--)
		sc = sc->parent;
	if (level != 0) {
		(void)lang_error(s, "System.Management.Automation."
		    "PSArgumentOutOfRangeException", "ArgumentOutOfRange",
		    "InvalidArgument", VALUE_NULL,
		    "The scope number '%s' exceeds the number of active "
		    "scopes. (Parameter 'scope')\nActual value was %s.", name,
		    name);
		return NULL;
	}
	return sc;
}

/* ---- reading and assigning ---- */

struct value
variable_get(struct session *s, const struct variable *v)
{
	if (v->get != NULL)
		return v->get(s);
	return value_ref(v->value);
}

static enum flow
variable_locked(struct session *s, const struct variable *v)
{
	return lang_error(s,
	    "System.Management.Automation.SessionStateUnauthorizedAccess"
	    "Exception",
	    "VariableNotWritable", "WriteError",
	    value_string(v->name->name),
	    "Cannot overwrite variable %s because it is read-only or "
	    "constant.",
	    v->name->name);
}

static enum flow
variable_check(struct session *s, struct variable *v, struct value to)
{
	for (size_t i = 0; i < v->checks->n; i++) {
		struct node *n = v->checks->v[i];
		enum flow flow;

		if (n->kind != NODE_ATTRIBUTE)
			continue;
		flow = bind_check_attribute(s, s->frame, node_attribute(n),
		    v->name->name, to, true);
		if (flow != FLOW_MORE)
			return flow;
	}
	return FLOW_MORE;
}

enum flow
variable_assign(struct session *s, struct variable *v, struct value to)
{
	struct value got;

	if (v->options & (OPTION_READONLY | OPTION_CONSTANT))
		return variable_locked(s, v);
	if (v->type == NULL && v->checks == NULL) {
		value_set(&v->value, to);
		return FLOW_MORE;
	}
	if (v->type != NULL) {
		enum flow flow = value_convert(&s->run, to, v->type, &got);

		if (flow != FLOW_MORE) {
			struct value record;

			if (flow != FLOW_LEAVE ||
			    s->run.leave.kind != LEAVE_THROW)
				return flow;
			record = error_catch(s);
			error_rewrap_assignment(s, &record, v->name->name);
			return error_leave_take(s, record, false);
		}
	} else {
		got = value_ref(to);
	}
	if (v->checks != NULL) {
		enum flow flow = variable_check(s, v, got);

		if (flow != FLOW_MORE) {
			value_unref(got);
			return flow;
		}
	}
	value_set_take(&v->value, got);
	return FLOW_MORE;
}
