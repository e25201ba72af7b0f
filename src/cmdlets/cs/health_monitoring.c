/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CsHealthMonitoringConfiguration: whom Test- cmdlets act as. */
#include "config.h"

#include "cmdlets/cs/cs_internal.h"
#include "core/mem.h"

static int
check_uri(const struct dict *object, const char *name, struct fault *f)
{
	const char *text = instance_text(object, name);
	char *sip;

	if (text == NULL)
		return 0;
	if ((sip = user_sip_address(text, f)) == NULL)
		return fault_within(f, "%s", name);
	mem_free(sip);
	return 0;
}

static int
guard(struct store *s, struct dict *object, const struct identity *id,
    enum crud_op op, struct fault *f)
{
	(void)s;
	(void)id;
	if (op == CRUD_REMOVE)
		return 0;
	if (check_uri(object, "FirstTestUserSipUri", f) != 0)
		return -1;
	return check_uri(object, "SecondTestUserSipUri", f);
}

static const struct param_spec new_rows[] = {
	{ "FirstTestUserSipUri", "string", NULL,
	    "Identity/m ParentAndRelativeKey/m", 0, NULL, 0, 0,
	    "The user tests are made as, with sip:" },
	{ "SecondTestUserSipUri", "string", NULL,
	    "Identity/m ParentAndRelativeKey/m", 0, NULL, 0, 0,
	    "The user tests are made with, with sip:" },
	CS_END,
};

const struct crud crud_health_monitoring_configuration = {
	.noun = &noun_health_monitoring_configuration,
	.synopsis = {
		[CRUD_VERB_GET] = "Shows the test users of pools",
		[CRUD_VERB_NEW] = "Names the test users of a pool",
		[CRUD_VERB_SET] = "Changes the test users of a pool",
		[CRUD_VERB_REMOVE] = "Forgets the test users of a pool",
	},
	.flags = CRUD_LOCAL_STORE | CRUD_INSTANCE,
	.identity_help = "The pool's FQDN",
	.remove_help = "The pool's FQDN",
	.new_rows = new_rows,
	.guard = guard,
	.key_param = "TargetFqdn",
};
