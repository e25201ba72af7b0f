/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exceptions: their types as a table, and what they carry. */
#include "config.h"

#include "types/exception.h"
#include "types/member.h"
#include "types/tables.h"
#include "types/types_internal.h"

#define PS "System.Management.Automation."

/* name, base, what it says without a message; bases come before. */
static const struct row {
	const char *name;
	const char *base;
	const char *message;
} rows[] = {
	{ "System.SystemException", "System.Exception", "System error." },
	{ "System.ApplicationException", "System.Exception",
	    "Error in the application." },
	{ "System.AggregateException", "System.Exception",
	    "One or more errors occurred." },
	{ "System.ArgumentException", "System.SystemException",
	    "Value does not fall within the expected range." },
	{ "System.ArgumentNullException", "System.ArgumentException",
	    "Value cannot be null." },
	{ "System.ArgumentOutOfRangeException", "System.ArgumentException",
	    "Specified argument was out of the range of valid values." },
	{ "System.ArithmeticException", "System.SystemException",
	    "Overflow or underflow in the arithmetic operation." },
	{ "System.DivideByZeroException", "System.ArithmeticException",
	    "Attempted to divide by zero." },
	{ "System.OverflowException", "System.ArithmeticException",
	    "Arithmetic operation resulted in an overflow." },
	{ "System.ArrayTypeMismatchException", "System.SystemException", NULL },
	{ "System.FormatException", "System.SystemException",
	    "One of the identified items was in an invalid format." },
	{ "System.UriFormatException", "System.FormatException", NULL },
	{ "System.IndexOutOfRangeException", "System.SystemException",
	    "Index was outside the bounds of the array." },
	{ "System.InvalidCastException", "System.SystemException",
	    "Specified cast is not valid." },
	{ "System.InvalidOperationException", "System.SystemException",
	    "Operation is not valid due to the current state of the object." },
	{ "System.ObjectDisposedException", "System.InvalidOperationException",
	    NULL },
	{ "System.NotImplementedException", "System.SystemException",
	    "The method or operation is not implemented." },
	{ "System.NotSupportedException", "System.SystemException",
	    "Specified method is not supported." },
	{ "System.PlatformNotSupportedException",
	    "System.NotSupportedException", NULL },
	{ "System.NullReferenceException", "System.SystemException",
	    "Object reference not set to an instance of an object." },
	{ "System.OperationCanceledException", "System.SystemException",
	    "The operation was canceled." },
	{ "System.Threading.Tasks.TaskCanceledException",
	    "System.OperationCanceledException", NULL },
	{ "System.OutOfMemoryException", "System.SystemException", NULL },
	{ "System.InsufficientMemoryException", "System.OutOfMemoryException",
	    NULL },
	{ "System.StackOverflowException", "System.SystemException", NULL },
	{ "System.RankException", "System.SystemException", NULL },
	{ "System.TimeoutException", "System.SystemException",
	    "The operation has timed out." },
	{ "System.TypeLoadException", "System.SystemException", NULL },
	{ "System.UnauthorizedAccessException", "System.SystemException",
	    "Attempted to perform an unauthorized operation." },
	{ "System.MemberAccessException", "System.SystemException", NULL },
	{ "System.MissingMemberException", "System.MemberAccessException",
	    NULL },
	{ "System.MissingMethodException", "System.MissingMemberException",
	    NULL },
	{ "System.Collections.Generic.KeyNotFoundException",
	    "System.SystemException",
	    "The given key was not present in the dictionary." },
	{ "System.ComponentModel.Win32Exception", "System.SystemException",
	    NULL },
	{ "System.Data.DataException", "System.SystemException", NULL },
	{ "System.IO.IOException", "System.SystemException",
	    "I/O error occurred." },
	{ "System.IO.DirectoryNotFoundException", "System.IO.IOException",
	    NULL },
	{ "System.IO.DriveNotFoundException", "System.IO.IOException", NULL },
	{ "System.IO.EndOfStreamException", "System.IO.IOException", NULL },
	{ "System.IO.FileNotFoundException", "System.IO.IOException",
	    "Unable to find the specified file." },
	{ "System.IO.PathTooLongException", "System.IO.IOException", NULL },
	{ "System.IO.InvalidDataException", "System.SystemException", NULL },
	{ "System.Net.WebException", "System.InvalidOperationException",
	    NULL },
	{ "System.Net.Http.HttpRequestException", "System.Exception", NULL },
	{ "System.Net.Sockets.SocketException",
	    "System.ComponentModel.Win32Exception", NULL },
	{ "System.Reflection.TargetInvocationException",
	    "System.ApplicationException", NULL },
	{ "System.Security.SecurityException", "System.SystemException",
	    "Security error." },
	{ "System.Security.Authentication.AuthenticationException",
	    "System.SystemException", NULL },
	{ "System.Security.Cryptography.CryptographicException",
	    "System.SystemException", NULL },
	{ "System.Text.RegularExpressions.RegexParseException",
	    "System.ArgumentException", NULL },
	{ "System.Text.RegularExpressions.RegexMatchTimeoutException",
	    "System.TimeoutException", NULL },
	{ "System.Text.Json.JsonException", "System.Exception", NULL },
	{ "System.Threading.ThreadAbortException", "System.SystemException",
	    NULL },
	{ "System.Xml.XmlException", "System.SystemException", NULL },
	{ PS "RuntimeException", "System.SystemException", NULL },
	{ PS "ParseException", PS "RuntimeException", NULL },
	{ PS "IncompleteParseException", PS "ParseException", NULL },
	{ PS "ActionPreferenceStopException", PS "RuntimeException", NULL },
	{ PS "ApplicationFailedException", PS "RuntimeException", NULL },
	{ PS "CommandNotFoundException", PS "RuntimeException", NULL },
	{ PS "ExtendedTypeSystemException", PS "RuntimeException", NULL },
	{ PS "CmdletInvocationException", PS "RuntimeException", NULL },
	{ PS "CmdletProviderInvocationException",
	    PS "CmdletInvocationException", NULL },
	{ PS "ContinueException", PS "RuntimeException", NULL },
	{ PS "BreakException", PS "RuntimeException", NULL },
	{ PS "ExitException", PS "RuntimeException", NULL },
	{ PS "FlowControlException", "System.SystemException", NULL },
	{ PS "GetValueException", PS "ExtendedTypeSystemException", NULL },
	{ PS "GetValueInvocationException", PS "GetValueException", NULL },
	{ PS "PropertyNotFoundException", PS "ExtendedTypeSystemException",
	    NULL },
	{ PS "HaltCommandException", "System.SystemException", NULL },
	{ PS "InvalidPowerShellStateException", "System.SystemException",
	    NULL },
	{ PS "MetadataException", PS "RuntimeException", NULL },
	{ PS "ArgumentTransformationMetadataException",
	    PS "MetadataException", NULL },
	{ PS "ValidationMetadataException", PS "MetadataException", NULL },
	{ PS "MethodException", PS "ExtendedTypeSystemException", NULL },
	{ PS "MethodInvocationException", PS "MethodException", NULL },
	{ PS "NativeCommandExitException", PS "RuntimeException", NULL },
	{ PS "ParameterBindingException", PS "RuntimeException", NULL },
	{ PS "ParameterBindingArgumentTransformationException",
	    PS "ParameterBindingException", NULL },
	{ PS "ParameterBindingValidationException",
	    PS "ParameterBindingException", NULL },
	{ PS "PSArgumentException", "System.ArgumentException", NULL },
	{ PS "PSArgumentNullException", "System.ArgumentNullException", NULL },
	{ PS "PSArgumentOutOfRangeException",
	    "System.ArgumentOutOfRangeException", NULL },
	{ PS "PSInvalidCastException", "System.InvalidCastException", NULL },
	{ PS "PSInvalidOperationException",
	    "System.InvalidOperationException", NULL },
	{ PS "PSNotImplementedException", "System.NotImplementedException",
	    NULL },
	{ PS "PSNotSupportedException", "System.NotSupportedException",
	    NULL },
	{ PS "PSObjectDisposedException", "System.ObjectDisposedException",
	    NULL },
	{ PS "PSSecurityException", PS "RuntimeException", NULL },
	{ PS "PipelineStoppedException", PS "RuntimeException", NULL },
	{ PS "PipelineClosedException", PS "RuntimeException", NULL },
	{ PS "RedirectedException", PS "RuntimeException", NULL },
	{ PS "ScriptCallDepthException", "System.SystemException", NULL },
	{ PS "ScriptRequiresException", PS "RuntimeException", NULL },
	{ PS "SessionStateException", PS "RuntimeException", NULL },
	{ PS "ItemNotFoundException", PS "SessionStateException", NULL },
	{ PS "DriveNotFoundException", PS "SessionStateException", NULL },
	{ PS "ProviderNotFoundException", PS "SessionStateException", NULL },
	{ PS "ProviderInvocationException", PS "RuntimeException", NULL },
	{ PS "SessionStateOverflowException", PS "SessionStateException",
	    NULL },
	{ PS "SessionStateUnauthorizedAccessException",
	    PS "SessionStateException", NULL },
	{ PS "SetValueException", PS "ExtendedTypeSystemException", NULL },
	{ PS "SetValueInvocationException", PS "SetValueException", NULL },
	{ PS "WildcardPatternException", PS "RuntimeException", NULL },
	{ PS "Host.HostException", PS "RuntimeException", NULL },
	{ PS "RemoteException", PS "RuntimeException", NULL },
	{ "Microsoft.PowerShell.Commands.WriteErrorException",
	    "System.SystemException", NULL },
	{ "Microsoft.PowerShell.Commands.HttpResponseException",
	    "System.Net.Http.HttpRequestException", NULL },
	{ "Microsoft.PowerShell.Commands.ServiceCommandException",
	    "System.SystemException", NULL },
	{ "Microsoft.PowerShell.Commands.ProcessCommandException",
	    "System.SystemException", NULL },
};

