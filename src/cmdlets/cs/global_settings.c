/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings there is one of: CsAccessEdgeConfiguration, CsXmppGatewayConfiguration. */
#include "config.h"

#include "cmdlets/cs/cs_internal.h"

static const char *const verification_levels[] = { "AlwaysVerifiable",
	"AlwaysUnverifiable", "UseSourceVerification", NULL };

/* Whether a provider of either kind is there; -1 failed. */
static int
any_provider(struct store *s, struct fault *f)
{
	const struct noun *const kinds[] = { &noun_hosting_provider,
		&noun_public_provider };
	struct store_row row = { .key = NULL };
	size_t i, n;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (store_page(s, kinds[i]->class_name, 0, &row, 1, &n, f) !=
		    0)
			return -1;
		if (n > 0) {
			store_row_clear(&row);
			return 1;
		}
	}
	return 0;
}

/* A default route leaves nothing for providers to do (cmdlets.md 10). */
static int
edge_guard(struct store *s, struct dict *object, const struct identity *id,
    enum crud_op op, struct fault *f)
{
	const char *method = instance_text(object, "RoutingMethod");
	int any;

	(void)id;
	(void)op;
	if (method == NULL || method[3] != 'D' || method[4] != 'e')
		return 0;
	if ((any = any_provider(s, f)) == 1)
		return fault_set(f, FAULT_INVALID_OPERATION,
		    "a default route can be set only where no hosting or "
		    "public provider is left; remove them first: "
		    "Get-CsPublicProvider | Remove-CsPublicProvider, and the "
		    "same for Get-CsHostingProvider");
	return any;
}

static int
edge_prepare(struct call *c, struct dict *object, struct fault *f)
{
	if (cs_switch(c, "UseDefaultRouting")) {
		if (instance_text(object, "DefaultRouteFqdn") == NULL)
			return fault_set(f, FAULT_INVALID,
			    "-UseDefaultRouting needs -DefaultRouteFqdn");
		dict_set_str_take(object, "RoutingMethod",
		    value_string("UseDefaultRouting"));
	}
	if (cs_switch(c, "UseDnsSrvRouting"))
		dict_set_str_take(object, "RoutingMethod",
		    value_string("UseDnsSrvRouting"));
	return 0;
}

static const struct param_spec edge_rows[] = {
	{ "DefaultRouteFqdn", "string", NULL, "DefaultRoute", 0, NULL, 0, 0,
	    "The server everything is sent to" },
	{ "IsPublicProvider", "bool", NULL, "DefaultRoute", 0, NULL, 0, 0,
	    "Whether that server is a public provider" },
	{ "VerificationLevel", "string", NULL, "DefaultRoute", 0,
	    verification_levels, 0, 0, "How far that server is trusted" },
	{ "UseDefaultRouting", "switch", NULL, "DefaultRoute/m", 0, NULL, 0, 0,
	    "Sends everything to DefaultRouteFqdn" },
	{ "UseDnsSrvRouting", "switch", NULL, "DnsSrvRouting/m", 0, NULL, 0, 0,
	    "Looks domains up in DNS" },
	CS_END,
};

const struct crud crud_access_edge_configuration = {
	.noun = &noun_access_edge_configuration,
	.synopsis = {
		[CRUD_VERB_GET] = "Shows what the edge lets through",
		[CRUD_VERB_SET] = "Changes what the edge lets through",
	},
	.flags = CRUD_LOCAL_STORE | CRUD_INSTANCE,
	.identity_help = "Global",
	.set_rows = edge_rows,
	.guard = edge_guard,
	.prepare = edge_prepare,
};

const struct crud crud_xmpp_gateway_configuration = {
	.noun = &noun_xmpp_gateway_configuration,
	.synopsis = {
		[CRUD_VERB_GET] =
		    "Shows limits and timers of the XMPP gateway",
		[CRUD_VERB_SET] =
		    "Changes limits and timers of the XMPP gateway",
	},
	.flags = CRUD_LOCAL_STORE | CRUD_INSTANCE,
	.identity_help = "Global",
};
