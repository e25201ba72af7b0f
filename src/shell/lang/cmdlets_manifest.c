/* SPDX-License-Identifier: GPL-3.0-or-later */
/* New-ModuleManifest, and reading values as strings. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "core/textfile.h"
#include "shell/lang/module.h"

/* Strings of a value that is one or many; NULL for nothing. Owned. */
struct list *
module_strings(struct value v)
{
	struct list *l;

	v = value_base(v);
	if (value_is_nothing(v))
		return NULL;
	l = list_new(NULL, 4);
	if (!value_is_list(v)) {
		list_add_take(l, value_string_take(value_text_plain(v)));
		return l;
	}
	for (size_t i = 0; i < list_of(v)->count; i++)
		list_add_take(l, value_string_take(
		    value_text_plain(list_of(v)->items[i])));
	return l;
}

enum {
	M_PATH,
	M_NESTED_MODULES,
	M_GUID,
	M_AUTHOR,
	M_COMPANY_NAME,
	M_COPYRIGHT,
	M_ROOT_MODULE,
	M_MODULE_VERSION,
	M_DESCRIPTION,
	M_PROCESSOR_ARCHITECTURE,
	M_POWER_SHELL_VERSION,
	M_CLR_VERSION,
	M_DOT_NET_FRAMEWORK_VERSION,
	M_POWER_SHELL_HOST_NAME,
	M_POWER_SHELL_HOST_VERSION,
	M_REQUIRED_MODULES,
	M_TYPES_TO_PROCESS,
	M_FORMATS_TO_PROCESS,
	M_SCRIPTS_TO_PROCESS,
	M_REQUIRED_ASSEMBLIES,
	M_FILE_LIST,
	M_MODULE_LIST,
	M_FUNCTIONS_TO_EXPORT,
	M_ALIASES_TO_EXPORT,
	M_VARIABLES_TO_EXPORT,
	M_CMDLETS_TO_EXPORT,
	M_DSC_RESOURCES_TO_EXPORT,
	M_COMPATIBLE_PSEDITIONS,
	M_PRIVATE_DATA,
	M_TAGS,
	M_PROJECT_URI,
	M_LICENSE_URI,
	M_ICON_URI,
	M_RELEASE_NOTES,
	M_PRERELEASE,
	M_REQUIRE_LICENSE_ACCEPTANCE,
	M_EXTERNAL_MODULE_DEPENDENCIES,
	M_HELP_INFO_URI,
	M_PASS_THRU,
	M_DEFAULT_COMMAND_PREFIX,
};

static const char *const manifest_params_compatiblepseditions[] = { "Desktop", "Core", NULL };

