/* SPDX-License-Identifier: GPL-3.0-or-later */
/* $PSCmdlet, $ExecutionContext and what hangs on it, $Host. */
#include "config.h"

#include <string.h>

#include "shell/lang/bind_internal.h"
#include "shell/lang/objects.h"
#include "shell/lang/run_internal.h"

#define SMA "System.Management.Automation."

struct engine_cell {
	struct cell cell;
	struct call *call; /* $PSCmdlet's; NULL once it has ended */
};

static void
engine_release(struct cell *c)
{
	mem_free(c);
}

static struct call *
call_of(struct value v)
{
	return ((struct engine_cell *)(void *)v.u.p)->call;
}

static struct value
engine_new(struct type *t, struct call *c)
{
	struct engine_cell *e = mem_zalloc(sizeof(*e));

	e->cell.refs = 1;
	e->cell.type = t;
	e->call = c;
	return (struct value){ .type = t, .u.p = &e->cell };
}

static char *
text_at(const struct value *args, size_t n, size_t i)
{
	return i < n ? value_text_plain(args[i]) : mem_strdup("");
}

static enum flow
gone(struct session *s)
{
	return lang_error(s, SMA "PSInvalidOperationException",
	    "InvalidOperation", NULL, VALUE_NULL,
	    "The command this object belongs to has ended.");
}

/* ---- $PSCmdlet ---- */

static enum flow
cmdlet_should_process(struct session *s, struct value v,
    const struct value *args, size_t n, struct value *outp)
{
	struct call *c = call_of(v);
	char *target = text_at(args, n, 0), *action = text_at(args, n, 1);
	char *caption = text_at(args, n, 2);
	bool yes = false;
	enum flow flow;

	if (c == NULL)
		flow = gone(s);
	else if (n >= 3)
		flow = call_should_ask(c, NULL,
		    call_whatif(c) ? target : action, caption, &yes);
	else
		flow = call_should_ask(c, target, n > 1 ? action : NULL, NULL,
		    &yes);
	*outp = value_bool(yes);
	mem_free(target);
	mem_free(action);
	mem_free(caption);
	return flow;
}

static enum flow
cmdlet_should_continue(struct session *s, struct value v,
    const struct value *args, size_t n, struct value *outp)
{
	struct call *c = call_of(v);
	char *query = text_at(args, n, 0), *caption = text_at(args, n, 1);
	bool yes = false;
	enum flow flow = c == NULL ? gone(s) :
	    call_should_continue(c, query, caption, &yes);

	*outp = value_bool(yes);
	mem_free(query);
	mem_free(caption);
	return flow;
}

/* A record is the function's: its name, where it was called. */
static struct value
dressed(struct call *c, const struct value *args, size_t n)
{
	struct value record = n > 0 && value_is_error(args[0]) ?
	    value_ref(value_base(args[0])) : VALUE_NULL;

	if (value_is_null(record)) {
		char *text = text_at(args, n, 0);
		struct error_spec spec = { .message = text, .id = text };

		record = error_new(c->s, &spec);
		mem_free(text);
	}
	bind_dress(c, error_record_of(record));
	return record;
}

static enum flow
cmdlet_write_error(struct session *s, struct value v,
    const struct value *args, size_t n, struct value *outp)
{
	struct call *c = call_of(v);

	(void)outp;
	return c == NULL ? gone(s) :
			   call_report_take(c, dressed(c, args, n));
}

static enum flow
cmdlet_throw(struct session *s, struct value v, const struct value *args,
    size_t n, struct value *outp)
{
	struct call *c = call_of(v);

	(void)outp;
	if (c == NULL)
		return gone(s);
	c->failed = true;
	return error_leave_take(s, dressed(c, args, n), false);
}

static enum flow
write_text(struct session *s, struct value v, enum stream st,
    const struct value *args, size_t n)
{
	struct call *c = call_of(v);
	char *text = text_at(args, n, 0);
	struct value message = value_string(text);
	enum flow flow = c == NULL ? gone(s) : call_stream(c, st, message);

	value_unref(message);
	mem_free(text);
	return flow;
}

static enum flow
cmdlet_write_warning(struct session *s, struct value v,
    const struct value *args, size_t n, struct value *outp)
{
	(void)outp;
	return write_text(s, v, STREAM_WARNING, args, n);
}

static enum flow
cmdlet_write_verbose(struct session *s, struct value v,
    const struct value *args, size_t n, struct value *outp)
{
	(void)outp;
	return write_text(s, v, STREAM_VERBOSE, args, n);
}

