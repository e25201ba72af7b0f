/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Write-Output: its arguments as objects. */
#include "config.h"

#include "cmdlets/object/object_cmdlets.h"

enum { P_INPUT, P_NO_ENUMERATE };

static const struct param_spec params[] = {
	{ "InputObject", "psobject", NULL, "*/0mvr",
	    PARAM_ALLOW_NULL | PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "what is written" },
	{ "NoEnumerate", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "a collection goes on as one object" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
output_process(struct call *c)
{
	if (call_switch(c, P_NO_ENUMERATE))
		return call_emit(c, call_param(c, P_INPUT));
	return call_emit_each(c, call_param(c, P_INPUT));
}

const struct cmdlet cmdlet_write_output = {
	.name = "Write-Output",
	.class_name = "Microsoft.PowerShell.Commands.WriteOutputCommand",
	.module = "Microsoft.PowerShell.Utility",
	.params = params,
	.synopsis = "Writes objects to the pipeline",
	.process = output_process,
};
