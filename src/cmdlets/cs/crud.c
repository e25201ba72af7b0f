/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Get New Set Remove for any noun. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cmdlets/cs/cs_internal.h"
#include "core/mem.h"
#include "core/string.h"
#include "model/walk.h"
#include "types/types.h"

static const struct crud *
crud_of(struct call *c)
{
	return call_cmdlet(c)->data;
}

static int
parse(const struct crud *crud, const char *text, struct identity *id,
    struct fault *f)
{
	const struct noun *n = crud->noun;
	unsigned scopes = n->scopes;

	/* Sites take the bare name, and print another (cmdlets.md 1.1). */
	if (n == &noun_site && strncasecmp(text, "Site:", 5) == 0)
		text += 5;
	return identity_parse(text, scopes, n->role, id, f);
}

/* --- Get --- */

static enum flow
get_one(struct call *c, struct store *s, const char *text)
{
	const struct crud *crud = crud_of(c);
	struct store_row row = { .key = NULL };
	struct identity id;
	struct value shown;
	struct fault f;
	int found;

	if (parse(crud, text, &id, &f) != 0)
		return cs_fault(c, &f, text);
	found = store_get(s, crud->noun->class_name, id.key, &row, &f);
	if (found < 0)
		return cs_fault(c, &f, text);
	if (found == 0 || !value_is_dict(row.object)) {
		store_row_clear(&row);
		return cs_not_found(c, text);
	}
	shown = instance_show(crud->noun, dict_of(row.object), row.version);
	store_row_clear(&row);
	return call_emit_take(c, shown);
}

enum flow
crud_get(struct call *c)
{
	const struct crud *crud = crud_of(c);
	const char *filter = cs_string(c, "Filter");
	const char *text = cs_string(c, "Identity");
	struct store *s = cs_store(c);
	enum flow flow = FLOW_MORE;
	struct store_row *row;
	struct walk w;
	struct fault f;
	int rc;

	if (s == NULL)
		return FLOW_LEAVE;
	if (text != NULL)
		return get_one(c, s, text);
	walk_begin(&w, s, crud->noun->class_name, NULL, NULL);
	while (flow == FLOW_MORE && (rc = walk_next(&w, &row, &f)) != 0) {
		const char *identity;

		if (rc < 0) {
			flow = cs_fault(c, &f, NULL);
			break;
		}
		if (!value_is_dict(row->object))
			continue;
		identity = instance_text(dict_of(row->object), "Identity");
		if (filter != NULL &&
		    (identity == NULL || !identity_matches(filter, identity)))
			continue;
		flow = call_emit_take(c,
		    instance_show(crud->noun, dict_of(row->object),
			row->version));
	}
	walk_end(&w);
	return flow;
}

/* --- what New and Set share --- */

/*
 * The bound parameters that are properties, in the table's order; what
 * Enable- and Disable- stand for.
 */
static int
apply_params(struct call *c, struct dict *object, struct fault *f)
{
	const struct crud *crud = crud_of(c);
	const struct cmdlet *m = call_cmdlet(c);
	const struct param_spec *p = m->params;
	const struct prop_spec *prop;
	size_t i;

	if (m->process == crud_enable || m->process == crud_disable)
		return instance_set(crud->noun, object, "Enabled",
		    value_bool(m->process == crud_enable), f);

	for (i = 0; p[i].name != NULL; i++) {
		if (!call_bound(c, i))
			continue;
		prop = noun_prop(crud->noun, p[i].name);
		if (prop == NULL || strcmp(prop->name, "Identity") == 0 ||
		    (prop->flags & (PROP_KEY | PROP_INTERNAL)) != 0)
			continue;
		if (instance_set(crud->noun, object, prop->name,
			value_base(call_param(c, i)), f) != 0)
			return -1;
	}
	return crud->prepare != NULL ? crud->prepare(c, object, f) : 0;
}

static enum flow
warn(struct call *c, struct buf *b)
{
	enum flow flow = FLOW_MORE;

	if (b->len > 0)
		flow = call_warn(c, "%s", buf_text(b));
	buf_clear(b);
	return flow;
}

/* Inside one change: guard, put, settle. */
static int
write_object(const struct crud *crud, struct store *s,
    const struct identity *id, struct dict *object, enum crud_op op,
    int64_t expected, int64_t *versionp, struct fault *f)
{
	if (store_begin(s, f) != 0)
		return -1;
	if ((crud->guard != NULL && crud->guard(s, object, id, op, f) != 0) ||
	    store_put(s, crud->noun->class_name, id->key, dict_value(object),
		expected, versionp, f) != 0) {
		store_undo(s);
		return -1;
	}
	return store_settle(s, f);
}

/* --- New --- */

static enum flow
new_object(struct call *c, struct store *s, const struct identity *id,
    struct dict *object)
{
	const struct crud *crud = crud_of(c);
	struct buf note = { .data = NULL };
	int64_t version = STORE_ANY;
	enum flow flow;
	struct fault f;
	bool yes;
	int found;

