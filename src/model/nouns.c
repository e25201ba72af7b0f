/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The nouns of federation: their properties, in print order (cmdlets.md). */
#include "config.h"

#include <string.h>

#include "core/mem.h"
#include "core/string.h"
#include "model/instance.h"
#include "model/noun.h"

#define SETTINGS "Microsoft.Rtc.Management.WritableConfig.Settings."
#define POLICY   "Microsoft.Rtc.Management.WritableConfig.Policy."

static const char *const negotiation[] = { "Required", "Optional",
	"NotSupported", NULL };
static const char *const partner_types[] = { "Federated", "PublicVerified",
	"PublicUnverified", NULL };
static const char *const verification_levels[] = { "AlwaysVerifiable",
	"AlwaysUnverifiable", "UseSourceVerification", NULL };
static const char *const routing_methods[] = { "UseDnsSrvRouting",
	"UseDefaultRouting", NULL };

static const struct prop_spec external_access_policy_props[] = {
	{ "Identity", PROP_STRING, PROP_SHOWN, NULL,
	    "Global, site:NAME or the policy's own name" },
	{ "Description", PROP_STRING, 0, NULL,
	    "Free text for administrators" },
	{ "EnableFederationAccess", PROP_BOOL, 0, "False",
	    "Whether users may talk to federated domains" },
	{ "EnableXmppAccess", PROP_BOOL, 0, "False",
	    "Whether users may talk to allowed XMPP partners" },
	{ "EnablePublicCloudAccess", PROP_BOOL, 0, "False",
	    "Whether users may talk to public providers" },
	{ "EnablePublicCloudAudioVideoAccess", PROP_BOOL, 0, "False",
	    "Whether users may call people at public providers" },
	{ "EnableOutsideAccess", PROP_BOOL, 0, "False",
	    "Whether users may sign in from outside" },
	{ NULL, PROP_END, 0, NULL, NULL },
};

/* cmdlets.md 2, row 7: XMPP without federation has no effect. */
static int
check_external_access(const struct dict *object, struct buf *warning,
    struct fault *f)
{
	const struct noun *n = &noun_external_access_policy;

	(void)f;
	if (instance_bool(n, object, "EnableXmppAccess") &&
	    !instance_bool(n, object, "EnableFederationAccess"))
		buf_printf(warning,
		    "EnableXmppAccess of \"%s\" has no effect while "
		    "EnableFederationAccess is False.",
		    instance_text(object, "Identity"));
	return 0;
}

const struct noun noun_external_access_policy = {
	.name = "CsExternalAccessPolicy",
	.class_name = "ExternalAccessPolicy",
	.type_name = POLICY "ExternalAccess.ExternalAccessPolicy",
	.summary = "who may talk to people outside",
	.scopes = SCOPE_GLOBAL | SCOPE_SITE | SCOPE_TAG,
	.props = external_access_policy_props,
	.check = check_external_access,
};

static const struct prop_spec xmpp_allowed_partner_props[] = {
	{ "Domain", PROP_DOMAIN, PROP_KEY | PROP_FIXED, NULL,
	    "The partner's primary domain" },
	{ "Description", PROP_STRING, 0, NULL,
	    "Free text for administrators" },
	{ "AdditionalDomains", PROP_DOMAINS, 0, NULL,
	    "Further domains of the same partner; subdomains are not implied" },
	{ "ProxyFqdn", PROP_DOMAIN, 0, NULL,
	    "The partner's server, in place of its SRV records" },
	{ "PartnerType", PROP_ENUM, 0, "PublicUnverified",
	    "What contacts of this partner may do unasked", partner_types },
	{ "TlsNegotiation", PROP_ENUM, 0, "Required",
	    "Whether streams are encrypted", negotiation },
	{ "SaslNegotiation", PROP_ENUM, 0, "Required",
	    "Whether the partner proves itself by certificate", negotiation },
	{ "SupportDialbackNegotiation", PROP_BOOL, 0, "True",
	    "Whether the partner may prove itself by dialback" },
	{ "EnableKeepAlive", PROP_BOOL, 0, "True",
	    "Whether the partner is expected to send keep-alives" },
	{ "ConnectionLimit", PROP_UINT, 0, NULL,
	    "Most connections with this partner; the gateway's limit if "
	    "not said" },
	{ "Identity", PROP_STRING, PROP_SHOWN, NULL,
	    "The partner's primary domain" },
	{ NULL, PROP_END, 0, NULL, NULL },
};

const struct noun noun_xmpp_allowed_partner = {
	.name = "CsXmppAllowedPartner",
	.class_name = "XmppAllowedPartner",
	.type_name = SETTINGS "XmppFederation.XmppAllowedPartner",
	.summary = "an XMPP domain users may talk to",
	.scopes = SCOPE_DOMAIN,
	.props = xmpp_allowed_partner_props,
	.check = noun_check_partner,
};