static enum flow
cmdlet_write_debug(struct session *s, struct value v,
    const struct value *args, size_t n, struct value *outp)
{
	(void)outp;
	return write_text(s, v, STREAM_DEBUG, args, n);
}

static enum flow
cmdlet_write_information(struct session *s, struct value v,
    const struct value *args, size_t n, struct value *outp)
{
	struct call *c = call_of(v);

	(void)outp;
	if (c == NULL)
		return gone(s);
	return call_information(c, n > 0 ? args[0] : VALUE_NULL,
	    n > 1 ? args[1] : VALUE_NULL);
}

static enum flow
cmdlet_write_object(struct session *s, struct value v,
    const struct value *args, size_t n, struct value *outp)
{
	struct call *c = call_of(v);
	bool each = false;

	(void)outp;
	if (c == NULL)
		return gone(s);
	if (n > 1 && value_truth(&s->run, args[1], &each) != FLOW_MORE)
		return FLOW_LEAVE;
	if (n == 0)
		return FLOW_MORE;
	return each ? call_emit_each(c, args[0]) : call_emit(c, args[0]);
}

static enum flow
get_variable_value(struct session *s, struct value v,
    const struct value *args, size_t n, struct value *outp)
{
	char *name = text_at(args, n, 0);

	(void)v;
	if (!session_ops.get_variable(&s->run, name, outp))
		*outp = n > 1 ? value_ref(args[1]) : VALUE_NULL;
	mem_free(name);
	return FLOW_MORE;
}

static enum flow
unresolved_path(struct session *s, struct value v, const struct value *args,
    size_t n, struct value *outp)
{
	char *text = text_at(args, n, 0);
	struct buf b = { 0 };

	(void)v;
	if (text[0] != '/') {
		buf_add_str(&b, buf_text(&s->location));
		buf_add_byte(&b, '/');
	}
	buf_add_str(&b, strncmp(text, "./", 2) == 0 ? text + 2 : text);
	*outp = value_string_n(buf_text(&b), b.len);
	buf_clear(&b);
	mem_free(text);
	return FLOW_MORE;
}

static struct value
cmdlet_set_name(struct session *s, struct value v)
{
	(void)s;
	return value_string(call_of(v) != NULL ? call_set(call_of(v)) : "");
}

static struct value
cmdlet_invocation(struct session *s, struct value v)
{
	(void)s;
	return call_of(v) != NULL ? call_invocation(call_of(v)) : VALUE_NULL;
}

static struct value
cmdlet_stopping(struct session *s, struct value v)
{
	(void)v;
	return value_bool(s->run.stop != 0);
}

static struct value session_state(struct session *s, struct value v);
static struct value invoke_command(struct session *s, struct value v);

static struct value
get_host(struct session *s, struct value v)
{
	(void)v;
	return host_value(s);
}

static const struct lang_property cmdlet_properties[] = {
	{ "ParameterSetName", cmdlet_set_name, NULL },
	{ "MyInvocation", cmdlet_invocation, NULL },
	{ "SessionState", session_state, NULL },
	{ "InvokeCommand", invoke_command, NULL },
	{ "Host", get_host, NULL },
	{ "Stopping", cmdlet_stopping, NULL },
	{ NULL, NULL, NULL },
};
static const struct lang_method cmdlet_methods[] = {
	{ "ShouldProcess", cmdlet_should_process },
	{ "ShouldContinue", cmdlet_should_continue },
	{ "WriteError", cmdlet_write_error },
	{ "ThrowTerminatingError", cmdlet_throw },
	{ "WriteWarning", cmdlet_write_warning },
	{ "WriteVerbose", cmdlet_write_verbose },
	{ "WriteDebug", cmdlet_write_debug },
	{ "WriteInformation", cmdlet_write_information },
	{ "WriteObject", cmdlet_write_object },
	{ "GetVariableValue", get_variable_value },
	{ "GetUnresolvedProviderPathFromPSPath", unresolved_path },
	{ NULL, NULL },
};
static const struct lang_members cmdlet_members = { cmdlet_properties,
	cmdlet_methods };

static struct type type_pscmdlet = {
	.name = SMA "PSScriptCmdlet",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = engine_release,
	.ops = &lang_object_ops,
	.data = &cmdlet_members,
};

struct value
pscmdlet_new(struct call *c)
{
	if (value_is_null(c->pscmdlet))
		c->pscmdlet = engine_new(&type_pscmdlet, c);
	return value_ref(c->pscmdlet);
}

void
pscmdlet_detach(struct call *c)
{
	if (value_is_null(c->pscmdlet))
		return;
	((struct engine_cell *)(void *)c->pscmdlet.u.p)->call = NULL;
	value_clear(&c->pscmdlet);
}