static struct type types[LEN(rows)];

bool
value_is_exception(struct value v)
{
	v = value_base(v);
	return v.type != NULL && type_is_a(v.type, &type_exception);
}

static char *
default_message(const struct type *t)
{
	size_t i;

	for (i = 0; i < LEN(rows); i++) {
		if (t == &types[i] && rows[i].message != NULL)
			return mem_strdup(rows[i].message);
	}
	return mem_printf("Exception of type '%s' was thrown.", t->name);
}

static struct value
make(const struct type *t, const char *message)
{
	struct exception *e = cell_new(t, sizeof(*e));

	e->message = message == NULL ? default_message(t) :
				       mem_strdup(message);
	e->hresult = (int)0x80131500;
	return cell_value(e);
}

struct value
exception_new(const char *type_name, const char *message)
{
	const struct type *t = type_name == NULL ? NULL :
	    type_find(type_name, strlen(type_name));

	if (t == NULL || !type_is_a(t, &type_exception))
		t = &type_exception;
	return make(t, message);
}

const char *
exception_message(struct value v)
{
	v = value_base(v);
	return value_is_exception(v) ? exception_of(v)->message : "";
}

struct value
exception_inner(struct value v)
{
	v = value_base(v);
	return value_is_exception(v) ? value_ref(exception_of(v)->inner) :
				       VALUE_NULL;
}

