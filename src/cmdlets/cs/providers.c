/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CsPublicProvider and CsHostingProvider: who carries SIP for many domains. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "cmdlets/cs/cs_internal.h"
#include "model/walk.h"

/* Name and ProxyFqdn are unique over both kinds (cmdlets.md 10). */
static int
check_kind(struct store *s, const struct noun *kind, const struct noun *own,
    const struct identity *id, const char *proxy, struct fault *f)
{
	struct store_row *row;
	struct walk w;
	int rc;

	walk_begin(&w, s, kind->class_name, NULL, NULL);
	while ((rc = walk_next(&w, &row, f)) == 1) {
		const char *other = value_is_dict(row->object)
		    ? instance_text(dict_of(row->object), "ProxyFqdn")
		    : NULL;
		bool same = strcmp(row->key, id->key) == 0;

		if (same && kind == own)
			continue;
		if (same)
			rc = fault_set(f, FAULT_EXISTS,
			    "\"%s\" is the name of a %s already; choose "
			    "another one",
			    id->text, kind->name);
		else if (other != NULL && proxy != NULL &&
		    strcasecmp(other, proxy) == 0)
			rc = fault_set(f, FAULT_EXISTS,
			    "the proxy \"%s\" belongs to the %s \"%s\" "
			    "already",
			    proxy, kind->name,
			    instance_text(dict_of(row->object), "Identity"));
		if (rc < 0)
			break;
	}
	walk_end(&w);
	return rc;
}

static int
check_both(struct store *s, const struct noun *own, struct dict *object,
    const struct identity *id, enum crud_op op, struct fault *f)
{
	const char *proxy = instance_text(object, "ProxyFqdn");

	if (op == CRUD_REMOVE)
		return 0;
	if (check_kind(s, &noun_hosting_provider, own, id, proxy, f) != 0)
		return -1;
	return check_kind(s, &noun_public_provider, own, id, proxy, f);
}

/* Providers are found by DNS SRV (cmdlets.md 10). */
static int
needs_dns(struct store *s, struct fault *f)
{
	struct store_row row = { .key = NULL };
	const char *method;
	int rc = store_get(s, noun_access_edge_configuration.class_name,
	    "global", &row, f);

	if (rc < 0)
		return -1;
	method = rc == 1 && value_is_dict(row.object)
	    ? instance_text(dict_of(row.object), "RoutingMethod")
	    : NULL;
	rc = method != NULL && strcmp(method, "UseDefaultRouting") == 0
	    ? fault_set(f, FAULT_INVALID_OPERATION,
		  "there is a default route, which leaves nothing for "
		  "providers; go back with Set-CsAccessEdgeConfiguration "
		  "-UseDnsSrvRouting first")
	    : 0;
	store_row_clear(&row);
	return rc;
}

static int
guard_public(struct store *s, struct dict *object, const struct identity *id,
    enum crud_op op, struct fault *f)
{
	if (op == CRUD_NEW && needs_dns(s, f) != 0)
		return -1;
	return check_both(s, &noun_public_provider, object, id, op, f);
}

static int
guard_hosting(struct store *s, struct dict *object, const struct identity *id,
    enum crud_op op, struct fault *f)
{
	if (op == CRUD_NEW && needs_dns(s, f) != 0)
		return -1;
	return check_both(s, &noun_hosting_provider, object, id, op, f);
}

/* New- wants both (cmdlets.md 10). */
static const struct param_spec new_rows[] = {
	{ "ProxyFqdn", "string", NULL, "*/m", 0, NULL, 0, 0,
	    "The provider's server" },
	{ "Enabled", "bool", NULL, "*/m", 0, NULL, 0, 0,
	    "Whether users may talk to the provider's users" },
	CS_END,
};

static const struct param_spec new_hosting_rows[] = {
	{ "ProxyFqdn", "string", NULL, "*/m", 0, NULL, 0, 0,
	    "The provider's server" },
	{ "Enabled", "bool", NULL, "*/m", 0, NULL, 0, 0,
	    "Whether users may talk to the provider's users" },
	{ "EnabledSharedAddressSpace", "bool", NULL, "*/m", 0, NULL, 0, 0,
	    "Whether users of one domain are here and at the provider" },
	{ "HostsOCSUsers", "bool", NULL, "*/m", 0, NULL, 0, 0,
	    "Whether the provider's users have accounts of this kind" },
	CS_END,
};

#define PROVIDER_VERBS(kind)                                                   \
	{                                                                      \
		[CRUD_VERB_DISABLE] = "Switches a " kind " provider off",      \
		[CRUD_VERB_ENABLE] = "Switches a " kind " provider on",        \
		[CRUD_VERB_GET] = "Shows the " kind " providers",              \
		[CRUD_VERB_NEW] = "Adds a " kind " provider",                  \
		[CRUD_VERB_SET] = "Changes a " kind " provider",               \
		[CRUD_VERB_REMOVE] = "Removes a " kind " provider",            \
	}

const struct crud crud_public_provider = {
	.noun = &noun_public_provider,
	.synopsis = PROVIDER_VERBS("public"),
	.flags = CRUD_LOCAL_STORE | CRUD_INSTANCE,
	.identity_help = "The provider's name",
	.remove_help = "Which provider",
	.new_rows = new_rows,
	.guard = guard_public,
};

const struct crud crud_hosting_provider = {
	.noun = &noun_hosting_provider,
	.synopsis = PROVIDER_VERBS("hosting"),
	.flags = CRUD_LOCAL_STORE | CRUD_INSTANCE,
	.identity_help = "The provider's name",
	.remove_help = "Which provider",
	.new_rows = new_hosting_rows,
	.guard = guard_hosting,
};
