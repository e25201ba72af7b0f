/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cmdlets of nouns. A noun is described once (model/noun.h); what its
 * verbs take, their help and their place in the table are made of that here,
 * once a process.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/rows.h"
#include "core/mem.h"
#include "core/string.h"

/* Every noun with generic cmdlets. A new one is one line here. */
static const struct crud *const cruds[] = {
	&crud_access_edge_configuration,
	&crud_allowed_domain,
	&crud_blocked_domain,
	&crud_edge_server,
	&crud_external_access_policy,
	&crud_health_monitoring_configuration,
	&crud_hosting_provider,
	&crud_public_provider,
	&crud_registrar,
	&crud_sip_domain,
	&crud_site,
	&crud_xmpp_allowed_partner,
	&crud_xmpp_gateway_configuration,
};

#define CRUDS (sizeof(cruds) / sizeof(cruds[0]))

static const char *const verb_names[CRUD_VERBS] = {
	[CRUD_VERB_DISABLE] = "Disable",
	[CRUD_VERB_ENABLE] = "Enable",
	[CRUD_VERB_GET] = "Get",
	[CRUD_VERB_GRANT] = "Grant",
	[CRUD_VERB_NEW] = "New",
	[CRUD_VERB_REMOVE] = "Remove",
	[CRUD_VERB_SET] = "Set",
};

/* --- parameters --- */

struct rows {
	struct param_spec *row;
	size_t n;
};

static void
rows_add(struct rows *r, struct param_spec p)
{
	r->row = mem_realloc(r->row, (r->n + 1) * sizeof(*r->row));
	r->row[r->n++] = p;
}

static const struct param_spec *
rows_find(const struct param_spec *rows, const char *name)
{
	for (; rows != NULL && rows->name != NULL; rows++)
		if (string_equal_ci(rows->name, name))
			return rows;
	return NULL;
}

static bool
rows_have(const struct rows *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (string_equal_ci(r->row[i].name, name))
			return true;
	return false;
}

static const char *
type_of_kind(enum prop_kind kind)
{
	switch (kind) {
	case PROP_BOOL:
		return "bool";
	case PROP_UINT:
		return "uint32";
	case PROP_PORT:
		return "uint16";
	case PROP_DATE:
		return "datetime";
	case PROP_DOMAINS:
	case PROP_STRINGS:
	case PROP_ADDRESSES:
	case PROP_SERVERS:
		return "object"; /* a list or @{Add=...} */
	case PROP_STRING:
	case PROP_ENUM:
	case PROP_DOMAIN:
	case PROP_ROUTE:
	case PROP_SECRET:
	case PROP_END:
		break;
	}
	return "string";
}

/* without: properties with these flags are no parameters of the verb. */
static void
rows_add_props(struct rows *r, const struct noun *n,
    const struct param_spec *special, unsigned without)
{
	const struct param_spec *p;
	const struct prop_spec *prop;

	for (prop = n->props; prop->name != NULL; prop++) {
		if ((prop->flags & without) != 0 ||
		    strcmp(prop->name, "Identity") == 0)
			continue;
		p = rows_find(special, prop->name);
		if (p != NULL)
			rows_add(r, *p);
		else
			rows_add(r,
			    (struct param_spec){ prop->name,
				type_of_kind(prop->kind), NULL, NULL, 0,
				prop->kind == PROP_ENUM ? prop->values : NULL,
				0, 0, prop->help });
	}
	for (p = special; p != NULL && p->name != NULL; p++)
		if (!rows_have(r, p->name))
			rows_add(r, *p);
}

#define NO_PARAMETER (PROP_SHOWN | PROP_KEY | PROP_INTERNAL)

static void
rows_of_new(struct rows *r, const struct crud *k)
{
	struct param_spec id = { "Identity", "string", NULL,
		k->key_param != NULL ? "Identity/0m" : "*/0m", 0, NULL, 0, 0,
		k->identity_help };

	rows_add(r, id);
	if (k->key_param != NULL)
		rows_add(r,
		    (struct param_spec){ k->key_param, "string", NULL,
			"ParentAndRelativeKey/m", 0, NULL, 0, 0,
			"The same as Identity" });
	rows_add_props(r, k->noun, k->new_rows, NO_PARAMETER);
	rows_add(r, (struct param_spec)CS_FORCE);
	if ((k->flags & CRUD_INSTANCE) != 0)
		rows_add(r, (struct param_spec)CS_IN_MEMORY);
}

/* Identity or an object: Set-, Enable-, Disable-. */
static void
rows_of_target(struct rows *r, const struct crud *k)
{
	bool instance = (k->flags & CRUD_INSTANCE) != 0;

	rows_add(r,
	    (struct param_spec){ "Identity", "string", NULL,
		instance ? "Identity/0" : "*/0", 0, NULL, 0, 0,
		k->identity_help });
	if (instance)
		rows_add(r, (struct param_spec)CS_INSTANCE);
}

