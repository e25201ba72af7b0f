/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sites and services: their properties, in print order (cmdlets.md 11). */
#include "config.h"

#include "model/noun.h"

#define XDS "Microsoft.Rtc.Management.Xds."

static const struct prop_spec site_props[] = {
	{ "Identity", PROP_STRING, PROP_SHOWN, NULL, "Site:NAME" },
	{ "SiteId", PROP_UINT, PROP_SHOWN, "1", "The site's number" },
	{ "Services", PROP_STRINGS, PROP_SHOWN, NULL,
	    "Services of the site, as ROLE:FQDN" },
	{ "Pools", PROP_STRINGS, PROP_SHOWN, NULL, "Pools of the site" },
	{ "FederationRoute", PROP_ROUTE, 0, NULL,
	    "The edge SIP federation goes through, as EdgeServer:FQDN" },
	{ "XmppFederationRoute", PROP_ROUTE, 0, NULL,
	    "The edge XMPP federation goes through, as EdgeServer:FQDN" },
	{ "DefaultPersistentChatPool", PROP_STRING, 0, NULL,
	    "Kept for the original's sake" },
	{ "Description", PROP_STRING, 0, NULL,
	    "Free text for administrators" },
	{ "DisplayName", PROP_STRING, 0, NULL, "The site's name" },
	{ "SiteType", PROP_STRING, PROP_SHOWN, "CentralSite",
	    "CentralSite" },
	{ "ParentSite", PROP_STRING, PROP_SHOWN, NULL,
	    "The central site of a branch" },
	{ NULL, PROP_END, 0, NULL, NULL },
};

const struct noun noun_site = {
	.name = "CsSite",
	.class_name = "Site",
	.type_name = XDS "DisplaySite",
	.summary = "a site and its federation routes",
	.scopes = SCOPE_NAME,
	.props = site_props,
};

#define SERVICE_PROPS(role)                                                    \
	{ "DependentServiceList", PROP_STRINGS, PROP_SHOWN, NULL,              \
	    "Services that need this one" },                                   \
	{ "ServiceId", PROP_STRING, PROP_SHOWN, NULL,                          \
	    "The service's id in the topology" },                              \
	{ "SiteId", PROP_STRING, PROP_SHOWN, NULL, "Site:NAME" },              \
	{ "PoolFqdn", PROP_DOMAIN, PROP_SHOWN | PROP_KEY, NULL,                \
	    "The pool the service runs on" },                                  \
	{ "Version", PROP_UINT, PROP_SHOWN, "6", "6 is Lync Server 2013" },    \
	{ "Role", PROP_STRING, PROP_SHOWN, role, "The service's role" }

