/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Set-CsSite, Set-CsEdgeServer, Set-CsRegistrar and Get-CsSite. */
#include "config.h"

#include <string.h>

#include "cmdlets/cs/cs_internal.h"

/* A route leads to an edge of the topology. */
static int
check_route(struct store *s, const struct dict *object, const char *name,
    struct fault *f)
{
	const char *route = instance_text(object, name);
	struct identity id;
	int found;

	if (route == NULL)
		return 0;
	if (identity_parse(route, SCOPE_ROLE, "EdgeServer", &id, f) != 0)
		return -1;
	found = store_get(s, "EdgeServer", id.key, NULL, f);
	if (found == 0)
		return fault_set(f, FAULT_NOT_FOUND,
		    "%s: \"%s\" is not in the topology; Get-CsService "
		    "-EdgeServer lists the edges",
		    name, route);
	return found < 0 ? -1 : 0;
}

static int
guard_site(struct store *s, struct dict *object, const struct identity *id,
    enum crud_op op, struct fault *f)
{
	(void)id;
	(void)op;
	if (check_route(s, object, "FederationRoute", f) != 0)
		return -1;
	return check_route(s, object, "XmppFederationRoute", f);
}

/* The name the fail-over pages print (lync-xmpp.md 3). */
static const struct param_spec site_rows[] = {
	{ "XmppFederationRoute", "string", "XmppExternalFederationRoute", NULL,
	    0, NULL, 0, 0,
	    "The edge XMPP federation goes through, as EdgeServer:FQDN" },
	CS_END,
};

const struct crud crud_site = {
	.noun = &noun_site,
	.synopsis = {
		[CRUD_VERB_GET] = "Shows sites and their federation routes",
		[CRUD_VERB_SET] =
		    "Changes a site and its federation routes",
	},
	.identity_help = "The site's name",
	.set_rows = site_rows,
	.guard = guard_site,
};

const struct crud crud_edge_server = {
	.noun = &noun_edge_server,
	.synopsis = {
		[CRUD_VERB_SET] = "Changes ports and addresses of an edge",
	},
	.identity_help = "EdgeServer:FQDN; not needed where there is just one",
};

const struct crud crud_registrar = {
	.noun = &noun_registrar,
	.synopsis = {
		[CRUD_VERB_SET] =
		    "Changes ports and addresses of a front end",
	},
	.identity_help = "Registrar:FQDN; not needed where there is just one",
};
