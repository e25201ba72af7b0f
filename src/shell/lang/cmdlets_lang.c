/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cmdlets that change how the language runs: Set-StrictMode. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "shell/lang/lang_internal.h"

#define SMA "System.Management.Automation."

enum { STRICT_VERSION, STRICT_OFF };

static const struct param_spec strict_params[] = {
	{ "Version", "object", "v", "Version/m", 0, NULL, 0, 0,
	    "1.0: variables; 2.0: properties and calls too; 3.0 or Latest: "
	    "indexes too" },
	{ "Off", "switch", NULL, "Off/m", 0, NULL, 0, 0, "looks at nothing" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

/* 1 to 3; 0 where the version is none that there is. */
static int
strict_level(const char *text)
{
	char *end;
	long major;

	if (string_equal_ci(text, "latest"))
		return 3;
	major = strtol(text, &end, 10);
	if (end == text || (*end != '.' && *end != '\0') || major < 0 ||
	    major > 7)
		return -1;
	return major > 3 ? 3 : (int)major;
}

static enum flow
strict_process(struct call *c)
{
	struct scope *sc = c->caller != NULL ? c->caller->scope :
					       c->s->global;
	int level;
	char *text;

	if (call_switch(c, STRICT_OFF)) {
		sc->strict = -1;
		return FLOW_MORE;
	}
	text = value_text_plain(call_param(c, STRICT_VERSION));
	level = strict_level(text);
	mem_free(text);
	if (level < 0)
		return lang_error(c->s, SMA "ParameterBindingException",
		    "ParameterArgumentValidationError,Microsoft.PowerShell."
		    "Commands.SetStrictModeCommand", "InvalidData", VALUE_NULL,
		    "Cannot validate argument on parameter 'Version'. The "
		    "value is not a version of the language.");
	sc->strict = (int8_t)(level == 0 ? -1 : level);
	return FLOW_MORE;
}

static const struct cmdlet cmdlet_set_strict_mode = {
	.name = "Set-StrictMode",
	.class_name = "Microsoft.PowerShell.Commands.SetStrictModeCommand",
	.module = "Microsoft.PowerShell.Core",
	.params = strict_params,
	.default_set = "Version",
	.synopsis = "Turns doubtful code in this scope into errors",
	.process = strict_process,
};

const struct cmdlet *const cmdlets_lang[] = {
	&cmdlet_set_strict_mode,
	NULL,
};
