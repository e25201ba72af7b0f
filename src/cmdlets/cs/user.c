/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Get-CsUser and Get-CsAdUser. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/rows.h"
#include "core/mem.h"
#include "types/types.h"

/* Lync's -ResultSize ends the list; nobody says which ones. */
#define UNLIMITED INT64_MAX

struct get_state {
	struct filter *filter;
	int64_t left;
};

static enum user_view
view_of(struct call *c)
{
	return *(const enum user_view *)call_cmdlet(c)->data;
}

static enum flow
get_begin(struct call *c)
{
	struct get_state *st = call_state(c);
	struct value size = cs_param(c, "ResultSize");
	struct value filter = cs_param(c, "Filter");
	int64_t n = UNLIMITED;

	if (!value_is_null(cs_param(c, "LdapFilter")))
		return call_throw(c,
		    &(struct error_spec){ .id = "LdapFilterNotSupported",
			.category = "NotImplemented",
			.message = "there is no LDAP directory behind this "
				   "store; use -Filter {Attribute -eq "
				   "\"value\"}" });
	if (!value_is_null(filter) &&
	    (st->filter = filter_parse(c, filter, view_of(c))) == NULL)
		return FLOW_LEAVE;
	if (value_is_string(size) &&
	    strcasecmp(value_chars(size), "Unlimited") == 0)
		size = VALUE_NULL;
	if (!value_is_null(size) &&
	    value_to_int(call_run(c), size, &n) != FLOW_MORE)
		return FLOW_LEAVE;
	if (n < 0)
		return call_throw(c,
		    &(struct error_spec){ .id = "ResultSizeNegative",
			.category = "InvalidArgument",
			.message = "-ResultSize takes 0 to 2147483647 or "
				   "Unlimited" });
	st->left = n;
	return FLOW_MORE;
}

static bool
is_wanted(struct call *c, const struct dict *user)
{
	struct get_state *st = call_state(c);
	const char *ou = cs_string(c, "OU");
	const char *dn;

	/* Get-CsUser knows only those who were enabled. */
	if (view_of(c) == USER_VIEW_CS && !user_is_known(user))
		return false;
	if (cs_switch(c, "UnAssignedUser") &&
	    instance_text(user, USER_POOL) != NULL)
		return false;
	if (ou != NULL) {
		dn = instance_text(user, USER_DN);
		if (dn == NULL || strlen(dn) <= strlen(ou) ||
		    strcasecmp(dn + strlen(dn) - strlen(ou), ou) != 0 ||
		    dn[strlen(dn) - strlen(ou) - 1] != ',')
			return false;
	}
	return st->filter == NULL || filter_matches(st->filter, user);
}

static enum flow
emit_one(struct call *c, struct store *s, struct store_row *row)
{
	struct get_state *st = call_state(c);
	const struct dict *user = dict_of(row->object);

	(void)s;
	if (!is_wanted(c, user)) {
		char *text = NULL;
		enum flow flow = FLOW_MORE;

		/* Asked for by name, and not enabled: that is not found. */
		if (!user_is_known(user) && view_of(c) == USER_VIEW_CS) {
			text = cs_identity_text(cs_param(c, "Identity"));
			flow = cs_not_found(c, text != NULL ? text : "");
		}
		mem_free(text);
		return flow;
	}
	if (st->left == 0)
		return FLOW_MORE;
	st->left--;
	return call_emit_take(c, user_show(user, view_of(c), row->version));
}

static enum flow
get_all(struct call *c, struct store *s)
{
	struct get_state *st = call_state(c);
	enum flow flow = FLOW_MORE;
	struct store_row *row;
	struct walk w;
	struct fault f;
	int rc = 0;

	walk_begin(&w, s, USER_CLASS, NULL, NULL);
	while (flow == FLOW_MORE && st->left > 0 &&
	    (rc = walk_next(&w, &row, &f)) == 1)
		if (value_is_dict(row->object) &&
		    is_wanted(c, dict_of(row->object))) {
			st->left--;
			flow = call_emit_take(c,
			    user_show(dict_of(row->object), view_of(c),
				row->version));
		}
	walk_end(&w);
	return rc < 0 ? cs_fault(c, &f, NULL) : flow;
}

static enum flow
get_process(struct call *c)
{
	struct store *s = cs_store(c);

	if (s == NULL)
		return FLOW_LEAVE;
	if (cs_bound(c, "Identity"))
		return users_each(c, cs_param(c, "Identity"), emit_one);
	return get_all(c, s);
}

static void
get_clean(struct call *c)
{
	struct get_state *st = call_state(c);

	filter_free(st->filter);
	st->filter = NULL;
}

static const struct param_spec get_params[] = {
	{ "Identity", "object", NULL, "*/0vp", 0, NULL, 0, 0,
	    "SIP address, user principal name, logon, display name (may hold "
	    "*) or distinguished name" },
	{ "Filter", "object", NULL, NULL, 0, NULL, 0, 0,
	    "Script block on attributes: {RegistrarPool -eq $null}" },
	{ "LdapFilter", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Not available: there is no LDAP directory" },
	{ "OU", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Only users below this container" },
	{ "ResultSize", "object", NULL, NULL, 0, NULL, 0, 0,
	    "Most users that are returned" },
	{ "UnAssignedUser", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "Only users without a registrar pool" },
	{ "OnLyncServer", "switch", "OnModernServer", NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	CS_KEPT("OnOfficeCommunicationServer", "switch"),
	CS_KEPT("Credential", "object"),
	CS_DOMAIN_CONTROLLER,
	CS_END,
};

static const enum user_view view_cs = USER_VIEW_CS;
static const enum user_view view_cs_ad = USER_VIEW_CS_AD;
static const char *const output_cs[] = {
	"Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser", NULL
};
static const char *const output_cs_ad[] = {
	"Microsoft.Rtc.Management.ADConnect.Schema.ADUser", NULL
};

const struct cmdlet cmdlet_get_cs_user = {
	.name = "Get-CsUser",
	.module = CS_MODULE,
	.flags = CMDLET_BARE_NAMES,
	.params = get_params,
	.output = output_cs,
	.synopsis = "Shows users who were enabled",
	.state_size = sizeof(struct get_state),
	.begin = get_begin,
	.process = get_process,
	.clean = get_clean,
	.data = &view_cs,
};

const struct cmdlet cmdlet_get_cs_ad_user = {
	.name = "Get-CsAdUser",
	.module = CS_MODULE,
	.flags = CMDLET_BARE_NAMES,
	.params = get_params,
	.output = output_cs_ad,
	.synopsis = "Shows all users of the directory",
	.state_size = sizeof(struct get_state),
	.begin = get_begin,
	.process = get_process,
	.clean = get_clean,
	.data = &view_cs_ad,
};
