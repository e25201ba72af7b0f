/* SPDX-License-Identifier: GPL-3.0-or-later */
/* People: what each view shows of them, and how they are found. */
#include "config.h"

#include <sys/random.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/object.h"
#include "core/string.h"
#include "model/identity.h"
#include "model/instance.h"
#include "model/user.h"

#define CS    (1u << USER_VIEW_CS)
#define CS_AD (1u << USER_VIEW_CS_AD)
#define AD    (1u << USER_VIEW_AD)

static const char *const view_types[] = {
	[USER_VIEW_CS] =
	    "Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser",
	[USER_VIEW_CS_AD] = "Microsoft.Rtc.Management.ADConnect.Schema.ADUser",
	[USER_VIEW_AD] = "Microsoft.ActiveDirectory.Management.ADUser",
};

/*
 * In print order. initial: NULL is null, "False" and "True" are booleans,
 * anything else a text.
 */
static const struct user_column {
	const char *shown;
	const char *attribute;
	const char *initial;
	unsigned views;
} columns[] = {
	{ "DistinguishedName", USER_DN, NULL, AD },
	{ "Enabled", USER_AD_ENABLED, "False", AD },
	{ "GivenName", USER_GIVEN, NULL, AD },
	{ "Identity", USER_DN, NULL, CS | CS_AD },
	{ "VoicePolicy", "VoicePolicy", NULL, CS },
	{ "ConferencingPolicy", "ConferencingPolicy", NULL, CS },
	{ "PresencePolicy", "PresencePolicy", NULL, CS },
	{ "DialPlan", "DialPlan", NULL, CS },
	{ "LocationPolicy", "LocationPolicy", NULL, CS },
	{ "ClientPolicy", "ClientPolicy", NULL, CS },
	{ "ClientVersionPolicy", "ClientVersionPolicy", NULL, CS },
	{ "ArchivingPolicy", "ArchivingPolicy", NULL, CS },
	{ "ExchangeArchivingPolicy", "ExchangeArchivingPolicy",
	    "Uninitialized", CS },
	{ "PinPolicy", "PinPolicy", NULL, CS },
	{ "ExternalAccessPolicy", USER_ACCESS, NULL, CS },
	{ "MobilityPolicy", "MobilityPolicy", NULL, CS },
	{ "PersistentChatPolicy", "PersistentChatPolicy", NULL, CS },
	{ "UserServicesPolicy", "UserServicesPolicy", NULL, CS },
	{ "HostedVoiceMail", "HostedVoiceMail", NULL, CS },
	{ "HostedVoicemailPolicy", "HostedVoicemailPolicy", NULL, CS },
	{ "HostingProvider", "HostingProvider", "SRV:", CS },
	{ "RegistrarPool", USER_POOL, NULL, CS },
	{ "Enabled", USER_CS_ENABLED, NULL, CS },
	{ "SipAddress", USER_SIP, NULL, CS },
	{ "LineURI", "LineURI", NULL, CS },
	{ "LineServerURI", "LineServerURI", NULL, CS },
	{ "PrivateLine", "PrivateLine", NULL, CS },
	{ "AudioVideoDisabled", "AudioVideoDisabled", "False", CS },
	{ "RemoteCallControlTelephonyEnabled",
	    "RemoteCallControlTelephonyEnabled", "False", CS },
	{ "EnterpriseVoiceEnabled", "EnterpriseVoiceEnabled", "False", CS },
	{ "EnabledForFederation", "EnabledForFederation", "True", CS },
	{ "EnabledForInternetAccess", "EnabledForInternetAccess", "True", CS },
	{ "DisplayName", USER_DISPLAY, NULL, CS | CS_AD },
	{ "EmailAddress", USER_MAIL, NULL, AD },
	{ "Name", USER_NAME, NULL, CS_AD | AD },
	{ "DisplayName", USER_DISPLAY, NULL, AD },
	{ "ObjectClass", "ObjectClass", "user", AD },
	{ "ObjectGUID", USER_GUID, NULL, AD },
	{ "FirstName", USER_GIVEN, NULL, CS | CS_AD },
	{ "LastName", USER_SURNAME, NULL, CS | CS_AD },
	{ "WindowsEmailAddress", USER_MAIL, NULL, CS | CS_AD },
	{ "SamAccountName", USER_SAM, NULL, CS | CS_AD | AD },
	{ "SipAddress", USER_SIP, NULL, CS_AD },
	{ "Surname", USER_SURNAME, NULL, AD },
	{ "UserPrincipalName", USER_UPN, NULL, CS | CS_AD | AD },
	{ "Enabled", USER_CS_ENABLED, NULL, CS_AD },
	{ "Guid", USER_GUID, NULL, CS | CS_AD },
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

static struct value
column_value(const struct dict *user, const struct user_column *c)
{
	struct value v = dict_peek(user, c->attribute);

	if (!value_is_null(v) || c->initial == NULL)
		return value_ref(v);
	if (strcmp(c->initial, "False") == 0)
		return value_bool(false);
	if (strcmp(c->initial, "True") == 0)
		return value_bool(true);
	return value_string(c->initial);
}

struct value
user_show(const struct dict *user, enum user_view view, int64_t version)
{
	struct object *o = object_new(view_types[view]);
	struct member *m;
	size_t i;

	for (i = 0; i < COLUMNS; i++) {
		if ((columns[i].views & (1u << view)) == 0)
			continue;
		m = object_add(o, columns[i].shown, MEMBER_PROPERTY);
		m->value = column_value(user, &columns[i]);
	}
	m = object_add(o, INSTANCE_VERSION, MEMBER_NOTE);
	m->value = value_long(version);
	m->hidden = true;
	return object_value(o);
}

bool
user_is_shown(struct value v)
{
	size_t i;

	if (!value_is_object(v))
		return false;
	for (i = 0; i < sizeof(view_types) / sizeof(view_types[0]); i++)
		if (object_has_type(object_of(v), view_types[i]))
			return true;
	return false;
}

const char *
user_attribute(enum user_view view, const char *name)
{
	size_t i;

	for (i = 0; i < COLUMNS; i++)
		if ((columns[i].views & (1u << view)) != 0 &&
		    string_equal_ci(columns[i].shown, name))
			return columns[i].attribute;
	return NULL;
}

struct value
user_get(const struct dict *user, const char *attribute)
{
	size_t i;

	for (i = 0; i < COLUMNS; i++)
		if (strcmp(columns[i].attribute, attribute) == 0)
			return column_value(user, &columns[i]);
	return value_ref(dict_peek(user, attribute));
}

bool
user_is_enabled(const struct dict *user)
{
	struct value v = dict_peek(user, USER_CS_ENABLED);

	return v.type == &type_bool && v.u.b;
}

bool
user_is_known(const struct dict *user)
{
	return dict_peek(user, USER_CS_ENABLED).type == &type_bool;
}

void
user_disable(struct dict *user)
{
	size_t i;

	for (i = 0; i < COLUMNS; i++)
		if (columns[i].views == CS &&
		    !value_is_null(dict_peek(user, columns[i].attribute)))
			dict_set_str_take(
			    user, columns[i].attribute, VALUE_NULL);
}

/* --- finding --- */

static bool
is_guid(const char *text)
{
	size_t i;

	if (strlen(text) != 36)
		return false;
	for (i = 0; i < 36; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (text[i] != '-')
				return false;
		} else if (strchr("0123456789abcdefABCDEF", text[i]) == NULL)
			return false;
	return true;
}

/* Which attribute to ask, in turn; text may move behind a prefix. */
static size_t
ways(const char **textp, const char *out[4])
{
	const char *text = *textp, *slash;

	if (is_guid(text)) {
		out[0] = USER_GUID;
		return 1;
	}
	if (strncasecmp(text, "CN=", 3) == 0) {
		out[0] = USER_DN;
		return 1;
	}
	if (strncasecmp(text, "sip:", 4) == 0) {
		out[0] = USER_SIP;
		return 1;
	}
	if ((slash = strchr(text, '\\')) != NULL) {
		*textp = slash + 1;
		out[0] = USER_SAM;
		return 1;
	}
	if (strchr(text, '@') != NULL) {
		out[0] = USER_UPN;
		out[1] = USER_MAIL;
		return 2;
	}
	out[0] = USER_SAM;
	out[1] = USER_DISPLAY;
	out[2] = USER_NAME;
	return 3;
}

/* Whether somebody is found that way; the walk is at its start again. */
static int
try_way(struct user_query *q, struct store *s, const char *attribute,
    const char *text, struct fault *f)
{
	struct store_row *row;
	int found;

	walk_begin(&q->walk, s, USER_CLASS, attribute, text);
	found = walk_next(&q->walk, &row, f);
	if (found == 1)
		q->walk.at = 0;
	else
		walk_end(&q->walk);
	return found;
}

int
user_query_begin(struct user_query *q, struct store *s, const char *identity,
    struct fault *f)
{
	const char *attributes[4];
	char *sip;
	size_t i, n;
	int found = 0;

	memset(q, 0, sizeof(*q));
	if (identity == NULL || strpbrk(identity, "*?") != NULL) {
		walk_begin(&q->walk, s, USER_CLASS, NULL, NULL);
		if (identity != NULL)
			q->pattern = mem_strdup(identity);
		return 0;
	}
	n = ways(&identity, attributes);
	for (i = 0; i < n && found == 0; i++)
		found = try_way(q, s, attributes[i], identity, f);
	if (found == 0 && strchr(identity, '@') != NULL &&
	    strncasecmp(identity, "sip:", 4) != 0) {
		sip = mem_printf("sip:%s", identity);
		found = try_way(q, s, USER_SIP, sip, f);
		mem_free(sip);
	}
	return found < 0 ? -1 : 0;
}

int
user_query_next(
    struct user_query *q, struct store_row **rowp, struct fault *f)
{
	const char *name;
	int rc;

	if (q->walk.store == NULL)
		return 0;
	while ((rc = walk_next(&q->walk, rowp, f)) == 1) {
		if (!value_is_dict((*rowp)->object))
			continue;
		if (q->pattern == NULL)
			return 1;
		name = value_chars(
		    dict_peek(dict_of((*rowp)->object), USER_DISPLAY));
		if (name != NULL && identity_wildcard(q->pattern, name))
			return 1;
	}
	return rc;
}

void
user_query_end(struct user_query *q)
{
	walk_end(&q->walk);
	mem_free(q->pattern);
	q->pattern = NULL;
}

int
user_find(struct store *s, const char *identity, struct store_row *row,
    struct fault *f)
{
	struct store_row *found;
	struct user_query q;
	int rc;

	if (is_guid(identity))
		return store_get(s, USER_CLASS, identity, row, f);
	if (user_query_begin(&q, s, identity, f) != 0)
		return -1;
	rc = user_query_next(&q, &found, f);
	if (rc == 1) {
		*row = *found;
		memset(found, 0, sizeof(*found));
		rc = user_query_next(&q, &found, f);
		if (rc == 1) {
			fault_set(f, FAULT_INVALID,
			    "\"%.100s\" means more than one user; use a SIP "
			    "address or a user principal name",
			    identity);
			rc = -1;
		} else if (rc == 0)
			rc = 1;
		if (rc < 0)
			store_row_clear(row);
	}
	user_query_end(&q);
	return rc;
}

/* --- addresses --- */

char *
user_sip_address(const char *text, struct fault *f)
{
	const char *at, *c;
	char *domain, *address;

	if (strncasecmp(text, "sip:", 4) != 0) {
		fault_set(f, FAULT_INVALID,
		    "the SIP address \"%.100s\" does not begin with sip:", text);
		return NULL;
	}
	text += 4;
	at = strrchr(text, '@');
	if (at == NULL || at == text) {
		fault_set(f, FAULT_INVALID,
		    "the SIP address \"sip:%.100s\" is not of the form "
		    "sip:user@domain",
		    text);
		return NULL;
	}
	for (c = text; c < at; c++)
		if ((unsigned char)*c <= ' ' || strchr("\"<>@/:;,?&\x7f", *c)) {
			fault_set(f, FAULT_INVALID,
			    "the SIP address \"sip:%.100s\" holds a character "
			    "that a user name cannot have",
			    text);
			return NULL;
		}
	domain = identity_domain(at + 1, f);
	if (domain == NULL)
		return NULL;
	address = mem_printf("sip:%.*s@%s", (int)(at - text), text, domain);
	mem_free(domain);
	return address;
}

char *
user_new_guid(char out[37])
{
	unsigned char b[16];
	size_t i, at = 0;

	if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b))
		memset(b, (int)getpid(), sizeof(b));
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	for (i = 0; i < sizeof(b); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[at++] = '-';
		at += (size_t)snprintf(out + at, 3, "%02x", b[i]);
	}
	return out;
}

const struct store_index model_indexes[] = {
	{ USER_CLASS, USER_GUID },
	{ USER_CLASS, USER_DN },
	{ USER_CLASS, USER_SAM },
	{ USER_CLASS, USER_UPN },
	{ USER_CLASS, USER_SIP },
	{ USER_CLASS, USER_DISPLAY },
	{ USER_CLASS, USER_NAME },
	{ USER_CLASS, USER_MAIL },
	{ USER_CLASS, USER_ACCESS },
	{ NULL, NULL },
};
