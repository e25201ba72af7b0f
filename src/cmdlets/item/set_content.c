/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Set-Content, Add-Content, Clear-Content. */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cmdlets/item/item_internal.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/string.h"
#include "core/textfile.h"
#include "types/types.h"

enum {
	S_VALUE,
	S_PASS_THRU,
	S_PATH,
	S_LITERAL_PATH,
	S_FILTER,
	S_INCLUDE,
	S_EXCLUDE,
	S_FORCE,
	S_CREDENTIAL,
	S_NO_NEWLINE,
	S_ENCODING,
	S_AS_BYTE_STREAM,
};

static const struct param_spec content_params[] = {
	{ "Value", "System.Object[]", NULL,
	    "*/1mvp", PARAM_ALLOW_NULL | PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "the value" },
	{ "PassThru", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "gives what was changed" },
	{ "Path", "string[]", NULL,
	    "Path/0mp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralPath/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Filter", "string", NULL,
	    NULL, 0, NULL, 0, 0,
	    "a pattern the file system itself applies to names" },
	{ "Include", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "only what matches one of these" },
	{ "Exclude", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "not what matches one of these" },
	{ "Force", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "hidden and protected things too" },
	{ "Credential", "pscredential", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "who to act as" },
	{ "NoNewline", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "no line ends between or after values" },
	{ "Encoding", "System.Object", NULL,
	    NULL, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "the encoding of the text; utf8NoBOM unless said otherwise" },
	{ "AsByteStream", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "bytes in place of text" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

/* LIMIT: files one command writes at a time. */
#define FILES_MAX 256

struct target {
	struct place place;
	struct text_writer *w;
	struct list *values; /* for what is no file */
};

struct writing {
	struct target *v;
	size_t n;
	bool open, add;
	unsigned encoding;
};

static enum flow
failed(struct call *c, const struct place *p, int error)
{
	return place_failed(c, p, error, "GetContentWriter ", "WriteError");
}

static enum flow
is_folder(struct call *c, const struct place *p)
{
	char *message = mem_printf("Unable to write content because it is a "
				   "directory: '%s'.", p->path);
	struct error_spec spec = {
		.exception = "System.InvalidOperationException",
		.id = "WriteContainerContentException",
		.category = "InvalidOperation", .message = message };
	enum flow flow = call_error(c, &spec);

	mem_free(message);
	return flow;
}

static enum flow
open_one(struct call *c, const struct place *p, void *arg)
{
	struct writing *w = arg;
	struct target *t;
	bool yes;
	char *what;
	enum flow flow;

	if (w->n == FILES_MAX)
		return FLOW_MORE;
	if (p->provider == PROVIDER_FILESYSTEM && place_is_container(c, p))
		return is_folder(c, p);
	what = mem_printf("Path: %s", p->path);
	flow = call_should(c, what, w->add ? "Add Content" : "Set Content",
	    &yes);
	mem_free(what);
	if (flow != FLOW_MORE || !yes)
		return flow;
	w->v = mem_array_grow(w->v, w->n + 1, sizeof(*w->v));
	t = &w->v[w->n];
	memset(t, 0, sizeof(*t));
	if (p->provider != PROVIDER_FILESYSTEM) {
		t->values = list_new(NULL, 1);
	} else {
		t->w = text_writer_open(p->path, (w->add ? TEXT_APPEND : 0) |
			(call_switch(c, S_FORCE) ? TEXT_FORCE : 0),
		    (enum text_encoding)w->encoding);
		if (t->w == NULL)
			return failed(c, p, errno);
	}
	place_copy(&t->place, p);
	w->n++;
	return FLOW_MORE;
}

static enum flow
open_all(struct call *c, struct writing *w)
{
	struct name_filter f = { call_string(c, S_FILTER),
		call_param(c, S_INCLUDE), call_param(c, S_EXCLUDE) };
	enum flow flow = encoding_param(c, S_ENCODING, &w->encoding);

	if (flow != FLOW_MORE)
		return flow;
	w->open = true;
	return place_each_of(c, S_PATH, S_LITERAL_PATH, GLOB_MAKE, &f,
	    open_one, w);
}

static enum flow
close_all(struct call *c, struct writing *w, bool finish)
{
	enum flow flow = FLOW_MORE;

	for (size_t i = 0; i < w->n; i++) {
		struct target *t = &w->v[i];
		int error = text_writer_close(t->w);

		if (finish && error != 0 && flow == FLOW_MORE)
			flow = failed(c, &t->place, error);
		if (finish && t->values != NULL && flow == FLOW_MORE)
			flow = flat_set(c, &t->place, t->values->count == 1 ?
				t->values->items[0] :
				list_value(t->values), call_switch(c, S_FORCE));
		if (t->values != NULL)
			value_unref(list_value(t->values));
		place_clear(&t->place);
	}
	mem_free(w->v);
	w->v = NULL;
	w->n = 0;
	w->open = false;
	return flow;
}

static enum flow
put_byte(struct call *c, struct text_writer *w, struct value v)
{
	struct value base = value_base(v), out = VALUE_NULL;
	unsigned char b;
	bool ok = false;
	enum flow flow;
	struct error_spec spec = { .exception = "System.ArgumentException",
		.id = "ContentAccessError", .category = "InvalidArgument",
		.message = "Cannot proceed with byte encoding. When using "
			   "byte encoding the content must be of type byte." };

	if (base.type == &type_bytes) {
		(void)text_writer_bytes(w, bytes_of(base)->data,
		    bytes_of(base)->len);
		return FLOW_MORE;
	}
	flow = value_try_convert(call_run(c), base, type_find("byte", 4), &out,
	    &ok);
	if (flow != FLOW_MORE)
		return flow;
	if (!ok || value_is_string(base))
		return call_throw(c, &spec);
	b = (unsigned char)out.u.i;
	(void)text_writer_bytes(w, &b, 1);
	return FLOW_MORE;
}

static enum flow
put(struct call *c, struct target *t, struct value v, bool newline)
{
	struct value text = VALUE_NULL, base = value_base(v);
	enum flow flow = FLOW_MORE;
	int error = 0;

	if (t->w == NULL) {
		list_add(t->values, v);
		return FLOW_MORE;
	}
	if (call_switch(c, S_AS_BYTE_STREAM))
		return put_byte(c, t->w, v);
	if (value_is_string(base)) {
		error = text_writer_add(t->w, value_chars(base),
		    value_chars_len(base));
	} else {
		if (!value_is_nothing(base))
			flow = value_text_culture(call_run(c), v, &text);
		if (flow == FLOW_MORE && value_is_string(text))
			error = text_writer_add(t->w, value_chars(text),
			    value_chars_len(text));
		value_unref(text);
	}
	if (newline && flow == FLOW_MORE)
		error = text_writer_add(t->w, "\n", 1);
	return error == 0 ? flow : failed(c, &t->place, error);
}

static enum flow
put_value(struct call *c, struct target *t, struct value v)
{
	bool newline = !call_switch(c, S_NO_NEWLINE);
	struct value base = value_base(v);
	enum flow flow = FLOW_MORE;

	if (!value_is_list(base))
		return put(c, t, v, newline);
	for (size_t i = 0; i < list_of(base)->count && flow == FLOW_MORE; i++)
		flow = put(c, t, list_of(base)->items[i], newline);
	return flow;
}

static enum flow
write_process(struct call *c, bool add)
{
	struct writing *w = call_state(c);
	struct value v = call_param(c, S_VALUE);
	enum flow flow = FLOW_MORE;

	w->add = add;
	if (!w->open)
		flow = open_all(c, w);
	for (size_t i = 0; i < w->n && flow == FLOW_MORE; i++)
		flow = put_value(c, &w->v[i], v);
	if (flow == FLOW_MORE && call_switch(c, S_PASS_THRU) && w->n > 0)
		flow = call_emit_each(c, v);
	return flow;
}

static enum flow
set_process(struct call *c)
{
	return write_process(c, false);
}

static enum flow
add_process(struct call *c)
{
	return write_process(c, true);
}

static enum flow
write_end(struct call *c)
{
	return close_all(c, call_state(c), true);
}

static void
write_clean(struct call *c)
{
	(void)close_all(c, call_state(c), false);
}

const struct cmdlet cmdlet_set_content = {
	.name = "Set-Content",
	.class_name = "Microsoft.PowerShell.Commands.SetContentCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = content_params,
	.synopsis = "Writes a file anew",
	.state_size = sizeof(struct writing),
	.process = set_process,
	.end = write_end,
	.clean = write_clean,
};

const struct cmdlet cmdlet_add_content = {
	.name = "Add-Content",
	.class_name = "Microsoft.PowerShell.Commands.AddContentCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = content_params,
	.synopsis = "Adds to the end of a file",
	.state_size = sizeof(struct writing),
	.process = add_process,
	.end = write_end,
	.clean = write_clean,
};

enum {
	C_PATH,
	C_LITERAL_PATH,
	C_FILTER,
	C_INCLUDE,
	C_EXCLUDE,
	C_FORCE,
	C_CREDENTIAL,
};

static const struct param_spec clear_params[] = {
	{ "Path", "string[]", NULL,
	    "Path/0mp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralPath/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Filter", "string", NULL,
	    NULL, 0, NULL, 0, 0,
	    "a pattern the file system itself applies to names" },
	{ "Include", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "only what matches one of these" },
	{ "Exclude", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "not what matches one of these" },
	{ "Force", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "hidden and protected things too" },
	{ "Credential", "pscredential", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "who to act as" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
clear_one(struct call *c, const struct place *p, void *arg)
{
	char *what = mem_printf("Item: %s", p->path);
	struct text_writer *w;
	bool yes;
	enum flow flow = call_should(c, what, "Clear Content", &yes);

	(void)arg;
	mem_free(what);
	if (flow != FLOW_MORE || !yes)
		return flow;
	if (p->provider != PROVIDER_FILESYSTEM)
		return flat_set(c, p, VALUE_NULL, call_switch(c, C_FORCE));
	w = text_writer_open(p->path,
	    call_switch(c, C_FORCE) ? TEXT_FORCE : 0, TEXT_UTF8);
	if (w == NULL)
		return place_failed(c, p, errno, "ClearContent ",
		    "WriteError");
	(void)text_writer_close(w);
	return FLOW_MORE;
}

static enum flow
clear_process(struct call *c)
{
	struct name_filter f = { call_string(c, C_FILTER),
		call_param(c, C_INCLUDE), call_param(c, C_EXCLUDE) };

	return place_each_of(c, C_PATH, C_LITERAL_PATH, 0, &f, clear_one,
	    NULL);
}

const struct cmdlet cmdlet_clear_content = {
	.name = "Clear-Content",
	.class_name = "Microsoft.PowerShell.Commands.ClearContentCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = clear_params,
	.synopsis = "Empties a file",
	.process = clear_process,
};