static const struct prop_spec edge_server_props[] = {
	{ "Identity", PROP_STRING, PROP_SHOWN, NULL, "EdgeServer:FQDN" },
	{ "Registrar", PROP_STRING, 0, NULL,
	    "The registrar behind this edge, as Registrar:FQDN" },
	{ "AccessEdgeInternalSipPort", PROP_PORT, 0, "5061",
	    "SIP port of the inner side" },
	{ "AccessEdgeExternalSipPort", PROP_PORT, 0, "5061",
	    "SIP port of the outer side" },
	{ "AccessEdgeClientSipPort", PROP_PORT, 0, "443",
	    "SIP port for clients outside" },
	{ "DataPsomServerPort", PROP_PORT, 0, "8057",
	    "Kept for the original's sake" },
	{ "DataPsomClientPort", PROP_PORT, 0, "443",
	    "Kept for the original's sake" },
	{ "MediaRelayAuthEdgePort", PROP_PORT, 0, "5062",
	    "Kept for the original's sake" },
	{ "MediaRelayInternalTurnTcpPort", PROP_PORT, 0, "443",
	    "Kept for the original's sake" },
	{ "MediaRelayExternalTurnTcpPort", PROP_PORT, 0, "443",
	    "Kept for the original's sake" },
	{ "MediaRelayInternalTurnUdpPort", PROP_PORT, 0, "3478",
	    "Kept for the original's sake" },
	{ "MediaRelayExternalTurnUdpPort", PROP_PORT, 0, "3478",
	    "Kept for the original's sake" },
	{ "MediaCommunicationPortStart", PROP_PORT, 0, "50000",
	    "Kept for the original's sake" },
	{ "MediaCommunicationPortCount", PROP_PORT, 0, "10000",
	    "Kept for the original's sake" },
	{ "AccessEdgeExternalFqdn", PROP_DOMAIN, 0, NULL,
	    "The edge's name outside" },
	{ "DataEdgeExternalFqdn", PROP_DOMAIN, PROP_SHOWN, NULL,
	    "Kept for the original's sake" },
	{ "AVEdgeExternalFqdn", PROP_DOMAIN, PROP_SHOWN, NULL,
	    "Kept for the original's sake" },
	{ "InternalInterfaceFqdn", PROP_DOMAIN, PROP_SHOWN, NULL,
	    "The edge's name inside" },
	{ "ExternalMrasFqdn", PROP_DOMAIN, PROP_SHOWN, NULL,
	    "Kept for the original's sake" },
	{ "XmppInternalPort", PROP_PORT, 0, "23456",
	    "Port the translator dials from the inside" },
	{ "XmppListeningPort", PROP_PORT, 0, "5269",
	    "Port XMPP servers connect to" },
	{ "SkypeSearchProxyPort", PROP_PORT, 0, "4443",
	    "Kept for the original's sake" },
	{ "ExternalIPAddress", PROP_ADDRESSES, 0, "0.0.0.0 ::",
	    "Addresses of the outer side" },
	{ "InternalIPAddress", PROP_ADDRESSES, 0, "0.0.0.0 ::",
	    "Addresses of the inner side" },
	{ "DnsServer", PROP_SERVERS, 0, NULL,
	    "DNS servers to ask in place of the machine's, as ADDRESS or "
	    "ADDRESS@PORT" },
	SERVICE_PROPS("EdgeServer"),
	{ NULL, PROP_END, 0, NULL, NULL },
};

const struct noun noun_edge_server = {
	.name = "CsEdgeServer",
	.class_name = "EdgeServer",
	.type_name = XDS "DisplayEdgeServer",
	.summary = "ports and addresses of an edge",
	.scopes = SCOPE_ROLE,
	.role = "EdgeServer",
	.props = edge_server_props,
};

static const struct prop_spec registrar_props[] = {
	{ "Identity", PROP_STRING, PROP_SHOWN, NULL, "Registrar:FQDN" },
	{ "SipServerTcpPort", PROP_PORT, 0, "5060",
	    "SIP port without TLS, UDP and TCP" },
	{ "SipPort", PROP_PORT, 0, "5061", "SIP port with TLS" },
	{ "SipHealthPort", PROP_PORT, 0, "5060",
	    "Kept for the original's sake" },
	{ "WebPort", PROP_PORT, 0, "5062", "Kept for the original's sake" },
	{ "XmppGatewaySipPort", PROP_PORT, 0, "5098",
	    "SIP port of the XMPP translating gateway" },
	{ "IPAddress", PROP_ADDRESSES, 0, "0.0.0.0 ::",
	    "Addresses of the front end" },
	{ "UserServer", PROP_STRING, 0, NULL, "Kept for the original's sake" },
	{ "WebServer", PROP_STRING, 0, NULL, "Kept for the original's sake" },
	{ "EdgeServer", PROP_ROUTE, 0, NULL,
	    "The edge of this registrar, as EdgeServer:FQDN" },
	{ "ArchivingServer", PROP_STRING, 0, NULL,
	    "Kept for the original's sake" },
	{ "MonitoringServer", PROP_STRING, 0, NULL,
	    "Kept for the original's sake" },
	{ "BackupRegistrar", PROP_STRING, 0, NULL,
	    "Kept for the original's sake" },
	{ "EnableAutomaticFailover", PROP_BOOL, 0, "False",
	    "Kept for the original's sake" },
	SERVICE_PROPS("Registrar"),
	{ NULL, PROP_END, 0, NULL, NULL },
};

const struct noun noun_registrar = {
	.name = "CsRegistrar",
	.class_name = "Registrar",
	.type_name = XDS "DisplayRegistrar",
	.summary = "ports and addresses of a front end",
	.scopes = SCOPE_ROLE,
	.role = "Registrar",
	.props = registrar_props,
};
