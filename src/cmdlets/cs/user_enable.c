/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Enable- Disable- Set- Move-CsUser. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/rows.h"
#include "core/mem.h"

static void
set_text(struct dict *user, const char *attribute, const char *text)
{
	dict_set_str_take(user, attribute, value_string(text));
}

/* The one of somebody else; the domain is one of ours. */
static int
check_address(struct store *s, const struct dict *user, const char *address,
    struct fault *f)
{
	const char *domain = strrchr(address, '@') + 1;
	const char *own = instance_text(user, USER_GUID);
	struct identity id;
	struct store_row row = { .key = NULL };
	size_t n = 0;
	int rc = 0, found;

	if (identity_parse(domain, SCOPE_DOMAIN, NULL, &id, f) != 0)
		return -1;
	found = store_get(s, noun_sip_domain.class_name, id.key, NULL, f);
	if (found < 0)
		return -1;
	if (found == 0)
		return fault_set(f, FAULT_INVALID,
		    "the SIP address \"%s\" is not in a SIP domain of this "
		    "organization; make it one with New-CsSipDomain -Identity "
		    "%s",
		    address, domain);
	if (store_find(s, USER_CLASS, USER_SIP, address, 0, &row, 1, &n, f) !=
	    0)
		return -1;
	if (n == 1 && (own == NULL || strcmp(row.key, own) != 0))
		rc = fault_set(f, FAULT_EXISTS,
		    "the SIP address \"%s\" belongs to \"%s\" already",
		    address, instance_text(dict_of(row.object), USER_DISPLAY));
	if (n == 1)
		store_row_clear(&row);
	return rc;
}

static int
set_address(struct store *s, struct dict *user, const char *text,
    struct fault *f)
{
	char *address = user_sip_address(text, f);
	int rc;

	if (address == NULL)
		return -1;
	rc = check_address(s, user, address, f);
	if (rc == 0)
		set_text(user, USER_SIP, address);
	mem_free(address);
	return rc;
}

static int
set_pool(struct store *s, struct dict *user, const char *pool,
    struct fault *f)
{
	struct identity id;
	int found;

	if (identity_parse(pool, SCOPE_ROLE, "Registrar", &id, f) != 0)
		return -1;
	found = store_get(s, "Registrar", id.key, NULL, f);
	if (found < 0)
		return -1;
	if (found == 0)
		return fault_set(f, FAULT_NOT_FOUND,
		    "the pool \"%s\" is not in the topology or has no "
		    "registrar; Get-CsPool lists the pools",
		    pool);
	set_text(user, USER_POOL, id.name);
	return 0;
}

/* --- Enable --- */

static char *
no_spaces(const char *text)
{
	char *copy = mem_strdup(text), *to = copy;

	for (; *text != '\0'; text++)
		if (*text != ' ')
			*to++ = *text;
	*to = '\0';
	return copy;
}

/* The address -SipAddressType makes; owned, NULL with a fault. */
static char *
made_address(struct call *c, const struct dict *user, const char *type,
    struct fault *f)
{
	const char *domain = cs_string(c, "SipDomain");
	const char *sam = instance_text(user, USER_SAM);
	const char *first = instance_text(user, USER_GIVEN);
	const char *last = instance_text(user, USER_SURNAME);
	const char *upn = instance_text(user, USER_UPN);
	const char *mail = instance_text(user, USER_MAIL);
	char *name, *address;

	if (strcasecmp(type, "UserPrincipalName") == 0)
		mail = upn;
	else if (strcasecmp(type, "EmailAddress") != 0) {
		if (domain == NULL) {
			fault_set(f, FAULT_INVALID,
			    "-SipAddressType %s needs -SipDomain", type);
			return NULL;
		}
		if (strcasecmp(type, "SamAccountName") == 0 && sam != NULL)
			name = no_spaces(sam);
		else if (first != NULL && last != NULL) {
			char *both = mem_printf("%s.%s", first, last);

			name = no_spaces(both);
			mem_free(both);
		} else
			name = NULL;
		address = name != NULL ? mem_printf("sip:%s@%s", name, domain)
				       : NULL;
		mem_free(name);
		if (address == NULL)
			fault_set(f, FAULT_INVALID,
			    "the user has no %s to make a SIP address of",
			    strcasecmp(type, "SamAccountName") == 0
				? "SamAccountName"
				: "first and last name");
		return address;
	}
	if (mail == NULL) {
		fault_set(f, FAULT_INVALID,
		    "the user has no %s to make a SIP address of", type);
		return NULL;
	}
	return mem_printf("sip:%s", mail);
}

static int
apply_enable(struct call *c, struct store *s, struct dict *user,
    struct fault *f)
{
	const char *address = cs_string(c, "SipAddress");
	const char *type = cs_string(c, "SipAddressType");
	const char *pool = cs_string(c, "RegistrarPool");
	char *own = NULL;
	int rc;