	found = store_get(s, crud->noun->class_name, id->key, NULL, &f);
	if (found == 1)
		return call_faultf(c, FAULT_EXISTS, "AlreadyExists",
		    dict_peek(object, "Identity"),
		    "%s \"%s\" already exists; change it with Set-%s",
		    crud->noun->name, id->text, crud->noun->name);
	if (found < 0 || apply_params(c, object, &f) != 0 ||
	    instance_check(crud->noun, object, &note, &f) != 0) {
		buf_clear(&note);
		return cs_fault(c, &f, id->text);
	}
	if (!cs_switch(c, "InMemory")) {
		flow = call_should(c, id->text, NULL, &yes);
		if (flow == FLOW_MORE && yes &&
		    write_object(crud, s, id, object, CRUD_NEW, STORE_NEW,
			&version, &f) != 0) {
			flow = cs_fault(c, &f, id->text);
			yes = false;
		}
		if (flow != FLOW_MORE || !yes) {
			buf_clear(&note);
			return flow;
		}
	}
	/* Said of what was done, not of what was refused. */
	if ((flow = warn(c, &note)) != FLOW_MORE)
		return flow;
	return call_emit_take(c, instance_show(crud->noun, object, version));
}

enum flow
crud_new(struct call *c)
{
	const struct crud *crud = crud_of(c);
	const char *text = cs_string(c, "Identity");
	struct store *s = cs_store(c);
	struct dict *object;
	struct identity id;
	enum flow flow;
	struct fault f;

	if (s == NULL)
		return FLOW_LEAVE;
	if (text == NULL && crud->key_param != NULL)
		text = cs_string(c, crud->key_param);
	if (text == NULL)
		text = "";
	if (parse(crud, text, &id, &f) != 0)
		return cs_fault(c, &f, text);
	if (id.scope == SCOPE_GLOBAL)
		return call_faultf(c, FAULT_INVALID_OPERATION,
		    "GlobalCannotBeCreated", VALUE_NULL,
		    "the global %s always exists and cannot be created; "
		    "change it with Set-%s",
		    crud->noun->name, crud->noun->name);
	object = instance_new(crud->noun, &id);
	flow = new_object(c, s, &id, object);
	value_unref(dict_value(object));
	return flow;
}

/* --- Set --- */

struct set_target {
	struct identity id;
	struct value instance; /* null: -Identity */
};

/* A service's identity where there is just one of the role. Owned. */
static char *
only_one(struct store *s, const struct noun *n)
{
	struct store_row rows[2];
	const char *text;
	char *only = NULL;
	size_t got = 0;
	struct fault f;

	if (store_page(s, n->class_name, 0, rows, 2, &got, &f) != 0)
		return NULL;
	if (got == 1 && value_is_dict(rows[0].object)) {
		text = instance_text(dict_of(rows[0].object), "Identity");
		only = text != NULL ? mem_strdup(text) : NULL;
	}
	while (got > 0)
		store_row_clear(&rows[--got]);
	return only;
}

static enum flow
find_target(struct call *c, struct store *s, struct set_target *t)
{
	const struct crud *crud = crud_of(c);
	const char *text = cs_string(c, "Identity");
	char *own = NULL;
	enum flow flow = FLOW_MORE;
	struct fault f;

	memset(t, 0, sizeof(*t));
	if (cs_bound(c, "Instance")) {
		t->instance = cs_param(c, "Instance");
		if (!instance_is_a(crud->noun, t->instance))
			return call_faultf(c, FAULT_INVALID, "NotAnInstance",
			    t->instance,
			    "-Instance takes an object from Get-%s or New-%s "
			    "-InMemory",
			    crud->noun->name, crud->noun->name);
		text = value_chars(
		    object_peek(object_of(t->instance), "Identity"));
	}
	if (text == NULL && (crud->noun->scopes & SCOPE_GLOBAL) != 0)
		text = "Global";
	if (text == NULL && (crud->noun->scopes & SCOPE_ROLE) != 0)
		text = own = only_one(s, crud->noun);
	if (text == NULL)
		return call_throw(c,
		    &(struct error_spec){ .id = "IdentityMissing",
			.category = "InvalidArgument",
			.message = "say which one: -Identity NAME, or pipe an "
				   "object in" });
	if (parse(crud, text, &t->id, &f) != 0)
		flow = cs_fault(c, &f, text);
	mem_free(own);
	return flow;
}

/* The stored object with the changes; 1, 0 nothing stored, -1. */
static int
changed_object(struct call *c, struct store *s, const struct set_target *t,
    struct store_row *row, int64_t *expectedp, struct fault *f)
{
	const struct crud *crud = crud_of(c);
	struct identity id = t->id;
	int found =
	    store_get(s, crud->noun->class_name, t->id.key, row, f);

