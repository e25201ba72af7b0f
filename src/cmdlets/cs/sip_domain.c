/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CsSipDomain: the domains of this organization. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "cmdlets/cs/cs_internal.h"
#include "model/walk.h"

/* Exactly one is the default: the others stop being it. *anyp: were there. */
static int
clear_default(struct store *s, const char *but_key, bool write, bool *anyp,
    struct fault *f)
{
	struct store_row *row;
	struct walk w;
	int rc;

	*anyp = false;
	walk_begin(&w, s, noun_sip_domain.class_name, NULL, NULL);
	while ((rc = walk_next(&w, &row, f)) == 1) {
		if (!value_is_dict(row->object) ||
		    strcmp(row->key, but_key) == 0)
			continue;
		*anyp = true;
		if (!write ||
		    !instance_bool(
			&noun_sip_domain, dict_of(row->object), "IsDefault"))
			continue;
		dict_set_str_take(
		    dict_of(row->object), "IsDefault", value_bool(false));
		if ((rc = store_put(s, noun_sip_domain.class_name, row->key,
			 row->object, STORE_ANY, NULL, f)) != 0)
			break;
	}
	walk_end(&w);
	return rc;
}

/* Whether a user's address is in the domain; 1, 0, -1. */
static int
is_in_use(struct store *s, const char *domain, struct fault *f)
{
	struct store_row *row;
	struct walk w;
	int rc;

	walk_begin(&w, s, USER_CLASS, NULL, NULL);
	while ((rc = walk_next(&w, &row, f)) == 1) {
		const char *sip = value_is_dict(row->object)
		    ? instance_text(dict_of(row->object), USER_SIP)
		    : NULL;
		const char *at = sip != NULL ? strrchr(sip, '@') : NULL;

		if (at == NULL || strcasecmp(at + 1, domain) != 0)
			continue;
		rc = fault_set(f, FAULT_INVALID_OPERATION,
		    "the SIP domain \"%s\" is in use by %s and cannot be "
		    "removed; give its users other addresses with Set-CsUser "
		    "-SipAddress first",
		    domain, sip);
		break;
	}
	walk_end(&w);
	return rc;
}

static int
guard(struct store *s, struct dict *object, const struct identity *id,
    enum crud_op op, struct fault *f)
{
	bool is_default =
	    instance_bool(&noun_sip_domain, object, "IsDefault");
	struct store_row row = { .key = NULL };
	bool any, was;

	if (op == CRUD_REMOVE) {
		if (is_default)
			return fault_set(f, FAULT_INVALID_OPERATION,
			    "\"%s\" is the default SIP domain and cannot be "
			    "removed; make another one the default with "
			    "Set-CsSipDomain -IsDefault $true first",
			    id->text);
		return is_in_use(s, id->text, f);
	}
	if (op == CRUD_SET && !is_default) {
		if (store_get(s, noun_sip_domain.class_name, id->key, &row,
			f) != 1)
			return -1;
		was = value_is_dict(row.object) &&
		    instance_bool(&noun_sip_domain, dict_of(row.object),
			"IsDefault");
		store_row_clear(&row);
		if (was)
			return fault_set(f, FAULT_INVALID,
			    "IsDefault can only be set to $true: make another "
			    "SIP domain the default and this one is it no "
			    "longer");
	}
	if (clear_default(s, id->key, is_default, &any, f) != 0)
		return -1;
	/* The first one is the default whatever was said. */
	if (!any)
		dict_set_str_take(object, "IsDefault", value_bool(true));
	return 0;
}

const struct crud crud_sip_domain = {
	.noun = &noun_sip_domain,
	.synopsis = {
		[CRUD_VERB_GET] = "Shows the domains of this organization",
		[CRUD_VERB_NEW] = "Adds a domain of this organization",
		[CRUD_VERB_SET] = "Makes a domain the default one",
		[CRUD_VERB_REMOVE] = "Removes a domain of this organization",
	},
	.identity_help = "The domain",
	.remove_help = "Which domain",
	.guard = guard,
};
