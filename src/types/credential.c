/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PSCredential, and the members of core's SecureString. */
#include "config.h"

#include "core/secret.h"
#include "types/credential.h"
#include "types/member.h"
#include "types/tables.h"

struct credential {
	struct cell cell;
	struct value user;
	struct value password; /* a SecureString */
};

static void
credential_release(struct cell *c)
{
	struct credential *p = (struct credential *)(void *)c;

	value_unref(p->user);
	value_unref(p->password);
	mem_free(p);
}

struct type type_pscredential = {
	.name = "System.Management.Automation.PSCredential",
	.short_name = "pscredential",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = credential_release,
};

static struct credential *
credential_of(struct value v)
{
	return (struct credential *)(void *)v.u.p;
}

struct value
credential_new(struct value user, struct value password)
{
	struct credential *c = cell_new(&type_pscredential, sizeof(*c));

	c->user = value_ref(user);
	c->password = value_ref(password);
	return cell_value(c);
}

struct value
credential_user(struct value v)
{
	return v.type == &type_pscredential ? credential_of(v)->user
					    : VALUE_NULL;
}

struct value
credential_password(struct value v)
{
	return v.type == &type_pscredential ? credential_of(v)->password
					    : VALUE_NULL;
}

static enum flow
ss_new(struct member_call *c)
{
	c->out = value_secret("", 0);
	return FLOW_MORE;
}

static enum flow
ss_length(struct member_call *c)
{
	const char *s = secret_chars(c->self);
	size_t n = secret_len(c->self), at = 0, units = 0;
	uint32_t cp;

	while (at < n) {
		at += utf8_decode(s + at, n - at, &cp);
		units += cp >= 0x10000 ? 2 : 1;
	}
	c->out = value_int((int32_t)units);
	return FLOW_MORE;
}

/* Ours never change, so a copy is the same and all are read-only. */
static enum flow
ss_fixed(struct member_call *c)
{
	if (strcmp(c->name, "Copy") == 0)
		c->out = value_ref(c->self);
	else if (strcmp(c->name, "IsReadOnly") == 0)
		c->out = value_bool(true);
	return FLOW_MORE;
}

static const struct member_spec secure_members[] = {
	{ "new()", ss_new },
	{ "int Length get", ss_length },
	{ "void AppendChar(char c)", NULL },
	{ "void Clear()", NULL },
	{ "securestring Copy()", ss_fixed },
	{ "void Dispose()", ss_fixed },
	{ "bool IsReadOnly()", ss_fixed },
	{ "void MakeReadOnly()", ss_fixed },
	{ NULL },
};

static enum flow
cr_new(struct member_call *c)
{
	if (value_chars_len(c->args[0]) == 0)
		return member_throw(c, "System.Management.Automation."
			"PSArgumentException",
		    "Cannot process argument because the value of argument "
		    "\"userName\" is not valid. Change the value of the "
		    "\"userName\" argument and run the operation again.");
	c->out = credential_new(c->args[0], c->args[1]);
	return FLOW_MORE;
}

static enum flow
cr_get(struct member_call *c)
{
	c->out = value_ref(strcasecmp(c->name, "UserName") == 0 ?
		credential_of(c->self)->user :
		credential_of(c->self)->password);
	return FLOW_MORE;
}

/* GetNetworkCredential(): where a script asks for the text on purpose. */
static enum flow
cr_network(struct member_call *c)
{
	struct object *o = object_new("System.Net.NetworkCredential");
	struct value user = credential_of(c->self)->user;
	const char *name = value_chars(user), *slash = strchr(name, '\\');
	struct value password = value_base(credential_of(c->self)->password);
	const char *text = secret_chars(password);

	object_set_take(o, "UserName",
	    value_string(slash == NULL ? name : slash + 1));
	object_set_take(o, "Password",
	    text == NULL ? value_string("") :
		value_string_n(text, secret_len(password)));
	object_set_take(o, "Domain", slash == NULL ? value_string("") :
		value_string_n(name, (size_t)(slash - name)));
	c->out = object_value(o);
	return FLOW_MORE;
}

static const struct member_spec credential_members[] = {
	{ "new(string userName, securestring password)", cr_new },
	{ "string UserName get", cr_get },
	{ "securestring Password get", cr_get },
	{ "System.Net.NetworkCredential GetNetworkCredential()",
	    cr_network },
	{ NULL },
};

void
credential_init(void)
{
	type_add_members(&type_securestring, secure_members);
	type_add(&type_securestring);
	type_add_members(&type_pscredential, credential_members);
	type_add(&type_pscredential);
}