	if (found < 0)
		return -1;
	*expectedp = found ? row->version : STORE_NEW;
	if (!found && value_is_null(t->instance))
		return 0;
	if (!found || !value_is_dict(row->object))
		value_set_take(&row->object,
		    dict_value(instance_new(crud->noun, &id)));
	if (!value_is_null(t->instance)) {
		int64_t version;

		if (instance_take_over(crud->noun, dict_of(row->object),
			object_of(t->instance), &version, f) != 0)
			return -1;
		if (version != STORE_ANY)
			*expectedp = version;
	}
	if (apply_params(c, dict_of(row->object), f) != 0)
		return -1;
	return 1;
}

static enum flow
set_once(struct call *c, struct store *s, const struct set_target *t,
    bool *againp)
{
	const struct crud *crud = crud_of(c);
	struct store_row row = { .key = NULL };
	struct buf note = { .data = NULL };
	int64_t expected = STORE_ANY;
	enum flow flow = FLOW_MORE;
	struct fault f;
	bool yes = true;
	int rc = changed_object(c, s, t, &row, &expected, &f);

	if (rc == 0) {
		store_row_clear(&row);
		return cs_not_found(c, t->id.text);
	}
	if (rc == 1)
		rc = instance_check(crud->noun, dict_of(row.object), &note, &f);
	else
		rc = -1;
	/* Asked the first time only. */
	if (rc == 0 && !*againp)
		flow = call_should(c, t->id.text, NULL, &yes);
	*againp = false;
	if (rc == 0 && flow == FLOW_MORE && yes)
		rc = write_object(crud, s, &t->id, dict_of(row.object),
		    expected == STORE_NEW ? CRUD_NEW : CRUD_SET, expected,
		    NULL, &f);
	if (rc != 0 && f.code == FAULT_BUSY && value_is_null(t->instance) &&
	    flow == FLOW_MORE && yes && strstr(f.text, "since it was") != NULL)
		*againp = true;
	else if (rc != 0)
		flow = cs_fault(c, &f, t->id.text);
	else if (flow == FLOW_MORE && yes &&
	    (flow = warn(c, &note)) == FLOW_MORE && crud->after != NULL)
		flow = crud->after(c, s, &t->id, CRUD_SET);
	buf_clear(&note);
	store_row_clear(&row);
	return flow;
}

enum flow
crud_set(struct call *c)
{
	struct store *s = cs_store(c);
	struct set_target t;
	enum flow flow;
	bool again = false;
	int tries = 0;

	if (s == NULL)
		return FLOW_LEAVE;
	flow = find_target(c, s, &t);
	if (flow != FLOW_MORE || t.id.key[0] == '\0')
		return flow;
	do
		flow = set_once(c, s, &t, &again);
	while (flow == FLOW_MORE && again && ++tries < CS_TRIES);
	return flow;
}

enum flow
crud_enable(struct call *c)
{
	return crud_set(c);
}

enum flow
crud_disable(struct call *c)
{
	return crud_set(c);
}

/* --- Remove --- */

static int
remove_object(const struct crud *crud, struct store *s,
    const struct identity *id, struct dict *object, struct fault *f)
{
	int rc;

	if (store_begin(s, f) != 0)
		return -1;
	if (id->scope == SCOPE_GLOBAL) {
		instance_reset(crud->noun, object);
		rc = store_put(s, crud->noun->class_name, id->key,
		    dict_value(object), STORE_ANY, NULL, f);
	} else {
		rc = crud->guard != NULL
		    ? crud->guard(s, object, id, CRUD_REMOVE, f)
		    : 0;
		if (rc == 0 &&
		    store_remove(s, crud->noun->class_name, id->key, STORE_ANY,
			f) < 0)
			rc = -1;
	}
	if (rc != 0) {
		store_undo(s);
		return -1;
	}
	return store_settle(s, f);
}

enum flow
crud_remove(struct call *c)
{
	const struct crud *crud = crud_of(c);
	const char *text = cs_string(c, "Identity");
	struct store *s = cs_store(c);
	struct store_row row = { .key = NULL };
	enum flow flow = FLOW_MORE;
	struct identity id;
	struct fault f;
	bool yes = false;
	int found;

	if (s == NULL)
		return FLOW_LEAVE;
	if (text == NULL)
		text = "";
	if (parse(crud, text, &id, &f) != 0)
		return cs_fault(c, &f, text);
	found = store_get(s, crud->noun->class_name, id.key, &row, &f);
	if (found < 0)
		flow = cs_fault(c, &f, text);
	else if (found == 0 || !value_is_dict(row.object))
		flow = cs_not_found(c, text);
	else
		flow = call_should(c, id.text, NULL, &yes);
	if (flow == FLOW_MORE && yes) {
		if (remove_object(crud, s, &id, dict_of(row.object), &f) != 0)
			flow = cs_fault(c, &f, id.text);
		else if (crud->after != NULL)
			flow = crud->after(c, s, &id, CRUD_REMOVE);
	}
	store_row_clear(&row);
	return flow;
}
