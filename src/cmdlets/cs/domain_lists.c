/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CsAllowedDomain and CsBlockedDomain: a domain is on one of the two lists. */
#include "config.h"

#include "cmdlets/cs/cs_internal.h"

/* cmdlets.md 10. other: the list the domain must not be on. */
static int
not_on(struct store *s, const struct noun *other, const char *kind,
    const struct identity *id, enum crud_op op, struct fault *f)
{
	int found;

	if (op != CRUD_NEW)
		return 0;
	found = store_get(s, other->class_name, id->key, NULL, f);
	if (found == 1)
		return fault_set(f, FAULT_EXISTS,
		    "\"%s\" is on the list of %s domains; take it from there "
		    "with Remove-%s first",
		    id->text, kind, other->name);
	return found;
}

static int
guard_allowed(struct store *s, struct dict *object, const struct identity *id,
    enum crud_op op, struct fault *f)
{
	(void)object;
	return not_on(s, &noun_blocked_domain, "blocked", id, op, f);
}

static int
guard_blocked(struct store *s, struct dict *object, const struct identity *id,
    enum crud_op op, struct fault *f)
{
	(void)object;
	return not_on(s, &noun_allowed_domain, "allowed", id, op, f);
}

#define LIST_VERBS(kind)                                                       \
	{                                                                      \
		[CRUD_VERB_GET] = "Shows the list of " kind " SIP domains",    \
		[CRUD_VERB_NEW] = "Puts a domain on the list of " kind         \
				  " SIP domains",                              \
		[CRUD_VERB_SET] = "Changes an entry of the list of " kind      \
				  " SIP domains",                              \
		[CRUD_VERB_REMOVE] = "Takes a domain from the list of " kind   \
				     " SIP domains",                           \
	}

const struct crud crud_allowed_domain = {
	.noun = &noun_allowed_domain,
	.synopsis = LIST_VERBS("allowed"),
	.flags = CRUD_LOCAL_STORE | CRUD_INSTANCE,
	.identity_help = "The domain",
	.remove_help = "Which domain",
	.guard = guard_allowed,
	.key_param = "Domain",
};

const struct crud crud_blocked_domain = {
	.noun = &noun_blocked_domain,
	.synopsis = LIST_VERBS("blocked"),
	.flags = CRUD_LOCAL_STORE | CRUD_INSTANCE,
	.identity_help = "The domain",
	.remove_help = "Which domain",
	.guard = guard_blocked,
	.key_param = "Domain",
};
