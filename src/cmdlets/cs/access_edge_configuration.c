/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CsAccessEdgeConfiguration: what the edge lets through. */
#include "config.h"

#include <string.h>

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/rows.h"

static const char *const verification_levels[] = { "AlwaysVerifiable",
	"AlwaysUnverifiable", "UseSourceVerification", NULL };

static int
prepare(struct call *c, struct dict *object, struct fault *f)
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

static const struct crud crud = {
	.noun = &noun_access_edge_configuration,
	.prepare = prepare,
};

static const char *const output[] = {
	"Microsoft.Rtc.Management.WritableConfig.Settings.Edge.AccessEdgeSettings", NULL
};
static const struct param_spec get_params[] = {
	CS_IDENTITY_GET,
	CS_FILTER,
	CS_LOCAL_STORE,
	CS_END,
};
static const struct param_spec set_params[] = {
	{ "Identity", "string", NULL, "Identity/0", 0, NULL, 0, 0,
	    "Global" },
	CS_INSTANCE,
	{ "AllowAnonymousUsers", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether people without an account may join meetings" },
	{ "AllowFederatedUsers", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether there is any federation at all" },
	{ "AllowOutsideUsers", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether users may sign in from outside" },
	{ "EnableArchivingDisclaimer", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether partners are told that messages are archived" },
	{ "EnableUserReplicator", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "KeepCrlsUpToDateForPeers", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether revocation lists are fetched regularly" },
	{ "MarkSourceVerifiableOnOutgoingMessages", "bool", NULL, NULL, 0,
	    NULL, 0, 0,
	    "Whether outgoing messages say that the sender is verified" },
	{ "OutgoingTlsCountForFederatedPartners", "uint32", NULL, NULL, 0,
	    NULL, 0, 0,
	    "Most connections to one federated partner" },
	{ "DnsSrvCacheRecordCount", "uint32", NULL, NULL, 0, NULL, 0, 0,
	    "Most SRV answers that are kept" },
	{ "DiscoveredPartnerStandardRate", "uint32", NULL, NULL, 0, NULL,
	    0, 0,
	    "Messages a second from a discovered partner" },
	{ "EnableDiscoveredPartnerContactsLimit", "bool", NULL, NULL, 0,
	    NULL, 0, 0,
	    "Whether MaxContactsPerDiscoveredPartner counts" },
	{ "MaxContactsPerDiscoveredPartner", "uint32", NULL, NULL, 0,
	    NULL, 0, 0,
	    "Most contacts at a discovered partner" },
	{ "DiscoveredPartnerReportPeriodMinutes", "uint32", NULL, NULL, 0,
	    NULL, 0, 0,
	    "Minutes between reports on discovered partners" },
	{ "MaxAcceptedCertificatesStored", "uint32", NULL, NULL, 0, NULL,
	    0, 0,
	    "Accepted certificates that are remembered" },
	{ "MaxRejectedCertificatesStored", "uint32", NULL, NULL, 0, NULL,
	    0, 0,
	    "Rejected certificates that are remembered" },
	{ "CertificatesDeletedPercentage", "uint32", NULL, NULL, 0, NULL,
	    0, 0,
	    "Share of remembered certificates that is forgotten at once" },
	{ "SkypeSearchUrl", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
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
	{ "EnablePartnerDiscovery", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether domains that are not listed are looked up in DNS" },
	{ "BeClearingHouse", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether this organization relays between others" },
	{ "DiscoveredPartnerVerificationLevel", "string", NULL, NULL, 0,
	    verification_levels, 0, 0,
	    "How far discovered domains are trusted" },
	CS_FORCE,
	CS_END,
};
const struct cmdlet cmdlet_get_cs_access_edge_configuration = {
	.name = "Get-CsAccessEdgeConfiguration",
	.module = CS_MODULE,
	.default_set = "Identity",
	.flags = CMDLET_BARE_NAMES,
	.params = get_params,
	.output = output,
	.synopsis = "Shows what the edge lets through",
	.process = crud_get,
	.data = &crud,
};

const struct cmdlet cmdlet_set_cs_access_edge_configuration = {
	.name = "Set-CsAccessEdgeConfiguration",
	.module = CS_MODULE,
	.default_set = "Identity",
	.flags = CS_FLAGS,
	.params = set_params,
	.synopsis = "Changes what the edge lets through",
	.process = crud_set,
	.end = cs_end,
	.clean = cs_clean,
	.data = &crud,
};
