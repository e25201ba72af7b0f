/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a running cmdlet may ask and tell: core/cmdlet.h. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "shell/lang/bind_internal.h"

#define SMA "System.Management.Automation."

void
call_init(struct call *c, struct session *s)
{
	c->s = s;
	c->ea = c->wa = c->ia = PREF_UNSET;
	c->verbose = c->debug = c->whatif = c->confirm = -1;
	c->sets = UINT32_MAX;
}

void
call_clear(struct call *c)
{
	for (size_t i = 0; c->values != NULL && i < c->info->nparam; i++)
		value_unref(c->values[i]);
	mem_free(c->values);
	mem_free(c->bound);
	mem_free(c->delayed);
	mem_free(c->state);
	value_unref(c->rest);
	value_unref(c->name_value);
	value_unref(c->pipeline_variable);
	value_unref(c->raw_args);
	if (c->collected != NULL)
		value_unref(list_value(c->collected));
	if (!value_is_null(c->invocation)) {
		struct invocation_info *i =
		    (struct invocation_info *)(void *)c->invocation.u.p;

		i->call = NULL;
		value_clear(&c->invocation);
	}
	pscmdlet_detach(c);
	command_clear(&c->command);
}

/* ---- names ---- */

const char *
call_display_name(struct call *c)
{
	if (c->command.cmdlet != NULL)
		return c->command.cmdlet->name;
	return c->command.name != NULL ? c->command.name : "";
}

const char *
call_suffix(struct call *c)
{
	if (c->command.cmdlet != NULL)
		return c->command.cmdlet->class_name != NULL ?
		    c->command.cmdlet->class_name : c->command.cmdlet->name;
	if (c->command.script_file && c->command.name != NULL) {
		const char *slash = strrchr(c->command.name, '/');

		return slash != NULL ? slash + 1 : c->command.name;
	}
	return c->command.name != NULL ? c->command.name : "";
}

const struct cmdlet *
call_cmdlet(const struct call *c)
{
	return c->command.cmdlet;
}

struct run *
call_run(struct call *c)
{
	return &c->s->run;
}

void *
call_state(struct call *c)
{
	return c->state;
}

const char *
call_name(struct call *c)
{
	return c->name != NULL ? c->name : call_display_name(c);
}

/* ---- parameters ---- */

struct value
call_param(struct call *c, size_t param)
{
	return c->bound[param] != BOUND_NO && c->bound[param] != BOUND_DELAYED ?
	    c->values[param] : VALUE_NULL;
}

bool
call_bound(struct call *c, size_t param)
{
	return c->bound[param] != BOUND_NO && c->bound[param] != BOUND_DELAYED;
}

bool
call_switch(struct call *c, size_t param)
{
	bool yes = false;

	if (!call_bound(c, param))
		return false;
	if (value_truth(&c->s->run, c->values[param], &yes) != FLOW_MORE)
		run_leave_clear(&c->s->run);
	return yes;
}

const char *
call_string(struct call *c, size_t param)
{
	struct value v = value_base(call_param(c, param));

	return value_is_string(v) ? value_chars(v) : NULL;
}

int64_t
call_int(struct call *c, size_t param, int64_t fallback)
{
	int64_t i;

	if (!call_bound(c, param))
		return fallback;
	if (value_to_int(&c->s->run, c->values[param], &i) != FLOW_MORE) {
		run_leave_clear(&c->s->run);
		return fallback;
	}
	return i;
}

const char *
call_set(struct call *c)
{
	uint32_t sets = (c->chosen != 0 ? c->chosen : c->sets) & c->info->all;

	if (c->info->nset == 0)
		return "__AllParameterSets";
	if ((sets & c->info->preset) != 0 && (sets & (sets - 1)) != 0)
		sets = c->info->preset;
	for (size_t i = 0; i < c->info->nset; i++)
		if ((sets & (UINT32_C(1) << i)) != 0)
			return c->info->sets[i];
	return "__AllParameterSets";
}

struct value
call_args(struct call *c)
{
	return c->raw_args;
}

bool
call_has_input(struct call *c)
{
	return c->has_input;
}

