/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Error records: where they are made, thrown, caught, shown and kept. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "shell/lang/lang_internal.h"

/* LIMIT: records kept in $Error ($MaximumErrorCount of old). */
#define ERROR_LIST_MAX 256

#define SMA "System.Management.Automation."

const struct type *
lang_type(const char *name)
{
	return type_find(name, strlen(name));
}

struct error_record *
error_record_of(struct value v)
{
	v = value_base(v);
	if (v.type != &type_error_record)
		return NULL;
	return (struct error_record *)(void *)v.u.p;
}

bool
value_is_error(struct value v)
{
	return error_record_of(v) != NULL;
}

bool
error_is_exception(struct value v)
{
	static const struct type *exception;
	const struct type *t = value_type(v);

	if (exception == NULL)
		exception = lang_type("System.Exception");
	return t != NULL && exception != NULL && type_is_a(t, exception);
}

struct value
error_exception(struct session *s, const char *type, const char *message,
    struct value inner)
{
	const struct type *t = lang_type(type);
	struct value args[2] = { value_string(message), inner };
	struct value out = VALUE_NULL;
	enum flow flow;

	if (t == NULL) {
		type = SMA "RuntimeException";
		t = lang_type(type);
	}
	flow = t == NULL ? FLOW_LEAVE :
			   type_construct(&s->run, t, args,
			       value_is_nothing(inner) ? 1 : 2, &out);
	if (flow != FLOW_MORE) {
		/* one whose constructor wants something else */
		run_leave_clear(&s->run);
		t = lang_type(SMA "RuntimeException");
		if (t == NULL || type_construct(&s->run, t, args, 1, &out) !=
		    FLOW_MORE) {
			run_leave_clear(&s->run);
			out = value_ref(args[0]);
		}
	}
	value_unref(args[0]);
	return out;
}

struct value
error_message(struct session *s, struct value v)
{
	struct error_record *e = error_record_of(v);
	struct value text = VALUE_NULL;
	bool found = false;

	if (e != NULL) {
		if (!value_is_null(e->details)) {
			struct value m = object_get(object_of(e->details),
			    "Message");

			if (value_is_string(m) && value_chars_len(m) > 0)
				return m;
			value_unref(m);
		}
		v = e->exception;
	}
	if (value_is_string(v))
		return value_ref(v);
	if (value_get_member(&s->run, v, "Message", &text, &found) !=
	    FLOW_MORE)
		run_leave_clear(&s->run);
	if (!value_is_string(text)) {
		value_unref(text);
		return value_string("");
	}
	return text;
}

/* "System.IO.IOException" is called IOException. */
static const char *
short_type_name(const struct type *t)
{
	const char *dot;

	if (t == NULL)
		return "";
	dot = strrchr(t->name, '.');
	return dot != NULL ? dot + 1 : t->name;
}

static struct value
target_text(struct value target)
{
	char *text;
	struct value v;

	if (value_is_nothing(target))
		return value_string("");
	text = value_text_plain(target);
	v = value_string(text);
	mem_free(text);
	return v;
}

struct value
error_from_exception(struct session *s, struct value exception,
    const char *id, const char *category, struct value target)
{
	struct error_record *e = mem_zalloc(sizeof(*e));

	e->cell.refs = 1;
	e->cell.type = &type_error_record;
	e->exception = value_ref(exception);
	e->target = value_ref(target);
	e->id = value_string(id);
	e->category = category != NULL ? category : "NotSpecified";
	e->reason = value_string(short_type_name(value_type(exception)));
	e->target_name = target_text(target);
	e->target_type = value_string(short_type_name(value_type(target)));
	(void)s;
	return (struct value){ .type = &type_error_record, .u.p = &e->cell };
}

struct value
error_new(struct session *s, const struct error_spec *spec)
{
	struct value exception, v;
	const char *type = spec->exception != NULL ?
	    spec->exception : SMA "RuntimeException";

	if (error_is_exception(spec->inner) && spec->message == NULL)
		exception = value_ref(spec->inner);
	else
		exception = error_exception(s, type,
		    spec->message != NULL ? spec->message : "", spec->inner);
	v = error_from_exception(s, exception,
	    spec->id != NULL ? spec->id : type, spec->category, spec->target);
	value_unref(exception);
	return v;
}

