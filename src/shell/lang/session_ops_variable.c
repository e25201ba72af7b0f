/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Variables, as core/run.h offers them to cmdlets. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "shell/lang/session_ops_internal.h"

#define SMA "System.Management.Automation."

struct scope *
session_here(struct session *s)
{
	return s->frame != NULL ? s->frame->scope : s->global;
}

/* "global:x" in a name given as text. */
struct scope *
session_split_name(struct session *s, const char **namep, bool *outwardsp)
{
	const char *colon = strchr(*namep, ':');
	size_t len = colon != NULL ? (size_t)(colon - *namep) : 0;
	struct scope *sc = session_here(s);

	*outwardsp = true;
	if (colon == NULL)
		return sc;
	if (len == 6 && strncasecmp(*namep, "global", 6) == 0)
		sc = scope_global(sc);
	else if (len == 6 && strncasecmp(*namep, "script", 6) == 0)
		sc = scope_script(sc);
	else if (len == 8 && strncasecmp(*namep, "variable", 8) == 0) {
		*namep = colon + 1;
		return sc;
	} else if (!(len == 5 && strncasecmp(*namep, "local", 5) == 0) &&
	    !(len == 7 && strncasecmp(*namep, "private", 7) == 0))
		return sc;
	*namep = colon + 1;
	*outwardsp = false;
	return sc;
}

bool
ops_get_variable(struct run *r, const char *name, struct value *outp)
{
	struct session *s = session_of(r);
	bool outwards;
	struct scope *sc = session_split_name(s, &name, &outwards);
	const struct atom *a = atom_str(name);
	struct variable *v = outwards ? scope_find(sc, a) : scope_local(sc, a);

	if (a == A.underscore || a == A.psitem) {
		*outp = value_ref(scope_under(sc));
		return true;
	}
	if (a == A.question) {
		*outp = value_bool(s->ok);
		return true;
	}
	if (v == NULL)
		return false;
	*outp = variable_get(s, v);
	return true;
}

enum flow
ops_set_variable(struct run *r, const char *name, struct value to)
{
	struct session *s = session_of(r);
	bool outwards;
	struct scope *sc = session_split_name(s, &name, &outwards);
	const struct atom *a = atom_str(name);

	if (a == A.underscore) {
		value_set(&sc->under, to);
		sc->has_under = true;
		return FLOW_MORE;
	}
	return variable_assign(s, scope_make(sc, a), to);
}

static enum flow
give_variable(struct session *s, struct variable *v, variable_fn *fn,
    void *arg)
{
	struct variable_info info = {
		.name = v->name->name,
		.value = variable_get(s, v),
		.description = v->description != NULL ? v->description : "",
		.options = v->options,
		.object = value_ref((struct value){ .type = &type_psvariable,
		    .u.p = &v->cell }),
	};
	enum flow flow = fn(arg, &info);

	value_unref(info.value);
	value_unref(info.object);
	return flow;
}

enum flow
ops_find_variable(struct run *r, const char *name, const char *scope,
    variable_fn *fn, void *arg, bool *foundp)
{
	struct session *s = session_of(r);
	bool outwards = true;
	struct scope *sc;
	struct variable *v;

	*foundp = false;
	if (scope != NULL) {
		sc = scope_by_name(s, scope);
		if (sc == NULL)
			return FLOW_LEAVE;
		outwards = false;
	} else {
		sc = session_split_name(s, &name, &outwards);
	}
	v = outwards ? scope_find(sc, atom_str(name)) :
		       scope_local(sc, atom_str(name));
	if (v == NULL)
		return FLOW_MORE;
	*foundp = true;
	return fn != NULL ? give_variable(s, v, fn, arg) : FLOW_MORE;
}

static int
by_name(const void *a, const void *b)
{
	const struct variable *const *x = a, *const *y = b;

	return strcasecmp((*x)->name->name, (*y)->name->name);
}