struct value
call_input(struct call *c)
{
	return c->input;
}

bool
call_expects_input(struct call *c)
{
	return c->expects_input;
}

struct value
call_bound_parameters(struct call *c)
{
	struct dict *d = dict_new(lang_type("System.Collections.Generic."
	    "Dictionary[string,object]"));

	for (size_t i = 0; c->info != NULL && i < c->info->nparam; i++)
		if (c->bound[i] == BOUND_GIVEN || c->bound[i] == BOUND_PIPELINE)
			dict_set_str_take(d, c->info->params[i].name,
			    value_ref(c->values[i]));
	return dict_value(d);
}

/* ---- output ---- */

enum flow
call_emit(struct call *c, struct value v)
{
	return c->stage->own_out.put(&c->stage->own_out, v);
}

enum flow
call_emit_take(struct call *c, struct value v)
{
	enum flow flow = call_emit(c, v);

	value_unref(v);
	return flow;
}

enum flow
call_emit_each(struct call *c, struct value v)
{
	return sink_put_each(c->s, &c->stage->own_out, v);
}

enum flow
call_stop_upstream(struct call *c)
{
	c->s->run.stopper = c->stage;
	return FLOW_STOP_UPSTREAM;
}

/* ---- script blocks ---- */

enum flow
call_invoke(struct call *c, struct value block, const struct value *under,
    const struct value *args, size_t n)
{
	struct invoke_spec spec = { .command = block, .under = under,
		.args = args, .nargs = n, .same_scope = true };

	return block_call(c->s, block, &spec, &c->stage->own_out);
}

enum flow
call_invoke_get(struct call *c, struct value block, const struct value *under,
    struct value *outp)
{
	struct invoke_spec spec = { .command = block, .under = under,
		.same_scope = true };
	struct collector k;
	enum flow flow;

	collector_init(&k);
	flow = block_call(c->s, block, &spec, &k.sink);
	*outp = collector_take(&k);
	if (flow != FLOW_MORE)
		value_clear(outp);
	return flow;
}

/* ---- errors ---- */

static const struct streams *
streams_of(struct call *c)
{
	return c->stage != NULL ? &c->stage->streams : c->s->streams;
}

enum preference
call_error_action(struct call *c)
{
	if (c->ea != PREF_UNSET)
		return c->ea;
	return preference_get(c->s, A.eap, PREF_CONTINUE);
}

enum flow
call_report_take(struct call *c, struct value record)
{
	struct session *s = c->s;
	enum preference pref = call_error_action(c);
	enum flow flow = FLOW_MORE;

	c->failed = true;
	if (pref == PREF_STOP)
		return error_leave_take(s, record, true);
	if (pref != PREF_IGNORE)
		streams_note(streams_of(c), STREAM_ERROR, record);
	if (pref == PREF_SILENT)
		error_list(s, record);
	else if (pref != PREF_IGNORE)
		flow = error_show(s, streams_of(c), record);
	value_unref(record);
	return flow;
}

static struct value
call_make_error(struct call *c, const struct error_spec *spec)
{
	struct value record = error_new(c->s, spec);

	bind_dress(c, error_record_of(record));
	return record;
}

enum flow
call_error(struct call *c, const struct error_spec *spec)
{
	return call_report_take(c, call_make_error(c, spec));
}

static struct error_spec
spec_of_fault(const struct fault *f, struct value target)
{
	return (struct error_spec){
		.exception = fault_exception_type(f->code),
		.id = fault_id(f->code),
		.category = fault_category(f->code),
		.target = target,
		.message = f->text,
	};
}

enum flow
call_fault(struct call *c, const struct fault *f, struct value target)
{
	struct error_spec spec = spec_of_fault(f, target);

	return call_error(c, &spec);
}

enum flow
call_faultf(struct call *c, enum fault_code code, const char *id,
    struct value target, const char *fmt, ...)
{
	struct error_spec spec = {
		.exception = fault_exception_type(code),
		.id = id != NULL ? id : fault_id(code),
		.category = fault_category(code),
		.target = target,
	};
	struct buf b = { 0 };
	enum flow flow;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	spec.message = buf_text(&b);
	flow = call_error(c, &spec);
	buf_clear(&b);
	return flow;
}

