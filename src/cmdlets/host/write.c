/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Write-Host and the commands that write to the other streams; Out-Null. */
#include "config.h"

#include <string.h>

#include "cmdlets/host/host_cmdlets.h"
#include "core/buf.h"
#include "core/cmdlet.h"
#include "core/dict.h"
#include "core/list.h"
#include "core/string.h"
#include "core/type.h"
#include "types/types.h"

static const char *const colors[] = { "Black", "DarkBlue", "DarkGreen",
	"DarkCyan", "DarkRed", "DarkMagenta", "DarkYellow", "Gray", "DarkGray",
	"Blue", "Green", "Cyan", "Red", "Magenta", "Yellow", "White", NULL };

enum { H_OBJECT, H_NO_NEWLINE, H_SEPARATOR, H_FOREGROUND, H_BACKGROUND };

static const struct param_spec host_params[] = {
	{ "Object", "object", "Msg Message", "*/0vr", PARAM_ALLOW_NULL, NULL,
	    0, 0, "what to show" },
	{ "NoNewline", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "does not end the line" },
	{ "Separator", "object", NULL, NULL, 0, NULL, 0, 0,
	    "stands between several objects" },
	{ "ForegroundColor", "System.ConsoleColor", NULL, NULL, 0, colors, 0,
	    0, "the text's colour" },
	{ "BackgroundColor", "System.ConsoleColor", NULL, NULL, 0, colors, 0,
	    0, "the colour behind it" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static int
color_of(struct call *c, size_t param)
{
	struct value v = value_base(call_param(c, param));
	const char *name = value_chars(v);
	int i;

	if (value_is_nothing(v))
		return -1;
	if (name == NULL)
		return (int)v.u.i;
	for (i = 0; colors[i] != NULL; i++)
		if (string_equal_ci(colors[i], name))
			return i;
	return -1;
}

static enum flow add_shown(struct call *c, struct buf *b, struct value v,
    const char *separator);

/* "[key, value]" for each entry, as .NET writes a DictionaryEntry. */
static enum flow
add_dictionary(struct call *c, struct buf *b, const struct dict *d,
    const char *separator)
{
	const struct dict_entry *e;
	size_t pos;
	bool first = true;
	enum flow flow = FLOW_MORE;

	DICT_EACH (e, d, pos) {
		if (flow != FLOW_MORE)
			break;
		if (!first)
			buf_add_str(b, separator);
		first = false;
		buf_add_byte(b, '[');
		flow = add_shown(c, b, e->key, separator);
		buf_add_str(b, ", ");
		if (flow == FLOW_MORE)
			flow = add_shown(c, b, e->value, separator);
		buf_add_byte(b, ']');
	}
	return flow;
}

static enum flow
add_shown(struct call *c, struct buf *b, struct value v, const char *separator)
{
	struct value base = value_base(v), text, item;
	struct iter it;
	bool more, first = true;
	enum flow flow;

	if (value_is_nothing(base))
		return FLOW_MORE;
	if (value_is_dict(base))
		return add_dictionary(c, b, dict_of(base), separator);
	if (!value_unrolls(v)) {
		if ((flow = value_text_culture(call_run(c), v, &text)) !=
		    FLOW_MORE)
			return flow;
		buf_add(b, value_chars(text), value_chars_len(text));
		value_unref(text);
		return FLOW_MORE;
	}
	flow = iter_begin(call_run(c), v, &it);
	while (flow == FLOW_MORE) {
		flow = iter_next(call_run(c), &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		if (!first)
			buf_add_str(b, separator);
		first = false;
		flow = add_shown(c, b, item, separator);
		value_unref(item);
	}
	iter_end(&it);
	return flow;
}

static enum flow
write_host_process(struct call *c)
{
	struct value v = call_param(c, H_OBJECT), separator = VALUE_NULL;
	struct buf b;
	enum flow flow = FLOW_MORE;

	if (call_bound(c, H_SEPARATOR))
		flow = value_text(
		    call_run(c), call_param(c, H_SEPARATOR), &separator);
	if (flow != FLOW_MORE)
		return flow;
	/* One remaining argument is that argument, not a list of it. */
	if (value_is_list(v) && list_of(v)->count == 1)
		v = list_of(v)->items[0];
	buf_init(&b);
	flow = add_shown(c, &b, v,
	    value_is_string(separator) ? value_chars(separator) : " ");
	if (flow == FLOW_MORE)
		flow = call_host(c, v, b.data, !call_switch(c, H_NO_NEWLINE),
		    color_of(c, H_FOREGROUND), color_of(c, H_BACKGROUND));
	buf_clear(&b);
	value_unref(separator);
	return flow;
}

const struct cmdlet cmdlet_write_host = {
	.name = "Write-Host",
	.class_name = "Microsoft.PowerShell.Commands.WriteHostCommand",
	.module = "Microsoft.PowerShell.Utility",
	.params = host_params,
	.synopsis = "Shows text on the screen",
	.process = write_host_process,
};

static const struct param_spec message_params[] = {
	{ "Message", "string", "Msg", "*/0mv", PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "the text" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
write_warning_process(struct call *c)
{
	return call_warn(c, "%s", call_string(c, 0));
}

static enum flow
write_verbose_process(struct call *c)
{
	return call_verbose(c, "%s", call_string(c, 0));
}

static enum flow
write_debug_process(struct call *c)
{
	return call_debug(c, "%s", call_string(c, 0));
}

#define WRITE_COMMAND(stream, title, what)                                     \
	const struct cmdlet cmdlet_write_##stream = {                          \
		.name = "Write-" title,                                        \
		.class_name =                                                  \
		    "Microsoft.PowerShell.Commands.Write" title "Command",     \
		.module = "Microsoft.PowerShell.Utility",                      \
		.params = message_params,                                      \
		.synopsis = what,                                              \
		.process = write_##stream##_process,                           \
	}

WRITE_COMMAND(warning, "Warning", "Writes a warning");
WRITE_COMMAND(verbose, "Verbose", "Writes text that -Verbose shows");
WRITE_COMMAND(debug, "Debug", "Writes text that -Debug shows");

static const struct param_spec information_params[] = {
	{ "MessageData", "object", "Msg Message", "*/0mv", PARAM_ALLOW_NULL,
	    NULL, 0, 0, "the text or object" },
	{ "Tags", "string[]", NULL, "*/1", 0, NULL, 0, 0,
	    "words to find it by" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
write_information_process(struct call *c)
{
	return call_information(c, call_param(c, 0), call_param(c, 1));
}

const struct cmdlet cmdlet_write_information = {
	.name = "Write-Information",
	.class_name = "Microsoft.PowerShell.Commands.WriteInformationCommand",
	.module = "Microsoft.PowerShell.Utility",
	.params = information_params,
	.synopsis = "Writes to the information stream",
	.process = write_information_process,
};

static const struct param_spec null_params[] = {
	{ "InputObject", "psobject", NULL, "*/v", 0, NULL, 0, 0,
	    "what to drop" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

const struct cmdlet cmdlet_out_null = {
	.name = "Out-Null",
	.class_name = "Microsoft.PowerShell.Commands.OutNullCommand",
	.module = "Microsoft.PowerShell.Core",
	.params = null_params,
	.synopsis = "Drops what comes",
};
