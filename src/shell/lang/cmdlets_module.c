/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Import-, New-, Get-, Remove-Module, Export-ModuleMember, manifests. */
#include "config.h"

#include <string.h>

#include "shell/lang/module.h"

#define SMA "System.Management.Automation."

/* Modules of the original whose commands are all built in here. */
static const char *const built_in[] = { "ActiveDirectory", "CimCmdlets",
	"Lync", "Microsoft.PowerShell.Archive", "Microsoft.PowerShell.Core",
	"Microsoft.PowerShell.Host", "Microsoft.PowerShell.Management",
	"Microsoft.PowerShell.Security", "Microsoft.PowerShell.Utility",
	"PKI", "SkypeForBusiness", "WebAdministration", NULL };

static const char *
built_in_name(const char *name)
{
	for (size_t i = 0; built_in[i] != NULL; i++)
		if (string_equal_ci(built_in[i], name))
			return built_in[i];
	return NULL;
}

enum {
	I_GLOBAL,
	I_PREFIX,
	I_NAME,
	I_FULLY_QUALIFIED_NAME,
	I_ASSEMBLY,
	I_FUNCTION,
	I_CMDLET,
	I_VARIABLE,
	I_ALIAS,
	I_FORCE,
	I_SKIP_EDITION_CHECK,
	I_PASS_THRU,
	I_AS_CUSTOM_OBJECT,
	I_MINIMUM_VERSION,
	I_MAXIMUM_VERSION,
	I_REQUIRED_VERSION,
	I_MODULE_INFO,
	I_ARGUMENT_LIST,
	I_DISABLE_NAME_CHECKING,
	I_NO_CLOBBER,
	I_SCOPE,
	I_PSSESSION,
	I_CIM_SESSION,
	I_CIM_RESOURCE_URI,
	I_CIM_NAMESPACE,
	I_USE_WINDOWS_POWER_SHELL,
};

static const char *const import_params_scope[] = { "Local", "Global", NULL };

