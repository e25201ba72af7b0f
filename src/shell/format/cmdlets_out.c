/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Out-String, Out-File, Out-Host, Out-Default: laid-out text and its place. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "core/buf.h"
#include "core/cmdlet.h"
#include "core/dict.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/object.h"
#include "core/string.h"
#include "core/textfile.h"
#include "core/type.h"
#include "shell/format/format.h"
#include "shell/format/format_cmdlets.h"
#include "shell/format/format_internal.h"
#include "types/encoding.h"
#include "types/fileinfo.h"

/* The elements of a dictionary as a list of entries; generic: of pairs. */
static struct value
dictionary_entries(const struct dict *d, bool generic)
{
	struct list *l = list_new(NULL, d->count);
	const struct dict_entry *e;
	size_t pos;

	DICT_EACH (e, d, pos) {
		struct object *o = object_new(generic ?
			"System.Collections.Generic.KeyValuePair`2" :
			"System.Collections.DictionaryEntry");

		object_set(o, "Key", e->key);
		object_set(o, "Value", e->value);
		if (!generic)
			object_set(o, "Name", e->key);
		list_add_take(l, object_value(o));
	}
	return list_value(l);
}

enum flow
format_elements(struct run *r, struct value v, struct iter *it)
{
	struct value base = value_base(v), entries;
	enum flow flow;

	if (!value_is_dict(base))
		return iter_begin(r, v, it);
	entries = dictionary_entries(dict_of(base),
	    strncmp(base.type->name, "System.Collections.Generic.",
		strlen("System.Collections.Generic.")) == 0);
	flow = iter_begin(r, entries, it);
	value_unref(entries);
	return flow;
}

struct out_state {
	struct format_engine *engine;
	struct buf text;
	struct run *run;
	struct call *call;
	struct text_writer *writer;
	enum flow flow; /* of a line that was emitted from inside */
};

static void
collect_text(void *arg, const char *text, size_t len)
{
	struct out_state *st = arg;

	buf_add(&st->text, text, len);
}

static void
host_text(void *arg, const char *text, size_t len)
{
	struct out_state *st = arg;

	if (st->run->ops->host_write != NULL)
		st->run->ops->host_write(st->run, text, len);
}

/* One column stays free, as on a terminal that wraps at its edge. */
static int
host_width(struct run *r)
{
	return (r->ops->width == NULL ? 80 : r->ops->width(r)) - 1;
}

