/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CsAllowedDomain: the SIP domains users may talk to. */
#include "config.h"

#include <string.h>

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/rows.h"

static const char *const verification_levels[] = { "AlwaysVerifiable",
	"AlwaysUnverifiable", "UseSourceVerification", NULL };

/* A domain is on one of the two lists (cmdlets.md 10). */
static int
guard(struct store *s, struct dict *object, const struct identity *id,
    enum crud_op op, struct fault *f)
{
	int found;

	(void)object;
	if (op != CRUD_NEW)
		return 0;
	found = store_get(s, noun_blocked_domain.class_name, id->key, NULL, f);
	if (found == 1)
		return fault_set(f, FAULT_EXISTS,
		    "\"%s\" is on the list of blocked domains; take it from "
		    "there with Remove-CsBlockedDomain first",
		    id->text);
	return found;
}

static const struct crud crud = {
	.noun = &noun_allowed_domain,
	.guard = guard,
	.key_param = "Domain",
};

static const char *const output[] = {
	"Microsoft.Rtc.Management.WritableConfig.Settings.Edge.AllowedDomain", NULL
};
static const struct param_spec get_params[] = {
	CS_IDENTITY_GET,
	CS_FILTER,
	CS_LOCAL_STORE,
	CS_END,
};
static const struct param_spec new_params[] = {
	{ "Identity", "string", NULL, "Identity/0m", 0, NULL, 0, 0,
	    "The domain" },
	{ "Domain", "string", NULL, "ParentAndRelativeKey/m", 0, NULL, 0, 0,
	    "The same as Identity" },
	{ "ProxyFqdn", "string", NULL, NULL, 0, NULL, 0, 0,
	    "The domain's server, in place of its SRV records" },
	{ "VerificationLevel", "string", NULL, NULL, 0, verification_levels, 0,
	    0,
	    "How far the domain's messages are trusted" },
	{ "Comment", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Free text for administrators" },
	{ "MarkForMonitoring", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether the domain is watched for quality" },
	CS_FORCE,
	CS_IN_MEMORY,
	CS_END,
};
static const struct param_spec set_params[] = {
	{ "Identity", "string", NULL, "Identity/0", 0, NULL, 0, 0,
	    "The domain" },
	CS_INSTANCE,
	{ "ProxyFqdn", "string", NULL, NULL, 0, NULL, 0, 0,
	    "The domain's server, in place of its SRV records" },
	{ "VerificationLevel", "string", NULL, NULL, 0, verification_levels, 0,
	    0,
	    "How far the domain's messages are trusted" },
	{ "Comment", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Free text for administrators" },
	{ "MarkForMonitoring", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether the domain is watched for quality" },
	CS_FORCE,
	CS_END,
};
static const struct param_spec remove_params[] = {
	{ "Identity", "string", NULL, "*/0mp", 0, NULL, 0, 0,
	    "Which domain" },
	CS_FORCE,
	CS_END,
};
const struct cmdlet cmdlet_get_cs_allowed_domain = {
	.name = "Get-CsAllowedDomain",
	.module = CS_MODULE,
	.default_set = "Identity",
	.flags = CMDLET_BARE_NAMES,
	.params = get_params,
	.output = output,
	.synopsis = "Shows the list of allowed SIP domains",
	.process = crud_get,
	.data = &crud,
};

const struct cmdlet cmdlet_new_cs_allowed_domain = {
	.name = "New-CsAllowedDomain",
	.module = CS_MODULE,
	.default_set = "Identity",
	.flags = CS_FLAGS,
	.params = new_params,
	.output = output,
	.synopsis = "Puts a domain on the list of allowed SIP domains",
	.process = crud_new,
	.end = cs_end,
	.clean = cs_clean,
	.data = &crud,
};

const struct cmdlet cmdlet_set_cs_allowed_domain = {
	.name = "Set-CsAllowedDomain",
	.module = CS_MODULE,
	.default_set = "Identity",
	.flags = CS_FLAGS,
	.params = set_params,
	.synopsis = "Changes an entry of the list of allowed SIP domains",
	.process = crud_set,
	.end = cs_end,
	.clean = cs_clean,
	.data = &crud,
};

const struct cmdlet cmdlet_remove_cs_allowed_domain = {
	.name = "Remove-CsAllowedDomain",
	.module = CS_MODULE,
	.flags = CS_FLAGS,
	.params = remove_params,
	.synopsis = "Takes a domain from the list of allowed SIP domains",
	.process = crud_remove,
	.end = cs_end,
	.clean = cs_clean,
	.data = &crud,
};