static const struct param_spec import_params[] = {
	{ "Global", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "global" },
	{ "Prefix", "string", NULL,
	    NULL, PARAM_NOT_NULL, NULL, 0, 0,
	    "prefix" },
	{ "Name", "string[]", NULL,
	    "CimSession/0mv Name/0mv PSSession/0mv WinCompat/0mv", 0, NULL, 0, 0,
	    "the name" },
	{ "FullyQualifiedName", "hashtable[]", NULL,
	    "FullyQualifiedName/0mv FullyQualifiedNameAndPSSession/0mv FullyQualifiedNameAndWinCompat/0mv", 0, NULL, 0, 0,
	    "fullyqualifiedname" },
	{ "Assembly", "type[]", NULL,
	    "Assembly/0mv", 0, NULL, 0, 0,
	    "assembly" },
	{ "Function", "string[]", NULL,
	    NULL, PARAM_NOT_NULL, NULL, 0, 0,
	    "function" },
	{ "Cmdlet", "string[]", NULL,
	    NULL, PARAM_NOT_NULL, NULL, 0, 0,
	    "cmdlet" },
	{ "Variable", "string[]", NULL,
	    NULL, PARAM_NOT_NULL, NULL, 0, 0,
	    "variable" },
	{ "Alias", "string[]", NULL,
	    NULL, PARAM_NOT_NULL, NULL, 0, 0,
	    "alias" },
	{ "Force", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "hidden and protected things too" },
	{ "SkipEditionCheck", "switch", NULL,
	    "Assembly/ CimSession/ FullyQualifiedName/ FullyQualifiedNameAndPSSession/ ModuleInfo/ Name/ PSSession/", 0, NULL, 0, 0,
	    "skipeditioncheck" },
	{ "PassThru", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "gives what was changed" },
	{ "AsCustomObject", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "ascustomobject" },
	{ "MinimumVersion", "version", "Version",
	    "CimSession/ Name/ PSSession/ WinCompat/", 0, NULL, 0, 0,
	    "minimumversion" },
	{ "MaximumVersion", "string", NULL,
	    "CimSession/ Name/ PSSession/ WinCompat/", 0, NULL, 0, 0,
	    "maximumversion" },
	{ "RequiredVersion", "version", NULL,
	    "CimSession/ Name/ PSSession/ WinCompat/", 0, NULL, 0, 0,
	    "requiredversion" },
	{ "ModuleInfo", "psmoduleinfo[]", NULL,
	    "ModuleInfo/0mv", 0, NULL, 0, 0,
	    "moduleinfo" },
	{ "ArgumentList", "System.Object[]", "Args",
	    NULL, 0, NULL, 0, 0,
	    "argumentlist" },
	{ "DisableNameChecking", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "disablenamechecking" },
	{ "NoClobber", "switch", "NoOverwrite",
	    NULL, 0, NULL, 0, 0,
	    "noclobber" },
	{ "Scope", "string", NULL,
	    NULL, 0, import_params_scope, 0, 0,
	    "the scope" },
	{ "PSSession", "System.Object", NULL,
	    "FullyQualifiedNameAndPSSession/m PSSession/m", PARAM_NOT_NULL, NULL, 0, 0,
	    "pssession" },
	{ "CimSession", "System.Object", NULL,
	    "CimSession/m", PARAM_NOT_NULL, NULL, 0, 0,
	    "cimsession" },
	{ "CimResourceUri", "uri", NULL,
	    "CimSession/", PARAM_NOT_NULL, NULL, 0, 0,
	    "cimresourceuri" },
	{ "CimNamespace", "string", NULL,
	    "CimSession/", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "cimnamespace" },
	{ "UseWindowsPowerShell", "switch", "UseWinPS",
	    "FullyQualifiedNameAndWinCompat/m WinCompat/m", 0, NULL, 0, 0,
	    "usewindowspowershell" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
import_missing(struct call *c, const char *name)
{
	struct value target = value_string(name);
	char *message = mem_printf("The specified module '%s' was not loaded "
				   "because no valid module file was found in "
				   "any module directory.", name);
	struct error_spec spec = {
		.exception = "System.IO.FileNotFoundException",
		.id = "Modules_ModuleNotFound",
		.category = "ResourceUnavailable", .target = target,
		.message = message };
	enum flow flow = call_error(c, &spec);

	value_unref(target);
	mem_free(message);
	return flow;
}

/* -Function, -Variable, -Alias narrow what is imported. */
static void
narrow(struct call *c, struct module *m)
{
	if (!call_bound(c, I_FUNCTION) && !call_bound(c, I_VARIABLE) &&
	    !call_bound(c, I_ALIAS) && !call_bound(c, I_CMDLET))
		return;
	if (m->manifest_functions != NULL)
		value_unref(list_value(m->manifest_functions));
	m->manifest_functions = module_strings(call_param(c, I_FUNCTION));
	if (m->manifest_functions == NULL)
		m->manifest_functions = list_new(NULL, 0);
}

static enum flow
import_done(struct call *c, struct module *m)
{
	struct session *s = session_of(call_run(c));
	enum flow flow;

	narrow(c, m);
	flow = module_import(s, m, call_string(c, I_PREFIX));
	if (flow == FLOW_MORE && (call_switch(c, I_PASS_THRU) ||
		call_switch(c, I_AS_CUSTOM_OBJECT)))
		flow = call_emit_take(c, call_switch(c, I_AS_CUSTOM_OBJECT) ?
			module_object(s, m) : module_value(m));
	return flow;
}

static enum flow
import_named(struct call *c, const char *name)
{
	struct session *s = session_of(call_run(c));
	struct value args = value_base(call_param(c, I_ARGUMENT_LIST));
	const char *known = built_in_name(name);
	struct module *m;
	char *path, *base;
	enum flow flow;

	if (known != NULL) {
		m = module_find(s, known);
		if (m == NULL)
			m = module_new(s, known, NULL, "Manifest");
		m->loaded = true;
		return call_switch(c, I_PASS_THRU) ?
		    call_emit_take(c, module_value(m)) : FLOW_MORE;
	}
	path = module_find_file(s, name);
	if (path == NULL)
		return import_missing(c, name);
	base = module_name_of(path);
	m = module_find(s, base);
	if (m != NULL && m->path != NULL && strcmp(m->path, path) == 0 &&
	    !call_switch(c, I_FORCE)) {
		mem_free(path);
		mem_free(base);
		return import_done(c, m);
	}
	if (m != NULL)
		module_remove(s, m);
	m = module_new(s, base, path, strstr(path, ".psd1") != NULL ?
		"Manifest" : "Script");
	flow = module_load(s, m, path, value_is_list(args) ?
		list_of(args)->items : NULL, value_is_list(args) ?
		list_of(args)->count : 0);
	mem_free(path);
	mem_free(base);
	return flow == FLOW_MORE ? import_done(c, m) : flow;
}

static enum flow
import_process(struct call *c)
{
	struct value names = value_base(call_param(c, I_NAME));
	struct value infos = value_base(call_param(c, I_MODULE_INFO));
	struct value specs = value_base(
	    call_param(c, I_FULLY_QUALIFIED_NAME));
	enum flow flow = FLOW_MORE;

	/* a module that comes down the pipeline is not its name */
	if (call_has_input(c) &&
	    value_base(call_input(c)).type == &type_module)
		return import_done(c, module_of(value_base(call_input(c))));
	for (size_t i = 0; value_is_list(names) && i < list_of(names)->count &&
	     flow == FLOW_MORE; i++) {
		struct value one = value_base(list_of(names)->items[i]);

		if (value_is_string(one))
			flow = import_named(c, value_chars(one));
	}
	for (size_t i = 0; value_is_list(infos) && i < list_of(infos)->count &&
	     flow == FLOW_MORE; i++) {
		struct value one = value_base(list_of(infos)->items[i]);

		if (one.type == &type_module)
			flow = import_done(c, module_of(one));
	}
	for (size_t i = 0; value_is_list(specs) && i < list_of(specs)->count &&
	     flow == FLOW_MORE; i++) {
		struct value one = value_base(list_of(specs)->items[i]);
		struct value name = value_is_dict(one) ?
		    dict_peek(dict_of(one), "ModuleName") : one;
		char *text = value_text_plain(name);

		flow = import_named(c, text);
		mem_free(text);
	}
	return flow;
}

const struct cmdlet cmdlet_import_module = {
	.name = "Import-Module",
	.class_name = "Microsoft.PowerShell.Commands.ImportModuleCommand",
	.module = "Microsoft.PowerShell.Core",
	.default_set = "Name",
	.params = import_params,
	.synopsis = "Loads a module",
	.process = import_process,
};

enum {
	N_NAME,
	N_SCRIPT_BLOCK,
	N_FUNCTION,
	N_CMDLET,
	N_RETURN_RESULT,
	N_AS_CUSTOM_OBJECT,
	N_ARGUMENT_LIST,
};

static const struct param_spec new_params[] = {
	{ "Name", "string", NULL,
	    "Name/0mv", 0, NULL, 0, 0,
	    "the name" },
	{ "ScriptBlock", "scriptblock", NULL,
	    "Name/1m ScriptBlock/0m", PARAM_NOT_NULL, NULL, 0, 0,
	    "scriptblock" },
	{ "Function", "string[]", NULL,
	    NULL, PARAM_NOT_NULL, NULL, 0, 0,
	    "function" },
	{ "Cmdlet", "string[]", NULL,
	    NULL, PARAM_NOT_NULL, NULL, 0, 0,
	    "cmdlet" },
	{ "ReturnResult", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "returnresult" },
	{ "AsCustomObject", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "ascustomobject" },
	{ "ArgumentList", "System.Object[]", "Args",
	    "*/r", 0, NULL, 0, 0,
	    "argumentlist" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
new_end(struct call *c)
{
	struct session *s = session_of(call_run(c));
	const char *name = call_string(c, N_NAME);
	struct value args = value_base(call_param(c, N_ARGUMENT_LIST));
	struct value out = VALUE_NULL;
	struct list *functions = module_strings(call_param(c, N_FUNCTION));
	struct module *m;
	enum flow flow;

	m = module_new(s, name == NULL ? "__DynamicModule" : name, NULL,
	    "Script");
	m->manifest_functions = functions;
	flow = module_run(s, m, call_param(c, N_SCRIPT_BLOCK),
	    value_is_list(args) ? list_of(args)->items : NULL,
	    value_is_list(args) ? list_of(args)->count : 0, &out);
	if (flow == FLOW_MORE && call_switch(c, N_AS_CUSTOM_OBJECT)) {
		flow = call_emit_take(c, module_object(s, m));
	} else if (flow == FLOW_MORE && call_switch(c, N_RETURN_RESULT)) {
		flow = call_emit_each(c, out);
	} else if (flow == FLOW_MORE) {
		flow = module_import(s, m, NULL);
		m->loaded = false; /* Get-Module shows it once imported */
		if (flow == FLOW_MORE)
			flow = call_emit_take(c, module_value(m));
	}
	value_unref(out);
	return flow;
}

const struct cmdlet cmdlet_new_module = {
	.name = "New-Module",
	.class_name = "Microsoft.PowerShell.Commands.NewModuleCommand",
	.module = "Microsoft.PowerShell.Core",
	.default_set = "ScriptBlock",
	.params = new_params,
	.synopsis = "Makes a module of a script block",
	.end = new_end,
};

enum {
	G_NAME,
	G_FULLY_QUALIFIED_NAME,
	G_ALL,
	G_LIST_AVAILABLE,
	G_PSEDITION,
	G_SKIP_EDITION_CHECK,
	G_REFRESH,
	G_PSSESSION,
	G_CIM_SESSION,
	G_CIM_RESOURCE_URI,
	G_CIM_NAMESPACE,
};

static const struct param_spec get_params[] = {
	{ "Name", "string[]", NULL,
	    "Available/0v CimSession/0v Loaded/0v PsSession/0v", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "the name" },
	{ "FullyQualifiedName", "hashtable[]", NULL,
	    "Available/p CimSession/p Loaded/p PsSession/p", 0, NULL, 0, 0,
	    "fullyqualifiedname" },
	{ "All", "switch", NULL,
	    "Available/ Loaded/", 0, NULL, 0, 0,
	    "all" },
	{ "ListAvailable", "switch", NULL,
	    "Available/m CimSession/ PsSession/", 0, NULL, 0, 0,
	    "listavailable" },
	{ "PSEdition", "string", NULL,
	    "Available/ PsSession/", 0, NULL, 0, 0,
	    "psedition" },
	{ "SkipEditionCheck", "switch", NULL,
	    "Available/ CimSession/ PsSession/", 0, NULL, 0, 0,
	    "skipeditioncheck" },
	{ "Refresh", "switch", NULL,
	    "Available/ CimSession/ PsSession/", 0, NULL, 0, 0,
	    "refresh" },
	{ "PSSession", "System.Object", NULL,
	    "PsSession/m", PARAM_NOT_NULL, NULL, 0, 0,
	    "pssession" },
	{ "CimSession", "System.Object", NULL,
	    "CimSession/m", PARAM_NOT_NULL, NULL, 0, 0,
	    "cimsession" },
	{ "CimResourceUri", "uri", NULL,
	    "CimSession/", PARAM_NOT_NULL, NULL, 0, 0,
	    "cimresourceuri" },
	{ "CimNamespace", "string", NULL,
	    "CimSession/", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "cimnamespace" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static bool
wanted(struct value names, const char *name)
{
	names = value_base(names);
	if (!value_is_list(names) || list_of(names)->count == 0)
		return true;
	for (size_t i = 0; i < list_of(names)->count; i++)
		if (value_is_string(list_of(names)->items[i]) &&
		    wildcard_match(value_chars(list_of(names)->items[i]), name,
			true))
			return true;
	return false;
}

static enum flow
get_process(struct call *c)
{
	struct session *s = session_of(call_run(c));
	struct value names = call_param(c, G_NAME);
	enum flow flow = FLOW_MORE;

	if (call_switch(c, G_LIST_AVAILABLE)) {
		for (size_t i = 0; built_in[i] != NULL && flow == FLOW_MORE;
		     i++) {
			struct module *m;

			if (!wanted(names, built_in[i]))
				continue;
			m = module_find(s, built_in[i]);
			if (m == NULL)
				m = module_new(s, built_in[i], NULL,
				    "Manifest");
			flow = call_emit_take(c, module_value(m));
		}
		return flow;
	}
	for (struct module *m = s->modules; m != NULL && flow == FLOW_MORE;
	     m = m->next)
		if (m->loaded && wanted(names, m->name))
			flow = call_emit_take(c, module_value(m));
	return flow;
}

const struct cmdlet cmdlet_get_module = {
	.name = "Get-Module",
	.class_name = "Microsoft.PowerShell.Commands.GetModuleCommand",
	.module = "Microsoft.PowerShell.Core",
	.default_set = "Loaded",
	.params = get_params,
	.synopsis = "Lists modules",
	.process = get_process,
};

enum {
	R_NAME,
	R_FULLY_QUALIFIED_NAME,
	R_MODULE_INFO,
	R_FORCE,
};

static const struct param_spec remove_params[] = {
	{ "Name", "string[]", NULL,
	    "name/0mv", 0, NULL, 0, 0,
	    "the name" },
	{ "FullyQualifiedName", "hashtable[]", NULL,
	    "FullyQualifiedName/0mv", 0, NULL, 0, 0,
	    "fullyqualifiedname" },
	{ "ModuleInfo", "psmoduleinfo[]", NULL,
	    "ModuleInfo/0mv", 0, NULL, 0, 0,
	    "moduleinfo" },
	{ "Force", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "hidden and protected things too" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
remove_none(struct call *c)
{
	struct error_spec spec = { .exception = "System.InvalidOperationException",
		.id = "Modules_NoModulesRemoved",
		.category = "ResourceUnavailable",
		.message = "No modules were removed. Verify that the "
			   "specification of modules to remove is correct and "
			   "those modules exist in the runspace." };

	return call_error(c, &spec);
}

static enum flow
remove_process(struct call *c)
{
	struct session *s = session_of(call_run(c));
	struct value names = value_base(call_param(c, R_NAME));
	struct value infos = value_base(call_param(c, R_MODULE_INFO));
	bool any = false, yes;
	enum flow flow = FLOW_MORE;

	for (size_t i = 0; value_is_list(infos) && i < list_of(infos)->count;
	     i++) {
		struct value one = value_base(list_of(infos)->items[i]);

		if (one.type != &type_module)
			continue;
		module_remove(s, module_of(one));
		any = true;
	}
	for (struct module *m = s->modules; m != NULL &&
	     value_is_list(names) && flow == FLOW_MORE; m = m->next) {
		if (!m->loaded || !wanted(names, m->name))
			continue;
		any = true;
		flow = call_should(c, m->name, NULL, &yes);
		if (flow == FLOW_MORE && yes)
			module_remove(s, m);
	}
	return !any && flow == FLOW_MORE ? remove_none(c) : flow;
}

const struct cmdlet cmdlet_remove_module = {
	.name = "Remove-Module",
	.class_name = "Microsoft.PowerShell.Commands.RemoveModuleCommand",
	.module = "Microsoft.PowerShell.Core",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = remove_params,
	.synopsis = "Takes a module out of the session",
	.process = remove_process,
};

enum {
	E_FUNCTION,
	E_CMDLET,
	E_VARIABLE,
	E_ALIAS,
};

static const struct param_spec export_params[] = {
	{ "Function", "string[]", NULL,
	    "*/0vp", PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "function" },
	{ "Cmdlet", "string[]", NULL,
	    "*/p", PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "cmdlet" },
	{ "Variable", "string[]", NULL,
	    "*/p", PARAM_NOT_NULL, NULL, 0, 0,
	    "variable" },
	{ "Alias", "string[]", NULL,
	    "*/p", PARAM_NOT_NULL, NULL, 0, 0,
	    "alias" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static void
join_list(struct list **to, struct value v)
{
	struct list *l = module_strings(v);

	if (l == NULL)
		return;
	if (*to == NULL) {
		*to = l;
		return;
	}
	for (size_t i = 0; i < l->count; i++)
		list_add(*to, l->items[i]);
	value_unref(list_value(l));
}

static enum flow
export_process(struct call *c)
{
	struct session *s = session_of(call_run(c));
	struct module *m = s->frame != NULL ? s->frame->scope->module : NULL;
	struct error_spec spec = {
		.exception = "System.InvalidOperationException",
		.id = "Modules_CanOnlyExecuteExportModuleMemberInsideAModule",
		.category = "PermissionDenied",
		.message = "The Export-ModuleMember cmdlet can only be called "
			   "from inside a module." };

	if (m == NULL)
		return call_throw(c, &spec);
	m->chose = true;
	join_list(&m->functions, call_param(c, E_FUNCTION));
	join_list(&m->variables, call_param(c, E_VARIABLE));
	join_list(&m->aliases, call_param(c, E_ALIAS));
	return FLOW_MORE;
}

const struct cmdlet cmdlet_export_module_member = {
	.name = "Export-ModuleMember",
	.class_name = "Microsoft.PowerShell.Commands.ExportModuleMemberCommand",
	.module = "Microsoft.PowerShell.Core",
	.params = export_params,
	.synopsis = "Says what a module shows",
	.process = export_process,
};

const struct cmdlet *const cmdlets_module[] = {
	&cmdlet_export_module_member,
	&cmdlet_get_module,
	&cmdlet_import_module,
	&cmdlet_new_module,
	&cmdlet_new_module_manifest,
	&cmdlet_remove_module,
	NULL,
};