	if (address == NULL && type == NULL)
		return fault_set(f, FAULT_INVALID,
		    "say which SIP address: -SipAddress sip:user@domain or "
		    "-SipAddressType UserPrincipalName");
	if (pool == NULL)
		return fault_set(f, FAULT_INVALID,
		    "say which pool: -RegistrarPool FQDN (Get-CsPool lists "
		    "them)");
	if (address == NULL &&
	    (address = own = made_address(c, user, type, f)) == NULL)
		return -1;
	rc = set_address(s, user, address, f);
	if (rc == 0)
		rc = set_pool(s, user, pool, f);
	if (rc == 0)
		dict_set_str_take(user, USER_CS_ENABLED, value_bool(true));
	mem_free(own);
	return rc == 0 ? 1 : -1;
}

static enum flow
enable_one(struct call *c, struct store *s, struct store_row *row)
{
	const struct dict *user = dict_of(row->object);
	const char *dn = instance_text(user, USER_DN);

	/* A switched-off user is set on with Set-CsUser -Enabled. */
	if (user_is_known(user))
		return call_warn(c,
		    "Object with identity \"%s\" was not changed.",
		    dn != NULL ? dn : row->key);
	return user_change(c, s, row, NULL, apply_enable, USER_VIEW_CS);
}

static enum flow
enable_process(struct call *c)
{
	return users_each(c, cs_param(c, "Identity"), enable_one);
}

static const char *const address_types[] = { "FirstLastName", "EmailAddress",
	"UserPrincipalName", "SamAccountName", NULL };

static const struct param_spec enable_params[] = {
	CS_USER_IDENTITY,
	{ "RegistrarPool", "string", NULL, NULL, 0, NULL, 0, 0,
	    "The pool that serves the user" },
	{ "SipAddressType", "string", NULL, NULL, 0, address_types, 0, 0,
	    "What the SIP address is made of" },
	{ "SipDomain", "string", NULL, NULL, 0, NULL, 0, 0,
	    "The domain of the SIP address, for FirstLastName and "
	    "SamAccountName" },
	{ "SipAddress", "string", NULL, NULL, 0, NULL, 0, 0,
	    "The SIP address itself, sip:user@domain" },
	{ "HostingProviderProxyFqdn", "string", "HostingProvider", NULL, 0,
	    NULL, 0, 0, "Kept for the original's sake" },
	CS_KEPT("ProxyPool", "string"),
	CS_DOMAIN_CONTROLLER,
	CS_PASS_THRU,
	CS_END,
};

const struct cmdlet cmdlet_enable_cs_user = {
	.name = "Enable-CsUser",
	.module = CS_MODULE,
	.flags = CS_FLAGS,
	.params = enable_params,
	.synopsis = "Gives a directory user a SIP address and a pool",
	.process = enable_process,
	.end = cs_end,
	.clean = cs_clean,
};

/* --- Disable --- */

static int
apply_disable(struct call *c, struct store *s, struct dict *user,
    struct fault *f)
{
	(void)c;
	(void)s;
	(void)f;
	if (!user_is_known(user))
		return 0;
	user_disable(user);
	dict_set_str_take(user, USER_CS_ENABLED, VALUE_NULL);
	dict_set_str_take(user, USER_SIP, VALUE_NULL);
	return 1;
}

static enum flow
known_only(struct call *c, struct store *s, struct store_row *row,
    int (*apply)(struct call *c, struct store *s, struct dict *user,
	struct fault *f))
{
	char *text;
	enum flow flow;

	if (user_is_known(dict_of(row->object)))
		return user_change(c, s, row, NULL, apply, USER_VIEW_CS);
	text = cs_identity_text(cs_param(c, "Identity"));
	flow = cs_not_found(c, text != NULL ? text : "");
	mem_free(text);
	return flow;
}

static enum flow
disable_one(struct call *c, struct store *s, struct store_row *row)
{
	return known_only(c, s, row, apply_disable);
}

static enum flow
disable_process(struct call *c)
{
	return users_each(c, cs_param(c, "Identity"), disable_one);
}

static const struct param_spec disable_params[] = {
	CS_USER_IDENTITY,
	CS_DOMAIN_CONTROLLER,
	CS_PASS_THRU,
	CS_END,
};

const struct cmdlet cmdlet_disable_cs_user = {
	.name = "Disable-CsUser",
	.module = CS_MODULE,
	.flags = CS_FLAGS,
	.params = disable_params,
	.synopsis = "Takes everything from a user that Enable-CsUser and later "
		    "commands gave",
	.process = disable_process,
	.end = cs_end,
	.clean = cs_clean,
};

/* --- Set --- */

static const char *const archiving_options[] = { "Uninitialized",
	"UseLyncArchivingPolicy", "ArchivingToExchange", "NoArchiving", NULL };