static const struct param_spec manifest_params[] = {
	{ "Path", "string", NULL,
	    "*/0m", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "NestedModules", "System.Object[]", NULL,
	    NULL, PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "nestedmodules" },
	{ "Guid", "guid", NULL,
	    NULL, 0, NULL, 0, 0,
	    "guid" },
	{ "Author", "string", NULL,
	    NULL, PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "author" },
	{ "CompanyName", "string", NULL,
	    NULL, PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "companyname" },
	{ "Copyright", "string", NULL,
	    NULL, PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "copyright" },
	{ "RootModule", "string", "ModuleToProcess",
	    NULL, PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "rootmodule" },
	{ "ModuleVersion", "version", NULL,
	    NULL, PARAM_NOT_NULL, NULL, 0, 0,
	    "moduleversion" },
	{ "Description", "string", NULL,
	    NULL, PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "description" },
	{ "ProcessorArchitecture", "System.Object", NULL,
	    NULL, 0, NULL, 0, 0,
	    "processorarchitecture" },
	{ "PowerShellVersion", "version", NULL,
	    NULL, 0, NULL, 0, 0,
	    "powershellversion" },
	{ "ClrVersion", "version", NULL,
	    NULL, 0, NULL, 0, 0,
	    "clrversion" },
	{ "DotNetFrameworkVersion", "version", NULL,
	    NULL, 0, NULL, 0, 0,
	    "dotnetframeworkversion" },
	{ "PowerShellHostName", "string", NULL,
	    NULL, 0, NULL, 0, 0,
	    "powershellhostname" },
	{ "PowerShellHostVersion", "version", NULL,
	    NULL, 0, NULL, 0, 0,
	    "powershellhostversion" },
	{ "RequiredModules", "System.Object[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "requiredmodules" },
	{ "TypesToProcess", "string[]", NULL,
	    NULL, PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "typestoprocess" },
	{ "FormatsToProcess", "string[]", NULL,
	    NULL, PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "formatstoprocess" },
	{ "ScriptsToProcess", "string[]", NULL,
	    NULL, PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "scriptstoprocess" },
	{ "RequiredAssemblies", "string[]", NULL,
	    NULL, PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "requiredassemblies" },
	{ "FileList", "string[]", NULL,
	    NULL, PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "filelist" },
	{ "ModuleList", "System.Object[]", NULL,
	    NULL, PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "modulelist" },
	{ "FunctionsToExport", "string[]", NULL,
	    NULL, PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "functionstoexport" },
	{ "AliasesToExport", "string[]", NULL,
	    NULL, PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "aliasestoexport" },
	{ "VariablesToExport", "string[]", NULL,
	    NULL, PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "variablestoexport" },
	{ "CmdletsToExport", "string[]", NULL,
	    NULL, PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "cmdletstoexport" },
	{ "DscResourcesToExport", "string[]", NULL,
	    NULL, PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "dscresourcestoexport" },
	{ "CompatiblePSEditions", "string[]", NULL,
	    NULL, PARAM_ALLOW_EMPTY, manifest_params_compatiblepseditions, 0, 0,
	    "compatiblepseditions" },
	{ "PrivateData", "System.Object", NULL,
	    NULL, PARAM_ALLOW_NULL, NULL, 0, 0,
	    "privatedata" },
	{ "Tags", "string[]", NULL,
	    NULL, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "tags" },
	{ "ProjectUri", "uri", NULL,
	    NULL, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "projecturi" },
	{ "LicenseUri", "uri", NULL,
	    NULL, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "licenseuri" },
	{ "IconUri", "uri", NULL,
	    NULL, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "iconuri" },
	{ "ReleaseNotes", "string", NULL,
	    NULL, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "releasenotes" },
	{ "Prerelease", "string", NULL,
	    NULL, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "prerelease" },
	{ "RequireLicenseAcceptance", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "requirelicenseacceptance" },
	{ "ExternalModuleDependencies", "string[]", NULL,
	    NULL, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "externalmoduledependencies" },
	{ "HelpInfoUri", "string", NULL,
	    NULL, PARAM_ALLOW_NULL, NULL, 0, 0,
	    "helpinfouri" },
	{ "PassThru", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "gives what was changed" },
	{ "DefaultCommandPrefix", "string", NULL,
	    NULL, PARAM_ALLOW_NULL, NULL, 0, 0,
	    "defaultcommandprefix" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static const struct {
	const char *key;
	size_t param;
	const char *otherwise;
} keys[] = {
	{ "RootModule", M_ROOT_MODULE, NULL },
	{ "ModuleVersion", M_MODULE_VERSION, "'0.0.1'" },
	{ "GUID", M_GUID, NULL },
	{ "Author", M_AUTHOR, NULL },
	{ "CompanyName", M_COMPANY_NAME, "'Unknown'" },
	{ "Copyright", M_COPYRIGHT, NULL },
	{ "Description", M_DESCRIPTION, NULL },
	{ "PowerShellVersion", M_POWER_SHELL_VERSION, NULL },
	{ "RequiredModules", M_REQUIRED_MODULES, NULL },
	{ "ScriptsToProcess", M_SCRIPTS_TO_PROCESS, NULL },
	{ "NestedModules", M_NESTED_MODULES, NULL },
	{ "FunctionsToExport", M_FUNCTIONS_TO_EXPORT, "'*'" },
	{ "CmdletsToExport", M_CMDLETS_TO_EXPORT, "'*'" },
	{ "VariablesToExport", M_VARIABLES_TO_EXPORT, "'*'" },
	{ "AliasesToExport", M_ALIASES_TO_EXPORT, "'*'" },
};

static void
add_quoted(struct buf *b, struct value v)
{
	struct list *l = module_strings(v);

	if (l->count == 0)
		buf_add_str(b, "@()");
	for (size_t i = 0; i < l->count; i++) {
		buf_add_str(b, i > 0 ? ", '" : "'");
		for (const char *s = value_chars(l->items[i]); *s != '\0';
		     s++) {
			if (*s == '\'')
				buf_add_byte(b, '\'');
			buf_add_byte(b, *s);
		}
		buf_add_byte(b, '\'');
	}
	value_unref(list_value(l));
}

static enum flow
manifest_end(struct call *c)
{
	struct session *s = session_of(call_run(c));
	const char *name = call_string(c, M_PATH);
	char *path = name[0] == '/' ? mem_strdup(name) :
	    mem_printf("%s/%s", buf_text(&s->location), name);
	struct text_writer *w;
	struct buf b = { 0 };
	struct fault f;
	bool yes;
	int error = 0;
	enum flow flow = call_should(c, path, "Creating the module manifest",
	    &yes);

	buf_add_str(&b, "@{\n\n");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!call_bound(c, keys[i].param)) {
			if (keys[i].otherwise != NULL)
				buf_printf(&b, "%s = %s\n\n", keys[i].key,
				    keys[i].otherwise);
			continue;
		}
		buf_printf(&b, "%s = ", keys[i].key);
		add_quoted(&b, call_param(c, keys[i].param));
		buf_add_str(&b, "\n\n");
	}
	buf_add_str(&b, "}\n\n");
	if (flow == FLOW_MORE && yes) {
		w = text_writer_open(path, 0, TEXT_UTF8);
		if (w == NULL) {
			error = -1;
		} else {
			(void)text_writer_add(w, buf_text(&b), b.len);
			error = text_writer_close(w);
		}
		if (error != 0) {
			(void)fault_errno(&f, errno, "%s", path);
			flow = call_throw_fault(c, &f, VALUE_NULL);
		}
	}
	buf_clear(&b);
	mem_free(path);
	return flow;
}

const struct cmdlet cmdlet_new_module_manifest = {
	.name = "New-ModuleManifest",
	.class_name = "Microsoft.PowerShell.Commands.NewModuleManifestCommand",
	.module = "Microsoft.PowerShell.Core",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = manifest_params,
	.synopsis = "Writes a module's .psd1 file",
	.end = manifest_end,
};
