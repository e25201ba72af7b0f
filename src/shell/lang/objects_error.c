/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ErrorRecord, its category, and where a command was called. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "shell/lang/objects.h"

#define SMA "System.Management.Automation."

/* ---- ErrorRecord ---- */

static void
record_release(struct cell *c)
{
	struct error_record *e = (struct error_record *)(void *)c;

	value_unref(e->exception);
	value_unref(e->target);
	value_unref(e->id);
	value_unref(e->details);
	value_unref(e->invocation);
	value_unref(e->stack);
	value_unref(e->activity);
	value_unref(e->reason);
	value_unref(e->target_name);
	value_unref(e->target_type);
	tree_unref(e->tree);
	mem_free(e);
}

static struct error_record *
of(struct value v)
{
	return (struct error_record *)(void *)v.u.p;
}

#define RECORD_FIELD(name)                                                     \
	static struct value record_##name(struct session *s, struct value v)   \
	{                                                                      \
		(void)s;                                                       \
		return value_ref(of(v)->name);                                 \
	}
RECORD_FIELD(exception)
RECORD_FIELD(target)
RECORD_FIELD(id)
RECORD_FIELD(details)
RECORD_FIELD(invocation)
RECORD_FIELD(stack)

static enum flow
record_set_details(struct session *s, struct value v, struct value to)
{
	(void)s;
	value_set(&of(v)->details, to);
	return FLOW_MORE;
}

/* CategoryInfo: a view of the record, which it keeps. */
struct category_info {
	struct cell cell;
	struct value record;
};

static struct value
record_category(struct session *s, struct value v)
{
	struct category_info *c = mem_zalloc(sizeof(*c));

	(void)s;
	c->cell.refs = 1;
	c->cell.type = &type_category_info;
	c->record = value_ref(v);
	return (struct value){ .type = &type_category_info, .u.p = &c->cell };
}

static struct value
record_pipeline(struct session *s, struct value v)
{
	(void)s;
	(void)v;
	return list_value(list_new(NULL, 0));
}

static enum flow
record_text(struct run *r, struct value v, struct value *textp)
{
	*textp = error_message(session_of(r), v);
	return FLOW_MORE;
}

static const struct lang_property record_properties[] = {
	{ "Exception", record_exception, NULL },
	{ "TargetObject", record_target, NULL },
	{ "CategoryInfo", record_category, NULL },
	{ "FullyQualifiedErrorId", record_id, NULL },
	{ "ErrorDetails", record_details, record_set_details },
	{ "InvocationInfo", record_invocation, NULL },
	{ "ScriptStackTrace", record_stack, NULL },
	{ "PipelineIterationInfo", record_pipeline, NULL },
	{ NULL, NULL, NULL },
};
static const struct lang_members record_members = { record_properties, NULL };
static const struct type_ops record_ops = {
	.text = record_text,
	.get = lang_object_get,
	.set = lang_object_set,
};

struct type type_error_record = {
	.name = SMA "ErrorRecord",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = record_release,
	.ops = &record_ops,
	.data = &record_members,
};

/* ---- ErrorCategoryInfo ---- */

static void
category_release(struct cell *c)
{
	value_unref(((struct category_info *)(void *)c)->record);
	mem_free(c);
}

static struct error_record *
of_category(struct value v)
{
	return of(((struct category_info *)(void *)v.u.p)->record);
}

static struct value
category_category(struct session *s, struct value v)
{
	const struct type *t = lang_type(SMA "ErrorCategory");
	struct value name = value_string(of_category(v)->category);
	struct value out = VALUE_NULL;
	bool ok = false;

	if (t != NULL &&
	    value_try_convert(&s->run, name, t, &out, &ok) == FLOW_MORE && ok) {
		value_unref(name);
		return out;
	}
	return name;
}

static struct value
text_or_empty(struct value v)
{
	return value_is_string(v) ? value_ref(v) : value_string("");
}

static struct value
category_activity(struct session *s, struct value v)
{
	(void)s;
	return text_or_empty(of_category(v)->activity);
}

static struct value
category_reason(struct session *s, struct value v)
{
	(void)s;
	return text_or_empty(of_category(v)->reason);
}

static struct value
category_target_name(struct session *s, struct value v)
{
	(void)s;
	return text_or_empty(of_category(v)->target_name);
}

static struct value
category_target_type(struct session *s, struct value v)
{
	(void)s;
	return text_or_empty(of_category(v)->target_type);
}

static enum flow
category_set_activity(struct session *s, struct value v, struct value to)
{
	(void)s;
	value_set(&of_category(v)->activity, to);
	return FLOW_MORE;
}

static enum flow
category_set_reason(struct session *s, struct value v, struct value to)
{
	(void)s;
	value_set(&of_category(v)->reason, to);
	return FLOW_MORE;
}

static enum flow
category_set_target_name(struct session *s, struct value v, struct value to)
{
	(void)s;
	value_set(&of_category(v)->target_name, to);
	return FLOW_MORE;
}

