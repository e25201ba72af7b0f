/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CsXmppGatewayConfiguration: limits and timers of the gateway. */
#include "config.h"

#include <string.h>

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/rows.h"

static const struct crud crud = {
	.noun = &noun_xmpp_gateway_configuration,
};

static const char *const output[] = {
	"Microsoft.Rtc.Management.WritableConfig.Settings.XmppFederation.XmppGatewaySettings", NULL
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
	{ "ConnectionLimit", "uint32", NULL, NULL, 0, NULL, 0, 0,
	    "Most connections with all partners" },
	{ "PartnerConnectionLimit", "uint32", NULL, NULL, 0, NULL, 0, 0,
	    "Most connections with one partner" },
	{ "StreamEstablishmentTimeout", "uint32", NULL, NULL, 0, NULL, 0, 0,
	    "Seconds a stream may take to be set up" },
	{ "StreamInactivityTimeout", "uint32", NULL, NULL, 0, NULL, 0, 0,
	    "Seconds a stream may be idle" },
	{ "KeepAliveInterval", "uint32", NULL, NULL, 0, NULL, 0, 0,
	    "Seconds within which the partner must be heard" },
	{ "SubscriptionRefreshInterval", "uint32", NULL, NULL, 0, NULL, 0, 0,
	    "Seconds within which a presence subscription is renewed" },
	{ "DialbackPassphrase", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Secret the dialback keys are made from" },
	{ "EnableLoggingAllMessageBodies", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether the text of messages is logged" },
	CS_FORCE,
	CS_END,
};
const struct cmdlet cmdlet_get_cs_xmpp_gateway_configuration = {
	.name = "Get-CsXmppGatewayConfiguration",
	.module = CS_MODULE,
	.default_set = "Identity",
	.flags = CMDLET_BARE_NAMES,
	.params = get_params,
	.output = output,
	.synopsis = "Shows limits and timers of the XMPP gateway",
	.process = crud_get,
	.data = &crud,
};

const struct cmdlet cmdlet_set_cs_xmpp_gateway_configuration = {
	.name = "Set-CsXmppGatewayConfiguration",
	.module = CS_MODULE,
	.default_set = "Identity",
	.flags = CS_FLAGS,
	.params = set_params,
	.synopsis = "Changes limits and timers of the XMPP gateway",
	.process = crud_set,
	.end = cs_end,
	.clean = cs_clean,
	.data = &crud,
};