void
exception_set_inner(struct value v, struct value inner)
{
	v = value_base(v);
	if (value_is_exception(v))
		value_set(&exception_of(v)->inner, inner);
}

struct value
exception_record(struct value v)
{
	v = value_base(v);
	return value_is_exception(v) ? value_ref(exception_of(v)->record) :
				       VALUE_NULL;
}

void
exception_set_record(struct value v, struct value record)
{
	v = value_base(v);
	if (value_is_exception(v))
		value_set(&exception_of(v)->record, record);
}

void
exception_set(struct value v, const char *name, struct value to)
{
	v = value_base(v);
	if (!value_is_exception(v))
		return;
	if (exception_of(v)->extra == NULL)
		exception_of(v)->extra = object_new(NULL);
	object_set(exception_of(v)->extra, name, to);
}

/* --- members --- */

static enum flow
construct(struct member_call *c)
{
	const char *message = NULL;
	char *joined = NULL;

	if (c->n > 0 && value_is_string(c->args[0]))
		message = value_chars(c->args[0]);
	if (c->type != &type_exception && c->n > 0 &&
	    strcmp(c->type->name, "System.ArgumentNullException") == 0) {
		joined = mem_printf("Value cannot be null. (Parameter '%s')",
		    message == NULL ? "" : message);
		c->out = make(c->type, joined);
		exception_set(c->out, "ParamName", c->args[0]);
	} else if (c->n == 2 && value_is_string(c->args[1]) &&
	    type_is_a(c->type, type_find("System.ArgumentException", 24))) {
		bool range = strcmp(c->type->name,
		    "System.ArgumentOutOfRangeException") == 0;
		struct value text = c->args[range ? 1 : 0];
		struct value name = c->args[range ? 0 : 1];

		joined = mem_printf("%s (Parameter '%s')", value_chars(text),
		    value_chars(name));
		c->out = make(c->type, joined);
		exception_set(c->out, "ParamName", name);
	} else {
		c->out = make(c->type, message);
	}
	mem_free(joined);
	if (c->n > 1 && value_is_exception(c->args[1]))
		exception_set_inner(c->out, c->args[1]);
	return FLOW_MORE;
}