static enum flow
category_set_target_type(struct session *s, struct value v, struct value to)
{
	(void)s;
	value_set(&of_category(v)->target_type, to);
	return FLOW_MORE;
}

static const char *
chars_or_empty(struct value v)
{
	return value_is_string(v) ? value_chars(v) : "";
}

static enum flow
category_text(struct run *r, struct value v, struct value *textp)
{
	struct error_record *e = of_category(v);

	(void)r;
	*textp = value_printf("%s: (%s:%s) [%s], %s", e->category,
	    chars_or_empty(e->target_name), chars_or_empty(e->target_type),
	    chars_or_empty(e->activity), chars_or_empty(e->reason));
	return FLOW_MORE;
}

static const struct lang_property category_properties[] = {
	{ "Category", category_category, NULL },
	{ "Activity", category_activity, category_set_activity },
	{ "Reason", category_reason, category_set_reason },
	{ "TargetName", category_target_name, category_set_target_name },
	{ "TargetType", category_target_type, category_set_target_type },
	{ NULL, NULL, NULL },
};
static const struct lang_members category_members = { category_properties,
	NULL };
static const struct type_ops category_ops = {
	.text = category_text,
	.get = lang_object_get,
	.set = lang_object_set,
};

struct type type_category_info = {
	.name = SMA "ErrorCategoryInfo",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = category_release,
	.ops = &category_ops,
	.data = &category_members,
};

/* ---- InvocationInfo ---- */

static void
invocation_release(struct cell *c)
{
	struct invocation_info *i = (struct invocation_info *)(void *)c;

	tree_unref(i->tree);
	value_unref(i->name);
	value_unref(i->command);
	value_unref(i->bound);
	value_unref(i->unbound);
	mem_free(i);
}

static struct invocation_info *
info_of(struct value v)
{
	return (struct invocation_info *)(void *)v.u.p;
}

/* Lives as long as somebody asks; the call fills it when it is made. */
struct value
call_invocation(struct call *c)
{
	struct invocation_info *i;

	if (!value_is_null(c->invocation))
		return value_ref(c->invocation);
	i = mem_zalloc(sizeof(*i));
	i->cell.refs = 1;
	i->cell.type = &type_invocation_info;
	i->name = value_string(call_name(c));
	i->tree = c->tree != NULL ? tree_ref(c->tree) : NULL;
	if (c->node != NULL) {
		i->start = c->node->start;
		i->end = c->node->end;
	}
	i->command = command_info_value(c->s, &c->command, call_name(c));
	i->unbound = value_ref(c->rest);
	i->call = c;
	if (c->stage != NULL && c->stage->pipeline != NULL) {
		i->pipeline_length = (int)c->stage->pipeline->n;
		for (struct stage *st = c->stage; st != NULL; st = st->prev)
			i->pipeline_position++;
	}
	c->invocation = (struct value){ .type = &type_invocation_info,
		.u.p = &i->cell };
	return value_ref(c->invocation);
}

/* Of a record that a script wrote in nobody's name. */
struct value
invocation_nowhere(void)
{
	struct invocation_info *i = mem_zalloc(sizeof(*i));

	i->cell.refs = 1;
	i->cell.type = &type_invocation_info;
	i->name = value_string("");
	return (struct value){ .type = &type_invocation_info,
		.u.p = &i->cell };
}

static void
place_of(struct invocation_info *i, int *linep, int *columnp)
{
	*linep = *columnp = 0;
	if (i->tree != NULL && i->end > 0)
		tree_position(i->tree, i->start, linep, columnp);
}

static struct value
info_line_number(struct session *s, struct value v)
{
	int line, column;

	(void)s;
	place_of(info_of(v), &line, &column);
	return value_int(line);
}

static struct value
info_offset(struct session *s, struct value v)
{
	int line, column;

	(void)s;
	place_of(info_of(v), &line, &column);
	return value_int(column);
}

static struct value
info_line(struct session *s, struct value v)
{
	struct invocation_info *i = info_of(v);
	struct tree_text t;
	int line, column;

	(void)s;
	place_of(i, &line, &column);
	if (line == 0)
		return value_string("");
	t = tree_line(i->tree, line);
	return value_string_n(t.s, t.len);
}

static struct value
info_statement(struct session *s, struct value v)
{
	struct invocation_info *i = info_of(v);

	(void)s;
	if (i->tree == NULL)
		return value_string("");
	return value_string_n(i->tree->text + i->start, i->end - i->start);
}

static struct value
info_script(struct session *s, struct value v)
{
	struct invocation_info *i = info_of(v);

	(void)s;
	if (i->tree == NULL || i->tree->file == NULL)
		return value_string("");
	return value_string(i->tree->file);
}

static struct value
info_root(struct session *s, struct value v)
{
	struct invocation_info *i = info_of(v);
	const char *slash;

	(void)s;
	if (i->tree == NULL || i->tree->file == NULL ||
	    (slash = strrchr(i->tree->file, '/')) == NULL)
		return value_string("");
	return value_string_n(i->tree->file, (size_t)(slash - i->tree->file));
}

