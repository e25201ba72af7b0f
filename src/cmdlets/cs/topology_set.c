/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Set-CsSite, Set-CsEdgeServer, Set-CsRegistrar and Get-CsSite. */
#include "config.h"

#include <string.h>

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/rows.h"

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

static const struct crud crud_site = {
	.noun = &noun_site,
	.guard = guard_site,
};

static const struct crud crud_edge = {
	.noun = &noun_edge_server,
};

static const struct crud crud_registrar = {
	.noun = &noun_registrar,
};

static const char *const output[] = {
	"Microsoft.Rtc.Management.Xds.DisplaySite", NULL
};
static const struct param_spec get_params[] = {
	CS_IDENTITY_GET,
	CS_FILTER,
	CS_END,
};
static const struct param_spec site_params[] = {
	{ "Identity", "string", NULL, "*/0", 0, NULL, 0, 0,
	    "The site's name" },
	{ "FederationRoute", "string", NULL, NULL, 0, NULL, 0, 0,
	    "The edge SIP federation goes through, as EdgeServer:FQDN" },
	{ "XmppFederationRoute", "string", "XmppExternalFederationRoute", NULL, 0, NULL, 0, 0,
	    "The edge XMPP federation goes through, as EdgeServer:FQDN" },
	{ "DefaultPersistentChatPool", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "Description", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Free text for administrators" },
	{ "DisplayName", "string", NULL, NULL, 0, NULL, 0, 0,
	    "The site's name" },
	CS_FORCE,
	CS_END,
};
static const struct param_spec edge_params[] = {
	{ "Identity", "string", NULL, "*/0", 0, NULL, 0, 0,
	    "EdgeServer:FQDN; not needed where there is just one" },
	{ "Registrar", "string", NULL, NULL, 0, NULL, 0, 0,
	    "The registrar behind this edge, as Registrar:FQDN" },
	{ "AccessEdgeInternalSipPort", "uint16", NULL, NULL, 0, NULL, 0, 0,
	    "SIP port of the inner side" },
	{ "AccessEdgeExternalSipPort", "uint16", NULL, NULL, 0, NULL, 0, 0,
	    "SIP port of the outer side" },
	{ "AccessEdgeClientSipPort", "uint16", NULL, NULL, 0, NULL, 0, 0,
	    "SIP port for clients outside" },
	{ "DataPsomServerPort", "uint16", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "DataPsomClientPort", "uint16", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "MediaRelayAuthEdgePort", "uint16", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "MediaRelayInternalTurnTcpPort", "uint16", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "MediaRelayExternalTurnTcpPort", "uint16", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "MediaRelayInternalTurnUdpPort", "uint16", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "MediaRelayExternalTurnUdpPort", "uint16", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "MediaCommunicationPortStart", "uint16", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "MediaCommunicationPortCount", "uint16", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "AccessEdgeExternalFqdn", "string", NULL, NULL, 0, NULL, 0, 0,
	    "The edge's name outside" },
	{ "XmppInternalPort", "uint16", NULL, NULL, 0, NULL, 0, 0,
	    "Port the translator dials from the inside" },
	{ "XmppListeningPort", "uint16", NULL, NULL, 0, NULL, 0, 0,
	    "Port XMPP servers connect to" },
	{ "SkypeSearchProxyPort", "uint16", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "ExternalIPAddress", "object", NULL, NULL, 0, NULL, 0, 0,
	    "Addresses of the outer side" },
	{ "InternalIPAddress", "object", NULL, NULL, 0, NULL, 0, 0,
	    "Addresses of the inner side" },
	{ "DnsServer", "object", NULL, NULL, 0, NULL, 0, 0,
	    "DNS servers to ask in place of the machine's, as ADDRESS "
	    "or ADDRESS@PORT" },
	CS_FORCE,
	CS_END,
};
static const struct param_spec registrar_params[] = {
	{ "Identity", "string", NULL, "*/0", 0, NULL, 0, 0,
	    "Registrar:FQDN; not needed where there is just one" },
	{ "SipServerTcpPort", "uint16", NULL, NULL, 0, NULL, 0, 0,
	    "SIP port without TLS, UDP and TCP" },
	{ "SipPort", "uint16", NULL, NULL, 0, NULL, 0, 0,
	    "SIP port with TLS" },
	{ "SipHealthPort", "uint16", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "WebPort", "uint16", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "XmppGatewaySipPort", "uint16", NULL, NULL, 0, NULL, 0, 0,
	    "SIP port of the XMPP translating gateway" },
	{ "IPAddress", "object", NULL, NULL, 0, NULL, 0, 0,
	    "Addresses of the front end" },
	{ "UserServer", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "WebServer", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "EdgeServer", "string", NULL, NULL, 0, NULL, 0, 0,
	    "The edge of this registrar, as EdgeServer:FQDN" },
	{ "ArchivingServer", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "MonitoringServer", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "BackupRegistrar", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "EnableAutomaticFailover", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	CS_FORCE,
	CS_END,
};
const struct cmdlet cmdlet_get_cs_site = {
	.name = "Get-CsSite",
	.module = CS_MODULE,
	.default_set = "Identity",
	.flags = CMDLET_BARE_NAMES,
	.params = get_params,
	.output = output,
	.synopsis = "Shows sites and their federation routes",
	.process = crud_get,
	.data = &crud_site,
};

const struct cmdlet cmdlet_set_cs_site = {
	.name = "Set-CsSite",
	.module = CS_MODULE,
	.flags = CS_FLAGS,
	.params = site_params,
	.synopsis = "Changes a site and its federation routes",
	.process = crud_set,
	.end = cs_end,
	.clean = cs_clean,
	.data = &crud_site,
};

const struct cmdlet cmdlet_set_cs_edge_server = {
	.name = "Set-CsEdgeServer",
	.module = CS_MODULE,
	.flags = CS_FLAGS,
	.params = edge_params,
	.synopsis = "Changes ports and addresses of an edge",
	.process = crud_set,
	.end = cs_end,
	.clean = cs_clean,
	.data = &crud_edge,
};

const struct cmdlet cmdlet_set_cs_registrar = {
	.name = "Set-CsRegistrar",
	.module = CS_MODULE,
	.flags = CS_FLAGS,
	.params = registrar_params,
	.synopsis = "Changes ports and addresses of a front end",
	.process = crud_set,
	.end = cs_end,
	.clean = cs_clean,
	.data = &crud_registrar,
};
