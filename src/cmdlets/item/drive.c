/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Get-, New- and Remove-PSDrive, Get-PSProvider. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "cmdlets/item/item_internal.h"
#include "core/list.h"
#include "core/mem.h"
#include "types/types.h"

#define SMA "System.Management.Automation."

enum {
	G_NAME,
	G_LITERAL_NAME,
	G_SCOPE,
	G_PSPROVIDER,
};

static const struct param_spec get_params[] = {
	{ "Name", "string[]", NULL,
	    "Name/0p", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "the name" },
	{ "LiteralName", "string[]", NULL,
	    "LiteralName/0mp", 0, NULL, 0, 0,
	    "the name exactly as written" },
	{ "Scope", "string", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "the scope" },
	{ "PSProvider", "string[]", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "the provider" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static bool
in_list(struct value v, const char *name, bool literal)
{
	v = value_base(v);
	if (!value_is_list(v))
		return true;
	for (size_t i = 0; i < list_of(v)->count; i++) {
		const char *s = value_chars(list_of(v)->items[i]);

		if (s != NULL && (literal ? strcasecmp(s, name) == 0 :
			wildcard_match(s, name, true)))
			return true;
	}
	return false;
}

static enum flow
drive_missing(struct call *c, const char *name)
{
	struct value target = value_string(name);
	char *message = mem_printf("Cannot find drive. A drive with the name "
				   "'%s' does not exist.", name);
	struct error_spec spec = { .exception = SMA "DriveNotFoundException",
		.id = "GetLocationNoMatchingDrive",
		.category = "ObjectNotFound", .target = target,
		.message = message };
	enum flow flow = call_error(c, &spec);

	value_unref(target);
	mem_free(message);
	return flow;
}

static enum flow
get_process(struct call *c)
{
	bool literal = call_bound(c, G_LITERAL_NAME);
	struct value names = value_base(call_param(c,
	    literal ? G_LITERAL_NAME : G_NAME));
	struct value providers = call_param(c, G_PSPROVIDER);
	struct drive *d;
	enum flow flow = FLOW_MORE;

	for (size_t i = 0; value_is_list(names) && i < list_of(names)->count &&
	     flow == FLOW_MORE; i++) {
		const char *s = value_chars(list_of(names)->items[i]);

		if ((literal || !wildcard_has(s)) && drive_find(s) == NULL)
			flow = drive_missing(c, s);
	}
	for (size_t i = 0; (d = drive_at(i)) != NULL && flow == FLOW_MORE; i++)
		if (in_list(names, d->name, literal) &&
		    (in_list(providers, provider_name(d->provider), false) ||
			in_list(providers, provider_full_name(d->provider),
			    false)))
			flow = call_emit_take(c, drive_value(d));
	return flow;
}

const struct cmdlet cmdlet_get_ps_drive = {
	.name = "Get-PSDrive",
	.class_name = "Microsoft.PowerShell.Commands.GetPSDriveCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Name",
	.params = get_params,
	.synopsis = "Lists drives",
	.process = get_process,
};

enum {
	N_NAME,
	N_PSPROVIDER,
	N_ROOT,
	N_DESCRIPTION,
	N_SCOPE,
	N_CREDENTIAL,
};

static const struct param_spec new_params[] = {
	{ "Name", "string", NULL,
	    "*/0mp", 0, NULL, 0, 0,
	    "the name" },
	{ "PSProvider", "string", NULL,
	    "*/1mp", 0, NULL, 0, 0,
	    "the provider" },
	{ "Root", "string", NULL,
	    "*/2mp", PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "root" },
	{ "Description", "string", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "description" },
	{ "Scope", "string", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "the scope" },
	{ "Credential", "pscredential", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "who to act as" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
new_refused(struct call *c, const char *exception, const char *id,
    const char *category, const char *name, char *message_take)
{
	struct value target = value_string(name);
	struct error_spec spec = { .exception = exception, .id = id,
		.category = category, .target = target,
		.message = message_take };
	enum flow flow = call_error(c, &spec);

	value_unref(target);
	mem_free(message_take);
	return flow;
}

static enum flow
new_root(struct call *c, const char *root, char **pathp)
{
	struct place p;
	bool ok;
	enum flow flow = place_parse_quiet(c, root, &p, &ok);

	*pathp = NULL;
	if (flow == FLOW_MORE && ok && p.provider == PROVIDER_FILESYSTEM &&
	    place_is_container(c, &p))
		*pathp = mem_strdup(p.path);
	else if (flow == FLOW_MORE)
		flow = new_refused(c, "System.IO.IOException",
		    "DriveRootError", "ReadError", root,
		    mem_printf("The specified drive root \"%s\" either does "
			       "not exist, or it is not a folder.", root));
	place_clear(&p);
	return flow;
}

static enum flow
new_process(struct call *c)
{
	const char *name = call_string(c, N_NAME);
	const char *provider = call_string(c, N_PSPROVIDER);
	const char *root = call_string(c, N_ROOT);
	enum provider p = provider_find(provider);
	char *path = NULL, *what;
	struct drive *d;
	bool yes;
	enum flow flow;

	if (p == PROVIDERS)
		return new_refused(c, SMA "ProviderNotFoundException",
		    "ProviderNotFound", "ObjectNotFound", provider,
		    mem_printf("Cannot find a provider with the name '%s'.",
			provider));
	if (*name == '\0' || strpbrk(name, ":~/\\.;") != NULL)
		return new_refused(c, SMA "PSArgumentException", "Argument",
		    "InvalidArgument", name,
		    mem_strdup("Cannot process the drive name because the "
			       "drive name contains one or more of the "
			       "following characters that are not valid: ; ~ / "
			       "\\ . :"));
	what = mem_printf("Name: %s Provider: %s Root: %s", name,
	    provider_full_name(p), root);
	flow = call_should(c, what, "New drive", &yes);
	mem_free(what);
	if (flow != FLOW_MORE || !yes)
		return flow;
	if (drive_find(name) != NULL)
		return new_refused(c, SMA "SessionStateException",
		    "DriveAlreadyExists", "ResourceExists", name,
		    mem_printf("A drive with the name '%s' already exists.",
			name));
	if (p == PROVIDER_FILESYSTEM) {
		flow = new_root(c, root, &path);
		if (flow != FLOW_MORE || path == NULL)
			return flow;
	}
	d = drive_add(name, p, path == NULL ? "" : path,
	    call_string(c, N_DESCRIPTION));
	mem_free(path);
	return d == NULL ? FLOW_MORE : call_emit_take(c, drive_value(d));
}

const struct cmdlet cmdlet_new_ps_drive = {
	.name = "New-PSDrive",
	.class_name = "Microsoft.PowerShell.Commands.NewPSDriveCommand",
	.module = "Microsoft.PowerShell.Management",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = new_params,
	.synopsis = "Makes a drive of a folder",
	.process = new_process,
};

enum {
	R_NAME,
	R_LITERAL_NAME,
	R_PSPROVIDER,
	R_SCOPE,
	R_FORCE,
};

static const struct param_spec remove_params[] = {
	{ "Name", "string[]", NULL,
	    "Name/0mp", PARAM_ALLOW_NULL | PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "the name" },
	{ "LiteralName", "string[]", NULL,
	    "LiteralName/0mp", 0, NULL, 0, 0,
	    "the name exactly as written" },
	{ "PSProvider", "string[]", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "the provider" },
	{ "Scope", "string", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "the scope" },
	{ "Force", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "hidden and protected things too" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
remove_named(struct call *c, const char *name, bool literal)
{
	bool any = false, yes;
	struct drive *d;
	enum flow flow = FLOW_MORE;

	for (size_t i = 0; (d = drive_at(i)) != NULL && flow == FLOW_MORE;
	     i++) {
		char *what;

		if (literal ? strcasecmp(name, d->name) != 0 :
			      !wildcard_match(name, d->name, true))
			continue;
		any = true;
		if (d == drive_here() || strcmp(d->name, "/") == 0)
			return new_refused(c, SMA
			    "PSInvalidOperationException", "InvalidOperation",
			    "InvalidOperation", name,
			    mem_printf("Cannot remove drive '%s' because it "
				       "is in use.", d->name));
		what = mem_printf("Name: %s Provider: %s Root: %s", d->name,
		    provider_full_name(d->provider), d->root);
		flow = call_should(c, what, "Remove Drive", &yes);
		mem_free(what);
		if (flow == FLOW_MORE && yes) {
			drive_remove(d);
			i--;
		}
	}
	if (!any && flow == FLOW_MORE && (literal || !wildcard_has(name)))
		flow = new_refused(c, SMA "DriveNotFoundException",
		    "DriveNotFound", "ObjectNotFound", name,
		    mem_printf("Cannot find drive. A drive with the name '%s' "
			       "does not exist.", name));
	return flow;
}

static enum flow
remove_process(struct call *c)
{
	bool literal = call_bound(c, R_LITERAL_NAME);
	struct value v = value_base(call_param(c,
	    literal ? R_LITERAL_NAME : R_NAME));
	enum flow flow = FLOW_MORE;

	for (size_t i = 0; value_is_list(v) && i < list_of(v)->count &&
	     flow == FLOW_MORE; i++)
		flow = remove_named(c, value_chars(list_of(v)->items[i]),
		    literal);
	return flow;
}

const struct cmdlet cmdlet_remove_ps_drive = {
	.name = "Remove-PSDrive",
	.class_name = "Microsoft.PowerShell.Commands.RemovePSDriveCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Name",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = remove_params,
	.synopsis = "Takes a drive away",
	.process = remove_process,
};

enum {
	V_PSPROVIDER,
};

static const struct param_spec provider_params[] = {
	{ "PSProvider", "string[]", NULL,
	    "*/0p", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "the provider" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
provider_process(struct call *c)
{
	struct value v = value_base(call_param(c, V_PSPROVIDER));
	enum flow flow = FLOW_MORE;
	bool any = false;

	for (size_t i = 0; i < PROVIDERS && flow == FLOW_MORE; i++) {
		if (i == PROVIDER_CERTIFICATE ||
		    (value_is_list(v) &&
			!in_list(v, provider_name((enum provider)i), false) &&
			!in_list(v, provider_full_name((enum provider)i),
			    false)))
			continue;
		any = true;
		flow = call_emit_take(c, provider_value((enum provider)i));
	}
	if (!any && flow == FLOW_MORE && value_is_list(v) &&
	    list_of(v)->count > 0 &&
	    !wildcard_has(value_chars(list_of(v)->items[0]))) {
		const char *name = value_chars(list_of(v)->items[0]);

		flow = new_refused(c, SMA "ProviderNotFoundException",
		    "ProviderNotFound", "ObjectNotFound", name,
		    mem_printf("Cannot find a provider with the name '%s'.",
			name));
	}
	return flow;
}

const struct cmdlet cmdlet_get_ps_provider = {
	.name = "Get-PSProvider",
	.class_name = "Microsoft.PowerShell.Commands.GetPSProviderCommand",
	.module = "Microsoft.PowerShell.Management",
	.params = provider_params,
	.synopsis = "Lists the providers of drives",
	.process = provider_process,
};
