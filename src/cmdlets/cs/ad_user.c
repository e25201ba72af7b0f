/* SPDX-License-Identifier: GPL-3.0-or-later */
/* New- Get- Set- Remove-ADUser: the directory is part of the store. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/rows.h"
#include "core/mem.h"
#include "core/secret.h"
#include "model/topology.h"
#include "net/hash.h"
#include "types/types.h"

#define AD_MODULE "ActiveDirectory"

/* Parameters that are attributes as they stand. */
static const struct attribute_row {
	const char *param;
	const char *attribute;
} attribute_rows[] = {
	{ "DisplayName", USER_DISPLAY },
	{ "EmailAddress", USER_MAIL },
	{ "GivenName", USER_GIVEN },
	{ "SamAccountName", USER_SAM },
	{ "Surname", USER_SURNAME },
	{ "UserPrincipalName", USER_UPN },
};

/* --- passwords --- */

/* H(user:realm:password), A-04. */
static void
add_ha1(struct dict *d, const char *key, enum hash_kind kind,
    const char *user, const char *realm, const char *password)
{
	char hex[HASH_HEX_SIZE];
	char *text = mem_printf("%s:%s:%s", user, realm, password);

	dict_set_str_take(d, key,
	    value_string(hash_hex(kind, text, strlen(text), hex)));
	mem_free_secret(text);
}

static int
set_password(struct store *s, struct dict *user, const char *password,
    struct fault *f)
{
	const char *sam = instance_text(user, USER_SAM);
	const char *upn = instance_text(user, USER_UPN);
	char *realm = topology_realm(s, f);
	struct dict *d;

	if (realm == NULL)
		return -1;
	d = dict_new(NULL);
	if (sam != NULL) {
		add_ha1(d, USER_HA1_SAM_MD5, HASH_MD5, sam, realm, password);
		add_ha1(
		    d, USER_HA1_SAM_SHA256, HASH_SHA256, sam, realm, password);
	}
	if (upn != NULL) {
		add_ha1(d, USER_HA1_UPN_MD5, HASH_MD5, upn, realm, password);
		add_ha1(
		    d, USER_HA1_UPN_SHA256, HASH_SHA256, upn, realm, password);
	}
	dict_set_str_take(user, USER_HA1, dict_value(d));
	mem_free(realm);
	return 0;
}

/* --- shared checks --- */

static bool
same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcasecmp(a, b) == 0);
}

/* Nobody else has this logon or user principal name. */
static int
check_unique(struct store *s, const struct dict *user, const char *attribute,
    struct fault *f)
{
	const char *text = instance_text(user, attribute);
	const char *own = instance_text(user, USER_GUID);
	struct store_row row = { .key = NULL };
	size_t n = 0;
	int rc = 0;

	if (text == NULL)
		return 0;
	if (store_find(s, USER_CLASS, attribute, text, 0, &row, 1, &n, f) != 0)
		return -1;
	if (n == 1 && !same(row.key, own))
		rc = fault_set(f, FAULT_EXISTS,
		    "a user with the %s \"%s\" exists already (%s)", attribute,
		    text, instance_text(dict_of(row.object), USER_DN));
	if (n == 1)
		store_row_clear(&row);
	return rc;
}

static int
check_names(struct store *s, const struct dict *user, struct fault *f)
{
	const char *sam = instance_text(user, USER_SAM);
	const char *upn = instance_text(user, USER_UPN);

	if (sam != NULL && (strlen(sam) > 256 || strpbrk(sam, "\"/\\[]:;|=,+*?<>@") != NULL))
		return fault_set(f, FAULT_INVALID,
		    "the SamAccountName \"%.100s\" holds a character that a "
		    "logon cannot have",
		    sam);
	if (upn != NULL && (strchr(upn, '@') == NULL || strchr(upn, ' ') != NULL))
		return fault_set(f, FAULT_INVALID,
		    "the UserPrincipalName \"%.100s\" is not of the form "
		    "user@domain",
		    upn);
	if (check_unique(s, user, USER_SAM, f) != 0 ||
	    check_unique(s, user, USER_UPN, f) != 0)
		return -1;
	return check_unique(s, user, USER_DN, f);
}

static int
apply_attributes(struct call *c, struct dict *user, struct fault *f)
{
	size_t i;

	for (i = 0; i < sizeof(attribute_rows) / sizeof(attribute_rows[0]);
	     i++) {
		const char *text = cs_string(c, attribute_rows[i].param);

		if (text != NULL && strlen(text) > 1024)
			return fault_set(f, FAULT_LIMIT,
			    "-%s is longer than 1024 bytes",
			    attribute_rows[i].param);
		if (cs_bound(c, attribute_rows[i].param))
			dict_set_str_take(user, attribute_rows[i].attribute,
			    text != NULL && *text != '\0'
				? value_string(text)
				: VALUE_NULL);
	}
	if (cs_bound(c, "Enabled")) {
		struct value v = cs_param(c, "Enabled");

		dict_set_str_take(user, USER_AD_ENABLED,
		    value_bool(v.type == &type_bool && v.u.b));
	}
	return 0;
}

