/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Providers, who carry SIP for many domains (cmdlets.md 10); test users. */
#include "config.h"

#include "model/noun.h"

#define SETTINGS "Microsoft.Rtc.Management.WritableConfig.Settings."
#define EDGE "Microsoft.Rtc.Management.WritableConfig.Settings.Edge."

static const char *const verification_levels[] = { "AlwaysVerifiable",
	"AlwaysUnverifiable", "UseSourceVerification", NULL };

static const struct prop_spec public_provider_props[] = {
	{ "Identity", PROP_STRING, PROP_SHOWN, NULL, "The provider's name" },
	{ "Name", PROP_STRING, PROP_KEY | PROP_FIXED, NULL,
	    "The provider's name" },
	{ "ProxyFqdn", PROP_DOMAIN, PROP_FIXED, NULL,
	    "The provider's server" },
	{ "VerificationLevel", PROP_ENUM, 0, "AlwaysVerifiable",
	    "How far the provider's messages are trusted",
	    verification_levels },
	{ "Enabled", PROP_BOOL, 0, "False",
	    "Whether users may talk to the provider's users" },
	{ "IconUrl", PROP_STRING, PROP_FIXED | PROP_HIDDEN, NULL,
	    "Address of the provider's picture" },
	{ "NameDecorationDomain", PROP_STRING, PROP_FIXED | PROP_HIDDEN, NULL,
	    "Kept for the original's sake" },
	{ "NameDecorationRoutingDomain", PROP_STRING,
	    PROP_FIXED | PROP_HIDDEN, NULL, "Kept for the original's sake" },
	{ "NameDecorationExcludedDomainList", PROP_STRING,
	    PROP_FIXED | PROP_HIDDEN, NULL, "Kept for the original's sake" },
	{ "EnableSkypeIdRouting", PROP_BOOL, PROP_FIXED | PROP_HIDDEN,
	    "False", "Kept for the original's sake" },
	{ "EnableSkypeDirectorySearch", PROP_BOOL, PROP_FIXED | PROP_HIDDEN,
	    "False", "Kept for the original's sake" },
	{ NULL, PROP_END, 0, NULL, NULL },
};

const struct noun noun_public_provider = {
	.name = "CsPublicProvider",
	.class_name = "PublicProvider",
	.type_name = EDGE "DisplayPublicProvider",
	.summary = "a public provider",
	.scopes = SCOPE_NAME,
	.props = public_provider_props,
};

static const struct prop_spec hosting_provider_props[] = {
	{ "Identity", PROP_STRING, PROP_SHOWN, NULL, "The provider's name" },
	{ "Name", PROP_STRING, PROP_KEY | PROP_FIXED, NULL,
	    "The provider's name" },
	{ "ProxyFqdn", PROP_DOMAIN, PROP_FIXED, NULL,
	    "The provider's server" },
	{ "VerificationLevel", PROP_ENUM, 0, "AlwaysVerifiable",
	    "How far the provider's messages are trusted",
	    verification_levels },
	{ "Enabled", PROP_BOOL, 0, "False",
	    "Whether users may talk to the provider's users" },
	{ "EnabledSharedAddressSpace", PROP_BOOL, 0, "False",
	    "Whether users of one domain are here and at the provider" },
	{ "HostsOCSUsers", PROP_BOOL, 0, "False",
	    "Whether the provider's users have accounts of this kind" },
	{ "IsLocal", PROP_BOOL, 0, "False",
	    "Whether the provider's server is part of this topology" },
	{ "AutodiscoverUrl", PROP_STRING, 0, NULL,
	    "Kept for the original's sake" },
	{ "SipClientPort", PROP_PORT, PROP_HIDDEN, "443",
	    "Kept for the original's sake" },
	{ NULL, PROP_END, 0, NULL, NULL },
};

const struct noun noun_hosting_provider = {
	.name = "CsHostingProvider",
	.class_name = "HostingProvider",
	.type_name = EDGE "DisplayHostingProvider",
	.summary = "a hosting provider",
	.scopes = SCOPE_NAME,
	.props = hosting_provider_props,
};

static const struct prop_spec health_monitoring_props[] = {
	{ "Identity", PROP_STRING, PROP_SHOWN, NULL, "The pool's FQDN" },
	{ "TargetFqdn", PROP_DOMAIN, PROP_KEY | PROP_FIXED, NULL,
	    "The pool's FQDN" },
	{ "FirstTestUserSipUri", PROP_STRING, 0, NULL,
	    "The user tests are made as, with sip:" },
	{ "FirstTestSamAccountName", PROP_STRING, 0, NULL,
	    "The same user's logon" },
	{ "SecondTestUserSipUri", PROP_STRING, 0, NULL,
	    "The user tests are made with, with sip:" },
	{ "SecondTestSamAccountName", PROP_STRING, 0, NULL,
	    "The same user's logon" },
	{ NULL, PROP_END, 0, NULL, NULL },
};

const struct noun noun_health_monitoring_configuration = {
	.name = "CsHealthMonitoringConfiguration",
	.class_name = "HealthMonitoringConfiguration",
	.type_name = SETTINGS "HealthMonitoring.HealthMonitoringSettings",
	.summary = "the test users of a pool",
	.scopes = SCOPE_DOMAIN,
	.props = health_monitoring_props,
};