/* ---- $ExecutionContext.InvokeCommand ---- */

static enum flow
expand_string(struct session *s, struct value v, const struct value *args,
    size_t n, struct value *outp)
{
	char *text = text_at(args, n, 0);
	enum flow flow = session_ops.expand(&s->run, text, strlen(text), outp);

	(void)v;
	mem_free(text);
	return flow;
}

static enum flow
invoke_script(struct session *s, struct value v, const struct value *args,
    size_t n, struct value *outp)
{
	struct value block = VALUE_NULL;
	struct invoke_spec spec = { .same_scope = true };
	struct collector c;
	enum flow flow = FLOW_MORE;

	(void)v;
	if (n > 0 && lang_is_block(args[0])) {
		block = value_ref(args[0]);
	} else {
		char *text = text_at(args, n, 0);

		flow = session_ops.make_block(&s->run, text, strlen(text),
		    &block);
		mem_free(text);
	}
	if (flow == FLOW_MORE) {
		collector_init(&c);
		flow = block_call(s, block, &spec, &c.sink);
		*outp = collector_array(&c);
	}
	value_unref(block);
	return flow;
}

static enum flow
new_block(struct session *s, struct value v, const struct value *args,
    size_t n, struct value *outp)
{
	char *text = text_at(args, n, 0);
	enum flow flow = session_ops.make_block(&s->run, text, strlen(text),
	    outp);

	(void)v;
	mem_free(text);
	return flow;
}

static enum flow
get_command(struct session *s, struct value v, const struct value *args,
    size_t n, struct value *outp)
{
	char *name = text_at(args, n, 0);

	(void)v;
	*outp = command_value(s, name, COMMAND_ANY);
	mem_free(name);
	return FLOW_MORE;
}

static const struct lang_property no_properties[] = {
	{ NULL, NULL, NULL },
};
static const struct lang_method invoke_methods[] = {
	{ "ExpandString", expand_string },
	{ "InvokeScript", invoke_script },
	{ "NewScriptBlock", new_block },
	{ "GetCommand", get_command },
	{ NULL, NULL },
};
static const struct lang_members invoke_members = { no_properties,
	invoke_methods };

#define ENGINE_TYPE(id, type_name, members)                                    \
	static struct type id = {                                              \
		.name = SMA type_name,                                         \
		.kind = TYPE_KIND_CLASS,                                       \
		.flags = TYPE_COUNTED,                                         \
		.base = &type_system_object,                                   \
		.release = engine_release,                                     \
		.ops = &lang_object_ops,                                       \
		.data = &members,                                              \
	}
ENGINE_TYPE(type_invoke_command, "CommandInvocationIntrinsics",
    invoke_members);

static struct value
invoke_command(struct session *s, struct value v)
{
	(void)s;
	(void)v;
	return engine_new(&type_invoke_command, NULL);
}

/* ---- SessionState.PSVariable, .Path ---- */

static enum flow
psvariable_get(struct session *s, struct value v, const struct value *args,
    size_t n, struct value *outp)
{
	char *name = text_at(args, n, 0);
	struct variable *var = scope_find(s->frame->scope, atom_str(name));

	(void)v;
	*outp = var == NULL ? VALUE_NULL :
	    value_ref((struct value){ .type = &type_psvariable,
		.u.p = &var->cell });
	mem_free(name);
	return FLOW_MORE;
}

static enum flow
psvariable_set(struct session *s, struct value v, const struct value *args,
    size_t n, struct value *outp)
{
	char *name = text_at(args, n, 0);
	enum flow flow = session_ops.set_variable(&s->run, name,
	    n > 1 ? args[1] : VALUE_NULL);

	(void)v;
	(void)outp;
	mem_free(name);
	return flow;
}

static enum flow
psvariable_remove(struct session *s, struct value v, const struct value *args,
    size_t n, struct value *outp)
{
	char *name = text_at(args, n, 0);
	enum flow flow = session_ops.remove_variable(&s->run, name, NULL,
	    false);

	(void)v;
	(void)outp;
	mem_free(name);
	return flow;
}

static const struct lang_method psvariable_methods[] = {
	{ "Get", psvariable_get },
	{ "GetValue", get_variable_value },
	{ "Set", psvariable_set },
	{ "Remove", psvariable_remove },
	{ NULL, NULL },
};
static const struct lang_members psvariable_members = { no_properties,
	psvariable_methods };
ENGINE_TYPE(type_variable_intrinsics, "PSVariableIntrinsics",
    psvariable_members);

static struct value
current_location(struct session *s, struct value v)
{
	(void)v;
	return session_path_info(s);
}