static const struct prop_spec xmpp_gateway_configuration_props[] = {
	{ "Identity", PROP_STRING, PROP_SHOWN, NULL, "Global" },
	{ "ConnectionLimit", PROP_UINT, 0, "1000",
	    "Most connections with all partners" },
	{ "PartnerConnectionLimit", PROP_UINT, 0, "20",
	    "Most connections with one partner" },
	{ "StreamEstablishmentTimeout", PROP_UINT, 0, "60",
	    "Seconds a stream may take to be set up", NULL, 1, 86400 },
	{ "StreamInactivityTimeout", PROP_UINT, 0, "600",
	    "Seconds a stream may be idle", NULL, 1, 604800 },
	{ "KeepAliveInterval", PROP_UINT, 0, "300",
	    "Seconds within which the partner must be heard", NULL, 1,
	    604800 },
	{ "SubscriptionRefreshInterval", PROP_UINT, 0, "28800",
	    "Seconds within which a presence subscription is renewed", NULL,
	    60, 604800 },
	{ "DialbackPassphrase", PROP_SECRET, 0, NULL,
	    "Secret the dialback keys are made from" },
	{ "EnableLoggingAllMessageBodies", PROP_BOOL, 0, "False",
	    "Whether the text of messages is logged" },
	{ NULL, PROP_END, 0, NULL, NULL },
};

const struct noun noun_xmpp_gateway_configuration = {
	.name = "CsXmppGatewayConfiguration",
	.class_name = "XmppGatewayConfiguration",
	.type_name = SETTINGS "XmppFederation.XmppGatewaySettings",
	.summary = "limits and timers of the XMPP gateway",
	.scopes = SCOPE_GLOBAL,
	.props = xmpp_gateway_configuration_props,
};

static const struct prop_spec access_edge_configuration_props[] = {
	{ "Identity", PROP_STRING, PROP_SHOWN, NULL, "Global" },
	{ "AllowAnonymousUsers", PROP_BOOL, 0, "False",
	    "Whether people without an account may join meetings" },
	{ "AllowFederatedUsers", PROP_BOOL, 0, "False",
	    "Whether there is any federation at all" },
	{ "AllowOutsideUsers", PROP_BOOL, 0, "True",
	    "Whether users may sign in from outside" },
	{ "BeClearingHouse", PROP_BOOL, 0, "False",
	    "Whether this organization relays between others" },
	{ "EnablePartnerDiscovery", PROP_BOOL, 0, "False",
	    "Whether domains that are not listed are looked up in DNS" },
	{ "DiscoveredPartnerVerificationLevel", PROP_ENUM, PROP_HIDDEN,
	    "UseSourceVerification", "How far discovered domains are trusted",
	    verification_levels },
	{ "EnableArchivingDisclaimer", PROP_BOOL, 0, "False",
	    "Whether partners are told that messages are archived" },
	{ "EnableUserReplicator", PROP_BOOL, 0, "True",
	    "Kept for the original's sake" },
	{ "KeepCrlsUpToDateForPeers", PROP_BOOL, 0, "True",
	    "Whether revocation lists are fetched regularly" },
	{ "MarkSourceVerifiableOnOutgoingMessages", PROP_BOOL, 0, "True",
	    "Whether outgoing messages say that the sender is verified" },
	{ "OutgoingTlsCountForFederatedPartners", PROP_UINT, 0, "4",
	    "Most connections to one federated partner", NULL, 1, 4 },
	{ "DnsSrvCacheRecordCount", PROP_UINT, PROP_HIDDEN, "131072",
	    "Most SRV answers that are kept" },
	{ "DiscoveredPartnerStandardRate", PROP_UINT, 0, "20",
	    "Messages a second from a discovered partner" },
	{ "EnableDiscoveredPartnerContactsLimit", PROP_BOOL, 0, "True",
	    "Whether MaxContactsPerDiscoveredPartner counts" },
	{ "MaxContactsPerDiscoveredPartner", PROP_UINT, 0, "1000",
	    "Most contacts at a discovered partner" },
	{ "DiscoveredPartnerReportPeriodMinutes", PROP_UINT, 0, "60",
	    "Minutes between reports on discovered partners" },
	{ "MaxAcceptedCertificatesStored", PROP_UINT, 0, "1000",
	    "Accepted certificates that are remembered" },
	{ "MaxRejectedCertificatesStored", PROP_UINT, 0, "500",
	    "Rejected certificates that are remembered" },
	{ "CertificatesDeletedPercentage", PROP_UINT, 0, "20",
	    "Share of remembered certificates that is forgotten at once",
	    NULL, 0, 100 },
	{ "SkypeSearchUrl", PROP_STRING, PROP_HIDDEN, NULL,
	    "Kept for the original's sake" },
	{ "RoutingMethod", PROP_ENUM, PROP_SHOWN, "UseDnsSrvRouting",
	    "How federated domains are reached", routing_methods },
	{ "DefaultRouteFqdn", PROP_DOMAIN, PROP_HIDDEN, NULL,
	    "The server everything is sent to under UseDefaultRouting" },
	{ "IsPublicProvider", PROP_BOOL, PROP_HIDDEN, "False",
	    "Whether the default route is a public provider" },
	{ "VerificationLevel", PROP_ENUM, PROP_HIDDEN,
	    "UseSourceVerification", "How far the default route is trusted",
	    verification_levels },
	{ NULL, PROP_END, 0, NULL, NULL },
};

