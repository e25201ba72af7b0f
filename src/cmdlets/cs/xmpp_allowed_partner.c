/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CsXmppAllowedPartner: the XMPP domains users may talk to. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "cmdlets/cs/cs_internal.h"
#include "core/list.h"
#include "model/walk.h"

/* No other partner has the domain, and it is not one of ours. */
static int
check_domain(struct store *s, const char *own_key, const char *domain,
    struct fault *f)
{
	char key[IDENTITY_MAX];
	struct store_row *row;
	struct walk w;
	int rc;

	(void)strncpy(key, domain, sizeof(key) - 1);
	key[sizeof(key) - 1] = '\0';
	rc = store_get(
	    s, noun_sip_domain.class_name, identity_fold(key), NULL, f);
	if (rc < 0)
		return -1;
	if (rc == 1)
		return fault_set(f, FAULT_INVALID,
		    "\"%s\" is a SIP domain of this organization and cannot "
		    "be an XMPP partner",
		    domain);
	walk_begin(
	    &w, s, noun_xmpp_allowed_partner.class_name, NULL, NULL);
	while ((rc = walk_next(&w, &row, f)) == 1)
		if (value_is_dict(row->object) &&
		    strcmp(row->key, own_key) != 0 &&
		    partner_has_domain(dict_of(row->object), domain)) {
			rc = fault_set(f, FAULT_EXISTS,
			    "\"%s\" belongs to the XMPP partner \"%s\" "
			    "already",
			    domain,
			    instance_text(dict_of(row->object), "Domain"));
			break;
		}
	walk_end(&w);
	return rc;
}

static int
guard(struct store *s, struct dict *object, const struct identity *id,
    enum crud_op op, struct fault *f)
{
	struct value more = dict_peek(object, "AdditionalDomains");
	size_t i;

	if (op == CRUD_REMOVE)
		return 0;
	if (check_domain(s, id->key, id->text, f) != 0)
		return -1;
	for (i = 0; value_is_list(more) && i < list_of(more)->count; i++)
		if (check_domain(s, id->key,
			value_chars(list_of(more)->items[i]), f) != 0)
			return -1;
	return 0;
}

const struct crud crud_xmpp_allowed_partner = {
	.noun = &noun_xmpp_allowed_partner,
	.synopsis = {
		[CRUD_VERB_GET] = "Shows the XMPP domains users may talk to",
		[CRUD_VERB_NEW] = "Allows an XMPP domain",
		[CRUD_VERB_SET] = "Changes an allowed XMPP domain",
		[CRUD_VERB_REMOVE] = "Allows an XMPP domain no longer",
	},
	.flags = CRUD_LOCAL_STORE | CRUD_INSTANCE,
	.identity_help = "The partner's primary domain",
	.remove_help = "Which partner",
	.guard = guard,
	.key_param = "Domain",
};