/* What is seen from sc outwards, each name once. */
enum flow
session_each_seen(struct session *s, struct scope *sc, bool outwards,
    size_t offset, variable_fn *fn, void *arg)
{
	struct variable **all = NULL;
	size_t n = 0;
	enum flow flow = FLOW_MORE;

	for (; sc != NULL; sc = outwards ? sc->parent : NULL) {
		struct vartab *t = offset == 0 ? &sc->vars :
		    offset == 1		       ? &sc->functions :
						 &sc->aliases;

		for (uint32_t i = 0; i < t->n; i++) {
			bool seen = false;

			for (size_t k = 0; k < n && !seen; k++)
				seen = all[k]->name == t->v[i]->name;
			if (seen)
				continue;
			all = mem_array_grow(all, n + 1, sizeof(struct variable *));
			all[n++] = t->v[i];
			t->v[i]->cell.refs++;
		}
	}
	if (n > 1)
		qsort(all, n, sizeof(struct variable *), by_name);
	for (size_t i = 0; i < n; i++) {
		if (flow == FLOW_MORE)
			flow = give_variable(s, all[i], fn, arg);
		value_unref((struct value){ .type = &type_psvariable,
		    .u.p = &all[i]->cell });
	}
	mem_free(all);
	return flow;
}

enum flow
ops_each_variable(struct run *r, const char *scope, variable_fn *fn,
    void *arg)
{
	struct session *s = session_of(r);
	struct scope *sc = session_here(s);

	if (scope != NULL && (sc = scope_by_name(s, scope)) == NULL)
		return FLOW_LEAVE;
	return session_each_seen(s, sc, scope == NULL, 0, fn, arg);
}

enum flow
ops_put_variable(struct run *r, const char *name, const char *scope,
    const struct value *to, const unsigned *options, const char *description,
    bool force)
{
	struct session *s = session_of(r);
	bool outwards;
	struct scope *sc;
	struct variable *v;
	enum flow flow = FLOW_MORE;

	if (scope != NULL) {
		sc = scope_by_name(s, scope);
		if (sc == NULL)
			return FLOW_LEAVE;
	} else {
		sc = session_split_name(s, &name, &outwards);
	}
	v = scope_make(sc, atom_str(name));
	if (force && (v->options & OPTION_CONSTANT) == 0)
		v->options &= ~(unsigned)OPTION_READONLY;
	if (to != NULL)
		flow = variable_assign(s, v, *to);
	if (flow != FLOW_MORE)
		return flow;
	if (options != NULL)
		v->options = *options;
	if (description != NULL) {
		mem_free(v->description);
		v->description = mem_strdup(description);
	}
	return FLOW_MORE;
}

enum flow
ops_remove_variable(struct run *r, const char *name, const char *scope,
    bool force)
{
	struct session *s = session_of(r);
	bool outwards = true;
	struct scope *sc;
	const struct atom *a;
	struct variable *v = NULL;

	if (scope != NULL) {
		sc = scope_by_name(s, scope);
		if (sc == NULL)
			return FLOW_LEAVE;
		outwards = false;
	} else {
		sc = session_split_name(s, &name, &outwards);
	}
	a = atom_str(name);
	for (; sc != NULL; sc = outwards ? sc->parent : NULL)
		if ((v = scope_local(sc, a)) != NULL)
			break;
	if (v == NULL) {
		struct value target = value_string(name);
		enum flow flow = lang_error(s, SMA "ItemNotFoundException",
		    "VariableNotFound", "ObjectNotFound", target,
		    "Cannot find a variable with the name '%s'.", name);

		value_unref(target);
		return flow;
	}
	if ((v->options & OPTION_CONSTANT) ||
	    ((v->options & OPTION_READONLY) && !force))
		return lang_error(s,
		    SMA "SessionStateUnauthorizedAccessException",
		    "VariableNotRemovable", "WriteError", VALUE_NULL,
		    "Cannot remove variable %s because it is constant or "
		    "read-only. If the variable is read-only, try the "
		    "operation again specifying the Force option.", name);
	(void)vartab_remove(&sc->vars, a);
	return FLOW_MORE;
}
