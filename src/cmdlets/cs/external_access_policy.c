/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CsExternalAccessPolicy: who may talk to people outside. */
#include "config.h"

#include <string.h>

#include "cmdlets/cs/cs_internal.h"

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

const struct crud crud_external_access_policy = {
	.noun = &noun_external_access_policy,
	.synopsis = {
		[CRUD_VERB_GET] = "Shows who may talk to people outside",
		[CRUD_VERB_NEW] =
		    "Makes a policy on who may talk to people outside",
		[CRUD_VERB_SET] =
		    "Changes a policy on who may talk to people outside",
		[CRUD_VERB_REMOVE] =
		    "Removes a policy on who may talk to people outside",
		[CRUD_VERB_GRANT] =
		    "Gives users a policy on who may talk to people outside",
	},
	.flags = CRUD_LOCAL_STORE | CRUD_INSTANCE,
	.identity_help = "Global, site:NAME or the policy's name; Set- takes "
			 "Global if not said",
	.remove_help = "Which policy; Global is reset, not removed",
	.after = after,
	.attribute = USER_ACCESS,
};