enum flow
call_throw(struct call *c, const struct error_spec *spec)
{
	c->failed = true;
	return error_leave_take(c->s, call_make_error(c, spec), false);
}

enum flow
call_throw_fault(struct call *c, const struct fault *f, struct value target)
{
	struct error_spec spec = spec_of_fault(f, target);

	return call_throw(c, &spec);
}

/* The function whose script called this cmdlet: its errors bear its name. */
static struct call *
calling_function(struct call *c)
{
	struct frame *f = c->caller;

	while (f != NULL && f->dot && f->call == NULL && f->caller != NULL)
		f = f->caller;
	if (f == NULL || f->call == NULL || f->call->command.script_file ||
	    f->call->command.name == NULL)
		return NULL;
	return f->call;
}

enum flow
call_error_record(struct call *c, struct value record)
{
	struct error_record *e = error_record_of(record);
	struct call *of = calling_function(c);

	if (value_is_null(e->activity))
		e->activity = value_string(call_display_name(c));
	if (value_is_null(e->invocation)) {
		if (of != NULL) {
			error_add_suffix(e, of);
			e->invocation = call_invocation(of);
		} else if (call_error_action(c) == PREF_STOP) {
			e->invocation = call_invocation(c);
		} else {
			e->invocation = invocation_nowhere();
		}
	}
	error_place(c->s, e);
	return call_report_take(c, value_ref(record));
}

enum flow
call_throw_record(struct call *c, struct value record)
{
	struct error_record *e = error_record_of(record);

	c->failed = true;
	if (value_is_null(e->invocation))
		bind_dress(c, e);
	return error_leave_take(c->s, value_ref(record), false);
}

/* ---- the other streams ---- */

static enum flow
stopped_by_preference(struct call *c, const char *variable,
    struct value record)
{
	char *text = value_text_plain(record);
	struct value message;
	enum flow flow;

	message = value_printf("The running command stopped because the "
	    "preference variable \"%s\" or common parameter is set to Stop: "
	    "%s", variable, text);
	flow = lang_error(c->s, SMA "ActionPreferenceStopException",
	    "ActionPreferenceStop", "OperationStopped", VALUE_NULL, "%s",
	    value_chars(message));
	c->s->run.leave.fatal = true;
	value_unref(message);
	mem_free(text);
	return flow;
}

static enum preference
stream_preference(struct call *c, enum stream st, const char **variablep)
{
	struct session *s = c->s;

	switch ((int)st) {
	case STREAM_WARNING:
		*variablep = "WarningPreference";
		if (c->wa != PREF_UNSET)
			return c->wa;
		return preference_get(s, A.wap, PREF_CONTINUE);
	case STREAM_VERBOSE:
		*variablep = "VerbosePreference";
		if (c->verbose >= 0)
			return c->verbose ? PREF_CONTINUE : PREF_SILENT;
		return preference_get(s, A.vp, PREF_SILENT);
	case STREAM_DEBUG:
		*variablep = "DebugPreference";
		if (c->debug >= 0)
			return c->debug ? PREF_CONTINUE : PREF_SILENT;
		return preference_get(s, A.dp, PREF_SILENT);
	case STREAM_INFORMATION:
		*variablep = "InformationPreference";
		if (c->ia != PREF_UNSET)
			return c->ia;
		return preference_get(s, A.ip, PREF_SILENT);
	}
	*variablep = "ProgressPreference";
	return preference_get(s, A.pp, PREF_CONTINUE);
}

static const struct type *
record_type(enum stream st)
{
	switch ((int)st) {
	case STREAM_WARNING:
		return &type_warning_record;
	case STREAM_VERBOSE:
		return &type_verbose_record;
	case STREAM_DEBUG:
		return &type_debug_record;
	case STREAM_PROGRESS:
		return &type_progress_record;
	}
	return &type_information_record;
}

/* Whether an information record is Write-Host's. */
static bool
is_host_record(struct value record)
{
	struct message_record *m = (struct message_record *)(void *)record.u.p;

	return record.type == &type_information_record &&
	    value_is_object(m->message);
}