/* ---- place ---- */

static void
stack_line(struct buf *b, struct frame *f)
{
	int line = 0, column = 0;

	if (f->tree == NULL)
		return;
	if (f->at != NULL)
		tree_position(f->tree, f->at->start, &line, &column);
	if (b->len > 0)
		buf_add_byte(b, '\n');
	buf_add_str(b, "at ");
	if (f->block != NULL && f->block->function != NULL) {
		struct tree_text name = f->block->function->name;

		buf_add(b, name.s, name.len);
	} else if (f->is_script_file && f->tree->file != NULL) {
		const char *slash = strrchr(f->tree->file, '/');

		buf_add_str(b, "<ScriptBlock>");
		(void)slash;
	} else {
		buf_add_str(b, "<ScriptBlock>");
	}
	buf_printf(b, ", %s: line %d",
	    f->tree->file != NULL ? f->tree->file : "<No file>", line);
}

static struct value
stack_text(struct session *s)
{
	struct buf b = { 0 };
	struct value v;
	size_t n = 0;

	for (struct frame *f = s->frame; f != NULL && n < 64; f = f->caller)
		if (!f->dot) {
			stack_line(&b, f);
			n++;
		}
	v = value_string_n(buf_text(&b), b.len);
	buf_clear(&b);
	return v;
}

static struct value
place_here(struct session *s)
{
	struct invocation_info *i;
	struct frame *f = s->frame;

	if (s->call != NULL)
		return call_invocation(s->call);
	if (f == NULL)
		return VALUE_NULL;
	i = mem_zalloc(sizeof(*i));
	i->cell.refs = 1;
	i->cell.type = &type_invocation_info;
	i->name = value_string("");
	i->tree = f->tree != NULL ? tree_ref(f->tree) : NULL;
	if (f->at != NULL) {
		i->start = f->at->start;
		i->end = f->at->end;
	}
	return (struct value){ .type = &type_invocation_info,
		.u.p = &i->cell };
}

void
error_place(struct session *s, struct error_record *e)
{
	struct frame *f = s->frame;

	if (value_is_null(e->invocation))
		e->invocation = place_here(s);
	if (value_is_null(e->stack))
		e->stack = stack_text(s);
	if (e->tree == NULL && f != NULL && f->tree != NULL &&
	    f->at != NULL) {
		e->tree = tree_ref(f->tree);
		e->start = f->at->start;
		e->end = f->at->end;
	}
}

void
error_add_suffix(struct error_record *e, struct call *c)
{
	const char *suffix = call_suffix(c);

	if (suffix[0] == '\0' || strchr(value_chars(e->id), ',') != NULL)
		return;
	value_set_take(&e->id,
	    value_printf("%s,%s", value_chars(e->id), suffix));
}

/* ---- throwing and catching ---- */

enum flow
error_leave_take(struct session *s, struct value record, bool fatal)
{
	run_leave_clear(&s->run);
	s->run.leave.kind = LEAVE_THROW;
	s->run.leave.value = record;
	s->run.leave.fatal = fatal;
	return FLOW_LEAVE;
}

enum flow
lang_error(struct session *s, const char *exception, const char *id,
    const char *category, struct value target, const char *fmt, ...)
{
	struct error_spec spec = {
		.exception = exception,
		.id = id,
		.category = category != NULL ? category : "InvalidOperation",
		.target = target,
	};
	struct buf b = { 0 };
	struct value record;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	spec.message = buf_text(&b);
	record = error_new(s, &spec);
	buf_clear(&b);
	error_place(s, error_record_of(record));
	return error_leave_take(s, record, false);
}

struct value
error_catch(struct session *s)
{
	struct value v = s->run.leave.value;

	s->run.leave.value = VALUE_NULL;
	run_leave_clear(&s->run);
	if (!value_is_error(v)) {
		struct error_spec spec = { .id = "RuntimeException" };
		char *text = value_text_plain(v);
		struct value record;

		spec.message = text;
		record = error_new(s, &spec);
		mem_free(text);
		value_unref(v);
		v = record;
	}
	return v;
}