static const struct lang_property path_properties[] = {
	{ "CurrentLocation", current_location, NULL },
	{ "CurrentFileSystemLocation", current_location, NULL },
	{ NULL, NULL, NULL },
};
static const struct lang_method path_methods[] = {
	{ "GetUnresolvedProviderPathFromPSPath", unresolved_path },
	{ NULL, NULL },
};
static const struct lang_members path_members = { path_properties,
	path_methods };
ENGINE_TYPE(type_path_intrinsics, "PathIntrinsics", path_members);

static struct value
state_variable(struct session *s, struct value v)
{
	(void)s;
	(void)v;
	return engine_new(&type_variable_intrinsics, NULL);
}

static struct value
state_path(struct session *s, struct value v)
{
	(void)s;
	(void)v;
	return engine_new(&type_path_intrinsics, NULL);
}

static struct value
state_language_mode(struct session *s, struct value v)
{
	(void)s;
	(void)v;
	return value_string("FullLanguage");
}

static const struct lang_property state_properties[] = {
	{ "PSVariable", state_variable, NULL },
	{ "Path", state_path, NULL },
	{ "InvokeCommand", invoke_command, NULL },
	{ "LanguageMode", state_language_mode, NULL },
	{ NULL, NULL, NULL },
};
static const struct lang_members state_members = { state_properties, NULL };
ENGINE_TYPE(type_session_state, "SessionState", state_members);

static struct value
session_state(struct session *s, struct value v)
{
	(void)s;
	(void)v;
	return engine_new(&type_session_state, NULL);
}

static const struct lang_property engine_properties[] = {
	{ "Host", get_host, NULL },
	{ "InvokeCommand", invoke_command, NULL },
	{ "SessionState", session_state, NULL },
	{ NULL, NULL, NULL },
};
static const struct lang_members engine_members = { engine_properties, NULL };
ENGINE_TYPE(type_engine, "EngineIntrinsics", engine_members);

struct value
engine_value(struct session *s)
{
	(void)s;
	return engine_new(&type_engine, NULL);
}

struct value
host_value(struct session *s)
{
	struct object *o = object_new(SMA "Internal.Host.InternalHost");
	struct object *ui = object_new(SMA "Internal.Host.InternalHost"
	    "UserInterface");
	struct object *raw = object_new(SMA "Internal.Host.InternalHost"
	    "RawUserInterface");
	struct object *size = object_new(SMA "Host.Size");

	object_set_take(size, "Width", value_int(s->host->width(s->host)));
	object_set_take(size, "Height", value_int(25));
	object_set_take(raw, "WindowSize", object_value(size));
	object_set_take(raw, "BufferSize", value_ref(object_value(size)));
	object_set_take(raw, "WindowTitle", value_string("fedsh"));
	object_set_take(ui, "RawUI", object_value(raw));
	object_set_take(ui, "SupportsVirtualTerminal",
	    value_bool(s->host->colour));
	object_set_take(o, "Name", value_string("ConsoleHost"));
	object_set_take(o, "Version", value_string("7.6.9"));
	object_set_take(o, "UI", object_value(ui));
	object_set_take(o, "CurrentCulture", value_string("en-US"));
	object_set_take(o, "CurrentUICulture", value_string("en-US"));
	object_set_take(o, "PrivateData", VALUE_NULL);
	object_set_take(o, "IsRunspacePushed", value_bool(false));
	return object_value(o);
}

void
objects_init_engine(void)
{
	lang_type_add(&type_pscmdlet);
	lang_type_add(&type_engine);
}

/* ---- $block.Ast ---- */

struct value
ast_value(struct script_tree *t, struct node *n)
{
	struct tree_text text = tree_source(t, n);
	struct object *extent = object_new(SMA "Language.InternalScriptExtent");
	struct object *o;
	char *name = mem_printf(SMA "Language.%s",
	    tree_kind_name((enum node_kind)n->kind));
	int line, column;

	tree_position(t, n->start, &line, &column);
	object_set_take(extent, "File",
	    t->file != NULL ? value_string(t->file) : VALUE_NULL);
	object_set_take(extent, "StartLineNumber", value_int(line));
	object_set_take(extent, "StartColumnNumber", value_int(column));
	object_set_take(extent, "StartOffset", value_int((int32_t)n->start));
	object_set_take(extent, "EndOffset", value_int((int32_t)n->end));
	object_set_take(extent, "Text", value_string_n(text.s, text.len));
	o = object_new(name);
	mem_free(name);
	object_set_take(o, "Extent", object_value(extent));
	return object_value(o);
}
