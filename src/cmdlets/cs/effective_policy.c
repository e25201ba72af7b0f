/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Get-CsEffectivePolicy and Get-CsUserPoolInfo: what really rules a user. */
#include "config.h"

#include <string.h>

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/rows.h"
#include "core/mem.h"
#include "model/resolve.h"

/* Kinds without a noun of their own here: granted name, or Global. */
static const struct kind_row {
	const char *shown, *attribute;
} kind_rows[] = {
	{ "LocationProfile", "DialPlan" },
	{ "VoicePolicy", "VoicePolicy" },
	{ "ConferencingPolicy", "ConferencingPolicy" },
	{ "PresencePolicy", "PresencePolicy" },
	{ "LocationPolicy", "LocationPolicy" },
	{ "ClientPolicy", "ClientPolicy" },
	{ "ArchivingPolicy", "ArchivingPolicy" },
	{ "PinPolicy", "PinPolicy" },
	{ "MobilityPolicy", "MobilityPolicy" },
};

struct effective_state {
	struct resolver *access;
};

static void
add_text(struct object *o, const char *name, const char *text)
{
	struct member *m = object_add(o, name, MEMBER_PROPERTY);

	m->value = text != NULL ? value_string(text) : VALUE_NULL;
}

static enum flow
emit_effective(struct call *c, struct store *s, struct store_row *row)
{
	struct effective_state *st = call_state(c);
	const struct dict *user = dict_of(row->object);
	const char *text;
	struct object *o;
	size_t i;

	(void)s;
	o = object_new("Microsoft.Rtc.Management.AD.EffectivePolicy");
	add_text(o, "Identity", instance_text(user, USER_SIP) != NULL
		? instance_text(user, USER_SIP)
		: instance_text(user, USER_DN));
	text = instance_text(
	    resolver_for(st->access, user, USER_ACCESS), "Identity");
	if (text != NULL && strncmp(text, "Tag:", 4) == 0)
		text += 4;
	add_text(o, "ExternalAccessPolicy", text);
	for (i = 0; i < sizeof(kind_rows) / sizeof(kind_rows[0]); i++) {
		text = instance_text(user, kind_rows[i].attribute);
		add_text(o, kind_rows[i].shown,
		    text != NULL ? text : "Global");
	}
	return call_emit_take(c, object_value(o));
}

static enum flow
effective_begin(struct call *c)
{
	struct effective_state *st = call_state(c);
	struct store *s = cs_store(c);
	struct fault f;

	if (s == NULL)
		return FLOW_LEAVE;
	st->access = resolver_open(s, &noun_external_access_policy, &f);
	return st->access != NULL ? FLOW_MORE
				  : call_throw_fault(c, &f, VALUE_NULL);
}

static enum flow
effective_process(struct call *c)
{
	return users_each(c, cs_param(c, "Identity"), emit_effective);
}

static void
effective_clean(struct call *c)
{
	struct effective_state *st = call_state(c);

	resolver_close(st->access);
	st->access = NULL;
}

static const struct param_spec effective_params[] = {
	CS_USER_IDENTITY,
	CS_KEPT("Credential", "object"),
	CS_KEPT("ResultSize", "object"),
	CS_DOMAIN_CONTROLLER,
	CS_END,
};

const struct cmdlet cmdlet_get_cs_effective_policy = {
	.name = "Get-CsEffectivePolicy",
	.module = CS_MODULE,
	.flags = CMDLET_BARE_NAMES,
	.params = effective_params,
	.synopsis = "Shows which policies are in effect for a user",
	.state_size = sizeof(struct effective_state),
	.begin = effective_begin,
	.process = effective_process,
	.clean = effective_clean,
};

/* --- Get-CsUserPoolInfo --- */

static enum flow
emit_pool_info(struct call *c, struct store *s, struct store_row *row)
{
	const struct dict *user = dict_of(row->object);
	const char *pool = instance_text(user, USER_POOL);
	const char *dn = instance_text(user, USER_DN);
	struct object *o;

	(void)s;
	if (pool == NULL)
		return call_faultf(c, FAULT_NOT_FOUND, "UserHasNoPool",
		    dict_peek(user, USER_DN),
		    "the user \"%s\" has no registrar pool; give one with "
		    "Enable-CsUser or Move-CsUser",
		    dn != NULL ? dn : row->key);
	o = object_new("Microsoft.Rtc.Management.AD.UserPoolInfo");
	add_text(o, "Identity", instance_text(user, USER_SIP));
	add_text(o, "PrimaryPoolFqdn", pool);
	add_text(o, "BackupPoolFqdn", NULL);
	add_text(o, "UserServicesPoolFqdn", pool);
	add_text(o, "PrimaryPoolPrimaryRegistrar", pool);
	add_text(o, "PrimaryPoolBackupRegistrars", NULL);
	add_text(o, "BackupPoolPrimaryRegistrar", NULL);
	return call_emit_take(c, object_value(o));
}

static enum flow
pool_info_process(struct call *c)
{
	return users_each(c, cs_param(c, "Identity"), emit_pool_info);
}

static const struct param_spec pool_info_params[] = {
	CS_USER_IDENTITY,
	CS_LOCAL_STORE,
	CS_END,
};

const struct cmdlet cmdlet_get_cs_user_pool_info = {
	.name = "Get-CsUserPoolInfo",
	.module = CS_MODULE,
	.flags = CMDLET_BARE_NAMES,
	.params = pool_info_params,
	.synopsis = "Shows which pool serves a user",
	.process = pool_info_process,
};