/* "CN=Ken Myer,CN=Users,DC=contoso,DC=test" */
static char *
make_dn(struct call *c, struct store *s, const char *name, const char *upn)
{
	const char *path = cs_string(c, "Path");
	const char *domain = upn != NULL ? strchr(upn, '@') : NULL;
	struct buf b = { .data = NULL };
	char *realm = NULL;
	struct fault f;
	size_t len;

	buf_add_str(&b, "CN=");
	for (; *name != '\0'; name++) {
		if (strchr(",+\"\\<>;=", *name) != NULL)
			buf_add_byte(&b, '\\');
		buf_add_byte(&b, *name);
	}
	if (path != NULL && *path != '\0')
		buf_printf(&b, ",%s", path);
	else {
		buf_add_str(&b, ",CN=Users");
		if (domain == NULL)
			domain = realm = topology_realm(s, &f);
		else
			domain++;
		while (domain != NULL && *domain != '\0') {
			len = strcspn(domain, ".");
			buf_printf(&b, ",DC=%.*s", (int)len, domain);
			domain += len + (domain[len] == '.' ? 1 : 0);
		}
	}
	mem_free(realm);
	return buf_take(&b);
}

static const char *
password_of(struct call *c, const char *param, enum flow *flowp)
{
	struct value v = cs_param(c, param);

	*flowp = FLOW_MORE;
	if (value_is_null(v))
		return NULL;
	if (value_is_secret(v))
		return secret_chars(v);
	*flowp = call_throw(c,
	    &(struct error_spec){ .id = "PasswordNotSecure",
		.category = "InvalidArgument",
		.message = "-AccountPassword takes a secure string: "
			   "(ConvertTo-SecureString 'text' -AsPlainText "
			   "-Force), or Read-Host -AsSecureString" });
	return NULL;
}

/* --- New --- */

static struct dict *
new_user(struct call *c, struct store *s, struct fault *f)
{
	const char *name = cs_string(c, "Name");
	struct dict *user = dict_new(NULL);
	char guid[37], *dn;

	dict_set_str_take(user, USER_GUID, value_string(user_new_guid(guid)));
	dict_set_str_take(user, USER_NAME, value_string(name));
	dict_set_str_take(user, USER_DISPLAY, value_string(name));
	dict_set_str_take(user, USER_SAM, value_string(name));
	dict_set_str_take(user, USER_AD_ENABLED, value_bool(false));
	if (apply_attributes(c, user, f) != 0) {
		value_unref(dict_value(user));
		return NULL;
	}
	dn = make_dn(c, s, name, instance_text(user, USER_UPN));
	dict_set_str_take(user, USER_DN, value_string(dn));
	mem_free(dn);
	return user;
}

static int
write_new(struct store *s, struct dict *user, const char *password,
    int64_t *versionp, struct fault *f)
{
	if (store_begin(s, f) != 0)
		return -1;
	if (check_names(s, user, f) != 0 ||
	    (password != NULL && set_password(s, user, password, f) != 0) ||
	    store_put(s, USER_CLASS, instance_text(user, USER_GUID),
		dict_value(user), STORE_NEW, versionp, f) != 0) {
		store_undo(s);
		return -1;
	}
	return store_settle(s, f);
}

static enum flow
new_process(struct call *c)
{
	struct store *s = cs_store(c);
	const char *name = cs_string(c, "Name");
	const char *password;
	struct dict *user;
	int64_t version = STORE_ANY;
	enum flow flow;
	struct fault f;
	bool yes;

	if (s == NULL)
		return FLOW_LEAVE;
	password = password_of(c, "AccountPassword", &flow);
	if (flow != FLOW_MORE)
		return flow;
	if ((user = new_user(c, s, &f)) == NULL)
		return cs_fault(c, &f, name);
	flow = call_should(c, instance_text(user, USER_DN), "New", &yes);
	if (flow == FLOW_MORE && yes) {
		if (write_new(s, user, password, &version, &f) != 0)
			flow = cs_fault(c, &f, name);
		else if (password == NULL &&
		    user_get(user, USER_AD_ENABLED).u.b)
			flow = call_warn(c,
			    "\"%s\" has no password and cannot sign in until "
			    "Set-ADUser -AccountPassword gives one.",
			    name);
		else if (cs_switch(c, "PassThru"))
			flow = call_emit_take(
			    c, user_show(user, USER_VIEW_AD, version));
	}
	value_unref(dict_value(user));
	return flow;
}