static enum flow
get_message(struct member_call *c)
{
	c->out = value_string(exception_of(c->self)->message);
	return FLOW_MORE;
}

static enum flow
get_inner(struct member_call *c)
{
	c->out = value_ref(exception_of(c->self)->inner);
	return FLOW_MORE;
}

static enum flow
get_base_exception(struct member_call *c)
{
	struct value v = c->self;

	while (value_is_exception(exception_of(v)->inner))
		v = value_base(exception_of(v)->inner);
	c->out = value_ref(v);
	return FLOW_MORE;
}

static enum flow
get_data(struct member_call *c)
{
	struct exception *e = exception_of(c->self);

	if (e->data.type == NULL)
		e->data = dict_value(dict_new(NULL));
	c->out = value_ref(e->data);
	return FLOW_MORE;
}

static enum flow
get_null(struct member_call *c)
{
	c->out = VALUE_NULL;
	return FLOW_MORE;
}

static enum flow
get_hresult(struct member_call *c)
{
	c->out = value_int(exception_of(c->self)->hresult);
	return FLOW_MORE;
}

static enum flow
get_record(struct member_call *c)
{
	struct exception *e = exception_of(c->self);
	struct error_spec spec = { .exception = c->self.type->name,
		.id = "RuntimeException", .category = "NotSpecified",
		.message = e->message };

	if (e->record.type == NULL && c->run != NULL && c->run->ops != NULL &&
	    c->run->ops->make_error != NULL)
		e->record = c->run->ops->make_error(c->run, &spec);
	c->out = value_ref(e->record);
	return FLOW_MORE;
}

static const struct member_spec exception_members[] = {
	{ "new()", construct },
	{ "new(string message)", construct },
	{ "new(string message, System.Exception innerException)", construct },
	{ "new(string message, string paramName)", construct },
	{ "string Message get", get_message },
	{ "System.Exception InnerException get", get_inner },
	{ "System.Collections.IDictionary Data get", get_data },
	{ "string StackTrace get", get_null },
	{ "string Source get", get_null },
	{ "string HelpLink get", get_null },
	{ "System.Object TargetSite get", get_null },
	{ "int HResult get", get_hresult },
	{ "System.Exception GetBaseException()", get_base_exception },
	{ NULL },
};

static const struct member_spec runtime_members[] = {
	{ "System.Management.Automation.ErrorRecord ErrorRecord get",
	    get_record },
	{ NULL },
};

static enum flow
get_extra(struct run *r, struct value v, const char *name,
    struct value *outp, bool *foundp)
{
	struct exception *e = exception_of(v);
	struct member *m =
	    e->extra == NULL ? NULL : object_find(e->extra, name);

	(void)r;
	*foundp = m != NULL;
	if (m != NULL)
		*outp = value_ref(m->value);
	return FLOW_MORE;
}

static enum flow
text(struct run *r, struct value v, struct value *textp)
{
	struct exception *e = exception_of(v);
	struct value inner = VALUE_NULL;

	if (value_is_exception(e->inner)) {
		(void)text(r, value_base(e->inner), &inner);
		*textp = value_printf("%s: %s\n ---> %s\n   --- End of inner "
				      "exception stack trace ---",
		    v.type->name, e->message, value_chars(inner));
		value_unref(inner);
		return FLOW_MORE;
	}
	*textp = value_printf("%s: %s", v.type->name, e->message);
	return FLOW_MORE;
}

static const struct type_ops exception_ops = {
	.text = text,
	.get = get_extra,
};

void
exceptions_init(void)
{
	size_t i;

	type_exception.ops = &exception_ops;
	type_add_members(&type_exception, exception_members);
	for (i = 0; i < LEN(rows); i++) {
		types[i] = type_exception;
		types[i].name = rows[i].name;
		types[i].cache = NULL;
		types[i].members = NULL;
		types[i].base = type_find(rows[i].base, strlen(rows[i].base));
		if (strcmp(rows[i].name, PS "RuntimeException") == 0)
			types[i].members = runtime_members;
		type_add(&types[i]);
	}
}