static const struct param_spec set_params[] = {
	CS_USER_IDENTITY,
	{ "SipAddress", "string", NULL, NULL, 0, NULL, 0, 0,
	    "The new SIP address, sip:user@domain" },
	{ "Enabled", "bool", "CsEnabled", NULL, 0, NULL, 0, 0,
	    "Whether the user can sign in; all data is kept" },
	CS_KEPT("AudioVideoDisabled", "bool"),
	CS_KEPT("AcpInfo", "object"),
	CS_KEPT("EnterpriseVoiceEnabled", "bool"),
	{ "ExchangeArchivingPolicy", "string", NULL, NULL, 0,
	    archiving_options, 0, 0, "Kept for the original's sake" },
	CS_KEPT("HostedVoiceMail", "bool"),
	CS_KEPT("LineServerURI", "string"),
	CS_KEPT("LineURI", "string"),
	CS_KEPT("PrivateLine", "string"),
	CS_KEPT("RemoteCallControlTelephonyEnabled", "bool"),
	{ "AcpInfo", "object", NULL, NULL, PARAM_HIDDEN, NULL, 0, 0,
	    "Kept for the original's sake" },
	CS_DOMAIN_CONTROLLER,
	CS_PASS_THRU,
	CS_END,
};

static int
apply_set(struct call *c, struct store *s, struct dict *user,
    struct fault *f)
{
	const char *attribute, *text;
	int changed = 0;
	size_t i;

	for (i = 0; set_params[i].name != NULL; i++) {
		attribute =
		    user_attribute(USER_VIEW_CS, set_params[i].name);
		if (attribute == NULL || !call_bound(c, i) ||
		    strcmp(attribute, USER_DN) == 0)
			continue;
		text = call_string(c, i);
		if (strcmp(attribute, USER_SIP) == 0) {
			if (set_address(s, user, text != NULL ? text : "", f) !=
			    0)
				return -1;
		} else if (text != NULL && *text == '\0')
			dict_set_str_take(user, attribute, VALUE_NULL);
		else
			dict_set_str_take(
			    user, attribute, value_ref(call_param(c, i)));
		changed = 1;
	}
	return changed;
}

static enum flow
set_one(struct call *c, struct store *s, struct store_row *row)
{
	return known_only(c, s, row, apply_set);
}

static enum flow
set_process(struct call *c)
{
	return users_each(c, cs_param(c, "Identity"), set_one);
}

const struct cmdlet cmdlet_set_cs_user = {
	.name = "Set-CsUser",
	.module = CS_MODULE,
	.flags = CS_FLAGS,
	.params = set_params,
	.synopsis = "Changes the SIP address of a user, or switches the user "
		    "off and on",
	.process = set_process,
	.end = cs_end,
	.clean = cs_clean,
};

/* --- Move --- */

static int
apply_move(struct call *c, struct store *s, struct dict *user,
    struct fault *f)
{
	const char *target = cs_string(c, "Target");

	return set_pool(s, user, target != NULL ? target : "", f) == 0 ? 1
								       : -1;
}

static enum flow
move_one(struct call *c, struct store *s, struct store_row *row)
{
	return known_only(c, s, row, apply_move);
}

static enum flow
move_list(struct call *c, const char *path)
{
	FILE *fp = fopen(path, "re");
	enum flow flow = FLOW_MORE;
	char line[1024];
	struct fault f;

	if (fp == NULL) {
		(void)fault_errno(&f, errno, "cannot read %s", path);
		return cs_fault(c, &f, path);
	}
	while (flow == FLOW_MORE && fgets(line, sizeof(line), fp) != NULL) {
		struct value v;

		line[strcspn(line, "\r\n")] = '\0';
		if (line[0] == '\0')
			continue;
		v = value_string(line);
		flow = users_each(c, v, move_one);
		value_unref(v);
	}
	(void)fclose(fp);
	return flow;
}

static enum flow
move_process(struct call *c)
{
	const char *list = cs_string(c, "UserList");

	if (list != NULL)
		return move_list(c, list);
	return users_each(c, cs_param(c, "Identity"), move_one);
}

static const struct param_spec move_params[] = {
	{ "Identity", "object", NULL, "Identity/0mvp", 0, NULL, 0, 0,
	    "Which user" },
	{ "Target", "string", NULL, "Identity/1m Users/0m", 0, NULL, 0, 0,
	    "The pool the user moves to" },
	{ "UserList", "string", NULL, "Users/m", 0, NULL, 0, 0,
	    "A file with an identity a line" },
	CS_KEPT("Credential", "object"),
	CS_KEPT("MoveConferenceData", "switch"),
	CS_KEPT("IgnoreBackendStoreException", "switch"),
	CS_KEPT("ProxyPool", "string"),
	CS_KEPT("Report", "string"),
	CS_FORCE,
	CS_DOMAIN_CONTROLLER,
	CS_PASS_THRU,
	CS_END,
};

const struct cmdlet cmdlet_move_cs_user = {
	.name = "Move-CsUser",
	.module = CS_MODULE,
	.default_set = "Identity",
	.flags = CS_FLAGS,
	.params = move_params,
	.synopsis = "Moves a user to another pool",
	.process = move_process,
	.end = cs_end,
	.clean = cs_clean,
};
