/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CsExternalAccessPolicy: who may talk to people outside. */
#include "config.h"

#include <string.h>

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/rows.h"

/* Users keep the name of a policy that goes; it counts for nothing then. */
static enum flow
after(struct call *c, struct store *s, const struct identity *id,
    enum crud_op op)
{
	struct store_row row = { .key = NULL };
	size_t n = 0;
	struct fault f;

	if (op != CRUD_REMOVE || id->scope != SCOPE_TAG ||
	    store_find(s, USER_CLASS, USER_ACCESS, id->name, 0, &row, 1, &n,
		&f) != 0 ||
	    n == 0)
		return FLOW_MORE;
	store_row_clear(&row);
	return call_warn(c,
	    "Users hold the policy \"%s\" still; the site's or the global "
	    "policy is in effect for them now.",
	    id->name);
}

static const struct crud crud = {
	.noun = &noun_external_access_policy,
	.after = after,
	.attribute = USER_ACCESS,
};

static const char *const output[] = {
	"Microsoft.Rtc.Management.WritableConfig.Policy.ExternalAccess.ExternalAccessPolicy", NULL
};
static const struct param_spec get_params[] = {
	CS_IDENTITY_GET,
	CS_FILTER,
	CS_LOCAL_STORE,
	CS_END,
};
static const struct param_spec new_params[] = {
	{ "Identity", "string", NULL, "*/0m", 0, NULL, 0, 0,
	    "site:NAME, or the name of a per-user policy" },
	{ "Description", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Free text for administrators" },
	{ "EnableFederationAccess", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether users may talk to federated domains" },
	{ "EnableXmppAccess", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether users may talk to allowed XMPP partners" },
	{ "EnablePublicCloudAccess", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether users may talk to public providers" },
	{ "EnablePublicCloudAudioVideoAccess", "bool", NULL, NULL, 0, NULL, 0,
	    0,
	    "Whether users may call people at public providers" },
	{ "EnableOutsideAccess", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether users may sign in from outside" },
	CS_FORCE,
	CS_IN_MEMORY,
	CS_END,
};
static const struct param_spec set_params[] = {
	{ "Identity", "string", NULL, "Identity/0", 0, NULL, 0, 0,
	    "Global, site:NAME or the policy's name; Global if not said" },
	CS_INSTANCE,
	{ "Description", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Free text for administrators" },
	{ "EnableFederationAccess", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether users may talk to federated domains" },
	{ "EnableXmppAccess", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether users may talk to allowed XMPP partners" },
	{ "EnablePublicCloudAccess", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether users may talk to public providers" },
	{ "EnablePublicCloudAudioVideoAccess", "bool", NULL, NULL, 0, NULL, 0,
	    0,
	    "Whether users may call people at public providers" },
	{ "EnableOutsideAccess", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether users may sign in from outside" },
	CS_FORCE,
	CS_END,
};
static const struct param_spec remove_params[] = {
	{ "Identity", "string", NULL, "*/0mp", 0, NULL, 0, 0,
	    "Which policy; Global is reset, not removed" },
	CS_FORCE,
	CS_END,
};
static const struct param_spec grant_params[] = {
	CS_USER_IDENTITY,
	{ "PolicyName", "string", NULL, "*/1m",
	    PARAM_ALLOW_NULL | PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "The per-user policy, without Tag:; $null takes it away" },
	CS_DOMAIN_CONTROLLER,
	CS_PASS_THRU,
	CS_END,
};
const struct cmdlet cmdlet_get_cs_external_access_policy = {
	.name = "Get-CsExternalAccessPolicy",
	.module = CS_MODULE,
	.default_set = "Identity",
	.flags = CMDLET_BARE_NAMES,
	.params = get_params,
	.output = output,
	.synopsis = "Shows who may talk to people outside",
	.process = crud_get,
	.data = &crud,
};

const struct cmdlet cmdlet_new_cs_external_access_policy = {
	.name = "New-CsExternalAccessPolicy",
	.module = CS_MODULE,
	.flags = CS_FLAGS,
	.params = new_params,
	.output = output,
	.synopsis = "Makes a policy on who may talk to people outside",
	.process = crud_new,
	.end = cs_end,
	.clean = cs_clean,
	.data = &crud,
};

const struct cmdlet cmdlet_set_cs_external_access_policy = {
	.name = "Set-CsExternalAccessPolicy",
	.module = CS_MODULE,
	.default_set = "Identity",
	.flags = CS_FLAGS,
	.params = set_params,
	.synopsis = "Changes a policy on who may talk to people outside",
	.process = crud_set,
	.end = cs_end,
	.clean = cs_clean,
	.data = &crud,
};

const struct cmdlet cmdlet_remove_cs_external_access_policy = {
	.name = "Remove-CsExternalAccessPolicy",
	.module = CS_MODULE,
	.flags = CS_FLAGS,
	.params = remove_params,
	.synopsis = "Removes a policy on who may talk to people outside",
	.process = crud_remove,
	.end = cs_end,
	.clean = cs_clean,
	.data = &crud,
};

const struct cmdlet cmdlet_grant_cs_external_access_policy = {
	.name = "Grant-CsExternalAccessPolicy",
	.module = CS_MODULE,
	.flags = CS_FLAGS,
	.params = grant_params,
	.synopsis = "Gives users a policy on who may talk to people outside",
	.process = crud_grant,
	.end = cs_end,
	.clean = crud_grant_clean,
	.state_size = CRUD_GRANT_STATE,
	.begin = crud_grant_begin,
	.data = &crud,
};