static enum flow
out_object(struct call *c, struct value v)
{
	struct out_state *st = call_state(c);
	struct iter it;
	struct value item;
	bool more;
	enum flow flow;

	if (value_is_nothing(v))
		return FLOW_MORE;
	if (!value_is_dict(value_base(v)) && !value_unrolls(v))
		return format_engine_process(st->engine, call_run(c), v);
	flow = format_elements(call_run(c), v, &it);
	while (flow == FLOW_MORE) {
		flow = iter_next(call_run(c), &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		flow = format_engine_process(st->engine, call_run(c), item);
		value_unref(item);
	}
	iter_end(&it);
	return flow;
}

static void
out_clean(struct call *c)
{
	struct out_state *st = call_state(c);

	format_engine_free(st->engine);
	st->engine = NULL;
	buf_clear(&st->text);
	(void)text_writer_close(st->writer);
	st->writer = NULL;
}

/* --- Out-String --- */

enum { STRING_STREAM, STRING_WIDTH, STRING_NO_NEWLINE, STRING_INPUT };

static const struct param_spec string_params[] = {
	{ "Stream", "switch", NULL, "StreamFormatting/", 0, NULL, 0, 0,
	    "one string a line in place of one for all" },
	{ "Width", "int", NULL, NULL, 0, NULL, 2, 2147483647,
	    "columns of a line" },
	{ "NoNewline", "switch", NULL, "NoNewLineFormatting/", 0, NULL, 0, 0,
	    "leaves out line ends" },
	{ "InputObject", "psobject", NULL, "*/v", 0, NULL, 0, 0,
	    "the objects to lay out" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
out_string_begin(struct call *c)
{
	struct out_state *st = call_state(c);
	int64_t width =
	    call_int(c, STRING_WIDTH, host_width(call_run(c)));

	st->engine = format_engine_new(
	    width > INT32_MAX ? INT32_MAX : (int)width, collect_text, st);
	return FLOW_MORE;
}

/* Emits the complete lines gathered so far. */
static enum flow
emit_lines(struct call *c)
{
	struct out_state *st = call_state(c);
	size_t at = 0;
	enum flow flow = FLOW_MORE;

	while (flow == FLOW_MORE && at < st->text.len) {
		const char *line = st->text.data + at;
		const char *lf = memchr(line, '\n', st->text.len - at);

		if (lf == NULL)
			break;
		at += (size_t)(lf - line) + 1;
		flow = call_emit_take(
		    c, value_string_n(line, (size_t)(lf - line)));
	}
	buf_consume(&st->text, at);
	return flow;
}

static enum flow
out_string_process(struct call *c)
{
	enum flow flow = out_object(c, call_param(c, STRING_INPUT));

	if (flow == FLOW_MORE && call_switch(c, STRING_STREAM))
		flow = emit_lines(c);
	return flow;
}

static void
drop_line_ends(struct buf *b)
{
	size_t from, to = 0;

	for (from = 0; from < b->len; from++)
		if (b->data[from] != '\n')
			b->data[to++] = b->data[from];
	buf_truncate(b, to);
}

static enum flow
out_string_end(struct call *c)
{
	struct out_state *st = call_state(c);
	enum flow flow = format_engine_end(st->engine, call_run(c));

	if (flow != FLOW_MORE)
		return flow;
	if (call_switch(c, STRING_STREAM))
		return emit_lines(c);
	if (call_switch(c, STRING_NO_NEWLINE))
		drop_line_ends(&st->text);
	return call_emit_take(
	    c, value_string_n(buf_text(&st->text), st->text.len));
}

const struct cmdlet cmdlet_out_string = {
	.name = "Out-String",
	.class_name = "Microsoft.PowerShell.Commands.OutStringCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "NoNewLineFormatting",
	.params = string_params,
	.synopsis = "Gives laid-out objects as a string",
	.state_size = sizeof(struct out_state),
	.begin = out_string_begin,
	.process = out_string_process,
	.end = out_string_end,
	.clean = out_clean,
};

/* --- Out-Host, Out-Default --- */

static const struct param_spec host_params[] = {
	{ "Paging", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "stops after each screen" },
	{ "InputObject", "psobject", NULL, "*/v", 0, NULL, 0, 0,
	    "the objects to lay out" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static const struct param_spec default_params[] = {
	{ "Transcript", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "writes to the transcript alone" },
	{ "InputObject", "psobject", NULL, "*/v", 0, NULL, 0, 0,
	    "the objects to lay out" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
out_host_begin(struct call *c)
{
	struct out_state *st = call_state(c);

	st->run = call_run(c);
	st->engine = format_engine_new(host_width(st->run), host_text, st);
	return FLOW_MORE;
}

static enum flow
out_host_process(struct call *c)
{
	return out_object(c, call_param(c, 1));
}

static enum flow
out_host_end(struct call *c)
{
	struct out_state *st = call_state(c);

	return format_engine_end(st->engine, call_run(c));
}

const struct cmdlet cmdlet_out_host = {
	.name = "Out-Host",
	.class_name = "Microsoft.PowerShell.Commands.OutHostCommand",
	.module = "Microsoft.PowerShell.Core",
	.params = host_params,
	.synopsis = "Writes laid-out objects to the screen",
	.state_size = sizeof(struct out_state),
	.begin = out_host_begin,
	.process = out_host_process,
	.end = out_host_end,
	.clean = out_clean,
};

const struct cmdlet cmdlet_out_default = {
	.name = "Out-Default",
	.class_name = "Microsoft.PowerShell.Commands.OutDefaultCommand",
	.module = "Microsoft.PowerShell.Core",
	.params = default_params,
	.synopsis = "Writes laid-out objects where output goes by default",
	.state_size = sizeof(struct out_state),
	.begin = out_host_begin,
	.process = out_host_process,
	.end = out_host_end,
	.clean = out_clean,
};

/* --- Out-File --- */

enum {
	FILE_PATH,
	FILE_LITERAL,
	FILE_ENCODING,
	FILE_APPEND,
	FILE_FORCE,
	FILE_NO_CLOBBER,
	FILE_WIDTH,
	FILE_NO_NEWLINE,
	FILE_INPUT,
};

static const struct param_spec file_params[] = {
	{ "FilePath", "string", "Path", "ByPath/0m", 0, NULL, 0, 0,
	    "the file to write" },
	{ "LiteralPath", "string", "PSPath LP", "ByLiteralPath/mp", 0, NULL, 0,
	    0, "the file to write, wildcards not expanded" },
	{ "Encoding", "System.Object", NULL, "*/1", 0, NULL, 0, 0,
	    "utf8NoBOM unless said otherwise" },
	{ "Append", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "adds to the end of the file" },
	{ "Force", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "writes read-only files too" },
	{ "NoClobber", "switch", "NoOverwrite", NULL, 0, NULL, 0, 0,
	    "refuses to replace a file" },
	{ "Width", "int", NULL, NULL, 0, NULL, 2, 2147483647,
	    "columns of a line" },
	{ "NoNewline", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "leaves out line ends" },
	{ "InputObject", "psobject", NULL, "*/v", 0, NULL, 0, 0,
	    "the objects to lay out" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static const char *
file_path(struct call *c)
{
	const char *path = call_string(c, FILE_PATH);

	return path != NULL ? path : call_string(c, FILE_LITERAL);
}

/* -Encoding: a name, a code page or a System.Text.Encoding. */
static enum flow
file_encoding(struct call *c, enum text_encoding *ep)
{
	struct value v = value_base(call_param(c, FILE_ENCODING));
	char *text;
	enum flow flow = FLOW_MORE;

	*ep = TEXT_UTF8;
	if (value_is_nothing(v) || encoding_which(v, ep))
		return FLOW_MORE;
	text = value_text_plain(v);
	if (!text_encoding_find(text, ep)) {
		struct fault f;

		(void)fault_set(&f, FAULT_INVALID,
		    "Cannot process argument transformation on parameter "
		    "'Encoding'. '%s' is not a supported encoding name.",
		    text);
		flow = call_throw_fault(c, &f, VALUE_NULL);
	}
	mem_free(text);
	return flow;
}

static enum flow
file_refused(struct call *c, const char *path, int error)
{
	struct value target = value_string(path);
	struct error_spec spec = { .exception = "System.IO.IOException",
		.id = "FileOpenFailure", .category = "OpenError",
		.target = target };
	char *message;
	enum flow flow;

	if (error == EEXIST) {
		spec.id = "NoClobber";
		spec.category = "ResourceExists";
		message = mem_printf("The file '%s' already exists.", path);
	} else if (error == ENOENT || error == ENOTDIR) {
		spec.exception = "System.IO.DirectoryNotFoundException";
		message = mem_printf("Could not find a part of the path "
				     "'%s'.", path);
	} else if (error == EACCES || error == EISDIR || error == EPERM) {
		spec.exception = "System.UnauthorizedAccessException";
		message = mem_printf("Access to the path '%s' is denied.",
		    path);
	} else {
		message = mem_printf("%s : '%s'", strerror(error), path);
	}
	spec.message = message;
	flow = call_throw(c, &spec);
	mem_free(message);
	value_unref(target);
	return flow;
}

static enum flow
out_file_begin(struct call *c)
{
	struct out_state *st = call_state(c);
	const char *name = file_path(c);
	struct run *r = call_run(c);
	enum text_encoding e;
	unsigned flags = 0;
	char *path;
	bool yes;
	int error;
	enum flow flow = file_encoding(c, &e);

	if (flow != FLOW_MORE)
		return flow;
	st->engine = format_engine_new(
	    (int)call_int(c, FILE_WIDTH, host_width(r)), collect_text, st);
	if (call_should(c, name, "Output to File", &yes) != FLOW_MORE)
		return FLOW_LEAVE;
	if (!yes)
		return FLOW_MORE;
	flags |= call_switch(c, FILE_APPEND) ? TEXT_APPEND : 0;
	flags |= call_switch(c, FILE_NO_CLOBBER) ? TEXT_NO_CLOBBER : 0;
	flags |= call_switch(c, FILE_FORCE) ? TEXT_FORCE : 0;
	path = fileinfo_from_shell(r, name);
	st->writer = text_writer_open(path, flags, e);
	error = errno;
	if (st->writer == NULL)
		flow = file_refused(c, path, error);
	mem_free(path);
	return flow;
}

static enum flow
file_flush(struct call *c)
{
	struct out_state *st = call_state(c);
	struct fault f;
	int error;

	if (st->writer == NULL)
		return FLOW_MORE;
	if (call_switch(c, FILE_NO_NEWLINE))
		drop_line_ends(&st->text);
	error = text_writer_add(st->writer, buf_text(&st->text),
	    st->text.len);
	buf_reset(&st->text);
	if (error == 0)
		return FLOW_MORE;
	(void)fault_errno(&f, error, "%s", file_path(c));
	return call_throw_fault(c, &f, VALUE_NULL);
}

static enum flow
out_file_process(struct call *c)
{
	struct out_state *st = call_state(c);
	enum flow flow = out_object(c, call_param(c, FILE_INPUT));

	if (flow == FLOW_MORE && st->text.len > 65536)
		flow = file_flush(c);
	return flow;
}

static enum flow
out_file_end(struct call *c)
{
	struct out_state *st = call_state(c);
	enum flow flow = format_engine_end(st->engine, call_run(c));

	if (flow == FLOW_MORE)
		flow = file_flush(c);
	if (flow == FLOW_MORE && st->writer != NULL) {
		struct fault f;
		int error = text_writer_close(st->writer);

		st->writer = NULL;
		if (error != 0) {
			(void)fault_errno(&f, error, "%s", file_path(c));
			flow = call_throw_fault(c, &f, VALUE_NULL);
		}
	}
	return flow;
}

const struct cmdlet cmdlet_out_file = {
	.name = "Out-File",
	.class_name = "Microsoft.PowerShell.Commands.OutFileCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "ByPath",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = file_params,
	.synopsis = "Writes laid-out objects to a file",
	.state_size = sizeof(struct out_state),
	.begin = out_file_begin,
	.process = out_file_process,
	.end = out_file_end,
	.clean = out_clean,
};

const struct cmdlet *const cmdlets_format[] = {
	&cmdlet_format_custom,
	&cmdlet_format_list,
	&cmdlet_format_table,
	&cmdlet_format_wide,
	&cmdlet_out_default,
	&cmdlet_out_file,
	&cmdlet_out_host,
	&cmdlet_out_string,
	NULL,
};