enum flow
call_stream(struct call *c, enum stream st, struct value v)
{
	struct session *s = c->s;
	const struct streams *to = streams_of(c);
	const char *variable;
	enum preference pref = stream_preference(c, st, &variable);
	struct value record;
	enum flow flow = FLOW_MORE;
	bool host;

	if (pref == PREF_IGNORE)
		return FLOW_MORE;
	if (st != STREAM_INFORMATION && st != STREAM_WARNING &&
	    pref == PREF_SILENT)
		return FLOW_MORE;
	record = v.type == record_type(st) ? value_ref(v) :
					     record_new(s, record_type(st), v);
	host = is_host_record(record);
	streams_note(to, st, record);
	if (to->to[st] != NULL &&
	    (pref != PREF_SILENT || st == STREAM_INFORMATION)) {
		flow = to->to[st]->put(to->to[st], record);
	} else if (to->to[st] == NULL && (pref != PREF_SILENT || host)) {
		if (!host && s->formatter != NULL &&
		    s->formatter->flush != NULL)
			s->formatter->flush(s->formatter, &s->run);
		s->host->record(s->host, &s->run, st, record);
	}
	if (flow == FLOW_MORE && pref == PREF_STOP)
		flow = stopped_by_preference(c, variable, record);
	value_unref(record);
	return flow;
}

enum flow
call_write(struct call *c, enum stream s, struct value v)
{
	if (s == STREAM_OUTPUT)
		return call_emit(c, v);
	if (s == STREAM_ERROR)
		return call_error_record(c, v);
	return call_stream(c, s, v);
}

static enum flow __attribute__((format(printf, 3, 0)))
stream_text(struct call *c, enum stream st, const char *fmt, va_list ap)
{
	struct buf b = { 0 };
	struct value v;
	enum flow flow;

	buf_vprintf(&b, fmt, ap);
	v = value_string_n(buf_text(&b), b.len);
	flow = call_stream(c, st, v);
	value_unref(v);
	buf_clear(&b);
	return flow;
}

enum flow
call_warn(struct call *c, const char *fmt, ...)
{
	va_list ap;
	enum flow flow;

	va_start(ap, fmt);
	flow = stream_text(c, STREAM_WARNING, fmt, ap);
	va_end(ap);
	return flow;
}

enum flow
call_verbose(struct call *c, const char *fmt, ...)
{
	va_list ap;
	enum flow flow;

	va_start(ap, fmt);
	flow = stream_text(c, STREAM_VERBOSE, fmt, ap);
	va_end(ap);
	return flow;
}

enum flow
call_debug(struct call *c, const char *fmt, ...)
{
	va_list ap;
	enum flow flow;

	va_start(ap, fmt);
	flow = stream_text(c, STREAM_DEBUG, fmt, ap);
	va_end(ap);
	return flow;
}

enum flow
call_information(struct call *c, struct value message, struct value tags)
{
	struct value record = record_new(c->s, &type_information_record,
	    message);
	struct message_record *m = (struct message_record *)(void *)record.u.p;
	enum flow flow;

	m->source = value_string(call_display_name(c));
	m->tags = value_is_nothing(tags) ? list_value(list_new(NULL, 0)) :
					   value_ref(tags);
	flow = call_stream(c, STREAM_INFORMATION, record);
	value_unref(record);
	return flow;
}

enum flow
call_host(struct call *c, struct value message, const char *text,
    bool newline, int fg, int bg)
{
	struct object *o = object_new(SMA "HostInformationMessage");
	struct list *tags = list_new(NULL, 1);
	enum flow flow;

	(void)message;
	object_set_take(o, "Message", value_string(text));
	object_set_take(o, "NoNewLine", value_bool(!newline));
	object_set_take(o, "ForegroundColor",
	    fg < 0 ? VALUE_NULL : value_int(fg));
	object_set_take(o, "BackgroundColor",
	    bg < 0 ? VALUE_NULL : value_int(bg));
	list_add_take(tags, value_string("PSHOST"));
	flow = call_information(c, object_value(o), list_value(tags));
	value_unref(object_value(o));
	value_unref(list_value(tags));
	return flow;
}
