/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Write-Error: a record on the error stream, in the caller's name. */
#include "config.h"

#include "cmdlets/object/object_cmdlets.h"
#include "core/mem.h"
#include "core/object.h"
#include "core/string.h"
#include "types/types.h"

enum {
	P_EXCEPTION,
	P_MESSAGE,
	P_RECORD,
	P_CATEGORY,
	P_ID,
	P_TARGET,
	P_ACTION,
	P_ACTIVITY,
	P_REASON,
	P_TARGET_NAME,
	P_TARGET_TYPE,
};

static const char *const categories[] = { "NotSpecified", "OpenError",
	"CloseError", "DeviceError", "DeadlockDetected", "InvalidArgument",
	"InvalidData", "InvalidOperation", "InvalidResult", "InvalidType",
	"MetadataError", "NotImplemented", "NotInstalled", "ObjectNotFound",
	"OperationStopped", "OperationTimeout", "SyntaxError", "ParserError",
	"PermissionDenied", "ResourceBusy", "ResourceExists",
	"ResourceUnavailable", "ReadError", "WriteError", "FromStdErr",
	"SecurityError", "ProtocolError", "ConnectionError",
	"AuthenticationError", "LimitsExceeded", "QuotaExceeded",
	"NotEnabled", NULL };

static const struct param_spec params[] = {
	{ "Exception", "System.Exception", NULL, "WithException/0m", 0, NULL,
	    0, 0, "what went wrong" },
	{ "Message", "string", "Msg", "NoException/0mv WithException/",
	    PARAM_ALLOW_NULL | PARAM_ALLOW_EMPTY, NULL, 0, 0, "the text" },
	{ "ErrorRecord", "System.Management.Automation.ErrorRecord", NULL,
	    "ErrorRecord/0m", 0, NULL, 0, 0, "a record that is made already" },
	{ "Category", "System.Management.Automation.ErrorCategory", NULL,
	    "NoException/ WithException/", 0, categories, 0, 0,
	    "the kind of error" },
	{ "ErrorId", "string", NULL, "NoException/ WithException/", 0, NULL,
	    0, 0, "the first half of FullyQualifiedErrorId" },
	{ "TargetObject", "object", NULL, "NoException/ WithException/", 0,
	    NULL, 0, 0, "what it happened to" },
	{ "RecommendedAction", "string", NULL, NULL, 0, NULL, 0, 0,
	    "what to do about it" },
	{ "CategoryActivity", "string", "Activity", NULL, 0, NULL, 0, 0,
	    "what was being done" },
	{ "CategoryReason", "string", "Reason", NULL, 0, NULL, 0, 0, "why" },
	{ "CategoryTargetName", "string", "TargetName", NULL, 0, NULL, 0, 0,
	    "the target's name" },
	{ "CategoryTargetType", "string", "TargetType", NULL, 0, NULL, 0, 0,
	    "the target's type" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static struct value
make_record(struct call *c)
{
	struct run *r = call_run(c);
	struct value exception = call_param(c, P_EXCEPTION);
	const char *message = call_string(c, P_MESSAGE);
	char *category = call_bound(c, P_CATEGORY) ?
	    value_text_plain(call_param(c, P_CATEGORY)) : NULL;
	struct error_spec spec = {
		.exception = "Microsoft.PowerShell.Commands."
			     "WriteErrorException",
		.id = call_string(c, P_ID),
		.target = call_param(c, P_TARGET),
		.inner = exception,
	};

	for (size_t i = 0; category != NULL && categories[i] != NULL; i++)
		if (string_equal_ci(categories[i], category))
			spec.category = categories[i];
	mem_free(category);
	if (value_is_nothing(exception))
		spec.message = message != NULL ? message : "";
	if (spec.id == NULL || spec.id[0] == '\0')
		spec.id = value_is_nothing(exception) ? spec.exception :
							value_type(exception)->name;
	/* cppcheck-suppress returnDanglingLifetime ; the record is a copy */
	return r->ops->make_error(r, &spec);
}

/* The message beside an exception, and the advice, are its details. */
static enum flow
add_details(struct call *c, struct value record)
{
	struct object *o;
	struct value v;
	enum flow flow;
	bool with = call_bound(c, P_EXCEPTION) && call_bound(c, P_MESSAGE);

	if (!with && !call_bound(c, P_ACTION))
		return FLOW_MORE;
	o = object_new("System.Management.Automation.ErrorDetails");
	object_set(o, "Message", call_bound(c, P_MESSAGE) ?
	    call_param(c, P_MESSAGE) : VALUE_NULL);
	object_set_take(o, "RecommendedAction", call_bound(c, P_ACTION) ?
	    value_ref(call_param(c, P_ACTION)) : value_string(""));
	v = object_value(o);
	flow = value_set_member(call_run(c), record, "ErrorDetails", v);
	value_unref(v);
	return flow;
}

static enum flow
set_category(struct call *c, struct value record)
{
	static const struct {
		size_t param;
		const char *name;
	} rows[] = {
		{ P_ACTIVITY, "Activity" },
		{ P_REASON, "Reason" },
		{ P_TARGET_NAME, "TargetName" },
		{ P_TARGET_TYPE, "TargetType" },
	};
	struct run *r = call_run(c);
	struct value info = VALUE_NULL;
	bool found;
	enum flow flow = value_get_member(r, record, "CategoryInfo", &info,
	    &found);

	for (size_t i = 0; flow == FLOW_MORE && i < 4; i++)
		if (call_bound(c, rows[i].param))
			flow = value_set_member(r, info, rows[i].name,
			    call_param(c, rows[i].param));
	value_unref(info);
	return flow;
}

static enum flow
error_process(struct call *c)
{
	struct value record;
	enum flow flow;

	if (call_bound(c, P_RECORD))
		record = value_ref(value_base(call_param(c, P_RECORD)));
	else
		record = make_record(c);
	flow = add_details(c, record);
	if (flow == FLOW_MORE)
		flow = set_category(c, record);
	if (flow == FLOW_MORE)
		flow = call_error_record(c, record);
	value_unref(record);
	return flow;
}

const struct cmdlet cmdlet_write_error = {
	.name = "Write-Error",
	.class_name = "Microsoft.PowerShell.Commands.WriteErrorCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "NoException",
	.params = params,
	.synopsis = "Writes an error record",
	.process = error_process,
};