#define AD_ATTRIBUTES                                                          \
	{ "SamAccountName", "string", NULL, NULL, PARAM_BY_NAME, NULL, 0, 0,   \
	    "The logon, without a domain" },                                   \
	{ "UserPrincipalName", "string", NULL, NULL, PARAM_BY_NAME, NULL, 0,   \
	    0, "The logon as user@domain" },                                   \
	{ "Enabled", "bool", NULL, NULL, PARAM_BY_NAME, NULL, 0, 0,            \
	    "Whether the user can sign in" },                                  \
	{ "GivenName", "string", NULL, NULL, PARAM_BY_NAME, NULL, 0, 0,        \
	    "The first name" },                                                \
	{ "Surname", "string", NULL, NULL, PARAM_BY_NAME, NULL, 0, 0,          \
	    "The last name" },                                                 \
	{ "DisplayName", "string", NULL, NULL, PARAM_BY_NAME, NULL, 0, 0,      \
	    "The name people see" },                                           \
	{ "EmailAddress", "string", NULL, NULL, PARAM_BY_NAME, NULL, 0, 0,     \
	    "The mail address" },                                              \
	{ "AccountPassword", "securestring", NULL, NULL, PARAM_BY_NAME, NULL,  \
	    0, 0, "The password, as a secure string" }

static const struct param_spec new_params[] = {
	{ "Name", "string", NULL, "*/0mp", 0, NULL, 0, 0,
	    "The user's name in the directory" },
	AD_ATTRIBUTES,
	{ "Path", "string", NULL, NULL, PARAM_BY_NAME, NULL, 0, 0,
	    "The container, as OU=Sales,DC=contoso,DC=test" },
	CS_KEPT("ChangePasswordAtLogon", "bool"),
	{ "PassThru", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "Emits the user" },
	CS_END,
};

static const char *const output_ad[] = {
	"Microsoft.ActiveDirectory.Management.ADUser", NULL
};

const struct cmdlet cmdlet_new_ad_user = {
	.name = "New-ADUser",
	.module = AD_MODULE,
	.flags = CMDLET_SHOULD_PROCESS,
	.params = new_params,
	.output = output_ad,
	.synopsis = "Makes a user in the directory",
	.process = new_process,
	.end = cs_end,
	.clean = cs_clean,
};

/* --- Get --- */

static enum flow
emit_user(struct call *c, struct store *s, struct store_row *row)
{
	(void)s;
	return call_emit_take(
	    c, user_show(dict_of(row->object), USER_VIEW_AD, row->version));
}

static enum flow
get_filtered(struct call *c, struct store *s, const struct filter *filter)
{
	enum flow flow = FLOW_MORE;
	struct store_row *row;
	struct walk w;
	struct fault f;
	int rc = 0;

	walk_begin(&w, s, USER_CLASS, NULL, NULL);
	while (flow == FLOW_MORE && (rc = walk_next(&w, &row, &f)) == 1)
		if (value_is_dict(row->object) &&
		    (filter == NULL ||
			filter_matches(filter, dict_of(row->object))))
			flow = emit_user(c, s, row);
	walk_end(&w);
	return rc < 0 ? cs_fault(c, &f, NULL) : flow;
}

static enum flow
get_process(struct call *c)
{
	struct value text = cs_param(c, "Filter");
	struct store *s = cs_store(c);
	struct filter *filter = NULL;
	enum flow flow;

	if (s == NULL)
		return FLOW_LEAVE;
	if (cs_bound(c, "Identity"))
		return users_each(c, cs_param(c, "Identity"), emit_user);
	if (!value_is_null(text) &&
	    !(value_is_string(text) && strcmp(value_chars(text), "*") == 0) &&
	    (filter = filter_parse(c, text, USER_VIEW_AD)) == NULL)
		return FLOW_LEAVE;
	flow = get_filtered(c, s, filter);
	filter_free(filter);
	return flow;
}