const struct noun noun_access_edge_configuration = {
	.name = "CsAccessEdgeConfiguration",
	.class_name = "AccessEdgeConfiguration",
	.type_name = SETTINGS "Edge.AccessEdgeSettings",
	.summary = "what the edge lets through",
	.scopes = SCOPE_GLOBAL,
	.props = access_edge_configuration_props,
};

static const struct prop_spec allowed_domain_props[] = {
	{ "Identity", PROP_STRING, PROP_SHOWN, NULL, "The domain" },
	{ "Domain", PROP_DOMAIN, PROP_KEY | PROP_FIXED, NULL, "The domain" },
	{ "ProxyFqdn", PROP_DOMAIN, 0, NULL,
	    "The domain's server, in place of its SRV records" },
	{ "VerificationLevel", PROP_ENUM, 0, "UseSourceVerification",
	    "How far the domain's messages are trusted", verification_levels },
	{ "Comment", PROP_STRING, 0, NULL, "Free text for administrators" },
	{ "MarkForMonitoring", PROP_BOOL, 0, "False",
	    "Whether the domain is watched for quality" },
	{ NULL, PROP_END, 0, NULL, NULL },
};

const struct noun noun_allowed_domain = {
	.name = "CsAllowedDomain",
	.class_name = "AllowedDomain",
	.type_name = SETTINGS "Edge.AllowedDomain",
	.summary = "a SIP domain users may talk to",
	.scopes = SCOPE_DOMAIN,
	.props = allowed_domain_props,
};

static const struct prop_spec blocked_domain_props[] = {
	{ "Identity", PROP_STRING, PROP_SHOWN, NULL, "The domain" },
	{ "Domain", PROP_DOMAIN, PROP_KEY | PROP_FIXED, NULL, "The domain" },
	{ "Comment", PROP_STRING, 0, NULL, "Free text for administrators" },
	{ NULL, PROP_END, 0, NULL, NULL },
};

const struct noun noun_blocked_domain = {
	.name = "CsBlockedDomain",
	.class_name = "BlockedDomain",
	.type_name = SETTINGS "Edge.BlockedDomain",
	.summary = "a SIP domain nobody may talk to",
	.scopes = SCOPE_DOMAIN,
	.props = blocked_domain_props,
};

static const struct prop_spec sip_domain_props[] = {
	{ "Identity", PROP_STRING, PROP_SHOWN, NULL, "The domain" },
	{ "Name", PROP_DOMAIN, PROP_KEY | PROP_FIXED | PROP_SHOWN, NULL,
	    "The domain" },
	{ "IsDefault", PROP_BOOL, 0, "False",
	    "Whether this is the default domain; can only be made True" },
	{ NULL, PROP_END, 0, NULL, NULL },
};

const struct noun noun_sip_domain = {
	.name = "CsSipDomain",
	.class_name = "SipDomain",
	.type_name = SETTINGS "SipDomain.SipDomain",
	.summary = "a domain of this organization",
	.scopes = SCOPE_DOMAIN,
	.props = sip_domain_props,
};

const struct noun *const noun_table[] = {
	&noun_access_edge_configuration,
	&noun_allowed_domain,
	&noun_blocked_domain,
	&noun_edge_server,
	&noun_external_access_policy,
	&noun_health_monitoring_configuration,
	&noun_hosting_provider,
	&noun_public_provider,
	&noun_registrar,
	&noun_sip_domain,
	&noun_site,
	&noun_xmpp_allowed_partner,
	&noun_xmpp_gateway_configuration,
	NULL,
};

const struct prop_spec *
noun_prop(const struct noun *n, const char *name)
{
	const struct prop_spec *p;

	for (p = n->props; p->name != NULL; p++)
		if (string_equal_ci(p->name, name))
			return p;
	return NULL;
}
