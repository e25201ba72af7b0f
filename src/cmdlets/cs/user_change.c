/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every cmdlet that changes users shares. */
#include "config.h"

#include <string.h>

#include "cmdlets/cs/cs_internal.h"
#include "core/mem.h"

/* The object that came down the pipeline names its user by GUID. */
static bool
is_exact(const char *identity)
{
	return strlen(identity) == 36 && identity[8] == '-' &&
	    identity[23] == '-';
}

static enum flow
one_by_guid(struct call *c, struct store *s, const char *guid,
    enum flow (*fn)(struct call *c, struct store *s, struct store_row *row))
{
	struct store_row row = { .key = NULL };
	struct fault f;
	enum flow flow;
	int found = store_get(s, USER_CLASS, guid, &row, &f);

	if (found < 0)
		return cs_fault(c, &f, guid);
	if (found == 0 || !value_is_dict(row.object)) {
		store_row_clear(&row);
		return cs_not_found(c, guid);
	}
	flow = fn(c, s, &row);
	store_row_clear(&row);
	return flow;
}

enum flow
users_each(struct call *c, struct value identity,
    enum flow (*fn)(struct call *c, struct store *s, struct store_row *row))
{
	char *text = cs_identity_text(identity);
	struct store *s = cs_store(c);
	struct user_query q = { .pattern = NULL };
	struct store_row *row;
	enum flow flow = FLOW_MORE;
	size_t n = 0;
	struct fault f;
	int rc;

	if (s == NULL || text == NULL) {
		mem_free(text);
		return s == NULL ? FLOW_LEAVE : cs_not_found(c, "");
	}
	if (is_exact(text)) {
		flow = one_by_guid(c, s, text, fn);
		mem_free(text);
		return flow;
	}
	rc = user_query_begin(&q, s, text, &f);
	while (rc >= 0 && flow == FLOW_MORE &&
	    (rc = user_query_next(&q, &row, &f)) == 1) {
		n++;
		flow = fn(c, s, row);
	}
	user_query_end(&q);
	if (rc < 0)
		flow = cs_fault(c, &f, text);
	else if (n == 0)
		flow = cs_not_found(c, text);
	mem_free(text);
	return flow;
}

/* A sentence a person reads: the distinguished name. */
static const char *
name_of(const struct dict *user)
{
	const char *name = instance_text(user, USER_DN);

	if (name == NULL)
		name = instance_text(user, USER_SAM);
	return name != NULL ? name : "?";
}

/* 1 written, 0 nothing to do, -1; *againp where others were quicker. */
static int
write_once(struct call *c, struct store *s, struct store_row *row,
    int (*apply)(struct call *c, struct store *s, struct dict *user,
	struct fault *f),
    bool *againp, struct fault *f)
{
	int rc;

	*againp = false;
	if (store_begin(s, f) != 0)
		return -1;
	rc = apply(c, s, dict_of(row->object), f);
	if (rc == 1 &&
	    store_put(s, USER_CLASS, row->key, row->object, row->version,
		&row->version, f) != 0) {
		*againp = f->code == FAULT_BUSY;
		rc = -1;
	}
	if (rc < 0) {
		store_undo(s);
		return -1;
	}
	return store_settle(s, f) != 0 ? -1 : rc;
}

enum flow
user_change(struct call *c, struct store *s, struct store_row *row,
    const char *action,
    int (*apply)(struct call *c, struct store *s, struct dict *user,
	struct fault *f),
    enum user_view view)
{
	struct fault f;
	enum flow flow;
	bool yes, again = true;
	int rc = -1, tries;

	flow = call_should(c, name_of(dict_of(row->object)), action, &yes);
	if (flow != FLOW_MORE || !yes)
		return flow;
	for (tries = 0; again && tries < CS_TRIES; tries++) {
		char *key = tries > 0 ? mem_strdup(row->key) : NULL;
		int found = 1;

		if (key != NULL) {
			store_row_clear(row);
			found = store_get(s, USER_CLASS, key, row, &f);
		}
		if (found == 0)
			flow = cs_not_found(c, key);
		mem_free(key);
		if (found == 0)
			return flow;
		rc = found < 0
		    ? -1
		    : write_once(c, s, row, apply, &again, &f);
		if (found < 0)
			break;
	}
	if (rc < 0)
		return cs_fault(
		    c, &f, row->key != NULL ? name_of(dict_of(row->object))
					    : NULL);
	if (!cs_switch(c, "PassThru"))
		return FLOW_MORE;
	return call_emit_take(
	    c, user_show(dict_of(row->object), view, row->version));
}