void
error_rewrap_assignment(struct session *s, struct value *recordp,
    const char *variable)
{
	const struct error_record *e = error_record_of(*recordp);
	struct error_spec spec = {
		.exception = SMA "ArgumentTransformationMetadataException",
		.id = "RuntimeException",
		.category = "MetadataError",
	};
	struct value message, record;

	(void)variable;
	if (e == NULL)
		return;
	message = error_message(s, *recordp);
	spec.message = value_chars(message);
	spec.inner = e->exception;
	record = error_new(s, &spec);
	value_unref(message);
	error_place(s, error_record_of(record));
	value_unref(*recordp);
	*recordp = record;
}

/* ---- showing ---- */

void
error_list(struct session *s, struct value record)
{
	struct error_record *e = error_record_of(record);

	if (e == NULL || e->listed)
		return;
	e->listed = true;
	list_insert(s->errors, 0, record);
	if (s->errors->count > ERROR_LIST_MAX)
		list_truncate(s->errors, ERROR_LIST_MAX);
}

enum flow
error_show(struct session *s, const struct streams *st, struct value record)
{
	struct sink *to = st != NULL ? st->to[STREAM_ERROR] : NULL;

	error_list(s, record);
	if (to != NULL)
		return to->put(to, record);
	if (s->formatter != NULL && s->formatter->flush != NULL)
		s->formatter->flush(s->formatter, &s->run);
	s->host->record(s->host, &s->run, STREAM_ERROR, record);
	return FLOW_MORE;
}

enum flow
error_statement(struct frame *f)
{
	struct session *s = f->s;
	enum preference pref;
	struct value record;
	enum flow flow = FLOW_MORE;

	s->ok = false;
	if (s->run.leave.kind != LEAVE_THROW || s->try_depth > 0)
		return FLOW_LEAVE;
	pref = preference_get(s, A.eap, PREF_CONTINUE);
	if (pref == PREF_STOP)
		s->run.leave.fatal = true;
	if (s->run.leave.fatal && pref != PREF_SILENT && pref != PREF_IGNORE)
		return FLOW_LEAVE;
	record = error_catch(s);
	if (pref == PREF_SILENT)
		error_list(s, record);
	else if (pref != PREF_IGNORE)
		flow = error_show(s, s->streams, record);
	value_unref(record);
	return flow;
}

/* ---- preferences ---- */

static const char *const preference_names[] = {
	[PREF_SILENT] = "SilentlyContinue",
	[PREF_STOP] = "Stop",
	[PREF_CONTINUE] = "Continue",
	[PREF_INQUIRE] = "Inquire",
	[PREF_IGNORE] = "Ignore",
	[PREF_SUSPEND] = "Suspend",
	[PREF_BREAK] = "Break",
};

const char *
preference_name(enum preference p)
{
	return p < PREF_UNSET ? preference_names[p] : "Continue";
}

struct value
preference_value(enum preference p)
{
	const struct type *t = lang_type(SMA "ActionPreference");

	if (t == NULL)
		return value_string(preference_name(p));
	return (struct value){ .type = t, .u.i = p };
}

bool
preference_parse(struct session *s, struct value v, enum preference *p)
{
	v = value_base(v);
	if (v.type == &type_int || v.type == &type_long ||
	    (v.type != NULL && v.type->kind == TYPE_KIND_ENUM)) {
		if (v.u.i < 0 || v.u.i >= PREF_UNSET)
			return false;
		*p = (enum preference)v.u.i;
		return true;
	}
	(void)s;
	if (v.type == &type_bool) {
		*p = v.u.b ? PREF_CONTINUE : PREF_SILENT;
		return true;
	}
	if (!value_is_string(v))
		return false;
	for (size_t i = 0; i < PREF_UNSET; i++)
		if (string_equal_ci(preference_names[i], value_chars(v))) {
			*p = (enum preference)i;
			return true;
		}
	for (size_t i = 0; i < PREF_UNSET; i++)
		if (strncasecmp(preference_names[i], value_chars(v),
			value_chars_len(v)) == 0 && value_chars_len(v) > 0) {
			*p = (enum preference)i;
			return true;
		}
	return false;
}

enum preference
preference_get(struct session *s, const struct atom *name,
    enum preference fallback)
{
	struct scope *sc = s->frame != NULL ? s->frame->scope : s->global;
	struct variable *v = scope_find(sc, name);
	enum preference p = fallback;

	if (v != NULL)
		(void)preference_parse(s, v->value, &p);
	return p;
}
