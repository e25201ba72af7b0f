/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that the data commands read and write. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmdlets/data/files.h"
#include "core/dict.h"
#include "core/list.h"
#include "core/mem.h"
#include "types/encoding.h"
#include "types/report.h"
#include "types/types.h"

char *
data_path(struct call *c, const char *name)
{
	struct run *r = call_run(c);
	const char *home = getenv("HOME");
	char *path, *p;

	if (name[0] == '~' && (name[1] == '\0' || name[1] == '/') &&
	    home != NULL)
		path = mem_printf("%s%s", home, name + 1);
	else if (name[0] == '/')
		path = mem_strdup(name);
	else
		path = mem_printf("%s/%s", r->ops->location(r),
		    strncmp(name, "./", 2) == 0 || strncmp(name, ".\\", 2) == 0
			? name + 2
			: name);
	for (p = path; *p != '\0'; p++)
		if (*p == '\\')
			*p = '/';
	return path;
}

struct each {
	struct call *call;
	data_file_fn *fn;
	void *arg;
};

static enum flow
each_path(void *arg, struct value v)
{
	struct each *e = arg;
	struct value base = value_base(v);

	return value_is_string(base)
	    ? e->fn(e->call, value_chars(base), e->arg)
	    : FLOW_MORE;
}

/* Convert-Path knows drives and wildcards, and says what is missing. */
static enum flow
convert_path(struct call *c, const char *name, bool literal, struct value *outp)
{
	struct dict *named = dict_new(NULL);
	struct invoke_spec spec = { .command = value_string("Convert-Path"),
		.named = dict_value(named) };
	enum flow flow;

	dict_set_str_take(named, literal ? "LiteralPath" : "Path",
	    value_string(name));
	dict_set_str_take(named, "ErrorAction", value_string("Stop"));
	flow = call_run(c)->ops->invoke_with(call_run(c), &spec, outp);
	value_unref(spec.command);
	value_unref(dict_value(named));
	return flow;
}

static enum flow
each_name(struct call *c, const char *name, bool literal, struct each *e)
{
	struct value found = VALUE_NULL, item;
	struct iter it;
	bool more, plain = literal || !wildcard_has(name);
	enum flow flow;

	if (plain) {
		char *path = data_path(c, name);

		if (access(path, F_OK) == 0) {
			flow = e->fn(c, path, e->arg);
			mem_free(path);
			return flow;
		}
		mem_free(path);
	}
	flow = convert_path(c, name, literal, &found);
	if (flow == FLOW_LEAVE)
		return call_retell(c);
	flow = iter_begin(call_run(c), found, &it);
	while (flow == FLOW_MORE) {
		flow = iter_next(call_run(c), &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		flow = each_path(e, item);
		value_unref(item);
	}
	iter_end(&it);
	value_unref(found);
	return flow;
}

enum flow
data_each_file(struct call *c, size_t path, size_t literal, data_file_fn *fn,
    void *arg)
{
	struct each e = { c, fn, arg };
	bool by_literal = call_bound(c, literal);
	struct value list =
	    value_base(call_param(c, by_literal ? literal : path));
	size_t i;
	enum flow flow = FLOW_MORE;

	if (value_is_string(list))
		return each_name(c, value_chars(list), by_literal, &e);
	if (!value_is_list(list))
		return FLOW_MORE;
	for (i = 0; flow == FLOW_MORE && i < list_of(list)->count; i++)
		flow = each_name(c,
		    value_chars(value_base(list_of(list)->items[i])),
		    by_literal, &e);
	return flow;
}

enum flow
data_encoding(struct call *c, size_t param, enum text_encoding *ep)
{
	struct value v = value_base(call_param(c, param));
	char *text;
	bool ok;

	*ep = TEXT_UTF8;
	if (value_is_nothing(v) || encoding_which(v, ep))
		return FLOW_MORE;
	text = value_text_plain(v);
	ok = text_encoding_find(text, ep);
	if (!ok) {
		enum flow flow = call_throwf(c, "System.ArgumentException",
		    "ParameterArgumentTransformationError", "InvalidData",
		    VALUE_NULL,
		    "'%s' is not a supported encoding name. For information "
		    "on defining a custom encoding, see the documentation for "
		    "the Encoding.RegisterProvider method.",
		    text);

		mem_free(text);
		return flow;
	}
	mem_free(text);
	return FLOW_MORE;
}

enum flow
data_open_failed(struct call *c, const char *path, int error)
{
	switch (error) {
	case ENOENT:
		return call_errorf(c, "System.IO.FileNotFoundException",
		    "FileOpenFailure", "OpenError", VALUE_NULL,
		    "Could not find file '%s'.", path);
	case ENOTDIR:
		return call_errorf(c, "System.IO.DirectoryNotFoundException",
		    "FileOpenFailure", "OpenError", VALUE_NULL,
		    "Could not find a part of the path '%s'.", path);
	case EACCES:
	case EISDIR:
		return call_errorf(c, "System.UnauthorizedAccessException",
		    "FileOpenFailure", "OpenError", VALUE_NULL,
		    "Access to the path '%s' is denied.", path);
	default:
		return call_errorf(c, "System.IO.IOException",
		    "FileOpenFailure", "OpenError", VALUE_NULL, "%s : '%s'",
		    strerror(error), path);
	}
}