static struct value
info_position(struct session *s, struct value v)
{
	struct invocation_info *i = info_of(v);
	struct buf b = { 0 };
	struct value text;
	struct tree_text t;
	int line, column;
	size_t marks;

	(void)s;
	place_of(i, &line, &column);
	if (line == 0)
		return value_string("");
	t = tree_line(i->tree, line);
	if (i->tree->file != NULL)
		buf_printf(&b, "At %s:%d char:%d\n", i->tree->file, line,
		    column);
	else
		buf_printf(&b, "At line:%d char:%d\n", line, column);
	buf_printf(&b, "+ %.*s\n+ ", (int)t.len, t.s);
	buf_add_fill(&b, ' ', (size_t)(column - 1));
	marks = i->end - i->start;
	if (marks + (size_t)column - 1 > t.len)
		marks = t.len - ((size_t)column - 1);
	buf_add_fill(&b, '~', marks > 0 ? marks : 1);
	text = value_string_n(buf_text(&b), b.len);
	buf_clear(&b);
	return text;
}

static struct value
info_name(struct session *s, struct value v)
{
	(void)s;
	return value_ref(info_of(v)->name);
}

static struct value
info_command(struct session *s, struct value v)
{
	(void)s;
	return value_ref(info_of(v)->command);
}

static struct value
info_bound(struct session *s, struct value v)
{
	struct invocation_info *i = info_of(v);

	(void)s;
	if (i->call != NULL)
		return call_bound_parameters(i->call);
	return dict_value(dict_new(NULL));
}

static struct value
info_unbound(struct session *s, struct value v)
{
	(void)s;
	if (value_is_null(info_of(v)->unbound))
		return list_value(list_new(NULL, 0));
	return value_ref(info_of(v)->unbound);
}

static struct value
info_length(struct session *s, struct value v)
{
	(void)s;
	return value_int(info_of(v)->pipeline_length);
}

static struct value
info_pipeline_position(struct session *s, struct value v)
{
	(void)s;
	return value_int(info_of(v)->pipeline_position);
}

static struct value
info_expecting(struct session *s, struct value v)
{
	struct invocation_info *i = info_of(v);

	(void)s;
	return value_bool(i->call != NULL && i->call->expects_input);
}

static struct value
info_history(struct session *s, struct value v)
{
	(void)v;
	return value_long((int64_t)s->next_history);
}

static struct value
info_origin(struct session *s, struct value v)
{
	(void)s;
	(void)v;
	return value_string("Internal");
}

static const struct lang_property invocation_properties[] = {
	{ "MyCommand", info_command, NULL },
	{ "BoundParameters", info_bound, NULL },
	{ "UnboundArguments", info_unbound, NULL },
	{ "ScriptLineNumber", info_line_number, NULL },
	{ "OffsetInLine", info_offset, NULL },
	{ "HistoryId", info_history, NULL },
	{ "ScriptName", info_script, NULL },
	{ "Line", info_line, NULL },
	{ "Statement", info_statement, NULL },
	{ "PositionMessage", info_position, NULL },
	{ "PSScriptRoot", info_root, NULL },
	{ "PSCommandPath", info_script, NULL },
	{ "InvocationName", info_name, NULL },
	{ "PipelineLength", info_length, NULL },
	{ "PipelinePosition", info_pipeline_position, NULL },
	{ "ExpectingInput", info_expecting, NULL },
	{ "CommandOrigin", info_origin, NULL },
	{ NULL, NULL, NULL },
};
static const struct lang_members invocation_members = {
	invocation_properties, NULL
};

struct type type_invocation_info = {
	.name = SMA "InvocationInfo",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = invocation_release,
	.ops = &lang_object_ops,
	.data = &invocation_members,
};

/* [ErrorRecord]::new(exception, id, category, target) */
enum flow
error_record_construct(struct session *s, const struct value *args, size_t n,
    struct value *outp)
{
	struct value exception = n > 0 ? args[0] : VALUE_NULL;
	struct value made = VALUE_NULL;
	char *id, *category;

	if (n != 4)
		return lang_error(s, SMA "MethodException",
		    "MethodCountCouldNotFindBest", "NotSpecified", VALUE_NULL,
		    "Cannot find an overload for \"new\" and the argument "
		    "count: \"%zu\".", n);
	if (!error_is_exception(exception)) {
		char *text = value_text_plain(exception);

		made = error_exception(s, "System.Exception", text, VALUE_NULL);
		mem_free(text);
		exception = made;
	}
	id = value_text_plain(args[1]);
	category = value_text_plain(args[2]);
	*outp = error_from_exception(s, value_base(exception), id,
	    atom_str(category)->name, args[3]);
	mem_free(id);
	mem_free(category);
	value_unref(made);
	return FLOW_MORE;
}

void
objects_init_error(void)
{
	lang_type_add(&type_error_record);
	lang_type_add(&type_category_info);
	lang_type_add(&type_invocation_info);
}