static const struct param_spec get_params[] = {
	{ "Identity", "object", NULL, "Identity/0mvp", 0, NULL, 0, 0,
	    "Logon, distinguished name, GUID or user principal name" },
	{ "Filter", "object", NULL, "Filter/m", 0, NULL, 0, 0,
	    "* or a condition on attributes" },
	{ "Properties", "string[]", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake: all are shown" },
	CS_END,
};

const struct cmdlet cmdlet_get_ad_user = {
	.name = "Get-ADUser",
	.module = AD_MODULE,
	.default_set = "Filter",
	.params = get_params,
	.output = output_ad,
	.synopsis = "Shows users of the directory",
	.process = get_process,
};

/* --- Set --- */

static int
apply_set(struct call *c, struct store *s, struct dict *user,
    struct fault *f)
{
	char *sam = mem_strdup(instance_text(user, USER_SAM) != NULL
		? instance_text(user, USER_SAM)
		: "");
	char *upn = mem_strdup(instance_text(user, USER_UPN) != NULL
		? instance_text(user, USER_UPN)
		: "");
	struct value password = cs_param(c, "AccountPassword");
	const char *now_sam, *now_upn;
	int rc = apply_attributes(c, user, f);

	now_sam = instance_text(user, USER_SAM);
	now_upn = instance_text(user, USER_UPN);
	/* A-04: a digest holds the user name it was made with. */
	if (strcmp(sam, now_sam != NULL ? now_sam : "") != 0 ||
	    strcmp(upn, now_upn != NULL ? now_upn : "") != 0)
		dict_set_str_take(user, USER_HA1, VALUE_NULL);
	if (rc == 0)
		rc = check_names(s, user, f);
	if (rc == 0 && value_is_secret(password))
		rc = set_password(s, user, secret_chars(password), f);
	mem_free(sam);
	mem_free(upn);
	return rc == 0 ? 1 : -1;
}

static enum flow
set_one(struct call *c, struct store *s, struct store_row *row)
{
	struct dict *user = dict_of(row->object);
	bool had = value_is_dict(dict_peek(user, USER_HA1));
	enum flow flow;

	flow = user_change(c, s, row, "Set", apply_set, USER_VIEW_AD);
	if (flow == FLOW_MORE && had && row->key != NULL &&
	    !value_is_dict(dict_peek(dict_of(row->object), USER_HA1)))
		flow = call_warn(c,
		    "The password of \"%s\" was made for the former name and "
		    "is void: set it again with Set-ADUser -AccountPassword.",
		    instance_text(dict_of(row->object), USER_NAME));
	return flow;
}

static enum flow
set_process(struct call *c)
{
	enum flow flow;

	(void)password_of(c, "AccountPassword", &flow);
	if (flow != FLOW_MORE)
		return flow;
	return users_each(c, cs_param(c, "Identity"), set_one);
}

static const struct param_spec set_params[] = {
	{ "Identity", "object", NULL, "*/0mvp", 0, NULL, 0, 0,
	    "Logon, distinguished name, GUID or user principal name" },
	{ "SamAccountName", "string", NULL, NULL, 0, NULL, 0, 0,
	    "The logon, without a domain" },
	{ "UserPrincipalName", "string", NULL, NULL, 0, NULL, 0, 0,
	    "The logon as user@domain" },
	{ "Enabled", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether the user can sign in" },
	{ "GivenName", "string", NULL, NULL, 0, NULL, 0, 0,
	    "The first name" },
	{ "Surname", "string", NULL, NULL, 0, NULL, 0, 0, "The last name" },
	{ "DisplayName", "string", NULL, NULL, 0, NULL, 0, 0,
	    "The name people see" },
	{ "EmailAddress", "string", NULL, NULL, 0, NULL, 0, 0,
	    "The mail address" },
	{ "AccountPassword", "securestring", NULL, NULL, 0, NULL, 0, 0,
	    "The new password, as a secure string" },
	CS_PASS_THRU,
	CS_END,
};

const struct cmdlet cmdlet_set_ad_user = {
	.name = "Set-ADUser",
	.module = AD_MODULE,
	.flags = CMDLET_SHOULD_PROCESS,
	.params = set_params,
	.synopsis = "Changes a user of the directory",
	.process = set_process,
	.end = cs_end,
	.clean = cs_clean,
};

/* --- Remove --- */

static enum flow
remove_one(struct call *c, struct store *s, struct store_row *row)
{
	enum flow flow;
	struct fault f;
	bool yes;

	flow = call_should(c,
	    instance_text(dict_of(row->object), USER_DN), "Remove", &yes);
	if (flow != FLOW_MORE || !yes)
		return flow;
	if (store_remove(s, USER_CLASS, row->key, STORE_ANY, &f) < 0)
		return cs_fault(c, &f, row->key);
	return FLOW_MORE;
}

static enum flow
remove_process(struct call *c)
{
	return users_each(c, cs_param(c, "Identity"), remove_one);
}

static const struct param_spec remove_params[] = {
	{ "Identity", "object", NULL, "*/0mvp", 0, NULL, 0, 0,
	    "Logon, distinguished name, GUID or user principal name" },
	CS_END,
};

const struct cmdlet cmdlet_remove_ad_user = {
	.name = "Remove-ADUser",
	.module = AD_MODULE,
	.flags = CMDLET_SHOULD_PROCESS | CMDLET_CONFIRM_HIGH,
	.params = remove_params,
	.synopsis = "Removes a user from the directory",
	.process = remove_process,
	.end = cs_end,
	.clean = cs_clean,
};
