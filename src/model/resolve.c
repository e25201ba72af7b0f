/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The policy in effect for a user. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "model/instance.h"
#include "model/resolve.h"
#include "model/user.h"
#include "model/walk.h"

struct resolver {
	struct dict *policies; /* by key ("tag:fedpic") */
	struct dict *sites;    /* pool to "Site:NAME" */
	struct value global;
};

static int
read_class(struct store *s, const char *class_name,
    void (*each)(struct resolver *r, const struct store_row *row),
    struct resolver *r, struct fault *f)
{
	struct store_row *row;
	struct walk w;
	int rc;

	walk_begin(&w, s, class_name, NULL, NULL);
	while ((rc = walk_next(&w, &row, f)) == 1)
		if (value_is_dict(row->object))
			each(r, row);
	walk_end(&w);
	return rc;
}

static void
on_policy(struct resolver *r, const struct store_row *row)
{
	dict_set_str_take(r->policies, row->key, value_ref(row->object));
	if (strcmp(row->key, "global") == 0)
		value_set(&r->global, row->object);
}

static void
on_registrar(struct resolver *r, const struct store_row *row)
{
	const struct dict *d = dict_of(row->object);
	const char *pool = instance_text(d, "PoolFqdn");

	if (pool != NULL)
		dict_set_str_take(
		    r->sites, pool, value_ref(dict_peek(d, "SiteId")));
}

struct resolver *
resolver_open(struct store *s, const struct noun *n, struct fault *f)
{
	struct resolver *r = mem_zalloc(sizeof(*r));
	struct identity id;

	r->policies = dict_new(NULL);
	r->sites = dict_new(NULL);
	if (read_class(s, n->class_name, on_policy, r, f) != 0 ||
	    read_class(s, "Registrar", on_registrar, r, f) != 0) {
		resolver_close(r);
		return NULL;
	}
	if (value_is_null(r->global) &&
	    identity_parse("Global", SCOPE_GLOBAL, NULL, &id, f) == 0)
		r->global = dict_value(instance_new(n, &id));
	return r;
}

void
resolver_close(struct resolver *r)
{
	if (r == NULL)
		return;
	value_unref(dict_value(r->policies));
	value_unref(dict_value(r->sites));
	value_unref(r->global);
	mem_free(r);
}

static const struct dict *
by_prefix(const struct resolver *r, const char *prefix, const char *name)
{
	char key[IDENTITY_MAX];
	struct value v;
	int len;

	if (name == NULL)
		return NULL;
	len = snprintf(key, sizeof(key), "%s%s", prefix, name);
	if (len < 0 || (size_t)len >= sizeof(key))
		return NULL;
	v = dict_peek(r->policies, identity_fold(key));
	return value_is_dict(v) ? dict_of(v) : NULL;
}

const struct dict *
resolver_for(const struct resolver *r, const struct dict *user,
    const char *attribute)
{
	const char *pool = instance_text(user, USER_POOL);
	const struct dict *d;

	d = by_prefix(r, "tag:", instance_text(user, attribute));
	if (d == NULL && pool != NULL)
		d = by_prefix(r, "", value_chars(dict_peek(r->sites, pool)));
	return d != NULL ? d : dict_of(r->global);
}