static void
rows_of_grant(struct rows *r)
{
	rows_add(r, (struct param_spec)CS_USER_IDENTITY);
	rows_add(r,
	    (struct param_spec){ "PolicyName", "string", NULL, "*/1m",
		PARAM_ALLOW_NULL | PARAM_ALLOW_EMPTY, NULL, 0, 0,
		"The per-user policy, without Tag:; $null takes it away" });
	rows_add(r, (struct param_spec)CS_DOMAIN_CONTROLLER);
	rows_add(r, (struct param_spec)CS_PASS_THRU);
}

static struct param_spec *
rows_of(const struct crud *k, enum crud_verb verb)
{
	struct rows r = { NULL, 0 };

	switch (verb) {
	case CRUD_VERB_GET:
		rows_add(&r, (struct param_spec)CS_IDENTITY_GET);
		rows_add(&r, (struct param_spec)CS_FILTER);
		if ((k->flags & CRUD_LOCAL_STORE) != 0)
			rows_add(&r, (struct param_spec)CS_LOCAL_STORE);
		break;
	case CRUD_VERB_NEW:
		rows_of_new(&r, k);
		break;
	case CRUD_VERB_SET:
		rows_of_target(&r, k);
		rows_add_props(&r, k->noun, k->set_rows,
		    NO_PARAMETER | PROP_FIXED);
		rows_add(&r, (struct param_spec)CS_FORCE);
		break;
	case CRUD_VERB_ENABLE:
	case CRUD_VERB_DISABLE:
		rows_of_target(&r, k);
		rows_add(&r, (struct param_spec)CS_FORCE);
		break;
	case CRUD_VERB_REMOVE:
		rows_add(&r,
		    (struct param_spec){ "Identity", "string", NULL, "*/0mp", 0,
			NULL, 0, 0, k->remove_help });
		rows_add(&r, (struct param_spec)CS_FORCE);
		break;
	case CRUD_VERB_GRANT:
		rows_of_grant(&r);
		break;
	case CRUD_VERBS:
		break;
	}
	rows_add(&r, (struct param_spec)CS_END);
	return r.row;
}

/* --- cmdlets --- */

static enum flow (*const processes[CRUD_VERBS])(struct call *c) = {
	[CRUD_VERB_DISABLE] = crud_disable,
	[CRUD_VERB_ENABLE] = crud_enable,
	[CRUD_VERB_GET] = crud_get,
	[CRUD_VERB_GRANT] = crud_grant,
	[CRUD_VERB_NEW] = crud_new,
	[CRUD_VERB_REMOVE] = crud_remove,
	[CRUD_VERB_SET] = crud_set,
};

/* Whether the verb has a set for -Identity beside another. */
static bool
has_sets(const struct crud *k, enum crud_verb verb)
{
	switch (verb) {
	case CRUD_VERB_GET:
		return true;
	case CRUD_VERB_NEW:
		return k->key_param != NULL;
	case CRUD_VERB_SET:
	case CRUD_VERB_ENABLE:
	case CRUD_VERB_DISABLE:
		return (k->flags & CRUD_INSTANCE) != 0;
	case CRUD_VERB_REMOVE:
	case CRUD_VERB_GRANT:
	case CRUD_VERBS:
		break;
	}
	return false;
}

static struct cmdlet *
build(const struct crud *k, enum crud_verb verb)
{
	struct cmdlet *m = mem_zalloc(sizeof(*m));
	const char **output;
	bool reads = verb == CRUD_VERB_GET;

	m->name = mem_printf("%s-%s", verb_names[verb], k->noun->name);
	m->module = CS_MODULE;
	m->default_set = has_sets(k, verb) ? "Identity" : NULL;
	m->flags = reads ? CMDLET_BARE_NAMES : CS_FLAGS;
	m->params = rows_of(k, verb);
	m->synopsis = k->synopsis[verb];
	m->process = processes[verb];
	m->data = k;
	if (reads || verb == CRUD_VERB_NEW) {
		output = mem_zalloc(2 * sizeof(*output));
		output[0] = k->noun->type_name;
		m->output = output;
	}
	if (!reads) {
		m->end = cs_end;
		m->clean = cs_clean;
	}
	if (verb == CRUD_VERB_GRANT) {
		m->state_size = CRUD_GRANT_STATE;
		m->clean = crud_grant_clean;
	}
	return m;
}

static int
by_name(const void *a, const void *b)
{
	const struct cmdlet *const *x = a, *const *y = b;

	return strcasecmp((*x)->name, (*y)->name);
}

const struct cmdlet *const *
cmdlets_cs_nouns(void)
{
	static const struct cmdlet *table[CRUDS * CRUD_VERBS + 1];
	size_t i, n = 0;
	int verb;

	if (table[0] != NULL)
		return table;
	for (i = 0; i < CRUDS; i++)
		for (verb = 0; verb < CRUD_VERBS; verb++)
			if (cruds[i]->synopsis[verb] != NULL)
				table[n++] =
				    build(cruds[i], (enum crud_verb)verb);
	qsort(table, n, sizeof(table[0]), by_name);
	return table;
}
