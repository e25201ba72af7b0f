/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The variables, aliases and functions a session starts with. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shell/lang/lang_internal.h"

#define SMA "System.Management.Automation."

static const char *const aliases[][2] = {
#define ALIAS(name, target) { name, target },
#include "shell/lang/aliases.def"
#undef ALIAS
};

/* Functions written in the language; read when a session starts. */
static const struct {
	const char *name;
	const char *text;
} functions[] = {
	{ "cd..", "Set-Location .." },
	{ "cd\\", "Set-Location \\" },
	{ "cd~", "Set-Location ~" },
	{ "prompt", "\"PS $($executionContext.SessionState.Path."
		    "CurrentLocation)$('>' * ($nestedPromptLevel + 1)) \";" },
	{ "Pause", "$null = Read-Host 'Press Enter to continue...'" },
	{ "oss", "[CmdletBinding()] param([ValidateRange(2, 2147483647)]"
		 "[int]$Width, [Parameter(ValueFromPipeline = $true)]"
		 "[psobject]$InputObject) process { $InputObject | "
		 "Out-String -Stream @PSBoundParameters }" },
};

static struct variable *
add(struct session *s, const char *name, struct value take, unsigned options)
{
	struct variable *v = scope_make(s->global, atom_str(name));

	value_set_take(&v->value, take);
	v->options = options;
	return v;
}

static struct value
enum_named(const char *type, const char *name)
{
	const struct type *t = lang_type(type);
	struct value v = value_string(name), out = VALUE_NULL;
	bool ok = false;

	if (t != NULL && value_try_convert(NULL, v, t, &out, &ok) == FLOW_MORE
	    && ok) {
		value_unref(v);
		return out;
	}
	return v;
}

static struct value
version_value(const char *text, const char *type)
{
	const struct type *t = lang_type(type);
	struct value v = value_string(text), out = VALUE_NULL;
	bool ok = false;

	if (t != NULL && value_try_convert(NULL, v, t, &out, &ok) == FLOW_MORE
	    && ok) {
		value_unref(v);
		return out;
	}
	return v;
}

static struct value
version_table(struct session *s)
{
	static const char *const compatible[] = { "1.0", "2.0", "3.0", "4.0",
		"5.0", "5.1", "6.0", "7.0" };
	struct dict *d = dict_new(NULL);
	struct list *l = list_new(NULL, 8);

	for (size_t i = 0; i < 8; i++)
		list_add_take(l, version_value(compatible[i], "version"));
	dict_set_str_take(d, "PSVersion",
	    version_value("7.6.9", SMA "SemanticVersion"));
	dict_set_str_take(d, "PSEdition", value_string("Core"));
	dict_set_str_take(d, "GitCommitId",
	    value_string(s->version != NULL ? s->version : "7.6.9"));
	dict_set_str_take(d, "OS", value_string("Linux"));
	dict_set_str_take(d, "Platform", value_string("Unix"));
	dict_set_str_take(d, "PSCompatibleVersions", list_value(l));
	dict_set_str_take(d, "PSRemotingProtocolVersion",
	    version_value("2.4", "version"));
	dict_set_str_take(d, "SerializationVersion",
	    version_value("1.1.0.1", "version"));
	dict_set_str_take(d, "WSManStackVersion",
	    version_value("3.0", "version"));
	return dict_value(d);
}

static struct value
get_pwd(struct session *s)
{
	return session_path_info(s);
}

static void
add_preferences(struct session *s)
{
	static const char action[] = SMA "ActionPreference";

	add(s, "ErrorActionPreference", enum_named(action, "Continue"), 0);
	add(s, "WarningPreference", enum_named(action, "Continue"), 0);
	add(s, "ProgressPreference", enum_named(action, "Continue"), 0);
	add(s, "VerbosePreference", enum_named(action, "SilentlyContinue"), 0);
	add(s, "DebugPreference", enum_named(action, "SilentlyContinue"), 0);
	add(s, "InformationPreference",
	    enum_named(action, "SilentlyContinue"), 0);
	add(s, "ConfirmPreference", enum_named(SMA "ConfirmImpact", "High"),
	    0);
	add(s, "WhatIfPreference", value_bool(false), 0);
	add(s, "ErrorView", enum_named(SMA "ErrorView", "ConciseView"), 0);
	add(s, "PSNativeCommandUseErrorActionPreference", value_bool(false),
	    0);
	add(s, "PSNativeCommandArgumentPassing", value_string("Standard"), 0);
	add(s, "FormatEnumerationLimit", value_int(4), 0);
	add(s, "MaximumHistoryCount", value_int(4096), 0);
	add(s, "PSDefaultParameterValues", dict_value(dict_new(NULL)), 0);
}

static void
add_facts(struct session *s)
{
	const unsigned fixed = OPTION_READONLY | OPTION_ALLSCOPE;
	const unsigned constant = OPTION_CONSTANT | OPTION_ALLSCOPE;
	const char *home = getenv("HOME");

	add(s, "true", value_bool(true), constant);
	add(s, "false", value_bool(false), constant);
	add(s, "null", VALUE_NULL, 0);
	add(s, "IsCoreCLR", value_bool(true), fixed);
	add(s, "IsLinux", value_bool(true), fixed);
	add(s, "IsMacOS", value_bool(false), fixed);
	add(s, "IsWindows", value_bool(false), fixed);
	add(s, "PSCulture", value_string("en-US"), fixed);
	add(s, "PSUICulture", value_string("en-US"), fixed);
	add(s, "PSEdition", value_string("Core"), constant);
	add(s, "PSVersionTable", version_table(s), constant);
	add(s, "HOME", value_string(home != NULL ? home : "/"), constant);
	add(s, "PID", value_int((int32_t)getpid()), constant);
	add(s, "ShellId", value_string("Microsoft.PowerShell"), constant);
	add(s, "PSHOME", value_string("/usr/lib/fedsh"), constant);
	add(s, "NestedPromptLevel", value_int(0), 0);
	add(s, "PSEmailServer", value_string(""), 0);
	add(s, "^", VALUE_NULL, 0);
	add(s, "$", VALUE_NULL, 0);
	add(s, "StackTrace", value_string(""), 0);
	add(s, "PROFILE", value_printf("%s/.config/fedsh/profile.ps1",
	    home != NULL ? home : ""), 0);
	add(s, "PWD", VALUE_NULL, OPTION_ALLSCOPE)->get = get_pwd;
	add(s, "ExecutionContext", engine_value(s), constant);
	add(s, "Host", host_value(s), constant);
}

void
session_variables(struct session *s, const struct session_options *o)
{
	(void)o;
	s->errors = list_new(lang_type("System.Collections.ArrayList"), 8);
	add(s, "Error", value_ref(list_value(s->errors)), OPTION_CONSTANT);
	add_facts(s);
	add_preferences(s);
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		struct variable *v = scope_make_in(s->global,
		    &s->global->aliases, atom_str(aliases[i][0]));

		value_set_take(&v->value, value_string(aliases[i][1]));
	}
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		struct script_tree *t = parse_script(functions[i].text,
		    strlen(functions[i].text), NULL, NULL);
		struct value v = block_new(t, t->root);

		(void)define_function(s, s->global, atom_str(functions[i].name),
		    v, 0);
		value_unref(v);
		tree_unref(t);
	}
}
